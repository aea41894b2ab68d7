"""The charts: each one passes `show`, draws its numbers in proportion, and refuses what does not add up."""

from decimal import Decimal

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from budgetbook import charts, percent
from budgetbook.show import pictures
from budgetbook.show.charts import page
from budgetbook.show.pictures import PALETTE, TONES, lighter, narrowest, show

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
PER_HEAD = frame(
    "label zh value note highlight",
    ("Staff in post", "实有人数", D("809700"), "17 people", True),
    ("Staff in post + Full-time grid workers", "实有人数 + 专职网格员培训人数", D("58100"), "about 237", False),
    ("Everyone", "", D("16500"), "a note that is too long to stand beside the dot on one line of this chart", False),
    ("Others", "其他", None, None, False),
)
WINDOW = frame("label zh value note", ("Three public expenses", "“三公”经费", D("5"), "part of the field"))
PEOPLE = frame(
    "label zh value qualifier open highlight",
    ("Staff in post", "实有人数", D("17"), "", False, True),
    ("Posts without staff", "空编", D("10"), "", True, True),
    ("Full-time grid workers in training", "专职网格员培训人数", D("220"), "about", False, False),
    ("Nobody", "", 0, "", False, False),
)
SECTIONS = frame("label zh start", ("Duties", "职责", 0), ("Organisation", "机构", 600), ("Budget", "收支", 700))
PLACES = frame(
    "section label zh value unit quote note kind",
    ("三", "Project", "项目支出", D("150"), "万元", "项目支出：2021年年初预算数为150万元", "", "same"),
    ("四（五）", "Receptions, increase", "公务接待费", D("4"), "万元", "增加4万元", "before and after", "other"),
    ("四（六）", "Conference", "交流会", D("150"), "万", "其中150万主要用于举办", "not said", "inferred"),
)
NUMBERS = frame("start kind", (610, "figure"), (705, "year"), (720, "figure"), (990, "figure"), (30, "list marker"))
RANGES = frame(
    "label zh low high whole",
    ("Everything that is not wages", "工资福利以外的支出", D("348.43"), D("348.43"), D("575.43")),
    ("Work-type specials", "工作性专项", D("188.00"), D("348.43"), D("415")),
    ("General goods and services", "一般商品和服务支出", D("0"), D("10.43"), D("10.43")),
)
PAIRS = frame(
    "group label value added left_out",
    ("As the text counts", "2020", D("1390.51"), None, None),
    ("As the text counts", "2021", TOTAL, None, None),
    ("Like for like", "2020", D("1390.51"), D("415.45"), D("0")),
    ("Like for like", "2021", D("1801.91"), D("0"), D("150")),
)
BUDGETS = frame(
    "item label zh plain value outside",
    ("general", "General public budget", "一般公共预算", "The main budget of a government.", TOTAL, False),
    ("fund", "Government fund budget", "政府性基金预算", "Money for one particular undertaking.", D("0"), False),
    ("capital", "State capital operations budget", "国有资本经营预算", "What the state earns.", None, False),
    ("account", "Special account", "财政专户", "A place for money, not a budget.", D("0"), True),
)
LINKS = frame("start end label zh", ("capital", "general", "money is moved in", "安排资金调入一般公共预算"))
TEXTS = {
    "title": "The finding is 1951.91",
    "subtitle": "万元 (10,000 yuan)",
    "source": "Section 3 of the disclosure",
}

STAGES = {"input": "Input 投入", "activity": "Activity 使用过程", "output": "Output 产出", "outcome": "Outcome 效果"}
STRANDS = frame(
    "strand stage value label",
    ("Training of grid workers", "input", "18 万元", "mainly for training grid workers"),
    ("Training of grid workers", "output", "about 220 人", "full-time grid workers to be trained"),
    ("Training of grid workers", "output", "about 597 人", "part-time grid workers to be trained"),
    ("Grid information system", "activity", "", "coordinate and guide its building, running and upkeep"),
)

MATRIX = {
    "rows": frame(
        "key label zh",
        ("一（六）", "（六） Hire, train and assess grid workers", "招聘、培训、考核"),
        ("一（九）", "（九） Other tasks", "交办的其他工作"),
        ("一（三）", "（三） Keep posts", "阵地建设"),
    ),
    "columns": frame(
        "key label zh value",
        ("wages", "Wages and welfare", "工资福利支出", "1376.48"),
        ("project", "People's Daily Online national social governance special", "人民网全国创新社会治理专项", "150"),
        ("training", "Training", "培训费", "18"),
    ),
    "marks": frame(
        "row column kind",
        ("一（六）", "training", "named"),
        ("一（九）", "project", "word"),
        ("一（九）", "training", "plausible"),
    ),
    "kinds": {"named": "the same is named", "plausible": "it may be", "word": "a word in common"},
}

