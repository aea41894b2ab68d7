"""The wording checks: what the rules of rules/wording.csv find, and that each of them can find and be silent."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from expected import expected, holding
from liling import LILING

from budgetbook.audit import wording
from budgetbook.audit.wording import ENGINES, read_rules, wording_findings
from budgetbook.disclosure import Disclosure
from budgetbook.rules import load

FINDINGS = wording_findings(LILING)
RULES = {rule["rule"]: rule for rule in read_rules()}


def found(text, rules=None, **about):
    """The rules that fire on a small text of our own."""
    disclosure = Disclosure(text, {"id": "x", "fiscal_year": 2030, "body": "某市档案服务中心"} | about)
    chosen = [RULES[name] for name in rules] if rules else None
    return {f.rule: f for f in wording_findings(disclosure, chosen)}


@holding("wording")
def test_the_findings_are_those_that_a_person_made_and_no_others(disclosure):
    left = wording_findings(disclosure)
    for row in expected(disclosure, "wording").itertuples():
        words = row.words.split(" | ")
        own = [f for f in left if f.rule == row.rule and all(any(w in s[1] for s in f.says) for w in words)]
        assert own and own[0].confidence == row.confidence, (row.rule, words)
        left.remove(own[0])
    assert not left, [f.title for f in left]


def test_quotes_stand_where_they_say_and_rest_on_facts_that_exist():
    known = set(LILING.facts["fact"])
    for finding in FINDINGS:
        assert finding.says, finding.rule
        for fact, quote, start, end in finding.says:
            assert quote.strip() and LILING.text[start:end] == quote
            assert fact in known | {""}
        assert set(finding.rests_on) == {s[0] for s in finding.says} - {""}
        assert len({s[2:] for s in finding.says}) == len(finding.says), finding.rule


def test_a_finding_asks_in_plain_words_and_accuses_nobody():
    accusing = (
        r"illegal|unlawful|violat|fraud|wrongdoing|hid(e|den)|conceal|misus|corrupt|breach|false|guilt|cheat|\blie"
    )
    for finding in FINDINGS:
        told = " ".join([finding.title, finding.expected, finding.source, finding.innocent, finding.question])
        assert not re.search(accusing, told, re.I), finding.rule
        assert finding.title.endswith(".") and finding.question.endswith("?") and finding.innocent.endswith(".")
        assert not re.search(r"[{}]|““|””|\n", told), finding.rule
        assert re.search("[\u4e00-\u9fff]", finding.title + "".join(s[1] for s in finding.says))


def test_weights_order_the_findings_and_the_order_is_always_the_same():
    weights = [f.weight for f in FINDINGS]
    assert weights == sorted(weights, reverse=True) and set(weights) <= set(range(1, 11))
    assert wording_findings(LILING) == FINDINGS


def test_the_gap_is_what_last_year_must_have_had():
    gaps = {f.rule: (f.gap, f.unit) for f in FINDINGS if f.gap is not None}
    assert gaps == {"left-out-yet-implied": (Decimal("9.98"), "万元")}


def test_every_rule_is_well_formed_and_none_knows_this_disclosure():
    assert len(RULES) == len(read_rules())
    own = LILING.items.drop(load("taxonomy").index)
    names = [*own["item"], *own["zh"], LILING.name, LILING.about["body"], "醴陵", "网格", "人民网"]
    for name, rule in RULES.items():
        assert all(rule[c] for c in ("kind", "title", "expected", "source", "innocent", "question")), name
        assert not any(word in str(cell) for cell in rule.values() for word in names), name
        for column in ("pattern", "unless", "body"):
            re.compile(rule[column])
    code = Path(wording.__file__).read_text(encoding="utf-8")
    assert not any(word in code for word in names)


def test_a_rule_with_an_unknown_engine_is_named(monkeypatch):
    monkeypatch.setattr(wording, "ENGINES", {k: v for k, v in ENGINES.items() if k != "pairs"})
    with pytest.raises(ValueError, match="direction-up-called-down"):
        read_rules()


CLEAN = """一、机构设置
截至2029年12月31日，本单位编制人数9人，实有人数8人，无下属二级预算单位。
二、收支概况
（一）收入预算：2030年年初预算数30万元，其中，一般公共预算拨款30万元。
（二）机关运行经费：2030年年初预算机关运行经费20万元，比上年预算减少2.5万元，减少的主要原因是办公费减少2.5万元。
（三）“三公”经费预算：2030年“三公”经费预算数1万元，其中：公务接待费1万元，公务用车购置及运行维护费0万元，因公出国（境）费0万元。
"""
CLEAN_RULES = [name for name in RULES if name not in ("parts-not-stated",)]


def test_a_clean_text_raises_nothing():
    assert found(CLEAN, CLEAN_RULES) == {}
    assert set(found(CLEAN)) <= {"parts-not-stated"}  # its income has one part only


# A text of our own for each rule: the words that raise it, and words as near as possible that do not.
FIRES = {
    "direction-up-called-down": (
        "（一）机关运行经费：2030年机关运行经费20万元，比上年增加2万元，减少的主要原因是物价。",
        "（一）机关运行经费：2030年机关运行经费20万元，比上年增加2万元，增加的主要原因是物价。",
    ),
    "direction-down-called-up": (
        "（一）机关运行经费：2030年机关运行经费20万元，比上年减少2万元，增加的主要原因是物价。",
        "（一）机关运行经费：2030年机关运行经费20万元，比上年减少2万元，减少的主要原因是物价。",
    ),
    "subordinates-none-yet-named": (
        "本单位无下属二级预算单位。\n支出包括机关及直属单位的经费。",
        "本单位无下属二级预算单位。\n支出包括本单位的经费。",
    ),
    "none-yet-a-figure": (
        "未安排会议费。\n2030年会议费3万元。",
        "未安排会议费。\n2030年会议费0万元。",
    ),
    "no-vehicle-yet-vehicle-money": (
        "车辆0辆。\n公务用车购置及运行维护费3万元。",
        "车辆1辆。\n公务用车购置及运行维护费3万元。",
    ),
    "website-none-yet-named": ("本单位无门户网站。\n详情见本单位网站。", "本单位无门户网站。\n详情见市政府网站。"),
    "left-out-yet-implied": (
        "一、概况\n2030年机关运行经费20万元，比上年增加15万元，主要原因是上年年初预算中未包含公用经费15万元。",
        "一、概况\n2030年机关运行经费20万元，比上年增加20万元，主要原因是上年年初预算中未包含公用经费20万元。",
    ),
    "own-reason": (
        "一、概况\n2030年机关运行经费20万元，比上年增加15万元，主要原因是上年年初预算中未包含公用经费15万元。",
        "一、概况\n2030年机关运行经费20万元，比上年增加15万元，主要原因是上年年初预算中未包含公用经费5万元。",
    ),
    "said-twice-none": (
        "一、其他\n未安排会议费；未安排培训费；未安排会议费明细。",
        "一、其他\n未安排会议费；未安排培训费。",
    ),
    "template-bureau": ("保障局机关运行。", "保障中心运行。"),
    "template-agency": ("范围包括机关。", "范围包括本级，机关运行经费除外。"),
    "template-distribution": ("包括面向全市分配的专项经费。", "包括专项经费。"),
    "table-not-planned": ("未安排政府性基金预算支出情况表。", "未安排政府性基金预算支出。"),
    "expenditure-called-income": ("未安排基金支出情况表（部门）收入；", "未安排基金支出情况表（部门）；"),
    "date-verb": ("截止2029年12月31日，车辆1辆。", "截至2029年12月31日，车辆1辆。"),
    "stop-before-parts": ("预算数为3万元。包含：货物3万元。", "预算数为3万元，包含：货物3万元。"),
    "heading-full-stop": ("（七）其他事项。\n没有。", "（七）其他事项\n没有。"),
    "mainly": ("主要用于办公。", "用于办公。"),
    "open-lists": ("收入包括拨款、利息等收入。", "收入包括拨款、利息等收入以及捐款。"),
    "new-budget-law": ("按照新《预算法》", "按照《预算法》"),
    "attachment-not-here": ("绩效目标详见附表。", "绩效目标详见附表。\n附表\n办公 3 万元"),
    "names-with-a-qualifier": (
        "一般商品和服务支出3万元。\n商品和服务支出3万元。",
        "一般商品和服务支出3万元。\n一般商品和服务支出3万元。",
    ),
    "names-several": ("公用经费3万元。\n日常公用经费3万元。", "公用经费3万元。\n公用经费3万元。"),
    "names-of-itself": ("本部门3人，本单位3人。", "本单位3人，本单位3人。"),
    "names-of-last-year": ("比上年增加3万元，比2029年增加2万元。", "比上年增加3万元，比上年增加2万元。"),
    "equipment-threshold": ("单位价值200万元以上大型设备0套。", "单位价值100万元以上大型设备0套。"),
    "bare-wan": ("会议费5万。", "会议费5万元。"),
    "bookmark": ("[bookmark: x]会议费5万元。", "会议费5万元。"),
    "bracket-widths": ("会议费（二)5万元。", "会议费（二）5万元。"),
    "colon-widths": ("会议费:5万元。", "会议费：5万元。"),
    "numbering": (
        "（一）会议费\n有。\n（二）培训费\n有。\n（3）其他事项\n有。",
        "（一）会议费\n有。\n（二）培训费\n有。\n（三）其他事项\n有。",
    ),
    "numbering-gap": ("一、会议费\n二、培训费\n五、其他事项", "一、会议费\n二、培训费\n三、其他事项"),
    "staff-without-date": ("实有人数8人。", "截至2029年12月31日，实有人数8人。"),
    "sizes-about": ("实有人数约8人。", "实有人数8人。"),
    "published-where": ("已在政府网公开。", "已在政府网公开（www.example.cn）。"),
    "carry-over-left-out": ("预算均不含上年结转数。", "预算均含上年结转数。"),
    "reason-without-amount": (
        "一、概况\n2030年会议费5万元，比上年增加2万元，主要是会议增多。",
        "一、概况\n2030年会议费5万元，比上年增加0万元，主要是会议增多。",
    ),
    "one-purpose-several-items": (
        "一、会议\n会议费5万元，主要用于举办全市档案工作经验交流大会。\n二、培训\n培训费5万元，主要用于全市档案工作经验交流大会。",
        "一、会议\n会议费5万元，主要用于举办全市档案工作经验交流大会。\n二、培训\n培训费5万元，主要用于新进人员的业务学习。",
    ),
    "named-as-income-yet-zero": (
        "收入包括政府性基金收入、其他收入。\n政府性基金拨款0万元。",
        "收入包括政府性基金收入、其他收入。\n政府性基金拨款2万元。",
    ),
    "parts-not-stated": (
        "政府采购预算3万元，其中：政府采购货物3万元。",
        "政府采购预算3万元，其中：政府采购货物3万元，政府采购服务0万元，政府采购工程0万元。",
    ),
    "specials-undescribed": (
        "工作性专项9万元。",
        "工作性专项9万元，主要用于档案数字化。",
    ),
    "no-social-security-no-housing": (
        "工资福利支出8万元。一般公共服务支出9万元。",
        "工资福利支出8万元。一般公共服务支出7万元，社会保障和就业支出1万元，住房保障支出1万元。",
    ),
    "not-at-item-or-group": (
        "一般公共服务支出9万元。",
        "一般公共服务支出9万元，其中行政运行（项）9万元。",
    ),
    "state-capital-not-even-zero": (
        "其他收入0万元。",
        "其他收入0万元，国有资本经营预算收入0万元。",
    ),
    "three-parts-not-stated": (
        "“三公”经费预算数1万元，其中：公务接待费1万元。",
        "“三公”经费预算数1万元，其中：公务接待费1万元，公务用车购置及运行维护费0万元，因公出国（境）费0万元。",
    ),
}
GLOSSARY = "一、概况\n{body}\n名词解释：\n1.{entry}\n"
IN_GLOSSARY = {
    "definition-parts-brackets": (
        ("机关运行经费（会议费+培训费）共安排9万元。", "机关运行经费：指会议费和购买服务的资金。"),
        ("机关运行经费（会议费+培训费）共安排9万元。", "机关运行经费：指会议费和培训费的资金。"),
    ),
    "definition-parts-sentence": (
        ("基本支出：2030年9万元，是指日常支出，包括会议费。", "基本支出：指人员支出。"),
        ("基本支出：2030年9万元，是指人员支出。", "基本支出：指人员支出。"),
    ),
    "defined-never-used": (
        ("会议费9万元。", "社会保险基金预算：指社会保险的预算。"),
        ("会议费9万元，社会保险基金预算0万元。", "社会保险基金预算：指社会保险的预算。"),
    ),
    "used-never-defined": (
        ("会议费9万元。", "培训费：指培训的费用。"),
        ("会议费9万元。", "会议费：指会议的费用。"),
    ),
    "template-city-revenue": (
        ("会议费9万元。", "一般公共预算：指预算。全市一般公共预算收入有三部分。"),
        ("会议费9万元。", "一般公共预算：指预算。"),
    ),
    "revenue-two-meanings": (
        ("收入包括一般公共预算收入。", "一般公共预算：一般公共预算收入即全市的财政收入。"),
        ("收入包括一般公共预算拨款。", "一般公共预算：一般公共预算收入即全市的财政收入。"),
    ),
    "operating-funds-whose": (
        ("机关运行经费9万元。", "机关运行经费：指保障行政单位（含参照管理的单位）运行的资金。"),
        ("机关运行经费0万元。", "机关运行经费：指保障行政单位（含参照管理的单位）运行的资金。"),
    ),
    "vehicle-cost-defined-no-vehicle": (
        ("车辆0辆。", "机关运行经费：指公务用车运行维护费等资金。"),
        ("车辆1辆。", "机关运行经费：指公务用车运行维护费等资金。"),
    ),
    "term-twice": (
        ("会议费9万元。", "会议费：会议费指会议的费用。"),
        ("会议费9万元。", "会议费：指会议的费用。"),
    ),
}
PAIRS = FIRES | {
    rule: tuple(GLOSSARY.format(body=body, entry=entry) for body, entry in pair) for rule, pair in IN_GLOSSARY.items()
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_rule_fires_on_its_words_and_is_silent_on_others(rule):
    words, silent = PAIRS[rule]
    disclosure = Disclosure(words)
    finding = found(words, [rule]).get(rule)
    assert finding, "does not fire"
    assert all(disclosure.text[start:end] == quote for _, quote, start, end in finding.says)
    assert rule not in found(silent, [rule])


def test_a_rule_that_needs_the_name_of_the_body_looks_at_it():
    assert found("保障局机关运行。", ["template-bureau"], body="某市财政局") == {}
    assert "template-centre" in found("本中心共有车辆1辆。", body="某市财政局")
    assert found("本中心共有车辆1辆。", ["template-centre"]) == {}


def test_every_engine_and_every_rule_is_shown_at_work():
    shown = {f.rule for f in FINDINGS} | set(PAIRS) | {"template-centre"}
    assert set(RULES) - shown <= {"named-as-income-without-amount"}  # see the test below
    assert {RULES[name]["engine"] for name in shown} == set(ENGINES)


def test_what_is_said_to_be_included_has_an_amount():
    rule = ["named-as-income-without-amount"]
    assert found("收入包括上年结转。\n其他收入3万元。", rule)
    assert not found("收入包括上年结转。\n上年结转3万元。", rule)


def test_a_text_with_unread_tables_is_not_said_to_leave_a_part_out():
    words = FIRES["three-parts-not-stated"][0] + "\n公务用车购置及运行维护费 0.00 12.50"
    assert found(words, ["three-parts-not-stated"]) == {}
    words = FIRES["no-social-security-no-housing"][0] + "\n社会保障和就业支出 0.00 12.50"
    assert found(words, ["no-social-security-no-housing"]) == {}
