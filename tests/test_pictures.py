"""The font, the house style, and what `show` writes, displays and refuses."""

import hashlib
import importlib.util
import itertools
import re
import subprocess
import sys
from decimal import Decimal

import pandas as pd
import pytest
from checkout import FIGURES, ROOT
from edition.pictures import COLOR, GROUND, dark, with_dark_form
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags

from budgetbook.show import pictures
from budgetbook.show.pictures import FAMILY, FONTS, PALETTE, STYLE, TONES, house_style, lighter, narrowest, show
from budgetbook.show.tables import text_table

ALT = "Two horizontal bars: the appropriation is 1951.91 and the government fund is 0."
VALUES = pd.DataFrame({"label": ["appropriation", "fund 基金"], "value": [Decimal("1951.91"), Decimal("0")]})


def bar_chart(height=3.0, color="main", label="Appropriation 拨款", at=(0.1, 0.05)):
    with house_style():
        fig = Figure(figsize=(4, 3))
        ax = fig.add_axes((0.2, 0.3, 0.7, 0.6))
        ax.bar([0, 1], [height, 1], color=PALETTE[color])
        ax.set_ylim(0, 10)
        ax.text(*at, label, transform=fig.transFigure)
    return fig


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """show() into a temporary folder; returns (data, metadata) of the bundle it displayed."""
    bundles = []
    monkeypatch.setattr(pictures, "display", lambda data, raw, metadata: bundles.append((data, metadata)))

    def run(fig=None, name="01-bars", alt=ALT, values=VALUES, narrow=None):
        assert show(fig or bar_chart(), name, alt, values, folder=tmp_path, narrow=narrow) is None
        return bundles[-1]

    return run


def twin(bundle):
    return bundle[0]["text/plain"]


# --- the font -----------------------------------------------------------------------------------------------


def gb2312():
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {character for pair in pairs for character in pair.decode("gb2312", errors="ignore")}


@pytest.mark.parametrize("weight", FONTS)
def test_the_font_covers_gb2312_pinyin_and_signs(weight):
    wanted = gb2312() | set("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü−×÷±√≈≠≤≥¥￥–—‘’“”…①⑳→\u2007\u2008\u2009\u202f")
    assert len(gb2312()) == 7445
    assert wanted <= set(map(chr, FT2Font(FONTS[weight]).get_charmap()))


@pytest.mark.parametrize("weight", FONTS)
def test_digits_and_the_figure_space_have_one_width(weight):
    font = FT2Font(FONTS[weight])
    widths = {font.load_char(ord(sign), flags=LoadFlags.NO_SCALE).horiAdvance for sign in "0123456789\u2007"}
    assert len(widths) == 1


@pytest.mark.parametrize("weight", FONTS)
def test_the_font_is_renamed_and_keeps_its_licence(weight):
    font = FT2Font(FONTS[weight])
    names = {key: value.decode("utf-16-be") for key, value in font.get_sfnt().items() if key[0] == 3}
    text = {number: names[key] for key in names for number in [key[3]]}
    assert font.family_name == text[1] == FAMILY and "Source" not in text[1] + text[4] + text[6]
    assert "Adobe" in text[0] and "SIL Open Font License" in text[13]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS[weight].parent / "OFL.txt").read_text("utf-8")


def test_the_readme_states_the_hashes_of_the_fonts():
    readme = (FONTS["normal"].parent / "README.md").read_text("utf-8")
    for path in FONTS.values():
        assert f"| `{path.name}` | `{hashlib.sha256(path.read_bytes()).hexdigest()}` |" in readme


def test_the_font_is_not_built_from_another_input(tmp_path):
    spec = importlib.util.spec_from_file_location("build_font", ROOT / "tools/build_font.py")
    build_font = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build_font)
    (tmp_path / "NotoSansCJK-Bold.ttc").write_bytes(b"another font")
    with pytest.raises(SystemExit, match="has sha256"):
        build_font.build(tmp_path / "NotoSansCJK-Bold.ttc", "Bold")