STATES = {"here": "In this text", "not": "Not in this text", "who knows": "Cannot be told from this text"}
COVERED = frame(
    "group label state",
    ("Budget Law 预算法", "the budget tables themselves", "who knows"),
    ("Budget Law 预算法", "how much is planned for procurement", "here"),
    ("Regulations 条例", "basic expenditure by economic class down to the group (款), and more than one line", "not"),
)
COURSE = frame(
    "station group when label note",
    (
        "forms",
        "2020: the draft",
        "by 30 June",
        "Forms and dates for the drafts are set out",
        "finance department 财政部门",
    ),
    ("begin", "2021: the budget year", "1 January", "The budget year begins", ""),
    ("publish", "2021: the budget year", "within 20 days of its approval", "The budget 部门预算 is published", "14(2)"),
    ("end", "2021: the budget year", "31 December", "The budget year ends", "Budget Law 18(1)"),
).assign(dated=[True, False, True, True], running=[False, True, True, False])
CHARTS = {
    "stations": lambda words=TEXTS, **more: charts.stations(COURSE, here="publish", **more).figure(**words),
    "chain": lambda words=TEXTS, **more: charts.chain(STRANDS, STAGES, **more).figure(**words),
    "bars": lambda words=TEXTS, **more: charts.bars(INCOME, share_of=TOTAL, **more).figure(**words),
    "breakdowns": lambda words=TEXTS, **more: charts.breakdowns(
        [("By source", INCOME), ("By function", FUNCTION), ("By nature", NATURE)], TOTAL, **more
    ).figure(**words),
    "budgets": lambda words=TEXTS, **more: charts.budgets(BUDGETS, LINKS, TOTAL, **more).figure(**words),
    "tree": lambda words=TEXTS, **more: charts.tree(TREE, **more).figure(**words),
    "bridge": lambda words=TEXTS, **more: charts.bridge(LAST, STEPS, THIS, **more).figure(**words),
    "pairs": lambda words=TEXTS, **more: charts.pairs(PAIRS, **more).figure(**words),
    "ranges": lambda words=TEXTS, **more: charts.ranges(RANGES, **more).figure(**words),
    "matrix": lambda words=TEXTS, **more: charts.matrix(**MATRIX, **more).figure(**words),
    "number-map": lambda words=TEXTS, **more: charts.number_map(NUMBERS, SECTIONS, 1000, **more).figure(**words),
    "curve": lambda words=TEXTS, **more: charts.curve(
        [0, 50, 100], {"income": [D("10"), D("12"), D("14.5")], "as published": [10, 10, 10]}, xlabel="x", ylabel="y",
        points=frame("x y label zh", (50, 12, "12 at 50", "中间"), (0, 10, "now", "现在")), **more
    ).figure(**words),
    "dots": lambda words=TEXTS, **more: charts.dots(PER_HEAD, xlabel="元 per head", **more).figure(**words),
    "places": lambda words=TEXTS, **more: charts.places(PLACES, **more).figure(**words),
    "squares": lambda words=TEXTS, **more: charts.squares(FUNCTION, TOTAL, WINDOW, **more).figure(**words),
    "units": lambda words=TEXTS, **more: charts.units(PEOPLE, **more).figure(**words),
    "states": lambda words=TEXTS, **more: charts.states(COVERED, STATES, **more).figure(**words),
}  # fmt: skip


@pytest.fixture
def shown(monkeypatch, tmp_path):
    twins = []
    monkeypatch.setattr(pictures, "display", lambda data, raw, metadata: twins.append(data["text/plain"]))

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
    fig = CHARTS[name](TEXTS | {"title": title})
    assert sum("finding" in text or "预算" in text or "unit" in text for text in texts(fig)) >= 2
    shown(fig)


def test_bars_are_in_proportion_and_zero_differs_from_not_stated(shown):
    fig = charts.bars(FUNCTION, share_of=TOTAL).figure("t")
    (long, _), (short, _) = boxes(fig)
    assert short / long == pytest.approx(5.35 / 1946.56)
    assert {"1946.56", "99.7 %", "5.35", "0.3 %"} <= set(texts(fig))
    fig = CHARTS["bars"]()
    assert texts(fig).count("0 (stated)") == 2 and texts(fig).count("not stated") == 1
    rings = [line for line in fig.axes[0].lines if line.get_marker() == "o"]
    assert len(rings) == 2 and len(boxes(fig)) == 1  # a ring for each stated zero, nothing for what is not stated


def test_an_item_has_one_colour_in_all_pictures(shown):
    def colors(data, chart, **options):
        fig = chart(data, **options).figure("t")
        return {to_hex(patch.get_facecolor()) for patch in fig.axes[0].patches}

    items = ["expenditure.basic.wages", "expenditure.project.fair"]
    data = pd.DataFrame({"item": items, "label": ["Wages", "Fair"], "zh": "", "value": [Decimal(7), Decimal(3)]})
    own = {PALETTE["second"], PALETTE["fourth"]}
    start, end = ({"label": "A", "zh": "", "value": Decimal(value)} for value in (1, 11))
    bridge = charts.bridge(start, data, end).figure("t").axes[0].patches
    assert {to_hex(patch.get_facecolor()) for patch in bridge} == own | {PALETTE["total"]}
    assert colors(data, charts.bars) == own == colors([("Kinds", data)], charts.breakdowns, total=Decimal(10))
    squares = colors(data, charts.squares, total=Decimal(10), beside=data.head(0))
    assert own <= squares
    tree = pd.DataFrame({"item": ["all", *items], "parent": [None, "all", "all"], "label": "A", "zh": ""})
    assert own < colors(tree.assign(value=[Decimal(10), Decimal(7), Decimal(3)]), charts.tree)


def test_a_cut_that_many_pictures_show_has_the_same_tones_in_every_column(shown):
    data = FUNCTION.assign(parent="expenditure.function")
    fig = charts.breakdowns([("A", data), ("B", data)], TOTAL).figure("t")
    assert {to_hex(patch.get_facecolor()) for patch in fig.axes[0].patches} == set(TONES[1])


def test_bars_below_zero_and_highlighted(shown):
    data = STEPS.assign(highlight=[False, True, False], note=[None, "the reason that the text gives last", None])
    fig = charts.bars(data).figure("t")
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


def test_the_values_of_breakdowns_hold_every_share_that_is_drawn():
    picture = charts.breakdowns([("By source", INCOME), ("By function", FUNCTION)], TOTAL)
    shares = {text for text in texts(picture.figure("t")) if text.endswith(" %")}
    assert shares and shares <= set(picture.values["share"])


