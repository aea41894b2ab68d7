"""The collection as a book: its chapters, what they read, and the pages that list them."""

import csv
import html
import json
import re
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import nbformat
import yaml
from checkout import ROOT, disclosures
from sphinx.util import logging

from budgetbook.disclosure import read_disclosure
from budgetbook.exercises import DEPTHS, exercise, exercises
from budgetbook.show.collection import EXERCISES, disclosures_read, read_opening
from edition.disclosure import DisclosurePage
from edition.search import subjects
from edition.stated import Links

logger = logging.getLogger(__name__)
TITLE = "Reading a Department Budget"
# Ways through the book for readers with less time: the chapters, by name without number. The notebook with the map of
# the book has the same.
WAYS = {
    "Ten minutes": ["ten-minutes"],
    "An evening": ["start-here", "expenditure", "change-on-last-year", "operating-funds", "people"],
}


class Shown(NamedTuple):
    """A picture as a chapter shows it, with its number in the book and the metadata of its output."""

    name: str
    chapter: str
    number: str
    metadata: dict

    @property
    def anchor(self):
        """The name on the page of the chapter to which links lead."""
        return f"figure-{self.name}"

    @property
    def alt(self):
        """Its alternative text."""
        return " ".join(self.metadata["image/png"]["alt"].split())

    @property
    def caption(self):
        """Its title, subtitle and finding, "" where it has none; of a picture of another's making, none of them."""
        return self.metadata.get("caption", dict.fromkeys(("title", "subtitle", "finding"), ""))


