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
from functools import partial

import pandas as pd
from IPython.display import display

from budgetbook.numbers import amount
from budgetbook.show.vocabulary import known, word
from budgetbook.text import CHINESE

# A digit and a point as wide as themselves, so that decimals align without a style sheet.
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"


def table(frame: pd.DataFrame, caption: str, columns: str, total: Iterable[object] = ()) -> None:
    """Show a table.

    columns: the columns of `frame` in the order shown, with blanks between the names. Their headings are those of the
    vocabulary; `value:people` shows the column `value` under the heading of `people`. A cell for which the vocabulary
    has a word (`state.fails` for "fails" in the column `state`) shows that word. The first column heads its row. total:
    the index labels of the rows that are totals of others. Decimals align at the point, with the places as printed. A
    zero is 0, a missing number reads "not stated", a missing text is blank.

    A cell that shows a number as the text states it says which fact that is (`data-fact`), and so do the columns
    `quote` and `printed` of a frame of facts. From there the HTML edition leads to the place in the text.

    Raises KeyError for a column, a heading or a total that is not there.
    """
    total = list(total)
    keys = dict(column.partition(":")[::2] for column in columns.split())
    missing = [c for c in keys if c not in frame] + [t for t in total if t not in frame.index]
    if missing:
        raise KeyError(f"table {caption!r}: no {missing} in the frame")
    heads = {column: word(key or column) for column, key in keys.items()}
    frame = frame.assign(**{column: frame[column].map(partial(_worded, column)) for column in _coded(frame, keys)})
    shown = frame[list(heads)].set_axis(list(heads.values()), axis="columns")
    totals = [label in total for label in frame.index]
    page, text = _html(caption, shown, totals, _facts(frame, heads)), f"{caption}\n\n{text_table(shown, totals)}"
    display({"text/html": page, "text/plain": text}, raw=True)


def _coded(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """The columns whose cells are keys of the vocabulary."""
    return [c for c in columns if any(known(f"{c}.{cell}") for cell in set(frame[c]) if isinstance(cell, str))]


def _worded(column: str, cell: object) -> object:
    return word(f"{column}.{cell}") if isinstance(cell, str) and known(f"{column}.{cell}") else cell


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
        return word("not_stated")
    return amount(value) if isinstance(value, int | float | Decimal) else str(value)


def _cells(column: pd.Series, digit: str, point: str) -> list[str]:
    """The cells of a column as text. Numbers get blanks behind them, so that right-aligned their points align."""
    if not _is_numeric(column) and not column.isna().all():
        return ["" if _missing(value) else _cell(value) for value in column]
    cells = [_cell(value) for value in column]
    places = [len(c.partition(".")[2]) for c in cells if c != word("not_stated")]
    widest = max(places, default=0)

    def padded(cell: str) -> str:
        own = len(cell.partition(".")[2])
        return cell + (point if widest and not own else "") + digit * (widest - own)

    return [cell if cell == word("not_stated") else padded(cell) for cell in cells]


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
            kind = "na" if cell == word("not_stated") else "num" if is_number else ""
            mark = "em" if cell == word("not_stated") else "strong" if is_total else ""
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
