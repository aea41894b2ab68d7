"""Any body's files: what is read of each format, what is found in them, and what is refused, with the way out."""

import csv
import io
import random
import subprocess
import sys
import zipfile
from decimal import Decimal

import pandas as pd
import pytest
from checkout import ROOT

import budgetbook
from budgetbook import sources
from budgetbook.audit import arithmetic, listing
from budgetbook.cli import main
from budgetbook.sources import Table, Unreadable, open_file
from budgetbook.text import fold

sys.path.append(str(ROOT / "tools"))
import example  # noqa: E402

EXAMPLES = ROOT / "examples"
FORMATS = ["pdf", "docx", "html", "xlsx"]
PROBES = ROOT / "tests" / "probes"


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module", params=FORMATS)
def filing(request):
    return budgetbook.read(EXAMPLES / f"budget.{request.param}")


# --- the example ---


@pytest.mark.parametrize("name", example.FILES)
def test_the_example_is_what_its_script_makes(name):
    assert (EXAMPLES / name).read_bytes() == example.FILES[name]()


def test_the_same_is_read_of_each_format(filing):
    said = {(f.title.removeprefix("青溪县档案馆2024年"), f.label, f.head, f.code, f.value) for f in filing.figures}
    of_word = budgetbook.read(EXAMPLES / "budget.docx")
    assert said == {(f.title, f.label, f.head, f.code, f.value) for f in of_word.figures}
    assert (filing.body, filing.year, filing.stage) == ("青溪县档案馆", "2024", "预算")
    if filing.files[0].kind != "xlsx":
        columns = ["item", "period", "measure", "value", "unit", "printed"]
        prose, word = (f.facts[f.facts["table"].isna()][columns] for f in (filing, of_word))
        assert prose.to_csv() == word.to_csv()


def test_what_was_planted_is_found_and_nothing_else(filing):
    planted = [(row["kind"], row["printed"]) for row in rows(EXAMPLES / "planted.csv")]
    if filing.files[0].kind == "xlsx":  # tables only
        planted = [row for row in planted if row[0] == "codes"]
    failing = filing.audit().checks.query("state == 'fails'")
    left = [value.strip() for value in failing["left"]]
    shown = {
        amount: format(Decimal(amount), "f").rstrip("0").rstrip(".") for _, amount in planted if amount[0].isdigit()
    }
    expected = [(kind, amount) for kind, amount in planted]
    found = [
        (kind, next((a for _, a in planted if value in (a, shown.get(a))), value))
        for kind, value in zip(failing["kind"], left, strict=True)
    ]
    assert sorted(found) == sorted(expected)


def test_a_misprint_that_upsets_two_sums_is_one_finding(filing):
    findings = filing.audit().findings
    assert list(findings["kind"]).count("codes") == 1
    assert findings["weight"].is_monotonic_decreasing


def test_every_fact_leads_back_to_its_place(filing):
    text = filing.text
    for fact in filing.facts.itertuples():
        if pd.notna(fact.table):
            file = next(f for f in filing.files if f.path.name == fact.file)
            tables = [b for page in file.pages for b in page.blocks if isinstance(b, Table)]
            assert tables[fact.table - 1].grid()[fact.row - 1][fact.column - 1] == fact.printed
        else:
            assert text[fact.start : fact.end] == fact.quote
            assert fact.page in (1, 2)


def test_several_files_are_one_disclosure():
    whole = budgetbook.read(EXAMPLES / "budget.docx", EXAMPLES / "budget.xlsx")
    assert set(whole.facts["file"]) == {"budget.docx", "budget.xlsx"}
    assert whole.year == "2024"


