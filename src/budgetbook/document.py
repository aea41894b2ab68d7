"""The published text: a foldable view of it, its tree of sections, its numbers, its irregularities.

Of budgets this module knows only the units of money. Positions are always character offsets into the text exactly as
published, so that whatever is found can be pointed at.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass, fields
from functools import cached_property

import pandas as pd
import yaml

from budgetbook.paths import DATA, DISCLOSURES

HANZI_DIGITS = "〇一二三四五六七八九"
HANZI_NUMERAL = "〇零一二两三四五六七八九十百千"
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


def hanzi_number(text: str) -> int:
    """The integer that a Chinese numeral up to 9999, a digit string or a circled digit stands for.

    >>> [hanzi_number(n) for n in ("七", "十二", "二十", "一百零五", "12", "③")]
    [7, 12, 20, 105, 12, 3]
    """
    text = unicodedata.normalize("NFKC", text)
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        elif char == "两":
            digit = 2
        elif char in "零〇":
            digit = 0
        else:
            digit = HANZI_DIGITS.index(char)
    return total + digit


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
        step = {0: folded, 1: _to_hanzi(number), 2: f"（{_to_hanzi(number)}）", 3: str(number), 4: f"（{number}）"}.get(
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


def _to_hanzi(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else HANZI_DIGITS[tens] + "十") + (
        HANZI_DIGITS[ones] if ones else ""
    )


# ----------------------------------------------------------------------------------------------------
# Numbers

DIGITS = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")
MONEY_UNITS = "亿元|万元|千元|元|亿|万"
COUNTERS = "个|项|部分|次|家|名|人次|人|辆|台|套|期|件|类|天|场|户"
UNIT = re.compile(rf"万平方米|万(?:人次|人|户|件)|{MONEY_UNITS}|平方米|个?百分点|%|倍|{COUNTERS}")
COUNTED = re.compile(rf"([{HANZI_NUMERAL}]+)({COUNTERS})(?!百分点)")


@dataclass(frozen=True)
class Number:
    """A number of the text and what it is. `kind` is "figure" for the ones that state something."""

    start: int
    end: int
    printed: str
    kind: str  # figure, year, date, list marker, ordinal, name, word, or unaccounted
    reason: str
    view_start: int
    view_end: int


def read_numerals() -> dict[str, tuple[str, str]]:
    """`data/numerals.csv`: words that hold a Chinese numeral and state no figure → (kind, reason)."""
    with open(DATA / "numerals.csv", encoding="utf-8", newline="") as lines:
        return {row["word"]: (row["kind"], row["reason"]) for row in csv.DictReader(lines)}


def read_numbers(text: str, view: View, sections: list[Section]) -> list[Number]:
    """Every number of the text, in order: all digits and all Chinese numerals, each with its kind and a reason.

    A number that nothing accounts for comes back as kind "unaccounted", never left out.
    """
    markers = [(s.start, s.start + len(s.marker)) for s in sections if s.marker]
    words = read_numerals()
    lexical = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
    in_words = {i: m for m in lexical.finditer(view.text) for i in range(*m.span())}
    found = []

    def add(start: int, end: int, kind: str, reason: str) -> None:
        first, last = view.span(start, end)
        found.append(Number(first, last, text[first:last], kind, reason, start, end))

    for match in DIGITS.finditer(view.text):
        first, _ = view.span(*match.span())
        before, after = view.text[max(0, match.start() - 8) : match.start()], view.text[match.end() : match.end() + 8]
        if any(a <= first < b for a, b in markers):
            add(*match.span(), "list marker", "numbers a section")
        elif re.fullmatch(r"(19|20)\d\d", match.group()) and re.match(
            r"年(?!\d+月)|[-—–~至]{1,2}(?:19|20)\d\d年", after
        ):
            add(*match.span(), "year", "names a budget year, an event's year or the base of a comparison")
        elif (
            re.match(r"年\d+月", after)
            or (re.search(r"年$", before) and after.startswith("月"))
            or (re.search(r"\d月$", before) and after.startswith("日"))
        ):
            add(*match.span(), "date", "part of a calendar date")
        elif UNIT.match(view.text, match.end()) or before.endswith("为"):
            add(*match.span(), "figure", "")
        else:
            add(*match.span(), "unaccounted", "digits without a unit that the reader knows")
    for match in re.finditer(f"[{HANZI_NUMERAL}]+", view.text):
        first, _ = view.span(*match.span())
        counted = COUNTED.match(view.text, match.start())
        if any(a <= first < b for a, b in markers):
            add(*match.span(), "list marker", "numbers a section")
        elif match.start() in in_words:
            kind, reason = words[in_words[match.start()].group()]
            add(*match.span(), kind, reason)
        elif counted:
            add(*match.span(), "figure", "")
        else:
            add(*match.span(), "unaccounted", "a Chinese numeral in a word that data/numerals.csv does not list")
    for first, last in view.page_numbers:
        found.append(
            Number(first, last, text[first:last], "page number", "a line of its own at the edge of a page", 0, 0)
        )
    return sorted(found, key=lambda number: number.start)


# ----------------------------------------------------------------------------------------------------
# Irregularities of this copy


IRREGULARITIES = (
    ("conversion residue", RESIDUE.pattern, "left by a word processor; no part of the disclosure"),
    (
        "mixed bracket widths",
        r"\([^()（）\n]{1,40}）|（[^()（）\n]{1,40}\)",
        "opens in one width and closes in the other",
    ),
    ("half-width brackets", r"\([^()（）\n]{1,40}\)", "the text elsewhere writes （ ）"),
    ("half-width colon", r"(?<=[\u4e00-\u9fff]):[ \xa0\u3000]*", "the text elsewhere writes ："),
    ("full-width hyphen", r"－", "read as a hyphen"),
    (
        "space inside a figure",
        r"(?<=[\u4e00-\u9fff])[ \xa0\u3000]+\d+(?:\.\d+)?(?:[ \xa0\u3000]+(?=[\u4e00-\u9fff]))?"
        r"|\d+(?:\.\d+)?[ \xa0\u3000]+(?=[\u4e00-\u9fff])",
        "the reader takes number and unit together",
    ),
    (
        "space in a heading",
        r"(?<=、)[ \xa0\u3000]+(?=[\u4e00-\u9fff])|(?<=）)[ \xa0\u3000]+(?=[\u4e00-\u9fff])",
        "between the list marker and its title",
    ),
    ("space at the edge of a line", r"(?m)^[ \xa0\u3000]+(?=\S)|[ \xa0\u3000]+$", "layout kept as blanks"),
    (
        "unit without 元",
        r"\d[\d.,]*万(?!\s*[元\d人])",
        "printed 万 (ten thousand); the reader takes it for money, 万元, and keeps the unit as printed",
    ),
)


def read_irregularities(text: str, sections: list[Section]) -> list[dict]:
    """What this copy prints irregularly, with its place: dicts of kind, start, end, printed, note."""
    rows = [
        dict(kind=kind, start=m.start(), end=m.end(), printed=m.group(), note=note)
        for kind, pattern, note in IRREGULARITIES
        for m in re.finditer(pattern, text)
    ]
    rows += [
        dict(kind="irregular numbering", start=s.start, end=s.start + len(s.marker), printed=s.marker, note=s.note)
        for s in sections
        if s.note
    ]
    return sorted(rows, key=lambda row: (row["start"], row["kind"]))


# ----------------------------------------------------------------------------------------------------


class Document:
    """One published disclosure: its text and everything about the text that needs no knowledge of budgets."""

    def __init__(self, text: str, about: dict | None = None) -> None:
        self.text = text
        self.about = about or {}
        self.view = fold(text, self.about.get("lines", "paragraphs"))

    @classmethod
    def read(cls, name: str) -> Document:
        """Read data/disclosures/<name>.txt with its description <name>.yml.

        Raises FileNotFoundError naming what is missing, ValueError when the text is not valid UTF-8.
        """
        path, about = DISCLOSURES / f"{name}.txt", DISCLOSURES / f"{name}.yml"
        for needed in (path, about):
            if not needed.exists():
                raise FileNotFoundError(f"{needed}: not there. See data/README.md, 'Add a disclosure'.")
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: byte {error.start} is not UTF-8. Convert the file to UTF-8 first.") from error
        return cls(text, yaml.safe_load(about.read_text(encoding="utf-8")))

    @cached_property
    def section_list(self) -> list[Section]:
        return read_sections(self.text, self.view)

    @cached_property
    def number_list(self) -> list[Number]:
        return read_numbers(self.text, self.view, self.section_list)

    @cached_property
    def sections(self) -> pd.DataFrame:
        """One row a section: section, parent, level, marker, number, title, title_en, start, end, note."""
        names = self.about.get("titles_en", {})
        frame = pd.DataFrame([vars(s) for s in self.section_list], columns=[f.name for f in fields(Section)])
        frame.insert(frame.columns.get_loc("title") + 1, "title_en", [names.get(s, "") for s in frame["section"]])
        return frame

    @cached_property
    def irregularities(self) -> pd.DataFrame:
        """One row an irregularity of this copy: kind, section, start, end, printed, note."""
        rows = read_irregularities(self.text, self.section_list)
        for row in rows:
            row["section"] = self.section_at(row["start"])
        return pd.DataFrame(rows, columns=["kind", "section", "start", "end", "printed", "note"])

    def section_at(self, position: int) -> str:
        """The innermost section that holds the published position; "" before the first."""
        return next((s.section for s in reversed(self.section_list) if s.holds(position)), "")

    def passage(self, section: str) -> str:
        """The words of a section, with all that is below it, as published."""
        for s in self.section_list:
            if s.section == section:
                return self.text[s.start : s.end].strip()
        raise KeyError(f"no section {section!r}; there are {', '.join(s.section for s in self.section_list)}")
