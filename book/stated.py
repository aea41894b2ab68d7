"""Traceable numbers: links from a number on any page to its words in the disclosure.

They are made in the staged notebooks (see build.py), which stay otherwise as they are. There are three kinds:

* A table cell that says which fact it shows (`data-fact`, see budgetbook.tables) leads to that fact, if the cell's text
  really is the fact's number or words. In a row that names a check, or facts, the figures of its sum lead to the facts
  that it rests on. Ids of facts and checks lead to them.
* A number in a quoted passage leads to the figure at that very place, if the passage stands in the text only once.
* A number in other prose leads to where the text states it, if it is written with the unit in which the text states
  it, or has the text's very decimals and no other unit. The text has to have the number with all its places; zero and
  single-digit counts never count, nor does what follows “=” or “≈”, or “about” where the text is exact. If several
  places state the number, the words around it or the row of its table may tell which; else the link leads to the
  number's row in the index of numbers. The first use in a cell only; never in headings, code, links, labels of folds,
  or the opening of a chapter. Such a link says that the text states this number, and not more.
"""

import html
import re
from functools import cached_property

from docutils.nodes import make_id

from budgetbook.numbers import amount, convert

MONEY = {"万", "万元"}
NUMBER = re.compile(r"(?<![\dA-Za-z_.,$−–-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\dA-Za-z]|[.,]\d)")
OTHER_UNIT = re.compile(
    r"[  ]*(?:%|‰|元|千|亿|倍|百分|per ?cent|percent|points?\b|times\b|yuan\b|m²|years?\b|months?\b)"
)
# What no number in prose is linked in; headings are told apart, because they say where a number stands.
PROTECTED = re.compile(
    r"(?P<heading>^\#{1,6}[ ].*?$) | ```.*?``` | ~~~.*?~~~ | `[^`\n]*` | !?\[[^\]]*\]\([^)]*\) | <summary>.*?</summary>"
    r" | <a\b.*?</a> | <[^>]+> | https?://\S+",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
QUOTATION = re.compile(r"^>[ ]?(.*)$", re.MULTILINE)
LEFT_OUT = r"(^>[ ]?|[ ]?(?:…|\[\.\.\.\]|\[…\])[ ]?)"
CELL = re.compile(r"<(t[dh])([^>]*)>(.*?)</\1>", re.DOTALL)
SUM = re.compile(r"[\d.,()\s]+[+−×÷][\d.,()\s+−×÷]+")
TOKEN = re.compile(r"<[^>]*>|&[#\w]+;|.", re.DOTALL)


def bare(text):
    """The text of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def wrap(markup, start, end, opening):
    """`markup` with a link around the characters [start, end) of its text; tags do not count."""
    tokens, open_tags, partner = TOKEN.findall(markup), [], {}
    for place, token in enumerate(tokens):
        if token.startswith("</"):
            partner[place] = open_tags.pop()
            partner[partner[place]] = place
        elif token.startswith("<") and not token.startswith("<br"):
            open_tags.append(place)
    characters = [place for place, token in enumerate(tokens) if not token.startswith("<")]
    first, last = characters[start], characters[end - 1]
    # An element that only begins or ends within the link stands in it as a whole, so that the tags nest.
    while outside := [partner[p] for p in range(first, last + 1) if not first <= partner.get(p, p) <= last]:
        first, last = min(first, *outside), max(last, *outside)
    return "".join([*tokens[:first], opening, *tokens[first : last + 1], "</a>", *tokens[last + 1 :]])


def plain_heading(line):
    """The text of a heading, without its marks."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", line.lstrip("# ")).strip()


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


def whole_sums(check):
    """How a table writes a check in one cell."""
    return [f"{check.left.text} {relation} {check.right.text}" for relation in (check.relation, "≤")]


