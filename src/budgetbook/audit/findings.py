"""Findings: what a careful reader could ask, with the words it rests on.

A finding comes from a check that fails (told in the words of `rules/arithmetic.csv`), from figures that raise a
question (`rules/questions.csv`), or from the wording (`rules/wording.csv`). It asks; it never accuses.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from budgetbook.audit.checks import FAILS, Check, Checks
from budgetbook.audit.wording import Finding, wording_findings
from budgetbook.numbers import amount, decimal

COLUMNS = [
    "finding",
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
    names = audit.items["en"]
    for number, check in enumerate(audit.check_list, start=1):
        if audit.state(check) == FAILS:
            gap = decimal(audit.residual(check))
            name = names[check.rule] if check.rule in names.index else check.rule
            fields = dict(name=name.lower(), why=check.why, unit=check.left.unit or check.right.unit, gap=amount(gap))
            row, rests_on = words[check.kind], (f"C{number:02}", *check.facts)
            yield _finding(audit, check, check.kind, row, row["question"], fields, rests_on, gap)


def figure_questions(audit: Checks) -> Iterator[Finding]:
    """One finding for each row of rules/questions.csv whose figures are stated and stand as the row says."""
    holds = {">": lambda a, b: a > b, "=": lambda a, b: a == b and a != 0, "<": lambda a, b: a < b}
    for row in audit.rules("questions"):
        check = Check("figures", row["question"], "", "", audit.evaluate(row["left"]), audit.evaluate(row["right"]))
        if not check.missing and holds[row["relation"]](check.left.value, check.right.value):
            gap = decimal(audit.residual(check)) if check.right.facts else None
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
    )


def findings(audit: Checks) -> pd.DataFrame:
    """One row a finding, heaviest first; the columns are described in data/README.md."""
    disclosure = audit.disclosure
    found = [*arithmetic_findings(audit), *figure_questions(audit), *wording_findings(disclosure)]
    strength = {"strong": 0, "medium": 1, "low": 2}
    found.sort(key=lambda f: (-f.weight, strength[f.confidence], f.says[0][2] if f.says else 0, f.rule, f.title))
    rows = []
    for number, finding in enumerate(found, start=1):
        places = [(start, end) for _, _, start, end in finding.says]
        rows.append(
            dict(
                finding=f"N{number:02}",
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
