"""The words of tables and pictures, in the language that is being shown.

`rules/vocabulary.csv` has one row a word or a short template: key, English, Chinese. A chapter sets the language (see
`chapter`); everything else asks `word`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import lru_cache
from string import Formatter

from budgetbook.numbers import amount, decimal, missing, rounded, signed
from budgetbook.rules import read_rows
from budgetbook.text import HANZI

LANGUAGES = ("en", "zh")
_language = ContextVar("language", default="en")
NUMERALS = "一二三四五六七八九"
# How a section is cited: 三, 三（二）, 三（二）1, 三（二）2（1）, and a list in a section: （六）.
_PART = rf"（[{NUMERALS}]）(?:\d+(?:（\d+）)?)?"
_SECTION = re.compile(rf"[{NUMERALS}](?:{_PART})?(?![（{HANZI}])")
_SECTIONS = re.compile(rf"\b[Ss]ections?[ \u00a0](?:{_SECTION.pattern}(?:,? and |, | to |))+")
_FIRST = rf"(?<![^\n])[{NUMERALS}](?= [A-Za-z])"
_CITED = re.compile(rf"(?<![\w）])(?<!\d[ \u00a0])(?:[{NUMERALS}]?{_PART}(?![（{HANZI}])|{_FIRST})")
# What an amount of the text counts.
UNITS = dict(人="people", 平方米="square_metres", 辆="vehicles", 套="sets", 次="times", 个="items", 部分="parts")
_COUNTED = re.compile(rf"(?:(?:[a-z ]+ )?[\d.,]+ )?({'|'.join(UNITS)})")


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


def numbered(text: str) -> str:
    """A text in which the number of a section is one that its readers can say: 三（二） is 3.2 三（二） in English.

    A Chinese numeral alone looks like a dash, and is a section's only after that word or before a heading.

    >>> numbered("Sections 三 and 四（一）, in section 三（二）1").replace("\u00a0", " ")
    'Sections 3 (三) and 4.1 四（一）, in section 3.2.1 三（二）1'
    """
    if _language.get() != "en":
        return text
    return _CITED.sub(_numbered, _SECTIONS.sub(lambda run: _SECTION.sub(_numbered, run[0]), text))


def cited(section: str) -> str:
    """A section as a reader cites it: 三 is 3 (三) in English."""
    return numbered(f"section {section}").removeprefix("section ")


def _numbered(section: re.Match) -> str:
    steps = [str(NUMERALS.find(sign) + 1 or sign) for sign in re.findall(rf"[{NUMERALS}]|\d+", section[0])]
    return f"{'.'.join(steps)}\u00a0{section[0] if '（' in section[0] else f'({section[0]})'}"


def counted(said: str) -> str:
    """A count of the text with what its unit means to readers without Chinese: 27 人 (people)."""
    unit = _COUNTED.fullmatch(said)
    return f"{said} ({word(f'unit.{UNITS[unit[1]]}')})" if unit and _language.get() == "en" else said


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
