"""How well are other bodies' files read? `BUDGETBOOK_CORPUS=DIR make eval`: recall and precision against gold by hand.

DIR holds the files. The gold is `DIR/gold.csv` or else `tests/gold.csv`: levels of headline items as a person reads
them in the published files (figures are carried over, no sentence is), with the columns file, place (prose or table),
item, value, unit. Other files are read and audited, too. What fails is listed for a person to judge.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pandas as pd

import budgetbook
from budgetbook.numbers import YUAN, convert
from budgetbook.sources import Unreadable, open_file

ROOT = Path(__file__).resolve().parent.parent
READABLE = (".pdf", ".docx", ".html", ".htm", ".xlsx", ".xls", ".txt", ".md")


def levels(filing) -> dict[tuple[str, str], set[Decimal]]:
    """(place, item) → the values in yuan that were read for it, of the filing's own year."""
    found = defaultdict(set)
    facts = filing.facts
    facts = facts[(facts["measure"] == "level") & (facts["item"] != "") & facts["unit"].isin(YUAN)]
    for fact in facts.itertuples():
        if fact.period in ("", filing.year) and fact.stage == filing.stage:
            place = "prose" if pd.isna(fact.table) else "table"
            found[place, fact.item].add(Decimal(convert(fact.value, fact.unit, "元")))
    return found


def main() -> int:
    corpus = os.environ.get("BUDGETBOOK_CORPUS")
    if not corpus or not Path(corpus).is_dir():
        print("make eval needs a folder of disclosures: BUDGETBOOK_CORPUS=DIR make eval", file=sys.stderr)
        return 2
    gold_path = Path(corpus) / "gold.csv"
    with open(gold_path if gold_path.is_file() else ROOT / "tests/gold.csv", encoding="utf-8-sig", newline="") as lines:
        gold = list(csv.DictReader(lines))
    told, hit, judged, right = Counter(), Counter(), Counter(), Counter()
    failing = []
    for path in sorted(p for p in Path(corpus).iterdir() if p.suffix.lower() in READABLE):
        begin = time.perf_counter()
        try:
            pages = len(open_file(path).pages)
            read_in = time.perf_counter() - begin
            filing = budgetbook.read(path)
            checks = filing.audit().checks
        except Unreadable as error:
            print(f"{path.name}: refused. {error}")
            continue
        states = Counter(checks["state"])
        print(f"{path.name}: {1000 * read_in / pages:.1f} ms a page to read, {dict(states)}", flush=True)
        failing += [
            (path.name, row.kind, row.left, row.right, row.place)
            for row in checks.query("state == 'fails'").itertuples()
        ]
        found, mine = levels(filing), [row for row in gold if row["file"] == path.name]
        expected = defaultdict(set)
        for row in mine:
            value = Decimal(convert(Decimal(row["value"]), row["unit"], "元"))
            expected[row["place"], row["item"]].add(value)
            told[row["place"]] += 1
            if value in found[row["place"], row["item"]]:
                hit[row["place"]] += 1
            else:
                print(f"  not read: {row['place']} {row['item']} {row['value']}")
        for (place, item), values in sorted(found.items()):
            if (place, item) in expected:
                judged[place] += len(values)
                right[place] += len(values & expected[place, item])
                for value in sorted(values - expected[place, item]):
                    print(f"  not in the gold: {place} {item} {value}")
    print("\nplace   gold  recall  values  precision")
    for place in ("prose", "table"):
        recall, precision = (
            f"{100 * a / b:.1f} %" if b else "-" for a, b in ((hit[place], told[place]), (right[place], judged[place]))
        )
        print(f"{place:6}  {told[place]:4}  {recall:>7}  {judged[place]:6}  {precision:>9}")
    print(f"\n{len(failing)} checks fail; a person has to say which of them are true:")
    for row in failing:
        print("  " + " | ".join(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
