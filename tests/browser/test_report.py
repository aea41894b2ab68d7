"""The report on a file, as a reader opens it from disk: no barrier, no width lost, no other font, nothing live."""

import pytest
import rules
from checkout import ROOT
from test_barriers import OPEN_ALL, barriers
from test_private import drawn_otherwise

import budgetbook

OTHERS = ROOT / "tests" / "others"
# One in order, those with most findings of a text and of a PDF file, and tables alone.
FILES = ["examples/budget.pdf", "examples/budget.xlsx"]
HOSTILE = (
    "（公开）<script>document.title='live'</script><img src=x onerror=\"document.title='live'\"> https://example.org/"
)


def most_findings():
    """The invented file of which most is told."""
    errors = (OTHERS / "errors.csv").read_text(encoding="utf-8").splitlines()[1:]
    names = [line.partition(",")[0] for line in errors]
    return max(sorted(set(names)), key=names.count)


@pytest.fixture(scope="module", params=[*FILES, "most findings", "nothing live"])
def report(request, tmp_path_factory):
    """The report on a file, in a folder of its own."""
    folder = tmp_path_factory.mktemp("report")
    source = ROOT / request.param
    if request.param == "most findings":
        source = OTHERS / most_findings()
    if request.param == "nothing live":
        source = folder / "hostile.txt"
        source.write_text(
            f"某局{HOSTILE}2023年部门预算\n\n本年收入合计10万元{HOSTILE}，其中：其他收入3万元，事业收入2万元。\n"
        )
    budgetbook.read(source).report(folder / "report.html")
    return folder / "report.html"


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (360, "dark")])
def test_the_report_shuts_nobody_out(browser, report, width, scheme):
    seen = []
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.on("console", lambda said: seen.append(said.text))
    page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or seen.append(asked.url))
    page.goto(report.as_uri())
    assert barriers(page) == []
    for rule in ("HEADINGS", "LANGUAGES", "TABLES"):
        assert rules.broken(page, getattr(rules, rule)) == [], rule
    for folds in (OPEN_ALL.replace("true", "false"), OPEN_ALL):
        page.evaluate(folds)
        assert rules.broken(page, rules.WIDTH) == []
    assert page.title() != "live" and seen == []
    assert page.locator("main script, main img, main a[href^=http]").count() == 0
    page.close()


def test_chinese_in_a_report_is_drawn_with_its_own_font(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    assert drawn_otherwise(page) == []
    page.close()
