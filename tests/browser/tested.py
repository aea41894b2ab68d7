"""The edition under test: build/html, or the folder that BUDGETBOOK_HTML names."""

import os
import re
from pathlib import Path

from checkout import ROOT

from build import page_files

HTML = Path(os.environ.get("BUDGETBOOK_HTML") or ROOT / "build" / "html").resolve()


def pages():
    """The pages of the edition, as addresses relative to it."""
    return [path.relative_to(HTML).as_posix() for path in page_files(HTML)]


def chapters():
    """The pages that are notebooks, in reading order."""
    return [page for page in pages() if re.match(r"\d\d-", page)]


def unfold(page):
    """Open what is folded for the careful, show what waits for a guess, and load the pictures that are far down."""
    page.evaluate("document.querySelectorAll('section.careful > details').forEach((fold) => (fold.open = true))")
    page.evaluate("document.querySelectorAll('button.skip').forEach((button) => button.click())")
    page.evaluate("for (const image of document.images) image.loading = 'eager'")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
