"""How sure a wrong number in prose is seen: every number of every notebook is changed, several ways."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import nbformat
import notebook_rules as rules
import pytest
from checkout import NOTEBOOKS
from citations import CITATION, unresolved
from nbformat.v4 import new_markdown_cell
from prose import DATE, NUMBER, SUM, Evidence, Said, adds_up, dates, of_table, said, small, unit_of

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
SEEN = Decimal("0.95")  # of all changes


@dataclass(frozen=True)
class Change:
    """A number in prose, and what stands there instead; `seen` tells whether a rule sees it."""

    cell: int
    start: int
    printed: str
    new: str
    seen: bool


def wrong(printed: str, others: set[str]) -> set[str]:
    """Other numbers that could stand there: one more or less, in the last place too; another digit; others."""
    value = Decimal(printed.replace(",", ""))
    last = Decimal(1).scaleb(value.as_tuple().exponent)
    found = {value + 1, value + last, value - 1, value - last} | {Decimal(other) for other in others}
    for place in [place for place, sign in enumerate(printed) if sign.isdigit()]:
        for step in (1, 5):
            digit = str((int(printed[place]) + step) % 10)
            found.add(Decimal((printed[:place] + digit + printed[place + 1 :]).replace(",", "")))
    return {str(number) for number in found if number != value and number >= 0}


def changes(nb, context) -> Iterator[Change]:
    """Every change of every number in prose that claims something.

    Each kind of number is given to the rule that looks at it: quotations to `quotes`, citations to `citations`, dates,
    sums and all others to `prose_numbers`.
    """
    backed, whole = rules.evidence(nb, context), [cell.source for _, cell in rules.cells(nb, "markdown")]
    claimed = {i: text for i, text in rules.prose(nb)}
    others = {str(c.value) for text in claimed.values() for c in said(text) if small(c.value)}
    for order, (i, cell) in enumerate(rules.cells(nb, "markdown")):
        source, text = cell.source, claimed[i]
        plain = source
        for pattern in [rules.FENCE, rules.CODE_SPAN, *rules.NOT_A_CLAIM] + ([rules.TIME] if i <= 2 else []):
            plain = pattern.sub(rules.blank, plain)
        left = DATE.sub(rules.blank, SUM.sub(rules.blank, text))
        claims = {claim.start: claim for claim in said(left)}
        sums = [m for m in SUM.finditer(text)]
        for match in NUMBER.finditer(plain):
            at, printed = match.start(), match[0]
            claim = claims.get(at)
            fits = backed.fits(claim) if claim else {}
            row = rules.excepted(left, claim, context.exceptions) if claim else None
            equation = next((m for m in sums if m.start() <= at < m.end()), None)
            for new in sorted(wrong(printed, others)):
                changed = source[:at] + new + source[match.end() :]
                if claim:
                    seen = bool(row or backed.lacks(Said(Decimal(new), claim.unit, claim.words), fits))
                elif equation:
                    shift = at - equation.start()
                    seen = not adds_up(equation[0][:shift] + new + equation[0][shift + len(printed) :])
                elif text[at] != " ":  # a date
                    seen = any(rules.prose_problems(text[:at] + new + text[match.end() :], backed, context))
                elif any(m.start() <= at < m.end() and not m["name"] for m in CITATION.finditer(plain)):
                    seen = bool(unresolved("\n\n".join([*whole[:order], changed])))
                else:
                    seen = False
                if not seen:
                    one = nbformat.v4.new_notebook(cells=[new_markdown_cell(changed)])
                    seen = bool(rules.quotes(one, context))
                yield Change(i, at, printed, new, seen)


@pytest.fixture(scope="module")
def tried():
    """Every change, by notebook."""
    known = rules.contexts(PATHS)
    return {path: list(changes(nbformat.read(path, as_version=4), known[path])) for path in PATHS}


def test_nearly_every_wrong_number_in_prose_is_seen(tried):
    """The rate is over all numbers and all ways; the share of each number's changes counts alike."""
    by_number: dict[tuple, list[bool]] = {}
    for path, found in tried.items():
        for change in found:
            by_number.setdefault((path.stem, change.cell, change.start), []).append(change.seen)
    rate = sum((Decimal(sum(seen)) / len(seen) for seen in by_number.values()), Decimal(0)) / len(by_number)
    missed = [f"{path.stem[:2]} {c.printed}→{c.new}" for path, found in tried.items() for c in found if not c.seen]
    print(
        f"{len(by_number)} numbers, {sum(map(len, by_number.values()))} changes, {rate:.4f} seen;",
        len(missed),
        "missed",
    )
    assert rate >= SEEN, f"{rate:.4f} of the changes are seen; not seen: {', '.join(missed)}"


