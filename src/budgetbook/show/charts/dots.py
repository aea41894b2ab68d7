"""Dots on a scale of factors."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from math import log10

from pandas import isna

from budgetbook.numbers import amount
from budgetbook.show.charts.page import (
    MARGIN,
    chart,
    extremes,
    height_of,
    length_of,
    measure,
    name_column,
    pick,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word

INSET = 12  # between the ends of the scale and its outermost dots, points


@chart
def dots(data, xlabel="", ticks=None):
    """Dots on a logarithmic scale, one for each row of `data`: for values that differ by factors, not by amounts.

    data: `label`, `zh`, `value` (a Decimal above zero, or None where nothing is stated); optional `note` (what the
    value rests on, beside it) and `highlight` (bool: a diamond). xlabel: the unit. ticks: the numbers at which the
    lines of the grid stand, or {number: text}; round numbers if not given. On a narrow page names stand above their
    lines.

    Raises ValueError for a value that is not above zero: it has no place on such a scale.
    """

    def draw(page):
        rows = data.to_dict("records")
        names, start = name_column(page, rows, above=page.narrow)
        values = [row["value"] for row in rows if not isna(row["value"])]
        if not values or min(values) <= 0:
            raise ValueError("dots: a logarithmic scale needs values, all above zero")
        marks = _marks(values, ticks, page.right - start - 2 * INSET)
        low, high = (log10(end([*marks, *values])) for end in (min, max))
        scale = (page.right - start - 2 * INSET) / (high - low or 1)

        def place(value):
            return start + INSET + (log10(value) - low) * scale

        top = page.y
        page.y += 6
        for row, name in zip(rows, names, strict=True):
            _row(page, row, name, start, None if isna(row["value"]) else place(row["value"]))
        page.y -= 4
        for mark, text in marks.items():
            x, half = place(mark), measure(text, "note") / 2
            _rule(page, [x, x], [top, page.y + 4])
            at = min(max(x - half, MARGIN), page.right - 2 * half)
            page.lines(at, page.y + 6, [[(text, "note")]])
        page.y += 22
        words = word("chart.logarithmic")
        text = text_lines(f"{xlabel}; {words}" if xlabel else words.capitalize(), page.right - start, "note")
        page.y = page.lines(start, page.y, text)

    return draw, pick(data, "label zh note value"), extremes(data)


def _row(page, row, name, start, x):
    """The row's name, its line, its dot at `x` and what it says beside it."""
    long = [(said := (word("not_stated"), "share") if x is None else (amount(row["value"]), "value"))]
    note = text_of(row, "note")
    long += [(note, "share")] if note else []
    x, dot = (start, False) if x is None else (x, True)
    right = page.right - x - 10 >= min(length_of(long), x - start - 10)
    room = (page.right - x if right else x - start) - 10
    lines = [long] if length_of(long) <= room else [[said], *text_lines(note, room, "note")]
    if page.narrow:
        page.y, name = page.lines(page.left, page.y, name) + 1, []
    height = max(height_of(name), height_of(lines), 18)
    middle = page.y + height / 2
    page.lines(start - 14, middle - height_of(name) / 2, name, ha="right")
    _rule(page, [start, page.right], [middle, middle])
    at, edge = (x + 10, "left") if right else (x - 10, "right")
    for y, line in zip(_tops(lines, middle), lines, strict=True):  # the text stands free of the lines behind it
        left = at - 3 if right else at - length_of(line) - 3
        page.box(left, y, length_of(line) + 6, height_of([line]), "white")
        page.lines(at, y, [line], ha=edge)
    if dot:
        marker, size, color = ("D", 8, "accent") if row.get("highlight") is True else ("o", 9, "main")
        page.ax.plot(round(x, 2), round(middle, 2), marker, ms=size, color=PALETTE[color], zorder=3)
    page.y += height + 10


def _tops(lines, middle):
    """Where lines begin that are centred on `middle`."""
    y = middle - height_of(lines) / 2
    for line in lines:
        yield y
        y += height_of([line])


def _rule(page, xs, ys):
    """A hairline behind everything."""
    page.ax.plot([round(x, 2) for x in xs], [round(y, 2) for y in ys], color=PALETTE["rule"], linewidth=0.8, zorder=0.5)


def _marks(values, ticks, room):
    """{number: text} of the lines of the grid: those given, or as many round ones as have room for their texts."""
    if ticks is not None:
        return dict(ticks) if isinstance(ticks, Mapping) else {tick: amount(tick) for tick in ticks}
    lowest, highest = (int(Decimal(end).logb()) for end in (min(values), max(values)))
    for digits, every in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
        round_ones = [
            Decimal(digit).scaleb(power)
            for power in range(lowest - every, highest + every + 1, every)
            for digit in digits
        ]
        first = max(i for i, mark in enumerate(round_ones) if mark <= min(values))
        last = min((i for i, mark in enumerate(round_ones) if mark >= max(values)), default=len(round_ones) - 1)
        marks = round_ones[first if first < last else first - 1 : last + 1]
        step = room / log10(marks[-1] / marks[0])
        texts = [amount(mark) for mark in marks]
        gaps = [log10(b / a) * step for a, b in pairwise(marks)]
        widths = [(measure(a, "note") + measure(b, "note")) / 2 + 10 for a, b in pairwise(texts)]
        if all(gap >= wide for gap, wide in zip(gaps, widths, strict=True)):
            break
    return dict(zip(marks, texts, strict=True))
