"""Tables and computed sentences as the notebooks show them.

Each is one bundle of a rich form and a `text/plain` twin, so that nbval compares it and a terminal can read it. Nothing
in a bundle depends on the session: no random ids, no style sheets, no object reprs.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

import pandas as pd
from IPython.display import display

from budgetbook.numbers import amount
from budgetbook.text import CHINESE

NOT_STATED = "not stated"
# A digit and a point as wide as themselves, so that decimals align without a style sheet.
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"


# The headings of columns that mean the same in every table. A share names its whole, so it has none here.
HEADINGS = {
    "label": "Item",
    "zh": "名称",
    "code": "Class",
    "value": "Amount, 万元",
    "quote": "Words of the disclosure",
    "section": "Section",
    "state": "State",
}


def table(frame: pd.DataFrame, caption: str, columns: Iterable[str], total: Iterable[object] = (), **headings) -> None:
    """Show a table.

    columns: the columns of `frame`, in the order shown, as a list or as one string with blanks between the names; or
    a dict of column → heading. Headings: as the dict or the keyword of the column's name says, else as in HEADINGS. A
    heading of a column of money or shares names the unit. The first column heads its row. total: the index labels of
    the rows that are totals of others. Decimals align at the point, with the places as printed. A zero is 0, a missing
    number reads "not stated", a missing text is blank.

    A cell that shows a number as the text states it says which fact that is (`data-fact`), and so do the columns
    `quote` and `printed` of a frame of facts. From there the HTML edition leads to the place in the text.

    Raises KeyError for a column or a total that is not there, or a column without a heading.
    """
    total = list(total)
    columns = columns.split() if isinstance(columns, str) else columns
    given = columns if isinstance(columns, dict) else {}
    heads = {column: given.get(column) or headings.get(column) or HEADINGS.get(column) for column in columns}
    missing = [c for c in heads if c not in frame] + [t for t in total if t not in frame.index]
    if missing:
        raise KeyError(f"table {caption!r}: no {missing} in the frame")
    if bare := [c for c in heads if not heads[c]] + sorted(set(headings) - set(heads)):
        raise KeyError(f"table {caption!r}: a column without heading, or a heading without column: {bare}")
    shown = frame[list(heads)].set_axis(list(heads.values()), axis="columns")
    totals = [label in total for label in frame.index]
    page, text = _html(caption, shown, totals, _facts(frame, heads)), f"{caption}\n\n{text_table(shown, totals)}"
    display({"text/html": page, "text/plain": text}, raw=True)


def say(text: str) -> None:
    """Show a sentence that the cell has computed, as Markdown; words of a disclosure in it go through `inert` first."""
    display({"text/markdown": text, "text/plain": text}, raw=True)


def solution(number: int, text: str) -> None:
    """Show the computed solution of an exercise, folded until the reader opens it."""
    say(f"<details><summary>Solution {number}</summary>\n\n{text}\n\n</details>")


def _is_numeric(column: pd.Series) -> bool:
    values = [v for v in column if not _missing(v)]
    return bool(values) and all(isinstance(v, int | Decimal) and not isinstance(v, bool) for v in values)


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and pd.isna(value))


def _cell(value: object) -> str:
    if _missing(value):
        return NOT_STATED
    return amount(value) if isinstance(value, int | float | Decimal) else str(value)


def _cells(column: pd.Series, digit: str, point: str) -> list[str]:
    """The cells of a column as text. Numbers get blanks behind them, so that right-aligned their points align."""
    if not _is_numeric(column) and not column.isna().all():
        return ["" if _missing(value) else _cell(value) for value in column]
    cells = [_cell(value) for value in column]
    places = [len(c.partition(".")[2]) for c in cells if c != NOT_STATED]
    widest = max(places, default=0)

    def padded(cell: str) -> str:
        own = len(cell.partition(".")[2])
        return cell + (point if widest and not own else "") + digit * (widest - own)

    return [cell if cell == NOT_STATED else padded(cell) for cell in cells]


def marked(text: str) -> str:
    """HTML-escaped text whose Chinese passages say that they are Chinese, for screen readers and for the font."""
    return CHINESE.sub(lambda m: f'<span lang="zh-Hans">{m.group()}</span>', html.escape(text, quote=False))


def _facts(frame: pd.DataFrame, columns: Iterable[str]) -> list[list[str]]:
    """Row by row, the fact that each cell shows in the words or the number of the text; "" for any other cell."""
    facts = frame["fact"] if "fact" in frame else [""] * len(frame)
    facts = [fact if re.fullmatch(r"F\d+", str(fact)) else "" for fact in facts]

    def shown(column: str) -> list[str]:
        words = column in ("quote", "printed")
        return [getattr(v, "fact", f if words else "") for v, f in zip(frame[column], facts, strict=True)]

    return [list(row) for row in zip(*map(shown, columns), strict=True)]


def _html(caption: str, frame: pd.DataFrame, totals: list[bool], facts: list[list[str]]) -> str:
    numeric = [_is_numeric(frame[c]) for c in frame]
    columns = [_cells(frame[c], FIGURE_SPACE, POINT_SPACE) for c in frame]
    # The alignment is written into the cells, because an untrusted JupyterLab and code hosts drop style sheets.
    align = [f' style="text-align: {"right" if n else "left"}"' for n in numeric]
    lines = ['<table class="budget">', f"<caption>{marked(caption)}</caption>", "<thead><tr>"]
    for heading, style, is_number in zip(frame, align, numeric, strict=True):
        kind = ' class="num"' if is_number else ""
        lines.append(f'<th scope="col"{kind}{style}>{marked(heading)}</th>')
    lines.append("</tr></thead>\n<tbody>")
    for row, is_total, stated in zip(zip(*columns, strict=True), totals, facts, strict=True):
        lines.append('<tr class="total">' if is_total else "<tr>")
        for k, (cell, style, is_number, fact) in enumerate(zip(row, align, numeric, stated, strict=True)):
            kind = "na" if cell == NOT_STATED else "num" if is_number else ""
            mark = "em" if cell == NOT_STATED else "strong" if is_total else ""
            shown = f"<{mark}>{marked(cell)}</{mark}>" if mark else marked(cell)
            head = k == 0 and not is_number
            opening = ('th scope="row"' if head else "td") + (f' class="{kind}"' if kind else "") + style
            opening += f' data-fact="{fact}"' if fact else ""
            lines.append(f"<{opening}>{shown}</{'th' if head else 'td'}>")
        lines.append("</tr>")
    return "\n".join([*lines, "</tbody>", "</table>"])


def html_table(frame: pd.DataFrame, caption: str) -> str:
    """A frame as the HTML of a table, headed by the names of its columns."""
    return _html(caption, frame, [False] * len(frame), _facts(frame, frame))


def width(text: str) -> int:
    """Columns of a terminal that a text takes: two for each full-width character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def text_table(frame: pd.DataFrame, totals: Iterable[bool] = ()) -> str:
    """A table as aligned plain text, headed by the names of its columns; totals: which rows are totals of others."""
    columns = []
    for name in frame:
        cells = [str(name), *_cells(frame[name], " ", " ")]
        widest = max(map(width, cells))
        blanks = [" " * (widest - width(c)) for c in cells]
        right = _is_numeric(frame[name])
        columns.append([b + c if right else c + b for b, c in zip(blanks, cells, strict=True)])
    head, *rows = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
    rule = "-" * max(map(width, [head, *rows]))
    notes = ["   (total)" if is_total else "" for is_total in totals] or [""] * len(rows)
    return "\n".join([head, rule, *(row + note for row, note in zip(rows, notes, strict=True))])
