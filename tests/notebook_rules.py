"""The rules every notebook of the collection keeps, as functions that return the problems they find.

From the command line: `python tests/notebook_rules.py [notebooks/NN-slug.ipynb ...]` prints the problems and
exits with 1 if there are any. Without arguments it reads the whole collection, and only then applies the
rules that need all of it (a picture that no notebook shows, an exception that no notebook needs).

A rule takes a notebook and its context: `rule(nb, context) -> list[str]`. Cells are counted from 1, Markdown
cells included. What nbval itself compares is not repeated here; these rules cover what it does not see.
"""

import ast
import base64
import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import yaml
from citations import CITATION, unresolved
from citations import STATUTES as STATUTES_CITED
from nbval.plugin import metadata_tags
from prose import DATE, NUMBER, SUM, Evidence, Said, adds_up, dates, of_facts, of_table, said

from budgetbook import read_disclosure
from budgetbook.rules import load
from budgetbook.show.collection import CAREFUL, COLLAPSED, METADATA, disclosures_read, reading_time
from budgetbook.show.tables import as_html, as_text

sys.path.append(str(Path(__file__).resolve().parents[1] / "book"))
from checkout import FIGURES, NOTEBOOKS  # noqa: E402

EXCEPTIONS = Path(__file__).with_name("prose_numbers.csv")

MAX_LINES = 12  # non-blank lines of a code cell: one whole thought
MAX_RUN = 2  # code cells between two pieces of prose
STATUTES = frozenset({"预算法实施条例", "机关事务管理条例"})  # may be named without being quoted
MAX_POINT = 120  # characters of a line of the point
MIN_ALT = 40  # characters; a shorter alternative text cannot name the chart, its subject and its finding
HOSTS = frozenset()  # outside hosts that a notebook may link to: none so far
MIME_TYPES = {"image/png", "text/html", "text/markdown", "text/plain"}
OPENING = {
    "What you will learn": r"what you will learn",
    "Read first": r"read first",
    "Time (in minutes)": r"\btime\b.*\d\s*min",
    "Section": r"\bsection",
}
CLOSING = ["What we found", "What this cannot tell", "Exercises", "Next"]


@dataclass(frozen=True)
class Context:
    """What a rule may know besides the notebook's own content.

    `disclosure` is the published text of what the notebook reads, `names` are the Chinese names of its items and of
    statutes, `facts` what was read from it, `pictures` maps the file names in figures/ to their bytes, `exceptions`
    holds this notebook's rows of tests/prose_numbers.csv, and `folder` is where its relative links start.
    """

    name: str
    disclosure: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    exceptions: tuple[dict[str, str], ...] = ()
    folder: Path = NOTEBOOKS
    names: frozenset[str] = frozenset()
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    facts: tuple[dict, ...] = ()

    def where(self, number: int | None = None) -> str:
        return f"{self.name}.ipynb" + (f", cell {number}" if number else "")


def read_text(folder: Path) -> str:
    return (folder / "source.txt").read_bytes().decode("utf-8")


def read_names(folder: Path) -> set[str]:
    """The Chinese names of items by which a disclosure is read."""
    return set(load("taxonomy", folder / "notes")["zh"])


@cache
def read_facts(folder: Path) -> list[dict]:
    return read_disclosure(folder).with_labels().to_dict("records")


def read_pictures() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FIGURES.glob("*.*")) if not path.name.startswith(".")}


def read_exceptions(path: Path = EXCEPTIONS) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_words(path: Path) -> dict[tuple[str, str], str]:
    """(section, key) → template, of a notebook's words in English; what a picture says, as one."""
    path = path.parent / "words" / f"{path.stem}.en.yml"
    if not path.is_file():
        return {}
    return {
        (section, str(key)): " ".join(strings(text)) if isinstance(text, dict) else text
        for section, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        for key, text in entries.items()
    }


