"""Citations of statutes, in prose and in the tables of rules, held against `citations.csv`.

A citation says where a rule stands: `Budget Law, article 14(2)`, `《预算法》第十四条第二款`. The table says what the
rule says, and by which words (`terms`) prose speaks of it. A mistyped number leads to no row, or to one of which its
sentence does not speak. `statutes/` holds the cited articles, whole and word for word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from budgetbook.numbers import hanzi_number
from budgetbook.rules import load

STATUTES = Path(__file__).with_name("statutes")
CITATIONS = load("citations")
NAMES = {
    **dict.fromkeys(["Budget Law", "预算法"], "Budget Law"),
    **dict.fromkeys(["Implementing Regulations", "预算法实施条例", "Reg."], "Implementing Regulations"),
    **dict.fromkeys(["Government Procurement Law", "政府采购法"], "Government Procurement Law"),
    **dict.fromkeys(
        ["Regulations on Government Office Affairs", "机关事务管理条例"], "Regulations on Government Office Affairs"
    ),
}
NAME = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(NAMES, key=len, reverse=True))
LIST = r"\d{1,3}(?:\(\d\))?(?:(?:,\s*|\s+and\s+|,\s*and\s+|\s*to\s*)\d{1,3}(?:\(\d\))?)*"
CITATION = re.compile(
    rf"(?P<name>{NAME})|\b(?:articles?|art\.)\s+(?P<list>{LIST})(?:\s+of\s+the\s+(?P<of>{NAME}))?"
    r"|第(?P<zh>[一二三四五六七八九十百]+)条(?:第(?P<zhp>[一二三四五六七八九十]+)款)?|(?P<bare>\b\d{1,3}\(\d\))",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?][”’*_)]*\s+(?=[A-Z“*\[(-])|\n\s*\n|\n\s*(?=[-*|]\s|\d+\.\s)")


@dataclass(frozen=True)
class Cited:
    """A place where a rule is cited; `paragraph` is 0 where the article alone is named."""

    text: str
    statute: str
    article: int
    paragraph: int
    sentence: str


def cited(text: str, statute: str = "") -> Iterator[Cited]:
    """The citations of a running text. An article alone is of the statute that was named last, or of `statute`."""
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    for match in CITATION.finditer(text):
        if match["name"]:
            statute = NAMES.get(" ".join(match["name"].split()), statute)
            continue
        begin = max(end for end in ends if end <= match.start())
        sentence = text[begin : min(end for end in ends if end >= match.end())]
        statute = NAMES.get(" ".join((match["of"] or "").split()), statute)
        if match["zh"]:
            yield Cited(match[0], statute, hanzi_number(match["zh"]), hanzi_number(match["zhp"] or "0"), sentence)
            continue
        for article, paragraph in re.findall(r"(\d+)(?:\((\d)\))?", match["list"] or match["bare"]):
            yield Cited(match[0], statute, int(article), int(paragraph or 0), sentence)


def unresolved(text: str, statute: str = "") -> list[str]:
    """What is wrong with the citations of a text: no such row, or a sentence that speaks of another article."""
    lists = [re.findall(r"\d+", re.sub(r"\(\d\)", "", match["list"] or "")) for match in CITATION.finditer(text)]
    problems = [f"not in order: {', '.join(found)}" for found in lists if found != sorted(set(found), key=int)]
    for place in cited(text, statute):
        rows = CITATIONS[CITATIONS["statute"] == place.statute]
        said = " ".join(place.sentence.split()).casefold()
        spoken = {row["citation"]: _spoken(row["terms"], said) for row in rows.to_dict("records")}
        rows = rows[rows["article"] == place.article]
        rows = rows[rows["paragraph"] == place.paragraph] if place.paragraph else rows
        name = f"{place.statute or 'a statute that is not named'}, article {place.article}"
        name += f"({place.paragraph})" if place.paragraph else ""
        best = max((spoken[citation] for citation in rows["citation"]), default=0)
        if rows.empty:
            problems.append(f"{name} has no row in citations.csv: “{place.text}”")
        elif best < max(1, *spoken.values()):
            rival = max(spoken, key=spoken.__getitem__)
            problems.append(
                f"{name} is cited, and the sentence speaks of {rival if spoken[rival] else 'none'}: “{said}”"
            )
    return problems


def _spoken(terms: str, said: str) -> int:
    """How many of the terms a sentence has, each where a word begins."""
    return sum(bool(re.search(rf"(?<!\w){re.escape(term)}", said, re.IGNORECASE)) for term in terms.split(" | "))


def articles(name: str) -> dict[int, list[str]]:
    """Article → its paragraphs (款), each with its items, of an extract in `statutes/`."""
    found: dict[int, list[str]] = {}
    for block in (STATUTES / name).read_text(encoding="utf-8").split("\n\n"):
        if match := re.match(r"第([一二三四五六七八九十百]+)条 ", block):
            found[hanzi_number(match[1])] = paragraphs = [block[match.end() :].strip()]
        elif found:
            paragraphs.append(block.strip())
    return found
