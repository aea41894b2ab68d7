"""Files of other bodies, invented by people who had not seen the program: every row of their gold, every planted error.

`tests/others/README.md` tells how they were made, and what they scored when they were read first.
"""

import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))
import evaluate
from evaluate import ALIKE, OTHERS, WRONG, bodies, exact, rows_of

BODIES = dict(bodies(OTHERS))
GOLD, ERRORS = rows_of(OTHERS / "gold.csv"), rows_of(OTHERS / "errors.csv")


def of(name, rows):
    """The rows that are of a body: of its file, or of a file in its folder."""
    return [row for row in rows if row["file"].partition("/")[0] == name]


@cache
def scored(name):
    return evaluate.score(BODIES[name], of(name, GOLD))


def test_every_row_is_of_a_file_that_is_there():
    there = {str(path.relative_to(OTHERS)) for path in OTHERS.rglob("*") if path.is_file()}
    assert {row["file"] for row in GOLD} <= there
    assert {row["file"] for row in ERRORS} <= there
    assert len(BODIES) == 90 and all(len(of(name, GOLD)) > 20 for name in BODIES)
    assert len(ERRORS) == 308


@pytest.mark.parametrize("name", BODIES)
def test_what_a_person_reads_in_them_is_read_or_noted(name):
    """What is not read is said so in the gold, and so is what is read wrongly: both can only change on purpose."""
    result = scored(name)
    assert [row for row in result.missed if row["read"] == "yes"] == []
    assert [row for row in result.read if row["read"] == "no"] == []
    noted = {
        (row["place"], row["item"], exact(row["value"], row["unit"])) for row in of(name, GOLD) if row["read"] == WRONG
    }
    assert set(result.wrong) == noted


@pytest.mark.parametrize("name", BODIES)
def test_what_was_planted_is_told_and_no_sum_or_rate_fails_without_cause(name):
    found = scored(name).filing.audit().finding_list
    told = [title for row in of(name, ERRORS) for title in row["told"].split(" | ") if title]
    titles = [row["title"] for row in found]
    assert set(told) <= set(titles)
    assert [row["title"] for row in found if row["state"] == "fails" and row["title"] not in told] == []


def test_most_is_read():
    """The scores of the README, as they can only rise."""
    rows = [row for row in GOLD if row["read"] != WRONG]
    for place, least in (("prose", 0.95), ("table", 0.77)):
        mine = [row for row in rows if row["place"] == place and row["item"] != evaluate.CELL]
        assert sum(row["read"] == "yes" for row in mine) >= least * len(mine) > 500
    wrong = [row for row in GOLD if row["read"] == WRONG]
    assert len(wrong) < 0.01 * len(rows)
    assert sum(bool(row["told"]) for row in ERRORS) >= 0.8 * len(ERRORS)
    assert set(ALIKE) <= {row["item"] for row in GOLD}
