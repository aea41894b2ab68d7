"""Where numbers stand in a document."""

from bisect import bisect
from itertools import pairwise

from budgetbook.show.charts.page import chart, height_of, name_column, name_lines
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word


@chart
def number_map(numbers, sections, length, kinds=None):
    """Where numbers stand in a document: a strip for each section, a mark for each number, and counts.

    numbers: DataFrame with `start` (position in the text) and `kind`. sections: `label`, `zh`, `start`; each
    ends where the next one starts, the last one at `length` (characters in the text). kinds: {kind: its
    heading}, at most four, by default all that occur, the most frequent first. Each kind has a lane and a
    shape of its own.

    Raises ValueError for a number outside every section or of a kind that has no heading.
    """
    kinds = kinds or {kind: kind for kind in numbers["kind"].value_counts().index}
    rows = sections.sort_values("start").to_dict("records")
    edges = [*(row["start"] for row in rows), length]
    stray = numbers[~numbers["start"].between(edges[0], length - 1) | ~numbers["kind"].isin(list(kinds))]
    if len(stray) or len(kinds) > len(_MARKS):
        raise ValueError(f"numbers outside the sections or of an unnamed kind (at most {len(_MARKS)} kinds):\n{stray}")

    def draw(page):
        small = page.narrow  # the names stand above the strips, not beside them
        names, beside = name_column(page, rows)
        names = [name_lines(row, 0.6 * page.width) for row in rows] if small else names
        x0, column = page.left if small else beside, 24 if small else 34
        counts = [page.right - column * (len(kinds) - 1 - order) for order in range(len(kinds))]
        scale = ((page.right if small else counts[0] - column) - x0) / max(b - a for a, b in pairwise(edges))
        for heading, mark in zip(kinds.values(), _MARKS, strict=False):
            page.ax.plot([page.left + 5], [page.y + 7], linestyle="", **_mark(mark))
            page.lines(page.left + 16, page.y, [[(heading, "note")]])
            page.y += 15
        for x, mark in zip(counts, _MARKS, strict=False):
            page.ax.plot([x - 4], [page.y + 7], linestyle="", **_mark(mark))
        page.y += 22
        lanes = [14, 7, 7, 7][: len(kinds)]
        for name, a, b in zip(names, edges, edges[1:], strict=False):
            here = numbers[(numbers["start"] >= a) & (numbers["start"] < b)]
            strip = sum(lanes) + 4
            height = height_of(name) + strip + 4 if small else max(strip, height_of(name))
            middle = page.y + height_of(name) / 2 if small else page.y + height / 2
            if small:
                page.lines(page.left, page.y, name)
            else:
                page.lines(x0 - 14, middle - height_of(name) / 2, name, ha="right")
            y = page.y + height - strip + 2 if small else middle - strip / 2 + 2
            page.box(x0, y - 2, (b - a) * scale, strip, PALETTE["paper"])
            for x, kind, mark, lane in zip(counts, kinds, _MARKS, lanes, strict=False):
                positions = here.loc[here["kind"] == kind, "start"]
                page.ax.plot(
                    [x0 + (p - a) * scale for p in positions],
                    [y + lane / 2] * len(positions),
                    linestyle="",
                    **_mark(mark),
                )
                page.lines(x, middle - 7, [[(str(len(positions)), "value")]], ha="right")
                y += lane
            page.y += height + 8
        page.line([counts[0] - column + 6, page.right], [page.y - 3] * 2, "rule")
        for x, kind in zip(counts, kinds, strict=True):
            page.lines(x, page.y, [[(str(int((numbers["kind"] == kind).sum())), "value")]], ha="right")
        step = next(s for s in (1000, 500, 200, 100, 50, 20, 10) if s * scale < (counts[0] - column - x0) / 2)
        page.line(
            [x0, x0, x0 + step * scale, x0 + step * scale],
            [page.y + 4, page.y + 7, page.y + 7, page.y + 4],
            "muted",
        )
        page.lines(x0 + step * scale + 8, page.y, [[(word("chart.characters", n=step), "note")]])
        page.y += 14

    where = [rows[bisect(edges, start) - 1]["label"] for start in numbers["start"]]
    counted = numbers.assign(section=where, kind=numbers["kind"].map(kinds)).sort_values("start")
    values = counted.groupby(["section", "kind"], sort=False, as_index=False).agg(count=("start", "size"))
    return draw, values, dict(n=len(numbers), sections=len(sections))


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
