"""Bars from a common zero."""

from pandas import isna

from budgetbook.numbers import amount, percent
from budgetbook.show.charts.page import (
    BAR,
    THIN,
    WIDTH,
    Page,
    height_of,
    length_of,
    name_column,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE, house_style


@house_style()
def bars(data, title, subtitle="", source="", share_of=None, width=WIDTH):
    """Horizontal bars from a common zero, one for each row of `data`.

    data: `label`, `zh`, `value` (Decimal, or None where the document states nothing); optional `note` (a line
    under the bar) and `highlight` (bool). share_of: a Decimal; adds each value's share of it in percent.
    """
    page = Page(title, subtitle, source, width)
    draw_bars(page, data, share_of)
    return page.finish()


def draw_bars(page, data, share_of=None):
    """The bars alone, on a page that may hold other things as well."""
    rows = data.to_dict("records")
    names, start = name_column(page, rows)
    said = [_bar_label(row["value"], share_of) for row in rows]
    values = [0 if isna(row["value"]) else row["value"] for row in rows]
    # Room for the labels beyond the ends of the bars, on either side of zero.
    before, after = (
        max(
            [length_of(line) + 8 for line, value in zip(said, values, strict=True) if value * sign > 0],
            default=0,
        )
        for sign in (-1, 1)
    )
    low, high = float(min(0, *values)), float(max(0, *values))
    scale = (page.right - start - before - after) / (high - low or 1)
    zero, top = start + before - low * scale, page.y
    for row, value, name, line in zip(rows, values, names, said, strict=True):
        notes = text_lines(text_of(row, "note"), page.right - zero - 8, "note")
        height = max(height_of(name), BAR + height_of(notes))
        page.lines(start - 14, page.y + (height - height_of(name)) / 2, name, ha="right")
        y = page.y + (height - BAR - height_of(notes)) / 2
        end = zero + float(value) * scale
        if value:
            color = PALETTE["accent" if row.get("highlight") is True else "main"]
            page.box(zero, y, max(end - zero, THIN) if value > 0 else min(end - zero, -THIN), BAR, color)
        elif not isna(row["value"]):
            page.ax.plot(zero, y + BAR / 2, "o", ms=7, mfc="white", mec=PALETTE["main"], mew=1.5, zorder=3)
        page.lines(end - 8 if value < 0 else end + 8, y + 2, [line], ha="right" if value < 0 else "left")
        page.lines(zero + 8, y + BAR, notes)
        page.y += height + 12
    page.y -= 12
    page.line([zero, zero], [top - 4, page.y + 4], "ink", 1)


def _bar_label(value, share_of):
    if isna(value):
        return [("not stated", "share")]
    if value == 0:
        return [(f"{amount(value)} (stated)", "value")]
    return [(amount(value), "value"), *([(percent(value, share_of), "share")] if share_of else [])]
