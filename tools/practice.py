"""Make the practice disclosures: plant the errors of solutions/practice.yml, and write the key to them.

    python tools/practice.py

`practice/NAME.txt` is what the learner reads and the audit is tried on, `practice/NAME.en.txt` the same in English,
line by line; `solutions/practice.csv` is the key: where each error is, what is printed and what would be right.
"""

import csv
import io
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "solutions" / "practice.yml"
KEY = ROOT / "solutions" / "practice.csv"
COLUMNS = ["text", "kind", "line", "printed", "right", "why"]


def texts():
    """Name → its lines as they would be right, and its plants."""
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))


def planted(text, plants=None):
    """The lines of a text in Chinese and in English, with plants (all, or those given), and a row of the key for each.

    Raises ValueError for a plant that does not have just one place in each language.
    """
    lines, key = [list(line) for line in text["lines"]], []
    for kind, right, wrong, right_en, wrong_en, why in text["plants"] if plants is None else plants:
        for language, old, new in ((0, right, wrong), (1, right_en, wrong_en)):
            at = [n for n, line in enumerate(lines) if old in line[language]]
            if len(at) != 1 or lines[at[0]][language].count(old) != 1:
                raise ValueError(f"{SOURCE.name}: “{old}” stands in lines {at}: a plant needs just one place")
            lines[at[0]][language] = lines[at[0]][language].replace(old, new)
        key.append({"kind": kind, "line": at[0] + 1, "printed": wrong, "right": right, "why": why})
    return lines, key


def files():
    """Path → content of all that this makes."""
    made, rows = {}, []
    for name, text in texts().items():
        lines, key = planted(text)
        for ending, language in (("txt", 0), ("en.txt", 1)):
            words = "".join(f"{line[language]}\n" for line in lines)
            made[ROOT / "practice" / f"{name}.{ending}"] = words
        rows += [{"text": name} | row for row in key]
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made | {KEY: out.getvalue()}


def main():
    for path, content in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
