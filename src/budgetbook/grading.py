"""Marking a class: the answers in the notebooks that learners hand in, read without running any of them.

An answer is what stands in `exercise("07-2").check(...)`. It is read from the source as a literal, or as arithmetic on
numbers; nothing of a submission is executed or imported, so that a hostile one can do nothing. What cannot be read so
is not guessed at: it is told, for the teacher to open.
"""

from __future__ import annotations

import ast
import json
import operator
from collections.abc import Iterator
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from pathlib import Path

import pandas as pd

from budgetbook.exercises import Exercise, exercises

RIGHT, WRONG, BY_HAND, OPEN, UNREADABLE = "right", "wrong", "mark by hand", "not answered", "cannot be read"
COLUMNS = ["student", "exercise", "state", "points", "answer", "said"]
LARGEST_FILE = 20_000_000  # bytes of a notebook
MOST_CELLS = 5000
LONGEST_CELL = 100_000  # characters
DEEPEST = 50  # levels of brackets in an answer
ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class NotPlain(ValueError):
    """An answer that is neither a literal nor arithmetic on numbers."""


def _value(node: ast.expr, depth: int = 0) -> object:
    """What an expression says, without running it. Raises NotPlain where that takes more than arithmetic."""
    if depth > DEEPEST:
        raise NotPlain("the answer has too many brackets")
    if isinstance(node, ast.Constant) and (node.value is ... or isinstance(node.value, str | int | float)):
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return Decimal(str(node.value)) if number else node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _value(node.operand, depth + 1)
        if isinstance(value, Decimal):
            return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        left, right = _value(node.left, depth + 1), _value(node.right, depth + 1)
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            try:
                with localcontext() as context:
                    context.Emax, context.Emin = 60, -60
                    return ARITHMETIC[type(node.op)](left, right)
            except (DivisionByZero, InvalidOperation, Overflow) as error:
                raise NotPlain(f"the arithmetic fails: {type(error).__name__}") from error
    raise NotPlain("the answer is not a literal: it would have to be run")


def answers_in(path: Path) -> Iterator[tuple[str, object]]:
    """(exercise, answer) of each call in a notebook, in order; an answer that cannot be read is a NotPlain.

    Raises ValueError, saying why, for a file that is no notebook.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"more than {LARGEST_FILE:,} bytes")
    try:
        cells = json.loads(path.read_bytes())["cells"]
        code = ["".join(cell["source"]) for cell in cells[:MOST_CELLS] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no notebook: {type(error).__name__}") from error
    for source in code:
        if "exercise(" not in source:
            continue
        try:
            tree = ast.parse(source[:LONGEST_CELL])
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            yield "", NotPlain("a cell with an exercise is no Python")
            continue
        for node in ast.walk(tree):
            if named := _call(node):
                try:
                    yield named, _value(node.args[0]) if len(node.args) == 1 else ...
                except NotPlain as error:
                    yield named, error


def _call(node: ast.AST) -> str:
    """The name of the exercise whose `check` this calls; "" for anything else."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check"):
        return ""
    made = node.func.value
    if not (isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "exercise"):
        return ""
    name = made.args[0] if made.args else None
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""


def submissions(folder: Path) -> dict[str, list[Path]]:
    """Student → notebooks: a folder for each student, or a notebook for each. Links that lead outside are left out."""
    root, found = folder.resolve(), {}
    for path in sorted(folder.rglob("*.ipynb")):
        inside = path.relative_to(folder)
        if ".ipynb_checkpoints" in inside.parts or not path.resolve().is_relative_to(root):
            continue
        found.setdefault(inside.parts[0].removesuffix(".ipynb"), []).append(path)
    return found


def grade(folder: str | Path, *words: str | Path) -> pd.DataFrame:
    """The marks of a class: a row for each student and exercise that was in a notebook of theirs.

    folder: what was handed in, see `submissions`; words: the folders of the exercises (`notebooks/words`). points is 1
    for a right answer, 0 for a wrong or missing one, None where a person has to look. The last answer counts.

    Raises ValueError if nothing was handed in.
    """
    known = {task.name: task for place in words for task in exercises(place)}
    handed_in = submissions(Path(folder))
    if not handed_in:
        raise ValueError(f"{folder}: no notebook there; make a folder for each student, with the notebooks in it")
    rows = []
    for student, paths in handed_in.items():
        told: dict[str, object] = {}
        for path in paths:
            try:
                for name, answer in answers_in(path):
                    if answer is not ... or name not in told:
                        told[name] = answer
            except ValueError as error:
                rows.append([student, "", UNREADABLE, None, path.name, str(error)])
        asked = {n: a for n, a in sorted(told.items()) if n not in known or known[n].kind != "guess"}
        rows += [_mark(student, name, answer, known) for name, answer in asked.items()]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"points": "Int64"})


def _mark(student: str, name: str, answer: object, known: dict[str, Exercise]) -> list:
    if isinstance(answer, NotPlain):
        return [student, name, UNREADABLE, None, "", str(answer)]
    if name not in known:
        return [student, name, UNREADABLE, None, str(answer)[:200], "there is no exercise of that name"]
    if answer is ...:
        return [student, name, OPEN, 0, "", ""]
    task = known[name]
    if task.kind == "open":
        return [student, name, BY_HAND, None, str(answer)[:5000], "; ".join(task.rubric)]
    reply = task.reply(answer)
    return [student, name, RIGHT if reply.right else WRONG, int(reply.right is True), str(answer)[:200], reply.text]


def summary(marks: pd.DataFrame) -> pd.DataFrame:
    """One row a student: points, how many exercises were marked, and how many a person has to look at."""
    grouped = marks.groupby("student", sort=True)
    looks = marks["state"].isin([BY_HAND, UNREADABLE]).groupby(marks["student"]).sum()
    table = pd.DataFrame({"points": grouped["points"].sum(), "of": grouped["points"].count(), "to look at": looks})
    return table.reset_index()
