"""Make the book: derived tables, executed notebooks, pictures and the HTML edition.

    python book/build.py [--jobs N] [--check] {all,tables,notebooks,html}

Every step is deterministic: run twice on one tree, it writes the same bytes.
"""

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import kernels  # before nbformat

# isort: split
import nbformat
from checkout import FIGURES, NOTEBOOKS, ROOT, alone, disclosures
from edition.contents import read_book
from edition.pictures import with_dark_form
from fontTools import subset
from fontTools.ttLib import TTFont
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from selectolax.lexbor import LexborHTMLParser
from tqdm import tqdm

from budgetbook.disclosure import write_derived
from budgetbook.show.collection import normalise

BOOK = Path(__file__).resolve().parent
BUILD = ROOT / "build"
EXAMPLE = ROOT / "examples" / "your-own-disclosure.ipynb"
PRACTICE, SOLUTIONS = ROOT / "practice", ROOT / "solutions"  # of which a learner's copy has the first
FONTS = ROOT / "src" / "budgetbook" / "show" / "fonts"
EPOCH = "1609459200"  # 1 January 2021: whatever Sphinx would date, it dates the same every time


def page_files(html):
    """The pages of the edition; the theme leaves templates of its own in _static."""
    return sorted(p for p in Path(html).rglob("*.html") if "_static" not in p.relative_to(html).parts)


def notebook_files(folder):
    """The notebooks NN-slug.ipynb in reading order (of practice: pN-slug.ipynb)."""
    return sorted(Path(folder).glob("[0-9p][0-9]-*.ipynb"))


# ---------------------------------------------------------------------------------------------- notebooks


def execute(path, done=lambda: None):
    """Execute one notebook and write it back, normalised, if its bytes changed.

    `done` is called after each code cell. Returns None, or a message that says which cell failed, why, and
    what to do; the file is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    at = {"index": 0}
    # No folder of kernel specifications is searched: "python3" is always the Python that runs this script.
    manager = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=120,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # not the warning that a local kernel talks unencrypted
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=lambda cell, cell_index: at.update(index=cell_index),
        on_cell_executed=lambda cell, cell_index, execute_reply: done(),
    )
    with tempfile.TemporaryDirectory() as profile:  # a reader's own IPython start-up files stay out
        environment = os.environ | {"PYTHONHASHSEED": "0", "IPYTHONDIR": profile}
        environment.pop("MPLBACKEND", None)
        try:
            asyncio.run(client.async_execute(env=environment, cleanup_kc=True))
        except DeadKernelError as error:
            return _failure(path, notebook, at["index"], kernels.death(manager) or error)
        except Exception as error:
            return _failure(path, notebook, at["index"], error)
    text = nbformat.writes(normalise(notebook)).rstrip("\n") + "\n"
    if text.encode() != path.read_bytes():
        draft = path.with_suffix(".ipynb.new")
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    return None


def _failure(path, notebook, index, error):
    cell = notebook.cells[index] if notebook.cells else {"source": ""}
    reason = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error)
    count = cell.get("execution_count")
    return (
        f"{path.name}, cell {index + 1} of {len(notebook.cells)}{f' (In [{count}])' if count else ''}\n"
        f"    source:  {next(iter(cell['source'].splitlines()), '')}\n"
        f"    error:   {' '.join(reason.split()) or type(error).__name__}\n"
        f"    next:    open {path} in JupyterLab (make lab), run it down to this cell and correct it;\n"
        f"             then run: python book/build.py notebooks. The file was left as it was."
    )


def run_notebooks(notebooks=NOTEBOOKS, jobs=None):
    """Execute all notebooks of a folder, `jobs` at a time (default: processors). Returns error messages."""
    paths = notebook_files(notebooks)
    if not paths:
        return [f"No notebook NN-slug.ipynb in {notebooks}."]
    code = {p: [c for c in nbformat.read(p, as_version=4).cells if c.cell_type == "code"] for p in paths}
    cells = {p: sum(c.source.strip() != "" for c in code[p]) for p in paths}
    terminal = sys.stderr.isatty()
    finished = 0

    with tqdm(total=sum(cells.values()), unit="cell", disable=not terminal) as bar:

        def one(path):
            nonlocal finished
            start = time.perf_counter()

            def done():
                bar.set_postfix_str(path.stem, refresh=False)
                bar.update()

            error = execute(path, done)
            finished += 1
            if error:
                tqdm.write(f"[{finished}/{len(paths)}] {path.stem}  FAILED", file=sys.stderr)
            elif not terminal:
                took = time.perf_counter() - start
                print(f"[{finished}/{len(paths)}] {path.stem}  {cells[path]} cells  {took:.1f} s", flush=True)
            return error

        with ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
            errors = [error for error in pool.map(one, paths) if error]
    return errors


def picture_names(path):
    """The names of the pictures that a notebook's stored outputs show, and whether there is a narrow one of each."""
    outputs = [o for cell in nbformat.read(path, as_version=4).cells for o in cell.get("outputs", [])]
    shown = [output.metadata for output in outputs if "picture" in output.get("metadata", {})]
    return [(metadata["picture"], "narrow" in metadata["image/png"]) for metadata in shown]


