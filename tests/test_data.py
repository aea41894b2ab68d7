"""What lies in data/: the published text is the published text, and every table is what the reader makes of it."""

import csv
import hashlib
import io
import json

import frictionless
import pytest
import yaml
from checkout import DATA, disclosures
from liling import LILING, NAME

from budgetbook.rules import RULES

# Pinned here as well as in the description beside the text: whoever changes the text has to face a test.
PUBLISHED = {NAME: "65a67b14ad540a6a0428a44eaa438a6d503539e9146159568b8c64dc60a2e279"}
FOLDERS = pytest.mark.parametrize("folder", disclosures(), ids=lambda folder: folder.name)


def hash_problem(name: str, content: bytes) -> str:
    found = hashlib.sha256(content).hexdigest()
    if found == PUBLISHED.get(name):
        return ""
    return f"{name}/source.txt is not the published text (sha256 {found}); restore it: git checkout data/{name}"


@FOLDERS
def test_the_published_text_is_untouched(folder):
    path = folder / "source.txt"
    assert hash_problem(folder.name, path.read_bytes()) == ""
    about = yaml.safe_load((folder / "about.yml").read_text(encoding="utf-8"))
    assert about["sha256"] == PUBLISHED[folder.name]
    assert about["characters"] == len(path.read_text(encoding="utf-8"))
    assert about["id"] == folder.name


def test_one_changed_digit_is_seen():
    content = (DATA / NAME / "source.txt").read_bytes()
    for at in (i for i, byte in enumerate(content) if chr(byte).isdigit()):
        other = b"1" if content[at : at + 1] != b"1" else b"2"
        assert hash_problem(NAME, content[:at] + other + content[at + 1 :])


DERIVED = LILING.derived()


@pytest.mark.parametrize("table", DERIVED)
def test_derived_tables_are_what_the_reader_makes(table):
    derived = DERIVED[table].to_csv(index=False, lineterminator="\n")
    assert (DATA / NAME / f"derived/{table}.csv").read_text("utf-8") == derived, f"{table}.csv is stale: run make book"


def schema_problems(package: dict, basepath: str) -> list[str]:
    report = frictionless.Package.from_descriptor(package, basepath=basepath).validate()
    return [f"{row[0]} row {row[1]}: {row[2]}" for row in report.flatten(["type", "rowNumber", "message"])]


def gathered(folder, to) -> dict:
    """A package of all tables of a disclosure and of the rules, gathered in one folder, to follow keys."""
    package = {"name": "all", "resources": []}
    for name in ("datapackage.json", "disclosure.json"):
        package["resources"] += json.loads((RULES / name).read_text(encoding="utf-8"))["resources"]
    for resource in package["resources"]:
        home = folder if "/" in resource["path"] else RULES
        rows = (home / resource["path"]).read_text(encoding="utf-8-sig")
        own = folder / "notes" / resource["path"]
        if home == RULES and own.is_file():
            rows += own.read_text(encoding="utf-8-sig").partition("\n")[2]
        resource["path"] = f"{resource['name']}.csv"
        (to / resource["path"]).write_text(rows, encoding="utf-8")
    return package


@FOLDERS
def test_the_schemas_describe_the_tables(folder, tmp_path):
    assert schema_problems(gathered(folder, tmp_path), str(tmp_path)) == []


def test_every_table_has_a_schema():
    described = {path for name in ("datapackage.json", "disclosure.json") for path in paths(name)}
    there = {path.name for path in RULES.glob("*.csv")}
    there |= {path.relative_to(folder).as_posix() for folder in disclosures() for path in folder.glob("*/*.csv")}
    general = {path.name for path in RULES.glob("*.csv")}  # to which a disclosure may add rows of its own
    assert described == {path for path in there if not (path[:6] == "notes/" and path[6:] in general)}


def paths(name: str) -> list[str]:
    return [resource["path"] for resource in json.loads((RULES / name).read_text(encoding="utf-8"))["resources"]]


def test_a_table_that_breaks_its_schema_is_seen(tmp_path):
    package = gathered(DATA / NAME, tmp_path)
    facts = (tmp_path / "facts.csv").read_text(encoding="utf-8")
    (tmp_path / "facts.csv").write_text(facts.replace("income.other", "income.otter"), encoding="utf-8")
    assert any("foreign-key" in problem for problem in schema_problems(package, str(tmp_path)))


def test_the_codebook_explains_every_column(tmp_path):
    codebook = (DATA / "README.md").read_text(encoding="utf-8")
    for resource in gathered(DATA / NAME, tmp_path)["resources"]:
        heading = f"### `{resource['path']}`"
        assert heading in codebook
        chapter = codebook.split(heading)[1].split("\n### ")[0]
        missing = [f["name"] for f in resource["schema"]["fields"] if f"`{f['name']}`" not in chapter]
        assert not missing, f"data/README.md, {resource['path']}: nothing on {missing}"


def test_the_taxonomy_is_a_tree_with_names():
    items = LILING.items
    for item, parent in zip(items["item"], items["parent"], strict=True):
        if parent:
            assert parent in items.index, f"{item}: no parent {parent}"
    roots = items[items["parent"] == ""]["item"].tolist()
    assert roots == ["budget"]


def test_vocabulary_is_plain_csv():
    for path in [*RULES.glob("*.csv"), *DATA.glob("*/*/*.csv")]:
        content = path.read_bytes()
        assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf"), path.name
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name
