"""The wording checks: do the words of a disclosure agree with its figures, with one another and with its own glossary?

What is looked for stands in `rules/wording.csv`, one row a rule. Here are only the few general ways of looking, one
small function each, named in the column `engine`. A finding asks; it never says more than the words that it quotes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache, cached_property
from heapq import heappop, heappush

from budgetbook.audit.coverage import NOT_IN_TEXT
from budgetbook.numbers import YUAN, amount, convert
from budgetbook.reading.items import Items
from budgetbook.reading.sentences import LESS, MORE
from budgetbook.rules import load
from budgetbook.text import LONGEST_CLAUSE, Ranges, fold

STATED = ("level", "count", "none")  # measures that say how much of an item there is, be it in words


@dataclass(frozen=True)
class Finding:
    """One question that the words of a disclosure raise.

    says: (fact id or "", quote, start, end) in the order in which a reader should take them; start and end are
    published positions. gap: what is left open, in `unit`; None when the finding has no size. weight: 1 to 10.
    """

    kind: str
    rule: str
    title: str
    says: tuple[tuple[str, str, int, int], ...]
    expected: str
    source: str
    gap: Decimal | None
    unit: str
    confidence: str  # strong, medium, low
    weight: int
    innocent: str
    question: str
    rests_on: tuple[str, ...]
    matter: str  # unexplained, contradiction, unsaid, drafting
    together: str = ""  # findings of one such key that share a sentence are told as one


def read_rules() -> list[dict[str, str]]:
    """`rules/wording.csv`, one dict a rule, every value a string.

    Raises ValueError naming a rule whose engine does not exist or whose confidence is not strong, medium or low.
    """
    rules = load("wording").to_dict("records")
    for rule in rules:
        if rule["engine"] not in ENGINES or rule["confidence"] not in ("strong", "medium", "low"):
            raise ValueError(f"rules/wording.csv, rule {rule['rule']}: unknown engine or confidence")
    return rules


def wording_findings(disclosure, rules: list[dict[str, str]] | None = None) -> list[Finding]:
    """What the rules (all of `rules/wording.csv` unless given) find, heaviest first, then in the order of the text."""
    text = Text(disclosure)
    found = [text.finding(rule, **hit) for rule in rules or read_rules() for hit in ENGINES[rule["engine"]](text, rule)]
    return sorted(found, key=lambda f: (-f.weight, f.says[0][2], f.rule, f.title))


# ----------------------------------------------------------------------------------------------------
# What the engines look at


class Cell(str):
    """Text in a query, which asks `quote.str.contains(pattern)` as it would ask a column of pandas."""

    __slots__ = ()

    @property
    def str(self) -> Cell:
        return self

    def contains(self, pattern: str) -> bool:
        return re.search(pattern, self) is not None


class Text:
    """A disclosure as the engines see it: its facts with a few columns more, its folded text, its glossary.

    The columns more, all of them strings: `sign` (+, - or 0 of a figure, or of a word for a change; "" without one),
    `size` (the figure without its sign, money in 万元), `parent`, `en` and `zh` (of the item).
    """

    def __init__(self, disclosure) -> None:
        self.disclosure, self.view, self.places = disclosure, disclosure.view, disclosure.places
        self.items, self.taxonomy = Items(disclosure.rows("taxonomy")), disclosure.items
        known = {c: self.taxonomy[c] for c in ("parent", "en", "zh")}
        facts = disclosure.facts
        self.facts = facts.assign(
            sign=[_sign(row) for row in facts.itertuples()],
            size=[_size(row) for row in facts.itertuples()],
            **{column: facts["item"].map(values).fillna("") for column, values in known.items()},
        )
        # Looked up again and again, so kept as long as this text is looked at.
        self.select, self.wordings = cache(self._select), cache(self._wordings)
        self.spoken_of, self.paragraph_has = cache(self._spoken_of), cache(self._paragraph_has)

    def _select(self, query: str) -> list:
        """The facts that a query of a rule (pandas `query` syntax) selects, in reading order; none for no query."""
        if not query:
            return []
        condition = compile(query, query, "eval")
        return [row for row, cells in self._cells if eval(condition, {"__builtins__": {}}, cells)]

    @cached_property
    def _cells(self) -> list[tuple[object, dict[str, object]]]:
        """The facts, each with its cells by column, as a query asks for them."""
        rows = list(self.facts.itertuples())
        texts = [{c: Cell(v) if isinstance(v, str) else v for c, v in row._asdict().items()} for row in rows]
        return list(zip(rows, texts, strict=True))

    def place(self, start: int, end: int) -> tuple[str, str, int, int]:
        """The clause around the folded range, as an entry of `says`, with the fact that it belongs to."""
        first, last = self.view.span(*self.places.clause(start, end))
        return self.fact_at(self.view.positions[start]), self.disclosure.text[first:last], first, last

    @cached_property
    def _holding(self) -> tuple[list[int], list[str]]:
        """Published positions at which another fact becomes the one with the shortest quote around, and these facts."""
        facts = sorted((f.start, f.end, f.Index, f.fact) for f in self.facts.itertuples())
        edges, holding, inside = sorted({edge for f in facts for edge in f[:2]}), [], []
        begun = iter([*facts, (len(self.disclosure.text) + 1,)])
        following = next(begun)
        for edge in edges:
            while following[0] <= edge:
                start, end, index, fact = following
                heappush(inside, (end - start, index, end, fact))
                following = next(begun)
            while inside and inside[0][2] <= edge:
                heappop(inside)
            holding.append(inside[0][3] if inside else "")
        return edges, holding

    def fact_at(self, position: int) -> str:
        """The fact with the shortest quote that holds a published position; "" if none does."""
        edges, holding = self._holding
        before = bisect_right(edges, position) - 1
        return holding[before] if before >= 0 else ""

    def words(self, match: re.Match) -> str:
        """What a match is quoted with: its group `words` or all of it, never a part of a clause that negates."""
        first, last = match.span("words" if "words" in match.re.groupindex else 0)
        first, last = self.view.span(*self.disclosure.places.unbroken(first, last))
        return self.disclosure.text[first:last]

    def find(self, pattern: str, within: str = "", unless: str = "") -> list[re.Match]:
        """Matches in the folded text; within: "body", "glossary" or "" for both; unless: not in such a paragraph."""
        inside = {"": (True, False), "body": (False,), "glossary": (True,)}[within]
        return [
            m
            for m in re.finditer(pattern, self.view.text)
            if m.group()
            and self.in_glossary(self.view.positions[m.start()]) in inside
            and not (unless and self.paragraph_has(unless, *self.places.paragraph(m.start())))
        ]

    def entries(self) -> list:
        """The definitions that the glossary gives."""
        return [f for f in self.select('measure == "definition"') if self.in_glossary(f.start)]

    def in_glossary(self, position: int) -> bool:
        return position in self.disclosure.glossary

    def _paragraph_has(self, pattern: str, first: int, last: int) -> bool:
        return re.search(pattern, self.view.text[first:last]) is not None

    def named(self, item: str) -> str:
        row = self.taxonomy.loc[item]
        return f"{quoted([row['zh']])} ({row['en']})"

    def _wordings(self, within: str = "") -> dict[str, dict[str, re.Match]]:
        """item → wording → its first place in the text."""
        found: dict[str, dict[str, re.Match]] = {}
        for match in self.find(self.items.pattern.pattern, within):
            found.setdefault(self.items.resolve(match.group(), ""), {}).setdefault(match.group(), match)
        return found

    def _spoken_of(self, words: str, context: str) -> dict[str, str]:
        """The items that some words name → the wording."""
        return {self.items.resolve(w, context): w for w in self.items.pattern.findall(fold(words).text)}

    def finding(self, rule: dict[str, str], says: list, gap: Decimal | None = None, **fields) -> Finding:
        """A rule and what it fired on, as a finding. says: facts, or entries as `place` makes them."""
        says = [s if type(s) is tuple else (s.fact, s.quote, s.start, s.end) for s in says]
        says = tuple({(a, b): (f, q, int(a), int(b)) for f, q, a, b in reversed(says)}.values())[::-1]
        fields |= {"body": self.disclosure.about.get("body_en", "the body"), "n": len(says)}
        title, expected, question = (rule[column].format(**fields) for column in ("title", "expected", "question"))
        return Finding(
            rule["kind"],
            rule["rule"],
            title,
            says,
            expected,
            rule["source"],
            gap,
            "" if gap is None else "万元",
            rule["confidence"],
            rule["weight"],
            rule["innocent"],
            question,
            tuple(dict.fromkeys(s[0] for s in says if s[0])),
            rule["matter"],
            rule["together"],
        )


def _sign(fact) -> str:
    if fact.measure == "direction":
        word = fold(fact.printed).text
        return "-" if re.search(LESS, word) else "+" if re.search(MORE, word) else ""
    return "" if fact.value is None else "0" if fact.value == 0 else "-" if fact.value < 0 else "+"


def _size(fact) -> str:
    """The figure without sign and trailing zeros: what is the same amount in another unit gets the same text."""
    if fact.value is None:
        return ""
    size = f"{abs(convert(fact.value, fact.unit)):f}"
    return size.rstrip("0").rstrip(".") if "." in size else size


def quoted(words) -> str:
    """Words in quotation marks, once each and each on one line: “a”, “b” and “c”."""
    words = [re.sub(r"\s+", lambda blanks: "" if "\n" in blanks[0] else blanks[0], w) for w in words]
    return listed(f"‘{w}’" if "“" in w else f"“{w}”" for w in dict.fromkeys(words))


def short(quote: str) -> str:
    """The last clause of a quote, where a change says how much."""
    return re.split("[，：]", quote)[-1]


def listed(words) -> str:
    words = list(dict.fromkeys(words))
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


# ----------------------------------------------------------------------------------------------------
# Engines: each takes the text and a rule, and yields what `Text.finding` needs


def words(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Words that match `pattern`, if the body's name matches `body` and the text states what `facts` selects."""
    claims = text.select(rule["facts"])
    if not re.search(rule["body"], text.disclosure.about.get("body", "")) or (rule["facts"] and not claims):
        return
    claimed = Ranges((c.start, c.end) for c in claims)
    found = text.find(rule["pattern"], rule["within"], rule["unless"])
    matches = [m for m in found if text.view.positions[m.start()] not in claimed]
    if matches:
        places = [text.place(*m.span()) for m in matches]
        yield dict(says=places + claims, words=quoted(map(text.words, matches)))


