"""Tables and computed sentences as the notebooks show them.

Each is one bundle of a rich form and a `text/plain` twin, so that nbval compares it and a terminal can read it. Nothing
in a bundle depends on the session: no random ids, no style sheets, no object reprs. A table keeps its record (see
`record`) in the metadata of the output: from it both forms are made, and the tables of the HTML edition.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import partial

import pandas as pd
from IPython.display import display

from budgetbook.numbers import amount
from budgetbook.show.vocabulary import cited, counted, known, numbered, word
from budgetbook.text import marked

# A digit and a point as wide as themselves, so that decimals align without a style sheet.
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"


def table(
    frame: pd.DataFrame, caption: str, columns: str, total: Iterable[object] = (), play: dict | None = None
) -> None:
    """Show a table.

    columns: the columns of `frame` in the order shown, with blanks between the names. Their headings are those of the
    vocabulary; `value:people` shows the column `value` under the heading of `people`. A cell for which the vocabulary
    has a word (`state.fails` for "fails" in the column `state`) shows that word. The first column heads its row. total:
    the index labels of the rows that are totals of others. Decimals align at the point, with the places as printed. A
    zero is 0, a missing number reads "not stated", a missing text is blank.

    A cell that shows a number as the text states it says which fact that is (`data-fact`), and so do the columns
    `quote` and `printed` of a frame of facts. From there the HTML edition leads to the place in the text.

    play: kept beside the record, see `Chapter.play`.

    Raises KeyError for a column, a heading or a total that is not there.
    """
    total = list(total)
    keys = dict(column.partition(":")[::2] for column in columns.split())
    missing = [c for c in keys if c not in frame] + [t for t in total if t not in frame.index]
    if missing:
        raise KeyError(f"table {caption!r}: no {missing} in the frame")
    heads = {column: word(key or column) for column, key in keys.items()}
    frame = frame.assign(**{column: frame[column].map(partial(_worded, column)) for column in _coded(frame, keys)})
    shown = record(frame, caption, heads, [label in total for label in frame.index])
    display(
        {"text/html": as_html(shown), "text/plain": as_text(shown)},
        raw=True,
        metadata={"table": shown} | ({"play": play} if play else {}),
    )


def _coded(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """The columns whose cells are keys of the vocabulary."""
    return [c for c in columns if any(known(f"{c}.{cell}") for cell in set(frame[c]) if isinstance(cell, str))]


def _worded(column: str, cell: object) -> object:
    return word(f"{column}.{cell}") if isinstance(cell, str) and known(f"{column}.{cell}") else cell


def say(text: str, to_copy: bool = False) -> None:
    """Show a sentence that the cell has computed, as Markdown; words of a disclosure in it go through `inert` first.

    to_copy: it is a text to take along, for which the HTML edition has a button.
    """
    display({"text/markdown": text, "text/plain": text}, raw=True, metadata={"to_copy": True} if to_copy else None)


def _is_numeric(column: pd.Series) -> bool:
    values = [v for v in column if not _missing(v)]
    return bool(values) and all(isinstance(v, int | Decimal) and not isinstance(v, bool) for v in values)


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and pd.isna(value))


def _cell(value: object) -> str:
    if _missing(value):
        return word("not_stated")
    return amount(value) if isinstance(value, int | float | Decimal) else str(value)


def _cells(column: pd.Series) -> list[str]:
    numbers = _is_numeric(column) or column.isna().all()
    return ["" if _missing(value) and not numbers else _cell(value) for value in column]


def record(frame: pd.DataFrame, caption: str, headings: dict[str, str], totals: Iterable[bool] = ()) -> dict:
    """A table as plain data, fit for JSON. headings: column → heading; totals: which rows are totals of others.

    `caption`; `columns`, each with `key`, `heading`, and `numeric` if it holds numbers; `rows`, each with its `cells`
    as text, with `facts` (key of a column → the fact that the cell shows) and with `total` where there are such.
    """
    numeric = {key: _is_numeric(frame[key]) for key in headings}
    columns = [{"key": str(key), "heading": str(heading), "numeric": numeric[key]} for key, heading in headings.items()]
    cells = zip(*(_cells(frame[key]) for key in headings), strict=True)
    rows = []
    for row, facts, total in zip(cells, _facts(frame, headings), list(totals) or [False] * len(frame), strict=True):
        facts = {column["key"]: fact for column, fact in zip(columns, facts, strict=True) if fact}
        rows.append({"cells": list(row)} | ({"facts": facts} if facts else {}) | ({"total": True} if total else {}))
    return {"caption": caption, "columns": columns, "rows": rows}


def aligned(cells: list[str], digit: str = FIGURE_SPACE, point: str = POINT_SPACE) -> list[str]:
    """Numbers with blanks behind them, so that right-aligned their points stand below each other."""
    places = {cell: len(cell.partition(".")[2]) for cell in cells if cell != word("not_stated")}
    widest = max(places.values(), default=0)

    def padded(cell: str) -> str:
        return cell + (point if widest and not places[cell] else "") + digit * (widest - places[cell])

    return [padded(cell) if cell in places else cell for cell in cells]


def by_column(table: dict, digit: str = FIGURE_SPACE, point: str = POINT_SPACE) -> list[list[str]]:
    """The cells of a record column by column, numbers aligned."""
    columns = [[row["cells"][k] for row in table["rows"]] for k in range(len(table["columns"]))]
    return [
        aligned(cells, digit, point) if column["numeric"] else cells
        for cells, column in zip(columns, table["columns"], strict=True)
    ]


def _facts(frame: pd.DataFrame, columns: Iterable[str]) -> list[list[str]]:
    """Row by row, the fact that each cell shows in the words or the number of the text; "" for any other cell."""
    facts = frame["fact"] if "fact" in frame else [""] * len(frame)
    facts = [fact if re.fullmatch(r"F\d+", str(fact)) else "" for fact in facts]

    def shown(column: str) -> list[str]:
        words = column in ("quote", "printed")
        return [getattr(v, "fact", f if words else "") for v, f in zip(frame[column], facts, strict=True)]

    return [list(row) for row in zip(*map(shown, columns), strict=True)]


def as_html(table: dict) -> str:
    """A record as the HTML of a table."""
    # The alignment is written into the cells, because an untrusted JupyterLab and code hosts drop style sheets.
    columns = [(c, f' style="text-align: {"right" if c["numeric"] else "left"}"') for c in table["columns"]]
    lines = ['<table class="budget">', f"<caption>{marked(table['caption'])}</caption>", "<thead><tr>"]
    for column, style in columns:
        kind = ' class="num"' if column["numeric"] else ""
        lines.append(f'<th scope="col"{kind}{style}>{marked(column["heading"])}</th>')
    lines.append("</tr></thead>\n<tbody>")
    for row, cells in zip(table["rows"], zip(*by_column(table), strict=True), strict=True):
        lines.append('<tr class="total">' if row.get("total") else "<tr>")
        for k, (cell, (column, style)) in enumerate(zip(cells, columns, strict=True)):
            cell = labelled(column["key"], cell)
            kind = "na" if cell == word("not_stated") else "num" if column["numeric"] else ""
            mark = "em" if cell == word("not_stated") else "strong" if row.get("total") else ""
            shown = f"<{mark}>{marked(cell)}</{mark}>" if mark else marked(cell)
            head = k == 0 and not column["numeric"]
            fact = row.get("facts", {}).get(column["key"])
            opening = ('th scope="row"' if head else "td") + (f' class="{kind}"' if kind else "") + style
            opening += f' data-fact="{fact}"' if fact else ""
            lines.append(f"<{opening}>{shown}</{'th' if head else 'td'}>")
        lines.append("</tr>")
    return "\n".join([*lines, "</tbody>", "</table>"])


def labelled(key: str, cell: str) -> str:
    """A cell of a column with what a reader without Chinese lacks: the number of a section, what a unit counts."""
    return cited(cell) if key == "section" else counted(numbered(cell))


def width(text: str) -> int:
    """Columns of a terminal that a text takes: two for each full-width character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def as_text(table: dict) -> str:
    """A record as aligned plain text, below its caption if it has one."""
    columns = []
    for cells, column in zip(by_column(table, " ", " "), table["columns"], strict=True):
        cells = [column["heading"], *cells]
        widest = max(map(width, cells))
        blanks = [" " * (widest - width(c)) for c in cells]
        columns.append([b + c if column["numeric"] else c + b for b, c in zip(blanks, cells, strict=True)])
    head, *rows = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
    rule = "-" * max(map(width, [head, *rows]))
    notes = ["   (total)" if row.get("total") else "" for row in table["rows"]]
    above = [table["caption"], ""] if table["caption"] else []
    return "\n".join([*above, head, rule, *(row + note for row, note in zip(rows, notes, strict=True))])


def text_table(frame: pd.DataFrame, totals: Iterable[bool] = ()) -> str:
    """A table as aligned plain text, headed by the names of its columns; totals: which rows are totals of others."""
    return as_text(record(frame, "", {name: name for name in frame}, totals))
