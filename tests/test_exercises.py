"""Exercises that answer back: what an answer is taken to mean, the reply that fits it, and that no answer lies open."""

import json
import re
import string
import sys
from decimal import Decimal

import nbformat
import pytest
import yaml
from checkout import NOTEBOOKS, ROOT
from edition.contents import objectives
from hypothesis import given
from hypothesis import strategies as st

from budgetbook import exercises
from budgetbook.exercises import Answers, Exercise, exercise, number, plain, readings, seal_all

sys.path.append(str(ROOT / "tools"))
import seal  # noqa: E402

WORDS = NOTEBOOKS / "words"
SOLUTIONS = ROOT / "solutions"
ALL = exercises.exercises(WORDS)
ANSWERED = [task for task in ALL if task.kind not in ("open", "guess")]


@pytest.fixture(scope="module")
def solved():
    """Name → the answer, and what each mistake gives, of all exercises: the code of the solutions, run here."""
    return seal.solved("[0-9]*.ipynb")


# --- what an answer means ---


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("1951.91", "1951.91", ""),
        ("1,951.91 万元", "1951.91", "万元"),
        ("１，９５１．９１万元", "1951.91", "万元"),
        ("一千九百五十一点九一万元", "1951.91", "万元"),
        ("一千九百五十一万九千一百元", "19519100", "元"),
        ("十七人", "17", "人"),
        ("两百二十", "220", ""),
        ("about 220", "220", ""),
        ("约220人", "220", "人"),
        ("百分之四十点四", "40.4", "%"),
        ("40.4 per cent", "40.4", "%"),
        ("3.2个百分点", "3.2", "points"),
        (" -4.05 ", "-4.05", ""),
        ("−4.05万", "-4.05", "万元"),
        ("负四点零五", "-4.05", ""),
        (".5", "0.5", ""),
        (1951.91, "1951.91", ""),
        (Decimal("415"), "415", ""),
        ("19 519 100 yuan", "19519100", "元"),
    ],
)
def test_a_number_is_read_however_it_is_written(raw, value, unit):
    found = number(raw)
    assert found is not None and (found[0], found[1]) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "raw", ["", " ", "万元", "many", "1 or 2", "点五", "1.2.3", "--5", "1e9", "٣", None, [], "5" * 99]
)
def test_what_is_no_number_is_none(raw):
    assert number(raw) is None


@given(st.text(max_size=60) | st.text(alphabet="0123456789.,，。零一二十百千万亿元%点负- ", max_size=30))
def test_nothing_that_is_typed_raises(raw):
    for task in (ANSWERED[0], *[t for t in ANSWERED if t.kind != ANSWERED[0].kind][:2]):
        assert task.reply(raw).text
    for kind in ("number", "choice", "words"):
        list(readings(raw, kind, "%", 1))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.integers(0, 3))
def test_a_number_is_rounded_half_up_and_stays_itself(value, places):
    shown = plain(value, places)
    assert abs(Decimal(shown) - value) <= Decimal(1).scaleb(-places) / 2
    assert plain(Decimal(shown), places) == shown and shown != "-0"


# --- replies ---


def made(kind="number", unit="万元", places=2, replies=None, **more):
    sealed = seal_all("99-1", replies)
    about = dict(name="99-1", depth="compute", ask="How much?", hint="Look at section 三.")
    return Exercise(
        kind=kind, unit=unit, places=places, salt=sealed["salt"], replies=sealed["replies"], **about, **more
    )


@pytest.mark.parametrize(
    ("answer", "right", "words"),
    [
        ("425.43", True, "Well."),
        ("425.43 万元", True, "Well."),
        ("4254300元", True, "Well."),
        ("四百二十五点四三", True, "Well."),
        ("425.430000", True, "Well."),
        ("4254300", False, "unit"),
        ("425.43 元", False, "unit"),
        ("-425.43", False, "direction"),
        ("10.43", False, "Only goods."),
        ("10.43元", False, "Look at section"),  # a mistake on top of a mistake is not guessed at
        ("7", False, "Look at section"),
        ("a lot", None, "a number"),
    ],
)
def test_the_reply_fits_the_mistake(answer, right, words):
    reply = made(replies={"425.43": (True, "Well."), "10.43": (False, "Only goods.")}).reply(answer)
    assert reply.right is right and words in reply.text


