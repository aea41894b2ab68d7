"""Facts: what each figure of the disclosure says."""

import re
from decimal import Decimal

import pytest
from expected import expected, holding
from hypothesis import given
from hypothesis import strategies as st
from liling import LILING

from budgetbook.disclosure import Disclosure
from budgetbook.document import Document
from budgetbook.numbers import convert, number_value

FACTS = LILING.facts


def figures(facts):
    return facts[facts["number_start"].notna()].sort_values("number_start")


@holding("facts")
def test_every_figure_is_read_as_a_person_reads_it(disclosure):
    rows, by_hand = figures(disclosure.facts), expected(disclosure, "facts")
    read = [[r.section, r.item, r.measure, str(r.value), r.unit, r.qualifier] for r in rows.itertuples()]
    assert read == [[r.section, r.item, r.measure, str(r.value), r.unit, r.qualifier] for r in by_hand.itertuples()]
    for quote, words in zip(rows["quote"], by_hand["words"], strict=True):
        assert words in quote


def test_every_quote_and_number_stands_where_the_fact_says():
    for row in FACTS.itertuples():
        assert LILING.text[row.start : row.end] == row.quote
    for row in figures(FACTS).itertuples():
        assert row.start <= row.number_start < row.number_end <= row.end
        assert LILING.text[row.number_start : row.number_end] == row.printed
        assert LILING.section_at(row.number_start) == row.section


def test_every_figure_has_its_fact_and_nothing_is_unclassified():
    numbers = LILING.numbers
    assert (numbers[numbers["kind"] == "figure"]["fact"] != "").all()
    assert (FACTS["measure"] != "unclassified").all()
    assert numbers[numbers["fact"] != ""]["fact"].is_unique


def test_periods():
    period = {(r.section, r.printed): r.period for r in figures(FACTS).itertuples()}
    assert period["三（一）", "1951.91"] == "2021"
    assert period["四（三）", "1200"] == period["四（三）", "0"] == "2020-12-31"
    assert period["四（一）", "425.43"] == "2021"
    assert period["二", "27"] == ""  # the text gives no date for its head counts
    assert period["四（五）", "4"] == "2021"  # 比2020年 dates the base of the comparison
    missing_last_year = FACTS[(FACTS["measure"] == "reason") & (FACTS["item"] == "expenditure.basic.public_funds")]
    assert set(missing_last_year["period"]) == {"2020"}


def test_claims_without_a_figure():
    claims = FACTS[FACTS["number_start"].isna()]
    stated = set(zip(claims["section"], claims["item"], claims["measure"], strict=True))
    for claim in [
        ("二", "organisation.subordinate_units", "none"),
        ("三", "organisation.subordinate_units", "none"),
        ("三（一）", "carry_over", "excluded"),
        ("三（三）", "expenditure.project.peoples_net", "new"),
        ("三（三）", "expenditure.basic.public_funds", "left out"),
        ("四（一）", "operating_funds", "direction"),
        ("四（四）", "performance.attachment", "reference"),
        ("四（五）", "three_public", "reason"),
        ("四（六）", "training", "purpose"),
        ("四（七）", "expenditure.basic.individuals", "none"),
        ("四（七）", "expenditure.government_fund", "none"),
        ("四（七）", "expenditure.special_account", "none"),
        ("四（七）", "organisation.website", "none"),
        ("四（七）", "disclosure", "statement"),
    ]:
        assert claim in stated
    direction = claims[claims["measure"] == "direction"].iloc[0]
    assert direction["printed"] == "减少"


def test_duties_groups_and_glossary():
    assert (FACTS["measure"] == "duty").sum() == 9
    groups = FACTS[(FACTS["measure"] == "name") & (FACTS["item"] == "organisation.groups")]
    assert list(groups["quote"]) == ["办公室", "综合协调组", "平台调度组", "督评事务组"]
    definitions = FACTS[(FACTS["measure"] == "definition") & FACTS["section"].str.startswith("名词解释")]
    assert list(definitions["printed"]) == [
        "一般公共预算", "政府性基金预算", "国有资本经营预算", "社会保险基金预算",
        "基本支出", "项目支出", "“三公”经费", "机关运行经费",
    ]  # fmt: skip
    assert (definitions["item"] != "").all()


def test_a_value_is_exact_and_one():
    assert LILING.value("expenditure.function.general_services") + LILING.value("expenditure.function.health") == (
        Decimal("1951.91")
    )
    assert LILING.value("meetings.year_end") == Decimal("5")
    with pytest.raises(LookupError, match="states no level of income.business"):
        LILING.value("income.business")
    contradictory = disclosure("三、收支\n（一）收入预算：1万元。\n四、其他\n（一）收入预算：2万元。\n")
    with pytest.raises(LookupError, match="1, 2: name a section"):
        contradictory.value("income")


