"""A total, its parts and their parts."""

from pandas import isna

from budgetbook.numbers import amount
from budgetbook.show.charts.page import (
    BAR,
    THIN,
    chart,
    check_sum,
    height_of,
    invisible,
    length_of,
    look,
    name_lines,
    pick,
    spread,
    text_of,
    value_and_share,
)
from budgetbook.show.pictures import PALETTE


@chart
def tree(data, partial=()):
    """A total, its parts and their parts, level by level from left to right, heights in proportion.

    data: `item`, `parent` (an item, or None for the total), `label`, `zh`, `value`, in the order in which they are to
    stand; optional `unknown` (bool, as for `bars`: its label stands outside). partial: items whose parts the document
    does not give completely; the rest is drawn hatched. On a narrow page each box has a line of its own, with its name
    above it, and lies below what it is a part of: widths are in proportion.

    Raises ValueError if there is not exactly one total, or if parts do not sum to their whole.
    """
    rows = {row["item"]: row for row in data.to_dict("records")}
    roots = [row for row in rows.values() if text_of(row, "parent") not in rows]
    if len(roots) != 1:
        raise ValueError(f"a tree needs one total, found {[row['item'] for row in roots]}")
    boxes = list(_boxes(roots[0], rows, frozenset(partial)))
    total = roots[0]["value"]

    def draw(page):
        if page.narrow:
            _draw_narrow(page, boxes, total)
        else:
            draw_wide(page)
        for heading, *names in invisible(rows.values()):
            page.paragraph(f"{heading} {'; '.join(names)}", "note")

    def draw_wide(page):
        levels = 1 + max(level for level, *_ in boxes)
        parents = {row["parent"] for row in rows.values()} & set(rows)
        height = min(max(220, 80 * (len(rows) - len(parents))), 480)
        scale, top = height / float(roots[0]["value"]), page.y
        crowded = any(
            row and not _inside(row, total, (page.right - page.left) / levels, value * scale)
            for _, _, value, row, _ in boxes
        )
        room = 140 if crowded else 0
        pitch = (page.right - page.left - room) / levels
        outside = []
        for level, start, value, row, color in boxes:
            x, y, thickness = page.left + level * pitch, top + start * scale, value * scale
            lines = row and _inside(row, total, pitch, thickness)
            color, hatched = look(row or {}, PALETTE[color])
            if row and thickness < 6:  # too thin for white gaps above and below
                page.box(x, y, pitch - 2, max(thickness, THIN), PALETTE["ink"])
            else:
                page.box(x, y + 0.5, pitch - 2, max(thickness - 1, THIN), color, hatched or not row)
            if lines:
                page.lines(x + 7, y + min(8, (thickness - height_of(lines)) / 2), lines, color="white")
            elif row:
                # The line to the label of a box with parts begins behind the parts.
                edge = page.right - room if row["item"] in parents else x + pitch
                outside.append((y + thickness / 2, edge - 2, row))
        page.y = top + height
        if outside:
            outside.sort(key=lambda label: label[:2])
            to_x = page.right - room + 24
            labels = [
                value_and_share(row, total, page.right - to_x) + name_lines(row, page.right - to_x)
                for *_, row in outside
            ]
            heights = list(map(height_of, labels))
            page.y = max(page.y, top + sum(heights) + 6 * len(heights))
            starts = spread([middle - 7 for middle, *_ in outside], heights, top, page.y)
            for (middle, x, _), label, start in zip(outside, labels, starts, strict=True):
                page.lines(to_x, start, label)
                page.leader(x, middle, to_x, start + 7)
        page.y += 10

    return draw, pick(data, "label zh value"), dict(n=len(rows), total=total)


def _draw_narrow(page, boxes, total):
    """Each box on a line of its own, every whole before its parts, on a ground as wide as what it is a part of."""
    scale = (page.right - page.left) / float(total)
    wholes = {}  # level → the box last drawn there
    for level, start, value, row, color in sorted(boxes, key=lambda box: (box[1], box[0])):
        x = page.left + 10 * level
        if row:
            names = value_and_share(row, total, page.right - x) + name_lines(row, page.right - x)
            page.y = page.lines(x, page.y, names) + 2
        wholes[level] = start, value
        start_of, size = wholes.get(level - 1, (start, value))
        page.box(page.left + start_of * scale, page.y, size * scale, BAR, PALETTE["paper"])
        color, hatched = look(row or {}, PALETTE[color])
        page.box(page.left + start * scale, page.y, max(value * scale, THIN), BAR, color, hatched or not row)
        page.y += BAR + 10


def _boxes(root, rows, partial):
    """(level, start, value, row, colour) of each box with a height; a rest without a name has no row."""
    hues = ["main", "second", "third", "fourth"]
    queue = [(0, 0.0, root, "total")]
    while queue:
        level, start, row, color = queue.pop(0)
        yield level, start, float(row["value"]), row, color
        children = [child for child in rows.values() if child["parent"] == row["item"]]
        known = [child["value"] for child in children if not isna(child["value"])]
        if children and (row["item"] not in partial or sum(known) > row["value"]):
            check_sum(known, row["value"], row["item"])
        for order, child in enumerate(child for child in children if not isna(child["value"]) and child["value"]):
            queue.append((level + 1, start, child, hues[order % len(hues)] if level == 0 else color))
            start += float(child["value"])
        if children and sum(known) < row["value"]:
            yield level + 1, start, float(row["value"] - sum(known)), None, "muted"


def _inside(row, total, pitch, thickness):
    """The lines that fit into a box of this size, or None; none into one that is hatched."""
    if row.get("unknown") is True:
        return None
    long = value_and_share(row, total, pitch - 14) + name_lines(row, pitch - 14)
    short = [[(text_of(row, "label"), "label"), (amount(row["value"]), "value")]]
    for lines in (long, short):
        if height_of(lines) + 4 <= thickness and max(map(length_of, lines)) <= pitch - 14:
            return lines
    return None
