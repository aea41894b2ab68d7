"""What must be true of the audit of any disclosure, tried on small disclosures that are made up here.

Each one foots by construction. `TIES` says by hand which figures each equation ties together, so that the tests know
without asking the audit which checks must notice a wrong figure.
"""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from unittest.mock import patch

from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st
from liling import as_liling

from budgetbook.audit.checks import FAILS, HOLDS, ROUNDING, STATES, UNTESTED, Checks
from budgetbook.audit.whole import Audit
from budgetbook.disclosure import Disclosure
from budgetbook.numbers import convert

# Sections with their sentences. Figures of money take their unit from the style in which they are written.
SECTIONS = [
    ["人员编制{posts}人，实有人数{staff}人。", "内设机构{groups}个，分别为：甲组、乙组、丙组。"],
    ["收入预算合计{income}。", "一般公共预算拨款{general}。", "政府性基金拨款{fund}。"]
    + ["财政专户管理的非税收入拨款{special}。", "其他收入{other}。", "未安排政府性基金预算支出。"],
    ["支出预算合计{expenditure}。", "一般公共服务支出{services}。", "卫生健康支出{health}。"]
    + ["基本支出共{basic}。", "工资福利支出{wages}。", "商品和服务支出{goods}。", "工作性专项{specials}。"]
    + ["对个人和家庭的补助支出{individuals}。", "项目支出共{project}。", "人民网全国创新社会治理专项{event}。"],
    ["机关运行经费（商品和服务支出+工作性专项）安排{operating}，比上年增加{filled}，原因是上年未包含公用经费{gap}。"],
    [
        "本部门年初预算数为{total}，比上年增加{more}，"
        "主要原因：新增一个重点专项人民网全国创新社会治理{new}；上年未包含公用经费{left}。"
    ],
    ["政府采购预算{procurement}。", "政府采购货物{bought}。", "政府采购服务{served}。", "政府采购工程{built}。"],
    ["“三公”经费预算数{three}，比上年增加{up}，增长{growth}%。", "公务接待费{reception}。"]
    + ["公务用车购置及运行维护费{vehicles}。", "因公出国（境）费用{abroad}。"],
    ["会议费{meetings}。", "{conference}主要用于人民网颁奖暨经验交流会。", "{showcase}主要用于年终展示会。"]
    + ["培训费{training}。"],
    ["纳入部门整体支出绩效目标的金额为{targets}，其中，基本支出{target_basic}，项目支出{target_project}。"],
]  # fmt: skip
NUMERALS = "一二三四五六七八九"
COUNTS = ("posts", "staff", "groups", "growth")  # written without a unit of money

# (kind, rule) → the figures that it ties together.
TIES = {
    ("sum", "income"): "income general fund special other",
    ("sum", "expenditure"): "expenditure basic project",
    ("sum", "expenditure.function"): "expenditure services health",
    ("sum", "expenditure.basic"): "basic wages goods specials individuals",
    ("sum", "expenditure.project"): "project event",
    ("sum", "procurement"): "procurement bought served built",
    ("sum", "performance"): "targets target_basic target_project",
    ("sum", "three_public"): "three reception vehicles abroad",
    ("sum", "meetings"): "meetings conference showcase",
    ("equality", "balance"): "income expenditure",
    ("equality", "total-income"): "total income",
    ("equality", "performance-total"): "targets expenditure",
    ("equality", "performance-basic"): "target_basic basic",
    ("equality", "performance-project"): "target_project project",
    ("equality", "operating-funds"): "operating goods specials",
    ("equality", "project-as-reason"): "new event",
    ("equality", "project-as-meeting"): "conference event",
    ("equality", "fund-in-out"): "fund",  # against the claim that nothing is planned to be spent from a fund
    ("restatement", "expenditure.basic.public_funds"): "gap left",
    ("change", "operating_funds"): "filled gap",
    ("change", "budget.total"): "more new left",
    ("count", "organisation.groups"): "groups",
    ("growth", "three_public"): "three up growth",
}
TIES = {check: keys.split() for check, keys in TIES.items()}
# What a rate of growth depends on may slip and the rate, with its rounding, still be right: not slipped here.
TIED = sorted({key for check, keys in TIES.items() for key in keys if check[0] != "growth"})
DECLARED = [(check, key) for check, keys in TIES.items() if check[0] == "equality" for key in keys]
BOUNDS = ["staff-posts", "procurement-money", "meetings-money", "last-year-total",
          "last-year-operating", "last-year-three-public"]  # fmt: skip


