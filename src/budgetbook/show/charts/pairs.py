"""Before and after, on one scale, one pair of bars for each way of counting."""

from math import fsum  # exact; what `sum` makes of floats differs between versions of Python

from pandas import isna

from budgetbook.numbers import amount, percent, signed
from budgetbook.show.charts.page import (
    BAR,
    SPACE,
    THIN,
    chart,
    extremes,
    height_of,
    length_of,
    look,
    measure,
    name_column,
    pick,
    scale_of,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word

WORDS = ("chart.as_stated", "chart.added", "chart.left_out")


@chart
def pairs(data, words=WORDS):
    """Pairs of bars from a common zero: what was and what is, with the change between them.

    data: `group` (heads a pair), `label`, `zh`, `value` (Decimals ≥ 0), two rows to a group, the earlier first.
    Optional: `item` (see `look`), `added` (drawn light behind the value, and counted), `left_out` (drawn as a dashed
    outline, and not counted), `note` (a line under the bar). The change is that of what is counted; its percentage is
    of the earlier bar. words: keys of the vocabulary for what full, light and outlined mean; the key is drawn only
    where there is something to tell apart. On a narrow page names stand above their bars, and the change below the
    second one.

    Raises ValueError if a group has not two rows, or if an amount is negative.
    """
    rows = [_parts(row) for row in data.to_dict("records")]
    groups = [(name, [row for row in rows if row["group"] == name]) for name in dict.fromkeys(r["group"] for r in rows)]
    if wrong := [name for name, members in groups if len(members) != 2]:
        raise ValueError(f"pairs: {wrong[0]}: a pair has two rows")
    if wrong := [row["label"] for row in rows if min(row["value"], row["added"], row["left_out"]) < 0]:
        raise ValueError(f"pairs: {wrong[0]}: an amount is negative")
    rows = [row for _, members in groups for row in members]

    def draw(page):
        names, zero = name_column(page, rows, above=page.narrow)
        names = iter(names)
        said = {name: _labels(*members) for name, members in groups}
        beside = 1 if page.narrow else 2  # what of a label stands behind its bar; the rest stands below it
        every = [
            (_whole(row), line[:beside])
            for name, members in groups
            for row, line in zip(members, said[name], strict=True)
        ]
        scale = min(
            (scale_of(page.right - zero - 8 - length_of(line), whole, "pairs") for whole, line in every if whole),
            default=1,
        )
        _key(page, list(map(word, words)), [True, *(any(row[part] for row in rows) for part in ("added", "left_out"))])
        for name, members in groups:
            page.paragraph(name, "head")
            page.y += 5
            top = page.y
            for row, line, color in zip(members, said[name], ("total", "main"), strict=True):
                label = next(names)
                if page.narrow:
                    page.y, label = page.lines(zero + 8, page.y, label) + 1, []
                height = max(height_of(label), BAR)
                page.lines(zero - 14, page.y + (height - height_of(label)) / 2, label, ha="right")
                y = page.y + (height - BAR) / 2
                ends = [float(row[part]) * scale for part in ("value", "added", "left_out")]
                _bar(page, zero, y, ends, look(row, PALETTE[color])[0])
                page.lines(zero + fsum(ends) + 8, y + 2, [line[:beside]])
                below = [line[beside:]] if line[beside:] else []
                below += text_lines(text_of(row, "note"), page.right - zero - 8, "note")
                page.y = page.lines(zero + 8, page.y + height, below) + 4
            page.line([zero, zero], [top - 2, page.y - 2], "ink", 1)
            page.y += 12
        page.y -= 12

    return draw, pick(data, "group label value added left_out"), extremes(data) | dict(n=data["group"].nunique())


def _parts(row):
    """The row with its optional amounts filled in."""
    return row | {part: 0 if isna(row.get(part)) else row[part] for part in ("added", "left_out")}


def _whole(row):
    return row["value"] + row["added"] + row["left_out"]


def _labels(before, after):
    """The lines behind the two bars; the second tells the change."""
    first, second = (row["value"] + row["added"] for row in (before, after))
    change = signed(second - first) if second != first else word("chart.no_change")
    if first and second != first:
        change += f" ({'+' * (second > first)}{percent(second - first, first)})"
    return [(amount(first), "value")], [(amount(second), "value"), (change, "share")]


def _bar(page, x, y, ends, color):
    value, added, left_out = ends
    if added:
        page.box(x + value, y, max(added, THIN), BAR, color, light=True)
    if value:
        page.box(x, y, max(value, THIN), BAR, color)
    if left_out:
        start, end = x + value + added, x + value + added + left_out
        closed = [] if start > x else [start]  # on nothing, the outline needs a left side of its own
        outline = page.ax.plot([*closed, start, end, end, start], [*[y + BAR for _ in closed], y, y, y + BAR, y + BAR])[
            0
        ]
        outline.set(color=color, linewidth=1, linestyle=(0, (3, 2)))


def _key(page, words, used):
    """What full, light and outlined mean, each beside a small box of its kind, for the kinds that are used."""
    if sum(used) == 1:
        return
    x = page.left
    kinds = zip([(18, 0, 0), (0, 18, 0), (0, 0, 18)], words, used, strict=True)
    for ends, said in [(ends, said) for ends, said, is_used in kinds if is_used]:
        wide = 18 + SPACE + measure(said, "share")
        if x > page.left and x + wide > page.right:
            x, page.y = page.left, page.y + BAR + 6
        _bar(page, x, page.y, ends, PALETTE["total"])
        page.lines(x + 18 + SPACE, page.y + 2, [[(said, "share")]])
        x += wide + 20
    page.y += BAR + 14
