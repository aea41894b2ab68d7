"""What a person found in a disclosure, written down by hand in its folder `expected/`, and never generated."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from checkout import disclosures
from liling import FOLDER, LILING

from budgetbook.disclosure import Disclosure, read_disclosure
from budgetbook.rules import load


@cache
def read(folder: Path) -> Disclosure:
    """The disclosure of a folder, read once for all tests."""
    return LILING if folder == FOLDER else read_disclosure(folder)


def expected(disclosure: Disclosure, table: str) -> pd.DataFrame:
    return load(f"expected/{table}", disclosure.folder)


def holding(table: str) -> pytest.MarkDecorator:
    """Hold every disclosure that has this table against it: a test with this mark takes `disclosure`."""
    there = [read(folder) for folder in disclosures() if (folder / f"expected/{table}.csv").is_file()]
    return pytest.mark.parametrize("disclosure", there, ids=lambda disclosure: disclosure.name)
