"""Nobody hears of a reader: no other host, no cookies. And Chinese comes right without any font of the system.

That no page asks another host is watched in every test (see conftest.py); here all of a page is looked at for it.
"""

import re

import pytest

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# What the pages themselves may keep in the browser: how the reader wants them, and nothing else.
KEPT = {"theme", "code"}

MARK = """() => {
  const HAN = /[\\u3400-\\u9fff\\uf900-\\ufaff]/g;
  const found = [];
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data).join("");
    if (!node.checkVisibility() || node.closest("script, style, noscript, option") || !HAN.test(own)) continue;
    HAN.lastIndex = 0;
    node.dataset.hanzi = found.length;
    found.push([own.trim(), own.match(HAN).length, Boolean(node.closest("pre, code"))]);
  }
  return found;
}"""


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
def test_a_whole_visit_leaves_nothing_and_asks_nobody(open_page, name, disk):
    page = open_page(name, disk=disk)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    assert page.context.cookies() == [] and page.evaluate("document.cookie") == ""
    kept = set(page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"))
    assert kept <= KEPT
    assert page.evaluate("navigator.serviceWorker?.controller ?? null") is None


def test_a_search_leaves_no_trace(open_page):
    """The words are kept until the next page, which sets them off, and no longer."""
    page = open_page("search.html?q=会议费")
    page.locator("#search-results li a").first.click()
    page.wait_for_url("**/13-*")
    assert page.context.cookies() == []
    assert set(page.evaluate("Object.keys(localStorage)")) <= KEPT


def drawn_otherwise(page):
    """What of an open page is not drawn with the page's own font, though it is Chinese: the words, and the font."""
    page.evaluate("document.fonts.ready.then(() => true)")
    found = page.evaluate(MARK)
    page.evaluate("document.fonts.ready.then(() => true)")
    browser = page.context.new_cdp_session(page)
    browser.send("DOM.enable")
    browser.send("CSS.enable")
    root = browser.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    nodes = browser.send("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-hanzi]"})["nodeIds"]
    assert len(nodes) == len(found)
    other = []
    for node, (text, characters, in_code) in zip(nodes, found, strict=True):
        fonts = browser.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        drawn = sum(font["glyphCount"] for font in fonts if font["isCustomFont"])
        foreign = [font["familyName"] for font in fonts if not font["isCustomFont"]]
        if drawn < characters or (foreign and not in_code):  # Latin letters of code have a font of the system
            other.append((text, foreign))
    return other


def test_every_chinese_character_is_drawn_with_the_font_of_the_edition(open_page, name):
    assert drawn_otherwise(open_page(name)) == []