def tries(number: int) -> settings:
    """So many examples. A failing one is shown as it was found: to shrink it would take minutes."""
    return settings(max_examples=number, phases=[Phase.explicit, Phase.generate])


@dataclass
class Style:
    """How a figure is written."""

    unit: str = "万元"
    commas: bool = False
    wide: bool = False

    def write(self, key: str, value: Decimal) -> str:
        number = value if key in COUNTS else convert(value, "万元", self.unit)
        digits = f"{number:,f}" if self.commas else f"{number:f}"
        if self.wide:
            digits = digits.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789."})
        return digits + ("" if key in COUNTS else self.unit)


@dataclass
class Layout:
    """How a text is put together: the order of its sections and sentences, the styles of its figures, its brackets."""

    sections: list[list[str]] = field(default_factory=lambda: SECTIONS)
    styles: dict[str, Style] = field(default_factory=dict)
    narrow: bool = False

    def write(self, amounts: dict[str, Decimal], without: str = "") -> str:
        figures = {key: self.styles.get(key, Style()).write(key, value) for key, value in amounts.items()}
        lines = []
        for number, sentences in zip(NUMERALS, self.sections, strict=True):
            clauses = re.findall("[^，；。]*[，；。]", "".join(sentences))
            kept = "".join(c for c in clauses if f"{{{without}}}" not in c)
            lines += [f"{number}、第{number}章", re.sub("[，；]$", "。", kept).format(**figures)]
        text = "\n".join(lines)
        return text.translate(str.maketrans("（）：", "():")) if self.narrow else text


def audit(text: str) -> Audit:
    """Read under the name of the published disclosure: the taxonomy knows projects and meetings of that one only."""
    return Audit(as_liling(text))


def states(own: Audit) -> dict[tuple[str, str], str]:
    found = {(c.kind, c.rule): own.state(c) for c in own.check_list}
    assert len(found) == len(own.check_list)  # each check once
    return found


def failing(own: Audit) -> set[tuple[str, str]]:
    return {check for check, state in states(own).items() if state == FAILS and check[0] != "bound"}


