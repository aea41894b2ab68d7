"""Nothing that stands in a disclosure is live HTML or Markdown in the letter, in a table or in a sentence."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liling import LILING
from markdown_it import MarkdownIt

from budgetbook.disclosure import Disclosure
from budgetbook.markdown import inert
from budgetbook.show import tables
from budgetbook.show.tables import as_html, record, say, table

# What the book and JupyterLab understand between them, raw HTML included.
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- 公务接待费 -->",
    "[见附表](javascript:alert(1))",
    "![图](https://example.com/x.png)",
    "[见附表][1]\n\n[1]: https://example.com",
    "<https://example.com>",
    "```\n5万元\n```",
    "~~~ html\n<b>\n~~~",
    "    <b>5万元</b>",
    "\t5万元",
    "# 收入",
    "收入\n===",
    "收入\n---",
    "- 收入\n+ 支出\n* 结转",
    "1. 收入\n2) 支出",
    "> 收入",
    "|收入|支出|\n|---|---|\n|1|2|",
    "收入|支出\n-|-\n1|2",
    "*收入*、**支出**、_结转_、__结余__、~~删~~、`码`",
    "&lt;b&gt;&#60;i&#62;&copy;",
    "\\<b>\\[收入](x)\\",
    "- - -\n***\n___",
    "行末两个空格  \n下一行\\\n再下一行",
    "<details><summary>5</summary>",
    "“</td><script>",
]
PLAIN = {"p", "br"}  # a line that ends in two blanks is still a line


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.tags.append("!--")

    @property
    def words(self) -> str:
        return re.sub(r"\s", "", "".join(self.texts))


def bare(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("template", ["{}", "The text says “{}” here.", "- {}", "| a |\n|---|\n| {} |"])
def test_hostile_words_are_only_words(words, template):
    shown = re.sub(r"\s+", " ", words) if template[0] in "|-" else words  # a cell or a point of a list is one line
    page = Page(RENDERER.render(template.format(inert(shown))))
    without = Page(RENDERER.render(template.format("§")))
    assert set(page.tags) <= set(without.tags) | PLAIN
    assert page.words == without.words.replace("§", bare(words))


@given(st.text(alphabet="<>[]()!`*_~|#+-=:.&;\\\n\t {}$@/ab1收入", max_size=30))
def test_whatever_words_stay_words(words):
    page = Page(RENDERER.render(f"“{inert(words)}”"))
    assert set(page.tags) <= PLAIN
    assert page.words == bare(f"“{words}”")


@given(st.text(alphabet="<>[]()!`*_~|#+-=:.&;\\\n\t {}$@/ab1收入", max_size=30))
def test_whatever_begins_a_line_stays_words(words):
    page = Page(RENDERER.render(inert(words)))
    assert set(page.tags) <= PLAIN
    assert page.words == bare(words)


ADDRESSES = ["https://example.com", "见www.example.com", "a@example.com", "//localhost", "{{ x }}", "{ref}`x`", "$x$"]


@pytest.mark.parametrize("words", ADDRESSES)
def test_what_other_renderers_make_a_link_or_a_formula_is_broken(words):
    assert not re.search(r"://|www\.|(?<!\\)[@{$`]|^//", inert(words))


def test_what_is_not_live_is_left_as_it_is():
    for words in (LILING.text.replace("[bookmark: _GoBack]", ""), "C01_x（支出+专项）-4.05万元&5", "2021年，3.5%"):
        for line in re.sub(r"(?m)^\d+\.", "", words).splitlines():
            assert inert(line.strip()) == line.strip()


# --- a whole disclosure


def hostile_text() -> str:
    """The disclosure with hostile words in its clauses, where the reader and the audit quote them."""
    words = iter(HOSTILE * 100)
    places = "(?<=用于|原因|是指|支出|收入|单位|包括)"
    return re.sub(places, lambda _: re.sub(r"[\s，。]", "", next(words)), LILING.text)


@pytest.fixture(scope="module")
def hostile() -> Disclosure:
    about = LILING.about | {"body": "<b>某局</b>", "body_en": "[A](javascript:x) <i>Bureau</i>"}
    return Disclosure(hostile_text(), about, LILING.folder)


def test_the_hostile_words_get_as_far_as_the_findings(hostile):
    """Else the tests below would show nothing."""
    for words in ("<script>", "](javascript:", "<img", "<!--", "**"):
        assert hostile.facts["quote"].str.contains(words, regex=False).any()
        assert hostile.audit.findings["says"].str.contains(words, regex=False).any()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_letter_is_only_words(hostile, language):
    letter = hostile.audit.letter(language)
    page, plain = (Page(RENDERER.render(words)) for words in (letter, LILING.audit.letter(language)))
    assert set(page.tags) <= set(plain.tags)
    assert {"zh": "<b>某局</b>", "en": "[A](javascript:x)<i>Bureau</i>"}[language] in page.words


def test_the_tables_are_only_words(hostile, monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", lambda bundle, **_: shown.append(bundle))
    findings = hostile.audit.findings
    table(findings, "Findings <script>", "title says:quote question:query")
    allowed = {"table", "caption", "thead", "tbody", "tr", "th", "td", "span", "em", "strong"}
    assert set(Page(shown[0]["text/html"]).tags) <= allowed
    assert set(Page(as_html(record(hostile.facts, "Facts", {name: name for name in hostile.facts}))).tags) <= allowed


def test_a_sentence_is_only_words(hostile, monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", lambda bundle, **_: shown.append(bundle["text/markdown"]))
    for finding in hostile.audit.findings.itertuples():
        say(f"**{finding.finding}** {inert(finding.title)}: {inert(finding.says)} {inert(finding.question)}")
    for sentence in shown:
        assert set(Page(RENDERER.render(sentence)).tags) <= PLAIN | {"strong"}
