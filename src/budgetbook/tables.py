"""Tables and computed sentences as the notebooks show them.

Each is one bundle of a rich form and a `text/plain` twin, so that nbval compares it and a terminal can read it. Nothing
in a bundle depends on the session: no random ids, no style sheets, no object reprs.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
from IPython.display import display

from budgetbook.facts import read_taxonomy

NOT_STATED = "not stated"
HANZI = re.compile(
    r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”]*[\u4e00-\u9fff][\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”]*"
)
# A digit and a point as wide as themselves, so that decimals align without a style sheet.
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"


def amount(value: Decimal) -> str:
    """A Decimal as printed, with thousands commas and a real minus sign.

    >>> amount(Decimal("1951.91")), amount(Decimal("-4.05")), amount(Decimal("415"))
    ('1,951.91', '−4.05', '415')
    """
    return f"{value:,f}".replace("-", "−")


def rounded(values, places: int):
    """Decimals, or one, rounded half up to a number of places: for what a division leaves endless."""

    def one(value):
        return None if pd.isna(value) else Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    return values.map(one) if isinstance(values, pd.Series) else one(values)


def with_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the English and Chinese names of its `item` column, from the taxonomy, as `label` and `zh`."""
    names = read_taxonomy()
    unknown = sorted(set(frame["item"]) - set(names.index))
    if unknown:
        raise ValueError(f"no such item in data/taxonomy.csv: {', '.join(unknown)}")
    return frame.assign(label=frame["item"].map(names["en"]), zh=frame["item"].map(names["zh"]))


def table(frame: pd.DataFrame, caption: str, columns: dict[str, str], total: Iterable[object] = ()) -> None:
    """Show a table.

    columns: column of `frame` → its heading, in the order shown; a heading of a column of money or shares names the
    unit. The first column heads its row. total: the index labels of the rows that are totals of others.
    Decimals align at the point, with the places as printed; a zero is 0, a missing value reads "not stated".

    Raises KeyError for a column or a total that is not there.
    """
    total = list(total)
    missing = [c for c in columns if c not in frame] + [t for t in total if t not in frame.index]
    if missing:
        raise KeyError(f"table {caption!r}: no {missing} in the frame")
    body = [[_cell(value) for value in column] for column in (frame[c] for c in columns)]
    numeric = [_is_numeric(frame[c]) for c in columns]
    totals = [label in total for label in frame.index]
    display(
        {
            "text/html": _html(caption, list(columns.values()), body, numeric, totals),
            "text/plain": _text(caption, list(columns.values()), body, numeric, totals),
        },
        raw=True,
    )


def say(text: str) -> None:
    """Show a sentence that the cell has computed, as Markdown."""
    display({"text/markdown": text, "text/plain": text}, raw=True)


def _is_numeric(column: pd.Series) -> bool:
    values = [v for v in column if not _missing(v)]
    return bool(values) and all(isinstance(v, int | Decimal) and not isinstance(v, bool) for v in values)


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and pd.isna(value))


def _cell(value: object) -> str:
    if _missing(value):
        return NOT_STATED
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a binary float; tables show Decimals, whole numbers and text")
    return amount(Decimal(value)) if isinstance(value, int | Decimal) else str(value)


def _aligned(cells: list[str], digit: str, point: str) -> list[str]:
    """Numbers with blanks behind them, so that right-aligned they stand with their points below each other."""
    places = [len(c.partition(".")[2]) for c in cells if c != NOT_STATED]
    widest = max(places, default=0)

    def padded(cell: str) -> str:
        own = len(cell.partition(".")[2])
        return cell + (point if widest and not own else "") + digit * (widest - own)

    return [cell if cell == NOT_STATED else padded(cell) for cell in cells]


def marked(text: str) -> str:
    """HTML-escaped text whose Chinese passages say that they are Chinese, for screen readers and for the font."""
    return HANZI.sub(lambda m: f'<span lang="zh-Hans">{m.group()}</span>', html.escape(text, quote=False))


def _html(caption: str, headings: list[str], body: list[list[str]], numeric: list[bool], totals: list[bool]) -> str:
    right = ' class="num" style="text-align: right"'
    left = ' style="text-align: left"'
    aligned = [_aligned(c, FIGURE_SPACE, POINT_SPACE) if n else c for c, n in zip(body, numeric, strict=True)]
    lines = ['<table class="budget">', f"<caption>{marked(caption)}</caption>", "<thead><tr>"]
    for heading, is_number in zip(headings, numeric, strict=True):
        lines.append(f'<th scope="col"{right if is_number else left}>{marked(heading)}</th>')
    lines.append("</tr></thead>\n<tbody>")
    for row, is_total in zip(zip(*aligned, strict=True), totals, strict=True):
        lines.append('<tr class="total">' if is_total else "<tr>")
        for k, (cell, is_number) in enumerate(zip(row, numeric, strict=True)):
            style = right if is_number else left
            if cell == NOT_STATED:
                style, shown = f' class="na" style="text-align: {"right" if is_number else "left"}"', f"<em>{cell}</em>"
            else:
                shown = f"<strong>{marked(cell)}</strong>" if is_total else marked(cell)
            lines.append(
                f'<th scope="row"{left}>{shown}</th>' if k == 0 and not is_number else f"<td{style}>{shown}</td>"
            )
        lines.append("</tr>")
    return "\n".join([*lines, "</tbody>", "</table>"])


def width(text: str) -> int:
    """Columns of a terminal that a text takes: two for each full-width character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _text(caption: str, headings: list[str], body: list[list[str]], numeric: list[bool], totals: list[bool]) -> str:
    columns = []
    for heading, cells, is_number in zip(headings, body, numeric, strict=True):
        cells = [heading, *(_aligned(cells, " ", " ") if is_number else cells)]
        widest = max(map(width, cells))
        blanks = [" " * (widest - width(c)) for c in cells]
        columns.append([b + c if is_number else c + b for b, c in zip(blanks, cells, strict=True)])
    head, *rows = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
    rule = "-" * max(map(width, [head, *rows]))
    marked_rows = [row + ("   (total)" if is_total else "") for row, is_total in zip(rows, totals, strict=True)]
    return "\n".join([caption, "", head, rule, *marked_rows])
