"""Which figure is tied to which check."""

from budgetbook.show.charts.page import chart, height_of, measure, pick, text_lines
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import word


@chart
def web(figures, checks):
    """Which figure is tied to which: a row for each figure, a column for each check, a mark where they meet.

    figures: DataFrame with `fact`, `label`, `value` (text), `group` (rows of one group follow each other) and
    `not_implied` (how many checks stand on it that no others imply). checks: DataFrame with `check`, `facts` (a list of
    facts) and `state`; a check that fails has marks of another shape and colour. A figure without any says "none".

    Raises ValueError for a check on a fact that has no row.
    """

    def draw(page):
        rows, columns = figures.to_dict("records"), checks.to_dict("records")
        place = {row["fact"]: index for index, row in enumerate(rows)}
        if stray := sorted({fact for column in columns for fact in column["facts"]} - set(place)):
            raise ValueError(f"checks on facts without a row: {', '.join(stray)}")
        names = min(0.34 * page.width, max(measure(row["label"], "label") for row in rows))
        values = max(measure(row["value"], "value") for row in rows)
        x0 = page.left + names + 10 + values + 16
        counts = page.right
        step = (counts - 74 - x0) / max(1, len(columns) - 1)
        page.lines(counts, page.y, [[(word("chart.not_implied"), "note")]], ha="right")
        page.y += 18
        middles, group = [], None
        for row in rows:
            if row["group"] != group:
                page.y += 6 if group is not None else 0
                page.lines(page.left, page.y, [[(row["group"], "head")]])
                page.y, group = page.y + 16, row["group"]
            label = text_lines(row["label"], names, "label", balance=True)
            middle = page.y + height_of(label) / 2
            middles.append(middle)
            page.lines(page.left + names, page.y, label, ha="right")
            page.lines(x0 - 16, middle - 7, [[(row["value"], "value")]], ha="right")
            page.line([x0 - 6, counts - 64], [middle] * 2, "rule", 0.5)
            said = str(row["not_implied"]) if row["not_implied"] else word("chart.none")
            page.lines(counts, middle - 7, [[(said, "value" if row["not_implied"] else "share")]], ha="right")
            page.y += height_of(label) + 1
        for index, column in enumerate(columns):
            ys = sorted(middles[place[fact]] for fact in column["facts"])
            color, shape = ("accent", "D") if column["state"] == "fails" else ("main", "o")
            x = x0 + index * step
            page.line([x, x], [ys[0], ys[-1]], color, 1.2)
            look = {"marker": shape, "ms": 5, "mec": PALETTE[color], "mfc": PALETTE[color], "mew": 0.5}
            page.ax.plot([x] * len(ys), ys, linestyle="", **look)

    return (
        draw,
        pick(figures, "fact label value not_implied"),
        dict(figures=len(figures), checks=len(checks), n=sum(map(len, checks["facts"]))),
    )
