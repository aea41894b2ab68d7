"""A whole budget on one sheet of A4.

Two distances: the names, the total, the headings and the largest part of each column carry over a metre; the rest is
read from near. On a phone the same stands below each other, as long as it takes.
"""

import pandas as pd

from budgetbook.numbers import percent
from budgetbook.show.charts.bars import draw_bars
from budgetbook.show.charts.breakdowns import draw_breakdowns
from budgetbook.show.charts.bridge import draw_bridge
from budgetbook.show.charts.page import (
    chart,
    check_sum,
    invisible,
    length_of,
    measure,
    pick,
    text_lines,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import counted, word

A4 = 595.28, 841.89  # points
SCALE = 0.8  # of the usual sizes: the smallest letters are of 8 points
WIDTH, HEIGHT = (points / SCALE for points in A4)
EDGE = 33  # what printers leave blank, and a little more
GAP = 24  # between two columns

# How checks are marked: shape, colour, filled or not.
MARKS = {
    "holds": ("o", "second", True),
    "rounding": ("s", "second", True),
    "says_less": ("s", "second", False),
    "fails": ("D", "accent", True),
    "untested": ("o", "muted", False),
}


@chart
def poster(names, headline, total, columns, change, windows, counts, checks, asks):
    """One budget on one sheet: what it comes from and is for, what changed, what it buys, and whether it adds up.

    names: (English, Chinese) name of the body. headline: (the total with its unit, a line that explains it).
    total, columns: as for `breakdowns`; the largest part of each column is set large. change: (start, steps, end) as
    for `bridge`. windows: rows as for `bars`, of money seen in other ways, not to be added. counts: `label`, `zh`,
    `value` (text). checks: as from `Audit`. asks: what the text does not tell, as sentences.

    The title stands below the names. On a narrow page there is no sheet, and all stands below each other. Raises
    ValueError if it does not fit on A4, does not add up, or has a check of an unknown state.
    """

    def draw(page, title):
        if not page.narrow:
            page.left, page.right, page.width, page.y, page.scale = EDGE, WIDTH - EDGE, WIDTH, EDGE, SCALE
        _head(page, names, headline)
        if title:
            page.y -= 2
            page.paragraph(title, "big", balance=True)
            page.y += 6
        _section(page, word("poster.parts"), word("poster.parts_note"))
        drawn = [(heading, data[data["value"].notna() & (data["value"] != 0)]) for heading, data in columns]
        for first, together in enumerate([[column] for column in drawn] if page.narrow else [drawn]):
            _largest(page, together, total)
            draw_breakdowns(page, [("", data) for _, data in together], total, tall=134, first=first)
            page.y += 18 if page.narrow else 8
        for heading, *absent in [said for _, data in columns for said in invisible(data.to_dict("records"))]:
            page.paragraph(f"{heading} {'; '.join(absent)}", "note")
        page.y += 3
        left, right = _columns(page, 1, 1)
        _section(left, word("poster.change"), word("poster.change_note"))
        draw_bridge(left, *change)
        _section(right, word("poster.views"), word("poster.views_note"))
        draw_bars(right, windows, share_of=total)
        page.y = max(left.y, right.y) + 9
        left, middle, right = _columns(page, 41, 73, 46)
        _section(left, word("poster.checks"), word("poster.checks_note"))
        _marks(left, checks)
        _section(middle, word("poster.counts"), word("poster.counts_note"))
        _counts(middle, counts)
        _section(right, word("poster.asks"), word("poster.asks_note"))
        for ask in asks:
            right.paragraph(ask, "label")
            right.y += 4
        page.fig.parts = []
        if page.narrow:
            return page.finish()
        used = max(left.y, middle.y, right.y) + 18 + EDGE
        if used > HEIGHT:
            raise ValueError(f"the poster is {used - HEIGHT:.0f} points longer than A4: shorten a list or a name")
        page.y = HEIGHT - EDGE - 13
        page.paragraph(page.source, "note")
        page.fig.set_size_inches(A4[0] / 72, A4[1] / 72)
        page.ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        return page.fig

    start, steps, end = change
    bridged = pd.DataFrame([dict(start), *steps.to_dict("records"), dict(end)])
    values = pd.concat([*(data for _, data in columns), bridged, windows], ignore_index=True)
    return draw, pick(values, "label zh value"), dict(total=total, columns=len(columns), checks=len(checks))


def _columns(page, *widths):
    """The page in columns side by side, as wide as the numbers say to each other; a narrow page is one for all."""
    if page.narrow:
        return [page] * len(widths)
    point = (page.right - page.left - GAP * (len(widths) - 1)) / sum(widths)
    starts = [page.left + sum(widths[:i]) * point + i * GAP for i in range(len(widths))]
    return [page.part(start, start + width * point) for start, width in zip(starts, widths, strict=True)]


def _head(page, names, headline):
    """The names on the left, the total on the right."""
    english, chinese = names
    value, note = headline
    if page.narrow:
        for text, kind in ((chinese, "big"), (english, "title"), (value, "huge"), (note, "label")):
            page.paragraph(text, kind)
        page.y += 9
        return
    beside = page.right - max(measure(value, "huge"), measure(note, "label")) - GAP
    total = page.lines(page.right, page.y - 4, [[(value, "huge")], [(note, "label")]], ha="right")
    page.y = page.lines(page.left, page.y, text_lines(chinese, beside - page.left, "big"))
    page.y = page.lines(page.left, page.y, text_lines(english, beside - page.left, "title"))
    page.y = max(page.y, total) + 9


def _section(part, title, note):
    part.y += 16 if part.narrow else 0  # what stands above it is not in another column
    part.line([part.left, part.right], [part.y, part.y], "ink", 1.2)
    part.y += 7
    part.paragraph(title, "title")
    part.paragraph(note, "note")
    part.y += 8


def _largest(page, columns, total):
    """Over each column its heading, and the share and the name of its largest part."""
    parts = [page.part(part.left, part.right) for part in _columns(page, *[1] * len(columns))]
    pitch = (page.right - page.left + 18) / len(columns)  # where `draw_breakdowns` sets its columns
    for number, (part, (heading, data)) in enumerate(zip(parts, columns, strict=True)):
        check_sum(data["value"], total, heading)
        row = data.loc[data["value"].astype(float).idxmax()]
        x, share = page.left + number * pitch, percent(row["value"], total)
        name = text_lines(row["label"], pitch - 18, "title", balance=True)
        part.y = part.lines(x, part.y, [[(heading, "head")], [(share, "huge")], *name])
    page.y = max(part.y for part in parts) + 2


def _marks(part, checks):
    """A mark for each check, rows of marks for each state, and what it counts. One that fails is spelt out."""
    if strange := sorted(set(checks["state"]) - set(MARKS)):
        raise ValueError(f"no mark for checks of the state {', '.join(strange)}")
    sums = (checks["evidence"] == "not_implied") & (checks["compares"] == "sum")
    less = checks["state"].isin(["holds", "rounding"]) & ~sums
    states = checks["state"].mask(less, "says_less")
    step = 11
    across = int((part.right - part.left) // step)
    for state, (shape, color, filled) in MARKS.items():
        count = int((states == state).sum())
        if not count:
            continue
        part.y = (
            part.lines(
                part.left,
                part.y,
                [[(str(count), "value"), (word(f"poster.{state}.{'one' if count == 1 else 'many'}"), "label")]],
            )
            + 5
        )
        xs = [round(part.left + 4 + step * (i % across), 2) for i in range(count)]
        ys = [round(part.y + step * (i // across), 2) for i in range(count)]
        face = PALETTE[color] if filled else "white"
        part.ax.plot(xs, ys, linestyle="", marker=shape, ms=6, mfc=face, mec=PALETTE[color], mew=1.2)
        part.y = max(ys) + 10
        for row in checks[states == state].to_dict("records") if state == "fails" else []:
            part.paragraph(word("poster.is_not", row=row), "note")
            part.y += 3


def _counts(part, counts):
    """One line for each: a number, and what it counts."""
    rows = [row | {"value": counted(row["value"])} for row in counts.to_dict("records")]
    edge = part.left + max(measure(row["value"], "value") for row in rows)
    for row in rows:
        name, zh = [(row["label"], "label")], [(row["zh"], "zh")]
        together = [[*name, *zh]] if length_of([*name, *zh]) <= part.right - edge - 10 else None
        lines = together or [
            line for text, kind in (*name, *zh) for line in text_lines(text, part.right - edge - 10, kind)
        ]
        part.lines(edge, part.y, [[(row["value"], "value")]], ha="right")
        part.y = part.lines(edge + 10, part.y, lines) + 3