def strings(entry) -> Iterator[str]:
    """The texts of an entry of words, however deep."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict | list):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from strings(part)


def contexts(paths: list[Path]) -> dict[Path, Context]:
    """The context of each notebook, which is held against the disclosures that it reads, and no others."""
    pictures, rows, found = read_pictures(), read_exceptions(), {}
    for path in paths:
        read = disclosures_read(path)
        found[path] = Context(
            path.stem,
            "\n".join(map(read_text, read)),
            pictures,
            tuple(row for row in rows if row["notebook"] == path.stem),
            path.parent,
            STATUTES.union(*map(read_names, read)),
            read_words(path),
            tuple(fact for folder in read for fact in read_facts(folder)),
        )
    return found


# --- Looking at cells ---------------------------------------------------------------------------------------


def cells(nb, kind: str) -> Iterator[tuple[int, dict]]:
    return ((i, cell) for i, cell in enumerate(nb.cells, 1) if cell.cell_type == kind)


def code_cells(nb) -> Iterator[tuple[int, dict]]:
    return ((i, cell) for i, cell in cells(nb, "code") if cell.source.strip())


def outputs(nb) -> Iterator[tuple[int, dict]]:
    return ((i, output) for i, cell in cells(nb, "code") for output in cell.outputs)


def pictures(nb) -> Iterator[tuple[int, dict]]:
    return ((i, output) for i, output in outputs(nb) if "image/png" in output.get("data", {}))


def texts(nb) -> Iterator[tuple[int, str, str]]:
    """Cell number, mime type and text of everything that an output lets the reader read."""
    for i, output in outputs(nb):
        if "text" in output:
            yield i, "text/plain", output.text
        for mime, text in output.get("data", {}).items():
            if mime.startswith("text/"):
                yield i, mime, text


FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"(?<=\])\(\s*(?P<target><[^>]*>|[^\s)]*)[^)]*\)|^\s*\[[^\]]+\]:\s*(?P<definition>\S+).*$", re.M)
TAG = re.compile(r"</?([A-Za-z][\w-]*(?=[\s/>])|!)[^>]*>")


def without_fences(markdown: str) -> str:
    return FENCE.sub("", markdown)


def without_code(markdown: str) -> str:
    return CODE_SPAN.sub("", without_fences(markdown))


def headings(nb) -> list[tuple[int, int, str]]:
    """Cell number, level and text of every heading."""
    return [
        (i, len(marks), text.strip())
        for i, cell in cells(nb, "markdown")
        for marks, text in re.findall(r"^ {0,3}(#{1,6})[ \t]+(.*)$", without_fences(cell.source), re.MULTILINE)
    ]


# --- Form ---------------------------------------------------------------------------------------------------


def file_name(nb, context: Context) -> list[str]:
    if re.fullmatch(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*", context.name):
        return []
    return [f"{context.where()}: the name is not NN-slug (two digits, then lower-case words joined by hyphens)"]


def metadata(nb, context: Context) -> list[str]:
    """Nothing in a notebook may depend on the machine or the moment at which it was run."""
    problems = []
    if (nb.nbformat, nb.nbformat_minor) != (4, 5):
        problems.append(f"{context.where()}: the format is {nb.nbformat}.{nb.nbformat_minor}, not 4.5")
    if nb.metadata != METADATA:
        problems.append(f"{context.where()}: the metadata is not the normalised one: {dict(nb.metadata)}")
    ids = [cell.get("id") for cell in nb.cells]
    for i, cell in enumerate(nb.cells, 1):
        if not cell.get("id") or ids.count(cell.id) > 1:
            problems.append(f"{context.where(i)}: the cell id is missing or not unique")
        careful = cell.cell_type == "markdown" and re.match(f"#+ {CAREFUL}", cell.source)
        if bool(careful) != cell.metadata.get(COLLAPSED, False):
            problems.append(f"{context.where(i)}: what is for the careful, and only that, is collapsed ({COLLAPSED})")
        if extra := set(cell.metadata) - {"tags", COLLAPSED}:
            problems.append(f"{context.where(i)}: cell metadata that does not belong here: {sorted(extra)}")
    return problems


def heading_levels(nb, context: Context) -> list[str]:
    problems = []
    first = nb.cells[0] if nb.cells else {"cell_type": None}
    if first["cell_type"] != "markdown" or not re.match(r"# \S", first["source"]):
        problems.append(f"{context.where()}: the first cell does not begin with the title (`# ...`)")
    found = headings(nb)
    if (titles := sum(level == 1 for _, level, _ in found)) != 1:
        problems.append(f"{context.where()}: {titles} headings of level 1 instead of one")
    for (_, before, _), (i, level, text) in zip(found, found[1:], strict=False):
        if level > before + 1:
            problems.append(f"{context.where(i)}: “{text}” jumps from level {before} to {level}")
    return problems


def opening(nb, context: Context) -> list[str]:
    """The reader learns at once what the notebook teaches, needs, takes in time, and reads."""
    text = "\n".join(cell.source for _, cell in cells(nb, "markdown") if cell in nb.cells[:2])
    return [
        f"{context.where()}: the first two cells do not say “{label}”"
        for label, pattern in OPENING.items()
        if not re.search(pattern, text, re.IGNORECASE)
    ]


POINT = re.compile(r"^\*\*The point in three lines\*\*\n\n((?:\d\. .*\n(?:   .*\n)*)+)", re.MULTILINE)


def point(nb, context: Context) -> list[str]:
    """A reader who goes no further has the point, in three lines."""
    text = "\n".join(cell.source for _, cell in cells(nb, "markdown") if cell in nb.cells[:2])
    found = POINT.search(text + "\n")
    lines = [" ".join(line.split()) for line in re.split(r"^\d\. ", found[1] if found else "", flags=re.MULTILINE)[1:]]
    if len(lines) != 3:
        return [f"{context.where()}: the opening does not tell the point in three lines, but in {len(lines)}"]
    return [
        f"{context.where()}: {len(line)} characters are no line (at most {MAX_POINT}): {line}"
        for line in lines
        if len(line) > MAX_POINT
    ]


def times(nb, context: Context) -> list[str]:
    """The minutes that the opening gives are those that the words take."""
    time = reading_time(nb.cells)
    careful = f", {time['careful']} more for the careful" if time["careful"] else ""
    right = f"- **Time:** about {time['minutes']} minutes to read{careful}, {time['exercises']} for the exercises"
    if any(right in cell.source.splitlines() for cell in nb.cells[:2]):
        return []
    return [f"{context.where()}: by its words the opening should say: {right}"]


def closing(nb, context: Context) -> list[str]:
    """The closing sections exist, in their order."""
    found = [text for _, level, text in headings(nb) if level > 1]
    places = [next((i for i, text in enumerate(found) if text.startswith(title)), None) for title in CLOSING]
    problems = [
        f"{context.where()}: there is no section “{title}”"
        for title, place in zip(CLOSING, places, strict=True)
        if place is None
    ]
    if not problems and places != sorted(places):
        problems.append(f"{context.where()}: the closing sections are not in the order {', '.join(CLOSING)}")
    return problems


def cell_length(nb, context: Context) -> list[str]:
    """A cell is one whole thought, and code stands between prose: a reader meets no wall of it."""
    lengths = {i: sum(bool(line.strip()) for line in cell.source.splitlines()) for i, cell in code_cells(nb)}
    problems = [
        f"{context.where(i)}: {length} lines of code, more than {MAX_LINES}"
        for i, length in lengths.items()
        if length > MAX_LINES
    ]
    run = 0
    for i, cell in enumerate(nb.cells, 1):
        asks = cell.source.startswith("exercise(")  # a question, which is prose
        run = run + 1 if cell.cell_type == "code" and not asks else 0
        if run == MAX_RUN + 1:
            problems.append(f"{context.where(i)}: more than {MAX_RUN} code cells follow each other without prose")
    return problems


def trees(nb) -> Iterator[tuple[int, ast.Module]]:
    return ((i, ast.parse(cell.source)) for i, cell in code_cells(nb))


def ideas(nb, context: Context) -> list[str]:
    """A function of a notebook is an idea with a name: explained, asserted where it stands, and then used."""
    problems = []
    for i, tree in trees(nb):
        asserted = {
            node.id
            for a in tree.body
            if isinstance(a, ast.Assert)
            for node in ast.walk(a)
            if isinstance(node, ast.Name)
        }
        for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
            used = [
                node
                for _, other in trees(nb)
                for statement in other.body
                if not isinstance(statement, ast.Assert) and getattr(statement, "name", "") != function.name
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and node.id == function.name
            ]
            problems += [f"{context.where(i)}: {function.name} has no docstring"] * (not ast.get_docstring(function))
            problems += [f"{context.where(i)}: {function.name} is not asserted in its cell"] * (
                function.name not in asserted
            )
            problems += [f"{context.where(i)}: {function.name} is not used"] * (not used)
    return problems


SENTENCE = re.compile(r"^[A-Z“]\S* \S+ \S+ \S|[a-z]{2,} [a-z]{2,}[.!?](?: |$)|[a-z]{2,}, [a-z]{2,} [a-z]")


def words_apart(nb, context: Context) -> list[str]:
    """Sentences, captions and titles stand in the words of the notebook, not in strings glued in cells."""
    problems = []
    for i, tree in trees(nb):
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            function.body = [node for node in function.body if not is_text(node)]
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                typed = " ".join(part.value for part in node.values if isinstance(part, ast.Constant))
                if len(re.findall(r"[A-Za-z]{2,}", typed)) > 1 and " " in typed.strip():
                    problems.append(f"{context.where(i)}: words are glued in the cell: “{typed.strip()}”")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.search(node.value):
                problems.append(f"{context.where(i)}: a sentence in the code: “{node.value}”")
    return problems


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


SHOWS = {
    "text": "text",
    "say": "say",
    "lines": "say",
    "table": "tables",
    "play": "tables",
    "picture": "pictures",
}


def words_in_use(nb, context: Context) -> list[str]:
    """Every entry of the words is shown by a cell; an f-string as key stands for all keys that fit it."""
    asked = set()
    for _, tree in trees(nb):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in SHOWS
                and node.args
            ):
                key = node.args[0]
                parts = key.values if isinstance(key, ast.JoinedStr) else [key]
                typed = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in parts]
                asked.add((SHOWS[node.func.attr], "".join(typed)))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "exercise":
                asked.add(("exercises", node.args[0].value.partition("-")[2]))
    return [
        f"{context.where()}: words/{context.name}.en.yml: nothing shows {key!r} of {section}"
        for section, key in context.words
        if not any(section == where and re.fullmatch(pattern, key) for where, pattern in asked)
    ]


# --- Execution ----------------------------------------------------------------------------------------------


def execution(nb, context: Context) -> list[str]:
    """nbval passes a cell without execution count whatever it prints: the counts must be there, in order."""
    problems = []
    for expected, (i, cell) in enumerate(code_cells(nb), 1):
        if cell.execution_count != expected:
            problems.append(f"{context.where(i)}: execution count {cell.execution_count} instead of {expected}")
    for i, output in outputs(nb):
        if output.output_type == "error":
            problems.append(f"{context.where(i)}: the output is an error ({output.ename})")
        if output.get("name") == "stderr":
            problems.append(f"{context.where(i)}: something was written to stderr: {output.text.strip()[:60]}")
    if not any(outputs(nb)):
        problems.append(f"{context.where()}: there is no output at all; outputs are committed, never stripped")
    return problems


def nbval_markers(nb, context: Context) -> list[str]:
    """Only one marker is allowed, `# NBVAL_IGNORE_OUTPUT`, and only below a line `# reason: ...`.

    nbval silently ignores a marker that is not alone in its comment; here every mention of nbval counts.
    """
    problems = []
    for i, cell in cells(nb, "code"):
        if tags := sorted(set(cell.metadata.get("tags", [])) & set(metadata_tags)):
            problems.append(f"{context.where(i)}: tags that change what nbval tests: {tags}")
        lines = [line.strip() for line in cell.source.splitlines()]
        for before, line in zip(["", *lines], lines, strict=False):
            if not re.search(r"#.*(nbval|pytest_validate)", line, re.IGNORECASE):
                continue
            if line != "# NBVAL_IGNORE_OUTPUT":
                problems.append(f"{context.where(i)}: “{line}” is not an allowed marker")
            elif not re.match(r"# reason: \S", before):
                problems.append(f"{context.where(i)}: “{line}” without “# reason: ...” on the line above")
    return problems


def trailing_semicolon(nb, context: Context) -> list[str]:
    """A `;` at the end hides the cell's result, and nbval then has nothing to compare."""
    return [
        f"{context.where(i)}: the cell ends with “;”"
        for i, cell in code_cells(nb)
        if re.sub(r"(\s|#[^\n]*$)+\Z", "", cell.source, flags=re.MULTILINE).endswith(";")
    ]


