"""Every rule on every notebook, and every rule on a notebook that breaks it."""

import base64
import copy
import dataclasses
import re
import subprocess
import sys
from decimal import Decimal

import nbformat
import notebook_rules as rules
import pytest
from checkout import NOTEBOOKS, ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import conftest
from budgetbook.show.tables import as_html, as_text

# Everything is read when the tests are collected: before nbval runs the notebooks, which rewrite figures/.
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
NOTEBOOK = {path: nbformat.read(path, as_version=nbformat.NO_CONVERT) for path in PATHS}
CONTEXT = rules.contexts(PATHS)
COLLECTION = {path.stem: nb for path, nb in NOTEBOOK.items()}
FIGURES = rules.read_pictures()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebook(path, rule):
    assert rule(NOTEBOOK[path], CONTEXT[path]) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebook_is_valid(path):
    nbformat.validate(NOTEBOOK[path])


def test_collection():
    assert rules.collection(COLLECTION) == []
    assert rules.collection({})
    assert rules.collection({"01-a": new_notebook(), "01-b": new_notebook()})


def test_figures_are_claimed():
    assert rules.unclaimed_pictures(COLLECTION, FIGURES) == []
    files = dict(GOOD.pictures)
    assert rules.unclaimed_pictures({"01-good": good()}, files) == []
    assert rules.unclaimed_pictures({"01-good": good()}, files | {"01-left-over.svg": b""})
    assert rules.unclaimed_pictures({"01-good": good(), "01-again": good()}, files)


def test_exceptions_are_needed():
    assert rules.exceptions_in_use(COLLECTION, rules.read_exceptions(), CONTEXT.values()) == []

    def problems(words="are # of", number="99", reason="an example", name="01-good"):
        nb = edited(good(), 2, lambda cell: cell.update(source=cell.source + "\n\nThere are 99 of them."))
        row = {"notebook": name, "words": words, "number": number, "reason": reason}
        return rules.exceptions_in_use({"01-good": nb}, [row], [GOOD])

    assert problems() == []
    assert problems(reason=" ")
    assert problems(name="02-gone")
    assert problems(words="were # of")  # not in the prose
    assert problems(words="Of #")  # in the disclosure anyway


# --- A notebook that keeps every rule, and changes that break one -------------------------------------------

DISCLOSURE = "（一）收入预算：2021年年初预算数1951.91万元。\n7.项目支出：150 万元。"
PNG = b"\x89PNG example"
ALT = "Bar chart of the budget in 10,000 yuan: the whole of it is 1951.91."
GOOD = rules.Context(
    "01-good",
    DISCLOSURE,
    {"01-example.png": PNG, "01-example.svg": b"<svg/>"},
    folder=NOTEBOOKS,
)


VALUES = {"caption": "The values drawn", "columns": [{"key": "value", "heading": "Value", "numeric": True}]}
VALUES["rows"] = [{"cells": ["1951.91"], "facts": {"value": "F022"}}]
RECORD = VALUES | {"caption": "Income", "rows": [{"cells": ["76.85"], "total": True}]}


def picture(name="01-example", alt=ALT, picture=PNG, twin=None, values=VALUES):
    return new_output(
        "display_data",
        {
            "image/png": base64.b64encode(picture).decode(),
            "text/plain": twin or f"Picture {name}\n{alt[:30]}\n{alt[30:]}\n\n  value\n-------\n1951.91\n\ndigest 4321",
        },
        metadata={"picture": name, "image/png": {"alt": alt, "width": 640, "height": 400}, "values": values},
    )


def table(html=None, text=None, **metadata):
    data = {"text/html": html or as_html(RECORD), "text/plain": text or as_text(RECORD)}
    return new_output("display_data", data, metadata=metadata or {"table": RECORD})


