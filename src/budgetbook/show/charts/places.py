"""One amount in all the places where a text tells it."""

from budgetbook.numbers import amount
from budgetbook.show.charts.page import (
    chart,
    height_of,
    length_of,
    measure,
    name_lines,
    pick,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import cited, word

# kind: (shape, colour, filled)
_MARKS = {
    "same": ("o", "main", True),
    "inferred": ("o", "main", False),
    "other": ("D", "accent", True),
}
_ASIDE = 30  # points between the line of the same money and the marks of another line


@chart
def places(rows):
    """One amount in all the places where a text tells it: a station for each, in the order of the text.

    rows: `section`, `label`, `zh`, `value` (all in one unit), `unit` (as printed beside it), `quote`, optional `note`
    (a line under the quote) and `kind`: "same" for the one amount, "inferred" where only a reader's inference makes it
    the same, "other" for an amount of another line. A line runs through the places of the one amount, dashed on the
    way to and from those that are inferred; an amount of another line stands off it. Below, the sum of all tellings is
    struck out.

    Raises ValueError for an unknown kind, for fewer than two places of the one amount, or where they differ.
    """
    stations = rows.to_dict("records")
    if unknown := sorted({str(row["kind"]) for row in stations} - set(_MARKS)):
        raise ValueError(f"places: no such kind: {', '.join(unknown)}; use {', '.join(_MARKS)}")
    told = [row["value"] for row in stations if row["kind"] != "other"]
    if len(told) < 2 or len(set(told)) > 1:
        raise ValueError(f"places: one amount in two places or more is needed, not {', '.join(map(amount, told))}")

    def draw(page):
        _key(page, {row["kind"] for row in stations})
        small = page.narrow  # the names stand above the words, not on the other side of the line
        room = page.right - page.left - _ASIDE - 32 if small else 0.3 * page.width
        names = [[[(cited(row["section"]), "share")], *name_lines(row, room, "head")] for row in stations]
        rail = page.left + (8 if small else max(length_of(line) for name in names for line in name) + 18)
        x = rail + _ASIDE + 18
        said = [_words(row, page.right - x) for row in stations]
        if small:
            said, names = [name + words for name, words in zip(names, said, strict=True)], [[] for _ in names]
        heights = [max(height_of(name), height_of(words)) for name, words in zip(names, said, strict=True)]
        middles = []
        for row, name, words, height in zip(stations, names, said, heights, strict=True):
            page.lines(rail - 18, page.y + (height - height_of(name)) / 2, name, ha="right")
            page.lines(x, page.y + (height - height_of(words)) / 2, words)
            middles.append(page.y + height / 2)
            page.y += height + 16
            said_here = f"{cited(row['section'])} {row['label']}: {amount(row['value'])} {text_of(row, 'unit')}"
            page.fig.parts.append((said_here.strip(), page.y - 8))
        line = [(row["kind"], y) for row, y in zip(stations, middles, strict=True) if row["kind"] != "other"]
        for (kind, y), (next_kind, below) in zip(line, line[1:], strict=False):
            dashed = "inferred" in (kind, next_kind)
            style = {"linestyle": (0, (2, 1.5)) if dashed else "-", "linewidth": 2.5, "color": PALETTE["main"]}
            page.ax.plot([rail, rail], [y, below], solid_capstyle="butt", dash_capstyle="butt", **style)
        for row, y in zip(stations, middles, strict=True):
            _mark(page, rail + (_ASIDE if row["kind"] == "other" else 0), y, row["kind"])
        _sums(page, rail - 18 if not small else None, x, told, text_of(stations[0], "unit"))

    return draw, pick(rows, "section label value unit kind"), dict(n=len(told), value=told[0])


def _words(row, width):
    quote, note = text_lines(text_of(row, "quote"), width, "zh"), text_lines(text_of(row, "note"), width, "note")
    return [[(f"{amount(row['value'])} {text_of(row, 'unit')}".strip(), "value")], *quote, *note]


def _mark(page, x, y, kind):
    shape, color, filled = _MARKS[kind]
    face = PALETTE[color] if filled else "white"
    page.ax.plot(x, y, shape, ms=8 if shape == "D" else 10, mfc=face, mec=PALETTE[color], mew=2, zorder=3)


def _key(page, kinds):
    """What the marks mean, on one line; a new line where one is full."""
    x = page.left + 6
    for kind in _MARKS:
        if kind in kinds:
            words = word(f"chart.{kind}")
            if x + 12 + measure(words, "note") > page.right:
                x, page.y = page.left + 6, page.y + 16
            _mark(page, x, page.y + 7, kind)
            page.lines(x + 12, page.y, [[(words, "note")]])
            x += 12 + measure(words, "note") + 22
    page.y += 28


def _beside(page, left, x, key):
    """Words to the left of a line, or above it where there is no room."""
    if left is None:
        page.y = page.lines(x, page.y, [[(word(key), "share")]])
    else:
        page.lines(left, page.y, [[(word(key), "share")]], ha="right")


def _sums(page, left, x, told, unit):
    """The tellings added up and struck out, and the one amount."""
    page.line([page.left, page.right], [page.y - 4] * 2, "rule")
    page.y += 6
    wrong = text_lines(f"{' + '.join(map(amount, told))} = {amount(sum(told))}", page.right - x, "value")
    _beside(page, left, x, "chart.added_up")
    for line in wrong:
        below = page.lines(x, page.y, [line], color=PALETTE["muted"])
        page.line([x - 3, x + length_of(line) + 3], [(page.y + below) / 2] * 2, "accent", 1.6)
        page.y = below
    page.y = page.lines(x, page.y, [[(word("chart.told_times", n=len(told)), "note")]]) + 6
    _beside(page, left, x, "chart.counted_once")
    page.y = page.lines(x, page.y, [[(f"{amount(told[0])} {unit}".strip(), "value")]])