@pytest.mark.parametrize("weight", FONTS)
def test_the_family_name_means_the_vendored_file(weight):
    found = font_manager.findfont(font_manager.FontProperties(family=FAMILY, weight=weight))
    assert found == str(FONTS[weight])


def test_a_system_font_of_the_same_name_cannot_shadow_it(monkeypatch):
    manager = font_manager.fontManager
    intruder = next(entry for entry in manager.ttflist if entry.name == "DejaVu Sans")
    monkeypatch.setattr(manager, "ttflist", [font_manager.FontEntry(fname=intruder.fname, name=FAMILY)])
    pictures._register_fonts()
    assert {entry.fname for entry in manager.ttflist} == {str(path) for path in FONTS.values()}


def test_figures_need_no_system_font(shown, tmp_path, monkeypatch):
    shown()
    before = (tmp_path / "01-bars.png").read_bytes()
    own = {*map(str, FONTS.values()), str(pictures.FALLBACK_FONT)}
    manager = font_manager.fontManager
    monkeypatch.setattr(manager, "ttflist", [entry for entry in manager.ttflist if entry.fname in own])
    font_manager._findfont_cached.cache_clear() if hasattr(font_manager, "_findfont_cached") else None
    (tmp_path / "01-bars.png").unlink()
    shown()
    assert (tmp_path / "01-bars.png").read_bytes() == before


# --- the colours --------------------------------------------------------------------------------------------


def contrast(one, other="#ffffff"):
    def luminance(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast():
    for name in ("ink", "muted", "total", "main", "second", "third", "fourth", "accent"):
        assert contrast(PALETTE[name]) >= 4.5, name  # as text on white, and with white text on it
    for name in ("main", "second", "third", "fourth", "accent"):
        assert contrast(PALETTE[name], PALETTE["ink"]) >= 3, name  # a thin slice among them
    for name in ("total", "main", "accent", "fourth", "ink"):
        assert contrast(PALETTE[name], lighter(PALETTE[name])) >= 3, name  # what is, beside what may be
    for pale, deep in TONES:
        assert contrast(pale) >= 3 and contrast(deep) >= 3 and contrast(pale, deep) >= 3
    assert contrast("#000000") == pytest.approx(21) and contrast("#e69f00") < 3  # the measure itself can fail


def test_in_the_dark_all_contrasts_stay_and_no_colour_is_left_out():
    colors = {*PALETTE.values(), *map(lighter, PALETTE.values()), *itertools.chain(*TONES), "#ffffff"}
    for one, other in itertools.combinations(sorted(colors), 2):
        assert contrast(dark(one), dark(other)) == pytest.approx(contrast(one, other), rel=0.03), (one, other)
    style = (ROOT / "book/_static/book.css").read_text(encoding="utf-8")
    assert re.findall("--color-background-primary: (#[0-9a-f]+);", style) == [GROUND, GROUND]  # chosen, of the system
    for path in sorted(FIGURES.rglob("*.svg")):
        svg = path.read_text(encoding="utf-8")
        assert set(re.findall("#[0-9a-f]{6}", svg)) == {color for *_, color in COLOR.findall(svg)} <= colors, path.name
    assert with_dark_form('<svg width="1">\n<path style="fill: #1f2328"/><rect fill="#ffffff"/></svg>') == (
        '<svg width="1"><style>@media screen and (prefers-color-scheme:dark){[style*="fill: #1f2328"]'
        '{fill:#f2f2f2!important}[fill="#ffffff"]{fill:#16191d!important}}</style>\n'
        '<path style="fill: #1f2328"/><rect fill="#ffffff"/></svg>'
    )
    assert with_dark_form("<svg/>") == "<svg/>"


# --- what is shown ------------------------------------------------------------------------------------------


def test_the_bundle(shown, tmp_path):
    data, metadata = shown()
    assert set(data) == {"image/png", "text/plain"}
    values = metadata.pop("values")  # the same values as a table, for the HTML edition
    assert metadata == {"image/png": {"alt": ALT, "width": 384, "height": 288, "head": 0}, "picture": "01-bars"}
    assert values["caption"] == "The values drawn" and [c["heading"] for c in values["columns"]] == ["Item", "Value"]
    assert [row["cells"] for row in values["rows"]] == [["appropriation", "1951.91"], ["fund 基金", "0"]]
    assert {path.name for path in tmp_path.iterdir()} == {"01-bars.png", "01-bars.svg"}
    head, table, drawn = data["text/plain"].split("\n\n")
    assert head == f"Picture 01-bars\n{ALT}"
    assert table.splitlines()[2:] == ["appropriation  1951.91", "fund 基金         0"]
    assert re.fullmatch(r"drawn: \d+ texts, \d+ patches, \d+ lines; digest [0-9a-f]{12}", drawn)


def test_a_narrow_picture_stands_beside_it_and_is_compared_too(shown, tmp_path):
    data, metadata = shown(narrow=bar_chart(height=2.0))
    assert metadata["image/png"]["narrow"] == [384, 288, 0]
    assert (tmp_path / "narrow" / "01-bars.svg").read_bytes().startswith(b"<?xml")
    *_, wide, narrow = data["text/plain"].splitlines()
    assert narrow.startswith("narrow: drawn: ") and narrow.rpartition(" ")[2] != wide.rpartition(" ")[2]
    other, _ = shown(narrow=bar_chart(height=2.0, color="accent"))
    assert other["text/plain"].splitlines()[-2] == wide and other["text/plain"].splitlines()[-1] != narrow


def test_the_narrowest_picture_is_the_first_that_is_whole():
    def draw(width, needs=4.2):
        fig = Figure(figsize=(width, 2))
        fig.text(0.5, 0.5, "whole" if width > needs else "cut off " * 40, ha="center")
        return fig

    assert narrowest(draw).get_size_inches()[0] == 4.5
    assert narrowest(lambda width: draw(width, needs=9)) is None
    assert narrowest(lambda width: draw(8.27)) is None, "a sheet of A4 stays one"


def test_the_files_are_the_same_bytes_every_time_and_in_another_process(shown, tmp_path):
    shown()
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    other = tmp_path / "other"
    code = f"import sys; sys.path[:0] = {[str(ROOT / name) for name in ('tests', 'book')]}; import test_pictures as t\n"
    code += f"t.show(t.bar_chart(), '01-bars', t.ALT, t.VALUES, folder={str(other)!r})"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in other.iterdir()} == first
    assert b"Matplotlib" not in first["01-bars.png"] and b"<dc:date>" not in first["01-bars.svg"]


