"""The budgets of a government, how they are linked, and where one department's money sits."""

from pandas import isna

from budgetbook.numbers import amount, percent
from budgetbook.show.charts.page import (
    chart,
    check_sum,
    height_of,
    length_of,
    pick,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word

_PAD, _GAP = 9, 12  # points: inside a box, between boxes


@chart
def budgets(data, links, total, whose="chart.this_department"):
    """Budgets as bordered areas, with a strip in each that tells how much of one department's money sits in it.

    data: `item`, `label`, `zh`, `plain` (what it is, in one sentence), `value` (Decimal, or None where the document
    states nothing); optional `outside` (bool: no budget of its own, drawn below with a broken border). The first
    row is the one that the others are linked with; it stands on the left. links: `start` and `end` (items, one of
    them the first), `label`, `zh` (the words of the document). total: all of the department's money. whose: the key of
    what the strips say before the amount.

    The areas are not in proportion. On a narrow page all stand below each other. Raises ValueError if the stated
    amounts do not sum to `total`, or if a link does not join the first budget to another one that is drawn beside it,
    or if two links join the same.
    """

    def draw(page):
        rows = data.to_dict("records")
        check_sum([row["value"] for row in rows if not isna(row["value"])], total, "budgets")
        hub, *others = rows
        beside = [row for row in others if row.get("outside") is not True]
        joined = _joined(links, hub, beside)
        outside = [row for row in others if row.get("outside") is True]
        (_below if page.narrow else _beside)(page, hub, beside, joined, total, whose)
        _across(page, outside, total, whose)
        page.y -= _GAP

    budgets = [row for row in data.to_dict("records") if row.get("outside") is not True]
    return draw, pick(data, "label zh value"), dict(n=len(budgets), total=total)


def _beside(page, hub, beside, joined, total, whose):
    """The first budget on the left, as high as the others on the right, and arrows over the gap."""
    room = page.right - page.left
    left, gap = 0.32 * room, 0.27 * room
    x = page.left + left + gap
    words = {row["item"]: _words(row, left if row is hub else page.right - x, total, whose) for row in [hub, *beside]}
    said = {item: _said(link, gap - 18) for item, (link, _) in joined.items()}
    heights = {item: max(_height(lines), height_of(sum(said.get(item, ()), [])) + 8) for item, lines in words.items()}
    column = sum(heights[row["item"]] for row in beside) + _GAP * (len(beside) - 1)
    heights[hub["item"]] = column = max(heights[hub["item"]], column)
    top = page.y
    _area(page, page.left, top, left, column, hub, words[hub["item"]])
    for row in beside:
        item = row["item"]
        _area(page, x, page.y, page.right - x, heights[item], row, words[item])
        if item in joined:
            _arrow(page, page.left + left, x, page.y + heights[item] / 2, said[item], inwards=joined[item][1])
        page.y += heights[item] + _GAP
    page.y = top + column + _GAP


def _across(page, rows, total, whose, left=None):
    """Areas below each other, from `left` (or the edge of the page) to the right edge."""
    left = page.left if left is None else left
    for row in rows:
        lines = _words(row, page.right - left, total, whose)
        _area(page, left, page.y, page.right - left, _height(lines), row, lines)
        page.y += _height(lines) + _GAP


def _below(page, hub, beside, joined, total, whose):
    """The first budget above the others. Arrows lead down a margin; those to what stands further down lie outside."""
    _across(page, [hub], total, whose)
    top, x, left = page.y - _GAP, page.left + 10 * len(joined), page.left + 10 * len(joined) + 16
    for row in beside:
        link, inwards = joined.get(row["item"], ({}, False))
        above, below = _said(link, page.right - left)
        page.y = page.lines(left, page.y, above + below) + (4 if link else 0)
        middle = page.y + 20
        _across(page, [row], total, whose, left)
        if link:
            x -= 10
            page.line([x + 5, x + 5, left], [top, middle, middle], "ink", 1.2)
            at, y, head = (x + 5, top + 6, "^") if inwards else (left - 5, middle, ">")
            page.ax.plot([at], [y], linestyle="", marker=head, ms=8, mec=PALETTE["ink"], mfc=PALETTE["ink"])


def _joined(links, hub, beside):
    """item → (link, whether it leads to the first budget)."""
    joined = {}
    for link in links.to_dict("records"):
        other = [item for item in (link["start"], link["end"]) if item != hub["item"]]
        if len(other) != 1 or other[0] not in [row["item"] for row in beside] or other[0] in joined:
            raise ValueError(f"a link joins {hub['item']} to one other budget, once: {link['start']} to {link['end']}")
        joined[other[0]] = link, link["end"] == hub["item"]
    return joined


def _words(row, width, total, whose):
    """The lines of an area of this width: those at its top, and those in the strip at its foot."""
    width -= 2 * _PAD
    top = (
        text_lines(text_of(row, "label"), width, "head", balance=True)
        + text_lines(text_of(row, "zh"), width, "zh")
        + text_lines(text_of(row, "plain"), width, "note")
    )
    value, lead = row["value"], (f"{word(whose)}:", "share")
    if isna(value):
        money = [(word("not_stated"), "share")]
    elif value:
        money = [(amount(value), "value"), (percent(value, total), "share")]
    else:
        money = [(word("chart.amount_stated", value=value), "value")]
    for foot in ([[lead, *money]], [[lead], money]):
        if max(map(length_of, foot)) <= width:
            return top, foot
    return top, [[lead], *([part] for part in money)]


def _height(words):
    top, foot = words
    return height_of(top) + height_of(foot) + 2 * _PAD + 14


def _said(link, width):
    """What stands above a link and what below it."""
    return (
        text_lines(text_of(link, "label"), width, "note", balance=True),
        text_lines(text_of(link, "zh"), width, "zh", balance=True),
    )


def _area(page, x, y, width, height, row, words):
    """A border with the words at its top and the department's money in a strip at its foot."""
    top, foot = words
    page.ax.plot(
        [x, x + width, x + width, x, x],
        [y, y, y + height, y + height, y],
        color=PALETTE["muted"],
        linewidth=1.2,
        linestyle="--" if row.get("outside") is True else "-",
        solid_joinstyle="miter",
    )
    page.lines(x + _PAD, y + _PAD, top)
    strip = height_of(foot) + 8
    if not isna(row["value"]):
        page.box(x, y + height - strip, width, strip, PALETTE["main" if row["value"] else "paper"])
    color = "white" if not isna(row["value"]) and row["value"] else None
    page.lines(x + _PAD, y + height - strip + 4, foot, color=color)


def _arrow(page, x0, x1, y, said, inwards):
    """An arrow over the gap, with words above and below it."""
    above, below = said
    page.line([x0 + 5, x1 - 5], [y, y], "ink", 1.2)
    at, head = (x0 + 7, "<") if inwards else (x1 - 7, ">")
    page.ax.plot([at], [y], linestyle="", marker=head, ms=8, mec=PALETTE["ink"], mfc=PALETTE["ink"])
    page.lines(x0 + 12, y - 4 - height_of(above), above)
    page.lines(x0 + 12, y + 4, below)
