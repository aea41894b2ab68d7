"""Saved web pages: what they show as text, and their tables. Nothing is fetched and nothing runs."""

from __future__ import annotations

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from budgetbook.sources import Cell, Page, Table
from budgetbook.sources.plain import decode

UNSEEN = "script, style, noscript, template, head, iframe, object, svg, select, [hidden]"
INLINE = {"a", "abbr", "b", "em", "font", "i", "o:p", "s", "small", "span", "strong", "sub", "sup", "u", "-text"}
LONGEST_CELL = 800  # characters
DECLARED = re.compile(rb"charset=[\"']?\s*(?:gb2312|gbk|gb18030)", re.IGNORECASE)


def read(path: Path, content: bytes) -> list[Page]:
    if DECLARED.search(content[:4096]) and not content.startswith(b"\xef\xbb\xbf"):
        text = content.decode("gb18030", errors="strict") if _fits(content) else decode(path, content)
    else:
        text = decode(path, content)
    tree = LexborHTMLParser(text)
    for node in tree.css(UNSEEN):
        node.decompose()
    blocks: list[str | Table] = []
    line: list[str] = []

    def close() -> None:
        if words := re.sub(r"[ \t\r\n]+", " ", "".join(line)).strip():
            blocks.append(words)
        line.clear()

    # Not by recursion: pages may be nested deeper than Python's stack.
    todo: list[LexborNode | None] = [tree.body or tree.root]
    while todo:
        node = todo.pop()
        if node is None:  # the end of a block
            close()
        elif node.tag == "-text":
            line.append(node.text_content or "")
        elif node.tag == "table" and not _lays_out(node):
            close()
            blocks.append(_table(node))
        else:
            children = list(node.iter(include_text=True))
            if node.tag not in INLINE:
                close()
                children.append(None)
            todo += reversed(children)
    close()
    return [Page(1, tuple(blocks))]


def _lays_out(table: LexborNode) -> bool:
    """Whether a table only places what a page holds: other tables, headings, lists, or more than a cell ever says."""
    if table.css_first("table table, td table, h1, h2, h3, h4, ul, ol") is not None:
        return True
    return any(len(cell.text()) > LONGEST_CELL for cell in table.css("td, th"))


def _fits(content: bytes) -> bool:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _span(node: LexborNode, name: str) -> int:
    value = node.attributes.get(name) or ""
    return min(max(int(value), 1), 100) if re.fullmatch(r"\d{1,4}", value) else 1


def _table(node: LexborNode) -> Table:
    cells, taken = [], set()
    for row, line in enumerate(node.css("tr")):
        column = 0
        for cell in line.css("td, th"):
            while (row, column) in taken:
                column += 1
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            taken |= {(row + i, column + j) for i in range(rows) for j in range(columns)}
            cells.append(Cell(row, column, re.sub(r"\s+", " ", cell.text()).strip(), rows, columns))
            column += columns
    return Table(tuple(cells))
