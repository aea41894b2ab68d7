"""From money to results: what a disclosure says at each stage of what it plans to do.

Which facts belong to which stage is data, `data/chain.csv`; numbers and quotes come from the facts, never from it.
"""

from __future__ import annotations

import pandas as pd

from budgetbook.facts import Disclosure
from budgetbook.paths import DATA
from budgetbook.tables import amount

# The stages, in order. The Implementing Regulations of the Budget Law, article 20, name the same four.
STAGES = {"input": "Input 投入", "activity": "Activity 使用过程", "output": "Output 产出", "outcome": "Outcome 效果"}


def read_chain(disclosure: Disclosure) -> pd.DataFrame:
    """`data/chain.csv` with what the facts of `disclosure` say, one row a thing that the text states.

    Columns: strand, stage, item, measure, section, label (plain English), fact (ids), value (Decimal; for several
    claims in words how many they are, for a single one None), unit, qualifier, shown (the three as text), quote. A
    stage on which the text says nothing has no row. A section takes in those below it.

    Raises LookupError for a row whose fact the disclosure does not state, or states as several figures.
    """
    rows = pd.read_csv(DATA / "chain.csv", dtype=str, keep_default_na=False).rename(columns={"what": "label"})
    if stray := sorted(set(rows["stage"]) - set(STAGES)):
        raise ValueError(f"data/chain.csv: no such stage: {', '.join(stray)}; there are {', '.join(STAGES)}")
    return pd.DataFrame([row | _stated(disclosure.facts, row) for row in rows.to_dict("records")])


def _stated(facts: pd.DataFrame, row: dict[str, str]) -> dict[str, object]:
    named = (facts["item"] == row["item"]) & (facts["measure"] == row["measure"])
    found = facts[named & facts["section"].str.startswith(row["section"])]
    if found.empty or (len(found) > 1 and found["value"].notna().any()):
        where = f"{row['measure']} of {row['item']} in section {row['section']}"
        raise LookupError(f"data/chain.csv: {len(found)} facts state {where}; one is needed, or claims in words only")
    first = found.iloc[0]
    value = first["value"] if len(found) == 1 else len(found)
    shown = "" if value is None else f"{first['qualifier']} {amount(value)} {first['unit']}".strip()
    return {
        "fact": " ".join(found["fact"]),
        "value": value,
        "unit": first["unit"],
        "qualifier": first["qualifier"],
        "shown": shown,
        "quote": " | ".join(found["quote"]),
    }
