"""PDF files with a text layer: paragraphs from the ends of lines, cells from the lines that rule a table.

The cells come from the layout alone: a ruling parts two cells, and nothing else does. What stands outside the frame of
a table is text.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw

from budgetbook.sources import MOST_PAGES, PAGE_NUMBER, Cell, Page, Table, Unreadable
from budgetbook.text import MARKER

NEAR = 3.0  # points: lines nearer to each other than this are one line
SMALLEST = 8.0  # points: full stops and digits are narrower than the characters that a line is measured in
MOST_OBJECTS = 50_000  # on one page
MOST_RULINGS = 4_000
TALLEST = 60.0  # points: rows of one table are no taller
WORD = 0.3  # of a character: what stands nearer to the one before is of the same word

# What a typesetter keeps together at the beginning of a line: brackets with what follows, numbers, closing marks.
UNBROKEN = re.compile(r"[（“《‘]*(?:[0-9A-Za-z.,%+-]+|.)?[，。；：、！？”’》）%]*")
ENDS = tuple("。；：:！？")


@dataclass
class Line:
    """A line of text on a page: its words and its place; size is the width of its last character."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


def read(path: Path, content: bytes) -> list[Page]:
    if b"%%EOF" not in content:
        raise Unreadable(f"{path}: is cut short, its end is missing; no PDF that can be read. Download it again.")
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise Unreadable(f"{path}: is encrypted. Open it with its password and print it to a new PDF.") from error
        raise Unreadable(f"{path}: no PDF that can be read ({error}). Download it again.") from error
    try:
        if len(document) > MOST_PAGES:
            raise Unreadable(f"{path}: {len(document):,} pages; at most {MOST_PAGES:,} are read. Split the file.")
        pages, scanned = [], []
        for number in range(1, len(document) + 1):
            try:
                page = document[number - 1]
                lines, tables, pictures = _page(path, number, page)
                page.close()
            except pypdfium2.PdfiumError as error:
                raise Unreadable(f"{path}, page {number}: damaged ({error}). Download it again.") from error
            if pictures and not lines and not tables:
                scanned.append(number)
            blocks, goes_on = _blocks(lines, tables)
            pages.append(Page(number, tuple(blocks), goes_on=goes_on))
        if scanned and len(scanned) > len(pages) // 2:
            some = ", ".join(map(str, scanned[:5])) + (" …" if len(scanned) > 5 else "")
            raise Unreadable(
                f"{path}: pages {some} are pictures without text (a scan). Have them recognised first, for instance "
                "with ocrmypdf -l chi_sim, and proofread the numbers."
            )
        return pages
    finally:
        document.close()


def _page(path: Path, number: int, page) -> tuple[list[Line | Table], list[Table], bool]:
    """The lines outside tables, the tables, and whether there are pictures; all in the page as it is read."""
    turn, (width, height) = page.get_rotation(), page.get_size()
    if turn in (90, 270):
        width, height = height, width  # of the page before it is turned

    def turned(x: float, y: float) -> tuple[float, float]:
        return {0: (x, y), 90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[turn]

    rulings, pictures = _rulings(path, number, page, turned)
    frames = _frames(rulings)
    text = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))

    def box(index: int) -> tuple[float, float, float, float]:
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        (x0, y0), (x1, y1) = turned(left.value, bottom.value), turned(right.value, top.value)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    lines: list[Line] = []
    line: list[tuple[int, str]] = []  # the characters of a line outside tables
    inside = [defaultdict(list) for _ in frames]

    def close() -> None:
        shown = [index for index, char in line if not char.isspace()]
        if shown:
            first, last = box(shown[0]), box(shown[-1])
            words = _whole(char for _, char in line).strip()
            lines.append(Line(words, first[0], last[2], last[1], last[2] - last[0]))
        line.clear()

    place: tuple[tuple[int, int, int, int], float] | None = None  # the cell of the character before, and its right
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        char = chr(code)
        if char in "\r\n":
            close()
            continue
        if frames and not char.isspace():  # where each character stands matters only where there is a table
            x0, y0, x1, y1 = box(index)
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            frame = next((k for k, f in enumerate(frames) if f.holds(x, y)), None)
            if frame is not None:
                cell = frames[frame].cell(x, y)
                if frames[frame].underlined and place and 0 <= x0 - place[1] + 1 < WORD * (x1 - x0) + 1:
                    cell = place[0] if place[0][0] == cell[0] else cell
                place = (cell, x1)
                inside[frame][cell].append(char)
                if frames[frame].underlined:
                    frames[frame].told(cell, x0, x1)
                continue
        place = None
        if code >= 32 and code != 0xFFFE:
            line.append((index, char))
        elif code in (2, 0xFFFE) and line:  # a hyphen at the end of a line, to PDFium
            line.append((index, "-"))
    close()
    text.close()
    tables = [f.table(cells) for f, cells in zip(frames, inside, strict=True)]
    return lines, [t for t in tables if any(c.text for c in t.cells)], pictures


