"""Make the teacher's pack: python tools/teach.py [--to FOLDER] [--no-pdf]

Writes to build/teach: the guide; slides and worksheets of each chapter, made from the notebooks as they are committed;
the worksheets once more with answers, from the executed solutions; a sheet of terms, Chinese and English, on two pages;
the sheet to hang up; the learner's pack, which is the project without its solutions. Pages stand alone and ask for
nothing. Worksheets and terms are also printed as PDF, which needs Chromium (a message says so if there is none).
"""

import argparse
import html
import re
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt

import budgetbook
from budgetbook.exercises import practice_lines
from budgetbook.rules import load
from budgetbook.show.collection import read_opening
from budgetbook.show.report import embedded_font

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "book"), str(Path(__file__).resolve().parent)]
import chromium  # noqa: E402
import release  # noqa: E402
from checkout import FIGURES, NOTEBOOKS, ROOT  # noqa: E402
from edition.pictures import without_head  # noqa: E402

import build  # noqa: E402

TEACH = build.BUILD / "teach"
SOLUTIONS, PRACTICE = ROOT / "solutions", ROOT / "practice"
MARKDOWN = MarkdownIt("commonmark").enable("table")
NOT_FOR_LEARNERS = re.compile(r"^(solutions/|tests/|tools/|CHANGELOG\.md|CONTRIBUTING\.md)")
OWN = Path(__file__).resolve().parent / "teach"  # styles and the script of the slides
NAME = f"<p class='faint'>Name: {'_' * 24}</p>"
HAN = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]+")


def said(text):
    """Plain text as HTML, with what is Chinese marked."""
    return HAN.sub(lambda run: f'<span lang="zh-Hans">{run[0]}</span>', html.escape(text))


def rendered(text):
    """Markdown as HTML; links to notebooks and pages, which are not beside it, become their words."""
    text = re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", text)
    return MARKDOWN.render(text)


def page(title, body, style="", script=""):
    """A page that stands alone, with its hanzi in a font of its own. style, script: files of tools/teach."""
    own = "".join((OWN / name).read_text(encoding="utf-8") for name in ("page.css", style) if name)
    keys = f"<script>\n{(OWN / script).read_text(encoding='utf-8')}</script>\n" if script else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{embedded_font(title + body)}{own}</style></head>\n"
        f"<body>\n{body}\n{keys}</body></html>\n"
    )


def cells(path):
    return nbformat.read(path, as_version=4).cells


def outputs(path):
    """The outputs of a notebook with data, in order."""
    return [output for cell in cells(path) for output in cell.get("outputs", []) if "data" in output]


def section_of(path, heading):
    """The Markdown below a heading of a notebook, up to the next heading."""
    text = "\n\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    found = re.search(rf"^## {re.escape(heading)}[^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def point(path):
    """The point in three lines of a chapter, as Markdown."""
    found = re.search(r"\*\*The point in three lines\*\*\n\n(.*?)(?=\n\n-|\Z)", cells(path)[0].source, re.DOTALL)
    return found[1] if found else ""


def tasks(path, guesses=False):
    """The exercises of a notebook as its outputs ask them, as Markdown."""
    asked = [output for output in outputs(path) if "exercise" in output.metadata]
    return [o.data["text/markdown"] for o in asked if guesses or not o.metadata["exercise"].endswith("-0")]


def slides(path, to):
    """Write the slides of a chapter, and the pictures that they show."""
    about, shown = read_opening(path), []
    shown.append(
        f"<h1>{said(about['title'])}</h1><p>{said(about['question'])}</p><p class='faint'>{said(about['section'])}</p>"
    )
    shown.append(f"<h2>The point in three lines</h2>{rendered(point(path))}")
    for output in outputs(path):
        if output.metadata.get("exercise", "").endswith("-0"):
            shown.append(f"<h2>Before you look</h2>{rendered(output.data['text/markdown'])}")
        elif name := output.metadata.get("picture"):
            whole, head = (
                (FIGURES / f"{name}.svg").read_text(encoding="utf-8"),
                output.metadata["image/png"].get("head", 0),
            )
            (to / "figures" / f"{name}.svg").write_text(without_head(whole, head), encoding="utf-8", newline="\n")
            caption = output.metadata.get("caption") or {}
            alt = html.escape(" ".join(output.metadata["image/png"]["alt"].split()))
            finding = f"<p>{said(caption['finding'])}</p>" if caption.get("finding") else ""
            title = said(caption.get("title") or "")
            shown.append(f"<h2>{title}</h2><img src='figures/{name}.svg' alt='{alt}'>{finding}")
    shown += [f"<h2>Exercise</h2>{rendered(task)}" for task in tasks(path)]
    shown.append(f"<h2>What this cannot tell</h2>{rendered(section_of(path, 'What this cannot tell'))}")
    body = "\n".join(
        f"<section>{slide}<p class='number'>{n} / {len(shown)}</p></section>" for n, slide in enumerate(shown, 1)
    )
    (to / f"{path.stem}.html").write_text(page(about["title"], body, "slides.css", "slides.js"), encoding="utf-8")


def passage(path):
    """The passages that a chapter shows, in both languages, as HTML."""
    found = [o.data["text/markdown"] for o in outputs(path) if "passage" in o.metadata]
    return "".join(f"<div>{rendered(text)}</div>" for text in found)


def worksheet(path, answers=False):
    """The worksheet of a chapter as HTML: question, passage, exercises with room, or with their answers."""
    about = read_opening(path)
    parts = [f"<h1>{said(about['title'])}</h1><p>{said(about['question'])}</p>{NAME}"]
    parts += [passage(path), "<h2>Exercises</h2>"]
    return "".join(parts) + exercises_of(path, answers)


