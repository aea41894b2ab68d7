"""The print edition (book/pdf.py) as far as it needs no browser: what is assembled, and what is read from a PDF.

tests/browser/test_pdf.py prints the real one.
"""

import re
from io import BytesIO

import pdf
import pytest
from bs4 import BeautifulSoup
from checkout import ROOT
from fontTools import subset
from fontTools.ttLib import TTFont
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

PAGE = """<html><body><nav><a href="gallery.html">menu</a></nav><article role="main" id="furo-main-content">
<div class="tools"><button>Show all code</button></div>
<section id="{slug}"><h1>{title}: the rest<a class="headerlink" href="#{slug}">¶</a></h1>
<p><em>What is {title}?</em></p>
{body}
</section></article></body></html>"""
CODE = """<details class="hide above-input"><summary>Show code</summary><div class="cell_input"><pre>x = 1</pre></div>
</details>"""
INCOME = f"""<p>See <a href="02-spending.html">Spending</a>, <a href="02-spending.html#the-sum">its sum</a>,
<a href="#one">one</a>, <a href="disclosure.html#F001">561.4</a>, <a href="gallery.html">the gallery</a>,
<a href="files/data/facts.csv">data</a>, <a href="index.html">the front page</a>,
<a href="https://example.org/">a site</a>.</p>
<section id="one"><h2>One</h2>
<div class="cell">{CODE}
<div class="cell_output">
<figure id="figure-01-a">
<figcaption><a class="number" href="#figure-01-a">Figure 1.1</a><div>All told</div></figcaption>
<a class="larger" href="files/figures/a.svg"><img alt="Bars" src="_images/a.svg" width="600" height="20"></a>
<div class="below"><p class="take"><a href="files/figures/a.svg" download>SVG</a></p></div></figure></div></div>
<div class="cell">{CODE}</div>
<div class="output"><details class="drawn"><summary>Show it</summary>
<table><tr><td>561</td></tr></table></details></div>
</section>
<section id="exercises"><h2>Exercises</h2><ol><li><p>Read it off.</p></li></ol>
</section>
<section id="next"><h2>Next</h2><p>Go on.</p></section>"""
SPENDING = """<section id="the-sum"><h2>The sum</h2><details><summary>More</summary><p>Folded words.</p></details>
<table><tr><th id="term-a">A</th><td><a href="01-income.html">Income</a></td></tr></table></section>
<section id="one"><h2>One</h2><p aria-labelledby="one">Again.</p></section>"""
TEXT = """<ol class="entries"><li id="e-F001"><a href="#F001" id="F001">561.4</a>
<details><summary>holds in 1 check</summary><p>C01</p></details></li></ol>"""


@pytest.fixture
def html(tmp_path):
    """A small edition: two chapters, the disclosure, and pages that are not printed."""
    pages = {
        "02-spending": ("Spending", SPENDING),
        "01-income": ("Income", INCOME),
        "disclosure": ("The disclosure", TEXT),
        "gallery": ("Gallery", ""),
        "index": ("Reading", "<p>Every year.</p>"),
    }
    for name, (title, body) in pages.items():
        page = PAGE.format(slug=name.partition("-")[2] or name, title=title, body=body)
        if name == "index":
            page = page.replace("<p><em>What is Reading?</em></p>\n", "")
        (tmp_path / f"{name}.html").write_text(page, encoding="utf-8")
    (tmp_path / "_static").mkdir()
    for style in (ROOT / "book" / "_static").glob("*.css"):
        (tmp_path / "_static" / style.name).write_bytes(style.read_bytes())
    return tmp_path


@pytest.fixture
def book(html):
    """The small edition, assembled."""
    return BeautifulSoup(pdf.assemble(html, "1.2.3", "2026-11-24 (commit abc1234)", "../html/"), "html.parser")


def test_chapters_come_in_reading_order_and_the_disclosure_last(html, book):
    order = ["01-income", "02-spending", "disclosure"]
    assert pdf.reading_order(html) == order
    assert [heading["id"] for heading in book.select("article h1")] == order
    assert [link["href"] for link in book.select(".contents a")] == [f"#{name}" for name in order]
    assert [p.get_text() for p in book.select(".eyebrow")] == ["Chapter 01", "Chapter 02"]