# --- Outputs ------------------------------------------------------------------------------------------------


def output_types(nb, context: Context) -> list[str]:
    """Every output shows everywhere: in an untrusted JupyterLab, on a code host and in the HTML edition."""
    problems = []
    for i, output in outputs(nb):
        data = output.get("data", {})
        if extra := set(data) - MIME_TYPES:
            problems.append(f"{context.where(i)}: an output of a type that is not used here: {sorted(extra)}")
        if data and not data.get("text/plain", "").strip():
            problems.append(f"{context.where(i)}: an output without its text/plain twin")
    return problems


def picture_outputs(nb, context: Context) -> list[str]:
    """nbval does not look at pictures: they are tied to figures/, and to text twins, which nbval compares."""
    problems = []
    shown = [i for i, _ in pictures(nb)]
    problems += [f"{context.where(i)}: more than one picture in a cell" for i in set(shown) if shown.count(i) > 1]
    for i, output in pictures(nb):
        where, name = context.where(i), output.metadata.get("picture", "")
        picture, twin = output.metadata.get("image/png", {}), output.data.get("text/plain", "")
        alt = picture.get("alt", "")
        if not re.fullmatch(re.escape(context.name[:3]) + r"[a-z0-9]+(-[a-z0-9]+)*", name):
            problems.append(f"{where}: the picture's name “{name}” is not {context.name[:3]}slug")
        if len(alt) < MIN_ALT:
            problems.append(f"{where}: the alternative text is shorter than {MIN_ALT} characters: “{alt}”")
        if not (picture.get("width") and picture.get("height")):
            problems.append(f"{where}: the picture has no width and height")
        if not twin.startswith(f"Picture {name}"):
            problems.append(f"{where}: the text twin does not start with “Picture {name}”")
        if "".join(alt.split()) not in "".join(twin.split()):
            problems.append(f"{where}: the text twin, which nbval compares, lacks the alternative text")
        if f"{name}.svg" not in context.pictures:
            problems.append(f"{where}: figures/{name}.svg is missing")
        if context.pictures.get(f"{name}.png") != base64.b64decode(output.data["image/png"]):
            problems.append(f"{where}: figures/{name}.png is missing or not the picture in the notebook")
    return problems