def test_a_breakdown_that_does_not_foot():
    with pytest.raises(ValueError, match="By function: the parts sum to 1951.91, not to 1951.92; .0.01 is missing"):
        charts.breakdowns([("By function", FUNCTION)], D("1951.92")).figure("t")


def test_tree_in_proportion_with_labels_outside_thin_boxes(shown):
    fig = CHARTS["tree"]()
    heights = [height for _, height in boxes(fig)]
    assert min(heights) / max(heights) == pytest.approx(10.43 / 1951.91, rel=0.01)
    assert {"10.43", "0.5 %", "0 stated: Debt service 债务付息支出"} <= set(texts(fig))


def test_a_tree_that_does_not_foot():
    rest = TREE[TREE["item"] != "all.basic.goods"]
    with pytest.raises(ValueError, match="all.basic: the parts sum to 1791.48, not to 1801.91"):
        charts.tree(rest).figure("t")
    hatched = [
        patch for patch in charts.tree(rest, partial=["all.basic"]).figure("t").axes[0].patches if patch.get_hatch()
    ]
    assert len(hatched) == 1
    more = TREE.assign(value=TREE["value"].replace({D("415"): D("500")}))
    with pytest.raises(ValueError, match="all.basic"):
        charts.tree(more, partial=["all.basic"]).figure("t")
    with pytest.raises(ValueError, match="one total"):
        charts.tree(TREE[TREE["item"] != "all"]).figure("t")


def test_budgets_keep_zero_and_not_stated_apart(shown):
    fig = charts.budgets(BUDGETS, LINKS, TOTAL, whose="chart.all").figure("t")
    words = texts(fig)
    assert words.count("All:") == 4 and words.count("0 stated") == 2 and words.count("not stated") == 1
    assert len(boxes(fig, PALETTE["main"])) == 1 and len(boxes(fig, PALETTE["paper"])) == 2
    heads = [line.get_marker() for line in fig.axes[0].lines if line.get_marker() not in ("None", "")]
    assert heads == ["<"]  # into the first budget
    out = LINKS.assign(start="general", end="capital")
    heads = [line.get_marker() for line in charts.budgets(BUDGETS, out, TOTAL).figure("t").axes[0].lines]
    assert ">" in heads and "<" not in heads
    broken = [line for line in fig.axes[0].lines if line.get_linestyle() == "--"]
    assert len(broken) == 1  # what is no budget of its own
    assert charts.budgets(BUDGETS, LINKS, TOTAL).alt.startswith("3 budgets")
    shown(fig)


@pytest.mark.parametrize("link", [("capital", "fund"), ("general", "account"), ("general", "general")])
def test_budgets_refuse_money_that_is_missing_and_links_to_nowhere(link):
    with pytest.raises(ValueError, match="budgets: the parts sum to 1951.91, not to 2000; .48.09 is missing"):
        charts.budgets(BUDGETS, LINKS, D("2000")).figure("t")
    start, end = link
    with pytest.raises(ValueError, match="a link joins general to one other budget"):
        charts.budgets(BUDGETS, LINKS.assign(start=start, end=end), TOTAL).figure("t")


def test_bridge_hatches_what_is_not_explained():
    fig = CHARTS["bridge"]()
    assert [bool(patch.get_hatch()) for patch in fig.axes[0].patches] == [False, False, False, True, False]
    assert {"1390.51", "+150", "+415.45", "−4.05", "not explained", "1951.91"} <= set(texts(fig))
    widths = [width for width, _ in boxes(fig)]
    assert widths[1] / widths[0] == pytest.approx(150 / 1390.51)


def test_a_bridge_that_does_not_foot():
    with pytest.raises(ValueError, match="bridge: the parts sum to 1955.96, not to 1951.91; −4.05 is missing"):
        charts.bridge(LAST, STEPS[:2], THIS).figure("t")


def test_number_map_counts_every_number():
    fig = CHARTS["number-map"]()
    marks = sum(len(line.get_xdata()) for line in fig.axes[0].lines if line.get_linestyle() == "None")
    assert marks == len(NUMBERS) + 2 * 3  # and for each kind one in the key and one over its counts
    assert texts(fig).count("3") == 1 and "list marker" in " ".join(texts(fig))


def test_the_values_of_a_number_map_are_its_counts_section_by_section():
    kinds = {"figure": "figures", "year": "years", "list marker": "markers"}
    values = charts.number_map(NUMBERS, SECTIONS, 1000, kinds=kinds).values
    assert values.values.tolist() == [
        ["Duties", "markers", 1],
        ["Organisation", "figures", 1],
        ["Budget", "years", 1],
        ["Budget", "figures", 2],
    ]


@pytest.mark.parametrize("stray", [(1000, "figure"), (10, "unheard of")])
def test_number_map_loses_no_number(stray):
    numbers = pd.concat([NUMBERS, frame("start kind", stray)], ignore_index=True)
    with pytest.raises(ValueError, match="outside the sections or of an unnamed kind"):
        charts.number_map(numbers, SECTIONS, 1000, kinds={"figure": "a", "year": "b", "list marker": "c"}).figure("t")


def test_states_have_a_column_each_and_counts_that_add_up(shown):
    fig = charts.states(COVERED, STATES).figure("t")
    marks = [line for line in fig.axes[0].lines if line.get_linestyle() == "None"]
    places = {state: line.get_xdata()[0] for state, line in zip(COVERED["state"], marks, strict=True)}
    assert places["here"] < places["not"] < places["who knows"]
    assert len({(line.get_marker(), line.get_markerfacecolor()) for line in marks}) == 3  # told apart without colour
    counts = [text for text in texts(fig) if text.isdigit()]
    assert counts == ["1", "1", "1", "1", "0", "1", "0", "1", "0"]  # all, then the two groups
    assert shown(fig) != shown(charts.states(COVERED.assign(state="here"), STATES).figure("t"))


