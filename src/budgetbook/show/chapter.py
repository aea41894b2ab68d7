"""A chapter: the words of one notebook, in one language, and what its cells show with them.

The words stand in a file beside the notebook, `words/NN-slug.LANGUAGE.yml`, so that the cells hold the thought and
another language is another file. Sections of the file: `text` (labels and pieces), `say` (sentences), `tables`
(captions), `pictures` (title, subtitle, source, finding). Every entry is a template with named fields, see
`vocabulary.fill`. The section `exercises` is read by `budgetbook.exercises`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cached_property
from math import prod
from pathlib import Path

import pandas as pd
import yaml
from IPython.display import display

from budgetbook.disclosure import Disclosure
from budgetbook.markdown import Markdown, inert
from budgetbook.show.pictures import Picture, narrowest, show
from budgetbook.show.tables import say, table
from budgetbook.show.vocabulary import fill, numbered, speaking, word

SECTIONS = ("text", "say", "tables", "pictures", "exercises")


class Chapter:
    """The words of a notebook. name: its file's name without ending; folder: where the words are, from the notebook."""

    def __init__(self, name: str, language: str = "en", folder: str | Path = "words") -> None:
        self.name, self.language = name, language
        self.path = Path(folder) / f"{name}.{language}.yml"

    @cached_property
    def words(self) -> dict[str, dict]:
        """The file, by section. Raises ValueError naming a section that does not belong there."""
        found = yaml.safe_load(self.path.read_text(encoding="utf-8")) or {}
        if stray := sorted(set(found) - set(SECTIONS)):
            raise ValueError(f"{self.path}: no such section: {', '.join(stray)}; there are {', '.join(SECTIONS)}")
        return {section: found.get(section) or {} for section in SECTIONS}

    def _entry(self, section: str, key: str | int):
        if key not in self.words[section]:
            raise KeyError(
                f"{self.path}: no {key!r} in {section}; there are {', '.join(map(str, self.words[section]))}"
            )
        return self.words[section][key]

    def _fill(self, section: str, key: str | int, template: str, fields: dict, words: Callable = str) -> str:
        try:
            return fill(template, words, **fields)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise type(error)(f"{self.path}, {section}, {key}: {error.args[0] if error.args else error}") from error

    def _markdown(self, section: str, key: str | int, fields: dict) -> str:
        """An entry as Markdown; in the summary of a fold, which is HTML, words are made inert as HTML."""
        parts = re.split(r"(<summary>.*?</summary>)", self._entry(section, key))
        ways = (html.escape if part.startswith("<summary>") else inert for part in parts)
        return "".join(
            self._fill(section, key, part, fields, way) for part, way in zip(parts, ways, strict=True)
        ).rstrip()

    def text(self, key: str, **fields: object) -> str:
        """A label or a piece of text."""
        with speaking(self.language):
            return self._fill("text", key, self._entry("text", key), fields).rstrip("\n")

    def lines(self, key: str, rows: list[dict]) -> Markdown:
        """A sentence for each row of fields, one below the other, as Markdown for a field of `say`."""
        with speaking(self.language):
            return Markdown("\n".join(self._markdown("say", key, row) for row in rows))

    def say(self, key: str, to_copy: bool = False, **fields: object) -> None:
        """Show a sentence, or several, as Markdown; what the fields say is shown as it is. See `tables.say`."""
        with speaking(self.language):
            say(self._markdown("say", key, fields), to_copy)

    def passage(self, disclosure: Disclosure, *sections: str, lead: bool = False) -> None:
        """Show sections of a disclosure sentence by sentence, in Chinese and, in an English chapter, in English below.

        lead: only what a section says before its first subsection. The metadata of the output tell which sentences of
        `disclosure.translation` it shows, as `passage`. Raises KeyError for a section that is not there, ValueError
        for one that is not translated.
        """
        rows = pd.concat([disclosure.translated(section, lead) for section in sections])
        if rows.empty:
            raise ValueError(f"{disclosure.name}: notes/translation.csv has no sentence of {', '.join(sections)}")
        spoken = ["zh", "en"] if self.language == "en" else ["zh"]
        said = [inert(text) for sentence in rows[spoken].itertuples(index=False) for text in sentence]
        shown = {"text/markdown": "\n>\n".join(f"> {text}" for text in said), "text/plain": "\n".join(said)}
        display(shown, raw=True, metadata={"passage": rows["sentence"].tolist()})

    def table(self, key: str, frame: pd.DataFrame, columns: str, total=(), **fields: object) -> None:
        """Show columns of a frame as a table, see `tables.table`; the fields are those of its caption."""
        with speaking(self.language):
            table(frame, self._fill("tables", key, self._entry("tables", key), fields), columns, total)

    def play(
        self, key: str, frame: pd.DataFrame, columns: str, settings: int, start: int = 0, **fields: object
    ) -> None:
        """Show as a table what follows from each way to set something; a page of the edition lets the reader set it.

        The first columns, `settings` of them, say what is set, and the frame has a row for each combination of their
        values. start: the position of the row with which the page begins. The fields are those of the caption.

        Raises ValueError if a combination is missing or stands twice.
        """
        names = [column.partition(":")[0] for column in columns.split()[:settings]]
        combinations = prod(frame[name].nunique() for name in names)
        if not combinations == len(frame) == len(frame.drop_duplicates(names)):
            raise ValueError(f"{key}: {len(frame)} rows; each of {combinations} combinations of {names} has one")
        with speaking(self.language):
            caption = self._fill("tables", key, self._entry("tables", key), fields)
            table(frame, caption, columns, play={"settings": settings, "start": start})

    def picture(self, key: str, picture: Picture, pdf: bool = False, **fields: object) -> None:
        """Show a picture under its title, and below it, folded, the picture in words.

        The entry may have `title`, `subtitle`, `source` and `finding` (a sentence; else the title is the finding).
        The picture is saved as `figures/NN-key.svg` and `.png`.
        """
        with speaking(self.language):
            entry = self._entry("pictures", key)
            said = {part: self._fill("pictures", f"{key}.{part}", text, fields) for part, text in entry.items()}
            finding = " ".join(said.pop("finding", "").split())
            said = {"title": picture.title} | said
            said |= {part: numbered(said[part]) for part in ("subtitle", "source") if part in said}
            alt = " ".join(f"{picture.alt} {finding or said['title']}".split())
            alt = alt if alt.endswith((".", "。")) else f"{alt}."
            caption = {"title": said["title"], "subtitle": said.get("subtitle", ""), "finding": finding}
            name = f"{self.name[:2]}-{key}"
            narrow = narrowest(lambda width: picture.figure(**said, width=width))
            show(picture.figure(**said), name, alt, picture.values, pdf=pdf, narrow=narrow, caption=caption)
            words = f"<details><summary>{word('picture.words')}</summary>\n\n{inert(alt)}\n\n</details>"
            data = {"text/markdown": words, "text/plain": alt}
            display(data, raw=True, metadata={"words_of": name})
