"""The published text with everything about it that needs no knowledge of budgets: sections, numbers, irregularities."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from budgetbook.numbers import COUNTER, DIGITS, LONGEST_NUMBER, NUMERAL, UNIT
from budgetbook.rules import frame, load, read_rows
from budgetbook.text import HANZI, INVISIBLE, RADICALS, RESIDUE, Places, Ranges, Section, View, fold, read_sections

if TYPE_CHECKING:
    import pandas as pd

# ----------------------------------------------------------------------------------------------------
# Numbers


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


def read_numbers(text: str, view: View, sections: list[Section], numerals: Iterable[dict]) -> list[Number]:
    """Every number of the text, in order: all digits and all Chinese numerals, each with its kind and a reason.

    numerals: the words that hold a Chinese numeral and state no figure (the table `numerals` of the rules). A number
    that nothing accounts for comes back as kind "unaccounted", never left out.
    """
    markers = Ranges((s.start, s.start + len(s.marker)) for s in sections if s.marker)
    words = {row["word"]: (row["kind"], row["reason"]) for row in numerals}
    lexical = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
    in_words = {i: m.group() for m in lexical.finditer(view.text) for i in range(*m.span())}
    found = []

    def kind_of_digits(match: re.Match) -> tuple[str, str]:
        start, end = match.span()
        before, after = view.text[max(0, start - 8) : start], view.text[end : end + 8]
        if view.positions[start] in markers:
            return "list marker", "numbers a section"
        if re.fullmatch(r"(19|20)\d\d", match.group()) and re.match(r"年(?!\d+月)|[-—–~至]{1,2}(?:19|20)\d\d年", after):
            return "year", "names a budget year, an event's year or the base of a comparison"
        if (
            re.match(r"年\d+月", after)
            or (before.endswith("年") and after.startswith("月"))
            or (re.search(r"\d月$", before) and after.startswith("日"))
        ):
            return "date", "part of a calendar date"
        if end - start > LONGEST_NUMBER or before.endswith(",") or after.startswith(","):  # or a piece of such
            return "unaccounted", "more digits than any amount has"
        if UNIT.match(view.text, end) or before.endswith("为"):
            return "figure", ""
        return "unaccounted", "digits without a unit that the reader knows"

    def kind_of_numeral(match: re.Match) -> tuple[str, str]:
        start, end = match.span()
        if view.positions[start] in markers:
            return "list marker", "numbers a section"
        if start in in_words:
            return words[in_words[start]]
        if end - start > LONGEST_NUMBER:
            return "unaccounted", "more digits than any amount has"
        if COUNTER.match(view.text, end):
            return "figure", ""
        return "unaccounted", "a Chinese numeral in a word that the table of numerals does not list"

    for pattern, kind_of in ((DIGITS, kind_of_digits), (NUMERAL, kind_of_numeral)):
        for match in pattern.finditer(view.text):
            first, last = view.span(*match.span())
            found.append(Number(first, last, text[first:last], *kind_of(match), *match.span()))
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
    ("half-width colon", rf"(?<=[{HANZI}]):[ \xa0\u3000]*", "the text elsewhere writes ："),
    ("full-width hyphen", r"－", "read as a hyphen"),
    (
        "space inside a figure",
        rf"(?<=[{HANZI}])[ \xa0\u3000]++\d++(?:\.\d++)?(?:[ \xa0\u3000]++(?=[{HANZI}]))?"
        rf"|(?<!\d)\d++(?:\.\d++)?[ \xa0\u3000]++(?=[{HANZI}])",
        "the reader takes number and unit together",
    ),
    (
        "space in a heading",
        rf"(?<=[、）])[ \xa0\u3000]++(?=[{HANZI}])",
        "between the list marker and its title",
    ),
    (
        "space at the edge of a line",
        r"(?m)^[ \xa0\u3000]+(?=\S)|(?<![ \xa0\u3000])[ \xa0\u3000]++$",
        "layout kept as blanks",
    ),
    ("invisible character", f"[{INVISIBLE}]+", "takes no part in the reading"),
    ("radical", f"[{RADICALS}]", "read as the character that looks like it"),
    (
        "unit without 元",
        r"(?<!\d)\d[\d.,]{0,30}万(?!\s*[元\d人])",
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
    """One published document: its text and what can be said of it without knowing budgets."""

    def __init__(self, text: str, about: dict | None = None, folder: Path | None = None) -> None:
        """about: what the description beside the text says; folder: where its `notes/` and derived tables are."""
        self.text = text
        self.about = about or {}
        self.folder = folder
        self.view = fold(text, self.about.get("lines", "paragraphs"))

    def __reduce__(self):
        """A copy in another process reads the text again: what was found in it stays behind."""
        return type(self), (self.text, self.about, self.folder)

    @classmethod
    def read(cls, folder: str | Path) -> Document:
        """Read the folder of a disclosure: `source.txt`, the description `about.yml`, and what lies beside.

        Raises FileNotFoundError naming what is missing, ValueError when the text is not valid UTF-8.
        """
        folder = Path(folder)
        path, about = folder / "source.txt", folder / "about.yml"
        for needed in (path, about):
            if not needed.exists():
                raise FileNotFoundError(f"{needed}: not there. See data/README.md, 'Add a disclosure'.")
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: byte {error.start} is not UTF-8. Convert the file to UTF-8 first.") from error
        return cls(text, yaml.safe_load(about.read_text(encoding="utf-8")), folder.resolve())

    @property
    def notes(self) -> Path | None:
        """The folder of the tables that add rows to the rules, if there is one."""
        return self.folder and self.folder / "notes"

    def rows(self, name: str) -> tuple[dict, ...]:
        """The rows of a table of the rules with those that this document's own notes add; see `rules.read_rows`."""
        return read_rows(name, self.notes)

    def load(self, name: str) -> pd.DataFrame:
        """The same as a frame; see `rules.load`."""
        return load(name, self.notes)

    def stored(self, name: str) -> pd.DataFrame:
        """A derived table as it is stored in the folder, for what takes long to derive, such as `mutation`."""
        return load(name, self.folder / "derived")

    @cached_property
    def section_list(self) -> list[Section]:
        return read_sections(self.text, self.view)

    @cached_property
    def number_list(self) -> list[Number]:
        return read_numbers(self.text, self.view, self.section_list, self.rows("numerals"))

    @cached_property
    def sections(self) -> pd.DataFrame:
        """One row a section: section, parent, level, marker, number, title, title_en, start, end, note."""
        names = self.about.get("titles_en", {})
        table = frame(map(vars, self.section_list), [f.name for f in fields(Section)])
        table.insert(table.columns.get_loc("title") + 1, "title_en", [names.get(s, "") for s in table["section"]])
        return table

    @cached_property
    def irregularities(self) -> pd.DataFrame:
        """One row an irregularity of this copy: kind, section, start, end, printed, note."""
        rows = read_irregularities(self.text, self.section_list)
        for row in rows:
            row["section"] = self.section_at(row["start"])
        return frame(rows, ["kind", "section", "start", "end", "printed", "note"])

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.section_list]

    def section_at(self, position: int) -> str:
        """The innermost section that holds the published position; "" before the first."""
        # The last that begins there or before: what lies between a section and the next is the section's.
        index = bisect_right(self._starts, position) - 1
        return self.section_list[index].section if index >= 0 and position < len(self.text) else ""

    @cached_property
    def glossary(self) -> Ranges:
        """The published positions of the text's own glossary."""
        return Ranges((s.start, s.end) for s in self.section_list if "名词解释" in s.title)

    @cached_property
    def places(self) -> Places:
        """The clauses, sentences and paragraphs of the folded text."""
        markers = (self.view.at(s.start + len(s.marker)) for s in self.section_list if s.marker)
        return Places(self.view.text, markers)

    @cached_property
    def translation(self) -> pd.DataFrame:
        """One row a sentence with its English, in order: sentence, section, start, end, zh, en.

        `zh` is what is published at [start, end), without a converter's residue before it. No rows if the folder has no
        `notes/translation.csv`; raises ValueError naming the first sentence of that file that is not the text's next.
        """
        columns = ["sentence", "section", "start", "end", "zh", "en"]
        if self.folder is None or not (self.folder / "notes" / "translation.csv").is_file():
            return frame([], columns)
        letters = [(place, char) for place, char in enumerate(self.text) if not char.isspace()]
        rows, at = [], 0
        for row in self.load("translation").itertuples():
            words = "".join(row.zh.split())
            here = letters[at : at + len(words)]
            at += len(words)
            if "".join(char for _, char in here) != words:
                raise ValueError(f"{self.folder}/notes/translation.csv: sentence {row.sentence} is not the text's next")
            start, end = here[0][0], here[-1][0] + 1
            start += len(residue[0]) if (residue := RESIDUE.match(self.text, start)) else 0
            rows.append((row.sentence, self.section_at(start), start, end, self.text[start:end], row.en))
        if at < len(letters):
            raise ValueError(
                f"{self.folder}/notes/translation.csv: ends before the text, at character {letters[at][0]}"
            )
        return frame(rows, columns)

    def passage(self, section: str) -> str:
        """The words of a section, with all that is below it, as published."""
        for s in self.section_list:
            if s.section == section:
                return self.text[s.start : s.end].strip()
        raise KeyError(f"no section {section!r}; there are {', '.join(s.section for s in self.section_list)}")

    def translated(self, section: str, lead: bool = False) -> pd.DataFrame:
        """The rows of `translation` in a section, with all that is below it; lead: only what comes before that."""
        rows, whole = self.translation, self.passage(section)
        if lead:
            return rows[rows["section"] == section]
        start = next(s.start for s in self.section_list if s.section == section)
        start = self.text.index(whole, start)
        return rows[(rows["start"] >= start) & (rows["start"] < start + len(whole))]
