"""The picture by which a link to the book is shown elsewhere: 1200 × 630, drawn from the same facts as the pictures."""

import pandas as pd

from budgetbook.show.charts.breakdowns import draw_breakdowns
from budgetbook.show.charts.page import Page, text_lines
from budgetbook.show.pictures import house_style

WIDTH, HEIGHT, DPI = 600, 315, 144  # points, and dots for each inch


def breakdowns(disclosure):
    """The columns that hold the whole of a budget, as the chart of that name wants them, and the total."""
    facts = disclosure.with_labels()
    levels = facts[(facts["measure"] == "level") & (facts["value"] != 0)].drop_duplicates("item")
    basic = levels[levels["parent"] == "expenditure.basic"].assign(group="Basic")
    project = levels[levels["item"] == "expenditure.project"].assign(group="Project")
    columns = {
        "Where it comes from": levels[levels["parent"] == "income"],
        "What it is for": levels[levels["parent"] == "expenditure.function"],
        "Basic or project": pd.concat([basic, project]),
    }
    return list(columns.items()), levels.set_index("item").loc["income", "value"]


def words(disclosure):
    """What the picture shows, for those who do not see it."""
    total = breakdowns(disclosure)[1]
    return f"The first lines of the book's front page: a budget of {total} 万元, read section by section"


@house_style()
def draw(title, disclosure, path):
    """Save the picture of a disclosure's budget, under the title of the book."""
    page = Page("", WIDTH / 72)
    page.left, page.right, page.y = 24, WIDTH - 24, 16
    page.y = page.lines(page.left, page.y, text_lines(title, WIDTH, "big"))
    page.paragraph("One real disclosure, section by section, with its numbers checked", "subtitle")
    page.y += 10
    columns, total = breakdowns(disclosure)
    draw_breakdowns(page, columns, total, tall=170)
    page.fig.set_size_inches(WIDTH / 72, HEIGHT / 72)
    page.ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    page.fig.savefig(path, dpi=DPI, metadata={"Software": None})
