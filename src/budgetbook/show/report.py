"""The report on a filing: one page of HTML that needs nothing else, with the hanzi that it shows in a font of its own.

Every word that comes from a file is escaped: nothing of it is ever live. The page has no scripts.
"""

from __future__ import annotations

import html
from base64 import b64encode
from collections import Counter, defaultdict
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from budgetbook.numbers import YUAN, amount, convert
from budgetbook.rules import RULES, rows_of
from budgetbook.show.vocabulary import word
from budgetbook.text import marked

FONT = Path(__file__).parent / "fonts" / "BudgetbookSans-Regular.otf"
# The items of the budget on one page, in order.
HEADLINES = (
    *("budget.total_both", "income", "income.general_public", "income.government_fund", "income.state_capital"),
    *("income.fiscal", "expenditure", "expenditure.basic", "expenditure.basic.staff", "expenditure.basic.public_funds"),
    *("expenditure.project", "fiscal.expenditure", "fiscal.general_public", "operating_funds", "three_public"),
    *(
        "three_public.overseas",
        "three_public.vehicles",
        "three_public.reception",
        "meetings",
        "training",
        "procurement",
    ),
)
LIGHT_WEIGHT = 3  # findings up to this weight are folded
STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --faint: #57606a; --ground: #fff; --soft: #f3f6f8; --rule: #c9ced4;
  --link: #0b5c93; --fails: #a3190f }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe3e8; --faint: #a5adb6; --ground: #16191d; --soft: #1f252b;
  --rule: #454c54; --link: #8cc2e8; --fails: #ff9d8f } }
body { font: 17px/1.6 "Budgetbook Sans", sans-serif; color: var(--ink); background: var(--ground); margin: 0 auto;
  max-width: 46rem; padding: 1rem 1.2rem 4rem }
h1 { font-size: 1.7rem; line-height: 1.25 } h2 { font-size: 1.25rem; margin-top: 2.4rem }
h3 { font-size: 1.05rem; margin-bottom: .2rem } a { color: var(--link) }
.place, caption, small { color: var(--faint); font-size: .88rem } .fails { color: var(--fails); font-weight: bold }
blockquote { margin: .4rem 0; padding: .3rem .9rem; border-left: 3px solid var(--link); background: var(--soft);
  overflow-wrap: anywhere }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .92rem }
caption { text-align: left }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--rule); vertical-align: top;
  overflow-wrap: anywhere } thead th { overflow-wrap: normal } .n { text-align: right }
td.n { font-variant-numeric: tabular-nums; white-space: nowrap }
pre { white-space: pre-wrap; background: var(--soft); padding: .8rem; font: inherit }
summary { cursor: pointer } @media print { body { max-width: none; font-size: 10pt } details > * { display: block } }
"""


def report(filing) -> str:
    """The page of a `Filing`, as text."""
    audit = filing.audit()
    name = filing.body or "A body that its files do not name"
    parts = [
        f"<h1>{marked(name)}: what its disclosure says, and what does not agree</h1>",
        _what_it_is(filing),
        _read(filing, audit),
        _budget(filing),
        _findings(audit),
        _checks(audit),
        _letter(filing, audit),
        _unread(filing),
    ]
    body = "\n".join(parts)
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'font-src data:">'
        f"<title>{html.escape(f'{name} {filing.year}')}: report</title>"
    )
    return f"{head}<style>{embedded_font(body)}{STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"


def embedded_font(body: str) -> str:
    """The book's font with the characters of the page alone, as a rule that holds it."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(FONT, recalcTimestamp=False)
    options = subset.Options(flavor="woff", layout_features=["kern", "tnum"], notdef_outline=True)
    cut = subset.Subsetter(options)
    cut.populate(text="".join(sorted(set(html.unescape(body)))))
    cut.subset(font)
    font.flavor = "woff"
    out = BytesIO()
    font.save(out)
    data = b64encode(out.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "Budgetbook Sans"; src: url(data:font/woff;base64,{data}) format("woff") }}\n'


def _table(caption: str, heads: list[str], rows: list[list[str]], numbers: tuple[int, ...] = ()) -> str:
    """A table; the cells are HTML already, the first heads its row."""
    places = ['<th scope="col" class="n">' if k in numbers else '<th scope="col">' for k in range(len(heads))]
    above = "".join(f"{place}{marked(head)}</th>" for place, head in zip(places, heads, strict=True))
    lines = [f"<thead><tr>{above}</tr></thead>"]
    for row in rows:
        cells = [f'<th scope="row">{row[0]}</th>']
        cells += [
            f'<td class="n">{cell}</td>' if k in numbers else f"<td>{cell}</td>" for k, cell in enumerate(row[1:], 1)
        ]
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{html.escape(caption)}"><table>'
        f"<caption>{marked(caption)}</caption>{''.join(lines)}</table></div>"
    )


def _what_it_is(filing) -> str:
    rows = [[marked(f.path.name), marked(f.kind), str(len(f.pages))] for f in filing.files]
    stage = {"预算": "budget", "决算": "final account"}.get(filing.stage, filing.stage)
    year = filing.year or "a year that the files do not say"
    return (
        f"<p>A {marked(stage)} ({marked(filing.stage)}) for {marked(year)}. This page was made by a program from the "
        "files alone. It asks; it does not accuse: what looks wrong here may be right elsewhere.</p>"
        + _table("The files", ["File", "Kind", "Pages or sheets"], rows, (2,))
    )


