"""Notes that people made on one disclosure: its duties and their links to the budget, its way from money to results.

They stand in the folder `notes/` of the disclosure; numbers and quotes come from its facts, never from the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from budgetbook.disclosure import Disclosure
from budgetbook.numbers import amount
from budgetbook.text import HANZI

# How sure a link between a duty and a line of the budget is, surest first; data/README.md says what each means.
SURE = ("named", "plausible", "word")
# The stages, in order. The Implementing Regulations of the Budget Law, article 20, name the same four.
STAGES = {"input": "Input 投入", "activity": "Activity 使用过程", "output": "Output 产出", "outcome": "Outcome 效果"}


def read_chain(disclosure: Disclosure) -> pd.DataFrame:
    """The table `chain` of its notes with what the facts of `disclosure` say, one row a thing that the text states.

    Columns: strand, stage, item, measure, section, label (plain English), fact (ids), value (Decimal; for several
    claims in words how many they are, for a single one None), unit, qualifier, shown (the three as text), quote. A
    stage on which the text says nothing has no row. A section takes in those below it.

    Raises LookupError for a row whose fact the disclosure does not state, or states as several figures.
    """
    rows = disclosure.load("chain").rename(columns={"what": "label"})
    if stray := sorted(set(rows["stage"]) - set(STAGES)):
        raise ValueError(f"notes/chain.csv: no such stage: {', '.join(stray)}; there are {', '.join(STAGES)}")
    return pd.DataFrame([row | _stated(disclosure.facts, row) for row in rows.to_dict("records")])


def _stated(facts: pd.DataFrame, row: dict[str, str]) -> dict[str, object]:
    named = (facts["item"] == row["item"]) & (facts["measure"] == row["measure"])
    found = facts[named & facts["section"].str.startswith(row["section"])]
    if found.empty or (len(found) > 1 and found["value"].notna().any()):
        where = f"{row['measure']} of {row['item']} in section {row['section']}"
        raise LookupError(f"notes/chain.csv: {len(found)} facts state {where}; one is needed, or claims in words only")
    first = found.iloc[0]
    value = first["value"] if len(found) == 1 else len(found)
    shown = "" if value is None else f"{first['qualifier']} {amount(value)} {first['unit']}".strip()
    return {
        "fact": " ".join(found["fact"]),
        "value": value,
        "unit": first["unit"],
        "qualifier": first["qualifier"],
        "shown": shown,
        "quote": " | ".join(found["quote"]),
    }


def common_words(one: str, other: str) -> list[str]:
    """The runs of two or more Chinese characters that stand in both texts, each as long as it can be.

    Characters are not meaning: in the second example one word ends and another begins.

    >>> common_words("招聘、培训、考核", "专兼职网格员培训"), common_words("公共安全信息", "共安排425.43万元")
    (['培训'], ['共安'])
    """
    runs = [word for run in re.findall(f"[{HANZI}]+", one) for word in _longest(run, other)]
    inside = {word for word in runs for longer in runs if word != longer and word in longer}
    return [word for word in dict.fromkeys(runs) if word not in inside]


def _longest(run: str, other: str) -> Iterable[str]:
    """From each place of `run` the longest piece of two or more characters that stands in `other`."""
    for start in range(len(run) - 1):
        pieces = (run[start:end] for end in range(len(run), start + 1, -1))
        yield from [piece for piece in pieces if piece in other][:1]


def word_meetings(disclosure: Disclosure, items: Iterable[str]) -> pd.DataFrame:
    """Every word that a duty and a budget item have in common, whether it means anything or not.

    One row a word: duty, item, word, duties (in how many duties it stands). An item's words are those of all its
    facts outside the glossary.
    """
    facts = disclosure.facts
    duties = facts[facts["measure"] == "duty"]
    body = facts[~facts["section"].str.startswith("名词解释")].groupby("item")["quote"].agg("，".join)
    rows = [
        dict(duty=duty.section, item=item, word=word, duties=int(duties["quote"].str.contains(word).sum()))
        for duty in duties.itertuples()
        for item in items
        for word in common_words(duty.quote, body[item])
    ]
    return pd.DataFrame(rows, columns=["duty", "item", "word", "duties"])
