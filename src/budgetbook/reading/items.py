"""The items of a budget: what a wording means, by the words and by where the text is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from budgetbook.text import fold


def quoted(wording: str) -> list[str]:
    """A wording as it is, and with the quotation marks in it of every kind that texts have for one, or with none."""
    bare = re.sub("[“”]", "", wording)
    if bare == wording:
        return [wording]
    kinds = (("“", "”"), ('"', '"'), ("‘", "’"), ("“", '"'), ("”", "”"), ("“", "“"), ("'", "'"))
    return [*(wording.replace("“", opening).replace("”", closing) for opening, closing in kinds), bare]


class Items:
    """The items of the taxonomy, looked up by the words of a text and by where the text is."""

    def __init__(self, rows: Iterable[dict]) -> None:
        """rows: those of the taxonomy that hold for the text."""
        self.parent = {row["item"]: row["parent"] for row in rows}
        self.unit = {row["item"]: row["unit"] for row in rows}
        self.by_wording: dict[str, list[str]] = {}
        for row in rows:
            for wording in [row["zh"], *filter(None, row["aliases"].split("|"))]:
                for variant in quoted(fold(wording).text):
                    self.by_wording.setdefault(variant, []).append(row["item"])
        longest_first = sorted(self.by_wording, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest_first)))

    def ancestors(self, item: str) -> list[str]:
        """The item itself, its parent, and so on to the root, and "" for the whole taxonomy."""
        line = [item]
        while line[-1]:
            line.append(self.parent.get(line[-1], ""))
        return line

    def resolve(self, wording: str, context: str) -> str:
        """The item that a wording means where the text last spoke of `context`: the nearest in the tree."""
        candidates = self.by_wording[wording]
        for ancestor in self.ancestors(context):
            near = [c for c in candidates if ancestor in self.ancestors(c)]
            if near:
                return min(near, key=lambda c: (c != ancestor, len(self.ancestors(c))))
        raise AssertionError("the root holds every item")