def good():
    """Cells: 0 title and opening, 1 code with a picture, 2 prose, 3 code with a table, 4 the end."""
    opening = (
        "# The income budget\n\nWhere does the money come from?\n\n"
        "**The point in three lines**\n\n1. It is one.\n2. It is two,\n   in two lines of the cell.\n3. It is three."
        "\n\n- **What you will learn:** to read it.\n- **Read first:** nothing.\n"
        "- **Time:** about 5 minutes to read, 5 for the exercises\n"
        "- **Section:** 三、（一）"
    )
    prose = (
        "## 1. The passage\n\n> 收入预算：2021年年初预算数**1951.91万元**。…项目支出：150万元\n\n"
        "Of 1,951.91, 76.850 % is for [the rest](#1.-The-passage), see `f(47)` and Exercise 1.\n\n"
        "```python\n48\n```\n\n1. one\n2. two\n\n"
        "<details><summary>More</summary>\n\nIt is in [the package](../src/budgetbook).<br>\n\n</details>"
    )
    end = "\n\n".join(
        f"## {title}\n\n{'**Read it off.** Which?' if title == 'Exercises' else 'Text.'}"
        for title in ["What we found", "What this cannot tell", "Exercises", "Next"]
    )
    nb = new_notebook(
        metadata=rules.METADATA,
        nbformat_minor=5,
        cells=[
            new_markdown_cell(opening, id="a"),
            new_code_cell("draw()", id="b", execution_count=1, outputs=[picture()]),
            new_markdown_cell(prose, id="c"),
            new_code_cell("table()", id="d", execution_count=2, outputs=[table()]),
            new_markdown_cell(end, id="e"),
        ],
    )
    return nbformat.from_dict(copy.deepcopy(nb))


def edited(nb, index, edit):
    edit(nb.cells[index])
    return nb


def source(index, old, new):
    """A change of one cell's text. `old` must be there, so that no example goes stale."""

    def edit(nb):
        cell = nb.cells[index]
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return edit


def add(text):
    """A change that adds text to the prose."""
    return lambda nb: edited(nb, 2, lambda cell: cell.update(source=f"{cell.source}\n\n{text}\n"))


def cell(index, **changes):
    return lambda nb: edited(nb, index, lambda cell: cell.update(changes))


def output(*outputs, index=1):
    return cell(index, outputs=list(outputs))


def code(text):
    return cell(3, source=text)


def more_code(*texts):
    """A change that puts cells of code behind the one with the table."""

    def edit(nb):
        nb.cells[4:4] = [new_code_cell(text, id=f"more{i}", execution_count=3 + i) for i, text in enumerate(texts)]

    return edit


def plain(text):
    return output(new_output("execute_result", {"text/plain": text}), index=3)


def say(text):
    return new_output("display_data", {"text/markdown": text, "text/plain": text})