def test_states_are_headed_by_the_words_of_the_vocabulary():
    known = COVERED.assign(state=["in_text", "not_in_text", "cannot_be_told"])
    picture = charts.states(known, list(known["state"]))
    words = ["in this text", "not in this text", "cannot be told from this text"]
    assert list(picture.values["state"]) == words
    assert "in this text" in texts(picture.figure("t")) and "in_text" not in texts(picture.figure("t"))


def test_states_refuse_what_they_cannot_place():
    with pytest.raises(ValueError, match="states without a column: elsewhere"):
        charts.states(COVERED.assign(state="elsewhere"), STATES).figure("t")
    with pytest.raises(ValueError, match="stand apart"):
        charts.states(COVERED.iloc[[0, 2, 1]], STATES).figure("t")


def test_curve_begins_at_zero():
    ax = CHARTS["curve"]().axes[1]
    assert ax.get_ylim()[0] == 0
    assert charts.curve([0, 1], {"": [D("-1"), D("1")]}).figure("t").axes[1].get_ylim()[0] == -1


def test_curve_with_points_has_its_ends_among_its_values():
    points = frame("x y label", (D(2), D(3), "half-way"), (D(4), D("0.0"), "nothing left"))
    values = charts.curve([D(0), D(2), D(4)], {"": [D(6), D(3), D(0)]}, points=points).values
    assert list(values["x"]) == [0, 2, 4] and list(values["y"]) == [6, 3, 0]
    assert list(values["label"]) == ["", "half-way", "nothing left"]


def test_ranges_are_light_where_they_are_open_within_the_whole(shown):
    fig = CHARTS["ranges"]()
    bars = [patch for patch in fig.axes[0].patches][2:]  # behind the key
    known, open_, least, most = bars  # nothing is filled in the last row, whose least is 0
    assert [to_hex(patch.get_facecolor()) == lighter(PALETTE["main"]) for patch in bars] == [False, True, False, True]
    assert not any(patch.get_hatch() for patch in bars), "only what is not told is hatched"
    assert least.get_width() / known.get_width() == pytest.approx(188 / 348.43)
    assert least.get_width() + open_.get_width() == pytest.approx(known.get_width())
    assert {"348.43", "of 575.43: 60.6 %", "188.00 to 348.43", "of 415: 45.3 % to 84.0 %"} <= set(texts(fig))
    shown(charts.ranges(RANGES.assign(note="a note below"), words=("poster.views_note",) * 3).figure("t"))


@pytest.mark.parametrize(("low", "high"), [("-1", "10"), ("11", "10"), ("5", "10.44")])
def test_a_range_that_is_none(low, high):
    with pytest.raises(ValueError, match="General goods and services: 0, .* do not rise"):
        charts.ranges(RANGES[2:].assign(low=[D(low)], high=[D(high)])).figure("t")


def test_dots_stand_at_equal_distances_for_equal_factors(shown):
    data = frame("label value", ("a", D("1")), ("b", D("10")), ("c", D("100")), ("d", None))
    fig = charts.dots(data).figure("t")
    a, b, c = (line.get_xdata()[0] for line in fig.axes[0].lines if line.get_marker() == "o")
    assert b - a == pytest.approx(c - b, abs=0.02) and b > a
    assert {"1", "2", "5", "10", "20", "50", "100", "not stated"} <= set(texts(fig))
    assert "Logarithmic scale: equal distances are equal factors" in texts(fig)
    assert [line.get_marker() for line in CHARTS["dots"]().axes[0].lines].count("D") == 1  # the highlighted one
    shown(fig)


def test_dots_have_ticks_with_room_or_as_given(shown):
    wide = frame("label value", ("a", D("0.02")), ("b", D("300000000")))
    assert {"0.01", "1", "100"} <= set(texts(charts.dots(wide).figure("t"))) and "20" not in texts(
        charts.dots(wide).figure("t")
    )
    shown(charts.dots(wide).figure("t"))
    same = charts.dots(frame("label value", ("a", D("100")))).figure("t")
    assert texts(same).count("100") == 2  # the value and its tick
    assert texts(charts.dots(frame("label value", ("a", D("100"))), ticks=[100]).figure("t")).count("100") == 2
    given = charts.dots(PER_HEAD, ticks={D("10000"): "1 万", D("100000"): "10 万"}).figure("t")
    assert {"1 万", "10 万"} <= set(texts(given)) and "20,000" not in texts(given)
    assert "30,000" in texts(charts.dots(PER_HEAD, ticks=[D("30000")]).figure("t"))
    shown(given)


@pytest.mark.parametrize("value", [D("0"), D("-4.05"), None])
def test_dots_refuse_what_has_no_place_on_their_scale(value):
    with pytest.raises(ValueError, match="above zero"):
        charts.dots(frame("label value", ("a", value))).figure("t")


def test_dots_refuse_binary_floats():
    with pytest.raises(TypeError, match="binary float"):
        charts.dots(frame("label value", ("a", 1.5))).figure("t")


def test_squares_are_worth_the_same_in_the_field_and_beside_it():
    """5.35 of 1951.91 are 2.74 of a thousand squares, in the field and, of an amount as large, below it."""
    fig = CHARTS["squares"]()
    field, beside = (sum(wide * tall for wide, tall in boxes(fig, PALETTE[color])) for color in ("total", "accent"))
    key = 11 * 11
    side = 9.6
    assert (field - key) / side**2 == pytest.approx(1000 * 5.35 / 1951.91)
    assert (beside - key) / side**2 == pytest.approx(1000 * 5 / 1951.91)
    assert {"997.3 squares", "2.7 squares", "2.6 squares"} <= set(texts(fig))
    with pytest.raises(ValueError, match="the parts sum to 1951.91"):
        charts.squares(FUNCTION, D("1951.92"), WINDOW).figure("t")


