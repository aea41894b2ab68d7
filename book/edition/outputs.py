"""What the cells of a notebook become on its page: tables, pictures and folds, as nodes of the document.

A table is built from the record that stands in the metadata of its output (`budgetbook.show.tables.record`), and is
offered as CSV; a picture is the SVG in figures/, with its values in a fold and its files below it. Code is folded.
"""

import csv
import io
import json
import re
import shutil
from html import unescape
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from budgetbook.exercises import exercise
from budgetbook.show.collection import CAREFUL
from budgetbook.show.tables import by_column, labelled
from budgetbook.show.vocabulary import word
from edition.contents import read_book
from edition.html import element
from edition.pictures import without_head

logger = logging.getLogger(__name__)
SOURCES = "../data/README.md#outside-sources"  # has a page of its own
FOLD = re.compile(r"\s*<details>\s*<summary>(.*?)</summary>\s*", re.DOTALL)


# ----------------------------------------------------------------------------------------------- tables


def plain(cell):
    """A cell as a spreadsheet wants it: a hyphen as minus, no commas in numbers."""
    number = cell.strip().replace("−", "-").replace(",", "")
    return number if re.fullmatch(r"-?\d+(\.\d+)?", number) else cell.strip()


def as_csv(record):
    """A record as CSV, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    rows = [[column["heading"] for column in record["columns"]], *(row["cells"] for row in record["rows"])]
    csv.writer(out, lineterminator="\n").writerows([plain(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def save_csv(record, title, page, folder):
    """Save a record's CSV in `folder`; returns its file name, which no other table of the page has."""
    folder.mkdir(parents=True, exist_ok=True)
    slug = nodes.make_id(title)[:50].rstrip("-") or "table"
    names = (f"{page}-{slug}{'' if n == 1 else f'-{n}'}.csv" for n in range(1, 100))
    path = next(path for path in (folder / name for name in names) if not path.exists())
    path.write_bytes(as_csv(record))
    return path.name


def entry(text, mark=None, **attributes):
    """A cell of a table. mark: the element around its text, if there is one."""
    text = nodes.Text(text)
    return nodes.entry("", nodes.paragraph("", "", mark("", "", text) if mark else text), **attributes)


def draws(values, record):
    """Whether the values of a picture hold a column of numbers of a table: the picture shows what the table says."""
    drawn = {plain(cell.removesuffix(" %")) for row in values["rows"] for cell in row["cells"]}
    cells = [{plain(row["cells"][k]) for row in record["rows"]} for k in range(len(record["columns"]))]
    return any(column["numeric"] and cells[k] <= drawn for k, column in enumerate(record["columns"]))


def table(record):
    """A record as a table. Its rows keep what they show, for the links: cells, facts, numeric, keys."""
    columns = record["columns"]
    numeric, keys = [column["numeric"] for column in columns], [column["key"] for column in columns]
    kinds = [["num"] if number else [] for number in numeric]
    head, body = nodes.thead(), nodes.tbody()
    head += nodes.row("", *(entry(c["heading"], classes=list(k)) for c, k in zip(columns, kinds, strict=True)))
    for row, cells in zip(record["rows"], zip(*by_column(record), strict=True), strict=True):
        facts = [row.get("facts", {}).get(key, "") for key in keys]
        shown = nodes.row(cells=row["cells"], facts=facts, numeric=numeric, keys=keys)
        shown["classes"] += ["total"] if row.get("total") else []
        shown["classes"] += ["fails"] if word("state.fails") in row["cells"] else []
        for key, cell, kind in zip(keys, cells, kinds, strict=True):
            missing = cell == word("not_stated")
            mark = nodes.emphasis if missing else nodes.strong if row.get("total") else None
            shown += entry(labelled(key, cell), mark, classes=[*kind, "na"] if missing else list(kind))
        body += shown
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in columns), head, body, cols=len(columns))
    if not numeric[0]:
        group[0]["stub"] = 1  # the first column heads the rows
    caption = element("", record["caption"], tag="caption")  # that of docutils would make Sphinx number the table
    return nodes.table("", caption, group, classes=["budget", "colwidths-auto"])


