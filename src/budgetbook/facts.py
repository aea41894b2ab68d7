"""From the text to tidy facts: what each figure and checkable claim of a disclosure says, with its words and place.

The vocabulary is data: `data/taxonomy.csv` names the items with their wordings, `data/claims.csv` the sentences without
a figure, `data/numerals.csv` the words that only look like numbers. To teach the reader a new wording, add it there.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

import pandas as pd

from budgetbook.document import MONEY_UNITS, UNIT, Document, Number, Section, fold, hanzi_number
from budgetbook.paths import DATA

MAIN = "liling-grid-centre-2021"

# 1 unit = this many yuan. A bare 万 or 亿 before no other unit is read as money.
YUAN = {
    "元": Decimal(1),
    "千元": Decimal(10**3),
    "万元": Decimal(10**4),
    "亿元": Decimal(10**8),
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
}

# Words right before a figure that tell what it measures, and which way a change goes.
CHANGE = re.compile(r"(增加|增长|上升|减少|下降|降低|压减)(?:了)?$")
LESS = ("减少", "下降", "降低", "压减")
SHARE = re.compile(r"占[^，。；]{0,30}$")
REASON = re.compile(r"原因|主要是(?!用于)")
ABOUT = re.compile(r"(?:约|大约|近|左右)$")
AT_LEAST = re.compile(r"(?:至少|不少于|不低于)[^，。；]{0,15}$")
AT_MOST = re.compile(r"(?:至多|不超过|不高于)[^，。；]{0,15}$")
PERIOD = re.compile(r"(\d{4})年(?:(\d{1,2})月(\d{1,2})日)?|上年")
# What may stand between the name of an item and its figure.
LINK = re.compile(
    r"""(?: [：，”] | 其中 | 包括 | \d{4}年(?:\d+月\d+日)?度? | 上年度? | 年初 | 预算 | 数 | 总?额 | 金额 | 安排 | 支出
    | [总合共小]计 | 共有? | 各 | 为 | 是 | 约 | 大约 | 近 | 至少 | 不少于 | 不低于 | 不超过 | 每[年季月周人]
    | 的 | 有 | 达到? | 单位价值 | （[^）]*） | [比较与] | 相比 | 同口径 | 增加 | 增长 | 上升
    | 减少 | 下降 | 降低 | 压减 | 了 | 占 | 由[^，。；]+ )*""",
    re.X,
)
# What stands right after a figure whose item is named after it: 150万主要用于举办…, 200万以上大型设备.
NAMED_AFTER = re.compile(rf"(?:{UNIT.pattern})?(?:以上|主要用于|用于)")
COUNTED_NOUN = re.compile("个|项|部分|家|件|类")
CLAUSE = re.compile(r"[，。；：\n]")


# ----------------------------------------------------------------------------------------------------
# Items


@lru_cache
def read_taxonomy() -> pd.DataFrame:
    """`data/taxonomy.csv`, one row a budget item, indexed by item: zh, en, parent, unit, code, disclosure, aliases."""
    return pd.read_csv(DATA / "taxonomy.csv", dtype=str, keep_default_na=False).set_index("item", drop=False)


class Items:
    """The items of the taxonomy, looked up by the words of a text and by where the text is."""

    def __init__(self, disclosure: str = "") -> None:
        table = read_taxonomy()
        table = table[table["disclosure"].isin(["", disclosure])]
        self.parent = dict(zip(table["item"], table["parent"], strict=True))
        self.by_wording: dict[str, list[str]] = {}
        for item, zh, aliases in zip(table["item"], table["zh"], table["aliases"], strict=True):
            for wording in [zh, *filter(None, aliases.split("|"))]:
                self.by_wording.setdefault(fold(wording).text, []).append(item)
        longest_first = sorted(self.by_wording, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest_first)))

    def ancestors(self, item: str) -> list[str]:
        """The item itself, its parent, and so on to the root, and "" for the whole taxonomy."""
        line = [item]
        while line[-1]:
            line.append(self.parent.get(line[-1], ""))
        return line

    def resolve(self, wording: str, context: str) -> str:
        """The item that a wording means where the text last spoke of `context`: the nearest in the tree."""
        candidates = self.by_wording[wording]
        for ancestor in self.ancestors(context):
            near = [c for c in candidates if ancestor in self.ancestors(c)]
            if near:
                return min(near, key=lambda c: (c != ancestor, len(self.ancestors(c))))
        raise AssertionError("the root holds every item")


# ----------------------------------------------------------------------------------------------------
# Reading

COLUMNS = [
    "fact",
    "section",
    "item",
    "period",
    "measure",
    "value",
    "unit",
    "qualifier",
    "printed",
    "quote",
    "start",
    "end",
    "number_start",
    "number_end",
]


@dataclass
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
        self.view = self.document.view
        self.mentions = [Mention(*m.span(), m.group()) for m in self.items.pattern.finditer(self.view.text)]
        self.parents = {s.section: s.parent for s in self.document.section_list}
        self.marker_ends = [s.start + len(s.marker) for s in self.document.section_list]

    # Where the reader is

    def inherited(self, memory: dict[str, str], section: str) -> str:
        """What the section, or the nearest one above it, last spoke of."""
        while section:
            if section in memory:
                return memory[section]
            section = self.parents[section]
        return ""

    def sentence_start(self, at: int) -> int:
        """Where the sentence around `at` begins: after 。 or a line end, unless the line ends in the midst of it."""
        cuts = [m.end() for m in re.finditer(r"。|(?<![，；、])\n", self.view.text[:at])]
        return max([0, *cuts[-1:], self._marker_before(at)])

    def clause_start(self, at: int) -> int:
        """Where the words around `at` begin: after punctuation, or after a list marker."""
        cuts = [m.end() for m in CLAUSE.finditer(self.view.text, 0, at)]
        enumerated = self.view.text.rfind("、", 0, at) + 1
        if enumerated and re.search(rf"\d(?:{UNIT.pattern})、$", self.view.text[:enumerated][-12:]):
            cuts.append(enumerated)
        return max([0, self._marker_before(at), *cuts])

    def clause_end(self, at: int) -> int:
        end = CLAUSE.search(self.view.text, at)
        return end.start() if end else len(self.view.text)

    def _marker_before(self, at: int) -> int:
        """The end of the list marker that opens the line of `at`, or 0."""
        line = self.view.text.rfind("\n", 0, at) + 1
        ends = (i for i in range(at, line, -1) if self.view.positions[i - 1] + 1 in self.marker_ends)
        return next(ends, 0)

    def _outside_brackets(self, mention: Mention, at: int) -> bool:
        between = self.view.text[mention.end : at]
        return between.count("）") <= between.count("（")

    # What a figure speaks of

    def subject(self, number: Number) -> tuple[Mention | None, str]:
        """The wording that names what the figure counts, and whether it stands "before" or "after" the figure.

        Before it, only words that connect may stand between; an unknown noun there means that the figure speaks of
        something the taxonomy does not know, and no wording is given rather than a wrong one.
        """
        text, at, clause = self.view.text, number.view_start, self.clause_start(number.view_start)
        after = [m for m in self.mentions if number.view_end <= m.start and m.end <= self.clause_end(at)]
        if after and NAMED_AFTER.match(text, number.view_end) and LINK.fullmatch(text, clause, at):
            return after[0], "after"
        if after and COUNTED_NOUN.match(text, number.view_end):
            return after[0], "after"
        begin = self.sentence_start(at)
        before = [m for m in self.mentions if begin <= m.start and m.end <= at and self._outside_brackets(m, at)]
        if before and LINK.fullmatch(text, before[-1].end, at) and not self._compound(before):
            return before[-1], "before"
        return None, "before"

    def _compound(self, before: list[Mention]) -> bool:
        """Whether the last wording only ends a longer name: 支出预算 in 政府性基金拨款支出预算."""
        if self.view.text[: before[-1].start].endswith("拨款"):
            return True
        if len(before) < 2 or before[-2].end != before[-1].start:
            return False
        first, second = (self.items.resolve(m.wording, "") for m in before[-2:])
        return self.items.parent[first] != self.items.parent[second]  # of one parent: an apposition

    def _lead(self, number: Number) -> str:
        return self.view.text[self.clause_start(number.view_start) : number.view_start]

    def figure(self, number: Number) -> dict:
        section = self.document.section_at(number.start)
        text, at = self.view.text, number.view_start
        found = UNIT.match(text, number.view_end)
        unit = found.group() if found else ""
        lead = self._lead(number)
        mention, side = self.subject(number)
        change, share = CHANGE.search(lead), SHARE.search(lead)
        if mention:
            item = self.items.resolve(mention.wording, self.inherited(self.context, section))
        else:  # 比上年增加…, 占…: a change or a share with no subject of its own speaks of the figure before it
            bare = (change or share) and LINK.fullmatch(text, self.clause_start(at), at)
            item = self.last["item"] if bare and self.last and self.last["section"] == section else ""
        sentence = text[self.sentence_start(at) : at]
        reason = REASON.search(sentence)
        if text[number.view_end + len(unit) :].startswith("以上"):
            measure = "threshold"
        elif change:
            measure = "growth" if unit == "%" else "change"
        elif unit == "%" and share:
            measure = "share"
        elif reason and re.fullmatch(MONEY_UNITS, unit):
            measure = "reason"
        elif re.fullmatch(MONEY_UNITS, unit):
            measure = "level"
        elif unit == "平方米":
            measure = "area"
        elif unit == "次":
            measure = "frequency"
        else:
            measure = "count"
        if not item:
            measure = "unclassified"
        value = number_value(text[at : number.view_end])
        if change and change.group(1) in LESS:
            value = -value
        qualifier = (
            "about"
            if ABOUT.search(lead) or text[number.view_end + len(unit) :].startswith("左右")
            else "at least"
            if AT_LEAST.search(lead)
            else "at most"
            if AT_MOST.search(lead)
            else ""
        )
        quote_from = self.clause_start(mention.start if mention and side == "before" else at)
        if not mention and item:
            quote_from = self.folded(self.last["start"])
        quote_to = self.clause_end(at) if side == "after" else number.view_end + len(unit)
        if measure == "threshold":
            quote_to = mention.end if mention else quote_to
        if item and measure not in ("reason", "threshold"):
            self.context[section] = item
        row = dict(
            section=section,
            item=item,
            period=self.when(number, section),
            measure=measure,
            value=value,
            unit=unit,
            qualifier=qualifier,
            printed=number.printed,
            number_start=number.start,
            number_end=number.end,
        )
        start, end = self.span(quote_from, quote_to)
        self.last = row | dict(quote=self.document.text[start:end], start=start, end=end)
        return self.last

    def when(self, number: Number, section: str) -> str:
        """The period that the figure is for: the last one its sentence names, or what its section goes by; else ""."""
        text, at = self.view.text, number.view_start
        names = [m for m in self.mentions if re.search(r"\d", m.wording)]  # an event's year dates no figure
        for match in reversed(list(PERIOD.finditer(text, self.sentence_start(at), at))):
            if any(m.start <= match.start() < m.end for m in names):
                continue
            if text[: match.start()].endswith(("比", "较", "与")):
                continue  # dates the base of the comparison, not the figure
            if match.group() == "上年":
                return str(int(self.document.about["fiscal_year"]) - 1)
            year, month, day = match.groups()
            self.period[section] = f"{year}-{int(month):02}-{int(day):02}" if month else year
            return self.period[section]
        return self.inherited(self.period, section)

    # Sentences without a figure

    def claims(self, figures: list[dict]) -> list[dict]:
        """What the text states in words: none of something, planned nothing, left out, named, defined, promised."""
        rows = [
            self.claim(match, rule, figures)
            for rule in read_claim_rules()
            for match in re.finditer(rule["pattern"], self.view.text)
        ]
        return rows + self.duties() + self.names() + self.definitions()

    def claim(self, match: re.Match, rule: dict[str, str], figures: list[dict]) -> dict:
        """One sentence that matches a rule of `data/claims.csv`.

        Its item is the rule's own; else the one its object names; else that of the figure it comments on.
        """
        section = self.document.section_at(self.view.positions[match.start()])
        inside = [m for m in self.mentions if match.start("object") <= m.start and m.end <= match.end("object")]
        commented = [
            row
            for row in figures
            if row["section"] == section and row["number_start"] < self.view.positions[match.start()]
        ]
        about_object = rule["measure"] in ("none", "excluded", "new", "left out")
        if rule["item"]:
            item = rule["item"]
        elif about_object and inside:
            item = self.items.resolve(inside[-1].wording, self.inherited(self.context, section))
        else:
            item = commented[-1]["item"] if commented else self.section_item(section)
        this_year = "本年度" in self.view.text[self.sentence_start(match.start()) : match.start()]
        period = str(self.document.about.get("fiscal_year", "")) if this_year else ""
        return self.row(section, item, rule["measure"], match.group("object"), *self.span(*match.span()), period)

    def row(self, section: str, item: str, measure: str, printed: str, start: int, end: int, period: str = "") -> dict:
        """A fact without a figure. start, end: published positions."""
        return dict(
            section=section,
            item=item,
            period=period,
            measure=measure,
            value=None,
            unit="",
            qualifier="",
            printed=printed,
            quote=self.document.text[start:end],
            start=start,
            end=end,
            number_start=None,
            number_end=None,
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.view.span(start, end)

    def folded(self, at: int) -> int:
        return bisect_left(self.view.positions, at)

    def section_item(self, section: str) -> str:
        """The item that a section's heading names, or a heading above it."""
        by_name = {s.section: s for s in self.document.section_list}
        while section:
            found = self.items.pattern.search(fold(by_name[section].title).text)
            if found:
                return self.items.resolve(found.group(), "")
            section = by_name[section].parent
        return "budget"

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
        """The names in a list that a count announces: 内设组室4个，分别为：A、B、C、D。"""
        rows = []
        for match in re.finditer(r"分别(?:为|是)：?([^。；\n]+)", self.view.text):
            begin = self.sentence_start(match.start())
            before = [m for m in self.mentions if begin <= m.start and m.end <= match.start()]
            item = self.items.resolve(before[-1].wording, "") if before else ""
            section = self.document.section_at(self.view.positions[match.start()])
            for name in re.finditer("[^、]+", match.group(1)):
                start, end = (match.start(1) + k for k in name.span())
                rows.append(self.row(section, item, "name", name.group(), *self.span(start, end)))
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

    def read(self) -> pd.DataFrame:
        figures = [self.figure(n) for n in self.document.number_list if n.kind == "figure"]
        rows = sorted(
            figures + self.claims(figures), key=lambda row: (row["start"], row["number_start"] or -1, row["end"])
        )
        for number, row in enumerate(rows, start=1):
            row["fact"] = f"F{number:03}"
        facts = pd.DataFrame(rows, columns=COLUMNS)
        facts["number_start"] = facts["number_start"].astype("Int64")
        facts["number_end"] = facts["number_end"].astype("Int64")
        return facts


