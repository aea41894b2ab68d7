"""The page of the disclosure: the whole text with every figure marked where it stands.

Below each passage stands an entry for each of its facts, with its checks, the questions that it raises, and the
chapters that show it; at the end all checks and all numbers. Other pages lead here by the links of stated.py. The page
is made from the data of the package alone, for any disclosure, and needs no script. It is Markdown with HTML: for marks
that overlap in the text, and for entries that fold, Markdown has no words.
"""

import html
import re
from collections import Counter
from decimal import Decimal
from itertools import pairwise

from budgetbook.audit.checks import FAILS, HOLDS, ROUNDING, UNSTATED, UNTESTED
from budgetbook.show.vocabulary import word
from budgetbook.text import marked

# How the state of a check, or of a figure, is drawn: the shapes of the house style, and one for what only has a limit.
BOUND, NONE = "within a bound", "in no check"
SHAPES = {HOLDS: "●", ROUNDING: "■", FAILS: "◆", BOUND: "△", UNTESTED: "○", NONE: "○"}
KINDS = {HOLDS: "holds", ROUNDING: "rounding", FAILS: "fails", BOUND: "bound", UNTESTED: "none", NONE: "none"}
LEGEND = {
    HOLDS: "holds: at least one sum, count or repetition tests it, and all of them agree",
    ROUNDING: "agrees within rounding: what is left over is no more than rounding can make",
    FAILS: "fails: at least one of its checks does not agree. It need not be this figure that is wrong",
    BOUND: "within a bound: nothing adds up to it, but it stays below a limit, or above one",
    NONE: "not tested: it stands in no check, or only in one that lacks a figure",
}
# Measures of data/README.md in plain words; the others are plain already.
MEASURES = {
    "level": "amount",
    "reason": "reason for a change",
    "threshold": "limit in a definition",
    "none": "said to be none",
    "excluded": "said to be left out",
    "left out": "said to have been left out",
    "new": "said to be new",
    "direction": "word of increase or decrease",
    "scope": "said to be included",
    "composition": "said to be made up of",
    "reference": "reference to another paper",
}


