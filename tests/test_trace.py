"""Traceable numbers: from a number to its place in the disclosure, and back (book/edition)."""

import copy
import csv
import html
import pickle
import re
from decimal import Decimal

import pandas as pd
import pytest
from checkout import ROOT
from docutils import nodes
from docutils.core import publish_doctree
from edition.contents import read_book
from edition.disclosure import DisclosurePage
from edition.marks import Trail, hold_units
from edition.outputs import table as table_node
from edition.stated import Links
from liling import FOLDER, LILING
from myst_parser.parsers.docutils_ import Parser

from budgetbook.disclosure import Disclosure
from budgetbook.document import Document
from budgetbook.numbers import Stated, rounded
from budgetbook.show import tables
from budgetbook.show.tables import table
from budgetbook.show.vocabulary import word
from budgetbook.text import marked

FACTS = LILING.facts
FIGURES = FACTS[FACTS["value"].notna()].set_index("fact", drop=False)
LINKS = Links(LILING)


@pytest.fixture(scope="module")
def text():
    """The page of the disclosure, as Markdown with HTML, before any chapter is read."""
    return DisclosurePage(LINKS).text()


# --- numbers that know their fact ---


def test_a_stated_number_is_a_decimal_that_knows_its_fact():
    value = LILING.value("expenditure.function.health")
    assert type(value) is Stated and value.fact == "F031"
    assert value == Decimal("5.35") and hash(value) == hash(Decimal("5.35")) and str(value) == "5.35"
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert type(other) is Stated and other.fact == "F031" and other == value


