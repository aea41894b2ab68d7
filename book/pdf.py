"""Make the print edition: the pages of the book as one PDF of A4 sheets.

    python book/pdf.py [--html FOLDER] [--to FILE]

The finished pages are put together to one document (`assemble`): a title page, the contents, the chapters in reading
order, the disclosure itself. Code, download links and the values behind pictures are for the screen and are left out;
Chromium prints the
document twice: from the first printing the page numbers of the contents and of references are read.
"""

import argparse
import html as html_text
import os
import re
import shutil
import sys
import time
from contextlib import nullcontext
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import chromium
from bs4 import BeautifulSoup
from checkout import ROOT
from edition.contents import TITLE, read_book
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from pypdf import PdfReader

import budgetbook
import build

HTML = build.BUILD / "html"
PDF = build.BUILD / "reading-a-department-budget.pdf"
STYLE = build.BOOK / "print.css"
# What is for the screen only: code, links to files, the values behind a picture, the marks beside headings.
SCREEN_ONLY = (
    "script, style, noscript, template, button, input, form, dialog, nav, [hidden], [popover], .headerlink, .tools, "
    ".take, .below, .related-pages, .imprint, details.hide, .cell_input, .screen-only, "
    ".entries .back, .numbers .shown"
)
# Attributes that hold identifiers of the same page.
REFERENCES = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details")
# A picture has letters of 10 points and more; on a page it is as wide as the text, or as tall as print.css lets it be.
COLUMN, TALLEST = 170 / 25.4 * 72, 200 / 25.4 * 72  # points
SMALLEST = 0.8  # of its size
POINT = 0.75  # of a pixel of CSS
UNKNOWN = "000"  # stands in place of a page number in the first printing, as wide as the widest


# ----------------------------------------------------------------------------------------------- assembling


def reading_order(html):
    """The names of the pages that are printed: the chapters, the disclosures that they read, and the sources."""
    chapters = sorted(path.stem for path in Path(html).glob("[0-9][0-9]-*.html"))
    book = read_book(str(ROOT))
    read = [book.disclosures[folder].page for folder in book.read]
    return chapters + [name for name in [*read, "sources"] if (Path(html) / f"{name}.html").is_file()]


