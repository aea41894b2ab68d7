"""What the text leaves open can be set: what a page then shows is what the notebook computed, and nothing else."""

import json

import pytest
from checkout import NOTEBOOKS
from playwright.sync_api import expect
from tested import chapters, unfold


def played(chapter):
    """The records of the tables of a chapter that can be played with, each with how."""
    cells = json.loads((NOTEBOOKS / chapter.replace(".html", ".ipynb")).read_text(encoding="utf-8"))["cells"]
    described = [output.get("metadata", {}) for cell in cells for output in cell.get("outputs", [])]
    return [(metadata["table"], metadata["play"]) for metadata in described if "play" in metadata]


PLAYED = [chapter for chapter in chapters() if played(chapter)]


def plain(cell):
    """A cell without what only aligns it."""
    return cell.strip().rstrip("\u2007\u2008")


def test_there_is_something_to_play_with_where_the_text_says_suppose():
    assert [chapter[:2] for chapter in PLAYED] == ["03", "05", "07", "08"]


@pytest.mark.parametrize("played_chapter", PLAYED)
def test_every_setting_shows_what_the_notebook_computed(open_page, played_chapter):
    page = open_page(played_chapter)
    unfold(page)
    boxes = page.locator(".play").all()
    assert len(boxes) == len(played(played_chapter))
    for box, (record, play) in zip(boxes, played(played_chapter), strict=True):
        count = play["settings"]
        rows = [list(map(plain, row["cells"])) for row in record["rows"]]
        values = [list(dict.fromkeys(row[at] for row in rows)) for at in range(count)]
        results, controls = box.locator("dl.results dd"), box.locator("input").all()
        expect(box.get_by_role("group", name=record["caption"])).to_be_visible()
        assert len(controls) == count
        expect(results).to_have_text(rows[play["start"]][count:])
        for row in rows:
            for control, choice, value in zip(controls, values, row, strict=False):
                control.focus()
                if control.get_attribute("type") == "range":  # by the keyboard alone
                    page.keyboard.press("Home")
                    for _ in range(choice.index(value)):
                        page.keyboard.press("ArrowRight")
                    expect(control).to_have_attribute("aria-valuetext", value)
                elif control.is_checked() != (choice.index(value) == 1):
                    page.keyboard.press("Space")
            expect(results).to_have_text(row[count:])


@pytest.mark.parametrize("played_chapter", PLAYED)
def test_without_scripts_all_settings_stand_in_a_fold(open_page, played_chapter):
    page = open_page(played_chapter, java_script_enabled=False)
    assert page.locator(".play fieldset").count() == 0
    for fold in page.locator("details.played").all():
        assert fold.locator("summary").text_content() == "All settings" and fold.locator("table").count() == 1


def parts(chapter):
    """Of the pictures of a chapter that can be gone through, their parts, by name."""
    cells = json.loads((NOTEBOOKS / chapter.replace(".html", ".ipynb")).read_text(encoding="utf-8"))["cells"]
    described = [output.get("metadata", {}) for cell in cells for output in cell.get("outputs", [])]
    return {metadata["picture"]: metadata["parts"] for metadata in described if "parts" in metadata}


@pytest.mark.parametrize("screen", ["wide", "phone"])
@pytest.mark.parametrize("page_of", [chapter for chapter in chapters() if parts(chapter)])
def test_a_picture_can_be_gone_through_part_by_part(open_page, page_of, screen):
    page = open_page(page_of, screen=screen)
    unfold(page)
    form = "narrow" if screen == "phone" else "wide"
    for name, shown in parts(page_of).items():
        figure = page.locator(f"#figure-{name}")
        image, status = figure.locator("img"), figure.get_by_role("status")
        forth = figure.locator(".through button").nth(1)
        forth.click()
        clips = []
        for number, said in enumerate(shown["said"]):
            expect(status).to_have_text(f"{number + 1} of {len(shown['said'])}: {said}")
            clips.append(image.evaluate("image => image.style.clipPath"))
            place = shown[form][number]
            assert figure.locator("svg.light circle").count() == (len(place) if isinstance(place, list) else 0)
            forth.press("Enter")  # at the last one nothing happens
        expect(forth).to_be_focused()
        if not isinstance(shown[form][0], list):
            assert len(set(clips)) == len(clips) and clips[-1] == "", "each shows more, the last all"
        figure.get_by_role("button", name="Whole picture").click()
        expect(status).to_have_text("")
        assert image.evaluate("image => image.style.clipPath") == "" and figure.locator("svg.light *").count() == 0


def test_a_check_lights_up_its_figures_where_it_is_pointed_at(open_page):
    page = open_page("18-the-audit.html")
    (shown,) = parts("18-the-audit.html").values()
    unfold(page)
    image = page.locator("#figure-18-web-of-figures img")
    image.scroll_into_view_if_needed()
    number = next(number for number, said in enumerate(shown["said"]) if said.endswith("fails"))
    scale = image.evaluate("image => image.offsetWidth / image.getAttribute('width')")
    x, y = (scale * at for at in shown["wide"][number][1])
    image.hover(position={"x": x, "y": y})
    expect(page.locator("#figure-18-web-of-figures [role=status]")).to_contain_text("fails")
    assert page.locator("svg.light circle").count() == 3
    page.mouse.move(0, 0)
    expect(page.locator("svg.light circle")).to_have_count(0)


def test_who_comes_back_finds_settings_and_results_that_agree(open_page):
    page = open_page("07-operating-funds.html")
    box, before = page.locator(".play").first, "box => [...box.querySelectorAll('dd')].map((dd) => dd.textContent)"
    stated = box.evaluate(before)
    box.get_by_role("checkbox").last.check()
    chosen = box.evaluate(before)
    page.goto(page.url.replace("07-operating-funds", "index"))
    page.go_back()
    now = stated if not box.get_by_role("checkbox").last.is_checked() else chosen
    assert stated != chosen and box.evaluate(before) == now


def test_a_picture_that_is_being_gone_through_is_printed_whole(open_page):
    page = open_page("13-meetings-and-training.html")
    unfold(page)
    figure = page.locator("#figure-13-one-event")
    figure.locator(".through button").nth(1).click()
    image = figure.locator("img")
    assert image.evaluate("image => getComputedStyle(image).clipPath") != "none"
    page.emulate_media(media="print")
    assert image.evaluate("image => getComputedStyle(image).clipPath") == "none"
