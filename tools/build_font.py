"""Build the project's font from Debian's fonts-noto-cjk: python tools/build_font.py FOLDER

FOLDER holds NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc (src/budgetbook/show/fonts/README.md says where to
get them). The same input and the same fontTools give the same bytes.
"""

import hashlib
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "src/budgetbook/show/fonts"
FAMILY = "Budgetbook Sans"
SIMPLIFIED_CHINESE = 2  # the place of the SC face in the collections
SHA256 = {
    "Regular": "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
    "Bold": "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb",
}
RANGES = [
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin-1, Latin Extended-A
    (0x1CD, 0x1DC),  # pinyin: ǎ ǐ ǒ ǔ ǖ ǘ ǚ ǜ
    (0x1F8, 0x1F9),  # pinyin: ǹ
    (0x2000, 0x206F),  # general punctuation
    (0x2190, 0x2199),  # arrows
    (0x2460, 0x2473),  # ① to ⑳
    (0x3000, 0x301F),  # CJK punctuation
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width currency: ￥
]
SIGNS = "−×÷±√≈≠≤≥∞∑‰€■□▲△▼▽●○◆◇★☆✓"
# Noto makes these as wide as a hanzi, which tears an English apostrophe apart: take the proportional glyphs
# instead.
PROPORTIONAL = "‘’“”"
# Spaces that Noto lacks: a figure's width, a full stop's, or a fixed one. Each takes the place of a Hangzhou
# numeral, which nothing here needs, because adding a glyph to a CID font by hand is far longer.
SPACES = {0x2007: "0", 0x2008: ".", 0x2009: 200, 0x200A: 100, 0x202F: 200}
CARRIERS = dict(zip(SPACES, range(0x3021, 0x3026), strict=True))


def wanted():
    """The set of code points asked of the font. What Noto lacks is left out; the tests say what must be
    in."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    gb2312 = "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
    return {code for first, last in RANGES for code in range(first, last + 1)} | set(map(ord, SIGNS + gb2312))


def rename(font, style):
    """Give `font` our family name everywhere; keep the notices of copyright, trademark, authors and
    licence."""
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = {
        1: FAMILY,
        2: style,
        3: f"2.004;{postscript}",
        4: f"{FAMILY} {style}",
        6: postscript,
        10: "A subset of Noto Sans CJK SC 2.004, renamed. " + font["name"].getDebugName(10),
    }
    font["name"].names = [name for name in font["name"].names if name.langID == 0x409 and name.nameID < 16]
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    cff[0].FamilyName, cff[0].FullName = FAMILY, f"{FAMILY} {style}"
    for number, part in enumerate(cff[0].FDArray):
        part.FontName = f"{postscript}-{number}"


def proportional(font):
    """Map `PROPORTIONAL` to the glyphs that the feature pwid would choose."""
    gsub = font["GSUB"].table
    feature = next(record.Feature for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "pwid")
    narrow = {}
    for index in feature.LookupListIndex:
        for table in gsub.LookupList.Lookup[index].SubTable:
            narrow |= getattr(table, "ExtSubTable", table).mapping
    for table in font["cmap"].tables:
        table.cmap |= {ord(sign): narrow[table.cmap[ord(sign)]] for sign in PROPORTIONAL}


def add_spaces(font):
    """Turn the glyphs of `CARRIERS` into the blank glyphs of `SPACES`."""
    top = font["CFF "].cff[0]
    glyphs = font.getBestCmap()
    for code, width in SPACES.items():
        name = glyphs[CARRIERS[code]]
        width = font["hmtx"][glyphs[ord(width)]][0] if isinstance(width, str) else width
        outline = top.CharStrings[name]
        outline.program = [width - outline.private.nominalWidthX, "endchar"]
        font["hmtx"][name] = (width, 0)
        for table in font["cmap"].tables:
            table.cmap[code] = table.cmap.pop(CARRIERS[code])


def build(source, style):
    """Subset one weight from the collection at `source` (a Path). Returns the font, not yet saved."""
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != SHA256[style]:
        raise SystemExit(f"{source} has sha256 {found}, expected {SHA256[style]}: see {FONTS / 'README.md'}")
    font = TTFont(source, fontNumber=SIMPLIFIED_CHINESE, recalcTimestamp=False)
    # One plain table is enough for the basic plane; the others hold variants, old encodings and rare hanzi.
    font["cmap"].tables = [table for table in font["cmap"].tables if (table.platformID, table.platEncID) == (3, 1)]
    proportional(font)
    options = Options()
    options.layout_features = ["kern", "tnum"]
    options.drop_tables += ["BASE", "GSUB", "VORG", "vhea", "vmtx"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False
    options.desubroutinize = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted() | set(CARRIERS.values()))
    subsetter.subset(font)
    add_spaces(font)
    rename(font, style)
    return font


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    for style in SHA256:
        target = FONTS / f"{FAMILY.replace(' ', '')}-{style}.otf"
        build(Path(sys.argv[1]) / f"NotoSansCJK-{style}.ttc", style).save(target)
        content = target.read_bytes()
        print(f"{target.name}  {len(content):,} bytes  {hashlib.sha256(content).hexdigest()}")
