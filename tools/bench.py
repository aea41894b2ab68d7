"""How long does it take, against what could not be faster? python tools/bench.py [--rounds N] [--to FILE]

Machines differ and are shared, so nothing here is a test and no time stands alone: everything is measured in turn in
one run, on two processors, round by round, and told as a ratio to the floor. The floor is what any tool that executes
these notebooks has to pay: as many kernels started, with the same imports, two at a time, and shut down.

Against it stand the project's nbval suite with forked and with plain kernels, nbmake and pytest-notebook on the same
notebooks, and the two steps of the build. Then how time grows with the length of a text (`tools/growth.py`), what each
stage of reading a PDF takes against taking out its text (of the example, or of BUDGETBOOK_CORPUS), the weight of the
pages, as a browser loads them, and their first paint where Chromium is installed.
"""

import argparse
import ast
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pandas as pd
from growth import growth
from jupyter_client.manager import start_new_kernel

from budgetbook.show.tables import text_table

sys.path.append(str(Path(__file__).resolve().parents[1] / "book"))
from checkout import NOTEBOOKS, ROOT  # noqa: E402

PROCESSORS = 2
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
# nbval as the suite runs it; the two others without the project's options, on as many workers.
BARE = [
    "-o",
    "addopts=",
    "-o",
    "filterwarnings=",
    "--disable-plugin-autoload",
    "-p",
    "xdist.plugin",
    "-n",
    str(PROCESSORS),
]
NBMAKE = [*PYTEST, *BARE, "-p", "nbmake.pytest_plugin", "--nbmake", "--nbmake-kernel=python3"]
PYTEST_NOTEBOOK = [*PYTEST, *BARE, "-p", "pytest_notebook.plugin", "--nb-test-files", "--nb-exec-timeout=120"]
# It compares more than outputs: what a run writes into the metadata is no difference between two tools.
PYTEST_NOTEBOOK += ["-o", "nb_diff_ignore=/metadata/language_info"]


