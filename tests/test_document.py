"""The published text: view, sections, numbers, irregularities."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from liling import LILING, as_liling

from budgetbook.document import Document
from budgetbook.numbers import LONGEST_NUMBER, hanzi_number
from budgetbook.text import INVISIBLE, LONGEST_CLAUSE, Places, Ranges, fold


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


# --- invisible characters are layout

# By hand, from the Unicode charts: marks of byte order, joiners, marks of direction, soft hyphen, variation selectors.
UNSEEN = (
    "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad\u2060\ufe00\ufe0f"
    "\u034f\u180e\x00\x07"
)
STATES = ["section", "item", "period", "measure", "value", "unit", "qualifier"]


def test_every_format_character_is_invisible_unless_it_is_seen():
    """Signs that enclose the digits after them, or join hieroglyphs, are of the category, and are seen."""
    seen = re.compile("ARABIC (?!LETTER MARK)|SYRIAC|KAITHI|EGYPT|SHORTHAND")
    every = [chr(c) for c in range(0x110000)]
    invisible = {c for c in every if re.match(f"[{INVISIBLE}]", c)}
    assert invisible >= set(UNSEEN)
    assert invisible >= {
        c for c in every if unicodedata.category(c) == "Cf" and not seen.match(unicodedata.name(c, ""))
    }
    assert {c for c in invisible if c.isspace() or c.isalnum()} <= set("\u115f\u1160\u3164\uffa0")  # the Hangul fillers


def test_a_byte_order_mark_hides_no_heading(tmp_path):
    (tmp_path / "about.yml").write_text("fiscal_year: 2021", encoding="utf-8")
    (tmp_path / "source.txt").write_bytes(b"\xef\xbb\xbf" + LILING.text.encode())
    marked = Document.read(tmp_path)
    assert list(marked.sections["section"]) == TREE
    assert marked.text[0] == "\ufeff"
    plain = Document(LILING.text, marked.about)
    assert list(marked.sections["start"]) == [start + 1 for start in plain.sections["start"]]
    assert [(n.start, n.printed) for n in marked.number_list] == [(n.start + 1, n.printed) for n in plain.number_list]


@settings(max_examples=25)
@example([(len(LILING.text.rstrip()), "\xad")])  # behind the last character
@given(st.lists(st.tuples(st.integers(0, len(LILING.text)), st.text(UNSEEN, min_size=1, max_size=3)), max_size=40))
def test_invisible_characters_change_no_fact(inserted):
    text, last = [], 0
    for at, marks in sorted(inserted):
        text += [LILING.text[last:at], marks]
        last = at
    sown = as_liling("".join([*text, LILING.text[last:]]))
    assert sown.view.text == LILING.view.text
    assert sown.facts[STATES].equals(LILING.facts[STATES])
    assert [sown.text[p] for p in sown.view.positions] == [LILING.text[p] for p in LILING.view.positions]
    shown = sown.irregularities
    printed = "".join(shown[shown["kind"] == "invisible character"]["printed"])
    assert printed == "".join(marks for _, marks in sorted(inserted))


@pytest.mark.parametrize("mark", UNSEEN)
def test_a_mark_between_any_two_characters_changes_no_fact(mark):
    sown = as_liling(mark.join(LILING.text))
    assert sown.facts[STATES].equals(LILING.facts[STATES])
    assert list(sown.sections["section"]) == TREE


def test_wrapped_lines_with_marks_are_joined_alike():
    page = "　　（一）收入预算总计\n100.5\n\n   3\n\n万元。\n　　（二）支出预算总计100.5万元。\n"
    assert fold("\u200f".join(page), "wrapped").text == fold(page, "wrapped").text


# --- numbers and places


@pytest.mark.parametrize("digits", ["1" * 200_000, "1." + "1" * 5000, "一" * 5000, "1" + ",111" * 3000])
def test_more_digits_than_any_amount_has_state_nothing(digits):
    found = Document(f"收入{digits}万元，支出{digits}个").number_list
    assert {n.kind for n in found if len(n.printed) > LONGEST_NUMBER} == {"unaccounted"}
    assert all(n.reason == "more digits than any amount has" for n in found if len(n.printed) > LONGEST_NUMBER)


def test_a_long_number_is_a_number_up_to_the_limit():
    digits = "1" * LONGEST_NUMBER
    assert [n.kind for n in Document(f"收入{digits}万元，支出{digits}1万元").number_list] == ["figure", "unaccounted"]


@given(st.text("收支，。：；、（）\n]1元", max_size=60), st.data())
def test_places_are_those_that_a_scan_finds(text, data):
    places = Places(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cuts = [0, *(i + 1 for i, c in enumerate(text[:start]) if c in "，。；：]\n")]
    after = next((i for i in range(end, len(text)) if text[i] in "，。；：]\n"), len(text))
    assert places.clause(start, end) == (cuts[-1], after)
    assert text[slice(*places.paragraph(start))] == text[:start].rpartition("\n")[2] + text[start:].partition("\n")[0]
    between = text[start:end]
    assert places.closes(start, end) == (between.count("）") > between.count("（"))


def test_a_clause_goes_no_farther_than_anyone_writes():
    places = Places("收" * 5000)
    assert places.clause(2000, 2010) == (2000 - LONGEST_CLAUSE, 2010 + LONGEST_CLAUSE)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), max_size=8))
def test_ranges_hold_what_any_of_them_holds(pairs):
    pairs = [(start, start + size) for start, size in pairs]
    held = Ranges(pairs)
    assert [at in held for at in range(40)] == [any(a <= at < b for a, b in pairs) for at in range(40)]


@given(st.integers(0, len(LILING.text) + 3))
def test_the_innermost_section_is_found(at):
    holding = [s for s in LILING.section_list if s.start <= at < s.end]
    assert LILING.section_at(at) == (holding[-1].section if holding else "")


# --- translation ---


def translated(folder, *rows):
    """A small disclosure with a translation of these sentences."""
    (folder / "notes").mkdir(parents=True)
    (folder / "source.txt").write_text(
        "一、收入\n收入5万元。[bookmark: x]支出5万元。\n（一）其他\n无。\n", encoding="utf-8"
    )
    (folder / "about.yml").write_text("id: small\n", encoding="utf-8")
    lines = [f"{number},{zh},{en}" for number, (zh, en) in enumerate(rows, 1)]
    (folder / "notes" / "translation.csv").write_text("\n".join(["sentence,zh,en", *lines]) + "\n", encoding="utf-8")
    return Document.read(folder)


ROWS = [("一、收入", "1. Income"), ("收入5万元。", "Income 5."), ("[bookmark: x]支出5万元。", "Expenditure 5.")]
ROWS += [("（一）其他", "(1) Other"), ("无。", "None.")]


def test_a_translation_is_the_text_sentence_by_sentence(tmp_path):
    document = translated(tmp_path / "small", *ROWS)
    rows = document.translation
    assert rows["section"].tolist() == ["一", "一", "一", "一（一）", "一（一）"]
    assert rows["zh"].tolist()[2] == "支出5万元。", "without what a converter left"
    assert [document.text[start:end] for start, end in zip(rows["start"], rows["end"], strict=True)] == list(rows["zh"])
    assert document.translated("一")["en"].tolist() == [en for _, en in ROWS]
    assert document.translated("一", lead=True)["sentence"].tolist() == [1, 2, 3]
    assert document.translated("一（一）")["sentence"].tolist() == [4, 5]
    assert Document("无。").translation.empty
    with pytest.raises(KeyError, match="no section '二'"):
        document.translated("二")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (ROWS[:2] + ROWS[3:], "sentence 3 is not the text's next"),
        (ROWS[:4], "ends before the text"),
        ([*ROWS, ("完。", "End.")], "sentence 6 is not the text's next"),
    ],
)
def test_a_translation_that_leaves_something_out_is_refused(tmp_path, rows, problem):
    with pytest.raises(ValueError, match=problem):
        _ = translated(tmp_path / "small", *rows).translation