def test_the_report_is_one_page_that_asks_for_nothing(tmp_path, filing):
    page = filing.report(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    assert "<script" not in page and "http://" not in page and "https://" not in page
    assert page == filing.report()
    for finding in filing.audit().findings["finding"]:
        assert f"<h3>{finding}" in page


def test_nothing_of_a_file_is_live(tmp_path):
    path = tmp_path / "<img src=x onerror=alert(1)>.txt"
    path.write_text("某局<script>alert(1)</script>2024年部门预算\n<b>特殊</b>经费2.50万元。\n", encoding="utf-8")
    page = budgetbook.read(path).report()
    assert "<script" not in page and "<b>" not in page and "<img" not in page
    assert '&lt;b&gt;<span lang="zh-Hans">特殊</span>&lt;/b&gt;' in page


# --- probes ---


@pytest.mark.parametrize("name", ["102", "104", "105", "106", "109"])
def test_what_the_probes_say_is_read_right_or_not_at_all(name):
    facts = budgetbook.read(PROBES / f"{name}.txt").facts
    gold = [row for row in rows(PROBES / "values.csv") if row["file"] == name and row["unit"] in ("万元", "亿元")]
    levels = {(row["item"], row["value"]) for row in gold if row["measure"] == "level"}
    known = {item for item, _ in levels}
    names = {"income": "income.total", "expenditure": "expenditure.total", "three_public": "three_public.total"}
    names |= {"income.government_fund": "income.gov_fund", "budget.total_both": "income.total"}
    named = facts[(facts["measure"] == "level") & (facts["item"] != "")]
    for fact in named.itertuples():
        item = names.get(fact.item, fact.item)
        if item in known:
            assert any(i == item and Decimal(v) == fact.value for i, v in levels), fact.quote


@pytest.mark.parametrize("name", ["102", "104", "105", "106", "109"])
def test_in_the_probes_only_what_was_planted_fails(name):
    planted = [row["check"] for row in rows(PROBES / "checks.csv") if row["file"] == name and row["state"] == "fails"]
    assert len(budgetbook.read(PROBES / f"{name}.txt").audit().findings) == len(planted)


# --- arithmetic that needs no item ---


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("培训费2023年预算2万元，较2022年预算1.50万元增长75%。", [("growth", False)]),
        ("培训费2023年预算2万元，较2022年预算1.50万元增长33.33%。", [("growth", True)]),
        ("基本支出110万元，比上年增加10万元，增长10%。", [("growth", True)]),
        ("基本支出110.00万元，比上年增加10.00万元，增长11%。", [("growth", False)]),
        ("基本支出110万元，比上年增加10万元，下降10%。", [("growth", False)]),
        ("比上年增加10万元，增长11%。", []),  # nothing to compare it with
        ("新设机构预算55万元，比上年增加55万元，增长100%。", [("growth", True)]),
        (
            "支出合计200.00万元，其中：基本支出150.00万元，占75%；项目支出50.00万元，占20%。",
            [("share", True), ("share", False)],
        ),
        ("全年预算为52.00万元，支出决算为51.32万元，完成全年预算的98.69%。", [("completion", True)]),
        ("全年预算为52.00万元，支出决算为51.32万元，完成全年预算的89.69%。", [("completion", False)]),
        # the budget of the part is not stated
        (
            "预算为6.00万元，支出决算为4.80万元，完成预算的80%，其中：接待费决算为1.20万元，完成预算的35%；用车决算为3.60万元，完成预算的85%。",
            [("completion", True)],
        ),
        ("预算为52.00万元，支出决算为51.32万元。决算数大于预算数的主要原因：增资。", [("comparison", False)]),
        ("预算为52.00万元，支出决算为51.32万元。决算数小于预算数的主要原因：节约。", [("comparison", True)]),
        ("会议费8万元，比上年减少-2万元。", [("sign", False)]),
        ("会议费8万元，比上年减少2万元。", []),
        ("2022年会议费21.00万元。2021年会议费20.00万元。2022年会议费较2021年增加9.00万元。", [("change", False)]),
        ("2022年会议费21.00万元。2021年会议费20.00万元。2022年会议费较2021年增加1.00万元。", [("change", True)]),
        ("会议费21.00万元，比上年20.00万元增加9.00万元。", [("change", False)]),
        ("会议费21.00万元，比上年20.00万元增加1.00万元。", [("change", True)]),
        ("核定编制84人，其中：行政编制31人，事业编制48人，工勤编制2人。", [("count", False)]),
        ("核定编制84人，其中：行政编制31人，事业编制51人，工勤编制2人。", [("count", True)]),
        ("共有车辆5辆，其中：机要通信用车2辆、应急保障用车1辆。", []),  # the list may go on elsewhere
        ("共有车辆5辆，其中：机要通信用车2辆、应急保障用车1辆、其他用车1辆。", [("count", False)]),
    ],
)
def test_a_sentence_is_tested_by_its_own_amounts(text, states):
    view = fold(text).text
    assert [(claim.kind, claim.holds) for claim in arithmetic.claims(view, 0, len(view))] == states


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2024年会议费预算21.50万元，比上年增长8.5%，增加1.50万元。", "growth"),
        ("会议费预算21.50万元，比上年增加1.50万元（增长8.5%）。", "growth"),
        ("2024年度会议费21.50万元，2023年度会议费20.00万元，同比增长9.5%。", "growth"),
        ("会议费21.50万元，上年20.00万元，增加2.50万元。", "change"),
        ("会议费21.50万元，比上年增加0万元，增长7.5%。", "growth"),
        ("会议费21.50万元，与上年持平，增长7.5%。", "growth"),
        ("会议费2024年预算数为21.50万元，2023年预算数为20.00万元，2024年比2023年增加2.50万元。", "change"),
        ("收入预算862.40万元，较上年800.80万元增加61.60万元，增幅7.96%。", "growth"),
        ("预算为20.00万元，决算为21.50万元，比预算增加1.60万元。", "change"),
        ("支出决算21.50万元，完成年初预算的170.5%，年初预算20.00万元。", "completion"),
        ("一般公共预算财政拨款支出842.40万元，占本年支出合计862.40万元的79.68%。", "share"),
        ("公务接待15批次、200人次，其中国内15批次，国外1批次。", "count"),
        ("支出合计100万元，其中基本支出60万元，项目支出50万元。", "list"),
        ("支出合计100万元。其中：基本支出60万元，占60%；项目支出50万元，占50%。", "list"),
        ("本年支出合计100万元：基本支出60万元，项目支出50万元。", "list"),
        ("项目支出合计30万元，其中：甲项目10万元、乙项目20.50万元。", "list"),
        ("公务用车购置及运行费5.20万元（其中：购置费1.00万元，运行费4.50万元）", "list"),
        (
            "支出合计100.00万元，其中：\n（一）人员经费60.00万元\n1、工资50.00万元\n2、津贴10.00万元\n（二）公用经费45.00万元",
            "list",
        ),
        ("支出合计100万元，其中基本支出60万元，项目支出40万元。", ""),
        ("支出合计100万元，其中基本支出60万元，项目支出30万元。", ""),
        ("支出合计100万元，其中基本支出60万元，项目支出40万元；机关运行经费30万元。", ""),
        ("支出合计100万元，其中基本支出60万元，比上年增加50万元，项目支出40万元，比上年增加3万元。", ""),
        ("支出合计100万元，其中基本支出60万元，项目支出40万元，年末结转5万元。", ""),
        ("2024年度会议费21.50万元，2023年度会议费20.00万元，同比增长7.5%。", ""),
        ("会议费2.00万元，占支出合计200万元的1%。", ""),
        ("采购支出100.00万元，授予中小企业合同金额90.00万元，占采购支出总额的90%。", ""),
    ],
)
def test_ways_of_saying_a_sum_a_change_or_a_rate(text, wrong):
    view = fold(text).text
    found = [*arithmetic.claims(view, 0, len(view)), *listing.lists(view)]
    assert [claim.kind for claim in found if not claim.holds] == ([wrong] if wrong else [])


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("某省某厅2024年部门预算\n", "某省某厅"),
        ("2024年部门预算\n收支预算总表\n编制部门：某市某区财政局 单位：元\n", "某市某区财政局"),
        ("部门： 某市档案馆 单位：万元\n", "某市档案馆"),
        ("第二部分 2022年度单位决算情况说明\n", ""),
    ],
)
def test_whose_it_is(tmp_path, text, body):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert budgetbook.read(tmp_path / "a.txt").body == body


