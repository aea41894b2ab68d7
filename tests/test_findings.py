"""Findings: told for what fails or raises a question, in words that ask."""

import re

import pytest
from liling import LILING, as_liling

from budgetbook.audit.checks import FAILS
from budgetbook.disclosure import DERIVED

FOUND = LILING.audit.findings


def found(text):
    return as_liling(text).audit.findings


def test_the_heaviest_come_first_and_each_is_complete():
    assert list(FOUND["weight"]) == sorted(FOUND["weight"], reverse=True)
    assert list(FOUND["finding"]) == [f"N{n:02}" for n in range(1, len(FOUND) + 1)]
    for column in ("title", "says", "places", "sections", "expected", "innocent", "question"):
        assert (FOUND[column] != "").all(), column
    assert FOUND["question"].str.endswith("?").all()


def test_every_place_is_the_words():
    for row in FOUND.itertuples():
        places = [tuple(map(int, place.split("-"))) for place in row.places.split()]
        assert " | ".join(LILING.text[start:end] for start, end in places) == row.says


def test_no_word_accuses():
    words = "illegal|violat|fraud|wrongdo|hidden|conceal|corrupt|suspicious|embezzl|misus|guilt|cheat|breach"
    for column in ("title", "expected", "innocent", "question"):
        assert not FOUND[column].str.contains(words, flags=re.IGNORECASE).any(), column


def test_each_failing_check_is_a_finding():
    audit = LILING.audit
    failing = [c.rule for c in audit.check_list if audit.state(c) == FAILS]
    assert list(FOUND[FOUND["state"] == "fails"]["rule"]) == failing == ["budget.total"]
    row = FOUND[FOUND["state"] == "fails"].iloc[0]
    assert (str(row["gap"]), row["unit"], row["confidence"]) == ("-4.05", "万元", "strong")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("基本支出10万元，其中：工资福利支出6万元，一般商品和服务支出1万元。", "sum"),
        ("内设组室3个，分别为：甲组、乙组。", "count"),
        ("编制人数20人，实有人数25人。", "bound"),
        ("收入预算10万元。支出预算12万元。", "equality"),
        ("会议费5万元。会议费6万元。", "restatement"),
        ("政府采购货物9万元。一般商品和服务支出2万元。", "figures"),
    ],
)
def test_each_kind_of_check_can_fail_and_is_told(text, kind):
    rows = found(text)
    told = rows[rows["kind"] == kind]
    assert len(told) == 1, f"{kind}: {list(rows['kind'])}"
    assert "{" not in "".join(told.iloc[0][["title", "expected", "innocent", "question"]])


def test_what_holds_raises_no_arithmetic_finding():
    rows = found("基本支出7万元，其中：工资福利支出6万元，一般商品和服务支出1万元。")
    assert not rows["kind"].isin(["sum", "count", "bound", "equality", "restatement", "change", "figures"]).any()


def test_a_failing_check_of_names_leaves_every_table_writable():
    text = LILING.text.replace("内设组室 4个", "内设组室 5个")
    changed = as_liling(text)
    assert all(of(changed).to_csv() for of in DERIVED.values())