def definitions(record):
    """A record of terms as a list of definitions: names, what they mean, and the rest in a line."""
    headings = {column["key"]: column["heading"] for column in record["columns"]}
    listed = element("", "", tag="dl", classes=["terms"])
    for row in record["rows"]:
        cells = dict(zip(headings, row["cells"], strict=True))
        names = [element("", cells.pop("en"), tag="strong"), nodes.Text(f" {cells.pop('zh')} ")]
        names.append(element("", cells.pop("pinyin"), tag="span", classes=["pinyin"]))
        means = element("", cells.pop("plain"), tag="dd")
        more = " · ".join(f"{headings[key]}: {cell}" for key, cell in cells.items() if cell)
        entry = [element("", "", *names, tag="dt", term=names[0].astext()), means]
        entry += [element("", more, tag="dd", classes=["more"])] if more else []
        listed += element("", "", *entry, tag="div")
    return listed


def offer(files, what):
    """A line of links to files, below a table or a picture, of which they say by name what they hold."""
    line = nodes.paragraph(classes=["take"])
    for place, (name, href) in enumerate(files.items()):
        line += [nodes.Text(" · ")] if place else []
        line += nodes.reference(
            "", name, refuri=href, internal=True, attributes={"download": "", "aria-label": f"{name}: {what}"}
        )
    return line


# ------------------------------------------------------------------------------------------------ cells


