"""Quantities that know where they come from, and the linear algebra that tells what follows from what. All exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from heapq import heapify, heappop, heappush

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
    """The sum of one or more quantities, added up in one go."""
    first, *others = quantities
    if not others:
        return first
    terms, form = [first, *others], dict(first.form)
    for term in others:
        for fact, factor in term.form.items():
            form[fact] = form.get(fact, 0) + factor
    return Quantity(
        sum((term.value for term in terms), Fraction(0)),
        {fact: factor for fact, factor in form.items() if factor},
        " + ".join(term.text for term in terms),
        tuple(dict.fromkeys(name for term in terms for name in term.missing)),
        next(filter(None, (term.unit for term in terms)), ""),
        tuple(dict.fromkeys(fact for term in terms for fact in term.facts)),
    )


class Span:
    """The space spanned by forms added one after the other; it tells what follows from what."""

    def __init__(self) -> None:
        # pivot → number of its row, reduced form, made of which forms. A row holds no pivot of an earlier one.
        self.rows: dict[str, tuple[int, Form, dict[int, Fraction]]] = {}

    def reduce(self, form: Form) -> tuple[Form, dict[int, Fraction]]:
        """What is left of a form when all that the span can make of it is taken away, and what it took."""
        rest, used = dict(form), {}
        due = [(self.rows[fact][0], fact) for fact in rest if fact in self.rows]  # row by row, and only those it needs
        heapify(due)
        while due:
            _, pivot = heappop(due)
            if not (factor := rest.get(pivot)):
                continue
            _, row, made_of = self.rows[pivot]
            for fact, k in row.items():
                if fact not in rest and fact in self.rows:
                    heappush(due, (self.rows[fact][0], fact))
                rest[fact] = rest.get(fact, 0) - factor * k
                if not rest[fact]:
                    del rest[fact]
            for index, part in made_of.items():
                used[index] = used.get(index, 0) + factor * part
        return rest, {index: part for index, part in used.items() if part}

    def add(self, index: int, form: Form) -> tuple[int, ...]:
        """Add a form. Returns () if it is new, else the indices of the earlier forms that it follows from."""
        rest, used = self.reduce(form)
        if not rest:
            return tuple(sorted(used))
        # The last fact, so that a hundred figures of one item are each tied to the first, and not in a chain.
        pivot = max(rest)
        scale = rest[pivot]
        made_of = {index: 1 / scale} | {i: -part / scale for i, part in used.items()}
        self.rows[pivot] = len(self.rows), {f: k / scale for f, k in rest.items()}, made_of
        return ()

    def holds(self, form: Form) -> bool:
        return not self.reduce(form)[0]