def check_pictures(notebooks=NOTEBOOKS, pictures=FIGURES):
    """Messages for pictures without a file, files without a picture, and names used twice or out of place."""
    errors, owner, wanted = [], {}, set()
    for path in notebook_files(notebooks):
        for name, narrow in picture_names(path):
            if name[:3] != path.name[:3]:
                errors.append(f"{path.name} shows picture {name}: its name must start with {path.name[:3]}")
            if name in owner:
                errors.append(f"{path.name} shows picture {name}, as {owner[name]} does: rename one of them.")
            owner[name] = path.name
            wanted |= {f"{name}.svg", f"{name}.png"} | ({f"narrow/{name}.svg"} if narrow else set())
    folder = Path(pictures)
    found = {p.name for p in folder.glob("[0-9][0-9]-*") if p.suffix in {".svg", ".png"}}
    found |= {f"narrow/{p.name}" for p in folder.glob("narrow/*.svg")}
    errors += [f"figures/{n} is missing: run python book/build.py notebooks." for n in sorted(wanted - found)]
    errors += [f"figures/{n} is written by no notebook any more: delete it." for n in sorted(found - wanted)]
    return errors


# --------------------------------------------------------------------------------------------------- HTML


def stage(root, source):
    """Copy what Sphinx reads to the new folder `source`: the pages of book/, the notebooks, a page for each disclosure.

    To `source`/files go the pictures and what every page leads to; the extension adds what the notebooks lead to.
    """
    shutil.copytree(BOOK, source, ignore=shutil.ignore_patterns("*.py", "_*", "edition"))
    for path in notebook_files(root / "notebooks"):
        shutil.copyfile(path, source / path.name)
    for links in read_book(str(root)).disclosures.values():
        (source / f"{links.page}.md").touch()  # the extension writes it
    for name in read_book(str(root)).practice:
        (source / f"{name}.md").touch()
    shutil.copytree(root / "figures", source / "files" / "figures", ignore=shutil.ignore_patterns(".*"))
    for path in (source / "files" / "figures").rglob("*.svg"):
        path.write_text(with_dark_form(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    for name in ("LICENSE", "LICENSE-TEXT.md", "CITATION.cff"):
        shutil.copyfile(ROOT / name, source / "files" / name)


class Page(HTMLParser):
    """What one page shows and asks for: text, images, identifiers, links, and what the browser loads."""

    def __init__(self, text):
        super().__init__()
        self.text, self.ids, self.links, self.loads, self.bare_images = [], set(), [], [], []
        self.silent = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = {k: v or "" for k, v in attrs}
        if tag in {"script", "style"}:
            self.silent = tag
        self.ids |= {attrs.get("id"), attrs.get("name")}
        self.text += [attrs.get("alt", ""), attrs.get("placeholder", "")]
        self.loads += [attrs[k] for k in ("src", "poster", "data", "action", "background") if k in attrs]
        self.loads += [part.split()[0] for part in attrs.get("srcset", "").split(",") if part.strip()]
        self.loads += css_loads(attrs.get("style", ""))
        for key in ("href", "xlink:href"):
            if key in attrs:
                (self.links if tag == "a" else self.loads).append(attrs[key])
        if tag == "img" and not attrs.get("alt", "").strip():
            self.bare_images.append(attrs.get("src", ""))

    def handle_endtag(self, tag):
        if tag == self.silent:
            self.silent = None

    def handle_data(self, data):
        if self.silent is None:
            self.text.append(data)
        else:
            self.loads += css_loads(data) if self.silent == "style" else js_loads(data)


def css_loads(text):
    """Addresses that a style sheet loads."""
    return re.findall(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""", text)


def js_loads(text):
    """Addresses on other hosts that a script loads, as far as they are written out in it."""
    call = r"""(?:fetch|import|importScripts|Worker|open)\(\s*|\.(?:src|href)\s*=\s*|\bfrom\s*"""
    return re.findall(rf"""(?:{call})["'`]((?:https?:|wss?:)?//[^"'`]+)""", text)


def check_pages(html):
    """Messages for what in a folder of pages needs another host, leads nowhere, or is not described."""
    html, errors, pages = Path(html), [], {}
    for path in page_files(html):
        pages[path.resolve()] = Page(path.read_text(encoding="utf-8"))
    loads = {path: page.loads for path, page in pages.items()}
    for path in sorted(html.rglob("*.css")):
        loads[path.resolve()] = css_loads(path.read_text(encoding="utf-8"))
    for path in sorted(html.rglob("*.js")):
        loads[path.resolve()] = js_loads(path.read_text(encoding="utf-8"))
    for path in sorted(html.rglob("*.svg")):
        loads[path.resolve()] = Page(path.read_text(encoding="utf-8")).loads

    for path, addresses in loads.items():
        name = path.relative_to(html.resolve()).as_posix()
        for address in addresses:
            parts = urlsplit(address)
            if parts.netloc or parts.scheme not in {"", "data"}:
                errors.append(f"{name} loads {address} from another host: put the file into the book.")
    for path, page in pages.items():
        name = path.relative_to(html.resolve()).as_posix()
        errors += [f"{name} shows {src} without alternative text." for src in page.bare_images]
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                errors.append(f"{name} links to {link}, which does not exist.")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                errors.append(f"{name} links to {link}: no heading there has that name.")
    return list(dict.fromkeys(errors))


BOLD = "h1, h2, h3, h4, h5, h6, strong, b, th, dt, summary, caption, figcaption, a.number, a.figure"
FIRST_CJK = 0x2E80


def embed_fonts(html, fonts=FONTS):
    """Write the font, cut down to the characters of the pages, to `html`. Returns error messages."""
    html, errors = Path(html), []
    pages = {path: path.read_text(encoding="utf-8") for path in page_files(html)}
    used = {path: set("".join(Page(page).text)) - set("\t\r\n") for path, page in pages.items()}
    wanted = set().union(*map(chr, range(0x20, 0x7F)), *used.values())
    # Few hanzi are ever bold: the others of that weight would be a sixth of what a first visit loads.
    bold = {c for page in pages.values() for node in LexborHTMLParser(page).css(BOLD) for c in node.text()}
    of_weight = {"Regular": wanted, "Bold": {c for c in wanted if ord(c) < FIRST_CJK or c in bold}}
    target = html / "_static" / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for licence in sorted(p for p in Path(fonts).iterdir() if p.suffix == ".txt"):
        shutil.copyfile(licence, target / licence.name)
    for weight in ("Regular", "Bold"):
        font = TTFont(Path(fonts) / f"BudgetbookSans-{weight}.otf", recalcTimestamp=False)
        wanted = of_weight[weight]
        missing = wanted - set(map(chr, font.getBestCmap()))
        for path in sorted(used):
            for c in sorted(used[path] & missing):
                errors.append(
                    f"{path.relative_to(html).as_posix()} shows {c!r} (U+{ord(c):04X}), for which "
                    f"BudgetbookSans-{weight} has no glyph: write it otherwise, or add it to the font."
                )
        options = subset.Options(flavor="woff2", layout_features=["*"], name_IDs=["*"], hinting=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(wanted - missing)))
        subsetter.subset(font)
        subset.save_font(font, target / f"BudgetbookSans-{weight}.woff2", options)
    return errors


def built(root=ROOT):
    """When the last change was made, from git and not from the clock: two builds of one commit say the same.

    An archive of the notebooks (tools/release.py) has no git; there it stands in a file.
    """
    note = Path(root) / "book" / "built.txt"
    if note.is_file():
        return note.read_text(encoding="utf-8").strip()
    command = ["git", "log", "-1", "--abbrev=7", "--format=%cs (commit %h)"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.stdout.strip() or "of an unknown date (no git history here)"


def render_html(root=ROOT, build=BUILD, fonts=FONTS):
    """Render the stored outputs of the notebooks of a folder to `build`/html. Returns error messages."""
    root, build = Path(root).resolve(), Path(build)
    notebooks = notebook_files(root / "notebooks")
    source, html, work = build / "source", build / "html", build / "doctrees"
    for folder in (source, html, work, build / "jupyter_execute"):
        shutil.rmtree(folder, ignore_errors=True)  # no page of an earlier build may survive
    build.mkdir(parents=True, exist_ok=True)
    stage(root, source)
    print(f"Rendering {len(notebooks)} notebooks with Sphinx ...", flush=True)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", BOOK, "-d", work]
    environment = os.environ | {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": EPOCH, "BUDGETBOOK_BUILT": built(root)}
    if subprocess.run([*command, "-D", f"edition_root={root}", source, html], env=environment).returncode:
        return ["Sphinx stopped at the warnings above. Correct them; then run: python book/build.py html"]
    (html / ".buildinfo").unlink(missing_ok=True)
    (html / "notebooks").mkdir()
    for path in notebooks:  # for the download button
        shutil.copyfile(path, html / "notebooks" / path.name)
    shutil.copytree(source / "files", html / "files")
    (html / ".nojekyll").touch()  # GitHub Pages would else leave out the folders with an underscore
    errors = embed_fonts(html, fonts) + check_pages(html)
    if not errors:
        print(f"Open {html / 'index.html'} ({len(list(html.glob('*.html')))} pages)")
    return errors


# --------------------------------------------------------------------------------------------------- main


def git_status():
    """What git reports as changed or new, one line each."""
    if not (ROOT / ".git").exists():
        sys.exit("This needs a git checkout, to tell what is changed; this folder is none.")
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main(argv=None):
    """Run the command line; the value is the exit code."""
    parser = argparse.ArgumentParser(description="Make the tables, notebooks, pictures and HTML edition.")
    parser.add_argument("step", nargs="?", default="all", choices=["all", "tables", "notebooks", "html"])
    parser.add_argument("--jobs", type=int, metavar="N", help="notebooks at a time (default: processors)")
    parser.add_argument("--check", action="store_true", help="fail if it changes a file of a clean checkout")
    options = parser.parse_args(argv)
    kernels.prepare()
    if options.check and (changed := git_status()):
        print(f"--check needs a clean checkout, but git reports:\n{changed}", file=sys.stderr)
        return 1

    errors = []
    if options.step in {"all", "tables"}:
        for folder in disclosures():
            write_derived(folder)
        if SOLUTIONS.is_dir():
            subprocess.run([sys.executable, ROOT / "tools" / "seal.py"], check=True)
    if options.step in {"all", "notebooks"}:
        errors = run_notebooks(jobs=options.jobs) or check_pictures()
        if EXAMPLE.is_file() and not errors:
            errors = list(filter(None, [execute(EXAMPLE)]))
        for folder in (PRACTICE, SOLUTIONS):
            errors = errors or (run_notebooks(folder, jobs=options.jobs) if folder.is_dir() else [])
    if options.step in {"all", "html"} and not errors:
        errors = render_html()
    if options.check and not errors and (changed := git_status()):
        errors = [f"The build changed files; look at the changes, commit or correct them:\n{changed}"]
    for error in errors:
        print(f"\nERROR  {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    with alone(BUILD):
        sys.exit(main())
