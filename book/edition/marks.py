"""What a chapter's running text leads to: words of the glossary to their entries, numbers to the disclosure's words."""

import re
from collections import Counter
from itertools import pairwise

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from budgetbook.glossary import wordings
from budgetbook.rules import load
from budgetbook.text import HANZI
from edition.contents import read_book

logger = logging.getLogger(__name__)
# What is a link already, or quotes itself: nothing in it is marked.
SETTLED = (nodes.reference, nodes.literal, nodes.image)
# Behind a number.
UNIT = re.compile(r"[ \u00a0]?(?:[万亿]?元|万|人(?![民员])|次|辆|平方米|[%‰]|m²)(?![A-Za-z])")


def above(node):
    """The elements around a node, from the innermost to the page."""
    while node := node.parent:
        yield node


def section_of(node):
    """The heading above a node, and its name; of a page without headings, two empty texts."""
    section = next((parent for parent in above(node) if isinstance(parent, nodes.section)), None)
    return (section[0].astext(), section["ids"][0]) if section else ("", "")


def output_of(node):
    """The output of a code cell in which a node stands, or None."""
    around = [node, *above(node)]
    outputs = (n for n, parent in pairwise(around) if parent.get("nb_element") == "cell_code_output")
    return next(outputs, None)


def cell_of(block):
    """The number, from 0, of the Markdown cell of a block; MyST-NB counts its lines in ten thousands for each cell."""
    return (block.line or 0) // 10_000 - 1


class Running:
    """The text of a block as one string, and the text nodes that it is made of."""

    def __init__(self, block):
        self.text, self.places = "", []
        for node in block.findall(nodes.Text):
            if isinstance(node.parent, nodes.raw):  # a forced end of a line
                self.text += "\n"
                continue
            if not any(isinstance(parent, SETTLED) for parent in above(node)):
                self.places.append((len(self.text), node))
            self.text += node.astext()

    def free(self, start, end):
        """Whether a range of the text may become a link: it stands in one piece, which is none yet."""
        return any(at <= start and end <= at + len(node) for at, node in self.places)

    def put(self, spans):
        """Put elements around ranges of the text, which are free: (start, end, empty element)."""
        for at, node in self.places:
            pieces, done = [], 0
            for start, end, element in sorted(spans, key=lambda span: span[:2]):
                if at <= start and end <= at + len(node):
                    pieces += [nodes.Text(node[done : start - at]), element]
                    element += nodes.Text(node[start - at : end - at])
                    done = end - at
            if pieces:
                node.parent.replace(node, [piece for piece in [*pieces, nodes.Text(node[done:])] if piece.astext()])


# ------------------------------------------------------------------------------------------------ terms

# Words of every day, or of several senses: a definition behind them would be noise, or wrong.
TOO_COMMON = {
    *("yuan", "budget", "budgets", "income", "expenditure", "check", "checks", "fact", "facts", "input", "output"),
    *("item", "department", "departments", "unit", "share", "agency", "duties", "disclosure", "disclosures"),
    *("finding", "findings", "flow", "stock", "glossary", "grid", "grids", "carried over"),
}


def term_pattern(words):
    """A pattern for the wordings of terms, the longest first; English ones as whole words."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    chinese = re.compile(f"[{HANZI}]")
    pieces = [re.escape(word) if chinese.search(word) else rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in ordered]
    return re.compile("|".join(pieces), re.IGNORECASE)


def is_label(node):
    """Whether a text is the label of an item in a list: bold, at its beginning, up to a colon."""
    strong = node.parent
    return (
        isinstance(strong, nodes.strong)
        and strong.astext().endswith(":")
        and isinstance(strong.parent.parent, nodes.list_item)
        and strong.parent.astext().startswith(strong.astext())
    )


def link(glossary, term, word, row):
    """A link to a term's entry, without words yet."""
    names = " · ".join(filter(None, [row["en"], row["zh"], row["pinyin"]]))
    return nodes.reference(
        refuri=f"{glossary}.html#term-{term}",
        internal=True,
        classes=["term", "language-zh-Hans"] if re.search(f"[{HANZI}]", word) else ["term"],
        attributes={"data-names": names, "data-plain": row["plain"]},
    )


def mark_terms(document, glossary):
    """Link the first use of each term in Markdown cells; not in headings, quotations, code and links."""
    terms, seen = load("glossary"), set()
    known = {word: term for word, term in wordings().items() if word not in TOO_COMMON}
    pattern = term_pattern(known)
    for block in list(document.findall(nodes.paragraph)):
        if output_of(block) or any(isinstance(parent, nodes.block_quote) for parent in above(block)):
            continue
        running, spans = Running(block), []
        for at, node in running.places:
            for match in pattern.finditer("" if is_label(node) else node.astext()):
                term = known[match[0].lower()]
                if term not in seen:
                    seen.add(term)
                    element = link(glossary, term, match[0], terms.loc[term])
                    spans.append((at + match.start(), at + match.end(), element))
        running.put(spans)


