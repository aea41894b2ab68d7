"""Whether tables foot: along rows, along class codes, against each other, and against the text.

Cells come from the layout; the sums come after and never choose cells. A sum is tested only where its whole and all of
its parts were read. Where many sums of a table fail, the cells were misread rather than misprinted: they are told as
one, and not as failing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from budgetbook.numbers import convert
from budgetbook.reading.tables import CHANGES, LAST, RATES, TOP, Figure

MISREAD = Fraction(1, 3)  # with more of a table's sums failing than this, its cells are in doubt
# Columns of the table of the three public expenses, which all forms have.
VEHICLES = "three_public.vehicles"
PARTS = {
    "three_public": ("three_public.overseas", VEHICLES, "three_public.reception"),
    VEHICLES: ("three_public.vehicle_purchase", "three_public.vehicle_running"),
}
WHOLE = ("合计", "总计", "小计")


@dataclass(frozen=True)
class Footing:
    """Two sides that should agree: the whole and its parts, or two figures of one item."""

    kind: str  # row, codes, column, difference, tables, text
    left: tuple[Figure, ...]
    right: tuple[Figure, ...]
    holds: bool
    doubt: str = ""  # why it cannot be tested after all

    @property
    def gap(self) -> Fraction:
        return sum(map(yuan, self.left), Fraction(0)) - sum(map(yuan, self.right), Fraction(0))


def yuan(figure: Figure) -> Fraction:
    return Fraction(convert(figure.value, figure.unit or "元", "元"))


def half(figure: Figure) -> Fraction:
    """Half a unit of the last place that a table in this unit prints: two places for 万元 and 亿元, as tables have."""
    places = max(-figure.value.as_tuple().exponent, 2 if figure.unit in ("万元", "亿元") else 0)
    return Fraction(convert(1, figure.unit or "元", "元")) / 10**places / 2


def tested(kind: str, left: Iterable[Figure], right: Iterable[Figure], slack: Fraction = Fraction(0)) -> Footing:
    """Both sides compared; slack: what rounding may add, in yuan, where a side is from elsewhere."""
    left, right = tuple(left), tuple(right)
    footing = Footing(kind, left, right, True)
    return replace(footing, holds=abs(footing.gap) <= sum(map(half, (*left, *right)), slack))


def footings(figures: list[Figure]) -> Iterator[Footing]:
    """All sums of the tables, in order of their tables; those of a table in doubt as one."""
    tables = defaultdict(list)
    for figure in figures:
        tables[figure.file, figure.title, figure.unit].append(figure)
    for of_one in tables.values():
        for kind in (_rows, _codes, _columns, _differences):
            yield from in_doubt(list(kind(of_one)), "sums of this table")


def _rows(figures: list[Figure]) -> Iterator[Footing]:
    """合计 = 基本支出 + 项目支出 …, where each of these heads stands once and no other amount stands in the row."""
    rows = defaultdict(list)
    for figure in figures:
        rows[figure.table, figure.row].append(figure)
    for row in rows.values():
        wholes = [f for f in row if f.head.endswith(("合计", "总计")) and not f.head.endswith(("支出总计", "收入总计"))]
        names = [("基本支出", "项目支出"), ("人员经费", "公用经费")]
        for pair in names:
            parts = [f for f in row if f.head.endswith(pair)]
            if len(wholes) == 1 and len(parts) == 2 and len(row) == 3 and len({f.label for f in row}) == 1:
                yield tested("row", wholes, parts)
        of_item = {f.item: f for f in row}
        for whole, items in PARTS.items() if len(of_item) == len(row) and "" not in of_item else ():
            parts = [of_item[item] for item in items if item in of_item]  # what is blank is nothing
            if whole in of_item and len(parts) > 1:
                yield tested("row", [of_item[whole]], parts)


def _columns(figures: list[Figure]) -> Iterator[Footing]:
    """The kinds that are numbered 一、二、… above 本年收入合计 or 本年支出合计 make it up."""
    columns = defaultdict(list)
    for figure in figures:
        if figure.side and not RATES.search(figure.head):
            columns[figure.side, figure.column].append(figure)  # over all pages of the table
    for (side, _), column in columns.items():
        wholes = [f for f in column if re.fullmatch(f"(?:本年|当年)?{side}(?:预算|决算)?(?:合计|小计)", f.label)]
        if len(wholes) != 1 or any(f.code for f in column):
            continue
        above = column[: column.index(wholes[0])]
        kinds = [f for f in above if TOP.fullmatch(f.mark)]
        others = [f for f in above if f not in kinds and not f.mark and f.value]
        if len(kinds) > 1 and not others and len({f.mark for f in kinds}) == len(kinds):
            yield tested("column", wholes, kinds)


def _differences(figures: list[Figure]) -> Iterator[Footing]:
    """This year's column less last year's is the column of change, where a row has one amount of each."""
    rows = defaultdict(list)
    for figure in figures:
        if not RATES.search(figure.head):
            rows[figure.table, figure.row, figure.label].append(figure)
    for row in rows.values():
        changes = [f for f in row if CHANGES.search(f.head)]
        levels = [f for f in row if f not in changes]
        last = [f for f in levels if f.year == LAST or (f.year and any(o.year > f.year != LAST for o in levels))]
        this = [f for f in levels if f not in last]
        if len(changes) == len(last) == len(this) == 1:
            change = changes[0]
            if "减少" in change.head and "增" not in change.head:
                change = replace(change, value=-change.value)
            yield tested("difference", this, [*last, change])


def _codes(figures: list[Figure]) -> Iterator[Footing]:
    """Along class codes: a 类 is its 款, a 款 its 项, and the total all 类; column by column."""
    columns = defaultdict(list)
    for figure in figures:
        if not RATES.search(figure.head):
            columns[figure.head].append(figure)
    for column in columns.values():
        coded = [f for f in column if f.code]
        if len({f.code for f in coded}) < len(coded) or len(coded) < 2:
            continue  # a code stands twice: two lists beside each other, or codes that were not read whole
        for whole in coded:
            parts = [f for f in coded if len(f.code) == len(whole.code) + 2 and f.code.startswith(whole.code)]
            if parts:
                yield tested("codes", [whole], parts)
        totals = [f for f in column if f.label in WHOLE and not f.code]
        top = [f for f in coded if len(f.code) == 3]
        if len(totals) == 1 and top and all(any(f.code.startswith(t.code) for t in top) for f in coded):
            yield tested("codes", totals, top)


def restatements(figures: list[Figure]) -> Iterator[Footing]:
    """One item of one year in tables of different titles, each against the first; many that differ are told as one."""
    items = defaultdict(list)
    for figure in figures:
        if figure.item and figure.unit:
            items[figure.file, figure.item, figure.year, figure.stage].append(figure)
    found = [
        carried(tested("tables", [of_one[0]], [other]), figures)
        for of_one in items.values()
        for other in of_one[1:]
        if other.title != of_one[0].title
    ]
    yield from in_doubt(found, "comparisons of tables")


def carried(footing: Footing, figures: list[Figure]) -> Footing:
    """The comparison, in doubt where what it misses is an amount that is carried over, as from 本年收入 to 收入总计."""
    between = {abs(yuan(f)) for f in figures if re.search("结转|结余", f.label + f.head)}
    if footing.holds or abs(footing.gap) not in between:
        return footing
    return replace(footing, doubt="the one may hold what is carried over, and the other not")


def in_doubt(found: list[Footing], what: str) -> list[Footing]:
    """As they are; where many fail, the failing ones as one that cannot be tested: something was misread."""
    failing = [f for f in found if not f.holds and not f.doubt]
    if len(failing) > 1 and len(failing) > MISREAD * len(found):
        why = f"{len(failing)} of {len(found)} {what} fail, so cells may be misread"
        return [f for f in found if f not in failing] + [replace(failing[0], doubt=why)]
    return found
