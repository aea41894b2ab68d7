"""The letter: every open requirement once, in both languages, and nothing that the text holds."""

import re

import pandas as pd
import pytest
from liling import LILING, as_liling
from matplotlib.ft2font import FT2Font

from budgetbook import Disclosure, load
from budgetbook.audit.coverage import DOES_NOT_APPLY, IN_TEXT, NOT_IN_TEXT
from budgetbook.audit.letter import GROUPS, LANGUAGES, questions, quoted, read_letter
from budgetbook.numbers import numeral
from budgetbook.show.pictures import FONTS

RULES = load("requirements")
LETTER = load("letter")

# A small disclosure of our own: another body, another year, units below it, and little said.
OTHER = Disclosure(
    "本部门下属2家预算单位。政府采购预算8万元。公务接待费1万元。基本支出9万元，其中：工资福利支出6万元，一般商品和服务支出1万元。",
    {"id": "other", "body": "某市图书馆", "body_en": "Library of a City", "fiscal_year": 2023},
)
BOTH = pytest.mark.parametrize("language", LANGUAGES)
BARE = Disclosure("今天天气很好。", {})
TEXTS = pytest.mark.parametrize("disclosure", [LILING, OTHER, BARE], ids=["main", "other", "bare"])


def points(letter: str) -> list[str]:
    return re.findall(r"^\d+\. (.+)$", letter, re.MULTILINE)


def asked(name: str, language: str, disclosure: Disclosure) -> str:
    year = disclosure.about.get("fiscal_year") or {"zh": "【年度】", "en": "[year]"}[language]
    return RULES.loc[name, f"ask_{language}"].format(year=year)


# --- the words ----------------------------------------------------------------------------------------------


def test_every_requirement_has_a_request_or_a_reason():
    for name, rule in RULES.iterrows():
        put = rule["addressee"] == "department"
        assert (rule["group"] in GROUPS) == bool(rule["ask_zh"]) == bool(rule["ask_en"]) == put, name
        assert bool(rule["place_zh"]) == bool(rule["place_en"]), name
        assert bool(rule["unasked"]) == (not put or bool(rule["moot"])), name
        assert int(re.search(r"\((\d+)\)", rule["article"])[1]) <= int(rule["paragraphs"]), name
    assert RULES.groupby("article")["paragraphs"].nunique().max() == 1
    for column in ("ask_zh", "ask_en"):
        assert RULES[column][RULES[column] != ""].is_unique


def test_both_languages_fill_in_the_same():
    pairs = [*zip(LETTER["zh"], LETTER["en"], strict=True), *zip(RULES["ask_zh"], RULES["ask_en"], strict=True)]
    for zh, en in pairs:
        assert set(re.findall(r"{\w+}", zh)) == set(re.findall(r"{\w+}", en)), en


@TEXTS
def test_the_letter_can_be_drawn_and_printed(disclosure):
    """Chinese in full-width punctuation, English in its own, and every character in the font of the project."""
    font = FT2Font(FONTS["normal"])
    for language in LANGUAGES:
        letter = disclosure.audit.letter(language)
        assert not [c for c in letter if c.isprintable() and not font.get_char_index(ord(c))]
        assert not re.search(r"[{}]|\b(nan|None)\b", letter)
    own = re.sub(r"“[^”]*”|\d+\. |\*\*", "", disclosure.audit.letter("zh"))
    assert not re.search(r"[一-鿿][,.;:?!()]|[,;:?!()][一-鿿]|。。|，，|。，", own)
    assert not re.search(r"[A-Za-z]", own)


@BOTH
def test_no_word_accuses(language):
    letter = LILING.audit.letter(language)
    assert not re.search(
        "隐瞒|违法|违规|造假|必须|责令|拒绝|conceal|hidden|hiding|violat|illegal|fail|demand|must", letter
    )


def test_no_statute_is_named_that_was_not_read():
    for language in LANGUAGES:
        assert "信息公开条例" not in LILING.audit.letter(language)
    named = set(re.findall("《(.+?)》", Disclosure("今天天气很好。", {"fiscal_year": 2021}).audit.letter("zh")))
    assert named == {document.split()[-1] for document in RULES["document"]}


# --- what is asked ------------------------------------------------------------------------------------------


