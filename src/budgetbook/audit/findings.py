"""Findings: what a careful reader could ask, with the words it rests on.

A finding comes from a check that fails (told in the words of `rules/arithmetic.csv`), from figures that raise a
question (`rules/questions.csv`), or from the wording (`rules/wording.csv`). It asks; it never accuses. Questions that
one sentence raises together are told as one. They are grouped by matter, and a sum that fails comes before all others.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from budgetbook.audit.checks import FAILS, Check, Checks
from budgetbook.audit.wording import Finding, wording_findings
from budgetbook.numbers import amount, decimal

# What findings are about, in the order in which a reader should take them; their words stand in the vocabulary.
MATTERS = ("unexplained", "contradiction", "unsaid", "drafting")
STRENGTH = ("strong", "medium", "low")
COLUMNS = [
    "finding",
    "matter",
    "weight",
    "confidence",
    "kind",
    "rule",
    "state",
    "title",
    "says",
    "places",
    "sections",
    "expected",
    "source",
    "gap",
    "unit",
    "innocent",
    "question",
    "rests_on",
]


def arithmetic_findings(audit: Checks) -> Iterator[Finding]:
    """One finding for each check that fails."""
    words = {row["kind"]: row for row in audit.rules("arithmetic")}
    for number, check in enumerate(audit.check_list, start=1):
        if audit.state(check) == FAILS:
            gap = decimal(audit.residual(check))
            name = audit.name(check.rule) if check.rule in audit.known else check.rule
            fields = dict(name=name.lower(), why=check.why, unit=check.left.unit or check.right.unit, gap=amount(gap))
            row, rests_on = words[check.kind], (f"C{number:02}", *check.facts)
            yield _finding(audit, check, check.kind, row, row["question"], fields, rests_on, gap)


def figure_questions(audit: Checks) -> Iterator[Finding]:
    """One finding for each row of rules/questions.csv whose figures are stated and stand as the row says."""
    holds = {">": lambda a, b: a > b, "=": lambda a, b: a == b and a != 0, "<": lambda a, b: a < b}
    for row in audit.rules("questions"):
        check = Check("figures", row["question"], "", "", audit.evaluate(row["left"]), audit.evaluate(row["right"]))
        if not check.missing and holds[row["relation"]](check.left.value, check.right.value):
            # A quotient has no size in the unit of its terms.
            sums = not any(sign in check.left.text + check.right.text for sign in "×÷")
            gap = decimal(audit.residual(check)) if check.right.facts and sums else None
            yield _finding(audit, check, "figures", row, row["ask"], {}, tuple(check.facts), gap or None)


def _finding(audit: Checks, check: Check, kind: str, row: dict, question: str, fields: dict, rests_on, gap) -> Finding:
    fields = fields | {"left": amount(decimal(check.left.value, 2)), "right": amount(decimal(check.right.value, 2))}
    stated = [audit.facts[fact] for fact in check.facts]
    return Finding(
        kind=kind,
        rule=check.rule,
        title=row["title"].format(**fields),
        says=tuple((f.fact, f.quote, f.start, f.end) for f in stated),
        expected=row["expected"].format(**fields),
        source=check.source,
        gap=gap,
        unit=check.left.unit or check.right.unit,
        confidence=row["confidence"],
        weight=row["weight"],
        innocent=row["innocent"].format(**fields),
        question=question.format(**fields),
        rests_on=rests_on,
        matter=row["matter"],
        together=row.get("together", ""),
    )


def _order(finding: Finding) -> tuple:
    fails = bool(finding.rests_on) and finding.rests_on[0].startswith("C")
    first = finding.says[0][2] if finding.says else 0
    rank = MATTERS.index(finding.matter), not fails, -finding.weight, STRENGTH.index(finding.confidence)
    return *rank, first, finding.rule, finding.title


def told_together(found: Sequence[Finding], text: str) -> list[Finding]:
    """Findings in order, those with one key `together` that share a sentence of the text as one, the heaviest first."""
    ends = [0, *(m.end() for m in re.finditer("[。；\n]", text)), len(text)]
    alone = [finding for finding in found if not finding.together]
    groups: list[tuple[set, list[Finding]]] = []
    for finding in (finding for finding in found if finding.together):
        sentences = {(finding.together, bisect_right(ends, start)) for _, _, start, _ in finding.says}
        sharing = [group for group in groups if group[0] & sentences]
        for group in sharing:
            groups.remove(group)
        groups.append((sentences.union(*(s for s, _ in sharing)), [f for _, fs in sharing for f in fs] + [finding]))
    return sorted([*alone, *(_one(sorted(group, key=_order)) for _, group in groups)], key=_order)


def _one(group: list[Finding]) -> Finding:
    """Some findings as one: the heaviest, with the sentences, places and questions of all."""

    def joined(name: str, glue: str = " ") -> str:
        return glue.join(dict.fromkeys(getattr(finding, name) for finding in group))

    first = group[0]
    return replace(
        first,
        rule=joined("rule"),
        title=joined("title"),
        says=tuple({(s[2], s[3]): s for f in group for s in f.says}.values()),
        expected=joined("expected", "; "),
        source=joined("source", "; ").strip("; "),
        innocent=joined("innocent"),
        question=joined("question"),
        rests_on=tuple(dict.fromkeys(fact for finding in group for fact in finding.rests_on)),
    )


def findings(audit: Checks) -> pd.DataFrame:
    """One row a finding, by matter and then heaviest first; the columns are described in data/README.md."""
    disclosure = audit.disclosure
    found = [*arithmetic_findings(audit), *figure_questions(audit), *wording_findings(disclosure)]
    found = told_together(found, disclosure.text)
    rows = []
    for number, finding in enumerate(found, start=1):
        places = [(start, end) for _, _, start, end in finding.says]
        rows.append(
            dict(
                finding=f"N{number:02}",
                matter=finding.matter,
                weight=finding.weight,
                confidence=finding.confidence,
                kind=finding.kind,
                rule=finding.rule,
                state=FAILS if finding.rests_on and finding.rests_on[0].startswith("C") else "asks",
                title=finding.title,
                says=" | ".join(quote for _, quote, _, _ in finding.says),
                places=" ".join(f"{start}-{end}" for start, end in places),
                sections=", ".join(dict.fromkeys(disclosure.section_at(start) for start, _ in places)),
                expected=finding.expected,
                source=finding.source,
                gap=finding.gap,
                unit=finding.unit if finding.gap is not None else "",
                innocent=finding.innocent,
                question=finding.question,
                rests_on=" ".join(finding.rests_on),
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)
