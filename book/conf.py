"""How Sphinx turns the staged notebooks (see build.py) into the HTML edition; the work is done by `edition`.

Two rules shape this file: the pages make no request to another host, and two builds from one tree are the
same bytes.
"""

import os
import sys
from pathlib import Path

# ruff: noqa: E402
sys.modules.setdefault("rfc3987_syntax", None)  # a second of waiting: see kernels.py
sys.path.insert(0, str(Path(__file__).parent))

import edition.contents

import budgetbook

project = html_title = edition.contents.TITLE
author = ""
# Where the book is published, once it is: then links to it are shown with their pictures by other sites.
html_baseurl = edition.contents.about().get("url", "")
version = release = budgetbook.__version__
language = "en"
extensions = ["myst_nb", "edition"]
templates_path = ["_templates"]
exclude_patterns = ["files"]  # what the notebooks link to; copied as it is by build.py

# The stored outputs are shown; nothing is executed here.
nb_execution_mode = "off"
nb_output_stderr = "error"
nb_render_markdown_format = "gfm"  # computed Markdown may hold tables

# Plain Markdown that reads the same in JupyterLab. No mathematics: MathJax would come from another host.
# The extension rewrites the links between notebooks; build.py checks every one in the finished pages.
myst_enable_extensions = []
myst_all_links_external = True
smartquotes = False

# A light theme without web fonts or icon fonts; its own typeface and colours are set in book.css.
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["book.css", "trace.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("book.js", "play.js", "exercise.js")]
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
