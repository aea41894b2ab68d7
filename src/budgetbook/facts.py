"""The public face of a disclosure: what it says, as tables.

`read_disclosure` reads one; its `facts` are one row a figure or claim, with the words that carry it and their place.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import pandas as pd

from budgetbook.document import Document
from budgetbook.reader import Items, Reader

MAIN = "liling-grid-centre-2021"

# 1 unit = this many yuan. A bare 万 or 亿 before no other unit is read as money.
YUAN = {
    "元": Decimal(1),
    "千元": Decimal(10**3),
    "万元": Decimal(10**4),
    "亿元": Decimal(10**8),
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
}


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
        return Reader(self, Items(self.name)).read()

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


def convert(value: Decimal, unit: str, to: str = "万元") -> Decimal:
    """Money in another unit, exactly; anything that is not money unchanged.

    >>> convert(Decimal("1951.91"), "万元", "元"), convert(Decimal("0.155"), "亿元"), convert(Decimal("5"), "万")
    (Decimal('19519100'), Decimal('1550'), Decimal('5'))
    """
    if unit not in YUAN or YUAN[unit] == YUAN[to]:
        return value
    exact = value * YUAN[unit] / YUAN[to]
    # No more places than the value needs, and no exponent: 0.155 亿元 is 1550 万元, not 1.55E+3.
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def read_disclosure(name: str = MAIN) -> Disclosure:
    """Read data/disclosures/<name>.txt; see `Document.read` for errors."""
    return Disclosure.read(name)
