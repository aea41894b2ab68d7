"""The audit: does a disclosure agree with itself?

Every check comes from data: from the tree of the taxonomy (parts make up a whole), from one item stated in several
places, from a change with the reasons given for it, from a count with its list, from a stated growth or share, and from
`rules/identities.csv`. Implied figures come from `rules/implied.csv`. Nothing here knows a particular disclosure.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import chain, combinations, islice, takewhile
from typing import TYPE_CHECKING

from budgetbook.audit import precision
from budgetbook.audit.quantity import Form, Quantity, Span, total
from budgetbook.numbers import YUAN, amount, convert, decimal, rounded
from budgetbook.reading.sentences import Fact
from budgetbook.rules import frame

if TYPE_CHECKING:
    import pandas as pd

# Keys; their words stand in the vocabulary, as state.KEY.
HOLDS, ROUNDING, FAILS, UNTESTED = "holds", "rounding", "fails", "untested"
STATES = (HOLDS, ROUNDING, FAILS, UNTESTED)

# Claims in words that stand for a number where an amount is asked for: none of something, one new thing.
IN_WORDS = {"none": Decimal(0), "new": Decimal(1)}

# So many sets of facts are tried for a smallest one; with more to try, the facts of the expression itself will do.
TRIES = 10_000

# What an expression may ask for behind the @.
MEASURES = ("level", "change", "count", "reason", "area", "frequency", "rate", "growth", "share", *IN_WORDS)

UNSTATED = "unstated"  # in a sum, for what the text does not say


@dataclass
class Check:
    """Two sides of something that should hold."""

    kind: str  # sum, restatement, change, count, growth, share, equality, bound
    rule: str  # the row of identities.csv, or the item whose wording makes the check
    source: str  # stated by the document, definition, taxonomy
    why: str
    left: Quantity
    right: Quantity
    relation: str = "="
    derived_from: tuple[int, ...] = ()  # positions of the checks that it follows from by algebra

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.left.missing + self.right.missing))

    @cached_property
    def form(self) -> Form:
        """Left − right."""
        return (self.left - self.right).form

    @property
    def facts(self) -> list[str]:
        """All facts on which the check rests, stated zeros included, in reading order."""
        return sorted({*self.left.facts, *self.right.facts})


# ----------------------------------------------------------------------------------------------------
# The audit of one disclosure


class Checks:
    """All checks of a disclosure, what they rest on, and the figures that the text implies."""

    def __init__(self, disclosure) -> None:
        self.disclosure = disclosure
        self.facts: dict[str, Fact] = {fact.fact: fact for fact in disclosure.fact_list}
        self.stated = [f for f in disclosure.fact_list if f.value is not None or f.measure in IN_WORDS]
        self.known = {row["item"]: row for row in disclosure.rows("taxonomy")}

        # Looked up again and again, so kept as long as this audit.
        self.quantity, self.half, self.reasons = map(cache, (self._quantity, self._half, self._reasons))

    @property
    def items(self) -> pd.DataFrame:
        """The items of the taxonomy, as a frame."""
        return self.disclosure.items

    def rules(self, table: str) -> tuple[dict, ...]:
        """The rows of a table of rules, general ones and those of this disclosure."""
        return self.disclosure.rows(table)

    # Facts as quantities

    def _quantity(self, fact: str) -> Quantity:
        row = self.facts[fact]
        value = IN_WORDS.get(row.measure, row.value)
        unit = "万元" if convert(Decimal(1), row.unit, "元") != 1 or row.unit == "元" else row.unit
        wan = convert(value, row.unit)
        form = {} if row.measure in IN_WORDS else {fact: Fraction(1)}
        return Quantity(Fraction(wan), form, amount(wan), (), unit, (fact,))

    def _half(self, fact: str, by_digit: bool = False) -> Fraction:
        """Half a unit of the last place of a fact, in the unit of comparison; a zero is exact.

        The last place is that of the document (see `precision`): where it leaves out zeros at the end, 150 is 150.00.
        by_digit: the last place that stands there, whatever the rest of the document does.
        """
        row = self.facts[fact]
        counted = row.measure == "count"  # people are counted, not rounded
        if row.measure in IN_WORDS or not row.value or counted:
            return Fraction(0)
        places = -row.value.as_tuple().exponent
        if not by_digit and row.measure in precision.MEASURES:
            places = self.precision.places(row.value, row.unit)
        return Fraction(convert(Decimal(1).scaleb(-places), row.unit)) / 2

    @cached_property
    def precision(self) -> precision.Precision:
        """How finely the document prints its money, from its amounts and from the sums that they stand in."""
        amounts = {
            fact: (row.value, row.unit)
            for fact, row in self.facts.items()
            if row.measure in precision.MEASURES and row.unit in YUAN and row.value
        }
        sums = [
            ([amounts[fact] for fact in check.facts if fact in amounts], self.residual(check) == 0)
            for check in self.check_list
            if self.compares(check) == "sum"
        ]
        return precision.read_precision(amounts.values(), sums)

    def name(self, item: str) -> str:
        return self.known[item]["en"]

    def find(self, item: str, measure: str = "level") -> list[str]:
        """The facts that state a measure of an item; for a level or a count, also a claim that there is none."""
        found = self._found.get((item, measure), [])
        return found or (self._found.get((item, "none"), []) if measure in ("level", "count") else [])

    @cached_property
    def _found(self) -> dict[tuple[str, str], list[str]]:
        """(item, measure) → facts; a level of last year is no level of the budget."""
        last_year, found = str(int(self.disclosure.about.get("fiscal_year") or 0) - 1), {}
        for row in self.stated:
            if row.measure not in ("level", "count", "none") or row.period != last_year:
                found.setdefault((row.item, row.measure), []).append(row.fact)
        return found

    def one(self, item: str, measure: str = "level") -> Quantity:
        found = self.find(item, measure)
        name = f"{item}@{measure}" if measure != "level" else item
        return self.quantity(found[0]) if found else Quantity(Fraction(0), text=UNSTATED, missing=(name,))

    def _reasons(self, item: str) -> Quantity:
        """The amounts given as reasons in the section that states the change of an item, added up."""
        changes = self.find(item, "change")
        if not changes:
            return Quantity(Fraction(0), missing=(f"{item}@change",))
        change = self.facts[changes[0]]
        rows = [f for f in self.stated if f.section == change.section]
        after = rows[rows.index(change) + 1 :]
        following = takewhile(lambda f: f.measure != "change", after)  # the next change has reasons of its own
        given = [f.fact for f in following if f.measure == "reason"]
        return total(map(self.quantity, given)) if given else Quantity(Fraction(0), missing=(f"{item}@reason",))

    def evaluate(self, expression: str) -> Quantity:
        """An expression of rules/identities.csv or implied.csv: items, item@measure, reasons(item), + - * / ( )."""
        try:
            tree = ast.parse(re.sub(r"@(\w+)", r".at_\1", expression), mode="eval").body
        except SyntaxError as error:
            raise ValueError(f"{expression!r} is no expression: {error.msg}") from error
        return self._evaluate(tree, expression)

    def _evaluate(self, node: ast.expr, expression: str) -> Quantity:
        operators = {ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.Div: "__truediv__"}
        match node:
            case ast.BinOp(left, operator, right) if type(operator) in operators:
                a, b = self._evaluate(left, expression), self._evaluate(right, expression)
                return getattr(a, operators[type(operator)])(b)
            case ast.Constant(int() as number):
                return Quantity(Fraction(number), text=str(number))
            case ast.Call(ast.Name("reasons"), [argument]):
                return self.reasons(self._name(ast.unparse(argument), expression)[0])
            case ast.Attribute() | ast.Name():
                return self.one(*self._name(ast.unparse(node), expression))
        raise ValueError(f"{expression!r}: {ast.unparse(node)} is no item, number, reasons(item), + - * or /")

    def _name(self, text: str, expression: str) -> tuple[str, str]:
        item, _, measure = text.partition(".at_")
        if item not in self.known:
            raise ValueError(f"{expression!r}: no item {item!r} in rules/taxonomy.csv")
        if measure and measure not in MEASURES:
            raise ValueError(f"{expression!r}: no measure {measure!r}; there are {', '.join(MEASURES)}")
        return item, measure or "level"

    # Checks

    def _checks(self) -> Iterator[Check]:
        yield from self._sums()
        declared = self.rules("identities")
        yield from (self._declared(rule) for rule in declared if rule["source"] == "stated by the document")
        yield from self._restatements()
        yield from self._changes()
        yield from self._counts()
        yield from self._ratios()
        yield from (self._declared(rule) for rule in declared if rule["source"] != "stated by the document")

    def _sums(self) -> Iterator[Check]:
        for item, whole in ((i, row["parts_make"]) for i, row in self.known.items() if row["parts_make"]):
            kinds = [kind for kind, row in self.known.items() if row["parent"] == item]
            parts = [p for p in kinds if self.find(p)]
            # A coarser part counts only where none of the finer ones that it stands for is stated.
            parts = [p for p in parts if not any(map(self.find, self.known[p]["stands_for"].split()))]
            money = [p for p in parts if self.known[p]["unit"] == self.known[whole]["unit"]]
            unstated = [p for p in kinds if self.known[p]["standard"] == "yes" and p not in money]
            if not money or not self.find(whole):
                continue
            parts_total = total(self.one(part) for part in money)
            if unread := self._unread(self.find(whole)[0]):  # one of them may be a part
                parts_total = Quantity(Fraction(0), text=UNSTATED, missing=unread)
            why = f"{self.name(item)}: the parts that the text gives make up the whole"
            if unstated:
                why += "; not stated, so taken as nothing: " + ", ".join(map(self.name, unstated))
            yield Check("sum", item, "taxonomy", why, self.one(whole), parts_total)

    def _unread(self, whole: str) -> tuple[str, ...]:
        """The quotes of the amounts without an item that follow a whole in its sentence, where its parts are listed."""
        document, row = self.disclosure, self.facts[whole]
        if row.number_start is None:
            return ()
        text, at = document.view.text, document.view.at(row.number_start)
        end = min((found for found in (text.find(stop, at) for stop in "。\n") if found >= 0), default=len(text))
        last = document.view.positions[end - 1]
        return tuple(
            "".join(f.quote.split())
            for f in document.fact_list
            if f.measure == "unclassified" and f.unit in YUAN and row.number_start <= f.number_start <= last
        )

    def _restatements(self) -> Iterator[Check]:
        alike = defaultdict(list)
        for f in self.stated:
            if f.measure not in ("threshold", *IN_WORDS):
                alike[f.item, f.measure, f.period].append(f.fact)
        for (item, measure, _period), (first, *others) in alike.items():
            for other in others if item else ():
                why = f"{self.name(item)}: one {measure} stated in two places"
                yield Check(
                    "restatement", item, "stated by the document", why, self.quantity(first), self.quantity(other)
                )

    def _changes(self) -> Iterator[Check]:
        for fact, item in [(f.fact, f.item) for f in self.stated if f.measure == "change"]:
            if item:
                why = f"{self.name(item)}: the amounts given as reasons make up the change"
                yield Check("change", item, "stated by the document", why, self.quantity(fact), self.reasons(item))

    def _counts(self) -> Iterator[Check]:
        listed_of = defaultdict(list)
        for f in self.disclosure.fact_list:
            if f.measure == "name":
                listed_of[f.item].append(f.fact)
        for item, names in listed_of.items():
            for fact in self.find(item, "count")[:1]:
                listed = Quantity(Fraction(len(names)), text=str(len(names)), facts=tuple(names))
                why = f"{self.name(item)}: as many names are listed as the count says"
                yield Check("count", item, "stated by the document", why, self.quantity(fact), listed)

    def _ratios(self) -> Iterator[Check]:
        hundred = Quantity(Fraction(100), text="100")
        for fact, item, measure in [(f.fact, f.item, f.measure) for f in self.stated]:
            if measure not in ("growth", "share"):
                continue
            if not item:
                continue
            if measure == "growth":
                right = self.one(item, "change") / (self.one(item) - self.one(item, "change"))
                right = right if self.facts[fact].unit == "倍" else hundred * right
                why = f"{self.name(item)}: the rate of growth follows from the change and the amount"
            else:
                parent = self.known[item]["parent"]
                whole = self.facts[fact].base or (self.known[parent]["parts_make"] if parent else "")
                base = self.one(whole) if whole else Quantity(Fraction(0), missing=("whole",))
                right = hundred * self.one(item) / base
                why = f"{self.name(item)}: the share follows from the part and the whole"
            yield Check(measure, item, "stated by the document", why, self.quantity(fact), right)

    def _declared(self, rule: dict[str, str]) -> Check:
        left, right = self.evaluate(rule["left"]), self.evaluate(rule["right"])
        if rule["relation"] not in ("=", "<="):
            raise ValueError(
                f"rules/identities.csv, {rule['identity']}: the relation {rule['relation']!r} is not = or <="
            )
        return Check(rule["kind"], rule["identity"], rule["source"], rule["why"], left, right, rule["relation"])

    @cached_property
    def check_list(self) -> list[Check]:
        """All checks, in order; those that follow by algebra from earlier ones say from which."""
        checks, span = list(self._checks()), Span()
        for index, check in enumerate(checks):
            if check.relation == "=" and not check.missing:
                # With the constant, as a variable of its own: else "x = 1" would follow from "x = 3".
                constant = self.residual(check) - sum(k * self.quantity(f).value for f, k in check.form.items())
                check.derived_from = span.add(index, check.form | ({"": constant} if constant else {}))
        return checks

    def residual(self, check: Check) -> Fraction:
        return check.left.value - check.right.value

    def tolerance(self, check: Check, by_digit: bool = False) -> Fraction:
        """By how much rounding alone can part the two sides: half a last place of each term, times its factor."""
        return sum((abs(factor) * self.half(fact, by_digit) for fact, factor in check.form.items()), Fraction(0))

    def state(self, check: Check) -> str:
        if check.missing:
            return UNTESTED
        off = self.residual(check)
        off = max(off, Fraction(0)) if check.relation == "<=" else abs(off)
        return HOLDS if off == 0 else ROUNDING if off < self.tolerance(check) else FAILS

    @cached_property
    def checks(self) -> pd.DataFrame:
        """One row a check; the columns are described in data/README.md."""
        rows = []
        for number, check in enumerate(self.check_list, start=1):
            tested = not check.missing
            rows.append(
                dict(
                    check=f"C{number:02}",
                    kind=check.kind,
                    rule=check.rule,
                    source=check.source,
                    why=check.why,
                    left=check.left.text,
                    relation=check.relation,
                    right=check.right.text,
                    unit=check.left.unit or check.right.unit,
                    residual=decimal(self.residual(check)) if tested else None,
                    tolerance=decimal(self.tolerance(check)) if tested else None,
                    tolerance_by_digit=decimal(self.tolerance(check, by_digit=True)) if tested else None,
                    state=self.state(check),
                    compares=self.compares(check),
                    evidence=self._evidence(check),
                    derived_from=" ".join(f"C{i + 1:02}" for i in check.derived_from),
                    facts=" ".join(check.facts),
                    quotes=" | ".join(self.facts[fact].quote for fact in check.facts),
                    missing=" ".join(check.missing),
                )
            )
        return frame(rows)

    def checks_on(self, facts: Iterable[str]) -> pd.DataFrame:
        """The rows of `checks` that rest on any of these facts, with the two sides as one line in `figures`."""
        wanted = set(facts)
        rows = self.checks[[not wanted.isdisjoint(on.split()) for on in self.checks["facts"]]]
        relation = rows["relation"].replace("<=", "≤")
        left, right = (rows[side].replace("", UNSTATED) for side in ("left", "right"))
        return rows.assign(figures=left + " " + relation + " " + right)

    def _evidence(self, check: Check) -> str:
        if check.missing:
            return "none"
        if check.relation == "<=":
            return "bound"
        return "derived" if check.derived_from else "not_implied"

    def compares(self, check: Check) -> str:
        """What a check lays side by side; "" where it cannot be tested.

        `sum`: two or more amounts that are added up, and what they make. `repetition`: one amount and the same again,
        beside stated zeros or not. `count`: a number and what is listed. `ratio`: a rate and what it follows from.
        `bound`: an amount and what it cannot exceed.
        """
        if check.missing:
            return ""
        if check.relation == "<=":
            return "bound"
        if check.kind in ("growth", "share"):
            return "ratio"
        if check.kind == "count" or any(self.facts[fact].measure == "new" for fact in check.facts):
            return "count"
        added = max(sum(bool(self.quantity(fact).value) for fact in side.facts) for side in (check.left, check.right))
        return "sum" if added > 1 else "repetition"

    @cached_property
    def guards(self) -> pd.DataFrame:
        """One row a stated figure: how many checks stand on it, equalities (those of their own, sums) and bounds."""
        checks_on, rows = defaultdict(list), []
        for check in self.check_list:
            for fact in check.form if not check.missing else ():
                checks_on[fact].append(check)
        for fact in [f.fact for f in self.stated if f.value is not None]:
            on_it = checks_on[fact]
            equalities = [c for c in on_it if c.relation == "="]
            rows.append(
                dict(
                    fact=fact,
                    item=self.facts[fact].item,
                    measure=self.facts[fact].measure,
                    section=self.facts[fact].section,
                    checks=len(equalities),
                    not_implied=sum(not c.derived_from for c in equalities),
                    sums=sum(not c.derived_from and self.compares(c) == "sum" for c in equalities),
                    bounds=len(on_it) - len(equalities),
                )
            )
        return frame(rows)

    # Implied figures

    @cached_property
    def implied(self) -> pd.DataFrame:
        """One row a figure that the text determines without printing it; the columns are those of data/README.md."""
        rows = []
        for rule in self.rules("implied"):
            quantity = self.evaluate(rule["expression"])
            exact = decimal(quantity.value, 2)
            rows.append(
                dict(
                    figure=rule["figure"],
                    en=rule["en"],
                    zh=rule["zh"],
                    value=None if quantity.missing else rounded(exact, 2) if rule["unit"] == "%" else exact,
                    unit=rule["unit"],
                    derivation="" if quantity.missing else quantity.text,
                    assumption=rule["assumption"],
                    rests_on="" if quantity.missing else " ".join(self.smallest_basis(quantity.form)),
                    missing=" ".join(quantity.missing),
                )
            )
        return frame(rows)

    def smallest_basis(self, form: Form) -> tuple[str, ...]:
        """The fewest stated facts that fix a quantity, given the identities that hold; its own before others.

        Facts that the identities tie together stand for each other, so one of each such group is tried.
        """
        span, residues = self._holding
        target = span.reduce(form)[0]
        if not target:
            return ()
        groups: dict[tuple, str] = {}
        for fact in [*sorted(form), *residues]:  # the figures of the expression itself before others
            if rest := residues.get(fact):
                groups.setdefault(rest, fact)
        sharing = defaultdict(list)
        for rest in groups:
            for fact, _ in rest:
                sharing[fact].append(rest)
        reach, new = (
            set(target),
            list(target),
        )  # who shares no figure with the target, even by way of others, cannot help
        while new:
            grown = {fact for rest in sharing.pop(new.pop(), ()) for fact, _ in rest} - reach
            reach |= grown
            new += sorted(grown)
        candidates = [(fact, dict(rest)) for rest, fact in groups.items() if rest[0][0] in reach]
        sizes = (combinations(candidates, size) for size in range(1, len(form)))
        for chosen in islice(chain.from_iterable(sizes), TRIES):
            basis = Span()
            for index, (_, rest) in enumerate(chosen):
                basis.add(index, rest)
            if basis.holds(target):
                return tuple(fact for fact, _ in chosen)
        return tuple(sorted(form))

    @cached_property
    def _holding(self) -> tuple[Span, dict[str, tuple]]:
        """What the identities that hold span, and fact → what is left of it by them, if anything."""
        span = Span()
        for index, check in enumerate(self.check_list):
            if check.relation == "=" and self.state(check) == HOLDS:
                span.add(index, check.form)
        return span, {f.fact: tuple(sorted(span.reduce({f.fact: Fraction(1)})[0].items())) for f in self.stated}
