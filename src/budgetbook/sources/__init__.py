"""A published file as pages of lines and tables, whatever its format: PDF, Word, web page, spreadsheet, plain text.

`open_file` looks at the content, not at the name. What it cannot read wholly it refuses with `Unreadable`, which says
why and what to do; it never gives back a part in silence. Nothing here knows of budgets.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

# Limits. The messages quote them.
LARGEST_FILE = 64 * 2**20  # bytes
LARGEST_UNPACKED = 256 * 2**20  # bytes, of what a packed file holds
MOST_PAGES = 1_000
MOST_CHARACTERS = 5_000_000
MOST_CELLS = 500_000


class Unreadable(ValueError):
    """A file that cannot be read: which, why, and what to do."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table; rows and columns count from 0, spans from 1."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Table:
    """A table as cells. `top` and `edges` are its place on the page of a PDF, in points, as the page is read."""

    cells: tuple[Cell, ...]
    top: float = 0
    edges: tuple[float, ...] = ()  # where its columns begin and the last one ends, from the left

    def grid(self) -> list[list[str]]:
        """Rows of texts; a cell that spans others stands at its first place only."""
        width = max((c.column + c.columns for c in self.cells), default=0)
        rows = [[""] * width for _ in range(max((c.row + c.rows for c in self.cells), default=0))]
        for cell in self.cells:
            rows[cell.row][cell.column] = cell.text
        return rows


@dataclass(frozen=True)
class Page:
    """A page (of a PDF), a sheet (of a spreadsheet), or the whole (of the rest): paragraphs and tables in order."""

    number: int
    blocks: tuple[str | Table, ...]
    name: str = ""
    goes_on: bool = False  # the last paragraph goes on with the first of the next page


@dataclass(frozen=True)
class File:
    """A file that was read: `kind` is pdf, docx, html, xlsx, xls or txt."""

    path: Path
    kind: str
    pages: tuple[Page, ...]
    left_out: tuple[str, ...] = ()  # what takes no part in the reading, and why: page numbers, pages that are pictures


KINDS = {"pdf": "pdf", "docx": "word", "html": "web", "xlsx": "sheet", "xls": "sheet", "txt": "plain"}


def open_file(path: str | Path) -> File:
    """Read a file. Raises `Unreadable` if it is missing, empty, too large, encrypted, a scan or unknown."""
    path = Path(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Unreadable(f"{path}: is a folder. Name the files in it.")
        if size > LARGEST_FILE:
            raise Unreadable(f"{path}: {size:,} bytes; at most {LARGEST_FILE:,} are read. Split the file.")
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}. Is the name right?") from error
    if not content.strip(b"\0 \r\n\t"):
        raise Unreadable(f"{path}: is empty. Download it again.")
    kind = _kind(path, content)
    pages = import_module(f"budgetbook.sources.{KINDS[kind]}").read(path, content)
    file = _without_furniture(File(path, kind, tuple(map(_unboxed, pages))))
    blocks = [block for page in file.pages for block in page.blocks]
    if sum(len(block) for block in blocks if isinstance(block, str)) > MOST_CHARACTERS:
        raise Unreadable(f"{path}: more than {MOST_CHARACTERS:,} characters. Split the file.")
    if sum(len(block.cells) for block in blocks if isinstance(block, Table)) > MOST_CELLS:
        raise Unreadable(f"{path}: more than {MOST_CELLS:,} cells. Keep the sheets of the disclosure only.")
    if not blocks:
        raise Unreadable(
            f"{path}: no text in it. If it is a scan (pictures of pages), have it recognised first, for instance with "
            "ocrmypdf -l chi_sim, and proofread the numbers; or ask the body for the file itself."
        )
    return file


def _kind(path: Path, content: bytes) -> str:
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return import_module("budgetbook.sources.packed").kind(path, content)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if "WordDocument".encode("utf-16-le") in content:
            raise Unreadable(f"{path}: an old Word file (.doc). Open it in a word processor and save it as .docx.")
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(f"{path}: is encrypted. Save it without a password first.")
        return "xls"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")):
        raise Unreadable(f"{path}: is a picture. Have its text recognised and proofread first, or ask for the file.")
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Unreadable(f"{path}: is an archive. Unpack it and name the files in it.")
    if re.search(rb"<(?:!doctype html|html|body|table|div|p)[\s>]", head.replace(b"\0", b""), re.IGNORECASE):
        return "html"
    return "txt"


PROSE = 60  # characters: a cell with more of them, and a full stop, is a paragraph


def _unboxed(page: Page) -> Page:
    """Without tables that only frame text: what has no two cells beside each other is lines, and so is a note below."""
    blocks: list[str | Table] = []
    for block in page.blocks:
        if isinstance(block, str):
            blocks.append(block)
            continue
        rows: dict[int, list[Cell]] = {}
        for cell in block.cells:
            if cell.text.strip():
                rows.setdefault(cell.row, []).append(cell)
        boxed = all(len(cells) == 1 for cells in rows.values())
        notes = {
            row for row, (cell, *more) in rows.items() if not more and len(cell.text) > PROSE and "。" in cell.text
        }
        lone = [row for row in sorted(rows) if len(rows[row]) == 1]
        first, last = (end((row for row in rows if len(rows[row]) > 1), default=0) for end in (min, max))
        # Where text stands around a table in one sheet, short lines are text, too, but for those right above the table.
        told = max((row for row in notes if row < first), default=-1)
        around = {row for row in lone if notes and (row < told or row > last)}
        lines = {row: rows[row][0].text for row in lone if boxed or row in notes or row in around}
        above, below = ([t for row, t in lines.items() if (row < first) == early] for early in (True, False))
        blocks += [line for text in above for line in text.splitlines() if line.strip()]
        if not boxed:
            blocks.append(replace(block, cells=tuple(cell for cell in block.cells if cell.row not in lines)))
        blocks += [line for text in below for line in text.splitlines() if line.strip()]
    return replace(page, blocks=tuple(blocks))


PAGE_NUMBER = re.compile(r"(?:第\s*)?[-—–─―－\s]*\d{1,3}[-—–─―－\s]*(?:页)?(?:\s*[/共]\s*\d{1,3}\s*页?)?")


def _without_furniture(file: File) -> File:
    """Without page numbers and running heads: the first and last lines of pages, where they are a number or repeat."""
    if file.kind != "pdf":
        return file
    edges = Counter(
        text for page in file.pages for text in {b for b in (*page.blocks[:1], *page.blocks[-1:]) if isinstance(b, str)}
    )
    often = {text for text, count in edges.items() if count >= 3 and 2 * count > len(file.pages)}
    pages, gone = [], []
    for page in file.pages:
        if not page.blocks:
            gone.append(f"page {page.number}: no text on it (it is blank, or a picture)")
        blocks = list(page.blocks)
        for at in (0, -1):
            while blocks and isinstance(line := blocks[at], str) and (PAGE_NUMBER.fullmatch(line) or line in often):
                gone.append(f"page {page.number}: “{blocks.pop(at)}”, a page number or a line on most pages")
        pages.append(replace(page, blocks=tuple(blocks)))
    return replace(file, pages=tuple(pages), left_out=(*file.left_out, *gone))
