"""The facts of files: what the sentences state once their neighbours are heard, and what the cells of tables state.

`sentences` reads each figure by the words of its own clause. Here an amount may take its item from the one before it,
a name that is printed short from the list that it stands in, and an amount of one budget is kept apart from one of all
money.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from budgetbook.document import Document
from budgetbook.numbers import YUAN, convert
from budgetbook.reading.items import Items
from budgetbook.reading.sentences import LESS, MORE, Fact
from budgetbook.reading.tables import CHANGES, LAST, RATES, Figure
from budgetbook.rules import RULES, rows_of
from budgetbook.text import LONGEST_SENTENCE

LONGEST_HEADING = 60
# The printed name of a class below the headline: the words before （项）, or before （款） where no 项 follows.
NAMED = re.compile(
    r"(?:^|(?<=[“）.．、，。；：\d]))(?P<name>[^“”（），。；：、.．\d]{2,30}(?:（[^）款项类]{1,8}）[^“”（），。；：\d]{0,12})?)"
    r"（(?:项|款)）"
)
AFTER_NAME = re.compile(r"[”\"]?(?:支出)?(?:预算|决算)?(?:数)?(?:为)?")
STAGES = "年初预算|全年预算|调整预算|预算|决算"
STAGED = re.compile(rf"(?<!基金)(?<!公共)(?<!经营)(?<!部门)(?<!单位)({STAGES})数?(?:支出)?为?$")
NEXT_STAGE = re.compile(rf"）?，(?:支出)?(?:{STAGES})数?(?:支出)?为?")
# …, 完成全年预算126万元的78%; …, 年初预算126万元: what was planned for the item that stands before it.
PLANNED = re.compile(
    r"(?:的[\d.]+%[、，]|，(?:[^，。；]{0,20}%，)?)(?:(?:为|完成)?(?:年初|全年|调整)预算数?为?|完成预算数?)"
)
# 比2023年预算数8万元, 比2023年“三公”经费预算8万元: what stands behind is that year's, but for a change.
SINCE = re.compile(rf"(?:比|较|与)(?P<year>\d{{4}}年|上一?年|去年)(?:(?!{MORE}|{LESS})[^，。；])*$")
SHARE_BETWEEN = re.compile("^(?:，占[^，。；]{0,30}%)?，?")
CHANGED = re.compile(rf"(?:{MORE}|{LESS})(?:了|额|数)*")
HEADED = re.compile(
    r"(?:\d{1,2}[.、．]|（[一二三四五六七八九十\d]{1,3}）|[一二三四五六七八九十]{1,3}、)?(?P<name>[^，。；：]{2,24}?)(?:(?:支出)?(?:情况)?说明)?[。：]"
    r"(?:20\d\d年度?)?(?:(?:年初|全年|调整)?(?:预算|决算)(?:数|安排)?|安排)为?$"
)
# 2021年预算安排3万元, below a line that is a name alone.
ALONE = re.compile(r"(?:20\d\d年度?)?(?:年初|全年|调整)?(?:预算|决算)(?:安排|支出)?数?为?")
HEADING = re.compile(r"[\d一二三四五六七八九十（）.、．]{0,5}(?P<name>[^，。；：\d]{2,24}?)[：。]?")
# Words that end where the name of a part begins, and the amounts that projects under targets are said to come to.
PART_BEGINS = re.compile("[，、；：（。—]|其中|[万亿]?元(?:和|及|以及)?")
OTHERS_TOO = re.compile("[、，](?:政府性基金|国有资本|财政专户|其他|事业)|、")
AIMED = re.compile("(?:资金)?(?:全部)?(?:纳入|实行|实施)(?:预算)?绩效")
UNDER_TARGETS = re.compile(
    r"(?:涉及(?=[^，。；：\d]{0,16}(?:资金|金额|预算|支出|拨款))|(?:[，个]|项目)(?:资金|金额))[^，。；：\d]{0,16}?(?:为|约)?$"
)
# Money of another budget: what a sentence says of basic or project expenditure behind it is of that one alone.
OTHER_BUDGET = re.compile("政府性基金|国有资本经营")
OF_BUDGET = {"政府性基金": ".government_fund", "国有资本经营": ".state_capital"}
OF_ONE_BUDGET = ("expenditure.basic", "expenditure.project", "expenditure.function")
# What a list of operating funds names is their part, not the headline item of that name; and where money is paid from
# is no income: 政府采购预算36万元，其中一般公共预算拨款30万元.
LEFT_OUT = re.compile("不含[^，。；的）]{0,30}$")
IN_OPERATING = ("meetings", "training", "three_public.reception", "three_public.vehicle_running")
PAID = ("procurement", "operating_funds", "three_public", "expenditure.project", "performance")
# Sections that speak of the appropriation alone, or of the general public budget: what has the name of a headline item
# there is no amount of all money.
SCOPED = re.compile("(?P<fund>政府性基金)|(?P<state>国有资本)|(?P<general>一般公共预算)|(?P<fiscal>财政拨款)")
PARTS_OF_GENERAL = re.compile("一般公共预算(?:财政拨款|当年拨款|拨款)?支出(?:[^。]*。?其中|(?:预算)?中，)")
PARTS_OF_FISCAL = re.compile(r"财政拨款(?:安排)?支出[\d,.]+万?元[^。]*。?其中")
NARROW = {
    "general": {
        "expenditure.basic": "fiscal.general_public_basic",
        "expenditure": "fiscal.general_public",
        "income": "income.general_public",
    },
    "fiscal": {"expenditure.basic": "fiscal.basic", "expenditure": "fiscal.expenditure", "income": "income.fiscal"},
    "fund": {"expenditure": "expenditure.government_fund", "income": "income.government_fund"},
    "state": {"expenditure": "expenditure.state_capital", "income": "income.state_capital"},
}
NARROWED = (
    *("income", "expenditure", "expenditure.basic", "expenditure.project", "carry_over"),
    *("expenditure.basic.staff", "expenditure.basic.public_funds"),
)


@dataclass
class Filed(Fact):
    """A fact of a file and its place there. A cell of a table has no `start`, an amount of the text no `table`."""

    file: str = ""
    page: int = 1
    table: int | None = None
    row: int | None = None
    column: int | None = None
    stage: str = ""  # 预算, 年初预算, 全年预算, 调整预算 or 决算
    scope: str = ""  # 部门 (a department with its units) or 单位
    code: str = ""  # of a class
    name: str = ""  # the printed name of a class below the headline


COLUMNS = [f.name for f in fields(Filed)]


def of_tables(figures: Iterable[Figure], files: list[str], year: str, scope: str) -> Iterator[Filed]:
    """A fact for each figure of a table; its quote is title, row, column and amount. files: their names."""
    for number, f in enumerate(figures, 1):
        yield Filed(
            fact=f"T{number:04}",
            section="",
            item=f.item,
            period=str(int(year) - 1) if f.year == LAST and year else f.year or year,
            base="",
            measure="share" if RATES.search(f.head) else "change" if CHANGES.search(f.head) else "level",
            value=f.value,
            unit=f.unit,
            per="",
            qualifier="",
            printed=f.printed,
            quote=" · ".join(filter(None, (f.title, f.label, f.head, f.printed))),
            start=None,
            end=None,
            number_start=None,
            number_end=None,
            file=files[f.file],
            page=f.page,
            table=f.table,
            row=f.row,
            column=f.column,
            stage=f.stage,
            scope=scope,
            code=f.code,
            name=f.label or f.head,
        )


def _sentence(before: str) -> str:
    """The words of the last sentence, with the one before it if it goes on with its parts: 支出10万元。其中：…."""
    above, _, last = before.rpartition("。")
    return f"{above.rpartition('。')[2]}。{last}" if last.startswith("其中") else last


def _whole_counts(facts: list[Filed]) -> None:
    """Of several counts of one thing keep the item of those said to be of all: 机关9人，所属5人，合计14人."""
    counts = defaultdict(list)
    for fact in facts:
        if fact.measure == "count" and fact.item.startswith(("organisation.", "assets.")):
            if fact.item == "assets.vehicles" and re.search("不含[^，。]*$", fact.quote):
                fact.item, fact.measure = "", "unclassified"
                continue
            counts[fact.item].append(fact)
    for alike in counts.values():
        if len({fact.value for fact in alike}) > 1:
            for fact in alike:
                if not re.search("合计|总计|共|核定|总数", fact.quote):
                    fact.item, fact.measure = "", "unclassified"


class Prose:
    """The facts of the text of files: those of its document, each with what its neighbours say of it."""

    def __init__(self, document: Document, figures: list[Figure], year: str, stage: str, scope: str) -> None:
        """figures: those of the tables, which know class codes and what is stated of all money."""
        self.document, self.view, self.figures = document, document.view, figures
        self.year, self.stage, self.scope = year, stage, scope
        self.items = Items(document.rows("taxonomy"))
        self.counted = [
            (row["units"].split(), re.compile(row["words"]), row["item"])
            for row in rows_of(RULES / "profile" / "counted.csv")
        ]
        self.shortened = [
            (row["within"], re.compile(row["words"]), row["item"])
            for row in rows_of(RULES / "profile" / "shortened.csv")
        ]

    def read(self, files: list[str], starts: list[int], pages: list[tuple[int, int]]) -> list[Filed]:
        """The facts in reading order. starts: where each page begins in the text; pages: its file and its number."""
        codes, facts = self._codes(), []
        for fact in self.document.fact_list:
            file, page = pages[max(bisect_right(starts, fact.start) - 1, 0)]
            filed = Filed(**vars(fact), file=files[file], page=page, stage=self._stage(fact), scope=self.scope)
            # Where no words date an amount it is the filing's own year's.
            if not filed.period and filed.value is not None:
                filed.period = self.year
            # A class is not the headline item of the same words: 会议费（款） is that of basic expenditure.
            filed.name = self._name(fact, not fact.item) if fact.unit in YUAN else ""
            if filed.name:
                filed.item, filed.measure, filed.code = "", "level", codes.get(filed.name, "")
            facts.append(filed)
        for fact in facts:
            if fact.unit not in YUAN and fact.number_start is not None:
                self._count(fact)
        self._follow(facts)
        self._narrow(facts)
        _whole_counts(facts)
        return facts

    def _count(self, fact: Filed) -> None:
        """Give a count, in place, the item of the things that the words before it count: 接待批次, 团组, 保有量."""
        sentence = self._before(fact).rpartition("。")[2]
        for units, words, item in self.counted:
            if fact.unit in units and words.search(sentence):
                fact.item, fact.measure = item, "count"
                return

    def _follow(self, facts: list[Filed]) -> None:
        """Give amounts, in place, what the amounts before them in the sentence say that they are."""
        staged, last, base, paid = "", None, None, None  # the facts that the next ones may go on from
        for fact in facts:
            if fact.unit not in YUAN or fact.number_start is None:
                continue
            before = self._before(fact)
            sentence, between = before.rpartition("。")[2], before.rpartition("元")[2]
            told, since = STAGED.search(before[-12:]), SINCE.search(sentence)
            near = last if last and "。" not in between and last.printed in sentence else None
            if fact.item.startswith("glossary."):  # 一般公共预算3万元: a name of the glossary, short for an item
                fact.item, fact.measure = "", "unclassified"
            if fact.measure == "unclassified" and not fact.name:
                item, measure = self._from_neighbours(fact, before, between, staged, last, near, base)
                if measure == "change":
                    fact.period, fact.base = self.year, base.period
                fact.item, fact.measure = (item, measure) if item else ("", "unclassified")
            item = self._in_context(fact.item, before, sentence, paid)
            fact.item, fact.measure = item, fact.measure if item or fact.name else "unclassified"
            base = None
            if since and fact.measure == "level" and self.year:  # 比2023年8万元: what it was then
                digits = re.match(r"\d{4}", since.group("year"))
                fact.period, base = digits.group() if digits else str(int(self.year) - 1), fact
            staged = fact.item if told else ""
            last = fact if fact.item else None
            paid = fact if fact.item.startswith(PAID) else paid

    def _from_neighbours(self, fact, before, between, staged, last, near, base) -> tuple[str, str]:
        """The item and the measure that the words around an unknown amount give it; "" if they give none.

        支出年初预算为50万元，支出决算为51万元: the second is of the first's item.
        收入预算10万元，比2023年8万元增加2万元: the second is last year's, the third the change.
        1.公务接待费。2024年预算数3万元: the head of the line names the item.
        政府采购预算10万元，其中：货物6万元: the name is printed short.
        """
        sentence = before.rpartition("。")[2]
        if staged and STAGED.search(before[-12:]) and NEXT_STAGE.fullmatch(between):
            return staged, "level"
        if near and near.measure in ("level", "change") and PLANNED.fullmatch(between):
            return near.item, "level"
        since = SINCE.search(sentence) and SINCE.fullmatch(SHARE_BETWEEN.sub("", between))
        if near and near.measure == "level" and since:
            return near.item, "level"
        if base and near is base and CHANGED.fullmatch(between):
            return base.item, "change"
        head = HEADED.match(before) or (ALONE.fullmatch(before) and HEADING.fullmatch(self._above(fact)))
        if head and (name := head.group("name").replace("（类）", "")) in self.items.by_wording:
            return self.items.resolve(name, ""), "level"
        behind = self._behind(fact)
        aimed = re.split("绩效目标|自评", before)
        parts = re.search("元[，。；：]其中", aimed[-1])  # the amounts of kinds of projects, behind that of all
        counted = re.search(r"\d个|\d项|全部|全面|涉及", before)  # the amount of one project is no amount of all
        aims = (
            len(aimed) > 1 and counted and not parts and UNDER_TARGETS.search(before) and not OTHERS_TOO.match(behind)
        )
        if aims or AIMED.match(behind):
            return "performance.project" if "项目" in sentence.rpartition("；")[2] else "performance", "level"
        if last and last.printed in before:
            words = PART_BEGINS.split(before)[-1]
            for within, name, item in self.shortened:
                if last.item.startswith(within) and name.fullmatch(words):
                    return item, "level"
        return "", ""

    def _in_context(self, item: str, before: str, sentence: str, paid: Filed | None) -> str:
        """The item that an amount is for after all, by what its sentence speaks of; "" if it is none's headline."""
        if "绩效目标" in sentence and item in ("expenditure.basic", "expenditure.project"):
            return f"performance.{item.rpartition('.')[2]}"
        if LEFT_OUT.search(sentence):
            return ""
        other = OTHER_BUDGET.search(sentence) if "一般公共预算" not in sentence else None
        if other and item.startswith((*OF_ONE_BUDGET, "carry_over")):
            return ""
        if other and item in ("income", "expenditure"):  # 政府性基金预算…本年收入42万元
            return item + OF_BUDGET[other.group()]
        if paid and paid.item == "operating_funds" and item in IN_OPERATING and paid.printed in before:
            since = before.rpartition(paid.printed)[2].replace("。其中", "")
            return "" if "。" not in since else item
        if paid and item.startswith(("income.", "fiscal.", "carry_over")) and paid.printed in sentence:
            return ""
        if item.startswith("budget.") and re.search("财政拨款收入总计[^。]*$", sentence):
            return ""  # 支出总计 goes on with the appropriation
        return item

    def _narrow(self, facts: list[Filed]) -> None:
        """Keep amounts of one budget alone from items that are stated elsewhere of all money."""
        sections = self._scopes()
        money = [f for f in facts if f.measure == "level" and f.unit in YUAN and f.number_start is not None]
        said = {f.fact: _sentence(self._before(f)) for f in money}
        scopes = {
            f.fact: "general"
            if PARTS_OF_GENERAL.search(said[f.fact])
            else "fiscal"
            if PARTS_OF_FISCAL.search(said[f.fact])
            else sections.get(f.section)
            for f in money
        }
        wide = defaultdict(set)  # item → what is stated of it where all money is spoken of, in yuan
        for f in money:
            if not scopes[f.fact]:
                wide[f.item].add(convert(f.value, f.unit, "元"))
        for f in self.figures:
            if f.item and f.unit and not SCOPED.search(f.title):
                wide[f.item].add(convert(f.value, f.unit, "元"))
        for f in money:
            scope, elsewhere = scopes[f.fact], wide.get(f.item)
            if not scope or not elsewhere or not (f.item in NARROWED or f.item.startswith("expenditure.function.")):
                continue
            if f.item not in NARROW[scope] and convert(f.value, f.unit, "元") in elsewhere:
                continue  # the one budget is all there is
            scope = "general" if "一般公共预算" in said[f.fact] else scope
            f.item = NARROW[scope].get(f.item, "")
            f.measure = "level" if f.item else "unclassified"

    def _scopes(self) -> dict[str, str | None]:
        """Section → general or fiscal, where its heading, or that of one above it, speaks of the one budget."""
        scopes, text = {}, self.document.text
        for section in self.document.section_list:  # parents stand before what is below them
            heading = re.split("[：。\n]", text[section.start : section.end].lstrip())[0]
            told = len(heading) > LONGEST_HEADING or re.search(r"[，；]|\d[元万]", heading)
            own = None if told else SCOPED.search(heading)
            scopes[section.section] = own.lastgroup if own else scopes.get(section.parent)
        return scopes

    def _before(self, fact: Fact) -> str:
        """The folded words of the paragraph before a number."""
        at = self.view.at(fact.number_start)
        first = max(at - LONGEST_SENTENCE, 0)
        return self.view.text[max(self.view.text.rfind("\n", first, at) + 1, first) : at]

    def _behind(self, fact: Fact) -> str:
        """The folded words behind an amount and its unit."""
        at = self.view.at(fact.number_end - 1) + 1 + len(fact.unit)
        return self.view.text[at : at + 12]

    def _above(self, fact: Fact) -> str:
        """The folded paragraph above that of a number, if it is short enough for a heading."""
        text = self.view.text
        close = text.rfind("\n", 0, self.view.at(fact.number_start))
        first = text.rfind("\n", max(close - LONGEST_HEADING, 0), max(close, 0)) + 1
        return text[first:close] if first and close > 0 else ""

    def _line_above(self, fact: Fact) -> str:
        """The same, if it names a class and ends with that name."""
        line = self._above(fact)
        return line if re.search("（[款项]）[。：]?$", line) else ""

    def _stage(self, fact: Fact) -> str:
        """The stage that the words right before a number name; else that of the filing."""
        found = None if fact.number_start is None else STAGED.search(self._before(fact)[-12:])
        own = found is None or (
            found.group(1) == "年初预算" and self.stage == "预算"
        )  # the year begins with the budget
        return self.stage if own else found.group(1)

    def _name(self, fact: Fact, far: bool) -> str:
        """The printed name of the class whose amount it is: right before it, or, if far, heading its paragraph."""
        before = self._before(fact)
        names = list(NAMED.finditer(before))
        if not names and far and re.match(rf"(?:{STAGES})", before):
            names = list(NAMED.finditer(self._line_above(fact)))[-1:]  # 1、…行政运行（项）。 is a line of its own
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