def table_outputs(nb, context: Context) -> list[str]:
    problems = []
    for i, mime, text in texts(nb):
        if mime != "text/html":
            continue
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
            if not re.match(r"<table[^>]* class=\"budget\"", table):
                problems.append(f"{context.where(i)}: a table that the house style's helper did not make")
            if not re.search(r"<caption[^>]*>\s*\S", table):
                problems.append(f"{context.where(i)}: a table without caption")
        if re.search(r"<(style|script)|\son\w+=|\bid=", text):
            problems.append(f"{context.where(i)}: HTML output with style sheet, script or id")
    return problems


NO_RECORD = {"caption": "", "columns": [{"key": "none", "heading": "none", "numeric": False}], "rows": []}


def records(nb, context: Context) -> list[str]:
    """What the HTML edition shows of a table, its record, is what the outputs show that nbval compares."""
    problems = []
    for i, output in outputs(nb):
        data, shown = output.get("data", {}), output.get("metadata", {})
        if ("<table" in data.get("text/html", "")) != ("table" in shown):
            problems.append(f"{context.where(i)}: a table without its record, or a record without table")
        elif table := shown.get("table"):
            forms = {"text/html": as_html(table), "text/plain": as_text(table)}
            problems += [
                f"{context.where(i)}: the record of “{table['caption']}” is not what {mime} shows"
                for mime, form in forms.items()
                if data.get(mime) != form
            ]
        if "picture" in shown:
            values = shown.get("values", NO_RECORD)
            columns = [column | {"heading": column["key"]} for column in values["columns"]]
            twin = as_text(values | {"caption": "", "columns": columns})
            if f"\n\n{twin}\n\n" not in data.get("text/plain", ""):
                problems.append(f"{context.where(i)}: the record of the values is not what the text twin shows")
    return problems


