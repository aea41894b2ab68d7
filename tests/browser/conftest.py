"""The finished pages in a real browser: Chromium, driven by Playwright. `make test-browser` runs this folder.

It is no part of `make test`, which needs no browser. What is tested is the edition in build/html, or in the folder that
BUDGETBOOK_HTML names. Every page under test is watched: an error in its console, a script that fails, or a request to
any other host makes the test red, whatever it was about. A failed test leaves its screenshot in build/browser/.
"""

import os
import re

import chromium
import pytest
from checkout import ROOT
from tested import HTML, chapters, pages

SHOTS = ROOT / "build" / "browser"
SCREENS = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 360, "height": 640}}
RESULT = pytest.StashKey[pytest.TestReport]()


def missing():
    """What has to be there before any test can run, as a message; None if all of it is."""
    if not chromium.find():
        return chromium.MISSING
    index = HTML / "index.html"
    if not index.is_file():
        return f"There are no pages in {HTML}: run make book first."
    if "BUDGETBOOK_HTML" not in os.environ:
        sources = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "book").rglob("*.*")]
        for path in sources:
            if "__pycache__" not in path.parts and path.stat().st_mtime > index.stat().st_mtime:
                return f"The pages are older than {path.relative_to(ROOT)}: run make book first."
    return None


def pytest_configure(config):
    if message := missing():
        raise pytest.UsageError(message)


def pytest_generate_tests(metafunc):
    """A test that takes `name` runs on every page; one that takes `chapter`, on every notebook's page."""
    for argument, names in {"name": pages, "chapter": chapters}.items():
        if argument in metafunc.fixturenames:
            metafunc.parametrize(argument, names(), ids=lambda page: page.removesuffix(".html"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.stash[RESULT] = report
    return report


@pytest.fixture(scope="session")
def html():
    """The folder of the edition."""
    return HTML


@pytest.fixture(scope="session")
def server():
    """The address of a server of the edition."""
    with chromium.serve(HTML) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    with chromium.launch() as browser:
        yield browser


class Watch:
    """What pages do that none of them should do."""

    def __init__(self, server):
        self.own, self.seen = (server, HTML.as_uri(), "data:", "about:", "blob:"), []

    def follow(self, page):
        page.on("console", lambda said: said.type in {"error", "warning"} and self.seen.append(said.text))
        page.on("pageerror", lambda error: self.seen.append(f"a script fails: {error}"))
        page.on("websocket", lambda socket: self.seen.append(f"asks another host: {socket.url}"))
        page.on("request", self.request)

    def request(self, request):
        if not request.url.startswith(self.own):
            self.seen.append(f"asks another host: {request.url}")


@pytest.fixture(scope="session")
def contexts(browser):
    """One browser context for each set of options, kept with a window: to make them is what takes longest."""
    made = {}

    def context(**options):
        key = repr(sorted(options.items()))
        if key not in made:
            made[key] = browser.new_context(**options)
            made[key].new_page()
        return made[key]

    return context


@pytest.fixture
def open_page(request, contexts, server):
    """Opens a page of the edition, from the server or from disk, with options of Browser.new_context: screen="phone",
    color_scheme="dark", java_script_enabled=False ..."""
    opened_pages, watch = [], Watch(server)

    def opened(address="index.html", *, disk=False, screen="wide", **options):
        page = contexts(viewport=SCREENS[screen], **{"reduced_motion": "reduce"} | options).new_page()
        opened_pages.append(page)
        watch.follow(page)
        page.goto(f"{HTML.as_uri()}/{address}" if disk else server + address)
        return page

    opened.watch = watch
    yield opened
    result = request.node.stash.get(RESULT, None)
    if watch.seen or (result and result.failed):
        SHOTS.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
        for number, page in enumerate(opened_pages):
            page.screenshot(path=SHOTS / f"{name}{f'-{number}' if number else ''}.png")
    for page in opened_pages:  # the next test finds a browser that remembers nothing
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.context.clear_cookies()
        page.close()
    assert watch.seen == []