def test_the_rules_see_what_the_measure_says(tried):
    """A few changes of each notebook are made in the notebook itself, and all rules read it."""
    known = rules.contexts(PATHS)
    for path, found in tried.items():
        for change in found[:: max(1, len(found) // 4)]:
            nb = nbformat.read(path, as_version=4)
            source = nb.cells[change.cell - 1].source
            nb.cells[change.cell - 1].source = (
                source[: change.start] + change.new + source[change.start + len(change.printed) :]
            )
            found_by_rules = [
                p for rule in (rules.prose_numbers, rules.quotes, rules.citations) for p in rule(nb, known[path])
            ]
            assert bool(found_by_rules) == change.seen, (path.stem, change)


# --- The parts ----------------------------------------------------------------------------------------------


def table(caption="Amounts", heading="Amount, 万元", rows=(("Wages", "1376.48"), ("Reception", "5"))):
    columns = [
        {"key": "label", "heading": "Item", "numeric": False},
        {"key": "value", "heading": heading, "numeric": True},
    ]
    return {"caption": caption, "columns": columns, "rows": [{"cells": list(row)} for row in rows]}


EVIDENCE = Evidence([*of_table(table()), *of_table(table("Things", "Number", [("Vehicles", "0")]))], ["2020年12月31日"])


@pytest.mark.parametrize(
    ("text", "backed"),
    [
        ("Wages take 1376.48 万元.", True),
        ("Wages take 1376.49 万元.", False),
        ("Wages take 1376.48 %.", False),  # another unit
        ("Reception takes 5 万元.", True),
        ("Reception takes 0 万元.", False),
        ("There are 0 vehicles.", True),
        ("There are 5 vehicles.", False),  # five of something else
        ("There are 5 horses.", False),  # nothing says so
    ],
)
def test_a_number_is_bound_to_what_it_counts(text, backed):
    (claim,) = said(text)
    assert (EVIDENCE.lacks(claim) == "") == backed


@pytest.mark.parametrize(
    ("equation", "so"),
    [
        ("1801.91 = 1376.48 + 10.43 + 415", True),
        ("1801.91 = 1376.48 + 10.43 + 414", False),
        ("1376.48 ÷ 17 = 80.97 万元", True),
        ("1376.48 ÷ 18 = 80.97", False),
        ("150 + 5 = 155", True),
        ("0 = 0", True),
        ("5 × 3 − 1 = 14", True),
    ],
)
def test_sums_are_added_up(equation, so):
    assert re.fullmatch(SUM, equation) and adds_up(equation) == so


def test_dates_are_read_whole():
    assert [str(day) for day, *_ in dates("1 January 2015, 2020年12月31日, 2020-12-31")] == [
        "2015-01-01",
        "2020-12-31",
        "2020-12-31",
    ]
    assert [str(day) for day, *_ in dates("41 January 2015")] == ["0001-01-01"]


def test_units():
    assert [unit_of(t) for t in (" 万元", "万 yuan", " yuan", " %", " full-time grid workers", " posts")] == [
        "万元",
        "万元",
        "元",
        "%",
        "人",
        "",
    ]
    assert [claim.unit for claim in said("5 and 10.43 万元")] == ["万元", "万元"]