@TEXTS
@BOTH
def test_each_open_requirement_stands_exactly_once(disclosure, language):
    letter, rows = disclosure.audit.letter(language), disclosure.audit.asks.set_index("requirement")
    covered = disclosure.audit.coverage.set_index("requirement")
    assert set(rows.index) == set(covered.index[covered["found"] != IN_TEXT])
    for name, row in rows.iterrows():
        if pd.isna(row["number"]):
            assert row["unasked"] and not row["group"]
            if RULES.loc[name, "ask_zh"]:
                assert asked(name, language, disclosure) not in letter
        else:
            assert not row["unasked"]
            point = points(letter)[len(questions(disclosure.audit, language)) + row["number"] - 1]
            assert point.startswith(asked(name, language, disclosure))
            assert letter.count(asked(name, language, disclosure)) == 1
            if row["quote"]:
                assert quoted(row["quote"]) in point and row["quote"] in disclosure.text
    assert len(points(letter)) == len(questions(disclosure.audit, language)) + rows["number"].notna().sum()


@TEXTS
@BOTH
def test_nothing_that_is_in_the_text_is_asked_for(disclosure, language):
    letter, covered = disclosure.audit.letter(language), disclosure.audit.coverage
    for name in covered["requirement"][covered["found"] == IN_TEXT]:
        assert asked(name, language, disclosure) not in letter


def test_the_letter_of_the_disclosure_by_hand():
    rows = LILING.audit.asks
    assert rows["number"].notna().sum() == 10
    assert rows["requirement"][rows["unasked"] != ""].tolist() == ["reg5-appropriation", "reg6-debt", "reg6-unit-days"]
    letter = LILING.audit.letter("zh")
    assert letter.startswith(
        "**关于醴陵市网格化管理服务中心2021年部门预算公开有关事项的咨询**\n\n醴陵市网格化管理服务中心：\n\n"
    )
    # The clause that denies a table is none that points to it: not a word of it is quoted.
    assert "明细表" not in letter and "明细表" not in LILING.audit.letter("en")
    assert "依据：《预算法实施条例》第六条第三款。" in letter and "参照：《机关事务管理条例》第七条。" in letter
    assert "债务" not in letter and "debt" not in LILING.audit.letter("en")
    assert [letter.count(placeholder) for placeholder in ("【姓名】", "【联系方式】", "【日期】")] == [1, 1, 1]


@BOTH
def test_the_letter_stays_short(language):
    letter = LILING.audit.letter(language)
    assert len(letter) < 2100 if language == "zh" else len(letter.split()) < 900


def test_only_a_rule_that_has_departments_publish_is_called_one():
    rows = LILING.audit.asks
    rows = rows[rows["number"].notna()].join(RULES[["duty", "binds"]], on="requirement")
    for language, words in (("zh", "依据："), ("en", "Rule: ")):
        asked_for = points(LILING.audit.letter(language))[len(questions(LILING.audit, language)) :]
        assert [words in point for point in asked_for].pop(8), "a rule beside: publishing procurement"
        called = [words in point for point in asked_for if "采购法" not in point and "Procurement Law" not in point]
        rows = rows[rows["requirement"] != "proc33-items"]
        assert called == ((rows["duty"] == "publish") & rows["binds"].str.startswith("department")).tolist()
        assert called == (rows["state"] != DOES_NOT_APPLY).tolist()
        assert called.count(True) == 4


def test_another_departments_letter_is_its_own():
    zh, en = (OTHER.audit.letter(language) for language in LANGUAGES)
    assert zh.startswith("**关于某市图书馆2023年") and "Library of a City" in en
    assert "醴陵" not in zh and "Liling" not in en and "2021" not in zh + en
    assert asked("reg6-unit-days", "zh", OTHER) in zh  # it has units below it, so there is something to ask
    assert asked("law8-units", "zh", OTHER) not in zh and asked("office7-reception", "en", OTHER) not in en


@BOTH
def test_what_is_not_known_of_a_text_is_left_for_the_sender(language):
    letter = Disclosure("今天天气很好。", {}).audit.letter(language)
    assert all(
        blank in letter for blank in {"zh": ("【单位名称】", "【年度】"), "en": ("[department]", "[year]")}[language]
    )


