"""The charts of the notebooks: each takes plain tables and returns a matplotlib Figure for `figures.show`.

Amounts are Decimals (any unit: say it in the subtitle) and are labelled as printed. Tables have the columns
`label` (English), `zh` (Chinese, may be left out) and `value`, and whatever the function names. All charts
share

    title     the finding, in one sentence
    subtitle  what is drawn, and its unit
    source    where the numbers stand
    width     inches (the height follows from the content)

Everything is laid out in points from the top left corner of the page, with widths taken from the font's own
tables, so that a chart is the same on every machine.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from math import fsum  # exact; what `sum` makes of floats differs between versions of Python

from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from pandas import isna

from budgetbook.figures import FALLBACK_FONT, FONTS, PALETTE, TONES, house_style
from budgetbook.tables import amount

WIDTH = 8  # inches
MARGIN = 10  # points, on all four sides
SPACE = 7  # between two texts on one line, points
BAR = 18  # thickness of a horizontal bar, points
THIN = 0.8  # what is not zero is drawn at least this thick, points

# What a text can be: size in points, weight, colour, and the height of its line in points.
KINDS = {
    "title": (15, "bold", "ink", 20),
    "subtitle": (10.5, "normal", "muted", 15),
    "head": (10.5, "bold", "ink", 14),
    "group": (10.5, "bold", "ink", 15),
    "label": (10.5, "normal", "ink", 14),
    "zh": (10, "normal", "muted", 14),
    "value": (10.5, "bold", "ink", 14),
    "share": (10, "normal", "muted", 14),
    "note": (9.5, "normal", "muted", 13),
}

# Where a word may break: around hanzi except before closing and after opening punctuation.
_HAN, _OPEN, _CLOSE = r"\u3040-\u30ff\u3400-\u9fff", r"（《〈「『【“", r"，。、；：？！）》〉」』】”"
_BREAK = re.compile(rf"(?<=[{_HAN}{_CLOSE}])(?![\s{_CLOSE},.;:)%])|(?<![\s\d({_OPEN}])(?=[{_HAN}{_OPEN}])")


# --- text: a line is a list of (text, kind) -----------------------------------------------------------------


@cache
def _advance(sign, weight):
    """The width of one character in ems, from the font's own table of widths."""
    for path in (FONTS[weight], FALLBACK_FONT):
        font = FT2Font(path)
        if font.get_char_index(ord(sign)):
            return font.load_char(ord(sign), flags=LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM
    return 1.0  # `show` will refuse it


def measure(text, kind="label"):
    """The width of `text` in points, set as one of KINDS."""
    size, weight, *_ = KINDS[kind]
    return size * fsum(_advance(sign, weight) for sign in text)


def wrap(text, width, kind="label"):
    """`text` cut into strings no wider than `width` points; only a word that is wider itself sticks out."""
    strings = [""]
    for word in re.split(r"(?<=\s)(?=\S)", text):
        # A run of hanzi is a word, and is cut only if it does not fit on a line of its own.
        for piece in [word] if measure(word.rstrip(), kind) <= width else _BREAK.split(word):
            if strings[-1] and measure((strings[-1] + piece).rstrip(), kind) > width:
                strings.append("")
            strings[-1] += piece
    return [string.rstrip() for string in strings if string]


def percent(part, whole):
    """A share as text with one decimal: "0.3 %". One that would round away is "<0.1 %" or ">99.9 %"."""
    exact = 100 * Decimal(part) / Decimal(whole)
    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rounded in (0, 100):
        return f"{rounded:.0f} %" if exact == rounded else "<0.1 %" if rounded == 0 else ">99.9 %"
    return f"{amount(rounded)} %"


def signed(value):
    """A change as text, with its sign: +150, −4.05."""
    return "+" * (value > 0) + amount(value)


def _lines(text, width, kind, balance=False):
    """Wrapped text as lines; balanced, they are of like length, so that no last line has a single word."""
    if balance:
        lines = len(wrap(text, width, kind))
        width = next((w for w in range(20, int(width)) if len(wrap(text, w, kind)) == lines), width)
    return [[(string, kind)] for string in wrap(text, width, kind)]


def _names(row, width, kind="label"):
    """The row's English and Chinese names."""
    return _lines(_get(row, "label"), width, kind, balance=True) + _lines(_get(row, "zh"), width, "zh", balance=True)


def _get(row, column):
    """The text in `column`, or "" where there is none."""
    return "" if isna(row.get(column)) else str(row[column])


def _length(line):
    return fsum(measure(text, kind) for text, kind in line) + SPACE * (len(line) - 1)


def _height(lines):
    return sum(KINDS[line[0][1]][3] for line in lines)


# --- the page -----------------------------------------------------------------------------------------------


class _Page:
    """A figure drawn from the top down, in points; `y` is how far it has got."""

    def __init__(self, title, subtitle, source, width):
        self.width, self.source = width * 72, source
        self.left, self.right = MARGIN, width * 72 - MARGIN
        self.fig = Figure(figsize=(width, 1))
        self.ax = self.fig.add_axes((0, 0, 1, 1))
        self.ax.set_axis_off()
        self.y = MARGIN
        self.paragraph(title, "title", balance=True)
        self.y += 3
        self.paragraph(subtitle, "subtitle")
        self.y += 14

    def paragraph(self, text, kind, balance=False):
        """Text over the whole width, from `y` down."""
        self.y = self.lines(self.left, self.y, _lines(text, self.right - self.left, kind, balance))

    def lines(self, x, y, lines, ha="left", color=None):
        """Lines with their left or right ends at `x`, from `y` down; returns where the last one ends."""
        for line in lines:
            height, at = _height([line]), x if ha == "left" else x - _length(line)
            for text, kind in line:
                size, weight, usual, _ = KINDS[kind]
                # All text is set from the left, at hundredths of a point: a renderer's own measure of a text, or the
                # last bit of a sum, would differ from one version of a library to the next.
                self.ax.text(
                    round(at, 2),
                    round(y + height / 2 + 0.36 * size, 2),  # capitals and figures in the middle of the line
                    text,
                    size=size,
                    weight=weight,
                    ha="left",
                    va="baseline",
                    color=color or PALETTE[usual],
                )
                at += measure(text, kind) + SPACE
            y += height
        return y

    def box(self, x, y, width, height, color, hatch=None):
        """A rectangle; a negative width reaches to the left. A hatched one is white inside."""
        look = {"facecolor": "white", "edgecolor": color, "hatch": hatch} if hatch else {"facecolor": color}
        self.ax.bar(x, height, width, y, align="edge", linewidth=1 if hatch else 0, **look)

    def line(self, xs, ys, color="muted", width=0.8):
        self.ax.plot(xs, ys, color=PALETTE[color], linewidth=width, solid_capstyle="butt")

    def leader(self, x, y, to_x, to_y):
        """A thin line from a slice to its label, bent where they stand at different heights."""
        self.line([x + 2, to_x - 18, to_x - 8, to_x - 3], [y, y, to_y, to_y], width=0.7)

    def finish(self):
        """Close the page with the source line. Returns the Figure."""
        self.y += 14 if self.source else 0
        self.paragraph(self.source, "note")
        height = self.y + MARGIN
        self.fig.set_size_inches(self.width / 72, height / 72)
        self.ax.set(xlim=(0, self.width), ylim=(height, 0))
        return self.fig


def _spread(wanted, heights, top, bottom, gap=6):
    """Where labels of `heights` begin: moved from where they want to only as far as it takes to part them."""
    starts, edge = [], top
    for start, height in zip(wanted, heights, strict=True):
        starts.append(max(edge, start))
        edge = starts[-1] + height + gap
    edge = bottom
    for i in reversed(range(len(starts))):
        starts[i] = min(starts[i], edge - heights[i])
        edge = starts[i] - gap
    return starts


def _check_sum(parts, whole, what):
    if sum(parts) != whole:
        raise ValueError(
            f"{what}: the parts sum to {amount(sum(parts))}, not to {amount(whole)}; "
            f"{signed(whole - sum(parts))} is missing"
        )


def _invisible(rows):
    """Lists of what no slice can show, each with its heading: stated zeros, and values that are not stated."""
    for words, test in (("0 stated", lambda value: value == 0), ("Not stated", isna)):
        names = [f"{_get(row, 'label')} {_get(row, 'zh')}".strip() for row in rows if test(row["value"])]
        if names:
            yield [f"{words}:", *names]


def _name_column(page, rows):
    """The names of the rows as lines, and where the marks beside them may begin."""
    names = [_names(row, 0.36 * page.width, "head" if row.get("highlight") is True else "label") for row in rows]
    widest = max(_length(line) for name in names for line in name)
    return names, page.left + widest + 14


# --- the charts ---------------------------------------------------------------------------------------------


@house_style()
def bars(data, title, subtitle="", source="", share_of=None, width=WIDTH):
    """Horizontal bars from a common zero, one for each row of `data`.

    data: `label`, `zh`, `value` (Decimal, or None where the document states nothing); optional `note` (a line
    under the bar) and `highlight` (bool). share_of: a Decimal; adds each value's share of it in percent.
    """
    page = _Page(title, subtitle, source, width)
    rows = data.to_dict("records")
    names, start = _name_column(page, rows)
    said = [_bar_label(row["value"], share_of) for row in rows]
    values = [0 if isna(row["value"]) else row["value"] for row in rows]
    # Room for the labels beyond the ends of the bars, on either side of zero.
    before, after = (
        max(
            [_length(line) + 8 for line, value in zip(said, values, strict=True) if value * sign > 0],
            default=0,
        )
        for sign in (-1, 1)
    )
    low, high = float(min(0, *values)), float(max(0, *values))
    scale = (page.right - start - before - after) / (high - low or 1)
    zero, top = start + before - low * scale, page.y
    for row, value, name, line in zip(rows, values, names, said, strict=True):
        notes = _lines(_get(row, "note"), page.right - zero - 8, "note")
        height = max(_height(name), BAR + _height(notes))
        page.lines(start - 14, page.y + (height - _height(name)) / 2, name, ha="right")
        y = page.y + (height - BAR - _height(notes)) / 2
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
    return page.finish()


def _bar_label(value, share_of):
    if isna(value):
        return [("not stated", "share")]
    if value == 0:
        return [(f"{amount(value)} (stated)", "value")]
    return [(amount(value), "value"), *([(percent(value, share_of), "share")] if share_of else [])]


@house_style()
def breakdowns(columns, total, title, subtitle="", source="", width=WIDTH):
    """One total taken apart in several ways, as stacked columns side by side and never joined.

    columns: list of (heading, data); data: `label`, `zh`, `value` and optional `group` (the rows of a group
    follow each other, and its name and sum stand above their labels). total: Decimal.

    Raises ValueError if a column does not sum to the total exactly.
    """
    page = _Page(title, subtitle, source, width)
    gutter, reach = 18, 24  # points between two columns, and between a stack and its labels
    pitch = (page.right - page.left + gutter) / len(columns)
    bar = min(50, pitch / 4)
    heads, stacks = [], []
    for heading, data in columns:
        rows = data.to_dict("records")
        _check_sum([row["value"] for row in rows if not isna(row["value"])], total, heading)
        heads.append(_lines(heading, pitch - gutter, "head"))
        stacks.append((rows, _stack_labels(rows, total, pitch - gutter - bar - reach)))
    top = page.y + max(map(_height, heads)) + 8
    bottom = top + max([250, *(sum(_height(label) + 6 for _, label in labels) for _, labels in stacks)])
    for number, (head, (rows, labels)) in enumerate(zip(heads, stacks, strict=True)):
        x = page.left + number * pitch
        page.lines(x, top - 8 - _height(head), head)
        tones = TONES[number % len(TONES)]
        edge, middles = top, []
        for order, (value, _) in enumerate(labels):
            thickness = float(value / total) * (bottom - top)
            page.box(x, edge, bar, max(thickness, THIN), tones[order % 2])
            middles.append(edge + thickness / 2)
            edge += thickness
        heights = [_height(label) for _, label in labels]
        # A label wants the middle of its value, which stands below the name of its group, at the middle of
        # its slice.
        values = [_height([line for line in label if line[0][1] == "group"]) + 7 for _, label in labels]
        starts = _spread([m - v for m, v in zip(middles, values, strict=True)], heights, top, bottom)
        for (_, label), middle, start, value in zip(labels, middles, starts, values, strict=True):
            page.lines(x + bar + reach, start, label)
            page.leader(x + bar, middle, x + bar + reach, start + value)
        absent = [line for said in _invisible(rows) for text in said for line in _lines(text, pitch - gutter, "note")]
        page.y = max(page.y, page.lines(x, bottom + 10, absent) if absent else bottom)
    return page.finish()


def _stack_labels(rows, total, width):
    """[(value, lines of its label)] for the rows that have a slice."""
    labels, last = [], ""
    for row in rows:
        if isna(row["value"]) or row["value"] == 0:
            continue
        group, head = _get(row, "group"), []
        members = [other["value"] for other in rows if group and _get(other, "group") == group]
        if group != last and len(members) > 1:
            head = _lines(f"{group}: {amount(sum(member for member in members if not isna(member)))}", width, "group")
        last = group
        labels.append((row["value"], [*head, *_value_and_share(row, total, width), *_names(row, width)]))
    return labels


@house_style()
def tree(data, title, subtitle="", source="", partial=(), width=WIDTH):
    """A total, its parts and their parts, level by level from left to right, heights in proportion.

    data: `item`, `parent` (an item, or None for the total), `label`, `zh`, `value`, in the order in which
    they are to stand. partial: items whose parts the document does not give completely; the rest is drawn
    hatched.

    Raises ValueError if there is not exactly one total, or if parts do not sum to their whole.
    """
    page = _Page(title, subtitle, source, width)
    rows = {row["item"]: row for row in data.to_dict("records")}
    roots = [row for row in rows.values() if _get(row, "parent") not in rows]
    if len(roots) != 1:
        raise ValueError(f"a tree needs one total, found {[row['item'] for row in roots]}")
    boxes = list(_boxes(roots[0], rows, frozenset(partial)))
    levels = 1 + max(level for level, *_ in boxes)
    parents = {row["parent"] for row in rows.values()} & set(rows)
    height = min(max(220, 80 * (len(rows) - len(parents))), 480)
    scale, top = height / float(roots[0]["value"]), page.y
    total = roots[0]["value"]
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
        if row and thickness < 6:  # too thin for white gaps above and below
            page.box(x, y, pitch - 2, max(thickness, THIN), PALETTE["ink"])
        else:
            page.box(x, y + 0.5, pitch - 2, max(thickness - 1, THIN), PALETTE[color], None if row else "///")
        if lines:
            page.lines(x + 7, y + min(8, (thickness - _height(lines)) / 2), lines, color="white")
        elif row:
            # The line to the label of a box with parts begins behind the parts.
            edge = page.right - room if row["item"] in parents else x + pitch
            outside.append((y + thickness / 2, edge - 2, row))
    page.y = top + height
    if outside:
        outside.sort(key=lambda label: label[:2])
        to_x = page.right - room + 24
        labels = [
            _value_and_share(row, total, page.right - to_x) + _names(row, page.right - to_x) for *_, row in outside
        ]
        heights = list(map(_height, labels))
        page.y = max(page.y, top + sum(heights) + 6 * len(heights))
        starts = _spread([middle - 7 for middle, *_ in outside], heights, top, page.y)
        for (middle, x, _), label, start in zip(outside, labels, starts, strict=True):
            page.lines(to_x, start, label)
            page.leader(x, middle, to_x, start + 7)
    page.y += 10
    for heading, *names in _invisible(rows.values()):
        page.paragraph(f"{heading} {'; '.join(names)}", "note")
    return page.finish()


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
            _check_sum(known, row["value"], row["item"])
        for order, child in enumerate(child for child in children if not isna(child["value"]) and child["value"]):
            queue.append((level + 1, start, child, hues[order % len(hues)] if level == 0 else color))
            start += float(child["value"])
        if children and sum(known) < row["value"]:
            yield level + 1, start, float(row["value"] - sum(known)), None, "muted"


def _value_and_share(row, total, width):
    """The value and its share of the total, on one line if it fits."""
    value, share = (amount(row["value"]), "value"), (percent(row["value"], total), "share")
    return [[value, share]] if _length([value, share]) <= width else [[value], [share]]


def _inside(row, total, pitch, thickness):
    """The lines that fit into a box of this size, or None."""
    long = _value_and_share(row, total, pitch - 14) + _names(row, pitch - 14)
    short = [[(_get(row, "label"), "label"), (amount(row["value"]), "value")]]
    for lines in (long, short):
        if _height(lines) + 4 <= thickness and max(map(_length, lines)) <= pitch - 14:
            return lines
    return None


@house_style()
def bridge(start, steps, end, title, subtitle="", source="", width=WIDTH):
    """How one total becomes another: a row for the first, one for each step, one for the last.

    start, end: dict or Series with `label`, `zh`, `value`. steps: DataFrame with `label`, `zh`, `value`
    (signed Decimal) and optional `kind`: "remainder" for what nothing explains (drawn hatched), anything else
    for what is explained; optional `note`.

    Raises ValueError if start and steps do not sum to end exactly.
    """
    page = _Page(title, subtitle, source, width)
    changes = steps.to_dict("records")
    rows = [dict(start), *changes, dict(end)]
    _check_sum([row["value"] for row in rows[:-1]], end["value"], "bridge")
    names, zero = _name_column(page, rows)
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
        (page.right - zero - 8 - _length(line)) / float(max(span) or 1)
        for line, span in zip(said, spans, strict=True)
        if max(span) > 0
    )
    top, ends = page.y, []
    colors = ["total", *("main" if row["value"] > 0 else "accent" for row in changes), "total"]
    for row, name, line, color, (before, after) in zip(rows, names, said, colors, spans, strict=True):
        notes = _lines(_get(row, "note"), page.right - zero - 8, "note")
        height = max(_height(name), BAR + 6)
        page.lines(zero - 14, page.y + (height - _height(name)) / 2, name, ha="right")
        y = page.y + (height - BAR) / 2
        x, length = zero + float(min(before, after)) * scale, float(abs(after - before)) * scale
        hatch = "/////" if row.get("kind") == "remainder" else None
        page.box(x, y, max(length, THIN), BAR, PALETTE[color], hatch)
        page.lines(x + length + 8, y + 2, [line])
        ends.append((zero + float(after) * scale, y))
        page.y = page.lines(zero + 8, page.y + height, notes) + 12
    page.y -= 12
    for (x, y), (_, below) in zip(ends, ends[1:], strict=False):
        page.line([x, x], [y + BAR, below], "muted", 0.8)
    page.line([zero, zero], [top - 4, page.y + 4], "ink", 1)
    return page.finish()


