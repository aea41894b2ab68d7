"""What the notebooks say of themselves, and the ways through them that the first one proposes."""

import ast
import re

import nbformat
import pytest
from checkout import NOTEBOOKS

from budgetbook.show import collection

START = NOTEBOOKS / "02-start-here.ipynb"


def test_every_notebook_is_there_with_its_minutes():
    found = collection.read_collection(NOTEBOOKS)
    assert list(found.index) == [path.stem[3:] for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    assert found["minutes"].between(10, 60).all()


def test_what_is_to_be_read_first_stands_before():
    found = collection.read_collection(NOTEBOOKS)
    order = list(found.index)
    for name, first in found["first"].items():
        assert all(order.index(other) < order.index(name) for other in first), name


def test_a_day_holds_all_that_its_notebooks_ask_to_be_read_first():
    source = "\n".join(cell.source for cell in nbformat.read(START, as_version=4).cells if cell.cell_type == "code")
    lists = re.search(r"^day = (\[.+\])\nday \+= (\[.+\])$", source, re.MULTILINE).groups()
    day = [name for names in lists for name in ast.literal_eval(names)]
    found = collection.read_collection(NOTEBOOKS).loc[day]
    for name, first in found["first"].items():
        assert set(first) <= set(day[: day.index(name)]), name


def test_an_opening_without_minutes_is_refused(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title")])
    nbformat.write(notebook, tmp_path / "00-none.ipynb")
    with pytest.raises(ValueError, match="question, section, minutes, first"):
        collection.read_collection(tmp_path)
