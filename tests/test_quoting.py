"""No quotation begins or ends inside a clause that negates: cut down, “none of it” would read as “it”."""

import re

import pytest
import yaml
from checkout import ROOT, disclosures
from expected import read
from liling import LILING

from budgetbook import load
from budgetbook.audit.coverage import coverage
from budgetbook.disclosure import Disclosure
from budgetbook.text import CHINESE, NEGATING, Places, fold

TEXT = "一、概况\n今年，未安排政府性基金预算支出表（部门）；因公务，安排会议费5万元。"


@pytest.mark.parametrize(
    ("part", "quoted"),
    [
        ("政府性基金预算支出表", "未安排政府性基金预算支出表（部门）"),
        ("未安排政府性基金", "未安排政府性基金预算支出表（部门）"),
        ("今年，未安排", "今年，未安排政府性基金预算支出表（部门）"),
        ("（部门）；因公务", "未安排政府性基金预算支出表（部门）；因公务"),
        ("会议费", "会议费"),  # nothing is denied here
        ("，安排会议费", "，安排会议费"),
        ("；", "；"),
    ],
)
def test_a_part_of_a_clause_that_negates_becomes_the_whole_of_it(part, quoted):
    start = TEXT.index(part)
    first, last = Places(TEXT).unbroken(start, start + len(part))
    assert TEXT[first:last] == quoted


@pytest.mark.parametrize("words", ["不断完善预算表", "未来三年预算表", "无线设备预算表"])
def test_words_that_only_look_like_a_denial_are_none(words):
    assert not Places(words).denied(4, len(words)) and Places(words).unbroken(4, 6) == (4, 6)
    assert Places("未安排" + words).denied(7, 9)


def test_a_clause_ends_where_a_table_runs_together():
    assert Places("无" + "表" * 1000).clause(500, 501) == (200, 801)


# ----------------------------------------------------------------------------------------------------
# Everything that the project quotes


def cut(disclosure: Disclosure, start: int, end: int) -> bool:
    """Whether a published range begins or ends inside a clause that negates."""
    inside = [k for k, at in enumerate(disclosure.view.positions) if start <= at < end]
    if not inside:
        return False
    folded = inside[0], inside[-1] + 1
    return disclosure.places.unbroken(*folded) != folded


def cut_words(disclosure: Disclosure, words: str) -> bool:
    """Whether words stand in the text, and each time as a part of a clause that negates."""
    text, words = disclosure.view.text, fold(words).text
    places = [m.span() for m in re.finditer(re.escape(words), text)] if words else []
    return bool(places) and all(disclosure.places.unbroken(*place) != place for place in places)


def test_cuts_are_seen():
    start = LILING.text.index("一般公共预算基本支出预算明细表")
    assert cut(LILING, start, start + 15) and not cut(LILING, start - 3, start + 27)
    assert cut_words(LILING, "一般公共预算基本支出预算明细表") and cut_words(LILING, "均不含上年结转数字")
    assert not cut_words(LILING, "本年度收支预算中均不含上年结转数字") and not cut_words(LILING, "公用经费")


@pytest.mark.parametrize("disclosure", [*map(read, disclosures())], ids=lambda disclosure: disclosure.name)
def test_no_place_that_is_quoted_cuts_a_denial(disclosure):
    places = [(f"fact {row.fact}", row.start, row.end) for row in disclosure.facts.itertuples()]
    covered = coverage(disclosure)
    places += [(row.requirement, row.start, row.end) for row in covered[covered["start"].notna()].itertuples()]
    for row in disclosure.audit.findings.itertuples():
        places += [(row.finding, *map(int, place.split("-"))) for place in row.places.split()]
    assert len(places) > 100
    assert [(name, disclosure.text[start:end]) for name, start, end in places if cut(disclosure, start, end)] == []


QUOTED = re.compile(r"“[^”]*[一-鿿][^”]*”|‘[^’]*[一-鿿][^’]*’")


def quotations(disclosure: Disclosure):
    """(where, words) for all that stands in quotation marks in the findings and the letter.

    Findings on printing show signs, such as a bracket, and quote nothing.
    """
    for row in disclosure.audit.findings.query("kind != 'printing'").to_dict("records"):
        for column in ("title", "expected", "innocent", "question"):
            yield from ((f"{row['finding']} {column}", m.group()[1:-1]) for m in QUOTED.finditer(row[column]))
    for language in ("en", "zh"):
        letter = disclosure.audit.letter(language)
        # Marks within marks are turned round where they are quoted.
        yield from (
            (f"letter {language}", re.sub("‘(.*?)’", "“\\1”", m.group()[1:-1])) for m in QUOTED.finditer(letter)
        )


@pytest.mark.parametrize("disclosure", [*map(read, disclosures())], ids=lambda disclosure: disclosure.name)
def test_nothing_in_quotation_marks_cuts_a_denial(disclosure):
    quoted = [*quotations(disclosure)]
    assert len(quoted) > 50
    assert [(where, words) for where, words in quoted if cut_words(disclosure, words)] == []


def chinese(cell: str):
    """The runs of Chinese in a cell that may be quotations; the names of things are shorter."""
    return (run for run in CHINESE.findall(cell) if len(run) > 6)


# Names of things, which a denial denies: they stand in the text nowhere else, and are not told as its words.
NAMES = {*LILING.items["zh"]} | {alias for cell in LILING.items["aliases"] for alias in cell.split("|")}


def test_no_note_and_no_words_file_cuts_a_denial():
    found = []
    for folder in disclosures():
        disclosure = read(folder)
        for path in sorted((folder / "notes").glob("*.csv")):
            if path.stem == "translation":  # whole sentences, none of them left out: `test_data` sees to that
                continue
            frame = load(path.stem, folder / "notes")
            cells = [cell for column in frame for cell in frame[column] if isinstance(cell, str)]
            found += [(path.name, run) for cell in cells for run in chinese(cell) if cut_words(disclosure, run)]
    for path in sorted((ROOT / "notebooks/words").glob("*.yml")):
        words = yaml.safe_load(path.read_text(encoding="utf-8"))
        runs = chinese(yaml.safe_dump(words, allow_unicode=True, width=10**9))
        found += [(path.name, run) for run in runs if cut_words(LILING, run)]
    assert [(where, run) for where, run in found if run not in NAMES] == []


def test_the_words_that_negate_are_found_in_the_text():
    assert {m.group() for m in NEGATING.finditer(LILING.view.text)} == {"未", "无", "不"}
