"""The invented practice texts: what is planted is found and nothing else, the key is that of the plants, and the two
tests are one test about two texts."""

import re
import sys
from fractions import Fraction

import nbformat
import pytest
from checkout import ROOT

import budgetbook
from budgetbook import exercises

sys.path.append(str(ROOT / "tools"))
import seal  # noqa: E402

import practice  # noqa: E402

TEXTS = practice.texts()
WORDS = ROOT / "practice" / "words"
PARALLEL = ("p1-before", "p3-after")


@pytest.mark.parametrize("path", practice.files(), ids=lambda path: path.name)
def test_the_texts_and_the_key_are_what_was_planted(path):
    assert path.read_text(encoding="utf-8") == practice.files()[path]


@pytest.fixture
def audited(tmp_path):
    def audit(lines):
        path = tmp_path / "text.txt"
        path.write_text("".join(f"{zh}\n" for zh, _ in lines), encoding="utf-8")
        return budgetbook.read(path).audit()

    return audit


@pytest.mark.parametrize("name", TEXTS)
def test_the_audit_finds_what_is_planted_and_nothing_else(audited, name):
    lines, key = practice.planted(TEXTS[name])
    found = audited(lines).findings
    assert sorted(found["kind"]) == sorted(row["kind"] for row in key)
    for row in key:
        line = lines[row["line"] - 1][0]
        (says,) = found[found["kind"] == row["kind"]]["says"]
        assert any(piece in line for piece in says.split(" | ")) or says in line


@pytest.mark.parametrize("name", TEXTS)
def test_without_its_plants_a_text_is_in_order(audited, name):
    audit = audited(practice.planted(TEXTS[name], [])[0])
    assert audit.findings.empty and set(audit.checks["state"]) <= {"holds", "untested"}
    assert len(audit.checks) >= 10


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name in TEXTS for n in range(len(TEXTS[name]["plants"]))], ids=str
)
def test_each_plant_alone_is_found(audited, name, number):
    plant = TEXTS[name]["plants"][number]
    lines, _ = practice.planted(TEXTS[name], [plant])
    assert list(audited(lines).findings["kind"]) == [plant[0]]


def test_a_plant_without_a_place_of_its_own_is_refused():
    text = {"lines": [["甲甲", "a"]], "plants": [["sum", "甲", "乙", "a", "b", "why"]]}
    with pytest.raises(ValueError, match="needs just one place"):
        practice.planted(text)


@pytest.mark.parametrize("name", TEXTS)
def test_the_amounts_of_both_languages_are_the_same(name):
    for zh, en in practice.planted(TEXTS[name])[0]:
        assert sorted(re.findall(r"\d+\.\d+", zh)) == sorted(re.findall(r"\d+\.\d+", en))


def test_both_tests_ask_the_same_of_two_texts_and_are_solved_by_the_same_code():
    before, after = ([e for e in exercises.exercises(WORDS) if e.name.startswith(name[:2])] for name in PARALLEL)
    same = [[(e.depth, e.kind, e.unit, e.places, len(e.options)) for e in test] for test in (before, after)]
    assert same[0] == same[1] and len(before) == 11
    assert [
        sorted(t for _, t in e.options) == sorted(t for _, t in f.options) for e, f in zip(before, after, strict=True)
    ]
    code = []
    for name in PARALLEL:
        cells = nbformat.read(ROOT / "solutions" / f"{name}.ipynb", as_version=4).cells
        code.append([c.source for c in cells if c.cell_type == "code" and c.source.split("(")[0] != "answers.give"][1:])
    assert code[0] == code[1], "but for the text and the letters of the choices"


def test_who_guesses_does_not_pass():
    """Nine of eleven are asked for; who only guesses letters, and no number, comes to one or two."""
    test = [e for e in exercises.exercises(WORDS) if e.name.startswith("p3")]
    expected = sum(Fraction(1, len(e.options)) for e in test if e.kind == "choice")
    assert expected < 2 and sum(e.kind == "number" for e in test) >= 6


def test_no_answer_of_the_first_test_is_one_of_the_second():
    before, after = (seal.solved(f"{name}.ipynb")[0] for name in PARALLEL)
    assert [n for n, answer in before.items() if answer == after[n.replace("p1", "p3")]] == []