@pytest.mark.parametrize(
    ("answer", "right", "words"),
    [
        ("40.4", True, "Well."),
        ("0.404", False, "a hundred times"),
        ("40.4 points", True, "percentage points"),
        ("40", False, "Right so far. Give it to 1"),
        ("39", False, "Look at"),
    ],
)
def test_per_cent_points_and_places(answer, right, words):
    coarse = (False, "Right so far. Give it to 1 decimal places.")
    reply = made(unit="%", places=1, replies={"40.4": (True, "Well."), "0:40": coarse}).reply(answer)
    assert reply.right is right and words in reply.text


def test_choices_and_words_are_read_as_they_are_meant():
    choice = made("choice", replies={"b": (True, "Well."), "a": (False, "Why?")}, options=(("a", "One"), ("b", "Two")))
    assert [choice.reply(raw).right for raw in ("b", " (B) ", "ｂ", "a", "c", "ab", "1")] == [
        True, True, True, False, False, None, None,
    ]  # fmt: skip
    words = made("words", replies={"四": (True, "Well.")})
    assert [words.reply(raw).right for raw in ("四", "（四）", "“四”。", "五", "")] == [True, True, True, False, None]


def test_an_open_question_is_compared_after_it_was_answered():
    replies = {"strong": (True, "A strong one."), "weak": (False, "A weak one.")}
    task = made("open", replies=replies, rubric=("It says why.",))
    assert "first" in task.reply("No.").text
    said = task.reply("It is a plan, so nothing is known of spending.").text
    assert "It says why." in said and "A strong one." in said and "A weak one." in said


def test_all_exercises_take_their_answer_and_name_each_mistake(solved):
    given, mistakes = solved
    assert set(given) == {task.name for task in ANSWERED}
    for task in ANSWERED:
        assert task.reply(given[task.name]).right is True, task.name
        for name, value in mistakes[task.name].items():
            answer = plain(Decimal(value), task.places) if task.kind == "number" else value
            reply = task.reply(answer)
            assert reply.right is False and reply.text != task.hint, (task.name, name)


def test_there_are_exercises_of_each_depth_in_each_chapter():
    depths = {}
    for task in ALL:
        depths.setdefault(task.name[:2], set()).add(task.depth)
    assert len(ANSWERED) >= 55 and len(ALL) >= 70
    assert len(depths) == 19 and all({"read", "compute", "choose", "argue"} <= d for d in depths.values())


def test_every_option_of_a_choice_is_answered_by_words_of_its_own():
    for task in (task for task in ANSWERED if task.kind == "choice"):
        said = [task.reply(letter) for letter, _ in task.options]
        assert [reply.right for reply in said].count(True) == 1
        assert all(reply.text != task.hint for reply in said), task.name


def test_a_chapter_without_the_exercise_says_which_there_are():
    with pytest.raises(KeyError, match="chapter 07 has 07-0, 07-1"):
        exercise("07-99", WORDS)
    with pytest.raises(KeyError, match="no chapter '77'"):
        exercise("77-1", WORDS)


# --- solutions ---


def answers(tmp_path, question, words):
    (tmp_path / "99-x.en.yml").write_text(yaml.safe_dump({"exercises": {1: question}}), encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "99-x.en.yml").write_text(yaml.safe_dump({1: words}), encoding="utf-8")
    return Answers("99-x", tmp_path, tmp_path / "own")


QUESTION = {"depth": "compute", "kind": "number", "ask": "How much?", "unit": "万元", "places": 1}


@pytest.mark.parametrize(
    ("answer", "mistakes", "words", "error"),
    [
        (Decimal("4.04"), {"other": Decimal("4.01")}, {"right": "a", "other": "b"}, "so does the answer"),
        (Decimal(4), {"one": Decimal(5), "two": Decimal("5.0")}, {"right": "a", "one": "b", "two": "c"}, "mistake"),
        (Decimal(4), {"one": Decimal(5)}, {"right": "a"}, "the words reply to"),
        (4.5, {}, {"right": "a"}, "binary float"),
    ],
)
def test_a_mistake_that_cannot_be_told_from_the_answer_is_refused(tmp_path, answer, mistakes, words, error):
    with pytest.raises((ValueError, TypeError), match=error):
        answers(tmp_path, QUESTION, words).give(1, answer, mistakes)


def test_sealed_replies_that_are_not_the_solutions_are_seen(tmp_path):
    made = answers(tmp_path, QUESTION, {"right": "It is {answer}."})
    made.give(1, Decimal(4))
    with pytest.raises(AssertionError, match="run python tools/seal.py"):
        made.compare()
    made.path.write_text(made.text(), encoding="utf-8")
    assert made.compare() == "1 exercises, sealed"
    exercises._chapter.cache_clear()  # the file was not there when it was asked first
    assert exercise("99-1", tmp_path).reply("4.0").right is True


