"""A total as a field of squares, each worth the same."""

from math import floor

import pandas as pd

from budgetbook.numbers import amount, rounded
from budgetbook.show.charts.page import (
    THIN,
    chart,
    check_sum,
    extremes,
    height_of,
    look,
    pick,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word

GAP = 1.2  # white between two squares, points
TONES = ("main", "total", "second", "third")


@chart
def squares(data, total, beside, n=1000):
    """A total as `n` squares in the colours of its parts, and beside them as many as another amount is worth.

    data: the parts, as for `bars`, in the order in which they fill the field line by line; where a part ends within a
    square, the square is shared. beside: rows as for `bars`, of amounts that are no part of the field, drawn to the
    same scale. Squares are counted to a tenth.

    Raises ValueError if the parts do not sum to the total, or are more than four.
    """
    if len(data) > len(TONES):
        raise ValueError(f"squares: {len(data)} parts; there are colours for {len(TONES)}")
    rows = [row | {"tone": tone} for row, tone in zip(data.to_dict("records"), TONES, strict=False)]
    others = [row | {"tone": "accent"} for row in beside.to_dict("records")]

    def worth(row):
        return float(row["value"] * n / total)

    def draw(page):
        check_sum(data["value"], total, word("chart.squares", n=n))
        across = 25 if page.narrow else 50
        side = min(9.6, (page.right - page.left) / across)
        top, done = page.y, 0.0
        for row in rows:
            _fill(page, top, across, side, done, done + worth(row), look(row, PALETTE[row["tone"]]))
            done += worth(row)
        page.y = top + side * -(-n // across)
        _grid(page, top, across, side)
        page.y += 14
        for row in rows + others:
            if row in others:
                page.y += 6
                page.line([page.left, page.right], [page.y] * 2, "rule")
                page.y += 8
                line = page.y
                _fill(page, line, across, side, 0, worth(row), look(row, PALETTE[row["tone"]]))
                page.y = line + side * -(-worth(row) // across)
                _grid(page, line, across, side)
                page.y += 8
            _key(page, row, n, total)

    values = pd.concat([data, beside], ignore_index=True)
    values["squares"] = [rounded(value * n / total, 1) for value in values["value"]]
    return draw, pick(values, "label zh value squares note"), extremes(data) | dict(n=n, total=total)


def _fill(page, top, across, side, start, end, paint):
    """The squares from `start` to `end`, line by line; one that is not whole is a part of a square."""
    line = floor(start / across)
    while line * across < end:
        left, right = max(start - line * across, 0), min(end - line * across, across)
        page.box(page.left + left * side, top + line * side, max((right - left) * side, THIN), side, *paint)
        line += 1


def _grid(page, top, across, side):
    """White lines between the squares from `top` to `page.y`."""
    lines = round((page.y - top) / side)
    for column in range(across + 1):
        x = page.left + column * side
        page.ax.plot([x, x], [top - 1, page.y + 1], color="white", linewidth=GAP)
    for line in range(lines + 1):
        page.ax.plot(
            [page.left - 1, page.left + across * side + 1], [top + line * side] * 2, color="white", linewidth=GAP
        )


def _key(page, row, n, total):
    """What a colour means: the amount, how many squares it is worth, and its names."""
    said = f"{amount(row['value'])}", "value"
    count = word("chart.squares", n=rounded(row["value"] * n / total, 1)), "share"
    page.box(page.left, page.y + 2, 11, 11, *look(row, PALETTE[row["tone"]]))
    x = page.left + 20
    page.lines(x, page.y, [[said, count]])
    names = f"{text_of(row, 'label')} {text_of(row, 'zh')}".strip()
    below = None if page.narrow else text_lines(names, page.right - x - 150, "label")
    if below:
        page.lines(x + 150, page.y, below)
        page.y += max(height_of(below), 14) + 5
    else:
        page.y = page.lines(x, page.y + 14, text_lines(names, page.right - x, "label")) + 6
    notes = text_lines(text_of(row, "note"), page.right - x - 150 * bool(below), "note")
    page.y = page.lines(x + 150 * bool(below), page.y - 4, notes) + 4 if notes else page.y
