"""Which row goes with which column, and how surely."""

from budgetbook.show.charts.page import chart, height_of, length_of, measure, name_lines, pick, text_lines, text_of
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import cited, word

SHAPES = [("s", "main", 8, "main"), ("o", "main", 8.5, "white"), ("x", "muted", 5, "muted")]  # marker, edge, size, face


@chart
def matrix(rows, columns, marks, kinds):
    """A row for each thing, a column for each line of a budget, a mark where they meet.

    rows: `key`, `label`, `zh`. columns: `key`, `label`, `zh`, and `value` (text) or `section`. marks: `row`, `column`,
    `kind`. kinds: {kind: what it means}, the surest first, at most three; each has a shape of its own. The rows with
    most of the surest kind stand first; a row ends with its surest kind or "none"; a column without marks says "none"
    at its foot.

    Column heads stand upright on steps, each ending at its own column, so that none is turned and no line crosses one.
    On a narrow page there is a list: below each row the columns that it meets, and at the foot those that meet none.

    Raises ValueError for a mark of an unknown row, column or kind, and for two marks in one place.
    """

    values = pick(marks, "row column kind")
    rows, columns, marks = (frame.to_dict("records") for frame in (rows, columns, marks))
    found = _by_place(rows, columns, marks, kinds)
    rows.sort(key=lambda row: _counts(row["key"], found, kinds), reverse=True)

    def draw(page):
        shapes = dict(zip(kinds, SHAPES, strict=False))
        for kind, meaning in kinds.items():
            _mark(page, page.left + 5, page.y + 7, shapes[kind])
            page.y = page.lines(page.left + 18, page.y, text_lines(f"{kind}: {meaning}", page.right - 40, "note"))
        page.y += 10
        if page.narrow:
            _listed(page, rows, columns, found, shapes)
            return
        names = [name_lines(row, 0.31 * page.width) for row in rows]
        x0 = page.left + max(length_of(line) for name in names for line in name) + 12
        said = max(measure(kind, "value") for kind in [word("chart.none"), *kinds]) + 12
        pitch = (page.right - said - x0) / len(columns)
        xs = [x0 + pitch * (order + 0.5) for order in range(len(columns))]
        heads = [_head(column, x + 3 - page.left) for column, x in zip(columns, xs, strict=True)]
        grid = page.y + sum(height_of(head) + 2 for head in heads) + 5
        foot = grid + sum(height_of(name) + 5 for name in names)
        for x, head in reversed(list(zip(xs, heads, strict=True))):
            page.y = page.lines(x + 3, page.y, head, ha="right") + 2
            page.line([x, x], [page.y, foot], "rule", 0.8)
        page.y = grid
        for row, name in zip(rows, names, strict=True):
            page.line([page.left, page.right], [page.y] * 2, "rule", 0.5)
            middle = page.y + 2.5 + height_of(name) / 2
            page.lines(page.left, page.y + 2.5, name)
            here = {column: kind for (at, column), kind in found.items() if at == row["key"]}
            for x, column in zip(xs, columns, strict=True):
                if column["key"] in here:
                    _mark(page, x, middle, shapes[here[column["key"]]])
            surest = next((kind for kind in kinds if kind in here.values()), word("chart.none"))
            weight = "share" if surest not in kinds else "value" if surest == next(iter(kinds)) else "label"
            page.lines(page.right, middle - 7, [[(surest, weight)]], ha="right")
            page.y += height_of(name) + 5
        page.line([page.left, page.right], [page.y] * 2, "rule", 0.5)
        none = measure(word("chart.none"), "note")
        empty = [x for x, column in zip(xs, columns, strict=True) if column["key"] not in {at for _, at in found}]
        steps = -(-(none + 6) // pitch)  # so many stand below each other before there is room for the next
        for order, x in enumerate(empty):
            step = 13 * (order % steps)
            page.line([x, x], [foot, foot + 3 + step], "rule", 0.8)
            page.lines(x - none / 2, foot + 3 + step, [[(word("chart.none"), "note")]])
        page.y += 16 + 13 * max(0, min(len(empty), steps) - 1)

    return draw, values, dict(rows=len(rows), columns=len(columns), n=len(marks))


def _listed(page, rows, columns, found, shapes):
    """The same as a list: below the name of each row a line for each mark, the surest kind first."""
    room = page.right - page.left - 18
    for row in rows:
        page.line([page.left, page.right], [page.y] * 2, "rule", 0.5)
        page.y = page.lines(page.left, page.y + 5, name_lines(row, page.right - page.left, "head"))
        here = [
            (kind, column) for kind in shapes for column in columns if found.get((row["key"], column["key"])) == kind
        ]
        for kind, column in here:
            page.y += 4
            _mark(page, page.left + 5, page.y + 7, shapes[kind])
            page.y = page.lines(page.left + 18, page.y, _head(column, room))
        if not here:
            page.y = page.lines(page.left + 18, page.y + 4, [[(word("chart.none"), "share")]])
        page.y += 6
    page.line([page.left, page.right], [page.y] * 2, "rule", 0.5)
    empty = [column for column in columns if column["key"] not in {at for _, at in found}]
    if empty:
        page.y = page.lines(page.left, page.y + 5, [[(f"{word('chart.none').capitalize()}:", "head")]])
        for column in empty:
            page.y = page.lines(page.left + 18, page.y + 3, _head(column, room))


def _by_place(rows, columns, marks, kinds):
    """The kind of each mark by its (row, column)."""
    if len(kinds) > len(SHAPES):
        raise ValueError(f"{len(kinds)} kinds of marks; there are shapes for {len(SHAPES)}")
    known = {row["key"] for row in rows}, {column["key"] for column in columns}, set(kinds)
    found = {}
    for mark in marks:
        place = mark["row"], mark["column"]
        if not all(part in names for part, names in zip([*place, mark["kind"]], known, strict=True)):
            raise ValueError(f"a mark of an unknown row, column or kind: {mark}")
        if place in found:
            raise ValueError(f"two marks in one place: {place}")
        found[place] = mark["kind"]
    return found


def _counts(key, found, kinds):
    """How many marks of each kind a row has, the surest first."""
    here = [kind for (at, _), kind in found.items() if at == key]
    return [here.count(kind) for kind in kinds]


def _head(column, width):
    """The head of a column on one line, or on two if it does not fit."""
    said = column["value"] if "value" in column else cited(column["section"])
    label, rest = (column["label"], "label"), [(text_of(column, "zh"), "zh"), (said, "value")]
    if length_of([label, *rest]) <= width:
        return [[label, *rest]]
    return [*text_lines(column["label"], width, "label", balance=True), rest]


def _mark(page, x, y, shape):
    marker, edge, size, face = shape
    look = {"marker": marker, "ms": size, "mec": PALETTE[edge], "mfc": PALETTE.get(face, face), "mew": 1.6}
    page.ax.plot([x], [y], linestyle="", zorder=3, **look)
