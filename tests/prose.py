"""Numbers in prose, each bound to what it counts.

A number in prose claims something: *1376.48 万元 of wages*, *0 vehicles*, *on 31 December 2020*. It is backed where the
disclosure, or an output of the same notebook, has that number, of a unit that does not differ, said of the same thing:
the words around it are among those of the fact, of the row and the heading of the table, of the sentence computed. A
number of three digits or more is told by that. A small one stands everywhere, so no other number may fit its words
better; where one does, `prose_numbers.csv` says what is meant. Sums are added up, dates compared whole.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

NUMBER = re.compile(r"(?<![A-Za-z_\d.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")
UNITS = {
    "万元": r"万元|万(?!元)",
    "亿元": r"亿元",
    "元": r"元|yuan\b",
    "%": r"%|％|per cent\b",
    "m²": r"m²|平方米|square met",
    "人": r"人|名|(?:[a-z-]+ )?(?:[a-z-]+ )?(?:people|persons?|staff|participants|members|workers|residents|heads)\b",
}
UNIT = {unit: re.compile(rf"[\s*”“)]{{0,3}}(?:{pattern})") for unit, pattern in UNITS.items()}
# 5 and 10.43 万元: the unit is of both.
NEXT = re.compile(r"[\s*]*(?:and|or|to|–|-|against|,)\s*(?:about\s+)?\d[\d,]*(?:\.\d+)?")
NAMES = "January February March April May June July August September October November December"
MONTHS = dict(zip(re.findall("[A-Z][a-z]+", NAMES), range(1, 13), strict=True))
DATE = re.compile(rf"(\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})|(\d{{4}})(?:年|-)(\d{{1,2}})(?:月|-)(\d{{1,2}})日?")
TERM = r"\d[\d,]*(?:\.\d+)?(?:\s*(?:万元|元|%))?"
SUM = re.compile(rf"{TERM}(?:\s*[+−×÷]\s*{TERM})*\s*=\s*{TERM}(?:\s*[+−×÷]\s*{TERM})*")
SENTENCE_END = re.compile(r"[.!?:;][”’*_)]*\s+|[。；：！？]|\n\s*\n|\n\s*(?=[-*|>]\s|\d+\.\s)|[|]")
STOP = re.compile(
    r"the|and|are|for|with|that|this|from|has|have|had|was|were|not|but|all|its|their|than|then|there|they|would|will|can|"
    r"could|may|might|what|which|who|whose|how|when|where|into|out|over|under|only|also|one|any|each|every|others?|same|"
    r"such|some|these|those|them|you|your|our|his|her|him|she|gets?|gives?|does|did|says?|said|see|table|text|numbers?|"
    r"values?|amounts?|figure|item|name|least|most"
)
ENOUGH = 1.001  # as well as a number that fits best: what a small one needs
MEASURES = {"change": "more increase rise change up", "count": "", "level": ""}  # words for a fact's measure


@dataclass(frozen=True)
class Said:
    """A number as it stands somewhere: value, unit ("" if none), and the words that tell what it counts, with weights.

    `start` and `end` are its place in the text.
    """

    value: Decimal
    unit: str
    words: Mapping[str, float]
    start: int = 0
    end: int = 0


def stems(text: str) -> list[str]:
    """The words that may name a thing, cut short; of Chinese every two signs that follow each other."""
    found = []
    for word in re.findall(r"[A-Za-z]{3,}|[\u3400-\u9fff]+", text):
        if not word[0].isascii():
            found += [word[i : i + 2] for i in range(len(word) - 1)]
        elif not STOP.fullmatch(word.lower()):
            found.append(re.sub(r"(?:ies|es|s|y)$", "", word.lower())[:5])
    return found


def unit_of(after: str) -> str:
    """The unit that a text begins with."""
    return next((unit for unit, pattern in UNIT.items() if pattern.match(after)), "")


def said(text: str) -> Iterator[Said]:
    """Every number of a running text, with the words of its sentence; the nearer, the heavier."""
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    for match in NUMBER.finditer(text):
        begin = max(end for end in ends if end <= match.start())
        stop = min(end for end in ends if end >= match.end())
        before, after = text[begin : match.start()], text[match.end() : stop]
        following = NEXT.match(after)
        unit = unit_of(after) or (unit_of(after[following.end() :]) if following else "")
        words: dict[str, float] = {}
        for side in (stems(before)[::-1], stems(after)):
            for distance, word in enumerate(side):
                words[word] = max(words.get(word, 0), 1 / (1 + distance / 2.5))
        yield Said(Decimal(match[0].replace(",", "")), unit, words, *match.span())


def of_facts(facts: Iterable[dict]) -> Iterator[Said]:
    """The numbers of a disclosure, with the names of their items."""
    for fact in facts:
        if isinstance(fact["value"], int | Decimal):
            words = dict.fromkeys(stems(f"{fact['label']} {fact['zh']} {MEASURES.get(fact['measure'], '')}"), 1)
            before = fact["quote"].partition(fact["printed"])[0][-12:]
            unit = {"万": "万元", "平方米": "m²"}.get(fact["unit"], fact["unit"])
            yield Said(Decimal(fact["value"]), unit if unit in UNITS else "", dict.fromkeys(stems(before), 0.7) | words)


def of_table(record: dict) -> Iterator[Said]:
    """The numbers of a table, with the heading of their column, the head of their row, and the caption."""
    for row in record["rows"]:
        cells = row["cells"]
        label = " ".join(cell for cell in cells if not re.fullmatch(r"[\d.,−+-]*", cell))
        for column, cell in zip(record["columns"], cells, strict=True):
            heading = column["heading"]
            words = dict.fromkeys(stems(record["caption"]), 0.5) | dict.fromkeys(stems(label), 0.8)
            words |= dict.fromkeys(stems(heading), 1)
            alone = re.fullmatch(r"[\d.,−+-]+", cell)
            for number in said(cell):
                unit = number.unit or unit_of(heading.rpartition(", ")[2])
                own = words if alone else dict.fromkeys(words, 0.3) | dict(number.words)
                yield Said(number.value, unit, own)


def dates(text: str) -> Iterator[tuple[date, int, int]]:
    """Every date with day, month and year, and where it stands."""
    for match in DATE.finditer(text):
        day, month, year, y, m, d = match.groups()
        found = (int(year), MONTHS[month], int(day)) if year else (int(y), int(m), int(d))
        try:
            yield date(*found), *match.span()
        except ValueError:
            yield date.min, *match.span()


def adds_up(equation: str) -> bool:
    """Whether both sides of an equation are the same, as far as its result is printed."""
    sides = []
    for side in re.sub(r"万元|元|%|,|\s", "", equation).split("="):
        total, operator = Decimal(0), "+"
        products = re.split(r"([+−])", side)
        for part in products:
            if part in "+−":
                operator = part
                continue
            value, how = Decimal(1), "×"
            for factor in re.split(r"([×÷])", part):
                if factor in "×÷":
                    how = factor
                else:
                    value = value * Decimal(factor) if how == "×" else value / Decimal(factor or 1)
            total += value if operator == "+" else -value
        places = max((len(number.partition(".")[2]) for number in NUMBER.findall(side)), default=0)
        sides.append((total, places if re.fullmatch(r"[\d.]+", side) else 9))
    (left, first), (right, second) = sides
    return abs(left - right) <= Decimal(10) ** -min(first, second, 9) / 2


def small(value: Decimal) -> bool:
    """Whether a number has so few digits that it stands everywhere."""
    return len(value.as_tuple().digits) < 3


class Evidence:
    """What prose may state: the numbers of facts and outputs, and the dates of the texts."""

    def __init__(self, numbers: Iterable[Said], texts: Iterable[str]) -> None:
        self.numbers = list(numbers)
        self.dates = {day for text in texts for day, *_ in dates(text)}

    @cached_property
    def rarity(self) -> dict[str, float]:
        """What a word is worth: little, where many numbers have it."""
        counts = Counter(word for number in self.numbers for word in number.words)
        return {word: math.log(1 + len(self.numbers) / count) for word, count in counts.items()}

    def fits(self, claim: Said) -> dict[Decimal, float]:
        """Value → how well the words of the claim fit what has that value; units may be left out, and not differ."""
        best: dict[Decimal, float] = {}
        for number in self.numbers:
            if claim.unit and number.unit and claim.unit != number.unit:
                continue
            fit = sum(
                near * number.words[word] * self.rarity[word]
                for word, near in claim.words.items()
                if word in number.words
            )
            fit *= 1 if claim.unit == number.unit else 0.6
            best[number.value] = max(best.get(number.value, 0), fit)
        return best

    def lacks(self, claim: Said, fits: Mapping[Decimal, float] | None = None) -> str:
        """Why a number in prose is not backed; "" if it is."""
        fits = self.fits(claim) if fits is None else fits
        if claim.value not in fits:
            return "stands neither in the disclosure nor in an output of this notebook"
        best = max(fits, key=fits.__getitem__)
        if small(claim.value) and not 0 < fits[best] <= ENOUGH * fits[claim.value]:
            return f"is small, and its words fit {best} better: say what it counts, or add it to prose_numbers.csv"
        return ""
