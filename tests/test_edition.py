"""What the pages offer beyond the notebooks (book/edition), on two small notebooks with written outputs."""

import csv
import io
import re
import shutil
from collections import defaultdict
from decimal import Decimal
from types import SimpleNamespace

import nbformat
import pandas as pd
import PIL.Image
import pytest
from bs4 import BeautifulSoup
from checkout import NOTEBOOKS, ROOT
from docutils import nodes
from docutils.core import publish_doctree
from edition import contents, html
from edition.contents import read_book
from edition.html import UNIT, element, in_chinese
from edition.marks import mark_terms, name_entries
from edition.outputs import ShowOutputs, as_csv, definitions, table
from edition.search import subjects
from jinja2 import Environment
from liling import FOLDER, LILING
from myst_parser.parsers.docutils_ import Parser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import build
from budgetbook import Chapter
from budgetbook.rules import load
from budgetbook.show.collection import METADATA
from budgetbook.show.tables import as_html, as_text, labelled, record
from budgetbook.show.vocabulary import numbered, speaking
from budgetbook.text import CHINESE as RUN

FRAME = pd.DataFrame(
    {"item": ["Wages & welfare", "", "In all"], "value": [Decimal("19519100"), Decimal("-4.05"), None]}
)
RECORD = record(FRAME, "Parts of 预算", {"item": "Item", "value": "Amount, 万元"}, [False, False, True])
CHINESE = record(pd.DataFrame({"zh": ["年初预算数150万元"]}), "Words", {"zh": "名称"})
FIGURE = "02-budget-on-one-page"  # the front page shows it
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="450pt" height="150pt" viewBox="0 0 450 150"/>'
ALT = 'Bars: revenue of 561.4万元 "as printed", of which 会议费 is <1 %.'


def shown(table):
    return new_output(
        "display_data", {"text/html": as_html(table), "text/plain": as_text(table)}, metadata={"table": table}
    )


def said(text):
    return new_output("display_data", {"text/markdown": text, "text/plain": text})


def drawn(name):
    described = {"alt": ALT, "width": 600, "height": 200, "head": 40, "narrow": [331, 250, 50]}
    metadata = {"image/png": described, "picture": name, "values": RECORD | {"caption": "The values drawn"}}
    metadata["caption"] = {"title": "All of 预算 is told", "subtitle": "Budget, 万元", "finding": ""}
    return new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "bars"}, metadata=metadata)


