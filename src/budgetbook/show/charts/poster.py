"""A whole budget on one sheet of A4.

Two distances: the names, the total, the headings and the largest part of each column carry over a metre; the rest is
read from near.
"""

from budgetbook.numbers import percent
from budgetbook.show.charts.bars import draw_bars
from budgetbook.show.charts.breakdowns import draw_breakdowns
from budgetbook.show.charts.bridge import draw_bridge
from budgetbook.show.charts.page import Page, check_sum, invisible, length_of, measure, text_lines
from budgetbook.show.pictures import PALETTE, house_style

A4 = 595.28, 841.89  # points
SCALE = 0.8  # of the usual sizes
WIDTH, HEIGHT = (points / SCALE for points in A4)
EDGE = 36  # what printers leave blank, and a little more
GAP = 30  # between two columns

# How checks are marked: the words for one and for many, shape, colour, filled or not.
MARKS = {
    "holds": ("holds", "hold", "o", "second", True),
    "within rounding": ("holds within rounding", "hold within rounding", "s", "second", True),
    "says less": ("holds, but says less", "hold, but say less", "s", "second", False),
    "fails": ("fails", "fail", "D", "accent", True),
    "cannot be tested": ("cannot be tested", "cannot be tested", "o", "muted", False),
}


@house_style()
def poster(names, headline, total, columns, change, windows, counts, checks, asks, source):
    """One budget on one sheet: what it comes from and is for, what changed, what it buys, and whether it adds up.

    names: (English, Chinese) name of the body. headline: (the total with its unit, a line that explains it).
    total, columns: as for `breakdowns`; the largest part of each column is set large. change: (start, steps, end) as
    for `bridge`. windows: rows as for `bars`, of money seen in other ways, not to be added. counts: `label`, `zh`,
    `value` (text). checks: as from `Audit`. asks: what the text does not tell, as sentences. source: a line.

    Raises ValueError if it does not fit on A4, does not add up, or has a check of an unknown state.
    """
    page = Page("", "", source, WIDTH / 72)
    page.left, page.right, page.y, page.scale = EDGE, WIDTH - EDGE, EDGE, SCALE
    _head(page, names, headline)
    _section(page, "One total, taken apart in three ways", "万元. Each column is the whole; no line leads across.")
    drawn = [(heading, data[data["value"].notna() & (data["value"] != 0)]) for heading, data in columns]
    _largest(page, drawn, total)
    draw_breakdowns(page, [("", data) for _, data in drawn], total, tall=190)
    page.y += 8
    for heading, *absent in [said for _, data in columns for said in invisible(data.to_dict("records"))]:
        page.paragraph(f"{heading} {'; '.join(absent)}", "note")
    page.y += 10
    left, right = _columns(page, 1, 1)
    _section(left, "What changed since last year", "万元; the reasons are those that the text states")
    draw_bridge(left, *change)
    _section(right, "The same money, other views", "万元; parts of the total that overlap: do not add")
    draw_bars(right, windows)
    page.y = max(left.y, right.y) + 14
    left, middle, right = _columns(page, 46, 63, 51)
    _section(left, "Do its numbers agree?", "One mark for each check")
    _marks(left, checks)
    _section(middle, "People and things", "As the text counts them")
    _counts(middle, counts)
    _section(right, "What this page cannot tell", "Ask for it")
    for ask in asks:
        right.paragraph(ask, "label")
        right.y += 4
    used = max(left.y, middle.y, right.y) + 18 + EDGE
    if used > HEIGHT:
        raise ValueError(f"the poster is {used - HEIGHT:.0f} points longer than A4: shorten a list or a name")
    page.y = HEIGHT - EDGE - 13
    page.paragraph(source, "note")
    page.fig.set_size_inches(A4[0] / 72, A4[1] / 72)
    page.ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    return page.fig


def _columns(page, *widths):
    """The page in columns side by side, as wide as the numbers say to each other."""
    point = (page.right - page.left - GAP * (len(widths) - 1)) / sum(widths)
    starts = [page.left + sum(widths[:i]) * point + i * GAP for i in range(len(widths))]
    return [page.part(start, start + width * point) for start, width in zip(starts, widths, strict=True)]


def _head(page, names, headline):
    """The names on the left, the total on the right."""
    english, chinese = names
    value, note = headline
    beside = page.right - max(measure(value, "huge"), measure(note, "label")) - GAP
    total = page.lines(page.right, page.y - 4, [[(value, "huge")], [(note, "label")]], ha="right")
    page.y = page.lines(page.left, page.y, text_lines(chinese, beside - page.left, "big"))
    page.y = page.lines(page.left, page.y, text_lines(english, beside - page.left, "title"))
    page.y = max(page.y, total) + 9


def _section(part, title, note):
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
    less = checks["state"].isin(["holds", "within rounding"]) & (checks["evidence"] != "independent")
    states = checks["state"].mask(less, "says less")
    step = 11
    across = int((part.right - part.left) // step)
    for state, (one, many, shape, color, filled) in MARKS.items():
        count = int((states == state).sum())
        if not count:
            continue
        part.y = part.lines(part.left, part.y, [[(str(count), "value"), (one if count == 1 else many, "label")]]) + 5
        xs = [round(part.left + 4 + step * (i % across), 2) for i in range(count)]
        ys = [round(part.y + step * (i // across), 2) for i in range(count)]
        face = PALETTE[color] if filled else "white"
        part.ax.plot(xs, ys, linestyle="", marker=shape, ms=6, mfc=face, mec=PALETTE[color], mew=1.2)
        part.y = max(ys) + 10
        for row in checks[states == state].to_dict("records") if state == "fails" else []:
            part.paragraph(f"{row['left']} is not {row['right']}", "note")
            part.y += 3


def _counts(part, counts):
    """One line for each: a number, and what it counts."""
    rows = counts.to_dict("records")
    edge = part.left + max(measure(row["value"], "value") for row in rows)
    for row in rows:
        name, zh = [(row["label"], "label")], [(row["zh"], "zh")]
        together = [[*name, *zh]] if length_of([*name, *zh]) <= part.right - edge - 10 else None
        lines = together or [
            line for text, kind in (*name, *zh) for line in text_lines(text, part.right - edge - 10, kind)
        ]
        part.lines(edge, part.y, [[(row["value"], "value")]], ha="right")
        part.y = part.lines(edge + 10, part.y, lines) + 3
