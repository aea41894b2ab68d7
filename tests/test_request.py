"""The letter: every open requirement once, in both languages, and nothing that the text holds."""

import re

import pandas as pd
import pytest
from matplotlib.ft2font import FT2Font

from budgetbook import Disclosure, coverage, information_request, read_disclosure
from budgetbook.coverage import IN_TEXT, NOT_IN_TEXT, read_requirements
from budgetbook.figures import FONTS
from budgetbook.paths import DATA
from budgetbook.request import GROUPS, LANGUAGES, asks, numeral, questions_on_figures, quoted, read_letter

LILING = read_disclosure()
RULES = read_requirements().set_index("requirement")
LETTER = pd.read_csv(DATA / "letter.csv", dtype=str, keep_default_na=False)

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
        letter = information_request(disclosure, language, figures=True)
        assert not [c for c in letter if c.isprintable() and not font.get_char_index(ord(c))]
        assert not re.search(r"[{}]|\b(nan|None)\b", letter)
    own = re.sub(r"“[^”]*”|\d+\. |\*\*", "", information_request(disclosure, "zh", figures=True))
    assert not re.search(r"[一-鿿][,.;:?!()]|[,;:?!()][一-鿿]|。。|，，|。，", own)
    assert not re.search(r"[A-Za-z]", own)


@BOTH
def test_no_word_accuses(language):
    letter = information_request(LILING, language, figures=True)
    assert not re.search(
        "隐瞒|违法|违规|造假|必须|责令|拒绝|conceal|hidden|hiding|violat|illegal|fail|demand|must", letter
    )


def test_no_statute_is_named_that_was_not_read():
    for language in LANGUAGES:
        assert "信息公开条例" not in information_request(LILING, language)
    named = set(re.findall("《(.+?)》", information_request(Disclosure("今天天气很好。", {"fiscal_year": 2021}), "zh")))
    assert named == {document.split()[-1] for document in RULES["document"]}


# --- what is asked ------------------------------------------------------------------------------------------


@TEXTS
@BOTH
def test_each_open_requirement_stands_exactly_once(disclosure, language):
    letter, rows = information_request(disclosure, language), asks(disclosure).set_index("requirement")
    covered = coverage(disclosure).set_index("requirement")
    assert set(rows.index) == set(covered.index[covered["state"] != IN_TEXT])
    for name, row in rows.iterrows():
        if pd.isna(row["number"]):
            assert row["unasked"] and not row["group"]
            if RULES.loc[name, "ask_zh"]:
                assert asked(name, language, disclosure) not in letter
        else:
            assert not row["unasked"]
            point = points(letter)[row["number"] - 1]
            assert point.startswith(asked(name, language, disclosure))
            assert letter.count(asked(name, language, disclosure)) == 1
            if row["quote"]:
                assert quoted(row["quote"]) in point and row["quote"] in disclosure.text
    assert len(points(letter)) == rows["number"].notna().sum()


@TEXTS
@BOTH
def test_nothing_that_is_in_the_text_is_asked_for(disclosure, language):
    letter, covered = information_request(disclosure, language), coverage(disclosure)
    for name in covered["requirement"][covered["state"] == IN_TEXT]:
        assert asked(name, language, disclosure) not in letter


def test_the_letter_of_the_disclosure_by_hand():
    rows = asks(LILING)
    assert rows["number"].notna().sum() == 10
    assert rows["requirement"][rows["unasked"] != ""].tolist() == ["reg5-appropriation", "reg6-debt", "reg6-unit-days"]
    letter = information_request(LILING, "zh")
    assert letter.startswith(
        "**关于醴陵市网格化管理服务中心2021年部门预算公开有关事项的咨询**\n\n醴陵市网格化管理服务中心：\n\n"
    )
    assert "依据：《预算法实施条例》第六条第三款。" in letter and "参照：《机关事务管理条例》第七条。" in letter
    assert "债务" not in letter and "debt" not in information_request(LILING, "en")
    assert [letter.count(placeholder) for placeholder in ("【姓名】", "【联系方式】", "【日期】")] == [1, 1, 1]


@BOTH
def test_the_letter_stays_short(language):
    letter = information_request(LILING, language)
    assert len(letter) < 1500 if language == "zh" else len(letter.split()) < 700


