"""Count the steps of reading and auditing a text: python tests/steps.py LENGTH... prints them as JSON.

Seconds depend on the machine, steps do not. A step is a line of this project's code, a call of any Python function, a
character that a regular expression is given to look at, a character that is copied out of the text or searched there,
a row of a frame that pandas goes through; each kind is counted for itself, so that many of one do not hide another.
What the regular expressions do with their characters is no step: `patterns.py` shows of each that it is bounded.

It runs in a process of its own, since the counters stand in for `re` before the package is imported.
"""

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

STEPS: Counter[str] = Counter()
PATTERNS: dict[tuple[str, int], set[str]] = {}  # pattern, flags → the ways in which it is used
OURS = (f"{Path('src', 'budgetbook')}", "sabotage.py")


def ours(frame) -> bool:
    return any(part in frame.f_code.co_filename for part in OURS)


class Counted(str):
    """A text that counts the characters that are taken from it or searched in it."""

    def __getitem__(self, key):
        found = super().__getitem__(key)
        STEPS["copied"] += len(found)
        return found

    def __contains__(self, words):
        STEPS["searched"] += len(self)
        return super().__contains__(words)


def counting(owner: type, name: str, kind: str) -> None:
    """Let a method count the length of what it is called on."""
    whole = getattr(owner, name)

    def counted(self, *given, **named):
        STEPS[kind] += len(self)
        return whole(self, *given, **named)

    setattr(owner, name, counted)


for name in ("find", "rfind", "index", "count", "split", "splitlines", "partition", "replace", "translate", "strip"):
    counting(Counted, name, "searched")


class Pattern:
    """A compiled pattern that counts the characters that it is given to look at."""

    def __init__(self, compiled: re.Pattern) -> None:
        self.compiled = compiled

    def __getattr__(self, name: str):
        found = getattr(self.compiled, name)
        if not callable(found):
            return found

        def counted(*given):
            uses = PATTERNS.setdefault((self.compiled.pattern, self.compiled.flags), set())
            uses.add("match" if name in ("match", "fullmatch") else "search")
            text, places = given[1 if name in ("sub", "subn") else 0], given[1:] if name not in ("sub", "subn") else ()
            first = places[0] if places else 0
            last = min(places[1], len(text)) if len(places) > 1 else len(text)
            result = found(*given)
            if name == "match" or (name == "search" and result):
                # A match that fails has looked at no more than the pattern is long, as `patterns.py` shows.
                last = result.end() if result else first + 1
            STEPS["looked at"] += max(1, last - first)
            return result

        return counted


def install() -> None:
    """Let `re` hand out counting patterns to the package, and pandas count the rows that it goes through."""
    compile_ = re._compile

    def compiled(pattern, flags):
        made = compile_(pattern.compiled if isinstance(pattern, Pattern) else pattern, flags)
        return Pattern(made) if ours(sys._getframe(2)) else made

    re._compile = compiled
    import pandas as pd

    for owner, names in {
        pd.DataFrame: ("__getitem__", "set_index", "itertuples", "query", "to_dict", "assign", "merge"),
        pd.Series: ("isin", "_cmp_method", "map", "__iter__", "notna", "isna"),
    }.items():
        for name in names:
            counting(owner, name, f"rows by {name}")


def trace(frame, event, _):
    STEPS["calls"] += 1
    return line if ours(frame) else None


def line(frame, event, _):
    if event == "line":
        STEPS["lines"] += 1
    return line


def steps(text: str, about: dict, folder: Path) -> Counter[str]:
    """How many steps it takes to read and to audit a text."""
    from budgetbook.disclosure import DERIVED, Disclosure
    from budgetbook.glossary import term_uses

    STEPS.clear()
    sys.settrace(trace)
    try:
        disclosure = Disclosure(Counted(text), about, folder)
        for table in DERIVED.values():
            table(disclosure)
        disclosure.audit.letter("zh")
        term_uses(disclosure)
    finally:
        sys.settrace(None)
    return STEPS.copy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lengths", type=int, nargs="+")
    parser.add_argument("--sabotaged", action="store_true", help="with the quadratic steps of sabotage.py put back")
    options = parser.parse_args()
    install()
    from budgetbook import text

    text.LONGEST_CLAUSE, text.LONGEST_SENTENCE = 60, 120  # so that short texts are long ones
    sys.path.append(str(Path(__file__).resolve().parents[1] / "book"))  # where a checkout keeps its files
    from adversaries import GROWING
    from liling import FOLDER, LILING

    from budgetbook import document

    fold = document.fold
    document.fold = lambda *given: replace(view := fold(*given), text=Counted(view.text))
    steps("", LILING.about, FOLDER)  # tables are loaded once, and that is no matter of length
    fixed = steps("", LILING.about, FOLDER)

    def grown(name: str) -> list[Counter[str]]:
        about = LILING.about | {"lines": "wrapped" if name == "page numbers" else "paragraphs"}
        taken = [steps(GROWING[name](length), about, FOLDER) for length in options.lengths]
        return [Counter({kind: many - fixed[kind] for kind, many in counted.items()}) for counted in taken]

    counts = {}
    if options.sabotaged:
        from sabotage import SABOTAGED

        for put_back, name in SABOTAGED.items():
            with put_back():
                counts[put_back.__name__] = grown(name)
    else:
        counts = {name: grown(name) for name in GROWING}
    patterns = [[pattern, flags, sorted(uses)] for (pattern, flags), uses in PATTERNS.items()]
    json.dump({"steps": counts, "patterns": patterns}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
