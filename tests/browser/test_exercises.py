"""Exercises in the page answer as those in the notebook do, by keyboard, from disk; a guess comes before a picture."""

import random
import re
import sys
from decimal import Decimal

import pytest
from checkout import NOTEBOOKS, ROOT
from playwright.sync_api import expect
from tested import chapters

from budgetbook import exercises
from budgetbook.exercises import plain, readings

sys.path.append(str(ROOT / "tools"))
import seal  # noqa: E402

ALL = exercises.exercises(NOTEBOOKS / "words")
GUESSED = [f"{path.stem}.html" for path in sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))]
GUESSED = [page for page in GUESSED if any(t.name == f"{page[:2]}-0" for t in ALL)]
FORMS = [(task.kind, task.unit, task.places) for task in ALL if task.kind not in ("open", "guess")]
TYPED = """1951.91|１，９５１．９１ 万元|一千九百五十一点九一万元|十七人|about 220|百分之四十点四
3.2个百分点|−4.05|负四点零五
.5||万元|1 or 2|(B)|ｂ|ab|（四）|“四”。|٣|1e9|0.0|-0.004|两亿零三|0.125|2.5 points|12 percent|5 yuan|３人|8 m²|two|İ|ß
1,0,0|5’000|- 4"""
TYPED = re.split(r"[|\n]", TYPED)


@pytest.fixture(scope="module")
def solved():
    """Name → the answer of all exercises."""
    return seal.solved()[0]


