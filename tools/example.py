"""Make the example files of an invented body in `examples/`: a PDF, a Word file, a spreadsheet and a web page.

They say the same. `examples/planted.csv` lists the errors that were put in: what the tests expect to be found, and what
the notebook for one's own disclosure shows. Nothing in them is a real body's. Run it after changing the words below;
the bytes are the same each time.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples"

HEAD = ["青溪县档案馆2024年部门预算公开", "第一部分 2024年部门预算情况说明"]
TEXT = [
    "一、收支预算总体情况",
    "青溪县档案馆2024年度收支预算总计862.40万元，与上年相比收、支预算总计各增加61.60万元，增长7.69%。"
    "主要原因是新增档案数字化项目。",
    "二、收入预算情况",
    "青溪县档案馆2024年本年收入预算合计862.40万元，其中：一般公共预算拨款收入842.40万元，占97.68%；"
    "事业收入0万元，占0%；其他收入20.00万元，占3.22%。",
    "三、支出预算情况",
    "青溪县档案馆2024年本年支出预算合计862.40万元，其中：基本支出622.40万元，占72.17%；项目支出240.00万元，占27.83%。",
    "四、“三公”经费情况",
    "2024年“三公”经费预算数8.60万元，其中：因公出国（境）费0万元，公务用车购置及运行费5.20万元，公务接待费3.40万元。"
    "比上年减少0.40万元，下降14.44%。",
    "五、机关运行经费情况",
    "2024年机关运行经费预算45.20万元，比上年增加2.20万元，增长5.12%。",
    "六、名词解释",
    "基本支出：指为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出。",
]
TABLES = [
    (
        "收支预算总表",
        [
            ["收入", "", "支出", ""],
            ["项目", "预算数", "项目", "预算数"],
            ["一、一般公共预算拨款", "842.40", "一、基本支出", "622.40"],
            ["二、政府性基金预算拨款", "", "二、项目支出", "240.00"],
            ["三、其他收入", "20.00", "", ""],
            ["本年收入合计", "862.40", "本年支出合计", "862.40"],
        ],
        [(0, 0, 2), (0, 2, 2)],
    ),
    (
        "支出预算总表",
        [
            ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
            ["201", "一般公共服务支出", "760.10", "520.10", "240.00"],
            ["20126", "档案事务", "760.10", "520.10", "240.00"],
            ["2012601", "行政运行", "520.10", "520.10", ""],
            ["2012604", "档案馆", "204.00", "", "204.00"],
            ["208", "社会保障和就业支出", "62.30", "62.30", ""],
            ["20805", "行政事业单位养老支出", "62.30", "62.30", ""],
            ["2080505", "机关事业单位基本养老保险缴费支出", "62.30", "62.30", ""],
            ["221", "住房保障支出", "40.00", "40.00", ""],
            ["22102", "住房改革支出", "40.00", "40.00", ""],
            ["2210201", "住房公积金", "40.00", "40.00", ""],
            ["", "合计", "862.40", "622.40", "240.00"],
        ],
        [],
    ),
    (
        "“三公”经费和机关运行经费预算表",
        [
            ["“三公”经费合计", "因公出国（境）费", "公务用车购置及运行费小计", "公务接待费", "机关运行经费"],
            ["8.60", "0.00", "5.20", "3.40", "42.50"],
        ],
        [],
    ),
]
PLANTED = [
    ("share", "其他收入 is 2.32 % of the income; the text says 3.22 %", "占3.22%"),
    ("growth", "0.40 less than 9.00 is a decrease of 4.44 %; the text says 14.44 %", "下降14.44%"),
    ("codes", "档案事务 is 760.10; its finer codes make 724.10, since 240.00 was typed as 204.00", "760.10"),
    ("codes", "the same digits in the column of projects", "240.00"),
    ("text", "agency operating funds are 45.20 in the text and 42.50 in the table", "42.50"),
]


def pdf() -> bytes:
    """A PDF: two pages of text, one of ruled tables, one that is turned, with page numbers and the book's font."""
    pages = [_text_page([*HEAD, *TEXT[:6]], 1), _text_page(TEXT[6:], 2)]
    first, second, third = TABLES
    pages.append(_table_page([first, third], 3, 595, 842))
    pages.append(_table_page([second], 4, 842, 595))
    objects: list[str | bytes] = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects += _font_objects()
    kids = []
    for content, width, height, turn in pages:
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Rotate {turn} "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, words in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + (words if isinstance(words, bytes) else words.encode()) + b"\nendobj\n"
    end = len(out)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{end}\n%%EOF\n".encode()