@pytest.mark.parametrize(
    "make",
    [
        lambda data: charts.bars(data),
        lambda data: charts.breakdowns([("All", data)], TOTAL),
        lambda data: charts.squares(data, TOTAL, WINDOW),
    ],
)
def test_what_is_not_told_is_hatched_and_looks_the_same_everywhere(make):
    fig = make(FUNCTION.assign(unknown=[True, False])).figure("t")
    hatched = [patch for patch in fig.axes[0].patches if patch.get_hatch()]
    assert hatched and {to_hex(patch.get_edgecolor()) for patch in hatched} == {PALETTE["accent"]}
    assert not any(patch.get_hatch() for patch in make(FUNCTION).figure("t").axes[0].patches)


def test_units_draw_one_mark_for_each():
    fig = CHARTS["units"]()
    assert [len(line.get_xdata()) for line in fig.axes[0].lines] == [17, 10, 220, 0]
    full, rings, *_ = fig.axes[0].lines
    assert rings.get_markerfacecolor() == "white" != full.get_markerfacecolor()
    assert {"17", "10", "about 220", "0"} <= set(texts(fig))
    widest = max(max(line.get_xdata(), default=0) for line in fig.axes[0].lines)
    assert widest < fig.get_size_inches()[0] * 72 - 10


@pytest.mark.parametrize("value", [D("4.25"), D("-1"), D("20000")])
def test_units_refuse_what_cannot_be_counted_out(value):
    with pytest.raises(ValueError, match="Posts: .* marks cannot be drawn"):
        charts.units(frame("label value", ("Posts", value))).figure("t")


def test_places_tell_one_amount_and_strike_out_its_sum():
    ax = CHARTS["places"]().axes[0]
    shapes = {(line.get_marker(), to_hex(line.get_markerfacecolor())) for line in ax.lines[-9:]}
    assert {("o", PALETTE["main"]), ("o", "#ffffff"), ("D", PALETTE["accent"])} <= shapes
    assert [line.get_linestyle() for line in ax.lines].count("--") == 1  # on the way to what is inferred
    (wrong,) = [text for text in ax.texts if text.get_text() == "150 + 150 = 300"]
    (struck,) = [line for line in ax.lines if line.get_color() == PALETTE["accent"] and len(line.get_xdata()) == 2]
    assert struck.get_xdata()[0] < wrong.get_position()[0] and abs(struck.get_ydata()[0] - wrong.get_position()[1]) < 7
    assert {"150 万元", "4 万元", "150 万", "one amount, told 2 times"} <= {text.get_text() for text in ax.texts}


def test_places_of_different_amounts_are_not_one():
    with pytest.raises(ValueError, match="one amount in two places or more is needed, not 150, 4, 150"):
        charts.places(PLACES.assign(kind="same")).figure("t")
    with pytest.raises(ValueError, match="not 150$"):
        charts.places(PLACES[:2]).figure("t")
    with pytest.raises(ValueError, match="no such kind: sure; use same, inferred, other"):
        charts.places(PLACES.assign(kind="sure")).figure("t")


def test_pairs_count_what_is_added_and_not_what_is_left_out(shown):
    fig = CHARTS["pairs"]()
    assert {"1805.96", "1801.91", "+561.40 (+40.4 %)", "−4.05 (−0.2 %)", "added", "left out"} <= set(texts(fig))
    last, this, added, old, new = fig.axes[0].patches[2:]  # behind the key
    assert to_hex(added.get_facecolor()) == lighter(PALETTE["total"]) and not added.get_hatch()
    assert added.get_width() / old.get_width() == pytest.approx(415.45 / 1390.51)
    assert this.get_width() / last.get_width() == pytest.approx(1951.91 / 1390.51)
    assert new.get_width() / this.get_width() == pytest.approx(1801.91 / 1951.91)
    outlines = [line for line in fig.axes[0].lines if line.get_linestyle() == "--"]
    assert max(max(line.get_xdata()) for line in outlines) == pytest.approx(this.get_x() + this.get_width())


def test_the_draft_of_pairs_counts_pairs():
    assert charts.pairs(PAIRS).alt.startswith("2 pairs of bars")


def test_pairs_from_nothing_and_without_change(shown):
    rows = (
        PAIRS[:2].assign(value=[D("0"), D("150")], note="a line under the bar"),
        PAIRS[:2].assign(group="B", value=D("5"), note=None),
    )
    fig = charts.pairs(pd.concat(rows)).figure("t")
    assert {"+150", "no change"} <= set(texts(fig)) and "added" not in texts(fig)
    shown(fig)


def test_pairs_that_are_none():
    with pytest.raises(ValueError, match="Like for like: a pair has two rows"):
        charts.pairs(PAIRS[:3]).figure("t")
    with pytest.raises(ValueError, match="2020: an amount is negative"):
        charts.pairs(PAIRS.assign(left_out=D("-1"))).figure("t")


def test_binary_floats_are_refused():
    with pytest.raises(TypeError, match="binary float"):
        charts.bars(FUNCTION.assign(value=[1946.56, 5.35])).figure("t")


def test_the_twin_changes_when_one_part_changes(shown):
    moved = FUNCTION.assign(value=[D("1946.55"), D("5.36")])
    assert shown(charts.bars(FUNCTION).figure("t")) != shown(charts.bars(moved).figure("t"))


