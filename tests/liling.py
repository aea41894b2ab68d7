"""The disclosure that the notebooks read, for the tests."""

from checkout import DATA

from budgetbook.disclosure import Disclosure, read_disclosure

NAME = "liling-grid-centre-2021"
FOLDER = DATA / NAME
LILING = read_disclosure(FOLDER)


def as_liling(text: str) -> Disclosure:
    """Another text, read as if it were this body's: with its description and the items that only it has."""
    return Disclosure(text, LILING.about, FOLDER)
