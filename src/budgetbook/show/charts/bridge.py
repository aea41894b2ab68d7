"""How one total becomes another."""

from decimal import Decimal

import pandas as pd

from budgetbook.numbers import amount, signed
from budgetbook.show.charts.page import (
    BAR,
    THIN,
    chart,
    check_sum,
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
def bridge(start, steps, end):
    """How one total becomes another: a row for the first, one for each step, one for the last.

    start, end: dict or Series with `label`, `zh`, `value`. steps: DataFrame with `label`, `zh`, `value` (signed
    Decimal). All may have `item` (see `look`), the steps also `note` and `kind`: "remainder" for what nothing explains
    (drawn hatched), anything else for what is explained.

    Raises ValueError if start and steps do not sum to end exactly.
    """

    def draw(page):
        draw_bridge(page, start, steps, end)

    return (
        draw,
        _values(start, steps, end),
        dict(n=len(steps), start=start["value"], start_label=start["label"], end=end["value"], end_label=end["label"]),
    )


def _values(start, steps, end):
    return pick(pd.DataFrame([dict(start), *steps.to_dict("records"), dict(end)]), "label zh value")


def draw_bridge(page, start, steps, end):
    """The bridge alone, on a page that may hold other things as well."""
    changes = steps.to_dict("records")
    rows = [dict(start), *changes, dict(end)]
    check_sum([row["value"] for row in rows[:-1]], end["value"], "bridge")
    names, zero = name_column(page, rows, above=page.narrow)
    spans, level = [], Decimal(0)
    for row in rows[:-1]:
        spans.append((level, level + row["value"]))
        level += row["value"]
    spans.append((Decimal(0), level))
    said = [
        [(amount(rows[0]["value"]), "value")],
        *map(_step_label, changes),
        [(amount(rows[-1]["value"]), "value")],
    ]
    # The longest bar may not be the one with the longest label: take what keeps every label on the page.
    scale = min(
        scale_of(page.right - zero - 8 - length_of(line), max(span), "bridge")
        for line, span in zip(said, spans, strict=True)
        if max(span) > 0
    )
    top, ends = page.y, []
    ways = [look(row, PALETTE["main" if row["value"] > 0 else "accent"])[0] for row in changes]
    first, last = (look(row, PALETTE["total"])[0] for row in (rows[0], rows[-1]))
    colors = [first, *ways, last]
    for row, name, line, color, (before, after) in zip(rows, names, said, colors, spans, strict=True):
        notes = text_lines(text_of(row, "note"), page.right - zero - 8, "note")
        if page.narrow:
            page.y, name = _on_white(page, zero + 8, page.y, name), []
        height = max(height_of(name), BAR + 6)
        page.lines(zero - 14, page.y + (height - height_of(name)) / 2, name, ha="right")
        y = page.y + (height - BAR) / 2
        x, length = zero + float(min(before, after)) * scale, float(abs(after - before)) * scale
        page.box(x, y, max(length, THIN), BAR, color, hatched=row.get("kind") == "remainder")
        page.lines(x + length + 8, y + 2, [line])
        ends.append((zero + float(after) * scale, y))
        page.y += height
        page.y = (_on_white(page, zero + 8, page.y, notes) if page.narrow else page.lines(zero + 8, page.y, notes)) + 12
        page.fig.parts.append((f"{text_of(row, 'label')}: {line[0][0]}", page.y - 6))
    page.y -= 12
    for (x, y), (_, below) in zip(ends, ends[1:], strict=False):
        page.line([x, x], [y + BAR, below], "muted", 0.8)
        if page.narrow:
            page.ax.lines[-1].set_zorder(0.5)  # behind the names
    page.line([zero, zero], [top - 4, page.y + 4], "ink", 1)


def _on_white(page, x, y, lines):
    """Lines of text that no line from bar to bar runs through."""
    for line in lines:
        page.box(x - 3, y, length_of(line) + 6, height_of([line]), "white")
        y = page.lines(x, y, [line])
    return y


def _step_label(row):
    return [
        (signed(row["value"]), "value"),
        *([(word("chart.not_explained"), "share")] if row.get("kind") == "remainder" else []),
    ]
