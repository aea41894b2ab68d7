"""Plain text and Markdown, in the encodings that Chinese texts come in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from budgetbook.sources import PAGE_NUMBER, Cell, Page, Table, Unreadable
from budgetbook.text import MARKER

WIDEST_LINE, SHORTEST_LINE = 80, 30  # characters
CLOSING = tuple("。；：！？.;:!?）)”》】")
CELLS = re.compile(r"\t|^\s*\|.*\|")
TABULAR = re.compile(r"\t|\S[ \u3000]{2,}\S|\|")

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def decode(path: Path, content: bytes) -> str:
    """The text, in the first encoding that fits: by its mark, UTF-16 by its zeros, UTF-8, GB18030.

    Raises `Unreadable` naming the byte that fits none.
    """
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    zeros = [content[k:4096:2].count(0) for k in (0, 1)]
    if not marked and max(zeros) > len(content[:4096]) // 20:  # digits, line ends and blanks have a zero byte
        marked = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failed = error
    raise Unreadable(
        f"{path}: byte {failed.start} is no text in {failed.encoding}. Is the file damaged, or of several encodings? "
        "Save it as UTF-8."
    )


def read(path: Path, content: bytes) -> list[Page]:
    lines = decode(path, content).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    blocks: list[str | Table] = []
    for tabular, run in groupby(filter(str.strip, lines), lambda line: CELLS.search(line) is not None):
        of_run = list(run)
        table = _table(of_run) if tabular else None
        blocks += [table] if table else _paragraphs(of_run)
    return [Page(1, tuple(blocks))]


def _table(lines: list[str]) -> Table | None:
    """Lines of cells, between tabs or as Markdown has them; None for one that stands alone."""
    rows = [line.strip().strip("|").split("|") if line.lstrip().startswith("|") else line.split("\t") for line in lines]
    rows = [row for row in rows if not all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in row)]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    cells = (Cell(y, x, text.strip()) for y, row in enumerate(rows) for x, text in enumerate(row) if text.strip())
    return Table(tuple(cells))


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """The lines of each paragraph as one, where it runs over several, as in text taken from a PDF.

    A page number between two of them follows the paragraph as a line of its own.
    """
    widths = sorted(len(line.strip()) for line in lines)
    width = widths[len(widths) * 9 // 10] if widths else 0  # of full lines, if most are of one width
    paragraph, numbers = "", []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if paragraph and PAGE_NUMBER.fullmatch(line.strip()):
            numbers.append(line)
            last = paragraph
        else:
            paragraph += line.strip() if paragraph else line
            last = line
        following = "" if PAGE_NUMBER.fullmatch(following.strip()) and not _goes_on(last, "中", width) else following
        if PAGE_NUMBER.fullmatch(following.strip()) or (following and _goes_on(last, following, width)):
            continue
        yield from [paragraph, *numbers]
        paragraph, numbers = "", []


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether a line ends within a sentence that the next one goes on with; a table, a heading or a list does not."""
    line, following = line.strip(), following.strip()
    if line.endswith(CLOSING) or MARKER.match(following) or TABULAR.search(line) or TABULAR.search(following):
        return False
    sentence = re.search("[，。、；]", line) is not None and len(line) >= SHORTEST_LINE
    return line.endswith(("，", "、")) or sentence or (20 <= width <= WIDEST_LINE and len(line) >= 0.8 * width)