def test_contents_are_no_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "目录\n第一部分 概况\n第二部分 名词解释\n附件：预算表\n一、收支总表\n二、收入总表\n"
        "第一部分 概况\n收入预算5万元。\n",
        encoding="utf-8",
    )
    filing = budgetbook.read(path)
    assert "收支总表" not in filing.text and "收入预算5万元" in filing.text
    assert any("6 lines of the table of contents" in words for words in filing.left_out)
    assert list(filing.facts["item"]) == ["income"]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("会议费2.50万元，占 %。", ["blank"]),
        ("会议费XX万元。", ["blank"]),
        ("按照XXXX要求，会议费2.50万元。", ["blank"]),
        ("会议费2.50万元，联系电话：0731-23×××001。", []),
        ("会议费2.50万元，与上年相比增加（减少）0万元。培训费1.20万元，与上年相比增加（减少）0万元。", ["choice"]),
        ("会议费2.50万元，比2023年增加。培训费1.20万元，比2023年增加。接待费1.10万元，比2022年增加。", ["base"]),
        ("会议费2.50万元，比2022年增加。", []),  # the year of the file may be misread
        ("会议费2.50万元，占支出的1%，比上年增加0.10万元。", []),
        ("（按“部门预算公开06表”中实际支出事项填写）（请在此处填写原因）", ["instruction"]),
        ("（按规定执行）", []),
        ("文化体育与传媒支出2.50万元。", ["renamed"]),
        ("文化旅游体育与传媒支出2.50万元。一般公共财政预算。", []),
        ("会议费2.50万元，比上年减少0.10万元，主要原因是人员增加。", ["reason"]),
        ("会议费2.50万元，比上年增加0.10万元，增加的主要原因是压缩会议规模。", ["reason"]),
        ("会议费2.50万元，比上年减少0.10万元，主要原因是上年新增设备。", []),
        ("会议费2.50万元，比上年减少0.10万元，主要原因是严格控制新增会议。", []),
        ("年末结余2.50万元，比上年增加0.10万元，主要原因是支出减少。", []),
        ("会议费2.50万元，比上年减少0.10万元，主要原因是人员减少、标准增加。", []),
        ("我委加强管理。", ["body"]),
        ("我局加强管理。", []),
        ("加强自我处理能力，我部门、我部分人员、我所在单位。", []),
        ("某市局2024年收入。某市局2024年支出。某市局2024年采购。某市局2024年资产。甲档案馆2024年绩效。", ["body"]),
        ("某市局2024年收入。某市局2024年支出。某市局2024年采购。某市局2024年资产。某市局本级2024年绩效。", []),
    ],
)
def test_what_a_draft_leaves_is_asked_about_once_and_fails_nothing(tmp_path, words, kinds):
    path = tmp_path / "a.txt"
    path.write_text(f"某局2024年部门预算\n{words}\n", encoding="utf-8")
    audit = budgetbook.read(path).audit()
    assert list(audit.findings["kind"]) == kinds
    assert set(audit.findings["state"]) <= {"asks"} and "fails" not in set(audit.checks["state"])


def test_one_item_with_two_values_is_asked_about(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "某局2024年部门预算\n会议费2.50万元。\n会议费（款）支出1.50万元。\n会议费预算2.05万元。\n", encoding="utf-8"
    )
    filing = budgetbook.read(path)
    assert list(filing.audit().findings["kind"]) == ["restatement"]
    assert list(filing.facts["name"]) == ["", "会议费", ""]


