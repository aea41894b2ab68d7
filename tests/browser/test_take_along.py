"""What a reader can take along: each chapter as its notebook, each table as CSV, each picture as SVG and PNG."""

import csv
import io
import re

from checkout import FIGURES, NOTEBOOKS
from playwright.sync_api import expect
from tested import unfold

from budgetbook.show.vocabulary import UNITS

TABLE = "article table.budget"
# The cells of a table, as a reader sees them; and the file that is offered below it, in the same box.
READ = """tables => tables.map((table) => ({
  rows: [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  caption: table.caption.textContent,
  file: (table.closest(".values")?.parentElement ?? table.closest(".output"))
    .querySelector("a[download][href$='.csv']")?.href,
}))"""


def plain(cell):
    """A cell of a page or of a file as a number or as text, without what only aligns."""
    text = re.sub(r"[\s\u2007\u2008]+", " ", cell).strip()
    text = re.sub(r"\b\d \(([一二三四五六七八九])\)$", r"\1", text)  # a page says of a section which number that is
    text = re.sub(r"\b\d[\d.]* ([一二三四五六七八九]?（)", r"\1", text)
    text = re.sub(rf"({'|'.join(UNITS)}) \(\S+\)$", r"\1", text)  # and what a unit counts
    bare = text.replace("−", "-").replace(",", "")
    return bare if re.fullmatch(r"-?\d+(\.\d+)?", bare) else text


def test_each_chapter_offers_its_notebook(open_page, chapter):
    page, name = open_page(chapter), chapter.replace(".html", ".ipynb")
    with page.expect_download() as download:
        page.locator("footer .take a[download]").click()
    assert download.value.suggested_filename == name
    assert download.value.path().read_bytes() == (NOTEBOOKS / name).read_bytes()


def test_each_table_offers_its_numbers_as_csv(open_page, chapter):
    page = open_page(chapter)
    tables = page.locator(TABLE).evaluate_all(READ)
    assert tables
    for table in tables:
        assert table["file"], f"no CSV for {table['caption']}"
        text = page.request.get(table["file"]).body().decode("utf-8-sig")
        rows = [[plain(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
        assert rows == [[plain(cell) for cell in row] for row in table["rows"]], table["caption"]
    assert len({table["file"] for table in tables}) == len(tables), "each its own"


def test_a_table_arrives_under_its_name(open_page):
    page = open_page("03-income.html")
    with page.expect_download() as download:
        page.locator("article a[download][href$='.csv']").first.click()
    assert re.fullmatch(r"03-income-[\w-]+\.csv", download.value.suggested_filename)


def test_each_picture_offers_svg_and_png(open_page, chapter):
    page = open_page(chapter)
    links = "links => links.map((link) => link.getAttribute('href'))"
    names = sorted(path.stem for path in FIGURES.glob(f"{chapter[:3]}*.svg"))
    assert page.locator("article img").count() == len(names)
    for kind, begins in {"svg": b"<?xml", "png": b"\x89PNG"}.items():
        offered = page.locator(f"article a[download][href$='.{kind}']").evaluate_all(links)
        assert sorted(href.rpartition("/")[2] for href in offered) == [f"{name}.{kind}" for name in names]
        for href in offered:
            body = page.request.get(page.url.rpartition("/")[0] + "/" + href).body()
            assert body.startswith(begins)


def test_the_gallery_leads_to_every_picture(open_page):
    page = open_page("gallery.html")
    links = page.locator(".thumbnails a")
    places = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert sorted(place.rpartition("#figure-")[2] for place in places) == sorted(p.stem for p in FIGURES.glob("*.svg"))
    for link in links.all():
        link.scroll_into_view_if_needed()
        expect(link.locator("img")).not_to_have_js_property("naturalWidth", 0)
    links.last.click()
    expect(page.locator("figure:target")).to_be_in_viewport()


def test_on_a_phone_the_larger_picture_is_the_one_drawn_for_it(open_page):
    page = open_page("05-change-on-last-year.html", screen="phone")
    unfold(page)
    page.locator("a.larger").first.click()
    shown = page.locator("dialog.larger img")
    expect(shown).to_have_attribute("src", re.compile("narrow"))
    assert shown.bounding_box()["width"] <= 360 and page.locator("dialog.larger").bounding_box()["width"] <= 360


def test_a_picture_opens_larger_and_whole(open_page):
    page = open_page("05-change-on-last-year.html")
    unfold(page)
    link = page.locator("a.larger").first
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Figure 5.1")
    expect(dialog.locator("img")).to_have_attribute("src", re.compile(r"files/figures/05-bridge\.svg$"))
    assert dialog.locator("img").bounding_box()["width"] > link.bounding_box()["width"]
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()


def test_a_picture_tells_how_to_cite_it(open_page):
    page = open_page("05-change-on-last-year.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    unfold(page)
    page.locator("details.cite summary").first.click()
    page.locator("details.cite").first.get_by_role("button", name="Copy").click()
    expect(page.locator("details.cite button").first).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Figure 5.1 in “Change on last year" in copied
    assert copied.endswith(page.url.partition("#")[0] + "#figure-05-bridge"), "an address that can be followed"


def test_the_letter_can_be_copied_in_both_languages(open_page):
    page = open_page("14-other-matters.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    letters = page.locator(".copyable:not(.cite *)")
    assert letters.count() == 2
    for letter in letters.all():
        letter.locator("xpath=following-sibling::button[1]").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert len(copied) > 500 and copied.split() == letter.inner_text().split()
        assert "561.4" in copied and "http" not in copied, "the numbers, and not where they lead"
