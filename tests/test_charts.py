"""The charts: each one passes `show`, draws its numbers in proportion, and refuses what does not add up."""

from decimal import Decimal

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from budgetbook import charts, figures
from budgetbook.charts import page
from budgetbook.figures import PALETTE, show

D = Decimal
TOTAL = D("1951.91")
ALT = "A chart of the budget, drawn in a test, in which the total is 1951.91."


def frame(columns, *rows):
    return pd.DataFrame(rows, columns=columns.split())


INCOME = frame(
    "label zh value",
    ("General public budget appropriation", "一般公共预算拨款", TOTAL),
    ("Government fund", "政府性基金拨款", D("0")),
    ("Special-account non-tax income", "财政专户管理的非税收入拨款", D("0")),
    ("Carried over from last year", "上年结转", None),
)
FUNCTION = frame(
    "label zh value",
    ("General public services", "一般公共服务支出", D("1946.56")),
    ("Health", "卫生健康支出", D("5.35")),
)
NATURE = frame(
    "label zh value group",
    ("Wages and welfare", "工资福利支出", D("1376.48"), "Basic expenditure 基本支出"),
    ("General goods and services", "一般商品和服务支出", D("10.43"), "Basic expenditure 基本支出"),
    ("Work-type specials", "工作性专项", D("415"), "Basic expenditure 基本支出"),
    ("Project expenditure", "项目支出", D("150"), None),
)
TREE = frame(
    "item parent label zh value",
    ("all", None, "Expenditure", "支出预算", TOTAL),
    ("all.basic", "all", "Basic expenditure", "基本支出", D("1801.91")),
    ("all.basic.wages", "all.basic", "Wages and welfare", "工资福利支出", D("1376.48")),
    ("all.basic.goods", "all.basic", "General goods and services", "一般商品和服务支出", D("10.43")),
    ("all.basic.special", "all.basic", "Work-type specials", "工作性专项", D("415")),
    ("all.project", "all", "Project expenditure", "项目支出", D("150")),
    ("all.debt", "all", "Debt service", "债务付息支出", D("0")),
)
LAST, THIS = ({"label": f"{year} year", "zh": zh, "value": value} for year, zh, value in
              (("Last", "上年", D("1390.51")), ("This", "本年", TOTAL)))  # fmt: skip
STEPS = frame(
    "label zh value kind",
    ("New project", "新增重点专项", D("150"), "stated"),
    ("Public funds not in last year's budget", "上年未包含公用经费", D("415.45"), "stated"),
    ("Left over", "说明之外", D("-4.05"), "remainder"),
)
SECTIONS = frame("label zh start", ("Duties", "职责", 0), ("Organisation", "机构", 600), ("Budget", "收支", 700))
NUMBERS = frame("start kind", (610, "figure"), (705, "year"), (720, "figure"), (990, "figure"), (30, "list marker"))
TEXTS = {
    "title": "The finding is 1951.91",
    "subtitle": "万元 (10,000 yuan)",
    "source": "Section 3 of the disclosure",
}

CHARTS = {
    "bars": lambda **more: charts.bars(INCOME, share_of=TOTAL, **TEXTS | more),
    "breakdowns": lambda **more: charts.breakdowns(
        [("By source", INCOME), ("By function", FUNCTION), ("By nature", NATURE)], TOTAL, **TEXTS | more
    ),
    "tree": lambda **more: charts.tree(TREE, **TEXTS | more),
    "bridge": lambda **more: charts.bridge(LAST, STEPS, THIS, **TEXTS | more),
    "number-map": lambda **more: charts.number_map(NUMBERS, SECTIONS, 1000, **TEXTS | more),
    "curve": lambda **more: charts.curve(
        [0, 50, 100], {"income": [D("10"), D("12"), D("14.5")], "as published": [10, 10, 10]}, xlabel="x", ylabel="y",
        points=frame("x y label zh", (50, 12, "12 at 50", "中间"), (0, 10, "now", "现在")), **TEXTS | more
    ),
}  # fmt: skip


