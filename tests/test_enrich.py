"""What the pages offer beyond the notebooks (book/enrich.py): files to take along, and terms with their meaning."""

import csv
import io
import re
from decimal import Decimal

import enrich
import nbformat
import pandas as pd
import pytest
from checkout import FIGURES, NOTEBOOKS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from budgetbook.rules import load
from budgetbook.show.tables import as_html, record

FRAME = pd.DataFrame(
    {"Item": ["Wages & welfare", "Left over"], "Amount, 万元": [Decimal("19519100"), Decimal("-4.05")]}
)


def shown(html):
    return new_output("display_data", {"text/html": html, "text/plain": "table"})


def rows(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def test_code_without_output_joins_the_code_that_follows():
    said = new_output("display_data", {"text/plain": "x"})
    cells = [
        new_code_cell("a = 1"),
        new_code_cell("a", outputs=[said]),
        new_code_cell("b = 2"),
        new_markdown_cell("B."),
    ]
    notebook = new_notebook(cells=cells)
    enrich.join_code(notebook)
    assert [cell.source for cell in notebook.cells] == ["a = 1\n\na", "b = 2", "B."]
    assert notebook.cells[0].outputs == [said]


def test_every_table_is_offered_as_a_file_that_spreadsheets_read(tmp_path):
    cells = [
        new_code_cell("t", outputs=[shown(as_html(record(FRAME, "Parts", {name: name for name in FRAME})))])
        for _ in range(2)
    ]
    notebook = new_notebook(cells=cells)
    enrich.tables_as_csv(notebook, "01-x", tmp_path)
    names = [re.search(r'href="files/tables/([\w.-]+)" download', c.outputs[0].data["text/html"])[1] for c in cells]
    assert names == ["01-x-parts.csv", "01-x-parts-2.csv"]
    for name in names:
        assert rows(tmp_path / "tables" / name) == [
            ["Item", "Amount, 万元"],
            ["Wages & welfare", "19519100"],
            ["Left over", "-4.05"],
        ]


def test_every_figure_of_the_book_has_its_values_and_files(tmp_path):
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                if name := output.get("metadata", {}).get("figure"):
                    html = enrich.figure_files(output, path.stem, tmp_path, FIGURES).data["text/html"]
                    assert "<summary>Show the values</summary>" in html and '<table class="budget">' in html, name
                    for kind in ("svg", "png"):
                        assert f'href="files/figures/{name}.{kind}"' in html


def marks(source):
    notebook = new_notebook(cells=[new_markdown_cell(source)])
    enrich.mark_terms(notebook)
    text = notebook.cells[0].source
    assert re.sub(r"</?a\b[^>]*>", "", text) == re.sub(r"</?a\b[^>]*>", "", source), "the words stay as they are"
    return re.findall(r'<a class="term" href="13-glossary.html#term-([\w-]+)"[^>]*>([^<]*)</a>', text)


def test_the_first_use_of_a_term_is_marked_the_longest_wording_first():
    assert marks("Basic expenditure, then basic expenditure again, and 基本支出.") == [
        ("basic-expenditure", "Basic expenditure")
    ]
    assert [word for _, word in marks("The agency operating funds are large.")] == ["agency operating funds"]
    assert marks("Wages-and-procurementlike words are no procurements.") == []


@pytest.mark.parametrize(
    "source",
    [
        "# Procurement",
        "> 政府采购预算",
        "`procurement`",
        "[procurement](07-procurement.ipynb)",
        "```\nprocurement\n```",
    ],
)
def test_no_term_is_marked_in_headings_quotations_code_and_links(source):
    assert marks(source) == []


def test_every_term_arrives_at_an_entry():
    notebook = nbformat.read(NOTEBOOKS / "13-glossary.ipynb", as_version=4)
    assert enrich.anchor_terms(notebook) == []
    text = "".join(o.data.get("text/html", "") for c in notebook.cells for o in c.get("outputs", []) if "data" in o)
    assert set(re.findall(r'id="term-([\w-]+)"', text)) == set(load("glossary").index)


def test_an_entry_that_is_not_there_is_reported():
    assert len(enrich.anchor_terms(new_notebook())) == len(load("glossary"))


def test_no_word_with_a_meaning_of_every_day_is_marked():
    assert marks("The budget of a department; a finding carried over.") == []
