"""The rules: the vocabulary of the reader and the rules of the audit, as tables that a person can open.

`datapackage.json` describes each table (Frictionless) and README.md each column; `disclosure.json` describes those of a
disclosure's own folder, whose codebook is data/README.md. A disclosure may add rows of its own to a table, by a file of
the same name in its folder `notes/`.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

RULES = Path(__file__).parent


@lru_cache
def package(name: str) -> dict:
    """A data package as it is written down: `datapackage` of the general tables, or `disclosure` of a folder's."""
    return json.loads((RULES / f"{name}.json").read_text(encoding="utf-8"))


@lru_cache
def schemas() -> dict[str, dict]:
    """Table → its Frictionless schema, for the general tables and those of a disclosure's folder."""
    both = package("datapackage")["resources"] + package("disclosure")["resources"]
    return {resource["name"]: resource["schema"] for resource in both}


def frame(rows: Iterable[dict], columns: list[str] | None = None, numbers: Iterable[str] = ()) -> pd.DataFrame:
    """Rows as a frame; numbers: columns of whole numbers of which some cells are empty.

    Reading and auditing do without pandas, which takes longer to load than a disclosure to read: rows become a frame
    where one is asked for.
    """
    import pandas as pd

    return pd.DataFrame(list(rows), columns=columns).astype(dict.fromkeys(numbers, "Int64"))


@lru_cache
def read_rows(table: str, own: Path | None = None) -> tuple[dict, ...]:
    """The rows of a table of rules: the general ones, then those of a file of that name in the folder `own`.

    Cells are typed as the schema says: text ("" where a cell is empty), int, Decimal (None where empty).

    Raises ValueError naming the file, the row and the column for a cell that is not of its type, a missing or unknown
    column, or a key that stands twice; FileNotFoundError if no file of this name is there.
    """
    files = [folder / f"{table}.csv" for folder in (RULES, own) if folder is not None]
    there = [path for path in files if path.is_file()]
    if not there:
        raise FileNotFoundError(f"no table {table!r}: looked for {' and '.join(map(str, files))}")
    schema = schemas()[table]
    rows, key = tuple(row for path in there for row in _rows(path, schema)), schema.get("primaryKey", [])
    known = set()
    for row in rows if len(key) == 1 else ():
        if row[key[0]] in known:
            raise ValueError(f"{there[-1]}: {key[0]} {row[key[0]]!r} stands twice")
        known.add(row[key[0]])
    return rows


@lru_cache
def load(table: str, own: Path | None = None) -> pd.DataFrame:
    """A table of rules as a frame; see `read_rows`. Where its schema names one column as primary key, that indexes the
    rows, and the column stays.
    """
    rows, schema = read_rows(table, own), schemas()[table]
    whole, key = frame(rows, [field["name"] for field in schema["fields"]]), schema.get("primaryKey", [])
    return whole.set_index(key[0], drop=False).rename_axis(None) if len(key) == 1 else whole


def rows_of(path: Path) -> list[dict]:
    """The rows of a table without a schema of types: every cell is text. Raises FileNotFoundError."""
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def save(table: pd.DataFrame, path: Path) -> None:
    """Write a table as `load` reads it; with a byte order mark, without which a spreadsheet shows hanzi as noise."""
    write(path, table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))


def write(path: Path, content: bytes) -> None:
    """Write a file if that changes it, never leaving half of one, be the program killed or another writing the same."""
    if path.exists() and path.read_bytes() == content:
        return
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(path)


def _rows(path: Path, schema: dict) -> Iterator[dict]:
    types = {field["name"]: field["type"] for field in schema["fields"]}
    with open(path, encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if list(reader.fieldnames or []) != list(types):
            odd = sorted(set(types) ^ set(reader.fieldnames or []))
            raise ValueError(f"{path}: columns that are missing, unknown or out of order: {', '.join(odd) or 'order'}")
        for number, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                raise ValueError(f"{path}, row {number}: not as many cells as columns")
            yield {name: _typed(cell, types[name], f"{path}, row {number}, {name}") for name, cell in row.items()}


def _typed(cell: str, kind: str, where: str) -> str | int | Decimal | None:
    if kind not in ("integer", "number"):
        return cell
    try:
        return None if cell == "" else int(cell) if kind == "integer" else Decimal(cell)
    except (ValueError, InvalidOperation) as error:
        raise ValueError(f"{where}: {cell!r} is no {kind}") from error