@pytest.fixture
def shown(monkeypatch, tmp_path):
    twins = []
    monkeypatch.setattr(figures, "display", lambda data, raw, metadata: twins.append(data["text/plain"]))

    def run(fig):
        show(fig, "09-test", ALT, INCOME, folder=tmp_path)
        return twins[-1]

    return run


def texts(fig):
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def boxes(fig, color=None):
    """(width, height) in points of the rectangles, or of those of one colour."""
    patches = [patch for ax in fig.axes for patch in ax.patches]
    return [(patch.get_width(), patch.get_height()) for patch in patches
            if color is None or to_hex(patch.get_facecolor()) == color]  # fmt: skip


@pytest.mark.parametrize("width", [6.5, 8, 10])
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_can_be_shown(shown, name, width):
    fig = CHARTS[name](width=width)
    assert fig.get_size_inches()[0] == width
    assert min(text.get_fontsize() for ax in fig.axes for text in ax.texts) >= 9
    assert shown(fig) == shown(CHARTS[name](width=width))


@pytest.mark.parametrize("name", CHARTS)
def test_titles_wrap_by_width(shown, name):
    title = "A finding that takes more than a line, because 预算编报范围包括机关 and no other unit, is " * 2
    fig = CHARTS[name](title=title)
    assert sum("finding" in text or "预算" in text or "unit" in text for text in texts(fig)) >= 2
    shown(fig)


def test_bars_are_in_proportion_and_zero_differs_from_not_stated(shown):
    fig = charts.bars(FUNCTION, "t", share_of=TOTAL)
    (long, _), (short, _) = boxes(fig)
    assert short / long == pytest.approx(5.35 / 1946.56)
    assert {"1946.56", "99.7 %", "5.35", "0.3 %"} <= set(texts(fig))
    fig = CHARTS["bars"]()
    assert texts(fig).count("0 (stated)") == 2 and texts(fig).count("not stated") == 1
    rings = [line for line in fig.axes[0].lines if line.get_marker() == "o"]
    assert len(rings) == 2 and len(boxes(fig)) == 1  # a ring for each stated zero, nothing for what is not stated


def test_bars_below_zero_and_highlighted(shown):
    data = STEPS.assign(highlight=[False, True, False], note=[None, "the reason that the text gives last", None])
    fig = charts.bars(data, "t")
    assert min(width for width, _ in boxes(fig)) < 0 and "−4.05" in texts(fig)
    assert len(boxes(fig, PALETTE["accent"])) == 1
    shown(fig)


def test_breakdowns_show_thin_slices_and_list_zeros(shown):
    fig = CHARTS["breakdowns"]()
    height = max(height for _, height in boxes(fig))
    assert any(thin == pytest.approx(height * 10.43 / 1951.91) for _, thin in boxes(fig))
    for text in ("5.35", "10.43", "0 stated:", "Not stated:", "Government fund 政府性基金拨款"):
        assert text in texts(fig)
    assert any("1801.91" in text for text in texts(fig))  # the sum of the group


def test_a_breakdown_that_does_not_foot():
    with pytest.raises(ValueError, match="By function: the parts sum to 1951.91, not to 1951.92; .0.01 is missing"):
        charts.breakdowns([("By function", FUNCTION)], D("1951.92"), "t")


def test_tree_in_proportion_with_labels_outside_thin_boxes(shown):
    fig = CHARTS["tree"]()
    heights = [height for _, height in boxes(fig)]
    assert min(heights) / max(heights) == pytest.approx(10.43 / 1951.91, rel=0.01)
    assert {"10.43", "0.5 %", "0 stated: Debt service 债务付息支出"} <= set(texts(fig))


