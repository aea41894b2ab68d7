"""Coverage: what the rules ask a department's budget disclosure to contain, and whether a text contains it.

The rules are data, `rules/requirements.csv`. A text that lacks something proves little: attachments and other pages may
hold it. So there are three states, and each row says where else one would look.
"""

from __future__ import annotations

import re

import pandas as pd

from budgetbook.rules import load

# Keys; their words stand in the vocabulary, as state.KEY.
IN_TEXT, NOT_IN_TEXT, CANNOT_BE_TOLD = "in_text", "not_in_text", "cannot_be_told"
# One way of looking; `rules/requirements.csv` separates several by " | ".
WAY = re.compile(r"fact:(?P<item>[a-z_.]+?)(?P<below>\.\*)?@(?P<measure>[a-z ]+)|text:(?P<pattern>.+)")
COLUMNS = ["requirement", "document", "article", "what", "state", "quote", "section", "start", "end", "where"]


def ways(looks: str) -> list[re.Match]:
    """The ways of looking in a cell such as `fact:income.other@level | text:其他收入`; ValueError if one is neither."""
    found = [(way, WAY.fullmatch(way)) for way in looks.split(" | ") if way]
    if bad := [way for way, match in found if match is None]:
        raise ValueError(f"rules/requirements.csv: {bad} is neither fact:ITEM@MEASURE nor text:REGEX")
    return [match for _, match in found]


def find(disclosure, looks: str) -> tuple[int, int] | None:
    """Where the first way of `looks` that finds something finds it, as published positions; None if none does.

    A fact of another year does not count, so that last year's figure does not stand for this year's.
    """
    year = str(disclosure.about.get("fiscal_year", ""))
    for way in ways(looks):
        item, below, measure, pattern = way.group("item", "below", "measure", "pattern")
        if pattern:
            if match := re.search(pattern, disclosure.view.text):
                return disclosure.view.span(*match.span())
            continue
        facts = disclosure.facts
        named = facts["item"].str.startswith(f"{item}.") if below else facts["item"] == item
        timely = facts["period"].str[:4].isin(["", year]) if year else True
        for fact in facts[named & (facts["measure"] == measure) & timely].itertuples():
            return fact.start, fact.end
    return None


def coverage(disclosure) -> pd.DataFrame:
    """How a budget disclosure stands to each rule that was in force for its year.

    One row a requirement: requirement, document, article, what, state, quote, section, start, end, where.

    - `in_text`: the quote is what meets it.
    - `cannot_be_told`: the quote, if there is one, only points elsewhere; or no text could tell.
    - `not_in_text`: the quote, if there is one, is as far as the text goes.

    `where` is where one would look for what is not in the text, blank for what is. Positions are of the published text.
    """
    year = int(disclosure.about.get("fiscal_year", 9999))
    rows = []
    for rule in load("requirements").to_dict("records"):
        if rule["since"] > year:
            continue
        met, pointed, part = (find(disclosure, rule[column]) for column in ("how", "pointer", "part"))
        if met:
            state, place = IN_TEXT, met
        elif pointed or not rule["how"]:
            state, place = CANNOT_BE_TOLD, pointed
        else:
            state, place = NOT_IN_TEXT, part
        start, end = place or (None, None)
        rows.append(
            rule
            | dict(
                state=state,
                quote=disclosure.text[start:end] if place else "",
                section=disclosure.section_at(start) if place else "",
                start=start,
                end=end,
                where="" if state == IN_TEXT else rule["elsewhere"],
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"start": "Int64", "end": "Int64"})
