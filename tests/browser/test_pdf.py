"""The print edition, printed from the pages under test: whole, in order, with its own fonts, and nothing cut."""

import re

import pdf
import pytest


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
    found, order = pdf.objects(sheets), {number: place for place, number in enumerate(pdf.pages(sheets), start=1)}

    def on(number):
        text = found[number]
        children = re.search(rb"(?s)/K (\[.*?\]|\d+ 0 R)", text)
        pages = {order[int(page)] for page in re.findall(rb"/Pg (\d+) 0 R", text)}
        return pages.union(*(on(int(child)) for child in re.findall(rb"(\d+) 0 R(?!\n/MCID)", children[1])
                             if int(child) not in order)) if children else pages  # fmt: skip

    return [sorted(on(number)) for number, text in found.items() if b"/S /Table\n" in text]


def test_the_book_is_whole_and_in_order(sheets, html):
    assert len(pdf.pages(sheets)) > 30
    places = pdf.page_numbers(sheets)
    on = [places[name] for name in pdf.reading_order(html)]
    assert on == sorted(set(on)) and on[0] > 2, "each chapter begins a page, after title and contents"
    assert b"/Outlines " in sheets and b"/Marked true" in sheets and b"/Lang (en)" in sheets


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
    assert sum(long) < len(long) / 20


def test_both_scripts_are_set_in_the_fonts_of_the_book(sheets):
    fonts = set(re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", sheets))
    assert fonts == {b"BudgetbookSans-Regular", b"BudgetbookSans-Bold"}
    assert b"/FontFile2 " in sheets and b"/Subtype /Type3" not in sheets


def test_it_names_no_file_of_this_machine(sheets):
    assert b"file:" not in sheets and b"HeadlessChrome" not in sheets
    assert re.search(
        rb"/Creator \(Reading a Department Budget, version [\d.]+, 2026-11-24 \(commit abc1234\) *\)", sheets
    )
    assert b"/CreationDate (D:20261124000000+00'00')" in sheets


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