NOISE = {
    "an object instead of its content": r"<[\w.]+ object(?: at 0x[0-9a-f]+)?>|\bat 0x[0-9a-f]{6,}",
    "more than six decimals": r"\d\.\d{7,}",
    "binary-float noise": r"\d\.\d*?(?:0{5,}|9{5,})\d",
    "a number in powers of ten": r"\b\d(?:\.\d+)?e[-+]\d\d",
}


def output_noise(nb, context: Context) -> list[str]:
    return [
        f"{context.where(i)}: the output shows {what}: “{match[0]}”"
        for i, _, text in texts(nb)
        for what, pattern in NOISE.items()
        if (match := re.search(pattern, text))
    ]


# --- Prose --------------------------------------------------------------------------------------------------

NOT_PLAIN = {
    "a directive": r"^\s*(?:`{3,}|~{3,}|:{3,})\s*\{|^\s*:{3,}",
    "a role": r"\{[\w:+.-]+\}`",
    "a target": r"^\([\w-]+\)=\s*$",
    "a footnote": r"\[\^[^\]]+\]",
}


def plain_markdown(nb, context: Context) -> list[str]:
    """Markdown that reads the same in JupyterLab, on a code host and in the HTML edition."""
    problems = []
    for i, cell in cells(nb, "markdown"):
        for what, pattern in NOT_PLAIN.items():
            # Directives are themselves fences, so they are looked for in the whole source.
            text = cell.source if what in ("a directive", "a role") else without_code(cell.source)
            if match := re.search(pattern, text, re.MULTILINE):
                problems.append(f"{context.where(i)}: {what} that only MyST understands: “{match[0].strip()}”")
        for match in TAG.finditer(without_code(cell.source)):
            if match[1].lower() not in {"details", "summary", "br", "small"}:
                problems.append(f"{context.where(i)}: HTML in Markdown: {match[0]}")
        for paragraph in without_code(cell.source).split("\n\n"):
            small = paragraph.count("<small>") + paragraph.count("</small>")
            if small and not (small == 2 and paragraph.startswith("<small>") and paragraph.endswith("</small>")):
                problems.append(f"{context.where(i)}: small print is a paragraph of its own: “{paragraph[:40]}”")
    return problems