def test_identifiers_are_unique_and_every_link_arrives(book):
    ids = [element["id"] for element in book.find_all(id=True)]
    assert len(ids) == len(set(ids)) and {"01-income--one", "02-spending--one", "02-spending--term-a"} <= set(ids)
    links = [link["href"] for link in book.find_all("a")]
    assert {"#02-spending--the-sum", "#01-income--one", "#disclosure--F001", "#contents"} <= set(links)
    assert all(link[1:] in ids for link in links if link != "https://example.org/") and "https://example.org/" in links
    assert all(mark["data-to"] in ids for mark in book.select(".page-number"))
    assert book.find("p", attrs={"aria-labelledby": "02-spending--one"})


def test_what_is_not_printed_is_no_link_and_no_machine_is_named(book):
    text = book.select_one("article").get_text(" ", strip=True)
    assert "the gallery" in text and "data" in text
    assert not re.search(r"gallery\.html|files/|file:", str(book)) and str(ROOT) not in str(book)


def test_code_and_tools_of_the_screen_are_left_out(book):
    text = book.get_text()
    for word in ("Show code", "x = 1", "Show all code", "SVG", "menu", "¶"):
        assert word not in text, word
    assert not book.select("details, button, script, .cell_input") and len(book.select("div.cell")) == 1


def test_folds_are_printed_open_where_they_stand(book):
    _, spending, _ = book.select("article")
    assert "Folded words." in spending.select_one("section .fold").get_text()


def test_a_table_that_folds_on_the_screen_is_printed_without_the_words_of_its_fold(book):
    (table,) = (table for table in book.find_all("table") if table.get_text(strip=True) == "561")
    assert table.find_parent(class_="fold") is None and "Show it" not in book.get_text()


def test_links_to_whole_chapters_tell_the_page_and_others_do_not(book):
    told = [(mark.find_previous("a")["href"], mark.get_text()) for mark in book.select("article a + .page-number")]
    assert told == [("#02-spending", " (p. 000)")]


def test_figures_keep_their_words_and_their_place(book):
    (image,) = book.find_all("img")
    assert image.attrs == {"src": "../html/_images/a.svg", "alt": "Bars", "width": "600"}
    assert image.find_parent("a") is None and image.find_parent("figure").get_text(" ", strip=True) == (
        "Figure 1.1 All told"
    )


def test_the_front_says_what_and_of_which_state_it_is(book):
    front = book.select_one(".title-page").get_text(" ", strip=True)
    assert "醴陵市网格化管理服务中心" in front and "version 1.2.3" in front and "commit abc1234" in front
    assert "Every year." in book.select_one(".front").get_text()
    assert book.title.get_text() == pdf.TITLE and book.html["lang"] == "en"


def test_each_chapter_has_its_own_head(book):
    style = book.style.get_text()
    assert re.search(r'\.of-01-income { page: of-01-income; }\s*@page of-01-income .*content: "01\u2002Income"', style)


def test_fonts_become_truetype_with_the_same_characters(tmp_path):
    source = ROOT / "src" / "budgetbook" / "show" / "fonts" / "BudgetbookSans-Regular.otf"
    small, target = tmp_path / "small.woff2", tmp_path / "small.ttf"
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(flavor="woff2", layout_features=["*"], hinting=False))
    subsetter.populate(text="会议费 1951.91 Budget")
    subsetter.subset(font)
    subset.save_font(font, small, subset.Options(flavor="woff2"))
    pdf.to_truetype(small, target)
    before, after = TTFont(small), TTFont(target)
    assert after.sfntVersion == "\0\1\0\0" and "glyf" in after and "CFF " not in after
    assert after.getBestCmap().keys() == before.getBestCmap().keys()
    widths = [{c: font["hmtx"][name][0] for c, name in font.getBestCmap().items()} for font in (before, after)]
    assert widths[0] == widths[1]
    first = target.read_bytes()
    pdf.to_truetype(small, target)
    assert target.read_bytes() == first


# --- reading a PDF ---


