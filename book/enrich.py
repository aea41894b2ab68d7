"""What the pages offer beyond the notebooks: tables as CSV, figures as files with their values, terms with meanings.

Each function works on a notebook that is being staged for Sphinx (see build.py); the notebooks themselves stay as they
are.
"""

import csv
import html
import io
import re
from html.parser import HTMLParser

from docutils.nodes import make_id
from nbformat.v4 import new_output

from budgetbook.glossary import wordings
from budgetbook.rules import load
from budgetbook.show.tables import FIGURE_SPACE, POINT_SPACE, as_html

GLOSSARY = "13-glossary"  # the chapter with the entries


def join_code(notebook):
    """Put code without output together with the code that follows it, so that a reader finds one fold, not two."""
    cells = []
    for cell in notebook.cells:
        last = cells[-1] if cells else None
        if last is not None and last.cell_type == cell.cell_type == "code" and not last.outputs:
            cell.source = f"{last.source}\n\n{cell.source}"
            cells.pop()
        cells.append(cell)
    notebook.cells = cells


# ----------------------------------------------------------------------------------------------- tables


class Table(HTMLParser):
    """The caption and the rows of a table of the house style, as plain text."""

    def __init__(self, text):
        super().__init__()
        self.caption, self.rows, self.cell = "", [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td", "caption"}:
            self.cell = ""

    def handle_endtag(self, tag):
        if tag == "caption":
            self.caption, self.cell = self.cell, None
        if tag in {"th", "td"}:
            self.rows[-1].append(plain(self.cell))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def plain(cell):
    """A cell as a spreadsheet wants it: no blanks for alignment, a hyphen as minus, no commas in numbers."""
    text = cell.strip().strip(FIGURE_SPACE + POINT_SPACE).strip()
    number = text.replace("−", "-").replace(",", "")
    return number if re.fullmatch(r"-?\d+(\.\d+)?", number) else text


def as_csv(rows):
    """Rows as CSV, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def save_table(text, page, folder):
    """Save a table's CSV in `folder`; returns its file name, which no other table of the page has."""
    table = Table(text)
    folder.mkdir(parents=True, exist_ok=True)
    slug = make_id(table.caption)[:50].rstrip("-") or "table"
    names = (f"{page}-{slug}{'' if n == 1 else f'-{n}'}.csv" for n in range(1, 100))
    content = as_csv(table.rows)
    path = next(path for path in (folder / name for name in names) if not path.exists())
    path.write_bytes(content)
    return path.name


def offer(links):
    """A line of links to files, below a table or a figure."""
    anchors = " · ".join(f'<a href="{href}" download>{name}</a>' for name, href in links)
    return f'<p class="take">{anchors}</p>'


def tables_as_csv(notebook, page, files):
    """Below every table, offer it as CSV."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/html", "")
            if '<table class="budget">' in text:
                name = save_table(text, page, files / "tables")
                output.data["text/html"] = text + "\n" + offer([("CSV", f"files/tables/{name}")])


def figure_files(output, page, files, figures):
    """What stands below a figure: its values in a fold, and its files. A further output for the cell."""
    name, values = output.metadata["figure"], output.metadata.get("values")
    values = as_html(values) if values else ""
    kinds = [kind for kind in ("svg", "png", "pdf") if (figures / f"{name}.{kind}").is_file()]
    links = [(kind.upper(), f"files/figures/{name}.{kind}") for kind in kinds]
    if values:
        saved = save_table(values.replace("The values drawn", f"values of {name[3:]}"), page, files / "tables")
        links.append(("CSV", f"files/tables/{saved}"))
        values = f'<details class="values"><summary>Show the values</summary>\n{values}\n</details>\n'
    return new_output("display_data", {"text/html": values + offer(links)})


# ------------------------------------------------------------------------------------------------ terms

# What no term may be marked in: code, links, HTML, headings, quotations, and the label of a list's item.
NOT_HERE = re.compile(
    r"```.*?```|`[^`]*`|\[[^\]]*\]\([^)]*\)|<[^>]+>|^#+ .*?$|^>.*?$|^- \*\*[^*]+:\*\*", re.MULTILINE | re.DOTALL
)
# Words of every day, or of several senses: a definition behind them would be noise, or wrong.
TOO_COMMON = {
    *("yuan", "budget", "budgets", "income", "expenditure", "check", "checks", "fact", "facts", "input", "output"),
    *("item", "department", "departments", "unit", "share", "agency", "duties", "disclosure", "disclosures"),
    *("finding", "findings", "flow", "stock", "glossary", "grid", "grids", "carried over"),
}
HANZI = re.compile(r"[\u3400-\u9fff]")


def term_pattern(words):
    """A pattern for the wordings of terms, the longest first; English ones as whole words."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    pieces = [re.escape(word) if HANZI.search(word) else rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in ordered]
    return re.compile("|".join(pieces), re.IGNORECASE)


def mark_terms(notebook):
    """Mark the first use of each glossary term in the prose of a page, as a link to its entry with its definition."""
    terms = load("glossary")
    known = {word.lower(): term for word, term in wordings().items() if word.lower() not in TOO_COMMON}
    pattern, seen = term_pattern(known), set()

    def marked(match):
        term = known[match[0].lower()]
        if term in seen:
            return match[0]
        seen.add(term)
        row = terms.loc[term]
        lang = ' lang="zh-Hans"' if HANZI.search(match[0]) else ""
        said = html.escape(row["plain"], quote=True)
        names = html.escape(
            f"{row['en']} · {row['zh']} · {row['pinyin']}".replace(" ·  · ", " · ").strip(" ·"), quote=True
        )
        return (
            f'<a class="term" href="{GLOSSARY}.html#term-{term}" data-names="{names}" data-plain="{said}"'
            f"{lang}>{match[0]}</a>"
        )

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            pieces, last = [], 0
            for skipped in NOT_HERE.finditer(cell.source):
                pieces += [pattern.sub(marked, cell.source[last : skipped.start()]), skipped[0]]
                last = skipped.end()
            cell.source = "".join([*pieces, pattern.sub(marked, cell.source[last:])])


def anchor_terms(notebook):
    """Give each entry of the glossary's tables (those with pinyin) the name to which the terms lead."""
    slugs = {html.escape(row["en"], quote=False): term for term, row in load("glossary").iterrows()}

    def named(match):
        term = slugs.pop(re.sub(r"<[^>]+>", "", match[2]), None)
        return f'{match[1]} id="term-{term}">{match[2]}</th>' if term else match[0]

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/html", "")
            if ">Pinyin</th>" in text:
                output.data["text/html"] = re.sub(r'(<th scope="row"[^>]*)>(.*?)</th>', named, text)
    return [f"{GLOSSARY} has no entry “{name}”, to which terms lead." for name in slugs]