def money(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Amounts of 万元 with none, one or two places."""

    def placed(places: int) -> st.SearchStrategy[Decimal]:
        return st.integers(low * 10**places, high * 10**places).map(lambda n: Decimal(n).scaleb(-places))

    return st.integers(0, 2).flatmap(placed)


@st.composite
def footing(draw) -> dict[str, Decimal]:
    """Figures of which every equation of TIES holds, and every bound."""
    big, some, any_ = money(1000, 30_000), money(500, 2000), money(0, 100)
    a = {key: draw(any_) for key in ("special", "other", "health", "bought", "served", "built", "individuals",
                                     "reception", "vehicles", "abroad", "showcase", "training")}  # fmt: skip
    a |= {"wages": draw(big), "goods": draw(some), "specials": draw(any_), "fund": Decimal(0), "growth": Decimal(0)}
    a["conference"] = a["event"] = a["project"] = a["target_project"] = a["new"] = draw(money(1, 500))
    a["gap"] = a["left"] = a["filled"] = draw(money(1, 400))
    a["basic"] = a["target_basic"] = a["wages"] + a["goods"] + a["specials"] + a["individuals"]
    a["total"] = a["income"] = a["expenditure"] = a["targets"] = a["basic"] + a["project"]
    a["services"] = a["total"] - a["health"]
    a["general"] = a["total"] - a["special"] - a["other"]
    a["operating"] = a["goods"] + a["specials"]
    a["more"] = a["new"] + a["left"]
    a["procurement"] = a["bought"] + a["served"] + a["built"]
    a["meetings"] = a["conference"] + a["showcase"]
    a["three"] = a["reception"] + a["vehicles"] + a["abroad"] + 2
    a["reception"] += 2
    a["up"] = draw(money(0, 1))
    a["growth"] = (100 * a["up"] / (a["three"] - a["up"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
    a |= {"posts": Decimal(draw(st.integers(20, 90))), "staff": Decimal(draw(st.integers(1, 20))), "groups": Decimal(3)}
    return a


@st.composite
def layouts(draw) -> Layout:
    """Another order of everything, other widths, commas and units, figure by figure."""
    style = st.builds(Style, st.sampled_from(["元", "万元", "亿元"]), st.booleans(), st.booleans())
    keys = re.findall(r"\{(\w+)\}", "".join(map("".join, SECTIONS)))
    styles = dict(zip(keys, draw(st.lists(style, min_size=len(keys), max_size=len(keys))), strict=True))
    sections = [draw(st.permutations(sentences)) for sentences in draw(st.permutations(SECTIONS))]
    return Layout(sections, styles, draw(st.booleans()))


def slipped(amounts: dict[str, Decimal], key: str, slip: int) -> dict[str, Decimal]:
    return amounts | {key: amounts[key] + slip}


# More than rounding can explain: five terms printed in whole 万元 are good to 2.5 together.
SLIPS = st.integers(10, 400)


@given(footing())
@tries(12)
def test_what_foots_has_no_failing_check(amounts):
    own = audit(Layout().write(amounts))
    found = states(own)
    assert FAILS not in found.values()
    # Not by silence: each tie is a check that was made, and all but the rate of growth hold to the last place.
    assert {check: found.get(check) for check in TIES if check[0] != "growth"} == {
        check: HOLDS for check in TIES if check[0] != "growth"
    }
    assert found["growth", "three_public"] in (HOLDS, ROUNDING)
    assert {found["bound", rule] for rule in BOUNDS} == {HOLDS}
    assert found["equality", "staff-and-public-funds"] == UNTESTED


@given(footing(), st.sampled_from(TIED), SLIPS)
@tries(12)
def test_a_wrong_figure_fails_exactly_the_checks_that_it_is_in(amounts, key, slip):
    own = audit(Layout().write(slipped(amounts, key, slip), without="growth"))
    assert failing(own) == {check for check, keys in TIES.items() if key in keys and check[0] != "growth"}
    # The gap that each of them reports is the slip.
    gaps = {abs(own.residual(c)) for c in own.check_list if own.state(c) == FAILS and c.kind != "bound"}
    assert gaps == {slip}


def test_every_tied_figure_is_noticed():
    # What the property above tries at random, for each figure once, on one disclosure.
    amounts = FIXED
    for key in TIED:
        own = audit(Layout().write(slipped(amounts, key, 10), without="growth"))
        assert failing(own) == {check for check, keys in TIES.items() if key in keys and check[0] != "growth"}, key


@given(footing(), layouts(), st.sampled_from([None, *TIED]), SLIPS)
@tries(12)
def test_order_widths_commas_and_units_change_nothing(amounts, layout, key, slip):
    amounts = slipped(amounts, key, slip) if key else amounts

    def outcome(layout: Layout) -> dict:
        own = audit(layout.write(amounts))
        results = {}
        for check in own.check_list:
            residual = own.residual(check)
            # Of two statements of one figure, the one that comes first in the text is the left side.
            results[check.kind, check.rule] = (
                # A rate that a slip has put out may stay within what whole 万元 allow, and not within whole 元.
                None if check.kind == "growth" and key else own.state(check),
                abs(residual) if check.kind == "restatement" else residual,
            )
        return results

    assert outcome(layout) == outcome(Layout())


ITEMS = {"special": "income.special_account", "other": "income.other", "fund": "income.government_fund"}
TERMS = st.lists(st.tuples(st.sampled_from(sorted(ITEMS)), st.integers(1, 2)), min_size=1, max_size=2)
RULES = st.lists(st.tuples(TERMS, TERMS, st.sampled_from([0, 0, 0, 1])), min_size=3, max_size=6)


@given(RULES, st.lists(st.sampled_from([0, 2]), min_size=3, max_size=3))
@example([([("fund", 1)], [("other", 1)], 0)] * 2, [2, 2, 2])
@example([([("fund", 1)], [("other", 1)], 0), ([("fund", 1)], [("other", 1)], 1)], [2, 2, 2])
@tries(25)
def test_what_follows_from_checks_that_hold_does_not_fail(rules, values):
    """Random equations between three figures, some of them with a constant, some right and some wrong."""

    def side(terms: list[tuple[str, int]]) -> str:
        return " + ".join(f"{factor} * {ITEMS[key]}" for key, factor in terms)

    rows = [
        dict(identity=f"r{k}", kind="equality", relation="=", source="law", why="", left=side(left))
        | dict(right=f"{side(right)} + {more}")
        for k, (left, right, more) in enumerate(rules)
    ]
    text = "财政专户管理的非税收入拨款{}.00万元。其他收入{}.00万元。政府性基金拨款{}.00万元。".format(*values)
    with patch.object(Checks, "rules", lambda self, table: rows):
        own = Audit(Disclosure(text))
        checks = own.check_list
    assert len(checks) == len(rows)
    for check in checks:
        sources = [checks[k] for k in check.derived_from]
        if sources and all(own.state(c) == HOLDS for c in sources):
            assert own.state(check) == HOLDS
    # No more equations can be independent than there are figures, and one more that contradicts their constants.
    assert sum(bool(c.form) and not c.derived_from for c in checks) <= len(ITEMS) + 1


@given(footing(), st.lists(st.sampled_from(TIED), max_size=3, unique=True), SLIPS)
@tries(10)
def test_what_is_marked_derived_in_a_disclosure_follows(amounts, keys, slip):
    for key in keys:
        amounts = slipped(amounts, key, slip)
    own = audit(Layout().write(amounts))
    derived = [c for c in own.check_list if c.derived_from]
    # Income, total, targets, basic, project and expenditure stand in one ring, and in no other.
    assert len(derived) == 1
    for check in derived:
        sources = [own.check_list[k] for k in check.derived_from]
        assert check not in sources
        if all(own.state(source) == HOLDS for source in sources):
            assert own.state(check) == HOLDS


def test_a_figure_left_out_makes_a_declared_identity_untestable():
    whole = states(audit(Layout().write(FIXED)))
    for check, key in DECLARED:
        without = states(audit(Layout().write(FIXED, without=key)))
        assert whole[check] == HOLDS
        assert without[check] == UNTESTED, f"{check} without {key}"


@given(footing(), st.sampled_from(DECLARED), SLIPS)
@tries(8)
def test_what_cannot_be_tested_never_fails_whatever_the_rest_says(amounts, left_out, slip):
    check, key = left_out
    amounts = {k: v + slip if k in TIES[check] else v for k, v in amounts.items()}
    assert states(audit(Layout().write(amounts, without=key)))[check] == UNTESTED


@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=3), st.integers(0, 2), st.integers(-3, 3))
@example([1005], 1, 0)
@example([104, 104, 104], 0, 0)  # 3.12: 3
@example([1004, 1004], 1, 0)  # 20.08: 20.1
@tries(25)
def test_rounding_is_told_from_a_gap(cents, places, off):
    step = Decimal(1).scaleb(-places)
    parts = [Decimal(n).scaleb(-2) for n in cents]
    whole = sum(parts).quantize(step, ROUND_HALF_UP) + off * step
    names = ("一般公共预算拨款", "政府性基金拨款", "其他收入")
    listed = "，".join(f"{name}{part}万元" for name, part in zip(names, parts, strict=False))
    assume(whole > 0)
    own = Audit(Disclosure(f"收入预算{whole:f}万元，其中：{listed}。"))
    found = next(c for c in own.check_list if c.rule == "income")
    gap = abs(Fraction(whole) - Fraction(sum(parts)))
    tolerance = Fraction(step) / 2 + len(parts) * Fraction("0.005")
    assert own.tolerance(found) == tolerance
    # A gap of exactly the tolerance would need every term to lie on the end of its range that rounds away.
    assert own.state(found) == (HOLDS if gap == 0 else ROUNDING if gap < tolerance else FAILS)


@given(footing(), layouts())
@tries(6)
def test_every_check_says_what_a_reader_needs(amounts, layout):
    own = audit(layout.write(amounts))
    table = own.checks
    assert set(table["state"]) <= set(STATES)
    assert table["check"].is_unique
    for row in table.itertuples():
        assert (row.missing != "") == (row.state == UNTESTED)
        assert (row.residual is None) == (row.state == UNTESTED)
        assert set(row.facts.split()) <= set(own.disclosure.facts["fact"])


FIXED = {key: Decimal(value) for key, value in dict(
    posts=30, staff=20, groups=3, income="2400.25", general="2360.15", fund=0, special="10.1", other=30,
    expenditure="2400.25", services="2395", health="5.25", basic="2250.25", wages=1500, goods="700.25", specials=40,
    individuals=10, project=150, event=150, operating="740.25", filled="99.5", gap="99.5", total="2400.25",
    more="249.5", new=150, left="99.5", procurement=60, bought=10, served=50, built=0, three=5, up=1, growth=25,
    reception=4, vehicles=1, abroad=0, meetings=155, conference=150, showcase=5, training=18, targets="2400.25",
    target_basic="2250.25", target_project=150,
).items()}  # fmt: skip