BROKEN = [
    (rules.metadata, lambda nb: nb.metadata.language_info.update(version="3.11.7")),
    (rules.metadata, lambda nb: nb.metadata.kernelspec.update(display_name="mine")),
    (rules.metadata, lambda nb: nb.update(nbformat_minor=4)),
    (rules.metadata, cell(1, metadata={"execution": {"iopub.status.busy": "2026-01-01"}})),
    (rules.metadata, cell(1, id="a")),
    (rules.metadata, cell(2, metadata={"jp-MarkdownHeadingCollapsed": True})),
    (rules.metadata, source(2, "## 1. The passage", "## For the careful: rounding")),
    (rules.times, source(0, "about 5", "about 10")),
    (rules.times, source(0, " to read", "")),
    (rules.point, source(0, "3. It is three.\n", "")),
    (rules.point, source(0, "3. It is three.\n", "3. It is three.\n4. It is four.\n")),
    (rules.point, source(0, "in three lines**", "in short**")),
    (rules.point, source(0, "It is one.", "It is one. " * 12)),
    (rules.heading_levels, source(0, "# The income", "The income")),
    (rules.heading_levels, source(0, "# The income", "Hello.\n\n# The income")),
    (rules.heading_levels, add("# A second title")),
    (rules.heading_levels, add("#### Too deep")),
    (rules.opening, source(0, "What you will learn", "Contents")),
    (rules.opening, source(0, "Read first", "Before")),
    (rules.opening, source(0, "5 minutes", "a while")),
    (rules.opening, source(0, "Section", "Part")),
    (rules.closing, source(4, "## What this cannot tell", "What this cannot tell")),
    (rules.closing, source(4, "## Next", "## Onwards")),
    (rules.closing, source(4, "## Next", "## Exercises, again")),
    (rules.closing, lambda nb: nb.cells.insert(2, new_markdown_cell("## Next"))),
    (rules.cell_length, more_code("x = 1", "y = 2")),
    (rules.ideas, code("def half(x):\n    return x / 2\n\n\nassert half(2) == 1\nhalf(3)")),
    (rules.ideas, code('def half(x):\n    """Half."""\n    return x / 2\n\n\nhalf(3)')),
    (rules.ideas, code('def half(x):\n    """Half."""\n    return x / 2\n\n\nassert half(2) == 1')),
    (rules.words_apart, code('title = f"The budget is {x} 万元"')),
    (rules.words_apart, code('say("The budget is all wages.")')),
    (rules.cell_length, code("x = 1\n" * 13)),
    (rules.execution, cell(1, execution_count=None)),
    (rules.execution, cell(1, execution_count=2)),
    (rules.execution, output(new_output("error", ename="ValueError", evalue="", traceback=[]))),
    (rules.execution, output(new_output("stream", name="stderr", text="UserWarning"))),
    (rules.execution, lambda nb: [output(index=1)(nb), output(index=3)(nb)]),
    (rules.nbval_markers, code("# NBVAL_SKIP\ntable()")),
    (rules.nbval_markers, code("# reason: slow\n# NBVAL_SKIP\ntable()")),
    (rules.nbval_markers, code("# NBVAL_IGNORE_OUTPUT\ntable()")),
    (rules.nbval_markers, code("# reason:\n# NBVAL_IGNORE_OUTPUT\ntable()")),
    (rules.nbval_markers, code("# reason: a clock\n# NBVAL_IGNORE_OUTPUT because of the clock\ntable()")),
    (rules.nbval_markers, code("table()  # NBVAL_IGNORE_OUTPUT")),
    (rules.nbval_markers, code("# nbval-skip\ntable()")),
    (rules.nbval_markers, code("# PYTEST_VALIDATE_IGNORE_OUTPUT\ntable()")),
    (rules.nbval_markers, code("# NBVAL_RAISES_EXCEPTION\ntable()")),
    (rules.nbval_markers, cell(3, metadata={"tags": ["raises-exception"]})),
    (rules.nbval_markers, cell(3, metadata={"tags": ["nbval-ignore-output"]})),
    (rules.trailing_semicolon, code("table();")),
    (rules.trailing_semicolon, code("table() ;  # quiet\n\n")),
    (rules.output_types, output(new_output("display_data", {"image/svg+xml": "<svg/>", "text/plain": "x"}))),
    (rules.output_types, output(new_output("display_data", {"text/markdown": "Hello"}))),
    (rules.picture_outputs, output(picture(), picture(name="01-other"))),
    (rules.picture_outputs, output(picture(name="02-example"))),
    (rules.picture_outputs, output(picture(name=""))),
    (rules.picture_outputs, output(picture(alt="A bar chart."))),
    (rules.picture_outputs, output(picture(twin=f"The example\n{ALT}"))),
    (rules.picture_outputs, output(picture(twin="Picture 01-example\n\n1951.91"))),
    (rules.picture_outputs, output(picture(picture=b"another picture"))),
    (rules.picture_outputs, output(picture(name="01-nowhere"))),
    (rules.picture_outputs, lambda nb: nb.cells[1].outputs[0].metadata["image/png"].pop("width")),
    (rules.table_outputs, output(table(html='<table class="budget"><tr><td>1</td></tr></table>'))),
    (rules.table_outputs, output(table(html="<table><caption>Income</caption></table>"))),
    (rules.table_outputs, output(table(html="<style>td {color: red}</style>"))),
    (rules.table_outputs, output(table(html='<p id="T_4fa3b">1</p>'))),
    (rules.records, output(table(text="Income\n\nValue\n-----\n76.86   (total)"), index=3)),
    (rules.records, output(table(html=as_html(RECORD).replace("76.85", "76.86")), index=3)),
    (rules.records, output(table(html=as_html(RECORD).replace("<caption>Income", "<caption>Outlay")), index=3)),
    (rules.records, output(table(table=RECORD | {"rows": VALUES["rows"]}), index=3)),
    (rules.records, output(table(table=RECORD | {"rows": [{"cells": ["76.85"]}]}), index=3)),
    (rules.records, output(table(another=RECORD), index=3)),
    (rules.records, output(picture(values=RECORD))),
    (rules.records, lambda nb: nb.cells[1].outputs[0].metadata.pop("values")),
    (rules.output_noise, plain("<Picture object at 0x7f3a5c0b1d90>")),
    (rules.output_noise, plain("<IPython.core.display.HTML object>")),
    (rules.output_noise, plain("0.1 + 0.2 = 0.30000000000000004")),
    (rules.output_noise, plain("1951.9099999")),
    (rules.output_noise, plain("2.842170943040401e-14")),
    (rules.output_noise, output(say("growth of 40.3742656"))),
    (rules.output_noise, output(new_output("stream", name="stdout", text="1.00000001"))),
    (rules.plain_markdown, add("```{note}\nHello\n```")),
    (rules.plain_markdown, add(":::{note}\nHello\n:::")),
    (rules.plain_markdown, add("See {ref}`there`.")),
    (rules.plain_markdown, add("(label)=")),
    (rules.plain_markdown, add("Text[^1]")),
    (rules.plain_markdown, add('<div class="note">Hello</div>')),
    (rules.plain_markdown, add("<!-- a comment -->")),
    (rules.plain_markdown, add("<img src='x.png'>")),
    (rules.plain_markdown, add("A <small>note</small> in a line.")),
    (rules.links, add("[gone](02-gone.ipynb)")),
    (rules.links, add("[gone]: 02-gone.ipynb")),
    (rules.links, add("[here](/home/me/01-good.ipynb)")),
    (rules.links, add("[here](file:///home/me/01-good.ipynb)")),
    (rules.links, add(r"[here](C:\books\01-good.ipynb)")),
    (rules.links, add("[site](http://example.org)")),
    (rules.links, add("[site](https://example.org)")),
    (rules.links, add("[site](//example.org/x)")),
    (rules.links, add("<https://example.org>")),
    (rules.links, add("See https://example.org for more.")),
    (rules.links, add("[empty]()")),
    (rules.prose_numbers, add("It rose to 1951.92.")),
    (rules.prose_numbers, add("It rose to 1,951.9.")),
    (rules.prose_numbers, add("It has 7 parts.")),  # in the disclosure, but only as a list marker
    (rules.prose_numbers, add("It has 4321 parts.")),  # only in the picture's digest
    (rules.prose_numbers, add("It took 20 minutes.")),  # minutes are exempt in the opening only
    (rules.prose_numbers, add("## It cost 93")),
    (rules.prose_numbers, add("- 93 in all")),
    (rules.prose_numbers, add("[93 in all](../README.md)")),
    (rules.prose_numbers, add("| 93 |\n|---|\n| 1951.91 |")),
    (rules.prose_numbers, add("It rose: 1951.91 + 1 = 1952.")),
    (rules.prose_numbers, add("On 31 December 2020 it rose.")),
    (rules.prose_numbers, output(index=3)),  # 76.85 % has lost its table
    (rules.typed_numbers, cell(1, source='say("8888 people")')),
    (rules.typed_numbers, cell(1, source='say(f"{total} 万元 for 8888 people")')),
    (rules.quotes, add("They write 项目支出安排给其他单位使用 in section one.")),
    (rules.quotes, add("> 收入预算：2021年年初预算数1951.90万元")),
    (rules.quotes, add("> 项目支出 … 支出预算")),
    (rules.quotes, add("> **收入** (income)")),
    (rules.citations, add("Departments publish their budgets (Budget Law, article 15).")),
]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_rule_passes_good_notebook(rule):
    assert rule(good(), GOOD) == []


