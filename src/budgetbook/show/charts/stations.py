"""The stations of a course, one below the other: when, what, and whom it binds."""

from budgetbook.show.charts.page import chart, height_of, pick, text_lines, text_of
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word

GAP, PAD = 11, 6  # points between stations, around the station that is marked


@chart
def stations(data, here="", mark="chart.here"):
    """Stations from the top down a line that is thick while something runs.

    data: `station` (id), `group` (rows of one group follow each other, under its name), `when` (text), `label`, `note`
    (a line in small type), `dated` (True where `when` names a day or a number of days: a full dot; else a ring) and
    `running` (True from the station where it begins to the one before its end). here: the id of the station that is
    marked, by a frame and the word of the key `mark`. The distances say nothing about time.

    Raises ValueError if `here` is no station.
    """
    rows = data.to_dict("records")
    if here and here not in set(data["station"]):
        raise ValueError(f"no station {here!r}; there are {', '.join(data['station'])}")

    def draw(page):
        axis = page.left + 0.27 * (page.right - page.left)
        at, room = axis + 18, page.right - axis - 18 - PAD
        dots, group = [], None
        for row in rows:
            if row["group"] != group:
                group = row["group"]
                page.y += 6 if dots else 0
                page.line([page.left, page.right], [page.y] * 2, "rule")
                page.y = page.lines(at, page.y + 5, text_lines(group, room, "group")) + 8
            marked = row["station"] == here
            page.y += PAD if marked else 0
            lines = text_lines(row["label"], room, "head" if marked else "label")
            notes = text_lines(text_of(row, "note"), room, "note")
            tag = text_lines(word(mark), room, "value") if marked else []
            tall = height_of(tag + lines + notes)
            if marked:
                look = {
                    "align": "edge",
                    "linewidth": 1.4,
                    "edgecolor": PALETTE["accent"],
                    "facecolor": PALETTE["paper"],
                }
                page.ax.bar(at - PAD, tall + 2 * PAD, room + 2 * PAD, page.y - PAD, **look)
            y = page.lines(at, page.y, tag)
            first = y + height_of(lines[:1]) / 2
            when = text_lines(
                text_of(row, "when"), axis - 16 - page.left, "value" if row["dated"] else "share", balance=True
            )
            page.lines(axis - 14, first - height_of(when[:1]) / 2, when, ha="right")
            page.lines(at, page.lines(at, y, lines), notes)
            dots.append((first, row, marked))
            page.y = max(page.y + tall, first + height_of(when)) + GAP + (PAD if marked else 0)
        for (y, row, _), (below, *_) in zip(dots, dots[1:], strict=False):
            page.line([axis, axis], [y, below], "total" if row["running"] else "rule", 6 if row["running"] else 2)
        for y, row, marked in dots:
            color = PALETTE["accent" if marked else "total"]
            page.ax.plot(axis, y, "o", ms=9, mfc=color if row["dated"] else "white", mec=color, mew=1.6)

    numbers = dict(n=len(rows), dated=sum(row["dated"] for row in rows), groups=data["group"].nunique())
    return draw, pick(data, "group when label note"), numbers
