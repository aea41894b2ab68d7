"""What makes executed notebooks and the HTML edition (book/build.py), tried on two small notebooks."""

import ast
import hashlib
import json
import re
import shutil

import nbformat
import notebook_rules as rules
import pytest
from checkout import FIGURES, NOTEBOOKS, ROOT
from edition import contents
from edition.contents import chapter_table, gallery, read_book
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import build
from budgetbook.show.collection import METADATA, normalise

ALT = 'Bar chart: revenue of 561.4万元 "as printed", of which 会议费 is <1 %'
FIGURE = f"""
import pathlib, base64
from IPython.display import display
svg = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200">'
       '<path d="M20 40h500v40H20zM20 110h90v40H20z" fill="#2a6f97"/></svg>')
png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                       "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
pathlib.Path("../figures/02-budget-on-one-page.svg").write_text(svg)
pathlib.Path("../figures/02-budget-on-one-page.png").write_bytes(png)
display({{"image/png": base64.b64encode(png).decode(), "text/plain": "bars"}}, raw=True,
        metadata={{"image/png": {{"alt": {ALT!r}, "width": 600, "height": 200}}, "picture": "02-budget-on-one-page"}})
""".strip()
TABLE = """
from IPython.display import display
rows = "".join(f"<tr><th lang='zh'>{zh}</th><td>{en}</td><td class='num'>{v}</td></tr>" for zh, en, v in [
    ("工资福利支出", "Wages and welfare", "415"), ("商品和服务支出", "Goods and services", "146.4")])
display({"text/html": "<table class='budget'><caption>Basic expenditure, 万元</caption><thead>"
    "<tr><th>项目</th><th>Item</th><th class='num'>2021</th></tr></thead><tbody>" + rows +
    "<tr><th>接待费</th><td>Hospitality</td><td class='num na'>not stated</td></tr>"
    "<tr class='total'><th>合计</th><td>Total</td><td class='num'>561.4</td></tr></tbody></table>",
    "text/plain": "table"}, raw=True)
""".strip()
PROSE = (
    "Revenue is 561.4万元. It’s the same on both sides; see [the income](03-income.ipynb#the-income-side) "
    "and [the data](../data/facts.csv).\\n\\n| item | 万元 |\\n|---|---:|\\n| “total” | 561.4 |"
)


def write(path, *cells):
    """A notebook of (kind, source) cells with fixed identifiers, as a person would have saved it."""
    made = [
        (new_markdown_cell if kind == "md" else new_code_cell)(source, id=f"cell-{i}")
        for i, (kind, source) in enumerate(cells)
    ]
    kernel, language = {"display_name": "mine", "name": "my-kernel"}, {"name": "python", "version": "3.0"}
    metadata = {"kernelspec": kernel, "language_info": language}
    nbformat.write(new_notebook(cells=made, metadata=metadata), path)
    return path


def project(folder):
    """A small project: two notebooks that show all that the book has to set, and a data file."""
    for name in ("notebooks", "figures", "data"):
        (folder / name).mkdir()
    (folder / "data" / "facts.csv").write_text("fact,value\nrevenue,561.4\n")
    write(
        folder / "notebooks" / "02-start-here.ipynb",
        ("md", "# Start here\n\nWhat does it say? [Income](03-income.ipynb), [facts](../data/facts.csv)."),
        ("md", "> 2021年收入预算561.4万元，“三公”经费0万元。会议费另计。\n>\n> The budget for 2021."),
        ("code", FIGURE),
        ("md", "## The table\n\nCosts $5 and $6, no mathematics. 会议费 is for meetings."),
        ("md", "<details><summary>Answer</summary>\n\nIt *holds*.\n\n</details>"),
        ("code", TABLE),
        ("code", f"from IPython.display import Markdown\nMarkdown('''{PROSE}''')"),
    )
    write(
        folder / "notebooks" / "03-income.ipynb",
        ("md", "# Income\n\nWhere does the money come from?"),
        ("md", "## The income side\n\nBack to [the table](02-start-here.ipynb#The-table)."),
        ("code", "import sys\nprint('one')\nsys.stdout.flush()\nprint('two', hash('a') == hash('a'))"),
        ("code", "print(len({'预算', '决算'}), sys.flags.hash_randomization)"),
    )
    return folder


def run(folder, **options):
    return build.run_notebooks(folder / "notebooks", **options) or build.check_pictures(
        folder / "notebooks", folder / "figures"
    )


