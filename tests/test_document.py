"""The published text: view, sections, numbers, irregularities."""

import pytest
from liling import LILING

from budgetbook.document import Document
from budgetbook.numbers import hanzi_number
from budgetbook.text import fold


def test_the_view_leads_back_to_the_published_characters():
    for at, position in enumerate(LILING.view.positions):
        assert fold(LILING.text[position]).text in ("", LILING.view.text[at])  # a lone space folds to nothing


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("车辆0  辆", "车辆0辆"),
        ("（二)政府采购", "（二）政府采购"),
        ("１２．５％", "12.5%"),
        ("3,121.42万元", "3,121.42万元"),
        ("收入,支出", "收入，支出"),
        ("15897.44 7877.76", "15897.44 7877.76"),  # two cells of a table stay two numbers
    ],
)
def test_widths_and_spaces_fold(printed, seen):
    assert fold(printed).text == seen


def test_wrapped_lines_are_joined_and_page_numbers_left_out():
    page = "　　（一）收入预算总计\n100.5\n\n   3\n\n万元。\n　　（二）支出预算总计100.5万元。\n"
    assert fold(page, "wrapped").text == "（一）收入预算总计100.5万元。\n（二）支出预算总计100.5万元。\n"


def test_chinese_numerals():
    assert [hanzi_number(n) for n in ("九", "十", "十一", "三十", "一百零五", "两千", "9", "②")] == [
        9, 10, 11, 30, 105, 2000, 9, 2,
    ]  # fmt: skip


# Written down from the page, not from the reader.
TREE = [
    "一", *(f"一（{n}）" for n in "一二三四五六七八九"),
    "二",
    "三", "三（一）", "三（二）", "三（二）1", "三（二）2", "三（二）2（1）", "三（三）",
    "四", *(f"四（{n}）" for n in "一二三四五六七"),
    "名词解释", *(f"名词解释 {n}" for n in range(1, 9)),
]  # fmt: skip


def test_the_tree_of_sections_is_the_one_on_the_page():
    assert list(LILING.sections["section"]) == TREE


def test_every_section_lies_inside_its_parent():
    by_name = {s.section: s for s in LILING.section_list}
    for section in LILING.section_list:
        assert section.start < section.end
        if section.parent:
            assert by_name[section.parent].start <= section.start and section.end <= by_name[section.parent].end


def test_irregular_numbering_is_read_and_recorded():
    """（7） stands where （七） should: another style, the same list."""
    odd = LILING.sections[LILING.sections["note"] != ""]
    assert list(odd["section"]) == ["四（七）"]
    assert list(odd["marker"]) == ["（7）"]


def test_numbering_that_leaves_a_gap_is_recorded():
    sections = Document("一、甲\n（一）乙。\n（三）丙。\n").sections
    assert list(sections["note"] != "") == [False, False, True]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2021年安排5万元", ["year", "figure"]),
        ("截至2020年12月31日", ["date", "date", "date"]),
        ("一般公共服务支出", ["word"]),
        ("新增一个项目", ["figure"]),
        ("由地方收入、上划收入三部分构成", ["figure"]),
        ("其一是", ["ordinal"]),
        ("支出预算为0。", ["figure"]),
    ],
)
def test_numbers_are_told_apart(text, kinds):
    assert [n.kind for n in Document(text).number_list] == kinds


def test_every_number_of_the_text_is_accounted_for():
    digits = [i for i, c in enumerate(LILING.text) if c.isdecimal()]
    covered = {i for n in LILING.number_list for i in range(n.start, n.end)}
    assert set(digits) <= covered
    assert [n for n in LILING.number_list if n.kind == "unaccounted"] == []
    assert all(n.reason for n in LILING.number_list if n.kind != "figure")


def test_a_number_that_nothing_explains_is_reported_not_dropped():
    """The test above goes red when the text holds a number that the reader does not know."""
    odd = Document(LILING.text + "\n编号88\n五七干校\n")
    assert [n.printed for n in odd.number_list if n.kind == "unaccounted"] == ["88", "五七"]


def test_irregularities_name_what_the_eye_finds():
    found = {(row.kind, row.printed.strip()) for row in LILING.irregularities.itertuples()}
    for expected in [
        ("conversion residue", "[bookmark: _GoBack]"),
        ("mixed bracket widths", "（二)"),
        ("half-width brackets", "(商品和服务支出+工作性专项)"),
        ("half-width brackets", "(部门)"),
        ("unit without 元", "200万"),
        ("unit without 元", "150万"),
        ("unit without 元", "5万"),
        ("irregular numbering", "（7）"),
    ]:
        assert expected in found
    assert all(LILING.text[row.start : row.end] == row.printed for row in LILING.irregularities.itertuples())


def test_a_passage_is_the_published_words():
    assert LILING.passage("四（三）").startswith("（三）国有资产占有情况：截止2020年12月31日")
    with pytest.raises(KeyError, match="no section '五'"):
        LILING.passage("五")


def test_errors_name_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere/source.txt"):
        Document.read(tmp_path / "nowhere")
    (tmp_path / "source.txt").write_bytes("收入".encode("gb18030"))
    (tmp_path / "about.yml").write_text("id: bad")
    with pytest.raises(ValueError, match="source.txt: byte 0 is not UTF-8"):
        Document.read(tmp_path)
