"""Reading a department budget: from a published text to facts, tables and figures.

document   the text, its sections, its numbers          reader   what each figure and claim says, from its words
facts      a disclosure as tables                       tables   tables and computed sentences
figures    the house style, and `show`                  charts   the kinds of chart

Each imports only what stands before it in the road text → facts → tables and figures → notebooks.
"""

from budgetbook import charts
from budgetbook.facts import Disclosure, convert, read_disclosure, write_tables
from budgetbook.figures import show
from budgetbook.reader import read_taxonomy
from budgetbook.tables import amount, rounded, say, solution, table, with_labels

__version__ = "0.1.0"

__all__ = [
    "Disclosure",
    "amount",
    "charts",
    "convert",
    "read_disclosure",
    "read_taxonomy",
    "rounded",
    "say",
    "show",
    "solution",
    "table",
    "with_labels",
    "write_tables",
]
