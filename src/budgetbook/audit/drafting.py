"""What a draft leaves behind: blanks, choices that were not made, a comparison with the wrong year.

Positions are those of the folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BLANK = re.compile(
    r"(?:占|增长|下降|增加|减少|完成)[^，。；：%\d\n]{0,12}%"  # a rate without its number
    r"|[X×x]{2,}(?=年|万|元|%|个|人|项|辆|次|局|部门|单位)"
    r"|待填|待补充|（此处[^）]{0,20}）"
)
CHOICE = re.compile(
    r"(?:增加|增长|上升)（(?:减少|下降)）|(?:减少|下降)（(?:增加|增长)）|增加/减少|（(?:增加|减少)/(?:减少|增加)）"
)
BASE = re.compile(
    r"(?:比|较|与)(?P<year>20\d\d)年度?(?P<stage>预算|决算)?(?:安排|执行)?数?(?:相比)?，?[^，。；\d]{0,10}?"
    r"(?:增加|增长|上升|减少|下降|降低|持平|一致)"
)


def left_over(text: str) -> Iterator[tuple[str, int, int, str]]:
    """(kind, start, end, words) of each blank and each choice that was not made."""
    for kind, pattern in (("blank", BLANK), ("choice", CHOICE)):
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
        if int(match.group("year")) in (int(year), int(year) - 2):
            yield "base", match.start(), match.end(), match.group()
