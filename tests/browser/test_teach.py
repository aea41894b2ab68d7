"""The teacher's pack in a browser: slides by keyboard and on paper, terms on two pages, worksheets that fit."""

import sys
from io import BytesIO

import pytest
from checkout import NOTEBOOKS, ROOT
from pypdf import PdfReader

sys.path.append(str(ROOT / "tools"))
import teach  # noqa: E402


@pytest.fixture(scope="module")
def pack(tmp_path_factory, browser):
    folder = tmp_path_factory.mktemp("teach") / "made"
    assert teach.teach(folder, with_pdf=True, report=lambda text: None, browser=browser) == []
    return folder


@pytest.fixture
def shown(browser, pack):
    page = browser.new_page(viewport={"width": 1280, "height": 720})

    def show(name):
        page.goto((pack / name).as_uri())
        page.evaluate("document.fonts.ready.then(() => {})")
        return page

    yield show
    page.close()


def test_terms_are_two_pages_and_no_type_is_too_small_to_read(pack, shown):
    assert len(PdfReader(pack / "terms.pdf").pages) == 2
    page = shown("terms.html")
    page.emulate_media(media="print")
    sizes = page.evaluate(
        "[...document.querySelectorAll('p, b, strong')].map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) * 0.75 >= 8


def test_worksheets_begin_on_a_page_of_their_own(pack):
    for name in ("worksheets", "worksheets-with-answers"):
        pages = [page.extract_text() for page in PdfReader(pack / f"{name}.pdf").pages]
        assert sum("Name: ___" in text for text in pages) == 23
        assert all("Name: ___" in text[:400] for text in pages if "Name: ___" in text)


@pytest.mark.parametrize("deck", sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]-*.ipynb")))
def test_slides_go_by_keyboard_and_fit_on_screen_and_paper(shown, deck):
    page = shown(f"slides/{deck}.html")
    count = page.locator("section").count()
    tall = page.evaluate(
        "[...document.querySelectorAll('section')].filter((s) => s.scrollHeight > innerHeight + 2).length"
    )
    assert tall == 0, "a slide is taller than the screen"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("scrollY > 100")
    assert page.locator("img:not([alt])").count() == 0
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(PdfReader(BytesIO(pdf)).pages) == count