def imports(path):
    """The import statements of a notebook, as one cell."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
    return "\n".join(ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def one_kernel(source):
    """Start a kernel in the folder of the notebooks, let it import, and shut it down."""
    manager, client = start_new_kernel(cwd=NOTEBOOKS, stderr=subprocess.DEVNULL)
    try:
        reply = client.execute_interactive(source, store_history=False, output_hook=lambda message: None)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"the floor's imports fail: {reply['content']['evalue']}")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def floor(paths):
    """What no tool can be faster than: a kernel with its imports for every notebook."""
    with ThreadPoolExecutor(PROCESSORS) as pool:
        list(pool.map(one_kernel, map(imports, paths)))


def command(arguments, allowed=(0,), kernels="forked"):
    """A command as something to be timed, with its kernels; it raises, with the end of the output, if it fails."""

    def run():
        environment = os.environ | {"BUDGETBOOK_KERNELS": kernels}
        done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode not in allowed:
            raise RuntimeError(f"{' '.join(map(str, arguments))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    return run


def measured(runs, rounds):
    """Seconds of each run, as medians over the rounds; the rounds go through all runs, so that noise hits all alike."""
    seconds = {name: [] for name in runs}
    for number in range(1, rounds + 1):
        for name, run in runs.items():
            print(f"round {number} of {rounds}: {name} ...", file=sys.stderr, flush=True)
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def times(rounds):
    """The table of times, as ratios to the floor."""
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))
    build = [sys.executable, "book/build.py"]
    runs = {
        f"floor: {len(paths)} kernels with their imports": lambda: floor(paths),
        "nbval, as in make test": command([*PYTEST, "notebooks"]),
        "nbval, with plain kernels": command([*PYTEST, "notebooks"], kernels="plain"),
        "nbmake": command([*NBMAKE, "notebooks"]),
        # 1: it finds differences, as it also compares what is not the notebook's doing; it has done its work.
        "pytest-notebook": command([*PYTEST_NOTEBOOK, "notebooks"], allowed=(0, 1)),
        "build: execute the notebooks": command([*build, "notebooks"]),
        "build: render the pages": command([*build, "html"]),
    }
    taken = measured(runs, rounds)
    least = next(iter(taken.values()))
    rows = [(name, f"{seconds / least:.2f}", f"{seconds:.1f} s") for name, seconds in taken.items()]
    return pd.DataFrame(rows, columns=["what", "times the floor", "on this machine"])


STAGES = {  # what each is told to do with `path`, in a Python of its own, so that its memory is its own
    "floor: the text of the pages": "import pypdfium2 as p; d = p.PdfDocument(path); "
    "[page.get_textpage().get_text_range() for page in d]",
    "pages, lines and tables": "from budgetbook.sources import open_file; open_file(path)",
    "facts": "import budgetbook; budgetbook.read(path).facts",
    "facts and audit": "import budgetbook; budgetbook.read(path).audit().findings",
    "only import pandas": "import pandas",
}
MEASURE = """
import pathlib, re, sys, time
path = sys.argv[1]
{warm}
begin = time.perf_counter()
{stage}
taken, status = time.perf_counter() - begin, pathlib.Path("/proc/self/status")  # its own peak, not its parent's
print(taken, re.search("VmHWM:\\s+(\\d+)", status.read_text()).group(1) if status.exists() else 0)
"""


def stages(rounds):
    """What each stage of reading takes: milliseconds a page without the imports, and the most memory with them."""
    from pypdfium2 import PdfDocument

    corpus = Path(os.environ.get("BUDGETBOOK_CORPUS", ROOT / "examples"))
    paths = sorted(corpus.glob("*.pdf"))
    pages = sum(len(PdfDocument(path)) for path in paths)
    warm = "import pypdfium2, budgetbook; budgetbook.read"
    rows = []
    for name, stage in STAGES.items():
        seconds, memory = [], 0
        for _ in range(rounds):
            taken = 0.0
            for path in paths:
                for before in (warm, ""):  # once for the time, once for the memory
                    source = MEASURE.format(warm=before, stage=stage)
                    out = subprocess.run([sys.executable, "-c", source, str(path)], capture_output=True, check=True)
                    time_taken, peak = out.stdout.split()
                    taken += float(time_taken) if before else 0
                    memory = memory if before else max(memory, int(peak) // 1024)
            seconds.append(taken)
        rows.append((name, 1000 * statistics.median(seconds) / pages, memory))
    least = rows[0][1]
    table = [
        (name, f"{ms / least:.1f}", f"{ms:.1f} ms a page", f"{memory or '?'} MB") for name, ms, memory in rows[:-1]
    ]
    table.append((rows[-1][0], "", "", f"{rows[-1][2] or '?'} MB"))
    return pd.DataFrame(table, columns=[f"{len(paths)} PDF, {pages} pages", "times the floor", "time", "memory"])


def weights(html):
    """Kilobytes that each page brings: the page itself, what it loads, and what of that only this page needs.

    Files count once; "packed" is what a server that compresses (gzip) sends of a first visit. A font is taken to be
    loaded where a page's style sheet names it.
    """
    from build import Page, css_loads, page_files

    def resolved(addresses, base):
        paths = [(base.parent / unquote(urlsplit(address).path)).resolve() for address in addresses]
        return {
            path for address, path in zip(addresses, paths, strict=True) if path.is_file() and address[:5] != "data:"
        }

    needs = {}
    for path in page_files(html):
        files = resolved(Page(path.read_text(encoding="utf-8")).loads, path)
        for sheet in [file for file in files if file.suffix == ".css"]:
            fonts = [
                url for url in css_loads(sheet.read_text(encoding="utf-8")) if urlsplit(url).path.endswith("woff2")
            ]
            files |= resolved(fonts, sheet)
        needs[path] = {file for file in files if file.suffix != ".html"}
    shared = set.intersection(*needs.values())
    rows = []
    for path, files in needs.items():
        everything = [path, *files]
        packed = sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in everything)
        own = path.stat().st_size + sum(file.stat().st_size for file in files - shared)
        total = sum(file.stat().st_size for file in everything)
        rows.append([path.stem, *(f"{size / 1024:.0f}" for size in (path.stat().st_size, own, total, packed))])
    columns = ["page", "page, kB", "and its figures", "first visit", "first visit, packed"]
    return pd.DataFrame(rows, columns=columns)


# The moment at which a page first shows something, in milliseconds from the start of its navigation.
FIRST_PAINT = """() => new Promise((done) => {
  const entries = () => performance.getEntriesByName("first-contentful-paint");
  const ask = () => entries().length ? done(entries()[0].startTime) : setTimeout(ask, 5);
  ask();
})"""
EMPTY = "<!doctype html><html lang=en><title>empty</title><p>empty"  # what no page can be faster than


def first_paints(html, rounds=5):
    """The first paint of every page in headless Chromium, from disk and from a server on this machine.

    In each round every page is opened once each way, in a browser context of its own, so with nothing kept from before;
    told are the medians, as milliseconds and as ratios to a page of one word, opened in the same rounds. None without
    Chromium.
    """
    import chromium

    from build import page_files

    if not chromium.find():
        return None
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium.serve(html) as server,
        chromium.serve(folder) as floor,
        chromium.launch() as browser,
    ):
        Path(folder, "empty.html").write_text(EMPTY, encoding="utf-8")
        pages = [path.relative_to(html).as_posix() for path in page_files(html)]
        opened = {("an empty page", "disk"): Path(folder, "empty.html").as_uri()}
        opened |= {("an empty page", "server"): f"{floor}empty.html"}
        opened |= {(page, "disk"): (Path(html) / page).as_uri() for page in pages}
        opened |= {(page, "server"): server + page for page in pages}
        taken = {key: [] for key in opened}
        for number in range(rounds + 1):  # the first round warms up, and does not count
            print(f"first paint, round {number} of {rounds} ...", file=sys.stderr, flush=True)
            for key, address in opened.items():
                with browser.new_context() as context:
                    page = context.new_page()
                    page.goto(address)
                    if (paint := page.evaluate(FIRST_PAINT)) and number:
                        taken[key].append(paint)
    median = {key: statistics.median(values) for key, values in taken.items()}
    rows = [
        [name.removesuffix(".html")]
        + [
            text
            for way in ("disk", "server")
            for text in (f"{median[name, way]:.0f}", f"{median[name, way] / median['an empty page', way]:.2f}")
        ]
        for name in ["an empty page", *pages]
    ]
    columns = ["first paint", "from disk, ms", "times an empty page", "from a server, ms", "times an empty page "]
    return pd.DataFrame(rows, columns=columns)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured (default: 3)")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # not on every system
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])
    print(text_table(times(options.rounds)), end="\n\n")
    print(text_table(growth()), end="\n\n")
    print(text_table(stages(options.rounds)), end="\n\n")
    print(text_table(weights(ROOT / "build" / "html")), end="\n\n")
    paints = first_paints(ROOT / "build" / "html")
    print("First paint: not measured, there is no Chromium here." if paints is None else text_table(paints))


if __name__ == "__main__":
    main()
