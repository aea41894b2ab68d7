"""What lies in data/: the published text is the published text, and every table is what the reader makes of it."""

import csv
import hashlib
import io
import json

import frictionless
import pytest
import yaml

from budgetbook.facts import MAIN, read_disclosure
from budgetbook.findings import derived_tables
from budgetbook.paths import DATA, DISCLOSURES
from budgetbook.reader import read_taxonomy

# Pinned here as well as in the description beside the text: whoever changes the text has to face a test.
PUBLISHED = {MAIN: "65a67b14ad540a6a0428a44eaa438a6d503539e9146159568b8c64dc60a2e279"}


def hash_problem(name: str, content: bytes) -> str:
    found = hashlib.sha256(content).hexdigest()
    if found == PUBLISHED.get(name):
        return ""
    return f"{name}.txt is not the published text (sha256 {found}); restore it: git checkout data/disclosures"


@pytest.mark.parametrize("path", sorted(DISCLOSURES.glob("*.txt")), ids=lambda p: p.stem)
def test_the_published_text_is_untouched(path):
    assert hash_problem(path.stem, path.read_bytes()) == ""
    about = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
    assert about["sha256"] == PUBLISHED[path.stem]
    assert about["characters"] == len(path.read_text(encoding="utf-8"))
    assert about["id"] == path.stem


def test_one_changed_digit_is_seen():
    content = (DISCLOSURES / f"{MAIN}.txt").read_bytes()
    for at in (i for i, byte in enumerate(content) if chr(byte).isdigit()):
        other = b"1" if content[at : at + 1] != b"1" else b"2"
        assert hash_problem(MAIN, content[:at] + other + content[at + 1 :])


DERIVED = derived_tables(read_disclosure(MAIN))


@pytest.mark.parametrize("table", DERIVED)
def test_derived_tables_are_what_the_reader_makes(table):
    derived = DERIVED[table].to_csv(index=False, lineterminator="\n")
    assert (DATA / f"{table}.csv").read_text(encoding="utf-8") == derived, f"data/{table}.csv is stale: run make book"


def schema_problems(package: dict, basepath: str) -> list[str]:
    report = frictionless.Package.from_descriptor(package, basepath=basepath).validate()
    return [f"{row[0]} row {row[1]}: {row[2]}" for row in report.flatten(["type", "rowNumber", "message"])]


def test_the_data_package_describes_the_tables():
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    assert schema_problems(package, str(DATA)) == []
    assert {r["path"] for r in package["resources"]} == {p.name for p in DATA.glob("*.csv")}


def test_a_table_that_breaks_its_schema_is_seen(tmp_path):
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    facts = (tmp_path / "facts.csv").read_text(encoding="utf-8")
    (tmp_path / "facts.csv").write_text(facts.replace("income.other", "income.otter"), encoding="utf-8")
    assert any("foreign-key" in problem for problem in schema_problems(package, str(tmp_path)))


def test_the_codebook_explains_every_column():
    codebook = (DATA / "README.md").read_text(encoding="utf-8")
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        heading = f"### `{resource['path']}`"
        assert heading in codebook
        chapter = codebook.split(heading)[1].split("\n### ")[0]
        missing = [f["name"] for f in resource["schema"]["fields"] if f"`{f['name']}`" not in chapter]
        assert not missing, f"data/README.md, {resource['path']}: nothing on {missing}"


def test_the_taxonomy_is_a_tree_with_names():
    items = read_taxonomy()
    for item, parent in zip(items["item"], items["parent"], strict=True):
        if parent:
            assert parent in items.index, f"{item}: no parent {parent}"
    roots = items[items["parent"] == ""]["item"].tolist()
    assert roots == ["budget"]


def test_vocabulary_is_plain_csv():
    for path in DATA.glob("*.csv"):
        content = path.read_bytes()
        assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf"), path.name
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name
