"""Files that are archives: what they are, and their parts, unpacked within limits."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from budgetbook.sources import LARGEST_UNPACKED, Unreadable


def _archive(path: Path, content: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # a damaged archive raises what its bytes happen to lead to
        raise Unreadable(f"{path}: damaged or cut short ({error}). Download it again.") from error
    if (size := sum(part.file_size for part in archive.infolist())) > LARGEST_UNPACKED:
        raise Unreadable(f"{path}: unpacks to {size:,} bytes; at most {LARGEST_UNPACKED:,} are read.")
    return archive


def kind(path: Path, content: bytes) -> str:
    names = set(_archive(path, content).namelist())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    raise Unreadable(f"{path}: an archive that is neither a .docx nor an .xlsx file. Unpack it and name its files.")


def part(path: Path, content: bytes, name: str) -> bytes:
    """A part of the archive; raises `Unreadable` where it is damaged, larger than it says, or encrypted."""
    archive = _archive(path, content)
    try:
        with archive.open(name) as stream:
            found = stream.read(LARGEST_UNPACKED + 1)
    except Exception as error:  # as above, and an encrypted part
        raise Unreadable(f"{path}: its part {name} cannot be read ({error}). Save the file again.") from error
    if len(found) > LARGEST_UNPACKED:
        raise Unreadable(f"{path}: {name} unpacks to more than {LARGEST_UNPACKED:,} bytes.")
    return found
