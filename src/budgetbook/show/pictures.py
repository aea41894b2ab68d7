"""The house style of the pictures, and `show`, the one way a notebook shows a picture.

A picture is shown as a PNG with its alternative text and, beside it, a plain-text twin: that text again, the
values drawn, and a digest of every mark on the page. Tests compare the twin, because they do not look at
pictures.
"""

import base64
import hashlib
import io
import logging
import os
import re
import sys
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

# On its first run on a machine matplotlib lists the system's fonts, on import, and may warn that this takes a
# moment. No picture uses those fonts, and a notebook must not print a warning that comes and goes.
# ruff: noqa: E402
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

import matplotlib.style
import numpy as np
from IPython.display import display
from matplotlib import cbook, colors, font_manager
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from pandas import DataFrame

from budgetbook.show.tables import record, text_table
from budgetbook.show.vocabulary import word

FAMILY = "Budgetbook Sans"
FALLBACK = "DejaVu Sans"
FONTS = {
    "normal": Path(__file__).parent / "fonts/BudgetbookSans-Regular.otf",
    "bold": Path(__file__).parent / "fonts/BudgetbookSans-Bold.otf",
}
FALLBACK_FONT = cbook._get_data_path("fonts/ttf/DejaVuSans.ttf")

# Colours by meaning, hues after Okabe and Ito. A fill stands out from white by at least 3:1; those from
# `total` to `accent` carry white text (4.5:1), and a thin slice in `ink` stands out from them by 3:1.
PALETTE = {
    "ink": "#1f2328",  # text
    "muted": "#57606a",  # second language, units, notes, sources
    "rule": "#c9ced4",  # hairlines that carry no information
    "paper": "#eef1f4",  # a ground behind marks
    "total": "#33475b",  # a whole
    "main": "#0072b2",  # a part, or more of something
    "second": "#007f60",  # a part of another kind
    "third": "#9a6400",
    "fourth": "#9a5295",
    "accent": "#c04e00",  # what the title speaks of, or less of something
    "aside": "#7b8794",  # beside what the title speaks of
}
# An item of which many pictures tell has one colour in all of them, and so have its parts.
ITEMS = {
    "expenditure.basic.wages": "second",
    "expenditure.basic.goods_services": "ink",
    "expenditure.basic.work_specials": "accent",
    "expenditure.project": "fourth",
    "operating_funds": "main",
}
# Pairs of tones for stacks of other items: neighbours alternate and stand 3:1 apart, so that a hair-thin slice shows
# without gaps. Income and functions, which many pictures take apart, have theirs.
CUTS = {"income": 0, "expenditure.function": 1}
TONES = [("#3f93c9", "#0b3c5d"), ("#7b8794", "#26323d"), ("#2b9a79", "#063f30"), ("#b574ae", "#4d1f49")]

