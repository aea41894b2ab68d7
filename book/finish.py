"""What the pages still lack for every reader when Sphinx has written them.

Each function takes the HTML of a page and returns it: with its Chinese marked as Chinese, with tables that say what
they are, with boxes that the keyboard can scroll, and with a frame that screen readers can find their way in.
"""

import re

from budgetbook.text import CHINESE

TAG = re.compile(r"""<!--.*?-->|<(/?)([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>""", re.DOTALL)
NEVER_CLOSED = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Where no language is marked: in code, and where no tag may stand.
WITHOUT_LANGUAGE = {"code", "option", "pre", "script", "style", "textarea", "title"}


def mark_chinese(page):
    """Say of all Chinese that it is Chinese, for screen readers and for the choice of glyphs."""
    pieces, at, open_tags = [], 0, [("", False)]  # of each open element: its name, and whether its text is left alone

    def text(end):
        return page[at:end] if open_tags[-1][1] else CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', page[at:end])

    for tag in TAG.finditer(page):
        pieces.append(text(tag.start()))
        closing, name, attributes = tag.groups(default="")
        if name and closing:
            while any(tag == name for tag, _ in open_tags) and open_tags.pop()[0] != name:
                pass  # what is left open ends with the element around it
        elif name and name not in NEVER_CLOSED and not attributes.endswith("/"):
            chinese = re.search(r'\blang="zh', attributes)
            open_tags.append((name, open_tags[-1][1] or name in WITHOUT_LANGUAGE or bool(chinese)))
        pieces.append(tag[0])
        at = tag.end()
    return "".join([*pieces, text(len(page))])


def label_tables(page):
    """Give the tables written in Markdown what that has no words for: scopes, and the heading above as caption.

    And a row that has no name has no heading.
    """
    page = re.sub(r'<th scope="row"([^>]*)></th>', r"<td\1></td>", page)
    page = re.sub(r'<th class="head', '<th scope="col" class="head', page)
    pieces = re.split(r'(<table class="docutils[^>]*>\n(?!<caption))', page)
    for at in range(1, len(pieces), 2):
        above = re.findall(r"<h[1-6][^>]*>(.*?)</h[1-6]>", "".join(pieces[:at]), re.DOTALL)
        said = re.sub(r'<a class="headerlink".*?</a>|<[^>]+>', "", above[-1]) if above else "Table"
        pieces[at] += f'<caption class="unseen">{said}</caption>\n'
    return "".join(pieces)


def reach_boxes(page):
    """Let the keyboard scroll what is wider than a narrow screen: tables, pictures, code (book.js: only if it is)."""
    page = re.sub(r'<div class="table-wrapper[^>]*', r'\g<0> tabindex="0" role="group" aria-label="Table"', page)
    page = re.sub(r"<p>(?=\s*<img )", '<p tabindex="0" role="group" aria-label="Figure">', page)
    return re.sub(r"(<div class=\"highlight\"><pre)>", r'\1 tabindex="0">', page)


def order_frame(page):
    """The way past the navigation first; the theme's two switches in a landmark; levels for the sidebar's headings."""
    page = page.replace('class="caption" role="heading"', 'class="caption" role="heading" aria-level="2"')
    page = page.replace('<aside class="sidebar-drawer', '<aside aria-label="The book" class="sidebar-drawer')
    page = page.replace('<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer')
    skip = re.search(r'<a class="skip-to-content.*?</a>', page, re.DOTALL)
    switches = r"<input [^>]*sidebar-toggle[^>]*>"
    if not skip:
        return page
    inputs = re.findall(switches, page)
    frame = f'{skip[0]}\n<nav class="switches" aria-label="Menus">{"".join(inputs)}</nav>'
    page = re.sub(rf"{switches}\n?", "", page.replace(skip[0], ""))
    return re.sub(r'(?=<label class="overlay sidebar-overlay")', lambda _: f"{frame}\n", page, count=1)


def finish(path):
    """Finish a page in place."""
    page = path.read_text(encoding="utf-8")
    for step in (order_frame, label_tables, reach_boxes, mark_chinese):
        page = step(page)
    path.write_text(page, encoding="utf-8", newline="\n")