def test_chain_leaves_empty_what_is_not_said(shown):
    fig = CHARTS["chain"]()
    dashed = [patch for patch in fig.axes[0].patches if patch.get_linestyle() not in ("-", "solid")]
    assert len(dashed) == texts(fig).count("not in this text") == 5  # of eight cells; one of the others has two boxes
    assert len(fig.axes[0].patches) == 5 + len(STRANDS)
    assert {"18 万元", "about 220 人", "about 597 人"} <= set(texts(fig))
    assert "none" in texts(CHARTS["chain"](empty="chart.none"))


def test_chain_refuses_a_stage_without_a_heading():
    with pytest.raises(ValueError, match="a stage without a heading: outcome; there are input, activity, output"):
        charts.chain(STRANDS.assign(stage="outcome"), {k: v for k, v in STAGES.items() if k != "outcome"}).figure("t")


def test_stations_are_full_where_dated_and_mark_the_one_that_is_meant():
    fig = CHARTS["stations"]()
    dots = [line for line in fig.axes[0].lines if line.get_marker() == "o"]
    assert [to_hex(dot.get_markerfacecolor()) != "#ffffff" for dot in dots] == list(COURSE["dated"])
    marked = [to_hex(dot.get_markeredgecolor()) == PALETTE["accent"] for dot in dots]
    assert marked == list(COURSE["station"] == "publish") and "This document" in texts(fig)
    thick = [line for line in fig.axes[0].lines if line.get_linewidth() == 6]
    assert len(thick) == COURSE["running"].sum()
    ys = [dot.get_ydata()[0] for dot in dots]
    assert ys == sorted(ys) and [tuple(line.get_ydata()) for line in thick] == list(zip(ys[1:3], ys[2:], strict=True))
    assert "This document" not in texts(charts.stations(COURSE).figure("t"))


def test_stations_refuse_a_mark_that_has_no_place():
    with pytest.raises(ValueError, match="no station 'audit'; there are forms, begin"):
        charts.stations(COURSE, here="audit")


def test_matrix_says_what_is_not_there_and_tells_kinds_by_shape():
    fig = CHARTS["matrix"]()
    shapes = [line.get_marker() for line in fig.axes[0].lines if line.get_marker() not in ("None", "")]
    assert shapes == ["s", "o", "x", "s", "x", "o"]  # the key, and the marks
    assert {"named", "plausible"} <= set(texts(fig))  # at the ends of the rows: the surest kind
    assert texts(fig).count("none") == 2  # one row, one column
    assert all(text.get_rotation() == 0 for text in fig.axes[0].texts)


def test_no_line_of_a_matrix_crosses_a_text():
    fig = CHARTS["matrix"]()
    uprights = [line for line in fig.axes[0].lines if len(line.get_xdata()) == 2 and len(set(line.get_xdata())) == 1]
    assert len(uprights) >= len(MATRIX["columns"])
    for line in uprights:
        (x, _), (top, bottom) = line.get_xdata(), line.get_ydata()
        for text in fig.axes[0].texts:
            left, baseline = text.get_position()
            right = left + page.measure(text.get_text(), "note")  # the smallest kind
            assert not (left < x < right and top < baseline < bottom), text.get_text()


@pytest.mark.parametrize(
    ("stray", "words"),
    [
        (("一（六）", "gifts", "named"), "unknown row, column or kind"),
        (("一（一）", "wages", "named"), "unknown row, column or kind"),
        (("一（六）", "wages", "certain"), "unknown row, column or kind"),
        (("一（六）", "training", "word"), "two marks in one place"),
    ],
)
def test_a_matrix_loses_no_mark(stray, words):
    marks = pd.concat([MATRIX["marks"], frame("row column kind", stray)], ignore_index=True)
    with pytest.raises(ValueError, match=words):
        charts.matrix(**MATRIX | {"marks": marks}).figure("t")


# --- on a phone ---------------------------------------------------------------------------------------------

PHONE = pictures.NARROW[0]
FUNDS = frame(
    "group label value",
    ("Agency operating funds", "2020, computed", D("9.98")),
    ("Agency operating funds", "2021", D("425.43")),
    ("Everything else", "2020, computed", D("1380.53")),
    ("Everything else", "2021", D("1376.48")),
)


def narrow(picture):
    fig = narrowest(lambda width: picture.figure(**TEXTS, width=width))
    assert fig.get_size_inches()[0] == PHONE
    return fig


def test_narrow_pairs_keep_their_bars_beside_long_labels():
    bars = [width for width, _ in boxes(narrow(charts.pairs(FUNDS)))]
    assert bars[1] / bars[2] == pytest.approx(425.43 / 1380.53) and max(bars) > 120


def test_pairs_are_not_drawn_where_labels_leave_no_room():
    with pytest.raises(ValueError, match="pairs: the labels leave no room for the bars"):
        charts.pairs(FUNDS.assign(label="x" * 60)).figure("t", width=5.6)


def test_the_label_of_a_point_at_the_top_of_a_narrow_curve_stays_below_the_head():
    points = frame("x y label", (D("0.5"), D(900), "900 % from 0.5"), (D("1.5"), D(233), "233 % from 1.5"))
    picture = charts.curve([D("0.5"), D(1), D("1.5")], {"": [D(900), D(400), D(233)]}, points=points)
    fig = narrow(picture)
    (label,) = [text for text in fig.axes[0].texts if text.get_text() == "900 %"]
    assert label.get_position()[1] - label.get_fontsize() > fig.head


def test_narrow_budgets_stand_below_each_other_and_hold_their_words():
    fig = narrow(charts.budgets(BUDGETS, LINKS, TOTAL))
    areas = [line for line in fig.axes[0].lines if len(line.get_xdata()) == 5]
    tops = [min(line.get_ydata()) for line in areas]
    assert tops == sorted(tops) and len(areas) == len(BUDGETS)
    (share,) = [text for text in fig.axes[0].texts if text.get_text() == "100 %"]
    assert share.get_position()[0] + page.measure("100 %", "share") < max(areas[0].get_xdata())
    assert "安排资金调入一般公共预算" in texts(fig)  # on one line


