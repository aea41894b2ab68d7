"""Coverage: what the rules ask a department's budget disclosure to contain, and whether a text contains it.

The rules are data, `rules/requirements.csv`. Most of them bind a government, or say how a budget is made, or speak of
units that are not there: these do not apply to what the department publishes, and are never counted against its text. A
text that lacks something proves little: attachments and other pages may hold it. So each row says where else one would
look.
"""

from __future__ import annotations

import re

import pandas as pd

from budgetbook.rules import load

# Keys; their words stand in the vocabulary, as state.KEY.
IN_TEXT, NOT_IN_TEXT, CANNOT_BE_TOLD = "in_text", "not_in_text", "cannot_be_told"
DOES_NOT_APPLY = "does_not_apply"
# One way of looking; `rules/requirements.csv` separates several by " | ".
WAY = re.compile(r"fact:(?P<item>[a-z_.]+?)(?P<below>\.\*)?@(?P<measure>[a-z ]+)|text:(?P<pattern>.+)")
COLUMNS = ["requirement", "document", "article", "what", "state", "reason", "found"]
COLUMNS += ["quote", "section", "start", "end", "where"]


def ways(looks: str) -> list[re.Match]:
    """The ways of looking in a cell such as `fact:income.other@level | text:其他收入`; ValueError if one is neither."""
    found = [(way, WAY.fullmatch(way)) for way in looks.split(" | ") if way]
    if bad := [way for way, match in found if match is None]:
        raise ValueError(f"rules/requirements.csv: {bad} is neither fact:ITEM@MEASURE nor text:REGEX")
    return [match for _, match in found]


def find(disclosure, looks: str, denials: bool = True) -> tuple[int, int] | None:
    """Where the first way of `looks` that finds something finds it, as published positions; None if none does.

    A clause that negates is found whole (see `Places.unbroken`). With denials=False, words that such a clause denies
    are not found: “no table of X is planned” points to no table. A fact of another year does not count, so that last
    year's figure does not stand for this year's.
    """
    year, text = str(disclosure.about.get("fiscal_year", "")), disclosure.view.text
    for way in ways(looks):
        item, below, measure, pattern = way.group("item", "below", "measure", "pattern")
        if pattern:
            for match in re.finditer(pattern, text):
                if denials or not disclosure.places.denied(*match.span()):
                    return disclosure.view.span(*disclosure.places.unbroken(*match.span()))
            continue
        facts = disclosure.facts
        named = facts["item"].str.startswith(f"{item}.") if below else facts["item"] == item
        timely = facts["period"].str[:4].isin(["", year]) if year else True
        for fact in facts[named & (facts["measure"] == measure) & timely].itertuples():
            return fact.start, fact.end
    return None


def reason(rule: dict) -> str:
    """Why a rule says nothing of what the department itself publishes, as a key; "" where it does.

    `prepare`: it says what a budget holds or how it is made. `governments`, `units`: it has these publish. `nobody`: it
    names nobody. Their words stand in the vocabulary, as reason.KEY.
    """
    if rule["duty"] == "prepare":
        return "prepare"
    return "" if rule["binds"].startswith("department") else _BOUND[rule["binds"]]


_BOUND = {
    "governments, through department budgets": "governments",
    "unit budget": "units",
    "addressee not named": "nobody",
}


def coverage(disclosure) -> pd.DataFrame:
    """How a budget disclosure stands to each rule that was in force for its year.

    One row a requirement, with the columns of `COLUMNS`.

    `found` says of the thing that a rule names, whomever the rule binds:

    - `in_text`: the quote is what meets it.
    - `cannot_be_told`: the quote, if there is one, only points elsewhere; or no text could tell.
    - `not_in_text`: the quote, if there is one, is as far as the text goes.

    `state` is the same where the rule binds the department's publication, and `does_not_apply` where it does not, for
    the `reason` given: see `reason`, and `no_units` where the text says that there are no units that it could bind.
    Only the states of rules that apply are counted. `where` is where one would look for what is not in the text, blank
    for what is. Positions are of the published text.
    """
    year = int(disclosure.about.get("fiscal_year", 9999))
    rows = []
    for rule in load("requirements").to_dict("records"):
        if rule["since"] > year:
            continue
        met, part = find(disclosure, rule["how"]), find(disclosure, rule["part"])
        pointed = find(disclosure, rule["pointer"], denials=False)
        if met:
            found, place = IN_TEXT, met
        elif pointed or not rule["how"]:
            found, place = CANNOT_BE_TOLD, pointed
        else:
            found, place = NOT_IN_TEXT, part
        start, end = place or (None, None)
        why = reason(rule)
        if why == "units" and find(disclosure, rule["moot"]):
            why = "no_units"
        rows.append(
            rule
            | dict(
                state=DOES_NOT_APPLY if why else found,
                reason=why,
                found=found,
                quote=disclosure.text[start:end] if place else "",
                section=disclosure.section_at(start) if place else "",
                start=start,
                end=end,
                where="" if found == IN_TEXT else rule["elsewhere"],
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"start": "Int64", "end": "Int64"})
