"""Lists of parts, by the arithmetic of the text alone: 其中 and what stands behind it, shares of a whole, both sides.

A list that is not known to be whole may come to less than its whole, not to more. Positions are those of the folded
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from budgetbook.audit.arithmetic import (
    BASE_AMOUNT,
    LOOKS_BACK,
    PERCENT,
    Amount,
    Claim,
    amounts,
    percentage,
    sentence_start,
)
from budgetbook.numbers import convert

# 收入合计10万元，其中：甲收入8万元；乙收入2万元。 The list may be of the lines that follow.
LISTED = re.compile(
    r"(?:(?P<among>其中)|主要包括|包括|(?:主要)?用于以下方面|主要用于|(?<=元)(?=：\d|：[^，。；\n]{2,20}\d))(?P<stop>[：:，,]?)(?P<below>\n)?"
)
SHARED = re.compile(rf"[，,、（(]?占[^，。；、\d]{{0,30}}?(?:的比例|比重)?(?:为|约)?{PERCENT}")
NUMBERED = re.compile(r"(?P<open>（?)(?P<digit>\d{1,2}|[一二三四五六七八九十]{1,3})(?P<close>[）)、.．])(?!\d)")
# Tells the part before once more: 本年收入5万元，全部为财政拨款收入5万元.
ALL_OF = re.compile("(?:全部|全额|均|全)(?:为|是|来源于|来自)[^，。；：、]+$")
LONGEST_LIST = 3000  # characters
LONGEST_LINE = 200  # characters of a line that is an entry of a list
BOTH_SIDES = re.compile(
    r"收入(?:主要)?包括：(?P<income>[^。\n]{1,1000}?)[；。]\n?支出(?:主要)?包括：(?P<expenditure>[^。\n]{1,1000})"
)


def lists(text: str) -> Iterator[Claim]:
    """其中 lists: the parts make up the whole that stands right before the word, if the list is known to be whole.

    It is whole where the shares that it prints of each part make 100 %, where it ends with 其他, or as `_exhaustive`
    says. What is not said to be whole may be less than its whole, not more. A list within a list, or a part with a
    level of last year beside it, is left alone: which amounts are parts is then not said.
    """
    for match in LISTED.finditer(text):
        at = match.start()
        bare = not (match.group("among") or match.group("stop") or match.group("below"))
        start = max(text.rfind("\n", 0, at) + 1, at - LOOKS_BACK)
        after_stop = text[at - 1 : at] == "。"
        begin = max(text.rfind("。", start, at - 1), start - 1) + 1 if after_stop else sentence_start(text, start, at)
        told = amounts(text, begin, at)
        above = [a for a in told if not a.changes and not BASE_AMOUNT.search(text, max(begin - 1, 0), a.start)]
        above = [a for a in above if not _closed(text, begin, a.start, at)]
        if not above or len(text[told[-1].end : at]) > 60:
            continue
        whole = above[-1]
        if after_stop and len(above) > 1:
            continue  # the sentence before is a list itself: which of its amounts is taken up is not said
        if not match.group("among") and not match.group("below") and text[whole.end : at].strip("，"):
            continue
        if BASE_AMOUNT.search(text, start, whole.start) or re.search("减去|扣除|剔除", text[start : match.start()]):
            continue
        entries = list(_entries(text, match, _is_outcome(text, start, whole)))
        if len(entries) < 2:
            continue
        parts = [part for part, _ in entries]
        if bare and not _exhaustive(text, parts):
            continue  # 包括 may be of a few only
        if len({_is_outcome(text, start, a) for a in (whole, *parts)} - {None}) > 1:
            continue  # budgets do not make up an outcome
        total = sum(p.value for p in parts)
        slack = min(p.half for p in (whole, *parts)) * (1 + len(parts))  # trailing zeros are dropped: 150 is 150.00
        if "亿" in whole.printed:  # told once more, and coarsely: 18632.45万元（约1.86亿元）
            slack = max(slack, whole.half)
        shares = [Fraction(share) for _, share in entries if share is not None]
        last = text[parts[-1].start - 12 if parts[-1].start > 12 else 0 : parts[-1].start]
        is_whole = len(shares) == len(parts) and abs(sum(shares) - 100) <= Fraction(1, 2)
        is_whole = is_whole or re.search("其[他它]", last) is not None or _exhaustive(text, parts)
        made_up = list(accumulate(p.value for p in parts))
        # What comes behind the parts that make the whole is no part: 基本支出5万元，其中人员经费5万元；项目支出2万元.
        ends = [k for k, p in enumerate(parts) if k + 1 == len(parts) or "；" in text[p.end : parts[k + 1].start]]
        if any(abs(made_up[k] - whole.value) <= slack for k in (range(len(parts)) if not is_whole else ends)):
            holds = True
        elif is_whole or (total > whole.value and (not after_stop or len(shares) == len(parts))):
            holds = False
        else:
            continue
        unit = re.sub(r"[-－\d.,]+", "", whole.printed)
        made = convert(Decimal(total.numerator) / total.denominator, "元", unit if unit != "万" else "万元")
        computed = f"{format(Decimal(made), 'f')}{unit}"
        yield Claim("list", whole.start, parts[-1].end, whole.printed, computed, (whole, *parts), holds)


def _closed(text: str, begin: int, at: int, end: int) -> bool:
    """Whether a place stands in brackets that are closed before the end: 总额9万元（财政拨款6万元），其中."""
    return text.rfind("（", begin, at) > text.rfind("）", begin, at) and text.find("）", at, end) >= 0


def both_sides(text: str) -> Iterator[Claim]:
    """收入包括：…；支出包括：…: of what is in balance in all, the listed kinds of both sides make the same."""
    for match in BOTH_SIDES.finditer(text):
        sides = [[a for a in amounts(text, *match.span(s)) if not a.changes] for s in ("income", "expenditure")]
        if not all(sides) or LISTED.search(match.group("income")) or "其中" in match.group("expenditure"):
            continue
        left, right = (sum(a.value for a in side) for side in sides)
        slack = min(a.half for side in sides for a in side) * (len(sides[0]) + len(sides[1]))
        shown = [f"{float(value / 10_000):.2f}万元" for value in (left, right)]
        parts = (*sides[0], *sides[1])
        yield Claim("list", match.start(), match.end(), *shown, parts, abs(left - right) <= slack)


def shared_wholes(text: str) -> Iterator[Claim]:
    """Parts with shares beside them, four or more in a sentence, of a whole that need not be stated there.

    All but one have to agree on the whole; the one that does not is told. With two that do not, nothing is said.
    """
    for match in re.finditer("[^。\n]+", text):
        if match.end() - match.start() > LONGEST_LIST:
            continue
        found = [
            (a, share)
            for a in amounts(text, *match.span())
            if not a.changes and a.value > 0 and (share := SHARED.match(text, a.end, match.end()))
        ]
        pairs = [(a, share, *percentage(share.group("percent"))) for a, share in found]
        pairs = [pair for pair in pairs if pair[2] > pair[3]]
        if len(pairs) < 4:
            yield from _made_whole(text, match)
            continue
        reach = [((a.value - a.half) / (s + d) * 100, (a.value + a.half) / (s - d) * 100) for a, _, s, d in pairs]
        whole, agree = max(
            ((low, [k for k, (a, b) in enumerate(reach) if a <= low <= b]) for low, _ in reach), key=lambda w: len(w[1])
        )
        if len(agree) < len(pairs) - 1:
            continue
        holds = len(agree) == len(pairs)
        odd = next((k for k in range(len(pairs)) if k not in agree), len(pairs) - 1)
        part, share, *_ = pairs[odd]
        yield Claim(
            "share",
            part.start,
            share.end(),
            text[share.start() : share.end()].lstrip("，,、（("),
            f"{float(part.value / whole * 100):.2f}%",
            (part,),
            holds,
        )


def _made_whole(text: str, match: re.Match) -> Iterator[Claim]:
    """Three or more parts, nothing among them, whose shares make 100 %: they are the whole, so each share is of it."""
    pairs = [
        (a, share, *percentage(share.group("percent")))
        for a in amounts(text, *match.span())
        if not a.changes and (share := SHARED.match(text, a.end, match.end()))
    ]
    total = sum((a.value for a, *_ in pairs), Fraction(0))
    rounding = sum(slack for *_, stated, slack in pairs if stated) / 2
    if len(pairs) < 3 or not total or abs(sum(stated for *_, stated, _ in pairs) - 100) > rounding:
        return
    wrong = [p for p in pairs if abs(p[0].value / total * 100 - p[2]) > p[3] + p[0].half * len(pairs) / total * 100]
    part, share, *_ = (wrong or pairs)[0]
    said = text[share.start() : share.end()].lstrip("，,、（(")
    computed = f"{float(part.value / total * 100):.2f}%"
    yield Claim("share", part.start, share.end(), said, computed, (part,), not wrong)


def _exhaustive(text: str, parts: list[Amount]) -> bool:
    """Whether a list shows by its parts that it leaves none out: it names kinds of nothing, or two that are all."""
    if len(parts) > 2 and any(part.value == 0 for part in parts):
        return True
    names = [re.split("[，。；：、\n]", text[max(p.start - 12, 0) : p.start])[-1] for p in parts]
    staff = [bool(re.search("人员(?:经费|支出)", name)) for name in names]
    public = [bool(re.search("公用(?:经费|支出)", name)) for name in names]
    last = [bool(re.search("上年结转|年初结转|年末结转", name)) for name in names]
    this = [bool(re.match("本年(?:收入|支出|财政拨款)", name)) for name in names]
    pairs = ((staff, public), (this, last))
    return len(parts) == 2 and any(sum(a) == sum(b) == 1 and a != b for a, b in pairs)


def _is_outcome(text: str, start: int, amount: Amount) -> bool | None:
    """Whether the words right before an amount call it an outcome, True, or a budget, False; None if neither."""
    words = re.split("[，。；：、\n]", text[max(start, amount.start - 16) : amount.start])[-1]
    stage = re.findall("[预决]算", words)
    return stage[-1] == "决算" if stage else None


def _entries(text: str, match: re.Match, outcome: bool | None) -> Iterator[tuple[Amount, str | None]]:
    """The parts of a list, each with the share that is printed beside it; nothing where they are not plain.

    outcome: whether the whole is one (or a budget); of a line that tells both, that is the part.
    """
    end = min(match.end() + LONGEST_LIST, len(text))
    if match.group("below"):
        pieces, position, style = [], match.end(), None
        while position < end:
            close = text.find("\n", position)
            close = close if close >= 0 else len(text)
            line = text[position:close]
            within = text.find("其中", position, close)  # what stands behind is of a part of the part
            found = amounts(text, position, within if within >= 0 else close)
            if len(line) > LONGEST_LINE or not found or found[0].changes:
                break
            if NUMBERED.search(line[3:]) and len(found) > 1:
                return  # several entries in one line: which amounts are parts is not plain
            own = _style(line)
            style = own if style is None else style
            plain = own or re.fullmatch("[^，。；：\\d]{2,14}", text[position : found[0].start])
            if "。" in text[position : found[0].start] or not plain or own < style or (own and not style):
                break
            if own == style:  # finer numbers are of the parts of a part
                alike = [a for a in found if outcome is not None and _is_outcome(text, position, a) == outcome]
                part = (alike or found)[0]
                share = SHARED.match(text, part.end, close)
                pieces.append((part.start, share.end() if share else part.end, True))
            position = close + 1
    else:
        inside = text[match.start() - 1 : match.start()] == "（"
        ends = "。\n" + "）" * inside + "；" * (not match.group("among") and not match.group("stop"))
        stops = [at for at in (text.find(stop, match.end()) for stop in ends) if at >= 0]
        pieces = [(match.end(), min(stops, default=len(text)), False)]
        # A list within brackets is of a part: 购置及运行费12万元（其中：…）.
        first, last = match.end(), min(pieces[0][1], match.end() + LONGEST_LIST + 1)
        inner = r"（(?!占)[^（）]*\d[^（）]*）|[\[【][^\]】]*[\]】]"
        inner = r"（(?!占)[^（）]*\d[^（）]*）|[\[【][^\]】]*[\]】]"
        blank = re.sub(inner, lambda m: " " * len(m.group()), text[first:last])
        if blank != text[first:last]:
            text = text[:first] + blank
    words = "".join(text[a:b] for a, b, _ in pieces)
    if len(words) > LONGEST_LIST or re.search(
        "其中|(?:包括|主要有|主要为|，含)[^；。]*\\d|减去|扣除|[比较与]上一?年|去年|上年(?:预算|决算|同期|执行)"
        "|[比较与]20|；20\\d\\d年|结转下年|年末|累计|授予|[元%]：\\S",
        words,
    ):
        return
    for first, last, one in pieces:
        found = [a for a in amounts(text, first, last) if not a.changes]
        found = [a for a in found if not ALL_OF.search(text, max(first, a.start - 40), a.start)]
        for amount in found[:1] if one else found:
            share = SHARED.match(text, amount.end, last)
            yield amount, share.group("percent") if share else None


def _style(line: str) -> int:
    """How finely a line is numbered: 一、 is 1, （一） 2, 1. 3, （1） 4, 1） 5; 0 if it is not numbered."""
    found = NUMBERED.match(line)
    if not found:
        return 0
    digits, bracketed = found.group("digit").isdecimal(), found.group("close") in "）)"
    return 1 + 2 * digits + bracketed + (digits and bracketed and not found.group("open"))
