"""A whole budget on one sheet of A4."""

from budgetbook.charts.bars import draw_bars
from budgetbook.charts.breakdowns import draw_breakdowns
from budgetbook.charts.bridge import draw_bridge
from budgetbook.charts.page import Page, invisible, measure, text_lines
from budgetbook.figures import PALETTE, house_style

A4 = 595.28, 841.89  # points
SCALE = 0.8  # of the usual sizes: read from near, while the title and the total carry further
WIDTH, HEIGHT = (points / SCALE for points in A4)
EDGE = 36  # what printers leave blank, and a little more
GAP = 32  # between two columns

# How a check's state is marked: shape, colour, filled or not.
STATES = {
    "holds": ("o", "second", True),
    "holds within rounding": ("s", "second", True),
    "fails": ("D", "accent", True),
    "cannot be tested": ("o", "muted", False),
}


@house_style()
def poster(names, headline, total, columns, change, windows, counts, checks, asks, source):
    """One budget on one sheet: what it comes from and is for, what changed, what it buys, and whether it adds up.

    names: (English, Chinese) name of the body. headline: (the total with its unit, a line that explains it).
    total, columns: as for `breakdowns`. change: (start, steps, end) as for `bridge`. windows: rows as for `bars`,
    of money seen in other ways, not to be added. counts: `label`, `zh`, `value` (text). checks: `state`. asks: what
    the text does not tell, as sentences. source: a line.

    Raises ValueError if it does not fit on A4, or does not add up.
    """
    page = Page("", "", source, WIDTH / 72)
    page.left, page.right, page.y, page.scale = EDGE, WIDTH - EDGE, EDGE, SCALE
    _head(page, names, headline)
    _section(
        page, "One total, taken apart in three ways", "A column shows all of it. What cuts one, does not cut another."
    )
    drawn = [(heading, data[data["value"].notna() & (data["value"] != 0)]) for heading, data in columns]
    draw_breakdowns(page, drawn, total, tall=190)
    page.y += 8
    for heading, *absent in [said for _, data in columns for said in invisible(data.to_dict("records"))]:
        page.paragraph(f"{heading} {'; '.join(absent)}", "note")
    page.y += 16
    left, right = _columns(page, 2)
    _section(left, "What changed since last year", "万元")
    draw_bridge(left, *change)
    _section(right, "The same money, other views", "万元; they overlap, with each other too: do not add")
    draw_bars(right, windows)
    page.y = max(left.y, right.y) + 18
    left, middle, right = _columns(page, 3)
    _section(left, "Does it agree with itself?", "One mark for each check")
    _marks(left, checks)
    _section(middle, "People and things", "As the text counts them")
    _counts(middle, counts)
    _section(right, "What this page cannot tell", "Ask for it")
    for ask in asks:
        right.paragraph(ask, "label")
        right.y += 4
    used = max(left.y, middle.y, right.y) + 24 + EDGE
    if used > HEIGHT:
        raise ValueError(f"the poster is {used - HEIGHT:.0f} points longer than A4: shorten a list or a name")
    page.y = HEIGHT - EDGE - 13
    page.paragraph(source, "note")
    page.fig.set_size_inches(A4[0] / 72, A4[1] / 72)
    page.ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    return page.fig


def _columns(page, number):
    """The page in columns of one width, side by side."""
    wide = (page.right - page.left - GAP * (number - 1)) / number
    starts = [page.left + i * (wide + GAP) for i in range(number)]
    return [page.part(start, start + wide) for start in starts]


def _head(page, names, headline):
    english, chinese = names
    value, note = headline
    page.y = page.lines(page.left, page.y, text_lines(chinese, page.right - page.left, "big"))
    page.y = page.lines(page.left, page.y, text_lines(english, page.right - page.left, "title")) + 8
    page.lines(page.left, page.y, [[(value, "huge")]])
    beside = page.left + measure(value, "huge") + 14
    page.lines(beside, page.y + 6, text_lines(note, page.right - beside, "label"))
    page.y += 50


def _section(part, title, note):
    part.line([part.left, part.right], [part.y, part.y], "ink", 1.2)
    part.y += 7
    part.paragraph(title, "title")
    if note:
        part.paragraph(note, "note")
    part.y += 9


def _marks(part, checks):
    """A mark for each check, a row of marks for each state, and what it counts."""
    step = 11
    across = int((part.right - part.left) // step)
    for state, (shape, color, filled) in STATES.items():
        count = int((checks["state"] == state).sum())
        if not count:
            continue
        part.y = part.lines(part.left, part.y, [[(str(count), "value"), (state, "label")]]) + 5
        xs = [round(part.left + 4 + step * (i % across), 2) for i in range(count)]
        ys = [round(part.y + step * (i // across), 2) for i in range(count)]
        face = PALETTE[color] if filled else "white"
        part.ax.plot(xs, ys, linestyle="", marker=shape, ms=6, mfc=face, mec=PALETTE[color], mew=1.2)
        part.y = max(ys) + 12


def _counts(part, counts):
    """One line for each: a number, and what it counts."""
    rows = counts.to_dict("records")
    edge = part.left + max(measure(row["value"], "value") for row in rows)
    for row in rows:
        names = text_lines(f"{row['label']} {row['zh']}", part.right - edge - 10, "label")
        part.lines(edge, part.y, [[(row["value"], "value")]], ha="right")
        part.y = part.lines(edge + 10, part.y, names) + 3
