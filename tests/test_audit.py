"""The audit against what a person finds with pencil and paper, and each of its parts on small texts of our own."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from liling import LILING as DISCLOSURE
from liling import as_liling

from budgetbook.audit import Audit
from budgetbook.audit.checks import FAILS, HOLDS, ROUNDING, UNTESTED, Checks
from budgetbook.audit.quantity import Quantity, Span
from budgetbook.disclosure import Disclosure
from budgetbook.numbers import decimal

LILING = DISCLOSURE.audit

# Every check that the disclosure allows, worked out by hand while reading it: kind, rule, left, right, left − right,
# state. A part that the text states as zero is left out of the sums; so is a part it says it did not plan.
BY_HAND = """
change | three_public | ? | ? | ? | cannot be tested
sum | income | 1951.91 | 1951.91 | 0 | holds
sum | expenditure | 1951.91 | 1801.91 + 150 | 0 | holds
sum | expenditure.function | 1951.91 | 1946.56 + 5.35 | 0 | holds
sum | expenditure.basic | 1801.91 | 1376.48 + 10.43 + 415 | 0 | holds
sum | expenditure.project | 150 | 150 | 0 | holds
sum | procurement | 348.43 | 128.43 + 220 | 0 | holds
sum | performance | 1951.91 | 1801.91 + 150 | 0 | holds
sum | three_public | 5 | 5 | 0 | holds
sum | meetings | 155 | 150 + 5 | 0 | holds
equality | total-income | 1951.91 | 1951.91 | 0 | holds
equality | balance | 1951.91 | 1951.91 | 0 | holds
equality | performance-total | 1951.91 | 1951.91 | 0 | holds
equality | performance-basic | 1801.91 | 1801.91 | 0 | holds
equality | performance-project | 150 | 150 | 0 | holds
equality | operating-funds | 425.43 | 10.43 + 415 | 0 | holds
equality | project-as-reason | 150 | 150 | 0 | holds
equality | project-as-meeting | 150 | 150 | 0 | holds
equality | new-projects | 1 | 1 | 0 | holds
equality | fund-in-out | 0 | 0 | 0 | holds
equality | special-in-out | 0 | 0 | 0 | holds
equality | income-with-carry-over | | | | cannot be tested
equality | expenditure-with-carry-over | | | | cannot be tested
equality | staff-and-public-funds | | | | cannot be tested
restatement | expenditure.basic.public_funds | 415.45 | 415.45 | 0 | holds
change | budget.total | 561.4 | 150 + 415.45 | -4.05 | fails
change | operating_funds | 415.45 | 415.45 | 0 | holds
count | organisation.groups | 4 | 4 | 0 | holds
count | glossary.general_public_budget.parts | 3 | 3 | 0 | holds
bound | staff-posts | 17 | 27 | -10 | holds
bound | three-public-goods | 5 | 10.43 | -5.43 | holds
bound | procurement-money | 348.43 | 10.43 + 415 + 150 | -227 | holds
bound | meetings-money | 155 + 18 + 5 | 10.43 + 415 + 150 | -397.43 | holds
bound | last-year-total | 0 | 1951.91 - 561.4 | -1390.51 | holds
bound | last-year-operating | 0 | 425.43 - 415.45 | -9.98 | holds
bound | last-year-three-public | 0 | 5 - 4 | -1 | holds
"""
EXPECTED = [[cell.strip() for cell in line.split("|")] for line in BY_HAND.strip().splitlines()]

# What the disclosure does not print but determines, and the fewest stated figures that each rests on. Where the text
# states one amount several times, any of them will do: they stand on one line below.
IMPLIED = """
last-year-total | 1390.51 | total, change
last-year-operating | 9.98 | operating, filled
last-year-three-public | 1 | three, three change
growth-total | 40.37 | total, change
growth-operating | 4162.83 | operating, filled
growth-three-public | 400.00 | three, three change
reasons-total | 565.45 | event, filled
unexplained-total | -4.05 | change, event, filled
like-for-like | 1386.46 | basic, filled
like-for-like-growth | -0.29 | total, change, event, filled
change-of-the-rest | -4.05 | change, event, filled
last-year-wages | 1380.53 | total, change, operating, filled
change-of-wages | -4.05 | change, event, filled
wages-per-staff | 80.97 | wages, staff
not-wages | 575.43 | operating, event
vacancies | 10 | posts, staff
"""
ONE_AMOUNT = {
    "total": "income@level expenditure@level budget.total@level performance@level",
    "change": "budget.total@change",
    "basic": "expenditure.basic@level performance.basic@level",
    "operating": "operating_funds@level",
    "filled": "operating_funds@change expenditure.basic.public_funds@reason",
    "event": "expenditure.project@level expenditure.project.peoples_net@level expenditure.project.peoples_net@reason "
    "performance.project@level meetings.peoples_net@level",
    "three": "three_public@level three_public.reception@level",
    "three change": "three_public@change",
    "posts": "organisation.posts@count",
    "staff": "organisation.staff@count",
}
# Other sets of the same size fix these as well: everything but wages is also what is left of the total without them.
ALSO = {
    "not-wages": ["total, wages"],
    "last-year-wages": ["wages, event, change, filled"],
    "like-for-like-growth": ["total, change, basic, filled"],
}

# Figures that no equation of the text ties to another one: by section and number as printed.
UNTIED_BUT_BOUND = [("二", "27"), ("二", "17"), ("四（五）", "4"), ("四（六）", "18")]
UNGUARDED = [
    ("四（三）", "1200"), ("四（三）", "0"), ("四（三）", "200"), ("四（三）", "0"),
    ("四（六）", "400"), ("四（六）", "270"), ("四（六）", "1"), ("四（六）", "220"), ("四（六）", "597"),
]  # fmt: skip


def audited(text: str) -> Audit:
    return Disclosure(text, {"fiscal_year": 2021}).audit


def check(audit: Audit, kind: str, rule: str):
    found = [c for c in audit.check_list if (c.kind, c.rule) == (kind, rule)]
    assert len(found) == 1, f"{len(found)} checks {kind} {rule}"
    return found[0]


def state(audit: Audit, kind: str, rule: str) -> str:
    return audit.state(check(audit, kind, rule))


def worth(terms: str) -> Fraction:
    """The value of sums and differences written by hand."""
    return sum(Fraction(term) for term in terms.replace("- ", "+ -").split("+") if term.strip())


def terms(text: str) -> list[str]:
    """The terms of a side that are not zero; an operator stands for itself."""
    return [t for t in text.replace("−", "-").split() if t not in ("+", "0", "(", ")")]


# ----------------------------------------------------------------------------------------------------
# The disclosure, by hand


def test_the_audit_makes_the_checks_that_a_person_makes_and_no_others():
    made = sorted((c.kind, c.rule, LILING.state(c)) for c in LILING.check_list)
    assert made == sorted((kind, rule, state) for kind, rule, *_, state in EXPECTED)


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row[0]} {row[1]}")
def test_both_sides_and_the_residual_are_those_worked_out_by_hand(row):
    kind, rule, left, right, residual, expected = row
    found = check(LILING, kind, rule)
    assert LILING.state(found) == expected
    assert bool(found.missing) == (expected == UNTESTED)
    if expected != UNTESTED:
        assert (found.left.value, found.right.value) == (worth(left), worth(right))
        assert LILING.residual(found) == Fraction(residual)
        assert (terms(found.left.text), terms(found.right.text)) == (terms(left), terms(right))


def test_the_one_sum_that_fails_is_told_exactly():
    failing = LILING.checks[LILING.checks["state"] == FAILS]
    assert len(failing) == 1
    row = failing.iloc[0]
    assert (row["left"], row["right"], row["unit"]) == ("561.4", "150 + 415.45", "万元")
    assert row["residual"] == Decimal("-4.05")
    # 561.4 is good to half of 0.1, 150 to half of 1, 415.45 to half of 0.01: far less than 4.05.
    assert row["tolerance"] == Decimal("0.05") + Decimal("0.5") + Decimal("0.005")


def test_what_cannot_be_tested_names_what_is_not_stated():
    missing = {c.rule: set(c.missing) for c in LILING.check_list if c.missing}
    assert missing == {
        "income-with-carry-over": {"budget.income_with_carry_over", "carry_over"},
        "expenditure-with-carry-over": {"budget.income_with_carry_over", "budget.expenditure_with_carry_over"},
        "staff-and-public-funds": {"expenditure.basic.public_funds"},
        "three_public": {"three_public@reason"},
    }


def test_parts_that_are_not_stated_are_said_to_be_taken_as_nothing():
    assert "Vehicle purchase and running" in check(LILING, "sum", "three_public").why
    assert "Official travel abroad" in check(LILING, "sum", "three_public").why
    assert "Business and service income" in check(LILING, "sum", "income").why
    assert "not stated" not in check(LILING, "sum", "procurement").why


def test_exactly_one_equation_follows_from_the_others():
    # By hand: performance = its basic + its project (a), expenditure = basic + project (b), both equal (c),
    # its basic = basic (d). So its project = project, without looking. Income hangs by expenditure alone, and the total
    # by income. No other ring: each of the other equations holds a figure that no other one holds, or ties it once.
    circle = [("sum", "expenditure"), ("sum", "performance")]
    circle += [("equality", f"performance-{part}") for part in ("total", "basic", "project")]
    derived = [c for c in LILING.check_list if c.derived_from]
    assert len(derived) == 1
    sources = [LILING.check_list[k] for k in derived[0].derived_from]
    assert sorted((c.kind, c.rule) for c in [*derived, *sources]) == sorted(circle)
    assert (LILING.checks["evidence"] == "independent").sum() == sum(
        kind != "bound" and state != UNTESTED for kind, *_, state in EXPECTED
    ) - len(derived)


@pytest.mark.parametrize("line", IMPLIED.strip().splitlines(), ids=lambda line: line.split(" |")[0])
def test_implied_figures_and_the_fewest_facts_that_they_rest_on(line):
    name, value, basis = (cell.strip() for cell in line.split("|"))
    row = LILING.implied.set_index("figure").loc[name]
    assert row["value"] == Decimal(value)
    assert row["missing"] == ""
    stated = LILING.stated
    rests_on = [f"{stated.loc[f, 'item']}@{stated.loc[f, 'measure']}" for f in row["rests_on"].split()]
    groups = ONE_AMOUNT | {"wages": "expenditure.basic.wages@level"}
    possible = [
        sorted(choice)
        for names in [basis, *ALSO.get(name, [])]
        for choice in product(*(groups[n].split() for n in names.split(", ")))
    ]
    assert sorted(rests_on) in possible


def test_each_implied_figure_is_in_the_list_by_hand():
    assert sorted(LILING.implied["figure"]) == sorted(line.split(" |")[0] for line in IMPLIED.strip().splitlines())


def test_what_rests_on_an_assumption_says_so():
    assumption = dict(zip(LILING.implied["figure"], LILING.implied["assumption"], strict=True))
    # Strictly determined by the text: level less change, a change less its reasons.
    # What stands on the change of operating funds does not: the text also calls that increase a decrease.
    strict = {"last-year-total", "last-year-three-public", "unexplained-total", "reasons-total",
              "growth-total", "growth-three-public", "not-wages"}  # fmt: skip
    assert {name for name, words in assumption.items() if not words} == strict


def test_figures_that_nothing_guards():
    guards = LILING.guards
    printed = LILING.stated["printed"]
    untied = guards[guards["checks"] == 0]
    nothing = untied[untied["bounds"] == 0]
    only_bound = untied[untied["bounds"] > 0]
    assert sorted(zip(nothing["section"], nothing["fact"].map(printed), strict=True)) == sorted(UNGUARDED)
    assert sorted(zip(only_bound["section"], only_bound["fact"].map(printed), strict=True)) == sorted(UNTIED_BUT_BOUND)


@pytest.mark.parametrize(
    "item, measure, section, checks, independent",
    [
        ("income", "level", "三（一）", 3, 3),  # its parts, the total, the expenditure
        (
            "expenditure",
            "level",
            "三（二）",
            4,
            4,
        ),  # by function, basic and project, the income, the performance targets
        ("expenditure.basic", "level", "三（二）1", 3, 3),  # in the whole, its own parts, the targets
        ("expenditure.project.peoples_net", "level", "三（二）2（1）", 3, 3),  # the projects, the reason, the meeting
        ("budget.total", "change", "三（三）", 1, 1),  # only its reasons, and they do not make it up
        ("operating_funds", "change", "四（一）", 1, 1),
        ("expenditure.basic.public_funds", "reason", "四（一）", 2, 2),  # one change, and the same words above
        ("procurement.services", "level", "四（二）", 1, 1),
    ],
)
def test_guards_counted_by_hand(item, measure, section, checks, independent):
    guards = LILING.guards
    row = guards[(guards["item"] == item) & (guards["measure"] == measure) & (guards["section"] == section)].iloc[0]
    assert (row["checks"], row["independent"]) == (checks, independent)


# ----------------------------------------------------------------------------------------------------
# Exactness


@pytest.mark.parametrize("name", ["checks", "guards", "implied"])
def test_no_float_in_any_table(name):
    frame = getattr(LILING, name)
    assert not frame.empty
    assert not any(pd.api.types.is_float_dtype(t) for t in frame.dtypes)
    assert not any(isinstance(cell, float) and not pd.isna(cell) for column in frame for cell in frame[column])


def test_residuals_and_implied_figures_are_decimals():
    tested = LILING.checks[LILING.checks["state"] != UNTESTED]
    assert all(isinstance(v, Decimal) for column in ("residual", "tolerance") for v in tested[column])
    assert all(isinstance(v, Decimal) for v in LILING.implied["value"])


def test_a_fraction_with_an_end_is_shown_exactly():
    assert decimal(Fraction(-81, 20)) == Decimal("-4.05")
    assert str(decimal(Fraction(1, 3))) == "0.333333"
    assert decimal(Fraction(1, 2**20)) == Decimal(1) / Decimal(2**20)


def test_sums_are_exact_where_floats_are_not():
    # 0.1 + 0.2 is not 0.3 in binary floats.
    own = audited("收入预算0.3万元，其中：一般公共预算拨款0.1万元，政府性基金拨款0.2万元。")
    assert own.residual(check(own, "sum", "income")) == 0
    assert state(own, "sum", "income") == HOLDS


# ----------------------------------------------------------------------------------------------------
# The four states and the tolerance, on small texts


def income(whole: str, *parts: str) -> Audit:
    names = ("一般公共预算拨款", "政府性基金拨款", "其他收入")
    listed = "，".join(f"{name}{part}" for name, part in zip(names, parts, strict=False))
    return audited(f"收入预算{whole}，其中：{listed}。")


@pytest.mark.parametrize(
    "whole, parts, tolerance, residual, expected",
    [
        ("100.28万元", ("60.14万元", "40.14万元"), "0.015", "0", HOLDS),
        ("100.3万元", ("60.14万元", "40.14万元"), "0.06", "0.02", ROUNDING),
        ("100.4万元", ("60.14万元", "40.14万元"), "0.06", "0.12", FAILS),
        # Whole yuan are good to half a yuan, a hundredth of 亿元 to half a million yuan.
        ("1002800元", ("601400元", "401400元"), "0.00015", "0", HOLDS),
        ("1002801元", ("601400元", "401400元"), "0.00015", "0.0001", ROUNDING),
        ("1002802元", ("601400元", "401400元"), "0.00015", "0.0002", FAILS),
        ("0.13亿元", ("1200万元", "140万元"), "51", "-40", ROUNDING),
        # A zero is no rounded figure: nothing of this kind.
        ("100.3万元", ("100.32万元", "0万元"), "0.055", "-0.02", ROUNDING),
        ("100.3万元", ("100.24万元", "0万元"), "0.055", "0.06", FAILS),
    ],
)
def test_the_tolerance_follows_from_the_places_printed(whole, parts, tolerance, residual, expected):
    own = income(whole, *parts)
    found = check(own, "sum", "income")
    assert own.tolerance(found) == Fraction(tolerance)
    assert own.residual(found) == Fraction(residual)
    assert own.state(found) == expected


def test_a_figure_counts_as_often_in_the_tolerance_as_in_the_equation():
    own = audited("收入预算10.3万元。支出预算5.1万元。")
    double = own.evaluate("income - 2 * expenditure")
    assert double.value == Fraction("0.1")
    assert {own.stated.loc[f, "item"]: k for f, k in double.form.items()} == {"income": 1, "expenditure": -2}


def test_cannot_be_tested_when_a_figure_is_not_stated():
    own = audited("机关运行经费30万元。商品和服务支出20万元。")
    found = check(own, "equality", "operating-funds")
    assert own.state(found) == UNTESTED
    assert found.missing == ("expenditure.basic.work_specials",)
    row = own.checks.set_index("rule").loc["operating-funds"]
    assert row["evidence"] == "none"
    assert row["residual"] is None and row["tolerance"] is None


@pytest.mark.parametrize("said, expected", [("无下属事项。", UNTESTED), ("未安排政府性基金预算支出。", HOLDS)])
def test_a_claim_that_there_is_none_is_a_zero(said, expected):
    assert state(audited(f"收入预算5万元，政府性基金拨款0万元。{said}"), "equality", "fund-in-out") == expected


def test_a_claim_that_there_is_none_against_an_amount_fails():
    own = audited("收入预算5万元，政府性基金拨款3万元。未安排政府性基金预算支出。")
    assert state(own, "equality", "fund-in-out") == FAILS


@pytest.mark.parametrize("names, expected", [("甲组、乙组、丙组", HOLDS), ("甲组、乙组", FAILS)])
def test_a_count_against_its_list(names, expected):
    own = audited(f"内设机构3个，分别为：{names}。")
    assert state(own, "count", "organisation.groups") == expected


@pytest.mark.parametrize(
    "rate, expected", [("25", HOLDS), ("33.33", FAILS), ("20", FAILS)], ids=["right", "of this year", "wrong base"]
)
def test_growth_follows_from_change_and_amount(rate, expected):
    own = audited(f"“三公”经费预算数500.00万元，比上年增加100.00万元，增长{rate}.00%。".replace("33.33.00", "33.33"))
    assert state(own, "growth", "three_public") == expected


def test_growth_rounded_to_its_places_is_within_rounding():
    own = audited("“三公”经费预算数400.00万元，比上年增加100.00万元，增长33.33%。")
    assert state(own, "growth", "three_public") == ROUNDING


def test_a_decrease_counts_downwards():
    own = audited("“三公”经费预算数300.00万元，比上年减少100.00万元，下降25.00%。")
    assert state(own, "growth", "three_public") == HOLDS
    assert own.implied.set_index("figure").loc["last-year-three-public", "value"] == 400


@pytest.mark.parametrize("rate, expected", [("60.0", HOLDS), ("70.0", FAILS)])
def test_share_of_the_whole(rate, expected):
    own = audited(f"支出预算500.00万元。基本支出300.00万元，占{rate}%。项目支出200.00万元。")
    assert state(own, "share", "expenditure.basic") == expected


@pytest.mark.parametrize("staff, expected", [(17, HOLDS), (27, HOLDS), (40, FAILS)])
def test_a_bound_asks_for_no_more_than(staff, expected):
    assert state(audited(f"人员编制27人，实有人数{staff}人。"), "bound", "staff-posts") == expected


def test_one_item_stated_twice_with_different_amounts():
    own = audited("一、收入\n2021年收入预算5.00万元。\n二、支出\n2021年收入预算7.00万元。")
    found = check(own, "restatement", "income")
    assert own.state(found) == FAILS
    assert own.residual(found) == -2
    assert found.facts == ["F001", "F002"]


def test_a_text_without_figures_has_nothing_that_fails():
    own = audited("一、职责\n本单位为民服务。\n")
    assert set(own.checks["state"]) <= {UNTESTED}
    assert own.implied["value"].isna().all()
    assert own.guards.empty


# ----------------------------------------------------------------------------------------------------
# Sentences of other departments: what must not come out as a contradiction, and what must


def test_people_and_things_are_counted_not_rounded():
    own = audited("一、机构\n人员编制27人，实有人数28人。\n二、人员\n实有人数29人。")
    assert state(own, "bound", "staff-posts") == FAILS
    assert state(own, "restatement", "organisation.staff") == FAILS


def test_growth_in_times():
    own = audited("机关运行经费30.00万元，比上年增加20.00万元，增长2.0倍。")
    assert state(own, "growth", "operating_funds") == HOLDS


def test_a_share_is_of_what_the_text_says_it_is_of():
    own = audited("机关运行经费20.00万元。“三公”经费预算数5.00万元。公务接待费5.00万元，占机关运行经费的25.0%。")
    assert state(own, "share", "three_public.reception") == HOLDS
    own = audited("支出预算100.00万元。机关运行经费20.00万元，占支出预算的30.0%。")
    assert state(own, "share", "operating_funds") == FAILS


@pytest.mark.parametrize("last_year", ["2020年“三公”经费预算数1万元。", ""])
def test_last_years_amount_is_not_taken_for_this_years(last_year):
    own = audited(last_year + "2021年“三公”经费预算数5万元，增加4万元。其中：公务接待费5万元。")
    assert state(own, "sum", "three_public") == HOLDS
    assert state(own, "bound", "last-year-three-public") == HOLDS


def test_each_change_has_its_own_reasons_in_one_section():
    own = audited(
        "一、情况\n本部门年初预算数为200万元，比上年增加30万元，主要原因是新增项目支出30万元。"
        "机关运行经费50万元，比上年增加10万元，主要原因是上年未包含公用经费10万元。"
    )
    assert state(own, "change", "budget.total") == state(own, "change", "operating_funds") == HOLDS


def test_money_of_a_fund_is_no_third_part_beside_basic_and_project():
    own = audited("支出预算100万元，其中，基本支出60万元，项目支出40万元。政府性基金预算支出10万元。")
    assert state(own, "sum", "expenditure") == HOLDS


def test_public_funds_are_no_part_beside_the_goods_and_services_that_they_pay():
    own = audited("基本支出60万元，其中工资福利支出40万元，商品和服务支出20万元。公用经费20万元。")
    assert state(own, "sum", "expenditure.basic") == HOLDS


def test_staff_funds_include_what_goes_to_individuals():
    own = audited("基本支出60万元，其中工资福利支出40万元，对个人和家庭的补助支出5万元，公用经费15万元。")
    assert state(own, "equality", "staff-and-public-funds") == HOLDS
    assert state(own, "sum", "expenditure.basic") == HOLDS  # here public funds are a part


def test_two_checks_that_tie_one_figure_to_different_numbers_do_not_follow_from_each_other():
    # One new project is named as new, which agrees with the count; but three names are listed, which does not.
    own = as_liling("新增重点专项1个，分别为：甲、乙、丙。新增一个重点专项人民网全国创新社会治理150万元。").audit
    assert state(own, "equality", "new-projects") == HOLDS
    listed = check(own, "count", "expenditure.project.new_key")
    assert own.state(listed) == FAILS
    assert not listed.derived_from


@pytest.mark.parametrize("whole, expected", [("5", HOLDS), ("6", FAILS)])
def test_two_amounts_rounded_alike_cannot_be_a_whole_last_place_apart(whole, expected):
    # 5 stands for 4.5 up to, but not with, 5.5; 6 begins at 5.5: no amount is printed as both.
    own = income(f"{whole}万元", "5万元")
    assert state(own, "sum", "income") == expected


def test_what_is_missing_shows_in_its_side():
    own = audited("机关运行经费30万元。商品和服务支出20万元。")
    right = own.checks.set_index("rule").loc["operating-funds", "right"]
    assert right.startswith("20 + ") and not right.endswith("+ ")


def test_a_negative_change_is_bracketed():
    own = audited("“三公”经费预算数5万元，比上年减少1万元。")
    assert check(own, "bound", "last-year-three-public").right.text == "5 − (−1)"


# ----------------------------------------------------------------------------------------------------
# Expressions


def test_expressions():
    assert LILING.evaluate("income").value == Fraction("1951.91")
    assert LILING.evaluate("budget.total@change").value == Fraction("561.4")
    assert LILING.evaluate("reasons(budget.total)").value == Fraction("565.45")
    assert LILING.evaluate("100 * ( training - 8 ) / 4").value == 250
    assert LILING.evaluate("1 - 2 - 3").value == -4
    assert LILING.evaluate("1 - ( 2 - 3 )").text == "1 − (2 − 3)"
    assert LILING.evaluate("expenditure.government_fund").value == 0  # said in words: nothing planned
    assert LILING.evaluate("carry_over").missing == ("carry_over",)
    assert LILING.evaluate("1 / assets.vehicles@count").missing


@pytest.mark.parametrize(
    "expression, named",
    [
        ("income + imcome", "imcome"),
        ("reasons(budget.totl)", "budget.totl"),
        ("income.nothing@change", "income.nothing"),
        ("income ** 2", "income ** 2"),
        ("income % 2", "income % 2"),
        ("income == expenditure", "income == expenditure"),
        ("0.5 * income", "0.5"),
        ("sum(income)", "sum(income)"),
        ("reasons(income, expenditure)", "reasons"),
        ("'income'", "income"),
        ("income +", "income +"),
        ("income@chang", "chang"),
    ],
)
def test_a_wrong_expression_is_named(expression, named):
    with pytest.raises(ValueError) as error:
        LILING.evaluate(expression)
    assert named in str(error.value)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_wrong_rule_stops_the_audit(monkeypatch, side):
    rule = dict(identity="own", kind="equality", left="income", relation="=", right="income", source="law", why="")
    monkeypatch.setattr(Checks, "rules", lambda self, table: [rule | {side: "incme"}])
    with pytest.raises(ValueError, match="incme"):
        _ = Audit(LILING.disclosure).check_list


def test_a_rule_is_all_that_a_new_check_needs(monkeypatch):
    rule = dict(identity="own", kind="equality", left="training", relation="=", right="meetings", source="law", why="w")
    monkeypatch.setattr(Checks, "rules", lambda self, table: [rule])
    own = Audit(LILING.disclosure)
    assert (state(own, "equality", "own"), own.residual(check(own, "equality", "own"))) == (FAILS, 18 - 155)


# ----------------------------------------------------------------------------------------------------
# Linear algebra


def form(**factors: int) -> dict[str, Fraction]:
    return {name: Fraction(k) for name, k in factors.items()}


def test_a_ring_of_equations_closes_with_the_last():
    span = Span()
    assert span.add(0, form(a=1, b=-1)) == ()
    assert span.add(1, form(b=1, c=-1)) == ()
    assert span.add(2, form(c=1, d=-1)) == ()
    assert span.add(3, form(a=1, d=-1)) == (0, 1, 2)
    assert span.add(4, form(a=1, c=-1)) == (0, 1)  # and names only those that it needs
    assert span.add(5, form(a=1, e=-1)) == ()


def test_a_multiple_and_a_sum_follow():
    span = Span()
    span.add(0, form(a=3, b=-6))
    span.add(1, form(b=1, c=5))
    assert span.add(2, form(a=1, b=-2)) == (0,)
    assert span.add(3, form(a=3, b=-5, c=5)) == (0, 1)
    assert span.holds(form(a=1, c=10)) and not span.holds(form(a=1, c=9))
    assert span.holds({})


def test_which_equation_is_left_over_does_not_depend_on_their_order_but_how_many_do():
    forms = [form(a=1, b=-1, c=-1), form(a=1, d=-1), form(d=1, e=-1, f=-1), form(b=1, e=-1), form(c=1, f=-1)]
    for turn in range(len(forms)):
        span = Span()
        turned = forms[turn:] + forms[:turn]
        follows = [span.add(k, f) for k, f in enumerate(turned)]
        assert [bool(f) for f in follows] == [False] * 4 + [True]
        assert follows[-1] == (0, 1, 2, 3)


def test_quantities_keep_their_facts():
    a, b = (Quantity(Fraction(n), {name: Fraction(1)}, str(n), facts=(name,)) for name, n in (("A", 6), ("B", 3)))
    assert ((a - b).value, (a - b).form, (a - b).text) == (3, form(A=1, B=-1), "6 − 3")
    assert (a - a).form == {}
    assert (a * b).form == form(A=3, B=6)  # how the product moves with each
    assert (a / b).form == {"A": Fraction(1, 3), "B": Fraction(-6, 9)}
    assert (a + b).facts == ("A", "B")
    assert (a / Quantity(Fraction(0), text="0")).missing
