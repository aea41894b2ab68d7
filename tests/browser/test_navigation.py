"""Finding one's way: the reading order, the contents, the meaning of a term, and the search."""

import pytest
from playwright.sync_api import expect
from tested import chapters, unfold

# What a reader may ask for, and the page that answers: the Chinese name of a line, and its English one.
ASKED = {
    "会议费": "13-",
    "meetings": "13-",
    "三公": "12-",
    "“三公”经费": "12-",
    "three public expenses": "12-",
    "卫生健康支出": "04-",
    "health": "04-",
    "机关运行经费": "07-",
    "agency operating funds": "07-",
}


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
def test_the_reading_order_can_be_walked_forwards_and_back(open_page, disk):
    page, order = open_page("index.html", disk=disk), chapters()
    for name in order:
        page.locator(".related-pages a[rel=next]").click()
        page.wait_for_url(f"**/{name}")
    for name in [*reversed(order[:-1]), "index.html"]:
        page.locator(".related-pages a[rel=prev]").click()
        page.wait_for_url(f"**/{name}")
    expect(page.locator(".related-pages a[rel=prev]")).to_have_count(0)


def test_the_contents_list_all_chapters_in_order_and_say_where_one_is(open_page, chapter):
    page = open_page(chapter)
    links = page.locator(".sidebar-tree a").evaluate_all("links => links.map((link) => link.pathname.slice(1))")
    assert [link for link in links if link in chapters()] == chapters()
    here = page.locator(".sidebar-tree .current-page > a")
    expect(here).to_have_count(1)
    assert here.evaluate("link => link.pathname.slice(1)") == chapter


def test_each_page_has_its_contents_and_they_lead_there(open_page, chapter):
    page = open_page(chapter)
    links, heads = page.locator(".toc-tree a"), page.locator("article h2")
    without_mark = "heads => heads.map((head) => head.textContent.replace('¶', '').trim())"
    shown = links.evaluate_all("links => links.map((link) => link.textContent.trim())")
    assert set(heads.evaluate_all(without_mark)) <= set(shown) and heads.count() > 3
    links.last.click()
    target = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    expect(page.locator(f"[id='{target}']")).to_be_in_viewport()


def test_every_page_is_listed_or_has_a_way_in(open_page, name):
    page = open_page()
    links = page.locator("a[href]").evaluate_all("links => links.map((link) => link.pathname.slice(1))")
    assert name in {*links, "404.html", "search.html"} or name.startswith("disclosure-")


# -------------------------------------------------------------------------------------------------- terms


def test_every_chapter_explains_its_terms_where_they_stand(open_page, chapter):
    if chapter.startswith("17-"):
        pytest.skip("the glossary itself")
    page = open_page(chapter)
    unfold(page)
    terms, note = page.locator("a.term"), page.locator("#term-note")
    assert terms.count() > 2
    for term in terms.all():
        term.focus()
        expect(note).to_be_visible()
        assert term.get_attribute("aria-describedby") == "term-note"
        assert term.get_attribute("data-plain") in note.text_content()
        box = note.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
        page.keyboard.press("Escape")
        expect(note).to_be_hidden()
        assert term.get_attribute("aria-describedby") is None


def test_the_meaning_shows_on_hover_can_be_pointed_at_and_goes_away(open_page):
    page = open_page("03-income.html")
    term, note = page.locator("a.term").first, page.locator("#term-note")
    expect(note).to_be_hidden()
    term.hover()
    expect(note).to_be_visible()
    note.hover()
    page.wait_for_timeout(400)
    expect(note).to_be_visible()  # it stays as long as the pointer is on it
    page.mouse.move(2, 2)
    expect(note).to_be_hidden()


def test_a_term_leads_to_its_entry_without_scripts_too(open_page):
    page = open_page("03-income.html", java_script_enabled=False)
    term = page.locator("a.term").first
    entry = term.get_attribute("href").partition("#")[2]
    term.click()
    page.wait_for_url("**/17-glossary.html#*")
    expect(page.locator(f"[id='{entry}']")).to_be_in_viewport()


