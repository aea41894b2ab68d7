"""Time grows with the length of a text, not with its square: counted in steps, and read off the regular expressions."""

import json
import re
import subprocess
import sys
from functools import cache

import pytest
from adversaries import GROWING
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st
from patterns import faults
from sabotage import SABOTAGED

from budgetbook.audit.coverage import ways
from budgetbook.reading import sentences
from budgetbook.rules import load

LENGTHS = (400, 800, 1600)


@cache
def counted(*options: str) -> dict:
    """What `steps.py` counts: name of the text → for each length, kind of step → how many; and the patterns used."""
    command = [sys.executable, "tests/steps.py", *map(str, LENGTHS), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def too_many(taken: list[dict[str, int]]) -> dict[str, tuple[int, int]]:
    """The kinds of step of which twice the text takes more than twice as many: how many more each doubling took.

    Twice as much more for the second doubling is linear, four times is quadratic. Some hundred are let pass, and a
    tenth of those that an empty text does not take: what a text of a certain length is the first to have.
    """
    short, longer, long = taken
    found = {}
    for kind, steps in long.items():
        first, second = longer.get(kind, 0) - short.get(kind, 0), steps - longer.get(kind, 0)
        if second > 2.3 * first + 0.1 * longer.get(kind, 0) + 300:
            found[kind] = first, second
    return found


@pytest.mark.parametrize("name", GROWING)
def test_twice_the_text_takes_twice_the_steps(name):
    assert too_many(counted()["steps"][name]) == {}


@pytest.mark.parametrize("sabotage", [put_back.__name__ for put_back in SABOTAGED])
def test_one_quadratic_step_put_back_is_seen(sabotage):
    assert too_many(counted("--sabotaged")["steps"][sabotage])


def test_every_pattern_is_linear_by_construction():
    used = [(p, flags, uses == ["match"]) for p, flags, uses in counted()["patterns"]]
    wording = load("wording")
    rules = [*wording["pattern"], *wording["unless"][wording["engine"].isin(["words", "stated"])]]
    rules += list(wording["against"][wording["engine"].isin(["names", "reference"])])
    rules += list(load("claims")["pattern"])
    cells = load("requirements")[["how", "pointer", "part", "moot"]].to_numpy().ravel()
    rules += [way["pattern"] for looks in cells for way in ways(looks) if way["pattern"]]
    assert len(used) > 100
    found = {p: why for p, *how in [*used, *((rule, 0, False) for rule in rules)] if (why := faults(p, *how))}
    assert found == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d+元",  # 200,000 digits: from each digit on, all the others
        r"[^。]*绩效目标",
        r"因上年结转[^。]*确定",
        r"[ \t]+$",
        r"（[^）]*）",
        r"（[^（）]+\+[^（）]+）",
        r"元\d*\d+角",
        r"-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?",
        r"元(?:有|共有?|共)*角",
        r"(?:[^。]{0,30}(?:局|处))*。",
    ],
)
def test_the_patterns_that_were_in_the_way_are_refused(pattern):
    assert faults(pattern)


LINEAR = (r"(?<!\d)\d++元", r"元\d*角", r"是[^。]+", r"(?<=元)\d+角", r"[^。]{0,60}绩效目标", r"\d++(?:\.\d++)?")


@pytest.mark.parametrize("pattern", LINEAR)
def test_what_is_linear_is_let_pass(pattern):
    assert faults(pattern) == []


# The grammar takes words one after the other and gives none back; here is what it would take if it tried every way.
def every_way(pattern: str, text: str) -> bool:
    for kept, free in {"*+": "*", "}+": "}", "(?!心)": "", "(?!门)": "", "(?!公室)": ""}.items():
        pattern = pattern.replace(kept, free)
    return re.fullmatch(pattern, text, re.X) is not None


WORDS = st.sampled_from(
    """其中 中心 中 心 全部 部门 举办 办公室 公室 预算 单位 单位价值5万元以上 共有 共 有 达到 到 同口径 与 同 2021年 度
    年初 上年 年度 委员会 委 会 员 局 财政 总额 额 （款） 大约 约 大 比 其一 一是 一个 未包含 不含 含 增加 了 ， 、 支出
    小计 计""".split()  # noqa: SIM905
)


@given(st.lists(WORDS, max_size=7).map("".join))
@pytest.mark.parametrize("name", ["LINK", "PREFIX"])
def test_the_grammar_takes_what_every_way_of_cutting_would_take(name, text):
    pattern = getattr(sentences, name)
    assert bool(pattern.fullmatch(text)) == every_way(pattern.pattern, text)