def test_a_strip_that_is_too_small_for_an_amount_and_its_share_has_a_line_for_each():
    from budgetbook.show.charts.budgets import _words

    _, foot = _words(dict(BUDGETS.iloc[0]), 70, TOTAL, "chart.all")
    assert [line[0][0] for line in foot] == ["All:", "1951.91", "100 %"]


def test_each_box_of_a_narrow_tree_has_its_name_above_it():
    fig = narrow(charts.tree(TREE))
    ax = fig.axes[0]
    drawn = [patch for patch in ax.patches if to_hex(patch.get_facecolor()) != PALETTE["paper"]]
    amounts = [text for text in ax.texts if text.get_text() in {"1951.91", "1801.91", "1376.48", "10.43", "415", "150"}]
    assert [text.get_text() for text in amounts] == ["1951.91", "1801.91", "1376.48", "10.43", "415", "150"]
    for patch, text, below in zip(drawn, amounts, [*amounts[1:], None], strict=True):
        assert patch.get_width() / drawn[0].get_width() == pytest.approx(float(D(text.get_text()) / TOTAL), abs=0.005)
        assert text.get_position()[1] < patch.get_y() and (not below or patch.get_y() < below.get_position()[1])
    assert not ax.lines  # nothing leads anywhere
    goods, specials = drawn[3:5]
    assert goods.get_x() < specials.get_x() < drawn[1].get_x() + drawn[1].get_width() == pytest.approx(drawn[5].get_x())


def test_the_rest_of_a_narrow_tree_is_hatched():
    fig = narrow(charts.tree(TREE[TREE["item"] != "all.basic.goods"], partial=["all.basic"]))
    assert [bool(patch.get_hatch()) for patch in fig.axes[0].patches].count(True) == 1


def test_narrow_bars_have_the_width_of_the_page_below_their_names():
    for picture in (charts.bars(FUNCTION, share_of=TOTAL), charts.bridge(LAST, STEPS, THIS)):
        fig = narrow(picture)
        bars = [patch for patch in fig.axes[0].patches if to_hex(patch.get_facecolor()) != "#ffffff"]
        assert max(bar.get_width() for bar in bars) > 110  # beside their names they had 60
        names = {text.get_text(): text.get_position()[1] for text in fig.axes[0].texts}
        assert names.get("卫生健康支出", names.get("本年")) < bars[-1].get_y()
    below_zero = narrow(charts.bars(STEPS)).axes[0].patches[-1]  # names beside bars that reach to the left
    assert below_zero.get_width() < 0 and below_zero.get_x() > 0.3 * 72 * PHONE


def test_narrow_ranges_have_the_width_of_a_phone():
    fig = narrow(charts.ranges(RANGES))
    outlines = [line for line in fig.axes[0].lines if len(line.get_xdata()) == 4]
    assert max(max(line.get_xdata()) for line in outlines) > 0.9 * 72 * PHONE


def test_no_line_of_a_narrow_bridge_crosses_a_name():
    ax = narrow(charts.bridge(LAST, STEPS, THIS)).axes[0]
    assert all(line.get_zorder() < 1 for line in ax.lines[:-1])  # behind the white below the names
    white = [patch for patch in ax.patches if to_hex(patch.get_facecolor()) == "#ffffff" and not patch.get_hatch()]
    assert len(white) >= 2 * 2 + len(STEPS)


def test_names_stand_above_dots_and_marks_on_a_narrow_page():
    for picture, label in (
        (charts.dots(PER_HEAD), PER_HEAD["label"].iloc[0]),
        (charts.units(PEOPLE), PEOPLE["label"].iloc[0]),
    ):
        fig = narrow(picture)
        marks = [line for line in fig.axes[0].lines if line.get_marker() in ("o", "D") and len(line.get_xdata())]
        words = {text.get_text(): text.get_position() for text in fig.axes[0].texts}
        name = next(place for word, place in words.items() if word.startswith(label.split()[0]))
        assert name[0] == 10 and name[1] < min(min(line.get_ydata()) for line in marks), "above them, at the left edge"


def test_a_narrow_matrix_is_a_list_that_keeps_every_mark():
    fig = narrow(charts.matrix(**MATRIX))
    shapes = [line.get_marker() for line in fig.axes[0].lines if line.get_marker() not in ("None", "")]
    assert shapes == ["s", "o", "x", "s", "o", "x"], "the key, and the marks, the surest of a row first"
    places = {text.get_text(): text.get_position() for text in fig.axes[0].texts}
    assert places["培训费"][1] == pytest.approx(places["18"][1], abs=1) and "none" in places
    foot = charts.matrix(**MATRIX | {"marks": MATRIX["marks"][:1]})
    said = texts(narrow(foot))
    assert said.count("None:") == 1 and said.index("工资福利支出") > said.index("None:") < said.index("150")
    assert said.index("培训费") < said.index("None:"), "has a mark"


def test_an_item_keeps_its_colour_where_it_is_highlighted_and_the_others_step_back():
    rows = frame("item label zh value", ("expenditure.project", "Project", "", 3), ("a", "A", "", 2), ("b", "B", "", 1))

    def colors(**more):
        return [to_hex(patch.get_facecolor()) for patch in charts.bars(rows.assign(**more)).figure("t").axes[0].patches]

    assert colors() == [PALETTE["fourth"], PALETTE["main"], PALETTE["main"]]
    assert colors(highlight=[True, False, False]) == [PALETTE["fourth"], PALETTE["aside"], PALETTE["aside"]]
    assert colors(highlight=[False, True, False]) == [PALETTE["fourth"], PALETTE["accent"], PALETTE["aside"]]
    ends = charts.bridge({"label": "All", "value": 5}, rows[:1].assign(value=-3), dict(rows.iloc[0]) | {"value": 2})
    assert [to_hex(patch.get_facecolor()) for patch in ends.figure("t").axes[0].patches] == [
        PALETTE["total"], PALETTE["fourth"], PALETTE["fourth"]]  # fmt: skip