def fake_pdf(*elements):
    """A PDF of two pages with its structure, without its contents: (kind, pages, children) for each element."""
    writer = PdfWriter()
    pages = [writer.add_blank_page(100, 100).indirect_reference for _ in range(2)]
    names = {"/01-income": pages[0], "/02-spending": pages[1]}
    places = {
        name: ArrayObject([page, NameObject("/XYZ"), NumberObject(0), NumberObject(90)]) for name, page in names.items()
    }

    def add(kind, on, children=()):
        parts = [add(*child) for child in children]
        parts += [NumberObject(7)] if on else []
        parts += [tagged(Type="/MCR", Pg=pages[page - 1], MCID=NumberObject(1)) for page in on[1:]]
        own = {"Pg": pages[on[0] - 1]} if on else {}
        return writer._add_object(tagged(Type="/StructElem", S=f"/{kind}", K=ArrayObject(parts), **own))

    root = tagged(Type="/StructTreeRoot", K=add("Document", (), elements))
    writer.root_object[NameObject("/StructTreeRoot")] = writer._add_object(root)
    writer.root_object[NameObject("/Dests")] = tagged(**{name[1:]: place for name, place in places.items()})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def tagged(**entries):
    """A dictionary of a PDF."""
    return DictionaryObject(
        {NameObject(f"/{key}"): NameObject(value) if type(value) is str else value for key, value in entries.items()}
    )


def test_page_numbers_are_read():
    assert pdf.page_numbers(fake_pdf()) == {"01-income": 1, "02-spending": 2}


def block(name, tall=100, figure=False, heading=False, long=False):
    return {"id": name, "tall": tall, "figure": figure, "heading": heading, "long": long}


@pytest.mark.parametrize(
    ("blocks", "at", "moves"),
    [
        # The rest of page 1 is blank, and both paragraphs behind the picture fit there.
        ([block("a"), block("f", 700, figure=True), block("b"), block("c")], {"a": 200, "f": None}, [["f", "c"]]),
        # What fits ends before the next picture, and no heading is left at its end.
        ([block("a"), block("f", 700, True), block("b"), block("h", 30, heading=True), block("g", 300, True)],
         {"a": 200, "f": None}, [["f", "b"]]),
        # With little left of the page, or a picture on the page of what stands before it, nothing moves.
        ([block("a"), block("f", 700, figure=True), block("b")], {"a": 700, "f": None}, []),
        ([block("a"), block("f", 300, figure=True), block("b")], {"a": 200, "f": 300}, []),
        # A page that is more than half full ends with its section.
        ([block("a"), block("f", 700, figure=True), block("b"), block("h", 30, heading=True), block("c")],
         {"a": 500, "f": None}, [["f", "b"]]),
        # A table that goes on overleaf fills the page; one that does not stays behind the picture.
        ([block("a"), block("f", 700, figure=True), block("b"), block("t", 900, long=True), block("c")],
         {"a": 200, "f": None}, [["f", "t"]]),
        ([block("a"), block("f", 700, figure=True), block("b"), block("t", 900), block("c")],
         {"a": 200, "f": None}, [["f", "b"]]),
    ],
)  # fmt: skip
def test_a_picture_that_would_leave_a_page_blank_moves_behind_what_fits(blocks, at, moves):
    places = {name: (1, top) if top is not None else (2, 0) for name, top in at.items()}
    places |= {b["id"]: (2, 800) for b in blocks if b["id"] not in places}
    assert pdf.floats([blocks], places) == moves


@pytest.mark.parametrize(
    ("elements", "messages"),
    [
        ([("H2", (1,)), ("P", (1, 2))], []),
        ([("H2", (1,)), ("P", (2,))], ["page 1: a heading stands alone at the foot"]),
        ([("Caption", (1,)), ("TR", (), [("TD", (2,))])], ["page 1: a caption stands alone at the foot"]),
        ([("TR", (), [("TH", (1,)), ("TD", (1, 2))])], ["pages 1 and 2: a row is cut"]),
        ([("TR", (), [("TH", (1, 2))]), ("TR", (), [("TD", (2,))])], []),  # the head of a table, on both its pages
        ([("Figure", (1, 2))], ["pages 1 and 2: a picture is cut"]),
        ([("BlockQuote", (), [("P", (1,)), ("P", (2,))])], ["pages 1 and 2: a quotation is cut"]),
    ],
)
def test_what_the_ends_of_pages_cut_is_seen(elements, messages):
    assert pdf.cuts(fake_pdf(*elements)) == messages