def test_a_tree_that_does_not_foot():
    rest = TREE[TREE["item"] != "all.basic.goods"]
    with pytest.raises(ValueError, match="all.basic: the parts sum to 1791.48, not to 1801.91"):
        charts.tree(rest, "t")
    hatched = [patch for patch in charts.tree(rest, "t", partial=["all.basic"]).axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 1
    more = TREE.assign(value=TREE["value"].replace({D("415"): D("500")}))
    with pytest.raises(ValueError, match="all.basic"):
        charts.tree(more, "t", partial=["all.basic"])
    with pytest.raises(ValueError, match="one total"):
        charts.tree(TREE[TREE["item"] != "all"], "t")


def test_bridge_hatches_what_is_not_explained():
    fig = CHARTS["bridge"]()
    assert [bool(patch.get_hatch()) for patch in fig.axes[0].patches] == [False, False, False, True, False]
    assert {"1390.51", "+150", "+415.45", "−4.05", "not explained", "1951.91"} <= set(texts(fig))
    widths = [width for width, _ in boxes(fig)]
    assert widths[1] / widths[0] == pytest.approx(150 / 1390.51)


def test_a_bridge_that_does_not_foot():
    with pytest.raises(ValueError, match="bridge: the parts sum to 1955.96, not to 1951.91; −4.05 is missing"):
        charts.bridge(LAST, STEPS[:2], THIS, "t")


def test_number_map_counts_every_number():
    fig = CHARTS["number-map"]()
    marks = sum(len(line.get_xdata()) for line in fig.axes[0].lines if line.get_linestyle() == "None")
    assert marks == len(NUMBERS) + 3  # and one for each heading
    assert texts(fig).count("3") == 1 and "list marker" in " ".join(texts(fig))


@pytest.mark.parametrize("stray", [(1000, "figure"), (10, "unheard of")])
def test_number_map_loses_no_number(stray):
    numbers = pd.concat([NUMBERS, frame("start kind", stray)], ignore_index=True)
    with pytest.raises(ValueError, match="outside the sections or of an unnamed kind"):
        charts.number_map(numbers, SECTIONS, 1000, "t", kinds={"figure": "a", "year": "b", "list marker": "c"})


def test_curve_begins_at_zero():
    ax = CHARTS["curve"]().axes[1]
    assert ax.get_ylim()[0] == 0
    assert charts.curve([0, 1], {"": [D("-1"), D("1")]}, "t").axes[1].get_ylim()[0] == -1


def test_binary_floats_are_refused():
    with pytest.raises(TypeError, match="binary float"):
        charts.bars(FUNCTION.assign(value=[1946.56, 5.35]), "t")


def test_the_twin_changes_when_one_part_changes(shown):
    moved = FUNCTION.assign(value=[D("1946.55"), D("5.36")])
    assert shown(charts.bars(FUNCTION, "t")) != shown(charts.bars(moved, "t"))


# --- words --------------------------------------------------------------------------------------------------


def test_measure_knows_wide_characters():
    assert page.measure("预算", "zh") == 20 and page.measure("11", "value") == page.measure("08", "value")


def test_wrap():
    assert page.wrap("General public services", 80) == ["General public", "services"]
    assert page.wrap("项目支出预算", 43) == ["项目支出", "预算"]
    assert page.wrap("项目支出，预算", 43) == ["项目支", "出，预算"]  # no line begins with a comma
    assert page.wrap("项目支（出）", 43) == ["项目支", "（出）"]  # nor ends with an opening bracket
    assert page.wrap("一二三2021年", 42) == ["一二三", "2021年"]
    assert page.wrap("", 50) == []


@pytest.mark.parametrize(
    ("part", "text"),
    [("1951.91", "100 %"), ("0", "0 %"), ("0.01", "<0.1 %"), ("1951.90", ">99.9 %"), ("10.43", "0.5 %")],
)
def test_percent(part, text):
    assert page.percent(D(part), TOTAL) == text