@BOTH
def test_a_changed_text_changes_the_letter(language):
    before = LILING.audit.letter(language)
    assert before == LILING.audit.letter(language)
    more = Disclosure(
        LILING.text.replace("公务接待费5万元。", "公务接待费5万元，因公出国（境）费0万元。"), LILING.about
    )
    after = more.audit.letter(language)
    assert asked("office7-overseas", language, LILING) in before
    assert asked("office7-overseas", language, LILING) not in after
    assert len(points(after)) == len(points(before)) - 1
    less = as_liling(LILING.text.replace("其他收入0万元", "其他收入若干"))
    assert less.audit.coverage.set_index("requirement")["found"]["reg5-other-income"] == NOT_IN_TEXT
    assert asked("reg5-other-income", language, LILING) in less.audit.letter(language)


def test_the_appropriation_is_asked_about_only_where_it_is_not_all_income():
    """As long as it is the whole income, the text itself tells which expenditure it pays for."""
    question = asked("reg5-appropriation", "en", LILING)
    assert question not in LILING.audit.letter("en")
    less = Disclosure(
        LILING.text.replace("一般公共预算拨款1951.91万元", "一般公共预算拨款1951.9万元"), LILING.about, LILING.folder
    )
    assert question in less.audit.letter("en") and question in BARE.audit.letter("en")


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="zh or en, not in 'fr'"):
        read_letter("fr")


# --- questions on the figures -------------------------------------------------------------------------------


def test_the_questions_begin_with_the_failing_sum():
    gap, specials, wages, word, units, reasons, unstated = questions(LILING.audit, "en")
    assert "add up to 565.45 万元 (150 + 415.45), 4.05 万元 more than the increase" in gap
    assert "工作性专项415万元" in specials and "whom" in wages and "工资福利支出1376.48万元" in wages
    assert "up or down" in word and "减少的主要原因" in word
    assert "“无下属二级预算单位”" in units and "直属单位" in units
    assert "三公" in reasons
    # The carry-over is asked for already, and the income with it then follows.
    assert unstated.endswith("planned for 2021: Public funds.")
    chinese = questions(LILING.audit, "zh")
    assert len(chinese) == 7 and "合计565.45万元（150 + 415.45），比增加额多4.05万元" in chinese[0]


def test_a_question_says_which_way_a_change_goes_and_which_side_is_larger():
    less = "收入预算10万元，比上年减少5万元，主要原因其一是项目支出3万元，其二是公用经费1万元。"
    more = less.replace("经费1万元", "经费4万元")
    found = [questions(Disclosure(text, {"fiscal_year": 2021}).audit, "zh") for text in (less, more)]
    assert "减少额为5万元，所列各项原因的金额合计4万元" in found[0][0] and "比减少额少1万元" in found[0][0]
    assert "比减少额多2万元" in found[1][0]


def test_every_question_of_a_finding_is_of_a_rule():
    known = set(load("wording").index) | set(load("questions").index)
    keys = [part.removeprefix("ask-") for part in LETTER.index if part.startswith("ask-")]
    assert keys and set(keys) <= known


def test_the_questions_follow_the_figures():
    mended = LILING.text.replace("公用经费415.45万元。\n", "公用经费411.4万元。\n", 1)
    assert not any("561.4" in question for question in questions(as_liling(mended).audit))
    assert any("多2万元" in question for question in questions(OTHER.audit))
    people = Disclosure("编制人数20人，实有人数25人。", {"fiscal_year": 2021})
    assert any("5 人 more than" in question for question in questions(people.audit, "en"))
    assert questions(BARE.audit) == []


@BOTH
def test_the_questions_come_first(language):
    asked_first = questions(LILING.audit, language)
    assert points(LILING.audit.letter(language))[: len(asked_first)] == asked_first


# --- small things -------------------------------------------------------------------------------------------


def test_numerals_of_articles():
    assert [numeral(n) for n in (1, 10, 14, 20, 33, 99)] == ["一", "十", "十四", "二十", "三十三", "九十九"]
    assert numeral(100) == "100"


def test_quotation_marks_nest():
    assert quoted("2021年“三公”经费\n5万元") == "“2021年‘三公’经费5万元”"