def disclosure(text, **about):
    return Disclosure(text, {"id": "trial", "fiscal_year": 2021, **about})


def read(text, **about):
    facts = figures(disclosure(text, **about).facts)
    return [(r.item, r.measure, r.value, r.unit, r.qualifier) for r in facts.itertuples()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [  # ways in which real disclosures put things, in sentences of our own
        ("收入预算3,121.42万元。", [("income", "level", "3121.42", "万元", "")]),
        ("支出预算１２．５亿元", [("expenditure", "level", "12.5", "亿元", "")]),
        ("基本支出300万元，占75.00%", [("expenditure.basic", "level", "300", "万元", ""),
                                    ("expenditure.basic", "share", "75.00", "%", "")]),
        ("项目支出80万元。与上年相比减少20万元，减少20%", [
            ("expenditure.project", "level", "80", "万元", ""),
            ("expenditure.project", "change", "-20", "万元", ""),
            ("expenditure.project", "growth", "-20", "%", "")]),
        ("会议费不超过9万元", [("meetings", "level", "9", "万元", "at most")]),
        ("“三公”经费预算数5万元，其中：公务用车购置及运行费3万元", [
            ("three_public", "level", "5", "万元", ""), ("three_public.vehicles", "level", "3", "万元", "")]),
        # A name that the taxonomy does not know is unclassified, and what follows it is not given to a neighbour.
        ("项目支出80万元；机动经费20万元，占20%", [
            ("expenditure.project", "level", "80", "万元", ""),
            ("", "unclassified", "20", "万元", ""), ("", "unclassified", "20", "%", "")]),
        ("国有资本经营收入拨款支出预算0万元", [("", "unclassified", "0", "万元", "")]),
    ],
)  # fmt: skip
def test_other_departments_wordings(text, expected):
    assert read(text) == [(item, measure, Decimal(v), unit, q) for item, measure, v, unit, q in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [  # a direction word makes a change, whatever stands between it and the figure; 增加到 makes none
        ("公务接待费较上年减少约4万元", [("three_public.reception", "change", "-4", "万元", "about")]),
        ("公务接待费比上年减少额为4万元", [("three_public.reception", "change", "-4", "万元", "")]),
        ("压缩公务接待费5万元", [("three_public.reception", "change", "-5", "万元", "")]),
        ("会议费增加到155万元", [("meetings", "level", "155", "万元", "")]),
        ("会议费比2020年100万元增加55万元", [("meetings", "level", "100", "万元", ""),
                                     ("", "unclassified", "55", "万元", "")]),
        ("会议费较培训费增加137万元", [("", "unclassified", "137", "万元", "")]),
        # a share belongs to what stands before 占, whatever it is a share of
        ("公务接待费5万元，占“三公”经费的11.24%", [("three_public.reception", "level", "5", "万元", ""),
                                        ("three_public.reception", "share", "11.24", "%", "")]),
        ("工资福利支出占基本支出76.4%", [("expenditure.basic.wages", "share", "76.4", "%", "")]),
        # one figure for two names is given to neither
        ("会议费和培训费173万元", [("", "unclassified", "173", "万元", "")]),
        ("会议费、培训费共173万元", [("", "unclassified", "173", "万元", "")]),
        # a longer name is another name
        ("其他资金收入预算80万元", [("", "unclassified", "80", "万元", "")]),
        ("非公用经费80万元", [("", "unclassified", "80", "万元", "")]),
        ("货物类政府采购支出预算80万元", [("procurement.goods", "level", "80", "万元", "")]),
        ("宣传运行经费支出预算80万元", [("", "unclassified", "80", "万元", "")]),
        ("机关运行经费支出预算80万元", [("operating_funds", "level", "80", "万元", "")]),
        # money for each of something is no total, and square metres are no money
        ("公用经费每人1.5万元", [("expenditure.basic.public_funds", "rate", "1.5", "万元", "")]),
        ("办公及业务用房5万平方米", [("assets.premises", "area", "5", "万平方米", "")]),
        ("会议费为0。", [("meetings", "level", "0", "", "")]),
        ("会议费5万元以上", [("meetings", "level", "5", "万元", "at least")]),
        ("会议费2000至2100万元", [("", "unclassified", "2100", "万元", "")]),
        ("3个单位的会议费20万元", [("", "unclassified", "3", "个", ""), ("", "unclassified", "20", "万元", "")]),
    ],
)  # fmt: skip
def test_rather_no_item_than_a_wrong_one(text, expected):
    assert read(text) == [(item, measure, Decimal(v), unit, q) for item, measure, v, unit, q in expected]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("2021年收入预算（含上年结转）5万元", ["2021"]),
        ("2020年会议费100万元，本年会议费155万元", ["2020", "2021"]),
        ("上年会议费100万元，本年会议费155万元", ["2020", "2021"]),
        ("2021年会议费比2020年100万元增加55万元", ["2020", "2021"]),
        ("按照2015年1月1日起施行的《预算法》，会议费155万元", [""]),
        ("本单位2019年成立，编制人数27人", [""]),
        ("2021年会议费5万元，同2020年相比增加1万元", ["2021", "2021"]),
    ],
)
def test_years_date_what_they_stand_by(text, periods):
    assert list(figures(disclosure(text).facts)["period"]) == periods


