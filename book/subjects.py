"""Which chapter a word of the glossary is the subject of, so that a search for the word leads there first."""

import re

from budgetbook.rules import load


def subjects(chapters, disclosure):
    """Page → the wordings, Chinese and English, of the terms whose figures stand in the section that the page reads.

    A term without figures is the subject of no page. chapters: as build.chapters gives them.
    """
    home = {}  # section → the first chapter that begins with it
    for row in chapters:
        section = re.match(r"[一-鿿](（[一-鿿]）)?(?![一-鿿])", row["section"])
        if section:
            home.setdefault(section[0], row["file"].removesuffix(".ipynb"))
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
