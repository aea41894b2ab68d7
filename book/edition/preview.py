"""The pictures by which a link to a page is shown elsewhere: 1200 × 630, one for the book and one for each chapter."""

import matplotlib.image
import pandas as pd

from budgetbook.show.charts.breakdowns import draw_breakdowns
from budgetbook.show.charts.page import Page, text_lines
from budgetbook.show.pictures import house_style

WIDTH, HEIGHT, DPI = 600, 315, 144  # points, and dots for each inch
EDGE = 24  # points
TALL = 1.6  # of a picture that is so many times as tall as its place, the head is shown


def breakdowns(disclosure):
    """The columns that hold the whole of a budget, as the chart of that name wants them, and the total."""
    facts = disclosure.with_labels()
    levels = facts[(facts["measure"] == "level") & (facts["value"] != 0)].drop_duplicates("item")
    basic = levels[levels["parent"] == "expenditure.basic"].assign(group="Basic")
    basic["unknown"] = basic["item"] == "expenditure.basic.work_specials"
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
def draw_chapter(book, title, question, picture, path):
    """Save the picture of a chapter: its title over its first picture, a PNG, or over its question if it has none."""
    page = _page(book, title)
    if picture is None:
        page.y += 30
        page.y = page.lines(page.left, page.y, text_lines(question, page.right - page.left, "big", balance=True))
    else:
        pixels = matplotlib.image.imread(picture)
        tall, wide = pixels.shape[:2]
        room, scale = HEIGHT - page.y - 8, (page.right - page.left) / wide
        if tall * scale > TALL * room:
            pixels = pixels[: max(1, int(room / scale))]
        else:
            scale = min(scale, room / tall)
        tall, wide = (size * scale for size in pixels.shape[:2])
        left = (WIDTH - wide) / 2
        page.ax.imshow(pixels, extent=(left, left + wide, page.y + tall, page.y), aspect="auto")
    _save(page, path)


def _page(above, title):
    """A page with a line in small and a title in large type."""
    page = Page("", WIDTH / 72)
    page.left, page.right, page.y = EDGE, WIDTH - EDGE, 16
    page.paragraph(above, "subtitle")
    page.paragraph(title, "title", balance=True)
    page.y += 8
    return page


def _save(page, path):
    page.fig.set_size_inches(WIDTH / 72, HEIGHT / 72)
    page.ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    path.parent.mkdir(parents=True, exist_ok=True)
    page.fig.savefig(path, dpi=DPI, metadata={"Software": None})


@house_style()
def draw(title, disclosure, path):
    """Save the picture of a disclosure's budget, under the title of the book."""
    page = Page("", WIDTH / 72)
    page.left, page.right, page.y = EDGE, WIDTH - EDGE, 16
    page.y = page.lines(page.left, page.y, text_lines(title, WIDTH, "big"))
    page.paragraph("One real disclosure, section by section, with its numbers checked", "subtitle")
    page.y += 10
    columns, total = breakdowns(disclosure)
    draw_breakdowns(page, columns, total, tall=170)
    _save(page, path)
