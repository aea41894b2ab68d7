"""Words of a disclosure in Markdown: as they are, and without any effect."""

from __future__ import annotations

import re

# What could begin something where a line begins: a heading, quotation, list, rule, underline, definition, comment or
# target.
_BEGINS = re.compile(
    r"""^ (?P<before>[ ]{0,3}(?:\d{1,9}(?=[.)](?:\s|$)))?) (?P<mark>
        \#(?=\#{0,5}(?:\s|$)) | > | [-+](?=\s|$) | [-=](?=[-=\ \t]*$) | \+(?=\+\+) | :(?=[:\s]) | %
        | \((?=[^)\n]{0,80}\)=) | (?<=\d)[.)] )""",
    re.X | re.M,
)
_INDENTED = re.compile(r"(?m)^(?: {4}| {0,3}\t)")  # would be code
# What could have an effect anywhere: emphasis, code, a link, an image, a tag, an entity, a cell, mathematics, a role,
# an address (https://, www.example.com, a@b).
_ANYWHERE = re.compile(r"[\\`*\[\]<~|${}@]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|(?<=/)/|(?<=[^\W_])\.(?=[A-Za-zр])")


class Markdown(str):
    """Text that is Markdown already: nothing in it needs to be made inert any more."""

    __slots__ = ()


def inert(words: str) -> Markdown:
    """Words as Markdown that shows just these words: no tag, link, image, table, heading or formula comes of them.

    Only what would have an effect is escaped: other words are returned as they are. They may begin a line, or stand
    in one. What is Markdown already stays as it is.

    >>> inert("机关运行经费5.35万元（见附表）。"), inert("[5](javascript:x)"), inert("1. <b>")
    ('机关运行经费5.35万元（见附表）。', '\\\\[5\\\\](javascript:x)', '1\\\\. \\\\<b>')
    """
    if isinstance(words, Markdown):
        return words
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    # A backslash as an entity: a second one before a bracket would begin mathematics in JupyterLab.
    words = _ANYWHERE.sub(lambda match: "&#92;" if match[0] == "\\" else "\\" + match[0], words)
    words = _BEGINS.sub(lambda match: f"{match['before']}\\{match['mark']}", words)
    return Markdown(_INDENTED.sub(lambda match: "&#32;" * len(match[0].expandtabs(4)), words))
