"""A chapter: templates with named fields, in one file for each language, and what cells show with them."""

import base64
import re
from decimal import Decimal as D
from fractions import Fraction
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from checkout import NOTEBOOKS
from liling import LILING
from markdown_it import MarkdownIt
from nbconvert import HTMLExporter

from budgetbook import Chapter, charts
from budgetbook.disclosure import Disclosure
from budgetbook.markdown import Markdown
from budgetbook.rules import load
from budgetbook.show import chapter as module
from budgetbook.show import pictures, tables
from budgetbook.show.vocabulary import LANGUAGES, fill, speaking, word

BARS = pd.DataFrame({"label": ["Wages", "Health"], "zh": ["工资", "卫生"], "value": [D("1376.48"), D("5.35")]})
WORDS = {
    "en": """
text: {who: the centre, row.a: "{n} rows"}
say:
  sum: "{parts:sum} = {whole} 万元, {share:1} %."
  row: "- {name} *{n}*"
  rows: "{lines}"
  fold: "<details><summary>{title}</summary>\\n\\n{body}\\n\\n</details>"
tables: {all: "All of {whole} 万元", ways: Suppose}
pictures:
  bars: {title: "Wages are {most} 万元", subtitle: 万元, source: Made up, finding: "Of {whole} 万元, {most} are wages."}
""",
    "zh": """
text: {who: 该中心, row.a: "{n}行"}
say: {sum: "{parts:sum}＝{whole}万元，{share:1}％。"}
tables: {all: "共{whole}万元"}
pictures:
  bars: {title: "工资为{most}万元", subtitle: 万元, source: 虚构, finding: "{whole}万元中，{most}万元是工资。"}
""",
}


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """What cells display: (data, metadata), in a folder of its own with words in two languages."""
    bundles = []

    def display(data, raw, metadata=None):
        bundles.append((data, metadata or {}))

    for place in (module, tables, pictures):
        monkeypatch.setattr(place, "display", display)
    (tmp_path / "notebooks/words").mkdir(parents=True)
    for language, text in WORDS.items():
        (tmp_path / f"notebooks/words/09-test.{language}.yml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "notebooks")
    return bundles


def rendered(text):
    """Markdown as the book renders it."""
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)


# --- templates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "fields", "text"),
    [
        ("{x} 万元", {"x": D("1951.91")}, "1951.91 万元"),
        ("{x}", {"x": 19519100}, "19,519,100"),
        ("{x:0} and {x:2}", {"x": Fraction(2, 3)}, "1 and 0.67"),
        ("{x:+}, {y:+}", {"x": D("150"), "y": D("-4.05")}, "+150, −4.05"),
        ("{xs:sum} and {xs}", {"xs": [D("1.50"), 2]}, "1.50 + 2 and 1.50, 2"),
        ("{xs}", {"xs": pd.Series(["甲", "乙"])}, "甲, 乙"),
        ("{x}", {"x": None}, "not stated"),
        ("{row[a]} of {row[b]}", {"row": pd.Series({"a": D(5), "b": "甲"})}, "5 of 甲"),
        ("{n} of {xs[1]}", {"n": pd.Series([1, 2]).sum(), "xs": [D(1), D(2)]}, "3 of 2"),
    ],
)
def test_a_template_shows_numbers_as_the_project_does(template, fields, text):
    assert fill(template, **fields) == text


def test_lines_of_an_entry_stay_markdown_in_another_and_what_fills_them_does_not(shown):
    chapter = Chapter("09-test")
    chapter.say("rows", lines=chapter.lines("row", [{"name": "*a*", "n": 1}, {"name": "b", "n": 2}]))
    assert shown[-1][0]["text/markdown"] == "- \\*a\\* *1*\n- b *2*"


def test_a_template_refuses_floats_and_says_which_field_is_missing():
    with pytest.raises(TypeError, match="binary float"):
        fill("{x}", x=0.1 + 0.2)
    with pytest.raises(KeyError, match="'share' is not given; given are part, whole"):
        fill("{share}", part=1, whole=2)


