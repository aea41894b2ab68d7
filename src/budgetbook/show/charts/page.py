"""What all charts are made with: text of known width, and the page, laid out in points from the top left corner.

Widths are taken from the font's own tables, so that a chart is the same on every machine.
"""

import re
from copy import copy
from functools import cache, wraps
from inspect import signature
from math import fsum  # exact; what `sum` makes of floats differs between versions of Python

from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from pandas import isna

from budgetbook.numbers import amount, percent, signed
from budgetbook.show.pictures import FALLBACK_FONT, FONTS, ITEMS, PALETTE, Picture, house_style, lighter
from budgetbook.show.vocabulary import word
from budgetbook.text import HANZI

WIDTH = 8  # inches
NARROW = 400  # points; what stands side by side on a page may stand below each other on one that is not as wide
MARGIN = 10  # points, on all four sides
SPACE = 7  # between two texts on one line, points
BAR = 18  # thickness of a horizontal bar, points
THIN = 0.8  # what is not zero is drawn at least this thick, points

# What a text can be: size in points, weight, colour, and the height of its line in points.
KINDS = {
    "huge": (32, "bold", "ink", 40),
    "big": (21, "bold", "ink", 27),
    "title": (15, "bold", "ink", 20),
    "subtitle": (10.5, "normal", "muted", 15),
    "head": (10.5, "bold", "ink", 14),
    "group": (10.5, "bold", "ink", 15),
    "label": (10.5, "normal", "ink", 14),
    "zh": (10, "normal", "muted", 14),
    "value": (10.5, "bold", "ink", 14),
    "share": (10, "normal", "muted", 14),
    "note": (10, "normal", "muted", 13),
}

# Where a line may break: at a space, but not before a unit.
_SPACE = re.compile(r"(?<=[ \t\n])(?=\S)(?!(?<=\d\s)(?:[万亿]?元|万|人|[%‰]|m²|平方米))")
# Where a word may break: around hanzi except before closing and after opening punctuation, and not within 万元.
_HAN, _OPEN, _CLOSE = rf"\u3040-\u30ff{HANZI}", r"（《〈「『【“", r"，。、；：？！）》〉」』】”"
_AFTER, _BEFORE = rf"(?<=[{_HAN}{_CLOSE}])(?![\s{_CLOSE},.;:)%])", rf"(?<![\s\d({_OPEN}])(?=[{_HAN}{_OPEN}])"
_BREAK = re.compile(rf"(?!(?<=[万亿])元)(?:{_AFTER}|{_BEFORE})")


# --- text: a line is a list of (text, kind) -----------------------------------------------------------------


_font = cache(FT2Font)  # opening one takes as long as a hundred widths


