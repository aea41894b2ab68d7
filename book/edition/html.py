"""How the nodes of a page are written: languages, tables, boxes that scroll, folds; and the frame around them."""

import re

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from budgetbook.show.vocabulary import numbered
from budgetbook.text import CHINESE, HANZI, marked
from edition.marks import above, section_of

IN_CHINESE = "language-zh-Hans"  # docutils writes this class as lang="zh-Hans"
# A number and its unit stay on one line, and so does a word of a few hanzi.
UNIT = re.compile(r"(?:(?<=\d)|^) (?=(?:[万亿]?元|万|人|[%‰]|m²|平方米)(?!\w))")
SHORT = 4
AMOUNT = re.compile(r"(?:\d[\d,.]*\s*|^)(?:[万亿]?元|万|人|辆|平方米)|\d[\d,.]*\s*%")
LINE = 40  # characters, in a table
SCROLLS = {"tabindex": "0", "role": "group"}  # wider than a narrow screen: the keyboard reaches it (book.js: if it is)
LABELS = {  # of folds whose words are no part of the text, and are not searched
    "code": '<summary><span class="collapsed">Show code</span><span class="expanded">Hide code</span></summary>\n',
    "values": "<summary>Show the values</summary>\n",
    "cite": "<summary>Cite</summary>\n",
    "drawn": "<summary>Show the table of the picture below</summary>\n",
    "played": "<summary>All settings</summary>\n",
}


def mark_chinese(app, doctree):
    """Give mostly Chinese paragraphs and cells their language, for screen readers and for the styles."""
    for paragraph in doctree.findall(nodes.paragraph):
        letters = [c for c in paragraph.astext() if c.isalpha()]
        if len(re.findall(f"[{HANZI}]", "".join(letters))) > len(letters) / 2:
            (paragraph.parent if isinstance(paragraph.parent, nodes.entry) else paragraph)["classes"].append(IN_CHINESE)


def name_wordy_tables(app, doctree):
    """Give a table of three columns with long cells its class: a phone shows it as a list (book.css)."""
    for table in doctree.findall(nodes.table):
        cells = [entry.astext() for entry in table.findall(nodes.entry)]
        if len(table.next_node(nodes.row)) > 2 and max(len(cell) for cell in cells) > LINE:
            table["classes"].append("wordy")


def set_side_notes(app, doctree):
    """Join each paragraph in small print to the block before it: it is a note on that, and stands beside it where there
    is room (book.css). Raises ValueError for one that has no such block.
    """
    for note in list(doctree.findall(nodes.paragraph)):
        if not (len(note) > 2 and (note[0].astext(), note[-1].astext()) == ("<small>", "</small>")):
            continue
        parent, at = note.parent, note.parent.index(note)
        if not at or isinstance(parent[at - 1], nodes.title):
            raise ValueError(f"small print with no text before it: {note.astext()!r}")
        note.children = note[1:-1]
        note["classes"].append("side")
        note["attributes"] = {"role": "note"}
        subject = parent[at - 1]
        parent[at - 1 : at + 1] = [nodes.container("", subject, note, classes=["beside"])]


def in_chinese(run):
    """A run of Chinese as HTML."""
    held = ' class="held"' if len(run[0]) <= SHORT else ""
    return f'<span lang="zh-Hans"{held}>{run[0]}</span>'


