"""The finished pages: what is added to the HTML when Sphinx has written it, and what the search is told."""

import json

import finish
import pytest
import subjects
from liling import LILING

import build


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("<p>one 万元 two</p>", '<p>one <span lang="zh-Hans">万元</span> two</p>'),
        ("<p>“其他收入”</p>", '<p><span lang="zh-Hans">“其他收入”</span></p>'),
        (
            '<p lang="zh-Hans">预算<b>预算</b></p>预算',
            '<p lang="zh-Hans">预算<b>预算</b></p><span lang="zh-Hans">预算</span>',
        ),
        ("<code>预算</code><pre>预<i>算</i></pre>", "<code>预算</code><pre>预<i>算</i></pre>"),
        ("<title>预算</title><script>预算</script>", "<title>预算</title><script>预算</script>"),
        (
            '<img alt="a > b 预算"><!-- 预算 --><br>算',
            '<img alt="a > b 预算"><!-- 预算 --><br><span lang="zh-Hans">算</span>',
        ),
        ('<p lang="zh-Hans">预<i>算</p>预</i>', '<p lang="zh-Hans">预<i>算</p><span lang="zh-Hans">预</span></i>'),
    ],
)
def test_chinese_is_marked_where_it_is_not_yet(page, marked):
    assert finish.mark_chinese(page) == marked
    assert finish.mark_chinese(marked) == marked, "and only once"


def test_tables_of_markdown_get_a_caption_and_scopes():
    page = '<h2>The <em>way</em><a class="headerlink" href="#x">¶</a></h2>\n<table class="docutils align-default">\n'
    page += '<thead><tr><th class="head"><p>one</p></th></tr></thead></table>'
    labelled = finish.label_tables(page)
    assert '<caption class="unseen">The way</caption>' in labelled and '<th scope="col" class="head">' in labelled
    own = '<table class="budget">\n<caption>own</caption><th scope="row" style="x"></th>'
    assert finish.label_tables(own) == '<table class="budget">\n<caption>own</caption><td style="x"></td>'


def test_the_frame_leads_past_the_navigation_first():
    page = (
        '<input type="checkbox" class="sidebar-toggle" id="__toc">\n<label class="overlay sidebar-overlay"></label>\n'
        '<a class="skip-to-content" href="#x">Skip</a><p class="caption" role="heading">Chapters</p>'
    )
    ordered = finish.order_frame(page)
    assert ordered.index("skip-to-content") < ordered.index("<nav") < ordered.index("__toc") < ordered.index("</nav>")
    assert ordered.count("sidebar-toggle") == ordered.count("skip-to-content") == 1 and 'aria-level="2"' in ordered
    assert finish.order_frame("<p>a page without a frame</p>") == "<p>a page without a frame</p>"


def test_a_word_is_the_subject_of_the_chapter_that_reads_its_section():
    found = subjects.subjects(build.chapters(), LILING)
    for word, chapter in {
        "会议费": "11-meetings-and-training",
        "三公": "10-three-public-expenses",
        "三公经费": "10-three-public-expenses",
        "卫生健康支出": "02-expenditure",
        "health": "02-expenditure",
        "机关运行经费": "06-operating-funds",
        "agency operating funds": "06-operating-funds",
    }.items():
        assert [page for page, words in found.items() if word in words] == [chapter], word
    json.dumps(found)
    assert subjects.subjects([{"section": "九", "file": "01-a.ipynb"}], LILING) == {}, "no chapter reads it"
