"""The words of tables and pictures, in the language that is being shown.

`rules/vocabulary.csv` has one row a word or a short template: key, English, Chinese. A chapter sets the language (see
`chapter`); everything else asks `word`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import lru_cache
from string import Formatter

from budgetbook.numbers import amount, decimal, missing, rounded, signed
from budgetbook.rules import read_rows

LANGUAGES = ("en", "zh")
_language = ContextVar("language", default="en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this block, words are those of `language`; ValueError if there is none of it."""
    if language not in LANGUAGES:
        raise ValueError(f"there are words in {' and '.join(LANGUAGES)}, not in {language!r}")
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def known(key: str) -> bool:
    """Whether the vocabulary has this key."""
    return key in _words()


def word(key: str, **fields: object) -> str:
    """The word of that key in the language of the moment, with its fields filled in (see `fill`).

    Raises KeyError saying where to add a key that is not there.
    """
    if not known(key):
        raise KeyError(f"no word {key!r} in the vocabulary: add a row to rules/vocabulary.csv")
    return fill(_words()[key][_language.get()], **fields)


@lru_cache
def _words() -> dict[str, dict]:
    return {row["key"]: row for row in read_rows("vocabulary")}


def fill(template: str, words: Callable[[str], str] = str, /, **fields: object) -> str:
    """A template with its named fields filled in, numbers as this project shows them.

    `{x}` shows a number with its places, `{x:1}` rounded to one place, `{x:+}` with its sign; of several numbers or
    texts, `{xs}` shows a list with commas, `{xs:sum}` a sum, `{xs:list}` the items of a list in Markdown. `{row[left]}`
    is a cell of a row. Text stays as it is, or becomes what `words` makes of it.

    Raises KeyError for a field that is not given, TypeError for a binary float.

    >>> from decimal import Decimal
    >>> fill("{parts:sum} = {whole} 万元, {x:1} %", parts=[Decimal("1.50"), 2], whole=Decimal("3.50"), x=0)
    '1.50 + 2 = 3.50 万元, 0.0 %'
    """
    return _Filler(words).vformat(template, (), fields)


class _Filler(Formatter):
    def __init__(self, words: Callable[[str], str]) -> None:
        self.words = words

    def get_value(self, key, args, kwargs):
        if key not in kwargs:
            raise KeyError(f"the field {key!r} is not given; given are {', '.join(sorted(kwargs)) or 'none'}")
        return kwargs[key]

    def format_field(self, value, spec: str) -> str:
        if isinstance(value, str):
            return self.words(value)
        if isinstance(value, float) and not missing(value):
            raise TypeError(f"{value!r} is a binary float; amounts are Decimals or whole numbers")
        if hasattr(value, "__iter__"):
            return {"sum": " + ", "list": "\n- "}.get(spec, ", ").join(self.format_field(each, "") for each in value)
        if missing(value):
            return word("not_stated")
        if isinstance(value, Fraction):
            value = decimal(value)
        elif hasattr(value, "item"):  # a whole number of numpy
            value = value.item()
        if spec == "+":
            return signed(value)
        return amount(rounded(value, int(spec)) if spec else value)
