"""What the cells of a table state: each amount with the words of its row, its column and its title.

Which cells belong together is the layout's say (`sources`); which item an amount is for is told by the table
`profile/tables.csv`, by the words of the title, the side (收入 or 支出), the row and the column. What none names
keeps its class code and its printed name, without an item.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from budgetbook.rules import RULES, rows_of
from budgetbook.sources import File, Table
from budgetbook.text import fold

AMOUNT = re.compile(r"[-－−]?(?:\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.\d{1,6})?")
CODE_HEAD = re.compile(r"(?:编码|代码|序号|行次|栏次)$|(?:^|\|)(?:类|款|项)$")  # and no 拨款
UNIT = re.compile(r"单位：(?:人民币)?(亿元|万元|千元|元)")
NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[.、．]|（[一二三四五六七八九十\d]{1,2}）|其中：|[△▲*])+"
)
OWNER = re.compile(
    r"(?:编制)?(?:部门|单位)(?:名称)?："
)  # whose table it is, and its unit, may stand in the title's line
LAST = "上年"  # stands for the year before, where a column says no more
LAST_YEAR = re.compile(r"上年度?(?:预算|决算|执行)?(?:数|金额)|上年(?:度)?$|去年|^上年(?!.*(?:结转|结余))")
# Columns of changes and rates: no level of an item, and rates do not add up.
CHANGES = re.compile(r"增减|增长|增加|减少|变动|比上年")
RATES = re.compile(r"比例|占比|比重|[%％]|增长率|完成率|幅度")
TITLE = re.compile(r"表(?:（.{0,20}）)?$")
# The number of a form, 公开01表 or 附表3, is no title; a column that counts the lines is no code.
SERIAL = re.compile(
    r"[（(]?(?:部门|单位|财决|预决算|预算|决算)?(?:公开|附|批复|预|决)*表?\d{0,2}(?:-\d{1,2})?表?[)）]?$"
)
JOINED = re.compile(r"(?<=表)(?:部门|单位)?公开(?:表\d{1,2}|\d{1,2}表)$")  # stands in the line of the title
# Rows that others of their list stand below: numbered 一、, or what is carried over, whose kinds may bear no number.
TOP = re.compile("[一二三四五六七八九十]+、")
CARRIED = re.compile("(?:上年|年初|年末)[^，。]*(?:结转|结余)[^，。]*")
# 一般公共预算拨款 below 上年结转 is no income of the year: only a rule that names what it stands below is for it.
NOT_CARRIED = re.compile("^(?!.*(?:结转|结余))")
STAGED_HEAD = re.compile("(?:年初|全年|调整)?(?:预算|决算)数$")
LINE_NUMBER = re.compile(r"(?:行次|序号|栏次)$")


@dataclass(frozen=True)
class Figure:
    """An amount of a table, with where it stands; rows and columns count from 1."""

    file: int
    page: int
    table: int
    row: int
    column: int
    title: str
    side: str  # 收入 or 支出, where the table has one beside the other
    label: str
    head: str
    code: str
    value: Decimal
    unit: str
    printed: str
    item: str = ""
    year: str = ""
    mark: str = ""  # the numbering before the label: 一、
    under: str = ""  # the label of its list that it stands below: 上年结转, 基本支出
    stage: str = ""  # 预算 or 决算, by the words of its column, its row or its title; "" where none says it


def plain(text: str) -> str:
    """The words of a label or a head, folded, without numbering and blanks."""
    return NUMBERING.sub("", fold(text).text.replace("\n", "").replace(" ", ""))


def read_tables(file: File, number: int = 0) -> Iterator[Figure]:
    """The figures of all tables of a file, in reading order."""
    rules = [
        (
            re.compile(r["title"]),
            r["side"],
            re.compile(r["label"] or ".*"),
            re.compile(r["head"]),
            re.compile(r["under"]) if r["under"] else NOT_CARRIED,
            r["item"],
        )
        for r in rows_of(RULES / "profile" / "tables.csv")
    ]
    title = unit = ""
    heads: list[str] = []
    edges: tuple[float, ...] = ()
    count = 0
    before: list[str] = []  # a title may stand at the foot of the page before its table
    for page in file.pages:
        if page.name:
            before = []
        for block in page.blocks:
            if isinstance(block, str):
                before.append(fold(block).text.replace(" ", ""))
                continue
            count += 1
            grid = block.grid()
            said = [*before[-5:], *([page.name] if page.name and not before else [])]
            first = _first_amounts(grid)
            said += [cell for row in grid[: first if first is not None else 3] if (cell := _only(row))]
            said = [plain(words) for words in said]
            heads_of = [JOINED.sub("", OWNER.split(words)[0]) for words in said]
            if titles := [
                words for words in heads_of if TITLE.search(words) and len(words) < 60 and not SERIAL.match(words)
            ]:
                title, unit, heads, edges = titles[-1], "", [], ()
            said += [fold(cell).text for row in grid[:4] for cell in row]
            if units := [m.group(1) for words in said if (m := UNIT.search(words))]:
                unit = units[-1]
            before = []
            own = _heads(block, first)
            if any(own):
                heads, edges = own, block.edges
            elif (
                block.edges and edges
            ):  # it goes on from another page: the columns are those that stand below the heads
                middles = [(a + b) / 2 for a, b in zip(block.edges, block.edges[1:], strict=False)]
                places = [min(max(bisect_right(edges, x) - 1, 0), len(heads) - 1) for x in middles]
                own = [heads[place] for place in places]
            elif len(own) == len(heads):
                own = heads
            if first is None:
                continue
            carried = any("结转" in head for head in own)
            for figure in _figures(grid, first, own, title, unit):
                level = not CHANGES.search(figure["head"]) and not RATES.search(figure["head"])
                found = next((rule[-1] for rule in rules if level and _says(figure, *rule[:-1])), "")
                if not found and level:  # 公务接待费 over 预算数 and 决算数
                    plainly = figure | {"head": STAGED_HEAD.sub("", figure["head"])}
                    found = next((rule[-1] for rule in rules if _says(plainly, *rule[:-1])), "")
                if found == "income" and "收支" not in title and "本年" not in figure["head"] and carried:
                    found = "budget.income_with_carry_over"  # 合计, where 上年结转 is one of the columns
                yield Figure(number, page.number, count, **figure, item=found, stage=_staged(figure))


def _staged(figure: dict) -> str:
    """Budget or outcome, by the words of its column, its row or its title: final accounts print both."""
    said = [figure[words] for words in ("head", "label") if re.search("[预决]算数", figure[words])]
    words = (said or [figure["title"]])[0]
    return "决算" if "决算" in words else "预算" if "预算" in words else ""


def _says(figure: dict, title, side: str, label, head, under) -> bool:
    return bool(
        title.search(figure["title"])
        and under.search(figure["under"])
        and (not side or figure["side"] == side)
        and (label.fullmatch(figure["label"]) or (not figure["label"] and label.pattern == ".*"))
        and head.search(figure["head"])
    )


def _only(row: list[str]) -> str:
    """The one text of a row that has but one, as the title of a sheet does."""
    texts = [cell for cell in row if cell.strip()]
    return texts[0] if len(texts) == 1 else ""


def _amount(text: str) -> str:
    text = text.translate({0xA0: None, 0x3000: None, 0xFF0C: ","}).replace(" ", "")
    return text if AMOUNT.fullmatch(text) else ""


def _first_amounts(grid: list[list[str]]) -> int | None:
    """The first row that is no head: it has words or a code before an amount, or amounts only, not column numbers."""
    for index, row in enumerate(grid):
        amounts = [a for cell in row if (a := _amount(cell))]
        if (
            not amounts
            or amounts == [str(k) for k in range(int(amounts[0]) if amounts[0].isdecimal() else 0, 99)][: len(amounts)]
            and len(amounts) > 1
        ):
            continue
        words = [cell for cell in row if cell.strip() and not _amount(cell)]
        if words or any("." in a for a in amounts) or index:
            return index
    return None


def _heads(table: Table, first: int | None) -> list[str]:
    """For each column the words above it, from the top, joined; a cell that spans columns stands above each."""
    width = max((c.column + c.columns for c in table.cells), default=0)
    heads: list[list[str]] = [[] for _ in range(width)]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
        if first is not None and cell.row >= first or cell.columns == width:
            continue
        words = plain(cell.text)
        alone = sum(other.row == cell.row for other in table.cells) == 1
        if alone and TITLE.search(words):
            continue
        if UNIT.search(words) or OWNER.match(words):
            continue
        for column in range(cell.column, cell.column + cell.columns):
            if not _amount(cell.text):
                heads[column].append(words)
    return ["|".join(word for word in words if word and word != "栏次") for words in heads]


def _figures(grid, first: int, heads: list[str], title: str, unit: str) -> Iterator[dict]:
    tops: dict[int, str] = {}  # column of labels → the label that those below it stand under
    for index, row in enumerate(grid[first:], first):
        label = code = side = mark = under = ""
        named = False  # the code before has its label: what comes is another one
        behind = False  # an amount was read: what comes is of another list, beside the first
        for column, text in enumerate(row):
            head = heads[column] if column < len(heads) else ""
            if not text.strip():
                continue
            amount = _amount(text)
            if LINE_NUMBER.search(head) and (amount or text.strip() == "栏次"):
                continue
            coded = CODE_HEAD.search(head) and not re.search("项目$|款项$", head)
            if behind and (coded or not amount):
                code, behind = "", False
            if amount and (coded or (not head and "." not in amount and not label and len(amount) in (2, 3, 5, 7))):
                code, named = amount if named else code + amount, False
                continue
            if not amount:
                words = plain(text)
                if both := re.fullmatch(r"[\[【]?(\d{3,7})[\]】]?(\D+)", words):  # code and name in one cell
                    code, words = both.groups()
                if label and code and column and row[column - 1 : column] == [""]:
                    code = ""
                label, mark = words, (NUMBERING.match(fold(text).text.replace(" ", "")) or [""])[0]
                side, named = _side(heads, column, words), bool(code)
                if TOP.match(mark) or CARRIED.fullmatch(words) or words.endswith(("合计", "总计", "小计")):
                    tops[column] = "" if words.endswith(("合计", "总计", "小计")) else words
                    under = ""
                else:
                    under = tops.get(column, "")
                continue
            words, behind = head.replace("|", ""), True
            yield dict(
                row=index + 1,
                column=column + 1,
                title=title,
                side=side or _side(heads, column, label),
                label=label,
                mark=mark,
                under=under,
                head=words,
                code=code,
                value=Decimal(amount.replace(",", "").replace("－", "-").replace("−", "-")),
                unit=unit,
                printed=text,
                year=LAST if LAST_YEAR.search(words) else (re.findall(r"(20\d\d)年", words) or [""])[-1],
            )


def _side(heads: list[str], column: int, label: str) -> str:
    top = heads[column].split("|")[0] if column < len(heads) else ""
    for side in ("收入", "支出"):
        if side in top and len(top) < 12:
            return side
    return "收入" if "收入" in label else "支出" if "支出" in label else ""
