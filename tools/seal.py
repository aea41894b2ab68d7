"""Seal the replies of the exercises: run the solutions and write what they give beside the questions.

    python tools/seal.py [solutions/NN-slug.ipynb ...]

The code of each notebook of `solutions/` is run here, without a kernel; `Answers` collects what it gives. The learners'
notebooks and pages read the files that this writes. `make test` fails where they are not what the solutions give.
"""

import contextlib
import io
import sys
from pathlib import Path
from unittest import mock

import nbformat

from budgetbook import exercises

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"


def run(path):
    """The answers that a notebook of solutions gives; nothing is shown, and nothing compared."""
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    names = {"__name__": "solutions"}
    silent = mock.patch.object(exercises, "display", lambda *shown, **more: None)
    with contextlib.chdir(path.parent), contextlib.redirect_stdout(io.StringIO()), silent:
        for number, source in enumerate(code, 1):
            if "answers.compare()" not in source:
                exec(compile(source, f"{path.name}, code cell {number}", "exec"), names)
    return names["answers"]


def solved(pattern="*.ipynb"):
    """Name → the answer, and name → what each mistake gives, of the exercises of these notebooks."""
    given, mistakes = {}, {}
    for path in sorted(SOLUTIONS.glob(pattern)):
        answers = run(path)
        given, mistakes = given | answers.given, mistakes | answers.mistakes
    return given, mistakes


def main(paths):
    for path in map(Path.resolve, map(Path, paths or sorted(SOLUTIONS.glob("*.ipynb")))):
        answers = run(path)
        target = (path.parent / answers.path).resolve()
        if not target.is_file() or target.read_text(encoding="utf-8") != answers.text():
            target.write_text(answers.text(), encoding="utf-8", newline="\n")
            print(f"{path.name}: {len(answers.sealed)} exercises sealed anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
