"""What a draft leaves behind: blanks, choices not made, the form's instructions, another year's or body's words.

Positions are those of the folded text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from budgetbook.rules import RULES, rows_of

BLANK = re.compile(
    r"(?:占|增长|下降|增加|减少|完成)[^，。；：%\d\n]{0,12}%"  # a rate without its number
    r"|[X×x]{2,}(?=[\u4e00-\u9fff%。，；）])"
    r"|待填|待补充|（此处[^）]{0,20}）"
)
CHOICE = re.compile(
    r"(?:增加|增长|上升)（(?:减少|下降)）|(?:减少|下降)（(?:增加|增长)）|增加/减少|（(?:增加|减少)/(?:减少|增加)）"
)
BASE = re.compile(
    r"(?:比|较|与)(?P<year>20\d\d)年度?(?P<stage>预算|决算)?(?:安排|执行)?数?(?:相比)?，?[^，。；\d]{0,10}?"
    r"(?:增加|增长|上升|减少|下降|降低|持平|一致)"
)
INSTRUCTION = re.compile(
    r"（(?:请|须|需)?按[^（）]{2,60}填[写列报]）|（(?:请|此处|本段|若|如)[^（）]{0,40}(?:填写|填列|说明|删除|简述|列明)[^（）]{0,20}）"
)
# Whose figures a sentence tells: the body before its year.
WHOSE = re.compile(
    r"(?:^|[，。；：、])(?P<body>[\u4e00-\u9fff（）]{2,30}?(?:局|委|委员会|办公室|办公厅|办|厅|院|中心|馆|站|会|部|校|所|处|镇|乡))"
    r"(?:本级|机关)?(?:部门|单位)?20\d\d年(?!以)",
    re.MULTILINE,
)
# The same, with the year first.
WHOSE_OF_YEAR = re.compile(
    r"(?:^|[，。；：、])20\d\d年度?，?(?P<body>[\u4e00-\u9fff]{3,30}?(?:局|委|委员会|办公室|办公厅|办|厅|院|中心|馆|站|会|部|校|所|处|镇|乡|政府))"
    r"(?=(?:部门|单位|本级|机关)?(?:本年)?(?:收入|支出|收支|预算|决算|财政拨款|一般公共预算|“三公”|政府采购))",
    re.MULTILINE,
)
# What such a sentence goes on with; a link to another page does not.
TOLD = re.compile("[。：元]")
WE = re.compile(r"(?<!自)我(?P<what>局|委|办|厅|院|中心|馆|站|部|所|处)(?![门分理置在有属长里事公])")
# 比上年减少3万元，主要原因是…: a word of change and the reason that is given for it.
REASON = re.compile(
    r"(?P<change>增加|增长|上升|减少|下降|降低)[^。；：\n]{0,40}?，?(?:其中)?(?:增加|增长|上升|减少|下降|降低)?(?:的)?"
    r"(?:主要原因|原因|主要)(?:为|是|系)(?:：|由于|因为|因)?(?P<reason>[^。；\n]{2,120})"
)
RISES, FALLS = re.compile("增加|新增|增长|上升|上调|增多|增设"), re.compile("减少|压缩|压减|下降|缩减|减缩")
NOT_SO = re.compile(
    r"(?:不|未|无|没有|控制|严控|避免|较上年未|抵消)[^，。；]{0,6}(?:增加|新增|增长|减少|下降)|上年|去年|一次性"
)
BALANCES = re.compile("结余|结转|节约|节支|差额|赤字|缺口")


def left_over(text: str) -> Iterator[tuple[str, int, int, str]]:
    """(kind, start, end, words) of each blank, each choice that was not made, each instruction of the form."""
    for kind, pattern in (("blank", BLANK), ("choice", CHOICE), ("instruction", INSTRUCTION)):
        for match in pattern.finditer(text):
            yield kind, match.start(), match.end(), match.group()


def odd_bases(text: str, year: str, final: bool) -> Iterator[tuple[str, int, int, str]]:
    """Comparisons with the filing's own year, or with one before the last, where others are with the last year.

    Where none is with the last year, nothing is said: then the year of the filing itself may be misread. A final
    account may compare with its own year's budget.
    """
    if not year:
        return
    found = list(BASE.finditer(text))
    last = str(int(year) - 1)
    if sum(match.group("year") == last for match in found) < 2:
        return
    for match in found:
        own = match.group("year") == year
        if match.group("year") == last or (own and (final or match.group("stage") == "决算")):
            continue
        beside = re.search(f"(?:比|较|与){last}年[^。；]{{0,40}}$", text[max(match.start() - 60, 0) : match.start()])
        if int(match.group("year")) in (int(year), int(year) - 2) and not beside:
            yield "base", match.start(), match.end(), match.group()


STOCK = re.compile(r"截[至止](?P<year>20\d\d)年(?:12月(?:31日|底)?|底|末)")
STATED = re.compile(
    r"(?:^|[。；：\n])[^，。；：\n比较与\d]{0,12}?(?P<year>20\d\d)年度?(?:我|本)?(?:局|部门|单位|中心)?[^，。；：\d\n]{0,20}?"
    r"(?:预算|决算|绩效目标管理)"
)


# A stock, or a heading, with the name or the year of another text.
WHOSE_STOCK = re.compile(
    r"截[至止][^，。]{4,14}，(?P<body>[\u4e00-\u9fff]{3,30}?(?:局|委|委员会|办公室|厅|院|中心|馆|站|会|部|校|所|处|镇|乡|政府))"
    r"(?=共有|固定资产|所属|占有|本级)"
)
HEADING_YEAR = re.compile(
    r"^[^，。\n]{0,30}?(?P<year>20\d\d)年度?[^，。\n\d]{0,30}(?:情况|说明|情况说明|总表|表)$", re.MULTILINE
)
# 12.50元 among amounts in 万元, and a share that is said to have risen by so many per cent.
SMALL_YUAN = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{2,6}元")
POINTS = re.compile(r"(?:比重|占比|比例)[^，。；%\d]{0,10}(?:提高|下降|上升|降低|增加|减少)了?\d[\d.]*%")
NO_POINTS = re.compile(r"[万亿]?元，(?:增长|下降|降低|提高|上升)\d[\d.]*个百分点")


def odd_units(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Small amounts in 元 where others are in 万元, per cent for percentage points and the other way round."""
    if text.count("万元") > 10:
        for match in SMALL_YUAN.finditer(text):
            clause = re.split("[，。；：（\n]", text[max(match.start() - 40, 0) : match.start()])[-1]
            if not re.search("每|人均|平均|单价|标准|均", clause):
                yield "unit", match.start(), match.end(), f"{clause}{match.group()}"
    for pattern in (POINTS, NO_POINTS):
        for match in pattern.finditer(text):
            yield "points", match.start(), match.end(), match.group()


