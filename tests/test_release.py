"""What a release holds (tools/release.py), and whether everything that states the version states the same."""

import datetime
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from checkout import ROOT

import budgetbook
import build

sys.path.append(str(ROOT / "tools"))
import release  # noqa: E402

NAME = f"reading-a-department-budget-{budgetbook.__version__}"
PAGES = {
    "index.html": "<p>预算</p>",
    "_static/book.css": "p {}",
    ".nojekyll": "",
    "notebooks/02-start-here.ipynb": "{}",
}
CHECKOUT = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a release is made from a git checkout")


def render(build):
    """In place of the real pages: a few files, written now."""
    for name, text in PAGES.items():
        path = Path(build) / "html" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return []


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a release, made from the files as they are."""
    folder = tmp_path_factory.mktemp("release")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "render_html", render)
        assert release.release(folder / "made", folder / "none.pdf", report=lambda text: None) == []
    return folder / "made"


def checkout(folder):
    """A small checkout with one commit."""

    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

    folder.mkdir()
    (folder / ".gitignore").write_text("build/\n")
    (folder / "a.csv").write_text("1")
    (folder / "预算.csv").write_text("2")
    (folder / "build").mkdir()
    (folder / "build" / "b.html").write_text("3")
    git("init")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-m", "one")
    return folder


def digest(content):
    return hashlib.sha256(content).hexdigest()


def contents(path):
    """The files of an archive, each by its name inside the one folder."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        folder = path.name.removesuffix(".zip") + "/"
        assert all(name.startswith(folder) for name in archive.namelist())
        return {name.removeprefix(folder): archive.read(name) for name in archive.namelist()}


# --- the archives ---


@CHECKOUT
def test_two_runs_write_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "render_html", render)
    runs = []
    for name, umask in (("one", 0o077), ("two", 0o002)):  # two clones, as two people would have them
        before = os.umask(umask)
        try:
            files = release.project_files(checkout(tmp_path / name))
            monkeypatch.setattr(release, "project_files", lambda files=files: files)
            assert release.release(tmp_path / "made", tmp_path / "none.pdf", report=lambda text: None) == []
        finally:
            os.umask(before)
            monkeypatch.undo()
            monkeypatch.setattr(build, "render_html", render)
        runs.append(release.folder_files(tmp_path / "made"))
    assert runs[0] == runs[1] and set(contents(tmp_path / "made" / f"{NAME}-notebooks.zip")) >= {"a.csv", "预算.csv"}


@CHECKOUT
def test_the_edition_is_whole(made):
    files = contents(made / f"{NAME}-html.zip")
    assert {name: text.decode() for name, text in files.items() if name != "SHA256SUMS"} == PAGES


@CHECKOUT
def test_the_notebooks_come_with_all_that_running_them_needs(made):
    files = set(contents(made / f"{NAME}-notebooks.zip"))
    command = ["git", "ls-files", "-z"]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    here = {name for name in tracked if name and (ROOT / name).is_file()}
    assert {name for name in here if not name.startswith((".ci/", ".github/"))} <= files
    assert {"Makefile", "requirements.lock", "pyproject.toml", "environment.yml", "LICENSE", "book/built.txt"} <= files
    for folder in ("notebooks", "figures", "data", "src/budgetbook/rules", "tests", "jupyter/etc/jupyter"):
        assert any(name.startswith(f"{folder}/") for name in files), folder
    assert not {name for name in files if name.startswith((".git/", ".venv/", "build/", ".ci/", ".github/"))}


@CHECKOUT
def test_checksums_are_right_outside_and_inside(made):
    archives = {path.name: path.read_bytes() for path in made.glob("*.zip")}
    lines = [f"{digest(archives[name])}  {name}" for name in sorted(archives)]
    assert (made / "SHA256SUMS").read_text().splitlines() == lines and len(lines) == 2
    for path in made.glob("*.zip"):
        files = contents(path)
        inside = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
        assert inside == {name: digest(content) for name, content in files.items()}


