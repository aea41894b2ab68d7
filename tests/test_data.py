"""What lies in data/: the published text is the published text, and every table is what the reader makes of it."""

import csv
import hashlib
import io
import json
import re
import shutil

import frictionless
import pytest
import yaml
from checkout import DATA, NOTEBOOKS, disclosures
from expected import read
from liling import FOLDER, LILING

from budgetbook.disclosure import DERIVED, Disclosure, describe
from budgetbook.rules import RULES, package

# Pinned here as well as in the description beside the text: whoever changes the first text has to face a test.
PUBLISHED = "65a67b14ad540a6a0428a44eaa438a6d503539e9146159568b8c64dc60a2e279"
FOLDERS = pytest.mark.parametrize("folder", disclosures(), ids=lambda folder: folder.name)


def hash_problem(about: dict, content: bytes) -> str:
    found = hashlib.sha256(content).hexdigest()
    if found == about["sha256"]:
        return ""
    return f"source.txt of {about['id']} is not the published text (sha256 {found}): restore it, git checkout data"


@FOLDERS
def test_the_published_text_is_untouched(folder):
    path = folder / "source.txt"
    about = yaml.safe_load((folder / "about.yml").read_text(encoding="utf-8"))
    assert hash_problem(about, path.read_bytes()) == ""
    assert about["characters"] == len(path.read_bytes().decode("utf-8"))
    assert about["id"] == folder.name


def test_the_first_text_is_the_one_that_was_received():
    assert LILING.about["sha256"] == hashlib.sha256((FOLDER / "source.txt").read_bytes()).hexdigest() == PUBLISHED


def test_one_changed_digit_is_seen():
    content = (FOLDER / "source.txt").read_bytes()
    for at in (i for i, byte in enumerate(content) if chr(byte).isdigit()):
        other = b"1" if content[at : at + 1] != b"1" else b"2"
        assert hash_problem(LILING.about, content[:at] + other + content[at + 1 :])


@pytest.mark.parametrize("table", DERIVED)
@pytest.mark.parametrize("disclosure", [*map(read, disclosures())], ids=lambda disclosure: disclosure.name)
def test_derived_tables_are_what_the_reader_makes(disclosure, table):
    derived = DERIVED[table](disclosure).to_csv(index=False, lineterminator="\n")
    stored = (disclosure.folder / f"derived/{table}.csv").read_bytes().decode("utf-8-sig")
    assert stored == derived, f"{table}.csv is stale: run make book"


@FOLDERS
def test_the_package_of_a_disclosure_is_that_of_its_description_and_its_files(folder):
    stored = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert stored == describe(read(folder)), "datapackage.json is stale: run make book"
    described = {resource["path"] for resource in stored["resources"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert described == there - {"about.yml", "datapackage.json"}


def problems(package: frictionless.Package) -> list[str]:
    report = package.validate()
    assert len(report.tasks) == len(package.resources) > 0
    return [" ".join(map(str, row)) for row in report.flatten(["type", "rowNumber", "message"])]


@pytest.mark.parametrize("folder", [RULES, *disclosures()], ids=lambda folder: folder.name)
def test_each_package_is_valid_by_itself(folder):
    assert problems(frictionless.Package(str(folder / "datapackage.json"))) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        ("source.txt", "1951.91", "1951.92", "hash-count"),
        ("derived/facts.csv", "三（一）", "三（九）", "foreign-key"),
        ("derived/checks.csv", "holds", "holds well", "constraint-error"),
        ("expected/guards.csv", "section,item", "section,items", "incorrect-label"),
    ],
)
def test_a_package_with_a_changed_file_is_not(tmp_path, file, old, new, kind):
    copy = shutil.copytree(FOLDER, tmp_path / "copy")
    text = (copy / file).read_text(encoding="utf-8")
    (copy / file).write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    found = problems(frictionless.Package(str(copy / "datapackage.json")))
    assert any(kind in problem for problem in found), found


def test_a_description_that_lacks_what_the_package_tells_is_refused():
    with pytest.raises(ValueError, match="about.yml does not say: licence"):
        describe(Disclosure("", {name: word for name, word in LILING.about.items() if name != "licence"}, FOLDER))


def gathered(folder, to) -> frictionless.Package:
    """All tables of a disclosure and of the rules as one package in one folder, to follow keys across the two."""
    resources = package("datapackage")["resources"] + package("disclosure")["resources"]
    found = []
    for resource in resources:
        home = folder if "/" in resource["path"] else RULES
        own = folder / "notes" / resource["path"]
        if not (home / resource["path"]).is_file():
            continue  # a table that this disclosure has not
        rows = (home / resource["path"]).read_text(encoding="utf-8-sig")
        if home == RULES and own.is_file():
            rows += own.read_text(encoding="utf-8-sig").partition("\n")[2]
        path = resource["name"].replace("/", "-") + ".csv"
        (to / path).write_text(rows, encoding="utf-8")
        found.append(resource | {"path": path})
    return frictionless.Package.from_descriptor({"name": "all", "resources": found}, basepath=str(to))