def practice_sheet(path, answers=False):
    """The worksheet of a practice text."""
    text = "\n>\n".join(
        f"> **{n}** {zh}\n>\n> {en}" for n, (zh, en) in enumerate(practice_lines(practised(path), PRACTICE), 1)
    )
    title = cells(path)[0].source.splitlines()[0].removeprefix("# ")
    head = f"<h1>{said(title)}</h1>{NAME}"
    return f"{head}{rendered(text)}<h2>Questions</h2>{exercises_of(path, answers)}"


def practised(path):
    """The name of the text that a notebook of practice is about."""
    return re.search(r'practice_text\("(\w+)"\)', "\n".join(cell.source for cell in cells(path)))[1]


def exercises_of(path, answers):
    if answers:
        solved = [o.data["text/markdown"] for o in outputs(SOLUTIONS / path.name) if "text/markdown" in o.data]
        return "".join(f"<div class='task answer'>{rendered(text)}</div>" for text in solved)
    lines = {"in your own words": 6, "choose one": 0}
    parts = []
    for task in tasks(path):
        room = next((count for form, count in lines.items() if f"*({form})*" in task), 2)
        parts.append(f"<div class='task'>{rendered(task)}{'<div class=line></div>' * room}</div>")
    return "".join(parts)


def terms():
    """The sheet of terms: Chinese, pinyin, English, what it means, by group."""

    def line(row):
        names = f"{said(row.zh)} <b>{html.escape(row.pinyin)}</b> <strong>{said(row.en)}.</strong>"
        return f"<p>{names} {said(row.plain)}</p>"

    parts = []
    for group, own in load("glossary").groupby("group", sort=False):
        parts += [f"<h2>{said(group.capitalize())}</h2>", *(line(row) for row in own.itertuples() if row.zh)]
    return f"<h1>Terms of a department budget, Chinese and English</h1><div class='terms'>{''.join(parts)}</div>"


def learners_files():
    """The files of the project that learners get: all but what holds answers, or is for who works on the project."""
    files = {name: data for name, data in release.project_files().items() if not NOT_FOR_LEARNERS.match(name)}
    return files | {"README.md": (OWN / "for-learners.md").read_bytes()}


def printed(folder, names, report, browser=None):
    """Print pages as PDF beside them, in a browser that runs already if there is one."""
    from pdf import settle

    stamp = build.built(ROOT)
    with chromium.launch() if browser is None else nullcontext(browser) as running:
        for name in names:
            shown = running.new_page()
            shown.goto((folder / f"{name}.html").resolve().as_uri())
            shown.evaluate("document.fonts.ready.then(() => {})")
            pdf = shown.pdf(prefer_css_page_size=True, tagged=True, print_background=True)
            (folder / f"{name}.pdf").write_bytes(settle(pdf, stamp, f"budgetbook, {stamp}"))
            shown.close()
            report(f"{name}.pdf")


def teach(to=TEACH, with_pdf=True, report=lambda text: print(text, flush=True), browser=None):
    """Write the pack. Returns what could not be made, and why."""
    to = Path(to)
    shutil.rmtree(to, ignore_errors=True)
    (to / "slides" / "figures").mkdir(parents=True)
    chapters = sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))
    practice = sorted(PRACTICE.glob("p[0-9]-*.ipynb"))
    for number, path in enumerate(chapters, 1):
        slides(path, to / "slides")
        report(f"[{number}/{len(chapters)}] slides of {path.stem}")
    for name, answers in (("worksheets", False), ("worksheets-with-answers", True)):
        sheets = [worksheet(path, answers) for path in chapters] + [practice_sheet(path, answers) for path in practice]
        body = "\n".join(f"<div class='sheet{'' if answers else ' blank'}'>{sheet}</div>" for sheet in sheets)
        (to / f"{name}.html").write_text(page(name.replace("-", " ").capitalize(), body), encoding="utf-8")
    guide = rendered((SOLUTIONS / "guide.md").read_text(encoding="utf-8"))
    (to / "guide.html").write_text(page("Teaching with this book", guide), encoding="utf-8")
    (to / "terms.html").write_text(page("Terms", terms(), "terms.css"), encoding="utf-8")
    for kind in ("pdf", "svg"):
        shutil.copyfile(FIGURES / f"01-budget-on-one-page.{kind}", to / f"sheet-to-hang-up.{kind}")
    name = f"{release.NAME}-{budgetbook.__version__}-learners"
    stamp = build.built(ROOT)
    release.pack(to / f"{name}.zip", name, learners_files() | {"book/built.txt": f"{stamp}\n".encode()}, stamp)
    report(f"learner's pack: {name}.zip")
    if with_pdf and chromium.find():
        printed(to, ["worksheets", "worksheets-with-answers", "guide", "terms"], report, browser)
    elif with_pdf:
        return [f"No PDF was made. {chromium.MISSING}"]
    return []


def main(argv=None):
    """Run the command line; the value is the exit code."""
    parser = argparse.ArgumentParser(description="Make the teacher's pack.")
    parser.add_argument("--to", type=Path, default=TEACH, metavar="FOLDER", help="it is emptied first")
    parser.add_argument("--no-pdf", action="store_true", help="only pages, no PDF")
    options = parser.parse_args(argv)
    messages = teach(options.to, not options.no_pdf)
    for message in messages:
        print(f"\n{message}", file=sys.stderr)
    print(f"Open {options.to / 'guide.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
