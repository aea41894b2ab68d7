"""From a number to the words that state it, and back."""

import re

import pytest
from liling import LILING
from playwright.sync_api import expect
from tested import chapters

PAGE = "disclosure.html"
# The links of a page into the disclosure, with what they show and where they lead.
LINKS = """links => links.map((link) => [link.textContent.trim(), decodeURIComponent(link.hash.slice(1))])"""


def number(text):
    """The digits of a picture with nothing around it but a sign, a unit and the marks of the page; or None."""
    found = re.fullmatch(r"[−-]?(\d[\d,]*(?:\.\d+)?)\s*(?:[●■◆△○]|[\u4e00-\u9fff%])*", text.strip())
    return found and found[1].replace(",", "")


@pytest.fixture(scope="module")
def places(browser, server):
    """Of each name on the page of the disclosure, the text that stands there."""
    with browser.new_page() as page:
        page.goto(server + PAGE)
        read = "nodes => nodes.map((node) => [node.id, node.textContent])"
        return dict(page.locator("article [id]").evaluate_all(read))


def test_every_fact_has_its_place_and_the_text_is_whole(open_page, places):
    disclosure = LILING
    for fact in disclosure.facts.itertuples():
        shown = re.sub(r"[●■◆△○]", "", places[fact.fact])
        assert shown == (fact.quote if fact.value is None else fact.printed)
        assert f"e-{fact.fact}" in places, "its entry below the passage"
    text = (
        open_page(PAGE)
        .locator(".passage")
        .evaluate_all(
            "parts => parts.map((part) => [...part.querySelectorAll('p:not(.english)')].map((line) => {"
            "  const copy = line.cloneNode(true); copy.querySelectorAll('sup').forEach((mark) => mark.remove());"
            "  return copy.textContent; }).join('')).join('')"
        )
    )
    assert text == disclosure.text


def test_every_number_with_a_link_stands_where_the_link_leads(open_page, chapter, places):
    links = open_page(chapter).locator(f"article a[href^='{PAGE}#']").evaluate_all(LINKS)
    assert links, "a chapter without a number of the disclosure"
    for text, target in links:
        assert target in places
        if target.startswith("F") and number(text) and number(places[target]):
            assert number(text) == number(places[target])


def test_each_chapter_has_tables_or_prose_that_can_be_traced(open_page):
    """By the mouse: the words come into view, and are set off from the rest."""
    page = open_page("03-income.html")
    link = page.locator("a.stated").first
    target = link.get_attribute("href").partition("#")[2]
    link.click()
    page.wait_for_url(f"**/{PAGE}#*")
    place = page.locator(f"[id='{target}']")
    expect(place).to_be_in_viewport()
    ground = "node => getComputedStyle(node).backgroundColor"
    assert place.evaluate(ground) != page.locator(".passage").first.evaluate(ground)
    assert place.evaluate(ground) != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_there_and_back_again(open_page, scripts):
    page = open_page("03-income.html", java_script_enabled=scripts)
    fact = page.locator("a.stated[href*='#F']").first.get_attribute("href").partition("#")[2]
    page.locator(f"a.stated[href='{PAGE}#{fact}']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{PAGE}#{fact}")
    page.locator(f"[id='{fact}']").press("Enter")  # from the text to the entry below it
    page.wait_for_url(f"**/{PAGE}#e-{fact}")
    entry = page.locator(f"[id='e-{fact}']")
    entry.locator("summary").press("Enter")
    entry.locator("a[href^='03-income.html']").first.press("Enter")
    page.wait_for_url("**/03-income.html*")
    back = page.url.partition("#")[2]
    expect(page.locator(f"[id='{back}']").first).to_be_in_viewport()


def test_numbers_are_stops_of_the_tab_key_when_they_are_switched_on(open_page):
    page = open_page("03-income.html")
    switch, links = page.get_by_role("button", name="Numbers"), page.locator("article a.stated")
    stops = "links => links.filter((link) => link.tabIndex >= 0).length"
    count = links.count()
    for pressed, wanted in (("false", 0), ("true", count), ("false", 0)):
        expect(switch).to_have_attribute("aria-pressed", pressed)
        assert count and links.evaluate_all(stops) == wanted
        switch.click()


def test_the_way_back_exists_for_every_place(open_page):
    """What an entry says of the chapters that show it leads to a name in that chapter."""
    page = open_page(PAGE)
    wanted = page.locator("article .shown a").evaluate_all(
        "links => links.map((link) => [link.pathname.slice(1), link.hash])"
    )
    assert {file for file, _ in wanted if file != PAGE} <= set(chapters())
    names = {}
    for file, anchor in wanted:
        if file not in names:
            every = "nodes => nodes.map((node) => node.id)"
            names[file] = set(open_page(file).locator("[id]").evaluate_all(every))
        assert not anchor or anchor[1:] in names[file]