@cache
def _font() -> tuple[bytes, dict[str, int], dict[int, int]]:
    """The book's font cut to the characters of the example; character → glyph, glyph → width in thousandths."""
    words = "".join([*HEAD, *TEXT, "单位：万元- 1234", *(t + "".join(map("".join, rows)) for t, rows, _ in TABLES)])
    font = TTFont(ROOT / "src/budgetbook/show/fonts/BudgetbookSans-Regular.otf", recalcTimestamp=False)
    cut = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True))
    cut.populate(text=words)
    cut.subset(font)
    names, data = font.getBestCmap(), font.getTableData("CFF ")
    keyed = "ROS" in font["CFF "].cff.topDictIndex[0].rawDict
    glyph = {c: int(n[3:]) if keyed else font.getGlyphID(n) for c in sorted(set(words)) if (n := names.get(ord(c)))}
    scale = 1000 / font["head"].unitsPerEm
    widths = {number: round(font["hmtx"][names[ord(char)]][0] * scale) for char, number in glyph.items()}
    return data, glyph, widths


def _font_objects() -> list[str | bytes]:
    """The objects 3 to 7 of the PDF: the font, its parts, and which character each glyph shows."""
    data, glyph, widths = _font()
    named = "/BaseFont /BudgetbookSans"
    shown = "\n".join(f"<{number:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, number in glyph.items())
    blocks = shown.split("\n")
    pieces = [blocks[k : k + 100] for k in range(0, len(blocks), 100)]
    mapping = "".join(f"{len(piece)} beginbfchar\n" + "\n".join(piece) + "\nendbfchar\n" for piece in pieces)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /ToUnicode def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{mapping}endcmap end end"
    )
    each = " ".join(f"{number} [{width}]" for number, width in sorted(widths.items()))
    packed = zlib.compress(data, 9)
    return [
        f"<< /Type /Font /Subtype /Type0 {named} /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 7 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType0 {named} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        f"/Supplement 0 >> /DW 1000 /W [{each}] /FontDescriptor 5 0 R >>",
        "<< /Type /FontDescriptor /FontName /BudgetbookSans /Flags 4 /FontBBox [-50 -250 1050 900] /ItalicAngle 0 "
        "/Ascent 880 /Descent -120 /CapHeight 733 /StemV 80 /FontFile3 6 0 R >>",
        f"<< /Length {len(packed)} /Filter /FlateDecode /Subtype /CIDFontType0C >>\nstream\n".encode()
        + packed
        + b"\nendstream",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]


def _show(x: float, y: float, words: str, size: int = 12) -> str:
    codes = "".join(f"{_font()[1][char]:04X}" for char in words)
    return f"BT /F1 {size} Tf 1 0 0 1 {x:g} {y:g} Tm <{codes}> Tj ET\n"


def _width(words: str, size: int) -> float:
    _, glyph, widths = _font()
    return sum(widths[glyph[char]] for char in words) * size / 1000


def _text_page(lines: list[str], number: int) -> tuple[str, int, int, int]:
    content, y = "", 770
    for line in lines:
        begin, row = 24.0, ""
        for char in line:
            if begin + _width(row + char, 12) > 456:  # a full line goes on in the next
                content += _show(70 + begin, y, row)
                begin, row, y = 0.0, "", y - 22
            row += char
        content += _show(70 + begin, y, row)
        y -= 22
    return content + _show(285, 40, f"- {number} -", 9), 595, 842, 0


def _table_page(tables, number: int, width: int, height: int) -> tuple[str, int, int, int]:
    """Tables with rulings; a broad page is a tall one that is turned."""
    turned = width > height
    content, y = "", height - 70
    for title, rows, spans in tables:
        content += _show(60, y, title) + _show(width - 140, y - 16, "单位：万元", 9)
        top, columns = y - 24, len(rows[0])
        across = (width - 120) / columns
        hidden = {(r, c + k) for r, c, span in spans for k in range(1, span)}
        for r in range(len(rows) + 1):
            content += f"60 {top - 22 * r:g} m {width - 60:g} {top - 22 * r:g} l S\n"
        for c in range(columns + 1):
            for r in range(len(rows)):
                if (r, c) not in hidden:
                    content += f"{60 + across * c:g} {top - 22 * r:g} m {60 + across * c:g} {top - 22 * r - 22:g} l S\n"
        for r, row in enumerate(rows):
            for c, words in enumerate(row):
                if words:
                    size = 8 if _width(words, 8) < across - 8 else 7
                    content += _show(64 + across * c, top - 22 * r - 15, words, size)
        y = top - 22 * len(rows) - 50
    content += _show(width / 2, 30, f"- {number} -", 9)
    if turned:
        return f"0 1 -1 0 {height} 0 cm\n{content}", height, width, 90
    return content, width, height, 0