def _whole(chars: Iterable[str]) -> str:
    """Characters as text: PDFium gives rare ones as two halves, and damaged files have halves alone."""
    return "".join(chars).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _ems(text: str) -> float:
    """The width of a text in sizes of its type, roughly."""
    return sum(0.56 if char.isascii() else 1 for char in text)


def _broken_off(above: Line, text: str, edge: float) -> bool:
    """Whether a line ends short of the edge only because what follows could not be broken: 支出合计 | 1,456.32万元."""
    size = (above.right - above.left) / max(_ems(above.text), 1)
    return not above.text.endswith(ENDS) and above.right + (_ems(UNBROKEN.match(text).group()) + 0.6) * size > edge


def _blocks(lines: list[Line], tables: list[Table]) -> tuple[list[str | Table], bool]:
    """Paragraphs and tables in reading order, and whether the last paragraph goes on after the page.

    A line that ends short of the margin ends its paragraph.
    """
    placed: list[tuple[float, Line | Table]] = [(line.bottom, line) for line in lines]
    if tables:  # the file may give the words of a page in another order than they stand; without tables it is right
        placed.sort(key=lambda item: -round(item[0] / NEAR))
    for table in tables:
        # Before the first line that stands below its top, so that the lines keep the order that the file gives them.
        top = table.top
        at = next((k for k, (y, _) in enumerate(placed) if y < top - NEAR), len(placed))
        placed.insert(at, (top, table))
    edge = max((line.right for line in lines), default=0)
    begin = min((line.left for line in lines), default=0)
    blocks: list[str | Table] = []
    joins = goes_on = False
    above: Line | None = None
    for _, item in placed:
        if isinstance(item, Table):
            blocks.append(item)
            joins = goes_on = False
            above = None
            continue
        text = item.text
        if PAGE_NUMBER.fullmatch(text) and item in (lines[0], lines[-1]):
            blocks.append(text)
            joins = False
            continue
        if (joins or (above and _broken_off(above, text, edge))) and not MARKER.match(text):
            blocks[-1] += text
        else:
            blocks.append(text)
        size = max(item.size, SMALLEST)
        whole = item.left < begin + 4.5 * size and item.right > edge - 2.2 * size
        joins = goes_on = whole and not text.endswith(("：", ":"))
        above = item
    return blocks, goes_on


# ----------------------------------------------------------------------------------------------------
# Rulings and cells

Ruling = tuple[float, float, float]  # where it runs, from, to