@cache
def about():
    """What CITATION.cff says of the project."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


class Book:
    """What the pages have to know of the whole collection in a folder (notebooks/, figures/)."""

    def __init__(self, root):
        self.root = Path(root)
        self.notebooks, self.pictures = self.root / "notebooks", self.root / "figures"
        self.paths = {path.stem: path for path in sorted(self.notebooks.glob("[0-9][0-9]-*.ipynb"))}
        self.practice = {path.stem: path for path in sorted((ROOT / "practice").glob("p[0-9]-*.ipynb"))}
        self.chapters = [read_opening(path) for path in self.paths.values()]  # in reading order
        self.titles = {row["file"].removesuffix(".ipynb"): row["title"] for row in self.chapters}
        self.glossary = next((name for name in self.paths if name[3:] == "glossary"), None)

    @cached_property
    def read(self):
        """The folders of the disclosures that the book is about: those that its notebooks read, in order."""
        read = dict.fromkeys(folder for path in self.paths.values() for folder in disclosures_read(path))
        return list(read) or disclosures()[:1]  # a book of notebooks that read none still shows a text

    @cached_property
    def disclosures(self):
        """Folder → the disclosure in it as the target of links: the first of the book, the others of it, and others."""
        folders = dict.fromkeys([*self.read, *disclosures()])
        names = ["disclosure", *(f"disclosure-{folder.name}" for folder in list(folders)[1:])]
        return {folder: Links(read_disclosure(folder), name) for folder, name in zip(folders, names, strict=True)}

    @property
    def main(self):
        """The disclosure that the book is about, or the first of them."""
        return self.disclosures[self.read[0]].disclosure

    @cached_property
    def links(self):
        """Chapter → the disclosure to which its numbers lead: the one that it reads, or else the first of the book.

        Of a chapter that reads several, no number says to which it belongs: it has none.
        """
        read = {name: disclosures_read(path) or self.read[:1] for name, path in self.paths.items()}
        return {name: self.disclosures[folders[0]] for name, folders in read.items() if len(folders) == 1}

    @cached_property
    def subjects(self):
        """Chapter → the words that it is about."""
        return subjects(self.chapters, self.main)

    @cached_property
    def shown(self):
        """Name of a picture → the picture, in reading order."""
        found = {}
        for chapter, path in self.paths.items():
            cells = nbformat.read(path, as_version=4).cells
            outputs = [output for cell in cells for output in cell.get("outputs", []) if "metadata" in output]
            for n, metadata in enumerate((o.metadata for o in outputs if "picture" in o.metadata), start=1):
                name = metadata["picture"]
                found[name] = Shown(name, chapter, f"{int(chapter[:2])}.{n}", metadata)
        return found

    def first_picture(self, page):
        """The first picture of a chapter; None if there is none, or no such chapter."""
        return next((shown for shown in self.shown.values() if shown.chapter == page), None)

    def citation(self, title, number, chapter):
        """How to cite a part of the book: everything but its address."""
        authors = ", ".join(author["name"] for author in about()["authors"])
        year, version = about()["date-released"][:4], about()["version"]
        return f"{authors} ({year}): “{title}”, {number} in “{chapter}”, {TITLE}, version {version}, CC BY 4.0."

    def kinds(self, picture):
        """The formats in which there is a file of a picture."""
        return [kind for kind in ("svg", "png", "pdf") if (self.pictures / f"{picture}.{kind}").is_file()]


@cache
def read_book(root):
    """The book in a folder."""
    return Book(root)


def chapter_table(rows):
    """The index of the chapters, as rows of a Markdown table, with the minutes to read each, and all of them below."""
    times = [int(row["minutes"] or 0) + int(row["careful"] or 0) for row in rows]
    lines = [
        f"| [{row['title']}]({row['file'].removesuffix('.ipynb')}.html) | {row['question']} | {minutes} |"
        for row, minutes in zip(rows, times, strict=True)
    ]
    return "\n".join([*lines, f"| **All of it** | | **{sum(times)}** |"])


def ways(rows):
    """The ways through the book as a Markdown list, with the minutes to read each; only those with all chapters."""
    of_name = {row["file"][3:].removesuffix(".ipynb"): row for row in rows}
    lines = []
    for way, names in [*WAYS.items(), ("All of it", list(of_name))]:
        if not set(names) <= set(of_name):
            continue
        chapters = [of_name[name] for name in names]
        minutes = sum(int(row["minutes"] or 0) + int(row["careful"] or 0) for row in chapters)
        links = [f"[{row['title'].partition(':')[0]}]({row['file'].removesuffix('.ipynb')}.html)" for row in chapters]
        time = f"{minutes} minutes" if minutes <= 120 else f"{(minutes + 30) // 60} hours"
        said = "; ".join(links) if way in WAYS else "the chapters below, in order"
        lines.append(f"- **{way}** (about {time} to read): {said}.")
    return "\n".join(lines)


def start(book):
    """The way into the book for a reader with little time, as Markdown; empty if it has no such chapter."""
    (name,) = WAYS["Ten minutes"]
    return "".join(f"**[Read it in ten minutes]({page}.html)**" for page in book.paths if page[3:] == name)


def picture(shown):
    """A picture as Markdown, of which `outputs` makes a figure."""
    return f"![{shown.alt}](files/figures/{shown.name}.svg)"


def gallery(book):
    """The pictures of each chapter below its title, as Markdown, of which `outputs` makes thumbnails."""
    blocks = []
    for chapter, shown in groupby(book.shown.values(), key=lambda shown: shown.chapter):
        blocks += [f"## [{book.titles[chapter]}]({chapter}.html)", " ".join(map(picture, shown))]
    return "\n\n".join(blocks)


def disclosure_titles(book):
    """The entries of the table of contents for the disclosures that the book is about."""
    first, *others = (book.disclosures[folder] for folder in book.read)
    titles = {first.page: "The disclosure"}
    titles |= {links.page: f"The disclosure of the {links.disclosure.about['body_en']}" for links in others}
    return "\n".join(f"{title} <{page}>" for page, title in titles.items())


def disclosure_page(app, folder):
    """The page of a disclosure, as Markdown: when the chapters are read, and it is known what they show of it."""
    book = read_book(app.config.edition_root)
    links, uses = book.disclosures[folder], {}
    for chapter in (chapter for chapter, its in book.links.items() if its is links):
        for name, heading, anchor in app.env.metadata[chapter].get("stated", []):
            uses.setdefault(name, []).append((chapter, heading, anchor))
    text = DisclosurePage(links, uses, book.titles).text()
    return text if folder in book.read else f"---\norphan: true\n---\n\n{text}"


def objectives():
    """The rows of objectives.csv: what a reader can do, its level, what it needs, and the chapters that serve it."""
    with open(ROOT / "book" / "objectives.csv", encoding="utf-8", newline="") as lines:
        return [row | {k: row[k].split() for k in ("needs", "chapters")} for row in csv.DictReader(lines)]


def learning_map(book):
    """The objectives as a Markdown table: what one can do, what comes before, where, by which exercises, how long.

    Chapters that a smaller book lacks are left out.
    """
    rows, tried = objectives(), {}
    number = {row["objective"]: str(n) for n, row in enumerate(rows, 1)}
    file_of = {name[3:]: name for name in book.paths}
    opening = {row["file"].removesuffix(".ipynb"): row for row in book.chapters}
    page_of = {name[:2]: name for name in book.paths}
    for task in exercises(book.notebooks / "words"):
        if task.kind != "guess" and task.name[:2] in page_of:
            tried.setdefault(task.objective, []).append(task)
    lines = ["| No. | You can … | After | Chapters | Exercises | Minutes |", "|---:|---|---|---|---|---:|"]
    for row in rows:
        chapters, tasks = [file_of[n] for n in row["chapters"] if n in file_of], tried.get(row["objective"], [])
        served = "; ".join(f"[{book.titles[name].partition(':')[0]}]({name}.html)" for name in chapters)
        asked = ", ".join(f"[{task.number}]({page_of[task.name[:2]]}.html#exercises)" for task in tasks)
        minutes = sum(int(opening[name][part] or 0) for name in chapters for part in ("minutes", "careful"))
        minutes += sum(EXERCISES[DEPTHS[task.depth]] for task in tasks)
        after = ", ".join(number[need] for need in row["needs"])
        cells = [number[row["objective"]], row["can"], after, served, asked, str(minutes)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def practice_page(book, name):
    """The page of a notebook of practice, as Markdown: its cells, and its exercises as exercise.js looks for them."""
    parts = []
    for cell in nbformat.read(book.practice[name], as_version=4).cells:
        if cell.cell_type == "markdown":
            parts.append(re.sub(r"\((p\d-[\w-]+)\.ipynb\)", r"(\1.html)", cell.source))
        for output in cell.get("outputs", []):
            said = output.data["text/markdown"]
            if asked := output.metadata.get("exercise"):
                record = exercise(asked, book.practice[name].parent / "words").record()
                data = html.escape(json.dumps(record, ensure_ascii=False, sort_keys=True))
                said = f'<div class="exercise" data-exercise="{data}">\n\n{said}\n\n</div>'
            parts.append(said)
    return "\n\n".join(parts)


def practice_titles(book):
    """The entries of the table of contents for the practice texts."""
    return "\n".join(book.practice)


def outside_sources():
    """What data/README.md says of the disclosures of other bodies, as Markdown."""
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    return text.partition("\n## Outside sources\n")[2].partition("\n## ")[0].strip()


def chapters_first(app, env, docnames):
    """Read the chapters before the pages that tell where they show what."""
    docnames.sort(key=lambda name: (name.startswith("disclosure"), name))


def fill_page(app, docname, source):
    """Write the page of a disclosure; put into others of book/ what they ask for: {{chapters}}, {{picture NAME}} ..."""
    book = read_book(app.config.edition_root)
    if docname in book.paths:
        return
    if docname in book.practice:
        source[0] = practice_page(book, docname)
        return
    if folder := next((folder for folder, links in book.disclosures.items() if links.page == docname), None):
        source[0] = disclosure_page(app, folder)
        return
    fields = {
        "chapters": lambda: chapter_table(book.chapters),
        "disclosures": lambda: disclosure_titles(book),
        "gallery": lambda: gallery(book),
        "learning": lambda: learning_map(book),
        "practice": lambda: practice_titles(book),
        "sources": outside_sources,
        "ways": lambda: ways(book.chapters),
        "start": lambda: start(book),
        "toctree": lambda: "\n".join(f"{title.partition(':')[0]} <{name}>" for name, title in book.titles.items()),
    }

    def filled(match):
        if match[1] in fields:
            return fields[match[1]]()
        if match[2] in book.shown:
            return picture(book.shown[match[2]])
        logger.warning("asks for {{%s}}, which no notebook shows", match[1], location=docname)
        return ""

    source[0] = re.sub(r"{{(\w+|picture ([\w-]+))}}", filled, source[0])
