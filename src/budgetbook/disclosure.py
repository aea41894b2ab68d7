"""The public face of a disclosure: what it says, as tables.

`read_disclosure` reads one; its `facts` are one row a figure or claim, with the words that carry it and their place.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from budgetbook.document import Document
from budgetbook.numbers import convert
from budgetbook.reading.items import Items
from budgetbook.reading.sentences import COLUMNS, Fact, Reader
from budgetbook.rules import frame, package, save, write

if TYPE_CHECKING:
    import pandas as pd

    from budgetbook.audit.whole import Audit


class Disclosure(Document):
    """One department's disclosure, read: `text`, `about`, `sections`, `numbers`, `facts`, `irregularities`."""

    @property
    def name(self) -> str:
        return self.about.get("id", "")

    @cached_property
    def fact_list(self) -> list[Fact]:
        """The facts in reading order; see `facts`."""
        return Reader(self, Items(self.rows("taxonomy"))).read()

    @cached_property
    def facts(self) -> pd.DataFrame:
        """One row a figure or claim, in reading order, columns as described in data/README.md.

        `value` is a Decimal as printed (a decrease is negative) in the unit as printed, which knows its `fact` (see
        `Stated`); None for a claim in words.
        """
        return frame(map(vars, self.fact_list), COLUMNS, numbers=("number_start", "number_end"))

    @property
    def items(self) -> pd.DataFrame:
        """The budget items by which this disclosure is read: the taxonomy, and those that only it has."""
        return self.load("taxonomy")

    @cached_property
    def audit(self) -> Audit:
        """The audit of this disclosure, built once."""
        from budgetbook.audit.whole import Audit

        return Audit(self)

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """One row a number of the text, all of them: start, end, printed, kind, fact, reason."""
        fact_at = dict(zip(self.facts["number_start"], self.facts["fact"], strict=True))
        rows = [
            dict(
                start=n.start,
                end=n.end,
                printed=n.printed,
                kind=n.kind,
                section=self.section_at(n.start),
                fact=fact_at.get(n.start, ""),
                reason=n.reason or "states a figure",
            )
            for n in self.number_list
        ]
        return frame(rows)

    def with_labels(self, facts: pd.DataFrame | None = None) -> pd.DataFrame:
        """`facts` (its own, if none are given) with what the items say of its column `item`.

        Adds `label` (English), `zh`, `parent`, `code`. Raises ValueError naming the items that are not known.
        """
        table, known = self.facts if facts is None else facts, self.items
        if unknown := sorted(set(table["item"]) - set(known.index) - {""}):
            raise ValueError(f"no such item in the taxonomy: {', '.join(unknown)}")
        columns = {"label": "en", "zh": "zh", "parent": "parent", "code": "code"}
        return table.assign(**{name: table["item"].map(known[column]).fillna("") for name, column in columns.items()})

    def value(self, item: str, measure: str = "level", section: str | None = None) -> Decimal:
        """The one value that the text states for an item, exact, money in 万元 (10,000 yuan).

        It knows the first fact that states it, unless it had to be converted. Raises LookupError when the text states
        none, or states different ones in different places.
        """
        rows = self.facts[(self.facts["item"] == item) & (self.facts["measure"] == measure)]
        if section is not None:
            rows = rows[rows["section"] == section]
        values = [convert(v, u) for v, u in zip(rows["value"], rows["unit"], strict=True)]
        if not values:
            raise LookupError(f"{self.name} states no {measure} of {item} in section {section or '(any)'}")
        if len(set(values)) > 1:
            raise LookupError(
                f"{self.name} states {measure} of {item} as {', '.join(map(str, values))}: name a section"
            )
        return values[0]


def read_disclosure(folder: str | Path) -> Disclosure:
    """Read the folder of a disclosure; see `Document.read` for errors."""
    return Disclosure.read(folder)


# Every table that follows from the published text alone, and how to get it.
DERIVED = {table: attrgetter(table) for table in ("sections", "numbers", "facts", "irregularities")} | {
    "checks": attrgetter("audit.checks"),
    "implied_figures": attrgetter("audit.implied"),
    "guards": attrgetter("audit.guards"),
    "coverage": attrgetter("audit.coverage"),
    "findings": attrgetter("audit.findings"),
}


def write_derived(folder: str | Path) -> None:
    """Rewrite what follows from the published text of a disclosure's folder: its derived tables, `datapackage.json`."""
    disclosure = read_disclosure(folder)
    derived = disclosure.folder / "derived"
    derived.mkdir(exist_ok=True)
    for table, of in DERIVED.items():
        save(of(disclosure), derived / f"{table}.csv")
    described = json.dumps(describe(disclosure), ensure_ascii=False, indent=2) + "\n"
    write(disclosure.folder / "datapackage.json", described.encode())


def describe(disclosure: Disclosure) -> dict:
    """The folder of a disclosure as a Frictionless data package: the text, and the tables that are there.

    The hash of the text is the one that the description pins, so that a changed text does not pass. Keys that lead to
    the general rules, which are another package, are left out: a package must stand alone.
    """
    about, template, rules = disclosure.about, package("disclosure"), package("datapackage")
    if lacking := {"id", "body", "title", "licence", "sha256"} - set(about):
        raise ValueError(f"{disclosure.folder / 'about.yml'} does not say: {', '.join(sorted(lacking))}")
    text = {"name": "source", "path": "source.txt", "format": "txt", "mediatype": "text/plain", "encoding": "utf-8"}
    own = [resource | {"path": f"notes/{resource['path']}"} for resource in rules["resources"]]
    tables = [r for r in own + template["resources"] if (disclosure.folder / r["path"]).is_file()]
    inside = {resource["name"] for resource in template["resources"]} & {resource["name"] for resource in tables}
    return {
        "name": about["id"],
        "title": f"{about['body']} {about['title']}",
        "description": template["description"],
        "version": rules["version"],
        "licenses": rules["licenses"],
        "resources": [text | {"description": about["licence"], "hash": f"sha256:{about['sha256']}"}]
        + [table | {"schema": _standing_alone(table, inside)} for table in tables],
    }


def _standing_alone(table: dict, inside: set[str]) -> dict:
    """The schema of a table without the keys that lead to tables that are not `inside` its package."""
    schema = dict(table["schema"])
    keys = [key for key in schema.pop("foreignKeys", []) if (key["reference"]["resource"] or table["name"]) in inside]
    return schema | ({"foreignKeys": keys} if keys else {})