@FOLDERS
def test_the_tables_of_a_disclosure_fit_the_rules(folder, tmp_path):
    assert problems(gathered(folder, tmp_path)) == []


def test_a_key_that_leads_nowhere_is_seen(tmp_path):
    package = gathered(FOLDER, tmp_path)
    facts = (tmp_path / "facts.csv").read_text(encoding="utf-8")
    (tmp_path / "facts.csv").write_text(facts.replace("income.other", "income.otter"), encoding="utf-8")
    assert any("foreign-key" in problem for problem in problems(package))


def test_every_table_has_a_schema_and_every_schema_a_table():
    described = [resource for name in ("datapackage", "disclosure") for resource in package(name)["resources"]]
    general = {path.name for path in RULES.glob("*.csv")}  # to which a disclosure may add rows of its own
    there = {path.relative_to(folder).as_posix() for folder in disclosures() for path in folder.glob("*/*.csv")}
    assert {resource["path"] for resource in described} == general | there - {f"notes/{name}" for name in general}


@pytest.mark.parametrize(("name", "codebook"), [("datapackage", RULES), ("disclosure", DATA)])
def test_the_codebooks_explain_every_column(name, codebook):
    text = (codebook / "README.md").read_text(encoding="utf-8")
    chapters = dict(chapter.split("\n", 1) for chapter in text.split("\n### ")[1:])
    for resource in package(name)["resources"]:
        chapter = chapters.pop(f"`{resource['path']}`")
        rows = re.findall(r"^\| (`[^|]+`) \|", chapter, re.MULTILINE)
        explained = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
        columns = [field["name"] for field in resource["schema"]["fields"]]
        assert sorted(explained) == sorted(columns), f"{codebook / 'README.md'}, {resource['path']}"
    assert not [heading for heading in chapters if ".csv" in heading], "explained, and not there"


def test_the_taxonomy_is_a_tree_with_names():
    items = LILING.items
    for item, parent in zip(items["item"], items["parent"], strict=True):
        if parent:
            assert parent in items.index, f"{item}: no parent {parent}"
    roots = items[items["parent"] == ""]["item"].tolist()
    assert roots == ["budget"]


@pytest.mark.parametrize("path", [*RULES.glob("*.csv"), *DATA.glob("*/*/*.csv")], ids=lambda path: path.stem)
def test_a_table_is_plain_csv_that_a_spreadsheet_opens(path):
    content = path.read_bytes()
    # A spreadsheet takes a file for UTF-8 by its byte order mark; without, it shows hanzi as noise.
    assert content.startswith(b"\xef\xbb\xbf") and b"\xef\xbb\xbf" not in content[3:]
    assert b"\r" not in content and content.endswith(b"\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {len(rows[0])}


def test_no_code_and_no_general_rule_names_a_body():
    """What belongs to one disclosure stands in its folder."""
    named = [word for folder in disclosures() for word in names(read(folder).about)]
    assert {"liling-grid-centre-2021", "醴陵", "Liling", "醴陵市网格化管理服务中心"} <= set(named)
    for path in [*RULES.parent.rglob("*.py"), *RULES.glob("*.csv"), *RULES.glob("*.json")]:
        text = path.read_text(encoding="utf-8").casefold()
        assert not [word for word in named if re.search(f"(?<![a-z]){word.casefold()}", text)], path


def names(about: dict) -> list[str]:
    """How a text could name a body: its id, its name, and the innermost place of it, in both languages."""
    place = re.match(r"(?:.*[省市州区县])?(.+?)[市州区县]$", about["place"])[1]
    return [about["id"], about["body"], about["body_en"], place, about["place_en"].split(",")[0]]


def test_the_translation_leaves_no_sentence_out():
    rows = LILING.translation  # which is refused if it is not the text, sentence by sentence, to its end
    assert list(rows["sentence"]) == list(range(1, len(rows) + 1)) and rows["en"].ne("").all()
    assert rows["start"].is_monotonic_increasing and (rows["end"] > rows["start"]).all()
    for row in rows.itertuples():  # no amount is lost on the way
        numbers = [set(re.findall(r"\d+\.\d+|\d{3,}", text)) for text in (row.zh, row.en)]
        assert numbers[0] == numbers[1], row.sentence


def test_every_sentence_stands_in_some_chapter_with_its_english():
    shown = [
        sentence
        for path in NOTEBOOKS.glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        for sentence in output.get("metadata", {}).get("passage", [])
    ]
    assert sorted(set(shown)) == LILING.translation["sentence"].tolist()
