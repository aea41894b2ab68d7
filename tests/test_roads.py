"""Roads that people take and developers do not: another system's git, a path with blanks and hanzi, settings in the
home folder, a build that is killed, two builds at once, a second disclosure."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import test_book
import yaml
from checkout import DATA, ROOT, alone
from liling import LILING, NAME

from budgetbook import rules

sys.path.append(str(ROOT / "tools"))
import mutation  # noqa: E402

GIT = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an archive of the notebooks has no git")
SECOND = "archive-centre-2021"  # comes before the first one by name
ITEM = "馆藏档案数字化加工经费"
TEXT = "一、收入\n（一）收入预算：2021年年初预算数48.22万元，其中，一般公共预算拨款48.22万元。\n"
# What a reader's home folder may hold. None of it may reach a test, a notebook or a page.
HOME = {
    ".ipython/profile_default/startup/00-mine.py": "print('my own start-up file')\nsum = None\n",
    ".ipython/profile_default/ipython_config.py": "raise SystemExit('my own settings')\n",
    ".config/matplotlib/matplotlibrc": "font.size: 40\nsavefig.dpi: 30\n",
    ".jupyter/jupyter_config.py": "raise SystemExit('my own settings')\n",
    ".local/share/jupyter/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "x", "language": "x"}',
    "pytest.ini": "[pytest]\naddopts = --no-such-option\n",
    "conftest.py": "raise SystemExit('my own tests')\n",
    "ruff.toml": "line-length = 20\n",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    for name, text in HOME.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def checkout(home):
    """A copy of the checkout below that home folder, in a path with blanks and hanzi."""
    folder = home / "部门 预算 (copy)"
    mutation.copy_checkout(folder)
    return folder


def environment(checkout):
    """That of somebody who lives there, with the package of this checkout; nothing else says where things are."""
    ours = ("IPYTHONDIR", "MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "JUPYTER_PREFER_ENV_PATH")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"HOME": str(checkout.parent), "PYTHONPATH": str(checkout / "src")}


def run(checkout, *command):
    command = [sys.executable, *map(str, command)]
    return subprocess.run(command, cwd=checkout, env=environment(checkout), capture_output=True, encoding="utf-8")


def start(checkout, *command):
    command = [sys.executable, *command]
    pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    return subprocess.Popen(command, cwd=checkout, env=environment(checkout), **pipes)


# --- git on another system ---


@GIT
def test_the_bytes_are_the_same_on_every_system(tmp_path):
    """git for Windows rewrites line endings as it checks out (core.autocrlf), unless the project says no."""
    clone = [*["git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", "clone", "-q", "--no-tags"], ROOT, tmp_path]
    subprocess.run(clone, check=True, capture_output=True)

    def git(*command, **options):
        return subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True, **options).stdout

    git("config", "core.autocrlf", "true")
    entries = [entry.split("\t") for entry in git("ls-files", "-s", "-z").decode().split("\0")[:-1]]
    names = "\n".join(name for _, name in entries)
    found = git("hash-object", "--no-filters", "--stdin-paths", input=names.encode()).decode().split()
    assert len(entries) > 200
    assert found == [entry.split()[1] for entry, _ in entries]
    assert git("status", "--porcelain") == b""


# --- a path with blanks and hanzi, and a home folder with settings ---


def test_a_notebook_passes_there_and_draws_the_same_pictures(checkout):
    done = run(
        checkout, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "notebooks/12-three-public-expenses.ipynb"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for path in sorted((checkout / "figures").glob("10-*")):
        assert path.read_bytes() == (ROOT / "figures" / path.name).read_bytes(), path.name


def test_the_style_is_that_of_the_project(checkout):
    done = run(checkout, "-m", "ruff", "check", "--no-cache", "src", "tests")
    assert done.returncode == 0, done.stdout + done.stderr


# --- a second disclosure ---


def add_disclosure(checkout):
    """Add another body's disclosure as data/README.md says: a folder, and nothing else."""
    folder, about = checkout / "data" / SECOND, dict(LILING.about)
    about |= {"id": SECOND, "body": "某市档案服务中心", "body_en": "Some City Archive Service Centre", "titles_en": {}}
    about |= {"place": "某省某市", "place_en": "Some City", "characters": len(TEXT)}
    about["sha256"] = hashlib.sha256(TEXT.encode()).hexdigest()
    (folder / "notes").mkdir(parents=True)
    columns = (DATA / NAME / "notes/taxonomy.csv").read_text(encoding="utf-8").partition("\n")[0]
    row = f"expenditure.project.scanning,{ITEM},Scanning of the archive,expenditure.project,万元,,,,,"
    (folder / "notes/taxonomy.csv").write_text(f"{columns}\n{row}\n", encoding="utf-8")
    (folder / "source.txt").write_bytes(TEXT.encode())
    (folder / "about.yml").write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")


