"""The browser that the system provides: to look at the finished pages (tests/browser), to time and to print them.

Nothing here installs one. Playwright, which drives it, comes with the environment.
"""

import os
import shutil
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = """Chromium is needed for this, and there is none here.
  On Debian and Ubuntu: apt-get install chromium (as root). Nothing is installed for you.
  If you have one under another name: export BUDGETBOOK_CHROMIUM=/path/to/it"""


def find():
    """Where Chromium is, or None: what BUDGETBOOK_CHROMIUM names, or else the first of its usual names."""
    named = os.environ.get("BUDGETBOOK_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launch():
    """A running Chromium. In it no name resolves: a page that asks for another host gets nothing."""
    from playwright.sync_api import sync_playwright

    options = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # with it, Chromium does not start as root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=options)
        yield browser
        browser.close()


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not write down every request."""

    def log_message(self, *arguments):
        """Nothing."""


class Server(ThreadingHTTPServer):
    """A server to which it is no error that a browser leaves before everything is sent."""

    def handle_error(self, request, client_address):
        """Tell of all other errors."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(folder):
    """The address of a server of a folder, on a free port of this machine."""
    with Server(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":  # is there one? If not, say how to get it
    sys.exit(None if find() else MISSING)
