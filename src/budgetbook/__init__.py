"""Reading a department budget: from a published text to facts, tables and figures.

document   the text, its sections, its numbers          facts    what each figure states, with its words and place
tables     tables and computed sentences                figures  the house style, and `show`
charts     the kinds of chart                           paths    where files are

Each imports only what stands before it in the road text → facts → tables and figures → notebooks.
"""

from budgetbook import charts
from budgetbook.facts import Disclosure, convert, read_disclosure, read_taxonomy, write_tables
from budgetbook.figures import show
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
