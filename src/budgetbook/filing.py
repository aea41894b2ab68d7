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

import pandas as pd

from budgetbook.crosscheck import FilingAudit
from budgetbook.disclosure import Disclosure
from budgetbook.numbers import YUAN, convert
from budgetbook.reading.items import Items
from budgetbook.reading.sentences import COLUMNS as FACT_COLUMNS
from budgetbook.reading.sentences import LESS, MORE
from budgetbook.reading.tables import CHANGES, LAST, RATES, Figure, plain, read_tables
from budgetbook.rules import RULES, load, rows_of
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
NO_NAME = re.compile("关于|[本我]?(?:部门|单位)|附件.*|目录")
SCOPE = re.compile("(部门|单位)(?:预算|决算)")
CONTENTS = re.compile(r"目录")
# The printed name of a class below the headline: the words before （项）, or before （款） where no 项 follows.
NAMED = re.compile(
    r"(?:^|(?<=[“）.．、，。；：\d]))(?P<name>[^“”（），。；：、.．\d]{2,30}(?:（[^）款项类]{1,8}）[^“”（），。；：\d]{0,12})?)"
    r"（(?:项|款)）"
)
AFTER_NAME = re.compile(r"[”\"]?(?:支出)?(?:预算|决算)?(?:数)?(?:为)?")
STAGES = "年初预算|全年预算|调整预算|预算|决算"
STAGED = re.compile(rf"(?<!基金)(?<!公共)(?<!经营)(?<!部门)(?<!单位)({STAGES})数?(?:支出)?为?$")
NEXT_STAGE = re.compile(rf"，(?:支出)?(?:{STAGES})数?(?:支出)?为?")
# …, 完成全年预算126万元的78%; …, 年初预算126万元: what was planned for the item that stands before it.
PLANNED = re.compile(r"，(?:占[^，。；]{0,20}%，)?(?:为|完成)?(?:年初|全年|调整)预算数?为?|，完成预算数?")
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
OF_BUDGET = {"政府性基金": ".government_fund", "国有资本经营": ".state_capital"}
# What a list of operating funds names is their part, not the headline item of that name.
OPERATING = ("operating_funds",)
IN_OPERATING = ("meetings", "training", "three_public.reception", "three_public.vehicle_running")
PAID = ("procurement", "operating_funds", "three_public", "expenditure.project", "performance")
OF_ONE_BUDGET = ("expenditure.basic", "expenditure.project", "expenditure.function")
# Sections that speak of the appropriation alone, or of the general public budget: what has the name of a headline item
# there is no amount of all money.
SCOPED = re.compile("(?P<general>一般公共预算)|(?P<fiscal>财政拨款)")
NARROW = {
    "general": {
        "expenditure.basic": "fiscal.general_public_basic",
        "expenditure": "fiscal.general_public",
        "income": "income.general_public",
    },
    "fiscal": {"expenditure.basic": "fiscal.basic", "expenditure": "fiscal.expenditure", "income": "income.fiscal"},
}
NARROWED = (
    *("income", "expenditure", "expenditure.basic", "expenditure.project", "carry_over"),
    *("expenditure.basic.staff", "expenditure.basic.public_funds"),
)
PARTS_OF_GENERAL = re.compile("一般公共预算(?:财政拨款|当年拨款|拨款)?支出[^。]*其中")
# Words that end where the name of a part begins, and the amounts that projects under targets are said to come to.
PART_BEGINS = re.compile("[，、；：（。—]|其中|[万亿]?元(?:和|及|以及)?")
UNDER_TARGETS = re.compile(r"(?:涉及|(?<=[，个])(?:资金|金额))(?P<of>[^，。；：\d]{0,16}?)(?:为|约)?$")
BY_UNIT = ("three_public", "meetings", "training", "operating_funds")
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


