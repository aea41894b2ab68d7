"""What a reader can take along: each chapter as its notebook, each table as CSV, each picture as SVG and PNG."""

import csv
import io
import re

from checkout import FIGURES, NOTEBOOKS

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
    bare = text.replace("−", "-").replace(",", "")
    return bare if re.fullmatch(r"-?\d+(\.\d+)?", bare) else text


def test_each_chapter_offers_its_notebook(open_page, chapter):
    page, name = open_page(chapter), chapter.replace(".html", ".ipynb")
    with page.expect_download() as download:
        page.locator(".tools a[download]").first.click()
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


def test_the_gallery_offers_every_picture(open_page):
    page = open_page("gallery.html")
    for kind in ("svg", "png"):
        offered = page.locator(f"article a[href$='.{kind}']").evaluate_all("links => links.map((link) => link.href)")
        assert {href.rpartition("/")[2] for href in offered} == {path.name for path in FIGURES.glob(f"*.{kind}")}
        assert all(page.request.get(href).ok for href in offered)