@cache
def _advance(sign, weight):
    """The width of one character in ems, from the font's own table of widths."""
    for path in (FONTS[weight], FALLBACK_FONT):
        font = _font(path)
        if font.get_char_index(ord(sign)):
            return font.load_char(ord(sign), flags=LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM
    return 1.0  # `show` will refuse it


@cache  # balanced lines try many widths for the same few strings
def measure(text, kind="label"):
    """The width of `text` in points, set as one of KINDS."""
    size, weight, *_ = KINDS[kind]
    return size * fsum(_advance(sign, weight) for sign in text)


def wrap(text, width, kind="label"):
    """`text` cut into strings no wider than `width` points; only a word that is wider itself sticks out."""
    strings = [""]
    for run in _SPACE.split(text):
        # A run of hanzi is a word, and is cut only if it does not fit on a line of its own.
        for piece in [run] if measure(run.rstrip(), kind) <= width else _BREAK.split(run):
            if strings[-1] and measure((strings[-1] + piece).rstrip(), kind) > width:
                strings.append("")
            strings[-1] += piece
    return [string.rstrip() for string in strings if string]


def text_lines(text, width, kind, balance=False):
    """Wrapped text as lines; balanced, they are of like length, so that no last line has a single word."""
    if balance:
        lines = len(wrap(text, width, kind))
        width = next((w for w in range(20, int(width)) if len(wrap(text, w, kind)) == lines), width)
    return [[(string, kind)] for string in wrap(text, width, kind)]


def name_lines(row, width, kind="label"):
    """The row's English and Chinese names."""
    return text_lines(text_of(row, "label"), width, kind, balance=True) + text_lines(
        text_of(row, "zh"), width, "zh", balance=True
    )


def text_of(row, column):
    """The text in `column`, or "" where there is none."""
    return "" if isna(row.get(column)) else str(row[column])


def length_of(line):
    return fsum(measure(text, kind) for text, kind in line) + SPACE * (len(line) - 1)


def height_of(lines):
    return sum(KINDS[line[0][1]][3] for line in lines)


# --- the page -----------------------------------------------------------------------------------------------


class Page:
    """A figure drawn from the top down, in points; `y` is how far it has got."""

    def __init__(self, source, width):
        self.width, self.source = width * 72, source
        self.left, self.right = MARGIN, width * 72 - MARGIN
        self.narrow = self.width < NARROW  # whatever the width of a part of it
        self.fig = Figure(figsize=(width, 1))
        self.ax = self.fig.add_axes((0, 0, 1, 1))
        self.ax.set_axis_off()
        # What a page can go through part by part: what is said of each, and down to where it reaches or where its marks
        # are, in points.
        self.fig.parts = []
        self.y = MARGIN
        self.scale = 1  # what a point of the layout is on paper

    def head(self, title, subtitle):
        """The words above a picture. Where they end, the figure says in `head`, for pages that have them as text."""
        self.paragraph(title, "title", balance=True)
        self.y += 3
        self.paragraph(subtitle, "subtitle")
        self.fig.head = self.y + 6 if title else 0
        self.y += 14

    def part(self, left, right):
        """A part of the page from `left` to `right`, from the same `y` down, to be drawn on like a page."""
        part = copy(self)
        part.left, part.right, part.width = left, right, right - left
        return part

    def paragraph(self, text, kind, balance=False):
        """Text over the whole width, from `y` down."""
        self.y = self.lines(self.left, self.y, text_lines(text, self.right - self.left, kind, balance))

    def lines(self, x, y, lines, ha="left", color=None):
        """Lines with their left or right ends at `x`, from `y` down; returns where the last one ends."""
        for line in lines:
            height, at = height_of([line]), x if ha == "left" else x - length_of(line)
            for text, kind in line:
                size, weight, usual, _ = KINDS[kind]
                # All text is set from the left, at hundredths of a point: a renderer's own measure of a text, or the
                # last bit of a sum, would differ from one version of a library to the next.
                self.ax.text(
                    round(at, 2),
                    round(y + height / 2 + 0.36 * size, 2),  # capitals and figures in the middle of the line
                    text,
                    size=size * self.scale,
                    weight=weight,
                    ha="left",
                    va="baseline",
                    color=color or PALETTE[usual],
                )
                at += measure(text, kind) + SPACE
            y += height
        return y

    def box(self, x, y, width, height, color, hatched=False, light=False):
        """A rectangle; a negative width reaches to the left. A hatched one is white inside: of this money the purpose
        is not told. A light one has an outline in its colour: what may be so, or is added in thought."""
        look = {"facecolor": lighter(color) if light else "white" if hatched else color}
        look |= {"edgecolor": color} if hatched or light else {}
        look |= {"hatch": "/////"} if hatched else {}
        self.ax.bar(x, height, width, y, align="edge", linewidth=1 if hatched or light else 0, **look)

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


# --- from data to a picture ---------------------------------------------------------------------------------


def chart(function):
    """Make a kind of chart of a function that says how data are drawn.

    `function` takes data and returns three things: a function that draws on a Page, the values that it draws, and the
    fields of the drafts of the words, which the vocabulary has for each kind: `title.KIND` and `alt.KIND`. A function
    that draws on a sheet with a head of its own takes the title, too.
    """
    kind = function.__name__

    @wraps(function)
    def make(*args, width=WIDTH, **options) -> Picture:
        draw, values, said = function(*args, **options)

        @house_style()
        def figure(title="", subtitle="", source="", width=width):
            page = Page(source, width)
            if "title" in signature(draw).parameters:
                return draw(page, title=title)
            page.head(title, subtitle)
            return draw(page) or page.finish()

        return Picture(figure, values, word(f"title.{kind}", **said), word(f"alt.{kind}", **said))

    return make


def pick(data, columns):
    """Of a frame the named columns that it has, for the values of a picture."""
    return data[[column for column in columns.split() if column in data]].reset_index(drop=True)


def extremes(data, column="value"):
    """What a draft says of amounts: how many there are, the largest and the smallest with their labels."""
    stated = data[data[column].notna()]
    if stated.empty:
        return dict(n=len(data), most_label="", most=None, least_label="", least=None)
    ordered = stated.loc[stated[column].map(float).sort_values(kind="stable").index]
    first, last = ordered.iloc[-1], ordered.iloc[0]
    return dict(
        n=len(data), most_label=first["label"], most=first[column], least_label=last["label"], least=last[column]
    )


def spread(wanted, heights, top, bottom, gap=6):
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


def check_sum(parts, whole, what):
    if sum(parts) != whole:
        raise ValueError(
            f"{what}: the parts sum to {amount(sum(parts))}, not to {amount(whole)}; "
            f"{signed(whole - sum(parts))} is missing"
        )


def invisible(rows):
    """Lists of what no slice can show, each with its heading: stated zeros, and values that are not stated."""
    for words, test in ((word("zero_stated"), lambda value: value == 0), (word("not_stated").capitalize(), isna)):
        names = [f"{text_of(row, 'label')} {text_of(row, 'zh')}".strip() for row in rows if test(row["value"])]
        if names:
            yield [f"{words}:", *names]


def look(row, usual):
    """Colour of a row's mark, and whether it is hatched: a row that is `unknown`, or whose `item` has a colour of its
    own (ITEMS), looks the same in all charts, whether it is to `highlight` or not.

    usual: the colour of any other row that is not to `highlight`.
    """
    unknown = row.get("unknown") is True
    own = [color for item, color in ITEMS.items() if f"{text_of(row, 'item')}.".startswith(f"{item}.")]
    if own and not unknown:
        return PALETTE[own[0]], False
    return PALETTE["accent"] if unknown or row.get("highlight") is True else usual, unknown


def name_column(page, rows, above=False):
    """The names of the rows as lines, and where the marks beside them, or below if they stand above, may begin."""
    room = page.right - page.left - 8 if above else 0.36 * page.width
    names = [name_lines(row, room, "head" if row.get("highlight") is True else "label") for row in rows]
    widest = max(length_of(line) for name in names for line in name)
    return names, page.left if above else page.left + widest + 14


def scale_of(room, amount, kind):
    """Points for each unit, so that `amount` takes `room`; ValueError where bars would vanish or run backwards."""
    if room <= 0:
        raise ValueError(f"{kind}: the labels leave no room for the bars: make the picture wider, or shorten a name")
    return room / float(amount or 1)


def value_and_share(row, total, width):
    """The value and its share of the total, on one line if it fits."""
    value, share = (amount(row["value"]), "value"), (percent(row["value"], total), "share")
    return [[value, share]] if length_of([value, share]) <= width else [[value], [share]]
