"""The disclosure that the notebooks read, for the tests."""

import sys
from pathlib import Path

from budgetbook.disclosure import Disclosure, read_disclosure

sys.path.append(str(Path(__file__).resolve().parents[1] / "book"))  # also for scripts, which pytest does not start
from checkout import DATA  # noqa: E402

NAME = "liling-grid-centre-2021"
FOLDER = DATA / NAME
LILING = read_disclosure(FOLDER)


def as_liling(text: str) -> Disclosure:
    """Another text, read as if it were this body's: with its description and the items that only it has."""
    return Disclosure(text, LILING.about, FOLDER)
