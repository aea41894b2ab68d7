"""The collection: what the opening of each notebook says of it, how long its words take, and its normal form."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import pandas as pd

PARTS = {
    "title": r"^# (.+)$",
    "question": r"^\*([^*].+)\*$",
    "section": r"\*\*Section of the disclosure:\*\* (.+)$",
    "minutes": r"\*\*Time:\*\* about (\d+) minutes to read",
    "careful": r"\*\*Time:\*\* .*?(\d+) more for the careful",
    "exercises": r"\*\*Time:\*\* .*?(\d+) for the exercises",
    "first": r"\*\*Read first:\*\* ((?:.|\n(?!- ))+)",
}
OPTIONAL = {"careful"}  # not every notebook has sections for the careful
CAREFUL = "For the careful"  # so begin the headings of sections that most readers may pass over
COLLAPSED = "jp-MarkdownHeadingCollapsed"  # by which JupyterLab knows that a section is folded
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
WORDS_A_MINUTE = 200  # a little slower than adults read (238, Brysbaert 2019, doi:10.1016/j.jml.2019.104047): figures
SECONDS = {"picture": 20, "table": 15}  # to look at one
ASKS = re.compile(r"^\*\*(?:\d+\.\d+ )?((?:Read|Compute|Which|Argue)[^*]+)\*\*", re.MULTILINE)
EXERCISES = {"Read it off.": 2, "Compute it.": 5, "Which holds?": 2, "Argue it.": 8}  # minutes, by kind


def read_opening(path: Path) -> dict:
    """What a notebook says of itself in its first two cells: file, title, question, section, first, and three times.

    The times are in minutes: `minutes` to read it, `careful` for the sections that fold, `exercises`. `first` lists the
    files of the notebooks to read before; the rest is text, "" where the opening does not say it.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"][:2]
    opening = "\n".join("".join(cell["source"]) for cell in cells)
    found = {part: re.search(pattern, opening, re.MULTILINE) for part, pattern in PARTS.items()}
    row = {"file": path.name} | {part: match[1] if match else "" for part, match in found.items()}
    return row | {"said": row["first"], "first": re.findall(r"\((\d\d-[\w-]+\.ipynb)\)", row["first"])}


def reading_time(cells: list[dict]) -> dict[str, int]:
    """The minutes that cells take by their words, up to the next five: `minutes` to read, `careful`, `exercises`.

    Counted are the English words of prose, of computed sentences and of passages, not code, folds and Chinese; a table
    and a picture take the seconds of SECONDS, an exercise by its kind.
    """
    spent = dict.fromkeys(("minutes", "careful", "exercises"), 0.0)
    for part, text, seconds in _parts(cells):
        if part == "exercises":
            spent[part] += sum(EXERCISES[kind] for kind in ASKS.findall(text))
            continue
        plain = re.sub(r"\]\([^)]*\)|<details>.*?</details>", " ", text, flags=re.DOTALL)
        spent[part] += len(re.findall(r"[A-Za-z0-9][\w.,’'-]*", plain)) / WORDS_A_MINUTE + seconds / 60
    return {part: 5 * ceil(minutes / 5) for part, minutes in spent.items()}


def _parts(cells: list[dict]) -> Iterator[tuple[str, str, int]]:
    """What there is to read, in pieces: which of the times it takes, its words, the seconds to look at the rest."""
    part, depth = "minutes", 0
    for cell in cells:
        if cell["cell_type"] == "code":
            for output in cell["outputs"]:
                seconds = sum(SECONDS.get(kind, 0) for kind in output.get("metadata", {}))
                yield part, "".join(output.get("data", {}).get("text/markdown", "")), seconds
            continue
        for piece in re.split(r"^(?=#+ )", "".join(cell["source"]), flags=re.MULTILINE):
            heading = re.match(r"(#+) (.*)", piece)
            if heading and (part == "minutes" or len(heading[1]) <= depth):
                careful, exercises = heading[2].startswith(CAREFUL), heading[2].startswith("Exercises")
                part, depth = "careful" if careful else "exercises" if exercises else "minutes", len(heading[1])
            yield part, piece, 0


def normalise(notebook: dict) -> dict:
    """Remove from a notebook, in place, what depends on machine or moment: versions, timings, how output was chunked.

    notebook: as JSON, or as nbformat has it. What stands in the metadata of outputs to describe them stays.
    """
    notebook["metadata"] = METADATA
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        if cell["cell_type"] == "markdown":  # JupyterLab folds what most readers may pass over, as the pages do
            careful = re.match(f"#+ {CAREFUL}", "".join(cell["source"]))
            cell["metadata"] = {COLLAPSED: True} if careful else {}
            continue
        outputs = []
        for output in cell.get("outputs", []):
            last = outputs[-1] if outputs else {}
            if output["output_type"] == "stream" and output.get("name") == last.get("name"):
                last["text"] += output["text"]
                continue
            if "data" in output:  # keep what describes the data, and the records of tables
                kept = {
                    "caption",
                    "exercise",
                    "parts",
                    "passage",
                    "picture",
                    "play",
                    "table",
                    "to_copy",
                    "values",
                    "words_of",
                    *output["data"],
                }
                output["metadata"] = {key: value for key, value in output["metadata"].items() if key in kept}
            outputs.append(output)
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs
    return notebook


def disclosures_read(path: Path) -> list[Path]:
    """The folders of the disclosures that a notebook reads, in order: the constants given to `read_disclosure`."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    calls = [node for tree in code for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [c.args[0] for c in calls if isinstance(c.func, ast.Name) and c.func.id == "read_disclosure" and c.args]
    read = [folder.value for folder in given if isinstance(folder, ast.Constant)]
    return [(path.parent / folder).resolve() for folder in dict.fromkeys(read)]


def read_collection(folder: str | Path = ".") -> pd.DataFrame:
    """The notebooks of a folder in reading order, by name without number: what `read_opening` tells of each.

    folder: by default the one in which the notebook that asks lies and runs. `first` lists the notebooks to read before
    this one. Raises FileNotFoundError where there is no notebook, ValueError for an opening that lacks a part.
    """
    paths = sorted(Path(folder).glob("[0-9][0-9]-*.ipynb"))
    if not paths:
        raise FileNotFoundError(f"{Path(folder).resolve()}: no notebook NN-slug.ipynb is there; name their folder")
    rows = []
    for path in paths:
        row = read_opening(path)
        needed = [part for part in PARTS if part not in OPTIONAL]
        if lacking := [part for part in needed if not row["said" if part == "first" else part]]:
            raise ValueError(f"{path.name}: the opening does not say: {', '.join(lacking)}")
        first = [file[3:].removesuffix(".ipynb") for file in row["first"]]
        times = {part: int(row[part] or 0) for part in ("minutes", "careful", "exercises")}
        rows.append({"notebook": path.stem[3:]} | row | times | {"first": first})
    return pd.DataFrame(rows).set_index("notebook").drop(columns=["file", "said"])
