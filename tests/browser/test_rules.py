"""The rules notice what they are for: each on a page that is spoilt on purpose."""

import pytest
import rules
from test_barriers import barriers, walk
from tested import unfold

# A rule, what spoils a page, and a word of the message.
SPOILT = [
    ("HEADINGS", "document.querySelector('h1').outerHTML = '<p>no heading</p>'", "0 headings"),
    ("HEADINGS", "article.append(document.createElement('h1'))", "2 headings"),
    ("HEADINGS", "article.insertAdjacentHTML('beforeend', '<h4>deep</h4>')", "left out above: deep"),
    ("HEADINGS", "article.insertAdjacentHTML('beforeend', '<p role=heading>no level</p>')", "no level"),
    ("LANGUAGES", "document.documentElement.lang = 'de'", "English"),
    ("LANGUAGES", "article.insertAdjacentHTML('beforeend', '<p>a 预算 b</p>')", "not marked"),
    ("LANGUAGES", "article.insertAdjacentHTML('beforeend', '<p lang=zh-Hans>budget</p>')", "not Chinese: budget"),
    ("LANGUAGES", "article.insertAdjacentHTML('beforeend', '<p lang=zh>预算</p>')", "instead of zh-Hans"),
    ("TABLES", "document.querySelector('caption').remove()", "no caption"),
    ("TABLES", "document.querySelector('caption').textContent = ' '", "no caption"),
    ("TABLES", "document.querySelector('thead').remove()", "no headings"),
    ("TABLES", "document.querySelector('th').removeAttribute('scope')", "no scope"),
    ("PICTURES", "document.querySelector('article img').alt = 'Bars, 1 of 2'", "too short"),
    ("PICTURES", "document.querySelector('article img').alt = 'Bars, one beside the other, of a length'", "finding"),
    ("PICTURES", "document.querySelector('article img').alt += ' 01.svg'", "name of a file"),
    ("PICTURES", "article.insertAdjacentHTML('beforeend', '<img src=data:image/png,x alt=x>')", "cannot be shown"),
    ("WIDTH", "article.insertAdjacentHTML('beforeend', '<div style=\"width: 3000px\">wide</div>')", "as far as"),
    ("MOTION", "article.style.setProperty('transition-duration', '1s', 'important')", "a transition"),
    ("MOTION", "document.documentElement.style.setProperty('scroll-behavior', 'smooth', 'important')", "smoothly"),
    ("PAPER", "article.insertAdjacentHTML('beforeend', '<button>press</button>')", "on paper"),
    ("PAPER", "article.style.background = '#222'", "a dark ground"),
    ("PAPER", "article.insertAdjacentHTML('beforeend', '<p style=\"color: #ddd\">pale</p>')", "pale on paper"),
    (
        "PAPER",
        "document.querySelector('.table-wrapper > table').style.setProperty('width', '3000px', 'important')",
        "cut off",
    ),
]


@pytest.mark.parametrize(("rule", "spoil", "message"), SPOILT)
def test_a_spoilt_page_is_noticed(open_page, rule, spoil, message):
    page = open_page("02-start-here.html")
    unfold(page)
    if rule == "PAPER":
        page.emulate_media(media="print")
    assert rules.broken(page, getattr(rules, rule)) == []
    page.evaluate(f"const article = document.querySelector('article'); {spoil}")
    assert any(message in found for found in rules.broken(page, getattr(rules, rule)))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("article.insertAdjacentHTML('beforeend', '<p style=\"color: #bbb\">too pale</p>')", "color-contrast"),
        ("article.insertAdjacentHTML('beforeend', '<input>')", "label"),
        ("document.body.insertAdjacentHTML('beforeend', '<p>outside of every landmark</p>')", "region"),
        ("article.insertAdjacentHTML('beforeend', '<img src=\"_static/favicon.svg\">')", "image-alt"),
    ],
)
def test_axe_notices_a_barrier(open_page, spoil, message):
    page = open_page("03-income.html")
    page.evaluate(f"const article = document.querySelector('article'); {spoil}")
    assert {found.partition(":")[0] for found in barriers(page)} == {message}


def test_a_trap_for_the_keyboard_is_noticed(open_page):
    page = open_page("404.html")
    page.evaluate("document.querySelector('article p a').addEventListener('keydown', (key) => key.preventDefault())")
    with pytest.raises(AssertionError, match="does not come to the end"):
        walk(page)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("fetch('https://example.org/x').catch(() => 0)", "asks another host: https://example.org/x"),
        ("new Image().src = 'http://example.org/x.png'", "asks another host: http://example.org/x.png"),
        ("console.error('planted')", "planted"),
        ("setTimeout(() => { throw new Error('planted') })", "a script fails: planted"),
    ],
)
def test_what_a_page_must_not_do_is_noticed(open_page, spoil, message):
    page = open_page("404.html")
    page.evaluate(f"() => {{ {spoil} }}")
    page.wait_for_timeout(200)
    assert any(message in said for said in open_page.watch.seen)
    open_page.watch.seen.clear()
