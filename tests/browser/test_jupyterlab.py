"""A notebook in a real JupyterLab, opened as it comes with a checkout: not trusted, not executed."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest
from checkout import NOTEBOOKS, ROOT

NAME = "12-three-public-expenses"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab on a copy of one notebook, with the settings of the environment; and that copy."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copyfile(NOTEBOOKS / f"{NAME}.ipynb", folder / f"{NAME}.ipynb")
    (folder / "words").mkdir()  # by which a notebook of the collection is known
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.token=", f"--port={port}"]
    command += ["--allow-root", f"--ServerApp.root_dir={folder}"]
    environment = os.environ | {"HOME": str(folder), "JUPYTER_PREFER_ENV_PATH": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as server:
        for line in server.stderr:
            if f"127.0.0.1:{port}/lab".encode() in line:
                break
        else:
            raise RuntimeError("JupyterLab did not start")
        yield f"http://127.0.0.1:{port}/", folder / f"{NAME}.ipynb"
        server.terminate()
        server.stderr.read()


def test_a_picture_has_its_words_beside_it(lab, browser):
    """JupyterLab gives pictures no alternative text of their own."""
    cells = json.loads((NOTEBOOKS / f"{NAME}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    alts = [o["metadata"]["image/png"]["alt"] for o in outputs if "image/png" in o.get("data", {})]
    with browser.new_context(viewport={"width": 1300, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{lab[0]}lab/tree/{NAME}.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-RenderedMarkdown h1")
        seen = set()
        for step in range(400):  # a notebook renders what comes into view, sooner or later; so down, and down again
            seen |= set(page.eval_on_selector_all(".jp-OutputArea-child details", "all => all.map(d => d.textContent)"))
            if all(any(alt in text for text in seen) for alt in alts):
                break
            page.mouse.move(700, 600)
            page.mouse.wheel(0, 600 if step % 80 else -100_000)
            page.wait_for_timeout(150)
        assert alts and all(any(alt in text for text in seen) for alt in alts)
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Budgetbook Sans\"', '公'))")


def test_to_open_and_to_save_changes_nothing(lab, browser):
    """Sections for the careful are folded, nobody is asked for news, and a saved notebook is the same bytes."""
    with browser.new_context(viewport={"width": 1300, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{lab[0]}lab/tree/{NAME}.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-RenderedMarkdown h1")
        before = lab[1].stat().st_mtime_ns
        page.locator(".jp-Notebook h1").first.click()
        with page.expect_response(lambda answer: answer.request.method == "PUT" and NAME in answer.url):
            page.keyboard.press("Control+s")
        assert lab[1].stat().st_mtime_ns != before
        assert lab[1].read_bytes() == (NOTEBOOKS / f"{NAME}.ipynb").read_bytes()
        page.wait_for_timeout(1500)
        assert page.get_by_text("Jupyter news").count() == 0
        for _ in range(60):
            if page.locator(".jp-showHiddenCellsButton").count():
                break
            page.mouse.move(700, 600)
            page.mouse.wheel(0, 700)
            page.wait_for_timeout(150)
        assert page.locator(".jp-showHiddenCellsButton").count()