def _rulings(path: Path, number: int, page, turned) -> tuple[tuple[list[Ruling], list[Ruling]], bool]:
    """The horizontal and vertical lines of a page, drawn as lines, as thin areas, or as the sides of boxes."""
    across, down, pictures = [], [], False
    if (count := raw.FPDFPage_CountObjects(page)) > MOST_OBJECTS:
        raise Unreadable(f"{path}, page {number}: {count:,} objects; at most {MOST_OBJECTS:,} are read.")

    def add(a: tuple[float, float], b: tuple[float, float]) -> None:
        (x0, y0), (x1, y1) = turned(*a), turned(*b)
        if abs(y0 - y1) < 1 and abs(x0 - x1) > NEAR:
            across.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x0 - x1) < 1 and abs(y0 - y1) > NEAR:
            down.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    x, y, fill, stroke = ctypes.c_float(), ctypes.c_float(), ctypes.c_int(), ctypes.c_int()
    box = [ctypes.c_float() for _ in range(4)]
    for index in range(count):
        item = raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(item)
        pictures = pictures or kind == raw.FPDF_PAGEOBJ_IMAGE
        if kind != raw.FPDF_PAGEOBJ_PATH or not raw.FPDFPageObj_GetBounds(item, *box):
            continue
        left, bottom, right, top = (side.value for side in box)
        if min(right - left, top - bottom) < NEAR:  # a line, or an area as thin as one
            middle = ((left + right) / 2, (bottom + top) / 2)
            if right - left > top - bottom:
                add((left, middle[1]), (right, middle[1]))
            else:
                add((middle[0], bottom), (middle[0], top))
            continue
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if not stroke.value:
            continue  # shading
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        last = start = None
        for k in range(min(raw.FPDFPath_CountSegments(item), MOST_RULINGS)):
            segment = raw.FPDFPath_GetPathSegment(item, k)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            here = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
                start = here
            elif last:
                add(last, here)
            if raw.FPDFPathSegment_GetClose(segment) and start:
                add(here, start)
            last = here
    if len(across) + len(down) > MOST_RULINGS:
        raise Unreadable(
            f"{path}, page {number}: more than {MOST_RULINGS:,} ruled lines; it is a drawing, not a table."
        )
    return (across, down), pictures


def _joined(places: list[float]) -> list[float]:
    """Places, with those that are near each other as one."""
    found: list[list[float]] = []
    for place in sorted(places):
        if found and place - found[-1][-1] < NEAR:
            found[-1].append(place)
        else:
            found.append([place])
    return [sum(group) / len(group) for group in found]


@dataclass
class Frame:
    """A ruled table: the places of its lines, and between which cells each of them runs."""

    across: list[Ruling]
    down: list[Ruling]
    underlined: bool = False  # the verticals are not drawn: a head may stand across them

    def __post_init__(self) -> None:
        self.words: dict[tuple[int, int, int, int], tuple[float, float]] = {}
        self.xs = _joined([x for x, _, _ in self.down])
        self.ys = _joined([y for y, _, _ in self.across])  # from below
        middles_x = [(a + b) / 2 for a, b in zip(self.xs, self.xs[1:], strict=False)]
        middles_y = [(a + b) / 2 for a, b in zip(self.ys, self.ys[1:], strict=False)]
        # For each band between two horizontals: the columns at which a vertical stands; and the same the other way.
        self.starts = [[k for k, x in enumerate(self.xs) if self._runs(self.down, x, y)] for y in middles_y]
        self.tops = [[k for k, y in enumerate(self.ys) if self._runs(self.across, y, x)] for x in middles_x]

    @staticmethod
    def _runs(rulings: list[Ruling], at: float, across: float) -> bool:
        return any(abs(r[0] - at) < NEAR and r[1] - NEAR < across < r[2] + NEAR for r in rulings)

    def holds(self, x: float, y: float) -> bool:
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def cell(self, x: float, y: float) -> tuple[int, int, int, int]:
        """Row (from the top), column, rows, columns of the cell that holds a place."""
        band = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        first = max((k for k in self.starts[band] if k <= column), default=0)
        after = min((k for k in self.starts[band] if k > column), default=len(self.xs) - 1)
        # No line stands within the cell, so one that is drawn along a part of its side is its side.
        sides = {k for tops in self.tops[first:after] for k in tops}
        over = min((k for k in sides if k > band), default=len(self.ys) - 1)
        under = max((k for k in sides if k <= band), default=0)
        return len(self.ys) - 1 - over, first, over - under, after - first

    def told(self, cell: tuple[int, int, int, int], left: float, right: float) -> None:
        """Keep from where to where the words of a cell stand."""
        start, end = self.words.get(cell, (left, right))
        self.words[cell] = min(start, left), max(end, right)

    def _spanned(self, cells: dict, row: int) -> dict:
        """The cells, those of one row of heads as wide as they stand in the middle of, where heads stand below them.

        Which columns a head is for is not drawn where no verticals are. From the left, each head takes the columns
        that it is in the middle of.
        """
        heads = {cell[1]: cell for cell in cells if cell[0] == row}
        covered = {cell[1] for cell in cells if cell[0] < row < cell[0] + cell[2]}
        below = {cell[1]: "".join(chars) for cell, chars in cells.items() if cell[0] == row + 1}
        if any(re.search(r"\d", words) for words in below.values()):
            return cells  # no heads stand below: the amounts begin
        free = {k for k in range(len(self.xs) - 1) if k in below or k + 1 in below} - covered
        spanned, begin = dict(cells), 0
        for column, cell in sorted(heads.items()):
            first, last = column, column
            while first - 1 >= begin and first - 1 in free:
                first -= 1
            following = min((k for k in heads if k > column), default=len(self.xs) - 1)
            ends = [column]
            while ends[-1] + 1 < following and ends[-1] + 1 in free:
                ends.append(ends[-1] + 1)
            middle = sum(self.words[cell]) / 2
            last = min(ends, key=lambda end, first=first: abs(self.xs[first] + self.xs[end + 1] - 2 * middle))
            begin = last + 1
            if column in below and last > first:
                chars = spanned.pop(cell)
                spanned[row, first, cell[2], last + 1 - first] = chars
        return spanned

    def table(self, cells: dict) -> Table:
        found = []
        for row in (0, 1) if self.underlined else ():
            cells = self._spanned(cells, row)
        # The characters of a cell in the order of the file, which is that of reading within a cell.
        for (row, column, rows, columns), chars in sorted(cells.items()):
            found.append(Cell(row, column, _whole(chars), rows, columns))
        return Table(tuple(found), self.ys[-1], tuple(self.xs))


