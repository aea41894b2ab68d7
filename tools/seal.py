"""Seal the replies of the exercises: run the solutions and write what they give beside the questions.

    python tools/seal.py [solutions/NN-slug.ipynb ...]

The code of each notebook of `solutions/` is run here, without a kernel; `Answers` collects what it gives. The learners'
notebooks and pages read the files that this writes. `make test` fails where they are not what the solutions give.
"""

import contextlib
import io
import os
import sys
from pathlib import Path

import nbformat

from budgetbook import exercises

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"


def run(path):
    """The answers that a notebook of solutions gives."""
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    names = {"__name__": "solutions"}
    os.chdir(path.parent)
    with contextlib.redirect_stdout(io.StringIO()):
        for number, source in enumerate(code, 1):
            if "answers.compare()" not in source:  # it fails until this has written
                exec(compile(source, f"{path.name}, code cell {number}", "exec"), names)
    return names["answers"]


def main(paths):
    exercises.display = lambda *shown, **more: None
    for path in map(Path.resolve, map(Path, paths or sorted(SOLUTIONS.glob("[0-9][0-9]-*.ipynb")))):
        answers = run(path)
        if not answers.path.is_file() or answers.path.read_text(encoding="utf-8") != answers.text():
            answers.path.write_text(answers.text(), encoding="utf-8", newline="\n")
            print(f"{path.name}: {len(answers.sealed)} exercises sealed anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