def plural(count, noun):
    """`count` of a thing, in words."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def sign(state):
    """The shape of a state, beside which the same stands in words."""
    return f'<span class="st {KINDS[state]}" aria-hidden="true">{SHAPES[state]}</span>'


class DisclosurePage:
    """The page of one disclosure.

    links: the disclosure as the target of links. uses: fact or number → (chapter, heading, anchor) of each place that
    shows it, in reading order. titles: chapter → its title.
    """

    def __init__(self, links, uses=None, titles=None):
        self.links, self.uses, self.titles = links, uses or {}, titles or {}
        self.disclosure, self.facts, self.checks = links.disclosure, links.facts, links.checks
        self.resting = {fact: [] for fact in self.facts.index}  # fact → the checks that rest on it
        for row in self.checks.itertuples():
            for fact in row.facts.split():
                self.resting[fact].append(row)
        self.states = {fact: self.state(fact) for fact in self.facts.index}

    # ------------------------------------------------------------------------------- states of figures

    def state(self, fact):
        """The state of a fact, from the states of the checks that rest on it; and the same in words."""
        on_it = self.resting[fact]
        tested = [row for row in on_it if row.state != UNTESTED]
        equal = [row for row in tested if row.relation == "="]
        failing = [row for row in tested if row.state == FAILS]
        if failing:
            return FAILS, f"fails in {len(failing)} of {plural(len(tested), 'check')}"
        if equal:
            state = ROUNDING if any(row.state == ROUNDING for row in tested) else HOLDS
            words = "holds in" if state == HOLDS else "agrees within rounding in"
            return state, f"{words} {plural(len(tested), 'check')}"
        if tested:
            return BOUND, f"within {plural(len(tested), 'bound')}"
        if on_it:
            return UNTESTED, f"in {plural(len(on_it), 'check')} that cannot be tested"
        return NONE, "in no check"

    # ------------------------------------------------------------------------------------- the page

    def label(self, fact):
        """What a fact is about, in English and in Chinese (HTML)."""
        item, items = self.facts.loc[fact, "item"], self.disclosure.items
        if item not in items.index:
            return "not classified"
        return f'{html.escape(items.loc[item, "en"])} <span lang="zh-Hans">{items.loc[item, "zh"]}</span>'

    def marks(self, start, end):
        """The text of [start, end) as HTML: quotes and claims as ranges, figures as links, each with its state."""
        spans = []
        for row in self.facts.itertuples():
            if row.value is None:
                spans.append((row.start, row.end, 1, row.fact))
            else:
                spans.append((row.start, row.end, 0, row.fact))
                spans.append((int(row.number_start), int(row.number_end), 2, row.fact))
        spans = [(max(a, start), min(b, end), k, f) for a, b, k, f in spans if a < end and b > start]
        edges = sorted({start, end, *(a for a, *_ in spans), *(b for _, b, *_ in spans)})
        pieces, stack = [], []

        def close(span):
            _, last, kind, fact = span
            state, words = self.states[fact]
            shape = f'<sup class="st {KINDS[state]}"'
            if kind == 2:
                pieces.append(f'{shape} aria-hidden="true">{SHAPES[state]}</sup></a>')
            elif kind == 1 and last == self.facts.loc[fact, "end"]:
                link = f'<a href="#e-{fact}" title="{words}" aria-label="{fact}, {words}">{SHAPES[state]}</a>'
                pieces.append(f"</span>{shape}>{link}</sup>")
            else:
                pieces.append("</span>")

        def open_(span, again=False):
            kind, fact = span[2:]
            first = not again and span[0] == self.first(fact, kind)
            name = f' id="{fact}"' if kind and first else ""
            if kind == 2:
                words = f"{fact}: {self.states[fact][1]}"
                pieces.append(f'<a class="figure"{name} href="#e-{fact}" title="{words}">')
            else:
                pieces.append(f'<span class="{"claim" if kind else "q"}"{name}>')

        for at, following in zip(edges, [*edges[1:], end], strict=True):
            reopened = []
            while any(span[1] == at for span in stack):
                span = stack.pop()
                if span[1] == at:
                    close(span)
                else:  # ranges that overlap: split, so that the tags nest
                    pieces.append("</a>" if span[2] == 2 else "</span>")
                    reopened.append(span)
            for span in reversed(reopened):
                open_(span, again=True)
                stack.append(span)
            for span in sorted((s for s in spans if s[0] == at), key=lambda s: (-s[1], s[2], s[3])):
                open_(span)
                stack.append(span)
            pieces.append(html.escape(self.disclosure.text[at:following], quote=False).replace("\n", "&#10;"))
        return "".join(pieces)

    def first(self, fact, kind):
        return self.facts.loc[fact, "number_start" if kind == 2 else "start"]

    def parts(self):
        """The sections with a heading of their own, as (section or None, start, end): together the whole text."""
        text, sections = self.disclosure.text, self.disclosure.sections
        named = sections[sections["title_en"] != ""]
        if named.empty:
            named = sections[(sections["title"] != "") & (sections["level"] <= 2)]
        starts = [text.rfind("\n", 0, row.start) + 1 for row in named.itertuples()]
        rows = list(named.itertuples())
        if not rows or text[: starts[0]].strip():
            rows, starts = [None, *rows], [0, *starts]
        starts[0] = 0
        return list(zip(rows, starts, [*starts[1:], len(text)], strict=True))

    def pieces(self, start, end, sentences):
        """A part of the text cut into its lines, and these where a sentence begins, unless words of a fact go on."""
        text, cuts = self.disclosure.text, {start, end}
        cuts |= {match.end() for match in re.finditer("\n", text[:end]) if match.end() > start}
        for place in sentences:
            within = start < place < end and text[text.rfind("\n", 0, place) + 1 : place].strip()
            if within and not ((self.facts["start"] < place) & (place < self.facts["end"])).any():
                cuts.add(place)
        return [text[a:b] for a, b in pairwise(sorted(cuts))]

    def passage(self, start, end):
        """A part of the text, verbatim, line by line or, where there is a translation, sentence by sentence with it."""
        lines, at = [], start
        english = {row.start: row.en for row in self.disclosure.translation.itertuples()}
        for piece in self.pieces(start, end, english):
            kind = "" if piece.strip() else ' class="blank"'
            lines.append(f"<p{kind}>{self.marks(at, at + len(piece))}</p>")
            said = [marked(text) for place, text in english.items() if at <= place < at + len(piece)]
            lines += [f'<p class="english" lang="en">{" ".join(said)}</p>'] if said else []
            at += len(piece)
        return '<div class="passage" lang="zh-Hans">\n' + "\n".join(lines) + "\n</div>"

    def entry(self, fact):
        """One fact: number and unit, what it is, its checks, what it makes a reader ask, and where it is shown."""
        row, (state, words) = self.facts.loc[fact], self.states[fact]
        if row["value"] is None:
            shown = row["quote"] if len(row["quote"]) <= 16 else row["quote"][:14].lstrip("，") + " …"
        else:
            shown = " ".join(filter(None, [row["printed"], row["unit"]]))
        notes = [row["qualifier"], MEASURES.get(row["measure"], row["measure"]), row["period"]]
        notes.append(f"against {row['base']}" if row["base"].isdigit() else "")
        places = self.places(fact)
        chapters = len({chapter for chapter, *_ in places})
        summary = words + (f", shown in {plural(chapters, 'chapter')}" if chapters else "")
        inside = [f'<p class="words" lang="zh-Hans">{html.escape(row["quote"])}</p>']
        if on_it := self.resting[fact]:
            inside.append("<ul>" + "".join(f"<li>{self.check(c, fact)}</li>" for c in on_it) + "</ul>")
        for finding in self.disclosure.audit.findings.itertuples():
            if fact in finding.rests_on.split():
                inside.append(f'<p class="asks"><span>{finding.finding}</span> {marked(finding.question)}</p>')
        if places:
            inside.append(f'<p class="shown">Shown in {self.place_list(places)}</p>')
        number = "" if row["value"] is None else f"{abs(row['value']):f}"
        if self.places(f"n-{number}"):
            link = f'<a href="#n-{number}">the number {number}</a>'
            inside.append(f'<p class="shown">Some prose only mentions {link}, which several places state.</p>')
        return (
            f'<li id="e-{fact}"{" class=words" if row["value"] is None else ""}>'
            f"{sign(state)} "
            f'<a class="number" href="#{fact}" title="back to the text" lang="zh-Hans">{html.escape(shown)}</a> '
            f'<span class="what">{self.label(fact)} <small>{", ".join(filter(None, notes))}</small></span> '
            f'<a class="back" href="#{fact}"><span class="unseen">back to the text</span>'
            '<span aria-hidden="true" title="back to the text">↑</span></a>'
            f"<details><summary>{summary}</summary>{''.join(inside)}</details></li>"
        )

    def check(self, row, fact=""):
        """A check in words and as a sum, with its state; its figures lead to their places."""
        check = self.links.check_of[row.check]
        state = BOUND if row.relation == "<=" and row.state == HOLDS else row.state
        waiting = [*check.left.facts, *check.right.facts]

        def linked(side):
            for start, end, name in reversed(self.links.in_sum(side, waiting)):
                link = f'<a href="#{name}"{" class=here" if name == fact else ""}>{side[start:end]}</a>'
                side = side[:start] + link + side[end:]
            return side

        left, right = (linked(side or UNSTATED) for side in (row.left, row.right))
        missing = ", ".join(map(self.missing, row.missing.split()))
        name = f'<a href="#{row.check}">{row.check}</a>' if fact else row.check
        why = row.why[0].upper() + row.why[1:]
        return (
            f'{sign(state)} {name} <b>{word(f"state.{row.state}")}</b>. {marked(why)}. <span class="sum">{left} '
            f"{row.relation.replace('<=', '≤')} {right} {marked(row.unit)}</span>"
            + (f" <small>not stated: {missing}</small>" if missing else "")
        )

    def missing(self, name):
        """What a check lacks, in words."""
        item, _, measure = name.partition("@")
        items = self.disclosure.items
        known = items.loc[item, "en"] if item in items.index else item
        return known + (f" ({MEASURES.get(measure, measure)})" if measure else "")

    def places(self, key):
        """Where the book shows a fact or a number: one place for each heading."""
        found = {}
        for chapter, heading, anchor in self.uses.get(key, ()):
            found.setdefault((chapter, heading), anchor)
        return [(chapter, heading, anchor) for (chapter, heading), anchor in found.items()]

    def place_list(self, places):
        """Places as links, chapter by chapter."""
        chapters = {}
        for chapter, heading, anchor in places:
            link = f'<a href="{chapter}.html{f"#{anchor}" if anchor else ""}">{marked(heading)}</a>'
            chapters.setdefault(chapter, []).append(link)
        names = {chapter: html.escape(self.titles[chapter].partition(":")[0]) for chapter in chapters}
        return "; ".join(f"<i>{names[chapter]}</i>: {', '.join(links)}" for chapter, links in chapters.items())

    def number_row(self, number, facts):
        """A row of the index: a number, and all places that state it."""
        places = [
            f'<li><a href="#{fact}" lang="zh-Hans">{number} {self.facts.loc[fact, "unit"]}</a> '
            f'<span lang="zh-Hans">{self.links.section_name(fact)}</span> {self.label(fact)}</li>'
            for fact in facts
        ]
        used = self.places(f"n-{number}")
        prose = f'<p class="shown">In the prose of {self.place_list(used)}</p>' if used else ""
        return f'<li id="n-{number}"><b>{number}</b><ul>{"".join(places)}</ul>{prose}</li>'

    def text(self):
        """The page, as Markdown with HTML."""
        about, kinds = self.disclosure.about, Counter(number.kind for number in self.disclosure.number_list)
        body = about.get("body_en") or about.get("body", self.disclosure.name)
        claims = len(self.facts) - len(self.links.figures)
        others = ", ".join(
            f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in kinds.items() if kind != "figure"
        )
        states = self.checks["state"].value_counts(sort=False)
        legend = "\n".join(
            f'<li><span class="st {KINDS[state]}">{SHAPES[state]}</span> {words}</li>'
            for state, words in LEGEND.items()
        )
        blocks = [
            "# The disclosure, with every figure traced",
            "*Where in the text does a number of this book stand?*",
            f"This is the whole text that the {body} ({about.get('body', '')}) published for its "
            f"{about.get('fiscal_year', '')} {about.get('stage', '')}, character by character. Each of its "
            f"{plural(len(self.links.figures), 'figure')} is marked where it stands, and so, more lightly, are "
            f"{plural(claims, 'statement')} in words, such as “there is none”.",
            "- In the chapters, numbers that the text states lead to their words here: a thin line shows which, as you "
            "point at a paragraph. The way back is the Back button, or the list of chapters in the number's entry.\n"
            "- A marked figure leads to its entry below the passage: what it is, the checks that test it, the "
            "questions that it raises, and the chapters that show it. From the entry, ↑ leads back to the text.\n"
            "- Behind each figure stands what its checks say:",
            f'<ul class="legend">\n{legend}\n</ul>',
            f"The text holds {plural(kinds.total(), 'number')}. {kinds['figure']} are figures; the others "
            f"state no amount and are not marked: {others}. Of {plural(len(self.checks), 'check')}, "
            + ", ".join(
                f"{count} {'hold' if state == HOLDS and count > 1 else word(f'state.{state}')}"
                for state, count in states.items()
            )
            + ". All of them are [listed below](#all-checks), and so are [all numbers](#all-numbers).",
        ]
        depths = {"": 1}
        for row, start, end in self.parts():
            if row is None:
                blocks.append("## The opening")
            else:
                parent = row.parent
                while parent not in depths:
                    parent = next((s.parent for s in self.disclosure.section_list if s.section == parent), "")
                depths[row.section] = depth = min(depths[parent] + 1, 6)
                title = row.title_en or row.title
                chinese = row.title if row.title and row.title != row.section and row.title_en else ""
                blocks.append(f"{'#' * depth} {row.section} {title} {chinese}".rstrip())
            blocks.append(self.passage(start, end))
            here = [
                row
                for row in self.facts.itertuples()
                if start <= self.first(row.fact, 2 * (row.value is not None)) < end
            ]
            if here:
                blocks.append('<ol class="entries">\n' + "\n".join(self.entry(row.fact) for row in here) + "\n</ol>")
        checks = "\n".join(f'<li id="{row.check}">{self.check(row)}</li>' for row in self.checks.itertuples())
        rows = sorted(self.links.numbers.items(), key=lambda pair: -Decimal(pair[0]))
        numbers = "\n".join(self.number_row(*pair) for pair in rows)
        blocks += ["## All checks", f'<ul class="checks">\n{checks}\n</ul>']
        blocks += ["## All numbers", f'<ul class="numbers">\n{numbers}\n</ul>']
        return "\n\n".join(blocks) + "\n"
