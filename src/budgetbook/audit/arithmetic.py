"""Arithmetic that needs no item: what the sentences of a text say of their own amounts.

A sentence is called wrong only if no amount before it in its paragraph makes it hold: choosing the nearest two would
raise false alarms. With nothing to compare, nothing is said. Positions are those of the folded text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from budgetbook.numbers import convert
from budgetbook.reading.sentences import LESS, MORE

MONEY = re.compile(
    r"(?P<sign>[-－])?(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,13}(?:\.\d{1,6})?)(?P<unit>亿元|万元|元|万(?!人|平|千))"
)
PERCENT = r"(?P<percent>-?\d{1,9}(?:\.\d{1,4})?)%"
UP = {*MORE.split("|"), "增幅", "涨幅", "多", "超出", "超过", "大于", "高于"}
CHANGE_BEFORE = re.compile(rf"({MORE}|{LESS})(?:了|额|各|共|为|约)*$")
GROWTH = re.compile(rf"(?P<word>{MORE}|{LESS}|增幅|涨幅|降幅|减幅)(?:率|幅度|比例)?(?:了|为|约|达)*{PERCENT}")
LEVEL = re.compile(rf"(?:持平|一致|无变化|无增减)[，,、]?(?:{MORE}|{LESS})(?:率)?(?:了|为)*{PERCENT}")
SHARE_OF = re.compile(
    rf"占[^，。；、\d]{{0,30}}?(?=[\d.,]+[亿万]?元的)(?P<whole>[\d.,]+[亿万]?元)的(?:比例|比重)?(?:为|约)?{PERCENT}"
)
SHARE = re.compile(rf"占(?P<base>[^，。；、\d]{{0,30}})?(?:为|约)?{PERCENT}")
DONE = re.compile(rf"完成(?:了)?(?P<base>[^，。；、\d]{{0,20}}?预算[^，。；、\d]{{0,6}}?)(?:的|为)?{PERCENT}")
DONE_OF = re.compile(rf"(?:完成|为)[^，。；\d]{{0,10}}预算数?(?P<whole>[\d.,]+[亿万]?元)的{PERCENT}")
COMPARED = re.compile(
    r"(?P<left>[^，。；：、\d]{0,12}?决算数?)(?P<word>大于|高于|小于|低于|等于|持平于|与)(?P<right>[^，。；：、\d]{0,8}?预算数?)(?P<same>持平|一致)?"
)
BETWEEN = re.compile(r"[，,、（(]?(?:同比|[较比与]?(?:上一?年|20\d\d年度?)(?:相比)?，?|总体|或|相比)?")
FOLLOWS = re.compile(rf"[，,、（(]?(?:即|共|约|净)?(?:{MORE}|{LESS})(?:了|额|为)*(?=\d)")
BASE_AMOUNT = re.compile(
    r"(?:(?:比|较|与)[^，。；\d]{0,6}(?:20\d\d|上一?|去)年[^，。；\d]{0,12}|(?:^|[，。；（、])(?:上一?|去)年度?[^，。；\d]{0,12}"
    r"|(?:^|[，。；（、\n])20\d\d年度?(?:预算|决算)[^，。；\d]{0,4})$"
)
BUDGETED = re.compile(r"[比较](?:年初|全年|调整)?预算数?(?:相比)?[^，。；\d]{0,4}$")
DATED = re.compile(r"(?P<year>20\d\d)年[^，。；：、\d]{0,24}$")
# 2022年会议费 (an amount follows), and 2022年会议费较2021年增加 (a change follows).
YEARLY = re.compile(r"(?P<year>20\d\d)年度?(?P<words>[^，。；：、\d较比]{2,20}?)(?:预算|决算)?数?为?(?=\d)")
BASED = re.compile(
    r"(?P<year>20\d\d)年度?(?P<words>[^，。；：、\d较比]{2,20}?)(?:预算|决算)?数?[较比](?P<base>20\d\d)年度?"
)
COUNTED = re.compile(
    r"(?P<what>编制|车辆|(?:行政|事业)?编制(?:总数|数)?|[\u4e00-\u9fff]{0,6}?)(?P<count>\d{1,6})(?P<unit>人次|批次|人|名|个|辆|台)"
    r"(?:[、，]\d{1,7}(?:人次|批次|人))?[，,（]?其中：?"
)
LISTS = re.compile("其中|包括|合计|总计|共计|总额|以下方面|主要用于")
# 接待费8.50万元，与上年9.90万元持平
SAME = re.compile(r"）?(?:，与(?:上一?年|去年|20\d\d年)度?(?:预算|决算)?数?)?(?:持平|一致|相同|无变化|没有变化)")
SINCE_LAST = re.compile(r"(?:与|和|同|较|比)(?:上一?年|去年|20\d\d年)[^，。；\d]{0,12}$")
PLANNED_MORE = re.compile(
    r"比(?:年初|全年|调整)?预算数?(多|少)$|决算数?(超出|超过|大于|高于|小于|低于)(?:年初|全年|调整)?预算数?$"
)
KINDS_OF_VEHICLES = re.compile("机要通信|应急保障|执法执勤|特种专业技术|领导干部|离退休干部")
KINDS_OF_STAFF = re.compile("行政|事业|工勤|参公|参照|本级|下属")
OF_COUNTS = re.compile(
    rf"(?P<part>\d{{1,6}})(?:个|项|家)，占[^，。；\d]{{0,20}}(?P<whole>\d{{1,6}})(?:个|项|家)的{PERCENT}"
)
# 预算364.25万元，…大于2021年389.10万元; 小于上年3万元 may also say by how much it is smaller.
AGAINST = re.compile(r"(?P<word>大于|高于|多于)(?P<since>20\d\d年[^，。；\d]{0,20}|上一?年[^，。；\d]{0,20})$")
# 人均120元, 车均运行维护费3.2万元: each of what is counted before it. 人均公用经费 is of another amount.
MEAN = re.compile(
    r"(?P<each>[人车])均(?:(?:接待|运行维护|运行|购置)?费用?|支出)?为?(?P<amount>\d[\d,]*(?:\.\d+)?(?:亿|万)?元)"
)
_COUNT = r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{1,7})"
COUNT_OF = {"人": re.compile(_COUNT + "(?:人次|人|名)"), "车": re.compile(_COUNT + "(?:辆|台)")}
LOOKS_BACK = 2000  # characters of a paragraph that are looked through for amounts
LOOKS_AHEAD = 200
LINES_AROUND = 150


@dataclass(frozen=True)
class Amount:
    """An amount of money: its place, its value in yuan, and half a unit of its last printed place."""

    start: int
    end: int
    printed: str
    value: Fraction
    half: Fraction
    changes: bool  # a word of change stands right before it


@dataclass(frozen=True)
class Claim:
    """What a sentence says of its amounts, and whether any of them makes it hold."""

    kind: str  # growth, share, completion, comparison, change, count, mean, sign, list
    start: int
    end: int
    stated: str
    computed: str  # from the nearest amounts
    amounts: tuple[Amount, ...]
    holds: bool


def amounts(text: str, start: int, end: int) -> list[Amount]:
    """The amounts of money in a range of a folded text."""
    found = []
    for match in MONEY.finditer(text, start, end):
        number = Decimal(match.group("value").replace(",", ""))
        places = -number.as_tuple().exponent
        unit = match.group("unit")
        value, half = (Fraction(convert(n, unit, "元")) for n in (number, Decimal(1).scaleb(-places)))
        changes = CHANGE_BEFORE.search(text, max(start, match.start() - 8), match.start()) is not None
        found.append(Amount(match.start(), match.end(), match.group(), value, half / 2, changes))
    return found


def _start(amount: Amount) -> int:
    return amount.start


def percentage(printed: str) -> tuple[Fraction, Fraction]:
    """A percentage and what it may be off: not quite a unit of its last place, since texts cut as well as round."""
    number = Decimal(printed)
    return Fraction(number), Fraction(Decimal(1).scaleb(number.as_tuple().exponent)) * Fraction(99, 100)


def _ratio(part: Amount, whole: Fraction, whole_half: Fraction) -> tuple[Fraction, Fraction]:
    """part ÷ whole in per cent, and how far the rounding of both may move it."""
    ratio = part.value / whole * 100
    return ratio, abs(ratio) * (part.half / abs(part.value) if part.value else 0) + abs(ratio) * whole_half / abs(whole)


def claims(text: str, start: int, end: int, known: list[Amount] | None = None) -> Iterator[Claim]:
    """What the sentences of a paragraph say of its amounts; known: those of the whole text, if they were read."""
    known = amounts(text, max(start - LOOKS_BACK, 0), end) if known is None else known
    first, own, last = (bisect_left(known, at, key=_start) for at in (start - LOOKS_BACK, start, end))
    money, above = known[own:last], known[first:own]
    yield from _growths(text, start, end, money, above)
    yield from _shares(text, start, end, money, known[first : bisect_left(known, end + LOOKS_AHEAD, key=_start)])
    yield from _completions(text, start, end, money)
    yield from _comparisons(text, start, end, money)
    for match in LEVEL.finditer(text, start, end):
        if Fraction(match.group("percent")):
            yield Claim("growth", match.start(), match.end(), match.group(), "0%", (), False)
    yield from _changes(text, start, end, money)
    yield from _counts(text, start, end)
    yield from _means(text, start, end, money)
    yield from _against(text, start, money)
    for match in OF_COUNTS.finditer(text, start, end):
        part, whole = int(match.group("part")), int(match.group("whole"))
        stated, slack = percentage(match.group("percent"))
        if whole and part <= whole:
            share = Fraction(part, whole) * 100
            computed, holds = f"{float(share):.2f}%", abs(share - stated) <= slack
            yield Claim("share", match.start(), match.end(), match.group(), computed, (), holds)
    for amount in money:
        if amount.changes and amount.printed[0] in "-－":
            yield Claim("sign", amount.start, amount.end, amount.printed, "", (amount,), False)


def _near(money: list[Amount], at: int) -> list[Amount]:
    """The amounts around a place, found by bisection: a paragraph may be a table run together, with thousands."""
    first = bisect_left(money, at - LOOKS_BACK, key=lambda a: a.start)
    return money[first : bisect_left(money, at + LOOKS_AHEAD, key=lambda a: a.start)]


def sentence_start(text: str, start: int, at: int) -> int:
    return max(text.rfind("。", start, at), text.rfind("；", start, at), start - 1) + 1


def _growths(text: str, start: int, end: int, money: list[Amount], above: list[Amount]) -> Iterator[Claim]:
    """Growth against the change and the amounts around it; one above the paragraph that makes it hold will do, too."""
    latest = max((int(year) for year in re.findall(r"(20\d\d)年", text[start:end])), default=0)
    for match in GROWTH.finditer(text, start, end):
        at = match.start()
        begin = max(sentence_start(text, max(start, at - LOOKS_BACK), at), at - LOOKS_BACK)
        before = [a for a in _near(money, at) if a.end <= at]
        own = [a for a in before if a.start >= begin]
        stated, slack = percentage(match.group("percent"))
        rises = match.group("word") in UP
        stated = abs(stated)
        change = own[-1] if own and own[-1].changes else None
        if change is not None and not BETWEEN.fullmatch(text, change.end, at):
            change = None
        if change is None and (after := FOLLOWS.match(text, match.end(), end)):  # 增长5%，增加3万元
            change = next((a for a in _near(money, at) if a.start == after.end() and a.changes), None)
        based = own[-1] if own and not change and BASE_AMOUNT.search(text, begin, own[-1].start) else None
        if not change and not based and (pair := _dated_pair(text, begin, own)):
            based = pair[0][1]
            own = before = list(pair[0])
        if change is not None:
            levels = [a for a in _near(money, at) if not a.changes and a.value > 0]
            levels += [a for a in before if a is not change and a.value > 0 and a.changes]
            if not [a for a in levels if a.end <= at]:
                continue
            if (not change.value and stated < 1) or (stated == 100 and not rises):
                continue  # 下降100%: what is left is nothing, and often not printed
            further = [a for a in above if not a.changes and a.value > 0]
            holds = any(
                _growth_holds(change, a, _is_of_last_year(text, a, latest), stated, slack, rises)
                for a in (*levels, *further)
            )
            if not holds and not any(a.end <= at and not a.changes for a in levels):
                continue  # only other changes stand before it: its own level is elsewhere
            # Sums of what stands before, as where two incomes grow together.
            nearest = [a for a in levels if a.end <= at and not a.changes] or levels
            # What it is a change of: the last level of its own sentence, or the first of the paragraph.
            subject = next((a for a in reversed(nearest) if a.start >= begin), nearest[0])
            base = subject.value - (change.value if rises else -change.value)
            computed = f"{float(change.value / base * 100):.2f}%" if base > 0 else "?"
            word = CHANGE_BEFORE.search(text, max(start, change.start - 8), change.start)
            if word and stated and change.value and (word.group(1) in UP) != rises:
                holds = False
                computed = f"{word.group(1)}{change.printed}"
            yield Claim("growth", begin, match.end(), match.group(), computed, (subject, change), holds)
        elif based is not None and len(before) > 1 and based.value > 0:
            levels = [a for a in before if a is not based and not a.changes and a.value > 0]
            if not levels or not BETWEEN.fullmatch(text, max(a.end for a in before), at):
                continue
            ratios = [(a.value / based.value - 1) * 100 for a in levels]
            holds = any(abs(abs(r) - stated) <= slack + Fraction(1, 100) and (r > 0) == rises for r in ratios)
            yield Claim(
                "growth", begin, match.end(), match.group(), f"{float(ratios[-1]):.2f}%", (levels[-1], based), holds
            )


def _dated_pair(text: str, begin: int, before: list[Amount]) -> list[tuple[Amount, Amount]]:
    """The two levels of a sentence that has but two, where the words before them date them to neighbouring years."""
    own = [a for a in before if a.start >= begin and not a.changes]
    if len(own) != 2:
        return []
    years = [DATED.search(text, max(begin, a.start - 40), a.start) for a in own]
    if not all(years):
        return []
    this, last = sorted(zip(years, own, strict=True), key=lambda pair: -int(pair[0].group("year")))
    if int(this[0].group("year")) - int(last[0].group("year")) != 1:
        return []
    return [(this[1], last[1])]


def _is_of_last_year(text: str, level: Amount, latest: int) -> bool:
    """Whether the words before a level may date it before the latest year that its paragraph names."""
    words = re.split("[，。；\n]", text[max(level.start - 60, 0) : level.start])[-1]
    years = [int(year) for year in re.findall(r"(20\d\d)年", words)]
    return years[-1] < latest if years else re.search("上一?年|去年|预算|原", words) is not None


def _growth_holds(
    change: Amount, level: Amount, of_last_year: bool, stated: Fraction, slack: Fraction, rises: bool
) -> bool:
    """Whether a level, of this year or perhaps of last year, makes with the change the growth that is stated."""
    before = level.value - change.value if rises else level.value + change.value
    for base in (level.value, before) if of_last_year else (before,):
        if base > 0:
            ratio, moves = _ratio(change, base, level.half + change.half)
            if abs(ratio - stated) <= slack + moves:
                return True
    return level.value - change.value <= 0 and rises and stated == 100


def _shares(text: str, start: int, end: int, money: list[Amount], around: list[Amount]) -> Iterator[Claim]:
    """Shares of a stated whole. One that nothing makes hold is wrong only where it is known what it is a share of."""
    for match in SHARE_OF.finditer(text, start, end):
        before = [a for a in _near(money, match.start()) if a.end <= match.start() and not a.changes]
        whole = next((a for a in _near(money, match.start()) if a.end == match.end("whole")), None)
        if before and whole and whole.value and not re.search("[。；]", text[before[-1].end : match.start()]):
            holds = any(_share_holds(p, whole.value, whole.half, *percentage(match.group("percent"))) for p in before)
            computed = f"{float(before[-1].value / whole.value * 100):.2f}%"
            yield Claim("share", before[-1].start, match.end(), match.group(), computed, (whole, before[-1]), holds)
    agreed: list[Amount] = []  # the wholes of the shares that hold here, or in the lines around
    open_: list[tuple[re.Match, Amount, list[Amount]]] = []
    for match in SHARE.finditer(text, max(start - LINES_AROUND, 0), end + LINES_AROUND):
        at, here = match.start(), start <= match.start() < end
        before = [a for a in _near(around, at) if a.end <= at]
        near = [a for a in before if not a.changes]
        if not near or not re.fullmatch(r"[，,、（]?(?:同口径|约)?", text[near[-1].end : at]):
            continue
        if re.search("除外|分别", match.group("base") or ""):
            continue
        part, stated = near[-1], percentage(match.group("percent"))
        close = end if here else at  # what stands in a later line is no whole of this
        wholes = [a for a in _near(around, at) if a.value > 0 and a is not part and a.start < close]
        pairs = [(p, w) for p in near[-2:] if p.start >= start or not here for w in wholes if w is not p]
        made_up = [w for p, w in pairs if _share_holds(p, w.value, w.half, *stated)]
        # A whole may be stated only through its parts.
        own = [a for a in near if a.start >= start]
        total = sum((a.value for a in own), Fraction(0))
        of_sum = len(own) > 1 and total > 0 and _share_holds(part, total, Fraction(1), *stated)
        agreed += [w for w in made_up if w.end <= part.start and w.value >= part.value]
        if here and (made_up or of_sum):
            whole = (made_up or near)[0]
            computed = f"{float(part.value / whole.value * 100):.2f}%" if whole.value else "?"
            yield Claim("share", part.start, match.end(), match.group(), computed, (whole, part), True)
        elif here:
            open_.append((match, part, before))
    failing = []
    for match, part, before in open_:
        larger = [w for w in before if start <= w.start < part.start and w.value >= part.value and w.value > 0]
        base = re.sub("^总|的$|的?比[例重]?$|总额$", "", match.group("base") or "")
        named = [w for w in before if base and w.end <= part.start and _names(text, w, base)]
        listed = [w for w in larger if LISTS.search(text, max(w.start - 12, 0), part.start)]
        shared = [w for w in agreed if w.value >= part.value and w.end <= part.start]
        # Of what it is a share of by its own words, and else of what its list is of, or its neighbours are.
        known = named[::-1] if base else [*listed[:1], *shared[:1]]
        if whole := next(iter(known), None):
            computed = f"{float(part.value / whole.value * 100):.2f}%" if whole.value else "?"
            failing.append(Claim("share", part.start, match.end(), match.group(), computed, (whole, part), False))
    # Shares that agree on another whole are right of that: it is the whole that is told wrongly, once.
    reach = [_reach(claim) for claim in failing]
    if len(reach) > 1 and None not in reach and max(low for low, _ in reach) <= min(high for _, high in reach):
        yield from (replace(claim, holds=True) for claim in failing[1:])
        failing = failing[:1]
    yield from failing


def _names(text: str, amount: Amount, base: str) -> bool:
    """Whether the words right before an amount name it so."""
    words = re.split("[，。；：\n]", text[max(amount.start - 40, 0) : amount.start])[-1]
    return (
        not amount.changes
        and re.search(f"{re.escape(base)}(?:预算|决算|总额|合计|总计|数|安排|为|共)*$", words) is not None
    )


def _reach(claim: Claim) -> tuple[Fraction, Fraction] | None:
    """The least and the largest whole of which the part of a claim is the share that is stated."""
    part = claim.amounts[-1]
    found = re.search(PERCENT, claim.stated)
    stated, slack = percentage(found.group("percent"))
    return (
        ((part.value - part.half) / (stated + slack), (part.value + part.half) / (stated - slack))
        if stated > slack
        else None
    )


def _share_holds(part: Amount, whole: Fraction, half: Fraction, stated: Fraction, slack: Fraction) -> bool:
    ratio, moves = _ratio(part, whole, half)
    return abs(ratio - stated) <= slack + moves


def _completions(text: str, start: int, end: int, money: list[Amount]) -> Iterator[Claim]:
    for match in DONE_OF.finditer(text, start, end):  # 支出5.15万元，完成预算10万元的51.5%
        before = [a for a in _near(money, match.start()) if a.end <= match.start() and not a.changes]
        whole = next((a for a in _near(money, match.start()) if a.end == match.end("whole")), None)
        if before and whole and whole.value and not re.search("[。；]", text[before[-1].end : match.start()]):
            stated = percentage(match.group("percent"))
            holds = any(_share_holds(p, whole.value, whole.half, *stated) for p in before)
            computed = f"{float(before[-1].value / whole.value * 100):.2f}%"
            yield Claim(
                "completion", before[-1].start, match.end(), match.group(), computed, (whole, before[-1]), holds
            )
    for match in DONE.finditer(text, start, end):
        before = [a for a in _near(money, match.start()) if a.end <= match.start() and not a.changes]
        close = text.find("。", match.end(), end)
        after = [a for a in _near(money, match.start()) if match.end() <= a.start < close and not a.changes]
        after = [a for a in after if re.search("(?<![于比较])预算[^，。；决]{0,6}$", text[match.end() : a.start])]
        behind = len(before) < 2  # the budget may stand behind the rate
        before = [*after[:1], *before] if behind else before
        if len(before) < 2:
            continue
        if re.search(r"为?\d[\d.,]*$", text[before[-1].end : match.start()].rstrip("，")):
            continue  # the outcome is printed without its unit
        stated = percentage(match.group("percent"))
        pairs = [(p, w) for p in before for w in before if p is not w and w.value > 0]
        holds = any(_share_holds(p, w.value, w.half, *stated) for p, w in pairs)
        actual, planned = before[-1], before[-2]
        begin = max(text.rfind(stop, start, match.start()) for stop in ("。", "；", "其中"))
        if not planned.value or (not holds and planned.start < begin and not behind):
            continue  # of a part, whose own budget is not stated: 其中：公务接待费决算为1万元，完成预算的60%
        computed = f"{float(actual.value / planned.value * 100):.2f}%"
        yield Claim("completion", planned.start, match.end(), match.group(), computed, (planned, actual), holds)


def _comparisons(text: str, start: int, end: int, money: list[Amount]) -> Iterator[Claim]:
    """决算数大于预算数 and the like, against the two amounts before it, which must be a budget and an outcome."""
    for match in COMPARED.finditer(text, start, end):
        word = match.group("word")
        if word == "与" and not match.group("same"):
            continue
        before = [a for a in _near(money, match.start()) if a.end <= match.start() and not a.changes]
        named = [(a, text[max(start, a.start - 14) : a.start]) for a in before]
        planned = [a for a, words in named if re.search("预算(?:数|为|安排|支出|[^决]{0,4})?$", words)]
        actual = [a for a, words in named if re.search("决算(?:数|为|支出|[^预]{0,4})?$", words)]
        if not planned or not actual:
            continue
        sign = {"大于": 1, "高于": 1, "小于": -1, "低于": -1}.get(word, 0)
        pairs = [(p, a) for p in planned for a in actual]
        holds = any((a.value > p.value) - (a.value < p.value) == sign for p, a in pairs)
        yield Claim(
            "comparison",
            min(planned[-1].start, actual[-1].start),
            match.end(),
            match.group(),
            f"{actual[-1].printed} / {planned[-1].printed}",
            (planned[-1], actual[-1]),
            holds,
        )


def _changes(text: str, start: int, end: int, money: list[Amount]) -> Iterator[Claim]:
    """A change against both levels: 比上年8万元增加2万元, or the same words for two years and a change between them."""
    for change in money:
        at = change.start
        begin = sentence_start(text, max(start, at - LOOKS_BACK), at)
        before = [a for a in _near(money, at) if a.end <= at]
        same = SAME.match(text, change.end)
        since = SINCE_LAST if same and "，" not in same.group() else BASE_AMOUNT
        if same and since.search(text, max(begin - 1, at - 30, 0), at):
            outside = [a for a in before if a.start >= begin and not a.changes and not _bracketed(text, begin, a.start)]
            level = outside[-1] if outside else None
            if level:
                said, holds = (
                    text[at : same.end()],
                    abs(level.value - change.value) <= level.half,
                )
                yield Claim(
                    "change",
                    level.start,
                    change.end,
                    said,
                    f"{level.printed} − {change.printed}",
                    (level, change),
                    holds,
                )
            continue
        word = CHANGE_BEFORE.search(text, max(start, at - 8), at) or PLANNED_MORE.search(text, max(start, at - 12), at)
        if not word:
            continue
        said = word.group(word.lastindex)
        signed = change.value if said in UP else -change.value
        base = before[-1] if before and before[-1].start >= begin else None
        if base and not base.changes and BASE_AMOUNT.search(text, max(begin - 1, 0), base.start):
            between = re.sub(r"^，(?:20\d\d年)?度?[比较](?:20\d\d年|上年)度?", "", text[base.end : word.start()])
            if re.search("[，。；]", between.rstrip("，")):
                continue
            pairs = [(a, base) for a in before[:-1] if not a.changes]
        elif BASED.search(text, begin, at):
            years = {}
            for match in YEARLY.finditer(text, max(start, at - LOOKS_BACK), at):
                amount = next((a for a in before if a.start == match.end()), None)
                if amount:
                    years.setdefault(match.group("words"), {}).setdefault(match.group("year"), amount)
            subject = BASED.search(text, begin, at)
            told = years.get(subject.group("words"), {})
            this, last = told.get(subject.group("year")), told.get(subject.group("base"))
            pairs = [(this, last)] if this and last else []
        elif word.re is PLANNED_MORE or BUDGETED.search(text, begin, word.start(1)):
            planned = [
                a for a in before if re.search("预算[^，。；决]{0,6}$", text[max(begin, a.start - 12) : a.start])
            ]
            actual = [a for a in before if re.search("决算[^，。；预]{0,6}$", text[max(begin, a.start - 12) : a.start])]
            pairs = [(a, b) for a in actual for b in planned if not a.changes and not b.changes]
        else:
            pairs = _dated_pair(text, begin, before)
        if not pairs:
            continue
        slack = [a.half + b.half + change.half for a, b in pairs]
        holds = any(abs(a.value - b.value - signed) <= s for (a, b), s in zip(pairs, slack, strict=True))
        # Those that come nearest to the change tell best what is wrong with it: its direction, or a digit.
        level, old = min(pairs, key=lambda pair: abs(abs(pair[0].value - pair[1].value) - change.value))
        computed = f"{level.printed} − {old.printed}"
        yield Claim("change", begin, change.end, f"{said}{change.printed}", computed, (level, old, change), holds)


def _bracketed(text: str, start: int, at: int) -> bool:
    """Whether a place stands in brackets that were opened since the start."""
    return text.rfind("（", start, at) > text.rfind("）", start, at)


def _against(text: str, start: int, money: list[Amount]) -> Iterator[Claim]:
    """A level that is said to be larger than that of another year, which stands behind the word."""
    for old in money:
        match = AGAINST.search(text, max(start, old.start - 40), old.start)
        begin = sentence_start(text, max(start, old.start - LOOKS_BACK), old.start)
        before = [a for a in _near(money, old.start) if begin <= a.start and a.end <= match.start()] if match else []
        levels = [a for a in before if not a.changes]
        if match and levels:
            level, holds = levels[-1], any(a.value > old.value for a in levels)
            stated, computed = f"{match.group('word')}{old.printed}", f"{level.printed} / {old.printed}"
            yield Claim("comparison", level.start, old.end, stated, computed, (level, old), holds)


def _means(text: str, start: int, end: int, money: list[Amount]) -> Iterator[Claim]:
    """接待费3.12万元，接待260人次，人均120元: an amount for each follows from an amount and a number before it.

    Only where an amount and a number stand before it in its sentence; it is wrong only if none of the paragraph's does.
    """
    for match in MEAN.finditer(text, start, end):
        stated = next((a for a in money if a.start == match.start("amount")), None)
        if stated is None or not stated.value:
            continue
        begin = sentence_start(text, start, match.start())
        found = COUNT_OF[match.group("each")].finditer(text, start, match.start())
        counts = [(c.start(), n) for c in found if (n := int(c.group(1).replace(",", "")))]
        levels = [a for a in money if a.end <= match.start() and not a.changes and a.value]
        if not (counts and counts[-1][0] >= begin and levels and levels[-1].start >= begin):
            continue
        # Not quite a unit of the last place, since texts cut as well as round.
        slack = 2 * stated.half * Fraction(99, 100)
        holds = any(abs(a.value / n - stated.value) <= slack + a.half / n for a in levels for _, n in counts)
        unit = re.sub(r"[-\d.,]+", "", stated.printed)
        mean = levels[-1].value / counts[-1][1]
        shown = Fraction(mean) / (stated.value / Fraction(Decimal(re.sub(r"[^\d.]", "", stated.printed))))
        computed = f"{float(shown):.2f}{unit}"
        yield Claim("mean", match.start(), match.end(), match.group(), computed, (levels[-1], stated), holds)


def _counts(text: str, start: int, end: int) -> Iterator[Claim]:
    """编制84人，其中：行政编制31人，事业编制48人，工勤编制2人: a count with its kinds, where the list is whole.

    A list is whole where it ends with 其他 (others), or gives the kinds of authorised posts, which are three.
    """
    for match in COUNTED.finditer(text, start, end):
        unit, close = match.group("unit"), text.find("。", match.end(), end)
        words = text[match.end() : close if close >= 0 else end]
        words = re.split("[；]", re.sub("（[^（）]*）", lambda m: " " * len(m.group()), words))[0]
        words = re.split("[（）]", words)[0]  # a bracket that is not closed here, or was opened before
        length = len(words)
        parts = [int(n) for n in re.findall(rf"(\d{{1,6}}){unit}", words)]
        posts = match.group("what").endswith(("编制", "编制数", "编制总数")) and len(re.findall("编制?", words)) >= 3
        whole = int(match.group("count"))
        others = re.search(rf"其他[^，、\d]{{0,16}}\d+{unit}", words)
        told = match.group("what").endswith(("车辆", "用车", "编制", "编制数", "编制总数"))
        named = re.findall(rf"([^，、：；\d]*?)\d{{1,6}}{unit}", words)
        kinds = [kind.group() for name in named if (kind := KINDS_OF_STAFF.search(name))]
        staff = unit in ("人", "名") and len(set(kinds)) == len(named)
        # Kinds of these do not overlap.
        too_many = (unit in ("人次", "批次", "辆") or posts or staff) and sum(parts) > whole
        others = (
            others or len(set(KINDS_OF_VEHICLES.findall(words))) > 2
        )  # as all forms have them, and 其他 if there are
        if (
            len(parts) < 2
            or not (posts or (told and (others or 0 in parts)) or too_many)
            or re.search("其中|上一?年|[比较]20", words)
        ):
            continue
        stated = f"{match.group('what')}{whole}{unit}"
        holds = sum(parts) == whole
        yield Claim("count", match.start(), match.end() + length, stated, f"{sum(parts)}{unit}", (), holds)