def test_a_file_is_only_written_when_it_changes(shown, tmp_path):
    shown()
    before = (tmp_path / "01-bars.svg").stat()
    shown()
    assert (tmp_path / "01-bars.svg").stat().st_mtime_ns == before.st_mtime_ns
    shown(bar_chart(height=4))
    assert (tmp_path / "01-bars.svg").stat().st_ino != before.st_ino


@pytest.mark.parametrize(
    "change", [{"height": 3.01}, {"color": "second"}, {"label": "Appropriation 款"}, {"at": (0.1, 0.06)}]
)
def test_the_twin_changes_with_what_is_drawn(shown, change):
    assert twin(shown()) == twin(shown())
    assert twin(shown(bar_chart(**change))) != twin(shown())


def test_the_twin_changes_with_a_hatch_and_with_the_limits_of_an_axis(shown):
    hatched, rescaled = bar_chart(), bar_chart()
    hatched.axes[0].patches[0].set_hatch("//")
    rescaled.axes[0].set_ylim(0, 11)
    assert len({twin(shown(fig)) for fig in (bar_chart(), hatched, rescaled)}) == 3


def test_the_twin_does_not_depend_on_the_reader_s_settings(shown):
    import matplotlib

    usual = twin(shown())
    with matplotlib.rc_context({"font.size": 30, "axes.linewidth": 5, "lines.linewidth": 9}):
        assert twin(shown()) == usual