def refused(checkout):
    """What the rules for notebooks say, with words and numbers in 03-income that only the second text has."""
    path = checkout / "notebooks/03-income.ipynb"
    kept = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source += f"\n\nThe income is 48.22 万元, for {ITEM}.\n\n> {TEXT.splitlines()[1]}\n"
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += "\nincome = '48.22 万元'\nincome"
    nbformat.write(notebook, path)
    done = run(checkout, "tests/notebook_rules.py")
    path.write_bytes(kept)
    return done.stdout


@pytest.fixture(scope="module")
def joined(checkout):
    """The copy with the second disclosure, and what was refused before it was there."""
    before = refused(checkout)
    add_disclosure(checkout)
    done = run(checkout, "book/build.py", "tables")
    assert (done.returncode, done.stderr) == (0, "")
    return checkout, before


def test_the_tables_of_the_first_stay_the_same_bytes(joined):
    for path in DATA.rglob("*.*"):
        assert (joined[0] / "data" / path.relative_to(DATA)).read_bytes() == path.read_bytes(), path


def test_a_second_disclosure_leaves_every_rule_for_notebooks_as_it_was(joined):
    checkout, before = joined
    for part in ("48.22 stands neither", "48.22 is typed", "not in the disclosure: “", f"the name of an item: “{ITEM}"):
        assert part in before
    assert refused(checkout) == before


def test_a_second_disclosure_is_checked_as_the_first_is_and_turns_nothing_red(joined):
    checkout, _ = joined
    done = run(checkout, "-m", "pytest", "-v", "-n", "0", "-p", "no:cacheprovider", "tests/test_data.py")
    assert done.returncode == 0, done.stdout + done.stderr
    of_first, of_second = (re.findall(rf"::(\w+)\[{name}.* PASSED", done.stdout) for name in (NAME, SECOND))
    assert of_first == of_second != []


# --- builds ---


@pytest.fixture(scope="module")
def small(joined, tmp_path_factory):
    """The copy, with the two notebooks of test_book instead of the collection; one reads the first disclosure."""
    checkout, _ = joined
    project = test_book.project(tmp_path_factory.mktemp("project"))
    for name in ("notebooks", "figures"):
        shutil.rmtree(checkout / name)
        shutil.copytree(project / name, checkout / name)
    shutil.rmtree(checkout / "solutions")  # they answer the exercises of the collection
    shutil.copy(project / "data/facts.csv", checkout / "data")
    path = checkout / "notebooks/03-income.ipynb"
    notebook = nbformat.read(path, as_version=4)
    reads = f"from budgetbook import read_disclosure\nread_disclosure('../data/{NAME}').name"
    waits = "import pathlib, time\nwhile pathlib.Path('../hold').exists():\n    time.sleep(0.05)"
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"more-{k}") for k, source in enumerate([reads, waits])]
    nbformat.write(notebook, path)
    return checkout


def notebooks(checkout):
    return {path.name: path.read_bytes() for path in (checkout / "notebooks").iterdir()}


def test_a_killed_build_leaves_each_notebook_as_it_was_or_wholly_new_and_the_next_repairs(small):
    before = notebooks(small)
    (small / "hold").touch()
    build = start(small, "book/build.py", "--jobs", "2", "notebooks")
    assert "02-start-here" in build.stdout.readline()  # done, while the other one waits
    build.send_signal(signal.SIGKILL)
    build.communicate()
    killed = notebooks(small)
    (small / "hold").unlink()
    assert run(small, "book/build.py", "notebooks").returncode == 0
    after = notebooks(small)
    assert set(before) == set(killed) == set(after)
    assert killed["03-income.ipynb"] == before["03-income.ipynb"] != after["03-income.ipynb"]
    assert killed["02-start-here.ipynb"] == after["02-start-here.ipynb"] != before["02-start-here.ipynb"]
    assert "my own" not in str(after), "the settings in the home folder reached a notebook"


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "facts.csv"
    rules.write(path, b"before")
    monkeypatch.setattr(Path, "replace", lambda *_: exec("raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        rules.write(path, b"after")
    assert path.read_bytes() == b"before"
    monkeypatch.undo()
    rules.write(path, b"after")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"facts.csv": b"after"}


def test_a_second_build_waits_for_the_first_and_the_book_builds_with_two_disclosures(small):
    with alone(small / "build"):
        build = start(small, "book/build.py", "html")
        assert "Another build is at work" in build.stderr.readline()
        assert build.poll() is None
    said, errors = build.communicate()
    assert (build.returncode, errors) == (0, ""), said
    pages = {path.name: path.read_text(encoding="utf-8") for path in (small / "build/html").glob("*.html")}
    assert [name for name, text in pages.items() if "48.22" in text and "某市档案服务中心" in text]
    assert not [name for name, text in pages.items() if "my own" in text]
