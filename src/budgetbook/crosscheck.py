"""What the files of a filing say against each other and against themselves.

The sentences are tested by arithmetic that needs no item, the tables by their footing, one against the other by the
item, and what is said of the year before against that year's filing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from budgetbook.audit import arithmetic, drafting, footing, listing
from budgetbook.audit.checks import FAILS, HOLDS, ROUNDING, UNTESTED
from budgetbook.numbers import YUAN, amount, convert
from budgetbook.reading.tables import Figure
from budgetbook.rules import RULES, frame, rows_of, schemas

if TYPE_CHECKING:
    import pandas as pd

ASKS = "asks"  # the state of a finding that rests on words, not on a check
CHECK_COLUMNS, FINDING_COLUMNS = ([field["name"] for field in schemas()[t]["fields"]] for t in ("checks", "findings"))


# Items that texts state of all money alone. Basic and project expenditure, functions and appropriations are stated of
# all money, of the appropriation, and of the general public budget, often under one name.
RESTATED = ("budget.total_both", "three_public", "meetings", "training", "procurement", "operating_funds")


# Texts print 万元 with two places: the last of them is worth so many yuan.
LAST_PLACE = Decimal(100)


def _where(filing, file: int, page: int) -> str:
    """The place that a finding names: the file, and the page where there are pages."""
    found = filing.files[file]
    return f"{found.path.name}, page {page}" if found.kind == "pdf" else found.path.name


def _levels(filing, year: str) -> dict[str, list[tuple[Decimal, str, str, str]]]:
    """Item → (yuan, printed, quote, place) of each level that a filing states of a year, at its own stage."""
    numbers = {file.path.name: number for number, file in enumerate(filing.files)}
    found = defaultdict(list)
    for f in filing.fact_list:
        level = f.measure == "level" and f.item and f.unit in YUAN and f.qualifier == ""
        if not level or (f.period, f.stage) != (year, filing.stage):
            continue
        place = _where(filing, numbers[f.file], f.page)
        found[f.item].append((convert(f.value, f.unit, "元"), f"{f.printed}{f.unit}", f.quote, place))
    return found


# Sums whose parts are all there is, whatever the form.
WHOLE_BY_PARTS = {
    "three_public": ("three_public.overseas", "three_public.vehicles", "three_public.reception"),
    "three_public.vehicles": ("three_public.vehicle_purchase", "three_public.vehicle_running"),
    "procurement": ("procurement.goods", "procurement.works", "procurement.services"),
}
ONE_BUDGET = re.compile("一般公共预算|政府性基金|国有资本")
# Classes that texts often state of the general public budget where tables have them of all money.
OF_CLASSES = ("expenditure.function.", "expenditure.basic.", "carry_over")


class FilingAudit:
    """What a filing says against itself: `checks` and `findings`, with the columns of data/README.md."""

    def __init__(self, filing) -> None:
        self.filing = filing
        self.rows = [row | {"check": f"C{k:02}"} for k, row in enumerate(self._rows(), 1)]

    @property
    def checks(self) -> pd.DataFrame:
        """One row a check."""
        return frame(self.rows, [*CHECK_COLUMNS, "place"])

    def _rows(self):
        sums = list(self._sums())
        yield from self._sentences({at for row in sums if row["state"] != UNTESTED for at in row["wholes"]})
        yield from sums
        yield from self._restatements()
        yield from self._balance()
        yield from self._bounds()
        yield from self._tables()
        yield from self._years()

    def _row(self, kind, rule, why, left, right, state, gap, quotes, place, unit="万元", missing="", facts=""):
        source = "the disclosure"
        return dict(
            zip(
                CHECK_COLUMNS,
                [
                    "",
                    kind,
                    rule,
                    source,
                    why,
                    left,
                    "=",
                    right,
                    unit,
                    gap,
                    "",
                    "",
                    state,
                    kind,
                    "",
                    "",
                    facts,
                    quotes,
                    missing,
                ],
                strict=True,
            ),
            place=place,
        )

    def _where(self, start: int) -> str:
        return _where(self.filing, *self.filing.place(start))

    def _cell(self, figure: Figure) -> str:
        file = self.filing.files[figure.file]
        sheet = next((page.name for page in file.pages if page.number == figure.page), "")
        where = f"page {figure.page}, " if file.kind == "pdf" else f"sheet {sheet}, " if sheet else ""
        table = "" if sheet else f"table {figure.table}, "
        return f"{file.path.name}, {where}{table}row {figure.row}, column {figure.column}"

    def _sentences(self, summed: set[int]):
        """What sentences say of their amounts; summed: the wholes that were already tested by their items."""
        view = self.filing.disclosure.view
        why = {row["kind"]: row["why"] for row in rows_of(RULES / "profile" / "claims_on_amounts.csv")}
        position, known = 0, arithmetic.amounts(view.text, 0, len(view.text))
        for line in view.text.split("\n"):
            for claim in arithmetic.claims(view.text, position, position + len(line), known):
                yield self._claim(claim, why)
            position += len(line) + 1
        said = {}
        for claim in listing.lists(view.text):
            if claim.start not in summed:
                said[claim.kind, claim.start] = claim
        for claim in (*listing.both_sides(view.text), *listing.shared_wholes(view.text)):
            said[claim.kind, claim.start] = claim
        for claim in said.values():
            yield self._claim(claim, why)

    def _claim(self, claim: arithmetic.Claim, why: dict[str, str]) -> dict:
        document = self.filing.disclosure
        start, end = document.view.span(claim.start, claim.end)
        return self._row(
            claim.kind,
            "sentence",
            why[claim.kind],
            claim.stated,
            claim.stated if claim.holds else claim.computed,
            HOLDS if claim.holds else ASKS if claim.kind == "sign" else FAILS,
            "",
            " ".join(document.text[start:end].split()),
            self._where(start),
            unit="%" if claim.stated.endswith("%") else "",
        )

    def _drafting(self):
        document, filing = self.filing.disclosure, self.filing
        view, text = document.view, document.text
        why = {row["kind"]: row["why"] for row in rows_of(RULES / "profile" / "claims_on_amounts.csv")}
        found = [
            *drafting.left_over(view.text),
            *drafting.odd_bases(view.text, filing.year, filing.stage == "决算"),
            *drafting.odd_units(view.text),
            *drafting.odd_dates(view.text, filing.year, filing.stage == "决算"),
            *drafting.odd_names(view.text, filing.body),
            *drafting.old_classes(view.text, filing.year),
            *drafting.odd_reasons(view.text),
        ]
        for kind, first, last, words in found:
            start, end = view.span(max(first - 20, view.text.rfind("\n", 0, first) + 1), last)
            quote = " ".join(text[start:end].split())
            row = self._row(kind, "drafting", why[kind], words, "", ASKS, "", quote, self._where(start), unit="")
            yield row | {"check": ""}

    def _restatements(self):
        """A headline item of the text that is stated with several values for one year and stage."""
        alike, half = defaultdict(list), self.filing.disclosure.audit.half
        for f in self.filing.fact_list:
            level = f.measure == "level" and f.item and f.table is None and f.unit in YUAN
            if level and f.qualifier == "" and f.per == "":
                alike[f.item, f.period, f.stage].append(f)
        for (item, _, _), (first, *others) in alike.items():
            for other in others:
                gap = convert(first.value, first.unit) - convert(other.value, other.unit)
                state = HOLDS if not gap else ROUNDING if abs(gap) <= half(first.fact) + half(other.fact) else FAILS
                one_scope = item == "fiscal" or item.startswith(RESTATED)
                doubtful = state == FAILS and (not one_scope or self._of_one_budget(first, other))
                yield self._row(
                    "restatement",
                    item,
                    "one item stated in two places of the text",
                    first.printed,
                    other.printed,
                    UNTESTED if doubtful else state,
                    amount(gap),
                    " | ".join(" ".join(f.quote.split()) for f in (first, other)),
                    self._where(other.start),
                    unit=first.unit,
                    facts=f"{first.fact} {other.fact}",
                    missing="whether both places speak of the same money" if doubtful else "",
                )

    def _of_one_budget(self, *facts) -> bool:
        """Whether one of two amounts follows words on one budget in its sentence, and the other does not."""
        view, places = self.filing.disclosure.view, self.filing.disclosure.places
        ends = [view.at(f.number_start) for f in facts]
        said = [set(ONE_BUDGET.findall(view.text[places.sentence_start(at) : at])) for at in ends]
        return said[0] != said[1]

    def _sums(self):
        """The sums of the text by its items, each within the sentence that lists the parts."""
        audit, stages = self.filing.disclosure.audit, {f.fact: f.stage for f in self.filing.fact_list}
        for check in audit.check_list:
            if check.kind != "sum":
                continue
            facts = [audit.facts[f] for f in check.facts]
            state, missing = audit.state(check), " | ".join(check.missing)
            if state == FAILS and len({stages[f] for f in check.facts}) > 1:
                state, missing = UNTESTED, "whether budgets and outcomes are added up"
            elif state == FAILS and not self._told_once(check) and (missing := self._unlisted(facts)):
                state = UNTESTED
            yield self._row(
                "sum",
                check.rule,
                check.why,
                check.left.text,
                check.right.text,
                state,
                amount(Decimal(audit.residual(check).numerator) / audit.residual(check).denominator)
                if state != UNTESTED
                else "",
                " | ".join(" ".join(f.quote.split()) for f in facts),
                self._where(facts[0].start) if facts else "",
                missing=missing,
                facts=" ".join(check.facts),
            ) | {"wholes": self._stated(facts[0]) if facts else []}

    def _told_once(self, check) -> bool:
        """Whether a sum is of parts that are always all, each stated with one value: their sentences may be several."""
        items = [check.rule, *WHOLE_BY_PARTS.get(check.rule, ())]
        values = defaultdict(set)
        for f in self.filing.fact_list:
            if (
                f.table is None
                and f.measure == "level"
                and f.stage == self.filing.stage
                and f.period == self.filing.year
            ):
                values[f.item].add(convert(f.value, f.unit, "元") if f.unit in YUAN else None)
        return len(items) > 1 and all(len(values[item]) == 1 for item in items)

    def _stated(self, fact) -> list[int]:
        """Where the amount of a fact is stated of its item, in the folded text."""
        known = self.filing.disclosure.audit.facts.values()
        same = (f for f in known if (f.item, f.unit, f.value) == (fact.item, fact.unit, fact.value))
        return [self.filing.disclosure.view.at(f.number_start) for f in same]

    def _unlisted(self, facts) -> str:
        """Why a sum cannot be tested: its parts do not stand in one sentence with it, or others stand among them."""
        view = self.filing.disclosure.view
        # The whole may be stated several times: what counts is where its parts are listed.
        whole, begin = facts[0], min((f.number_start for f in facts[1:]), default=0)
        starts = [view.at(f.number_start) for f in facts[1:]]
        before = [at for at in self._stated(whole) if at < view.at(begin)]
        starts.append(max(before, default=view.at(whole.number_start)))
        first, last = min(starts), max(starts)
        close = min((at for at in (view.text.find(stop, last) for stop in "。\n") if at >= 0), default=len(view.text))
        if re.search("[。\n]", view.text[first:last]):
            return "the parts do not stand in one sentence with the whole"
        known = {*starts, *self._stated(whole), *(view.at(f.number_start) for f in facts)}
        others = [a for a in arithmetic.amounts(view.text, first, close) if a.start not in known and not a.changes]
        return "not known to be a part: " + ", ".join(a.printed for a in others) if others else ""

    def _tables(self):
        figures = self.filing.figures
        words = {
            "row": "the parts of the row make up its total",
            "codes": "the amounts of the finer class codes make up the coarser one",
            "tables": "one item stated in two tables",
            "text": "one item stated in a table and in the text",
            "column": "the numbered kinds make up the total below them",
            "difference": "the change is the difference of the two years",
        }
        for f in (*footing.footings(figures), *footing.restatements(figures), *self._against_text()):
            state = UNTESTED if f.doubt else FAILS if not f.holds else HOLDS if f.gap == 0 else ROUNDING
            first = f.left[0]
            yield self._row(
                f.kind,
                first.item or first.code or first.label,
                words[f.kind],
                " + ".join(x.printed for x in f.left),
                " + ".join(x.printed for x in f.right),
                state,
                str(Decimal(f.gap.numerator) / f.gap.denominator),
                " | ".join(
                    " · ".join(filter(None, (x.title, x.label, x.head, x.printed))) for x in (*f.left, *f.right)
                ),
                self._cell(first),
                unit=first.unit,
                missing=f.doubt,
            )

    def _against_text(self):
        """Items that a table and the text both state for the filing's year and stage, whatever their units."""
        filing, half, narrow = self.filing, self.filing.disclosure.audit.half, "the text may tell of one budget alone"
        # Where all that is spent is of the general public budget, one budget and all money are the same.
        whole, general = (
            {footing.yuan(f) for f in filing.figures if f.item == item}
            for item in ("expenditure", "fiscal.general_public")
        )
        one = whole == general and len(whole) == 1
        prose = [f for f in filing.fact_list if f.table is None and f.stage == filing.stage]
        told = (f for f in reversed(prose) if f.code and f.period in ("", filing.year))
        for f in {(f.name, f.value): f for f in told}.values():
            tables = [x for x in filing.figures if x.label == f.name and x.code == f.code and x.unit]
            tables = [x for x in tables if x.head.endswith(("合计", "金额", "决算数", "预算数"))]
            tables = [x for x in tables if x.stage == f.stage and x.year in ("", filing.year)]
            if tables and len({footing.yuan(x) for x in tables}) == 1:
                said = Figure(0, 0, 0, 0, 0, "", "", f.name, "", f.code, f.value, f.unit, f.printed)
                found = footing.tested("text", tables[:1], [said], half(f.fact) * 10_000)
                doubtful = not found.holds and not (one or re.search("一般公共预算|财政拨款", tables[0].title))
                yield replace(found, doubt=narrow) if doubtful else found
        stated = defaultdict(list)
        for f in prose:
            if f.measure == "level" and f.item and f.period == filing.year and f.unit in YUAN and f.qualifier == "":
                stated[f.item].append(f)
        for item, facts in stated.items():
            values = {Fraction(convert(f.value, f.unit, "元")) for f in facts}
            tables = [x for x in filing.figures if x.item == item and x.unit and x.year in ("", filing.year)]
            tables = [x for x in tables if x.stage == filing.stage]
            if len(values) != 1 or len({footing.yuan(x) for x in tables}) != 1:
                continue  # several values: which of them is meant is not ours to choose
            first = facts[0]
            said = Figure(0, 0, 0, 0, 0, "", "", "", "", "", first.value, first.unit, first.printed, item)
            found = footing.tested("text", tables[:1], [said], half(first.fact) * 10_000)
            found = footing.carried(found, filing.figures)
            doubtful = item.startswith(OF_CLASSES) and not found.holds and not one
            yield replace(found, doubt=narrow) if doubtful else found

    def _years(self):
        """What this filing says of the year before, against what that year's filing says: levels, and changes."""
        filing, last = self.filing, self.filing.last
        if last is None or not filing.year or last.year != str(int(filing.year) - 1) or last.stage != filing.stage:
            return
        this, old, said = _levels(filing, filing.year), _levels(last, last.year), _levels(filing, last.year)
        for item in sorted(old.keys() & (this.keys() | said.keys())):
            if len({v for v, *_ in old[item]}) != 1:
                continue
            value, printed, quote, there = old[item][0]
            for other, shown, words, here in said.get(item, [])[:1]:
                yield self._year(item, shown, printed, other - value, f"{words} | {quote}", f"{here} | {there}")
            changes = [f for f in filing.fact_list if f.item == item and f.measure == "change" and f.unit in YUAN]
            changes = [f for f in changes if f.base in ("", last.year)]
            levels = {v for v, *_ in this.get(item, [])}
            if len(levels) == 1 and len(changes) == 1 and changes[0].period == filing.year:
                change = changes[0]
                gap = levels.pop() - convert(change.value, change.unit, "元") - value
                shown, here = f"{this[item][0][1]} − ({change.value})", this[item][0][3]
                yield self._year(item, shown, printed, gap, f"{change.quote} | {quote}", f"{here} | {there}")

    def _bounds(self):
        """What is reserved for small firms is no more than all procurement."""
        levels = _levels(self.filing, self.filing.year)
        whole, part = levels.get("procurement", []), levels.get("procurement.small", [])
        if len({value for value, *_ in whole}) == len({value for value, *_ in part}) == 1:
            (most, printed, quote, here), (value, other, words, there) = whole[0], part[0]
            why, state = "a part is no more than its whole", HOLDS if value <= most else FAILS
            quotes = " | ".join(" ".join(said.split()) for said in (quote, words))
            yield self._row(
                "bound",
                "procurement",
                why,
                printed,
                other,
                state,
                str(most - value),
                quotes,
                f"{here} | {there}",
                unit="元",
            ) | {"relation": "<="}

    def _balance(self):
        """收入总计 and 支出总计: with what is carried over on both sides, they are the same."""
        levels = _levels(self.filing, self.filing.year)
        sides = [levels.get(f"budget.{side}_with_carry_over", []) for side in ("income", "expenditure")]
        if all(len({value for value, *_ in side}) == 1 for side in sides):
            (left, printed, quote, here), (right, other, words, there) = (side[0] for side in sides)
            gap, why = left - right, "all income and all expenditure, with what is carried over, are the same"
            state = HOLDS if not gap else ROUNDING if abs(gap) <= LAST_PLACE else FAILS
            quotes, places = (
                " | ".join(" ".join(said.split()) for said in dict.fromkeys(both))
                for both in ((quote, words), (here, there))
            )
            yield self._row("balance", "budget", why, printed, other, state, str(gap), quotes, places, unit="元")

    def _year(self, item, left, right, gap, quotes, places):
        state = HOLDS if not gap else ROUNDING if abs(gap) <= LAST_PLACE else FAILS
        why = "what is said of the year before is what that year's disclosure says"
        return self._row("years", item, why, left, right, state, str(gap), " ".join(quotes.split()), places, unit="元")

    @property
    def findings(self) -> pd.DataFrame:
        """One row a finding: each failing check, those that one misprint upsets as one."""
        return frame(self.finding_list, FINDING_COLUMNS)

    @cached_property
    def finding_list(self) -> list[dict]:
        """The findings, heaviest first, with the columns of `findings`."""
        wording = {row["kind"]: row for row in rows_of(RULES / "profile" / "claims_on_amounts.csv")}
        groups: dict[tuple, list[dict]] = {}
        for row in (*(row for row in self.rows if row["state"] in (FAILS, ASKS)), *self._drafting()):
            # One misprint upsets sums by the same amount; a second value of an item differs wherever it is restated.
            causes = {"restatement": row["rule"], "years": row["rule"]} | dict.fromkeys(
                ("row", "codes", "column", "difference", "tables", "choice", "instruction"), row["residual"].lstrip("-")
            )
            key = row["kind"], causes.get(row["kind"], (row["quotes"], row["place"]))
            groups.setdefault(key, []).append(row)
        found = []
        for group in groups.values():
            first, words = group[0], wording[group[0]["kind"]]
            found.append(
                dict.fromkeys(FINDING_COLUMNS, "")
                | dict(
                    matter="drafting" if first["state"] == ASKS else "contradiction",
                    weight=int(words["weight"]),
                    confidence="strong",
                    kind=first["kind"],
                    rule=first["rule"],
                    state=first["state"],
                    title=words["title"].format(**first),
                    says=first["quotes"],
                    places=" | ".join(dict.fromkeys(row["place"] for row in group)),
                    expected=first["why"],
                    source=first["source"],
                    gap=first["residual"],
                    unit=first["unit"],
                    innocent=words["innocent"],
                    question=words["question"].format(**first),
                    rests_on=" ".join(filter(None, (row["check"] for row in group))),
                )
            )
        found.sort(key=lambda row: -row["weight"])
        return [row | {"finding": f"N{k:02}"} for k, row in enumerate(found, 1)]

    @property
    def read(self) -> dict[str, int]:
        """How much was read: amounts of the text and of the tables, and how many of them have an item or a name."""
        money = [f for f in self.filing.fact_list if f.unit in YUAN]
        prose, tables = ([f for f in money if (f.table is None) == of_text] for of_text in (True, False))
        return {
            "amounts in the text": len(prose),
            "of these with an item or a printed class": sum(bool(f.item or f.name) for f in prose),
            "amounts in tables": len(tables),
            "of these with an item or a class code": sum(bool(f.item or f.code) for f in tables),
        }
