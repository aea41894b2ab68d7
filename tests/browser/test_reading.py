"""Reading as deep as one likes: folds for code, values and solutions, by mouse, by keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

ALL_CODE = "button.all-code"
CODE = "details.hide"


def open_folds(page):
    return page.locator(f"{CODE}[open]").count()


def test_code_is_folded_until_a_reader_asks_for_it(open_page, chapter):
    page = open_page(chapter)
    assert page.locator(CODE).count() > 0 and open_folds(page) == 0
    fold = page.locator(CODE).first
    expect(fold.locator("summary")).to_have_text("Show code", use_inner_text=True)
    fold.locator("summary").click()
    expect(fold.locator("pre")).to_be_visible()
    expect(fold.locator("summary")).to_have_text("Hide code", use_inner_text=True)
    assert open_folds(page) == 1, "the others stay folded"
    fold.locator("summary").press("Enter")
    expect(fold.locator("pre")).to_be_hidden()


def test_one_button_shows_all_code_and_the_choice_is_remembered(open_page, chapter):
    page = open_page(chapter)
    total, button = page.locator(CODE).count(), page.locator(ALL_CODE)
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    assert open_folds(page) == total
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_text("Hide all code")
    page.reload()
    assert open_folds(page) == total, "after a reload"
    button.click()
    assert open_folds(page) == 0
    page.reload()
    assert open_folds(page) == 0, "and the other way, too"


def test_the_choice_holds_on_other_pages(open_page):
    page = open_page("03-income.html")
    page.locator(ALL_CODE).click()
    page.locator(".related-pages a[rel=next]").click()
    page.wait_for_url("**/02-*")
    assert open_folds(page) == page.locator(CODE).count() > 0


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
def test_folds_need_no_scripts(open_page, disk):
    page = open_page("03-income.html", java_script_enabled=False, disk=disk)
    expect(page.locator(ALL_CODE)).to_be_hidden()  # it could do nothing
    fold = page.locator(CODE).first
    expect(fold.locator("pre")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("pre")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()


def test_solutions_are_folded_and_open(open_page, chapter):
    page = open_page(chapter)
    solutions = page.locator("details:has(> summary:text-matches('^Solution'))")
    assert solutions.count() >= 3
    for solution in solutions.all():
        expect(solution.locator("p").first).to_be_hidden()
        solution.locator("summary").first.click()
        expect(solution.locator("p").first).to_be_visible()


def test_each_picture_shows_its_values(open_page, chapter):
    page = open_page(chapter)
    pictures = page.locator("article img").count()
    folds = page.locator("details.values")
    assert folds.count() == pictures > 0
    for fold in folds.all():
        expect(fold.locator("table")).to_be_hidden()
        fold.locator("summary").click()
        expect(fold.locator("table")).to_be_visible()