def _step_label(row):
    return [
        (signed(row["value"]), "value"),
        *([("not explained", "share")] if row.get("kind") == "remainder" else []),
    ]


@house_style()
def number_map(numbers, sections, length, title, subtitle="", source="", kinds=None, width=WIDTH):
    """Where numbers stand in a document: a strip for each section, a mark for each number, and counts.

    numbers: DataFrame with `start` (position in the text) and `kind`. sections: `label`, `zh`, `start`; each
    ends where the next one starts, the last one at `length` (characters in the text). kinds: {kind: its
    heading}, at most four, by default all that occur, the most frequent first. Each kind has a lane and a
    shape of its own.

    Raises ValueError for a number outside every section or of a kind that has no heading.
    """
    page = _Page(title, subtitle, source, width)
    kinds = kinds or {kind: kind for kind in numbers["kind"].value_counts().index}
    rows = sections.sort_values("start").to_dict("records")
    edges = [*(row["start"] for row in rows), length]
    stray = numbers[~numbers["start"].between(edges[0], length - 1) | ~numbers["kind"].isin(list(kinds))]
    if len(stray) or len(kinds) > len(_MARKS):
        raise ValueError(f"numbers outside the sections or of an unnamed kind (at most {len(_MARKS)} kinds):\n{stray}")
    names, x0 = _name_column(page, rows)
    column = 58
    counts = [page.right - column * (len(kinds) - 1 - order) for order in range(len(kinds))]
    scale = (counts[0] - column - x0) / max(b - a for a, b in zip(edges, edges[1:], strict=False))
    heads = [_lines(heading, column - 8, "note") for heading in kinds.values()]
    page.y += max(map(_height, heads))
    for x, head, mark in zip(counts, heads, _MARKS, strict=False):
        page.lines(x, page.y - _height(head), head, ha="right")
        page.ax.plot([x - 5], [page.y + 9], linestyle="", **_mark(mark))
    page.y += 24
    lanes = [14, 7, 7, 7][: len(kinds)]
    for name, a, b in zip(names, edges, edges[1:], strict=False):
        here = numbers[(numbers["start"] >= a) & (numbers["start"] < b)]
        height = max(sum(lanes) + 4, _height(name))
        page.lines(x0 - 14, page.y + (height - _height(name)) / 2, name, ha="right")
        y = page.y + (height - sum(lanes)) / 2
        page.box(x0, y - 2, (b - a) * scale, sum(lanes) + 4, PALETTE["paper"])
        for x, kind, mark, lane in zip(counts, kinds, _MARKS, lanes, strict=False):
            positions = here.loc[here["kind"] == kind, "start"]
            page.ax.plot(
                [x0 + (p - a) * scale for p in positions],
                [y + lane / 2] * len(positions),
                linestyle="",
                **_mark(mark),
            )
            page.lines(x, page.y + height / 2 - 7, [[(str(len(positions)), "value")]], ha="right")
            y += lane
        page.y += height + 8
    page.line([counts[0] - column + 16, page.right], [page.y - 3] * 2, "rule")
    for x, kind in zip(counts, kinds, strict=True):
        page.lines(x, page.y, [[(str(int((numbers["kind"] == kind).sum())), "value")]], ha="right")
    step = next(s for s in (1000, 500, 200, 100, 50, 20, 10) if s * scale < (counts[0] - column - x0) / 2)
    page.line(
        [x0, x0, x0 + step * scale, x0 + step * scale],
        [page.y + 4, page.y + 7, page.y + 7, page.y + 4],
        "muted",
    )
    page.lines(x0 + step * scale + 8, page.y, [[(f"{step} characters", "note")]])
    page.y += 14
    return page.finish()