# --- the vocabulary -----------------------------------------------------------------------------------------


def test_every_word_is_there_in_every_language_with_the_same_fields():
    for row in load("vocabulary").itertuples():
        assert (row.en == "") == (row.zh == ""), row.key
        assert set(re.findall(r"\{[^}]*\}", row.en)) == set(re.findall(r"\{[^}]*\}", row.zh)), row.key


def test_every_heading_is_used():
    """The keys without a point are headings: a notebook or the package names each of them."""
    places = [*NOTEBOOKS.glob("*.ipynb"), *Path(module.__file__).parents[1].rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in places)
    headings = [key for key in load("vocabulary").index if "." not in key]
    assert [key for key in headings if not re.search(rf"(?<![\w.]){key}(?!\w)", code)] == []


def test_a_language_lasts_as_long_as_its_block():
    with speaking("zh"):
        assert word("state.fails") == "不符"
    assert word("state.fails") == "fails"
    with pytest.raises(ValueError, match="en and zh, not in 'fr'"), speaking("fr"):
        pass


def test_a_key_that_is_not_there_says_where_to_add_it():
    with pytest.raises(KeyError, match="no word 'nothing' in the vocabulary: add a row to rules/vocabulary.csv"):
        word("nothing")


# --- what a chapter shows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence", "caption", "label"),
    [
        ("en", "1376.48 + 5.35 = 1381.83 万元, 99.6 %.", "All of 1381.83 万元", "2 rows"),
        ("zh", "1376.48 + 5.35＝1381.83万元，99.6％。", "共1381.83万元", "2行"),
    ],
)
def test_another_language_is_another_file_and_the_same_cells(shown, language, sentence, caption, label):
    chapter, whole = Chapter("09-test", language), BARS["value"].sum()
    chapter.say("sum", parts=BARS["value"], whole=whole, share=BARS["value"][0] / whole * 100)
    chapter.table("all", BARS, "label zh value", whole=whole)
    assert chapter.text("row.a", n=2) == label
    (said, _), (shown_table, _) = shown
    assert said == {"text/markdown": sentence, "text/plain": sentence}
    assert shown_table["text/plain"].startswith(caption) and "1376.48" in shown_table["text/plain"]


def test_what_can_be_set_has_a_row_for_each_combination(shown):
    ways = pd.DataFrame([(a, b, a + b) for a in (0, 1) for b in (0, 2)], columns=["label", "zh", "value"])
    Chapter("09-test").play("ways", ways, "label zh value", settings=2, start=3)
    (_, metadata), *_ = shown
    assert metadata["play"] == {"settings": 2, "start": 3} and len(metadata["table"]["rows"]) == 4
    for wrong in (ways[:3], pd.concat([ways, ways[:1]])):
        with pytest.raises(ValueError, match="of 4 combinations"):
            Chapter("09-test").play("ways", wrong, "label zh value", settings=2)


def test_a_picture_has_its_words_in_an_output_that_every_viewer_shows(shown, tmp_path):
    Chapter("09-test").picture("bars", charts.bars(BARS), whole=D("1381.83"), most=D("1376.48"))
    (picture, described), (words, role) = shown
    alt = described["image/png"]["alt"]
    assert alt.startswith("2 horizontal bars, from Wages, 1376.48, to Health, 5.35. Of 1381.83 万元")
    assert alt in words["text/markdown"] and role == {"words_of": "09-bars"}
    assert (tmp_path / "figures/09-bars.png").read_bytes() == base64.b64decode(picture["image/png"])
    # As another viewer shows it: nbconvert's own HTML knows nothing of our metadata.
    outputs = [nbformat.v4.new_output("display_data", data, metadata=meta) for data, meta in shown]
    cell = nbformat.v4.new_code_cell("chapter.picture(...)", outputs=outputs)
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert alt in BeautifulSoup(page, "html.parser").get_text()


