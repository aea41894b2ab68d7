"""What the notebooks say of themselves, and the ways through them that the first one proposes."""

import ast
import re

import nbformat
import notebook_rules as rules
import pytest
from checkout import NOTEBOOKS

from budgetbook.show import collection

START = NOTEBOOKS / "02-start-here.ipynb"


def test_every_notebook_is_there_with_its_minutes():
    found = collection.read_collection(NOTEBOOKS)
    assert list(found.index) == [path.stem[3:] for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    assert found["minutes"].between(5, 45).all() and found["exercises"].between(5, 60).all()


def test_what_is_to_be_read_first_stands_before():
    found = collection.read_collection(NOTEBOOKS)
    order = list(found.index)
    for name, first in found["first"].items():
        assert all(order.index(other) < order.index(name) for other in first), name


def test_an_evening_holds_all_that_its_notebooks_ask_to_be_read_first():
    source = "\n".join(cell.source for cell in nbformat.read(START, as_version=4).cells if cell.cell_type == "code")
    evening = ast.literal_eval(re.search(r"^short, best = \[.+?\], (\[.+\])$", source, re.MULTILINE)[1])
    found = collection.read_collection(NOTEBOOKS).loc[evening]
    for name, first in found["first"].items():
        assert set(first) <= set(evening[: evening.index(name)]), name


def test_an_opening_without_minutes_is_refused(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title")])
    nbformat.write(notebook, tmp_path / "00-none.ipynb")
    with pytest.raises(ValueError, match="question, section, minutes, exercises, first"):
        collection.read_collection(tmp_path)


def test_the_time_is_that_of_the_words():
    def words(minutes):
        return " ".join(["word"] * (minutes * collection.WORDS_A_MINUTE - 20))

    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    said = nbformat.v4.new_output("display_data", {"text/markdown": words(5), "text/plain": words(5)})
    tables = [nbformat.v4.new_output("display_data", {"text/plain": "1"}, metadata={"table": {}}) for _ in range(20)]
    cells = [
        markdown(f"# Title\n\n{words(10)}\n\n[one](https://example.org/{'a-' * 900})"),
        code("x = 1\n" * 5000, outputs=[said, *tables]),
        markdown(f"## For the careful: rounding\n\n### Deep\n\n{words(5)}"),
        markdown(words(5)),
        markdown(f"## What we found\n\n{words(5)}\n\n<details>\n\n{words(50)}\n\n</details>"),
        markdown("## Exercises\n\n**1.1 Read it off.** Which?\n\n**1.2 Compute it.** How?\n\n**1.3 Argue it.** Why?"),
        markdown(f"It is folded: {words(50)}"),
    ]
    assert collection.reading_time(cells) == {"minutes": 25, "careful": 10, "exercises": 15}
    (problem,) = rules.times(nbformat.v4.new_notebook(cells=cells), rules.Context("00-some"))
    assert "about 25 minutes to read, 10 more for the careful, 15 for the exercises" in problem
