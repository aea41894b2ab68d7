"""Bars from a common zero."""

from pandas import isna

from budgetbook.numbers import amount, percent
from budgetbook.show.charts.page import (
    BAR,
    THIN,
    chart,
    extremes,
    height_of,
    length_of,
    look,
    name_column,
    pick,
    scale_of,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word


@chart
def bars(data, share_of=None):
    """Horizontal bars from a common zero, one for each row of `data`.

    data: `label`, `zh`, `value` (Decimal, or None where the document states nothing); optional `note` (a line
    under the bar), `highlight` (bool: what has no colour of its own is grey beside it) and `unknown` (bool: hatched,
    for money of which it is not told what it is for). share_of: a Decimal; adds each value's share of it in percent.
    On a narrow page names stand above their bars.
    """

    def draw(page):
        draw_bars(page, data, share_of)

    return draw, _values(data, share_of), extremes(data)


def _values(data, share_of):
    values = pick(data, "label zh value" + " note" * any(text_of(row, "note") for row in data.to_dict("records")))
    if share_of:
        values["share"] = [None if isna(v) else percent(v, share_of) for v in values["value"]]
    return values


def draw_bars(page, data, share_of=None):
    """The bars alone, on a page that may hold other things as well."""
    rows = data.to_dict("records")
    usual = PALETTE["aside" if any(row.get("highlight") is True for row in rows) else "main"]
    said = [_bar_label(row["value"], share_of) for row in rows]
    values = [0 if isna(row["value"]) else row["value"] for row in rows]
    above = page.narrow and min(values, default=0) >= 0  # names would stand in the way of bars to the left of zero
    names, start = name_column(page, rows, above)
    # Room for the labels beyond the ends of the bars, on either side of zero.
    before, after = (
        max(
            [length_of(line) + 8 for line, value in zip(said, values, strict=True) if value * sign > 0],
            default=0,
        )
        for sign in (-1, 1)
    )
    low, high = float(min(0, *values)), float(max(0, *values))
    scale = scale_of(page.right - start - before - after, high - low, "bars")
    zero, top = start + before - low * scale, page.y
    for row, value, name, line in zip(rows, values, names, said, strict=True):
        if above:
            page.y, name = page.lines(zero + 8, page.y, name) + 1, []
        notes = text_lines(text_of(row, "note"), page.right - zero - 8, "note")
        height = max(height_of(name), BAR + height_of(notes))
        page.lines(start - 14, page.y + (height - height_of(name)) / 2, name, ha="right")
        y = page.y + (height - BAR - height_of(notes)) / 2
        end = zero + float(value) * scale
        if value:
            wide = max(end - zero, THIN) if value > 0 else min(end - zero, -THIN)
            page.box(zero, y, wide, BAR, *look(row, usual))
        elif not isna(row["value"]):
            page.ax.plot(zero, y + BAR / 2, "o", ms=7, mfc="white", mec=PALETTE["main"], mew=1.5, zorder=3)
        page.lines(end - 8 if value < 0 else end + 8, y + 2, [line], ha="right" if value < 0 else "left")
        page.lines(zero + 8, y + BAR, notes)
        page.y += height + 12
    page.y -= 12
    page.line([zero, zero], [top - 4, page.y + 4], "ink", 1)


def _bar_label(value, share_of):
    if isna(value):
        return [(word("not_stated"), "share")]
    if value == 0:
        return [(word("chart.stated", value=value), "value")]
    return [(amount(value), "value"), *([(percent(value, share_of), "share")] if share_of else [])]