@pytest.mark.parametrize(
    ("rule", "change"), [pytest.param(*case, id=f"{case[0].__name__}-{i}") for i, case in enumerate(BROKEN)]
)
def test_rule_goes_red(rule, change):
    nb = good()
    change(nb)
    problems = rule(nb, GOOD)
    assert problems
    assert all(problem.startswith("01-good.ipynb") for problem in problems)


def test_every_rule_has_a_broken_example():
    assert {rule for rule, _ in BROKEN} | {rules.file_name, rules.words_in_use} == set(rules.RULES)


@pytest.mark.parametrize(
    ("cell_source", "unused"),
    [("chapter.say('sum', x=1)", []), ("chapter.say(f's{x}')", []), ("chapter.text('sum')", ["sum"]), ("x", ["sum"])],
)
def test_words_that_nothing_shows_are_seen(cell_source, unused):
    nb = good()
    code(cell_source)(nb)
    context = dataclasses.replace(GOOD, words={("say", "sum"): "{x} is 1951.91"})
    assert [re.search("'(.*)'", problem)[1] for problem in rules.words_in_use(nb, context)] == unused


def test_a_number_typed_into_the_words_is_seen():
    typed = dataclasses.replace(GOOD, words={("say", "sum"): "{x:1} of 48.22 and 1951.91, {y[2]}"})
    (problem,) = rules.typed_numbers(good(), typed)
    assert "48.22 is typed into the words (say, sum)" in problem


