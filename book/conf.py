"""How Sphinx turns the staged notebooks (see build.py) into the HTML edition.

Two rules shape this file: the pages make no request to another host, and two builds from one tree are the
same bytes.
"""

import json
import os
import re
import sys
from pathlib import Path

# ruff: noqa: E402
sys.modules.setdefault("rfc3987_syntax", None)  # a second of waiting: see kernels.py

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.addnodes import index
from sphinx.search.en import SearchEnglish

import budgetbook

project = html_title = "Reading a Department Budget"
author = ""
version = release = budgetbook.__version__
language = "en"
extensions = ["myst_nb"]
templates_path = ["_templates"]
exclude_patterns = ["files"]  # what the notebooks link to; copied as it is by build.py

# The stored outputs are shown; nothing is executed here.
nb_execution_mode = "off"
nb_output_stderr = "error"
nb_render_markdown_format = "gfm"  # computed Markdown may hold tables

# Plain Markdown that reads the same in JupyterLab. No mathematics: MathJax would come from another host.
# build.py rewrites the links between notebooks (in outputs, too) and checks every one in the finished pages.
myst_enable_extensions = []
myst_all_links_external = True
smartquotes = False

# A light theme without web fonts or icon fonts; its own typeface and colours are set in book.css.
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["book.css", "trace.css"]
html_js_files = [("book.js", {"defer": "defer"})]
html_copy_source = False  # build.py puts the notebooks as committed beside the pages
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_use_index = False
html_domain_indices = False
html_search_language = "en-zh"
html_context = {"built": os.environ.get("BUDGETBOOK_BUILT", "of an unknown date")}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}

# Both sides of the search, the index (Python) and the query (JavaScript), cut text with this one pattern into
# decimal numbers, runs of Chinese, and words of Latin letters including the accents of pinyin.
HAN = r"\u3400-\u9fff\uf900-\ufaff"
TOKEN = rf"\d+(?:[.,]\d+)+|[{HAN}]+|[0-9A-Za-z\u00c0-\u024f_]+"


class SearchEnglishAndChinese(SearchEnglish):
    """English search that also finds Chinese.

    Chinese is written without spaces, and a dictionary would have to be shipped to the browser. So the index
    holds every run of one, two and three characters; a longer query asks for all of its runs of three.
    """

    lang = "en-zh"
    js_splitter_code = f"""
function splitQuery(query) {{
  return (query.match(/{TOKEN}/gu) || []).flatMap((token) =>
    /[{HAN}]/u.test(token) && token.length > 3
      ? Array.from({{length: token.length - 2}}, (_, i) => token.slice(i, i + 3))
      : [token]);
}}
"""

    def split(self, text: str) -> list[str]:
        """The terms under which a text is found."""
        terms = []
        for token in re.findall(TOKEN, text):
            if re.match(f"[{HAN}]", token):
                terms += [token[i : i + n] for n in (1, 2, 3) for i in range(len(token) - n + 1)]
            else:
                terms.append(token)
        return terms


def mark_chinese(app, doctree):
    """Give mostly Chinese paragraphs their language, for screen readers and for the styles."""
    for paragraph in doctree.findall(nodes.paragraph):
        letters = [c for c in paragraph.astext() if c.isalpha()]
        if letters and len(re.findall(f"[{HAN}]", "".join(letters))) > len(letters) / 2:
            paragraph["classes"].append("language-zh-Hans")  # docutils writes this class as lang="zh-Hans"


def name_subjects(app, doctree):
    """Tell the search which words a page is about (subjects.py): there a search for them leads first."""
    told = json.loads((Path(app.srcdir) / "subjects.json").read_text(encoding="utf-8"))
    words = told.get(app.env.docname, [])
    doctree.append(index(entries=[("single", word, "", "main", None) for word in words]))


def open_fold(writer, node):
    """Fold code under a label that screen readers read as it is printed (MyST-NB gives them another)."""
    labels = '<span class="collapsed">Show code</span><span class="expanded">Hide code</span>'
    writer.body.append(f'<details class="hide above-input"><summary>{labels}</summary>\n')


def close_fold(writer, node):
    """End of the folded code."""
    writer.body.append("</details>\n")


def describe(app, pagename, templatename, context, doctree):
    """Tell the templates whether a page is a chapter, and the first words that describe it."""
    context["is_chapter"] = bool(re.match(r"\d\d-", pagename))
    first = next(iter(doctree.findall(nodes.paragraph)), None) if doctree else None
    context["description"] = " ".join(first.astext().split()) if first else ""


def setup(app):
    """Register the search, the language marks and the folds with Sphinx."""
    app.add_search_language(SearchEnglishAndChinese)
    app.connect("doctree-read", mark_chinese)
    app.connect("doctree-read", name_subjects)
    app.connect("html-page-context", describe)
    app.add_node(HideCodeCellNode, override=True, html=(open_fold, close_fold))
