"""The text as a reader takes it in: folded to one width, in sections, cut into clauses, sentences and paragraphs.

Positions are always character offsets into the text exactly as published, so that whatever is found can be pointed at.
Nothing here knows of budgets.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from budgetbook.numbers import HANZI_NUMERAL, hanzi_number, numeral

# One hanzi, for a character class; and a run of Chinese with the punctuation that belongs to it.
HANZI = r"\u3400-\u9fff\uf900-\ufaff"
_AROUND = rf"[\u3000-\u303f{HANZI}\uff00-\uffef“”]*"
CHINESE = re.compile(rf"{_AROUND}[{HANZI}]{_AROUND}")
# Characters that the same document writes in two widths; the folded view has one of them.
FOLD = str.maketrans("(),:;", "（），：；")
BLANKS = " \xa0\u3000\t"


@dataclass(frozen=True)
class View:
    """The text as a reader takes it in: one width of digits and punctuation, no spaces, no broken lines.

    `text[i]` stands at `positions[i]` in the published text. Line ends that close a paragraph are kept.
    """

    text: str
    positions: tuple[int, ...]
    page_numbers: tuple[tuple[int, int], ...] = ()  # published ranges of lines left out

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The published range [start, end) of the folded range [start, end)."""
        return self.positions[start], self.positions[end - 1] + 1


def fold(text: str, lines: str = "paragraphs") -> View:
    """Fold widths and spaces of `text` away, keeping track of where each character came from.

    lines: "paragraphs" when each line of the file is a paragraph, "wrapped" when paragraphs run over several lines
    (as text taken from a PDF does): then a line end survives only after closing punctuation or before a list marker,
    and a line that holds nothing but a page number is left out.
    """
    chars, positions = [], []
    wide = unicodedata.normalize("NFKC", text) if len(unicodedata.normalize("NFKC", text)) == len(text) else text
    for i, char in enumerate(text):
        char = unicodedata.normalize("NFKC", char) if "！" <= char <= "～" or char == "\xa0" else char
        if char in ",:;()" and not (char == "," and re.match(r"\d,\d{3}(?!\d)", wide[i - 1 : i + 5])):
            char = char.translate(FOLD)
        if char != "\n" and char.isspace():
            # A space is layout, except between two numbers, which it keeps apart.
            if not (
                chars and (chars[-1].isdecimal() or chars[-1] in ".,") and text[i + 1 :].lstrip(BLANKS)[:1].isdecimal()
            ):
                continue
            char = " "
        if char != " " or chars[-1] != " ":
            chars.append(char)
            positions.append(i)
    if lines != "wrapped":
        return View("".join(chars), tuple(positions))
    return _unwrapped(text, "".join(chars), positions)


def _unwrapped(text: str, folded: str, positions: list[int]) -> View:
    """Join the lines of a paragraph, without the lines that hold a page number."""
    lines, pages, offset = [], [], 0
    for line in folded.split("\n"):
        if re.fullmatch(r"-?\d{1,3}-?", line):
            first, last = positions[offset], positions[offset + len(line) - 1] + 1
            # A page number stands apart: an empty line before or after it, or the end of the page.
            if re.search(r"(\n[ \t]*\n[ \t]*|^\s*)$", text[:first]) or re.match(
                r"[ \t]*(\n[ \t]*\n|\n?\f|\s*$)", text[last:]
            ):
                pages.append((first, last))
                offset += len(line) + 1
                continue
        if line:
            lines.append((offset, line))
        offset += len(line) + 1
    chars, kept = [], []
    for (start, line), (_, following) in zip(lines, [*lines[1:], (0, "")], strict=False):
        end = start + len(line)
        closes = line.endswith(tuple("。；：！？")) or MARKER.match(following) is not None or not following
        glue = "\n" if closes else " " if line[-1].isdecimal() and following[:1].isdecimal() else ""
        chars.append(line + (glue if end < len(folded) else ""))
        kept += positions[start : end + (1 if glue and end < len(folded) else 0)]
    return View("".join(chars), tuple(kept), tuple(pages))


# ----------------------------------------------------------------------------------------------------
# Sections

