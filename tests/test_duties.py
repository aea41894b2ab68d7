"""The links between duties and budget lines: every word is in its passage, and no meeting of words was passed over."""

import doctest

import pandas as pd
import pytest
from liling import LILING

from budgetbook import notes as module
from budgetbook.notes import SURE, common_words, word_meetings

FACTS = LILING.facts
TEXTS = FACTS[FACTS["measure"] == "duty"].set_index("section")["quote"]
MONEY = FACTS[(FACTS["measure"] == "level") & FACTS["section"].str.contains("^三（二）|^四") & (FACTS["value"] > 0)]
# The finest amounts: what has parts, or restates the parts for the performance targets, is no line of its own.
PARENTS = LILING.items.loc[MONEY["item"], "parent"].tolist()
LINES = sorted(set(MONEY["item"]) - {*PARENTS, "performance.basic", "performance.project"})
EVERYDAY = (len(TEXTS) + 1) // 2  # a word that stands in so many duties tells none from another


def problems(rows: pd.DataFrame) -> list[str]:
    """What is wrong with a table of links."""
    found = [f"{duty}: no row" for duty in TEXTS.index if duty not in set(rows["duty"])]
    found += [f"{row.duty} {row.item}: twice" for row in rows[rows.duplicated(["duty", "item"])].itertuples()]
    names = rows.groupby("duty").agg({"en": "nunique", "zh": "nunique"}).max(axis=1)
    found += [f"{duty}: two names" for duty in names.index[names > 1]]
    for row in rows.to_dict("records"):
        where, link = f"{row['duty']} {row['item']}", [row[c] for c in ("sure", "duty_words", "line_words", "why")]
        text = TEXTS.get(row["duty"], "")
        if not row["en"] or not row["zh"] or row["zh"] not in text:
            found.append(f"{where}: “{row['zh']}” does not stand in the duty")
        if not row["item"]:
            if any(link) or sum(rows["duty"] == row["duty"]) > 1:
                found.append(f"{where}: a row without item beside a link")
            continue
        if row["item"] not in LILING.items.index:
            found.append(f"{where}: no such item")
        if row["sure"] not in SURE or not row["why"].endswith((".", ".”")):
            found.append(f"{where}: not sure in one of {SURE}, or no reason")
        if not row["duty_words"] or row["duty_words"] not in text:
            found.append(f"{where}: “{row['duty_words']}” does not stand in the duty")
        if not any(row["line_words"] in quote for quote in FACTS.loc[FACTS["item"] == row["item"], "quote"]):
            found.append(f"{where}: “{row['line_words']}” is not said of the item")
        if not common_words(row["duty_words"], row["line_words"]):
            found.append(f"{where}: no word in common")
    return found


def passed_over(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Duty and amount that have a rare word in common, and no row."""
    meetings = word_meetings(LILING, LINES)
    rare = meetings[meetings["duties"] < EVERYDAY]
    return sorted(set(zip(rare["duty"], rare["item"], strict=True)) - set(zip(rows["duty"], rows["item"], strict=True)))


def test_the_links_hold():
    assert problems(LILING.load("duties")) == []


@pytest.mark.parametrize(
    ("column", "wrong", "seen"),
    [
        ("duty", "一（十）", "does not stand in the duty"),
        ("item", "training.dogs", "no such item"),
        ("item", "expenditure.basic.wages", "is not said of the item"),
        ("sure", "certain", "not sure in one of"),
        ("duty_words", "专职网格员培训", "does not stand in the duty"),
        ("line_words", "网格员的培训", "is not said of the item"),
        ("duty_words", "考核等事务性工作", "no word in common"),
        ("why", "", "no reason"),
        ("zh", "招聘培训", "does not stand in the duty"),
        ("en", "Grid workers", "two names"),
    ],
)
def test_a_wrong_link_is_seen(column, wrong, seen):
    rows = LILING.load("duties").copy()
    rows.loc[(rows["item"] == "training").idxmax(), column] = wrong
    assert any(seen in problem for problem in problems(rows))


def test_rows_too_many_or_too_few_are_seen():
    rows = LILING.load("duties")
    assert any("twice" in problem for problem in problems(pd.concat([rows, rows.iloc[:1]])))
    assert "一（三）: no row" in problems(rows[rows["duty"] != "一（三）"])
    blank = rows.assign(item=rows["item"].replace("training", ""))
    assert any("beside a link" in problem for problem in problems(blank))


def test_every_level_of_sureness_is_used():
    assert set(LILING.load("duties")["sure"]) == {*SURE, ""}


def test_no_meeting_of_words_is_passed_over():
    rows = LILING.load("duties")
    assert passed_over(rows) == []
    assert ("一（六）", "training") in passed_over(rows[rows["item"] != "training"])


def test_common_words():
    assert doctest.testmod(module).failed == 0
    assert common_words("网格员的培训", "培训网格员") == ["网格员", "培训"]
    assert common_words("网格，员", "网格员") == ["网格"]  # no word runs across a comma
    assert common_words("工作", "工程") == []


def test_word_meetings_count_duties_and_leave_the_glossary_out():
    found = word_meetings(LILING, ["expenditure.basic.work_specials", "three_public"])
    assert set(found["word"]) >= {"工作"} and set(found.loc[found["word"] == "工作", "duties"]) == {8}
    assert "维护" not in set(found["word"])  # the glossary's 运行维护费 is not what the budget says
