"""How many slips of the pen would be noticed? python tools/mutation.py [--fast] [--to FILE]

Changes every stated figure of the disclosure in turn, in every way that `candidates` knows, and asks two questions.
Does the audit notice: would someone who has only the changed text see an inconsistency that the published text does
not have? And does the suite notice: does one of its tests go red? The second has to be so for every slip; what the
first leaves over are the figures that could be wrong without anyone being able to tell from the text.

Nothing is sampled. Without --fast, nbval is run as well, once for each figure, on the notebooks that show it.
Writes derived/mutation.csv of the disclosure (the same with and without --fast) or FILE; ends with 1 if the suite
misses a slip.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Queue

import pandas as pd
from tqdm import tqdm

from budgetbook.audit.checks import FAILS
from budgetbook.audit.wording import read_rules, wording_findings
from budgetbook.disclosure import Disclosure, read_disclosure
from budgetbook.numbers import HANZI_DIGITS, HANZI_NUMERAL, amount, number_value
from budgetbook.reading.sentences import LESS, MORE
from budgetbook.rules import save
from budgetbook.show.tables import text_table
from budgetbook.text import fold

HERE = Path(__file__).resolve().parents[1]
sys.path += [str(HERE / "book"), str(HERE / "tests")]  # here, so that the workers have them as well
from checkout import ROOT, disclosures  # noqa: E402

WORKERS = 2
CHANGED, SWAPPED, MOVED, DROPPED, FLIPPED = KINDS = (
    "digit changed",
    "digits swapped",
    "point moved",
    "digit dropped",
    "direction flipped",
)

# ----------------------------------------------------------------------------------------------------
# Slips

# Digits come in three scripts, and a slip stays in its own.
NEXT = {row[k]: row[(k + 1) % 10] for row in ("0123456789", "０１２３４５６７８９", HANZI_DIGITS) for k in range(10)}
# What still looks like a number. 01.43, .35 and 561. do not: a reader would stop there without any arithmetic.
WELL_FORMED = re.compile(rf"(?:0|[1-9]\d{{0,2}}(?:,\d{{3}})+|[1-9]\d*)(?:\.\d+)?|[{HANZI_NUMERAL}]+")
_UP, _DOWN = MORE.split("|"), LESS.split("|")
OPPOSITE = dict.fromkeys(_DOWN, _UP[0]) | dict(zip(_DOWN, _UP, strict=False)) | dict(zip(_UP, _DOWN, strict=False))


@dataclass(frozen=True)
class Slip:
    """One slip: in the text of a disclosure, `changed_to` takes the place of `printed`, from `start` to `end`."""

    fact: str
    item: str
    section: str
    printed: str
    slip: str
    changed_to: str
    start: int
    end: int

    def text(self, published: str) -> str:
        """The whole text with this slip in it."""
        assert published[self.start : self.end] == self.printed
        return published[: self.start] + self.changed_to + published[self.end :]


def candidates(printed: str) -> Iterator[tuple[str, str]]:
    """The ways in which a printed number can go wrong, as (kind, what is then printed), some of them no numbers."""
    digits = [k for k, char in enumerate(printed) if char in NEXT]
    for k in digits[-1:]:
        yield CHANGED, printed[:k] + NEXT[printed[k]] + printed[k + 1 :]
    for a, b in zip(digits, digits[1:], strict=False):
        if b == a + 1 and printed[a] != printed[b]:
            yield SWAPPED, printed[:a] + printed[b] + printed[a] + printed[b + 1 :]
    whole, point, places = re.fullmatch(r"([^.．]*)([.．]?)(.*)", printed).groups()
    if point:
        whole = re.sub("[,，]", "", whole)
        yield MOVED, (whole[:-1] or "0") + point + whole[-1:] + places
        yield MOVED, (whole.lstrip("0") if whole != "0" else "") + places[:1] + (point + places[1:]) * (len(places) > 1)
    for k in dict.fromkeys([*digits[:1], *digits[-1:]]):
        yield DROPPED, printed[:k] + printed[k + 1 :]


def why_not(printed: str, changed_to: str) -> str:
    """Why a candidate is no slip worth trying, "" if it is one."""
    if not WELL_FORMED.fullmatch(fold(changed_to).text):
        return "no number any more"
    return "the same value" if number_value(changed_to) == number_value(printed) else ""


def slips(disclosure: Disclosure) -> tuple[list[Slip], list[tuple[Slip, str]]]:
    """All slips in the stated figures of a disclosure, in reading order, and those left out, with the reason."""
    kept, left_out = [], []
    figures = disclosure.facts[disclosure.facts["number_start"].notna()]
    for row in figures.itertuples():
        about = row.fact, row.item, row.section
        start, end = int(row.number_start), int(row.number_end)
        for kind, changed_to in dict.fromkeys(candidates(row.printed)):
            slip, why = Slip(*about, row.printed, kind, changed_to, start, end), why_not(row.printed, changed_to)
            left_out.append((slip, why)) if why else kept.append(slip)
        words = list(re.finditer("|".join(OPPOSITE), disclosure.text[row.start : start]))
        if row.measure in ("change", "growth") and words:
            word, (first, last) = words[-1].group(), (row.start + at for at in words[-1].span())
            slip = Slip(*about, word, FLIPPED, OPPOSITE[word], first, last)
            kept.append(slip) if row.value else left_out.append((slip, "the same value"))
    return kept, left_out


# ----------------------------------------------------------------------------------------------------
# Who notices

Suite = Sequence[Callable[[Disclosure], None]]


def contradictions(disclosure: Disclosure) -> list[str]:
    """The wording rules on contradictions, of strong confidence, that ask something about a text; each as often as so.

    What a text leaves unsaid, or how it is printed, is no sign of a slip.
    """
    strong = [rule for rule in read_rules() if (rule["confidence"], rule["matter"]) == ("strong", "contradiction")]
    return [f"wording:{finding.rule}" for finding in wording_findings(disclosure, strong)]


def alarms(disclosure: Disclosure) -> Counter[str]:
    """What in a text alone would make a reader stop: the checks that fail, as kind:rule, and the contradictions."""
    checks = disclosure.audit.checks
    failing = checks[checks["state"] == FAILS] if len(checks) else checks
    return Counter([f"{c.kind}:{c.rule}" for c in failing.itertuples()] + contradictions(disclosure))


def audit_notices(known: Counter[str], changed: Disclosure) -> list[str]:
    """The alarms of a changed text beyond those `known` of the published one.

    A check that fails already and now fails by another amount is none: who has only the changed text cannot know.
    """
    return sorted(alarms(changed) - known)


def published_text(disclosure: Disclosure) -> None:
    import test_data

    assert test_data.hash_problem(disclosure.about, disclosure.text.encode()) == ""


def derived_tables(disclosure: Disclosure) -> None:
    import test_data

    # The tables of the reader; those of the audit would show more, but they take seconds.
    for table in ("facts", "numbers", "sections", "irregularities"):
        test_data.test_derived_tables_are_what_the_reader_makes(disclosure, table)


def facts_by_hand(disclosure: Disclosure) -> None:
    import test_facts

    test_facts.test_every_figure_is_read_as_a_person_reads_it(disclosure)


# The suite's own tests, called on another text instead of the published one.
SUITE: Suite = (published_text, derived_tables, facts_by_hand)


def behind_nbval(name: str) -> tuple[str, ...]:
    """The same, without the hash, for pytest: what stands behind nbval when no notebook shows a figure of a text."""
    return (
        f"tests/test_data.py::test_derived_tables_are_what_the_reader_makes[{name}-facts]",
        f"tests/test_facts.py::test_every_figure_is_read_as_a_person_reads_it[{name}]",
    )


def suite_notices(disclosure: Disclosure, suite: Suite = SUITE) -> list[str]:
    """The names of the tests that go red on a text."""
    red = []
    for test in suite:
        try:
            test(disclosure)
        except AssertionError:
            red.append(test.__name__)
    return red


def examine(published: Disclosure, known: Counter[str], suite: Suite, slip: Slip) -> dict:
    """One row of the result; besides the columns of mutation.csv, `tests` has the names of the tests that go red."""
    changed = Disclosure(slip.text(published.text), published.about, published.folder)
    noticed_by, tests = audit_notices(known, changed), suite_notices(changed, suite)
    names = ("fact", "item", "section", "printed", "slip", "changed_to")
    return {name: getattr(slip, name) for name in names} | dict(
        audit="yes" if noticed_by else "no",
        noticed_by=" ".join(noticed_by),
        suite="yes" if tests else "no",
        tests=tests,
    )


def measure(disclosure: Disclosure, suite: Suite = SUITE, workers: int = 1) -> pd.DataFrame:
    """Every slip examined, one row each, in reading order.

    Raises ValueError if the suite is red on the text as it is: then its going red would mean nothing.
    """
    if red := suite_notices(disclosure, suite):
        raise ValueError(f"{disclosure.name}: {', '.join(red)} red without any slip. Run make test first.")
    todo = slips(disclosure)[0]
    work = partial(examine, disclosure, alarms(disclosure), suite)
    show = partial(tqdm, total=len(todo), desc="slips", unit="slip", disable=None)
    if workers == 1:
        return pd.DataFrame(show(map(work, todo)))
    with ProcessPoolExecutor(workers) as pool:
        return pd.DataFrame(show(pool.map(work, todo, chunksize=4)))


# ----------------------------------------------------------------------------------------------------
# nbval, really run


def outputs(notebook: Path) -> str:
    """What the cells of a notebook print, as far as nbval compares it."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    parts = []
    for output in (o for cell in cells for o in cell.get("outputs", ())):
        data = output.get("data", {})
        parts += [output.get("text", "")] + [v for kind, v in data.items() if kind.startswith("text/")]
    return "\n".join("".join(part) for part in parts)


