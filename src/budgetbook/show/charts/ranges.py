"""What can only be bounded: from at least to at most, within a whole."""

from budgetbook.numbers import amount, percent
from budgetbook.show.charts.page import (
    BAR,
    SPACE,
    THIN,
    chart,
    extremes,
    look,
    measure,
    name_column,
    pick,
    scale_of,
    text_lines,
    text_of,
)
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word

WORDS = ("chart.at_least", "chart.at_most", "chart.whole")


@chart
def ranges(data, words=WORDS):
    """Bars from a common zero, full up to the least and light on to the most, in the outline of the whole.

    data: `label`, `zh`, `low`, `high`, `whole` (Decimals); optional `note` (a line under the bar) and `item` (see
    `look`). Where low is high the amount is known, and nothing is light. words: keys of the vocabulary for
    what full, light and outlined mean, for the key above the bars. On a narrow page names stand above their bars.

    Raises ValueError unless 0 ≤ low ≤ high ≤ whole in every row.
    """
    rows = data.to_dict("records")
    if wrong := [row for row in rows if not 0 <= row["low"] <= row["high"] <= row["whole"]]:
        bounds = ", ".join(amount(wrong[0][name]) for name in ("low", "high", "whole"))
        raise ValueError(f"ranges: {text_of(wrong[0], 'label')}: 0, {bounds} do not rise")

    def draw(page):
        names, zero = name_column(page, rows, above=page.narrow)
        scale = scale_of(page.right - zero, max(row["whole"] for row in rows), "ranges")
        _key(page, words)
        top = page.y
        for row, name in zip(rows, names, strict=True):
            color, _ = look(row, PALETTE["main"])
            if page.narrow:
                page.y, name = page.lines(zero + 8, page.y, name) + 1, []
            page.lines(zero - 14, page.y + 2, name, ha="right")
            _bar(page, zero, page.y, [float(row[part]) * scale for part in ("low", "high", "whole")], color)
            y = page.lines(zero + 8, page.y + BAR + 2, [_range_label(row)])
            y = page.lines(zero + 8, y, text_lines(text_of(row, "note"), page.right - zero - 8, "note"))
            page.y = max(y, page.y + 2 + sum(14 for _ in name)) + 12
        page.y -= 12
        page.line([zero, zero], [top - 4, page.y + 4], "ink", 1)

    return draw, pick(data, "label zh low high whole"), extremes(data, "high")


def _bar(page, x, y, ends, color):
    low, high, whole = ends
    if high > low:
        page.box(x + low, y, max(high - low, THIN), BAR, color, light=True)
    if low:
        page.box(x, y, max(low, THIN), BAR, color)
    whole = max(whole, THIN)
    page.line([x, x + whole, x + whole, x], [y, y, y + BAR, y + BAR], "ink", 1)


def _key(page, words):
    """What full, light and outlined mean, each beside a small box of its kind; a new line where one is full."""
    x = page.left
    for ends, said in zip([(18, 18, 18), (0, 18, 18), (0, 0, 18)], map(word, words), strict=True):
        wide = 18 + SPACE + measure(said, "share")
        if x > page.left and x + wide > page.right:
            x, page.y = page.left, page.y + BAR + 6
        _bar(page, x, page.y, ends, PALETTE["total"])
        page.line([x, x], [page.y, page.y + BAR], "ink", 1)
        page.lines(x + 18 + SPACE, page.y + 2, [[(said, "share")]])
        x += wide + 20
    page.y += BAR + 16


def _range_label(row):
    low, high, whole = row["low"], row["high"], row["whole"]
    shares = [percent(part, whole) for part in dict.fromkeys([low, high])] if whole else []
    known = amount(low) if low == high else word("chart.from_to", low=low, high=high)
    return [(known, "value"), (f"of {amount(whole)}{': ' * bool(shares)}{' to '.join(shares)}", "share")]