def test_a_term_on_a_phone_stays_on_the_screen(open_page):
    page = open_page("07-operating-funds.html", screen="phone")
    unfold(page)
    for term in page.locator("a.term").all():
        term.focus()
        box = page.locator("#term-note").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360


# ------------------------------------------------------------------------------------------------- search


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
@pytest.mark.parametrize("asked", ASKED)
def test_the_search_finds_it_on_the_right_page(open_page, asked, disk):
    page = open_page("02-start-here.html", disk=disk)
    field = page.get_by_role("searchbox").or_(page.locator("input.sidebar-search")).first
    field.fill(asked)
    field.press("Enter")
    page.wait_for_url("**/search.html?*")
    results = page.locator("#search-results li > a")
    results.first.wait_for()
    expect(page.locator("#search-results h2")).to_have_text("Search Results")  # no more will come
    found = results.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert found[0].startswith(ASKED[asked])
    assert len(found) > 1 or asked.startswith("“"), "other chapters speak of it, too"
    results.first.click()
    page.wait_for_url(f"**/{ASKED[asked]}*")
    said = page.locator("article").text_content()
    assert asked.lower() in said.lower()


@pytest.mark.parametrize("asked", ["415", "27", "1951.91", "1,951.91", "415.45"])
def test_the_search_finds_a_number(open_page, asked):
    page = open_page(f"search.html?q={asked}")
    first = page.locator("#search-results li > a").first
    first.wait_for()
    first.click()
    page.wait_for_load_state()
    assert asked.replace(",", "") in page.locator("article").text_content()


def test_a_finger_sees_the_meaning_first_and_is_led_on_by_a_second_touch(open_page):
    page = open_page("03-income.html", screen="phone", has_touch=True, is_mobile=True)
    term, note = page.locator("a.term").first, page.locator("#term-note")
    term.tap()
    expect(note).to_be_visible()
    assert "03-" in page.url
    term.tap()
    page.wait_for_url("**/17-glossary.html#*")
    entry = page.locator(":target")
    assert entry.bounding_box()["y"] >= page.locator(".mobile-header").bounding_box()["height"]


def test_a_search_shows_where_the_word_stands(open_page):
    page = open_page("search.html?q=会议费")
    expect(page.locator("#search-results li p").last).to_be_visible()
    texts = page.locator("#search-results li p").all_text_contents()
    assert sum("会议费" in text for text in texts) >= len(texts) / 2
    page.locator("#search-results li > a").first.click()
    expect(page.locator("article .highlighted").first).to_have_text("会议费")


@pytest.mark.parametrize("asked", ["415", "amount"])
def test_an_excerpt_shows_what_was_asked_for_and_no_code(open_page, asked):
    page = open_page(f"search.html?q={asked}")
    expect(page.locator("#search-results h2")).to_have_text("Search Results")
    expect(page.locator("#search-results li p").nth(5)).to_be_visible()
    texts = page.locator("#search-results li p").all_text_contents()
    assert sum(asked in text.lower() for text in texts) >= 0.8 * len(texts), texts
    assert not any(code in text for text in texts for code in ("Show code", "def ", "chapter.", "assert ", "SVG"))


@pytest.mark.parametrize("asked", ["jiguan yunxing jingfei", "jīguān yùnxíng jīngfèi"])
def test_pinyin_is_found_with_its_marks_and_without(open_page, asked):
    page = open_page(f"search.html?q={asked}")
    page.locator("#search-results li > a").first.wait_for()
    found = page.locator("#search-results li > a").evaluate_all(
        "links => links.map((link) => link.getAttribute('href'))"
    )
    assert any(link.startswith("17-glossary") for link in found)


def test_a_search_for_nothing_known_says_so(open_page):
    page = open_page("search.html?q=zebra")
    expect(page.locator("#search-results")).to_contain_text("did not match any")


def test_the_empty_search_page_has_its_field(open_page):
    page = open_page("search.html")
    field = page.get_by_label("Words, numbers or 汉字")
    field.fill("会议费")
    field.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    expect(page.locator("#search-results li").first).to_be_visible()