def test_a_final_account_need_not_spend_what_it_receives(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("某局2024年部门决算\n本年收入合计10.00万元；本年支出合计8.00万元。\n", encoding="utf-8")
    filing = budgetbook.read(path)
    assert filing.stage == "决算" and "fails" not in set(filing.audit().checks["state"])
    assert list(filing.facts["item"]) == ["income", "expenditure"]


def test_a_class_in_the_text_is_not_held_against_the_item_of_a_table(tmp_path):
    table = "<table><tr><td>“三公”经费合计</td><td>会议费</td></tr><tr><td>8.00</td><td>7.50</td></tr></table>"
    head = "<p>某局2024年部门预算</p><p>2024年支出：会议费（款）支出1.50万元。</p>"
    head += "<p>“三公”经费、会议费预算表</p><p>单位：万元</p>"
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{head}{table}</body></html>", encoding="utf-8")
    filing = budgetbook.read(path)
    assert "meetings" in set(filing.facts["item"])
    assert "fails" not in set(filing.audit().checks["state"])


def test_two_items_that_differ_by_the_same_amount_are_two_questions(tmp_path):
    path = tmp_path / "a.txt"
    text = "某局2024年部门预算\n会议费2.50万元。\n培训费3.50万元。\n会议费2.05万元。\n培训费3.05万元。\n"
    path.write_text(text, encoding="utf-8")
    assert list(budgetbook.read(path).audit().findings["rule"]) == ["meetings", "training"]


def test_columns_of_other_years_stages_and_rates_are_not_levels_of_this_one(tmp_path):
    rows = [
        ["项目", "上年预算数", "本年预算数", "增减额", "增长%"],
        ["“三公”经费合计", "9.00", "8.00", "-1.00", "-11.11"],
        ["公务接待费", "4.00", "3.00", "-1.00", "-25.00"],
    ]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    path = tmp_path / "a.html"
    head = "<p>某局2024年部门预算</p><p>“三公”经费预算表</p><p>单位：万元</p>"
    page = f"<html><body>{head}<table>{cells}</table></body></html>"
    path.write_text(page, encoding="utf-8")
    filing = budgetbook.read(path)
    facts = filing.facts
    told = facts[["item", "period", "measure", "printed"]].itertuples(index=False, name=None)
    assert list(told)[:4] == [
        ("three_public", "2023", "level", "9.00"),
        ("three_public", "2024", "level", "8.00"),
        ("", "2024", "change", "-1.00"),
        ("", "2024", "share", "-11.11"),
    ]
    assert "fails" not in set(filing.audit().checks["state"])


def test_budget_and_outcome_of_one_item_are_told_apart(tmp_path):
    path = tmp_path / "a.txt"
    text = "某局2024年部门决算\n会议费支出年初预算为5.00万元，全年预算为4.50万元，支出决算为4.10万元。\n"
    path.write_text(
        text + "1、行政运行（项）。主要用于日常支出。全年预算为9.00万元，支出决算为8.00万元。\n", encoding="utf-8"
    )
    facts = budgetbook.read(path).facts
    told = list(facts[["item", "name", "stage", "printed"]].itertuples(index=False, name=None))
    assert told == [
        ("meetings", "", "年初预算", "5.00"),
        ("meetings", "", "全年预算", "4.50"),
        ("meetings", "", "决算", "4.10"),
        ("", "行政运行", "全年预算", "9.00"),
        ("", "行政运行", "决算", "8.00"),
    ]


DIFFERENT_YEARS = """某局2023年部门预算
2023年会议费预算2.50万元。培训费预算{training}万元。
"""
THIS_YEAR = """某局2024年部门预算
2024年会议费预算3.00万元，比上年增加0.50万元。培训费预算2.00万元，比上年减少1.00万元。
"""


@pytest.mark.parametrize(("training", "failing"), [("3.00", []), ("3.40", ["training"])])
def test_what_is_said_of_last_year_is_held_against_last_years_file(tmp_path, training, failing, capsys):
    old, new = tmp_path / "2023.txt", tmp_path / "2024.txt"
    old.write_text(DIFFERENT_YEARS.format(training=training), encoding="utf-8")
    new.write_text(THIS_YEAR, encoding="utf-8")
    checks = budgetbook.read(new, last=budgetbook.read(old)).audit().checks
    years = checks[checks["kind"] == "years"]
    assert list(years["rule"]) == ["meetings", "training"]
    assert list(years.query("state == 'fails'")["rule"]) == failing
    assert main(["audit", str(new), "--last-year", str(old)]) == (1 if failing else 0)
    assert "Nothing was compared" not in capsys.readouterr().out
    main(["audit", str(old), "--last-year", str(new)])
    assert "Nothing was compared with" in capsys.readouterr().out


def test_files_of_two_years_are_not_merged_in_silence(tmp_path):
    for name, words in (("a.txt", THIS_YEAR * 2), ("b.txt", DIFFERENT_YEARS.format(training="3.00"))):
        (tmp_path / name).write_text(words, encoding="utf-8")
    filing = budgetbook.read(tmp_path / "a.txt", tmp_path / "b.txt")
    assert [words for words in filing.left_out if "its titles say 2023, the others 2024" in words]


def test_a_column_of_changes_is_tested_against_the_two_years(tmp_path):
    rows = "<tr><td>项目</td><td>2023年预算数</td><td>2024年预算数</td><td>增减额</td></tr>"
    for label, change in (("会议费", "2.50"), ("培训费", "1.50"), ("接待费", "1.50"), ("差旅费", "1.50")):
        rows += f"<tr><td>{label}</td><td>20.00</td><td>21.50</td><td>{change}</td></tr>"
    page = f"<p>某局2024年部门预算</p><p>单位：万元</p><p>支出表</p><table>{rows}</table>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    checks = budgetbook.read(tmp_path / "a.html").audit().checks
    assert list(checks[checks["kind"] == "difference"]["state"]) == ["fails", "holds", "holds", "holds"]


NAMES = """
部门预算收入 income|收入决算合计 income|收入预算总额 income|部门收入总预算 income|本年收入合计 income
部门预算支出 expenditure|支出决算合计 expenditure|支出总额 expenditure|本年支出合计 expenditure
收入、支出总计 budget.total_both|收、支总计 budget.total_both|收支预算总额 budget.total_both
财政拨款收入 income.fiscal|财政拨款支出决算 fiscal.expenditure|财政拨款收、支总计 fiscal
一般公共预算财政拨款支出决算 fiscal.general_public|一般公共预算拨款 income.general_public
政府性基金预算财政拨款收入 income.government_fund|政府性基金预算拨款 income.government_fund
财政专户管理资金收入 income.special_account|基本支出决算 expenditure.basic|项目支出预算 expenditure.project
一般公共预算财政拨款“三公”经费预算 three_public|通过一般公共预算拨款安排的“三公”经费支出预算 three_public
支出总预算 budget.expenditure_with_carry_over|财务总收入 budget.income_with_carry_over
“三公”经费财政拨款支出决算 three_public|三公经费支出预算 three_public|“三公”经费支出决算为 three_public
因公出国（境）费支出决算 three_public.overseas|因公出国（境）支出 three_public.overseas
公务用车购置及运行费支出决算 three_public.vehicles|公务用车购置和运行维护费 three_public.vehicles
公务接待费支出决算为 three_public.reception|机关运行费 operating_funds|机关运行经费支出 operating_funds
政府采购支出总额 procurement|货物支出 procurement.goods|工程支出 procurement.works|服务支出 procurement.services
社会保障和就业（类） expenditure.function.social_security|人员经费 expenditure.basic.staff
"""
NAMES = [tuple(pair.split(" ")) for line in NAMES.split("\n") for pair in line.split("|") if pair]


@pytest.mark.parametrize(("words", "item"), NAMES)
def test_the_headline_items_have_many_names(tmp_path, words, item):
    path = tmp_path / "a.txt"
    for stage in ("预算", "决算"):
        for form in (
            "{}10.50万元。",
            "2024年{}10.50万元，占1%。",
            "其中：{}10.50万元；",
            "甲局{}10.50万元，比上年增加1.10万元。",
        ):
            path.write_text(f"甲局2024年部门{stage}\n{form.format(words)}\n", encoding="utf-8")
            facts = budgetbook.read(path).facts
            assert list(facts[facts["printed"] == "10.50"]["item"]) == [item], form


@pytest.mark.parametrize(
    ("words", "states"),
    [
        ("接待费3.12万元，接待41批次、260人次，人均120元。", ["holds"]),
        ("接待费3.12万元，接待41批次、260人次，人均130元。", ["fails"]),
        ("公务用车运行费22.40万元，公务用车保有量8辆，车均2.80万元。", ["holds"]),
        ("公务用车运行费22.40万元，公务用车保有量8辆，车均3.20万元。", ["fails"]),
        ("人员经费300万元，在职人员20人，人均公用经费标准1.50万元。", []),
        ("接待费3.12万元。接待260人次。人均130元，按标准执行。", []),  # of which amount is not said
        ("编制74人，其中行政编制71人、事业编制4人。", ["fails"]),
        ("在职人员118人，其中局本级97人，下属单位23人。", ["fails"]),
        ("在职人员50人，其中行政人员30人，行政执法人员25人。", []),
        ("培训费86.40万元，培训1,080人次，专家20人次，人均800元。", ["holds"]),
        ("在职人员118人，其中行政人员80人，党员70人。", []),  # some may be both
    ],
)
def test_means_and_counts_follow_from_what_stands_beside_them(tmp_path, words, states):
    (tmp_path / "a.txt").write_text(f"甲局2024年部门预算\n{words}\n", encoding="utf-8")
    checks = budgetbook.read(tmp_path / "a.txt").audit().checks
    assert list(checks["state"]) == states


# --- sources ---

WORDS = "某局2024年部门预算\n会议费2.50万元。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_any_usual_encoding(tmp_path, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes(WORDS.encode(encoding))
    assert open_file(path).pages[0].blocks == ("某局2024年部门预算", "会议费2.50万元。")


def test_a_page_that_declares_gb2312(tmp_path):
    path = tmp_path / "a.html"
    page = (
        '<html><head><meta charset="gb2312"></head><body><p>会议费2.50万元</p><script>var 会议费</script></body></html>'
    )
    path.write_bytes(page.encode("gb18030"))
    assert open_file(path).pages[0].blocks == ("会议费2.50万元",)


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, words in parts.items():
            packed.writestr(name, words)
    return out.getvalue()


OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY b "c">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
)
REFUSED = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \r\n\0\0", "is empty"),
    "damaged.txt": ("会议费".encode() + b"\xff\xff\x80" + "万元".encode(), "Save it as UTF-8"),
    "short.pdf": (b"%PDF-1.7\n1 0 obj", "no PDF that can be read"),
    "half.pdf": ((EXAMPLES / "budget.pdf").read_bytes()[:300], "no PDF that can be read"),
    "old.doc": (OLD_WORD, "save it as .docx"),
    "short.xls": (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "no spreadsheet that can be read"),
    "half.docx": ((EXAMPLES / "budget.docx").read_bytes()[:900], "damaged or cut short"),
    "other.zip": (archive({"a.txt": "b"}), "neither a .docx nor an .xlsx"),
    "entities.docx": (archive({"word/document.xml": ENTITIES}), "declares entities"),
    "broken.docx": (archive({"word/document.xml": "<w:document"}), "its text is damaged"),
    "broken.xlsx": (archive({"xl/workbook.xml": "<workbook"}), "no spreadsheet that can be read"),
    "scan.png": (b"\x89PNG\r\n\x1a\n123", "is a picture"),
    "packed.rar": (b"Rar!123", "Unpack it"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_way_out(name, tmp_path, capsys):
    content, reason = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=reason) as error:
        open_file(path)
    assert str(path) in str(error.value)
    assert main(["audit", str(path)]) == 3
    assert reason in capsys.readouterr().err