def test_the_page_reads_an_answer_as_the_notebook_does(open_page):
    draw = random.Random(7)
    letters = "0123456789.,，。零一二十百千万亿元%点负- ab约"
    typed = [*TYPED, *("".join(draw.choices(letters, k=draw.randint(1, 12))) for _ in range(400))]
    page = open_page("07-operating-funds.html")
    asked = [(raw, *form) for raw in typed for form in sorted(set(FORMS))]
    told = page.evaluate("(asked) => asked.map((form) => budgetbook.readings(...form))", asked)
    for form, found in zip(asked, told, strict=True):
        assert [tuple(reading) for reading in found] == list(readings(*form)), form


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_an_answer_is_typed_and_answered_by_the_keyboard(open_page, disk, phone):
    page = open_page("07-operating-funds.html", disk=disk, screen="phone" if phone else "wide")
    form = page.locator("form", has=page.get_by_label("Your answer to 7.2", exact=False))
    form.get_by_role("textbox").focus()
    page.keyboard.type("4254300")
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text("Not yet.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_each_answer_is_right_in_its_page(open_page, chapter, solved):
    page = open_page(chapter)
    mine = [task for task in ALL if task.name[:2] == chapter[:2]]
    boxes = page.locator("[data-exercise]")
    expect(boxes).to_have_count(len(mine))
    for task in mine:
        box = page.locator(f'[data-exercise*="\\"name\\": \\"{task.name}\\""]')
        if task.kind == "guess":
            continue
        if task.kind == "open":
            box.get_by_role("textbox").fill("It is a plan, and the text does not say so.")
            box.get_by_role("button", name="Compare").click()
            expect(box.get_by_role("listitem")).to_have_count(len(task.rubric))
            expect(box.locator("details p").first).not_to_be_visible()
            assert len(box.locator("details p").first.text_content()) > 20
            continue
        if task.kind == "choice":
            box.locator(f'input[value="{solved[task.name]}"]').check()
        else:
            number = task.kind == "number"
            box.get_by_role("textbox").fill(
                plain(Decimal(solved[task.name]), task.places) if number else solved[task.name]
            )
        box.get_by_role("button", name="Check").click()
        expect(box.get_by_role("status")).to_contain_text("Right.")
        said = task.reply(solved[task.name]).text
        assert " ".join(box.get_by_role("status").text_content().split()).endswith(said)


@pytest.mark.parametrize("guessed", GUESSED)
def test_a_picture_waits_for_a_guess_which_is_remembered_here_alone(open_page, guessed):
    page = open_page(guessed)
    folds = "document.querySelectorAll('section.careful > details').forEach((fold) => (fold.open = true))"
    page.evaluate(folds)
    box = page.locator('[data-exercise*="guess"]')
    figure = page.locator('.cell:has([data-exercise*="guess"]) ~ .cell:has(figure, table)').first
    expect(figure).to_be_hidden()
    box.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    guess = box.get_by_role("slider").input_value()
    box.get_by_role("button", name="This is my guess").click()
    expect(box.locator(".reply")).to_contain_text(guess)
    expect(figure).to_be_visible()
    page.reload()
    page.evaluate(folds)
    expect(figure).to_be_visible()
    expect(box.locator(".reply")).to_contain_text(guess)
    page.evaluate("localStorage.clear()")
    page.reload()
    page.evaluate(folds)
    expect(figure).to_be_hidden()
    box.get_by_role("button", name="Show without a guess").click()
    expect(figure).to_be_visible()


def test_a_picture_that_waits_is_found_by_its_words(open_page):
    page = open_page("07-operating-funds.html")
    page.evaluate("document.querySelectorAll('section.careful > details').forEach((fold) => (fold.open = true))")
    waits = page.locator(".cell[hidden]")
    cell = waits.filter(has=page.locator("figure"))
    assert cell.get_attribute("hidden") == "until-found"
    assert cell.evaluate("cell => getComputedStyle(cell).contentVisibility") == "hidden"
    assert waits.filter(has=page.locator("details.drawn")).count() == 1, "what would tell the answer waits as well"
    figure = page.locator(f"[id='{cell.locator('figure').get_attribute('id')}']")
    cell.dispatch_event("beforematch")  # as a browser says that it has found something inside
    expect(figure).to_be_visible()
    expect(waits).to_have_count(0)


@pytest.mark.parametrize("guessed", GUESSED)
def test_the_rest_of_a_section_waits_for_its_guess(open_page, guessed):
    page = open_page(guessed)
    page.evaluate("document.querySelectorAll('section.careful > details').forEach((fold) => (fold.open = true))")
    section = page.locator(
        'section:has(> .cell [data-exercise*="guess"]), details:has(> .cell [data-exercise*="guess"])'
    )
    after = section.evaluate("""section => {
      const parts = [...section.children], guess = (part) => part.querySelector("[data-exercise*=guess]");
      return parts.slice(1 + parts.findIndex(guess)).map((part) => part.hidden);
    }""")
    assert after and set(after) == {"until-found"}
    page.get_by_role("button", name="Show without a guess").click()
    assert page.locator("article [hidden='until-found']").count() == 0


def test_a_reply_goes_when_the_answer_changes_and_no_choice_is_asked_for(open_page):
    page = open_page("03-income.html")
    box = page.locator("[data-exercise]:has(input[type=radio])").first
    reply, check = box.locator(".reply"), box.get_by_role("button", name="Check")
    check.click()
    expect(reply).to_have_text("Choose one first.")
    box.get_by_role("radio").first.check()
    expect(reply).to_be_empty()
    check.click()
    expect(reply).not_to_be_empty()
    box.get_by_role("radio").nth(1).check()
    expect(reply).to_be_empty()


def test_a_link_to_a_picture_shows_it_and_so_does_a_page_without_scripts(open_page):
    page = open_page("07-operating-funds.html")
    name = page.evaluate("document.querySelector('.cell[hidden] figure').id")
    expect(open_page(f"07-operating-funds.html#{name}").locator(f"[id='{name}']")).to_be_visible()
    bare = open_page("07-operating-funds.html", java_script_enabled=False)
    expect(bare.locator(f"[id='{name}']")).to_be_visible()
    expect(bare.locator("[data-exercise]").first).to_be_visible()
    assert bare.locator("form.answer").count() == 0


def test_every_chapter_has_its_exercises_in_the_page():
    assert len(chapters()) == 19