def odd_dates(text: str, year: str, final: bool) -> Iterator[tuple[str, int, int, str]]:
    """Stocks at the end of another year than the rules of a budget, or a final account, have it; other years' money.

    A budget tells what there is at the end of the year before, a final account that of its own year. A later year than
    the filing's is no year whose money it tells; nor is one before the last, at the beginning of a sentence.
    """
    if not year:
        return
    found = [
        ("date", match, int(year) - int(match.group("year")) != (0 if final else 1)) for match in STOCK.finditer(text)
    ]
    stated = list(STATED.finditer(text))
    if 2 * sum(match.group("year") == year for match in stated) > len(stated) > 3:
        stated = [m for m in stated if TOLD.search(text[m.end() : m.end() + 60].partition("\n")[0])]
        found += [("year", m, int(year) - int(m.group("year")) not in (0, 1)) for m in stated]
        found += [("year", m, int(year) - int(m.group("year")) not in (0, 1)) for m in HEADING_YEAR.finditer(text)]
        own = [m for m in HEADING_YEAR.finditer(text) if m.group("year") == year]
        if len(own) > 3:  # where the headings name the year, one of the year before is left over
            found += [("year", m, int(year) - int(m.group("year")) == 1) for m in HEADING_YEAR.finditer(text)]
    for kind, match, odd in found:
        if odd:
            yield kind, match.start("year"), match.end(), text[match.start("year") : match.end()]


def odd_names(text: str, named: str) -> Iterator[tuple[str, int, int, str]]:
    """Sentences that tell another body's figures, where three or more tell those of one; 我局 of a body that is none.

    A name that is part of the other, as with the level of the body and the department, is not another body.
    """
    for match in WE.finditer(text) if named else ():
        if match.group("what") not in named:
            yield "body", match.start(), match.end(), match.group()
    found = [(match, match.group("body")) for pattern in (WHOSE, WHOSE_OF_YEAR) for match in pattern.finditer(text)]
    stocks = [(match, match.group("body")) for match in WHOSE_STOCK.finditer(text)]
    found = [(m, body) for m, body in found if TOLD.search(text[m.end() : m.end() + 60].partition("\n")[0])]
    found += stocks
    counted = Counter(body for _, body in found).most_common()
    own, often = (named, text.count(named)) if named and text.count(named) > 2 else counted[0] if counted else ("", 0)
    if often < 3:
        return
    for match, body in found:
        alike = len(set(body) & set(own)) * 3 >= len(set(body)) * 2
        sibling = body[:2] == own[:2] and body[-1] == own[-1] and set(body) - set(own) and len(body) <= len(own) + 2
        if body not in own and own not in body and (sibling or not alike) and often > 3 * dict(counted)[body]:
            yield "body", match.start("body"), match.end(), body


def old_classes(text: str, year: str) -> Iterator[tuple[str, int, int, str]]:
    """Names of classes that were renamed before the year of the filing: `profile/renamed.csv`."""
    if not year:
        return
    for row in rows_of(RULES / "profile" / "renamed.csv"):
        if int(year) >= int(row["from_year"]):
            for match in re.finditer(row["old"], text):
                yield "renamed", match.start(), match.end(), match.group()


def odd_reasons(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Reasons that tell only of the other direction: 减少…主要原因是人员增加.

    What grows when something else falls is left alone (balances, savings), and so is a reason that looks back at the
    year before or says that something does not grow.
    """
    for match in REASON.finditer(text):
        reason, sentence = (
            match.group("reason"),
            re.split("[。；\n]", text[max(match.start() - 60, 0) : match.start()])[-1],
        )
        if NOT_SO.search(reason) or BALANCES.search(sentence + match.group()):
            continue
        rises, falls = RISES.search(reason), FALLS.search(reason)
        up = match.group("change") in ("增加", "增长", "上升")
        if (up and falls and not rises) or (not up and rises and not falls):
            yield "reason", match.start(), match.end(), match.group()
