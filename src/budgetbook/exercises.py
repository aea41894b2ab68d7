"""Exercises that answer back: what a reader's answer is taken to mean, and the reply that fits it.

The questions stand with the words of a chapter (`words/NN-slug.LANGUAGE.yml`, `exercises`), the replies beside them in
`NN-slug.sealed.json`, each sealed under the answer that it replies to: who gives that answer can read it, nobody else
does by looking. The notebooks of `solutions/` compute the answers and what each usual mistake gives; `Answers` seals
them. The pages read answers by the same rules (`book/_static/exercise.js`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import yaml
from IPython.display import display

from budgetbook.markdown import inert
from budgetbook.show.vocabulary import fill

DEPTHS = {
    "guess": "Guess first.",
    "read": "Read it off.",
    "compute": "Compute it.",
    "choose": "Which holds?",
    "argue": "Argue it.",
}
MONEY = {"元": 0, "千元": 3, "万元": 4, "万": 4, "亿元": 8, "亿": 8}  # powers of ten
UNITS = [*sorted(MONEY, key=len, reverse=True), "个百分点", "百分点", "percentage points", "points", "per cent"]
UNITS += ["percent", "%", "人", "个", "天", "days", "day", "people", "平方米", "m2", "yuan", "times", "倍"]
SAME = {"个百分点": "points", "百分点": "points", "percentage points": "points", "per cent": "%", "percent": "%"}
SAME |= {"yuan": "元", "万": "万元", "亿": "亿元", "days": "天", "day": "天", "people": "人", "个": "", "m2": "平方米"}
SAME |= {"times": "", "倍": ""}
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
PLACES = {"十": 10, "百": 100, "千": 1000}
SOFT = re.compile(r"^(?:about|approximately|roughly|约|大约|=|≈)")
LONGEST = 200  # characters of an answer that are read
MAGIC = "seal"
# Replies to answers that are right but for one thing.
BUT_FOR = {
    "unit": "The digits are right, the unit is not: the question asks for {unit}. 1 万元 = 10,000 元.",
    "percent": "The ratio is right; the question asks for per cent, a hundred times as much.",
    "points": "The number is right; mind the word: a difference of two percentages is counted in percentage points.",
    "sign": "The size is right, the direction is not.",
    "coarser": "Right so far. Give it to {places} decimal places.",
}


@dataclass(frozen=True)
class Reply:
    """What is said to an answer; right is None where nothing can be said of it."""

    right: bool | None
    text: str

    def _repr_markdown_(self) -> str:
        head = {True: "**Right.** ", False: "**Not yet.** ", None: ""}[self.right]
        return head + self.text

    def __str__(self) -> str:
        return {True: "Right. ", False: "Not yet. ", None: ""}[self.right] + self.text

    __repr__ = __str__


# ---------------------------------------------------------------------------------- what an answer means


def chinese_number(text: str) -> Decimal | None:
    """The number that Chinese numerals write: 一千九百五十一点九一; None if they write none."""
    whole, dot, fraction = text.partition("点")
    if not whole or (dot and not fraction) or not set(fraction) <= set(DIGITS):
        return None
    total = section = digit = Decimal(0)
    for character in whole:
        if character in DIGITS:
            digit = Decimal(DIGITS[character])
        elif character in PLACES:
            section += (digit or 1) * PLACES[character]
            digit = Decimal(0)
        elif character in "万亿":
            total = (total + section + digit) * (10**4 if character == "万" else 10**8)
            section = digit = Decimal(0)
        else:
            return None
    return total + section + digit + Decimal("0." + "".join(str(DIGITS[c]) for c in fraction) if dot else 0)


def number(raw: object) -> tuple[Decimal, str, int] | None:
    """(value, unit, decimals typed) of an answer, whatever its digits, commas and blanks; None if it is no number."""
    text = unicodedata.normalize("NFKC", str(raw))[:LONGEST].lower().replace("−", "-").replace("负", "-")
    text = SOFT.sub("", text.strip())
    unit = next((u for u in UNITS if re.sub(r"[\s.]+$", "", text).endswith(u)), "")
    body = re.sub(r"[\s.]+$", "", text).removesuffix(unit)
    if body.startswith("百分之"):
        body, unit = body.removeprefix("百分之"), "%"
    body = re.sub(r"[\s,'’_]", "", body)
    if re.fullmatch(r"[-+]?(?:[0-9]{1,15}(?:\.[0-9]{1,40})?|\.[0-9]{1,40})", body):
        return Decimal(body), SAME.get(unit, unit), len(body.partition(".")[2])
    negative = body.startswith("-")
    value = chinese_number(body.removeprefix("-"))
    if value is None:
        return None
    return -value if negative else value, SAME.get(unit, unit), len(body.partition("点")[2])


def plain(value: Decimal, places: int) -> str:
    """A number as it is sealed: rounded half up to `places`, without a sign on zero."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return format(rounded if rounded else abs(rounded), "f")