def stated(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Facts that `facts` selects, all of them in one finding; not those whose paragraph matches `unless`."""
    facts = text.select(rule["facts"])
    if unless := rule["unless"]:
        lines = [text.places.paragraph(text.view.at(f.start)) for f in facts]
        facts = [f for f, line in zip(facts, lines, strict=True) if not text.paragraph_has(unless, *line)]
    if facts:
        yield dict(says=facts, words=quoted(f.printed for f in facts), quotes=quoted(f.quote for f in facts))


def pairs(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """A fact of `facts` and another of `against` that agree in the columns `same`: the nearest before it."""

    def key(fact) -> tuple:
        return tuple(getattr(fact, column) for column in rule["same"].split())

    alike = defaultdict(list)
    for fact in text.select(rule["against"]):
        alike[key(fact)].append(fact)
    for a in text.select(rule["facts"]):
        before, after = _around(alike[key(a)], a)
        if b := before or (after if rule["facts"] != rule["against"] else None):  # of one kind: each pair once
            yield dict(says=[b, a] if before else [a, b], a=a, b=b, **_shown(text, a, b))


def _around(facts: list, fact) -> tuple:
    """The last of some facts, in reading order, before a fact and the first after it; None where there is none."""
    first = bisect_left(facts, fact.Index, key=lambda f: f.Index)
    after = bisect_right(facts, fact.Index, key=lambda f: f.Index)
    return facts[first - 1] if first else None, facts[after] if after < len(facts) else None


def _shown(text: Text, a, b) -> dict[str, str]:
    """What a title can say of two facts: how each is put, its object or figure, the name of its item."""
    pair = {"a": a, "b": b}.items()
    return (
        {f"{k}_says": quoted([short(f.quote)]) for k, f in pair}
        | {f"{k}_words": quoted([f.printed]) for k, f in pair}
        | {f"{k}_name": text.named(f.item) for k, f in pair if f.item}
    )


def last_year(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """A claim (`facts`) that last year had none, where the same section implies that it had: level - change > 0.

    The change (`against`) is the nearest one before the claim, or else after it.
    """
    levels, changes = {}, defaultdict(list)
    for fact in text.facts.itertuples():
        if fact.measure == "level":
            levels.setdefault((fact.item, fact.section, fact.period), fact)
    for change in text.select(rule["against"]):
        changes[change.section].append(change)
    for claim in text.select(rule["facts"]):
        earlier, later = _around(changes[claim.section], claim)
        change = earlier or later
        level = levels.get((change.item, change.section, change.period)) if change else None
        if level:
            before = convert(level.value, level.unit) - convert(change.value, change.unit)
            if before > 0:
                shown = _shown(text, claim, change)
                yield dict(says=[claim, level, change], gap=before, before=amount(before), **shown)


def names(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """One thing under several names.

    With `against`: the different words that match this pattern. Without: the items of the taxonomy, each with its
    wordings in the text, where what `unless` matches makes no difference. With `pattern`: only items whose names
    differ by nothing but what `pattern` matches, a finding each; without it, all others in one finding.
    """
    if rule["against"]:
        found = {m.group(): m for m in reversed(text.find(rule["against"], rule["within"]))}
        used = sorted(found.values(), key=lambda m: m.start())
        if len(used) > 1:
            yield dict(says=[text.place(*m.span()) for m in used], words=quoted(m.group() for m in used))
        return
    several = []
    for wordings in text.wordings(rule["within"]).values():
        forms = {}  # what is left of a name → the first place of a name that comes to this
        for wording, match in wordings.items():
            forms.setdefault(_without(rule["unless"], wording), match)
        if len(forms) > 1:
            apart = rule["pattern"] and len({_without(rule["pattern"], f) for f in forms}) == 1
            several.append((bool(apart), list(forms.values())))
    chosen = [used for apart, used in several if apart == bool(rule["pattern"])]
    groups = [[used] for used in chosen] if rule["pattern"] else [chosen] if chosen else []
    for group in groups:
        shown = "; ".join(quoted(m.group() for m in used) for used in group)
        yield dict(says=[text.place(*m.span()) for used in group for m in used], words=shown)


def _without(pattern: str, words: str) -> str:
    """The words without what the pattern matches, until it matches nothing more."""
    shorter = re.sub(pattern, "", words)
    return words if shorter == words else _without(pattern, shorter)


def definitions(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """What the body says a term means (`facts`) against the entry of the glossary.

    values "parts": the body names parts that the glossary does not, leaving aside those that `unless` matches because
    definitions paraphrase them; "words": it names none, but words it differently.
    """
    entries = {f.item: f for f in text.entries() if f.item}
    for own in text.select(rule["facts"]):
        if text.in_glossary(own.start) or own.item not in entries:
            continue
        entry = entries[own.item]
        there = text.spoken_of(entry.quote, own.item) | {own.item: ""}
        named = {i: w for i, w in text.spoken_of(own.printed, own.item).items() if i not in there}
        extra = [w for w in named.values() if not re.fullmatch(rule["unless"], w)]
        same = _bare(own.printed) in _bare(entry.quote)
        if bool(extra) == (rule["values"] == "parts") and not same:
            yield dict(says=[own, entry], term=text.named(own.item), words=quoted(extra))


def _bare(words: str) -> str:
    return re.sub(r"[，。；、]", "", fold(words).text)


def unused(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Terms of the glossary that stand nowhere else, under none of their wordings."""
    body = "".join(c for c, p in zip(text.view.text, text.view.positions, strict=True) if not text.in_glossary(p))
    named = defaultdict(set)  # item → its wordings
    for wording, items in text.items.by_wording.items():
        for item in items:
            named[item].add(wording)
    entries = []
    for entry in text.entries():
        if term := re.sub(r"（.{0,20}?）|[“”]", "", fold(entry.printed).text):
            entries.append((entry, {term, *(named[entry.item] if entry.item else ())}))
    there = _standing(set().union(*(words for _, words in entries)), body)
    if missing := [entry for entry, words in entries if not words & there]:
        yield dict(says=missing, words=quoted(e.printed for e in missing))


def _standing(words: Iterable[str], text: str) -> set[str]:
    """Those of the words that stand in the text: looked up at each place of the text, not each word in all of it."""
    words = set(words)
    lengths = defaultdict(set)
    for word in words:
        lengths[word[0]].add(len(word))
    return {
        word
        for at, char in enumerate(text)
        for size in lengths.get(char, ())
        if (word := text[at : at + size]) in words
    }


def undefined(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Amounts of money whose item has no entry in the glossary, though there is one; not the items in `unless`.

    A name and a term are the same when they are the same without what `pattern` matches.
    """
    terms = {_without(rule["pattern"], fold(f.printed).text) for f in text.entries()}
    own = set(text.taxonomy.index) - set(load("taxonomy").index)  # what only one body has needs no entry
    defined = {i for w, items in text.items.by_wording.items() if _without(rule["pattern"], w) in terms for i in items}
    known, missing = own | defined, {}
    for fact in text.facts.itertuples():
        money = fact.measure == "level" and fact.unit in YUAN and fact.item and not text.in_glossary(fact.start)
        if money and fact.item not in known and not re.fullmatch(rule["unless"], fact.item):
            missing.setdefault(fact.item, fact)
    if terms and missing:
        yield dict(says=list(missing.values()), words=quoted(text.taxonomy.loc[i, "zh"] for i in missing))


def parts(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """An item of `facts` of which some standard parts (`standard` in the taxonomy) are stated, others not even as zero.

    Silent when the text has numbers that the reader leaves unread, as in tables: the part may stand there.
    """
    if any(n.kind == "unaccounted" for n in text.disclosure.number_list):
        return
    table = text.taxonomy
    standard = table[table["standard"] == "yes"]
    figures = [f for f in text.facts.itertuples() if f.measure in (*STATED, "unclassified")]
    given = {f.item for f in figures if f.item} | {
        item for f in figures if not f.item for item in text.spoken_of(f.quote, "")
    }
    whole = {f.item: f for f in reversed(figures) if f.measure == "level"}
    named, chosen = text.wordings(), {f.item for f in text.select(rule["facts"])}
    for parent, children in standard.groupby("parent", sort=False):
        missing = [c for c in children["item"] if c not in given]
        if parent in chosen and parent in whole and missing and len(missing) < len(children):
            mentions = [next(iter(named[c].values())) for c in missing if c in named]
            says = [whole[parent], *(text.place(*m.span()) for m in mentions)]
            yield dict(says=says, whole=text.named(parent), words=listed(map(text.named, missing)))


def scope(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Items that statements of scope name, of which the text states zero (`values` zero) or nothing (missing)."""
    standard, figures, named = text.taxonomy["standard"], defaultdict(list), defaultdict(list)
    for fact in text.facts.itertuples():
        if fact.measure in STATED:
            figures[fact.item].append(fact)
    for claim in text.select(rule["facts"]):
        for item, wording in text.spoken_of(claim.printed, claim.item).items():
            # What a standard part leaves out is asked by the engine `parts`.
            if rule["values"] == "zero" or (standard[item] != "yes" and item != claim.item):
                named[item].append((claim, wording))
    for item, named_by in named.items():
        own = figures[item]
        zero = own and all(f.sign in ("0", "") for f in own)
        if zero if rule["values"] == "zero" else not own:
            yield dict(says=[*(claim for claim, _ in named_by), *own], words=quoted(wording for _, wording in named_by))


def reference(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Words that point to an attachment (`pattern`), if no line of the text begins one (`against`)."""
    matches = text.find(rule["pattern"])
    if matches and not re.search(rule["against"], text.view.text, re.M):
        yield dict(says=[text.place(*m.span()) for m in matches], words=quoted(m.group() for m in matches))


def printed(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Places that are printed irregularly, of the kinds `pattern`, unless the note on them matches `unless`."""
    rows = [r for r in text.disclosure.irregularities.itertuples() if re.fullmatch(rule["pattern"], r.kind)]
    rows = [r for r in rows if not (rule["unless"] and re.search(rule["unless"], r.note))]
    if rows:
        places = [text.place(text.view.at(r.start), text.view.at(r.end - 1) + 1) for r in rows]
        yield dict(says=places, words=quoted(r.printed for r in rows))


def shared(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """One purpose or reason (`values` or more characters in common) that is given for several items."""
    size = int(rule["values"])
    groups: list[tuple[str, list]] = []  # what the words of some facts have in common, and these facts
    holder: dict[str, int] = {}  # a piece of `size` characters → the group whose common words hold it: at most one
    for fact in [f for f in text.select(rule["facts"]) if f.item]:
        words = fact.printed[:LONGEST_CLAUSE]
        held = [holder[piece] for piece in _pieces(words, size) if piece in holder]
        if not held:
            holder |= dict.fromkeys(_pieces(words, size), len(groups))
            groups.append((words, [fact]))
            continue
        common, together = groups[min(held)]
        run = SequenceMatcher(None, common, words, autojunk=False).find_longest_match()
        left = common[run.a : run.a + run.size]
        for piece in _pieces(common, size) - _pieces(left, size):
            del holder[piece]
        together.append(fact)
        groups[min(held)] = left, together
    for common, together in groups:
        if len({f.item for f in together}) > 1:
            items = listed(text.named(f.item) for f in together)
            yield dict(says=together, words=f"“{common}”", items=items)


def _pieces(words: str, size: int) -> set[str]:
    return {words[at : at + size] for at in range(len(words) - size + 1)}


def undescribed(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Amounts of `facts` whose items no purpose and no definition describes, each item once."""
    described = {f.item for f in text.select('measure in ("purpose", "definition")')}
    amounts = {f.item: f for f in reversed(text.select(rule["facts"])) if f.item not in described}
    for item, fact in amounts.items():
        yield dict(says=[fact], words=quoted([fact.quote]), name=text.named(item))


def absent(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Items (`values`) that are not stated, not even as zero, among the facts `against`, beside a fact of `facts`.

    Silent when the text has numbers that the reader leaves unread, as in tables: they may stand there.
    """
    beside, among = text.select(rule["facts"]), text.select(rule["against"])
    given = {f.item for f in text.facts.itertuples() if f.measure in STATED}
    missing = [item for item in rule["values"].split() if item not in given]
    if beside and among and missing and not any(n.kind == "unaccounted" for n in text.disclosure.number_list):
        a_says = quoted([short(beside[0].quote)])
        yield dict(says=[beside[0], *among], words=listed(map(text.named, missing)), a_says=a_says)


def uncovered(text: Text, rule: dict[str, str]) -> Iterator[dict]:
    """Requirements (`values`) none of which is in the text, with how far it goes or what `facts` selects."""
    covered = text.disclosure.audit.coverage.set_index("requirement")
    rows = [covered.loc[name] for name in rule["values"].split() if name in covered.index]
    says = [("", r["quote"], r["start"], r["end"]) for r in rows if r["quote"]] + text.select(rule["facts"])
    if says and all(r["found"] == NOT_IN_TEXT for r in rows):
        yield dict(says=says, words=quoted(s[1] if type(s) is tuple else s.quote for s in says))


ENGINES = {
    f.__name__: f
    for f in (
        words,
        stated,
        pairs,
        last_year,
        names,
        definitions,
        unused,
        undefined,
        parts,
        scope,
        reference,
        printed,
        shared,
        undescribed,
        absent,
        uncovered,
    )
}
