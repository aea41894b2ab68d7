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
