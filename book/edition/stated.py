"""Traceable numbers: from a number on any page to its words in the disclosure.

There are three kinds:

* A cell of a table whose record says which fact it shows leads to that fact, if the cell's text really is the fact's
  number or words. In a row that names a check, or facts, the figures of its sum lead to the facts that it rests on. Ids
  of facts and checks lead to them.
* A number in a quoted passage leads to the figure at that very place, if the passage stands in the text only once.
* A number in other prose leads to where the text states it, if it is written with the unit in which the text states
  it, or has the text's very decimals and no other unit. The text has to have the number with all its places; zero and
  single-digit counts never count, nor does what follows “=” or “≈”, or “about” where the text is exact. If several
  places state the number, the words around it or the row of its table may tell which; else the link leads to the
  number's row in the index of numbers. The first use in a cell only; never in headings, code, links, labels of folds,
  or the opening of a chapter. Such a link says that the text states this number, and not more.

`Links` finds them in plain text; marks.py puts them into the pages.
"""

import re
from functools import cached_property
from typing import NamedTuple

from budgetbook.numbers import amount, convert
from budgetbook.show.vocabulary import word
from budgetbook.text import HANZI

MONEY = {"万", "万元"}
NUMBER = re.compile(r"(?<![\dA-Za-z_.,$−–-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\dA-Za-z]|[.,]\d)")
OTHER_UNIT = re.compile(
    r"[  ]*(?:%|‰|元|千|亿|倍|百分|per ?cent|percent|points?\b|times\b|yuan\b|m²|years?\b|months?\b)"
)
LEFT_OUT = re.compile(r"[ ]?(?:…|\[\.\.\.\]|\[…\])[ ]?|\n")  # where a quoted passage breaks off
SUM = re.compile(r"[\d.,()\s]+[+−×÷][\d.,()\s+−×÷]+")


class Link(NamedTuple):
    """A range of a text that leads to a name on the page of the disclosure."""

    start: int
    end: int
    name: str  # a fact, a check, or a number's row in the index
    title: str = ""
    anchored: bool = False  # the way back leads to this very place; else to the heading above it


def squeeze(text):
    """Text without blanks."""
    return re.sub(r"\s", "", text)


def shared(one, other):
    """The characters with which two texts begin alike."""
    count = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:count]


def alone(text):
    """Finds a number, or words, in a cell's text where no longer number goes on."""
    return lambda piece: re.search(rf"(?<![\d.,−-]){re.escape(piece)}(?![\d]|[.,]\d)", text)


