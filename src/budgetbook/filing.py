"""What a body published, whatever the format: `read` a file, or a set of files, to facts, an audit and a report.

The text is read as a disclosure is; the tables by `reading.tables`. The audit tests what both say: the sentences by
arithmetic that needs no item, the tables by their footing, one against the other by the item.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import pandas as pd

from budgetbook.audit import arithmetic, drafting, footing
from budgetbook.audit.checks import FAILS, HOLDS, ROUNDING, UNTESTED
from budgetbook.audit.findings import COLUMNS as FINDING_COLUMNS
from budgetbook.disclosure import Disclosure
from budgetbook.numbers import YUAN, amount, convert
from budgetbook.reading.sentences import COLUMNS as FACT_COLUMNS
from budgetbook.reading.tables import CHANGES, LAST, RATES, Figure, plain, read_tables
from budgetbook.rules import RULES, load, rows_of, schemas
from budgetbook.sources import File, Table, open_file
from budgetbook.text import LONGEST_SENTENCE, fold

ASKS = "asks"  # the state of a finding that rests on words, not on a check
PLACES = ["file", "page", "table", "row", "column", "stage", "code", "name"]
CHECK_COLUMNS = [field["name"] for field in schemas()["checks"]["fields"]]
TITLE = re.compile(r"(20\d\d)(?:年度?|年)[^，。；]{0,24}?(预算|决算)")
BODY = re.compile(
    r"^(?:关于)?(?P<body>[^\d，。：“”]{2,30}?)(?:关于)?(?=20\d\d年)|年度?(?P<after>[^\d，。：]{4,30}?)(?:部门|单位)[预决]算"
)
OWNER = re.compile(
    r"^(?:编制|填报)?(?:部门|单位)(?:名称)?：(?P<body>[^：\d，。\n]{4,30}?)(?=(?:金额)?单位：|\n|$)", re.MULTILINE
)
CONTENTS = re.compile(r"目录")
# The printed name of a class below the headline: the words before （项）, or before （款） where no 项 follows.
NAMED = re.compile(
    r"(?:^|(?<=[“）.．、，。；：\d]))(?P<name>[^“”（），。；：、.．\d]{2,30}(?:（[^）款项类]{1,8}）[^“”（），。；：\d]{0,12})?)"
    r"（(?:项|款)）"
)
AFTER_NAME = re.compile(r"[”\"]?(?:支出)?(?:预算|决算)?(?:数)?(?:为)?")
STAGED = re.compile(r"(年初预算|全年预算|调整预算|决算)数?(?:支出)?为?$")
LONGEST_ENTRY = 60


class Read(Disclosure):
    """The text of a filing, read by the items that disclosures of other bodies have, too."""

    def load(self, name: str) -> pd.DataFrame:
        return load(name, RULES / "profile")


class Filing:
    """One or more files of one body, read: `files`, `text`, `facts`, `audit()`, `report()`."""

    def __init__(self, files: list[File], year: int | None = None, stage: str | None = None) -> None:
        """year, stage ("预算" or "决算"): where the files do not say or say it wrongly."""
        self.files = files
        self.left_out: list[str] = [f"{f.path.name}, {words}" for f in files for words in f.left_out]
        self.text, self._starts, self._pages = self._joined()
        head = self.text[:3000]
        self.figures: list[Figure] = [figure for n, file in enumerate(files) for figure in read_tables(file, n)]
        head = "\n".join([head, *dict.fromkeys(f.title for f in self.figures)])
        titles = Counter(TITLE.findall("".join(head.split(" "))))
        said = titles.most_common(1)[0][0] if titles else ("", "")
        self.year = str(year) if year else said[0]
        final = sum(n for (_, kind), n in titles.items() if kind == "决算") > sum(titles.values()) / 2
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
        # 支出年初预算为50万元，全年预算为52万元，支出决算为51万元: the second and third are of the first's item.
        last = ""
        for index, row in prose.iterrows():
            staged = row["unit"] in YUAN and STAGED.search(self._before(row["number_start"])[-12:])
            if staged and row["measure"] == "unclassified" and not row["name"]:
                between = self._before(row["number_start"]).rpartition("元")[2]
                if last and re.fullmatch(r"，(?:支出)?(?:年初预算|全年预算|调整预算|决算)数?(?:支出)?为?", between):
                    prose.loc[index, ["item", "measure"]] = last, "level"
            if row["unit"] in YUAN:
                last = prose.loc[index, "item"] if staged else ""
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
        whole = pd.concat([prose.astype(object), tables], ignore_index=True)[[*FACT_COLUMNS, *PLACES]]
        numbers = ["start", "end", "number_start", "number_end", "page", "table", "row", "column"]
        return whole.astype(dict.fromkeys(numbers, "Int64"))

    def _before(self, number) -> str:
        """The folded words of the paragraph before a number."""
        view = self.disclosure.view
        at = view.at(int(number))
        first = max(at - LONGEST_SENTENCE, 0)
        return view.text[max(view.text.rfind("\n", first, at) + 1, first) : at]

    def _stage(self, number) -> str:
        """The stage that the words right before a number name; else that of the filing."""
        found = None if pd.isna(number) else STAGED.search(self._before(number)[-12:])
        return found.group(1) if found else self.stage

    def _name(self, number, far: bool) -> str:
        """The printed name of the class whose amount it is: right before it, or, if far, heading its paragraph."""
        before = self._before(number)
        names = list(NAMED.finditer(before))
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


def read(*paths: str | Path, year: int | None = None, stage: str | None = None) -> Filing:
    """Read a file, or several of one body. Raises `sources.Unreadable` for a file that cannot be read wholly."""
    if not paths:
        raise TypeError("read() needs the path of at least one file")
    return Filing([open_file(path) for path in paths], year, stage)


class FilingAudit:
    """What a filing says against itself: `checks` and `findings`, with the columns of data/README.md."""

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.rows = [row | {"check": f"C{k:02}"} for k, row in enumerate(self._rows(), 1)]

    @property
    def checks(self) -> pd.DataFrame:
        """One row a check."""
        return pd.DataFrame(self.rows, columns=[*CHECK_COLUMNS, "place"])

    def _rows(self):
        yield from self._sentences()
        yield from self._sums()
        yield from self._restatements()
        yield from self._tables()

    def _row(self, kind, rule, why, left, right, state, gap, quotes, place, unit="万元", missing="", facts=""):
        source = "the disclosure"
        return dict(
            zip(
                CHECK_COLUMNS,
                [
                    "",
                    kind,
                    rule,
                    source,
                    why,
                    left,
                    "=",
                    right,
                    unit,
                    gap,
                    "",
                    "",
                    state,
                    kind,
                    "",
                    "",
                    facts,
                    quotes,
                    missing,
                ],
                strict=True,
            ),
            place=place,
        )

    def _where(self, start: int) -> str:
        file, page = self.filing.place(start)
        name = self.filing.files[file].path.name
        return f"{name}, page {page}" if self.filing.files[file].kind == "pdf" else name

    def _cell(self, figure: Figure) -> str:
        file = self.filing.files[figure.file]
        sheet = next((page.name for page in file.pages if page.number == figure.page), "")
        where = f"page {figure.page}, " if file.kind == "pdf" else f"sheet {sheet}, " if sheet else ""
        table = "" if sheet else f"table {figure.table}, "
        return f"{file.path.name}, {where}{table}row {figure.row}, column {figure.column}"

    def _sentences(self):
        document = self.filing.disclosure
        view, text = document.view, document.text
        why = {row["kind"]: row["why"] for row in rows_of(RULES / "profile" / "claims_on_amounts.csv")}
        position = 0
        for line in view.text.split("\n"):
            for claim in arithmetic.claims(view.text, position, position + len(line)):
                start, end = view.span(claim.start, claim.end)
                state = HOLDS if claim.holds else FAILS
                quote = " ".join(text[start:end].split())
                yield self._row(
                    claim.kind,
                    "sentence",
                    why[claim.kind],
                    claim.stated,
                    claim.computed if not claim.holds else claim.stated,
                    state,
                    "",
                    quote,
                    self._where(start),
                    unit="%" if claim.stated.endswith("%") else "",
                )
            position += len(line) + 1

    def _drafting(self):
        document, filing = self.filing.disclosure, self.filing
        view, text = document.view, document.text
        why = {row["kind"]: row["why"] for row in rows_of(RULES / "profile" / "claims_on_amounts.csv")}
        found = [*drafting.left_over(view.text), *drafting.odd_bases(view.text, filing.year, filing.stage == "决算")]
        for kind, first, last, words in found:
            start, end = view.span(max(first - 20, view.text.rfind("\n", 0, first) + 1), last)
            quote = " ".join(text[start:end].split())
            row = self._row(kind, "drafting", why[kind], words, "", ASKS, "", quote, self._where(start), unit="")
            yield row | {"check": ""}

    def _restatements(self):
        """A headline item of the text that is stated with several values for one year and stage."""
        facts = self.filing.facts
        levels = facts[(facts["measure"] == "level") & (facts["item"] != "") & facts["table"].isna()]
        levels = levels[levels["unit"].isin(YUAN) & (levels["qualifier"] == "") & (levels["per"] == "")]
        for (item, _, _), rows in levels.groupby(["item", "period", "stage"], sort=False):
            first, half = rows.iloc[0], self.filing.disclosure.audit.half
            for index in range(1, len(rows)):
                other = rows.iloc[index]
                gap = convert(first["value"], first["unit"]) - convert(other["value"], other["unit"])
                state = (
                    HOLDS if not gap else ROUNDING if abs(gap) <= half(first["fact"]) + half(other["fact"]) else FAILS
                )
                yield self._row(
                    "restatement",
                    item,
                    "one item stated in two places of the text",
                    first["printed"],
                    other["printed"],
                    state,
                    amount(gap),
                    " | ".join(" ".join(row["quote"].split()) for row in (first, other)),
                    self._where(other["start"]),
                    unit=first["unit"],
                    facts=f"{first['fact']} {other['fact']}",
                )

    def _sums(self):
        """The sums of the text by its items, each within the sentence that lists the parts."""
        audit = self.filing.disclosure.audit
        for check in audit.check_list:
            if check.kind != "sum":
                continue
            facts = [audit.facts[f] for f in check.facts]
            state, missing = audit.state(check), " | ".join(check.missing)
            if state == FAILS and (missing := self._unlisted(facts)):
                state = UNTESTED
            yield self._row(
                "sum",
                check.rule,
                check.why,
                check.left.text,
                check.right.text,
                state,
                amount(Decimal(audit.residual(check).numerator) / audit.residual(check).denominator)
                if state != UNTESTED
                else "",
                " | ".join(" ".join(f.quote.split()) for f in facts),
                self._where(facts[0].start) if facts else "",
                missing=missing,
                facts=" ".join(check.facts),
            )

    def _unlisted(self, facts) -> str:
        """Why a sum cannot be tested: its parts do not stand in one sentence with it, or others stand among them."""
        view = self.filing.disclosure.view
        first, last = (view.at(pick(f.number_start for f in facts)) for pick in (min, max))
        close = min((at for at in (view.text.find(stop, last) for stop in "。\n") if at >= 0), default=len(view.text))
        if re.search("[。\n]", view.text[first:last]):
            return "the parts do not stand in one sentence with the whole"
        known = {view.at(f.number_start) for f in facts}
        others = [a for a in arithmetic.amounts(view.text, first, close) if a.start not in known and not a.changes]
        return "not known to be a part: " + ", ".join(a.printed for a in others) if others else ""

    def _tables(self):
        figures = self.filing.figures
        words = {
            "row": "the parts of the row make up its total",
            "codes": "the amounts of the finer class codes make up the coarser one",
            "tables": "one item stated in two tables",
            "text": "one item stated in a table and in the text",
        }
        for f in (*footing.footings(figures), *footing.restatements(figures), *self._against_text()):
            state = UNTESTED if f.doubt else FAILS if not f.holds else HOLDS if f.gap == 0 else ROUNDING
            first = f.left[0]
            yield self._row(
                f.kind,
                first.item or first.code or first.label,
                words[f.kind],
                " + ".join(x.printed for x in f.left),
                " + ".join(x.printed for x in f.right),
                state,
                str(Decimal(f.gap.numerator) / f.gap.denominator),
                " | ".join(
                    " · ".join(filter(None, (x.title, x.label, x.head, x.printed))) for x in (*f.left, *f.right)
                ),
                self._cell(first),
                unit=first.unit,
                missing=f.doubt,
            )

    def _against_text(self):
        """Items that a table and the text both state for the filing's year and stage, whatever their units."""
        filing = self.filing
        prose = filing.facts[filing.facts["table"].isna() & (filing.facts["stage"] == filing.stage)]
        levels = prose[(prose["measure"] == "level") & (prose["period"] == filing.year) & prose["unit"].isin(YUAN)]
        levels = levels[(levels["item"] != "") & (levels["qualifier"] == "")]
        for name, code, value, unit, printed, fact, stage in self._named():
            tables = [f for f in filing.figures if f.label == name and f.code == code and f.unit]
            tables = [f for f in tables if f.head.endswith(("合计", "金额", "决算数", "预算数"))]
            tables = [f for f in tables if f.stage == stage and f.year in ("", filing.year)]
            if stage == filing.stage and tables and len({footing.yuan(f) for f in tables}) == 1:
                said = Figure(0, 0, 0, 0, 0, "", "", name, "", code, value, unit, printed)
                slack = filing.disclosure.audit.half(fact) * 10_000
                yield footing.tested("text", tables[:1], [said], slack)
        for item, rows in levels.groupby("item", sort=False):
            stated = {Fraction(convert(v, u, "元")) for v, u in zip(rows["value"], rows["unit"], strict=True)}
            tables = [f for f in filing.figures if f.item == item and f.unit and f.year in ("", filing.year)]
            tables = [f for f in tables if f.stage == filing.stage]
            if len(stated) != 1 or len({footing.yuan(f) for f in tables}) != 1:
                continue  # several values: which of them is meant is not ours to choose
            row = rows.iloc[0]
            said = Figure(0, 0, 0, 0, 0, "", "", "", "", "", row["value"], row["unit"], row["printed"], item)
            slack = filing.disclosure.audit.half(row["fact"]) * 10_000
            yield footing.tested("text", tables[:1], [said], slack)

    def _named(self):
        """The facts of the text that have a class code of the tables, each name and amount once."""
        facts = self.filing.facts
        named = facts[(facts["code"] != "") & facts["table"].isna()].drop_duplicates(["name", "value"])
        columns = ["name", "code", "value", "unit", "printed", "fact", "stage"]
        return named[columns].itertuples(index=False)

    @property
    def findings(self) -> pd.DataFrame:
        """One row a finding: each failing check, those that one misprint upsets as one."""
        wording = {row["kind"]: row for row in rows_of(RULES / "profile" / "claims_on_amounts.csv")}
        groups: dict[tuple, list[dict]] = {}
        for row in (*(row for row in self.rows if row["state"] == FAILS), *self._drafting()):
            # One misprint upsets sums by the same amount; a second value of an item differs wherever it is restated.
            causes = {"restatement": row["rule"]} | dict.fromkeys(("row", "codes", "tables", "choice"), row["residual"])
            key = row["kind"], causes.get(row["kind"], (row["quotes"], row["place"]))
            groups.setdefault(key, []).append(row)
        found = []
        for group in groups.values():
            first, words = group[0], wording[group[0]["kind"]]
            found.append(
                dict.fromkeys(FINDING_COLUMNS, "")
                | dict(
                    matter="drafting" if first["state"] == ASKS else "contradiction",
                    weight=int(words["weight"]),
                    confidence="strong",
                    kind=first["kind"],
                    rule=first["rule"],
                    state=first["state"],
                    title=words["title"].format(**first),
                    says=first["quotes"],
                    places=" | ".join(dict.fromkeys(row["place"] for row in group)),
                    expected=first["why"],
                    source=first["source"],
                    gap=first["residual"],
                    unit=first["unit"],
                    innocent=words["innocent"],
                    question=words["question"].format(**first),
                    rests_on=" ".join(filter(None, (row["check"] for row in group))),
                )
            )
        found.sort(key=lambda row: -row["weight"])
        rows = [row | {"finding": f"N{k:02}"} for k, row in enumerate(found, 1)]
        return pd.DataFrame(rows, columns=FINDING_COLUMNS)

    @property
    def read(self) -> dict[str, int]:
        """How much was read: amounts of the text and of the tables, and how many of them have an item or a name."""
        facts = self.filing.facts
        money = facts[facts["unit"].isin(YUAN)]
        prose, tables = money[money["table"].isna()], money[money["table"].notna()]
        return {
            "amounts in the text": len(prose),
            "of these with an item or a printed class": int(((prose["item"] != "") | (prose["name"] != "")).sum()),
            "amounts in tables": len(tables),
            "of these with an item or a class code": int(((tables["item"] != "") | (tables["code"] != "")).sum()),
        }
