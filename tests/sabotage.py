"""Steps that were once in the way, each put back by its name: the counter of `steps.py` has to see them."""


def scan_sections():
    from budgetbook.document import Document

    Document.section_at = lambda self, at: next(
        (s.section for s in reversed(self.section_list) if s.start <= at < s.end), ""
    )


def scan_clauses():
    from budgetbook.text import CLAUSE_END, LONGEST_CLAUSE, Places

    def clause(self, start, end):
        ends = [m.end() for m in CLAUSE_END.finditer(self.text, 0, start)]
        return max(ends[-1] if ends else 0, start - LONGEST_CLAUSE), self.clause_end(end)

    Places.clause = clause


def copy_what_is_before():
    from budgetbook.text import Places

    Places.closes = lambda self, start, end: self.text[:end].count("）") - self.text[:start].count("（") > 0


def read_the_whole_sentence():
    from budgetbook.text import Places

    Places.sentence_start = lambda self, at: max(start for start in self.sentence_starts if start <= at)


def chain_of_forms():
    from budgetbook.audit import quantity

    quantity.max = min  # the pivot of a row: the first fact in place of the last


def index_for_each_quantity():
    from budgetbook.audit.checks import Checks

    half = Checks._half
    Checks._half = lambda self, fact: half(self, self.disclosure.facts.set_index("fact", drop=False).loc[fact, "fact"])
