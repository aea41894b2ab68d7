"""Word files (.docx): their own XML, without entities and without anything from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from budgetbook.sources import Cell, Page, Table, Unreadable, packed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What was deleted in a document with tracked changes, and what is another form of what stands beside it.
UNSEEN = {f"{W}del", f"{W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def read(path: Path, content: bytes) -> list[Page]:
    xml = packed.part(path, content, "word/document.xml")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Unreadable(f"{path}: declares entities, which no Word file needs. Save it again in a word processor.")
    try:
        body = ElementTree.fromstring(xml).find(f"{W}body")
    except ElementTree.ParseError as error:
        raise Unreadable(f"{path}: its text is damaged ({error}). Save it again in a word processor.") from error
    try:
        return [Page(1, tuple(_blocks(body if body is not None else [])))]
    except RecursionError as error:
        raise Unreadable(f"{path}: its parts lie in each other too deep to be read. Save it again as .docx.") from error


def _blocks(parent) -> Iterator[str | Table]:
    for child in parent:
        if child.tag == f"{W}p":
            yield from filter(str.strip, _text(child).split("\n"))
        elif child.tag == f"{W}tbl":
            yield _table(child)
        elif child.tag not in UNSEEN:
            yield from _blocks(child)  # content controls, and what else may hold paragraphs


def _text(node) -> str:
    if node.tag in UNSEEN or node.tag == f"{W}instrText":
        return ""
    if node.tag == f"{W}t":
        return node.text or ""
    if node.tag in (f"{W}br", f"{W}cr"):
        return "\n"
    return "\t" if node.tag == f"{W}tab" and not len(node) else "".join(map(_text, node))


def _table(node) -> Table:
    cells: list[Cell] = []
    open_: dict[int, int] = {}  # column → the cell that goes on below in it
    for row, line in enumerate(node.iter(f"{W}tr")):
        column = 0
        for cell in line.findall(f"{W}tc"):
            properties = cell.find(f"{W}tcPr")
            span, merge = (None, None) if properties is None else map(properties.find, (f"{W}gridSpan", f"{W}vMerge"))
            width = (
                int(number) if span is not None and re.fullmatch(r"\d{1,3}", number := span.get(f"{W}val", "")) else 1
            )
            if merge is not None and merge.get(f"{W}val") != "restart" and column in open_:
                above = cells[open_[column]]
                cells[open_[column]] = Cell(above.row, column, above.text, row - above.row + 1, above.columns)
            else:
                text = "".join(_text(paragraph) for paragraph in cell.iter(f"{W}p"))
                open_[column] = len(cells)
                cells.append(Cell(row, column, text.strip(), 1, width))
            column += width
    return Table(tuple(cells))