# The marks of number_map: colour, shape, size in points.
_MARKS = [("main", "|", 13), ("accent", "|", 6), ("second", "^", 4.5), ("muted", "o", 3.5)]


def _mark(mark):
    color, shape, size = mark
    face = "white" if shape == "o" else PALETTE[color]
    return {
        "marker": shape,
        "ms": size,
        "mec": PALETTE[color],
        "mfc": face,
        "mew": 1.3 if shape == "|" else 0.9,
    }


@house_style()
def curve(x, y, title, subtitle="", source="", xlabel="", ylabel="", points=None, height=3, width=WIDTH):
    """Lines over a common scale, each labelled at its end.

    x: increasing numbers. y: {label: numbers}, as many as x. points: optional DataFrame with `x`, `y`,
    `label` (and `zh`), drawn as dots with their labels. height: of the plotting area, inches. The y axis
    begins at zero unless a number is negative.
    """
    page = _Page(title, subtitle, source, width)
    if ylabel:
        page.paragraph(ylabel, "note")
        page.y += 6 if points is None else 20
    names = {label: _lines(label, 0.2 * page.width, "label") for label in y}
    room = max((_length(line) for lines in names.values() for line in lines), default=0) + 12
    xs = [float(number) for number in x]
    series = {label: [float(number) for number in numbers] for label, numbers in y.items()}
    every = [number for numbers in series.values() for number in numbers]
    low, high = min(0, *every), max(0, *every)
    inset, top, tall = 40, page.y, height * 72
    span = page.right - room - page.left - inset
    page.y += tall + 24
    if xlabel:
        page.y = page.lines(page.left + inset, page.y, _lines(xlabel, span, "note"))
    figure = page.finish()
    full = figure.get_size_inches()[1] * 72
    ax = figure.add_axes(((page.left + inset) / page.width, 1 - (top + tall) / full, span / page.width, tall / full))
    ax.set(xlim=(xs[0], xs[-1]), ylim=(low, high + 0.12 * (high - low)), facecolor="none", axisbelow=True)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.tick_params(labelsize=9.5, length=3)
    ax.tick_params(axis="y", length=0, pad=7)
    ax.set_yticks([tick for tick in ax.get_yticks() if low <= tick <= high])
    page.ax.set_zorder(1)  # labels over grid lines

    def place(x, y):
        """A point of the axes on the page."""
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        return page.left + inset + (x - left) / (right - left) * span, top + tall * (high - y) / (high - low)

    ends = []
    for (label, numbers), color in zip(series.items(), ("main", "accent", "second", "fourth"), strict=False):
        ax.plot(xs, numbers, color=PALETTE[color], linewidth=2.2, clip_on=False)
        ends.append((place(xs[-1], numbers[-1])[1] - _height(names[label]) / 2, names[label], PALETTE[color]))
    ends.sort(key=lambda end: end[0])
    starts = _spread([wanted for wanted, *_ in ends], [_height(lines) for _, lines, _ in ends], 0, top + tall + 20)
    for start, (_, lines, color) in zip(starts, ends, strict=True):
        page.lines(page.right - room + 12, start, lines, color=color)
    first = next(iter(series.values()))
    rising = first[-1] > first[0]
    for point in () if points is None else points.to_dict("records"):
        x, y = float(point["x"]), float(point["y"])
        ax.plot(x, y, "o", ms=7, mfc="white", mec=PALETTE["ink"], mew=1.5, clip_on=False, zorder=3)
        lines = _names(point, 0.3 * page.width, "head")
        (x, y), long = place(x, y), max(map(_length, lines))
        # The line leaves two corners of a point free: above on the side it rises from, below on the other.
        fits = x - long > page.left + inset if rising else x + long < page.right
        if fits:
            page.lines(x, y - 8 - _height(lines), lines, ha="right" if rising else "left")
        else:
            page.lines(x, y + 8, lines, ha="left" if rising else "right")
    return figure