def test_the_date_is_that_of_the_commit_and_no_byte_moves():
    made = b"<</Creator (Mozilla/5.0 \\(X11; Linux x86_64\\) Chrome/1)\n/CreationDate (D:20300101120000+00'00')\n>>"
    made += b"/Headers [(node00000907) (node00000901)] /ID (node00000907)"
    dated = pdf.settle(made, "2026-11-24 (commit abc1234)", "Book")
    assert len(dated) == len(made) and b"(D:20261124000000+00'00')" in dated
    assert dated.endswith(b"/Headers [(node00000001) (node00000002)] /ID (node00000001)")
    assert re.search(rb"/Creator \(Book +\)\n", dated)


def test_without_a_browser_it_says_what_to_do(html, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pdf.chromium, "find", lambda: None)
    assert pdf.main(["--html", str(html), "--to", str(tmp_path / "out" / "a.pdf")]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_pages_it_says_what_to_do(tmp_path, capsys):
    assert pdf.main(["--html", str(tmp_path)]) == 1
    assert "python book/build.py html" in capsys.readouterr().err


def tall_svg(lines, tall=1000, head=0):
    """A picture as matplotlib writes it, with lines of text at these heights."""
    texts = "".join(f'<g style="fill: #1f2328" transform="translate(10 {y + head}) scale(0.1 -0.1)"/>' for y in lines)
    return f'<svg width="576pt" height="{tall}pt" viewBox="0 {head} 576 {tall}">{texts}</svg>'


@pytest.mark.parametrize("head", [0, 60.5])
def test_a_tall_picture_is_cut_between_its_lines_of_text_and_nothing_is_lost(head):
    lines = [*range(20, 200, 14), *range(230, 420, 14), *range(460, 980, 14)]  # three groups
    ends = pdf.pieces(tall_svg(lines, head=head))
    assert ends[-1] == 1000 and ends[:2] == [pytest.approx((188 + 230) / 2, abs=5), pytest.approx(435, abs=9)]
    for end in ends[:-1]:
        assert not any(y - 10 < end < y + 3 for y in lines), "through the letters of a line"
    tops = [0, *ends]
    assert all(0 < below - above <= 240 for above, below in zip(tops, ends, strict=False))


def test_a_picture_that_would_be_small_on_one_page_goes_on_overleaf(html):
    (html / "_images").mkdir()
    (html / "_images/a.svg").write_text(tall_svg(range(20, 990, 30)), encoding="utf-8")
    text = BeautifulSoup(pdf.assemble(html, "1", "x", "../html/"), "html.parser")
    tall = text.find(id="01-income--figure-01-a")
    pieces = tall.select(".piece > img")
    assert tall.name == "div" and tall.find("figcaption") and len(pieces) > 3
    assert [image["alt"] for image in pieces] == ["Bars"] + [""] * (len(pieces) - 1), "read out once"
    heights = [float(re.search(r"height: ([\d.]+)px", image.parent["style"])[1]) for image in pieces]
    above = [float(re.search(r"margin-top: (-?[\d.]+)px", image["style"])[1]) for image in pieces]
    assert [sum(heights[:n]) for n in range(len(heights))] == pytest.approx([-gap for gap in above], abs=0.1)
    assert sum(heights) == pytest.approx(1000 * pdf.COLUMN / 576 / pdf.POINT, abs=0.1)
    (html / "_images/a.svg").write_text(tall_svg([20], tall=pdf.TALLEST / pdf.SMALLEST), encoding="utf-8")
    whole = BeautifulSoup(pdf.assemble(html, "1", "x", "../html/"), "html.parser")
    assert whole.find(id="01-income--figure-01-a").name == "figure", "it has letters of 8 points on one page"
