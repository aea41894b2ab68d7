"""Reading a department budget: from a published text to facts, tables and figures.

document   the text, its sections, its numbers          facts    what each figure states, with its words and place
tables     tables and computed sentences                figures  the house style, and `show`
charts     the kinds of chart                           paths    where files are

Each imports only what stands before it in the road text → facts → tables and figures → notebooks.
"""

from budgetbook.facts import Disclosure, in_wan, read_disclosure, read_taxonomy, write_tables
from budgetbook.tables import amount, rounded, say, table, with_labels

__version__ = "0.1.0"

__all__ = [
    "Disclosure",
    "amount",
    "in_wan",
    "read_disclosure",
    "read_taxonomy",
    "rounded",
    "say",
    "table",
    "with_labels",
    "write_tables",
]
