"""Findings: told for what fails or raises a question, in words that ask."""

import re

import pytest
from expected import expected, holding
from liling import LILING, as_liling

from budgetbook.audit.checks import FAILS
from budgetbook.audit.findings import MATTERS, told_together
from budgetbook.audit.wording import Finding
from budgetbook.disclosure import DERIVED

FOUND = LILING.audit.findings


def found(text):
    return as_liling(text).audit.findings


@holding("findings")
def test_the_findings_are_joined_and_ordered_as_a_person_does(disclosure):
    found, by_hand = disclosure.audit.findings, expected(disclosure, "findings")
    columns = ["matter", "weight", "confidence"]
    assert found[[*columns, "rule"]].values.tolist() == by_hand[[*columns, "rules"]].values.tolist()


def test_the_failing_sum_comes_first_then_the_heaviest_of_each_matter_and_each_is_complete():
    assert FOUND["state"].tolist().index("fails") == 0
    ranks = [(MATTERS.index(row.matter), row.state != "fails", -row.weight) for row in FOUND.itertuples()]
    assert ranks == sorted(ranks) and set(FOUND["matter"]) == set(MATTERS)
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


# ----------------------------------------------------------------------------------------------------
# Told as one


def asks(rule: str, weight: int, *starts: int, together: str = "key", confidence: str = "medium") -> Finding:
    says = tuple(("", "w", start, start + 1) for start in starts)
    words = dict(title=f"{rule}.", expected=f"{rule}", innocent=f"{rule}.", question=f"{rule}?")
    return Finding(kind=rule, rule=rule, says=says, source="", gap=None, unit="", confidence=confidence, weight=weight,
                   rests_on=(rule,), matter="unsaid", together=together, **words)  # fmt: skip


SENTENCES = "甲乙丙。丁戊己；庚辛壬。"  # 0 to 3, 4 to 7, 8 to 11


def told(*found: Finding) -> list[str]:
    return [finding.rule for finding in told_together(found, SENTENCES)]


def test_questions_that_one_sentence_raises_are_one():
    assert told(asks("a", 3, 0), asks("b", 5, 1), asks("c", 9, 4)) == ["c", "b a"]
    (joined,) = told_together([asks("a", 3, 0, 9), asks("b", 5, 1)], SENTENCES)
    assert (joined.title, joined.question, joined.weight) == ("b. a.", "b? a?", 5)
    assert (joined.expected, joined.rests_on) == ("b; a", ("b", "a"))
    assert [place[2] for place in joined.says] == [1, 0, 9]


def test_a_chain_of_sentences_joins_and_another_key_or_none_does_not():
    assert told(asks("a", 3, 0), asks("b", 2, 5), asks("c", 1, 1, 6)) == ["a b c"]
    assert told(asks("a", 3, 0), asks("b", 2, 0, together="other")) == ["a", "b"]
    assert told(asks("a", 3, 0, together=""), asks("b", 2, 0, together="")) == ["a", "b"]


def test_how_sure_we_are_decides_only_between_equal_weights():
    assert told(asks("a", 3, 0, confidence="low"), asks("b", 2, 4)) == ["a", "b"]
    assert told(asks("a", 3, 0, confidence="low"), asks("b", 3, 4, confidence="strong")) == ["b", "a"]


def test_a_quotient_has_no_gap_in_the_unit_of_its_terms():
    rows = FOUND.set_index("rule")
    assert rows.loc["conference-per-head", "gap"] is None and rows.loc["conference-per-head", "unit"] == ""
    assert (
        "3750 元" in rows.loc["conference-per-head", "title"]
        and "27.54 元" in rows.loc["training-per-session", "title"]
    )
    # 1.5 million yuan by 400 people; 180,000 yuan by 817 people in eight sessions, four quarters, online and offline.
    assert (1500000 / 400, round(180000 / 817 / 8, 2)) == (3750, 27.54)