def links(nb, context: Context) -> list[str]:
    """Links stay inside the checkout and arrive, or go to a host on the list."""
    problems = []
    for i, cell in cells(nb, "markdown"):
        text = without_code(cell.source)
        targets = [(m["target"] or m["definition"] or "").strip("<>") for m in LINK.finditer(text)]
        targets += re.findall(r"\bhttps?://[^\s)>]+", LINK.sub("", text))
        for target in targets:
            url = urlsplit(target)
            if url.scheme or url.netloc:
                if url.scheme != "https" or url.hostname not in HOSTS:
                    problems.append(f"{context.where(i)}: a link to a place that is not on the list: {target}")
            elif url.path.startswith("/") or "\\" in url.path:
                problems.append(f"{context.where(i)}: a link that only works on one machine: {target}")
            elif url.path and not (context.folder / unquote(url.path)).exists():
                problems.append(f"{context.where(i)}: a link to nothing: {target}")
            elif not target:
                problems.append(f"{context.where(i)}: a link without target")
    return problems


LIST_MARKER = re.compile(r"^[ \t>]*\*?(?:\d+[.)](?!\d)|[（(]\d+[)）])", re.MULTILINE)
NOT_A_CLAIM = [
    LINK,  # where a link goes
    TAG,
    LIST_MARKER,
    re.compile(r"^ {0,3}#{1,6}[ \t]+\d+[.)]?(?=\s)", re.MULTILINE),  # the ordinal of a heading
    re.compile(r"\b(?:Exercise|Question|Solution|Step|notebooks?)\s+\d+\b(?![.,]\d)", re.IGNORECASE),
    re.compile(r"\b\d(?= \([一二三四]\))"),  # the number of a section: 3 (三)
    re.compile(r"(?<=\[)\d\d\b(?=[^\[\]]*\]\(\d\d-[\w-]+\.ipynb)"),  # [01 Income](03-income.ipynb)
]
NAME = re.compile(
    r"\d\d-[a-z0-9-]+|[a-z_.]+|[a-z]+\d*(?:-[a-z0-9]+)+|[一二三四五六七八九十（）]+\d+(?:（\d+）)?|名词解释 \d+"
)  # picture, item, section
FIELD = re.compile(r"\{[^{}]*\}")  # of a template
QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
TIME = re.compile(r"^- \*\*Time:\*\*.*$", re.MULTILINE)  # of the opening; the rule `times` measures it


def numbers(text: str) -> set[Decimal]:
    """The numbers in a text, by value: 1,951.91 is 1951.91, and 12.50 is 12.5."""
    return {Decimal(number.replace(",", "")) for number in NUMBER.findall(text)}


def blank(match: re.Match) -> str:
    return " " * len(match[0])


def without_citations(text: str) -> str:
    return CITATION.sub(lambda match: match[0] if match["name"] else blank(match), text)


def prose(nb) -> Iterator[tuple[int, str]]:
    """Cell number and text of prose, blank where a number would claim nothing about the budget, or is checked apart.

    Quotations and citations are: `quotes` and `citations` hold them against the texts that they are from.
    """
    for i, cell in cells(nb, "markdown"):
        text = cell.source
        for pattern in [FENCE, CODE_SPAN, QUOTED, *NOT_A_CLAIM] + ([TIME] if i <= 2 else []):
            text = pattern.sub(blank, text)
        yield i, without_citations(text)


def evidence(nb, context: Context) -> Evidence:
    """What prose may use: the disclosure (without its list markers) and the outputs."""
    disclosure, found, shown = LIST_MARKER.sub(" ", context.disclosure), [], []
    for _, output in outputs(nb):
        metadata, text = output.get("metadata", {}), output.get("data", {}).get("text/plain", output.get("text", ""))
        if {"passage", "play", "exercise"} & set(metadata):  # the disclosure once more; amounts that are supposed
            continue
        found += [number for part in ("table", "values") if part in metadata for number in of_table(metadata[part])]
        if text.startswith("Picture "):  # the name above and the digest below say nothing about the budget
            text = text.partition("\n")[2].rpartition("\n\n")[0]
        shown.append(TAG.sub(" ", text))
        found += said(metadata["table"]["caption"] if "table" in metadata else shown[-1])
    return Evidence([*of_facts(context.facts), *said(disclosure), *found], [context.disclosure, *shown])


def excepted(text: str, claim: Said, rows: Iterable[dict[str, str]]) -> dict[str, str] | None:
    """The row of prose_numbers.csv whose words, `#` for the number, stand around a claim."""
    around = re.sub(r"\s", "", f"{text[: claim.start]}\0{text[claim.end :]}")
    return next((row for row in rows if re.sub(r"\s", "", row["words"]).replace("#", "\0") in around), None)


