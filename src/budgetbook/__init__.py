"""Reading a department budget: from a published text to facts, an audit, tables and pictures.

numbers      as printed, as exact values, as shown        text        folded, in sections, in clauses
markdown     words made inert                              rules       vocabulary and rules, as tables
sources      files of any format: lines and tables         document    a text with its numbers, irregularities
reading      what each figure, claim and cell says         audit       checks, wording, coverage, findings, letter
disclosure   one department's: facts, items, audit         notes       what people noted on one disclosure
glossary     words in plain English, and their use         show        tables, pictures, charts, the report
exercises    questions that answer back                    grading     marks of what a class hands in
crosscheck   what files say against each other             filing      any body's files: facts, audit, report
cli          the command budgetbook

Each imports only what stands before it in this list. Everything named here loads when it is first used.
"""

from importlib import import_module

__version__ = "0.2.0"

_HOMES = {
    "numbers": ["amount", "convert", "decimal", "percent", "rounded", "signed"],
    "markdown": ["inert"],
    "rules": ["load"],
    "disclosure": ["Disclosure", "read_disclosure", "write_derived"],
    "filing": ["Filing", "read"],
    "notes": ["STAGES", "read_chain", "word_meetings"],
    "glossary": ["term_uses"],
    "exercises": ["Answers", "exercise"],
    "grading": ["grade"],
    "show.chapter": ["Chapter"],
    "show": ["charts"],
}
_HOME = {name: f"budgetbook.{module}" for module, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'budgetbook' has no attribute {name!r}")
    if name == "charts":
        return import_module("budgetbook.show.charts")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
