"""One mark for each."""

from budgetbook.numbers import amount
from budgetbook.show.charts.page import chart, extremes, height_of, length_of, name_column, pick, text_of
from budgetbook.show.pictures import PALETTE

PITCH, MARK = 9.6, 7  # from mark to mark, and across a mark, points
GAP = 5  # what parts the tens, points


@chart
def units(data):
    """One mark for each person or thing, in tens, so that a reader can count them.

    data: `label`, `zh`, `value` (a whole number); optional `qualifier` (a word before the number, such as "about"),
    `open` (bool: drawn as rings, for what is empty or missing) and `highlight` (bool).
    On a narrow page names stand above their marks.

    Raises ValueError for a value that is not a whole number from 0 to 2000.
    """

    def draw(page):
        rows = data.to_dict("records")
        names, start = name_column(page, rows, above=page.narrow)
        said = [[(f"{text_of(row, 'qualifier')} {_amount(row)}".strip(), "value")] for row in rows]
        room = page.right - start - max(map(length_of, said)) - 3
        line = 10 * max(1, int(room // (10 * PITCH + GAP)))
        for row, name, text in zip(rows, names, said, strict=True):
            lines = -(-int(row["value"]) // line)
            if page.narrow:
                page.y, name = page.lines(page.left, page.y, name) + 3, []
            page.lines(start - 14, page.y, name, ha="right")
            _marks(page, row, line, start, page.y + 7)
            page.lines(start + _left(min(int(row["value"]), line)) + 3, page.y, [text])
            page.y += max(height_of(name), lines * PITCH) + 16
        page.y -= 16

    return draw, pick(data, "label zh qualifier value"), extremes(data)


def _amount(row):
    value = row["value"]
    if not (value == int(value) and 0 <= value <= 2000):
        raise ValueError(f"units: {text_of(row, 'label')}: {amount(value)} marks cannot be drawn")
    return amount(value)


def _left(column):
    """Where in a line the mark begins that has so many before it."""
    return column * PITCH + column // 10 * GAP


def _marks(page, row, line, start, middle):
    places = [divmod(i, line) for i in range(int(row["value"]))]
    xs = [round(start + _left(column) + MARK / 2, 2) for _, column in places]
    ys = [round(middle + below * PITCH, 2) for below, _ in places]
    color = PALETTE["accent" if row.get("highlight") is True else "main"]
    hollow = {"mfc": "white", "ms": MARK - 1.4, "mew": 1.4}
    look = hollow if row.get("open") is True else {"mfc": color, "ms": MARK, "mew": 0}
    page.ax.plot(xs, ys, "o", mec=color, **look)