def readings(raw: object, kind: str, unit: str = "", places: int = 0) -> Iterator[tuple[str, str]]:
    """(what is sealed, but for what) of an answer, the most literal reading first. Nothing for one not understood."""
    if kind == "choice":
        letters = re.findall(r"[a-z]", unicodedata.normalize("NFKC", str(raw))[:LONGEST].lower())
        if len(letters) == 1:
            yield letters[0], ""
        return
    if kind == "words":
        said = unicodedata.normalize("NFKC", str(raw))[:LONGEST].lower()
        if said := "".join(c for c in said if c.isalnum()):
            yield said, ""
        return
    found = number(raw)
    if found is None:
        return
    value, typed, decimals = found
    if typed in MONEY and unit in MONEY:
        yield plain(value.scaleb(MONEY[typed] - MONEY[unit]), places), ""
    else:
        ways = {"%", "points"}
        yield plain(value, places), "points" if {typed, unit} == ways else ""
    if decimals < places:
        yield f"{decimals}:{plain(value, decimals)}", "coarser"
    if unit in MONEY:
        for power in (0, 4, -4):
            yield plain(value.scaleb(power), places), "unit"
    if unit == "%":
        yield plain(value * 100, places), "percent"
    yield plain(-value, places), "sign"


# --------------------------------------------------------------------------------------------- sealing


