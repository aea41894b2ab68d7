"""One total taken apart in several ways."""

import pandas as pd
from pandas import isna

from budgetbook.numbers import amount, percent
from budgetbook.show.charts.page import (
    THIN,
    chart,
    check_sum,
    extremes,
    height_of,
    invisible,
    look,
    name_lines,
    pick,
    spread,
    text_lines,
    text_of,
    value_and_share,
)
from budgetbook.show.pictures import CUTS, TONES


@chart
def breakdowns(columns, total):
    """One total taken apart in several ways, as stacked columns side by side and never joined.

    columns: list of (heading, data); data: `label`, `zh`, `value` and optional `group` (the rows of a group
    follow each other, and its name and sum stand above their labels) and `unknown` (bool, as for `bars`).
    total: Decimal.

    Raises ValueError if a column does not sum to the total exactly.
    """

    def draw(page):
        draw_breakdowns(page, columns, total)

    values = pd.concat([_values(heading, data, total) for heading, data in columns], ignore_index=True)
    return draw, values, dict(columns=len(columns), total=total, largest=_largest(columns))


def _values(heading, data, total):
    shares = [None if isna(value) else percent(value, total) for value in data["value"]]
    return pick(data.assign(of=heading, share=shares), "of group label zh value share")


def _largest(columns):
    parts = [extremes(data) for _, data in columns]
    return [f"{part['most_label']} {amount(part['most'])}" for part in parts]


def draw_breakdowns(page, columns, total, tall=250, first=0):
    """The stacks alone, at least `tall` points high, on a page that may hold other things as well.

    On a narrow page they stand below each other. first: the number of the first column among all of the picture.
    """
    if page.narrow and len(columns) > 1:
        for number, column in enumerate(columns):
            draw_breakdowns(page, [column], total, min(tall, 180), number)
            page.y += 18
        page.y -= 18
        return
    gutter, reach = 18, 24  # points between two columns, and between a stack and its labels
    pitch = (page.right - page.left + gutter) / len(columns)
    bar = min(50, pitch / 4)
    heads, stacks = [], []
    for heading, data in columns:
        rows = data.to_dict("records")
        check_sum([row["value"] for row in rows if not isna(row["value"])], total, heading)
        heads.append(text_lines(heading, pitch - gutter, "head"))
        stacks.append((rows, _stack_labels(rows, total, pitch - gutter - bar - reach)))
    top = page.y + max(map(height_of, heads)) + 8
    bottom = top + max([tall, *(sum(height_of(label) + 6 for _, label in labels) for _, labels in stacks)])
    for number, (head, (rows, labels)) in enumerate(zip(heads, stacks, strict=True)):
        x = page.left + number * pitch
        page.lines(x, top - 8 - height_of(head), head)
        pair = TONES[CUTS.get(text_of(rows[0], "parent"), (first + number) % len(TONES))]
        edge, middles = top, []
        for order, (row, _) in enumerate(labels):
            thickness = float(row["value"] / total) * (bottom - top)
            page.box(x, edge, bar, max(thickness, THIN), *look(row, pair[order % 2]))
            middles.append(edge + thickness / 2)
            edge += thickness
        heights = [height_of(label) for _, label in labels]
        # A label wants the middle of its value, which stands below the name of its group, at the middle of
        # its slice.
        values = [height_of([line for line in label if line[0][1] == "group"]) + 7 for _, label in labels]
        starts = spread([m - v for m, v in zip(middles, values, strict=True)], heights, top, bottom)
        for (_, label), middle, start, value in zip(labels, middles, starts, values, strict=True):
            page.lines(x + bar + reach, start, label)
            page.leader(x + bar, middle, x + bar + reach, start + value)
        absent = [
            line for said in invisible(rows) for text in said for line in text_lines(text, pitch - gutter, "note")
        ]
        page.y = max(page.y, page.lines(x, bottom + 10, absent) if absent else bottom)


def _stack_labels(rows, total, width):
    """[(row, lines of its label)] for the rows that have a slice."""
    labels, last = [], ""
    for row in rows:
        if isna(row["value"]) or row["value"] == 0:
            continue
        group, head = text_of(row, "group"), []
        members = [other["value"] for other in rows if group and text_of(other, "group") == group]
        if group != last and len(members) > 1:
            head = text_lines(
                f"{group}: {amount(sum(member for member in members if not isna(member)))}", width, "group"
            )
        last = group
        labels.append((row, [*head, *value_and_share(row, total, width), *name_lines(row, width)]))
    return labels
