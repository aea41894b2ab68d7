"""The documents around the collection say what is true: their links arrive, their commands and chapters exist."""

import json
import re
import subprocess
import sys
from urllib.parse import unquote

import pytest
from checkout import ROOT
from edition.contents import Book

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE-TEXT.md", "data/README.md"]


def broken_links(text, folder):
    """Relative links of a Markdown text that lead to no file, or to no heading of a Markdown file."""
    problems = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = unquote(target).partition("#")
        if re.match(r"https?:", target):
            continue
        file = folder / path if path else folder / "README.md"
        if not file.exists():
            problems.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            if anchor not in {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in headings}:
                problems.append(target)
    return problems


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_arrive(name):
    path = ROOT / name
    assert broken_links(path.read_text(encoding="utf-8"), path.parent) == []


def test_a_broken_link_is_seen():
    text = "[a](nowhere.md) [b](README.md#no-such-heading) [c](README.md#two-commands) [d](https://example.org)"
    assert broken_links(text, ROOT) == ["nowhere.md", "README.md#no-such-heading"]


def chapter_rows(rows):
    return [
        f"| [{r['title']}](notebooks/{r['file']}) | {r['question']} | {r['section']} "
        f"| {int(r['minutes']) + int(r['careful'] or 0)} | {r['exercises']} |"
        for r in rows
    ]


def all_of_it(rows):
    read, exercises = (
        sum(int(r[part] or 0) for r in rows for part in parts) for parts in (("minutes", "careful"), ("exercises",))
    )
    return f"| **All of it** | | | **{read}** | **{exercises}** |"


def test_the_map_of_notebooks_is_what_the_notebooks_say():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    stated = re.findall(r"^\| \[.*\]\(notebooks/.*$", text, re.MULTILINE)
    assert stated == chapter_rows(Book(ROOT).chapters)
    assert all_of_it(Book(ROOT).chapters) in text.splitlines()


def test_a_chapter_whose_opening_changes_is_seen(tmp_path):
    source = ROOT / "notebooks" / "03-income.ipynb"
    changed = source.read_text(encoding="utf-8").replace("20 for the exercises", "95 for the exercises")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / source.name).write_text(changed, encoding="utf-8")
    (row,) = chapter_rows(Book(tmp_path).chapters)
    assert row.endswith("| 95 |") and row not in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_commands_of_the_readme_are_targets():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", re.sub(r"(?s)^.*?```sh", "", text))) - {"and"} <= targets


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git tells which folders belong to the project")
def test_the_folders_of_the_readme_are_the_folders():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| \[`([\w/]+?)/`\]", text, re.MULTILINE))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {line.split("/")[0] for line in tracked.splitlines() if "/" in line and not line.startswith(".")}
    assert {name.split("/")[0] for name in listed} == top


def test_jupyterlab_started_here_gets_the_font():
    """The settings are installed with the package, and what they point at is there."""
    command = [sys.executable, "-m", "jupyterlab", "--show-config-json"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    settings = json.loads(printed[printed.index("{\n") :])
    assert settings["LabApp"]["custom_css"] is True
    (folder,) = settings["ServerApp"]["tornado_settings"]["static_custom_path"]
    style = ROOT / "src" / "budgetbook" / "show" / "fonts" / "custom.css"
    assert folder == str(style.parent)
    for font in re.findall(r'url\("([^"]+)"\)', style.read_text(encoding="utf-8")):
        assert (style.parent / font).is_file()