# Styles of list markers, outermost first. The first group is the number.
STYLES = (
    rf"第([{HANZI_NUMERAL}]+)部分",
    rf"([{HANZI_NUMERAL}]+)、",
    rf"（([{HANZI_NUMERAL}]+)）",
    r"(\d{1,2})[.、．](?!\d)",
    r"（(\d{1,2})）",
    r"([①-⑳])",
)
MARKER = re.compile("|".join(f"(?:{style})" for style in STYLES))
# Residue that a converter left in front of a marker must not hide the marker.
RESIDUE = re.compile(r"\[[A-Za-z]+[:：][^\]\n]{0,40}\]")
# Headings that Chinese disclosures print without a number.
UNNUMBERED = re.compile(r"(名词解释|目录|附件|附表)[：。]?$")


@dataclass(frozen=True)
class Section:
    """One node of the tree of sections. `start`–`end` covers the section with everything below it."""

    section: str  # path as a reader would cite it: 三（二）1
    parent: str
    level: int
    marker: str  # as printed; "" for a heading without number
    number: int
    title: str
    start: int
    end: int
    note: str  # what is irregular about the numbering, "" if nothing

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end


def _title(rest: str) -> str:
    """The heading that follows a marker: up to a colon, or a short line that is no sentence; else nothing."""
    line = rest.split("\n", 1)[0]
    head, colon, _ = line.partition("：")
    if colon and len(head) <= 20 and not re.search("[，。；]", head):
        return head
    longest = 8 if line.endswith("。") else 20  # 其他事项。 is a heading, a longer line with a full stop is a sentence
    line = line.rstrip("。")
    return line if len(line) <= longest and not re.search("[，。；]", line) else ""


def read_sections(text: str, view: View) -> list[Section]:
    """The tree of sections, in order of appearance, with the numbering that the document should have had.

    A marker is read by its style unless its number does not continue its own series but does continue the series of
    an open outer level: then it is taken for that level and the section says so in `note`.
    """
    found: list[dict] = []
    open_: list[dict] = []  # one section per open level, outermost first
    for line in re.finditer(r"[^\n]+", view.text):
        residue = RESIDUE.match(view.text, line.start())
        begin = residue.end() if residue else line.start()
        marker = MARKER.match(view.text, begin, line.end())
        note = ""
        if marker:
            level = next(k for k, group in enumerate(marker.groups()) if group)
            number = hanzi_number(marker.group(level + 1))
            own = next((s for s in open_ if s["level"] == level), None)
            if number != (own["number"] + 1 if own else 1):
                outer = [s for s in open_ if s["number"] + 1 == number and s["level"] != level]
                if outer:
                    level = outer[-1]["level"]
                    note = f"the marker is of another style than its neighbours; read as number {number} of their list"
                else:
                    note = f"number {number} does not continue the list"
            rest = view.text[marker.end() : line.end()]
        elif UNNUMBERED.match(view.text, begin, line.end()):
            level, number = 1, 0
            rest = view.text[begin : line.end()]
        else:
            continue
        open_ = [s for s in open_ if s["level"] < level]
        printed = text[slice(*view.span(marker.start(), marker.end()))] if marker else ""
        folded = marker.group() if marker else ""
        title = _title(rest)
        # A reader cites a section by one style a level, whatever the width or the style of the printed marker.
        step = {0: folded, 1: numeral(number), 2: f"（{numeral(number)}）", 3: str(number), 4: f"（{number}）"}.get(
            level, folded
        )
        parent = open_[-1]["section"] if open_ else ""
        # Below a heading that ends in a letter a number is set off by a space: 名词解释 8.
        gap = " " if level == 3 and parent and not parent.endswith("）") else ""
        path = parent + gap + step if marker else title
        again = sum(s["path"] == path for s in found) + 1  # a text may number two lists alike
        node = dict(
            path=path,
            section=f"{path}#{again}" if again > 1 else path,
            parent=parent,
            level=level,
            marker=printed,
            number=number,
            title=title,
            start=view.positions[begin],
            note=note,
        )
        found.append(node)
        open_.append(node)
    sections = []
    for k, node in enumerate(found):
        later = (s["start"] for s in found[k + 1 :] if s["level"] <= node["level"])
        end = next(later, len(text))
        sections.append(Section(end=end, **{key: value for key, value in node.items() if key != "path"}))
    return sections
