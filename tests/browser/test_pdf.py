"""The print edition, printed from the pages under test: whole, in order, with its own fonts, and nothing cut."""

import re
from io import BytesIO

import pdf
import pypdfium2
import pytest
from pypdf import PdfReader


@pytest.fixture(scope="module", autouse=True)
def commit():
    """One state of the project for all of these tests, whatever is committed meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf.build, "built", lambda root: "2026-11-24 (commit abc1234)")
        patch.setattr(pdf.build, "git_status", lambda: "")
        yield


@pytest.fixture(scope="module")
def folder(html, browser, tmp_path_factory):
    """A folder with the print edition and the document that it was printed from; printing found nothing wrong."""
    folder = tmp_path_factory.mktemp("print")
    assert pdf.make(html, folder / "book.pdf", report=lambda text: None, browser=browser) == []
    return folder


@pytest.fixture(scope="module")
def sheets(folder):
    return (folder / "book.pdf").read_bytes()


def tables(sheets):
    """The pages of each table, in order of appearance."""
    reader = PdfReader(BytesIO(sheets))
    order, found = pdf.page_order(reader), []

    def on(element):
        pages = {order[element.raw_get("/Pg").idnum]} if "/Pg" in element else set()
        if element["/S"] == "/Table":
            found.append(None)
            place = len(found) - 1
        for part in pdf.children(element):
            if isinstance(part, dict) and "/S" in part:
                pages |= on(part)
            elif isinstance(part, dict) and "/Pg" in part:
                pages.add(order[part.raw_get("/Pg").idnum])
        if element["/S"] == "/Table":
            found[place] = sorted(pages)
        return pages

    for element in pdf.children(reader.root_object["/StructTreeRoot"]):
        on(element)
    return found


def test_the_book_is_whole_and_in_order(sheets, html):
    reader = PdfReader(BytesIO(sheets))
    assert len(reader.pages) > 30
    places = pdf.page_numbers(sheets)
    on = [places[name] for name in pdf.reading_order(html)]
    assert on == sorted(set(on)) and on[0] > 2, "each chapter begins a page, after title and contents"
    assert reader.outline and reader.root_object["/MarkInfo"]["/Marked"] and reader.root_object["/Lang"] == "en"


def test_every_page_number_that_is_printed_is_known(folder, sheets, browser):
    """That they are right, `print_document` looks itself: it prints until they stay the same."""
    places = pdf.page_numbers(sheets)
    page = browser.new_page(viewport={"width": 643, "height": 900})
    page.goto((folder / "print" / "book.html").as_uri())
    targets = page.evaluate("[...document.querySelectorAll('.page-number')].map((mark) => mark.dataset.to)")
    page.close()
    assert len(targets) > 100 and set(targets) <= set(places)


def test_nothing_is_cut(sheets):
    assert pdf.cuts(sheets) == []


def filled(sheet):
    """How far down a page its text goes, as a share of the room between head and foot."""
    grey = sheet.render(scale=0.5).to_pil().convert("L")
    room = grey.crop((0, int(grey.height * 0.06), grey.width, int(grey.height * 0.925)))
    box = room.point(lambda value: 255 * (value < 245)).getbbox()
    return box[3] / room.height if box else 0


def test_only_where_a_chapter_ends_is_a_page_left_blank_for_two_fifths(sheets, html):
    places = pdf.page_numbers(sheets)
    begin = {places[name] for name in pdf.reading_order(html)}
    with pypdfium2.PdfDocument(sheets) as document:
        inside = [page for page in range(min(begin), len(document)) if page + 1 not in begin]
        assert len(inside) > 200
        assert [
            (page, f"{filled(document[page - 1]):.0%}") for page in inside if filled(document[page - 1]) < 0.6
        ] == []


def test_a_table_that_fits_on_a_page_stands_on_one(folder, sheets, browser):
    page = browser.new_page(viewport={"width": 643, "height": 900})
    page.emulate_media(media="print")
    page.goto((folder / "print" / "book.html").as_uri())
    page.evaluate("document.fonts.ready.then(() => {})")
    page.evaluate(pdf.FIT)
    long = page.evaluate("[...document.querySelectorAll('table')].map((table) => table.classList.contains('long'))")
    page.close()
    on = tables(sheets)
    assert len(on) == len(long) > 100
    assert [pages for pages, allowed in zip(on, long, strict=True) if len(pages) > 1 and not allowed] == []
    assert sum(long) < len(long) / 10, "longer than 45 of 100 of a page"


def test_both_scripts_are_set_in_the_fonts_of_the_book(sheets):
    fonts = {}
    for page in PdfReader(BytesIO(sheets)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts[font.idnum if hasattr(font, "idnum") else id(font)] = font.get_object()
    names = {font["/BaseFont"].rpartition("+")[2].removeprefix("/") for font in fonts.values()}
    assert names == {"BudgetbookSans-Regular", "BudgetbookSans-Bold"}
    for font in fonts.values():
        (inner,) = font["/DescendantFonts"]
        assert font["/Subtype"] == "/Type0" and "/FontFile2" in inner["/FontDescriptor"]


def test_it_names_no_file_of_this_machine(sheets):
    assert b"file:" not in sheets and b"HeadlessChrome" not in sheets
    told = PdfReader(BytesIO(sheets)).metadata
    assert re.fullmatch(r"Reading a Department Budget, version [\d.]+, 2026-11-24 \(commit abc1234\) *", told.creator)
    assert told["/CreationDate"] == told["/ModDate"] == "D:20261124000000+00'00'"


def test_a_second_printing_is_the_same(html, browser, sheets, tmp_path):
    assert pdf.make(html, tmp_path / "book.pdf", report=lambda text: None, browser=browser) == []
    assert (tmp_path / "book.pdf").read_bytes() == sheets


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<table><tr><th>a</th><td>" + "<p>word</p>" * 60 + "</td></tr></table>", "a row is cut"),
        ("<blockquote>" + "<p>word</p>" * 60 + "</blockquote>", "a quotation is cut"),
        ("<h2>Alone</h2><div style='break-before: page'><p>word</p></div>", "a heading stands alone"),
    ],
)
def test_what_cannot_be_kept_together_is_reported(browser, tmp_path, body, message):
    path = tmp_path / "a.html"
    path.write_text(f"<!DOCTYPE html><html lang='en'><title>a</title><body><h1>a</h1><p>b</p>{body}</body></html>")
    (found,) = pdf.cuts(pdf.print_document(path, browser=browser))
    assert message in found


def test_a_table_too_wide_for_any_type_is_reported(browser, tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<!DOCTYPE html><table><tr><td style='min-width: 3000px'>wide</td></tr></table>")
    with pytest.raises(ValueError, match="Wider than the page, .*\n.*wide"):
        pdf.print_document(path, browser=browser)
