"""What a browser prints as PDF is read as what it printed: rulings, cells that span, lines and pages that break."""

import html

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


UNDERLINED = RULED.replace("border: 1px solid", "border-bottom: 1px solid; text-align: center").replace(
    "width: 100%", "width: 100%; border-top: 1px solid"
)


@pytest.mark.parametrize("ruled", [RULED, UNDERLINED], ids=["ruled", "underlined"])
@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("form", ["final-tables", "budget-tables"])
def test_a_printed_table_is_read_as_the_page(browser, tmp_path, form, landscape, ruled):
    page = (STYLES / f"{form}.html").read_text(encoding="utf-8")
    source, printed = tmp_path / "a.html", tmp_path / "a.pdf"
    source.write_text(page.replace("<body>", f"<head>{ruled}</head><body>"), encoding="utf-8")
    shown = browser.new_page()
    shown.goto(source.as_uri())
    shown.evaluate("document.fonts.ready.then(() => {})")
    shown.pdf(path=printed, format="A4", landscape=landscape)
    shown.close()
    assert told(budgetbook.read(printed)) == told(budgetbook.read(STYLES / f"{form}.html"))


FOOT = "<div style='font-size:9px;width:100%;text-align:center'>- <span class='pageNumber'></span> -</div>"
MARGINS = {"top": "20mm", "bottom": "20mm", "left": "25mm", "right": "25mm"}


@pytest.mark.parametrize("set_as", ["font-size: 16px", "font-size: 12px; text-indent: 2em; text-align: justify"])
@pytest.mark.parametrize("form", sorted(path.stem for path in STYLES.glob("*.txt")))
def test_printed_sentences_are_read_as_the_text(browser, tmp_path, form, set_as):
    """Lines end short where a number does not fit, pages end within sentences, and page numbers stand between."""
    lines = (STYLES / f"{form}.txt").read_text(encoding="utf-8").splitlines()
    page = (
        RULED + f"<style>p {{ margin: .3em 0; {set_as} }}</style>" + "".join(f"<p>{html.escape(x)}" for x in lines if x)
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    shown = browser.new_page()
    shown.goto((tmp_path / "a.html").as_uri())
    shown.evaluate("document.fonts.ready.then(() => {})")
    footed = {"display_header_footer": True, "header_template": "<span></span>", "footer_template": FOOT}
    shown.pdf(path=tmp_path / "a.pdf", format="A4", margin=MARGINS, **footed)
    shown.close()
    columns = ["item", "name", "period", "stage", "measure", "value", "unit"]
    printed, text = budgetbook.read(tmp_path / "a.pdf"), budgetbook.read(STYLES / f"{form}.txt")
    assert printed.facts[columns].astype(str).values.tolist() == text.facts[columns].astype(str).values.tolist()
    assert printed.audit().findings.empty
