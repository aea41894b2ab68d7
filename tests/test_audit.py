"""The audit against what a person finds with pencil and paper, and each of its parts on small texts of our own."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from expected import expected, holding
from liling import LILING as DISCLOSURE
from liling import as_liling

from budgetbook.audit.checks import FAILS, HOLDS, ROUNDING, UNTESTED, Checks
from budgetbook.audit.quantity import Quantity, Span
from budgetbook.audit.whole import Audit
from budgetbook.disclosure import Disclosure
from budgetbook.numbers import decimal

LILING = DISCLOSURE.audit


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


@holding("checks")
def test_the_audit_makes_the_checks_that_a_person_makes_and_no_others(disclosure):
    audit = disclosure.audit
    made = sorted((c.kind, c.rule, audit.state(c), audit.compares(c)) for c in audit.check_list)
    assert made == sorted((c.kind, c.rule, c.state, c.compares) for c in expected(disclosure, "checks").itertuples())


@holding("checks")
def test_both_sides_and_the_residual_are_those_worked_out_by_hand(disclosure):
    audit = disclosure.audit
    for row in expected(disclosure, "checks").itertuples():
        found, name = check(audit, row.kind, row.rule), f"{row.kind} {row.rule}"
        assert bool(found.missing) == (row.state == UNTESTED), name
        if row.state != UNTESTED:
            assert (found.left.value, found.right.value) == (worth(row.left), worth(row.right)), name
            assert audit.residual(found) == Fraction(row.residual), name
            assert (terms(found.left.text), terms(found.right.text)) == (terms(row.left), terms(row.right)), name


def test_the_one_sum_that_fails_is_told_exactly():
    failing = LILING.checks[LILING.checks["state"] == FAILS]
    assert len(failing) == 1
    row = failing.iloc[0]
    assert (row["left"], row["right"], row["unit"]) == ("561.4", "150 + 415.45", "万元")
    assert row["residual"] == Decimal("-4.05")
    # Digit by digit 561.4 is good to half of 0.1, 150 to half of 1, 415.45 to half of 0.01: far less than 4.05.
    assert row["tolerance_by_digit"] == Decimal("0.05") + Decimal("0.5") + Decimal("0.005")
    # As this text prints, all three are good to half of 0.01: 4.05 is 270 times what rounding could hide.
    assert row["tolerance"] == 3 * Decimal("0.005") and abs(row["residual"]) / row["tolerance"] == 270


def test_seven_sums_hold_and_the_rest_repeats_or_counts():
    holding = LILING.checks[(LILING.checks["state"] == HOLDS) & (LILING.checks["evidence"] == "not_implied")]
    assert holding["compares"].value_counts().to_dict() == {"sum": 7, "repetition": 13, "count": 3}


def test_what_cannot_be_tested_names_what_is_not_stated():
    missing = {c.rule: set(c.missing) for c in LILING.check_list if c.missing}
    assert missing == {
        "income-with-carry-over": {"budget.income_with_carry_over", "carry_over"},
        "expenditure-with-carry-over": {"budget.income_with_carry_over", "budget.expenditure_with_carry_over"},
        "staff-and-public-funds": {"expenditure.basic.public_funds"},
        "three_public": {"three_public@reason"},
        "three-public-goods": {"expenditure.economic.goods_services"},
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
    by_hand = expected(DISCLOSURE, "checks")
    equations = by_hand[(by_hand["kind"] != "bound") & (by_hand["state"] != UNTESTED)]
    assert (LILING.checks["evidence"] == "not_implied").sum() == len(equations) - len(derived)


@holding("implied")
def test_implied_figures_and_the_fewest_facts_that_they_rest_on(disclosure):
    by_hand, amounts, facts = expected(disclosure, "implied"), expected(disclosure, "amounts"), disclosure.audit.facts
    assert sorted(disclosure.audit.implied["figure"]) == sorted(by_hand["figure"])
    for row in disclosure.audit.implied.itertuples():
        hand = by_hand.loc[row.figure]
        assert (row.value, row.missing) == (hand["value"], ""), row.figure
        rests_on = sorted((facts[f].item, facts[f].measure) for f in row.rests_on.split())
        places = [  # of each set of amounts the places that state each of them
            [amounts[amounts["amount"] == name][["item", "measure"]].itertuples(index=False, name=None) for name in few]
            for few in map(str.split, hand["rests_on"].split(" | "))
        ]
        assert rests_on in [sorted(choice) for few in places for choice in product(*few)], row.figure


@holding("implied")
def test_what_rests_on_an_assumption_says_so(disclosure):
    # Of the first text, strictly determined are: level less change, and a change less its reasons.
    # What stands on the change of operating funds is not: the text also calls that increase a decrease.
    assumes = disclosure.audit.implied.set_index("figure")["assumption"].ne("").map({True: "yes", False: "no"})
    assert assumes.to_dict() == expected(disclosure, "implied")["assumes"].to_dict()


@holding("guards")
def test_guards_counted_by_hand(disclosure):
    key, guards, by_hand = ["section", "item", "measure"], disclosure.audit.guards, expected(disclosure, "guards")
    for row in by_hand.itertuples():
        found = guards[(guards[key] == [row.section, row.item, row.measure]).all(axis=1)].iloc[0]
        columns = ["checks", "not_implied", "sums", "bounds"]
        assert found[columns].tolist() == [getattr(row, column) for column in columns], row


@holding("guards")
def test_the_figures_that_no_equation_holds_are_those_found_by_hand(disclosure):
    guards, by_hand = disclosure.audit.guards, expected(disclosure, "guards")
    untied = [frame[frame["checks"] == 0][["section", "item", "measure"]] for frame in (guards, by_hand)]
    assert sorted(untied[0].values.tolist()) == sorted(untied[1].values.tolist())


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
# How finely a document prints


def test_the_text_leaves_out_zeros_at_the_end():
    """By hand: 150 twice, 415 twice and 220 close sums of two places; the change of 561.4 closes none."""
    read = LILING.precision
    assert (read.finest, read.zeros, read.closing, read.open_) == ({"万元": 2}, 0, 5, 1)
    assert read.drops_zeros and read.places(Decimal("150"), "万") == 2


TWO_SUMS = (
    "收入预算40.25万元，其中：一般公共预算拨款25.25万元，其他收入{part}万元。"
    "支出预算40.25万元，其中，基本支出25.25万元，项目支出15万元。"
)


@pytest.mark.parametrize(
    ("part", "more", "drops"),
    [
        ("15", "", True),  # two sums close
        ("14", "", False),  # one sum closes, which may be chance
        ("15", "会议费7.50万元。", False),  # a zero stands at the end
        ("15.00", "", False),
    ],
)
def test_what_speaks_for_zeros_that_are_left_out(part, more, drops):
    own = audited(TWO_SUMS.format(part=part) + more + "公务接待费5万元。")
    assert own.precision.drops_zeros == drops
    (five,) = own.find("three_public.reception")
    assert own.half(five) == Fraction("0.005" if drops else "0.5") and own.half(five, by_digit=True) == Fraction("0.5")


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
    assert {own.facts[f].item: k for f, k in double.form.items()} == {"income": 1, "expenditure": -2}


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
