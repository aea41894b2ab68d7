"""A class hands in: right, wrong, broken and hostile notebooks are marked, and nothing of them is run."""

import json
import os
import sys

import pandas as pd
import pytest
from checkout import NOTEBOOKS, ROOT

from budgetbook.cli import main
from budgetbook.exercises import exercises
from budgetbook.grading import answers_in, grade, submissions, summary

sys.path.append(str(ROOT / "tools"))
import seal  # noqa: E402

WORDS = NOTEBOOKS / "words"
CHAPTER = "07-operating-funds"


def notebook(*sources):
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def handed_in(folder, student, *sources, name=f"{CHAPTER}.ipynb"):
    (folder / student).mkdir(parents=True, exist_ok=True)
    (folder / student / name).write_text(notebook(*sources), encoding="utf-8")


def filled(answers):
    """The chapter as a learner hands it in, with these answers in place of the dots."""
    cells = json.loads((NOTEBOOKS / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for name, answer in answers.items():
        asked = f'exercise("{name}").check(...)'
        assert asked in code
        code[code.index(asked)] = f'exercise("{name}").check({answer!r})'
    return code


@pytest.fixture(scope="module")
def right():
    given = seal.solved(f"{CHAPTER}.ipynb")[0]
    return {name: answer if isinstance(answer, str) else str(answer) for name, answer in given.items()}


@pytest.fixture
def marks(tmp_path, right):
    """The marks of a class of nine, and the folder that must stay as it was."""
    proof = tmp_path / "proof"
    handed_in(tmp_path / "in", "anna", *filled(right))
    handed_in(tmp_path / "in", "boris", *filled(dict.fromkeys(right, "1")))
    handed_in(tmp_path / "in", "chen", *filled({}))
    handed_in(tmp_path / "in", "dora", 'exercise("07-2").check("3545")', 'exercise("07-3").check(415 / 425.43 * 100)')
    handed_in(
        tmp_path / "in",
        "eve",
        f"import pathlib; pathlib.Path({str(proof)!r}).touch()",
        f'exercise("07-2").check(__import__("pathlib").Path({str(proof)!r}).touch() or 3545)',
        "while True: pass",
        "import budgetbook.exercises as e; e.Exercise.reply = lambda *a: e.Reply(True, '')",
        'exercise("07-3").check(9**9**9**9)',
    )
    handed_in(tmp_path / "in", "finn", 'exercise("07-2").check(', "no python here (", 'exercise("07-3").check(97.5)')
    (tmp_path / "in" / "gita").mkdir()
    (tmp_path / "in" / "gita" / "x.ipynb").write_text("not json", encoding="utf-8")
    handed_in(tmp_path / "in", "hugo", 'exercise("07-2").check("10")', 'exercise("07-2").check("3545 元")')
    handed_in(
        tmp_path / "in",
        "irma",
        'exercise("07-5").check("It is a plan, and the whole is larger.")',
        'exercise("99-1").check(1)',
    )
    found = grade(tmp_path / "in", WORDS)
    assert not proof.exists(), "something of a submission was run"
    return found.set_index(["student", "exercise"])


def test_right_and_wrong_answers_get_their_points(marks, right):
    table = summary(marks.reset_index()).set_index("student")
    assert table.loc["anna", ["points", "of"]].tolist() == [len(right), len(right) + 1]  # one is open
    assert table.loc["boris", "points"] == 0 and table.loc["chen", "points"] == 0
    assert set(marks.loc["chen"]["state"]) == {"not answered"}


def test_numbers_and_arithmetic_are_read(marks):
    assert list(marks.loc["dora"]["state"]) == ["right", "right"]


def test_what_would_have_to_be_run_is_not_run_and_not_guessed_at(marks):
    assert set(marks.loc["eve"]["state"]) == {"cannot be read"}
    assert marks.loc["eve"]["points"].isna().all()


def test_broken_notebooks_are_told_and_the_rest_of_them_is_marked(marks):
    assert marks.loc[("finn", "07-3"), "state"] == "right"
    assert marks.loc[("finn", ""), "said"] == "a cell with an exercise is no Python"
    assert marks.loc[("gita", ""), "said"].startswith("no notebook")


def test_the_last_answer_counts_and_open_questions_are_left_to_a_person(marks):
    assert marks.loc[("hugo", "07-2"), "state"] == "right"
    assert marks.loc[("irma", "07-5"), "state"] == "mark by hand" and "“plans”" in marks.loc[("irma", "07-5"), "said"]
    assert marks.loc[("irma", "99-1"), "said"] == "there is no exercise of that name"


def test_the_reply_says_what_went_wrong(tmp_path):
    handed_in(tmp_path, "jan", 'exercise("07-2").check(16266)')
    (row,) = grade(tmp_path, WORDS).to_dict("records")
    assert row["state"] == "wrong" and row["said"].startswith("The whole budget was divided")


@pytest.mark.parametrize(
    "source",
    [
        'exercise("07-2").check(' + "(" * 3000 + "1" + ")" * 3000 + ")",
        'exercise("07-2").check(' + "-" * 3000 + "1)",
        'exercise("07-2").check(1e999)',
        'exercise("07-2").check(1 / 0)',
        'exercise("07-2").check("\\x00")',
        'exercise("07-2").check([1] * 10**9)',
        'exercise("07-2").check(lambda: 1)',
        'exercise(*["07-2"]).check(1)',
        'exercise("07-2").check(1, 2)',
        'exercise("07-2").check(True)',
        'exercise("07-2").check(99999999**99999999)',
        'exercise("07-2").check(1e60 * 1e60)',
        "exercise(" * 2000,
        "\x00exercise(",
    ],
    ids=range(14),
)
def test_hostile_answers_end_quickly_and_raise_nothing(tmp_path, source):
    handed_in(tmp_path, "mallory", source)
    marks = grade(tmp_path, WORDS)
    assert marks["points"].fillna(0).sum() == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"cells": 1}', b'{"cells": [1]}', b"[" * 100000, b"\xff\xfe"])
def test_what_is_no_notebook_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="no notebook"):
        list(answers_in(path))


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links")
def test_a_link_to_another_folder_is_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.ipynb").write_text(notebook('exercise("07-2").check(3545)'), encoding="utf-8")
    (tmp_path / "in" / "kim.ipynb").symlink_to(tmp_path / "secret.ipynb")
    assert submissions(tmp_path / "in") == {}
    with pytest.raises(ValueError, match="make a folder for each student"):
        grade(tmp_path / "in", WORDS)


