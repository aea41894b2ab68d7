"""Faults met in public texts, each as the smallest input that shows it, with what is right.

The sentences are invented.
"""

from decimal import Decimal

import pytest

from budgetbook import Disclosure


def read(text):
    """The figures of a text, as (item, measure, value), and its tested checks as (left, right, state)."""
    disclosure = Disclosure(text, {"fiscal_year": 2022})
    facts, checks = disclosure.facts, disclosure.audit.checks
    figures = list(zip(facts["item"], facts["measure"], map(Decimal, facts["value"]), strict=True))
    tested = checks[checks["state"] != "untested"] if len(checks) else checks
    return figures, [tuple(row) for row in tested[["left", "right", "state"]].to_numpy()] if len(tested) else []


def test_a_reason_ends_at_a_semicolon_unless_its_list_goes_on():
    figures, checks = read("其中：因公出国（境）费0万元，比上年增加0万元，主要原因是无变化；公务接待费2.4万元。")
    assert figures[-1] == ("three_public.reception", "level", Decimal("2.4")) and checks == []
    figures, checks = read("培训费8万元，比上年增加3万元，主要原因其一是培训费1万元；其二是会议费2万元。")
    assert [measure for _, measure, _ in figures] == ["level", "change", "reason", "reason"]
    assert checks == [("3", "1 + 2", "holds")]


def test_a_colon_announces_a_list_of_reasons():
    figures, _ = read("培训费8万元，比上年增加3万元。主要原因：新增培训费1万元；会议费2万元。")
    assert [measure for _, measure, _ in figures] == ["level", "change", "reason", "reason"]


def test_a_sum_of_which_a_part_was_not_read_cannot_be_tested_and_says_which_words():
    text = "“三公”经费12万元，其中：出访与考察7万元，公务接待费5万元。"
    assert read(text)[1] == []
    (row,) = Disclosure(text).audit.checks.query("kind == 'sum'").to_dict("records")
    assert row["state"] == "untested" and row["missing"] == "出访与考察7万元"


def test_a_sum_of_which_every_part_was_read_fails_or_holds():
    whole = "“三公”经费{}万元，其中：因公出国（境）经费7.25万元，公务接待费5.25万元。"
    assert read(whole.format("12.50"))[1] == [("12.50", "5.25 + 7.25", "holds")]
    assert read(whole.format("13.50"))[1] == [("13.50", "5.25 + 7.25", "fails")]


def test_a_whole_with_its_kinds_of_income_holds():
    text = "本年收入合计10万元，其中：一般公共预算财政拨款收入8万元；其他收入2万元。"
    assert read(text)[1] == [("10", "8 + 2", "holds")]


def test_a_counter_takes_no_item_of_another_unit():
    assert read("计划购置0辆公务接待费4.5万元")[0][0][0] == ""


@pytest.mark.parametrize("name", ["三公", "“三公”", '"三公"', "‘三公’", '“三公"'])
def test_one_item_whatever_the_quotation_marks(name):
    assert read(f"2022年的{name}经费预算5万元。")[0] == [("three_public", "level", 5)]


def test_radicals_are_read_as_characters_and_recorded():
    figures, _ = read("基本⽀出3万元，项⽬⽀出4万元。")
    assert [item for item, *_ in figures] == ["expenditure.basic", "expenditure.project"]
    irregular = Disclosure("基本⽀出3万元，项⽬⽀出4万元。").irregularities
    assert list(irregular["printed"]) == ["⽀", "⽬", "⽀"] and set(irregular["kind"]) == {"radical"}