def test_a_passage_stands_sentence_by_sentence_with_its_english(shown):
    Chapter("09-test").passage(LILING, "三", lead=True)
    Chapter("09-test", "zh").passage(LILING, "二")
    with pytest.raises(KeyError, match="no section '五'"):
        Chapter("09-test").passage(LILING, "五")
    with pytest.raises(ValueError, match=r"notes/translation.csv has no sentence of 一"):
        Chapter("09-test").passage(Disclosure("一、无\n无。"), "一")
    (both, numbers), (chinese, _) = shown
    assert numbers == {"passage": [17, 18, 19]}
    quotes = BeautifulSoup(rendered(both["text/markdown"]), "html.parser").find_all("blockquote")
    assert [len(quote.find_all("p")) for quote in quotes] == [6]
    assert (
        "归口管理、面向全市分配的专项经费" in both["text/plain"] and "allocated to the whole city" in both["text/plain"]
    )
    assert "27 人" in chinese["text/plain"] and "posts" not in chinese["text/plain"]


def test_words_of_a_disclosure_stay_words(shown):
    hostile = "<script>alert(1)</script> [x](javascript:y) | *z*\n# a heading"
    Chapter("09-test").say("fold", title="x", body=hostile)
    Chapter("09-test").say("fold", title=hostile, body=Markdown("**meant**"))
    page = BeautifulSoup("".join(map(rendered, (data["text/markdown"] for data, _ in shown))), "html.parser")
    assert {tag.name for tag in page.find_all()} <= {"details", "summary", "p", "strong"}
    assert page.get_text().count("<script>alert(1)</script> [x](javascript:y) | *z*") == 2
    assert page.strong.get_text() == "meant"


def test_without_words_the_drafts_stand_in(shown, tmp_path):
    (tmp_path / "notebooks/words/09-test.en.yml").write_text("pictures: {bars: {source: Made up}}", encoding="utf-8")
    Chapter("09-test").picture("bars", charts.bars(BARS))
    assert shown[0][1]["image/png"]["alt"].endswith("to Health, 5.35. Wages: 1376.48.")


@pytest.mark.parametrize(
    ("show", "error", "named"),
    [
        (lambda c: c.say("nothing"), KeyError, "09-test.en.yml: no 'nothing' in say; there are sum, row, rows, fold"),
        (lambda c: c.say("sum", whole=1), KeyError, "09-test.en.yml, say, sum: the field 'parts' is not given"),
        (lambda c: c.text("who", n=0.5), None, ""),
        (lambda c: c.text("row.a", n=0.5), TypeError, "09-test.en.yml, text, row.a: 0.5 is a binary float"),
    ],
)
def test_errors_name_the_file_and_the_place(shown, show, error, named):
    if error is None:
        assert show(Chapter("09-test")) == "the centre"
        return
    with pytest.raises(error, match=re.escape(named)):
        show(Chapter("09-test"))
    assert shown == []


def test_a_section_that_does_not_belong_is_named(shown, tmp_path):
    (tmp_path / "notebooks/words/09-test.en.yml").write_text("titles: {a: b}", encoding="utf-8")
    with pytest.raises(ValueError, match="no such section: titles; there are text, say"):
        Chapter("09-test").say("a")


def test_a_picture_is_shown_where_nothing_can_be_written(shown, tmp_path, capsys):
    (tmp_path / "figures").write_text("a file where the folder should be")
    Chapter("09-test").picture("bars", charts.bars(BARS), whole=D("1381.83"), most=D("1376.48"))
    assert [next(iter(data)) for data, _ in shown] == ["image/png", "text/markdown"]
    said = capsys.readouterr().out
    assert said.startswith("The picture was not saved: ") and said.count("\n") == 1


# --- the words of the collection ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("words/*.yml")), ids=lambda path: path.stem)
def test_words_belong_to_a_notebook_and_to_a_language(path):
    name, language = path.stem.rsplit(".", 1)
    assert language in LANGUAGES and (NOTEBOOKS / f"{name}.ipynb").is_file()
    assert Chapter(name, language, path.parent).words
