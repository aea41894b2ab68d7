"""The mutation proof: its slips are what they say, what it counts is counted, and it can fail."""

import re
import subprocess
import sys

import pandas as pd
import pytest
from checkout import ROOT
from liling import FOLDER, LILING

from budgetbook.disclosure import Disclosure

sys.path.append(str(ROOT / "tools"))
import mutation  # noqa: E402

# Three amounts in a sum, one that stands alone.
SMALL = (
    "三、收支\n（一）收入预算：30万元，其中，一般公共预算拨款10万元；其他收入20万元。\n四、其他\n（一）培训费18万元。\n"
)


def disclosure(text):
    return Disclosure(text, {"id": "trial", "fiscal_year": 2021})


def sees_everything(changed):
    assert changed.text == SMALL


def sees_nothing(changed):
    assert changed.text


def by_item(result):
    """item → the answers of the audit to its slips"""
    return {item: set(rows["audit"]) for item, rows in result.groupby("item")}


# Slips


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("0", ["digit changed 1"]),
        ("29", ["digit changed 20", "digits swapped 92", "digit dropped 9", "digit dropped 2"]),
        ("22", ["digit changed 23", "digit dropped 2"]),
        ("150", ["digit changed 151", "digits swapped 510", "digits swapped 105", "digit dropped 50",
                 "digit dropped 15"]),
        ("5.35", ["digit changed 5.36", "digits swapped 5.53", "point moved 0.535", "point moved 53.5",
                  "digit dropped 5.3"]),
        ("0.5", ["digit changed 0.6", "point moved 0.05", "point moved 5"]),
        ("561.4", ["digit changed 561.5", "digits swapped 651.4", "digits swapped 516.4", "point moved 56.14",
                   "point moved 5614", "digit dropped 61.4"]),
        ("1,234.5", ["digit changed 1,234.6", "digits swapped 1,324.5", "digits swapped 1,243.5", "point moved 123.45",
                     "point moved 12345"]),
        ("三", ["digit changed 四"]),
        ("９", ["digit changed ０"]),
    ],
)  # fmt: skip
def test_the_ways_in_which_a_number_goes_wrong(printed, expected):
    kept = [f"{kind} {new}" for kind, new in dict.fromkeys(mutation.candidates(printed))
            if not mutation.why_not(printed, new)]  # fmt: skip
    assert kept == expected


def test_what_is_no_slip_is_left_out_and_says_why():
    assert mutation.why_not("10.43", "01.43") == mutation.why_not("5", "") == "no number any more"
    assert mutation.why_not("0.50", "0.5") == "the same value"
    kept, left_out = mutation.slips(disclosure("会议费0.50万元，比上年增加0万元。"))
    assert [(s.printed, s.changed_to, why) for s, why in left_out if why == "the same value"] == [
        ("0.50", "0.5", "the same value"),
        ("增加", "减少", "the same value"),
    ]
    assert not {s for s, _ in left_out} & set(kept)


@pytest.mark.parametrize(
    ("text", "word", "opposite"),
    [
        ("会议费5万元，比上年增加4万元，增加的主要原因是活动增加。", "增加", "减少"),
        ("会议费5万元，比上年减少4万元", "减少", "增加"),
        ("会议费5万元，比上年增长25%", "增长", "下降"),
        ("会议费5万元，比上年下降25%", "下降", "增长"),
    ],
)
def test_a_direction_word_is_flipped_where_the_figure_is_stated(text, word, opposite):
    (slip,) = [s for s in mutation.slips(disclosure(text))[0] if s.slip == mutation.FLIPPED]
    assert (slip.printed, slip.changed_to) == (word, opposite)
    assert slip.text(text) == text.replace(word, opposite, 1)
    before, after = ([v for v in disclosure(t).facts["value"] if v is not None] for t in (text, slip.text(text)))
    assert [abs(v) for v in before] == [abs(v) for v in after] and before != after


def test_each_slip_changes_one_place_of_the_text_and_no_two_are_alike():
    kept, _ = mutation.slips(LILING)
    texts = [s.text(LILING.text) for s in kept]
    for slip, text in zip(kept, texts, strict=True):
        assert text.startswith(LILING.text[: slip.start] + slip.changed_to)
        assert text[slip.start + len(slip.changed_to) :] == LILING.text[slip.end :]
    assert len({*texts, LILING.text}) == len(kept) + 1


def test_every_stated_figure_has_its_slips():
    figures = LILING.facts[LILING.facts["number_start"].notna()]
    changed = [s.fact for s in mutation.slips(LILING)[0] if s.slip == mutation.CHANGED]
    assert changed == figures["fact"].tolist()


# Who notices


