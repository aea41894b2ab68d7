"""How the time to read and to audit a text grows with its length. python tools/growth.py

The texts are those of `tests/adversaries.py`, of which a test counts the steps. Here is the time of the processor for a
text, one twice and one four times as long: told as ratios to the shortest, so 2 and 4 where time grows with length, 4
and 16 where it grows with its square. The longest have 100,000 to 500,000 characters.
"""

import sys
import time

import pandas as pd
from checkout import ROOT

from budgetbook.disclosure import Disclosure
from budgetbook.glossary import term_uses
from budgetbook.show.tables import text_table

LONGEST = {"random characters": 500_000, "figures in one paragraph": 440_000, "digits": 200_000, "thousands": 200_000}
LONGEST["the Liling text over and over"] = 16_000  # characters of which 400 stand for a copy


def seconds(text: str, about: dict, folder) -> float:
    """Seconds of the processor to read a text, to audit it and to write its letter."""
    started = time.process_time()
    disclosure = Disclosure(text, about, folder)
    disclosure.derived()
    disclosure.audit.letter("zh", figures=True)
    term_uses(disclosure)
    return time.process_time() - started


def growth() -> pd.DataFrame:
    """The table of ratios, one row a text."""
    sys.path.insert(0, str(ROOT / "tests"))
    from adversaries import GROWING
    from liling import FOLDER, LILING

    seconds(LILING.text, LILING.about, FOLDER)  # what is loaded once
    rows = []
    for name, make in GROWING.items():
        print(f"growth, {name} ...", file=sys.stderr, flush=True)
        about = LILING.about | {"lines": "wrapped" if name == "page numbers" else "paragraphs"}
        texts = [make(LONGEST.get(name, 100_000) // part) for part in (4, 2, 1)]
        taken = [seconds(text, about, FOLDER) for text in texts]
        rows.append([name, f"{len(texts[-1]):,}", *(f"{t / taken[0]:.2f}" for t in taken), f"{taken[-1]:.1f} s"])
    columns = ["text", "characters (4n)", "n", "2n", "4n", "4n on this machine"]
    return pd.DataFrame(rows, columns=columns)


if __name__ == "__main__":
    print(text_table(growth()))
