"""Tables that a browser prints as PDF are read as the page: rulings, cells that span, breaks of pages."""

import pytest
from checkout import ROOT

import budgetbook

STYLES = ROOT / "tests" / "styles"
FONT = ROOT / "src" / "budgetbook" / "show" / "fonts" / "BudgetbookSans-Regular.otf"
RULED = f"""<meta charset="utf-8"><style>
@font-face {{ font-family: own; src: url({FONT.as_uri()}) }}
body {{ font-family: own }} table {{ border-collapse: collapse; width: 100% }}
td {{ border: 1px solid; font-size: 9px; padding: 2px }}
</style>"""


def told(filing):
    """What the tables state, wherever on the pages they are."""
    return sorted((f.title, f.side, f.label, f.head, f.code, f.item, f.stage, f.value) for f in filing.figures)


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("form", ["final-tables", "budget-tables"])
def test_a_printed_table_is_read_as_the_page(browser, tmp_path, form, landscape):
    page = (STYLES / f"{form}.html").read_text(encoding="utf-8")
    source, printed = tmp_path / "a.html", tmp_path / "a.pdf"
    source.write_text(page.replace("<body>", f"<head>{RULED}</head><body>"), encoding="utf-8")
    shown = browser.new_page()
    shown.goto(source.as_uri())
    shown.evaluate("document.fonts.ready.then(() => {})")
    shown.pdf(path=printed, format="A4", landscape=landscape)
    shown.close()
    assert told(budgetbook.read(printed)) == told(budgetbook.read(STYLES / f"{form}.html"))
