"""Lines over a common scale."""

import pandas as pd

from budgetbook.show.charts.page import (
    chart,
    height_of,
    length_of,
    name_lines,
    spread,
    text_lines,
)
from budgetbook.show.pictures import PALETTE


@chart
def curve(x, y, xlabel="", ylabel="", points=None, height=3):
    """Lines over a common scale, each labelled at its end.

    x: increasing numbers. y: {label: numbers}, as many as x. points: optional DataFrame with `x`, `y`,
    `label` (and `zh`), drawn as dots with their labels. height: of the plotting area, inches. The y axis
    begins at zero unless a number is negative.
    """

    def draw(page):
        if ylabel:
            page.paragraph(ylabel, "note")
            page.y += 6 if points is None else 20
        spots = [
            (float(point["x"]), float(point["y"]), name_lines(point, 0.3 * page.width, "head"))
            for point in (() if points is None else points.to_dict("records"))
        ]
        names = {label: text_lines(label, 0.2 * page.width, "label") for label in y}
        room = max((length_of(line) for lines in names.values() for line in lines), default=0) + 12
        xs = [float(number) for number in x]
        series = {label: [float(number) for number in numbers] for label, numbers in y.items()}
        every = [number for numbers in series.values() for number in numbers]
        low, high = min(0, *every), max(0, *every)
        ceiling = high + 0.12 * (high - low)
        inset, tall = 40, height * 72
        # A label above a point near the top reaches beyond the plotting area, into what is free below `ylabel`.
        over = [height_of(lines) + 8 - tall * (ceiling - up) / ((ceiling - low) or 1) for _, up, lines in spots]
        page.y += max([0, *(reach - (14 if ylabel else 0) for reach in over)])
        top = page.y
        span = page.right - room - page.left - inset
        page.y += tall + 24
        if xlabel:
            page.y = page.lines(page.left + inset, page.y, text_lines(xlabel, span, "note"))
        figure = page.finish()
        full = figure.get_size_inches()[1] * 72
        ax = figure.add_axes(
            ((page.left + inset) / page.width, 1 - (top + tall) / full, span / page.width, tall / full)
        )
        ax.set(xlim=(xs[0], xs[-1]), ylim=(low, ceiling), facecolor="none", axisbelow=True)
        ax.grid(axis="y")
        ax.spines["left"].set_visible(False)
        ax.tick_params(labelsize=9.5, length=3)
        ax.tick_params(axis="y", length=0, pad=7)
        ax.set_yticks([tick for tick in ax.get_yticks() if low <= tick <= high])
        page.ax.set_zorder(1)  # labels over grid lines

        def place(across, up):
            """A point of the axes on the page."""
            (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
            return page.left + inset + (across - left) / (right - left) * span, top + tall * (high - up) / (high - low)

        ends = []
        for (label, numbers), color in zip(series.items(), ("main", "accent", "second", "fourth"), strict=False):
            ax.plot(xs, numbers, color=PALETTE[color], linewidth=2.2, clip_on=False)
            ends.append((place(xs[-1], numbers[-1])[1] - height_of(names[label]) / 2, names[label], PALETTE[color]))
        ends.sort(key=lambda end: end[0])
        starts = spread([wanted for wanted, *_ in ends], [height_of(lines) for _, lines, _ in ends], 0, top + tall + 20)
        for start, (_, lines, color) in zip(starts, ends, strict=True):
            page.lines(page.right - room + 12, start, lines, color=color)
        first = next(iter(series.values()))
        rising = first[-1] > first[0]
        for at, up, lines in spots:
            ax.plot(at, up, "o", ms=7, mfc="white", mec=PALETTE["ink"], mew=1.5, clip_on=False, zorder=3)
            (at, up), long = place(at, up), max(map(length_of, lines))
            # The line leaves two corners of a point free: above on the side it rises from, below on the other.
            fits = at - long > page.left + inset if rising else at + long < page.right
            if fits:
                page.lines(at, up - 8 - height_of(lines), lines, ha="right" if rising else "left")
            else:
                page.lines(at, up + 8, lines, ha="left" if rising else "right")
        return figure

    x, y = list(x), {label: list(numbers) for label, numbers in y.items()}
    first = next(iter(y.values()))
    return draw, _values(x, y, points), dict(first=first[0], last=first[-1], start=x[0], end=x[-1])


def _values(x, y, points):
    """All that is drawn; of a curve with points, these and its two ends, from left to right."""
    if points is None:
        return pd.DataFrame({"x": x} | {f"y_{label}".strip("_ ") or "y": numbers for label, numbers in y.items()})
    ends = [{"x": x[i], "y": numbers[i], "label": label} for label, numbers in y.items() for i in (0, -1)]
    values = pd.concat([points, pd.DataFrame(ends)]).drop_duplicates(["x", "y"])
    return values.sort_values("x", kind="stable", ignore_index=True)