@lru_cache
def read_claim_rules() -> list[dict[str, str]]:
    """`data/claims.csv`: patterns over the folded text, with the measure (and item) of the facts that they yield."""
    with open(DATA / "claims.csv", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def number_value(printed: str) -> Decimal:
    """The exact value of a number as printed: digits of either width, with or without commas, or Chinese numerals."""
    plain = fold(printed).text.replace(",", "")
    return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else Decimal(hanzi_number(plain))


# ----------------------------------------------------------------------------------------------------
# The public face


class Disclosure(Document):
    """One department's disclosure, read: `text`, `about`, `sections`, `numbers`, `facts`, `irregularities`."""

    @property
    def name(self) -> str:
        return self.about.get("id", "")

    @cached_property
    def facts(self) -> pd.DataFrame:
        """One row a figure or claim, in reading order, columns as described in data/README.md.

        `value` is a Decimal as printed (a decrease is negative) in the unit as printed, None for a claim in words.
        """
        return Reader(self, Items(self.name)).read()

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """One row a number of the text, all of them: start, end, printed, kind, fact, reason."""
        fact_at = dict(zip(self.facts["number_start"], self.facts["fact"], strict=True))
        rows = [
            dict(
                start=n.start,
                end=n.end,
                printed=n.printed,
                kind=n.kind,
                section=self.section_at(n.start),
                fact=fact_at.get(n.start, ""),
                reason=n.reason or "states a figure",
            )
            for n in self.number_list
        ]
        return pd.DataFrame(rows)

    def value(self, item: str, measure: str = "level", section: str | None = None) -> Decimal:
        """The one value that the text states for an item, exact, money in 万元 (10,000 yuan).

        Raises LookupError when the text states none, or states different ones in different places.
        """
        rows = self.facts[(self.facts["item"] == item) & (self.facts["measure"] == measure)]
        if section is not None:
            rows = rows[rows["section"] == section]
        values = [convert(v, u) for v, u in zip(rows["value"], rows["unit"], strict=True)]
        if not values:
            raise LookupError(f"{self.name} states no {measure} of {item} in section {section or '(any)'}")
        if len(set(values)) > 1:
            raise LookupError(
                f"{self.name} states {measure} of {item} as {', '.join(map(str, values))}: name a section"
            )
        return values[0]


def convert(value: Decimal, unit: str, to: str = "万元") -> Decimal:
    """Money in another unit, exactly; anything that is not money unchanged.

    >>> convert(Decimal("1951.91"), "万元", "元"), convert(Decimal("0.155"), "亿元"), convert(Decimal("5"), "万")
    (Decimal('19519100'), Decimal('1550'), Decimal('5'))
    """
    if unit not in YUAN or YUAN[unit] == YUAN[to]:
        return value
    exact = value * YUAN[unit] / YUAN[to]
    # No more places than the value needs, and no exponent: 0.155 亿元 is 1550 万元, not 1.55E+3.
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def read_disclosure(name: str = MAIN) -> Disclosure:
    """Read data/disclosures/<name>.txt; see `Document.read` for errors."""
    return Disclosure.read(name)


def write_tables(disclosure: Disclosure | None = None) -> None:
    """Rewrite the derived tables of data/ from the published text: sections, numbers, facts, irregularities."""
    disclosure = disclosure or read_disclosure()
    for name in ("sections", "numbers", "facts", "irregularities"):
        getattr(disclosure, name).to_csv(DATA / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
