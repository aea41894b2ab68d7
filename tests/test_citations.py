"""What is cited of a statute stands there, and a wrong number in a citation is seen."""

import re

import pytest
from checkout import DATA, ROOT
from citations import CITATIONS, STATUTES, articles, cited, unresolved
from prose import MONTHS

from budgetbook.numbers import HANZI_DIGITS, hanzi_number
from budgetbook.rules import RULES, load

FILES = {path.stem: articles(path.name) for path in STATUTES.glob("*.md")}
PROSE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", DATA / "README.md", RULES / "README.md"]
TABLES = sorted({path.stem for path in [*RULES.glob("*.csv"), *DATA.glob("*/notes/*.csv")]} - {"citations", "duties"})


def paragraph(citation: str) -> str:
    """What the statute says at the place that a key names: `law14-2`."""
    file, article, number = re.fullmatch(r"([a-z]+)(\d+)-(\d+)", citation).groups()
    return FILES[file][int(article)][int(number) - 1]


def rows_of(article: str, statute: str):
    """The rows of `14(2)`, or of all of `14`."""
    number, part = re.fullmatch(r"(\d+)(?:\((\d+)\))?", article).groups()
    rows = CITATIONS[(CITATIONS["statute"] == statute) & (CITATIONS["article"] == int(number))]
    return rows[rows["paragraph"] == int(part)] if part else rows


@pytest.mark.parametrize("row", CITATIONS.to_dict("records"), ids=lambda row: row["citation"])
def test_the_words_stand_in_that_paragraph_of_the_statute(row):
    assert row["citation"].endswith(f"{row['article']}-{row['paragraph']}")
    file = re.match("[a-z]+", row["citation"])[0]
    name, _, source = (STATUTES / f"{file}.md").read_text(encoding="utf-8").splitlines()[:3]
    assert name == f"# {row['statute_zh']}" and source.startswith(f"{row['statute']}.")
    assert row["words"] in paragraph(row["citation"])


def test_an_extract_holds_the_cited_articles_and_no_others():
    for file, found in FILES.items():
        mine = CITATIONS[CITATIONS["citation"].str.match(rf"{file}\d")]
        assert sorted(found) == sorted(set(mine["article"]))


def test_no_two_paragraphs_hold_the_words_of_one_row():
    """The words tell their paragraph from every other of the statute's cited articles."""
    for row in CITATIONS.to_dict("records"):
        file = re.match("[a-z]+", row["citation"])[0]
        places = [p for paragraphs in FILES[file].values() for p in paragraphs if row["words"] in p]
        assert places == [paragraph(row["citation"])], row["citation"]


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.parent.name + path.name)
def test_citations_in_prose_resolve(path):
    assert unresolved(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("table", TABLES)
def test_citations_in_a_table_resolve(table):
    own = [path.parent for path in DATA.glob(f"*/notes/{table}.csv")]
    for row in [row for folder in own or [None] for row in load(table, folder).to_dict("records")]:
        statute = str(row.get("document") or "").rsplit(" ", 1)[0]
        texts = [value for name, value in row.items() if isinstance(value, str) and name not in ("article", "legal")]
        assert [problem for text in texts for problem in unresolved(text, statute)] == []


def test_the_articles_of_the_glossary_resolve_and_speak_of_the_term():
    for row in load("glossary").to_dict("records"):
        for place in filter(None, row["legal"].split("; ")):
            rows = rows_of(*reversed(place.rsplit(" ", 1)))
            terms = [term.casefold() for found in rows["terms"] for term in found.split(" | ")]
            said = f"{row['en']} {row['plain']} {row['aliases']}".casefold()
            assert any(term in said for term in terms), (
                f"{row['term']}: {place} has no row, or speaks of something else"
            )


def test_the_articles_of_requirements_and_standards_resolve():
    for row in load("requirements").to_dict("records"):
        statute = row["document"].rsplit(" ", 1)[0]
        (citation,) = rows_of(row["article"], statute)["citation"]
        assert row["rule"] in paragraph(citation), row["requirement"]
        file, article = re.fullmatch(r"([a-z]+)(\d+)-\d+", citation).groups()
        assert row["paragraphs"] == len(FILES[file][int(article)]), row["requirement"]
    standards = load("standards")
    for row in standards[standards["article"] != ""].to_dict("records"):
        assert len(rows_of(row["article"], row["document"].rsplit(" ", 1)[0])) == 1, row["standard"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Departments publish within 20 days (Budget Law, article 14).", None),
        ("Departments publish within 20 days (Budget Law, article 15).", "speaks of"),
        ("Departments publish within 20 days (Budget Law, article 47).", "no row"),
        ("Departments publish within 20 days (Budget Law, article 14(3)).", "speaks of"),
        ("Departments publish within 20 days (article 14).", "not named"),
        ("By article 6 of the Implementing Regulations, basic expenditure is published.", None),
        ("The Budget Law is one thing. By article 6 of the Implementing Regulations, taxes are paid.", "speaks of"),
        ("State capital and insurance (Budget Law, articles 10 and 12).", "article 12"),
        ("《预算法》第十四条第二款 asks to publish.", None),
        ("《预算法》第五十四条第二款 asks to publish.", "no row"),
        ("The Regulations on Government Office Affairs, article 7, names reception.", None),
        ("The Regulations on Government Office Affairs, article 9, names reception.", "speaks of"),
    ],
)
def test_a_wrong_citation_is_seen(text, seen):
    problems = unresolved(text)
    assert any(seen in problem for problem in problems) if seen else problems == []


def test_every_article_of_a_list_is_a_citation():
    found = [(place.article, place.paragraph) for place in cited("Budget Law, articles 6, 9(1), 10 and 11")]
    assert found == [(6, 0), (9, 1), (10, 0), (11, 0)]


def months(text: str) -> set[int]:
    """The numbers in a time, and of its months: `by 30 June` has 30 and 6."""
    return {int(n) for n in re.findall(r"\d+", text)} | {MONTHS[name] for name in MONTHS if name in text}


def test_the_calendar_says_when_and_whom_as_its_paragraph_does():
    """Each number and month of `when` stands in the paragraph, and whom it binds is bound by it."""
    for row in load("calendar").to_dict("records"):
        text = paragraph(row["citation"])
        there = {int(n) for n in re.findall(r"\d+", text)} | {
            hanzi_number(n) for n in re.findall(f"[{HANZI_DIGITS}十]+", text)
        }
        assert months(row["when_en"]) <= there, row["station"]
        assert (row["dated"] == "yes") == bool(months(row["when_en"])), row["station"]
        found = re.findall(rf"\d+|[{HANZI_DIGITS}十]+(?=[日月])", row["when_zh"])
        assert {hanzi_number(n) for n in found} == months(row["when_en"]), row["station"]
        bound = CITATIONS.loc[row["citation"], "binds"].split(" | ")
        assert set(row["binds"].split(" | ")) <= set(bound), row["station"]


def test_the_calendar_runs_from_the_first_to_the_last_day_of_the_year():
    rows = load("calendar")
    assert list(dict.fromkeys(rows["year"])) == ["before", "year", "after"]
    running = list(rows["station"][rows["running"] == "yes"])
    stations = list(rows["station"])
    assert running == stations[stations.index("begin") : stations.index("end")]
