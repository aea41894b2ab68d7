"""Traceable numbers: from a number to its place in the disclosure, and back (book/stated.py, book/tracing.py)."""

import copy
import csv
import html
import pickle
import re
from decimal import Decimal

import nbformat
import pandas as pd
import pytest
import tracing
from checkout import NOTEBOOKS
from liling import FOLDER, LILING
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tracing import DisclosurePage

import build
from budgetbook.disclosure import Disclosure
from budgetbook.document import Document
from budgetbook.numbers import Stated, rounded
from budgetbook.show import tables
from budgetbook.show.tables import table

FACTS = LILING.facts
FIGURES = FACTS[FACTS["value"].notna()].set_index("fact", drop=False)
TITLES = {"01-income.ipynb": "Income: where the money comes from"}


@pytest.fixture
def page():
    return DisclosurePage(LILING, titles=TITLES)


@pytest.fixture(scope="module")
def text():
    """The page of the disclosure, as Markdown with HTML, before any chapter is read."""
    return DisclosurePage(LILING).page_text()


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
    lines = "".join(line for block in shown for line in block.split("\n"))
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<sup.*?</sup>", "", lines)))


def test_the_page_has_the_disclosure_character_by_character(text):
    assert passages(text) == LILING.text


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
    assert {build.make_id(heading) for heading in ("All checks", "All numbers")} == set(
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
    assert shown == {row["check"]: row["state"] for row in checks}
    for fact in FACTS["fact"]:
        mine = [row for row in checks if fact in row["facts"].split() and row["state"] != "untested"]
        expected = "○" if not mine else "△" if all(row["relation"] == "<=" for row in mine) else "●"
        expected = "◆" if any(row["state"] == "fails" for row in mine) else expected
        entry = re.search(rf'<li id="e-{fact}".*?<span class="st \w+" aria-hidden="true">(.)</span>', text)
        assert entry[1] == expected, fact
        mark = re.search(rf' id="{fact}".*?<sup class="st[^>]*>(?:<a[^>]*>)?(.)', text)
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
    text = DisclosurePage(liling).page_text()
    assert passages(text) == liling.text
    assert "## The opening" in text and "## 一 收入" in text
    broken = DisclosurePage(Disclosure("没有数字"))
    assert passages(broken.page_text()) == "没有数字"


# --- links to it ---


def prose(page, text):
    return page.link_prose(text, "01-income.ipynb", "Here")[0]


def targets(linked):
    return re.findall(r"disclosure\.html#([^ \")]+)", linked)


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
        ("`5.35 万元` and [5.35 万元](x.html) and <summary>5.35 万元</summary>", []),
        ("5.35 %, 10.43 元, 1951.91 yuan, 5.35 times, 5.350, 15.35, 5.35.1, −5.35, 0 万元, 17, 1 个, 17 万元", []),
        ("155 − 150 = 5 万元, ≈ 18 万元, about 4 万元", ["F072"][:0]),
        ("5.36 万元, 1951.9 万元, 19519.1 万元, F 415.4", []),
    ],
)
def test_prose_leads_only_to_where_the_number_is_stated(page, written, leads_to):
    linked = prose(page, written)
    assert targets(linked) == leads_to
    assert re.sub(r"\[([^\]]*)\]\(disclosure[^)]*\)", r"\1", linked) == written


def test_a_quoted_passage_leads_to_its_own_place(page):
    linked = prose(
        page, "> （一）收入预算：2021年年初预算数1951.91万元，其中，一般公共预算拨款1951.91万元；… 其他收入0万元"
    )
    assert targets(linked) == ["F022", "F023", "F026"]
    assert targets(prose(page, "> 150万元")) == [], "words that stand in several places do not tell which is meant"
    assert targets(prose(page, "> 收入预算1951.91万元")) == [], "words that the text does not have"


HEAD = '<table class="budget"><caption>5.35 万元</caption><thead><tr><th>5.35 万元</th></tr></thead><tbody>'


def rows(page, *cells):
    page.anchors = {}
    return page.link_table(f"<table><tr>{''.join(cells)}</tr></table>", "01-income.ipynb", "Here")


