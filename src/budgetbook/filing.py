"""What a body published, whatever the format: `read` a file, or a set of files, to facts, an audit and a report.

The text is read as a disclosure is, the tables by `reading.tables`; `crosscheck` tests what both say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import cached_property
from pathlib import Path

import pandas as pd

from budgetbook.crosscheck import FilingAudit
from budgetbook.disclosure import Disclosure
from budgetbook.numbers import YUAN
from budgetbook.reading.items import Items
from budgetbook.reading.sentences import COLUMNS as FACT_COLUMNS
from budgetbook.reading.sentences import LESS, MORE
from budgetbook.reading.tables import CHANGES, LAST, RATES, Figure, plain, read_tables
from budgetbook.rules import RULES, load
from budgetbook.sources import File, Table, open_file
from budgetbook.text import LONGEST_SENTENCE, fold

PLACES = ["file", "page", "table", "row", "column", "stage", "scope", "code", "name"]
TITLE = re.compile(r"(20\d\d)(?:年度?|年)[^，。；]{0,24}?(预算|决算)")
BODY = re.compile(
    r"^(?:关于)?(?P<body>[^\d，。：“”]{2,30}?)(?:关于)?(?=20\d\d年)|年度?(?P<after>[^\d，。：]{4,30}?)(?:部门|单位)[预决]算"
)
OWNER = re.compile(
    r"^(?:编制|填报)?(?:部门|单位)(?:名称)?：(?P<body>[^：\d，。\n]{4,30}?)(?=(?:金额)?单位：|\n|$)", re.MULTILINE
)
SCOPE = re.compile("(部门|单位)(?:预算|决算)")
CONTENTS = re.compile(r"目录")
# The printed name of a class below the headline: the words before （项）, or before （款） where no 项 follows.
NAMED = re.compile(
    r"(?:^|(?<=[“）.．、，。；：\d]))(?P<name>[^“”（），。；：、.．\d]{2,30}(?:（[^）款项类]{1,8}）[^“”（），。；：\d]{0,12})?)"
    r"（(?:项|款)）"
)
AFTER_NAME = re.compile(r"[”\"]?(?:支出)?(?:预算|决算)?(?:数)?(?:为)?")
STAGES = "年初预算|全年预算|调整预算|预算|决算"
STAGED = re.compile(rf"({STAGES})数?(?:支出)?为?$")
NEXT_STAGE = re.compile(rf"，(?:支出)?(?:{STAGES})数?(?:支出)?为?")
# 比2023年预算数8万元, 比2023年“三公”经费预算8万元: what stands behind is that year's, but for a change.
SINCE = re.compile(rf"(?:比|较|与)(?P<year>\d{{4}}年|上一?年|去年)(?:(?!{MORE}|{LESS})[^，。；])*$")
SHARE_BETWEEN = re.compile("^(?:，占[^，。；]{0,30}%)?，?")
CHANGED = re.compile(rf"(?:{MORE}|{LESS})(?:了|额|数)*")
HEADED = re.compile(
    r"(?:\d{1,2}[.、．]|（[一二三四五六七八九十\d]{1,3}）|[一二三四五六七八九十]{1,3}、)?(?P<name>[^，。；：]{2,24})。"
    r"(?:20\d\d年度?)?(?:预算|决算)(?:数|安排)?为?$"
)
# Money of another budget: what a sentence says of basic or project expenditure behind it is of that one alone.
OTHER_BUDGET = re.compile("政府性基金|国有资本经营")
PAID = ("procurement", "operating_funds", "three_public", "expenditure.project")
OF_ONE_BUDGET = ("expenditure.basic", "expenditure.project", "expenditure.function")
LONGEST_ENTRY = 60
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


class Read(Disclosure):
    """The text of a filing, read by the items that disclosures of other bodies have, too."""

    def load(self, name: str) -> pd.DataFrame:
        return load(name, RULES / "profile")


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
            line for line in "".join(head.split(" ")).split("\n") if len(line) <= LONGEST_TITLE and "元" not in line
        ]
        titles = Counter(TITLE.findall("\n".join(lines))) or Counter(TITLE.findall("".join(head.split(" "))))
        said = titles.most_common(1)[0][0] if titles else ("", "")
        self.year = str(year) if year else said[0]
        self.left_out += _other_years(files, self.figures, self.year)
        final = sum(n for (_, kind), n in titles.items() if kind == "决算") > sum(titles.values()) / 2
        scopes = Counter(SCOPE.findall("".join(head.split(" "))))
        self.scope = scopes.most_common(1)[0][0] if scopes else ""  # a department with its units, or one unit
        self.stage = stage or ("决算" if final else "预算")
        about = {"fiscal_year": int(self.year) if self.year else None, "body": self.body}
        self.disclosure = Read(self.text, about)

    @property
    def body(self) -> str:
        """The name of the body, as the first lines have it; "" where they do not."""
        # Above its tables a body says whose they are.
        if owners := Counter(OWNER.findall(fold(self.text).text)):
            return owners.most_common(1)[0][0]
        titles = dict.fromkeys(f.title for f in self.figures)
        for line in [*map(plain, self.text.split("\n")[:5]), *titles]:
            if (found := BODY.search(line)) and not line.startswith("第"):
                return found.group("body") or found.group("after")
        return ""

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
            if again or len(words) > LONGEST_ENTRY or re.search("[。；]|[\\d.]+(?:万元|元)", words):
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
    def facts(self) -> pd.DataFrame:
        """One row a figure or claim: the columns of data/README.md, and its file, page, table, row and column.

        Facts of tables come after those of the text; their quote is title, row and column, and they have no `start`.
        """
        prose = self.disclosure.facts.copy()
        places = [self.place(start) for start in prose["start"]]
        prose["file"] = [self.files[file].path.name for file, _ in places]
        prose["page"] = [page for _, page in places]
        # Where no words date an amount it is the filing's own year's.
        undated = (prose["period"] == "") & prose["value"].notna()
        prose.loc[undated, "period"] = self.year
        prose["stage"] = [self._stage(number) for number in prose["number_start"]]
        prose["code"] = ""
        # A class is not the headline item of the same words: 会议费（款） is that of basic expenditure.
        prose["name"] = [
            self._name(number, not item) if unit in YUAN else ""
            for item, unit, number in zip(prose["item"], prose["unit"], prose["number_start"], strict=True)
        ]
        prose.loc[prose["name"] != "", "item"] = ""
        rows = prose.to_dict("index")
        self._follow(rows)
        for column in ("item", "measure", "period", "base"):
            prose[column] = [row[column] for row in rows.values()]
        named = prose["name"] != ""
        prose.loc[named, "measure"] = "level"
        codes = self._codes()
        prose.loc[named, "code"] = [codes.get(name, "") for name in prose.loc[named, "name"]]
        rows = [
            dict(
                fact=f"T{number:04}",
                section="",
                item=f.item,
                period=str(int(self.year) - 1) if f.year == LAST and self.year else f.year or self.year,
                base="",
                measure="share" if RATES.search(f.head) else "change" if CHANGES.search(f.head) else "level",
                value=f.value,
                unit=f.unit,
                per="",
                qualifier="",
                printed=f.printed,
                quote=" · ".join(filter(None, (f.title, f.label, f.head, f.printed))),
                file=self.files[f.file].path.name,
                page=f.page,
                table=f.table,
                row=f.row,
                column=f.column,
                stage=f.stage,
                code=f.code,
                name=f.label or f.head,
            )
            for number, f in enumerate(self.figures, 1)
        ]
        tables = pd.DataFrame(rows, columns=[*FACT_COLUMNS, *PLACES]).astype(object)
        prose["scope"] = tables["scope"] = self.scope
        whole = pd.concat([prose.astype(object), tables], ignore_index=True)[[*FACT_COLUMNS, *PLACES]]
        numbers = ["start", "end", "number_start", "number_end", "page", "table", "row", "column"]
        return whole.astype(dict.fromkeys(numbers, "Int64"))

    def _follow(self, rows: dict[int, dict]) -> None:
        """Give amounts of the text, in place, what the amounts before them in the sentence say that they are.

        支出年初预算为50万元，支出决算为51万元: the second is of the first's item.
        收入预算10万元，比2023年8万元增加2万元: the second is last year's, the third the change.
        1.公务接待费。2024年预算数3万元: the head of the line names the item.
        """
        staged, last, base, paid, items = "", {}, {}, {}, Items(self.disclosure.items)
        for row in rows.values():
            if row["unit"] not in YUAN or pd.isna(row["number_start"]):
                continue
            before = self._before(row["number_start"])
            sentence, between = before.rpartition("。")[2], before.rpartition("元")[2]
            unknown = row["measure"] == "unclassified" and not row["name"]
            told = STAGED.search(before[-12:])
            near = last if last and "。" not in between and last["printed"] in sentence else {}
            since = SINCE.search(sentence)
            if unknown and told and staged and NEXT_STAGE.fullmatch(between):
                row["item"], row["measure"] = staged, "level"
            elif (
                unknown
                and since
                and near
                and near["measure"] == "level"
                and SINCE.fullmatch(SHARE_BETWEEN.sub("", between))
            ):
                row["item"], row["measure"] = near["item"], "level"
            elif unknown and base and near is base and CHANGED.fullmatch(between):
                row["item"], row["measure"], row["period"] = base["item"], "change", self.year
                row["base"] = base["period"]
            elif unknown and (head := HEADED.match(before)) and head.group("name") in items.by_wording:
                row["item"] = items.resolve(head.group("name"), "")
                row["measure"] = "level"
            if (
                row["item"].startswith(OF_ONE_BUDGET)
                and OTHER_BUDGET.search(sentence)
                and "一般公共预算" not in sentence
            ):
                row["item"], row["measure"] = "", "unclassified"
            if row["item"].startswith("income.") and paid and paid["printed"] in sentence:
                row["item"], row["measure"] = "", "unclassified"  # 政府采购预算36万元，其中一般公共预算拨款30万元
            if row["item"].startswith("budget.") and re.search("财政拨款收入总计[^。]*$", sentence):
                row["item"], row["measure"] = "", "unclassified"  # 支出总计 goes on with the appropriation
            base = {}
            if since and row["measure"] == "level" and self.year:  # 比2023年8万元: what it was then
                digits = re.match(r"\d{4}", since.group("year"))
                row["period"] = digits.group() if digits else str(int(self.year) - 1)
                base = row
            staged = row["item"] if told else ""
            last = row if row["item"] else {}
            paid = row if row["item"].startswith(PAID) else paid

    def _before(self, number) -> str:
        """The folded words of the paragraph before a number."""
        view = self.disclosure.view
        at = view.at(int(number))
        first = max(at - LONGEST_SENTENCE, 0)
        return view.text[max(view.text.rfind("\n", first, at) + 1, first) : at]

    def _line_above(self, number) -> str:
        """The folded paragraph above that of a number, if it names a class and ends with that name."""
        view = self.disclosure.view
        close = view.text.rfind("\n", 0, view.at(int(number)))
        line = view.text[view.text.rfind("\n", 0, max(close, 0)) + 1 : max(close, 0)]
        return line if len(line) < LONGEST_ENTRY and re.search("（[款项]）[。：]?$", line) else ""

    def _stage(self, number) -> str:
        """The stage that the words right before a number name; else that of the filing."""
        found = None if pd.isna(number) else STAGED.search(self._before(number)[-12:])
        return found.group(1) if found else self.stage

    def _name(self, number, far: bool) -> str:
        """The printed name of the class whose amount it is: right before it, or, if far, heading its paragraph."""
        before = self._before(number)
        names = list(NAMED.finditer(before))
        if not names and far and re.match(rf"(?:{STAGES})", before):
            names = list(NAMED.finditer(self._line_above(number)))[-1:]  # 1、…行政运行（项）。 is a line of its own
            return names[0].group("name") if names else ""
        if not names:
            return ""
        rest = before[names[-1].end() :]
        if AFTER_NAME.fullmatch(rest):
            return names[-1].group("name")
        # 行政运行（项）。主要用于…。全年预算为52万元，支出决算为51万元
        heads = "。" not in before[: names[-1].start()]
        return names[-1].group("name") if far and heads and STAGED.search(rest) else ""

    def _codes(self) -> dict[str, str]:
        """Label → class code, for the labels of tables that have but one."""
        codes: dict[str, set[str]] = {}
        for f in self.figures:
            if f.code:
                codes.setdefault(f.label, set()).add(f.code)
        return {label: next(iter(of_one)) for label, of_one in codes.items() if len(of_one) == 1}

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
