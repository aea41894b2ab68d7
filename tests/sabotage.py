"""Steps that were once in the way, each put back while its context lasts: the counter of `steps.py` has to see them."""

from unittest.mock import patch

from budgetbook.audit import quantity
from budgetbook.audit.checks import Checks
from budgetbook.document import Document
from budgetbook.text import CLAUSE_END, LONGEST_CLAUSE, Places


def scan_sections():
    def section_at(self, at):
        return next((s.section for s in reversed(self.section_list) if s.start <= at < s.end), "")

    return patch.object(Document, "section_at", section_at)


def scan_clauses():
    def clause(self, start, end):
        ends = [m.end() for m in CLAUSE_END.finditer(self.text, 0, start)]
        return max(ends[-1] if ends else 0, start - LONGEST_CLAUSE), self.clause_end(end)

    return patch.object(Places, "clause", clause)


def copy_what_is_before():
    def closes(self, start, end):
        return self.text[:end].count("）") - self.text[:start].count("（") > 0

    return patch.object(Places, "closes", closes)


def read_the_whole_sentence():
    def sentence_start(self, at):
        return max(start for start in self.sentence_starts if start <= at)

    return patch.object(Places, "sentence_start", sentence_start)


def chain_of_forms():
    return patch.object(quantity, "max", min, create=True)  # the pivot of a row: the first fact in place of the last


def index_for_each_figure():
    half = Checks._half

    def indexed(self, fact, by_digit=False):
        return half(self, self.disclosure.facts.set_index("fact", drop=False).loc[fact, "fact"])

    return patch.object(Checks, "_half", indexed)


# Each with the text in which it is in the way.
SABOTAGED = {
    scan_sections: "sections",
    scan_clauses: "none, and yet a figure",
    copy_what_is_before: "figures in one paragraph",
    read_the_whole_sentence: "figures in one sentence",
    chain_of_forms: "figures of one item",
    index_for_each_figure: "figures of one item",
}
