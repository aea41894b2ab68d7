"""Quotations that say what the text says: a clause that negates is quoted whole, never in part.

“Not planned: the table of X” cut down to “the table of X” says the opposite. So whatever is quoted widens, at both of
its ends, to the whole clause where that clause negates.
"""

from __future__ import annotations

import re

from budgetbook.text import View

CLAUSE_ENDS = "，。；：]\n"
# So far a clause goes from any place in it, in characters; what looks longer is a table run together.
LONGEST = 300
# Words that negate, but not where they are part of another word: 不断 (continually), 无线 (wireless), 未来 (future).
NEGATING = re.compile(r"未(?!来)|没有|无(?!线|障碍|人机)|不(?!断|仅|但|动产|锈)")


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The folded range from punctuation to punctuation around a folded range."""
    first = max(0, start - LONGEST, *(text.rfind(sign, max(0, start - LONGEST), start) + 1 for sign in CLAUSE_ENDS))
    following = (text.find(sign, end, end + LONGEST) for sign in CLAUSE_ENDS)
    return first, min((at for at in following if at >= 0), default=min(len(text), end + LONGEST))


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """A folded range, widened at each end to the whole clause if the clause there negates."""
    first, last = ((at, at + 1) if text[at] in CLAUSE_ENDS else clause(text, at, at + 1) for at in (start, end - 1))
    return (
        first[0] if NEGATING.search(text, *first) else start,
        last[1] if NEGATING.search(text, *last) else end,
    )


def denied(text: str, start: int, end: int) -> bool:
    """Whether the clause negates before or within a folded range: then the words point to nothing."""
    return NEGATING.search(text, clause(text, start, start + 1)[0], end) is not None


def published(view: View, start: int, end: int) -> tuple[int, int]:
    """The published range of a folded range, widened as `whole` does."""
    return view.span(*whole(view.text, start, end))
