"""Is a regular expression linear by construction? Its tree is asked, since what it does with a text is not to be seen.

A search tries a pattern at each place of a text, so it takes time with the square of the length if an attempt can run
through the text and fail, or if the same stretch can be cut in many ways. It cannot where each repeat
- ends at a constant (`BOUND`), the ways to choose among all such being few (`WAYS`); or
- is the last thing, and nothing after it can fail: what it runs through is then matched, and not tried again; or
- runs through characters of which one that must stand before it is none (`元\\d*万`), or that may not stand before it
  (`(?<!\\d)\\d+万`): the stretches of two attempts do not overlap. A pattern that is only matched at one place needs no
  such fence.
Two endless repeats must have a fence between them, and a repeat of alternatives must not give back (`*+`), or its
alternatives must begin differently and be of fixed length.
"""

from re import _constants as sre
from re import _parser

BOUND, WAYS = 400, 10_000
_CATEGORIES = {
    sre.CATEGORY_DIGIT: str.isdecimal,
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
}
_NEGATED = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
}
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


class Faults:
    """Walks the tree of a pattern. Sets of characters are those among all that the pattern names, and some others."""

    def __init__(self, pattern: str, flags: int = 0, anchored: bool = False) -> None:
        self.found: list[str] = []
        self.anchored = anchored
        self.ways = 1
        tree = _parser.parse(pattern, flags & ~sre.SRE_FLAG_UNICODE)
        self.alphabet = frozenset(pattern + "09azAZ_ \n\t-é中\u3400\u3000（【。")
        # Sets of characters of which one must have been passed; the endless repeats since which it was.
        self.passed: list[frozenset] = []
        self.endless: list[tuple[frozenset, int]] = []
        self.barred: frozenset = frozenset()  # what may not stand right before the pattern
        self.walk(list(tree), can_fail=False)
        if self.ways > WAYS:
            self.found.append(f"{self.ways} ways to match")

    def one(self, item) -> frozenset | None:
        """The characters that an item which takes exactly one may take."""
        op, value = item
        if op is sre.LITERAL:
            return frozenset(chr(value))
        if op is sre.NOT_LITERAL:
            return self.alphabet - {chr(value)}
        if op is sre.ANY:
            return self.alphabet
        if op is sre.IN:
            named = [v for v in value if v[0] is not sre.NEGATE]
            taken = frozenset(c for c in self.alphabet if any(self.holds(v, c) for v in named))
            return self.alphabet - taken if len(named) < len(value) else taken
        return None

    @staticmethod
    def holds(item, char: str) -> bool:
        op, value = item
        if op is sre.LITERAL:
            return ord(char) == value
        if op is sre.RANGE:
            return value[0] <= ord(char) <= value[1]
        return not _CATEGORIES[_NEGATED[value]](char) if value in _NEGATED else _CATEGORIES[value](char)

    def parts(self, item) -> list[list]:
        """The sequences of which an item is made."""
        op, value = item
        if op is sre.SUBPATTERN:
            return [list(value[3])]
        if op is sre.ATOMIC_GROUP:
            return [list(value)]
        if op is sre.BRANCH:
            return [list(branch) for branch in value[1]]
        return [list(value[2])] if op in REPEATS else []

    def may_take(self, items: list) -> frozenset:
        """All characters that a sequence may take."""
        return frozenset().union(
            *(self.one(i) or frozenset().union(*map(self.may_take, self.parts(i)), frozenset()) for i in items)
        )

    def fixed(self, items: list) -> bool:
        """Whether a sequence has one length and no choice of how far to go."""
        return all(
            self.one(i) is not None
            or ((i[0] is sre.SUBPATTERN or (i[0] in REPEATS and i[1][0] == i[1][1])) and self.fixed(self.parts(i)[0]))
            for i in items
        )

    def cannot_fail(self, item) -> bool:
        if item[0] in REPEATS:
            return item[1][0] == 0
        return item[0] in (sre.SUBPATTERN, sre.ATOMIC_GROUP) and all(map(self.cannot_fail, self.parts(item)[0]))

    def walk(self, items: list, can_fail: bool) -> None:
        for at, item in enumerate(items):
            then = can_fail or not all(map(self.cannot_fail, items[at + 1 :]))
            op, value = item
            if (taken := self.one(item)) is not None:
                self.passed.append(taken)
            elif op is sre.BRANCH:
                self.branch(self.parts(item), then)
            elif op in (sre.SUBPATTERN, sre.ATOMIC_GROUP):
                self.walk(self.parts(item)[0], then)
            elif op in REPEATS:
                self.repeat(op, *value, then)
            elif op in (sre.ASSERT, sre.ASSERT_NOT):
                direction, inner = value
                single = self.one(list(inner)[0]) if len(inner) == 1 else None
                if direction < 0 and single is not None and not self.passed:
                    if op is sre.ASSERT:
                        self.passed.append(single)
                    else:
                        self.barred |= single
                elif direction > 0:
                    passed, endless = list(self.passed), list(self.endless)
                    self.walk(list(inner), can_fail=True)
                    self.passed, self.endless = passed, endless  # it takes nothing
            elif op is sre.AT and value in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING) and not self.passed:
                self.passed.append(frozenset("\n"))

    def branch(self, branches: list[list], can_fail: bool) -> None:
        passed, endless, ways, ends = list(self.passed), list(self.endless), self.ways, []
        for branch in branches:
            self.passed, self.endless, self.ways = list(passed), list(endless), ways
            self.walk(branch, can_fail)
            ends.append((self.passed[len(passed) :], self.endless[len(endless) :], self.ways))
        # Whichever branch it was, one of these has been passed.
        self.passed = passed + [frozenset().union(*either) for either in zip(*(p for p, _, _ in ends), strict=False)]
        self.endless = endless + [e for _, more, _ in ends for e in more]
        self.ways = max(ways for _, _, ways in ends)

    def repeat(self, op, least: int, most: int, body, can_fail: bool) -> None:
        body, kept = list(body), op is sre.POSSESSIVE_REPEAT
        taken, single = self.may_take(body), len(body) == 1 and self.one(body[0]) is not None
        if most > BOUND:
            fenced = any(taken.isdisjoint(p) for p in self.passed) or bool(taken and taken <= self.barred)
            if can_fail and not fenced and not self.anchored:
                self.found.append("an endless repeat that can fail, without a fence before it")
            for other, since in self.endless:
                if can_fail and not any(other.isdisjoint(p) for p in self.passed[since:]):
                    self.found.append("two endless repeats without a fence between them")
            if not kept:
                self.endless.append((taken, len(self.passed)))
        elif most > least and can_fail and not kept:
            self.ways *= most - least + 1
        if not single:
            ways = self.ways
            passed, endless = list(self.passed), list(self.endless)
            self.walk(body, can_fail=True)
            # It may be left out, and then its endless repeats are, too: only those without a fence in it remain.
            new = self.endless[len(endless) :]
            open_ = [(o, since) for o, since in new if not any(o.isdisjoint(p) for p in self.passed[since:])]
            self.passed, self.endless = passed, endless + [(o, len(passed)) for o, _ in open_]
            if most > BOUND:
                self.ways = ways  # of one round; the next begins where it ended
            if most > 1 and not kept and not self.deterministic(body):
                self.found.append("a repeat of something that can be cut in several ways")
        if least:
            self.passed += [taken] if single else []

    def deterministic(self, body: list) -> bool:
        branches = self.parts(body[0]) if len(body) == 1 and body[0][0] is sre.BRANCH else [body]
        firsts = [self.one(branch[0]) if branch else None for branch in branches]
        apart = all(a is not None for a in firsts) and sum(map(len, firsts)) == len(frozenset().union(*firsts))
        return (apart or len(branches) == 1) and all(
            self.fixed([i for i in branch if i[0] not in (sre.ASSERT, sre.ASSERT_NOT)]) for branch in branches
        )


def faults(pattern: str, flags: int = 0, anchored: bool = False) -> list[str]:
    """Why a pattern may take time with the square of the length of a text; nothing if it cannot."""
    return Faults(pattern, flags, anchored).found