@pytest.mark.parametrize("name", ["1-income", "income", "01_income", "01-Income", "01-income-", "Untitled"])
def test_file_name_goes_red(name):
    assert rules.file_name(good(), rules.Context(name))


def test_ignored_output_with_reason_is_allowed():
    nb = good()
    code("# reason: shows the reader's own clock\n# NBVAL_IGNORE_OUTPUT\nclock()")(nb)
    assert rules.nbval_markers(nb, GOOD) == []


def test_exception_is_allowed():
    nb = good()
    add("It has 93 parts.")(nb)
    assert rules.prose_numbers(nb, GOOD)
    row = {"notebook": "01-good", "words": "It has # parts", "number": "93", "reason": "an example"}
    fact = {"item": "parts", "measure": "count", "value": Decimal(93), "unit": "", "label": "", "zh": "", "quote": "93"}
    for number, allowed in [("93", True), ("92", False), ("parts@count", True), ("entry three-public", False)]:
        context = rules.Context(
            "01-good", DISCLOSURE, exceptions=(row | {"number": number},), facts=(fact | {"printed": "93"},)
        )
        assert (rules.prose_numbers(nb, context) == []) == allowed


def test_command_line(tmp_path, capsys):
    path = tmp_path / "01-good.ipynb"
    nb = good()
    output(say("1951.91"))(nb)  # this folder has no pictures of its own
    nb.cells[2].source = nb.cells[2].source.split("\n\n")[0]
    source(0, "三、（一）", "[三、（一）](#here)")(nb)
    nbformat.write(nb, path)
    assert rules.main([str(path)]) == 0
    nb.cells[1].execution_count = 7
    nbformat.write(nb, path)
    assert rules.main([str(path)]) == 1
    assert "01-good.ipynb, cell 2: execution count 7 instead of 1" in capsys.readouterr().out


# --- nbval itself -------------------------------------------------------------------------------------------


def test_nbval_is_strict(pytestconfig):
    option = pytestconfig.option
    assert option.nbval and option.nbval_current_env and not option.nbval_lax
    assert len((ROOT / "tests/sanitize.cfg").read_text().split("\nregex:")) <= 6, "at most five rules"


def test_nbval_goes_red(tmp_path):
    """A changed output, a changed picture (by its twin) and a warning are caught; what is unchanged passes."""
    show = "display({'image/png': 'AAAA', 'text/plain': 'Picture 01-x: 2'}, raw=True)"
    nb = new_notebook(
        metadata=rules.METADATA,
        cells=[
            new_code_cell("1 + 1", execution_count=1, outputs=[result("2")]),
            new_code_cell("1 + 2", execution_count=2, outputs=[result("2")]),
            new_code_cell(show, execution_count=3, outputs=[picture(twin="Picture 01-x: 2")]),
            new_code_cell(show, execution_count=4, outputs=[picture(twin="Picture 01-x: 3")]),
            new_code_cell("import sys; print(1, file=sys.stderr)", execution_count=5),
        ],
    )
    nbformat.write(nb, tmp_path / "01-x.ipynb")
    options = ["--disable-plugin-autoload", "-p", "nbval.plugin", "--nbval", "--nbval-current-env", "-rA"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={tmp_path}", "01-x.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 1, run.stdout
    passed = {n for n in range(5) if f"PASSED 01-x.ipynb::Cell {n}" in run.stdout}
    assert passed == {0, 2}, run.stdout


def result(text):
    return new_output("execute_result", {"text/plain": text}, execution_count=1)


def test_changed_figure_files_are_noticed(tmp_path):
    (tmp_path / "a.svg").write_bytes(b"1")
    before = conftest.read_files(tmp_path)
    assert conftest.changed_files(before, conftest.read_files(tmp_path)) == []
    (tmp_path / "a.svg").write_bytes(b"2")
    (tmp_path / "b.svg").write_bytes(b"1")
    assert conftest.changed_files(before, conftest.read_files(tmp_path)) == ["a.svg", "b.svg"]