def _stream(key: str, length: int) -> bytes:
    blocks = (hashlib.sha256(f"{key}|{n}".encode()).digest() for n in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def seal(salt: str, answer: str, right: bool, text: str, length: int = 0) -> str:
    """A reply that only the answer opens, filled up with blanks to `length` bytes."""
    words = f"{MAGIC}{int(right)}{text}".encode()
    words += b" " * (length - len(words))
    key = _stream(f"{salt}|{answer}", len(words))
    return base64.b64encode(bytes(a ^ b for a, b in zip(words, key, strict=True))).decode()


def unseal(salt: str, answer: str, sealed: str) -> Reply | None:
    """The reply, if this is the answer that it replies to."""
    data = base64.b64decode(sealed)
    words = bytes(a ^ b for a, b in zip(data, _stream(f"{salt}|{answer}", len(data)), strict=True))
    if not words.startswith(MAGIC.encode()):
        return None
    text = words.decode("utf-8").rstrip()
    return Reply(text[len(MAGIC)] == "1", text[len(MAGIC) + 1 :])


def seal_all(name: str, replies: Mapping[str, tuple[bool, str]]) -> dict:
    """What is kept of the replies to each answer: a salt, and the replies sealed, of one length, in no order."""
    salt = hashlib.sha256(f"budgetbook {name}".encode()).hexdigest()[:16]
    longest = max(len(f"{MAGIC}0{text}".encode()) for _, text in replies.values())
    return {"salt": salt, "replies": sorted(seal(salt, a, *reply, longest) for a, reply in replies.items())}


# ------------------------------------------------------------------------------------------- exercises


@dataclass(frozen=True)
class Exercise:
    """A question of a chapter. `check` an answer; show it by leaving the answer out, as `...`."""

    name: str  # 07-2
    depth: str
    kind: str
    ask: str
    objective: str = ""  # a row of the learning map
    unit: str = ""
    places: int = 0
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    rubric: tuple[str, ...] = ()
    between: tuple[int, int] = (0, 100)  # of a guess
    salt: str = ""
    replies: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """As it is shown: 7.2; of practice 2 alone, since it stands by itself."""
        chapter, _, n = self.name.partition("-")
        if not chapter.isdecimal():
            return n
        return f"{chapter.lstrip('0') or '0'}.{n}"

    @property
    def form(self) -> str:
        """In which form the answer is asked for."""
        if self.kind == "guess":
            low, high = self.between
            return f"between {low} and {high}{' ' * (self.unit != '%')}{self.unit}".replace("%", " %").rstrip()
        if self.kind == "number":
            unit = (
                f"in {self.unit}"
                if self.unit in MONEY
                else {"%": "in per cent", "points": "in points"}.get(self.unit, self.unit)
            )
            rounding = (
                f"to {self.places} decimal place{'s' * (self.places > 1)}" if self.places else "as a whole number"
            )
            return ", ".join(filter(None, (unit, rounding)))
        return {"choice": "choose one", "words": "in a word or two", "open": "in your own words"}[self.kind]

    def markdown(self) -> str:
        """The question as Markdown."""
        named = DEPTHS[self.depth] if self.kind == "guess" else f"{self.number} {DEPTHS[self.depth]}"
        lines = [f"**{named}** {inert(self.ask)} *({self.form})*"]
        lines += [f"- **{letter}** {inert(text)}" for letter, text in self.options]
        return f"{lines[0]}\n\n" + "\n".join(lines[1:]) if self.options else lines[0]

    def record(self) -> dict:
        """What a page has to know of it: nothing that an answer is not needed for."""
        whole = asdict(self) | {"number": self.number, "form": self.form}
        return {key: value for key, value in whole.items() if value or key == "places"}

    def check(self, answer: object = ...) -> None:
        """Show the question, and the reply to an answer: right, or what seems to have gone wrong. `...`: no answer yet.

        The answer may be a number or text, as it is typed: 425.43, "425.43 万元", "四百二十五点四三". Nothing raises.
        """
        shown = self.markdown()
        if answer is not ...:
            shown += f"\n\n{self.reply(answer)._repr_markdown_()}"
        data = {"text/markdown": shown, "text/plain": re.sub(r"[*\\]", "", shown)}
        display(data, raw=True, metadata={"exercise": self.name})

    def reply(self, answer: object) -> Reply:
        """The reply to an answer."""
        if self.kind == "open":
            return self._compare(str(answer))
        if self.kind == "guess":
            return Reply(None, f"Your guess is {inert(str(answer)[:20])}. Now look at the picture.")
        understood = False
        for reading, but_for in readings(answer, self.kind, self.unit, self.places):
            understood = True
            for sealed in self.replies:
                found = unseal(self.salt, reading, sealed)
                if found is None:
                    continue
                if not but_for or but_for == "coarser":
                    return found
                if found.right:
                    return Reply(but_for == "points", BUT_FOR[but_for].format(unit=self.unit))
        if understood:
            return Reply(False, self.hint or "Look at the passage once more.")
        asked = {"number": "a number, such as 12.5", "choice": "one letter", "words": "a word or two"}[self.kind]
        return Reply(None, f"This exercise takes {asked}.")

    def _compare(self, answer: str) -> Reply:
        if len("".join(answer.split())) < 20:
            return Reply(None, "Write two or three sentences first; then compare them with two other answers.")
        models = [unseal(self.salt, key, sealed) for key in ("strong", "weak") for sealed in self.replies]
        strong, weak = (reply.text for reply in models if reply)
        points = "\n".join(f"- {inert(point)}" for point in self.rubric)
        said = f"Hold your answer against these points:\n\n{points}\n\n*A strong answer:* {inert(strong)}\n\n"
        return Reply(None, f"{said}*A weak one:* {inert(weak)}")


@cache
def _chapter(folder: Path, chapter: str, language: str) -> dict[int, dict]:
    """Number → question and sealed replies of a chapter's exercises."""
    found = sorted(folder.glob(f"{chapter}-*.{language}.yml"))
    if not found:
        raise KeyError(f"{folder.resolve()}: no chapter {chapter!r}: exercises are named as in 07-2")
    questions = yaml.safe_load(found[0].read_text(encoding="utf-8")).get("exercises") or {}
    sealed = found[0].with_name(found[0].name.replace(f".{language}.yml", ".sealed.json"))
    replies = json.loads(sealed.read_text(encoding="utf-8")) if sealed.is_file() else {}
    return {n: row | replies.get(str(n), {}) for n, row in questions.items()}


def exercise(name: str, folder: str | Path = "words", language: str = "en") -> Exercise:
    """The exercise of that name: "07-2" is the second of chapter 07. folder: where the words of the notebooks are.

    Raises KeyError, saying which there are, for one that is not there.
    """
    chapter, _, n = name.partition("-")
    rows = _chapter(Path(folder), chapter, language)
    if not n.isdecimal() or int(n) not in rows:
        raise KeyError(f"no exercise {name!r}: chapter {chapter} has {', '.join(f'{chapter}-{k}' for k in rows)}")
    row = dict(rows[int(n)])
    row["options"] = tuple(row.get("options", {}).items())
    row["between"] = tuple(row.get("between", (0, 100)))
    row["rubric"], row["replies"] = tuple(row.get("rubric", ())), tuple(row.get("replies", ()))
    return Exercise(name=name, **{key: " ".join(v.split()) if isinstance(v, str) else v for key, v in row.items()})


def exercises(folder: str | Path = "words", language: str = "en") -> list[Exercise]:
    """All exercises of a folder of words, in order."""
    chapters = sorted(path.name.partition("-")[0] for path in Path(folder).glob(f"*-*.{language}.yml"))
    return [exercise(f"{c}-{n}", folder, language) for c in chapters for n in _chapter(Path(folder), c, language)]


def practice_lines(name: str, folder: str | Path = ".") -> list[tuple[str, str]]:
    """The lines of an invented disclosure of `practice/`, each in Chinese and in English."""
    texts = (Path(folder, f"{name}.{ending}").read_text(encoding="utf-8") for ending in ("txt", "en.txt"))
    return list(zip(*(text.splitlines() for text in texts), strict=True))


def practice_text(name: str, folder: str | Path = ".") -> None:
    """Show an invented disclosure line by line, numbered, the English below the Chinese."""
    lines = practice_lines(name, folder)
    shown = "\n>\n".join(f"> **{n}** {inert(zh)}\n>\n> {inert(en)}" for n, (zh, en) in enumerate(lines, 1))
    plain_text = "\n".join(f"{n} {zh}\n  {en}" for n, (zh, en) in enumerate(lines, 1))
    display({"text/markdown": shown, "text/plain": plain_text}, raw=True)


class Answers:
    """The answers to a chapter's exercises, as its solutions give them: shown, collected, and sealed.

    chapter: the name of its notebook; questions, words: the folders of the questions and of the replies' words.
    """

    def __init__(self, chapter: str, questions: str | Path = "../notebooks/words", words: str | Path = "words") -> None:
        self.chapter, self.questions = chapter, Path(questions)
        self.words = yaml.safe_load((Path(words) / f"{chapter}.en.yml").read_text(encoding="utf-8"))
        self.sealed: dict[str, dict] = {}
        self.given: dict[str, object] = {}
        self.mistakes: dict[str, dict[str, object]] = {}

    def give(self, n: int, answer: object = None, mistakes: Mapping[str, object] | None = None, **fields) -> None:
        """Show an exercise with its answer, and with what is said to each mistake.

        answer: a number, a letter, or words (several that say the same as a list); mistakes: name → what it gives,
        whose reply is the entry of that name. Replies are templates filled from `fields`, `answer` among them. Of an
        open question the words have `strong` and `weak`.

        Raises ValueError where a mistake gives the right answer, or two give the same, or words and mistakes do not
        name the same ones.
        """
        task, words = exercise(f"{self.code}-{n}", self.questions), dict(self.words[n])
        fields |= {"answer": answer}
        said = {key: " ".join(fill(text, **fields).split()) for key, text in words.items()}
        if task.kind == "open":
            replies = {key: (key == "strong", said[key]) for key in ("strong", "weak")}
            self._keep(task, replies, said, {})
            return
        answers = answer if isinstance(answer, list) else [answer]
        mistakes = dict(mistakes or {})
        if task.kind == "choice":
            mistakes = {letter: letter for letter, _ in task.options if letter != answer}
        if set(said) != {"right", *mistakes}:
            raise ValueError(f"{task.name}: the words reply to {sorted(said)}, the mistakes are {sorted(mistakes)}")
        replies = {}
        for value in answers:
            replies[self._reading(task, value)] = True, said["right"]
        for key, value in mistakes.items():
            reading = self._reading(task, value)
            if reading in replies:
                raise ValueError(f"{task.name}: {key} gives {value}, and so does the answer or another mistake")
            replies[reading] = False, said[key]
        if task.kind == "number":
            for less in range(task.places):
                coarse = BUT_FOR["coarser"].format(places=task.places)
                replies.setdefault(f"{less}:{plain(Decimal(str(answers[0])), less)}", (False, coarse))
            last = Decimal(1).scaleb(-task.places)
            for near in (Decimal(str(answers[0])) + last, Decimal(str(answers[0])) - last) if task.places else ():
                said_near = "Only the last digit differs. Round once, at the very end, and half up."
                replies.setdefault(plain(near, task.places), (False, said_near))
        self._keep(task, replies, said, mistakes)
        self.given[task.name] = answers[0]

    @staticmethod
    def _reading(task: Exercise, value: object) -> str:
        if isinstance(value, float):
            raise TypeError(f"{task.name}: {value} is a binary float: compute with Decimal")
        if task.kind == "number":
            return plain(Decimal(str(value)), task.places)
        return next(readings(value, task.kind))[0]

    def _keep(self, task: Exercise, replies: dict, said: dict, mistakes: Mapping[str, object]) -> None:
        self.sealed[task.name.partition("-")[2]] = seal_all(task.name, replies)
        self.mistakes[task.name] = dict(mistakes)
        lines = [task.markdown(), ""]
        if task.kind == "open":
            lines += [f"- {inert(point)}" for point in task.rubric]
            lines += ["", f"*A strong answer:* {inert(said['strong'])}", "", f"*A weak one:* {inert(said['weak'])}"]
        else:
            shown = next(key for key, (right, _) in replies.items() if right)
            lines += [f"**{shown}** {inert(task.unit)}: {inert(said['right'])}".replace(" :", ":"), ""]
            for key, value in mistakes.items():
                seen = plain(Decimal(str(value)), task.places) if task.kind == "number" else value
                lines += [f"- *{inert(str(seen))}*: {inert(said[key])}"]
        data = {"text/markdown": "\n".join(lines), "text/plain": re.sub(r"[*\\]", "", "\n".join(lines))}
        display(data, raw=True)

    @property
    def code(self) -> str:
        """The part of the name by which its exercises are called."""
        return self.chapter.partition("-")[0]

    @property
    def path(self) -> Path:
        """The file of the sealed replies."""
        return self.questions / f"{self.chapter}.sealed.json"

    def text(self) -> str:
        """The content of that file."""
        return json.dumps(self.sealed, indent=1, sort_keys=True) + "\n"

    def compare(self) -> str:
        """Say that all exercises are answered and sealed as the learners have them. Raises AssertionError otherwise."""
        asked = [str(n) for n, row in _chapter(self.questions, self.code, "en").items() if row["kind"] != "guess"]
        assert sorted(asked) == sorted(self.sealed), f"{self.chapter}: asked {asked}, answered {sorted(self.sealed)}"
        kept = self.path.read_text(encoding="utf-8") if self.path.is_file() else ""
        assert kept == self.text(), f"{self.path} is not what these answers give: run python tools/seal.py"
        return f"{len(asked)} exercises, sealed"
