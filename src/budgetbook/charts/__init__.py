"""The charts of the notebooks: each takes plain tables and returns a matplotlib Figure for `figures.show`.

Amounts are Decimals (any unit: say it in the subtitle) and are labelled as printed. Tables have the columns
`label` (English), `zh` (Chinese, may be left out) and `value`, and whatever the function names. All charts
share

    title     the finding, in one sentence
    subtitle  what is drawn, and its unit
    source    where the numbers stand
    width     inches (the height follows from the content)

Each kind of chart is a module of its own; `page` holds what they share.
"""

from budgetbook.charts.bars import bars
from budgetbook.charts.breakdowns import breakdowns
from budgetbook.charts.bridge import bridge
from budgetbook.charts.budgets import budgets
from budgetbook.charts.chain import chain
from budgetbook.charts.curve import curve
from budgetbook.charts.dots import dots
from budgetbook.charts.matrix import matrix
from budgetbook.charts.number_map import number_map
from budgetbook.charts.pairs import pairs
from budgetbook.charts.places import places
from budgetbook.charts.poster import poster
from budgetbook.charts.ranges import ranges
from budgetbook.charts.states import states
from budgetbook.charts.tree import tree
from budgetbook.charts.units import units
from budgetbook.charts.web import web

__all__ = [
    "bars",
    "breakdowns",
    "bridge",
    "budgets",
    "chain",
    "curve",
    "dots",
    "matrix",
    "number_map",
    "pairs",
    "places",
    "poster",
    "ranges",
    "states",
    "tree",
    "units",
    "web",
]
