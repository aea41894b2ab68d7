"""Quantities that know where they come from, and the linear algebra that tells what follows from what. All exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

Form = dict[str, Fraction]  # fact → factor


@dataclass(frozen=True)
class Quantity:
    """A value with where it comes from: exact, and how it moves with each stated fact.

    `form` is the linear form itself for sums and differences, and the derivative for products and quotients. `facts`
    are all facts that it was made of; a claim in words (there is none) is among them and no variable of the form.
    `missing` names what would be needed and is not stated; the value then means nothing.
    """

    value: Fraction
    form: Form = field(default_factory=dict)
    text: str = ""
    missing: tuple[str, ...] = ()
    unit: str = ""
    facts: tuple[str, ...] = ()

    def _with(self, other: Quantity, value: Fraction, a: Fraction, b: Fraction, sign: str) -> Quantity:
        form = {f: a * self.form.get(f, 0) + b * other.form.get(f, 0) for f in [*self.form, *other.form]}
        text = f"{self.text} {sign} {other.text}"
        missing = tuple(dict.fromkeys(self.missing + other.missing))
        facts = tuple(dict.fromkeys(self.facts + other.facts))
        return Quantity(value, {f: k for f, k in form.items() if k}, text, missing, self.unit or other.unit, facts)

    def bracketed(self) -> Quantity:
        return replace(self, text=f"({self.text})") if " " in self.text or self.text.startswith("−") else self

    def __add__(self, other: Quantity) -> Quantity:
        return self._with(other, self.value + other.value, Fraction(1), Fraction(1), "+")

    def __sub__(self, other: Quantity) -> Quantity:
        return self._with(other.bracketed(), self.value - other.value, Fraction(1), Fraction(-1), "−")

    def __mul__(self, other: Quantity) -> Quantity:
        return self._with(other.bracketed(), self.value * other.value, other.value, self.value, "×")

    def __truediv__(self, other: Quantity) -> Quantity:
        if other.value == 0:
            return Quantity(Fraction(0), missing=(*self.missing, *other.missing, "a divisor that is not zero"))
        value = self.value / other.value
        return self._with(other.bracketed(), value, 1 / other.value, -value / other.value, "÷")


def total(quantities: Iterable[Quantity]) -> Quantity:
    """The sum of one or more quantities."""
    first, *others = quantities
    for other in others:
        first = first + other
    return first


class Span:
    """The space spanned by forms added one after the other; it tells what follows from what."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Form, dict[int, Fraction]]] = []  # pivot, reduced form, made of which forms

    def reduce(self, form: Form) -> tuple[Form, dict[int, Fraction]]:
        """What is left of a form when all that the span can make of it is taken away, and what it took."""
        rest, used = dict(form), {}
        for pivot, row, made_of in self.rows:
            if factor := rest.get(pivot):
                rest = {f: k for f in {*rest, *row} if (k := rest.get(f, 0) - factor * row.get(f, 0))}
                for index, part in made_of.items():
                    used[index] = used.get(index, 0) + factor * part
        return rest, {index: part for index, part in used.items() if part}

    def add(self, index: int, form: Form) -> tuple[int, ...]:
        """Add a form. Returns () if it is new, else the indices of the earlier forms that it follows from."""
        rest, used = self.reduce(form)
        if not rest:
            return tuple(sorted(used))
        pivot = min(rest)
        scale = rest[pivot]
        made_of = {index: 1 / scale} | {i: -part / scale for i, part in used.items()}
        self.rows.append((pivot, {f: k / scale for f, k in rest.items()}, made_of))
        return ()

    def holds(self, form: Form) -> bool:
        return not self.reduce(form)[0]
