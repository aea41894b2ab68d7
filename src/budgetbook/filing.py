"""What a body published, whatever the format: `read` a file, or a set of files, to facts, an audit and a report.

The text is read as a disclosure is, the tables by `reading.tables`; `crosscheck` tests what both say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from budgetbook.audit.checks import Checks
from budgetbook.crosscheck import FilingAudit
from budgetbook.disclosure import Disclosure
from budgetbook.reading.filed import COLUMNS, LONGEST_HEADING, Filed, Prose, of_tables
from budgetbook.reading.tables import Figure, plain, read_tables
from budgetbook.rules import RULES, frame
from budgetbook.sources import File, Table, open_file
from budgetbook.text import fold

if TYPE_CHECKING:
    import pandas as pd

TITLE = re.compile(r"(20\d\d)(?:年度?|年)[^，。；]{0,24}?(预算|决算)")
BODY = re.compile(
    r"^(?:关于)?(?P<body>[^\d，。：“”]{2,30}?)(?:关于)?(?=20\d\d年)|年度?(?P<after>[^\d，。：]{4,30}?)(?:部门|单位)[预决]算"
)
OWNER = re.compile(
    r"^(?:编制|填报)?(?:部门|单位)(?:名称)?：(?P<body>[^：\d，。\n]{4,30}?)(?=(?:金额)?单位：|\n|$)", re.MULTILINE
)
NO_NAME = re.compile("关于|[本我]?(?:部门|单位)|附件.*|目录")
SCOPE = re.compile("(部门|单位)(?:预算|决算)")
CONTENTS = re.compile(r"目录")
NUMBERS = ("start", "end", "number_start", "number_end", "page", "table", "row", "column")
STAGE_ROWS = ("预算数", "年初预算数", "全年预算数", "决算数")
BY_UNIT = ("three_public", "meetings", "training", "operating_funds")
LONGEST_TITLE = 40


def _other_years(files: list[File], figures: list[Figure], year: str) -> list[str]:
    """Notes on files whose titles name another year than most: they are read as of one year."""
    notes = []
    for number, file in enumerate(files) if len(files) > 1 else ():
        said = [plain(b) for page in file.pages[:3] for b in page.blocks[:3] if isinstance(b, str)]
        said += dict.fromkeys(f.title for f in figures if f.file == number)
        years = Counter(found for found, _ in TITLE.findall("\n".join(said)))
        if years and (own := years.most_common(1)[0][0]) != year:
            notes.append(f"{file.path.name}: its titles say {own}, the others {year}; give it as last year's instead")
    return notes


def _of_the_body(figures: list[Figure], body: str, stage: str) -> list[Figure]:
    """The figures, each with its stage; of a column that tells an item with several values, as of each unit, only the
    row of the whole has the item, and none if no row is of the whole.
    """
    values, rows = defaultdict(set), defaultdict(set)
    for f in figures:
        values[f.file, f.title, f.column, f.item, f.year, f.stage].add(f.value)
        rows[f.file, f.title, f.column, f.item].add(f.label)
    whole = {"合计", "总计", "", *STAGE_ROWS, body}
    found = []
    for f in figures:
        several = len(values[f.file, f.title, f.column, f.item, f.year, f.stage]) > 1
        unit = f.label not in whole and (
            f.item.startswith(BY_UNIT) or not rows[f.file, f.title, f.column, f.item] & whole
        )
        by_unit = f.item.startswith(BY_UNIT) and len(rows[f.file, f.title, f.column, f.item]) > 1
        found.append(replace(f, stage=f.stage or stage, item="" if unit and (several or by_unit) else f.item))
    return found


class Read(Disclosure):
    """The text of a filing, read by the items that disclosures of other bodies have, too."""

    notes = RULES / "profile"

    @cached_property
    def audit(self) -> Checks:
        """The checks of its items; the wording and the duties of a disclosure are not looked at."""
        return Checks(self)


class Filing:
    """One or more files of one body, read: `files`, `text`, `facts`, `audit()`, `report()`."""

    def __init__(
        self, files: list[File], year: int | None = None, stage: str | None = None, last: Filing | None = None
    ) -> None:
        """year, stage ("预算" or "决算"): where the files do not say or say it wrongly; last: of the year before."""
        self.last = last
        self.files = files
        self.left_out: list[str] = [f"{f.path.name}, {words}" for f in files for words in f.left_out]
        self.text, self._starts, self._pages = self._joined()
        head = self.text[:3000]
        self.figures: list[Figure] = [figure for n, file in enumerate(files) for figure in read_tables(file, n)]
        head = "\n".join([head, *dict.fromkeys(f.title for f in self.figures)])
        # Titles are lines of their own; where there are none, whatever the first sentences say.
        lines = [
            line
            for line in "".join(head.split(" ")).split("\n")
            if len(line) <= LONGEST_TITLE and not re.search("[元。]", line)
        ]
        titles = Counter(TITLE.findall("\n".join(lines))) or Counter(TITLE.findall("".join(head.split(" "))))
        said = titles.most_common(1)[0][0] if titles else ("", "")
        self.year = str(year) if year else said[0]
        self.left_out += _other_years(files, self.figures, self.year)
        final = sum(n for (_, kind), n in titles.items() if kind == "决算") > sum(titles.values()) / 2
        scopes = Counter(SCOPE.findall("".join(head.split(" "))))
        self.scope = scopes.most_common(1)[0][0] if scopes else ""  # a department with its units, or one unit
        self.stage = stage or ("决算" if final else "预算")
        self.figures = _of_the_body(self.figures, self.body, self.stage)
        about = {"fiscal_year": int(self.year) if self.year else None, "body": self.body}
        self.disclosure = Read(self.text, about)

    @property
    def body(self) -> str:
        """The name of the body, as the first lines have it; "" where they do not."""
        # Above its tables a body says whose they are.
        if owners := Counter(OWNER.findall(fold(self.text).text)):
            return owners.most_common(1)[0][0]
        titles = dict.fromkeys(f.title for f in self.figures)
        lines = [plain(line) for line in self.text[:3000].split("\n")]
        headings = [line for line in lines[5:] if len(line) < LONGEST_TITLE and TITLE.search(line)]
        lines = [*lines[:5], "".join(lines[:2]), *headings, *titles]
        found = [BODY.search(line) for line in lines if not line.startswith("第")]
        names = [match.group("body") or match.group("after") for match in found if match]
        names = [name for name in names if not NO_NAME.fullmatch(name)]
        # The menus of a site name other bodies, too: it is the one of which the text goes on to speak.
        return max(names, key=self.text.count, default="")

    def _joined(self) -> tuple[str, list[int], list[tuple[int, int]]]:
        """The paragraphs of all pages as one text, and where each page begins in it."""
        parts: list[str] = []
        starts, pages, length = [], [], 0
        for number, file in enumerate(self.files):
            skip = self._contents(file)
            for page in file.pages:
                starts.append(length)
                pages.append((number, page.number))
                for index, block in enumerate(page.blocks):
                    if isinstance(block, Table) or (page.number, index) in skip:
                        continue
                    goes_on = page.goes_on and index == len(page.blocks) - 1
                    parts.append(block if goes_on else f"{block}\n")
                    length += len(parts[-1])
            parts.append("\n")
            length += 1
        return "".join(parts), starts, pages

    def _contents(self, file: File) -> set[tuple[int, int]]:
        """The lines of the table of contents: from 目录 to where its first entry stands again or a line is no entry."""
        lines = [(p.number, i, plain(b)) for p in file.pages for i, b in enumerate(p.blocks) if isinstance(b, str)]
        at = next((k for k, (_, _, words) in enumerate(lines[:80]) if CONTENTS.fullmatch(words)), None)
        if at is None or at + 1 >= len(lines):
            return set()
        first = re.sub(r"[.…·\d]+$", "", lines[at + 1][2])
        skip = [lines[at][:2]]
        for number, index, words in lines[at + 1 :]:
            again = len(skip) > 1 and words == first
            if again or len(words) > LONGEST_HEADING or re.search("[。；]|[\\d.]+(?:万元|元)", words):
                break
            skip.append((number, index))
        else:
            skip = skip[:1]  # nothing but entries: it is all the text there is
        self.left_out.append(f"{file.path.name}, page {lines[at][0]}: {len(skip)} lines of the table of contents")
        return set(skip)

    def place(self, start: int) -> tuple[int, int]:
        """The file (from 0) and the page of a position of the text."""
        return self._pages[max(bisect_right(self._starts, start) - 1, 0)]

    @cached_property
    def fact_list(self) -> list[Filed]:
        """The facts of the text in reading order, then those of the tables; see `facts`."""
        names = [file.path.name for file in self.files]
        prose = Prose(self.disclosure, self.figures, self.year, self.stage, self.scope)
        tables = of_tables(self.figures, names, self.year, self.scope)
        return [*prose.read(names, self._starts, self._pages), *tables]

    @cached_property
    def facts(self) -> pd.DataFrame:
        """One row a figure or claim: the columns of data/README.md, and its file, page, table, row and column."""
        return frame(map(vars, self.fact_list), COLUMNS, NUMBERS)

    def audit(self) -> FilingAudit:
        """The audit of the filing, built once."""
        return self._audit

    @cached_property
    def _audit(self) -> FilingAudit:
        return FilingAudit(self)

    def report(self, path: str | Path | None = None) -> str:
        """One offline HTML page that says all of it; written to `path` if one is given."""
        from budgetbook.show.report import report

        page = report(self)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page


def read(*paths: str | Path, year: int | None = None, stage: str | None = None, last: Filing | None = None) -> Filing:
    """Read a file, or several of one body. Raises `sources.Unreadable` for a file that cannot be read wholly.

    last: the filing of the year before, itself read; what this one says of that year is then held against it.
    """
    if not paths:
        raise TypeError("read() needs the path of at least one file")
    return Filing([open_file(path) for path in paths], year, stage, last)
