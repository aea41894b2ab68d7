"""The public face of a disclosure: what it says, as tables.

`read_disclosure` reads one; its `facts` are one row a figure or claim, with the words that carry it and their place.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

from budgetbook.audit import Audit
from budgetbook.document import Document
from budgetbook.numbers import convert
from budgetbook.reading.items import Items
from budgetbook.reading.sentences import Reader


class Disclosure(Document):
    """One department's disclosure, read: `text`, `about`, `sections`, `numbers`, `facts`, `irregularities`."""

    @property
    def name(self) -> str:
        return self.about.get("id", "")

    @cached_property
    def facts(self) -> pd.DataFrame:
        """One row a figure or claim, in reading order, columns as described in data/README.md.

        `value` is a Decimal as printed (a decrease is negative) in the unit as printed, which knows its `fact` (see
        `Stated`); None for a claim in words.
        """
        return Reader(self, Items(self.items)).read()

    @property
    def items(self) -> pd.DataFrame:
        """The budget items by which this disclosure is read: the taxonomy, and those that only it has."""
        return self.load("taxonomy")

    @cached_property
    def audit(self) -> Audit:
        """The audit of this disclosure, built once."""
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
        return pd.DataFrame(rows)

    def with_labels(self, frame: pd.DataFrame | None = None) -> pd.DataFrame:
        """`frame` (its facts, if none is given) with what the items say of its column `item`.

        Adds `label` (English), `zh`, `parent`, `code`. Raises ValueError naming the items that are not known.
        """
        frame, known = self.facts if frame is None else frame, self.items
        if unknown := sorted(set(frame["item"]) - set(known.index) - {""}):
            raise ValueError(f"no such item in the taxonomy: {', '.join(unknown)}")
        columns = {"label": "en", "zh": "zh", "parent": "parent", "code": "code"}
        return frame.assign(**{name: frame["item"].map(known[column]).fillna("") for name, column in columns.items()})

    def derived(self) -> dict[str, pd.DataFrame]:
        """Every table that follows from the published text, by its name."""
        return {
            "sections": self.sections,
            "numbers": self.numbers,
            "facts": self.facts,
            "irregularities": self.irregularities,
            "checks": self.audit.checks,
            "implied_figures": self.audit.implied,
            "guards": self.audit.guards,
            "coverage": self.audit.coverage,
            "findings": self.audit.findings,
        }

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


def write_derived(folder: str | Path) -> None:
    """Rewrite the derived tables of a disclosure's folder from its published text."""
    derived = Path(folder) / "derived"
    derived.mkdir(exist_ok=True)
    for name, frame in read_disclosure(folder).derived().items():
        frame.to_csv(derived / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
