"""How finely a document prints its money: a reading of the document, since no single figure can tell.

A figure printed as 150 may be rounded to whole units, or be 150.00 with the zeros left out. The document tells which,
by whether it ever prints a zero at the end, and by whether the sums in which its round amounts stand beside fine ones
close to the last place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

MEASURES = ("level", "change", "reason")
# So many sums have to close to the last place with round amounts in them. By chance one in a hundred would, at two
# places, if the round amounts were rounded; two of them leave no doubt worth the name.
WITNESSES = 2


def places(value: Decimal) -> int:
    """How many places after the point a number is printed with."""
    return max(0, -value.as_tuple().exponent)


def unit_of(unit: str) -> str:
    """The unit of an amount in full: a bare 万 is 万元."""
    return {"万": "万元", "亿": "亿元"}.get(unit, unit)


@dataclass(frozen=True)
class Precision:
    """The finest place of each unit, and what speaks for and against zeros left out at the end.

    finest: unit → places. round_amounts: how many amounts are printed with fewer places than the finest of their unit.
    zeros: how many are printed with a zero as their last place. closing, open_: sums in which round amounts stand
    beside fine ones, and which close to the last place, or do not.
    """

    finest: dict[str, int]
    round_amounts: int
    zeros: int
    closing: int
    open_: int

    @property
    def drops_zeros(self) -> bool:
        """Whether 150 is read as 150.00: no zero stands at the end of any amount, and enough sums close."""
        return bool(self.round_amounts) and not self.zeros and self.closing >= WITNESSES

    def places(self, value: Decimal, unit: str) -> int:
        """How many places an amount is good to, as this document prints."""
        own = places(value)
        return max(own, self.finest.get(unit_of(unit), own)) if self.drops_zeros else own


def read_precision(amounts: Iterable[tuple[Decimal, str]], sums: Iterable[tuple[list, bool]]) -> Precision:
    """The precision of a document.

    amounts: (value as printed, unit) of each amount of money above zero. sums: for each sum its terms, as such amounts,
    and whether it closes exactly.
    """
    amounts, finest = list(amounts), {}
    for value, unit in amounts:
        finest[unit_of(unit)] = max(finest.get(unit_of(unit), 0), places(value))

    def round_(amount: tuple[Decimal, str]) -> bool:
        return places(amount[0]) < finest[unit_of(amount[1])]

    mixed = [closes for terms, closes in sums if len({round_(term) for term in terms}) == 2]
    zeros = sum(places(value) > 0 and value.as_tuple().digits[-1] == 0 for value, _ in amounts)
    return Precision(finest, sum(map(round_, amounts)), zeros, sum(mixed), len(mixed) - sum(mixed))
