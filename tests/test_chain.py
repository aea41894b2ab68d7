"""From money to results: each row of notes/chain.csv finds its fact, and a stage without words stays empty."""

import shutil
from decimal import Decimal

import pytest
from liling import FOLDER, LILING

from budgetbook import STAGES, read_chain
from budgetbook.disclosure import Disclosure

ROWS = LILING.load("chain")
CHAIN = read_chain(LILING)


@pytest.fixture
def written(tmp_path):
    """read_chain of a table with one row changed."""
    shutil.copytree(FOLDER / "notes", tmp_path / "notes")

    def read(**changes):
        rows = ROWS.copy()
        rows.loc[0, list(changes)] = list(changes.values())
        rows.to_csv(tmp_path / "notes/chain.csv", index=False)
        return read_chain(Disclosure(LILING.text, LILING.about, tmp_path))

    return read


def test_every_row_finds_the_words_of_the_text():
    assert len(CHAIN) == len(ROWS) and CHAIN["label"].tolist() == ROWS["what"].tolist()
    for row in CHAIN.itertuples():
        for fact, quote in zip(row.fact.split(), row.quote.split(" | "), strict=True):
            stated = LILING.facts.set_index("fact").loc[fact]
            assert (stated["item"], stated["measure"]) == (row.item, row.measure)
            assert quote == stated["quote"] == LILING.text[stated["start"] : stated["end"]]


def test_no_number_is_typed_into_the_table():
    assert not ROWS.apply(lambda column: column.str.contains(r"\d")).any(axis=None)


@pytest.mark.parametrize(
    ("strand", "stage", "shown"),
    [
        ("The centre as a whole", "input", ["1951.91 万元", "17 人", "1200 平方米"]),
        ("The centre as a whole", "activity", ["9"]),
        ("The centre as a whole", "output", []),
        ("Training of grid workers", "activity", ["at least 1 次"]),
        ("Training of grid workers", "output", ["about 220 人", "about 597 人"]),
        ("Award conference", "input", ["150 万"]),
        ("Award conference", "activity", [""]),
        ("Award conference", "output", ["about 400 人"]),
        ("Year-end showcase", "output", ["about 270 人"]),
        ("Grid information system", "input", []),
    ],
)
def test_what_is_shown(strand, stage, shown):
    assert CHAIN[(CHAIN["strand"] == strand) & (CHAIN["stage"] == stage)]["shown"].tolist() == shown


def test_no_outcome_is_in_this_text():
    assert list(STAGES) == ["input", "activity", "output", "outcome"]
    assert "outcome" not in set(CHAIN["stage"])


def test_values_are_exact():
    values = CHAIN.set_index("fact")["value"]
    assert values["F064"] == Decimal("1951.91") and values["F074"] is None


def test_a_row_without_a_fact_is_refused(written):
    with pytest.raises(LookupError, match="0 facts state level of three_public.overseas in section 四（五）"):
        written(item="three_public.overseas", section="四（五）")
    with pytest.raises(LookupError, match="0 facts"):
        written(section="三")


def test_several_figures_are_refused(written):
    with pytest.raises(LookupError, match="2 facts state reason of expenditure.basic.public_funds in section"):
        written(item="expenditure.basic.public_funds", measure="reason", section="")


def test_an_unknown_stage_is_refused(written):
    with pytest.raises(ValueError, match="no such stage: hope; there are input, activity"):
        written(stage="hope")
