"""The HTML edition as a Sphinx extension: what the pages offer beyond the notebooks, made from the nodes of documents.

Outputs become tables, pictures and folds (outputs); terms lead to the glossary and numbers to the words of the
disclosure (marks, stated), which stands on a page of its own (disclosure); pages list what there is (contents); the
writer says what is Chinese and lets the keyboard reach everything (html); the search finds Chinese (search); pictures
have a head of text and a dark form (pictures).
"""

from pathlib import Path

from docutils import nodes
from sphinx.addnodes import index

from edition import contents, html, preview
from edition.marks import LinkNumbers, MarkTerms
from edition.outputs import ShowOutputs
from edition.search import SearchEnglishAndChinese


def name_subjects(app, doctree):
    """Tell the search which words a chapter is about: there a search for them leads first."""
    words = contents.read_book(app.config.edition_root).subjects.get(app.env.docname, [])
    doctree.append(index(entries=[("single", word, "", "main", None) for word in words]))


def describe(app, pagename, templatename, context, doctree):
    """Tell the templates what a page is, the first words that describe it, and what the preview shows."""
    book = contents.read_book(app.config.edition_root)
    first = next(iter(doctree.findall(nodes.paragraph)), None) if doctree else None
    context["description"] = " ".join(first.astext().split()) if first else ""
    context |= {"is_chapter": pagename in book.paths, "glossary": book.glossary, "order_frame": html.order_frame}
    own = book.first_picture(pagename)
    context["preview"] = own.alt if own else preview.words(book.main)
    context["preview_file"] = f"_static/previews/{pagename if context['is_chapter'] else 'book'}.png"
    context["address"] = app.config.html_baseurl


def draw_previews(app, error):
    """Draw the pictures by which a link to the book, or to a chapter, is shown elsewhere."""
    if error:
        return
    book, previews = contents.read_book(app.config.edition_root), Path(app.outdir) / "_static" / "previews"
    preview.draw(app.config.project, book.main, previews / "book.png")
    for row in book.chapters:
        name = row["file"].removesuffix(".ipynb")
        own = book.first_picture(name)
        picture = book.pictures / f"{own.name}.png" if own and "png" in book.kinds(own.name) else None
        preview.draw_chapter(app.config.project, row["title"], row["question"], picture, previews / f"{name}.png")


def setup(app):
    """Register all of it with Sphinx."""
    app.add_config_value("edition_root", "", "env")
    app.add_search_language(SearchEnglishAndChinese)
    app.set_translator("html", html.Translator)
    app.add_node(html.element, html=(html.open_element, html.close_element))
    for transform in (ShowOutputs, MarkTerms, LinkNumbers):
        app.add_transform(transform)
    app.connect("env-before-read-docs", contents.chapters_first)
    app.connect("source-read", contents.fill_page)
    app.connect("doctree-read", html.mark_chinese)
    app.connect("doctree-read", html.set_side_notes)
    app.connect("doctree-read", html.name_wordy_tables)
    app.connect("doctree-read", name_subjects)
    app.connect("html-page-context", describe)
    app.connect("build-finished", draw_previews)
    return {"parallel_read_safe": False}  # the page of the disclosure is read when the chapters are