STYLE = {
    "axes.edgecolor": PALETTE["muted"],
    "axes.labelcolor": PALETTE["muted"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "figure.facecolor": "white",
    "font.family": [FAMILY, FALLBACK],
    "font.size": 10,
    "grid.color": PALETTE["rule"],
    "grid.linewidth": 0.6,
    "hatch.linewidth": 1.2,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "budgetbook",
    "text.color": PALETTE["ink"],
    "text.hinting": "no_hinting",  # letters keep their true widths at every size
    "text.parse_math": False,  # a $ is a dollar
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
}

DPI = 192  # two device pixels for each CSS pixel of the displayed size
FIGURES = Path("../figures")  # beside the folder of the notebook that draws, in which it runs
NARROW = (3.45, 4, 4.5, 5)  # inches: tried in turn for a picture on a phone, whose column is as wide as the first
TOLERANCE = 1.0  # points by which the boxes of two texts may overlap: blank space above and below the letters


def _register_fonts():
    """Make `FAMILY` mean the files of this package, whatever is installed on the system or in matplotlib's
    cache."""
    manager = font_manager.fontManager
    manager.ttflist[:] = [entry for entry in manager.ttflist if entry.name != FAMILY]
    for path in FONTS.values():
        manager.addfont(path)


_register_fonts()


def lighter(color):
    """A colour nearly white, from which the full one stands out."""
    return colors.to_hex([1 - (1 - tone) / 4 for tone in colors.to_rgb(color)])


def house_style():
    """Context or decorator: matplotlib draws in the house style, whatever the reader's own settings are."""
    return matplotlib.style.context(["default", STYLE])


@dataclass(frozen=True)
class Picture:
    """What a chart makes of data: how it is drawn, the values drawn, and drafts of its words.

    figure: takes a title (the finding, in one sentence), a subtitle (what is drawn, and its unit), a source, and a
    width in inches, and returns a matplotlib Figure in the house style. values: DataFrame of what is drawn. title, alt:
    drafts made of these values; the alternative text says what kind of chart it is, and leaves the finding to whoever
    shows it.
    """

    figure: Callable[..., Figure]
    values: DataFrame
    title: str
    alt: str


def narrowest(draw):
    """The narrowest figure that `draw`, a function of a width in inches, makes whole; None if none of NARROW is."""
    for width in NARROW:
        try:
            fig = draw(width)
            with house_style():
                _check_places(_Recorder(fig))
        except ValueError:
            continue
        return fig if fig.get_size_inches()[0] <= width else None  # a sheet of paper has a size of its own
    return None


def show(fig, name, alt, values, folder=FIGURES, pdf=False, narrow=None, caption=None):
    """Display `fig` with its text twin, save it as NAME.svg and NAME.png in `folder`, and close it.

    name: "NN-slug", beginning with its notebook's number. alt: what a reader who cannot see the picture needs,
    in at least 40 characters, with a number, ending in a period. values: DataFrame of what was drawn (texts
    and Decimals; a missing Decimal is printed as "not stated"). pdf: save NAME.pdf as well, for a sheet to print.
    narrow: the same picture for a phone, saved as narrow/NAME.svg. caption: title, subtitle and finding, for pages that
    set them as text instead of the head of the picture, which ends `fig.head` points below its top.

    Raises ValueError, saying what to do, if one of these is not so, if a character has no glyph, if a text is
    cut off by the edge of the picture, or if two texts overlap; TypeError for binary floats in `values`. Where nothing
    can be written it says so in one line.
    """
    _check_words(name, alt)
    with house_style():
        page = _Recorder(fig)
        _check_glyphs(page.texts)
        _check_places(page)
        kinds = [("svg", 72), ("png", DPI), ("pdf", 72)][: 2 + pdf]
        files = {f"{name}.{kind}": _render(fig, kind, dpi) for kind, dpi in kinds}
        drawn = page.summary()
        if narrow is not None:
            drawn += f"\nnarrow: {_Recorder(narrow).summary()}"
            files[f"narrow/{name}.svg"] = _render(narrow, "svg", 72)
    table = text_table(values)
    twin = f"Picture {name}\n{textwrap.fill(alt, 100)}\n\n{table}\n\n{drawn}"
    if pyplot := sys.modules.get("matplotlib.pyplot"):  # otherwise nothing can hold the figure open
        pyplot.close(fig)
    width, height = (round(inches * 96) for inches in fig.get_size_inches())
    described = {"alt": alt, "width": width, "height": height, "head": _head(fig)}
    if narrow is not None:
        described["narrow"] = [*(round(inches * 96) for inches in narrow.get_size_inches()), _head(narrow)]
    data = {"image/png": base64.b64encode(files[f"{name}.png"]).decode(), "text/plain": twin}
    # The HTML edition shows the values as a table beside the picture.
    heads = {name: word(f"drawn.{name}") for name in values}
    metadata = {"image/png": described, "picture": name, "values": record(values, word("drawn"), heads)}
    metadata |= {"caption": caption} if caption else {}
    metadata |= {"parts": _parts(fig, narrow)} if caption and getattr(fig, "parts", None) else {}
    display(data, raw=True, metadata=metadata)
    try:  # shown first: a reader of a checkout that cannot be written sees the picture all the same
        for file, content in files.items():
            (Path(folder) / file).parent.mkdir(parents=True, exist_ok=True)
            _write(Path(folder) / file, content)
    except OSError as error:
        print(f"The picture was not saved: {error.filename or folder}: {error.strerror}.")


class _Recorder(RendererBase):
    """Draws nothing and notes everything: each visible text, and each path with its colours, in points.

    Texts are noted by their anchors, not by their extents, so that no build of FreeType can change the
    digest.
    """

    def __init__(self, fig):
        super().__init__()
        self.size = tuple(fig.get_size_inches() * 72)
        self.head = getattr(fig, "head", 0)
        self.marks, self.groups = [], Counter()
        fig.set_dpi(72)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")  # `_check_glyphs` says it better
            fig.draw(self)
        # Only a text that was really drawn has met this renderer: not the labels of ticks beyond an axis'
        # limits.
        self.texts = [
            text for text in fig.findobj(Text) if text._renderer is self and text.get_visible() and text.get_text()
        ]
        self.marks += map(self._text_mark, self.texts)

    def get_canvas_width_height(self):
        return self.size

    def open_group(self, s, gid=None):
        kind = "lines" if s == "line2d" or s.endswith("Collection") else {"patch": "patches"}.get(s)
        self.groups[kind] += 1

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        pass  # noted in __init__

    def draw_image(self, gc, x, y, im, transform=None):
        raise ValueError(
            "the twin of a picture cannot describe an image: draw patches or lines (pcolormesh, not imshow)"
        )

    def draw_path(self, gc, path, transform, rgbFace=None):
        drawn = transform.transform_path(path)
        codes = "" if drawn.codes is None else drawn.codes.tolist()
        line = (
            colors.to_hex(gc.get_rgb(), keep_alpha=True),
            _rounded(gc.get_linewidth()),
            _rounded(gc.get_dashes()[1]),
        )
        face = rgbFace is not None and colors.to_hex(rgbFace, keep_alpha=True)
        self.marks.append(("path", _rounded(drawn.vertices), codes, face, *line, gc.get_hatch(), gc.get_alpha()))

    def summary(self):
        """The twin's last line: how much was drawn, and twelve digits that change when any of it changes."""
        digest = hashlib.sha256(repr((_rounded(self.size), self.marks)).encode()).hexdigest()[:12]
        texts, patches, lines = len(self.texts), self.groups["patches"], self.groups["lines"]
        return f"drawn: {texts} texts, {patches} patches, {lines} lines; digest {digest}"

    @staticmethod
    def _text_mark(text):
        place = text.get_transform().transform(text.get_unitless_position())
        look = text.get_fontsize(), text.get_fontweight(), text.get_ha(), text.get_va(), text.get_rotation()
        return "text", text.get_text(), _rounded(place), colors.to_hex(text.get_color()), *look


def _rounded(numbers):
    """Numbers to a hundredth of a point, as lists. The first rounding keeps ties from tipping on the last
    bit."""
    if numbers is None:
        return None
    return (np.round(np.round(np.asarray(numbers, dtype=float), 6), 2) + 0.0).tolist()


def _head(fig):
    """The height of the head of a picture, in CSS pixels as its size."""
    return round(getattr(fig, "head", 0) * 96 / 72)


def _parts(fig, narrow):
    """The parts of a picture, see `Page`: what is said of each, and where it is, in pixels below each form's head."""

    def pixels(place, head):
        if isinstance(place, list):
            return [[round(x * 96 / 72), round(y * 96 / 72) - head] for x, y in place]
        return round(place * 96 / 72) - head

    places = {
        form: [pixels(place, _head(drawn)) for _, place in drawn.parts]
        for form, drawn in (("wide", fig), ("narrow", narrow))
        if drawn is not None
    }
    return {"said": [said for said, _ in fig.parts]} | places


def _check_words(name, alt):
    if not re.fullmatch(r"\d\d-[a-z0-9-]+", name):
        raise ValueError(f"picture name {name!r}: use NN-slug in lower case, NN being the notebook's number")
    if not alt or len(alt) < 40:
        raise ValueError(
            f"picture {name}: alternative text of {len(alt or '')} characters; say in at least 40 what kind "
            "of chart it is, what it shows and what it finds"
        )
    if not alt.endswith("."):
        raise ValueError(f"picture {name}: end the alternative text with a period")
    if not re.search(r"\d", alt):
        raise ValueError(f"figure {name}: state the finding's number in the alternative text")


@cache
def _glyphs():
    """The characters that can be drawn (regular and bold cover the same ones)."""
    return frozenset(FT2Font(FONTS["normal"]).get_charmap()) | frozenset(FT2Font(FALLBACK_FONT).get_charmap())


def _check_glyphs(texts):
    for text in texts:
        if text.get_fontfamily() != STYLE["font.family"]:
            raise ValueError(f"text {text.get_text()!r} is set in {text.get_fontfamily()}: draw it in house_style()")
        for sign in text.get_text().replace("\n", ""):
            if ord(sign) not in _glyphs():
                raise ValueError(
                    f"no glyph for {sign!r} (U+{ord(sign):04X}) in text {text.get_text()!r}: reword it, or "
                    "add the character in tools/build_font.py"
                )


def _check_places(page):
    boxes = [(text.get_text(), text.get_window_extent(page)) for text in page.texts if text.get_text().strip()]
    width, height = page.size
    for text, box in boxes:
        if min(box.x0, box.y0, width - box.x1, height - box.y1) < -0.5:
            raise ValueError(f"text {text!r} is cut off by the edge of the picture: shorten it or make room")
        if min(box.y1 - (height - page.head), height - page.head - box.y0) > 0.5:  # pages show what is below the head
            raise ValueError(f"text {text!r} is cut off with the head of the picture: shorten it or make room")
    for (one, a), (other, b) in combinations(boxes, 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > TOLERANCE and min(a.y1, b.y1) - max(a.y0, b.y0) > TOLERANCE:
            raise ValueError(f"texts {one!r} and {other!r} overlap: move one of them")


def _render(fig, kind, dpi):
    """A picture as bytes, without a date or the version of the program that wrote it."""
    nothing = {
        "svg": {"Date": None, "Creator": None},
        "png": {"Software": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }[kind]
    out = io.BytesIO()
    fig.savefig(out, format=kind, dpi=dpi, metadata=nothing)
    return out.getvalue()


def _write(path, content):
    """Write bytes if they differ from what is there, never leaving half a file."""
    if path.exists() and path.read_bytes() == content:
        return
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(path)
