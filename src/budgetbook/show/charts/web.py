"""Which figure is tied to which check."""

from budgetbook.show.charts.page import chart, height_of, measure, pick, text_lines, text_of
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import counted, numbered, word


@chart
def web(figures, checks):
    """Which figure is tied to which: a row for each figure, a column for each check, a mark where they meet.

    figures: DataFrame with `fact`, `label`, `value` (text), `group` (rows of one group follow each other) and
    `not_implied` (how many checks stand on it that no others imply). checks: DataFrame with `facts` (a list of facts)
    and `state`, and, for pages on which a check can be pointed at, the other columns of `Audit.checks`; a check that
    fails has marks of another shape and colour. A figure without any says "none".

    Raises ValueError for a check on a fact that has no row.
    """

    def draw(page):
        shown = figures.assign(value=figures["value"].map(counted), group=figures["group"].map(numbered))
        rows, columns = shown.to_dict("records"), checks.to_dict("records")
        place = {row["fact"]: index for index, row in enumerate(rows)}
        if stray := sorted({fact for column in columns for fact in column["facts"]} - set(place)):
            raise ValueError(f"checks on facts without a row: {', '.join(stray)}")
        small = page.narrow  # a value stands below its name, and checks that do not meet share a column
        spans = [sorted(place[fact] for fact in column["facts"]) for column in columns]
        lanes = _lanes(spans) if small else list(range(len(columns)))
        counts = page.right
        last = counts - (30 if small else 74)
        values = 0 if small else max(measure(row["value"], "value") for row in rows) + 10
        widest = last - 10 * max(lanes) - 12 - page.left if small else 0.34 * page.width
        names = min(widest, max(measure(row["label"], "label") for row in rows))
        x0 = last - 10 * max(lanes) if small else page.left + names + values + 16
        step = (last - x0) / max(1, max(lanes))
        page.lines(counts, page.y, [[(word("chart.not_implied"), "note")]], ha="right")
        page.y += 18
        middles, group = [], None
        for row in rows:
            if row["group"] != group:
                page.y += 6 if group is not None else 0
                page.box(page.left, page.y, measure(row["group"], "head") + 6, 14, "white")  # no line runs through it
                page.lines(page.left, page.y, [[(row["group"], "head")]])
                page.y, group = page.y + 16, row["group"]
            label = text_lines(row["label"], names, "label", balance=True)
            label += [[(row["value"], "value")]] if small else []
            middle = page.y + height_of(label) / 2
            middles.append(middle)
            if small:
                page.lines(page.left, page.y, label)
            else:
                page.lines(page.left + names, page.y, label, ha="right")
                page.lines(x0 - 16, middle - 7, [[(row["value"], "value")]], ha="right")
            page.line([x0 - 6, last + (4 if small else 10)], [middle] * 2, "rule", 0.5)
            said = str(row["not_implied"]) if row["not_implied"] else word("chart.none")
            page.lines(counts, middle - 7, [[(said, "value" if row["not_implied"] else "share")]], ha="right")
            page.y += height_of(label) + (5 if small else 1)
        for column, span, lane in zip(columns, spans, lanes, strict=True):
            ys = [middles[index] for index in span]
            color, shape = ("accent", "D") if column["state"] == "fails" else ("main", "o")
            x = x0 + lane * step
            page.line([x, x], [ys[0], ys[-1]], color, 1.2)
            page.ax.lines[-1].set_zorder(0.9)
            look = {"marker": shape, "ms": 5, "mec": PALETTE[color], "mfc": PALETTE[color], "mew": 0.5}
            page.ax.plot([x] * len(ys), ys, linestyle="", **look)
            page.fig.parts.append((_said(column), [(x, y) for y in ys]))

    return (
        draw,
        pick(figures, "fact label value not_implied"),
        dict(figures=len(figures), checks=len(checks), n=sum(map(len, checks["facts"]))),
    )


def _lanes(spans):
    """For each sorted list of rows the first column in which it meets no other."""
    lanes, taken = [], []
    for span in spans:
        free = (n for n, others in enumerate(taken) if all(o[-1] < span[0] or span[-1] < o[0] for o in others))
        lane = next(free, len(taken))
        taken += [[]] if lane == len(taken) else []
        taken[lane].append(span)
        lanes.append(lane)
    return lanes


def _said(check):
    """A check in words: why it holds, its two sides, and its state."""
    sides = " ".join(filter(None, (text_of(check, part) for part in ("left", "relation", "right", "unit"))))
    state = word(f"state.{check['state']}")
    return f"{text_of(check, 'why')}: {sides}: {state}"