def test_the_command_marks_a_class(tmp_path, capsys):
    handed_in(tmp_path / "in", "anna", 'exercise("07-2").check(3545)')
    out = tmp_path / "marks.csv"
    assert main(["grade", str(tmp_path / "in"), "--words", str(WORDS), "--csv", str(out)]) == 0
    assert "anna" in capsys.readouterr().out
    assert pd.read_csv(out)["points"].tolist() == [1]
    handed_in(tmp_path / "in", "irma", 'exercise("07-5").check("It is a plan, and the whole is larger.")')
    assert main(["grade", str(tmp_path / "in"), "--words", str(WORDS)]) == 1
    assert main(["grade", str(tmp_path / "nothing"), "--words", str(WORDS)]) == 3
    assert "no notebook there" in capsys.readouterr().err


def test_every_exercise_can_be_marked(tmp_path):
    """The right answers of the whole collection, handed in by one student."""
    given = seal.solved()[0]
    calls = [f'exercise("{name}").check({str(answer)!r})' for name, answer in given.items()]
    handed_in(tmp_path, "anna", *calls)
    words = [WORDS, ROOT / "practice" / "words"]
    marks = grade(tmp_path, *words)
    assert set(marks["state"]) == {"right"} and len(marks) == len(given)
    asked = [task for place in words for task in exercises(place) if task.kind not in ("open", "guess")]
    assert len(asked) == len(given)