class Links:
    """One disclosure, the page that shows it, and who uses which of its facts."""

    def __init__(self, disclosure, page="disclosure", titles=None):
        self.disclosure, self.page, self.titles = disclosure, page, titles or {}
        self.facts = disclosure.facts.set_index("fact", drop=False)
        self.audit = disclosure.audit
        self.checks = self.audit.checks.set_index("check", drop=False)
        self.check_of = dict(zip(self.checks.index, self.audit.check_list, strict=True))
        self.uses = {}  # fact or number → (file, heading, anchor) → None, in order of appearance
        self.figures = self.facts[self.facts["value"].notna()]

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
    def sections(self):
        return set(self.disclosure.sections["section"])

    @cached_property
    def quotes(self):
        """Words of the text → the fact that they carry; None if they stand in several places."""
        found = {}
        for row in self.facts.itertuples():
            known = found.setdefault(row.quote, row)
            if known is not None and known.start != row.start:
                found[row.quote] = None
        return {quote: row.fact for quote, row in found.items() if row is not None}

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
            row = self.facts.loc[fact]
            ours, theirs = squeeze(before)[::-1], squeeze(text[: row["number_start"]][-60:])[::-1]
            words = [*shared(ours, theirs), *shared(squeeze(rest), squeeze(text[row["number_start"] :][:60]))]
            return sum("\u3400" <= c <= "\u9fff" for c in words)

        counts = sorted(((common(fact), fact) for fact in facts), reverse=True)
        return [counts[0][1]] if counts[0][0] >= counts[1][0] + 2 else facts

    def section_name(self, fact):
        return self.facts.loc[fact, "section"] or "the opening"

    # -------------------------------------------------------------------------------------- linking

    def target(self, facts):
        """Where a number leads that these facts state: the one place, or the row of the index of numbers."""
        if len(facts) == 1:
            return facts[0], f"stated in the disclosure, {self.section_name(facts[0])}"
        number = f"{abs(self.facts.loc[facts[0], 'value']):f}"
        return f"n-{number}", f"stated in {len(facts)} places of the disclosure"

    def use(self, key, place):
        self.uses.setdefault(key, {}).setdefault(place)

    def opening(self, fact, place):
        """The start of a link to a fact from a cell of a table; its id is what the way back leads to."""
        count = self.anchors[fact] = self.anchors.get(fact, 0) + 1
        anchor = f"s-{fact}" + (f"-{count}" if count > 1 else "")
        self.use(fact, (*place, anchor))
        title = f"stated in the disclosure, {self.section_name(fact)}"
        return f'<a class="stated" id="{anchor}" href="{self.page}.html#{fact}" title="{title}">'

    def link_passage(self, line, place):
        """A quoted line with its figures linked to where they stand, as far as its pieces stand in one place only."""

        def linked(piece):
            text = self.disclosure.text
            if not piece or text.count(piece) != 1:
                return piece
            at = text.index(piece)
            for fact in self.facts[(self.facts["start"] >= at) & (self.facts["end"] <= at + len(piece))]["fact"]:
                self.use(fact, place)
            inside = self.figures[self.figures["number_start"].between(at, at + len(piece) - 1)]
            for row in reversed(list(inside.itertuples())):
                start, end = row.number_start - at, row.number_end - at
                if end <= len(piece):
                    title = f"this place, {row.section}"
                    link = f'[{piece[start:end]}]({self.page}.html#{row.fact} "{title}")'
                    piece = piece[:start] + link + piece[end:]
            return piece

        pieces = re.split(LEFT_OUT, line)
        return "".join(piece if re.fullmatch(LEFT_OUT, piece) else linked(piece) for piece in pieces)

    def link_prose(self, text, file, heading):
        """Markdown with its stated numbers linked; and the heading under which it ends."""
        seen = set()

        def place():
            return file, heading, make_id(heading)

        def number(match):
            facts = [] if match[0] in seen else self.stated(match)
            if not facts:
                return match[0]
            seen.add(match[0])
            key, title = self.target(facts)
            self.use(key, place())
            return f'[{match[0]}]({self.page}.html#{key} "{title}")'

        pieces, at = [], 0

        def running(piece):
            """Prose without protected parts, quotations apart."""
            end, done = 0, []
            for line in QUOTATION.finditer(piece):
                done += [NUMBER.sub(number, piece[end : line.start()]), self.link_passage(line[0], place())]
                end = line.end()
            return "".join([*done, NUMBER.sub(number, piece[end:])])

        for part in PROTECTED.finditer(text):
            pieces += [running(text[at : part.start()]), part[0]]
            at = part.end()
            if part["heading"]:
                heading = plain_heading(part["heading"])
        return "".join([*pieces, running(text[at:])]), heading

    def link_table(self, text, file, heading):
        """The HTML of tables with their stated figures linked."""

        def row(match):
            texts = [bare(cell[2]) for cell in CELL.findall(match[0])]
            check = next((self.check_of[text] for text in texts if text in self.check_of), None)
            waiting = [*check.left.facts, *check.right.facts] if check else []  # in the order of the sum
            named = {
                *re.findall(r'data-fact="(\w+)"', match[0]),
                *(self.quotes[text] for text in texts if text in self.quotes),
            }
            ids = [i for text in texts if re.fullmatch(r"F\d+( F\d+)*", text) for i in text.split()]
            named |= set(ids)
            waiting = waiting or [i for i in ids if i in self.facts.index]
            homes = {text for text in texts if text in self.sections}

            def which(facts):
                """Of several facts those that the row names, or else those of the section that it names."""
                own = [f for f in facts if f in named] or [f for f in facts if self.facts.loc[f, "section"] in homes]
                return own if len(own) == 1 else facts

            return CELL.sub(lambda c: f"<{c[1]}{c[2]}>{cell(c[2], c[3], check, waiting, which)}</{c[1]}>", match[0])

        def cell(attributes, inner, check, waiting, which):
            text = bare(inner)
            said = re.search(r'data-fact="(\w+)"', attributes)
            fact = said[1] if said and said[1] in self.facts.index else None
            if fact:
                known = self.facts.loc[fact]
                printed = {known["printed"]} | ({amount(known["value"])} if known["value"] is not None else set())
                place = next((m for m in map(alone(text), sorted(printed)) if m), None)
                if place and text != known["quote"]:
                    return wrap(inner, *place.span(), self.opening(fact, (file, heading)))
                if re.search("[\u3400-\u9fff]", text) and text != known["quote"] and text in known["quote"]:
                    return wrap(inner, 0, len(text), self.opening(fact, (file, heading)))
            if fact is None or text != known["quote"]:
                fact = self.quotes.get(text)
            if fact:
                known = self.facts.loc[fact]
                span = (0, len(text))
                if known["value"] is not None:
                    span = (int(known["number_start"] - known["start"]), int(known["number_end"] - known["start"]))
                return wrap(inner, *span, self.opening(fact, (file, heading)))
            if text and all(i in self.facts.index or i in self.check_of for i in text.split()):
                return " ".join(f'<a href="{self.page}.html#{i}">{i}</a>' for i in text.split())
            sums = (check.left.text, check.right.text, *whole_sums(check)) if check else ()
            if text in sums or (waiting and not check and SUM.fullmatch(text)):
                return self.link_sum(inner, waiting, lambda f: self.opening(f, (file, heading)))
            if re.search(r'class="(num|na)"', attributes):
                return inner  # computed
            return self.link_text(inner, (file, heading, make_id(heading)), which)

        return re.sub(r"<tr[ >].*?</tr>", row, text, flags=re.DOTALL)

    def link_sum(self, inner, waiting, opening):
        """A sum with its figures linked to the facts that wait for their turn; what none of them states stays."""
        text, links = bare(inner), []
        for match in re.finditer(r"\d[\d,]*(?:\.\d+)?", text):
            fact = next((f for f in waiting if self.shown(f) == match[0]), None)
            if fact:
                waiting.remove(fact)
                links.append((*match.span(), opening(fact)))
        for start, end, tag in reversed(links):
            inner = wrap(inner, start, end, tag)
        return inner

    def shown(self, fact):
        """A fact as a check's sum shows it."""
        value = self.facts.loc[fact, "value"]
        if value is None:
            return {"none": "0", "new": "1"}.get(self.facts.loc[fact, "measure"], "")
        return amount(abs(convert(value, self.facts.loc[fact, "unit"])))

    def link_text(self, inner, place, which):
        """A cell of words with the first use of each stated number linked, by the rule for prose."""
        text, links, seen = bare(inner), [], set()
        for match in NUMBER.finditer(text):
            facts = which(self.stated(match)) if match[0] not in seen and "<a" not in inner else []
            if facts:
                seen.add(match[0])
                key, title = self.target(facts)
                self.use(key, place)
                links.append((*match.span(), f'<a class="stated" href="{self.page}.html#{key}" title="{title}">'))
        for start, end, tag in reversed(links):
            inner = wrap(inner, start, end, tag)
        return inner

    def link_notebook(self, notebook, file):
        """Link the stated numbers of a staged notebook, in place."""
        self.anchors, heading = {}, self.titles.get(file, "")
        for index, cell in enumerate(notebook.cells):
            if index == 0:  # the opening describes the chapter elsewhere, too
                heading = next((plain_heading(p["heading"]) for p in PROTECTED.finditer(cell.source) if p[1]), heading)
            elif cell.cell_type == "markdown":
                cell.source, heading = self.link_prose(cell.source, file, heading)
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if "text/html" in data:
                    data["text/html"] = self.link_table(data["text/html"], file, heading)
                if "text/markdown" in data:
                    data["text/markdown"], _ = self.link_prose(data["text/markdown"], file, heading)
