"""The teacher's pack: what it holds, that worksheets and slides give no answer away, and that the guide is right."""

import html
import re
import subprocess
import sys
import zipfile

import pytest
import yaml
from checkout import NOTEBOOKS, ROOT

import build
from budgetbook import exercises
from budgetbook.exercises import exercise

sys.path.append(str(ROOT / "tools"))
import teach  # noqa: E402

GUIDE = (ROOT / "solutions" / "guide.md").read_text(encoding="utf-8")
TASKS = [
    task
    for folder in (NOTEBOOKS / "words", ROOT / "practice" / "words")
    for task in exercises.exercises(folder)
    if task.kind != "guess"
]


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    if not (ROOT / ".git").exists():
        pytest.skip("git tells which files belong to the project")
    folder = tmp_path_factory.mktemp("teach")
    assert teach.teach(folder / "made", with_pdf=False, report=lambda text: None) == []
    return folder / "made"


def replies():
    """Pieces of the replies and models, of six words or more, without their fields."""
    for path in sorted((ROOT / "solutions" / "words").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            for text in entry.values():
                for piece in re.split(r"\{[^{}]*\}", " ".join(text.split())):
                    if len(piece.split()) >= 6:
                        yield piece.strip()


def words(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def test_it_holds_what_a_teacher_needs(pack):
    names = {path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file()}
    assert {
        "guide.html",
        "terms.html",
        "worksheets.html",
        "worksheets-with-answers.html",
        "sheet-to-hang-up.pdf",
    } <= names
    assert {f"slides/{path.stem}.html" for path in NOTEBOOKS.glob("[0-9][0-9]-*.ipynb")} <= names
    assert len([name for name in names if name.endswith("-learners.zip")]) == 1


def test_its_pages_ask_for_nothing_and_show_what_they_name(pack):
    assert build.check_pages(pack) == []
    for path in pack.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "http://" not in text and "https://" not in text
        assert ("<script" in text) == (path.parent.name == "slides")


def test_worksheets_ask_every_exercise_and_answer_none(pack):
    asked = words((pack / "worksheets.html").read_text(encoding="utf-8"))
    solved = words((pack / "worksheets-with-answers.html").read_text(encoding="utf-8"))
    for task in TASKS:
        assert words(task.ask) in asked and words(task.ask) in solved, task.name
    pieces = [words(piece) for piece in replies()]
    assert len(pieces) > 250
    assert [piece for piece in pieces if piece in asked] == []
    assert [piece for piece in pieces if piece not in solved] == []


def test_slides_give_no_answer_away(pack):
    text = " ".join(words(path.read_text(encoding="utf-8")) for path in sorted(pack.glob("slides/*.html")))
    assert [piece for piece in replies() if words(piece) in text] == []
    assert text.count("What this cannot tell") == 19


def test_the_learners_pack_has_no_answers_and_answers_back(pack, tmp_path):
    (archive,) = pack.glob("*-learners.zip")
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        assert not [name for name in names if re.search(r"/(solutions|tests|tools)/", name)]
        pieces = list(replies())
        for name in names:
            if name.endswith((".py", ".yml", ".json", ".ipynb", ".md", ".js", ".csv", ".txt")):
                text = " ".join(packed.read(name).decode("utf-8").split())
                assert not [piece for piece in pieces if piece in text], name
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    ask = "from budgetbook import exercise as e; print(e('07-2').reply('3545 元').right, e('07-2').reply(1).right)"
    command = [sys.executable, "-c", ask]
    environment = {"PYTHONPATH": str(folder / "src"), "PYTHONUTF8": "1", "PATH": ""}
    done = subprocess.run(command, cwd=folder / "notebooks", env=environment, capture_output=True, text=True)
    assert done.stdout == "True False\n", done.stderr


def test_two_packs_are_the_same_bytes(pack, tmp_path):
    teach.teach(tmp_path / "again", with_pdf=False, report=lambda text: None)
    for path in sorted(path for path in pack.rglob("*") if path.is_file()):
        assert (tmp_path / "again" / path.relative_to(pack)).read_bytes() == path.read_bytes(), path.name


# --- the guide ---


def test_the_answers_that_the_guide_expects_are_right():
    told = " ".join(re.findall(r"\*\*Expected answers\.\*\*.*", GUIDE))
    stated = re.findall(r"(\d+)\.(\d): ([\d.,]+ ?(?:%|元|万元)|[a-d])[.;]", told)
    assert len(stated) >= 7
    for chapter, n, answer in stated:
        task = exercise(f"{int(chapter):02}-{n}", NOTEBOOKS / "words")
        assert task.reply(answer).right is True, (task.name, answer)


def test_the_exercises_that_the_guide_names_are_there():
    names = {task.number for task in TASKS}
    named = set(re.findall(r"(?<![\d.%])\b(\d{1,2}\.\d)\b(?! ?(?:%|万元|−|\d))", GUIDE))
    assert {name for name in named if name not in names} <= {"561.4", "70.5", "0.9", "9.6", "7.0"}


@pytest.mark.parametrize(("lesson", "minutes"), [("One lesson", 45), ("A double lesson", 90)])
def test_the_minutes_of_a_lesson_run_from_the_first_to_the_last(lesson, minutes):
    part = GUIDE.split(f"## {lesson}")[1].split("\n## ")[0]
    spans = [tuple(map(int, span)) for span in re.findall(r"^\| (\d+)–(\d+) \|", part, re.MULTILINE)]
    assert spans[0][0] == 0 and spans[-1][1] == minutes
    assert all(end == begin for (_, end), (begin, _) in zip(spans, spans[1:], strict=False))


def test_an_hour_is_enough_to_prepare():
    part = GUIDE.split("To prepare in an hour:")[1].split("\n\n")[0]
    assert sum(map(int, re.findall(r"\((\d+)\)", part))) <= 60
