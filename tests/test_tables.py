"""Tables and computed sentences: the bundles that readers see and nbval compares."""

import json
from decimal import Decimal

import pandas as pd
import pytest
from liling import LILING

from budgetbook.numbers import amount, rounded
from budgetbook.show import tables
from budgetbook.show.tables import say, table
from budgetbook.show.vocabulary import speaking

FRAME = pd.DataFrame(
    {
        "item": ["income", "income.other", "income.business"],
        "value": [Decimal("1951.91"), Decimal("0"), None],
        "share": [Decimal("100"), Decimal("0.0"), None],
    }
)


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(tables, "display", lambda bundle, raw, **metadata: bundles.append(bundle | metadata))
    return bundles


def test_amounts_keep_their_places():
    assert amount(Decimal("1946.56") + Decimal("5.35")) == "1951.91"
    assert amount(Decimal("561.4")) == "561.4"
    assert amount(Decimal("415")) == "415"
    assert amount(Decimal("19519100")) == "19,519,100"  # as printed up to four digits, commas from five on
    assert amount(Decimal("-4.05")) == "−4.05"


def test_rounding_is_half_up_and_keeps_gaps():
    assert list(rounded(pd.Series([Decimal("0.125"), Decimal("2"), None], dtype=object), 2)) == [
        Decimal("0.13"), Decimal("2.00"), None,
    ]  # fmt: skip
    assert rounded(Decimal(2) / 3, 1) == Decimal("0.7")


def test_both_forms_are_shown(shown):
    table(LILING.with_labels(FRAME), "Income", "label zh value", total=[0])
    (bundle,) = shown
    assert set(bundle) == {"text/html", "text/plain", "metadata"}
    page, text = bundle["text/html"], bundle["text/plain"]
    assert "<caption>Income</caption>" in page
    assert '<span lang="zh-Hans">收入预算</span>' in page
    assert '<tr class="total">' in page and "(total)" in text
    assert "1951.91" in page and "1951.91" in text


def test_the_record_is_plain_data_from_which_both_forms_are_made(shown):
    facts = LILING.facts[LILING.facts["section"] == "三（一）"].head(2)
    table(
        facts.assign(half=[Decimal(1), None]),
        "Income",
        "item:label value half:whole",
        total=facts.index[:1],
    )
    kept = json.loads(json.dumps(shown[0]["metadata"]["table"]))
    assert kept == {
        "caption": "Income",
        "columns": [
            {"key": "item", "heading": "Item", "numeric": False},
            {"key": "value", "heading": "Amount, 万元", "numeric": True},
            {"key": "half", "heading": "The whole, 万元", "numeric": True},
        ],
        "rows": [
            {"cells": ["income", "1951.91", "1"], "facts": {"value": "F022"}, "total": True},
            {"cells": ["income.general_public", "1951.91", "not stated"], "facts": {"value": "F023"}},
        ],
    }
    assert tables.as_html(kept) == shown[0]["text/html"] and tables.as_text(kept) == shown[0]["text/plain"]


def test_a_zero_is_not_a_gap(shown):
    table(FRAME, "Income", "item:label value")
    page, text = shown[0]["text/html"], shown[0]["text/plain"]
    assert page.count("<em>not stated</em>") == 1 and text.count("not stated") == 1
    assert ">0" in page


def test_decimals_stand_below_each_other(shown):
    table(FRAME, "Income", "item:label value")
    lines = shown[0]["text/plain"].splitlines()
    with_point = next(line for line in lines if "1951.91" in line)
    zero = next(line for line in lines if line.startswith("income.other"))
    assert with_point.index(".") - 1 == zero.index("0")


def test_wrong_use_is_refused(shown):
    with pytest.raises(KeyError, match="nothing"):
        table(FRAME, "Income", "nothing:label")
    with pytest.raises(KeyError, match="99"):
        table(FRAME, "Income", "item:label", total=[99])
    with pytest.raises(TypeError, match="binary float"):
        table(pd.DataFrame({"x": ["a", 0.1 + 0.2]}), "Noise", "x:value")
    with pytest.raises(ValueError, match="income.otter"):
        LILING.with_labels(pd.DataFrame({"item": ["income.otter"]}))
    assert shown == []


def test_text_is_escaped(shown):
    table(pd.DataFrame({"x": ["a < b & c"]}), "Escaped", "x:label")
    assert "a &lt; b &amp; c" in shown[0]["text/html"]


def test_a_sentence_has_its_twin(shown):
    say("**5** of 1951.91 万元")
    said = {"text/markdown": "**5** of 1951.91 万元", "text/plain": "**5** of 1951.91 万元", "metadata": None}
    say("Dear Sir or Madam", to_copy=True)
    assert shown[0] == said and shown[1]["metadata"] == {"to_copy": True}


def test_headings_are_those_of_the_vocabulary(shown):
    frame = LILING.with_labels(FRAME)
    table(frame, "Money", "label value:whole")
    assert "The whole, 万元" in shown[0]["text/plain"] and "Amount" not in shown[0]["text/plain"]
    with pytest.raises(KeyError, match="no word 'parent' in the vocabulary: add a row"):
        table(frame, "Money", "label parent")
    with speaking("zh"):
        table(frame, "Money", "label value")
    assert "项目" in shown[1]["text/plain"] and "金额（万元）" in shown[1]["text/plain"]


def test_cells_that_are_keys_show_their_words(shown):
    table(
        pd.DataFrame({"label": ["a", "b", "c"], "state": ["fails", "untested", "of its own"]}), "States", "label state"
    )
    assert ["cannot be tested" in shown[0][kind] for kind in ("text/html", "text/plain")] == [True, True]
    assert "of its own" in shown[0]["text/plain"]