def test_a_figure_in_a_sum_is_noticed_and_a_lonely_one_is_not():
    result = mutation.measure(disclosure(SMALL), [sees_everything])
    answers = by_item(result[result["slip"] == mutation.DROPPED])
    assert answers == {i: {"yes"} for i in ("income", "income.general_public", "income.other")} | {"training": {"no"}}
    noticed = result[result["audit"] == "yes"]
    assert set(noticed["noticed_by"]) == {"sum:income"}
    lonely = disclosure(SMALL).facts.set_index("item").loc["training", "fact"]
    assert mutation.unnoticed(result) == [lonely]


def test_a_check_that_fails_already_is_no_news():
    broken = disclosure(SMALL.replace("30万元", "97万元"))
    result = mutation.measure(broken, [sees_nothing])
    assert set(result["audit"]) == {"no"}


def test_a_contradiction_in_words_is_noticed():
    text = "四、其他\n（一）机关运行经费10万元，比上年减少4万元，减少的主要原因是厉行节约。\n"
    result = mutation.measure(disclosure(text), [sees_nothing])
    (flip,) = result[result["slip"] == mutation.FLIPPED].itertuples()
    assert (flip.audit, flip.noticed_by) == ("yes", "wording:direction-up-called-down")


def test_a_suite_that_is_red_without_a_slip_proves_nothing():
    with pytest.raises(ValueError, match="sees_everything red without any slip"):
        mutation.measure(disclosure(SMALL + "完"), [sees_everything])


def test_the_proof_passes_and_fails_with_its_suite(tmp_path, capsys):
    run = ["--fast", "--to", str(tmp_path / "mutation.csv")]
    assert mutation.main(run, [sees_nothing, sees_everything], disclosure(SMALL)) == 0
    assert "THE SUITE MISSES" not in capsys.readouterr().out
    assert mutation.main(run, [sees_nothing], disclosure(SMALL)) == 1
    assert "THE SUITE MISSES F001: 30 → 31 (digit changed)" in capsys.readouterr().out
    assert set(pd.read_csv(tmp_path / "mutation.csv")["suite"]) == {"no"}


def test_one_miss_is_less_than_all():
    def misses_one(changed):
        assert changed.text in (SMALL, SMALL.replace("18万元", "19万元"))

    result = mutation.measure(disclosure(SMALL), [misses_one])
    *_, total = mutation.rates(result, [misses_one]).itertuples(index=False)
    assert total.suite == total.n - 1 and total[5] != "100 %"


# nbval


def test_a_notebook_shows_a_number_as_a_number(tmp_path):
    (tmp_path / "notebooks").mkdir()
    cell = '{"outputs": [{"data": {"text/plain": ["income 1951.91\\n", "posts 3"], "image/png": "27"}}]}'
    (tmp_path / "notebooks/01.ipynb").write_text(f'{{"cells": [{{}}, {cell}]}}', encoding="utf-8")
    shown = {p for p in ("1951.91", "951.91", "1951.9", "1951", "3", "三", "27") if
             mutation.notebooks_showing(p, tmp_path)}  # fmt: skip
    assert shown == {"1951.91", "3", "三"}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a copy is made of the files that git knows")
def test_nbval_reads_the_text_of_its_own_copy(tmp_path):
    """Green on the published text, red on a slip: so the kernels use the copy, not the installed package."""
    mutation.copy_checkout(tmp_path)
    slip = next(s for s in mutation.slips(LILING)[0] if s.item == "income.general_public")
    notebook = next(n for n in mutation.notebooks_showing(slip.printed, tmp_path) if "income" in n)
    assert not mutation.goes_red(tmp_path, notebook)
    text = tmp_path / f"data/{FOLDER.name}/source.txt"
    text.write_text(slip.text(LILING.text), encoding="utf-8", newline="")
    assert mutation.goes_red(tmp_path, notebook)
    assert all(mutation.goes_red(tmp_path, test) for test in mutation.behind_nbval(LILING.name))


# The disclosure itself


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The tool as CI runs it: its output, and the table it writes."""
    to = tmp_path_factory.mktemp("mutation") / "mutation.csv"
    command = [sys.executable, str(ROOT / "tools/mutation.py"), "--fast", "--to", str(to)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, to.read_bytes()


def test_every_slip_turns_every_test_of_the_suite_red(run):
    n = len(mutation.slips(LILING)[0])
    assert re.search(rf"^all +{n} .* {n} +100 %" + rf" +{n}" * len(mutation.SUITE), run[0], re.MULTILINE)


def test_the_table_is_what_the_tool_writes(run):
    stored = (FOLDER / "derived/mutation.csv").read_bytes()
    assert stored == run[1], "derived/mutation.csv is stale: run python tools/mutation.py --fast"
