"""The search: how text is cut into terms, and which chapter a word is the subject of."""

import re
import unicodedata

from sphinx.search.en import SearchEnglish

from budgetbook.rules import load
from budgetbook.text import HANZI

# Both sides of the search, the index (Python) and the query (JavaScript), cut text with this one pattern into
# decimal numbers, runs of Chinese, and words of Latin letters including the accents of pinyin.
TOKEN = rf"\d+(?:[.,]\d+)+|[{HANZI}]+|[0-9A-Za-z\u00c0-\u024f_]+"


class SearchEnglishAndChinese(SearchEnglish):
    """English search that also finds Chinese.

    Chinese is written without spaces, and a dictionary would have to be shipped to the browser. So the index
    holds every run of one, two and three characters; a longer query asks for all of its runs of three. Whole numbers
    go with a letter before them, for the theme's script drops what is digits alone, and 1,951.91 is 1951.91. Pinyin is
    found with its marks and without them.
    """

    lang = "en-zh"
    js_splitter_code = f"""
function splitQuery(query) {{
  return (query.replace(/(\\d),(?=\\d{{3}}(?!\\d))/g, "$1").match(/{TOKEN}/gu) || []).flatMap((token) =>
    /[{HANZI}]/u.test(token) && token.length > 3
      ? Array.from({{length: token.length - 2}}, (_, i) => token.slice(i, i + 3))
      : [/^\\d+$/.test(token) ? "n" + token : token]);
}}
"""

    def split(self, text: str) -> list[str]:
        """The terms under which a text is found."""
        terms = []
        for token in re.findall(TOKEN, re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)):
            if re.match(f"[{HANZI}]", token):
                terms += [token[i : i + n] for n in (1, 2, 3) for i in range(len(token) - n + 1)]
            else:
                plain = "".join(c for c in unicodedata.normalize("NFD", token) if not unicodedata.combining(c))
                terms += dict.fromkeys(f"n{word}" if word.isdecimal() else word for word in (token, plain))
        return terms


def subjects(chapters, disclosure):
    """Page → the wordings, Chinese and English, of the terms whose figures stand in the section that the page reads.

    A term without figures is the subject of no page. chapters: as build.chapters gives them.
    """
    home = {}  # section → the first chapter that begins with it
    for row in chapters:
        section = re.match(rf"(?:\d \()?([{HANZI}](（[{HANZI}]）)?)(?![{HANZI}])", row["section"])
        if section:
            home.setdefault(section[1], row["file"].removesuffix(".ipynb"))
    facts, items, found = disclosure.facts, disclosure.items, {}
    for term in load("glossary").itertuples():
        sections = [section.rstrip("0123456789 ") for section in facts[facts["item"] == term.item]["section"]]
        page = next((home[section] for section in sections if section in home), None)
        said = [term.zh, term.en, *term.aliases.split(" | ")]
        if term.item in items.index:
            said += [items.loc[term.item, "zh"], items.loc[term.item, "en"]]
        said += [re.sub(r"[“”]", "", word) for word in said]
        if page:
            found.setdefault(page, []).extend(dict.fromkeys(word.lower() for word in said if word))
    return found