def test_an_encrypted_pdf_is_refused(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=EXAMPLES / "budget.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    with pytest.raises(Unreadable, match="is encrypted"):
        open_file(tmp_path / "a.pdf")


@pytest.mark.parametrize("name", ["budget.pdf", "budget.docx", "budget.xlsx", "budget.html"])
def test_a_damaged_file_is_read_or_refused_but_never_falls(name, tmp_path):
    content, chance = (EXAMPLES / name).read_bytes(), random.Random(name)
    for turn in range(60):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 5, 40))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = tmp_path / f"{turn}"
        path.write_bytes(damaged if turn % 3 else content[: chance.randrange(len(content))])
        try:
            filing = budgetbook.read(path)
        except Unreadable as error:
            assert str(path) in str(error)
        else:
            assert filing.audit().findings is not None and filing.report()


def test_parts_that_lie_in_each_other_too_deep_are_refused(tmp_path):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    deep = f"<w:document {space}><w:body>{'<w:sdt>' * 5000}{'</w:sdt>' * 5000}</w:body></w:document>"
    (tmp_path / "a.docx").write_bytes(archive({"word/document.xml": deep}))
    with pytest.raises(Unreadable, match="too deep|damaged"):
        open_file(tmp_path / "a.docx")


def test_a_page_without_text_is_told(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=EXAMPLES / "budget.pdf")
    writer.add_blank_page(595, 842)
    writer.write(tmp_path / "a.pdf")
    assert "page 5: no text on it (it is blank, or a picture)" in open_file(tmp_path / "a.pdf").left_out