class Translator(HTML5Translator):
    """Sphinx's translator, with what its HTML lacks for every reader."""

    def starttag(self, node, tagname, suffix="\n", empty=False, **attributes):
        """The start of an element, with attributes that nodes have no words for."""
        if isinstance(node, nodes.reference | nodes.paragraph | element):
            attributes |= node.get("attributes", {})
        elif isinstance(node, nodes.container) and "table-wrapper" in node["classes"]:
            attributes |= SCROLLS | {"aria-label": "Table"}
        elif isinstance(node, nodes.image) and tagname == "img" and "size" in node:
            attributes |= dict(zip(("width", "height"), map(str, node["size"]), strict=True))
            attributes |= {"loading": "lazy"} if node.get("later") else {}
        elif attributes.get("ROLE") == "heading":  # above a part of the sidebar
            attributes["aria-level"] = "2"
        return super().starttag(node, tagname, suffix, empty, **attributes)

    def visit_Text(self, node):
        """Say of all Chinese that it is Chinese, for screen readers and for the choice of glyphs."""
        super().visit_Text(node)
        if self.protect_literal_text:
            return
        if any(IN_CHINESE in parent.get("classes", ()) for parent in above(node)):
            self.body[-1] = AMOUNT.sub(r'<span class="held">\g<0></span>', self.body[-1])
        else:
            self.body[-1] = CHINESE.sub(in_chinese, UNIT.sub("\u00a0", numbered(self.body[-1])))

    # ------------------------------------------------------------------------------- sections that fold

    def visit_title(self, node):
        """The heading of a section for the careful opens it."""
        if "careful" in node.parent["classes"]:
            self.body.append("<details>\n<summary>")
        super().visit_title(node)

    def depart_title(self, node):
        super().depart_title(node)
        if "careful" in node.parent["classes"]:
            self.body.append("</summary>\n")

    def depart_section(self, node):
        if "careful" in node["classes"]:
            self.body.append("</details>\n")
        super().depart_section(node)

    # ------------------------------------------------------------------------------------------- code

    def visit_literal_block(self, node):
        """Let the keyboard scroll code. Its HTML is made by Pygments, as one string."""
        try:
            super().visit_literal_block(node)
        finally:
            self.body[-1] = self.body[-1].replace("<pre>", '<pre tabindex="0">', 1)

    # ------------------------------------------------------------------------------------ tables

    def visit_table(self, node):
        """A table of Markdown has no words for its caption: it gets the heading above, unseen."""
        super().visit_table(node)
        if isinstance(node[0], nodes.tgroup):
            self.body.append(f'<caption class="unseen">{marked(section_of(node)[0] or "Table")}</caption>\n')

    def visit_image(self, node):
        """A picture; on a narrow screen the one that is drawn for it, if there is one."""
        if "narrow" not in node:
            super().visit_image(node)
            return
        file, width, height = node["narrow"]
        size = f'width="{width}" height="{height}"'
        self.body.append(f'<picture>\n<source media="(max-width: 40rem)" srcset="{file}" {size}>\n')
        super().visit_image(node)
        self.body.append("</picture>\n")

    def visit_entry(self, node):
        """A cell. A heading says what it heads; a row that has no name has no heading."""
        row = node.parent
        stub = row.parent.parent.stubs[row.column] and node.astext()
        scope = "col" if isinstance(row.parent, nodes.thead) else "row" if stub else None
        heads = row.parent.parent[-2][0] if isinstance(row.parent, nodes.tbody) else None
        head = {"data-head": numbered(heads[row.column].astext())} if isinstance(heads, nodes.row) else {}
        row.column += 1
        tag = "th" if scope else "td"
        self.body.append(self.starttag(node, tag, "", **({"scope": scope} if scope else {}), **head))
        self.context.append(f"</{tag}>\n")

    def visit_paragraph(self, node):
        """A cell needs no paragraph in it."""
        if not isinstance(node.parent, nodes.entry):
            super().visit_paragraph(node)

    def depart_paragraph(self, node):
        if not isinstance(node.parent, nodes.entry):
            super().depart_paragraph(node)


# --------------------------------------------------------------------------------------------- elements


class element(nodes.General, nodes.TextElement):
    """An element of HTML that docutils has no node for: its `tag`, and its `label` if it has one of LABELS."""


def open_element(writer, node):
    """The start of an element."""
    label = LABELS[node["label"]] if "label" in node else ""
    writer.body.append(writer.starttag(node, node["tag"], "") + label)


def close_element(writer, node):
    """The end of an element."""
    writer.body.append(f"</{node['tag']}>\n")


# --------------------------------------------------------------------------------------------- frame


def order_frame(page):
    """The way past the navigation first; the theme's two switches in a landmark; names for its two drawers.

    The theme has no block around these, so a template hands its HTML over. Raises ValueError if it has changed.
    """
    switches = re.findall(r'<input [^>]*class="sidebar-toggle"[^>]*>\n?', page)
    found = re.findall(r'<a class="skip-to-content.*?</a>\n?', page, re.DOTALL)
    aside, overlay = r'<aside class="(sidebar|toc)-drawer', '<label class="overlay sidebar-overlay"'
    if (len(switches), len(found), len(re.findall(aside, page)), page.count(overlay)) != (2, 1, 2, 1):
        raise ValueError("the theme's frame is not as it was: look at order_frame in book/edition/html.py")
    frame = f'{found[0]}<nav class="switches" aria-label="Menus">{"".join(switches)}</nav>\n{overlay}'
    for piece in [found[0], *switches]:
        page = page.replace(piece, "", 1)
    names = {"sidebar": "The book", "toc": "On this page"}
    page = re.sub(aside, lambda drawer: f'<aside aria-label="{names[drawer[1]]}" {drawer[0][7:]}', page)
    return page.replace(overlay, frame, 1)
