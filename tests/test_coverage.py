"""Coverage: the rules are sound data, and each state is given where a careful reader would give it."""

import re

import pandas as pd
import pytest
from expected import expected, holding
from liling import LILING, as_liling

from budgetbook import Disclosure, load
from budgetbook.audit.coverage import CANNOT_BE_TOLD, DOES_NOT_APPLY, IN_TEXT, NOT_IN_TEXT, coverage, ways
from budgetbook.rules import schemas

RULES = load("requirements")
STANDARDS = LILING.load("standards")

# A small disclosure of our own that holds whatever a text can hold: one sentence a requirement.
FULL = {
    "law8-units": "本部门下属2家预算单位。",
    "law14-tables": "公开01表",
    "law14-operating-funds": "机关运行经费10万元。",
    "law14-operating-funds-explained": "机关运行经费主要用于办公和印刷。",
    "law14-procurement": "政府采购预算8万元。",
    "law32-performance": "数量指标：培训4次。",
    "reg5-general-public": "一般公共预算拨款90万元。",
    "reg5-government-fund": "政府性基金收入0万元。",
    "reg5-state-capital": "国有资本经营预算收入0万元。",
    "reg5-other-income": "其他收入5万元。",
    "reg5-appropriation": "财政拨款支出90万元。",
    "reg6-basic": "基本支出70万元。",
    "reg6-project": "项目支出25万元。",
    "reg6-function-item": "一般公共服务（类）政府办公厅及相关机构事务（款）行政运行（项）60万元。",
    "reg6-economic-group": "基本工资20万元。",
    "reg6-special-account": "财政专户管理资金收入0万元。",
    "reg40-carry-over": "上年结转0万元。",
    "office7-reception": "公务接待费1万元。",
    "office7-vehicles": "公务用车购置及运行维护费0万元。",
    "office7-overseas": "因公出国（境）费0万元。",
    "proc33-items": "采购项目：电脑3万元。",
}

# Further wordings, so that no way of looking in the table is dead. Sentences of our own.
OTHER_WORDINGS = """
本部门下属单位包括培训中心。
纳入本部门预算编制范围的预算单位共2家。
编制单位：某局 单位：元
未安排政府采购。
一般公共预算拨款支出预算90万元。
本年度无政府性基金安排。
本部门不涉及国有资本经营预算。
合计 基本支出 项目支出
2010301 行政运行 600000
30101 基本工资 200000
财政专户资金3万元。
公开时间：2021年2月10日
政府采购预算表
一般公共预算机关运行经费预算表
部门绩效目标申报表
一般公共预算支出预算表
一般公共预算支出功能分类预算表
政府性基金预算支出表
国有资本经营预算支出表
收入总表
支出总表
财政拨款收支总表
项目支出明细表
一般公共预算基本支出预算表
专户管理资金支出表
“三公”经费预算表
""".strip().splitlines()


def small(text: str, year: int = 2021) -> Disclosure:
    return Disclosure(text, {"id": "small", "fiscal_year": year})


def found(disclosure: Disclosure) -> dict[str, str]:
    """Requirement → how a text stands to the thing itself."""
    return coverage(disclosure).set_index("requirement")["found"].to_dict()


# ----------------------------------------------------------------------------------------------------
# The tables


def problems(rules: pd.DataFrame) -> list[str]:
    """What is wrong with a table of requirements: ways of looking that lead nowhere, blanks where words belong."""
    measures = next(f for f in schemas()["facts"]["fields"] if f["name"] == "measure")["constraints"]["enum"]
    items, found = load("taxonomy"), []
    for rule in rules.to_dict("records"):
        for column in ("how", "pointer", "part", "moot"):
            for way in ways(rule[column]):
                if way["pattern"]:
                    re.compile(way["pattern"])
                elif way["item"] not in items.index:
                    found.append(f"{rule['requirement']}: no item {way['item']}")
                elif way["below"] and not items["item"].str.startswith(way["item"] + ".").any():
                    found.append(f"{rule['requirement']}: nothing below {way['item']}")
                elif way["measure"] not in measures:
                    found.append(f"{rule['requirement']}: no measure {way['measure']}")
        blank = [
            c for c in ("document", "rule", "what", "elsewhere", "binds", "duty", "checked") if not rule[c].strip()
        ]
        found += [f"{rule['requirement']}: {column} is blank" for column in blank]
    return found