def _of_the_body(figures: list[Figure], body: str) -> list[Figure]:
    """The figures; where a column that names an item has a row for each unit, only that of the whole has the item."""
    rows = defaultdict(set)
    for f in figures:
        rows[f.table, f.column, f.item].add(f.label)
    whole = {"合计", "总计", "", body}
    return [
        replace(f, item="") if f.item.startswith(BY_UNIT) and f.label not in whole and len(labels) > 1 else f
        for f in figures
        for labels in [rows[f.table, f.column, f.item]]
    ]


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
        self.figures = _of_the_body(self.figures, self.body)
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
        shortened = [
            (row["within"], re.compile(row["words"]), row["item"])
            for row in rows_of(RULES / "profile" / "shortened.csv")
        ]
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
                and near
                and near["measure"] == "level"
                and PLANNED.fullmatch(between)
                or (
                    unknown
                    and since
                    and near
                    and near["measure"] == "level"
                    and SINCE.fullmatch(SHARE_BETWEEN.sub("", between))
                )
            ):
                row["item"], row["measure"] = near["item"], "level"
            elif unknown and base and near is base and CHANGED.fullmatch(between):
                row["item"], row["measure"], row["period"] = base["item"], "change", self.year
                row["base"] = base["period"]
            elif unknown and (head := HEADED.match(before)) and head.group("name") in items.by_wording:
                row["item"] = items.resolve(head.group("name"), "")
                row["measure"] = "level"
            elif unknown and "绩效" in before and UNDER_TARGETS.search(before) and self._behind(row) != "、":
                row["item"] = "performance.project" if "项目" in sentence.rpartition("；")[2] else "performance"
                row["measure"] = "level"
            elif unknown and last and last["printed"] in before:
                words = PART_BEGINS.split(before)[-1]
                row["item"] = next(
                    (item for of, name, item in shortened if last["item"].startswith(of) and name.fullmatch(words)), ""
                )
                row["measure"] = "level" if row["item"] else "unclassified"
            if "绩效目标" in sentence and row["item"] in ("expenditure.basic", "expenditure.project"):
                row["item"] = f"performance.{row['item'].rpartition('.')[2]}"
            if row["item"].startswith("glossary."):
                row["item"], row["measure"] = "", "unclassified"
            other = OTHER_BUDGET.search(sentence) if "一般公共预算" not in sentence else None
            if other and row["item"].startswith(OF_ONE_BUDGET):
                row["item"], row["measure"] = "", "unclassified"
            if other and row["item"] in ("income", "expenditure"):  # 政府性基金预算…本年收入42万元
                row["item"] += OF_BUDGET[other.group()]
            if row["item"] in IN_OPERATING and paid and paid["item"] in OPERATING and paid["printed"] in before:
                row["item"], row["measure"] = "", "unclassified"  # 机关运行经费…其中：会议费3万元
            if "不含" in sentence[-30:].rpartition("，")[2]:
                row["item"], row["measure"] = "", "unclassified"
            if row["item"].startswith(("income.", "fiscal.")) and paid and paid["printed"] in sentence:
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
        self._narrow(rows)

    def _narrow(self, rows: dict[int, dict]) -> None:
        """Amounts of sections on one budget alone: what the text states elsewhere of all money is not told there."""
        scopes, text = {}, self.disclosure.text
        for section in self.disclosure.section_list:  # parents stand before what is below them
            heading = text[section.start : section.end].lstrip().partition("\n")[0]
            heading = re.split("[：。]", heading)[0]
            told = len(heading) > LONGEST_ENTRY or re.search("[，；]|\\d元|\\d万", heading)
            own = None if told else SCOPED.search(heading)
            scopes[section.section] = own.lastgroup if own else scopes.get(section.parent)
        said = {key: self._before(row["number_start"]).rpartition("。")[2] for key, row in rows.items() if row["unit"]}
        scope_of = {
            key: "general" if PARTS_OF_GENERAL.search(said.get(key, "")) else scopes.get(row["section"])
            for key, row in rows.items()
        }
        wide = defaultdict(set)  # item → what is stated of it outside such sections, in yuan
        for key, row in rows.items():
            if row["measure"] == "level" and row["unit"] in YUAN and not scope_of[key]:
                wide[row["item"]].add(convert(row["value"], row["unit"], "元"))
        for f in self.figures:
            if f.item and f.unit and not SCOPED.search(f.title):
                wide[f.item].add(convert(f.value, f.unit, "元"))
        for key, row in rows.items():
            scope = scope_of[key]
            one = row["item"] in NARROWED or row["item"].startswith("expenditure.function.")
            if not scope or not one or row["measure"] != "level" or row["unit"] not in YUAN:
                continue
            other = wide.get(row["item"], ())
            if not other or (convert(row["value"], row["unit"], "元") in other and row["item"] not in NARROW[scope]):
                continue
            scope = "general" if "一般公共预算" in said[key] else scope
            row["item"] = NARROW[scope].get(row["item"], "")
            row["measure"] = "level" if row["item"] else "unclassified"

    def _before(self, number) -> str:
        """The folded words of the paragraph before a number."""
        view = self.disclosure.view
        at = view.at(int(number))
        first = max(at - LONGEST_SENTENCE, 0)
        return view.text[max(view.text.rfind("\n", first, at) + 1, first) : at]

    def _behind(self, row: dict) -> str:
        """The folded character behind an amount and its unit."""
        view = self.disclosure.view
        at = view.at(int(row["number_end"]) - 1) + 1 + len(row["unit"])
        return view.text[at : at + 1]

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
