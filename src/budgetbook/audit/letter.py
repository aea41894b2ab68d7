"""A letter to a department: what its text leaves open, and one polite request for each thing that a rule names.

The questions come first: on checks that fail, on findings that only the department can answer, on figures that a check
would need. The requests follow from `coverage`. The wording stands in `rules/requirements.csv` and, for the questions
and the letter around them, in `rules/letter.csv`, both in Chinese and in English. Nothing here knows a particular
disclosure. The letter asks; what is not in a text may be public elsewhere, and the letter says so.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd

from budgetbook.audit.checks import FAILS, UNTESTED
from budgetbook.audit.coverage import DOES_NOT_APPLY, IN_TEXT, find, ways
from budgetbook.markdown import Markdown, inert
from budgetbook.numbers import amount, numeral
from budgetbook.rules import load

LANGUAGES = ("zh", "en")
GROUPS = ("publication", "budget", "expenses", "performance")  # in the order of the letter
UNKNOWN = {"body": {"zh": "【单位名称】", "en": "[department]"}, "year": {"zh": "【年度】", "en": "[year]"}}
COLUMNS = ["number", "requirement", "group", "document", "article", "what", "state", "found"]
COLUMNS += ["quote", "section", "unasked"]


def read_letter(language: str) -> dict[str, str]:
    """The parts of the letter in one language, from `rules/letter.csv`; ValueError for a language that it has not."""
    if language not in LANGUAGES:
        raise ValueError(f"the letter is written in {' or '.join(LANGUAGES)}, not in {language!r}")
    return load("letter")[language].to_dict()


def asks(audit) -> pd.DataFrame:
    """One row a requirement that is not in the text or cannot be told from it, in the order of the letter.

    number (None where it is not put to the department; `unasked` then says why), requirement, group, document, article,
    what, state, found, quote and section (the words that point to it, or go as far as the text goes), unasked.
    """
    covered = audit.coverage
    rules = load("requirements")[["requirement", "addressee", "group", "moot", "unasked"]]
    rows = covered[covered["found"] != IN_TEXT].merge(rules, on="requirement")
    moot = rows["moot"].map(lambda looks: find(audit.disclosure, looks) is not None).astype(bool)
    asked = (rows["addressee"] == "department") & ~moot
    rows = rows.assign(group=rows["group"].where(asked, ""), unasked=rows["unasked"].mask(asked, ""))
    order = rows["group"].map([*GROUPS, ""].index).sort_values(kind="stable").index
    rows = rows.loc[order].reset_index(drop=True)
    rows["number"] = pd.array([n if group else None for n, group in enumerate(rows["group"], 1)], dtype="Int64")
    return rows[COLUMNS]


def letter(audit, language: str = "zh") -> Markdown:
    """The letter as Markdown, in Chinese (zh) or English (en): the questions, then the requests, in one numbering.

    Blanks are left for the sender's name.
    """
    parts, rules = read_letter(language), load("requirements")
    body, year = _known(audit, "body", language), _known(audit, "year", language)
    rows = audit.asks
    points = [("figures", point) for point in questions(audit, language)]
    points += [
        (row["group"], _point(row | rules.loc[row["requirement"]].to_dict(), parts, language, year))
        for row in rows[rows["group"] != ""].to_dict("records")
    ]
    head = [parts[part].format(body=body, year=year) for part in ("title", "salutation", "opening")]
    lines, last = [f"**{head[0]}**", *head[1:], parts["provisions"]], ""
    for number, (group, point) in enumerate(points, 1):
        lines += [f"**{parts[group]}**"] if group != last else []
        lines += [f"{number}. {point}"]
        last = group
    return Markdown(
        "\n\n".join([*lines, *(parts[part] for part in ("closing", "farewell", "name", "contact", "date"))])
    )


def _known(audit, what: str, language: str) -> str:
    """The body or the year as the description of the text has it, else a blank for the sender to fill."""
    key = {"body": {"zh": "body", "en": "body_en"}[language], "year": "fiscal_year"}[what]
    known = audit.disclosure.about.get(key)
    return inert(str(known)) if known else UNKNOWN[what][language]


def _point(row: dict, parts: dict[str, str], language: str, year: object) -> str:
    """One request: what is asked for, the words of the text, where it may be, and the provision."""
    said = [row[f"ask_{language}"].format(year=year)]
    if row["quote"]:
        said.append(_quote(row["quote"], row["section"], parts))
    if row[f"place_{language}"]:
        said.append(parts["place"].format(place=row[f"place_{language}"]))
    if row["beside"]:
        said.append(
            parts["rule"].format(provision=_provision(load("requirements").loc[row["beside"]], parts, language))
        )
    # Only a rule that has departments publish is a rule for the department; any other is named as one to compare.
    said.append(
        parts["see" if row["state"] == DOES_NOT_APPLY else "rule"].format(provision=_provision(row, parts, language))
    )
    return ("" if language == "zh" else " ").join(said)


def _quote(words: str, section: str, parts: dict[str, str]) -> str:
    section = parts["section"].format(section=inert(section)) if section else ""
    return parts["quote"].format(section=section, words=quoted(words))


def quoted(words: str) -> str:
    """Words in quotation marks; marks within them become single ones, as printing in both languages has it.

    The words do nothing in Markdown but stand there.
    """
    return inert(f"“{''.join(words.splitlines()).translate(str.maketrans('“”', '‘’'))}”")


def _provision(row: dict, parts: dict[str, str], language: str) -> str:
    """`Budget Law 预算法`, `14(2)` as 《预算法》第十四条第二款 or as Budget Law, article 14(2)."""
    english, chinese = row["document"].rsplit(" ", 1)
    article, paragraph = re.findall(r"\d+", row["article"])
    if language == "zh":
        english, article, paragraph = chinese, numeral(int(article)), numeral(int(paragraph))
    part = "article" if row["paragraphs"] == 1 else "provision"
    return parts[part].format(document=english, article=article, paragraph=paragraph)


def questions(audit, language: str = "zh") -> list[Markdown]:
    """What the text leaves open, as questions: checks that fail, findings that the letter has words for (the parts
    `ask-RULE`), reasons without amounts, figures not stated.

    A figure that a request of the letter asks for already is not asked for again, nor is one that then follows.
    """
    parts, checks, names = read_letter(language), audit.checks, audit.items[language]
    year = _known(audit, "year", language)
    rows = audit.asks
    rules = load("requirements").loc[rows["requirement"][rows["group"] != ""], "how"]
    asked = {way["item"] for looks in rules for way in ways(looks)}
    gaps, wanted, points = [], [], []
    for check, sides in zip(checks.to_dict("records"), audit.check_list, strict=True):
        if not check["facts"]:
            continue
        fields = {key: check[key] for key in ("left", "right", "unit")}
        fields["words"] = quoted(check["quotes"].split(" | ")[0])
        if check["state"] == FAILS:
            gaps.append(_gap(check["kind"] == "change", sides, fields, parts))
        elif check["state"] == UNTESTED and check["kind"] == "change":
            points.append(parts["unstated-change"].format(**fields))
        elif check["state"] == UNTESTED and check["relation"] == "=":
            missing = [name for name in check["missing"].split() if name in names.index]
            rest = [name for name in missing if name not in asked]
            # Of an equation whose other figures are known or asked for, the last one follows.
            wanted += rest if len(rest) == len(missing) or len(rest) > 1 else []
    comma = "、" if language == "zh" else "; "
    if left := [names[item] for item in dict.fromkeys(wanted)]:
        points.append(parts["unstated"].format(year=year, names=comma.join(left)))
    return list(map(Markdown, [*gaps, *_findings(audit, parts, "" if language == "zh" else ", "), *points]))


def _gap(of_change: bool, sides, fields: dict, parts: dict[str, str]) -> str:
    """The question on two sides that do not agree, and which is larger; of a change, which way it goes."""
    left, right = (Decimal(side.value.numerator) / side.value.denominator for side in (sides.left, sides.right))
    first, second = (abs(right), abs(left)) if of_change else (left, right)
    if of_change:
        direction = parts["decrease" if left < 0 else "increase"]
        fields = fields | dict(direction=direction, left=amount(abs(left)), total=amount(abs(right)))
    more = parts["more" if first > second else "less"]
    return parts["gap-change" if of_change else "gap"].format(**fields, gap=amount(abs(first - second)), more=more)


def _findings(audit, parts: dict[str, str], glue: str) -> list[str]:
    """The findings that the letter has words for, heaviest first, each with the words of the text that it rests on."""
    points = []
    for finding in audit.findings.sort_values("weight", ascending=False, kind="stable").to_dict("records"):
        part = next((parts[f"ask-{rule}"] for rule in finding["rule"].split() if f"ask-{rule}" in parts), None)
        if part:
            places = sorted(tuple(map(int, place.split("-"))) for place in finding["places"].split()[:3])
            words = (quoted(audit.disclosure.text[start:end].strip("，。；")) for start, end in places)
            points.append(part.format(words=glue.join(dict.fromkeys(words))))
    return points