def test_the_requirements_are_sound():
    assert problems(RULES) == []
    assert RULES["requirement"].is_unique
    assert RULES["article"].str.fullmatch(r"\d+\(\d+\)").all()
    assert set(RULES["confidence"]) <= {"A", "B"}
    # Every quoted rule was compared with its article on that day, see data/README.md.
    assert RULES["checked"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    assert RULES["rule"].str.contains("[一-鿿]").all() and not RULES["rule"].str.contains("……|…").any()


def test_unsound_requirements_are_seen():
    rule = RULES.iloc[[0]]
    assert problems(rule.assign(how="fact:income.otter@level"))
    assert problems(rule.assign(how="fact:income.other@height"))
    assert problems(rule.assign(how="fact:income.other.*@level"))
    own = LILING.items.index.difference(load("taxonomy").index)[0]
    assert problems(rule.assign(part=f"fact:{own}@level"))
    assert problems(rule.assign(elsewhere=""))
    with pytest.raises(ValueError, match="neither"):
        problems(rule.assign(how="text:收入 | word:收入"))
    with pytest.raises(re.error):
        problems(rule.assign(pointer="text:（(收入"))


def test_no_way_of_looking_is_dead():
    texts = [LILING.view.text, *(small(t).view.text for t in [*FULL.values(), *OTHER_WORDINGS])]
    for rule in RULES.to_dict("records"):
        for way in [w for column in ("how", "pointer", "part") for w in ways(rule[column]) if w["pattern"]]:
            assert any(re.search(way["pattern"], text) for text in texts), f"{rule['requirement']}: {way['pattern']}"


def test_the_standards_say_how_sure_they_are():
    assert STANDARDS["standard"].is_unique
    assert set(STANDARDS["confidence"]) == {"A", "B", "not found"}
    unknown = STANDARDS["confidence"] == "not found"
    assert STANDARDS["value"].isna().equals(unknown)
    assert all(value > 0 for value in STANDARDS[~unknown]["value"])
    # No cap of a province or a city was found; only the rules of the central level are known, at second hand.
    caps = STANDARDS[STANDARDS["standard"].str.startswith("meeting-")]
    assert set(caps[caps["value"].notna()]["jurisdiction"]) == {"central level"}
    assert set(caps[caps["value"].notna()]["confidence"]) == {"B"}
    assert (STANDARDS[STANDARDS["confidence"] != "A"]["note"] != "").all()


def test_a_standard_taken_from_the_disclosure_is_what_it_found():
    own = STANDARDS[STANDARDS["document"].str.contains(LILING.name)]
    assert own["value"].tolist() == [LILING.value("assets.large_equipment", "threshold")]


# ----------------------------------------------------------------------------------------------------
# The evaluation


@holding("coverage")
def test_the_disclosure_is_judged_as_a_person_judges_it(disclosure):
    covered, by_hand = disclosure.audit.coverage, expected(disclosure, "coverage")
    assert covered["requirement"].tolist() == by_hand["requirement"].tolist()
    columns = ["state", "reason", "found", "section"]
    for row, judged in zip(covered.itertuples(), by_hand.itertuples(), strict=True):
        assert [getattr(row, c) for c in columns] == [getattr(judged, c) for c in columns], row.requirement
        assert (judged.words in row.quote) and bool(judged.words) == bool(row.quote), row.requirement


def test_what_is_counted_is_what_departments_publish():
    """By hand: of 24 rows nine bind the publication of a department; five of these are in the text, two are not."""
    counts = coverage(LILING)["state"].value_counts().to_dict()
    assert counts == {DOES_NOT_APPLY: 15, IN_TEXT: 5, NOT_IN_TEXT: 2, CANNOT_BE_TOLD: 2}
    named = {name for name, state in zip(RULES["requirement"], RULES["duty"], strict=True) if state == "publish"}
    counted = coverage(LILING).query("state != @DOES_NOT_APPLY", engine="python")["requirement"]
    assert set(counted) < named and not any(name.startswith("office7") for name in counted)


def test_a_rule_that_does_not_apply_says_why_and_no_other_does():
    for text in (LILING, small("本部门下属2家预算单位。")):
        covered = coverage(text)
        assert ((covered["reason"] != "") == (covered["state"] == DOES_NOT_APPLY)).all()
        applies = covered[covered["reason"] == ""]
        assert (applies["state"] == applies["found"]).all()


@pytest.mark.parametrize(("text", "why"), [("本部门下属2家预算单位。", "units"), ("无下属二级预算单位。", "no_units")])
def test_units_that_are_not_there_are_told_from_units_that_publish_for_themselves(text, why):
    assert coverage(small(text)).set_index("requirement").loc["reg6-unit-days", "reason"] == why


@pytest.mark.parametrize(
    ("text", "state", "quote"),
    [
        ("未安排一般公共预算基本支出预算明细表。", NOT_IN_TEXT, ""),
        ("未安排一般公共预算基本支出预算明细表。工资福利支出20万元。", NOT_IN_TEXT, "工资福利支出20万元"),
        ("没有一般公共预算基本支出预算表，另见一般公共预算基本支出表。", CANNOT_BE_TOLD, "一般公共预算基本支出表"),
        ("不断完善一般公共预算基本支出表。", CANNOT_BE_TOLD, "一般公共预算基本支出表"),
    ],
)  # fmt: skip
def test_a_denial_is_no_pointer(text, state, quote):
    row = coverage(small(text)).set_index("requirement").loc["reg6-economic-group"]
    assert (row["found"], row["quote"]) == (state, quote)


def test_every_quote_stands_where_the_row_says():
    covered = coverage(LILING)
    for row in covered[covered["start"].notna()].itertuples():
        assert row.quote == LILING.text[row.start : row.end] != ""
        assert row.section == LILING.section_at(row.start)
    assert (covered[covered["start"].isna()]["quote"] == "").all()


def test_each_row_says_where_to_look_unless_it_is_here():
    for covered in (coverage(LILING), coverage(small("无关的话。"))):
        assert ((covered["where"] == "") == (covered["found"] == IN_TEXT)).all()


def test_nothing_is_called_unpublished():
    words = coverage(LILING).to_csv() + RULES.to_csv() + STANDARDS.to_csv()
    assert not re.search(r"not published|unpublished|missing|fails? to|violat|breach", words, re.I)


def test_a_full_text_has_all_that_a_text_can_have():
    full = found(small("\n".join(FULL.values())))
    untold = set(RULES[RULES["how"] == ""]["requirement"])
    assert untold == {"law14-days", "reg6-debt", "reg6-unit-days"}
    assert full == {name: CANNOT_BE_TOLD if name in untold else IN_TEXT for name in RULES["requirement"]}
    assert full == found(small("\n".join(FULL.values()).replace("万元", "元")))


@pytest.mark.parametrize("name", FULL)
def test_without_its_sentence_a_requirement_is_not_in_the_text(name):
    without = small("\n".join(sentence for other, sentence in FULL.items() if other != name))
    full = found(small("\n".join(FULL.values())))
    assert found(without) == full | {name: NOT_IN_TEXT}


def test_an_unrelated_text_has_nothing():
    covered = coverage(small("今天天气很好。"))
    assert set(covered["found"]) == {NOT_IN_TEXT, CANNOT_BE_TOLD}
    assert (covered["quote"] == "").all()


@pytest.mark.parametrize(
    ("name", "text", "state", "quote"),
    [
        # Function to the class only; to the item; only a table named; a code of seven digits, an amount of seven.
        ("reg6-function-item", "一般公共服务支出60万元。", NOT_IN_TEXT, "一般公共服务支出60万元"),
        ("reg6-function-item", "政府办公厅事务（款）60万元。", NOT_IN_TEXT, ""),
        ("reg6-function-item", "行政运行（项）支出60万元。", IN_TEXT, "（项）支出60万元"),
        ("reg6-function-item", "详见一般公共预算支出表。", CANNOT_BE_TOLD, "一般公共预算支出表"),
        ("reg6-function-item", "一般公共服务支出60万元，见一般公共预算支出表。", CANNOT_BE_TOLD, "一般公共预算支出表"),
        ("reg6-function-item", "2010301 行政运行 600000", IN_TEXT, "2010301 行政运行 600000"),
        ("reg6-function-item", "收入2010301元，支出2010301元。", NOT_IN_TEXT, ""),
        # Basic expenditure to the class only; to the group; group names without money.
        ("reg6-economic-group", "工资福利支出20万元。", NOT_IN_TEXT, "工资福利支出20万元"),
        ("reg6-economic-group", "工资福利支出20万元，其中基本工资12万元。", IN_TEXT, "基本工资12万元"),
        ("reg6-economic-group", "人员经费包括基本工资、津贴补贴等。", NOT_IN_TEXT, ""),
        # The total of the three public expenses does not state its parts; a change states no amount; a zero does.
        ("office7-overseas", "“三公”经费5万元。", NOT_IN_TEXT, "“三公”经费5万元"),
        ("office7-vehicles", "“三公”经费包括公务用车购置及运行维护费。", NOT_IN_TEXT, ""),
        ("office7-vehicles", "公务用车运行费比上年减少3万元。", NOT_IN_TEXT, ""),
        ("office7-vehicles", "公务用车购置及运行维护费0万元。", IN_TEXT, "公务用车购置及运行维护费0万元"),
        # A definition is no amount.
        ("reg5-state-capital", "国有资本经营预算：是对国有资本收益作出支出安排的收支预算。", NOT_IN_TEXT, ""),
        ("reg5-state-capital", "本部门没有国有资本经营预算支出。", IN_TEXT, "本部门没有国有资本经营预算支出"),
        # A date of publication alone does not tell whether it was in time.
        ("law14-days", "公开时间：2021年2月10日", CANNOT_BE_TOLD, "公开时间：2021年2月10日"),
        ("law14-days", "今天天气很好。", CANNOT_BE_TOLD, ""),
        # What negates is quoted whole.
        ("reg40-carry-over", "因故，收支预算中均不含上年结转数字。", NOT_IN_TEXT, "收支预算中均不含上年结转数字"),
        ("reg5-state-capital", "今年，本部门没有国有资本经营预算支出。", IN_TEXT, "本部门没有国有资本经营预算支出"),
    ],
)  # fmt: skip
def test_small_texts(name, text, state, quote):
    row = coverage(small(text)).set_index("requirement").loc[name]
    assert (row["found"], row["quote"]) == (state, quote)


def test_last_years_figure_does_not_stand_for_this_years():
    assert found(small("2020年基本支出70万元。"))["reg6-basic"] == NOT_IN_TEXT
    assert found(small("2021年基本支出70万元。"))["reg6-basic"] == IN_TEXT


def test_a_rule_does_not_reach_back_before_its_time():
    earlier = set(found(small("今天天气很好。", 2018)))
    assert earlier == set(RULES[RULES["since"].astype(int) <= 2018]["requirement"]) < set(RULES["requirement"])


def test_widths_and_blanks_change_nothing():
    other = LILING.text.replace("（", "(").replace("）", ")").replace("：", ":").replace("万元", " 万元")
    assert found(as_liling(other)) == found(LILING)
