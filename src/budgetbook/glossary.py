"""The collection's glossary: its words in plain English, and where a disclosure uses them."""

from __future__ import annotations

import re
from bisect import bisect_left

import pandas as pd

from budgetbook.document import Document
from budgetbook.rules import load
from budgetbook.text import HANZI, fold

HAN = re.compile(rf"[{HANZI}]")
COLUMNS = ["term", "wording", "section", "in_glossary", "within", "quote", "start", "end"]


def wordings() -> dict[str, str]:
    """Every wording, Chinese or English, with its term. English is in lower case.

    Raises ValueError when two terms share a wording.
    """
    found: dict[str, str] = {}
    for row in load("glossary").itertuples():
        for wording in {w.lower() for w in (row.zh, row.en, *row.aliases.split(" | ")) if w}:
            if found.setdefault(wording, row.term) != row.term:
                raise ValueError(f"rules/glossary.csv: {wording!r} belongs to {found[wording]} and to {row.term}")
    return found


def term_uses(disclosure: Document) -> pd.DataFrame:
    """Where a disclosure uses the Chinese wordings of the glossary: one row a place, in reading order.

    term, wording (as in the glossary), section, in_glossary (does it stand in the disclosure's own glossary?), within
    (the longest wording of another term around it: 支出 within 基本支出; "" if it stands for itself), quote (the clause
    around it, as published), start and end (in the published text).
    """
    view = disclosure.view
    known = [(fold(wording).text, term, wording) for wording, term in wordings().items() if HAN.search(wording)]
    hits = sorted(
        (*m.span(), term, wording) for words, term, wording in known for m in re.finditer(re.escape(words), view.text)
    )
    longest = max(len(words) for words, _, _ in known)
    rows = []
    for start, end, term, wording in hits:
        near = hits[bisect_left(hits, (end - longest,)) : bisect_left(hits, (start + 1,))]
        around = [h for h in near if end <= h[1] and h[1] - h[0] > end - start]
        if any(h[2] == term for h in around):
            continue  # 公用经费 within 日常公用经费 is one use of one term
        first, last = view.span(*disclosure.places.clause(start, end))
        begin, stop = view.span(start, end)
        rows.append(
            dict(
                term=term,
                wording=wording,
                section=disclosure.section_at(begin),
                in_glossary=begin in disclosure.glossary,
                within=max(around, key=lambda h: h[1] - h[0])[3] if around else "",
                quote=disclosure.text[first:last].strip(),
                start=begin,
                end=stop,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)