@house_style()
def web(figures, checks, title, subtitle="", source="", width=WIDTH):
    """Which figure is tied to which: a row for each figure, a column for each check, a mark where they meet.

    figures: DataFrame with `fact`, `label`, `value` (text), `group` (rows of one group follow each other) and
    `independent` (how many independent checks stand on it). checks: DataFrame with `check`, `facts` (a list of
    facts) and `state`; a check that fails has marks of another shape and colour. A figure without any says "none".

    Raises ValueError for a check on a fact that has no row.
    """
    page = _Page(title, subtitle, source, width)
    rows, columns = figures.to_dict("records"), checks.to_dict("records")
    place = {row["fact"]: index for index, row in enumerate(rows)}
    if stray := sorted({fact for column in columns for fact in column["facts"]} - set(place)):
        raise ValueError(f"checks on facts without a row: {', '.join(stray)}")
    names = min(0.34 * page.width, max(measure(row["label"], "label") for row in rows))
    values = max(measure(row["value"], "value") for row in rows)
    x0 = page.left + names + 10 + values + 16
    counts = page.right
    step = (counts - 74 - x0) / max(1, len(columns) - 1)
    page.lines(counts, page.y, [[("independent checks", "note")]], ha="right")
    page.y += 18
    middles, group = [], None
    for row in rows:
        if row["group"] != group:
            page.y += 6 if group is not None else 0
            page.lines(page.left, page.y, [[(row["group"], "head")]])
            page.y, group = page.y + 16, row["group"]
        label = _lines(row["label"], names, "label", balance=True)
        middle = page.y + _height(label) / 2
        middles.append(middle)
        page.lines(page.left + names, page.y, label, ha="right")
        page.lines(x0 - 16, middle - 7, [[(row["value"], "value")]], ha="right")
        page.line([x0 - 6, counts - 64], [middle] * 2, "rule", 0.5)
        said = str(row["independent"]) if row["independent"] else "none"
        page.lines(counts, middle - 7, [[(said, "value" if row["independent"] else "share")]], ha="right")
        page.y += _height(label) + 1
    for index, column in enumerate(columns):
        ys = sorted(middles[place[fact]] for fact in column["facts"])
        color, shape = ("accent", "D") if column["state"] == "fails" else ("main", "o")
        x = x0 + index * step
        page.line([x, x], [ys[0], ys[-1]], color, 1.2)
        look = {"marker": shape, "ms": 5, "mec": PALETTE[color], "mfc": PALETTE[color], "mew": 0.5}
        page.ax.plot([x] * len(ys), ys, linestyle="", **look)
    return page.finish()
