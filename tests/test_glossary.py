"""The glossary: every term can be read, said, looked up and pointed at, and no wording means two things."""

import re
import unicodedata

import pytest
from liling import LILING

from budgetbook import glossary
from budgetbook.glossary import HAN, term_uses, wordings
from budgetbook.rules import load
from budgetbook.show.pictures import _glyphs
from budgetbook.text import fold

TERMS = load("glossary")
USES = term_uses(LILING)
STATUTES = {document.rsplit(" ", 1)[0] for document in load("requirements")["document"]}
DEFINED = {
    "general-public-budget": "一般公共预算",
    "government-fund-budget": "政府性基金预算",
    "state-capital-budget": "国有资本经营预算",
    "social-insurance-budget": "社会保险基金预算",
    "basic-expenditure": "基本支出",
    "project-expenditure": "项目支出",
    "three-public": "“三公”经费",
    "operating-funds": "机关运行经费",
}


def syllables(pinyin):
    """Runs of vowels, each of which is one character: tone marks aside, and apart at blanks, hyphens, apostrophes."""
    plain = "".join(c for c in unicodedata.normalize("NFD", pinyin.lower()) if not unicodedata.combining(c))
    return re.findall("[aeiou]+", plain)


def test_terms_have_ids_and_names_of_their_own():
    assert TERMS["term"].is_unique and TERMS["zh"].is_unique and TERMS["en"].is_unique
    assert not (TERMS[["term", "group", "zh", "pinyin", "en", "plain"]] == "").any().any()
    assert len(TERMS) >= 40


@pytest.mark.parametrize("row", list(TERMS.itertuples(index=False)), ids=TERMS["term"])
def test_every_term(row):
    assert HAN.search(row.zh) and not HAN.search(row.pinyin)
    assert set(map(ord, row.pinyin)) <= _glyphs()
    assert len(syllables(row.pinyin)) == len(HAN.findall(row.zh)), "one syllable for each character"
    assert len(row.plain.split()) <= 45 and row.plain.endswith(".")
    assert row.item in {"", *LILING.items.index}
    for reference in filter(None, row.legal.split("; ")):
        statute, article = reference.rsplit(" ", 1)
        assert statute in STATUTES and re.fullmatch(r"\d{1,3}(\(\d\))?", article), reference
    aliases = row.aliases.split(" | ") if row.aliases else []
    assert all(alias == alias.strip() and "|" not in alias for alias in aliases)
    assert not {row.zh, row.en.lower()} & {alias.lower() for alias in aliases}


def test_no_wording_belongs_to_two_terms(monkeypatch):
    assert len(wordings()) > len(TERMS) * 2
    doubled = TERMS.assign(aliases="the same")
    monkeypatch.setattr(glossary, "load", lambda table: doubled)
    with pytest.raises(ValueError, match="'the same' belongs to .* and to"):
        wordings()


def test_the_eight_definitions_of_the_text():
    defined = TERMS[TERMS["definition"] != ""]
    assert defined["zh"].to_dict() == DEFINED
    for term, section in defined["definition"].items():
        assert fold(LILING.passage(section)).text.split(".", 1)[1].startswith(fold(DEFINED[term]).text)
    entries = LILING.facts[
        LILING.facts["section"].str.startswith("名词解释") & (LILING.facts["measure"] == "definition")
    ]
    assert set(defined["definition"]) == set(entries["section"])
    assert set(defined["item"]) == set(entries["item"])


def test_uses_stand_where_they_say():
    terms = wordings()
    for use in USES.itertuples():
        assert fold(LILING.text[use.start : use.end]).text == fold(use.wording).text
        assert terms[use.wording] == use.term and LILING.section_at(use.start) == use.section
        assert use.quote in LILING.text and fold(use.wording).text in fold(use.quote).text
        assert use.in_glossary == use.section.startswith("名词解释")
    assert USES["start"].is_monotonic_increasing
    assert not USES.duplicated(["term", "start"]).any()


def test_uses_outside_the_glossary():
    body = USES[~USES["in_glossary"]]
    counts = body["term"].value_counts()
    stated = {"general-public-budget": 3, "government-fund-budget": 3, "basic-expenditure": 3, "project-expenditure": 3}
    stated |= {"three-public": 3, "operating-funds": 2, "work-specials": 3, "public-funds": 3}
    assert {term: counts[term] for term in stated} == stated
    assert not {"state-capital-budget", "social-insurance-budget"} & set(counts.index)


def test_a_longer_word_around_a_use_is_named():
    within = USES[USES["section"] == "三（一）"].set_index("term")["within"]
    assert within["general-public-budget"] == "一般公共预算拨款"
    assert within["special-account"] == "财政专户管理的非税收入拨款"
    assert within["special-account-income"] == ""
    daily = USES[(USES["term"] == "public-funds") & (USES["section"] == "三（二）1")]
    assert daily["wording"].tolist() == ["日常公用经费"]  # and not 公用经费 a second time