def notebooks_showing(printed: str, checkout: Path) -> list[str]:
    """The notebooks of a checkout in whose outputs a number stands: as printed, or as our tables print it."""
    either = "|".join(map(re.escape, {printed, amount(number_value(printed))}))
    number = re.compile(rf"(?<![\d.,])(?:{either})(?![.,]?\d)")
    notebooks = sorted((checkout / "notebooks").glob("*.ipynb"))
    return [f"notebooks/{path.name}" for path in notebooks if number.search(outputs(path))]


def copy_checkout(to: Path) -> None:
    """All files that git knows or would take, so that a run cannot touch the real ones."""
    if not (ROOT / ".git").exists():  # an archive of the notebooks
        made = shutil.ignore_patterns(".venv", "build", ".hypothesis", ".*_cache", "__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT, to, ignore=made, dirs_exist_ok=True)
        return
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)


def run_pytest(checkout: Path, *tests: str) -> subprocess.CompletedProcess:
    """Run tests in a copy of the checkout, up to the first that fails: returncode 0 when all pass.

    Raises RuntimeError if pytest itself breaks. (2 and 4 are test files that break when they are imported: red, too.)
    """
    # conftest.py removes PYTHONPATH, without which the kernels would use the installed package and its text.
    options = [
        "-x",
        "-q",
        "-n",
        "0",
        "--noconftest",
        "-p",
        "kernels",
        "-p",
        "nbval.plugin",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
    ]
    paths = os.pathsep.join(str(checkout / folder) for folder in ("src", "book"))
    caches = {"MPLCONFIGDIR": ROOT / "build/cache/matplotlib", "IPYTHONDIR": ROOT / "build/cache/ipython"}
    env = os.environ | {name: str(path) for name, path in caches.items()} | {"PYTHONPATH": paths}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests], cwd=checkout, env=env, capture_output=True, encoding="utf-8"
    )
    if run.returncode not in (0, 1, 2, 4):
        raise RuntimeError(f"pytest {' '.join(tests)} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return run


def goes_red(checkout: Path, *tests: str) -> bool:
    return run_pytest(checkout, *tests).returncode != 0


def run_nbval(disclosure: Disclosure, chosen: list[Slip]) -> pd.DataFrame:
    """One row a slip: fact, printed, changed_to, notebooks (how many show the number), nbval, tests (yes, no or "").

    tests: whether other tests go red; asked only where nbval stays green.
    Raises ValueError if anything is red without a slip.
    """
    copies: Queue[Path] = Queue()

    def one(slip: Slip) -> dict:
        checkout = copies.get()
        try:
            showing = notebooks_showing(slip.printed, checkout)
            (checkout / text_file).write_text(slip.text(disclosure.text), encoding="utf-8", newline="")
            nbval = bool(showing) and goes_red(checkout, *showing)
            tests = "" if nbval else "yes" if goes_red(checkout, *behind_nbval(disclosure.name)) else "no"
        finally:
            copies.put(checkout)
        names = dict(fact=slip.fact, printed=slip.printed, changed_to=slip.changed_to, notebooks=len(showing))
        return names | dict(nbval="yes" if nbval else "no", tests=tests)

    text_file = f"data/{disclosure.folder.name}/source.txt"
    with tempfile.TemporaryDirectory() as folder:
        for k in range(WORKERS):
            copy_checkout(Path(folder) / str(k))
            copies.put(Path(folder) / str(k))
        control = run_pytest(Path(folder) / "0", "notebooks", *behind_nbval(disclosure.name))
        if control.returncode:
            raise ValueError(f"{control.stdout[-2000:]}\nThis is red without any slip. Run make test first.")
        with ThreadPoolExecutor(WORKERS) as pool:
            return pd.DataFrame(tqdm(pool.map(one, chosen), total=len(chosen), desc="nbval", unit="figure"))


# ----------------------------------------------------------------------------------------------------
# The report


def rates(result: pd.DataFrame, suite: Suite = SUITE) -> pd.DataFrame:
    """One row a kind of slip, and a last one for all: how many slips there are, and how many each one notices."""
    rows = []
    for kind in [*KINDS, "all"]:
        part = result if kind == "all" else result[result["slip"] == kind]
        audit, red = (part["audit"] == "yes").sum(), (part["suite"] == "yes").sum()
        tests = {t.__name__: sum(t.__name__ in names for names in part["tests"]) for t in suite}
        rows.append(
            {"slip": kind, "n": len(part), "audit": int(audit), "audit %": _percent(audit, len(part))}
            | {"suite": int(red), "suite %": _percent(red, len(part))}
            | tests
        )
    return pd.DataFrame(rows)


def _percent(part: int, whole: int) -> str:
    # Rounded down, so that only all is 100 %.
    return f"{100 * int(part) // whole} %" if whole else ""


def unnoticed(result: pd.DataFrame) -> list[str]:
    """The facts of which the audit notices no slip at all, in reading order."""
    seen = set(result[result["audit"] == "yes"]["fact"])
    return [fact for fact in dict.fromkeys(result["fact"]) if fact not in seen]


def quotes(disclosure: Disclosure, facts: list[str]) -> str:
    rows = disclosure.facts.set_index("fact").loc[facts]
    return "\n".join(f"  {f}  {r['item'] or '(no item)'}: {r['quote'][-40:]}" for f, r in rows.iterrows())


def report(disclosure: Disclosure, result: pd.DataFrame, suite: Suite = SUITE) -> str:
    facts, hidden = result["fact"].nunique(), unnoticed(result)
    reasons = Counter(why for _, why in slips(disclosure)[1])
    missed = result[result["suite"] == "no"]
    lines = [
        f"{disclosure.name}: {facts} stated figures, {len(result)} slips; left out: "
        + (", ".join(f"{n} that would be {why}" for why, n in sorted(reasons.items())) or "none"),
        "",
        text_table(rates(result, suite), [False] * len(KINDS) + [True]),
        "",
        f"{len(hidden)} of {facts} figures could be wrong in each of these ways without the audit noticing:",
        quotes(disclosure, hidden),
    ]
    lines += [f"THE SUITE MISSES {s.fact}: {s.printed} → {s.changed_to} ({s.slip})" for s in missed.itertuples()]
    return "\n".join(lines)


def report_nbval(disclosure: Disclosure, ran: pd.DataFrame) -> str:
    green = ran[ran["nbval"] == "no"]
    shown, hidden = green[green["notebooks"] > 0], green[green["notebooks"] == 0]
    lines = [
        f"nbval goes red for {len(ran) - len(green)} of {len(ran)} figures; the tests behind it for "
        f"{(green['tests'] == 'yes').sum()} of the other {len(green)}.",
        "Its number stands in an output of some notebook, yet no notebook goes red:",
        quotes(disclosure, list(shown["fact"])) or "  (none)",
        "No notebook shows its number:",
        quotes(disclosure, list(hidden["fact"])) or "  (none)",
    ]
    missed = green[green["tests"] == "no"]
    lines += [f"THE SUITE MISSES {s.fact}: {s.printed} → {s.changed_to}" for s in missed.itertuples()]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, suite: Suite = SUITE, disclosure: Disclosure | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fast", action="store_true", help="all slips, without running nbval")
    parser.add_argument("--to", type=Path, metavar="FILE", help="default: derived/mutation.csv of the disclosure")
    parser.add_argument("folder", nargs="?", type=Path, default=disclosures()[0], help="of the disclosure")
    options = parser.parse_args(arguments)
    began, disclosure = time.monotonic(), disclosure or read_disclosure(options.folder)
    result = measure(disclosure, suite, WORKERS)
    to = options.to or disclosure.folder / "derived/mutation.csv"
    save(result.drop(columns="tests"), to)
    print(report(disclosure, result, suite))
    passed = (result["suite"] == "yes").all()
    if not options.fast:
        first = {slip.fact: slip for slip in reversed(slips(disclosure)[0])}  # one a figure: the first of its slips
        ran = run_nbval(disclosure, [first[fact] for fact in sorted(first)])
        print("\n" + report_nbval(disclosure, ran))
        passed &= (ran["tests"] != "no").all()
    print(f"\n{time.monotonic() - began:.0f} s")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