@pytest.mark.parametrize(
    ("limit", "value", "name"),
    [
        ("LARGEST_FILE", 100, "budget.pdf"),
        ("MOST_CHARACTERS", 100, "budget.docx"),
        ("MOST_CELLS", 10, "budget.xlsx"),
        ("budgetbook.sources.packed.LARGEST_UNPACKED", 100, "budget.docx"),
        ("budgetbook.sources.pdf.MOST_PAGES", 3, "budget.pdf"),
        ("budgetbook.sources.pdf.MOST_OBJECTS", 20, "budget.pdf"),
        ("budgetbook.sources.pdf.MOST_RULINGS", 20, "budget.pdf"),
    ],
)
def test_limits_are_quoted(monkeypatch, limit, value, name):
    monkeypatch.setattr(limit if "." in limit else f"budgetbook.sources.{limit}", value)
    with pytest.raises(Unreadable, match=str(value)):
        open_file(EXAMPLES / name)


def test_page_numbers_are_left_out_and_told():
    file = open_file(EXAMPLES / "budget.pdf")
    assert [words.partition("“")[2].partition("”")[0] for words in file.left_out] == [
        "- 1 -",
        "- 2 -",
        "- 3 -",
        "- 4 -",
    ]
    assert sources.PAGE_NUMBER.fullmatch("─ 14 ─") and sources.PAGE_NUMBER.fullmatch("第 3 页")
    assert not sources.PAGE_NUMBER.fullmatch("862.40")


# --- the command ---


