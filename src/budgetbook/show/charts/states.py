"""Which of a few states each of many things is in."""

from budgetbook.show.charts.page import chart, height_of, measure, pick, text_lines
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import known, word

# The look of a mark, in the order of the states: shapes differ, so that no state is told by colour alone.
MARKS = [
    {"marker": "o", "mfc": PALETTE["main"], "mec": PALETTE["main"]},
    {"marker": "o", "mfc": "white", "mec": PALETTE["accent"]},
    {"marker": "D", "mfc": "white", "mec": PALETTE["muted"]},
    {"marker": "s", "mfc": PALETTE["second"], "mec": PALETTE["second"]},
]
# What does not apply stays quiet, wherever it stands.
QUIET = {"does_not_apply": {"marker": "_", "mfc": "none", "mec": PALETTE["muted"]}}


@chart
def states(data, columns):
    """A row for each thing and a column for each state, with a mark where the thing is; counts for groups and for all.

    data: DataFrame with `label`, `state` and `group` (rows of one group follow each other). columns: the states in
    their order, four at most, headed by the vocabulary's words for them; as a dict of state → heading where a heading
    says more.

    Raises ValueError for a state without a column, or for rows of one group that stand apart.
    """
    rows = data.to_dict("records")
    columns = columns if isinstance(columns, dict) else {state: _heading(state) for state in columns}
    if stray := sorted({row["state"] for row in rows} - set(columns)):
        raise ValueError(f"states without a column: {', '.join(stray)}")
    groups = [group for at, group in enumerate(data["group"]) if at == 0 or data["group"].iloc[at - 1] != group]
    if len(set(groups)) < len(groups):
        raise ValueError(f"the rows of a group stand apart: {', '.join(groups)}")

    def draw(page):
        pitch = 0.4 * page.width / len(columns)
        names = page.right - pitch * len(columns) - 14 - page.left
        middles = {state: page.right - pitch * (len(columns) - at - 0.5) for at, state in enumerate(columns)}
        if page.narrow:  # the headings stand above the columns, each with its mark
            for state, heading in columns.items():
                page.ax.plot(page.left + 6, page.y + 7, **_look(state, columns))
                page.lines(page.left + 18, page.y, [[(heading, "head")]])
                page.y += 16
            page.y += 6
            for state, middle in middles.items():
                page.ax.plot(middle, page.y + 7, **_look(state, columns))
            page.y += 18
        else:
            _heads(page, columns, middles, pitch)
        _counts(page, word("chart.all"), rows, middles, names)
        for group in groups:
            page.y += 8
            members = [row for row in rows if row["group"] == group]
            _counts(page, group, members, middles, names)
            for row in members:
                label = text_lines(row["label"], names - 10, "label")
                middle = page.y + height_of(label) / 2
                page.lines(page.left + 10, page.y, label)
                page.line([page.right - pitch * len(columns), page.right], [middle, middle], "rule", 0.5)
                page.ax.plot(middles[row["state"]], middle, **_look(row["state"], columns))
                page.y += height_of(label) + 3

    values = pick(data.assign(state=data["state"].map(columns)), "label group state")
    return draw, values, dict(n=len(rows), states=len(columns))


def _heading(state):
    return word(f"state.{state}") if known(f"state.{state}") else state


def _heads(page, columns, middles, pitch):
    """The headings, each over its column."""
    heads = {state: text_lines(heading, pitch - 8, "head", balance=True) for state, heading in columns.items()}
    tallest = max(map(height_of, heads.values()))
    for state, head in heads.items():
        _centred(page, middles[state], page.y + tallest - height_of(head), head)
    page.y += tallest + 4


def _look(state, columns):
    """The mark of a state."""
    shape = QUIET.get(state) or MARKS[list(columns).index(state)]
    return {"linestyle": "", "ms": 8, "mew": 1.5, "zorder": 3, **shape}


def _centred(page, middle, y, lines):
    for line in lines:
        page.lines(middle - measure(*line[0]) / 2, y, [line])
        y += height_of([line])


def _counts(page, name, rows, middles, names):
    """The name of a group, and how many of its things are in each state."""
    label = text_lines(name, names, "head")
    page.lines(page.left, page.y, label)
    for state, middle in middles.items():
        count = sum(row["state"] == state for row in rows)
        _centred(page, middle, page.y, [[(str(count), "value" if count else "share")]])
    page.y += height_of(label) + 2