def _read(filing, audit) -> str:
    rows = [[marked(name[0].upper() + name[1:]), str(count)] for name, count in audit.read.items()]
    return "<h2>How much was read</h2>" + _table("Amounts of money", ["What", "How many"], rows, (1,))


def _budget(filing) -> str:
    known = {row["item"]: row for row in filing.disclosure.rows("taxonomy")}
    rows, levels = [], defaultdict(list)
    for f in filing.fact_list:
        if f.measure == "level" and f.unit in YUAN and f.value is not None and f.period in (filing.year, ""):
            levels[f.item].append(f)
    for item in HEADLINES:
        here = [f for f in levels[item] if f.stage == filing.stage] or levels[item]
        if not here:
            continue
        first, values = here[0], {convert(f.value, f.unit) for f in here}
        shown = amount(Decimal(convert(first.value, first.unit))) + (" *" if len(values) > 1 else "")
        where = f"page {first.page}" + (f", table {first.table}" if first.table is not None else "")
        rows.append([f"{marked(known[item]['en'])} {marked(known[item]['zh'])}", shown, marked(where)])
    if not rows:
        return "<h2>The budget on one page</h2><p>None of the headline items was read.</p>"
    note = (
        "<small>* Other values are stated for it, too; the first is shown.</small>"
        if any(row[1].endswith("*") for row in rows)
        else ""
    )
    return (
        "<h2>The budget on one page</h2>"
        + _table("Headline items, in 万元 (10,000 yuan)", ["Item", "万元", "Where it stands first"], rows, (1,))
        + note
    )


def _findings(audit) -> str:
    rows = audit.finding_list
    if not rows:
        return (
            "<h2>Findings</h2><p>None of the tested sums and rates fails. That does not say that all is right: "
            "what could not be tested is listed below.</p>"
        )

    def told(row) -> str:
        return (
            f"<h3>{marked(row['finding'])}: {marked(row['title'])}</h3>"
            f'<p class="place">{marked(row["places"])} · weight {row["weight"]} of 10</p>'
            f"<blockquote>{marked(row['says'])}</blockquote>"
            f"<p>{marked(row['question'])} <small>{marked(row['innocent'])}</small></p>"
        )

    heavy = "".join(told(row) for row in rows if row["weight"] > LIGHT_WEIGHT)
    light = [row for row in rows if row["weight"] <= LIGHT_WEIGHT]
    folded = (
        f"<details><summary>{len(light)} lighter ones</summary>{''.join(map(told, light))}</details>" if light else ""
    )
    return f"<h2>Findings</h2>{heavy}{folded}"


def _checks(audit) -> str:
    rows = [
        [
            marked(row["check"]),
            marked(row["why"]),
            marked(" ".join(row[part] for part in ("left", "relation", "right", "unit"))),
            f'<span class="{"fails" if row["state"] == "fails" else "state"}">'
            f"{word('state.' + row['state'])}</span>"
            + (f"<br><small>{marked(row['missing'])}</small>" if row["missing"] else ""),
            marked(row["place"]),
        ]
        for row in audit.rows
    ]
    counts = Counter(row["state"] for row in audit.rows)
    states = ", ".join(f"{count} {word(f'state.{state}')}" for state, count in counts.most_common())
    inside = _table("Every check", ["Check", "What should hold", "Figures", "State", "Where"], rows)
    return (
        f"<h2>Every check</h2><p>{len(rows)} checks: {states}.</p>"
        f"<details><summary>Show them</summary>{inside}</details>"
    )


def _letter(filing, audit) -> str:
    wording = {row["kind"]: row for row in rows_of(RULES / "profile" / "claims_on_amounts.csv")}
    asks = [
        f"{k}. {row['places']}：“{row['says']}”。{wording[row['kind']]['question_zh']}"
        for k, row in enumerate(audit.finding_list, 1)
    ]
    if not asks:
        return ""
    lines = [
        f"{filing.body or '【单位名称】'}：",
        f"    我在阅读贵单位公开的{filing.year}年{filing.stage}时，有以下几处没有看懂，请予解释：",
    ]
    lines += ["    " + ask for ask in asks]
    lines += ["    以上问题仅依据公开的文本提出，如系我理解有误，请予指正。谢谢！"]
    return f'<h2>A letter that asks</h2><pre lang="zh-Hans">{html.escape(chr(10).join(lines))}</pre>'


def _unread(filing) -> str:
    rows = [
        [marked(f.fact), marked(" ".join(f.quote.split())), marked(f"{f.file}, page {f.page}")]
        for f in filing.fact_list
        if f.unit in YUAN and not f.item and not f.code and (not f.name or f.table is not None)
    ]
    left = "".join(f"<li>{marked(words)}</li>" for words in filing.left_out)
    return (
        "<h2>What was not read</h2><p>Amounts whose item is not known to the program, and lines that are no part of "
        f"the text. Nothing else was left out.</p><details><summary>{len(rows)} amounts without an item</summary>"
        + _table("Amounts without an item", ["Fact", "Words", "Where"], rows)
        + f"</details><details><summary>{len(filing.left_out)} lines left out</summary><ul>{left}</ul></details>"
    )