class ShowOutputs(SphinxTransform):
    """Turns the outputs of a notebook into what its page shows, and leads its links to pages and copied files."""

    default_priority = 5  # before all others: they find the tables and the links

    def apply(self):
        """Rework one page."""
        self.book, self.page = read_book(self.config.edition_root), self.env.docname
        self.files = Path(self.app.srcdir) / "files"
        if self.page not in self.book.paths:
            self.place_pictures()
            return
        cells = json.loads(self.book.paths[self.page].read_text(encoding="utf-8"))["cells"]
        for cell in self.find("cell_code"):
            shown = [output for output in cells[cell["cell_index"]]["outputs"] if "data" in output]
            for bundle, output in zip(self.find("mime_bundle", cell), shown, strict=True):
                self.show(bundle, output["metadata"])
            self.fold_table(cell, [output["metadata"] for output in shown])
        for cell in self.find("cell_code"):
            self.fold_code(cell)
        for section in self.document.findall(nodes.section):
            if section[0].astext().startswith(CAREFUL):
                section["classes"].append("careful")
        for raw in reversed(list(self.document.findall(nodes.raw))):
            self.fold_details(raw)
        for quote in self.document.findall(nodes.block_quote):
            below = quote.next_node(descend=False, siblings=True)
            if isinstance(below, nodes.paragraph) and isinstance(below[0], nodes.emphasis):
                below["classes"].append("translation")
        for link in self.document.findall(nodes.reference):
            link["refuri"] = self.lead(link["refuri"])

    def fold_table(self, cell, shown):
        """Fold the table before a picture that draws it."""
        drawn = [metadata["values"] for metadata in shown if metadata.get("values")]
        before = cell.parent[cell.parent.index(cell) - 1] if cell.parent.index(cell) else None
        if drawn and "table" in getattr(before, "attributes", {}) and draws(drawn[0], before["table"]):
            box = next(node for node in before.findall(nodes.container) if "output" in node["classes"])
            fold = element("", "", *box.children, tag="details", classes=["drawn"], label="drawn")
            box.children = []
            box += fold
        tables = [metadata["table"] for metadata in shown if "table" in metadata and "play" not in metadata]
        if len(tables) == len(shown) == 1:
            cell["table"] = tables[0]

    def find(self, kind, inside=None):
        """The containers of a notebook's page that MyST-NB calls so."""
        containers = (inside or self.document).findall(nodes.container)
        return [container for container in containers if container.get("nb_element") == kind]

    def show(self, bundle, metadata):
        """Put in place of an output what its metadata tell of it."""
        if record := metadata.get("table"):
            csv = f"files/tables/{save_csv(record, record['caption'], self.page, self.files / 'tables')}"
            terms = {"en", "zh", "pinyin", "plain"} <= {column["key"] for column in record["columns"]}
            heading = element("", record["caption"], tag="p", classes=["list-caption"])
            shown = [heading, definitions(record)] if terms else [table(record)]
            shown += [offer({"CSV": csv}, record["caption"])]
            if play := metadata.get("play"):  # play.js reads the table
                shown = [element("", "", *shown, tag="details", classes=["played"], label="played")]
                data = {"data-settings": play["settings"], "data-start": play["start"]}
                shown = [element("", "", *shown, tag="div", classes=["play"], attributes=data)]
            bundle.replace_self(nodes.container("", *shown, classes=["output"]))
        elif name := metadata.get("exercise"):  # exercise.js puts the form below the question
            task = exercise(name, self.book.notebooks / "words")
            data = {"data-exercise": json.dumps(task.record(), ensure_ascii=False, sort_keys=True)}
            asked = element("", "", *bundle[0].children, tag="div", classes=["exercise"], attributes=data)
            bundle.replace_self(nodes.container("", asked, classes=["output"]))
        elif name := metadata.get("picture"):
            bundle.replace_self(self.figure(self.book.shown[name]))
        elif "to_copy" in metadata:
            bundle.parent["classes"].append("copyable")
        elif "passage" in metadata:
            next(bundle.findall(nodes.block_quote))["classes"].append("sentences")
        elif "words_of" in metadata:  # for viewers that know no alternative text; here the picture has it
            bundle.parent.remove(bundle)

    def place_pictures(self):
        """Make figures of the pictures of the chapters on other pages; where several stand together, thumbnails."""
        for paragraph in list(self.document.findall(nodes.paragraph)):
            images = list(paragraph.findall(nodes.image))
            shown = [self.book.shown[Path(image["uri"]).stem] for image in images if "files/figures" in image["uri"]]
            if len(shown) == 1 and self.page != "gallery":
                paragraph.replace_self(self.figure(shown[0]))
            elif shown:
                paragraph.replace_self(element("", "", *map(self.thumbnail, shown), tag="ul", classes=["thumbnails"]))

    def image(self, shown):
        """The SVG of a picture below its head; on a narrow screen the one drawn for it."""
        described = shown.metadata["image/png"]
        head = described.get("head", 0)
        image = nodes.image(uri=self.cut(f"{shown.name}.svg", head), alt=shown.alt)
        image["later"] = self.page == "gallery" or not shown.number.endswith(".1")  # loaded when it comes near
        if "width" in described:
            image["size"] = (described["width"], described["height"] - head)
        if "narrow" in described:
            width, height, head = described["narrow"]
            image["narrow"] = (self.cut(f"narrow/{shown.name}.svg", head), width, height - head)
        return image

    def cut(self, name, head):
        """Make of a file of figures/ the one that a page shows below its head. Returns where it is."""
        whole, file = self.files / "figures" / name, self.files / "shown" / name
        if not whole.is_file():
            logger.warning("figures/%s is missing: run python book/build.py notebooks", name, location=self.page)
        elif not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(without_head(whole.read_text(encoding="utf-8"), head), encoding="utf-8", newline="\n")
        return f"files/shown/{name}"

    def figure(self, shown):
        """A picture below its words; for below it, the values drawn in a fold, how to cite it, and its files."""
        here, title = shown.chapter == self.page, shown.caption["title"].rstrip(".")
        address = f"{'' if here else f'{shown.chapter}.html'}#{shown.anchor}"
        number = nodes.reference("", f"Figure {shown.number}", refuri=address, internal=True, classes=["number"])
        words = element("", "", number, tag="figcaption")
        for part in ("title", "finding", "subtitle"):
            if shown.caption[part]:
                words += element("", shown.caption[part], tag="div", classes=[part])
        whole = f"files/figures/{shown.name}.svg"
        picture = nodes.reference("", "", self.image(shown), refuri=whole, internal=True, classes=["larger"])
        files, below = {kind.upper(): f"files/figures/{shown.name}.{kind}" for kind in self.book.kinds(shown.name)}, []
        if values := shown.metadata.get("values") if here else None:
            saved = save_csv(values, f"values of {shown.name[3:]}", self.page, self.files / "tables")
            files["CSV"] = f"files/tables/{saved}"
            below.append(element("", "", table(values), tag="details", classes=["values"], label="values"))
        if title:
            source = f"{self.book.citation(title, f'Figure {shown.number}', self.book.titles[shown.chapter])} "
            link = nodes.reference("", f"{shown.chapter}.html#{shown.anchor}", refuri=address, internal=True)
            cited = element("", "", nodes.Text(source), link, tag="div", classes=["copyable"])
            below.append(element("", "", cited, tag="details", classes=["cite"], label="cite"))
        below.append(offer(files, shown.name[3:].replace("-", " ")))
        inside = [words, picture, nodes.container("", *below, classes=["below"])]
        parts = {"data-parts": json.dumps(shown.metadata["parts"])} if here and "parts" in shown.metadata else {}
        return element("", "", *inside, tag="figure", ids=[shown.anchor], attributes=parts)

    def thumbnail(self, shown):
        """A picture, small, that leads to where it stands."""
        image = self.image(shown)
        image.attributes.pop("narrow", None)  # it is small anyway
        name = element("", f"Figure {shown.number}", tag="strong")
        title = nodes.Text(f" {shown.caption['title']}")
        link = nodes.reference("", "", image, name, title, refuri=f"{shown.chapter}.html#{shown.anchor}", internal=True)
        return element("", "", link, tag="li")

    def fold_code(self, cell):
        """Fold the code of a cell, together with the code without output that stands directly before it."""
        before = cell.parent[cell.parent.index(cell) - 1] if cell.parent.index(cell) else None
        code = next(cell.findall(nodes.literal_block))
        if getattr(before, "attributes", {}).get("nb_element") == "cell_code" and len(before) == 1:
            source = f"{next(before.findall(nodes.literal_block)).astext()}\n\n{code.astext()}"
            code.rawsource, code.children = source, []
            code += nodes.Text(source)
            cell.parent.remove(before)
        cell.replace(cell[0], element("", "", cell[0], tag="details", classes=["hide", "above-input"], label="code"))

    def fold_details(self, raw):
        """Make a fold of the HTML with which Markdown has to write one: an opening, and a closing further on."""
        opening, siblings = FOLD.fullmatch(raw.astext()), raw.parent.children
        if opening is None:
            return
        start = siblings.index(raw)
        inside = takewhile(lambda node: node.astext().strip() != "</details>", siblings[start + 1 :])
        summary = element("", unescape(opening[1]), tag="summary")
        made = element("", "", summary, *inside, tag="details")
        raw.parent[start : start + len(made) + 1] = [made]

    def lead(self, target):
        """Where a link of a notebook leads in the edition; a file of the project that it leads to is copied there."""
        path, mark, anchor = target.partition("#")
        anchor = mark + nodes.make_id(unquote(anchor))
        if path.endswith(".ipynb") and "/" not in path:
            return path.removesuffix(".ipynb") + ".html" + anchor
        if path.startswith("../practice/") and Path(path).stem in self.book.practice:
            return f"{Path(path).stem}.html{anchor}"
        if target == SOURCES and (Path(self.app.srcdir) / "sources.md").is_file():
            return "sources.html"
        file = (self.book.notebooks / unquote(path)).resolve()
        if path.startswith("../") and file.is_file() and file.is_relative_to(self.book.root):
            copy = self.files / file.relative_to(self.book.root)
            if not copy.exists():  # the pictures are there, with their dark forms
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
            return copy.relative_to(self.app.srcdir).as_posix()
        return path + anchor  # an address elsewhere, or wrong: check_pages finds that
