"""Duties: where the words of a mandate meet the lines of the budget.

`word_meetings` looks only at characters and finds too much. `data/duties.csv` is what a person made of it: which
meeting is a link, and how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import pandas as pd

from budgetbook.facts import Disclosure
from budgetbook.paths import DATA

# How sure a link is, surest first; data/README.md says what each means.
SURE = ("named", "plausible", "word")
HANZI = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache
def read_duties() -> pd.DataFrame:
    """`data/duties.csv`, one row a link between a duty and an item of the budget, as data/README.md describes.

    A duty without a link has one row, with a blank item.
    """
    return pd.read_csv(DATA / "duties.csv", dtype=str, keep_default_na=False)


def common_words(one: str, other: str) -> list[str]:
    """The runs of two or more Chinese characters that stand in both texts, each as long as it can be.

    Characters are not meaning: in the second example one word ends and another begins.

    >>> common_words("招聘、培训、考核", "专兼职网格员培训"), common_words("公共安全信息", "共安排425.43万元")
    (['培训'], ['共安'])
    """
    runs = [word for run in HANZI.findall(one) for word in _longest(run, other)]
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