def _packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), words.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FORMATS = "application/vnd.openxmlformats-officedocument"


def docx() -> bytes:
    def paragraph(words: str) -> str:
        return f'<w:p><w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'

    body = "".join(map(paragraph, [*HEAD, *TEXT]))
    for title, rows, spans in TABLES:
        body += paragraph(title) + paragraph("单位：万元") + "<w:tbl>"
        wide = {(r, c): span for r, c, span in spans}
        hidden = {(r, c + k) for r, c, span in spans for k in range(1, span)}
        for r, row in enumerate(rows):
            cells = ""
            for c, words in enumerate(row):
                if (r, c) not in hidden:
                    span = f'<w:gridSpan w:val="{wide[r, c]}"/>' if (r, c) in wide else ""
                    cells += f"<w:tc><w:tcPr>{span}</w:tcPr>{paragraph(words)}</w:tc>"
            body += f"<w:tr>{cells}</w:tr>"
        body += "</w:tbl>"
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return _packed(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
            f'ContentType="{FORMATS}.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'{XML}<Relationships xmlns="{LINKS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{XML}<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
        }
    )


def xlsx() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def cell(r: int, c: int, words: str) -> str:
        name = f"{chr(65 + c)}{r}"
        if "." in words and words.replace(".", "").isdigit():
            return f'<c r="{name}"><v>{words}</v></c>'
        return f'<c r="{name}" t="inlineStr"><is><t>{escape(words)}</t></is></c>' if words else ""

    parts, sheets, types, links = {}, "", "", ""
    for number, (title, rows, spans) in enumerate(TABLES, 1):
        lines = [[f"青溪县档案馆2024年{title}"], ["单位：万元"], *rows]
        data = "".join(
            f'<row r="{r}">{"".join(cell(r, c, words) for c, words in enumerate(row))}</row>'
            for r, row in enumerate(lines, 1)
        )
        merged = "".join(f'<mergeCell ref="{chr(65 + c)}{r + 3}:{chr(64 + c + s)}{r + 3}"/>' for r, c, s in spans)
        merged = f'<mergeCells count="{len(spans)}">{merged}</mergeCells>' if merged else ""
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'{XML}<worksheet xmlns="{main}"><sheetData>{data}</sheetData>{merged}</worksheet>'
        )
        sheets += f'<sheet name="{escape(title[:28])}" sheetId="{number}" r:id="r{number}"/>'
        types += (
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
            f'ContentType="{FORMATS}.spreadsheetml.worksheet+xml"/>'
        )
        links += f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
    return _packed(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{FORMATS}.spreadsheetml.sheet.main+xml"/>{types}</Types>',
            "_rels/.rels": f'{XML}<Relationships xmlns="{LINKS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{XML}<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{LINKS}">{links}</Relationships>',
            **parts,
        }
    )


def html() -> bytes:
    body = "".join(f"<p>{escape(words)}</p>\n" for words in [*HEAD, *TEXT])
    for title, rows, spans in TABLES:
        wide = {(r, c): span for r, c, span in spans}
        hidden = {(r, c + k) for r, c, span in spans for k in range(1, span)}
        body += f"<p>{title}</p><p>单位：万元</p>\n<table>\n"
        for r, row in enumerate(rows):
            cells = [
                f'<td colspan="{wide[r, c]}">{escape(w)}</td>' if (r, c) in wide else f"<td>{escape(w)}</td>"
                for c, w in enumerate(row)
                if (r, c) not in hidden
            ]
            body += f"<tr>{''.join(cells)}</tr>\n"
        body += "</table>\n"
    head = f'<meta charset="utf-8"><title>{HEAD[0]}</title>'
    return f"<!doctype html>\n<html><head>{head}</head>\n<body>{body}</body></html>\n".encode()


def planted() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([("kind", "what", "printed"), *PLANTED])
    return out.getvalue().encode("utf-8-sig")


FILES = {"budget.pdf": pdf, "budget.docx": docx, "budget.xlsx": xlsx, "budget.html": html, "planted.csv": planted}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_bytes(make())
        print(f"examples/{name}")


if __name__ == "__main__":
    main()