def test_what_is_computed_claims_no_place():
    one, two = LILING.value("income"), LILING.value("procurement")
    computed = [one + 0, 0 + one, one - two, one * 1, 1 * one, one / 2, -one, +one, abs(one), one**1, one % 7, one // 1]
    computed += [sum([one]), sum([one, two]), one.quantize(Decimal(1)), rounded(one, 2), Decimal(one), round(one, 1)]
    assert {type(value) for value in computed} == {Decimal}


def test_a_converted_value_claims_no_place():
    liling = Disclosure("一、收支\n2021年收入预算0.155亿元。", {"fiscal_year": 2021})
    (stated,) = liling.facts["value"]
    assert type(stated) is Stated and type(liling.value("income")) is Decimal


def test_the_fact_survives_the_work_of_a_notebook():
    whole = FACTS[FACTS["section"] == "三（二）"]
    frames = {
        "assign": whole.assign(share=1),
        "concat": pd.concat([whole, whole]),
        "copy": whole.copy(deep=True),
        "dicts": pd.DataFrame(whole.to_dict("records")),
        "first": FACTS.groupby("item", as_index=False).first(),
        "merge": whole.drop(columns="value").merge(FACTS[["fact", "value"]], on="fact"),
        "sort": whole.sort_values("value", ascending=False),
        "index": whole.set_index("item").loc[["expenditure"]].reset_index(),
    }
    for name, frame in frames.items():
        values = frame["value"].dropna()
        assert len(values) and {type(value) for value in values} == {Stated}, name
        assert all(FIGURES.loc[value.fact, "value"] == value for value in values), name
    assert type(whole["value"].sum()) is Decimal and type((whole["value"] * 1).iloc[0]) is Decimal


def test_cells_say_which_fact_they_show(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", lambda bundle, raw, metadata: shown.append(bundle["text/html"]))
    rows = FACTS[FACTS["section"] == "三（二）"]
    rows = rows.assign(half=rounded(rows["value"] / 2, 2))
    table(rows, "Expenditure", "value half:whole quote item:label")
    cells = re.findall(r"<t[dh] (?!scope=.col)([^>]*)>(.*?)</t[dh]>", shown[0])
    says = [re.findall(r'data-fact="(F\d+)"', attributes) for attributes, _ in cells]
    assert says[:4] == [["F029"], [], ["F029"], []] and says[8:] == [["F031"], [], ["F031"], []]
    table(rows.drop(columns="fact"), "Expenditure", "quote")
    assert "data-fact" not in shown[1], "words alone do not tell where they stand"
    table(pd.DataFrame({"fact": ["F001 F002"], "quote": ["…"]}), "Two facts", "quote")
    assert "data-fact" not in shown[2]


# --- the page ---


def passages(text):
    """The text that the page shows as the disclosure's, without the marks of states."""
    shown = re.findall(r'<div class="passage" lang="zh-Hans">\n(.*?)\n</div>', text, re.DOTALL)
    shown = [re.sub(r'<p class="english" lang="en">.*?</p>', "", block) for block in shown]
    lines = "".join(line for block in shown for line in block.split("\n"))
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<sup.*?</sup>", "", lines)))


def test_the_page_has_the_disclosure_character_by_character(text):
    assert passages(text) == LILING.text


def test_every_sentence_has_its_english_right_below_it(text):
    pieces = re.findall(r'<p>(.*?)</p>(?:\n<p class="english" lang="en">(.*?)</p>)?', text)
    plain = [(html.unescape(re.sub(r"<sup.*?</sup>|<[^>]*>", "", zh)).strip(), en) for zh, en in pieces]
    left = LILING.translation[["zh", "en"]].values.tolist()
    for zh, en in [pair for pair in plain if pair[1]]:  # two sentences together where the words of a fact go on
        while en:
            sentence, english = left.pop(0)
            assert sentence in zh and en.startswith(marked(english))
            en = en.removeprefix(marked(english)).strip()
    assert left == []


def test_every_figure_is_marked_once_and_where_it_stands(text):
    marks = re.findall(r'<a class="figure" id="(F\d+)" href="#e-(F\d+)"[^>]*>(.*?)<sup', text)
    assert [fact for fact, _, _ in marks] == list(FIGURES["fact"])
    assert all(fact == entry for fact, entry, _ in marks)
    assert [shown for *_, shown in marks] == list(FIGURES["printed"])
    at = 0
    for fact, _, shown in marks:  # in the order of the text, each at its own position
        before = passages(text[: text.index(f'<a class="figure" id="{fact}"')] + "\n</div>")
        assert len(before) == FIGURES.loc[fact, "number_start"] >= at, fact
        at = len(before) + len(shown)


def test_every_statement_in_words_is_marked_and_has_its_entry(text):
    for fact in FACTS["fact"]:
        assert text.count(f' id="{fact}"') == 1 and text.count(f'<li id="e-{fact}"') == 1, fact


def test_every_link_of_the_page_arrives_and_no_name_is_used_twice(text):
    names = re.findall(r' id="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(names)
    assert {nodes.make_id(heading) for heading in ("All checks", "All numbers")} == set(
        re.findall(r"\]\(#(.+?)\)", text)
    )


def test_the_tags_of_every_line_nest(text):
    for line in re.findall(r"<p[ >].*?</p>|<li .*?</li>\n", text, re.DOTALL):
        stack = []
        for closing, tag in re.findall(r"<(/?)(\w+)[^>]*>", line):
            assert not closing or stack.pop() == tag, line
            stack += [] if closing else [tag]
        assert stack == [], line


def test_the_states_shown_are_those_of_the_checks(text):
    with (FOLDER / "derived/checks.csv").open(encoding="utf-8-sig", newline="") as file:
        checks = list(csv.DictReader(file))
    shown = dict(re.findall(r'<li id="(C\d+)"><span[^>]*>.</span> C\d+ <b>([^<]+)</b>', text))
    assert shown == {row["check"]: word(f"state.{row['state']}") for row in checks}
    for fact in FACTS["fact"]:
        mine = [row for row in checks if fact in row["facts"].split() and row["state"] != "untested"]
        expected = "○" if not mine else "△" if all(row["relation"] == "<=" for row in mine) else "●"
        expected = "◆" if any(row["state"] == "fails" for row in mine) else expected
        entry = re.search(rf'<li id="e-{fact}".*?<span class="st \w+" aria-hidden="true">(.)</span>', text)
        assert entry[1] == expected, fact
        mark = re.search(rf' id="{fact}".*?<sup class="st[^>]*>(?:<a[^>]*>)?(.)', text, re.DOTALL)
        assert mark[1] == expected or FACTS.set_index("fact").loc[fact, "value"] is None, fact
        inside = text[text.index(f'<li id="e-{fact}"') :].split("</details>")[0]
        rests = [row["check"] for row in checks if fact in row["facts"].split()]
        assert re.findall(r'<a href="#(C\d+)">', inside) == rests, fact


def test_the_sums_of_checks_lead_to_the_figures(text):
    row = re.search(r'<li id="C18">.*?</li>', text)[0]
    assert re.findall(r'<a href="#(F\d+)">([^<]*)</a>', row) == [("F042", "561.4"), ("F044", "150"), ("F047", "415.45")]
    row = re.search(r'<li id="C13">.*?</li>', text)[0]
    assert re.findall(r'<a href="#(F\d+)">', row) == ["F066", "F037"], "the two sides are told apart"


def test_every_number_is_in_the_index_with_all_its_places(text):
    index = text[text.index("## All numbers") :]
    for row in FIGURES.itertuples():
        entry = re.search(rf'<li id="n-{re.escape(str(row.value))}"><b>.*?</ul>', index)[0]
        assert f'href="#{row.fact}"' in entry


def test_any_disclosure_gets_its_page():
    liling = Disclosure("说明如下。\n一、收入\n收入预算<5&6>万元，比上年增加2万元。\f\n\n完", {"fiscal_year": 2021})
    text = DisclosurePage(Links(liling)).text()
    assert passages(text) == liling.text
    assert "## The opening" in text and "## 一 收入" in text
    assert passages(DisclosurePage(Links(Disclosure("没有数字"))).text()) == "没有数字"


# --- links to it ---


def parsed(markdown):
    """Markdown as a document."""
    return publish_doctree(markdown, parser=Parser(), settings_overrides={"doctitle_xform": False})


def targets(document):
    """Where the links into the disclosure lead."""
    found = [link["refuri"] for link in document.findall(nodes.reference)]
    return [uri.partition("#")[2] for uri in found if uri.startswith("disclosure.html#")]


def traced(markdown):
    """Where the numbers of a text lead; its words stay as they are."""
    document = parsed(markdown)
    before = document.astext()
    Trail(LINKS, document)
    assert document.astext() == before
    return targets(document)


@pytest.mark.parametrize(
    ("written", "leads_to"),
    [
        ("Health has 5.35 万元.", ["F031"]),
        ("It is **1951.91** in all.", ["n-1951.91"]),
        ("It is 1,951.91 万元; again 1,951.91 万元.", ["n-1951.91"]),
        ("There are 17 人, and 220 万元 of services for about 220 人.", ["F011", "F057"]),
        ("They are 1200 平方米.", ["F059"]),
        ("比上年度预算增加415.45万元", ["F050"]),
        ("其中150万主要用于", ["F073"]),
        ("## A title of 5.35 万元", []),
        ("`5.35 万元` and [5.35 万元](x.html) and ![5.35 万元](x.svg)", []),
        ("5.35 %, 10.43 元, 1951.91 yuan, 5.35 times, 5.350, 15.35, 5.35.1, −5.35, 0 万元, 17, 1 个, 17 万元", []),
        ("155 − 150 = 5 万元, ≈ 18 万元, about 4 万元", []),
        ("**17** 人, and [万元](17-glossary.html) behind 5.35 [万元](17-glossary.html)", ["F011", "F031"]),
        ("= **5.35** 万元, and about *5.35* 万元", []),
        ("5.36 万元, 1951.9 万元, 19519.1 万元, F 415.4", []),
    ],
)
def test_prose_leads_only_to_where_the_number_is_stated(written, leads_to):
    assert traced(written) == leads_to


def test_a_quoted_passage_leads_to_its_own_place():
    passage = "> （一）收入预算：2021年年初预算数**1951.91**万元，其中，一般公共预算拨款1951.91万元；… 其他收入0万元"
    assert traced(passage) == ["F022", "F023", "F026"]
    assert traced("> 150万元") == [], "words that stand in several places do not tell which is meant"
    assert traced("> 收入预算1951.91万元") == [], "words that the text does not have"
    assert traced("> 其他收入0万元\n> 其他收入0万元") == ["F026", "F026"], "line by line"


def row(*cells, facts=(), numeric=()):
    """Where the cells of a row of a table lead: (name, words) of each link."""
    facts = [*facts, *[""] * (len(cells) - len(facts))]
    numeric = [*numeric, *[False] * (len(cells) - len(numeric))]
    found = LINKS.in_row(list(cells), facts, numeric)
    return [(n.name, cell[n.start : n.end]) for cell, links in zip(cells, found, strict=True) for n in links]


def test_a_cell_leads_to_its_fact_if_it_really_shows_it():
    assert row("5.35", facts=["F031"], numeric=[True]) == [("F031", "5.35")]
    assert row("5.36", facts=["F031"], numeric=[True]) == []
    assert row("5.35", facts=["F999"], numeric=[True]) == []
    assert row("5.35", numeric=[True]) == row("not stated") == [], "computed, or not there"
    assert row("卫生健康支出5.35万元") == [("F031", "5.35")]
    assert row("比上年", facts=["F042"]) == [("F042", "比上年")], "a part of the fact's words"
    assert row("5.3", facts=["F031"], numeric=[True]) == []
    assert row("比去年", facts=["F042"]) == []
    assert row("无下属二级预算单位") == [], "stated twice"
    assert row("无下属二级预算单位", facts=["F019"]) == [("F019", "无下属二级预算单位")]


def test_the_figures_of_a_check_lead_to_the_facts_that_it_rests_on():
    def names(*cells):
        return [name for name, _ in row(*cells)]

    assert names("C13", "150", "150") == ["C13", "F066", "F037"]
    assert names("C18", "561.4 = 150 + 415.45") == ["C18", "F042", "F044", "F047"]
    assert names("F041 F042", "1951.91 万元") == ["F041", "F042", "F041"]
    assert names("三（二）1", "1801.91 万元") == ["F032"], "the row names the section"
    assert names("100 × 4 ÷ (5 − 4)", "F068 F070") == ["F070", "F068", "F068", "F070"]
    assert names("5 − 4") == names("C99", "150") == []


def test_the_page_leads_back_to_where_a_fact_is_shown():
    columns = [
        {"key": "value", "heading": "万元", "numeric": True},
        {"key": "none", "heading": "5.35 万元", "numeric": False},
    ]
    rows = [{"cells": ["5.35", ""], "facts": {"value": "F031"}}] * 2
    document = parsed("# Income\n\n## By *function*\n\nHere.\n\nIn all 1951.91 万元, and 1951.91 万元.")
    section = next(s for s in document.findall(nodes.section) if "by-function" in s["ids"])
    section.insert(2, table_node({"caption": "5.35 万元", "columns": columns, "rows": rows}))
    trail = Trail(LINKS, document)
    shown = [(link["ids"], link["reftitle"]) for link in section.findall(nodes.reference) if link["ids"]]
    assert shown == [
        (["s-F031"], "stated in the disclosure, 三（二）"),
        (["s-F031-2"], "stated in the disclosure, 三（二）"),
    ]
    assert targets(document) == ["F031", "F031", "n-1951.91"], "not in captions and headings; in prose the first use"
    uses = {}
    for name, heading, anchor in trail.uses:
        uses.setdefault(name, []).append(("03-income", heading, anchor))
    text = DisclosurePage(LINKS, uses, {"03-income": "Income: where the money comes from"}).text()
    assert '<i>Income</i>: <a href="03-income.html#s-F031">By function</a>' in text
    assert "shown in 1 chapter<" in text and "03-income.html#income" not in text
    assert '<a href="03-income.html#by-function">By function</a>' in text[text.index('<li id="n-1951.91">') :]


def test_what_is_supposed_does_not_lead_to_what_is_stated():
    columns = [{"key": "value", "heading": "万元", "numeric": True}]
    rows = [{"cells": ["5.35"], "facts": {"value": "F031"}}]
    for classes, led in (([], ["F031"]), (["play"], [])):
        document = parsed("# Income")
        shown = table_node({"caption": "A", "columns": columns, "rows": rows})
        next(document.findall(nodes.section)).append(nodes.container("", shown, classes=classes))
        Trail(LINKS, document)
        assert targets(document) == led


def test_the_opening_of_a_chapter_is_left_alone():
    document = parsed("# Income\n\n*What of 561.4 万元?*\n\nThere are 561.4 万元.")
    first, second = document.findall(nodes.paragraph)
    first.line, second.line = 10_002, 20_001  # MyST-NB: cell 0 and cell 1
    Trail(LINKS, document)
    assert targets(first) == [] and targets(second) == ["F042"]


def test_the_book_is_about_what_its_notebooks_read():
    book = read_book(str(ROOT))
    assert book.read == [FOLDER] and book.disclosures[FOLDER].page == "disclosure"
    assert set(book.links) == set(book.paths) and all(links.page == "disclosure" for links in book.links.values())


def test_positions_are_those_of_the_published_text():
    document = Document.read(FOLDER)
    assert all(document.text[row.number_start : row.number_end] == row.printed for row in FIGURES.itertuples())


@pytest.mark.parametrize(
    ("after", "held"),
    [
        (" 万元 more", "415 万元"),
        ("万元和", "415万元"),
        (" %, a share", "415 %"),
        (" people", None),
        ("人民", None),
        ("", None),
    ],
)
def test_a_number_that_is_a_link_keeps_its_unit(after, held):
    link = nodes.reference("", "415", refuri="disclosure.html#F001", classes=["stated"])
    paragraph = nodes.paragraph("", "Of ", nodes.Text("Of "), link, nodes.Text(after))
    document = nodes.container("", paragraph)
    said = document.astext()
    hold_units(document)
    assert [part.astext() for part in document.findall(nodes.inline)] == ([held] if held else [])
    assert document.astext() == said, "nothing is lost"
