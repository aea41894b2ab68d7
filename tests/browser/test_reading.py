"""Reading as deep as one likes: folds for code and values, by mouse, by keyboard, and without scripts."""

import gzip
import io
from urllib.parse import unquote, urlsplit

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from playwright.sync_api import expect
from tested import HTML, pages, unfold

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
    page.locator(".toc-tree").hover()
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


NOTES = """() => [...document.querySelectorAll("p.side")].map((note) => {
  const [own, text, contents] = [note, note.previousElementSibling, document.querySelector(".toc-sticky")].map(
    (each) => each?.getBoundingClientRect() ?? {bottom: 0});
  const others = [...document.querySelectorAll("article :is(p, table, img, pre, figcaption)")].filter((other) => {
    const box = other.getBoundingClientRect();
    const across = box.left < own.right && own.left < box.right;
    return other !== note && across && box.top < own.bottom - 1 && own.top + 1 < box.bottom;
  });
  return {
    beside: own.left > text.left + 600 && Math.abs(own.top - text.top) < 2,
    below: Math.abs(own.left - text.left) < 2 && own.top >= text.bottom - 1,
    free: !others.length && own.right < innerWidth && own.top > contents.bottom,
  };
})"""


@pytest.mark.parametrize(("width", "place"), [(360, "below"), (768, "below"), (1320, "beside"), (1400, "beside")])
def test_a_note_stands_in_the_free_margin_or_below_its_text(open_page, chapter, width, place):
    page = open_page(chapter)
    page.set_viewport_size({"width": width, "height": 900})
    unfold(page)
    notes = page.evaluate(NOTES)
    assert notes and all(note[place] for note in notes)
    assert place == "below" or all(note["free"] for note in notes)


def test_past_the_top_the_contents_leave_the_margin_to_the_notes(open_page):
    page = open_page("03-income.html")
    contents = page.locator(".toc-sticky")
    height = "box => box.offsetHeight"
    whole = contents.evaluate(height)
    page.mouse.wheel(0, 2000)
    line = contents.locator("a", has_text="The sources")
    expect(line).to_be_in_viewport()
    page.wait_for_function("document.querySelector('.toc-sticky').offsetHeight < 60")
    contents.hover()
    assert contents.evaluate(height) == whole
    page.mouse.move(0, 0)
    assert contents.evaluate(height) < 60
    line.focus()
    assert contents.evaluate(height) == whole


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("chosen", [False, True], ids=["system", "chosen"])
def test_a_picture_stands_on_the_ground_of_its_page(open_page, scheme, chosen):
    system = scheme if not chosen else "light" if scheme == "dark" else "dark"
    page = open_page("01-budget-on-one-page.html", color_scheme=system)
    if chosen:  # against the system
        page.evaluate("scheme => document.body.dataset.theme = scheme", scheme)
    ground = {"light": (255, 255, 255), "dark": (22, 25, 29)}[scheme]
    expect(page.locator("body")).to_have_css("background-color", f"rgb{ground}")
    for picture in page.locator("article img").all():
        shown = Image.open(io.BytesIO(picture.screenshot())).convert("RGB")
        assert shown.getpixel((3, 3)) == ground


def line_below(number):
    return number.evaluate("number => getComputedStyle(number).textDecorationColor")


def test_the_line_below_a_number_shows_where_one_points_or_is(open_page):
    page = open_page("03-income.html")
    numbers, hidden = page.locator("article p a.stated, article tr a.stated"), "rgba(0, 0, 0, 0)"
    page.mouse.move(0, 0)
    assert {line_below(number) for number in numbers.all()} == {hidden}
    numbers.first.locator("xpath=ancestor::*[self::p or self::tr][1]").hover(position={"x": 1, "y": 1})
    assert line_below(numbers.first) != hidden
    page.mouse.move(0, 0)
    assert line_below(numbers.first) == hidden
    first, second = page.locator("article p:has(a.stated):has(.held ~ .held)").first.locator("a.stated").all()[:2]
    first.focus()
    assert line_below(first) != hidden and line_below(second) != hidden  # all of the block, by keyboard as well


def test_where_nothing_can_point_the_line_stays(open_page):
    page = open_page("03-income.html", screen="phone", has_touch=True, is_mobile=True)
    assert line_below(page.locator("article p a.stated").first) != "rgba(0, 0, 0, 0)"


BOLD_CHARACTERS = """() => {
  document.querySelectorAll("details").forEach((fold) => (fold.open = true));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (walker.nextNode()) {
    const weight = Number(getComputedStyle(walker.currentNode.parentElement).fontWeight);
    if (weight >= 600) for (const character of walker.currentNode.textContent) found.add(character);
  }
  return [...found].join("");
}"""


def test_what_is_bold_is_in_the_bold_font(open_page):
    """The file of that weight holds only what the build finds to be bold; another would be made bold by the browser."""
    there = set(map(chr, TTFont(HTML / "_static/fonts/BudgetbookSans-Bold.woff2").getBestCmap()))
    for name in pages():
        bold = set(open_page(name).evaluate(BOLD_CHARACTERS)) - set("\t\r\n")
        assert bold - there == set(), name
    assert 100 < len([c for c in there if ord(c) > 0x2FFF]) < 400


def test_a_first_visit_weighs_at_most_300_kilobytes(contexts, server, name):
    """All that a browser asks for until it rests, packed; what it asks for later, as one scrolls, is not counted."""
    page, asked = contexts(viewport={"width": 1400, "height": 900}).new_page(), set()
    page.on("response", lambda response: asked.add(response.url))
    page.goto(server + name, wait_until="networkidle")
    page.close()
    files = {HTML / unquote(urlsplit(url).path).removeprefix("/") for url in asked if url.startswith(server)}
    weights = {
        file.name: len(file.read_bytes() if file.suffix in (".woff2", ".png") else gzip.compress(file.read_bytes()))
        for file in files
    }
    assert len(weights) > 10
    assert sum(weights.values()) <= 300_000 or name == "gallery.html", weights


SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shifted += entry.value)))
  .observe({type: "layout-shift", buffered: true});"""


@pytest.mark.parametrize("visited", ["index.html", "00-ten-minutes.html", "06-how-to-audit.html"])
def test_lines_stay_where_they_are_when_the_font_comes(contexts, server, visited):
    page = contexts(viewport={"width": 360, "height": 700}).new_page()
    page.add_init_script(SHIFTS)
    waiting = []
    page.route("**/*.woff2", lambda route: waiting.append(route))
    page.goto(server + visited, wait_until="domcontentloaded")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    for route in waiting:
        route.continue_()
    page.unroute("**/*.woff2")
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 300)))")
    assert page.evaluate("shifted") < 0.15  # without letters as wide as ours 0.24 to 0.28
    page.close()