def test_a_cell_leads_to_its_fact_if_it_really_shows_it(page):
    linked = rows(page, '<td class="num" data-fact="F031"><strong>5.35</strong>  </td>')
    assert targets(linked) == ["F031"] and ">5.35</a></strong>  </td>" in linked and ' id="s-F031"' in linked
    assert targets(rows(page, '<td class="num" data-fact="F031">5.36</td>')) == []
    assert targets(rows(page, '<td class="num" data-fact="F999">5.35</td>')) == []
    assert targets(rows(page, '<td class="num">5.35</td>')) == [], "computed"
    quote = '<td><span lang="zh-Hans">卫生健康支出</span>5.35<span lang="zh-Hans">万元</span></td>'
    assert '</span><a class="stated" id="s-F031"' in rows(page, quote)
    assert targets(rows(page, '<td data-fact="F042">比上年</td>')) == ["F042"], "a part of the fact's words"
    assert targets(rows(page, '<td class="num" data-fact="F031">5.3</td>')) == []
    assert targets(rows(page, '<td data-fact="F042">比去年</td>')) == []
    assert targets(rows(page, "<td>无下属二级预算单位</td>")) == [], "stated twice"
    assert targets(rows(page, '<td data-fact="F019">无下属二级预算单位</td>')) == ["F019"]


def test_the_figures_of_a_check_lead_to_the_facts_that_it_rests_on(page):
    assert targets(rows(page, "<td>C13</td>", "<td>150</td>", "<td>150</td>")) == ["C13", "F066", "F037"]
    assert targets(rows(page, "<td>C18</td>", "<td>561.4 = 150 + 415.45</td>")) == ["C18", "F042", "F044", "F047"]
    assert targets(rows(page, "<td>F041 F042</td>", "<td>1951.91 万元</td>")) == ["F041", "F042", "F041"]
    assert targets(rows(page, "<td>三（二）1</td>", "<td>1801.91 万元</td>")) == ["F032"], "the row names the section"
    linked = rows(page, "<td>100 × 4 ÷ (5 − 4)</td>", "<td>F068 F070</td>")
    assert targets(linked) == ["F070", "F068", "F068", "F070"]
    assert targets(rows(page, "<td>5 − 4</td>")) == []
    assert targets(rows(page, "<td>C99</td>", "<td>150</td>")) == []


def test_the_page_leads_back_to_where_a_fact_is_shown(page):
    output = new_output("display_data", {"text/html": '<tr><td data-fact="F031">5.35</td></tr>' * 2})
    say = new_output("display_data", {"text/markdown": "In all 1951.91 万元."})
    cells = [
        new_markdown_cell("# Income\n\n*What of 561.4 万元?*"),
        new_markdown_cell("## By *function*\n\nHere."),
        new_code_cell("", outputs=[output, say]),
    ]
    notebook = new_notebook(cells=cells)
    page.link_notebook(notebook, "01-income.ipynb")
    assert notebook.cells[0].source == "# Income\n\n*What of 561.4 万元?*", "the opening is used elsewhere, too"
    assert re.findall(r' id="([^"]+)"', output.data["text/html"]) == ["s-F031", "s-F031-2"]
    text = page.page_text()
    assert '<i>Income</i>: <a href="01-income.html#s-F031">By function</a>' in text
    assert "shown in 1 chapter<" in text and "01-income.html#income" not in text
    assert '<a href="01-income.html#by-function">By function</a>' in text[text.index('<li id="n-1951.91">') :]


def test_the_book_links_no_number_that_the_text_does_not_state(tmp_path):
    """All chapters as they are: every linked number is one of those that the target states."""
    chapters = build.chapters()
    for row in chapters:
        notebook = nbformat.read(NOTEBOOKS / row["file"], as_version=4)
        nbformat.write(notebook, tmp_path / row["file"])
    tracing.trace(tmp_path, chapters, {FOLDER})
    page = (tmp_path / "disclosure.md").read_text(encoding="utf-8")
    names = set(re.findall(r' id="([^"]+)"', page))
    seen = 0
    for row in chapters:
        source = (tmp_path / row["file"]).read_text(encoding="utf-8").replace('\\"', '"')
        links = re.findall(r"\[([^\]\n]+)\]\(disclosure\.html#(\S+)", source)
        links += [(text, key) for key, text in re.findall(r'<a class="stated"[^>]*#([^"]+)"[^>]*>([^<]+)</a>', source)]
        for shown, key in links:
            assert key in names, (row["file"], key)
            number = re.sub(r"[,−]", "", shown)
            if key.startswith("n-"):
                assert number == key[2:], (row["file"], shown, key)
            elif key in FIGURES.index:
                stated = FIGURES.loc[key]
                claimed = {stated["printed"], f"{abs(stated['value']):f}"}
                words = not re.search(r"^\d", shown) and html.unescape(shown) in stated["quote"]
                assert number in claimed or words, (row["file"], shown, key)
            seen += 1
    assert seen > 300


def test_positions_are_those_of_the_published_text():
    document = Document.read(FOLDER)
    assert all(document.text[row.number_start : row.number_end] == row.printed for row in FIGURES.itertuples())