def test_only_a_rule_that_has_departments_publish_is_called_one():
    rows = asks(LILING)
    rows = rows[rows["number"].notna()].join(RULES[["duty", "binds"]], on="requirement")
    for language, words in (("zh", "依据："), ("en", "Rule: ")):
        called = [words in point for point in points(information_request(LILING, language))]
        assert called == ((rows["duty"] == "publish") & rows["binds"].str.startswith("department")).tolist()
        assert called.count(True) == 4


def test_another_departments_letter_is_its_own():
    zh, en = (information_request(OTHER, language, figures=True) for language in LANGUAGES)
    assert zh.startswith("**关于某市图书馆2023年") and "Library of a City" in en
    assert "醴陵" not in zh and "Liling" not in en and "2021" not in zh + en
    assert asked("reg6-unit-days", "zh", OTHER) in zh  # it has units below it, so there is something to ask
    assert asked("law8-units", "zh", OTHER) not in zh and asked("office7-reception", "en", OTHER) not in en


@BOTH
def test_what_is_not_known_of_a_text_is_left_for_the_sender(language):
    letter = information_request(Disclosure("今天天气很好。", {}), language)
    assert all(
        blank in letter for blank in {"zh": ("【单位名称】", "【年度】"), "en": ("[department]", "[year]")}[language]
    )


@BOTH
def test_a_changed_text_changes_the_letter(language):
    before = information_request(LILING, language)
    assert before == information_request(read_disclosure(), language)
    more = Disclosure(
        LILING.text.replace("公务接待费5万元。", "公务接待费5万元，因公出国（境）费0万元。"), LILING.about
    )
    after = information_request(more, language)
    assert asked("office7-overseas", language, LILING) in before
    assert asked("office7-overseas", language, LILING) not in after
    assert len(points(after)) == len(points(before)) - 1
    less = Disclosure(LILING.text.replace("其他收入0万元", "其他收入若干"), LILING.about)
    assert coverage(less).set_index("requirement")["state"]["reg5-other-income"] == NOT_IN_TEXT
    assert asked("reg5-other-income", language, LILING) in information_request(less, language)


def test_the_appropriation_is_asked_about_only_where_it_is_not_all_income():
    """As long as it is the whole income, the text itself tells which expenditure it pays for."""
    question = asked("reg5-appropriation", "en", LILING)
    assert question not in information_request(LILING, "en")
    less = Disclosure(LILING.text.replace("一般公共预算拨款1951.91万元", "一般公共预算拨款1951.9万元"), LILING.about)
    assert question in information_request(less, "en") and question in information_request(BARE, "en")


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="zh or en, not in 'fr'"):
        read_letter("fr")


# --- questions on the figures -------------------------------------------------------------------------------


def test_the_figures_raise_three_questions():
    gap, reasons, unstated = questions_on_figures(LILING, "en")
    assert "561.4" in gap and "150 + 415.45" in gap and "difference of 4.05 万元" in gap
    assert "三公" in reasons
    # The carry-over is asked for already, and the income with it then follows.
    assert unstated.endswith("planned for 2021: Public funds.")
    assert len(questions_on_figures(LILING, "zh")) == 3


def test_the_questions_follow_the_figures():
    mended = LILING.text.replace("公用经费415.45万元。\n", "公用经费411.4万元。\n", 1)
    assert not any("561.4" in question for question in questions_on_figures(Disclosure(mended, LILING.about)))
    assert any("相差2万元" in question for question in questions_on_figures(OTHER))
    people = Disclosure("编制人数20人，实有人数25人。", {"fiscal_year": 2021})
    assert any("difference of 5 人" in question for question in questions_on_figures(people, "en"))
    assert questions_on_figures(BARE) == []


@BOTH
def test_the_questions_are_an_addition(language):
    plain, full = (information_request(LILING, language, figures=wanted) for wanted in (False, True))
    assert points(full)[: len(points(plain))] == points(plain)
    assert points(full)[len(points(plain)) :] == questions_on_figures(LILING, language)


# --- small things -------------------------------------------------------------------------------------------


def test_numerals_of_articles():
    assert [numeral(n) for n in (1, 10, 14, 20, 33, 99)] == ["一", "十", "十四", "二十", "三十三", "九十九"]
    assert numeral(100) == "100"


def test_quotation_marks_nest():
    assert quoted("2021年“三公”经费\n5万元") == "“2021年‘三公’经费5万元”"
