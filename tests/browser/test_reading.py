"""Reading as deep as one likes: folds for code, values and solutions, by mouse, by keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect
from tested import unfold

SWITCH = "button.code"
CODE = "details.hide"


def code_shown(page):
    """How many pieces of code can be seen; and no button of one of them, for there is the switch."""
    unfold(page)
    expect(page.locator(f"{CODE} > summary:visible")).to_have_count(0)
    return page.locator(f"{CODE} pre:visible").count()


def test_one_switch_shows_all_code_and_is_remembered(open_page, chapter):
    page = open_page(chapter)
    total, switch = page.locator(CODE).count(), page.locator(SWITCH)
    assert total > 0 and code_shown(page) == 0
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.press("Enter")
    assert code_shown(page) == total
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.reload()
    assert code_shown(page) == total, "after a reload"
    switch.click()
    assert code_shown(page) == 0
    page.reload()
    assert code_shown(page) == 0, "and the other way, too"


def test_the_choice_holds_on_other_pages(open_page):
    page = open_page("03-income.html")
    page.locator(SWITCH).click()
    page.locator(".related-pages a[rel=next]").click()
    page.wait_for_url("**/04-*")
    assert code_shown(page) == page.locator(CODE).count() > 0


def test_a_section_for_the_careful_opens_by_its_heading_and_by_a_link_to_it(open_page):
    page = open_page("03-income.html")
    fold = page.locator("section.careful > details").first
    inside = fold.locator(":scope > :not(summary)").first
    expect(inside).to_be_hidden()
    fold.locator(":scope > summary").press("Enter")
    expect(inside).to_be_visible()
    page.reload()
    expect(inside).to_be_hidden()
    page.locator(".toc-tree a", has_text="For the careful").first.click()
    expect(inside).to_be_visible()


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
def test_folds_need_no_scripts(open_page, disk):
    page = open_page("03-income.html", java_script_enabled=False, disk=disk)
    expect(page.locator(SWITCH)).to_be_hidden()  # it could do nothing
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
    unfold(page)
    folds = page.locator("details.values")
    assert folds.count() == page.locator("article img").count()
    for fold in folds.all():
        expect(fold.locator("table")).to_be_hidden()
        fold.locator("summary").click()
        expect(fold.locator("table")).to_be_visible()


def test_a_phone_shows_pictures_and_tables_whole(open_page, chapter):
    """Pictures as they are drawn for it, except the few that have no such form; long rows as lists."""
    page = open_page(chapter, screen="phone")
    unfold(page)
    outside = "all => all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
    pictures = page.locator("article picture > img")
    assert pictures.evaluate_all("all => all.filter((one) => !one.currentSrc.includes('/narrow/')).length") == 0
    assert pictures.evaluate_all(f"{outside}.map((one) => one.alt)") == []
    tables = page.locator("article table:has(thead > tr > :nth-child(4))")
    assert tables.evaluate_all(f"{outside}.map((one) => one.textContent.slice(0, 80))") == []


def test_in_the_dark_pictures_are_dark_and_no_white_cards(open_page):
    for scheme, filtered in (("light", "none"), ("dark", "invert(1) hue-rotate(180deg)")):
        picture = open_page("03-income.html", color_scheme=scheme).locator("article img").first
        expect(picture).to_have_css("filter", filtered)


def test_the_line_below_a_number_shows_where_one_points_or_is(open_page):
    page = open_page("03-income.html")
    number = page.locator("article p > a.stated").first
    page.mouse.move(0, 0)
    expect(number).to_have_css("text-decoration-color", "rgba(0, 0, 0, 0)")
    number.focus()
    expect(number).not_to_have_css("text-decoration-color", "rgba(0, 0, 0, 0)")
