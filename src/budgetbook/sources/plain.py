"""Plain text and Markdown, in the encodings that Chinese texts come in."""

from __future__ import annotations

import codecs
from pathlib import Path

from budgetbook.sources import Page, Unreadable

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
    return [Page(1, tuple(line for line in lines if line.strip()))]