# --- nothing lies open ---


def learners_files():
    """What a learner has: everything of the project but the solutions and its own tests."""
    for folder in ("src", "notebooks", "data", "practice", "book", "examples"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".ipynb", ".yml", ".json", ".csv", ".md", ".js", ".txt") and path.is_file():
                yield path


def test_no_reply_is_readable_without_its_answer():
    replies = [
        " ".join(text.split())
        for path in sorted((SOLUTIONS / "words").glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).values()
        for text in entry.values()
    ]
    # Pieces of the replies that stand between fields; a phrase of six words is no accident.
    pieces = [
        p.strip() for text in replies for p in re.split(r"\{[^{}]*\}", text.replace("*", "")) if len(p.split()) >= 6
    ]
    assert len(pieces) > 150
    for path in learners_files():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":  # as it is read: its lines are strings of their own in the file
            text = "\n".join(cell["source"] + str(cell.get("outputs", "")) for cell in nbformat.reads(text, 4)["cells"])
        text = " ".join(text.replace("\\n", " ").replace("*", "").split())  # nor does emphasis hide a phrase
        assert not [piece for piece in pieces if piece in text], path


def test_no_file_says_which_answer_is_right(solved):
    given, _ = solved
    for path in sorted(WORDS.glob("*.sealed.json")):
        sealed = json.loads(path.read_text(encoding="utf-8"))
        for n, kept in sealed.items():
            assert set(kept) == {"salt", "replies"}
            assert len(set(map(len, kept["replies"]))) == 1 and kept["replies"] == sorted(kept["replies"])
            assert str(given.get(f"{path.name[:2]}-{n}")) not in kept["replies"]


def test_questions_carry_no_answer():
    allowed = {"objective", "depth", "kind", "ask", "unit", "places", "options", "hint", "rubric", "between"}
    for path in sorted(WORDS.glob("*.en.yml")):
        for n, row in yaml.safe_load(path.read_text(encoding="utf-8"))["exercises"].items():
            assert set(row) <= allowed, (path.name, n)


def test_hints_do_not_give_the_answer_away(solved):
    given, _ = solved
    for task in (task for task in ANSWERED if task.kind == "number"):
        answer = plain(Decimal(given[task.name]), task.places)
        assert answer not in re.findall(r"[\d.]+", f"{task.ask} {task.hint}"), task.name


def test_the_replies_use_no_character_that_the_pages_lack():
    shown = (*NOTEBOOKS.glob("*.ipynb"), *WORDS.glob("*.yml"), *(ROOT / "practice").glob("*.txt"))
    pages = "".join(path.read_text(encoding="utf-8") for path in shown)
    replies = "".join(path.read_text(encoding="utf-8") for path in (SOLUTIONS / "words").glob("*.yml"))
    assert set(replies) - set(pages) - set(string.printable) == set()


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb")), ids=lambda path: path.stem)
def test_each_chapter_asks_its_exercises_in_order_and_solves_none(path):
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    asked = [
        re.fullmatch(r'exercise\("([\w-]+)"\)\.check\(\.\.\.\)', s)[1]
        for s in code
        if "exercise(" in s and "import" not in s
    ]
    named = [task.name for task in ALL if task.name[:2] == path.name[:2]]
    assert sorted(asked) == sorted(named) and [n for n in asked if n[-2:] != "-0"] == [
        n for n in named if n[-2:] != "-0"
    ]


# --- the learning map ---


def test_the_learning_map_is_complete():
    rows = objectives()
    names = [row["objective"] for row in rows]
    chapters = {path.stem[3:] for path in NOTEBOOKS.glob("[0-9][0-9]-*.ipynb")}
    assert len(set(names)) == len(names) == 16
    practised = [*ALL, *exercises.exercises(ROOT / "practice" / "words")]
    assert {task.objective for task in practised} == set(names)
    for at, row in enumerate(rows):
        assert row["chapters"] and set(row["chapters"]) <= chapters
        assert set(row["needs"]) <= set(names[:at]), "what it needs stands above it"
        assert any(task.objective == row["objective"] for task in ANSWERED), row["objective"]
        assert re.match(r"[a-z]+ ", row["can"]) and not row["can"].startswith(("understand", "know"))
    assert {row["level"] for row in rows} == {"read", "compare", "check", "judge", "act"}
    served = {name for row in rows for name in row["chapters"]}
    assert chapters - served == {"ten-minutes", "budget-on-one-page"}
