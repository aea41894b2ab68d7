"""Spreadsheets (.xlsx, .xls): the values that their cells show, never their formulas."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from budgetbook.sources import Cell, Page, Table, Unreadable


def read(path: Path, content: bytes) -> list[Page]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        return [_page(number, book.get_sheet_by_name(name)) for number, name in enumerate(names, 1)]
    except (CalamineError, OSError) as error:
        if "assword" in str(error) or "ncrypt" in str(error):
            raise Unreadable(f"{path}: is encrypted. Save it without a password first.") from error
        raise Unreadable(f"{path}: no spreadsheet that can be read ({error}). Save it again as .xlsx.") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the library ends on some damaged files
            raise
        raise Unreadable(f"{path}: is damaged. Save it again as .xlsx.") from error


def _page(number: int, sheet) -> Page:
    spans = {start: (end[0] - start[0] + 1, end[1] - start[1] + 1) for start, end in sheet.merged_cell_ranges or ()}
    top, left = sheet.start or (0, 0)
    cells = tuple(
        Cell(row, column, text, *spans.get((row, column), (1, 1)))
        for row, line in enumerate(sheet.to_python(skip_empty_area=True), top)
        for column, value in enumerate(line, left)
        if (text := _text(value))
    )
    return Page(number, (Table(cells),) if cells else (), sheet.name)


def _text(value) -> str:
    if isinstance(value, float):
        # Binary noise of formulas ends here: 15 digits are what a spreadsheet keeps.
        return format(value, ".15g") if abs(value) < 1e15 else str(value)
    return value.isoformat() if isinstance(value, date) else str(value).strip()