def test_labels_of_ticks_that_are_not_drawn_do_not_count(shown):
    def chart(ticks):
        fig = bar_chart()
        fig.axes[0].set_yticks(ticks)
        fig.axes[0].set_ylim(0, 10)
        return fig

    assert twin(shown(chart([0, 5]))) == twin(shown(chart([0, 5, 50])))
    assert twin(shown(chart([0, 5]))) != twin(shown(chart([0, 5, 10])))


def test_a_figure_of_pyplot_is_closed(shown):
    from matplotlib import pyplot

    with house_style():
        fig = pyplot.figure(figsize=(4, 3))
        fig.text(0.1, 0.5, "Health 5.35")
    shown(fig)
    assert fig.number not in pyplot.get_fignums()


def test_text_table_aligns_hanzi_and_points_and_tells_zero_from_not_stated():
    table = text_table(
        pd.DataFrame({"item": ["卫生", "other", "none"], "万元": [Decimal("5.35"), Decimal("0"), None],
                      "note": ["新", None, "x"]})
    )  # fmt: skip
    assert table.splitlines() == [
        "item         万元  note",
        "-----------------------",
        "卫生         5.35  新",
        "other        0",
        "none   not stated  x",
    ]
    with pytest.raises(TypeError, match="binary float"):
        text_table(pd.DataFrame({"value": [5.35]}))


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alt", "reason"),
    [
        (None, "at least 40"),
        ("Two bars, 1951.91 and 0.", "at least 40"),
        (ALT.rstrip("."), "period"),
        (re.sub(r"[\d.]+", "much", ALT).rstrip() + ".", "number"),
    ],
)
def test_alternative_texts_that_say_too_little(shown, alt, reason):
    with pytest.raises(ValueError, match=reason):
        shown(alt=alt)


@pytest.mark.parametrize("name", ["bars", "1-bars", "01-Bars", "01_bars", "01-bars.png", "01-"])
def test_names_that_do_not_say_which_notebook(shown, name):
    with pytest.raises(ValueError, match="NN-slug"):
        shown(name=name)


def test_a_missing_glyph(shown):
    with pytest.raises(ValueError, match=r"no glyph for '𠮷' \(U\+20BB7\)"):
        shown(bar_chart(label="𠮷野 5.35"))
    shown(bar_chart(label="only in DejaVu: ħ"))


def test_a_text_outside_the_house_style(shown):
    fig = bar_chart()
    fig.axes[0].texts[0].set_fontfamily("DejaVu Serif")
    with pytest.raises(ValueError, match="house_style"):
        shown(fig)


@pytest.mark.parametrize("at", [(0.9, 0.5), (-0.02, 0.5), (0.3, 0.99), (0.3, -0.02)])
def test_a_text_that_is_cut_off(shown, at):
    with pytest.raises(ValueError, match="'Appropriation 拨款' is cut off"):
        shown(bar_chart(at=at))


def test_a_text_that_is_cut_off_with_the_head(shown):
    fig = bar_chart(at=(0.1, 0.7))
    fig.head = 0.3 * 3 * 72 - 3  # points from the top, 3 above the foot of the text
    with pytest.raises(ValueError, match="'Appropriation 拨款' is cut off with the head"):
        shown(fig)
    fig.head = 10
    shown(fig)


def test_two_texts_that_overlap(shown):
    fig = bar_chart()
    with house_style():
        fig.text(0.2, 0.06, "another")
    with pytest.raises(ValueError, match="'Appropriation 拨款' and 'another' overlap|'another' and 'App.*' overlap"):
        shown(fig)
    fig.texts[0].set_visible(False)
    shown(fig)


def test_an_image_has_no_twin(shown):
    fig = bar_chart()
    fig.axes[0].imshow([[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="pcolormesh"):
        shown(fig)


def test_nothing_is_written_when_a_figure_is_refused(shown, tmp_path):
    with pytest.raises(ValueError):
        shown(bar_chart(label="𠮷"))
    assert not list(tmp_path.iterdir())


def test_fonts_are_the_house_s_in_every_style():
    assert STYLE["font.family"][0] == FAMILY and STYLE["svg.fonttype"] == "path" and STYLE["svg.hashsalt"]
    assert all(a != b for a, b in itertools.pairwise(sorted(PALETTE.values())))