def meant(number: str, facts: Iterable[dict]) -> Decimal:
    """What `number` of a row of prose_numbers.csv is: `item@measure` of the disclosure, an entry of its glossary that
    defines a term, a standard, or a number typed there."""
    kind, _, key = number.partition(" ")
    if kind == "entry":
        return Decimal(load("glossary").loc[key, "definition"].split()[-1])
    if kind == "standard":
        return load("standards").loc[key, "value"]
    if number[0].isdigit():
        return Decimal(number)
    item, _, measure = number.partition("@")
    (value,) = {fact["value"] for fact in facts if (fact["item"], fact["measure"]) == (item, measure or "level")}
    return value


def prose_problems(text: str, backed: Evidence, context: Context) -> Iterator[tuple[str, int, int]]:
    """What is wrong with the numbers of a text, and where each stands."""
    for match in SUM.finditer(text):
        if not adds_up(match[0]):
            yield f"{' '.join(match[0].split())} is not so", *match.span()
    for day, *place in dates(text := SUM.sub(blank, text)):
        if day not in backed.dates:
            yield f"{day} stands neither in the disclosure nor in an output of this notebook", *place
    for claim in said(text := DATE.sub(blank, text)):
        if row := excepted(text, claim, context.exceptions):
            if claim.value != meant(row["number"], context.facts):
                yield f"{claim.value} is not {row['number']}, as prose_numbers.csv has it", claim.start, claim.end
        elif problem := backed.lacks(claim):
            yield f"{claim.value} {problem}", claim.start, claim.end


def prose_numbers(nb, context: Context) -> list[str]:
    backed = evidence(nb, context)
    return [
        f"{context.where(i)}: {problem}: “{' '.join(text[max(0, start - 60) : end + 40].split())}”"
        for i, text in prose(nb)
        for problem, start, end in prose_problems(text, backed, context)
    ]


def typed_numbers(nb, context: Context) -> list[str]:
    """A number typed into a string of the code, or into the words, is not computed, though it ends up in an output.

    Such a number must stand in the disclosure; a name (a picture's, an item's), a key, and the worked example of an
    assertion are no claims.
    """
    backed = numbers(LIST_MARKER.sub(" ", context.disclosure)) | {
        meant(row["number"], context.facts) for row in context.exceptions
    }
    shown = set()  # exercises may speak of what the chapter has computed
    for _, output in outputs(nb):
        if "exercise" not in output.get("metadata", {}):
            shown |= numbers(output.get("data", {}).get("text/plain", ""))
    typed = []
    for i, tree in trees(nb):
        tree.body = [node for node in tree.body if not isinstance(node, ast.Assert)]
        strings = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        typed += [(f"{context.where(i)}: {{}} is typed into a string", text, backed) for text in strings]
    for (section, key), text in context.words.items():
        where = f"{context.where()}: {{}} is typed into the words ({section}, {key})"
        words = FIELD.sub(" ", LIST_MARKER.sub(" ", without_citations(text)))
        typed.append((where, words, backed | shown if section == "exercises" else backed))
    return [
        f"{where.format(number)}, and does not stand in the disclosure"
        for where, text, known in typed
        if not NAME.fullmatch(text)
        for number in sorted(numbers(text) - known)
    ]


