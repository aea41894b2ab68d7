"""Reading a department budget: from a published text to facts, tables and figures.

document   the text, its sections, its numbers          reader   what each figure and claim says, from its words
facts      a disclosure as tables                       tables   tables and computed sentences
audit      checks and implied figures                   wording  what the words raise
coverage   what the rules ask for                       findings all of that, told; writes the tables
chain      from money to results, stage by stage
duties     the mandate's words against the budget's lines
glossary   words in plain English, and where a text uses them
request    a letter that asks for what is not in a text
collection what the notebooks say of themselves
figures    the house style, and `show`                  charts   the kinds of chart

Imports run one way: document, reader, facts, tables; from there on the one hand audit, wording, coverage, duties,
chain, findings, request, on the other figures, charts.
"""

from budgetbook import charts
from budgetbook.audit import Audit
from budgetbook.chain import STAGES, read_chain
from budgetbook.coverage import coverage, read_standards
from budgetbook.duties import read_duties, word_meetings
from budgetbook.facts import Disclosure, convert, read_disclosure
from budgetbook.figures import show
from budgetbook.findings import findings, write_tables
from budgetbook.glossary import read_glossary, term_uses
from budgetbook.reader import read_taxonomy
from budgetbook.request import information_request
from budgetbook.tables import amount, rounded, say, solution, table, with_labels

__version__ = "0.2.0"

__all__ = [
    "Audit",
    "Disclosure",
    "STAGES",
    "amount",
    "charts",
    "convert",
    "coverage",
    "findings",
    "information_request",
    "read_chain",
    "read_disclosure",
    "read_duties",
    "read_glossary",
    "read_standards",
    "read_taxonomy",
    "rounded",
    "say",
    "show",
    "solution",
    "table",
    "term_uses",
    "with_labels",
    "word_meetings",
    "write_tables",
]