def test_entries_are_dated_by_the_commit_with_the_same_rights(tmp_path):
    release.pack(tmp_path / "a.zip", "a", {"b": b"1", "a": b"2"}, "2026-11-24 (commit abc1234)")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["a/SHA256SUMS", "a/a", "a/b"]
    assert {entry.date_time for entry in entries} == {(2026, 11, 24, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("src/__pycache__/a.pyc", b""),
        (".pytest_cache/README.md", b""),
        ("notebooks/.ipynb_checkpoints/a.ipynb", b""),
        ("data/a.csv", b"read from /somewhere/here/data"),
    ],
)
def test_traces_of_a_machine_are_seen(name, content):
    (message,) = release.traces({name: content, "data/b.csv": b"1951.91"}, ["/somewhere/here/"])
    assert message.startswith(f"{name} ")


def test_a_release_with_traces_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "render_html", render)
    monkeypatch.setattr(release, "project_files", lambda: {"a.csv": f"{ROOT}/data".encode()})
    (message,) = release.release(tmp_path / "made", tmp_path / "none.pdf", report=lambda text: None)
    assert message.startswith("a.csv names ") and not list((tmp_path / "made").iterdir())


@CHECKOUT
def test_changed_files_are_refused_by_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "render_html", render)
    monkeypatch.setattr(release, "changed_files", lambda: [" M data/facts.csv", "?? notes.txt"])
    assert release.main(["--to", str(tmp_path / "made")]) == 1
    said = capsys.readouterr().err
    assert "data/facts.csv" in said and "notes.txt" in said and not (tmp_path / "made").exists()
    assert release.main(["--to", str(tmp_path / "made"), "--allow-dirty"]) == 0


@CHECKOUT
def test_changes_are_those_that_git_reports(tmp_path):
    folder = checkout(tmp_path / "one")
    assert release.changed_files(folder) == []
    assert set(release.project_files(folder)) == {".gitignore", "a.csv", "预算.csv"}
    (folder / "a.csv").write_text("changed")
    (folder / "new.csv").write_text("4")
    assert release.changed_files(folder) == [" M a.csv", "?? new.csv"]


def test_the_print_edition_is_taken_if_it_is_of_this_commit(tmp_path):
    built, path = "2026-11-24 (commit abc1234)", tmp_path / "a.pdf"
    assert release.print_edition(built, path) == (None, release.print_edition(built, path)[1])
    path.write_bytes(b"/Creator (Book, 2026-11-23 (commit 0000000)")
    assert "another commit" in release.print_edition(built, path)[1]
    path.write_bytes(b"/Creator (Book, 2026-11-24 (commit abc1234)")
    assert release.print_edition(built, path) == (path.read_bytes(), None)


def test_an_archive_knows_its_commit_without_git(tmp_path):
    assert "unknown date" in build.built(tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "built.txt").write_text("2026-11-24 (commit abc1234)\n")
    assert build.built(tmp_path) == "2026-11-24 (commit abc1234)"


# --- what is stated in several places ---


def test_version_and_date_are_stated_alike():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\] - (\S+)$", log, re.MULTILINE)
    assert newest.groups() == (budgetbook.__version__, citation["date-released"])
    assert citation["version"] == budgetbook.__version__


def test_the_citation_has_what_its_format_asks_for():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation) and citation["cff-version"] == "1.2.0"
    assert all(set(author) <= {"name", "family-names", "given-names", "orcid"} for author in citation["authors"])
    assert citation["authors"] and citation["type"] == "software"
    datetime.date.fromisoformat(citation["date-released"])
    assert set(citation["license"]) == {"BSD-3-Clause", "CC-BY-4.0"}


@CHECKOUT
def test_publishing_asks_for_no_more_rights_than_it_needs():
    flow = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text("utf-8"))
    assert flow["permissions"] == {"contents": "read"}
    jobs = flow["jobs"]
    assert "permissions" not in jobs["build"]
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert all("run" not in step for step in jobs["deploy"]["steps"]), "nothing of ours runs with these rights"
    assert set(flow[True]) == {"push", "workflow_dispatch"} and set(flow[True]["push"]) == {"tags"}
    uses = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    ci = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in uses)
    assert {action for action in uses if action in ci} == {"actions/checkout@v4", "actions/setup-python@v5"}
