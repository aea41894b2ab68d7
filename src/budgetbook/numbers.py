"""Numbers: as texts print them, as exact values, and as this project shows them.

Amounts are Decimals with the places that were printed; binary floats are refused where a number is shown. Units are
those of money (元, 万元 = 10,000 yuan, 亿元) and the counters of people and things.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

HANZI_DIGITS = "〇一二三四五六七八九"
HANZI_NUMERAL = "〇零一二两三四五六七八九十百千"
MONEY_UNITS = "亿元|万元|千元|元|亿|万"
COUNTERS = "个|项|部分|次|家|名|人次|人|辆|台|套|期|件|类|天|场|户|批次|批"

# No amount has more digits: what is longer is some other thing, or noise, and exact arithmetic with it would be slow.
LONGEST_NUMBER = 24
UNSIGNED = r"(?:\d{1,3}(?:,\d{3}){1,9}(?!\d)|\d++)(?:\.\d++)?"
DIGITS = re.compile(f"-?{UNSIGNED}")
NUMERAL = re.compile(rf"[{HANZI_NUMERAL}]+")
UNIT = re.compile(rf"万平方米|万(?:人次|人|户|件)|{MONEY_UNITS}|平方米|个?百分点|%|倍|{COUNTERS}")
MONEY = re.compile(MONEY_UNITS)
COUNTER = re.compile(rf"(?:{COUNTERS})(?!百分点)")
# An amount that another follows in a list: 5万元、
LISTED = re.compile(rf"\d(?:{UNIT.pattern})、")

# 1 unit = this many yuan. A bare 万 or 亿 before no other unit is read as money.
YUAN = {
    "元": Decimal(1),
    "千元": Decimal(10**3),
    "万元": Decimal(10**4),
    "亿元": Decimal(10**8),
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
}


class Stated(Decimal):
    """A number as the text states it: a Decimal that knows its `fact`, so that a table can lead to the words.

    Whatever arithmetic makes of it is a plain Decimal: a computed number never claims to be a quotation. Choosing among
    numbers (a filter, a sort, the largest) and copying keep the fact; so does the sum of a single one.

    >>> from decimal import Decimal
    >>> stated = Stated(Decimal("5.35"), "F031")
    >>> stated, stated.fact, hasattr(stated + 0, "fact"), hasattr(-stated, "fact")
    (Decimal('5.35'), 'F031', False, False)
    """

    __slots__ = ("fact",)

    def __new__(cls, value: Decimal | str, fact: str) -> Stated:
        self = super().__new__(cls, value)
        self.fact = fact
        return self

    def __reduce__(self):
        return type(self), (str(self), self.fact)

    def __copy__(self) -> Stated:
        return self

    def __deepcopy__(self, memo: dict) -> Stated:
        return self


# --- from print to value ------------------------------------------------------------------------------------


def number_value(printed: str) -> Decimal:
    """The exact value of a number as printed: digits of either width, with or without commas, or Chinese numerals."""
    plain = unicodedata.normalize("NFKC", printed).replace(",", "")
    return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else Decimal(hanzi_number(plain))


def hanzi_number(text: str) -> int:
    """The integer that a Chinese numeral up to 9999, a digit string or a circled digit stands for.

    >>> [hanzi_number(n) for n in ("七", "十二", "二十", "一百零五", "12", "③")]
    [7, 12, 20, 105, 12, 3]
    """
    text = unicodedata.normalize("NFKC", text)
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        elif char == "两":
            digit = 2
        elif char in "零〇":
            digit = 0
        else:
            digit = HANZI_DIGITS.index(char)
    return total + digit


def numeral(number: int) -> str:
    """A number in Chinese numerals as statutes and lists print it, up to 99; digits beyond.

    >>> numeral(7), numeral(10), numeral(14), numeral(92), numeral(101)
    ('七', '十', '十四', '九十二', '101')
    """
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (HANZI_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (HANZI_DIGITS[ones] if ones else "")


def convert(value: Decimal, unit: str, to: str = "万元") -> Decimal:
    """Money in another unit, exactly; anything that is not money unchanged.

    >>> convert(Decimal("1951.91"), "万元", "元"), convert(Decimal("0.155"), "亿元"), convert(Decimal("5"), "万")
    (Decimal('19519100'), Decimal('1550'), Decimal('5'))
    """
    if unit not in YUAN or YUAN[unit] == YUAN[to]:
        return value
    exact = value * YUAN[unit] / YUAN[to]
    # No more places than the value needs, and no exponent: 0.155 亿元 is 1550 万元, not 1.55E+3.
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def decimal(value: Fraction, places: int = 6) -> Decimal:
    """A fraction as a Decimal: exactly if it has an end, else to so many places."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact if Fraction(exact) == value else exact.quantize(Decimal(1).scaleb(-places))


# --- from value to print ------------------------------------------------------------------------------------


def missing(value: object) -> bool:
    """Whether there is no value: None, or a not-a-number of any library."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):  # pandas.NA has no truth
        return True


def amount(value: Decimal | int) -> str:
    """A number as printed: its places kept, a real minus sign, and commas once it has five digits before the point.

    >>> amount(Decimal("1951.91")), amount(Decimal("-4.05")), amount(19519100)
    ('1951.91', '−4.05', '19,519,100')
    """
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a binary float; amounts are Decimals or whole numbers")
    text = f"{Decimal(value):,f}" if abs(value) >= 10_000 else f"{Decimal(value):f}"
    return text.replace("-", "−")


def signed(value: Decimal | int) -> str:
    """A change as text, with its sign: +150, −4.05."""
    return "+" * (value > 0) + amount(value)


def rounded(values, places: int):
    """Decimals, or one, rounded half up to a number of places: for what a division leaves endless.

    values: a Decimal, None, or a pandas Series of them, which comes back as a Series.
    """

    def one(value):
        return None if missing(value) else Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    return values.map(one) if hasattr(values, "map") else one(values)


def percent(part: Decimal, whole: Decimal) -> str:
    """A share as text with one decimal: "0.3 %". One that would round away is "<0.1 %" or ">99.9 %"."""
    exact = 100 * Decimal(part) / Decimal(whole)
    share = rounded(exact, 1)
    if share in (0, 100):
        return f"{share:.0f} %" if exact == share else "<0.1 %" if share == 0 else ">99.9 %"
    return f"{amount(share)} %"
