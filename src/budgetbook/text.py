"""The text as a reader takes it in: folded to one width, in sections, cut into clauses, sentences and paragraphs.

Positions are always character offsets into the text exactly as published, so that whatever is found can be pointed at.
Nothing here knows of budgets.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from budgetbook.numbers import HANZI_NUMERAL, LISTED, hanzi_number, numeral

# One hanzi, for a character class; and a run of Chinese with the punctuation that belongs to it.
HANZI = r"\u3400-\u9fff\uf900-\ufaff"
_AROUND = rf"\u3000-\u303f{HANZI}\uff00-\uffef“”"
CHINESE = re.compile(rf"(?<![{_AROUND}])(?=[{_AROUND}]*[{HANZI}])[{_AROUND}]+")
# Characters that show nothing, for a character class: marks of byte order and direction, joiners, soft hyphens,
# variation selectors, fillers, controls. They are layout, like blanks. (Unicode's Default_Ignorable_Code_Point, and
# the controls that are no blanks.)
INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# Characters that the same document writes in two widths; the folded view has one of them.
RADICALS = "\u2f00-\u2fd5"  # which some PDFs give for the characters that look like them: ⽀ for 支
_WIDE = (0xA0, *range(ord("！"), ord("～") + 1), *range(0x2F00, 0x2FD6))
_WIDTHS = {full: unicodedata.normalize("NFKC", chr(full)) for full in _WIDE}
_FOLD = str.maketrans("(),:;.", "（），：；。")
# The comma of 3,121.42 stays, and so does a point, but for one that ends a sentence of hanzi.
_FOLDED = re.compile(
    rf"(?!(?<=\d),\d{{3}}(?!\d))[(),:;]|(?<=[{HANZI}）)％%”])\.(?=[ \t\u3000]?(?:[{HANZI}（(“]|\d{{4}}年|\n|$))"
)


def marked(text: str) -> str:
    """HTML-escaped text whose Chinese passages say that they are Chinese, for screen readers and for the font.

    >>> marked("万元 <b>")
    '<span lang="zh-Hans">万元</span> &lt;b&gt;'
    """
    return CHINESE.sub(lambda m: f'<span lang="zh-Hans">{m.group()}</span>', html.escape(text, quote=False))


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

    def at(self, position: int) -> int:
        """The folded position of a published one: of the first character that stands there or later."""
        return bisect_left(self.positions, position)


def fold(text: str, lines: str = "paragraphs") -> View:
    """Fold widths, spaces and invisible characters of `text` away, keeping track of where each character came from.

    lines: "paragraphs" when each line of the file is a paragraph, "wrapped" when paragraphs run over several lines
    (as text taken from a PDF does): then a line end survives only after closing punctuation or before a list marker,
    and a line that holds nothing but a page number is left out.
    """
    shown = (i for i, char in enumerate(text) if not _INVISIBLE.match(char))
    plain = _INVISIBLE.sub("", text).translate(_WIDTHS)
    plain = _FOLDED.sub(lambda match: match.group().translate(_FOLD), plain)
    chars, positions, space = [], [], None
    for i, char in zip(shown, plain, strict=True):
        if char != "\n" and char.isspace():
            # A space is layout, except between two numbers, which it keeps apart.
            if space is None and chars and (chars[-1].isdecimal() or chars[-1] in ".,"):
                space = i
            continue
        if space is not None and char.isdecimal():
            chars.append(" ")
            positions.append(space)
        space = None
        chars.append(char)
        positions.append(i)
    view = View("".join(chars), tuple(positions))
    return _unwrapped(text, view) if lines == "wrapped" else view


# A page number stands apart: an empty line before or after it, or the end of the text or the page.
_BLANKS = rf"[ \t{INVISIBLE}]*+"
_APART = re.compile(rf"{_BLANKS}\n{_BLANKS}\n|[\s{INVISIBLE}]*+$")
_PAGE_ENDS = re.compile(rf"{_BLANKS}\n?\f")


def _unwrapped(text: str, view: View) -> View:
    """Join the lines of a paragraph, without the lines that hold a page number."""
    lines, pages, offset, backwards = [], [], 0, text[::-1]
    for line in view.text.split("\n"):
        if re.fullmatch(r"-?\d{1,3}-?", line):
            first, last = view.span(offset, offset + len(line))
            if _APART.match(backwards, len(text) - first) or _APART.match(text, last) or _PAGE_ENDS.match(text, last):
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
        glue = glue if end < len(view.text) else ""
        chars.append(line + glue)
        kept += view.positions[start : end + len(glue)]
    return View("".join(chars), tuple(kept), tuple(pages))


# ----------------------------------------------------------------------------------------------------
# Sections

# Styles of list markers, outermost first. The first group is the number.
STYLES = (
    rf"第([{HANZI_NUMERAL}]{{1,7}})部分",
    rf"([{HANZI_NUMERAL}]{{1,7}})、",
    rf"（([{HANZI_NUMERAL}]{{1,7}})）",
    r"(\d{1,2})[.、．](?!\d)",
    r"（(\d{1,2})）",
    r"([①-⑳])",
)
MARKER = re.compile("|".join(f"(?:{style})" for style in STYLES))
# Residue that a converter left in front of a marker must not hide the marker.
RESIDUE = re.compile(r"\[[A-Za-z]{1,40}[:：][^\]\n]{0,40}\]")
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
    found: list[Section] = []
    open_: list[int] = []  # which of them are open, one a level, outermost first
    paths: Counter[str] = Counter()
    for line in re.finditer(r"[^\n]+", view.text):
        residue = RESIDUE.match(view.text, line.start())
        begin = residue.end() if residue else line.start()
        marker = MARKER.match(view.text, begin, line.end())
        note = ""
        if marker:
            level = next(k for k, group in enumerate(marker.groups()) if group)
            number = hanzi_number(marker.group(level + 1))
            numbers = {found[index].level: found[index].number for index in open_}
            if number != numbers.get(level, 0) + 1:
                outer = [k for k, last in numbers.items() if last + 1 == number and k != level]
                if outer:
                    level = outer[-1]
                    note = f"the marker is of another style than its neighbours; read as number {number} of their list"
                else:
                    note = f"number {number} does not continue the list"
            rest = view.text[marker.end() : line.end()]
        elif UNNUMBERED.match(view.text, begin, line.end()):
            level, number = 1, 0
            rest = view.text[begin : line.end()]
        else:
            continue
        start = view.positions[begin]
        while open_ and found[open_[-1]].level >= level:
            closed = open_.pop()
            found[closed] = replace(found[closed], end=start)
        printed = text[slice(*view.span(marker.start(), marker.end()))] if marker else ""
        folded = marker.group() if marker else ""
        title = _title(rest)
        # A reader cites a section by one style a level, whatever the width or the style of the printed marker.
        step = {0: folded, 1: numeral(number), 2: f"（{numeral(number)}）", 3: str(number), 4: f"（{number}）"}.get(
            level, folded
        )
        parent = found[open_[-1]].section if open_ else ""
        # Below a heading that ends in a letter a number is set off by a space: 名词解释 8.
        gap = " " if level == 3 and parent and not parent.endswith("）") else ""
        path = parent + gap + step if marker else title
        paths[path] += 1  # a text may number two lists alike
        section = f"{path}#{paths[path]}" if paths[path] > 1 else path
        open_.append(len(found))
        found.append(Section(section, parent, level, printed, number, title, start, len(text), note))
    return found


# ----------------------------------------------------------------------------------------------------
# Clauses, sentences, paragraphs

CLAUSE_END = re.compile(r"[，。；：？！\]\n]")
# A line that ends in the midst of a sentence does not end it.
SENTENCE_END = re.compile(r"[。？！]|(?<![，；、])\n")
# As far as a clause or a sentence goes from any place in it, in characters. Nobody writes longer ones: what looks like
# one is a table run together, and what stands farther away says nothing of the place.
LONGEST_CLAUSE, LONGEST_SENTENCE = 300, 1000
# Words that negate, but not where they are part of another word: 不断 (continually), 无线 (wireless), 未来 (future).
NEGATING = re.compile(r"未(?!来)|没有|无(?!线|障碍|人机)|不(?!断|仅|但|动产|锈)")


class Places:
    """The clause, sentence and paragraph around each place of a folded text, found by bisection; folded positions."""

    def __init__(self, text: str, markers: Iterable[int] = ()) -> None:
        """markers: where the words begin that stand behind list markers; they begin a clause and a sentence."""
        self.text, markers = text, {0, *markers}
        self.clause_ends = [m.start() for m in CLAUSE_END.finditer(text)]
        self.lines = [m.start() for m in re.finditer("\n", text)]
        listed = (m.end() for m in LISTED.finditer(text))
        self.clause_starts = sorted({*markers, *listed, *(end + 1 for end in self.clause_ends)})
        self.sentence_starts = sorted({*markers, *(m.end() for m in SENTENCE_END.finditer(text))})
        self.closed = [0, *accumulate((char == "）") - (char == "（") for char in text)]
        # At each place, where the words of the bracket begin that was opened last and is open yet; 0 if none is.
        self.bracket = [0]
        for place, char in enumerate(text, 1):
            self.bracket.append(place if char == "（" else 0 if char in "）\n" else self.bracket[-1])

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The range from punctuation to punctuation around a range, list markers included."""
        before = bisect_left(self.clause_ends, start) - 1
        first = self.clause_ends[before] + 1 if before >= 0 else 0
        return max(first, start - LONGEST_CLAUSE), self.clause_end(end)

    def clause_end(self, at: int) -> int:
        after = bisect_left(self.clause_ends, at)
        last = self.clause_ends[after] if after < len(self.clause_ends) else len(self.text)
        return min(last, at + LONGEST_CLAUSE)

    def unbroken(self, start: int, end: int) -> tuple[int, int]:
        """A range, widened at each end to the whole clause if the clause there negates.

        “Not planned: the table of X” cut down to “the table of X” says the opposite: nothing is quoted in such parts.
        """
        ends = (start, end - 1)
        first, last = ((at, at + 1) if CLAUSE_END.match(self.text, at) else self.clause(at, at + 1) for at in ends)
        return (
            first[0] if NEGATING.search(self.text, *first) else start,
            last[1] if NEGATING.search(self.text, *last) else end,
        )

    def denied(self, start: int, end: int) -> bool:
        """Whether the clause negates before or within a range: then the words point to nothing."""
        return NEGATING.search(self.text, self.clause(start, start + 1)[0], end) is not None

    def clause_start(self, at: int) -> int:
        """Where the words of the clause begin: after punctuation, a list marker, or an amount that another follows."""
        return max(self.clause_starts[bisect_right(self.clause_starts, at) - 1], at - LONGEST_CLAUSE)

    def sentence_start(self, at: int) -> int:
        return max(self.sentence_starts[bisect_right(self.sentence_starts, at) - 1], at - LONGEST_SENTENCE)

    def paragraph(self, at: int) -> tuple[int, int]:
        """The range of the line that holds a place."""
        after = bisect_left(self.lines, at)
        first = self.lines[after - 1] + 1 if after else 0
        return first, self.lines[after] if after < len(self.lines) else len(self.text)

    def closes(self, start: int, end: int) -> bool:
        """Whether more brackets are closed than opened between two places."""
        return self.closed[end] > self.closed[start]


class Ranges:
    """Many ranges [start, end) as one set of positions; whether it holds a position is found by bisection."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(ranges):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(end, self.ends[-1])
            else:
                self.starts.append(start)
                self.ends.append(end)

    def __contains__(self, position: int) -> bool:
        before = bisect_right(self.starts, position) - 1
        return before >= 0 and position < self.ends[before]
