"""From money to results, stage by stage."""

from budgetbook.show.charts.page import chart, height_of, length_of, pick, text_lines, text_of
from budgetbook.show.pictures import PALETTE
from budgetbook.show.vocabulary import counted, word

GUTTER, PAD, GAP = 20, 7, 5  # points between columns, inside a box, between boxes of one cell


@chart
def chain(data, stages, empty="chart.not_in_text"):
    """What is said of each strand at each stage: rows of boxes, and a dashed box where nothing is said.

    data: `strand` (rows of one strand follow each other), `stage`, `label` (a few words) and `value` (text, or ""
    for words without a number). stages: {stage: heading} in order. empty: the key of what a dashed box says. Arrows
    stand between the headings only: that one box leads to the next is the idea of a chain, and nothing that was stated.

    Raises ValueError for a stage without a heading.
    """
    if stray := sorted(set(data["stage"]) - set(stages)):
        raise ValueError(f"a stage without a heading: {', '.join(stray)}; there are {', '.join(stages)}")

    def draw(page):
        if page.narrow:
            _stacked(page, data, stages, empty)
            return
        pitch = (page.right - page.left + GUTTER) / len(stages)
        wide = pitch - GUTTER
        lefts = {stage: page.left + index * pitch for index, stage in enumerate(stages)}
        heads = {stage: text_lines(heading, wide, "head") for stage, heading in stages.items()}
        for stage, x in lefts.items():
            page.lines(x, page.y, heads[stage])
            if x > page.left:
                start = x - pitch + max(map(length_of, heads[list(stages)[list(lefts).index(stage) - 1]])) + 8
                page.line([start, x - 9], [page.y + 7] * 2, "muted", 1.2)
                page.ax.plot(x - 9, page.y + 7, ">", ms=6, mfc=PALETTE["muted"], mec=PALETTE["muted"])
        page.y += max(map(height_of, heads.values())) + 8
        for strand in dict.fromkeys(data["strand"]):
            page.line([page.left, page.right], [page.y] * 2, "rule")
            page.y = page.lines(page.left, page.y + 6, text_lines(strand, page.right - page.left, "head")) + 4
            rows = data[data["strand"] == strand].to_dict("records")
            cells = {stage: [_said(row, wide) for row in rows if row["stage"] == stage] for stage in stages}
            height = max(sum(height_of(lines) + 2 * PAD + GAP for lines in cell) - GAP for cell in cells.values())
            for stage, cell in cells.items():
                _cell(page, lefts[stage], wide, height, cell, text_lines(word(empty), wide - 2 * PAD, "note"))
            page.y += height + 12

    return (
        draw,
        pick(data, "strand stage value label"),
        dict(strands=data["strand"].nunique(), stages=len(stages), n=len(data)),
    )


def _stacked(page, data, stages, empty):
    """The same on a narrow page: the stages of a strand below each other, each with its heading beside it."""
    heads = {stage: text_lines(heading, 70, "head") for stage, heading in stages.items()}
    x = page.left + 78
    wide = page.right - x
    for strand in dict.fromkeys(data["strand"]):
        page.line([page.left, page.right], [page.y] * 2, "rule")
        page.y = page.lines(page.left, page.y + 6, text_lines(strand, page.right - page.left, "head")) + 4
        for stage, head in heads.items():
            rows = data[(data["strand"] == strand) & (data["stage"] == stage)].to_dict("records")
            cell = [_said(row, wide) for row in rows]
            nothing = text_lines(word(empty), wide - 2 * PAD, "note")
            height = sum(height_of(lines) + 2 * PAD + GAP for lines in cell or [nothing]) - GAP
            page.lines(page.left, page.y + PAD, head)
            _cell(page, x, wide, max(height, height_of(head) + 2 * PAD), cell, nothing)
            page.y += max(height, height_of(head) + 2 * PAD) + GAP
        page.y += 8


def _said(row, wide):
    """The lines of one box: the value, if there is one, and its words."""
    room = wide - 2 * PAD
    return text_lines(counted(text_of(row, "value")), room, "value") + text_lines(text_of(row, "label"), room, "note")


def _cell(page, x, wide, height, cell, nothing):
    """The boxes of one strand and stage, as tall together as the row."""
    look = {"align": "edge", "linewidth": 1.2}
    if not cell:
        page.ax.bar(
            x, height, wide, page.y, facecolor="white", edgecolor=PALETTE["muted"], linestyle=(0, (4, 3)), **look
        )
        page.lines(x + PAD, page.y + (height - height_of(nothing)) / 2, nothing)
        return
    spare = (height - sum(height_of(lines) + 2 * PAD + GAP for lines in cell) + GAP) / len(cell)
    y = page.y
    for lines in cell:
        tall = height_of(lines) + 2 * PAD + spare
        page.ax.bar(x, tall, wide, y, facecolor=PALETTE["paper"], edgecolor=PALETTE["main"], **look)
        page.lines(x + PAD, y + (tall - height_of(lines)) / 2, lines)
        y += tall + GAP
