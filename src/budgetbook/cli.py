"""The command line: `budgetbook audit FILE...` reads the published files of one body and says what does not agree;
`budgetbook grade FOLDER` marks the notebooks that a class has handed in.

Exit codes: 0 nothing fails; 1 something fails; 2 the command was not understood; 3 a file cannot be read or written.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from budgetbook.sources import Unreadable

PASSED, FAILED, MISREAD = 0, 1, 3


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="budgetbook", description="Read a department's budget disclosure.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    audit = commands.add_parser(
        "audit",
        help="read the files of one body, test what they say, and tell what does not agree",
        description=(
            "Reads PDF (with a text layer), .docx, .html, .xlsx, .xls, .txt and .md files of one body as one "
            "disclosure, and tests its amounts against each other. A finding asks; it does not accuse."
        ),
        epilog="Exit codes: 0 nothing fails, 1 something fails, 2 wrong usage, 3 a file cannot be read or written.",
    )
    audit.add_argument("files", nargs="+", metavar="FILE", help="a file, or all files of one disclosure")
    audit.add_argument("--csv", metavar="DIR", help="write facts.csv, checks.csv and findings.csv to this folder")
    audit.add_argument("--html", metavar="PAGE", help="write one offline page with all of it")
    audit.add_argument("--year", type=int, help="the budget year, where the files do not say it")
    audit.add_argument(
        "--stage", choices=["预算", "决算"], help="budget or final account, where the files do not say it"
    )
    audit.add_argument(
        "--last-year",
        metavar="FILE",
        nargs="+",
        default=[],
        help="the same body's disclosure of the year before, to hold against it what is said of that year",
    )
    audit.add_argument("--quiet", action="store_true", help="print nothing but errors")
    marks = commands.add_parser(
        "grade",
        help="mark the notebooks that a class has handed in, without running them",
        description=(
            "Reads the answers in the notebooks of FOLDER: a folder for each student, or a notebook for each. Nothing "
            "handed in is run. Open questions, and answers that cannot be read, are listed for a person."
        ),
        epilog="Exit codes: 0 all is marked, 1 a person has to look at some, 2 wrong usage, 3 nothing can be read.",
    )
    marks.add_argument("folder", metavar="FOLDER", help="what was handed in")
    marks.add_argument(
        "--words",
        metavar="DIR",
        nargs="+",
        default=["notebooks/words", "practice/words"],
        help="the folders of the exercises (default: those of the project)",
    )
    marks.add_argument("--csv", metavar="FILE", help="write a row for each student and exercise to this file")
    return whole


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return _grade(options) if options.command == "grade" else _audit(options)
    except BrokenPipeError:  # who read the output has seen enough
        sys.stdout = None
        return PASSED
    except (Unreadable, OSError) as error:
        print(f"budgetbook: {error}", file=sys.stderr)
        return MISREAD
    except Exception as error:  # ours, not the reader's: no traceback, but what it takes to report it
        names = ", ".join(getattr(options, "files", [])) or options.folder
        print(f"budgetbook: a fault of the program with {names}: {type(error).__name__}: {error}", file=sys.stderr)
        print(
            "budgetbook: nothing of it was read. Please report this line, with the file if it is public.",
            file=sys.stderr,
        )
        return MISREAD
    except KeyboardInterrupt:
        print("budgetbook: stopped; nothing more was written", file=sys.stderr)
        return 130


def _grade(options: argparse.Namespace) -> int:
    from budgetbook.grading import BY_HAND, UNREADABLE, grade, summary

    try:
        marks = grade(options.folder, *options.words)
    except ValueError as error:
        print(f"budgetbook: {error}", file=sys.stderr)
        return MISREAD
    print(summary(marks).to_string(index=False))
    to_look_at = marks[marks["state"].isin([BY_HAND, UNREADABLE])]
    for row in to_look_at.itertuples():
        print(f"\n{row.student}, {row.exercise or row.answer}: {row.state}\n  {row.answer}\n  {row.said}")
    if options.csv:
        marks.to_csv(options.csv, index=False, encoding="utf-8-sig", lineterminator="\n")
        print(f"\nWritten: {options.csv}")
    return FAILED if len(to_look_at) else PASSED


def _audit(options: argparse.Namespace) -> int:
    from budgetbook.filing import Filing
    from budgetbook.rules import save
    from budgetbook.sources import open_file

    def say(words: str = "") -> None:
        if not options.quiet:
            print(words)

    def opened(paths: list[str]) -> list:
        files = []
        for number, path in enumerate(paths, 1):
            if not options.quiet and sys.stderr.isatty():
                print(f"[{number}/{len(paths)}] reading {path}", file=sys.stderr)
            files.append(open_file(path))
        return files

    last = Filing(opened(options.last_year)) if options.last_year else None
    filing = Filing(opened(options.files), options.year, options.stage, last)
    audit = filing.audit()
    body, year = filing.body or "A body that the text does not name", filing.year or "year not said"
    say(f"{body}, {year}, {filing.scope}{filing.stage}")
    for name, count in audit.read.items():
        say(f"  {name}: {count}")
    states = Counter(row["state"] for row in audit.rows)
    say("  checks: " + ", ".join(f"{n} {state}" for state, n in states.most_common()) if states else "  no checks")
    for row in audit.finding_list:
        say("\n{finding} (weight {weight} of 10) {places}\n  {title}\n  {says}\n  {question}".format_map(row))
    if last is not None and all(row["kind"] != "years" for row in audit.rows):
        say(
            f"\nNothing was compared with {', '.join(options.last_year)}: read as {last.year or 'of no year'} "
            f"{last.stage}, and {filing.year or 'no year'} {filing.stage} needs that of the year before."
        )
    if not filing.year:
        say("\nThe files do not say their year: name it with --year, so that years can be told apart.")
    if options.csv:
        folder = Path(options.csv)
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in (("facts", filing.facts), ("checks", audit.checks), ("findings", audit.findings)):
            save(table, folder / f"{name}.csv")
        say(f"\nWritten: facts.csv, checks.csv and findings.csv in {folder}")
    if options.html:
        filing.report(options.html)
        say(f"Written: {options.html}")
    return FAILED if states["fails"] else PASSED


if __name__ == "__main__":
    sys.exit(main())