def render(folder):
    return build.render_html(folder, folder / "build")


def digests(folder):
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The small project, executed and rendered once."""
    folder = project(tmp_path_factory.mktemp("book"))
    assert run(folder, jobs=2) == []
    assert render(folder) == []
    return folder


# --- notebooks ---


def test_execution_normalises(book):
    text = (book / "notebooks" / "03-income.ipynb").read_text()
    notebook = json.loads(text)
    assert text.endswith("}\n")
    assert notebook["metadata"] == METADATA
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{i}" for i in range(4)]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [1, 2]
    assert all(cell["metadata"] == {} for cell in code)
    stream = {"name": "stdout", "output_type": "stream", "text": ["one\n", "two True\n"]}
    assert code[0]["outputs"] == [stream]


def test_normalise_keeps_what_describes_the_output_and_nothing_else():
    output = nbformat.v4.new_output("display_data", {"image/png": "", "text/plain": "x"})
    output.metadata.update({"image/png": {"alt": "a"}, "picture": "00-a", "machine": "mine"})
    cell = new_code_cell("x", outputs=[output], metadata={"execution": {"started": "now"}, "tags": ["t"]})
    (cell,) = normalise(new_notebook(cells=[cell])).cells
    assert cell.outputs[0].metadata == {"image/png": {"alt": "a"}, "picture": "00-a"}
    assert cell.metadata == {"tags": ["t"]}


def test_parallel_execution_writes_the_same_bytes_as_one_by_one(book, tmp_path):
    alone = project(tmp_path)
    assert run(alone, jobs=1) == []
    assert digests(alone / "notebooks") == digests(book / "notebooks")
    path = alone / "notebooks" / "03-income.ipynb"
    before = path.stat().st_mtime_ns
    assert build.execute(path) is None
    assert path.stat().st_mtime_ns == before, "rewritten without need"


def test_failing_cell_is_reported_and_its_file_left_alone(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    folder = tmp_path / "notebooks"
    bad = write(folder / "00-bad.ipynb", ("md", "# Bad"), ("code", "x = 1"), ("code", "1 / 0\nx"))
    good = write(folder / "01-good.ipynb", ("code", "1 + 1"))
    # A kernel specification of the user, which must not be taken for ours.
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text('{"argv": ["false"], "display_name": "mine", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    before = bad.read_bytes()
    (message,) = run(tmp_path)
    assert "00-bad.ipynb, cell 3 of 3 (In [2])" in message and "source:  1 / 0\n" in message
    assert "error:   ZeroDivisionError: division by zero\n" in message and "next:" in message
    assert bad.read_bytes() == before
    assert nbformat.read(good, 4).cells[0].outputs[0].data["text/plain"] == "2", "others are finished"


def test_exit_code_tells_of_errors(monkeypatch, capsys):
    monkeypatch.setattr(build, "run_notebooks", lambda *folders, jobs: ["00-bad.ipynb, cell 3"])
    assert build.main(["notebooks"]) == 1
    assert "ERROR  00-bad.ipynb, cell 3" in capsys.readouterr().err
    monkeypatch.setattr(build, "run_notebooks", lambda *folders, jobs: [])
    assert build.main(["notebooks"]) == 0


def test_check_fails_when_the_build_changes_a_committed_file(monkeypatch, capsys):
    monkeypatch.setattr(build, "run_notebooks", lambda *folders, jobs: [])
    states = iter(["", " M figures/02-budget-on-one-page.svg\n"])
    monkeypatch.setattr(build, "git_status", lambda: next(states))
    assert build.main(["--check", "notebooks"]) == 1
    assert "figures/02-budget-on-one-page.svg" in capsys.readouterr().err
    monkeypatch.setattr(build, "git_status", lambda: "")
    assert build.main(["--check", "notebooks"]) == 0


def test_pictures_and_outputs_must_belong_together(book, tmp_path):
    for name in ("notebooks", "figures"):
        shutil.copytree(book / name, tmp_path / name)
    (tmp_path / "figures" / "09-old.svg").write_text("<svg/>")
    (tmp_path / "figures" / "narrow").mkdir()
    (tmp_path / "figures" / "narrow" / "09-old.svg").write_text("<svg/>")
    (tmp_path / "figures" / "02-budget-on-one-page.png").unlink()
    shutil.copy(tmp_path / "notebooks" / "02-start-here.ipynb", tmp_path / "notebooks" / "01-copy.ipynb")
    messages = "\n".join(build.check_pictures(tmp_path / "notebooks", tmp_path / "figures"))
    assert (
        messages.count("09-old.svg is written by no notebook") == 2
        and "02-budget-on-one-page.png is missing" in messages
    )
    assert "must start with 01-" in messages and "rename one" in messages
    assert build.check_pictures(book / "notebooks", book / "figures") == []


# --- pages ---


def html(book, name):
    return (book / "build" / "html" / name).read_text()


def test_picture_is_the_svg_with_its_whole_alternative_text(book):
    (image,) = re.findall(r"<img [^>]*_images/[^>]*>", html(book, "02-start-here.html"))
    assert ".svg" in image
    parser = build.Page(image)
    assert ALT in parser.text and parser.bare_images == []


def test_page_is_set_for_its_readers(book):
    page = html(book, "02-start-here.html")
    assert page.count("Show code") == 3 and '<details class="hide' in page
    assert 'lang="zh-Hans"' in page and "<table class='budget'>" in page, "HTML of another's making stays as it is"
    assert 'href="03-income.html"' in page and 'href="03-income.html#the-income-side"' in page
    assert 'href="files/data/facts.csv"' in page
    assert "$5 and $6" in page and "<em>holds</em>" in page
    assert re.search(r'<td class="text-right" data-head="[^"]+">561.4</td>', page), "a table in computed Markdown"
    assert 'href="03-income.html"' in html(book, "index.html")
    download = book / "build" / "html" / "notebooks" / "03-income.ipynb"
    assert 'href="notebooks/03-income.ipynb" download' in html(book, "03-income.html")
    assert download.read_bytes() == (book / "notebooks" / "03-income.ipynb").read_bytes()


def test_search_finds_chinese_english_and_decimals(book):
    index = json.loads(html(book, "searchindex.js").removeprefix("Search.setIndex(").removesuffix(")"))
    start = index["docnames"].index("02-start-here")
    for term in ("会议费", "议费", "费", "561.4", "meet"):
        found = index["terms"][term]
        assert start in (found if isinstance(found, list) else [found]), term
    script = html(book, "_static/language_data.js")
    assert "function splitQuery" in script and r"[\u3400-\u9fff\uf900-\ufaff]+" in script


def test_second_build_is_byte_identical_and_drops_stale_pages(book, tmp_path):
    first = digests(book / "build" / "html")
    (book / "build" / "html" / "99-stale.html").write_text("old")
    assert render(book) == []
    assert digests(book / "build" / "html") == first
    assert not {name for name in first if name.startswith((".buildinfo", ".doctrees"))}


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("a.html", '<script src="https://cdn.example/x.js"></script>'),
        ("a.html", '<link rel="stylesheet" href="//fonts.example/css">'),
        ("a.html", '<p style="background: url(https://example.org/x.png)">'),
        ("a.html", "<style>@import 'https://example.org/x.css';</style>"),
        ("a.html", '<img alt="x" srcset="https://example.org/x.png 2x">'),
        ("a.html", '<script>fetch("https://example.org/")</script>'),
        ("a.css", "@font-face { src: url('https://fonts.example/x.woff2') }"),
        ("a.js", 's.src = "https://cdn.example/x.js"'),
        ("a.svg", '<svg><image href="https://example.org/x.png"/></svg>'),
    ],
)
def test_request_to_another_host_is_an_error(tmp_path, name, planted):
    (tmp_path / name).write_text(planted)
    (message,) = (m for m in build.check_pages(tmp_path) if "another host" in m)
    assert message.startswith(f"{name} loads ")


def test_dead_links_and_bare_images_are_errors(tmp_path):
    page = '<a href="b.html"></a><a href="#c"></a><a href="https://example.org"></a><img src="a.html">'
    (tmp_path / "a.html").write_text(page)
    messages = build.check_pages(tmp_path)
    assert [m.split(" ", 1)[1].split(",")[0] for m in messages] == [
        "shows a.html without alternative text.",
        "links to b.html",
        "links to #c: no heading there has that name.",
    ]


def test_missing_glyph_is_an_error_that_names_page_and_character(tmp_path):
    (tmp_path / "a.html").write_text("<p>预算 <b>\U000f0000</b></p>")
    messages = build.embed_fonts(tmp_path)
    assert len(messages) == 2 and all("a.html shows" in m and "U+F0000" in m for m in messages)


def test_fonts_hold_the_characters_of_the_pages_and_no_others(book):
    for weight in ("Regular", "Bold"):
        path = book / "build" / "html" / "_static" / "fonts" / f"BudgetbookSans-{weight}.woff2"
        characters = TTFont(path).getBestCmap()
        shown = "会议费决算aZ9" if weight == "Regular" else "预算aZ9"
        assert set(map(ord, shown)) <= set(characters) and ord("龙") not in characters


def test_the_bold_font_holds_what_is_bold_and_no_other_hanzi(tmp_path):
    (tmp_path / "a.html").write_text("<h2>会议</h2><p>决算 <strong>公务</strong> é</p><table><th>接待</th></table>")
    assert build.embed_fonts(tmp_path) == []
    plain, bold = (
        set(map(chr, TTFont(tmp_path / f"_static/fonts/BudgetbookSans-{weight}.woff2").getBestCmap()))
        for weight in ("Regular", "Bold")
    )
    assert set("会议决算公务接待é") <= plain
    assert {c for c in bold if ord(c) > 0x2FFF} == set("会议公务接待") and "é" in bold


def test_the_reading_order_can_be_followed():
    """What a chapter asks to be read first stands before it, and its last section leads to the next chapter."""
    rows = read_book(str(ROOT)).chapters
    files = [row["file"] for row in rows]
    for place, row in enumerate(rows):
        assert all(row[part] for part in ("title", "question", "section", "minutes")), row
        assert set(row["first"]) <= set(files[:place]), f"{row['file']} asks for a later notebook"
        assert row["first"] or row["said"].startswith("nothing"), f"{row['file']}: what is to be read first?"
        last = nbformat.read(NOTEBOOKS / row["file"], as_version=4).cells[-1].source
        links = re.findall(r"\(([\w-]+\.ipynb)\)", last.partition("## Next")[2])
        assert links[:1] == files[place + 1 : place + 2] or place == len(files) - 1, f"{row['file']}: Next is {links}"


def test_the_index_follows_the_notebooks():
    rows = [
        {"file": "01-a.ipynb", "title": "A: one", "question": "Why?", "minutes": "5", "careful": ""},
        {"file": "02-b.ipynb", "title": "B", "question": "How?", "minutes": "7", "careful": "5"},
    ]
    assert chapter_table(rows).splitlines() == [
        "| [A: one](01-a.html) | Why? | 5 |",
        "| [B](02-b.html) | How? | 12 |",
        "| **All of it** | | **17** |",
    ]


def test_the_ways_through_the_book_are_those_of_its_map():
    rows = read_book(str(ROOT)).chapters
    source = "\n".join(c.source for c in nbformat.read(NOTEBOOKS / "02-start-here.ipynb", as_version=4).cells)
    lists = re.search(r"^short, best = (\[.+?\]), (\[.+\])$", source, re.MULTILINE).groups()
    assert [ast.literal_eval(names) for names in lists] == list(contents.WAYS.values())
    minutes, evening, everything = contents.ways(rows).splitlines()
    assert minutes == "- **Ten minutes** (about 10 minutes to read): [Ten minutes](00-ten-minutes.html)."
    assert evening.count(".html") == 5 and 45 <= int(re.search(r"about (\d+) minutes", evening)[1]) <= 120
    assert re.search(r"about \d hours", everything)
    assert contents.ways(rows[1:2]) == "- **All of it** (about 15 minutes to read): the chapters below, in order."


def test_the_cover_says_nothing_that_the_ten_minutes_do_not():
    """Its numbers are those of the text and of that chapter, said of the same things; its quotations are exact."""
    path = NOTEBOOKS / "00-ten-minutes.ipynb"
    cover = (ROOT / "book" / "index.md").read_text(encoding="utf-8").partition("```")[0]
    notebook, context = nbformat.read(path, as_version=4), rules.contexts([path])[path]
    notebook.cells.append(nbformat.v4.new_markdown_cell(re.sub(r"{{.*?}}", "", cover)))
    assert rules.prose_numbers(notebook, context) == [] and rules.quotes(notebook, context) == []


def test_the_gallery_has_every_picture():
    book = read_book(str(ROOT))
    text = gallery(book)
    names = {path.stem for path in FIGURES.glob("*.svg")}
    assert set(book.shown) == names
    for name in names:
        assert text.count(f"](files/figures/{name}.svg)") == 1
