"""The collection: what the opening of each notebook says of it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pandas as pd

PARTS = {
    "title": r"^# (.+)$",
    "question": r"^\*([^*].+)\*$",
    "section": r"\*\*Section of the disclosure:\*\* (.+)$",
    "minutes": r"\*\*Time:\*\* about (\d+) minutes",
    "first": r"\*\*Read first:\*\* ((?:.|\n(?!- ))+)",
}


def read_opening(path: Path) -> dict:
    """What a notebook says of itself in its first two cells: file, title, question, section, minutes, and first.

    `first` lists the files of the notebooks to read before; the rest is text, "" where the opening does not say it.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"][:2]
    opening = "\n".join("".join(cell["source"]) for cell in cells)
    found = {part: re.search(pattern, opening, re.MULTILINE) for part, pattern in PARTS.items()}
    row = {"file": path.name} | {part: match[1] if match else "" for part, match in found.items()}
    return row | {"said": row["first"], "first": re.findall(r"\((\d\d-[\w-]+\.ipynb)\)", row["first"])}


def disclosures_read(path: Path) -> list[Path]:
    """The folders of the disclosures that a notebook reads, in order: the constants given to `read_disclosure`."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    calls = [node for tree in code for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [c.args[0] for c in calls if isinstance(c.func, ast.Name) and c.func.id == "read_disclosure" and c.args]
    read = [folder.value for folder in given if isinstance(folder, ast.Constant)]
    return [(path.parent / folder).resolve() for folder in dict.fromkeys(read)]


def read_collection(folder: str | Path = ".") -> pd.DataFrame:
    """The notebooks of a folder in reading order, by name without number: title, question, section, minutes, first.

    folder: by default the one in which the notebook that asks lies and runs. `first` lists the notebooks to read before
    this one. Raises FileNotFoundError where there is no notebook, ValueError for an opening that lacks a part.
    """
    paths = sorted(Path(folder).glob("[0-9][0-9]-*.ipynb"))
    if not paths:
        raise FileNotFoundError(f"{Path(folder).resolve()}: no notebook NN-slug.ipynb is there; name their folder")
    rows = []
    for path in paths:
        row = read_opening(path)
        if lacking := [part for part in PARTS if not row["said" if part == "first" else part]]:
            raise ValueError(f"{path.name}: the opening does not say: {', '.join(lacking)}")
        first = [file[3:].removesuffix(".ipynb") for file in row["first"]]
        rows.append({"notebook": path.stem[3:]} | row | {"minutes": int(row["minutes"]), "first": first})
    return pd.DataFrame(rows).set_index("notebook").drop(columns=["file", "said"])
