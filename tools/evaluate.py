"""How well are other bodies' files read? `make eval`: recall and precision against gold by hand, errors, false alarms.

Without a folder of your own it reads `tests/others`: files of invented bodies, each written by somebody who had not
seen the program (its README tells how, and what they scored when they were read first). `BUDGETBOOK_CORPUS=DIR make
eval` reads DIR: each file, and each folder in it as the files of one body. Beside them lies `gold.csv`, or else
`tests/gold.csv` is the gold: what a person reads in them, with the columns file, place (prose or table), item, value,
unit, and, if known, stage and quote. Figures are carried over, no sentence is.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import budgetbook
from budgetbook.filing import Filing
from budgetbook.numbers import YUAN, convert
from budgetbook.reading.tables import plain
from budgetbook.sources import Unreadable

ROOT = Path(__file__).resolve().parent.parent
OTHERS = ROOT / "tests" / "others"
READABLE = (".pdf", ".docx", ".html", ".htm", ".xlsx", ".xls", ".txt", ".md")
WRONG = "wrong"  # what the program reads and a person would not, noted in the gold so that it is not forgotten
CELL = "cell"  # the item of a row of the gold that names a cell of a table and no headline item
# Amounts of projects under targets are told of the whole and of projects in much the same words.
ALIKE = {"performance.project": "performance"}


def rows_of(path: Path) -> list[dict]:
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def bodies(folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """Each file, and each folder, of a corpus: its name, and the files that belong to it."""
    for path in sorted(folder.iterdir()):
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        if files := [file for file in files if file.suffix.lower() in READABLE and file.stem != "README"]:
            yield path.name, files


def exact(value, unit: str) -> Decimal:
    """A value in yuan if it is one of money, else as it is."""
    return Decimal(convert(Decimal(value), unit, "元")) if unit in YUAN else Decimal(value)


@dataclass
class Score:
    """What of one body's files was read as its gold says: rows of the gold, and values that it has not."""

    filing: Filing
    read: list[dict] = field(default_factory=list)
    missed: list[dict] = field(default_factory=list)
    right: Counter = field(default_factory=Counter)  # place → values that the gold has
    wrong: list[tuple[str, str, Decimal]] = field(default_factory=list)  # place, item and value that it has not


def score(files: list[Path], gold: list[dict]) -> Score:
    """Read files and hold them against the rows of the gold that are of them."""
    filing = budgetbook.read(*files)
    found, cells = defaultdict(set), defaultdict(set)
    for fact in filing.fact_list:
        if fact.value is None:
            continue
        place, value = "prose" if fact.table is None else "table", exact(fact.value, fact.unit)
        stock = fact.item.startswith(("assets.", "organisation."))  # dated by a day, and of no stage
        if fact.item and fact.measure in ("level", "count", "area"):
            stage = "" if stock else "决算" if fact.stage == "决算" else "预算"
            if stock or fact.period in ("", filing.year):
                found[place, ALIKE.get(fact.item, fact.item), stage].add(value)
        if place == "table":
            cells[value].add(fact.name)
            cells[Decimal(fact.value)].add(fact.name)
    result, expected = Score(filing), defaultdict(set)
    for row in gold:
        if row.get("read") == WRONG:
            continue
        value = exact(row["value"], row["unit"])
        if row["item"] == CELL:
            label = plain(row["quote"].split(" / ")[1]) if row["quote"].count(" / ") > 1 else ""
            named = {*cells[value], *cells[Decimal(row["value"])]}
            known = any(label.endswith(name) or name.endswith(label) for name in named)
        else:
            item = ALIKE.get(row["item"], row["item"])
            stock = item.startswith(("assets.", "organisation."))
            stage = row.get("stage") or filing.stage
            key = row["place"], item, "" if stock else "决算" if stage == "决算" else "预算"
            expected[key].add(value)
            known = value in found[key]
        (result.read if known else result.missed).append(row)
    own = {"", "决算" if filing.stage == "决算" else "预算"}
    for key, values in expected.items():
        if key[2] in own:
            result.right[key[0]] += len(found[key] & values)
            result.wrong += [(*key[:2], value) for value in sorted(found[key] - values)]
    return result


def main() -> int:
    folder = Path(os.environ.get("BUDGETBOOK_CORPUS") or OTHERS)
    if not folder.is_dir():
        print(f"{folder} is no folder: BUDGETBOOK_CORPUS=DIR make eval", file=sys.stderr)
        return 2
    own = folder / "gold.csv"
    gold, planted = rows_of(own if own.is_file() else ROOT / "tests" / "gold.csv"), []
    if (folder / "errors.csv").is_file():
        planted = rows_of(folder / "errors.csv")
    told, read, right, wrong, failing = Counter(), Counter(), Counter(), Counter(), []
    for name, files in bodies(folder):
        begin = time.perf_counter()
        mine = [row for row in gold if row["file"].partition("/")[0] == name]
        try:
            result = score(files, mine)
        except Unreadable as error:
            print(f"{name}: refused. {error}")
            continue
        audit = result.filing.audit()
        pages = sum(len(file.pages) for file in result.filing.files)
        states = ", ".join(f"{n} {state}" for state, n in Counter(row["state"] for row in audit.rows).most_common())
        print(f"{name}: {pages} pages, {time.perf_counter() - begin:.2f} s; checks: {states or 'none'}", flush=True)
        for row in result.missed:
            print(f"  not read: {row['place']} {row['item']} {row['value']} {row['unit']} {row.get('quote', '')[:60]}")
        for place, item, value in result.wrong:
            print(f"  not in the gold: {place} {item} {value}")
        for row in (*result.read, *result.missed):
            told[CELL if row["item"] == CELL else row["place"]] += 1
        for row in result.read:
            read[CELL if row["item"] == CELL else row["place"]] += 1
        right += result.right
        wrong += Counter(place for place, *_ in result.wrong)
        failing += [(name, row) for row in audit.finding_list]
    print("\nplace   gold  recall  values  precision")
    for place in ("prose", "table", CELL):
        values = right[place] + wrong[place]
        share = [f"{100 * a / b:.1f} %" if b else "-" for a, b in ((read[place], told[place]), (right[place], values))]
        print(f"{place:6}  {told[place]:4}  {share[0]:>7}  {values:6}  {share[1]:>9}")
    if planted:
        found = sum(bool(row["told"]) for row in planted)
        print(f"\n{len(planted)} planted errors; by errors.csv {found} of them are told of.")
    print(f"\n{len(failing)} findings; a person has to say which of them are true:")
    for name, row in failing:
        print(f"  {name} | {row['kind']} | {row['title']} | {row['places']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