@cache
def statutes() -> list[str]:
    """The paragraphs of the cited articles: a quotation is of one of them."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(STATUTES_CITED.glob("*.md"))]
    return [paragraph for text in texts for paragraph in text.split("\n\n")]


HANZI = re.compile(r"[\u3400-\u9fff]")
# A run of Chinese that is long enough to be a quotation and not just a term.
RUN = re.compile(r"[\u3400-\u9fff0-9.，；：、“”（）]*[\u3400-\u9fff][\u3400-\u9fff0-9.，；：、“”（）]*")
MIN_QUOTE = 9


def quotes(nb, context: Context) -> list[str]:
    """A quotation in Chinese is word for word the disclosure's, or a cited statute's; … or [...] marks an omission."""
    sources = [re.sub(r"\s", "", text) for text in (context.disclosure, *statutes())]
    problems = []
    for i, cell in cells(nb, "markdown"):
        for line in re.findall(r"^[ \t]*>(.*)$", without_fences(cell.source), re.MULTILINE):
            plain = re.sub(r"<br\s*/?>|\\(?=\W)|[\s*`>]", "", line)
            pieces = [piece for piece in re.split(r"\[?(?:…|\.{3})+\]?", plain) if HANZI.search(piece)]
            in_order = re.compile(".*".join(map(re.escape, pieces)))
            if not any(in_order.search(text) for text in sources):
                lacking = [piece for piece in pieces if piece not in sources[0]] or pieces
                problems += [f"{context.where(i)}: not in the disclosure: “{piece}”" for piece in lacking]
        for run in RUN.findall(without_code(cell.source)):
            piece = run.strip("，；：、“”（）.")
            known = piece in context.names or any(piece in text for text in sources)
            if len(HANZI.findall(piece)) >= MIN_QUOTE and not known:
                problems.append(f"{context.where(i)}: neither in the disclosure nor the name of an item: “{piece}”")
    return list(dict.fromkeys(problems))


def citations(nb, context: Context) -> list[str]:
    """A citation of a statute leads to what the statute says, and the sentence speaks of that."""
    prose = "\n\n".join(without_code(cell.source) for _, cell in cells(nb, "markdown"))
    found = unresolved(prose) + [problem for text in context.words.values() for problem in unresolved(text)]
    return [f"{context.where()}: {problem}" for problem in found]


RULES = [
    file_name,
    metadata,
    heading_levels,
    opening,
    point,
    times,
    closing,
    cell_length,
    ideas,
    words_apart,
    words_in_use,
    execution,
    nbval_markers,
    trailing_semicolon,
    output_types,
    picture_outputs,
    table_outputs,
    records,
    output_noise,
    plain_markdown,
    links,
    prose_numbers,
    typed_numbers,
    quotes,
    citations,
]


# --- The collection as a whole ------------------------------------------------------------------------------


def collection(notebooks: dict[str, dict]) -> list[str]:
    """An empty collection would pass every rule above, so emptiness is a problem of its own."""
    problems = [] if notebooks else ["notebooks/: there is no notebook"]
    ordinals = [name[:2] for name in notebooks]
    return problems + [
        f"{name}.ipynb: the number {name[:2]} is taken" for name in notebooks if ordinals.count(name[:2]) > 1
    ]


def unclaimed_pictures(notebooks: dict[str, dict], files: Mapping[str, bytes]) -> list[str]:
    """Every file in figures/ is shown by exactly one notebook; a picture may have a PDF beside its SVG and PNG."""
    shown = [output.metadata.get("picture") for nb in notebooks.values() for _, output in pictures(nb)]
    problems = [f"figures/{name}.png: shown more than once" for name in sorted(set(shown)) if shown.count(name) > 1]
    expected = {f"{name}.{suffix}" for name in shown for suffix in ("svg", "png", "pdf")}
    return problems + [f"figures/{name}: no notebook shows it" for name in sorted(set(files) - expected)]


def needed(nb, context: Context) -> list[dict[str, str]]:
    """The rows of prose_numbers.csv without which a number of the notebook would be refused."""
    backed = evidence(nb, context)
    texts = [DATE.sub(blank, SUM.sub(blank, text)) for _, text in prose(nb)]
    refused = [(text, claim) for text in texts for claim in said(text) if backed.lacks(claim)]
    rows = [row for text, claim in refused if (row := excepted(text, claim, context.exceptions))]
    typed = "\n".join(typed_numbers(nb, replace(context, exceptions=())))
    return rows + [row for row in context.exceptions if f": {meant(row['number'], context.facts)} is typed" in typed]


def exceptions_in_use(notebooks: dict[str, dict], rows: list[dict[str, str]], known: Iterable[Context]) -> list[str]:
    """Every row of prose_numbers.csv has a reason and is needed."""
    problems, of_name = [], {context.name: context for context in known}
    for name in dict.fromkeys(row["notebook"] for row in rows):
        mine = tuple(row for row in rows if row["notebook"] == name)
        in_use = needed(notebooks[name], replace(of_name[name], exceptions=mine)) if name in notebooks else []
        for row in mine:
            where = f"prose_numbers.csv, {name}, {row['words']}"
            if not (row["reason"] or "").strip():
                problems.append(f"{where}: no reason given")
            if name not in notebooks:
                problems.append(f"{where}: there is no such notebook")
            elif row not in in_use:
                problems.append(f"{where}: the exception is not needed (any more)")
    return problems


def main(arguments: list[str]) -> int:
    paths = [Path(argument) for argument in arguments] or sorted(NOTEBOOKS.glob("*.ipynb"))
    notebooks = {path: nbformat.read(path, as_version=nbformat.NO_CONVERT) for path in paths}
    known = contexts(paths)
    problems = [
        problem for path, context in known.items() for rule in RULES for problem in rule(notebooks[path], context)
    ]
    if not arguments:
        named = {path.stem: nb for path, nb in notebooks.items()}
        problems += collection(named)
        problems += unclaimed_pictures(named, read_pictures())
        problems += exceptions_in_use(named, read_exceptions(), known.values())
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{len(paths)} notebooks, {len(problems)} problems", file=sys.stderr)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