def article(html, name):
    """The text of a page, without what is for the screen only."""
    soup = BeautifulSoup((Path(html) / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    text = soup.find("article") or soup.find("main") or soup.body
    text.attrs = {}
    for element in text.select(SCREEN_ONLY):
        element.decompose()
    for link in text.select("a.larger"):  # on the screen it leads to the picture alone
        link.unwrap()
    for cell in text.select("div.cell"):
        if not cell.get_text(strip=True) and not cell.find(["img", "svg"]):
            cell.decompose()
    return text


def words(element):
    """The text of an element, on one line."""
    return " ".join(element.get_text().split())


def open_folds(text):
    """Print folds open, where they stand."""
    for fold in text.select(".entries details"):  # where on the screen one goes on from a picture: on paper, in short
        summary = fold.find("summary").extract()
        summary.name, summary.attrs = "small", {"class": "standing"}
        fold.replace_with(summary)
    for fold in text.select("section.careful > details"):
        fold.find("summary").unwrap()
        fold.unwrap()
    for fold in text.select("details:is(.drawn, .played)"):  # a table, folded on the screen
        fold.find("summary").decompose()
        fold.unwrap()
    for quote in text.select("blockquote.sentences"):  # may go on over a page: it is kept whole sentence by sentence
        quote.name = "div"
    for fold in text.find_all("details"):
        summary = fold.find("summary")
        fold.name, fold.attrs = "div", {"class": "fold"}
        summary.name, summary.attrs = "p", {"class": "fold-title"}


def page_number(soup, target, around):
    """A link that gets the page number of its target when that is known, within the words `around`."""
    mark = soup.new_tag("a", attrs={"class": "page-number", "href": f"#{target}", "data-to": target})
    mark["data-around"] = around
    mark.string = around.format(UNKNOWN)
    return mark


def relink(text, soup, name, printed):
    """Make the identifiers of a page unique in the book, and lead its links to where their targets stand now.

    A link to what is not printed becomes plain text. A link to a whole chapter gets the chapter's page number.
    """

    def own(identifier):
        return f"{name}--{identifier}"

    for section in text.find_all("section", id=True):  # the heading is what a reader should arrive at
        heading = section.find(["h1", "h2", "h3", "h4"])
        if heading and not heading.get("id"):
            heading["id"] = section["id"]
            del section["id"]
    for element in text.find_all(True):
        if element.get("id"):
            element["id"] = own(element["id"])
        for key in REFERENCES:
            if element.get(key):
                element[key] = " ".join(own(part) for part in element[key].split())
        for key in ("href", "xlink:href"):
            if element.name == "use" and element.get(key, "").startswith("#"):
                element[key] = "#" + own(element[key][1:])
        for key in [key for key in element.attrs if key.startswith(("data-", "on", "tabindex"))]:
            if element.get("class") != ["page-number"]:
                del element[key]
    for link in text.select("a:not(.page-number)"):
        parts = urlsplit(link.get("href", ""))
        page = (Path(unquote(parts.path)).stem if parts.path else name) if not parts.scheme else None
        if parts.scheme in {"http", "https", "mailto"}:
            link["class"] = "outside"
        elif link.get("href") and page in {*printed, "index"} and parts.path in {"", f"{page}.html"}:
            target = "contents" if page == "index" else page
            link["href"] = "#" + (f"{target}--{unquote(parts.fragment)}" if parts.fragment else target)
            whole = not parts.fragment and page not in {name, "index"}
            link.attrs = {key: link[key] for key in ("href", "class", "lang", "id") if link.get(key)}
            if whole and not link.find_parent(["table", "h1", "h2", "h3"]):
                link.insert_after(page_number(soup, target, " (p. {})"))
        else:
            link.attrs = {"id": link["id"]} if link.get("id") else {}
            link.unwrap() if not link.attrs else setattr(link, "name", "span")
    for choice in text.find_all("picture"):  # paper is wide
        choice.find("source").extract()
        choice.unwrap()
    for image in text.find_all("img"):
        image.attrs = {key: image[key] for key in ("src", "alt", "width") if image.get(key)}


def pieces(svg, least=120, most=240):
    """Where to cut a picture of matplotlib so that it can go on overleaf: points below its top, between lines of text.

    least, most: how tall a piece may be, in points. A cut takes the widest of the spaces that are in reach.
    """
    top, tall = (float(number) for number in re.search(r'viewBox="\S+ (\S+) \S+ (\S+)"', svg).groups())
    lines = {float(y) - top for y in re.findall(r'transform="translate\(\S+ ([\d.]+)\) scale\(', svg)}
    lines = sorted({0.0, tall, *(y for y in lines if 0 < y < tall)})
    # Letters stand on their line: the middle between two is a little higher than between the lines.
    spaces = [(below - above, (above + below) / 2 - 3) for above, below in pairwise(lines)]
    ends = [0]
    while tall - ends[-1] > most:
        reach = [space for space in spaces if ends[-1] + least <= space[1] <= min(ends[-1] + most, tall - least / 2)]
        ends.append(round(max(reach, default=(0, ends[-1] + most))[1]))
    return [*ends[1:], tall]


def cut_tall(text, soup, folder):
    """Cut the pictures into pieces that on one page would have letters of less than 8 points; a sheet has its own."""
    sheet = tuple(f"/{shown.name}.svg" for shown in printed_alone())
    for figure in text.find_all("figure"):
        image = figure.find("img")
        if not image or image["src"].endswith(sheet) or not (folder / image["src"]).is_file():
            continue
        svg = (folder / image["src"]).read_text(encoding="utf-8")
        wide, tall = (float(re.search(rf'\b{side}="([\d.]+)pt"', svg)[1]) for side in ("width", "height"))
        if tall * SMALLEST <= TALLEST:
            continue
        scale, start = min(1, COLUMN / wide), 0
        figure.name, figure["class"], alt = "div", "tall", image["alt"]
        for end in pieces(svg):
            height, above = (end - start) * scale / POINT, start * scale / POINT
            piece = soup.new_tag("div", attrs={"class": "piece", "style": f"height: {height:.2f}px"})
            look = f"width: {wide * scale / POINT:.2f}px; margin-top: {-above:.2f}px"
            piece.append(soup.new_tag("img", attrs={"src": image["src"], "alt": "" if start else alt, "style": look}))
            image.insert_before(piece)
            start = end
        image.decompose()


def chapter(html, name, printed, images):
    """One page of the book as a chapter of the print edition, and its title. `images` leads to the pages' folder."""
    text = article(html, name)
    soup = BeautifulSoup("", "html.parser")
    open_folds(text)
    relink(text, soup, name, printed)
    cut_tall(text, soup, Path(html))
    heading = text.find("h1")
    title = words(heading)
    for image in text.find_all("img"):
        image["src"] = images + image["src"]
    heading["id"] = name
    if number := re.match(r"\d\d", name):
        eyebrow = soup.new_tag("p", attrs={"class": "eyebrow"})
        eyebrow.string = f"Chapter {number[0]}"
        heading.insert_before(eyebrow)
    text.attrs = {"class": f"chapter of-{name}"}
    return text, title


def question(text):
    """The question below the title of a chapter."""
    first = text.select_one("h1 + p > em:only-child")
    return words(first) if first else ""


def running_heads(titles):
    """Style for the heads of the pages: each chapter's own, on pages of a name of their own."""
    rules = []
    for name, title in titles.items():
        head = (name[:2] + "\u2002" if name[:2].isdigit() else "") + title.partition(":")[0]
        head = head.replace("\\", "").replace('"', r"\22 ")
        rules.append(f'.of-{name} {{ page: of-{name}; }}\n@page of-{name} {{ @top-right {{ content: "{head}"; }} }}')
    return "\n".join(rules)


def front(soup_text, titles, questions, version, built, picture=""):
    """Title page, what a reader of the print edition should know, and the contents."""
    about = read_book(str(ROOT)).main.about
    subtitle = f"The {about['fiscal_year']} budget disclosure of the {about['body_en']}, read section by section"
    escape = html_text.escape
    entries = "\n".join(
        f'<li><a href="#{name}"><span class="number">{name[:2] if name[:2].isdigit() else ""}</span>'
        f'<span class="what">{escape(title)}</span><span class="dots"></span>'
        f'<span class="page-number" data-to="{name}" data-around="{{}}">{UNKNOWN}</span></a>'
        + (f'<span class="asks">{escape(questions[name])}</span>' if questions[name] else "")
        + "</li>"
        for name, title in titles.items()
    )
    return f"""
<header class="title-page">
<p class="title">{escape(TITLE)}</p>
<p class="subtitle">{escape(subtitle)}</p>
<p class="body" lang="zh-Hans">{escape(about["body"])}</p>
{picture}
<p class="edition">Print edition, version {escape(version)}<br>{escape(built)}</p>
</header>
<section class="front">
<h1 id="about">About this edition</h1>
{soup_text}
<p>This is the book on paper. It holds the text, the tables and the pictures of all chapters in reading order. What it
leaves out is in the edition for the screen and in the notebooks, whose numbers stand above the titles of the chapters:
the code that computes every number, the values behind each picture, and the files to download.</p>
<ul>
<li>The exercises answer on the screen: the page and the notebook tell whether an answer is right.</li>
<li>Where the text speaks of “the code”, it means the cells of the notebook, which are not printed here.</li>
<li>Where the text leads to another chapter, its page stands in brackets; in the PDF, links can be
followed.</li>
<li>Money is in <span lang="zh-Hans">万元</span>, tens of thousands of yuan, where nothing else is said.</li>
</ul>
<p>Version {escape(version)}, {escape(built)}. Prose, pictures and derived tables: CC BY 4.0. Code: BSD 3-Clause. The
disclosure was published by a public body under its duty to disclose; this edition claims no right in it.</p>
</section>
<section class="front">
<h1 id="contents">Contents</h1>
<ol class="contents">
{entries}
</ol>
</section>"""


def printed_alone():
    """The pictures that are a sheet of their own."""
    book = read_book(str(ROOT))
    return [shown for shown in book.shown.values() if "pdf" in book.kinds(shown.name)]


def sheets(texts):
    """The pictures that are a sheet of their own, cut out of their chapters: on paper they stand before them."""
    found = []
    for shown in printed_alone():
        target = f"{shown.chapter}--{shown.anchor}"
        for figure in (text.find(id=target) for text in texts if text.find(id=target)):
            soup = BeautifulSoup("", "html.parser")
            instead = soup.new_tag("p", attrs={"class": "see"})
            link = soup.new_tag("a", href=f"#{target}")
            link.string = f"Figure {shown.number}"
            instead.extend([link, page_number(soup, target, " stands before the first chapter, on page {}.")])
            figure.replace_with(instead)
            figure["class"] = "sheet"
            found.append(str(figure))
    return "\n".join(found)


def cover(html, images):
    """The picture on the cover, below what it shows: the budget taken apart, if the book shows it."""
    name = "02-budget-on-one-page"
    shown, picture = read_book(str(ROOT)).shown.get(name), f"_images/{name}.svg"
    if not shown or not (Path(html) / picture).is_file():
        return ""
    title, subtitle = (html_text.escape(shown.caption[part]) for part in ("title", "subtitle"))
    return (
        f'<p class="finding">{title}</p>\n<p>{subtitle}. 1 <span lang="zh-Hans">万元</span> is ten thousand yuan.</p>\n'
        f'<img class="cover" src="{images}{picture}" alt="">'
    )


def introduction(html):
    """The first paragraph of the front page."""
    path = Path(html) / "index.html"
    if not path.is_file():
        return ""
    first = article(html, "index").select_one("h1 + p")
    return "" if first is None or first.find(["a", "img"]) else str(first)


def assemble(html, version="", built="", images="", fonts="fonts/"):
    """All that is printed, as one HTML document. `images` leads from it to the folder of the pages."""
    printed, texts, titles = reading_order(html), [], {}
    for name in printed:
        text, titles[name] = chapter(html, name, printed, images)
        texts.append(text)
    questions = {name: question(text) for name, text in zip(printed, texts, strict=True)}
    ours = sorted(path.name for path in (build.BOOK / "_static").glob("*.css"))  # and not the theme's
    look = "".join((Path(html) / "_static" / name).read_text(encoding="utf-8") for name in ours)
    look = re.sub(r'url\("fonts/(.+?)\.woff2"\) format\("woff2"\)', rf'url("{fonts}\1.ttf") format("truetype")', look)
    style = "\n".join([look, STYLE.read_text(encoding="utf-8"), running_heads(titles)])
    opening = front(introduction(html), titles, questions, version, built, cover(html, images)) + sheets(texts)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{TITLE}</title>\n'
        f"<style>\n{style}\n</style>\n</head>\n<body>\n{opening}\n"
        + "\n".join(str(text) for text in texts)
        + "\n</body>\n</html>\n"
    )


# ------------------------------------------------------------------------------------------------- printing


def to_truetype(source, target):
    """Save a font of the pages with TrueType outlines. Chromium embeds those as a font, others as drawings."""
    font = TTFont(source, recalcTimestamp=False)
    glyphs, order, drawn = font.getGlyphSet(), font.getGlyphOrder(), {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, max_err=0.5, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    for table in {"CFF ", "VORG", "vhea", "vmtx"} & set(font.keys()):
        del font[table]
    font["glyf"].compile(font)  # bounds, which the metrics need
    for name in order:
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(font["glyf"][name], "xMin", 0))
    most = font["maxp"]
    most.tableVersion = 0x00010000
    most.maxZones, most.maxTwilightPoints, most.maxStorage = 1, 0, 0
    most.maxFunctionDefs = most.maxInstructionDefs = most.maxStackElements = most.maxSizeOfInstructions = 0
    most.maxComponentElements = 0
    font["post"].formatType = 3.0
    font.sfntVersion, font.flavor = "\000\001\000\000", None
    font.save(target)


# A table that is wider than the page is set in smaller type, step by step; what is still too wide is reported. One that
# is longer than 45 of 100 of a page need not stand on one, and neither need a fold.
FIT = """() => {
  const room = document.documentElement.clientWidth, wide = [];
  for (const table of document.querySelectorAll("table")) {
    for (const step of ["fit-1", "fit-2", "fit-3", "fit-4"]) {
      if (table.getBoundingClientRect().right <= room + 0.5) break;
      table.classList.remove("fit-1", "fit-2", "fit-3");
      table.classList.add(step);
    }
  }
  const blocks = document.querySelectorAll("table, .fold");
  for (const block of blocks) block.classList.toggle("long", block.offsetHeight > 430);
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (box.width && box.right > room + 1 && !element.closest("svg, .sheet")) {
      const name = element.closest(".chapter")?.className || "";
      wide.push(`${element.tagName.toLowerCase()} (${name}): ${element.textContent.trim().slice(0, 60)}`);
    }
  }
  return wide;
}"""
# A picture that does not fit on the rest of its page would leave it blank: what follows up to the next picture comes
# first, as far as it fits. Where things stand is read from a printing in which all of them have links, at its end.
BLOCKS = """() => {
  document.querySelector("#probe")?.remove();
  const blocks = (element) => element.matches("div:not(.piece), section")
    ? [...element.children].flatMap(blocks) : element.offsetHeight ? [element] : [];
  const found = [...document.querySelectorAll(".chapter")].map((chapter) => [...chapter.children].flatMap(blocks));
  const probe = document.createElement("p");
  probe.id = "probe";
  found.flat().forEach((block, at) => {
    block.id ||= `block-${at}`;
    const link = document.createElement("a");
    link.href = `#${block.id}`;
    link.textContent = ". ";
    probe.append(link);
  });
  document.body.append(probe);
  const top = (block) => block.getBoundingClientRect().top;
  return found.map((chapter) => chapter.map((block, at) => ({
    id: block.id, figure: block.matches("figure"), heading: block.matches("h2, h3, h4, .piece:not(:last-child)"),
    long: block.matches(".long"),
    tall: at + 1 < chapter.length ? top(chapter[at + 1]) - top(block) : block.offsetHeight,
  })));
}"""
MOVE = """(moves) => {
  document.querySelector("#probe").remove();
  for (const [id, behind] of moves) {
    const figure = document.getElementById(id);
    if (!document.querySelector(`.see a[href="#${id}"]`)) {  // once: where it stood the text goes on to speak of it
      const see = document.createElement("p");
      const link = Object.assign(document.createElement("a"), {href: `#${id}`});
      link.textContent = figure.querySelector(".number").textContent;
      const page = Object.assign(document.createElement("span"), {className: "page-number", textContent: "000"});
      Object.assign(page.dataset, {to: id, around: " stands on page {}."});
      see.className = "see";
      see.append(link, page);
      figure.before(see);
    }
    document.getElementById(behind).after(figure);
  }
}"""
SHEET = 253 / 25.4 * 96  # pixels from the top to the foot of a page, as print.css has them
ROUNDS = 8
NUMBER = """(pages) => {
  for (const mark of document.querySelectorAll(".page-number")) {
    if (!(mark.dataset.to in pages)) throw Error(`nothing printed is called ${mark.dataset.to}`);
    mark.textContent = mark.dataset.around.replace("{}", pages[mark.dataset.to]);
  }
}"""


def print_document(path, report=lambda text: None, browser=None):
    """Print an assembled document, in a browser that runs already if there is one; returns the PDF.

    Raises ValueError if something does not fit on the page.
    """
    with chromium.launch() if browser is None else nullcontext(browser) as running:
        page = running.new_page(viewport={"width": 643, "height": 900})  # 170 mm, as wide as print.css sets text
        page.emulate_media(media="print")
        page.goto(Path(path).resolve().as_uri())
        page.evaluate("document.fonts.ready.then(() => {})")
        if wide := page.evaluate(FIT):
            raise ValueError("Wider than the page, even in small type:\n    " + "\n    ".join(wide[:10]))

        def printed():
            return page.pdf(prefer_css_page_size=True, outline=True, tagged=True, print_background=True)

        for attempt in range(1, ROUNDS + 1):
            chapters = page.evaluate(BLOCKS)
            moves = floats(chapters, places(printed()))
            page.evaluate(MOVE, moves)
            report(f"Placing pictures {attempt}: {len(moves)} moved")
            if not moves:
                break
        numbers = {}
        for attempt in range(1, 5):
            pdf = printed()
            report(f"Printing {attempt}: {len(PdfReader(BytesIO(pdf)).pages)} pages")
            found = page_numbers(pdf)
            if found == numbers:
                return pdf
            numbers = found
            page.evaluate(NUMBER, numbers)
        raise ValueError("The page numbers do not come to rest; look at book/print.css.")


def page_order(reader):
    """The page of each object that is one, counted from 1."""
    return {page.indirect_reference.idnum: place for place, page in enumerate(reader.pages, start=1)}


def places(pdf):
    """Page, and pixels below the top of its text, of each identifier that something leads to."""
    reader = PdfReader(BytesIO(pdf))
    order = page_order(reader)
    top = float(reader.pages[0].mediabox.height) / POINT - 22 / 25.4 * 96
    found = reader.root_object.get("/Dests", {}).items()
    return {name[1:]: (order[place[0].idnum], top - float(place[3]) / POINT) for name, place in found}


def page_numbers(pdf):
    """On which page each identifier stands that something leads to."""
    return {name: page for name, (page, _) in places(pdf).items()}


def floats(chapters, at):
    """Which pictures to move, one a chapter at most: pairs of the picture and the block that it is to stand behind.

    chapters: the blocks of each, in order: id, figure, heading, long (a table that may go on overleaf), and tall, the
    pixels to the top of the next; at: where each stands. A picture moves if it begins a page and the one before is more
    than a quarter blank, behind what fits there of the blocks after it.
    """
    moves = []
    for blocks in chapters:
        for before, (index, figure) in zip(blocks, list(enumerate(blocks))[1:], strict=False):
            (page, above), (own, _) = at[before["id"]], at[figure["id"]]
            room = SHEET - (above + before["tall"]) % SHEET
            if not figure["figure"] or page >= own or room < SHEET / 4:
                continue
            passed = []
            for block in blocks[index + 1 :]:
                filled = room < 0.4 * SHEET  # no picture goes into the next section without need
                room -= block["tall"]
                if block["figure"] or (room < 0 and not block["long"]) or (filled and block["heading"]):
                    break
                passed.append(block)
                if room < 0:
                    break
            while passed and passed[-1]["heading"]:
                passed.pop()
            if passed:
                moves.append([figure["id"], passed[-1]["id"]])
                break
    return moves


def children(element):
    """The parts of an element of the structure of a PDF."""
    parts = element.get("/K", [])
    return [part.get_object() for part in (parts if isinstance(parts, list) else [parts])]


def cuts(pdf):
    """What the ends of pages cut or leave alone, by the tags of the PDF: rows, pictures, quotations, headings."""
    reader = PdfReader(BytesIO(pdf))
    order = page_order(reader)
    whole = {"/TR": "a row", "/Figure": "a picture", "/BlockQuote": "a quotation", "/Caption": "a caption"}
    messages, waiting = [], []  # waiting: headings and captions whose text has not come yet

    def visit(element):
        """The pages of an element, in the order of reading; `waiting` goes with the text to the next element."""
        kind, on, parts = element["/S"], [], children(element)
        for part in parts:
            if isinstance(part, dict) and "/S" in part:
                on += visit(part)
            elif not isinstance(part, dict) or part["/Type"] == "/MCR":  # text, on the page of one of the two
                page = order[(part if isinstance(part, dict) and "/Pg" in part else element).raw_get("/Pg").idnum]
                messages.extend(f"page {at}: {what} stands alone at the foot" for what, at in waiting if at != page)
                waiting.clear()
                on.append(page)
        repeated = kind == "/TR" and all(part["/S"] != "/TD" for part in parts)  # a table's head, on each of its pages
        if kind in whole and len(set(on)) > 1 and not repeated:
            messages.append(f"pages {min(on)} and {max(on)}: {whole[kind]} is cut")
        if on and kind in {"/H1", "/H2", "/H3", "/H4", "/Caption"}:
            waiting.append(("a caption" if kind == "/Caption" else "a heading", on[-1]))
        return on

    for element in children(reader.root_object["/StructTreeRoot"]):
        visit(element)
    return messages


def settle(pdf, built, by):
    """Replace in a PDF what differs from printing to printing, and say of which commit it is, whose date it gets.

    The bytes are replaced by as many others, so that the places that a PDF notes of its parts stay true.
    """
    day = re.match(r"(\d{4})-(\d\d)-(\d\d)", built)
    stamp = ("".join(day.groups()) if day else "20210101") + "000000"
    pdf = re.sub(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}", rb"\g<1>" + stamp.encode("ascii"), pdf)

    names = {}  # of the cells of tables: Chromium counts on from whatever it showed before
    pdf = re.sub(rb"\(node(\d{8})\)", lambda m: b"(node%08d)" % names.setdefault(m[1], len(names) + 1), pdf)

    def creator(match):
        room = len(match[2])
        return match[1] + by.encode("ascii")[:room].ljust(room) + match[3]

    return re.sub(rb"(/Creator \()((?:\\.|[^\\)])*)(\))", creator, pdf, count=1)


def make(html=HTML, to=PDF, report=lambda text: print(text, flush=True), browser=None):
    """Write the print edition of a folder of pages. Returns error messages."""
    if not reading_order(html):
        return [f"No chapters in {html}: run python book/build.py html first."]
    if not chromium.find():
        return [f"{chromium.MISSING}\n  Everything but the print edition is made without it."]
    built, start = build.built(ROOT), time.perf_counter()
    work = Path(to).parent / "print"
    shutil.rmtree(work, ignore_errors=True)
    (work / "fonts").mkdir(parents=True)
    for font in sorted((Path(html) / "_static" / "fonts").glob("*.woff2")):
        to_truetype(font, work / "fonts" / f"{font.stem}.ttf")
    images = os.path.relpath(html, work).replace(os.sep, "/") + "/"
    document = assemble(html, budgetbook.__version__, built, images)
    (work / "book.html").write_text(document, encoding="utf-8", newline="\n")
    try:
        pdf = print_document(work / "book.html", report, browser)
    except ValueError as error:
        return [str(error)]
    if wrong := cuts(pdf):
        return ["The ends of pages are not right; look at book/print.css:\n    " + "\n    ".join(wrong)]
    changed = (ROOT / ".git").exists() and build.git_status()
    made_from = "with changes that are not committed" if changed else built
    pdf = settle(pdf, built, f"{TITLE}, version {budgetbook.__version__}, {made_from}")
    draft = Path(to).with_suffix(".pdf.new")
    draft.write_bytes(pdf)
    draft.replace(to)
    sheets = len(PdfReader(BytesIO(pdf)).pages)
    report(f"Open {to} ({sheets} pages, {len(pdf) / 1e6:.1f} MB, {time.perf_counter() - start:.0f} s)")
    return []


def main(argv=None):
    """Run the command line; the value is the exit code."""
    parser = argparse.ArgumentParser(description="Print the pages of the book as one PDF.")
    parser.add_argument("--html", type=Path, default=HTML, metavar="FOLDER", help="the finished pages")
    parser.add_argument("--to", type=Path, default=PDF, metavar="FILE", help="the PDF to write")
    options = parser.parse_args(argv)
    errors = make(options.html, options.to)
    for error in errors:
        print(f"\nERROR  {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