INCOME = [
    new_markdown_cell("# Income: 收入\n\n*What of 预算?*\n\n- **First:** [the parts](14-parts.ipynb#The-Parts)."),
    new_code_cell("a = 1"),
    new_code_cell("a", outputs=[said("It is `预算` 预算.\n\n| “total” 万元 | n |\n|---|---:|\n| 合计 | 561.4 |")]),
    new_markdown_cell("## The way 之路\n\n> 2021年收入预算561.4万元。\n\n[Data](../data/facts.csv) and 预算<br>two."),
    new_code_cell("b = 2"),
    new_markdown_cell("| one | 万元 |\n|---|---|\n| a | 会议费 of it |\n|  | b |"),
    new_markdown_cell(
        "<details><summary>More “预算” &amp; all</summary>\n\n<details><summary>Inner</summary>\n\nDeep.\n\n"
        "</details>\n\nIt *holds*.\n\n</details>\n\nAfter."
    ),
]
PARTS = [
    new_markdown_cell("# Parts\n\n*How?*"),
    new_markdown_cell("## The Parts"),
    new_code_cell("t", outputs=[shown(RECORD)]),
    new_code_cell("t", outputs=[shown(RECORD), shown(CHINESE)]),
    new_code_cell("p", outputs=[drawn(FIGURE), said("<details><summary>In words</summary>\n\nBars.\n\n</details>")]),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The folder of the pages of a small project."""
    root = tmp_path_factory.mktemp("edition")
    for folder in ("notebooks", "figures", "data"):
        (root / folder).mkdir()
    (root / "data" / "facts.csv").write_text("fact,value\nrevenue,561.4\n", encoding="utf-8")
    (root / "figures" / "narrow").mkdir()
    for kind in ("svg", "png"):
        path = root / "figures" / f"{FIGURE}.{kind}"
        path.write_text(SVG, encoding="utf-8")
    PIL.Image.new("RGB", (1200, 400), "white").save(root / "figures" / f"{FIGURE}.png")
    shutil.copyfile(path.with_suffix(".svg"), root / "figures" / "narrow" / f"{FIGURE}.svg")
    for name, cells in (("03-income", INCOME), ("14-parts", PARTS)):
        nbformat.write(new_notebook(cells=cells, metadata=METADATA), root / "notebooks" / f"{name}.ipynb")
    assert build.render_html(root, root / "build") == []
    return root / "build" / "html"


@pytest.fixture(scope="module")
def income(pages):
    return BeautifulSoup((pages / "03-income.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def parts(pages):
    return BeautifulSoup((pages / "14-parts.html").read_text(encoding="utf-8"), "html.parser")


def rows(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


# --- outputs ---


def test_code_without_output_joins_the_code_that_follows(income):
    code = [block.get_text().strip() for block in income.select("details.hide pre")]
    assert code == ["a = 1\n\na", "b = 2"]
    assert {fold.summary.get_text() for fold in income.select("details.hide")} == {"Show codeHide code"}
    assert all(block["tabindex"] == "0" for block in income.select("pre")), "the keyboard can scroll it"


def test_a_table_is_what_its_record_says(parts):
    own = parts.select_one("table.budget")
    assert own.caption.get_text() == "Parts of 预算" and own.caption.select_one("[lang=zh-Hans]").get_text() == "预算"
    head, first, second, last = own.select("tr")
    assert [(cell.name, cell["scope"], cell.get_text()) for cell in head.select("th")] == [
        ("th", "col", "Item"),
        ("th", "col", "Amount, 万元"),
    ]
    assert [(cell.name, cell.get("scope"), cell.get_text()) for cell in first.find_all(["th", "td"])] == [
        ("th", "row", "Wages & welfare"),
        ("td", None, "19,519,100\u2008\u2007\u2007"),
    ]
    assert [cell.name for cell in second.find_all(["th", "td"])] == ["td", "td"], "a row without a name has no heading"
    assert "total" in last["class"] and last.th.strong and last.td.em.get_text() == "not stated"
    assert {"num", "na"} <= set(last.td["class"]) and "num" in head.select("th")[1]["class"]


MORE = record(FRAME.assign(share=7), "Amounts and shares", {"item": "Item", "value": "Amount", "share": "%"})
OTHER = record(FRAME.assign(value=[Decimal(n) for n in (1, 2, 3)][: len(FRAME)]), "Others", {"value": "Amount"})
PART = record(FRAME[:1], "One of them", {"item": "Item", "value": "Amount"})


@pytest.mark.parametrize(
    ("drawn_too", "folded"), [(RECORD, True), (MORE, True), (CHINESE, False), (OTHER, False), (PART, False)]
)
def test_a_table_folds_where_the_picture_below_draws_a_column_of_it(drawn_too, folded):
    box = nodes.container("", nodes.paragraph("", "the table"), classes=["output"])
    before, after = nodes.container("", box), nodes.container("")
    nodes.container("", before, after)
    ShowOutputs.fold_table(None, before, [{"table": RECORD}])
    ShowOutputs.fold_table(None, after, [{"picture": "01-x", "values": drawn_too}])
    assert (box[0].get("label") == "drawn") is folded and box.astext() == "the table"
    assert box[0].parent is box, "what asks for the heading above finds it"


def test_every_table_is_offered_as_a_file_that_spreadsheets_read(pages, parts):
    names = [link["href"] for link in parts.select("p.take a[href$='.csv']")]
    assert names[:3] == [f"files/tables/14-parts-{name}.csv" for name in ("parts-of", "parts-of-2", "words")]
    assert all(link.has_attr("download") for link in parts.select("p.take a"))
    assert rows(pages / names[0]) == [
        ["Item", "Amount, 万元"],
        ["Wages & welfare", "19519100"],
        ["", "-4.05"],
        ["In all", "not stated"],
    ]
    assert as_csv(RECORD) == (pages / names[1]).read_bytes()


def test_a_picture_has_its_words_its_values_and_its_files(pages, parts):
    (image,) = parts.select("article img")
    assert image["src"] == f"_images/{FIGURE}.svg" and image["alt"] == ALT
    values = parts.select_one("details.values")
    assert values.summary.get_text() == "Show the values" and values.caption.get_text() == "The values drawn"
    links = {link.get_text(): link["href"] for link in values.find_next("p", class_="take").select("a")}
    files = {kind.upper(): f"files/figures/{FIGURE}.{kind}" for kind in ("svg", "png")}
    assert links == files | {"CSV": "files/tables/14-parts-values-of-budget-on-one-page.csv"}
    assert all((pages / href).is_file() for href in links.values())


def test_a_picture_has_a_head_of_text_and_an_address(pages, parts):
    """What its own head says is cut off, and the browser knows the size of what is left."""
    figure = parts.select_one(f"figure#figure-{FIGURE}")
    number, *words = figure.figcaption.find_all(True, recursive=False)
    assert number.get_text() == "Figure 14.1" and number["href"] == f"#figure-{FIGURE}"
    assert [(part["class"], part.get_text()) for part in words] == [
        (["title"], "All of 预算 is told"),
        (["subtitle"], "Budget, 万元"),
    ], "nothing where there is no finding"
    assert words[0].find("span", lang="zh-Hans")
    image = figure.select_one("a.larger img")
    assert (image["width"], image["height"]) == ("600", "160")
    shown = (pages / image["src"]).read_text()
    assert 'height="120.0pt" viewBox="0 30.0 450 120.0"' in shown, "40 pixels are 30 points"
    assert figure.select_one("a.larger")["href"] == f"files/figures/{FIGURE}.svg"
    assert 'viewBox="0 0 450 150"' in (pages / "files/figures" / f"{FIGURE}.svg").read_text(), "the file is whole"
    cited = figure.select_one("details.cite .copyable")
    assert "“All of 预算 is told”, Figure 14.1 in “Parts”" in cited.get_text()
    assert cited.a["href"] == f"#figure-{FIGURE}" and cited.a.get_text() == f"14-parts.html#figure-{FIGURE}"


def test_the_gallery_leads_to_where_a_picture_stands(pages):
    gallery = BeautifulSoup((pages / "gallery.html").read_text(encoding="utf-8"), "html.parser")
    (link,) = gallery.select("ul.thumbnails > li > a")
    assert link["href"] == f"14-parts.html#figure-{FIGURE}"
    assert link.img["alt"] == ALT and link.img["loading"] == "lazy"
    assert link.get_text(" ", strip=True).startswith("Figure 14.1 All of")


def test_a_phone_gets_the_picture_that_is_drawn_for_it(pages, parts):
    (choice,) = parts.select("article picture")
    source, image = choice.find_all(True)
    assert source["media"] == "(max-width: 40rem)" and source["srcset"] == f"files/shown/narrow/{FIGURE}.svg"
    assert (source["width"], source["height"]) == ("331", "200") and image["alt"]
    assert (pages / source["srcset"]).is_file()


def test_each_cell_knows_what_it_stands_below(parts):
    """On a phone a row is a list: each cell with its heading before it."""
    table = parts.select_one("table.budget")
    heads = [head.get_text() for head in table.select("thead th")]
    for row in table.select("tbody tr"):
        assert [cell["data-head"] for cell in row.select("th, td")] == heads


def test_folds_of_markdown_are_folds_of_the_page(income):
    outer, inner = income.select("article details:not(.hide)")
    assert outer.summary.get_text() == "More “预算” & all" and outer.summary.select_one("[lang]").get_text() == "“预算”"
    assert inner.parent is outer and inner.p.get_text() == "Deep." and outer.em.get_text() == "holds"
    assert outer.find_next_sibling("p").get_text() == "After."


def test_links_of_notebooks_lead_to_pages_and_to_copied_files(pages, income):
    links = {link.get_text(): link["href"] for link in income.select("article a")}
    assert links["the parts"] == "14-parts.html#the-parts" and links["Data"] == "files/data/facts.csv"
    assert (pages / links["Data"]).read_text(encoding="utf-8").startswith("fact,")


def test_every_picture_of_the_book_has_its_values():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                if name := output.get("metadata", {}).get("picture"):
                    assert output.metadata["values"]["rows"], name
                    assert {"svg", "png"} <= set(read_book(str(ROOT)).kinds(name))


def test_no_table_shows_how_lists_are_kept_in_the_data():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                for row in output.get("metadata", {}).get("table", {}).get("rows", []):
                    assert not [text for text in row["cells"] if " | " in text], (path.name, cell.id)


# --- the writer ---


def test_chinese_is_marked_and_nothing_else_is(income, parts):
    for page in (income, parts):
        for text in page.body.find_all(string=re.compile(r"[\u3400-\u9fff]")):
            if not text.find_parent(["code", "pre", "script"]):
                assert text.find_parent(lang="zh-Hans"), text
        for node in page.select("[lang|=zh]"):
            assert re.search(r"[\u3400-\u9fff]", node.get_text()), node
            assert not node.select("[lang]"), "only once"
    assert not income.select("code [lang]") and income.title.get_text().startswith("Income: 收入 -")
    (passage,) = [p for p in income.select("blockquote p") if p.get_text() == "2021年收入预算561.4万元。"]
    assert passage["lang"] == "zh-Hans" and passage.select_one(".held").get_text() == "561.4万元"
    assert [cell.get_text() for cell in parts.select("td[lang=zh-Hans], th[lang=zh-Hans]")] == [
        "名称",
        "年初预算数150万元",
    ]
    assert any(link.select_one("[lang]") for link in income.select(".sidebar-tree a, .toc-tree a")), "in the lists, too"


def test_tables_of_markdown_get_a_caption_and_scopes(income):
    computed, written = income.select("article table")
    assert written.caption.get_text() == "The way 之路" and written.caption["class"] == ["unseen"]
    assert [cell.get("scope") for cell in written.find_all(["th", "td"])] == ["col", "col", None, None, None, None]
    assert "text-right" in computed.select("td")[1]["class"] and not computed.select("p")


def test_what_is_wider_than_a_narrow_screen_can_be_scrolled(pages, income, parts):
    for page in (income, parts):
        assert page.select("article table")
        for own in page.select("article table"):
            assert own.parent["tabindex"] == "0" and own.parent["aria-label"] == "Table"


def test_the_front_page_shows_a_picture_and_leads_to_where_it_stands(pages):
    index = BeautifulSoup((pages / "index.html").read_text(encoding="utf-8"), "html.parser")
    number = index.select_one("figure figcaption a.number")
    assert number["href"] == f"14-parts.html#figure-{FIGURE}" and number.get_text() == "Figure 14.1"
    assert index.select_one("figure source")["media"] and not index.select("figure details.values")


def test_the_frame_leads_past_the_navigation_first(income):
    stops = income.body.find_all(["a", "input", "button"])
    assert "skip-to-content" in stops[0]["class"]
    assert [stop["id"] for stop in income.select("nav.switches > input")] == ["__navigation", "__toc"]
    assert [drawer["aria-label"] for drawer in income.select("aside")] == ["The book", "On this page"]
    assert all(head["aria-level"] == "2" for head in income.select("p.caption[role=heading]"))
    with pytest.raises(ValueError, match="look at order_frame"):
        html.order_frame("<p>another theme</p>")


def test_a_page_is_described_in_plain_words(income):
    assert income.find("meta", property="og:description")["content"] == "What of 预算?"
    assert "1951.91 万元" in income.find("meta", property="og:image:alt")["content"]


def test_a_chapter_is_shown_elsewhere_by_its_title_over_its_first_picture(pages, income, parts):
    files = []
    for page in (income, parts):
        files.append(page.find("meta", property="og:image")["content"])
        width, height = (page.find("meta", property=f"og:image:{side}")["content"] for side in ("width", "height"))
        with PIL.Image.open(pages / files[-1]) as image:
            assert image.size == (int(width), int(height)) == (1200, 630)
    assert len(set(files)) == 2 and len({(pages / file).read_bytes() for file in files}) == 2
    assert parts.find("meta", property="og:image:alt")["content"] == ALT


def test_a_book_with_an_address_gives_it_to_those_who_link_to_it():
    template = (ROOT / "book/_templates/page.html").read_text(encoding="utf-8")
    tags = template[template.index("{%- if address %}") : template.index('<meta property="og:image:width"')]
    shown = Environment().from_string(tags)
    page = {
        "preview_file": "_static/previews/a.png",
        "pathto": lambda name, _: name,
        "pageurl": "https://a.example/a.html",
    }
    assert "og:url" not in shown.render(page) and 'content="_static/previews/a.png"' in shown.render(page)
    public = shown.render(page | {"address": "https://a.example/"})
    assert 'content="https://a.example/_static/previews/a.png"' in public and page["pageurl"] in public


def test_the_sheet_says_where_the_book_is_once_it_is_somewhere():
    words = Chapter("01-budget-on-one-page", folder=ROOT / "notebooks/words").words["pictures"]
    assert contents.about().get("url", "") in words["budget-on-one-page"]["source"]
    assert contents.TITLE in words["budget-on-one-page"]["source"]


def test_a_chapter_says_what_runs_its_notebook(income):
    target = income.select_one(".take code").get_text().removeprefix("make ")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


# --- terms ---


def parsed(markdown):
    """Markdown as a document."""
    return publish_doctree(markdown, parser=Parser(), settings_overrides={"doctitle_xform": False})


def marks(markdown):
    """The terms and the words that are marked in a text, which stays as it is."""
    document = parsed(markdown)
    before = document.astext()
    mark_terms(document, "17-glossary")
    assert document.astext() == before
    links = [link for link in document.findall(nodes.reference) if "term" in link["classes"]]
    return [(link["refuri"].removeprefix("17-glossary.html#term-"), link.astext()) for link in links]


def test_the_first_use_of_a_term_is_marked_the_longest_wording_first():
    assert marks("Basic expenditure, then basic expenditure again, and 基本支出.") == [
        ("basic-expenditure", "Basic expenditure")
    ]
    assert [word for _, word in marks("The **agency operating funds** are large.")] == ["agency operating funds"]
    assert marks("Wages-and-procurementlike words are no procurements.") == []
    assert marks("- **Procurement:** it is *procurement*.") == [("procurement", "procurement")], "not as a label"


def test_a_term_says_what_it_means():
    document = parsed("A word: 基本支出.")
    mark_terms(document, "17-glossary")
    (link,) = document.findall(nodes.reference)
    said = load("glossary").loc["basic-expenditure"]
    assert link["attributes"]["data-plain"] == said["plain"] and said["pinyin"] in link["attributes"]["data-names"]
    assert link["classes"] == ["term", "language-zh-Hans"]


@pytest.mark.parametrize(
    "source",
    [
        "# Procurement",
        "> 政府采购预算",
        "`procurement`",
        "[procurement](09-procurement.ipynb)",
        "```\nprocurement\n```",
    ],
)
def test_no_term_is_marked_in_headings_quotations_code_and_links(source):
    assert marks(source) == []


def test_no_word_with_a_meaning_of_every_day_is_marked():
    assert marks("The budget of a department; a finding carried over.") == []


def test_a_section_in_a_sentence_has_our_number_before_a_chinese_one_that_stands_alone():
    said = "Section 三 and section 四（一）, sections 二, in section 一."
    told = "Section 3 (三) and section 4.1 四（一）, sections 2 (二), in section 1 (一)."
    assert numbered(said).replace("\u00a0", " ") == told
    listed = numbered("sections 二, 三（二）1 and 四").replace("\u00a0", " ")
    assert listed == "sections 2 (二), 3.2.1 三（二）1 and 4 (四)"
    assert numbered("duty （六）, 三（二）2（1）") == "duty 6\u00a0（六）, 3.2.2.1\u00a0三（二）2（1）"
    assert numbered(told) == told, "not twice"
    assert numbered("一 duties") == "1\u00a0(一) duties", "as the heading of the section, too"
    chinese = "一般 and 一 and （一）收入预算 and 三（二）的 and 网格（六）"
    assert numbered(chinese) == chinese
    with speaking("zh"):
        assert numbered("第三（二） section 三（二）") == "第三（二） section 三（二）"


def test_a_table_of_three_columns_with_long_cells_is_a_list_on_a_phone():
    for cell, classes in (("word " * 8, []), ("word " * 9, ["wordy"])):
        shown = table(record(pd.DataFrame({"a": ["A"], "b": ["B"], "c": [cell]}), "T", {"a": "A", "b": "B", "c": "C"}))
        holder = nodes.container("", shown)
        html.name_wordy_tables(None, holder)
        assert [c for c in shown["classes"] if c == "wordy"] == classes


def test_a_section_that_is_a_chinese_number_alone_has_ours_before_it():
    shown = [labelled("section", cell) for cell in ("一", "三（一）", "名词解释")]
    assert shown == ["1\u00a0(一)", "3.1\u00a0三（一）", "名词解释"]
    assert labelled("zh", "一") == "一"


def test_a_unit_that_is_chinese_says_what_it_counts():
    cells = ["17 人", "平方米", "0 辆", "about 220 人", "415 万元", "人员", "编制人数 27 人"]
    assert [labelled("unit", cell) for cell in cells] == [
        "17 人 (people)",
        "平方米 (m²)",
        "0 辆 (vehicles)",
        "about 220 人 (people)",
        "415 万元",
        "人员",
        "编制人数 27 人",
    ], "and nothing is put into a quotation"


def test_every_term_arrives_at_an_entry():
    document = parsed("")
    notebook = nbformat.read(NOTEBOOKS / "17-glossary.ipynb", as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "table" in output.get("metadata", {}):
                keys = {column["key"] for column in output.metadata["table"]["columns"]}
                document += (definitions if "pinyin" in keys else table)(output.metadata["table"])
    assert name_entries(document) == []
    names = [name for entry in document.findall(element) for name in entry["ids"]]
    assert sorted(names) == sorted(f"term-{term}" for term in load("glossary").index)


def test_an_entry_that_is_not_there_is_reported():
    assert len(name_entries(parsed(""))) == len(load("glossary"))


# --- search ---


def test_a_word_is_the_subject_of_the_chapter_that_reads_its_section():
    found = subjects(read_book(str(ROOT)).chapters, LILING)
    for word, chapter in {
        "会议费": "13-meetings-and-training",
        "三公": "12-three-public-expenses",
        "三公经费": "12-three-public-expenses",
        "卫生健康支出": "04-expenditure",
        "health": "04-expenditure",
        "机关运行经费": "07-operating-funds",
        "agency operating funds": "07-operating-funds",
    }.items():
        assert [page for page, words in found.items() if word in words] == [chapter], word
    assert subjects([{"section": "九", "file": "01-a.ipynb"}], LILING) == {}, "no chapter reads it"


# --- the pages that list what there is ---


@pytest.fixture
def fill(monkeypatch, tmp_path):
    """Fills a page of a book beside whose disclosure lies another one, which no notebook reads."""
    other = shutil.copytree(FOLDER, tmp_path / "another")
    monkeypatch.setattr(contents, "disclosures", lambda: [other, FOLDER])
    book, told = contents.Book(ROOT), []
    monkeypatch.setattr(contents, "read_book", lambda root: book)
    monkeypatch.setattr(contents.logger, "warning", lambda message, *fields, location: told.append(message % fields))
    notes = {"03-income": {"stated": [("F031", "The sources", "s-F031")]}}
    app = SimpleNamespace(
        config=SimpleNamespace(edition_root=""), env=SimpleNamespace(metadata=defaultdict(dict, notes))
    )

    def filled(page, text=""):
        source = [text]
        contents.fill_page(app, page, source)
        return source[0]

    filled.told = told
    return filled


def test_a_disclosure_that_no_notebook_reads_has_a_page_of_its_own(fill):
    own, others = fill("disclosure"), fill("disclosure-another")
    assert others.startswith("---\norphan: true\n---\n") and not own.startswith("---")
    assert 'href="03-income.html#s-F031"' in own and "03-income" not in others
    assert fill("index", "{{disclosures}}") == "The disclosure <disclosure>"


def test_a_chapter_that_reads_several_disclosures_leads_to_none(monkeypatch):
    monkeypatch.setattr(contents, "disclosures_read", lambda path: [FOLDER] * (1 + (path.stem == "03-income")))
    book = contents.Book(ROOT)
    assert set(book.paths) - set(book.links) == {"03-income"}


def test_pages_get_what_they_ask_for(fill):
    assert fill("index", "{{picture 02-budget-on-one-page}}").startswith("![3 stacked columns")
    assert "Income <03-income>" in fill("index", "{{toctree}}")
    assert fill("03-income", "{{toctree}}") == "{{toctree}}", "a chapter is left alone"
    assert fill.told == [] and fill("index", "{{picture 14-nothing}}{{unknown}}") == ""
    assert [message[:22] for message in fill.told] == ["asks for {{picture 14-", "asks for {{unknown}}, "]


def test_the_pages_of_disclosures_are_read_last():
    names = ["disclosure", "gallery", "disclosure-a", "03-income", "index"]
    contents.chapters_first(None, None, names)
    assert names == ["03-income", "gallery", "index", "disclosure", "disclosure-a"]


def test_a_number_and_its_unit_stay_on_one_line():
    spaced = "150 万元, 70.5 %, 17 人, 1200 平方米, 3 万 but 2 yuan, 5 万元一"
    assert UNIT.sub("_", spaced) == "150_万元, 70.5_%, 17_人, 1200_平方米, 3_万 but 2 yuan, 5 万元一"
    assert UNIT.sub("_", " 万元 more") == "_万元 more", "behind a number that is a link"
    assert RUN.sub(in_chinese, "561.4 万元").endswith('<span lang="zh-Hans" class="held">万元</span>')
    assert RUN.sub(in_chinese, "机关运行经费") == '<span lang="zh-Hans">机关运行经费</span>'


def test_small_print_is_a_note_on_the_block_before_it():
    document = parsed("# A\n\nSo it is.\n\n<small>Or *not*.</small>\n\nA <small>word</small> in it is none.")
    html.set_side_notes(None, document)
    (beside,) = document.findall(nodes.container)
    assert [block.astext() for block in beside] == ["So it is.", "Or not."]
    assert beside["classes"] == ["beside"] and beside[1]["classes"] == ["side"]
    assert [type(node) for node in beside[1]] == [nodes.Text, nodes.emphasis, nodes.Text]
    with pytest.raises(ValueError, match="no text before it: .*Alone"):
        html.set_side_notes(None, parsed("# A\n\n<small>Alone.</small>"))


def test_a_check_that_fails_is_marked_in_its_row():
    rows = pd.DataFrame({"check": ["C01", "C02"], "state": ["holds", "fails"]})
    body = table(record(rows, "Checks", {"check": "Check", "state": "State"})).next_node(nodes.tbody)
    assert ["fails" in row["classes"] for row in body] == [False, True]


def test_downloads_say_what_they_hold(parts):
    named = {link.get_text(): link["aria-label"] for link in parts.select("a[download][aria-label]")}
    assert named["SVG"] == "SVG: budget on one page" and named["CSV"].startswith("CSV: ")