class Links:
    """One disclosure, and which parts of a text lead to its page."""

    def __init__(self, disclosure, page="disclosure"):
        self.disclosure, self.page = disclosure, page
        self.facts = disclosure.facts.set_index("fact", drop=False)
        self.figures = self.facts[self.facts["value"].notna()]
        self.checks = disclosure.audit.checks.set_index("check", drop=False)
        self.check_of = dict(zip(self.checks.index, disclosure.audit.check_list, strict=True))

    # ------------------------------------------------------------------------------------- looking up

    @cached_property
    def numbers(self):
        """Number without sign → the facts that state it."""
        found = {}
        for row in self.figures.itertuples():
            found.setdefault(f"{abs(row.value):f}", []).append(row.fact)
        return found

    @cached_property
    def unit(self):
        """The units of the facts, as they stand behind a number."""
        units = sorted(set(self.figures["unit"]) - {""}, key=lambda unit: (-len(unit), unit))
        return re.compile(rf"[  ]?({'|'.join(map(re.escape, units)) or '(?!)'})(?![元平户件]|(?<=万)[人次])")

    @cached_property
    def quotes(self):
        """Words of the text → the fact that they carry; not those that stand in several places."""
        places = self.facts.groupby("quote")["start"].nunique()
        alone = self.facts[self.facts["quote"].map(places) == 1].drop_duplicates("quote")
        return dict(zip(alone["quote"], alone["fact"], strict=True))

    def stated(self, match):
        """The facts that state a number of the prose, as it is written there between other words."""
        number, before, after = match[0], match.string[: match.start()], match.string[match.end() :]
        plain = number.replace(",", "")
        facts = self.numbers.get(plain, [])
        if not facts or not float(plain) or re.search(r"[=≈]\s*$", before):
            return []
        if re.search(r"(?:\b(?:about|nearly|almost|over|under)\s*|[约近])$", before, re.IGNORECASE):
            facts = [fact for fact in facts if self.facts.loc[fact, "qualifier"]]
        facts = self.units_agree(facts, plain, after)
        return self.by_words(facts, before, number + after) if len(facts) > 1 else facts

    def units_agree(self, facts, plain, after):
        """Of the facts that state a number, those whose unit stands after it; all, if it has decimals and no unit."""
        if unit := self.unit.match(after):
            same = MONEY if unit[1] in MONEY else {unit[1]}
            if len(plain) == 1 and same != MONEY:
                return []
            return [fact for fact in facts if self.facts.loc[fact, "unit"] in same]
        return facts if "." in plain and not OTHER_UNIT.match(after) else []

    def by_words(self, facts, before, rest):
        """The one of several facts around whose number the text has the same words as the prose; or all of them."""
        text = self.disclosure.text

        def common(fact):
            start = self.facts.loc[fact, "number_start"]
            ours, theirs = squeeze(before)[::-1], squeeze(text[:start][-60:])[::-1]
            return len(
                re.findall(f"[{HANZI}]", shared(ours, theirs) + shared(squeeze(rest), squeeze(text[start:][:60])))
            )

        counts = sorted(((common(fact), fact) for fact in facts), reverse=True)
        return [counts[0][1]] if counts[0][0] >= counts[1][0] + 2 else facts

    def section_name(self, fact):
        return self.facts.loc[fact, "section"] or "the opening"

    def shown(self, fact):
        """A fact as a check's sum shows it."""
        value = self.facts.loc[fact, "value"]
        if value is None:
            return {"none": "0", "new": "1"}.get(self.facts.loc[fact, "measure"], "")
        return amount(abs(convert(value, self.facts.loc[fact, "unit"])))

    # --------------------------------------------------------------------------------- finding links

    def to_fact(self, start, end, fact):
        """A link from a cell that shows a fact."""
        return Link(start, end, fact, f"stated in the disclosure, {self.section_name(fact)}", anchored=True)

    def in_prose(self, text, seen, free=lambda start, end: True, which=lambda facts: facts):
        """The first use of each stated number in a text, but for those `seen`, to which it is added.

        free: whether a range may become a link. which: tells apart several facts that state a number.
        """
        links = []
        for match in NUMBER.finditer(text):
            facts = which(self.stated(match)) if match[0] not in seen and free(*match.span()) else []
            if not facts:
                continue
            seen.add(match[0])
            name, title = facts[0], f"stated in the disclosure, {self.section_name(facts[0])}"
            if len(facts) > 1:
                name = f"n-{abs(self.facts.loc[facts[0], 'value']):f}"
                title = f"stated in {len(facts)} places of the disclosure"
            links.append(Link(*match.span(), name, title))
        return links

    def in_passage(self, text):
        """The figures of a quoted text, and all facts in it, as far as its pieces stand in one place only."""
        links, quoted, source = [], [], self.disclosure.text
        cuts = [cut.span() for cut in LEFT_OUT.finditer(text)]
        for start, end in zip([0, *(b for _, b in cuts)], [*(a for a, _ in cuts), len(text)], strict=True):
            piece = text[start:end]
            if not piece or source.count(piece) != 1:
                continue
            at = source.index(piece)
            quoted += self.facts[(self.facts["start"] >= at) & (self.facts["end"] <= at + len(piece))]["fact"].tolist()
            inside = self.figures[
                (self.figures["number_start"] >= at) & (self.figures["number_end"] <= at + len(piece))
            ]
            for row in inside.itertuples():
                span = (int(row.number_start) - at + start, int(row.number_end) - at + start)
                links.append(Link(*span, row.fact, f"this place, {row.section}"))
        return links, quoted

    def in_row(self, cells, facts, numeric):
        """The links of each cell of a table's row. facts: which each shows, or ""; numeric: whether its column is."""
        check = next((self.check_of[text] for text in cells if text in self.check_of), None)
        waiting = [*check.left.facts, *check.right.facts] if check else []  # in the order of the sum
        ids = [i for text in cells if re.fullmatch(r"F\d+( F\d+)*", text) for i in text.split()]
        waiting = waiting or [i for i in ids if i in self.facts.index]
        named = {*facts, *ids, *(self.quotes[text] for text in cells if text in self.quotes)}
        homes = set(self.disclosure.sections["section"]).intersection(cells)

        def which(found):
            """Of several facts those that the row names, or else those of the section that it names."""
            own = [f for f in found if f in named] or [f for f in found if self.facts.loc[f, "section"] in homes]
            return own if len(own) == 1 else found

        return [self.in_cell(*cell, check, waiting, which) for cell in zip(cells, facts, numeric, strict=True)]

    def in_cell(self, text, fact, numeric, check, waiting, which):
        known = self.facts.loc[fact] if fact in self.facts.index else None
        if known is not None and text != known["quote"]:
            printed = {known["printed"]} | ({amount(known["value"])} if known["value"] is not None else set())
            if place := next((m for m in map(alone(text), sorted(printed)) if m), None):
                return [self.to_fact(*place.span(), fact)]
            if re.search(f"[{HANZI}]", text) and text in known["quote"]:
                return [self.to_fact(0, len(text), fact)]
        if known is None or text != known["quote"]:
            fact = self.quotes.get(text)
        if fact:
            known, span = self.facts.loc[fact], (0, len(text))
            if known["value"] is not None:
                span = (int(known["number_start"] - known["start"]), int(known["number_end"] - known["start"]))
            return [self.to_fact(*span, fact)]
        if text and all(i in self.facts.index or i in self.check_of for i in text.split()):
            return [Link(*i.span(), i[0]) for i in re.finditer(r"\S+", text)]
        sides = {check.left.text, check.right.text} if check else set()
        if check:
            sides |= {f"{check.left.text} {relation} {check.right.text}" for relation in (check.relation, "≤")}
        if text in sides or (waiting and not check and SUM.fullmatch(text)):
            return [self.to_fact(*found) for found in self.in_sum(text, waiting)]
        if numeric or text == word("not_stated"):  # what is left of numbers was computed
            return []
        return self.in_prose(text, set(), which=which)

    def in_sum(self, text, waiting):
        """(start, end, fact) of each figure of a sum that one of the facts states which wait for their turn."""
        found = []
        for match in re.finditer(r"\d[\d,]*(?:\.\d+)?", text):
            if fact := next((f for f in waiting if self.shown(f) == match[0]), None):
                waiting.remove(fact)
                found.append((*match.span(), fact))
        return found
