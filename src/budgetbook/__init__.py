"""Reading a department budget: from a published text to facts, tables and figures.

document   the text, its sections, its numbers          reader   what each figure and claim says, from its words
facts      a disclosure as tables                       tables   tables and computed sentences
audit      checks and implied figures                   wording  what the words raise
coverage   what the rules ask for                       findings all of that, told; writes the tables
figures    the house style, and `show`                  charts   the kinds of chart

Imports run one way: document, reader, facts, tables; from there on the one hand audit, wording, coverage, findings, on
the other figures, charts.
"""

from budgetbook import charts
from budgetbook.audit import Audit
from budgetbook.coverage import coverage, read_standards
from budgetbook.facts import Disclosure, convert, read_disclosure
from budgetbook.figures import show
from budgetbook.findings import findings, write_tables
from budgetbook.reader import read_taxonomy
from budgetbook.tables import amount, rounded, say, solution, table, with_labels

__version__ = "0.1.0"

__all__ = [
    "Audit",
    "Disclosure",
    "amount",
    "charts",
    "convert",
    "coverage",
    "findings",
    "read_disclosure",
    "read_standards",
    "read_taxonomy",
    "rounded",
    "say",
    "show",
    "solution",
    "table",
    "with_labels",
    "write_tables",
]
