"""A printed page: the text, the tables and the pictures, dark on light, and nothing that is for the screen."""

import pytest
import rules

A4 = {"width": 680, "height": 1000}  # what is left of a sheet between margins of 1.5 cm, in pixels of 1/96 inch


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_has_the_text_and_nothing_for_the_screen(open_page, name, scheme):
    page = open_page(name, color_scheme=scheme)
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    assert rules.broken(page, rules.PAPER) == []


def test_code_that_a_reader_opened_stays_off_paper(open_page):
    page = open_page("03-income.html")
    page.locator("button.code").click()
    page.emulate_media(media="print")
    assert rules.broken(page, rules.PAPER) == []


def test_the_switch_to_dark_does_not_reach_paper(open_page):
    page = open_page("03-income.html")
    while page.evaluate("document.body.dataset.theme") != "dark":
        page.locator("button.theme-toggle:visible").click()
    page.emulate_media(media="print")
    assert rules.broken(page, rules.PAPER) == []


def test_a_page_becomes_a_pdf(open_page, chapter):
    sheet = open_page(chapter).pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
    assert sheet.startswith(b"%PDF-") and sheet.count(b"/Type /Page\n") > 1