def _frames(rulings: tuple[list[Ruling], list[Ruling]]) -> list[Frame]:
    """The tables of a page: lines that cross or touch belong together; at least two each way make a table."""
    across, down = rulings
    group = list(range(len(across) + len(down)))

    def root(k: int) -> int:
        while group[k] != k:
            group[k] = group[group[k]]
            k = group[k]
        return k

    for i, (y, left, right) in enumerate(across):
        for j, (x, bottom, top) in enumerate(down, len(across)):
            if left - NEAR <= x <= right + NEAR and bottom - NEAR <= y <= top + NEAR:
                group[root(i)] = root(j)
    parts = defaultdict(lambda: ([], []))
    for k, ruling in enumerate(across + down):
        parts[root(k)][k >= len(across)].append(ruling)
    frames = [Frame(a, d) for a, d in parts.values() if len(a) > 1 and len(d) > 1]
    frames = [f for f in frames if len(f.xs) > 2]  # a box around one column is no table
    frames += _underlined([ruling for a, d in parts.values() if not d for ruling in a])
    return sorted(frames, key=lambda f: -f.ys[-1])


def _underlined(across: list[Ruling]) -> list[Frame]:
    """Tables without verticals: each cell is underlined of its own, so that columns part where lines end.

    Three lines at least, one below the other, whose parts end at the places where those of the first do.
    """
    rows: list[list[Ruling]] = []
    for ruling in sorted(across, reverse=True):
        if rows and rows[-1][0][0] - ruling[0] < NEAR:
            rows[-1].append(ruling)
        else:
            rows.append([ruling])
    frames, taken = [], 0
    while taken < len(rows):
        xs = _joined([x for _, *ends in rows[taken] for x in ends])
        last = taken + 1
        while last < len(rows) and rows[last - 1][0][0] - rows[last][0][0] < TALLEST:
            ends = _joined([x for _, *ends in rows[last] for x in ends])
            if last == taken + 1 and len(xs) == 2 and abs(xs[0] - ends[0]) + abs(xs[-1] - ends[-1]) < NEAR:
                xs = ends  # the first is a rule above the whole table
            if any(min(abs(x - at) for at in xs) > NEAR for x in ends):
                break
            last += 1
        if last - taken > 2 and len(xs) > 2:
            top, bottom = rows[taken][0][0], rows[last - 1][0][0]
            within = [ruling for row in rows[taken:last] for ruling in row]
            frames.append(Frame(within, [(x, bottom, top) for x in xs], underlined=True))
        taken = last
    return frames
