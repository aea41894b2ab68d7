"""The charts of the notebooks: each takes plain tables and returns a `Picture`.

Amounts are Decimals (any unit: say it in the subtitle) and are labelled as printed. Tables have the columns
`label` (English), `zh` (Chinese, may be left out) and `value`, and whatever the function names. All charts
share

    title     the finding, in one sentence
    subtitle  what is drawn, and its unit
    source    where the numbers stand
    width     inches (the height follows from the content)

Each kind of chart is a module of its own; `page` holds what they share.
"""

from budgetbook.show.charts.bars import bars
from budgetbook.show.charts.breakdowns import breakdowns
from budgetbook.show.charts.bridge import bridge
from budgetbook.show.charts.budgets import budgets
from budgetbook.show.charts.chain import chain
from budgetbook.show.charts.curve import curve
from budgetbook.show.charts.dots import dots
from budgetbook.show.charts.matrix import matrix
from budgetbook.show.charts.number_map import number_map
from budgetbook.show.charts.pairs import pairs
from budgetbook.show.charts.places import places
from budgetbook.show.charts.poster import poster
from budgetbook.show.charts.ranges import ranges
from budgetbook.show.charts.squares import squares
from budgetbook.show.charts.states import states
from budgetbook.show.charts.stations import stations
from budgetbook.show.charts.tree import tree
from budgetbook.show.charts.units import units
from budgetbook.show.charts.web import web

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
    "squares",
    "states",
    "stations",
    "tree",
    "units",
    "web",
]
