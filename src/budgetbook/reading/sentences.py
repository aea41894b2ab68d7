"""Reading: what each figure and claim of a text says, from the words around it.

The names of items are data (`rules/taxonomy.csv`), and so are the sentences without a figure (`rules/claims.csv`) and
the words that only look like numbers (`rules/numerals.csv`). What is code is the small grammar of the sentences in
which such texts put their figures: units, words of comparison, periods. Where the grammar does not reach, a figure
stays unclassified: better no item than a wrong one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, fields
from decimal import Decimal

from budgetbook.document import Document, Number
from budgetbook.numbers import MONEY, UNIT, Stated, number_value
from budgetbook.reading.items import Items
from budgetbook.text import CLAUSE_END, LONGEST_CLAUSE, LONGEST_SENTENCE, Section, fold

MORE, LESS = "增加|增长|上升|提高", "减少|下降|降低|压减|压缩|缩减|节约"
DIRECTION = re.compile(rf"(?:{MORE}|{LESS})(?!的?主要?原因|[到至]|一个|一项)")
# The word that makes a figure a change stands right before it: 比上年增加了约…
CHANGE = re.compile(rf"({MORE}|{LESS})(?:了|额|总额|合计|共|大?约|近|为)*+$")
SHARE = re.compile(r"占(?P<base>[^，。；]{0,30}?)的?(?:比重|比例)?(?:为|大?约)?$")
REASON = re.compile(r"原因|主要是(?!用于|(?:单位)?为(?:了)?(?:保障|完成)|指)")
NEXT_REASON = re.compile(r"(?:其[二三四]|[二三四]是|另)")
ABOUT = re.compile(r"(?:约|近|左右)$")
AT_LEAST = re.compile(r"(?:至少|不少于|不低于)[^，。；]{0,15}$")
AT_MOST = re.compile(r"(?:至多|不超过|不高于|控制在)[^，。；]{0,15}$")
PER = re.compile(r"每[人年季月周天次]|人均|各(?=[约近]?$)")
PERIOD = re.compile(r"(\d{4})年(?:(\d{1,2})月(\d{1,2})日)?|上一?年|去年|本年|今年|当年")
LAST_YEAR = ("上年", "上一年", "去年")
# A year before these words, or after those, dates something else than the figure: a base, a law, an event.
NOT_DATING_AFTER = re.compile(r"度?(?:相比|同期|末?结转|起施行|起实施|成立|出台)|起")
NOT_DATING_BEFORE = ("比", "较", "与", "同", "于", "由", "从", "自")
# The base of a comparison, when its own value follows: 比2020年100万元增加…
BASE_VALUE = re.compile(r"(?:比|较|与|同|由|从)((?:\d{4}年|上一?年|去年)度?)(?:年初|预算|数|的|为)*$")
BASE = re.compile(r"(?:比|较|与|同)((\d{4})年|上一?年|去年)")
# What may stand between the name of an item and its figure. Longer words before shorter ones that they begin with: what
# is taken is not given back (*+), since trying every way to cut a clause into words takes for ever.
LINK = re.compile(
    rf"""(?: [：，”] | 其中 | 包括 | \d{{4}}年(?:\d{{1,2}}月\d{{1,2}}日)?度?
    | (?:[上去本今当]|上一)年度? | 年初 | 全年 | 调整 | 预算 | 决算 | 数 | 总?额 | 总?金额 | 安排
    | 支出 | [总合共小]计
    | (?:一般公共预算)?财政拨款(?=预算|支出|安排|决算)
    | 汇总数 | 类(?=科目) | 科目 | 均 | 共有? | 各 | 为 | 是 | 约 | 大约 | 近 | 至少 | 不少于 | 不低于 | 不超过
    | 每[年季月周人] | 人均 | 的 | 有 | 达到? | 单位价值 | （[^）]{{0,{LONGEST_CLAUSE}}}+） | 同口径 | [比较与同] | 相比
    | {MORE} | {LESS} | [到至] | 了 | 占 )*+""",
    re.X,
)
# What may stand before the name of an item in its clause. Anything else could make it part of a longer name.
BODY = "部门|单位|局|厅|办公室|委员会|委|中心|院|处|会|校|站|所|队|本级|政府|街道|镇|乡|旗|学院|档案馆|图书馆|机关"
PREFIX = re.compile(
    rf"""(?: [“：，—] | \d[.．、] | 其中(?!心) | 现 | 年末 | 末 | 占有 | 占用 | 使用 | 另 | 即 | 本
    | （[^（）]{{0,20}}） | 全系统 | 包括 | 包含 | 以及 | 单位价值\d{{1,12}}+万元?以上
    | \d{{4}}年(?:\d{{1,2}}月\d{{1,2}}日)?度? | [上去本今当]年度?
    | 年?初(?!中) | 编制范围的
    | 预算 | 中(?!心) | 共有? | 有 | 的 | 主要 | 原因 | 是 | 新增 | 其[一二三四] | [一二三四]是 | {MORE} | {LESS}
    | 了 | 一个 | 一项 | 未?包含 | 不?含 | 安排 | 开支 | 拟 | 计划 | 纳入 | 全年 | 全部(?!门) | 至少 | 每[年季月周人]
    | 各 | 20\d\d(?!\d)
    | [与同比较](?:\d{{4}}年度?|上一?年度?|去年)(?:预算|决算)?数?(?:相比)?，? | 一般公共预算(?:财政)?拨款(?=安排)
    | 一般公共预算(?=机关|“三公) | 财政拨款(?=“三公) | 由于 | 因 | 财政拨款的 | 用于 | 举办(?!公室)
    | [一二三四五六七八九十]{{1,3}}、 | [^，。；：、\d]{{0,40}}?(?:说明|情况)
    | [^，。；：、\d]{{0,30}}?(?:{BODY}) )*+""",
    re.X,
)
# Names of items that also go on with the name of another one.
TAILS = frozenset({"支出预算", "收入预算", "支出决算", "收入决算", "预算支出", "预算收入"})
# What may stand right before the names of some items alone.
LEADS = {
    "三公": re.compile("(?:通过)?(?:一般公共预算)?(?:(?:财政|当年)?拨款)?(?:安排)?的?$"),
    "会议费": re.compile("(?:一般公共预算)?财政拨款$"),
    "培训费": re.compile("(?:一般公共预算)?财政拨款$"),
    "人员经费": re.compile("^[^，。；：\\d]{1,200}等$"),
    "公用经费": re.compile("^[^，。；：\\d]{1,200}等$"),
    "机关运行": re.compile("^[^，。；：比较占含其]{1,80}$"),
}
OF_GOVERNMENT = ("工资福利", "商品和服务", "资本性")
APPROPRIATED = re.compile("三公|会议费|培训费")  # 财政拨款“三公”经费 is that item
# An amount with another one joined to it: 包括人员经费3万元和公用经费.
JOINED = re.compile(r"^.{0,300}\d[亿万]?元(?:和|及|以及|与)")
COUNTED_ALIKE = (("人", "名", ""), ("辆", "台", ""), ("个", "家", "项", "部分", ""), ("平方米", "万平方米"))
# Claims that hold for no particular year.
UNDATED = ("purpose", "reason", "direction", "definition", "composition")
# What stands right after a figure whose item is named after it: 150万主要用于举办…, 200万以上大型设备.
NAMED_AFTER = re.compile(rf"(?:{UNIT.pattern})?(?:以上|主要用于|用于)")
# Names in a list that a count announces.
LIST = re.compile(r"分别(?:为|是)：?([^。；\n]+)|由([^，。；\n]{1,100})[一二三四五六七八九]部分")


# ----------------------------------------------------------------------------------------------------
# Reading


@dataclass
class Fact:
    """A figure or claim, with the columns of data/README.md. Positions are published ones; None for no figure."""

    fact: str
    section: str
    item: str
    period: str
    base: str
    measure: str
    value: Decimal | None
    unit: str
    per: str
    qualifier: str
    printed: str
    quote: str
    start: int
    end: int
    number_start: int | None
    number_end: int | None


COLUMNS = [f.name for f in fields(Fact)]


@dataclass(frozen=True)
class Mention:
    """A wording of the taxonomy that stands in the folded text."""

    start: int
    end: int
    wording: str


@dataclass
class Reader:
    """Walks a document once, in reading order, and says of each figure what it states."""

    document: Document
    items: Items
    context: dict[str, str] = field(default_factory=dict)  # section → the item it last spoke of
    period: dict[str, str] = field(default_factory=dict)  # section → the period it last named
    last: dict | None = None  # the figure before

    def __post_init__(self) -> None:
        self.view, self.places = self.document.view, self.document.places
        # The body's own name, whatever it ends with, makes no name of an item longer.
        own = re.escape(fold(self.document.about.get("body") or "本单位").text)
        self.prefix = re.compile(PREFIX.pattern.replace("(?:", rf"(?: {own} |", 1), re.X)
        self.mentions = [Mention(*m.span(), m.group()) for m in self.items.pattern.finditer(self.view.text)]
        self.sections = {s.section: s for s in self.document.section_list}

    # Where the reader is

    def inherited(self, memory: dict[str, str], section: str) -> str:
        """What the section, or the nearest one above it, last spoke of."""
        while section:
            if section in memory:
                return memory[section]
            section = self.sections[section].parent
        return ""

    def mentioned(self, start: int, end: int) -> list[Mention]:
        """The wordings that stand within a range of the folded text."""
        first = bisect_left(self.mentions, start, key=lambda m: m.start)
        last = bisect_left(self.mentions, end, key=lambda m: m.start)
        return [m for m in self.mentions[first:last] if m.end <= end]

    def clause_start(self, at: int) -> int:
        """Where the words of the clause begin, or those of the bracket that is open: 下降5%（公务用车购置费3万元."""
        return max(self.places.clause_start(at), self.places.bracket[at])

    # What a figure speaks of

    def subject(self, number: Number, unit: str, before: int) -> tuple[Mention | None, str]:
        """The wording that names what the figure counts, and whether it stands "before" or "after" the figure.

        Only words that connect may stand between the wording and the figure (or `before`, where its share begins), and
        only words that open a clause before the wording. Anything else means that the figure speaks of something that
        the taxonomy does not know.
        """
        text, at, close = self.view.text, number.view_start, self.places.clause_end(number.view_start)
        after = self.mentioned(number.view_end, close)
        if (
            after
            and NAMED_AFTER.match(text, number.view_end)
            and LINK.fullmatch(text, self.places.clause_start(at), at)
        ):
            return after[0], "after"
        counts = after and unit and not MONEY.fullmatch(unit) and after[0].start == number.view_end + len(unit)
        if counts and self.items.unit[self.items.resolve(after[0].wording, "")] != "万元":  # 0辆 counts no money
            return after[0], "after"
        for mention in reversed(self.mentioned(self.places.sentence_start(at), before)):
            if self.places.closes(mention.end, before):
                continue  # it stands in brackets that are closed before the figure
            between = text[mention.end : before]
            listed = unit == "部分" and re.fullmatch(r"由[^，。；]++", between)
            if (LINK.fullmatch(between) or listed) and not self._elsewhere(mention, between):
                return mention, "before"
            if self._tail(mention):
                continue  # 公务接待费支出预算为: the words 支出预算 belong to the name before them
            break
        return None, "before"

    def _tail(self, mention: Mention) -> bool:
        """Whether a wording such as 支出预算 only goes on with the name of an item of money right before it."""
        joined = self.mentioned(self.places.clause_start(mention.start), mention.start)
        if mention.wording not in TAILS or not joined or joined[-1].end != mention.start:
            return False
        first = self.items.resolve(joined[-1].wording, "")
        return self.items.unit[first] == "万元"

    def _elsewhere(self, mention: Mention, between: str) -> bool:
        """Whether the wording is not the subject after all: part of a longer name, one of two, or a base."""
        text = self.view.text
        prefix = text[self.clause_start(mention.start) : mention.start]
        prefix = JOINED.sub("", prefix)
        appropriated = prefix.endswith("拨款") and not APPROPRIATED.search(mention.wording)
        if prefix.endswith("机关") and mention.wording.startswith(OF_GOVERNMENT):
            return True  # 机关工资福利支出 is a class of the government's own list
        if appropriated or (prefix.endswith(("比", "较", "与")) and not prefix.endswith("相比")):
            return True
        own_clause = between[end.end() :] if (end := CLAUSE_END.search(between)) else between
        if DIRECTION.search(between) and not DIRECTION.search(own_clause):
            return True  # the words of change belong to an earlier clause
        leads = [lead for words, lead in LEADS.items() if words in mention.wording]
        if joined := [m for m in self.mentioned(self.places.clause_start(mention.start), mention.start)]:
            gap = text[joined[-1].end : mention.start]
            if re.fullmatch("和|及|以及|与|、", gap):
                return True  # the figure is for both
            first, second = (self.items.resolve(m.wording, "") for m in (joined[-1], mention))
            if not gap and self.items.unit[first] != self.items.unit[second]:
                return False  # an apposition: 一个重点专项 with its name
            if not gap and not any(lead.fullmatch(joined[-1].wording) for lead in leads):
                return True
        for lead in leads:
            prefix = lead.sub("", prefix)
        return not self.prefix.fullmatch(prefix)

    def figure(self, number: Number) -> dict:
        """The fact that a number states."""
        section = self.document.section_at(number.start)
        text, at = self.view.text, number.view_start
        found = UNIT.match(text, number.view_end)
        unit = found.group() if found else ""
        rest = text[number.view_end + len(unit) : number.view_end + len(unit) + 4]
        clause = self.clause_start(at)
        lead = text[clause:at]
        share = SHARE.search(lead) if unit == "%" else None
        mention, side = self.subject(number, unit, clause + share.start() if share else at)
        change = CHANGE.search(lead)
        if mention and side == "before" and not change and unit:
            change = re.search(rf"({MORE}|{LESS})了?$", text[self.places.clause_start(mention.start) : mention.start])
        if mention:
            item = self.items.resolve(mention.wording, self.inherited(self.context, section))
        else:  # 比上年增加…, 占…: a change or a share with no subject of its own speaks of the figure before it
            bare = (change or share) and LINK.fullmatch(text, clause, clause + share.start() if share else at)
            item = self.last["item"] if bare and self.last and self.last["section"] == section else ""
        per, sentence = " ".join(PER.findall(lead)), text[self.places.sentence_start(at) : at]
        measure = self.measure(item, unit, side, rest, change, share, per, reasoned(sentence))
        if item and measure == "count" and not counted_alike(self.items.unit[item], unit):
            item = ""  # 实有车辆编制6辆: no posts
        if not change and measure == "level" and DIRECTION.search(lead):
            item = ""  # a change that the grammar does not follow
        value = number_value(text[at : number.view_end])
        row = dict(
            section=section,
            item=item,
            period=self.when(number, section),
            base=self.base(sentence, share, measure, section),
            measure=measure if item else "unclassified",
            value=-value if change and change.group(1) in LESS.split("|") else value,
            unit=unit,
            per=per,
            qualifier=qualifier(lead, rest, measure),
            printed=number.printed,
            number_start=number.start,
            number_end=number.end,
        )
        if item and measure not in ("reason", "threshold"):
            self.context[section] = item
        start, end = self.view.span(*self.quoted(number, unit, mention, side, measure, item))
        self.last = row | dict(quote=self.document.text[start:end], start=start, end=end)
        return self.last

    def quoted(self, number: Number, unit: str, mention: Mention | None, side: str, measure: str, item: str):
        """The folded range of the words that carry a figure: from the clause that names its item to its unit."""
        at, end = number.view_start, number.view_end + len(unit)
        if mention and side == "before":
            return self.places.clause_start(mention.start), end
        if mention:
            return self.places.clause_start(at), mention.end if measure == "threshold" else self.places.clause_end(at)
        return (
            max(self.view.at(self.last["start"]), at - LONGEST_SENTENCE) if item else self.places.clause_start(at)
        ), end

    def measure(self, item: str, unit: str, side: str, rest: str, change, share, per: str, sentence: str) -> str:
        money = MONEY.fullmatch(unit) or (not unit and self.items.unit.get(item) == "万元")
        if rest.startswith("以上") and side == "after":
            return "threshold"
        if change:
            return "growth" if unit in ("%", "倍") else "change"
        if unit == "%":
            return "share" if share else "unclassified"
        if money:
            return "rate" if per else "reason" if REASON.search(sentence) else "level"
        return {"平方米": "area", "万平方米": "area", "次": "frequency"}.get(unit, "count")

    def when(self, number: Number, section: str) -> str:
        """The period that the figure is for: the last one its sentence names, or what its section goes by; else ""."""
        text, at = self.view.text, number.view_start
        begin = self.places.sentence_start(at)
        if base := BASE_VALUE.search(text[begin:at]):
            return self.year(base.group(1))
        names = [m for m in self.mentioned(begin, at) if re.search(r"\d", m.wording)]
        for match in reversed(list(PERIOD.finditer(text, begin, at))):
            if (
                text.endswith(NOT_DATING_BEFORE, 0, match.start())
                or NOT_DATING_AFTER.match(text, match.end())
                or self.places.closes(match.end(), at)
                or any(m.start <= match.start() < m.end for m in names)
                or (match.group() in LAST_YEAR and CLAUSE_END.search(text, match.end(), at))  # 上年未安排；…
            ):
                continue
            if match.group(2):
                year, month, day = match.groups()
                found = f"{year}-{int(month):02}-{int(day):02}"
            else:
                found = self.year(match.group())
            # 截至2021年12月底 dates the stock of its own sentence, not the money of the section.
            stock = text.endswith(("截至", "截止"), 0, match.start()) and not match.group(3)
            if match.group() not in LAST_YEAR and not stock:
                self.period[section] = found
            return found
        return self.inherited(self.period, section)

    def year(self, words: str) -> str:
        """The year that words like 2020年, 上年, 本年 name; "" where the document's own year is needed and unknown."""
        if digits := re.match(r"\d{4}", words):
            return digits.group()
        own = self.document.about.get("fiscal_year")
        return "" if own is None else str(int(own) - (words[0] in "上去"))

    def base(self, sentence: str, share, measure: str, section: str) -> str:
        """What a change is compared with (a year), or what a share is a share of (an item, "" if not said)."""
        if measure in ("change", "growth"):
            found = list(BASE.finditer(sentence))
            return self.year(found[-1].group(1)) if found else ""
        if share and (named := self.items.pattern.search(share.group("base"))):
            return self.items.resolve(named.group(), self.inherited(self.context, section))
        return ""

    # Sentences without a figure

    def claims(self, figures: list[dict]) -> list[dict]:
        """What the text states in words: none of something, planned nothing, left out, named, defined, promised."""
        figures_of = defaultdict(list)  # (section, "figure" or "change") → those it states, in reading order
        for figure in figures:
            figures_of[figure["section"], "figure"].append(figure)
            if figure["measure"] in ("change", "growth"):
                figures_of[figure["section"], "change"].append(figure)
        rows = [
            self.claim(match, rule, figures_of)
            for rule in self.document.rows("claims")
            for match in re.finditer(rule["pattern"], self.view.text)
        ]
        return [row for row in rows if row] + self.duties() + self.names() + self.definitions()

    def claim(
        self, match: re.Match, rule: dict[str, str], figures_of: dict[tuple[str, str], list[dict]]
    ) -> dict | None:
        """One sentence that matches a rule of the table `claims`; None if there is nothing that it could be about.

        about: "object" (the item that the object names), "figure" or "change" (that of the figure, or change, before it
        in its section), "mention" (the wording before it), or an item.
        """
        at = self.view.positions[match.start()]
        section, about = self.document.section_at(at), rule["about"]
        context = self.inherited(self.context, section)
        if about in ("figure", "change"):
            figures = figures_of[section, about]
            before = bisect_left(figures, at, key=lambda figure: figure["number_start"])
            if not before:
                return None
            item = figures[before - 1]["item"]
        elif about in ("object", "mention"):
            place = (
                match.span("object")
                if about == "object"
                else (self.places.sentence_start(match.start()), match.start())
            )
            named = self.mentioned(*place)
            item = self.items.resolve(named[-1].wording, context) if named else ""
            if not named and about == "mention":
                return None
        else:
            item = about
        period = "" if rule["measure"] in UNDATED else self.claim_period(match)
        start, end = self.view.span(*match.span())
        first, last = self.view.span(*match.span("object"))
        return self.row(section, item, rule["measure"], self.document.text[first:last], start, end, period)

    def claim_period(self, match: re.Match) -> str:
        """The year that the clause of a claim names before its object, or else its sentence."""
        own = (self.places.clause_start(match.start()), match.start("object"))
        for begin, end in (own, (self.places.sentence_start(match.start()), match.start())):
            if found := PERIOD.search(self.view.text, begin, end):
                return self.year(found.group())
        return ""

    def row(self, section: str, item: str, measure: str, printed: str, start: int, end: int, period: str = "") -> dict:
        """A fact without a figure. start, end: published positions."""
        return dict.fromkeys(COLUMNS, "") | dict(
            section=section,
            item=item,
            period=period,
            measure=measure,
            value=None,
            printed=printed,
            quote=self.document.text[start:end],
            start=start,
            end=end,
            number_start=None,
            number_end=None,
        )

    def paragraph(self, section: Section, item: str, measure: str, printed: str) -> dict:
        """A numbered paragraph, without its marker, as one fact."""
        start, end = section.start + len(section.marker), section.end
        text = self.document.text[start:end]
        start, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        return self.row(section.section, item, measure, printed, start, end)

    def duties(self) -> list[dict]:
        """The numbered paragraphs below a heading that speaks of duties (职责, 职能)."""
        homes = {s.section for s in self.document.section_list if re.search("职责|职能", s.title)}
        return [
            self.paragraph(s, "organisation.duties", "duty", s.marker)
            for s in self.document.section_list
            if s.parent in homes
        ]

    def names(self) -> list[dict]:
        """The names in a list that a count announces: 内设组室4个，分别为：A、B、C；由A、B、C三部分构成."""
        rows = []
        for match in LIST.finditer(self.view.text):
            before = self.mentioned(self.places.sentence_start(match.start()), match.start())
            item = self.items.resolve(before[-1].wording, "") if before else ""
            section = self.document.section_at(self.view.positions[match.start()])
            listed = 1 if match.group(1) else 2
            for name in re.finditer(r"(?<![^、\d])[^、\d]++(?=、|$)", match.group(listed)):
                start, end = (match.start(listed) + k for k in name.span())
                rows.append(self.row(section, item, "name", name.group(), *self.view.span(start, end)))
        return rows

    def definitions(self) -> list[dict]:
        """The numbered entries below 名词解释; `printed` is the term."""
        homes = {s.section for s in self.document.section_list if "名词解释" in s.title}
        rows = []
        for section in self.document.section_list:
            if section.parent in homes:
                term = fold(section.title).text
                item = self.items.resolve(term, "glossary") if term in self.items.by_wording else ""
                rows.append(self.paragraph(section, item, "definition", section.title))
        return rows

    def unbroken(self, start: int, end: int) -> tuple[int, int]:
        """A published range, widened so that it cuts no clause that negates."""
        folded = self.view.at(start), self.view.at(end)
        return self.view.span(*self.document.places.unbroken(*folded))

    def read(self) -> list[Fact]:
        """The facts of the document, in reading order."""
        figures = [self.figure(n) for n in self.document.number_list if n.kind == "figure"]
        rows = sorted(
            figures + self.claims(figures), key=lambda row: (row["start"], row["number_start"] or -1, row["end"])
        )
        for number, row in enumerate(rows, start=1):
            row["fact"] = f"F{number:03}"
            row["value"] = None if row["value"] is None else Stated(row["value"], row["fact"])
            row["start"], row["end"] = self.unbroken(row["start"], row["end"])
            row["quote"] = self.document.text[row["start"] : row["end"]]
        return [Fact(**row) for row in rows]


def counted_alike(known: str, unit: str) -> bool:
    """Whether an item that is counted in the one unit may be counted in the other."""
    return next((unit in alike for alike in COUNTED_ALIKE if known in alike), True)


def reasoned(sentence: str) -> str:
    """The part of a sentence that a reason in it could rule: from a semicolon on, unless its list goes on there.

    A colon behind the word announces a list: 主要原因：…；….
    """
    return sentence if "原因：" in sentence else re.split(f"；(?!{NEXT_REASON.pattern})", sentence)[-1]


def qualifier(lead: str, rest: str, measure: str) -> str:
    """What the words around a figure say of how sure it is: about, at least, at most, or ""."""
    if ABOUT.search(lead) or rest.startswith("左右"):
        return "about"
    if AT_LEAST.search(lead) or (rest.startswith("以上") and measure != "threshold"):
        return "at least"
    return "at most" if AT_MOST.search(lead) or rest.startswith("以内") else ""