def name_entries(document):
    """Give the entries, see `outputs.definitions`, the names to which terms lead. Returns what lacks."""
    terms = {row["en"]: term for term, row in load("glossary").iterrows()}
    for entry in document.findall(lambda node: isinstance(node, nodes.Element) and node.get("term") in terms):
        if entry["term"] in terms:  # its first
            entry["ids"].append(f"term-{terms.pop(entry['term'])}")
    return list(terms)


class MarkTerms(SphinxTransform):
    """Marks the terms in the prose of a chapter; in the glossary itself, gives each entry the name they lead to."""

    default_priority = 860

    def apply(self):
        """Mark one page."""
        book = read_book(self.config.edition_root)
        if self.env.docname == book.glossary:
            for name in name_entries(self.document):
                logger.warning("no entry “%s”, to which terms lead", name, location=self.env.docname)
        elif self.env.docname in book.paths and book.glossary:
            mark_terms(self.document, book.glossary)


# ---------------------------------------------------------------------------------------------- numbers


class Trail:
    """Puts the links of numbers into a document, and notes in `uses` what it shows, and where.

    uses: (fact or row of the index of numbers, heading, anchor), in reading order.
    """

    def __init__(self, links, document):
        self.links, self.uses, self.anchors, self.seen = links, {}, Counter(), {}
        for block in list(document.findall(lambda node: isinstance(node, nodes.paragraph | nodes.row))):
            if any("play" in parent.get("classes", ()) for parent in above(block)):
                continue  # what is supposed is not stated, though it may be the same number
            if "cells" in block:
                found = self.links.in_row(block["cells"], block["facts"], block["numeric"])
                for entry, links in zip(block, found, strict=True):
                    self.put(entry, Running(entry), links)
            elif isinstance(block, nodes.paragraph) and not any(
                "cells" in parent or isinstance(parent, nodes.thead) for parent in above(block)
            ):
                self.link_paragraph(block)

    def link_paragraph(self, block):
        output, running, quoted = output_of(block), Running(block), []
        if output is None and cell_of(block) == 0:  # the opening describes the chapter elsewhere, too
            return
        if any(isinstance(parent, nodes.block_quote) for parent in above(block)):
            links, quoted = self.links.in_passage(running.text)
        else:
            seen = self.seen.setdefault(cell_of(block) if output is None else id(output), set())
            links = self.links.in_prose(running.text, seen, running.free)
        for fact in quoted:
            self.uses[fact, *section_of(block)] = None
        self.put(block, running, links)

    def put(self, block, running, links):
        """Put links into a block. One that shows a fact in a table has a name, to which the way back leads."""
        spans = []
        for link in links:
            element = nodes.reference(refuri=f"{self.links.page}.html#{link.name}", internal=True)
            heading, anchor = section_of(block)
            if link.title:
                element.update_all_atts({"classes": ["stated"], "reftitle": link.title})
                if link.anchored:
                    self.anchors[link.name] += 1
                    count = self.anchors[link.name]
                    anchor = f"s-{link.name}" + (f"-{count}" if count > 1 else "")
                    element["ids"].append(anchor)
                self.uses[link.name, heading, anchor] = None
            spans.append((link.start, link.end, element))
        running.put(spans)


def hold_units(document):
    """Put each number that is a link and the unit behind it into one element, which the styles keep on one line."""
    for link in [link for link in document.findall(nodes.reference) if "stated" in link["classes"]]:
        parent, at = link.parent, link.parent.index(link) + 1
        after = parent[at] if at < len(parent) else None
        if isinstance(after, nodes.Text) and (unit := UNIT.match(after)):
            parent[at - 1 : at + 1] = [
                nodes.inline("", "", link, nodes.Text(unit[0]), classes=["held"]),
                nodes.Text(after[unit.end() :]),
            ]


class LinkNumbers(SphinxTransform):
    """Links the numbers of a chapter, and notes in `metadata["stated"]` what it shows, for the disclosure's page."""

    default_priority = 870  # when the terms are marked: they are links by then

    def apply(self):
        """Link one page."""
        if links := read_book(self.config.edition_root).links.get(self.env.docname):
            self.env.metadata[self.env.docname]["stated"] = list(Trail(links, self.document).uses)
            hold_units(self.document)