def test_the_base_of_a_change_and_of_a_share_is_kept():
    change = FACTS[(FACTS["measure"] == "change") & (FACTS["item"] == "three_public")].iloc[0]
    assert (change["period"], change["base"]) == ("2021", "2020")
    share = figures(disclosure("工资福利支出占基本支出的76.4%").facts).iloc[0]
    assert share["base"] == "expenditure.basic"


def test_what_is_for_each_says_so():
    sessions = FACTS[FACTS["item"] == "training.sessions"].iloc[0]
    assert sessions["per"] == "每季 各"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("未安排会议费，培训费10万元", ["meetings"]),
        ("无门户网站，会议费5万元", ["organisation.website"]),
    ],
)
def test_none_is_said_of_the_object_only(text, items):
    facts = disclosure(text).facts
    assert list(facts[facts["measure"] == "none"]["item"]) == items


def test_what_is_printed_is_printed():
    for row in FACTS.itertuples():
        assert row.printed in LILING.text


@given(st.text(alphabet="0123456789.,，万元人一二三 年月\n\x0c（）、收入支出预算为减少占%", max_size=60), st.booleans())
def test_no_digit_of_any_text_is_lost(text, wrapped):
    document = disclosure(text, lines="wrapped" if wrapped else "paragraphs")
    covered = {i for n in document.number_list for i in range(n.start, n.end)}
    assert {i for i, c in enumerate(text) if c.isdecimal()} <= covered
    facts = document.facts
    assert all(text[r.start : r.end] == r.quote for r in facts.itertuples())


def test_numbers_on_lines_of_their_own():
    assert read("收入预算为\n300\n万元。", lines="wrapped") == [("income", "level", Decimal(300), "万元", "")]
    table = disclosure("会议费10,528.33\n20101 人大事务\n\n  4\n\n培训费5万元。", lines="wrapped")
    assert [n.printed for n in table.number_list] == ["10,528.33", "20101", "4", "5"]
    assert table.number_list[2].kind == "page number"


def test_two_lists_numbered_alike_stay_two():
    twice = disclosure("一、收入\n（一）会议费5万元。\n一、收入\n（一）会议费6万元。\n")
    assert twice.sections["section"].is_unique
    assert twice.value("meetings", section="一#2（一）") == Decimal(6)


def test_a_name_that_only_ends_like_an_item_is_not_that_item():
    assert read("教育基金拨款支出预算7万元") == [("", "unclassified", Decimal(7), "万元", "")]
    assert read("政府性基金拨款支出预算7万元") == [("expenditure.government_fund", "level", Decimal(7), "万元", "")]


def test_money_converts_exactly():
    assert convert(Decimal("19519100"), "元") == Decimal("1951.91")
    assert str(convert(Decimal("0.5"), "亿元")) == "5000"
    assert str(convert(Decimal("1951.91"), "万元", "元")) == "19519100"
    assert str(convert(Decimal("1951.91"), "万元", "亿元")) == "0.195191"
    assert convert(Decimal("17"), "人") == Decimal("17")


@given(st.decimals(min_value=0, max_value=10**7, places=2))
def test_a_number_keeps_its_printed_places(value):
    assert str(number_value(str(value))) == str(value)
    assert number_value(f"{value:,}") == value


WIDE = str.maketrans("0123456789.()", "０１２３４５６７８９．（）")


@given(st.data())
def test_width_and_spaces_change_nothing(data):
    """Digits and brackets in the other width, blanks around figures: the same facts come out."""
    pieces = re.split(r"(\d+(?:\.\d+)?)", LILING.text)
    at = data.draw(st.lists(st.integers(0, len(pieces) // 2 - 1), max_size=8))
    for k in at:
        number = 2 * k + 1
        if pieces[number - 1].endswith("\n") or pieces[number + 1].startswith("."):
            continue  # a list marker: blanks before it would be layout
        pieces[number] = " " + pieces[number].translate(WIDE) + " "
    assert read("".join(pieces)) == read(LILING.text)


def test_the_reader_needs_no_description():
    """A bare text can be read: the fiscal year is only needed for 上年."""
    assert Document("一、收入\n").sections["title"].tolist() == ["收入"]
    assert read("收入预算5元") == [("income", "level", Decimal(5), "元", "")]
    assert Disclosure("上年会议费5万元").facts["period"].tolist() == [""]
    assert Disclosure("没有标题").sections.empty and Disclosure("没有标题").facts.empty
