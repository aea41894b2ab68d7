"""Nobody is shut out: WCAG 2.2 AA as far as axe-core sees it, and what it does not see: languages, keyboard, width."""

from pathlib import Path

import axe_playwright_python
import pytest
import rules
from tested import unfold

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN_ALL = "for (const fold of document.querySelectorAll('details')) fold.open = true"
SCHEMES = ["light", "dark"]


def barriers(page):
    """What axe-core finds on an open page, all folds opened, one line for each place."""
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE)
    result = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", STANDARDS)
    return [
        f"{rule['id']}: {node['html'][:120]} ({node['failureSummary']})"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("screen", "scheme"), [("wide", "light"), ("phone", "dark")])
def test_axe_finds_no_barrier(open_page, name, screen, scheme):
    """Every page in both schemes and on both screens; not in all four combinations: colours do not depend on width."""
    assert barriers(open_page(name, screen=screen, color_scheme=scheme)) == []


def test_axe_finds_no_barrier_in_what_only_scripts_show(open_page):
    """Search results, and the meaning of a term."""
    page = open_page("search.html?q=会议费")
    page.locator("#search-results li p").last.wait_for()
    assert barriers(page) == [] and rules.broken(page, rules.LANGUAGES) == []
    page = open_page("03-income.html")
    page.locator("a.term").first.focus()
    assert barriers(page) == [] and rules.broken(page, rules.LANGUAGES) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_switch_of_colours_leaves_no_barrier(open_page, scheme):
    """The colours are chosen by hand, against those of the system."""
    page = open_page("04-expenditure.html", color_scheme="dark" if scheme == "light" else "light")
    for _ in range(3):
        if page.evaluate("document.body.dataset.theme") == scheme:
            break
        page.locator("button.theme-toggle:visible").click()
    assert page.evaluate("document.body.dataset.theme") == scheme
    assert barriers(page) == []


def test_every_page_keeps_the_rules(open_page, name):
    page = open_page(name)
    unfold(page)
    for rule in ("HEADINGS", "LANGUAGES", "TABLES", "PICTURES", "MOTION"):
        assert rules.broken(page, getattr(rules, rule)) == [], rule


def test_no_page_scrolls_sideways(open_page, name):
    """On a phone; on a desk zoomed to 200 %, where 640 of 1280 pixels are left, and to 400 %."""
    page = open_page(name)
    for folds in ("", OPEN_ALL):
        page.evaluate(folds)
        for width in (1280, 640, 360, 320):
            page.set_viewport_size({"width": width, "height": 640})
            assert rules.broken(page, rules.WIDTH) == []


# ----------------------------------------------------------------------------------------------- keyboard

SETTLED = (
    "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))"  # book.js has looked at what scrolls
)
NUMBER_STOPS = """() => {
  const can = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  // The Tab key comes to one of a choice, the arrow keys to the others.
  const stops = [...document.querySelectorAll(can)].filter((node) =>
    node.tabIndex >= 0 && !node.disabled && !node.matches(".option:not(:nth-of-type(1)) input") &&
    node.checkVisibility({visibilityProperty: true}));
  stops.forEach((node, k) => (node.dataset.stop = k));
  return stops.length;
}"""
WHERE = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect();
  // The two switches of the theme are as good as invisible: their icon shows where one is.
  const icon = document.querySelector(`label[for="${node.id || "-"}"]:is(.nav-overlay-icon, .toc-header-icon)`);
  const style = [node, icon].filter(Boolean).map((place) => getComputedStyle(place));
  return {
    stop: node.dataset.stop === undefined ? null : Number(node.dataset.stop),
    end: node === document.body,
    words: `${node.tagName} ${node.textContent.trim().slice(0, 40)}`,
    ring: style.some((look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 1),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


def walk(page):
    """Every stop of the Tab key from the top of the page to its end: what has the focus there."""
    stops = []
    for _ in range(2000):
        page.keyboard.press("Tab")
        where = page.evaluate(WHERE)
        if where["end"]:
            return stops
        stops.append(where)
    raise AssertionError("the Tab key does not come to the end of the page")


def reaches_everything(page):
    page.evaluate(SETTLED)
    wanted = page.evaluate(NUMBER_STOPS)
    stops = walk(page)
    reached = [stop["stop"] for stop in stops if stop["stop"] is not None]
    assert reached == sorted(reached), "the order is that of the page"
    assert set(reached) == set(range(wanted))
    assert [stop["words"] for stop in stops if not stop["ring"]] == []
    assert [stop["words"] for stop in stops if not stop["inside"]] == []


def test_the_tab_key_reaches_everything_and_shows_where_one_is(open_page, name):
    reaches_everything(open_page(name))


@pytest.mark.parametrize("address", ["index.html", "04-expenditure.html", "search.html"])
def test_the_tab_key_reaches_everything_on_a_phone(open_page, address):
    reaches_everything(open_page(address, screen="phone"))


def test_the_first_stop_leads_past_the_navigation(open_page):
    page = open_page("03-income.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('article'))")


@pytest.mark.parametrize(("switch", "drawer"), [("#__navigation", ".sidebar-drawer"), ("#__toc", ".toc-drawer")])
def test_on_a_phone_the_keyboard_opens_and_closes_the_drawers(open_page, switch, drawer):
    page = open_page("03-income.html", screen="phone")
    link = page.locator(f"{drawer} li a").last
    assert not link.is_visible()
    page.locator(switch).focus()
    page.keyboard.press("Space")
    link.wait_for(state="visible")
    assert barriers(page) == []
    page.locator(switch).focus()
    page.keyboard.press("Space")
    link.wait_for(state="hidden")