def test_a_unit_and_a_section_say_in_english_what_they_are():
    cited = MATRIX["columns"].drop(columns="value").assign(section="三")
    assert "3\u00a0(三)" in texts(charts.matrix(**MATRIX | {"columns": cited}).figure("t"))
    assert "18" in texts(charts.matrix(**MATRIX).figure("t"))
    assert "3.2\u00a0三（二）" in " ".join(texts(charts.places(PLACES.assign(section="三（二）")).figure("t")))


# --- words --------------------------------------------------------------------------------------------------


def test_no_line_ends_within_the_number_of_a_section():
    assert page.wrap("sections 3.2\u00a0三（二） and 4.2\u00a0四（二）", 150, "note")[-1].endswith("4.2\u00a0四（二）")


def test_measure_knows_wide_characters():
    assert page.measure("预算", "zh") == 20 and page.measure("11", "value") == page.measure("08", "value")


def test_wrap():
    assert page.wrap("General public services", 80) == ["General public", "services"]
    assert page.wrap("项目支出预算", 43) == ["项目支出", "预算"]
    assert page.wrap("项目支出，预算", 43) == ["项目支", "出，预算"]  # no line begins with a comma
    assert page.wrap("项目支（出）", 43) == ["项目支", "（出）"]  # nor ends with an opening bracket
    assert page.wrap("一二三2021年", 42) == ["一二三", "2021年"]
    assert page.wrap("", 50) == []
    assert page.wrap("a line of 99.7 % and", 62) == ["a line of", "99.7 % and"]  # a number keeps its unit
    assert page.wrap("增加150万元的", 58) == ["增加", "150万元的"]


@pytest.mark.parametrize(
    ("part", "text"),
    [("1951.91", "100 %"), ("0", "0 %"), ("0.01", "<0.1 %"), ("1951.90", ">99.9 %"), ("10.43", "0.5 %")],
)
def test_percent(part, text):
    assert percent(D(part), TOTAL) == text


CHECKS = frame(
    "state evidence compares left right",
    *[("holds", "not_implied", "sum", "5", "2 + 3")] * 3,
    ("holds", "bound", "bound", "5", "10.43"),
    ("fails", "not_implied", "sum", "561.4", "150 + 415.45"),
    ("untested", "none", "", "4", ""),
)
COUNTS = frame("label zh value", ("Authorised posts", "编制人数", "27 人"), ("Vehicles", "车辆", "0 辆"))


def sheet(columns=(("By source", INCOME), ("By function", FUNCTION), ("By nature", NATURE)), asks=("What for?",)):
    names, headline = ("Library of a City", "某市图书馆"), ("1951.91 万元", "planned for 2021")
    return charts.poster(names, headline, TOTAL, columns, (LAST, STEPS, THIS), FUNCTION, COUNTS, CHECKS, asks)


def poster(**more):
    return sheet(**more).figure(source="Made up")


def test_the_values_of_the_poster_hold_its_columns_its_bridge_and_its_views():
    drawn = [*INCOME["label"], *FUNCTION["label"], *NATURE["label"]]
    drawn += [LAST["label"], *STEPS["label"], THIS["label"], *FUNCTION["label"]]
    assert sheet().values["label"].tolist() == drawn


def test_the_poster_is_one_sheet_and_says_large_what_is_largest(shown):
    fig = poster()
    assert tuple(fig.get_size_inches() * 72) == pytest.approx((595.28, 841.89))
    large = {text.get_text() for text in fig.axes[0].texts if text.get_fontsize() > 20}
    assert large == {"1951.91 万元", "100 %", "99.7 %", "70.5 %"}
    assert min(text.get_fontsize() for text in fig.axes[0].texts) > 7
    shown(fig)


def test_on_a_phone_the_poster_says_the_same_in_letters_that_can_be_read():
    picture = sheet()
    fig, wide = narrowest(lambda width: picture.figure(source="Made up", width=width)), picture.figure(source="Made up")
    assert fig.get_size_inches()[0] == PHONE and fig.parts == wide.parts == []
    assert min(text.get_fontsize() for text in fig.axes[0].texts) >= 9 * 72 / 96
    assert sorted("".join("".join(texts(fig)).split())) == sorted("".join("".join(texts(wide)).split()))


def test_the_poster_marks_checks_by_shape_and_spells_out_what_fails():
    fig = poster()
    marks = {(line.get_marker(), line.get_markerfacecolor() == "white"): len(line.get_xdata())
             for line in fig.axes[0].lines if line.get_linestyle() == "None"}  # fmt: skip
    assert marks == {("o", False): 3, ("s", True): 1, ("D", False): 1, ("o", True): 1}
    assert {"sums hold", "repeats, counts or bounds", "fails", "561.4 is not 150 + 415.45"} <= set(texts(fig))


def test_the_poster_knows_every_state_of_the_audit():
    from budgetbook.audit import checks
    from budgetbook.show.charts.poster import MARKS

    assert set(checks.STATES) <= set(MARKS)


def test_a_poster_that_does_not_foot_or_fit():
    with pytest.raises(ValueError, match="By health: the parts sum to 5.35, not to 1951.91"):
        poster(columns=[("By health", FUNCTION.tail(1))])
    with pytest.raises(ValueError, match="longer than A4"):
        poster(asks=["What is it for, and where can one read about it?"] * 20)