def test_the_command_writes_tables_and_a_page(tmp_path, capsys):
    code = main(
        ["audit", str(EXAMPLES / "budget.pdf"), "--csv", str(tmp_path / "out"), "--html", str(tmp_path / "r.html")]
    )
    assert code == 1  # something fails
    assert "占3.22%" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"facts.csv", "checks.csv", "findings.csv"}
    for name in ("facts", "checks", "findings"):
        theirs = rows(ROOT / f"data/liling-grid-centre-2021/derived/{name}.csv")[0]
        assert list(rows(tmp_path / f"out/{name}.csv")[0])[: len(theirs)] == list(theirs)
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_command_passes_what_holds(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("某局2024年部门预算\n基本支出110万元，比上年增加10万元，增长10%。\n", encoding="utf-8")
    assert main(["audit", "--quiet", str(path)]) == 0


def test_the_command_is_installed_and_helps():
    done = subprocess.run([sys.executable, "-m", "budgetbook.cli", "audit", "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "Exit codes" in done.stdout
    assert subprocess.run([sys.executable, "-m", "budgetbook.cli"], capture_output=True).returncode == 2


# --- the manners of other places: invented bodies and figures, in the words of usual forms ---

STYLES = ROOT / "tests" / "styles"
# What a person reads in them: item and value, at the stage of the filing.
SAID = {
    "hunan-final": {
        "budget.total_both": "2356.78", "income": "2300.50", "expenditure": "2310.28", "income.fiscal": "2280.50",
        "fiscal": "2320.00", "fiscal.expenditure": "2290.28", "fiscal.basic": "1490.28", "three_public": "25.00",
        "expenditure.basic.staff": "1290.28", "expenditure.basic.public_funds": "200.00", "operating_funds": "200.00",
        "three_public.overseas": "0", "three_public.reception": "8.00", "three_public.vehicles": "17.00",
        "procurement": "310.00", "procurement.goods": "110.00", "procurement.works": "0", "meetings": "3.00",
        "procurement.services": "200.00", "training": "5.00", "income.government_fund": "20.00",
        "three_public.vehicle_running": "17.00",
    },
    "hunan-budget": {
        "income": "2368.50", "expenditure": "2368.50", "fiscal.general_public": "2268.50", "three_public": "18",
        "expenditure.basic": "1668.50", "expenditure.project": "600", "operating_funds": "268.50", "meetings": "5",
        "three_public.reception": "6", "three_public.overseas": "0", "three_public.vehicles": "12", "training": "8",
        "procurement": "320", "procurement.goods": "80", "procurement.works": "140", "procurement.services": "100",
    },
    "beijing-budget": {
        "income": "12345.67", "expenditure": "12345.67", "income.fiscal": "12300.67", "income.other": "45.00",
        "expenditure.basic": "5345.67", "expenditure.project": "7000.00", "fiscal.expenditure": "12300.67",
        "three_public": "56.80", "three_public.overseas": "0", "three_public.reception": "0.80",
        "three_public.vehicles": "56.00", "procurement": "2300.00", "operating_funds": "260.00",
    },
    "anhui-budget": {
        "budget.total_both": "568.90", "income": "568.90", "expenditure": "568.90", "income.general_public": "540.90",
        "income.other_funds": "28.00", "fiscal": "540.90", "fiscal.general_public": "540.90", "procurement": "36.00",
        "fiscal.general_public_basic": "380.90", "three_public": "5.60", "three_public.reception": "1.40",
        "expenditure.basic.staff": "340.90", "expenditure.basic.public_funds": "40.00", "operating_funds": "0",
    },
    "guangdong-final": {
        "budget.income_with_carry_over": "456.78", "income": "450.00", "expenditure": "446.78", "income.other": "10.00",
        "expenditure.basic": "346.78", "expenditure.project": "100.00", "fiscal.general_public": "436.78",
        "three_public": "4.80", "three_public.vehicles": "3.60", "three_public.reception": "1.20",
        "operating_funds": "36.00", "procurement": "20.00", "procurement.services": "15.00",
    },
    "jiangxi-final": {
        "budget.income_with_carry_over": "1256.30", "budget.expenditure_with_carry_over": "1256.30",
        "income": "1200.00", "expenditure": "1226.30", "income.fiscal": "1180.00", "three_public": "10.20",
        "expenditure.basic": "826.30",
        "fiscal.expenditure": "1206.30", "fiscal.general_public_basic": "806.30", "three_public.reception": "2.20",
        "three_public.overseas": "0", "three_public.vehicles": "8.00", "three_public.vehicle_running": "8.00",
        "operating_funds": "120.00", "procurement": "90.00", "procurement.services": "60.00",
    },
    "yunnan-final": {
        "income": "623.45", "expenditure": "621.00", "income.fiscal": "603.45", "expenditure.basic": "421.00",
        "expenditure.project": "200.00", "expenditure.basic.staff": "391.00", "fiscal.general_public": "601.00",
        "expenditure.basic.public_funds": "30.00", "three_public": "1.60", "three_public.vehicles": "1.20",
        "three_public.reception": "0.40", "operating_funds": "0.00", "procurement": "12.00",
    },
    "shandong-budget": {
        "budget.total_both": "3456.10", "carry_over": "50.00", "income.general_public": "3406.10",
        "expenditure": "3456.10", "expenditure.basic": "856.10", "fiscal": "3456.10", "three_public": "6.20",
        "expenditure.basic.staff": "796.10", "three_public.vehicles": "5.00", "three_public.reception": "1.20",
        "operating_funds": "60.00", "procurement": "88.00",
    },
    "sichuan-budget": {
        "budget.total_both": "1456.32", "income": "1456.32", "expenditure": "1456.32", "carry_over": "46.32",
        "income.general_public": "1410.00", "expenditure.basic": "1056.32", "expenditure.project": "400.00",
        "fiscal": "1456.32", "fiscal.general_public": "1410.00", "fiscal.general_public_basic": "1010.00",
        "three_public": "12.00", "three_public.overseas": "0", "three_public.reception": "4.00",
        "three_public.vehicles": "8.00", "operating_funds": "150.00", "procurement": "36.00",
    },
}  # fmt: skip


@pytest.mark.parametrize("style", SAID)
def test_the_headline_items_are_read_in_the_manner_of_other_places(style):
    filing = budgetbook.read(STYLES / f"{style}.txt")
    facts = filing.facts
    levels = facts[(facts["measure"] == "level") & (facts["stage"] == filing.stage) & (facts["period"] == filing.year)]
    for item, value in SAID[style].items():
        found = set(levels[levels["item"] == item]["value"])
        assert found == {Decimal(value)}, item


@pytest.mark.parametrize("style", SAID)
def test_nothing_fails_in_a_text_that_is_in_order(style):
    audit = budgetbook.read(STYLES / f"{style}.txt").audit()
    assert audit.findings.empty and (audit.checks["state"] == "holds").sum() > 12


@pytest.mark.parametrize(
    ("style", "old", "new"),
    [
        ("hunan-final", "占86.90%", "占68.90%"),
        ("hunan-final", "支出1,990.28万元", "支出1,909.28万元"),
        ("hunan-final", "人员经费1,290.28万元", "人员经费1,920.28万元"),
        ("hunan-final", "完成预算的83.33%", "完成预算的38.33%"),
        ("hunan-final", "政府采购服务支出200.00万元", "政府采购服务支出20.00万元"),
        ("hunan-final", "占政府采购支出总额的96.77%", "占政府采购支出总额的69.77%"),
        ("hunan-final", "应急保障用车2辆", "应急保障用车3辆"),
        ("hunan-budget", "农林水支出1800万元", "农林水支出1080万元"),
        ("hunan-budget", "上升3.27%", "上升3.72%"),
        ("hunan-budget", "工程类采购预算140万元", "工程类采购预算14万元"),
        ("hunan-budget", "上年结转结余100万元", "上年结转结余10万元"),
        ("hunan-budget", "机要通信用车0辆", "机要通信用车2辆"),
        ("sichuan-budget", "农林水支出370.00万元、", "农林水支出307.00万元、"),
        ("sichuan-budget", "占26.24%", "占22.64%"),
        ("sichuan-budget", "公用经费150.00万元，主要", "公用经费105.00万元，主要"),
        ("sichuan-budget", "涉及预算300.00万元", "涉及预算200.00万元"),
        ("sichuan-budget", "增长3.45%", "增长4.35%"),
        ("beijing-budget", "减少654.33万元，下降5.03%", "减少645.33万元，下降5.03%"),
        ("beijing-budget", "政府采购服务预算1,000.00万元", "政府采购服务预算100.00万元"),
        ("anhui-budget", "增长3.44%", "增长4.34%"),
        ("anhui-budget", "公用经费40.00万元。\n（一）", "公用经费14.00万元。\n（一）"),
        ("guangdong-final", "支出总计456.78万元", "支出总计465.78万元"),
        ("guangdong-final", "完成年初预算的104.00%", "完成年初预算的140.00%"),
    ],
)
def test_one_misprint_in_such_a_text_is_found(tmp_path, style, old, new):
    text = (STYLES / f"{style}.txt").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "a.txt"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    audit = budgetbook.read(path).audit()
    assert "fails" in set(audit.checks["state"])


def test_the_tables_of_a_final_account_are_read(tmp_path):
    filing = budgetbook.read(STYLES / "final-tables.html")
    said = {(f.title, f.item, f.stage): f.value for f in filing.figures if f.item}
    total, three = "收入支出决算总表", "财政拨款“三公”经费支出决算表"
    fiscal, general = "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表"
    for title, item, stage, value in [
        (total, "income", "决算", "450.00"),
        (total, "expenditure", "决算", "446.78"),
        (total, "budget.income_with_carry_over", "决算", "456.78"),
        ("收入决算表", "income.fiscal", "决算", "440.00"),
        ("支出决算表", "expenditure.basic", "决算", "346.78"),
        (fiscal, "income.fiscal", "决算", "440.00"),
        (fiscal, "fiscal.expenditure", "决算", "436.78"),
        (general, "fiscal.general_public", "决算", "436.78"),
        (general, "fiscal.general_public_basic", "决算", "336.78"),
        (three, "three_public", "预算", "6.00"),
        (three, "three_public", "决算", "4.80"),
        (three, "three_public.vehicles", "决算", "3.60"),
    ]:
        assert said[title, item, stage] == Decimal(value), (title, item)
    assert not [f for f in filing.figures if f.head.endswith("行次")], "line numbers are no amounts"
    assert {f.code for f in filing.figures if f.label in ("商品和服务支出", "办公费")} == {"302", "30201"}
    checks = filing.audit().checks
    assert set(checks["state"]) == {"holds"} and (checks["kind"] == "column").sum() == 2
    page = (STYLES / "final-tables.html").read_text(encoding="utf-8")
    for old, new in (("<td>326.78</td></tr>", "<td>362.78</td></tr>"), ("<td>10.00</td><td>九", "<td>1.00</td><td>九")):
        assert old in page
        (tmp_path / "a.html").write_text(page.replace(old, new, 1), encoding="utf-8")
        assert "fails" in set(budgetbook.read(tmp_path / "a.html").audit().checks["state"]), old


def test_the_tables_of_a_budget_without_the_word_are_read():
    """收入总表, 支出总表: their titles do not say whether they are of a budget."""
    filing = budgetbook.read(STYLES / "budget-tables.html")
    said = {(f.title, f.item): f.value for f in filing.figures if f.item}
    for title, item, value in [
        ("收支总表", "income", "2268.50"),
        ("收支总表", "expenditure.project", "700.00"),
        ("收入总表", "budget.income_with_carry_over", "2368.50"),
        ("收入总表", "income.general_public", "2268.50"),
        ("支出总表", "expenditure", "2368.50"),
        ("支出总表", "expenditure.basic", "1668.50"),
        ("一般公共预算支出表", "fiscal.general_public", "2268.50"),
        ("一般公共预算基本支出表", "expenditure.basic.staff", "1400.00"),
        ("一般公共预算“三公”经费支出表", "three_public", "18.00"),
    ]:
        assert said[title, item] == Decimal(value), (title, item)
    assert filing.audit().findings.empty


COUNTS = """某局2023年部门决算
2023年“三公”经费支出决算为9.00万元，与上年持平。
全年因公出国（境）团组2个，累计7人次。公务接待费支出3.00万元，国内公务接待38批次、276人次（其中外事接待2批次、12人次）。
公务用车购置支出0万元，全年购置公务用车0辆；年末公务用车保有量5辆。
"""


def test_amounts_of_kinds_of_projects_are_no_amount_of_all(tmp_path):
    words = (
        "2024年开展绩效目标管理的项目6个，涉及预算400.00万元。其中：人员类项目0个，涉及预算0万元；"
        "运转类项目2个，涉及预算100.00万元；特定目标类项目4个，涉及预算300.00万元。"
    )
    (tmp_path / "a.txt").write_text(f"甲局2024年部门预算\n{words}\n", encoding="utf-8")
    facts = budgetbook.read(tmp_path / "a.txt").facts
    assert list(facts[facts["item"] == "performance.project"]["printed"]) == ["400.00"]


def test_what_the_three_public_expenses_count_is_read_and_words_for_no_change_are_no_zero(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(COUNTS, encoding="utf-8")
    facts = budgetbook.read(path).fact_list
    counted = {fact.item.removeprefix("three_public."): fact.value for fact in facts if fact.measure == "count"}
    assert counted == {
        "overseas.groups": 2, "overseas.heads": 7, "reception.batches": 38, "reception.heads": 276,
        "vehicles.bought": 0, "vehicles.kept": 5,
    }  # fmt: skip
    (same,) = [fact for fact in facts if fact.measure == "unchanged"]
    assert (same.item, same.value, same.printed) == ("three_public", None, "持平")
