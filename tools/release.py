"""Pack a release: python tools/release.py [--to FOLDER] [--allow-dirty]

Writes two archives and their checksums to build/release: the HTML edition, rendered anew from the committed outputs,
and the notebooks with all that running them needs, which is the whole project without its history. A print edition
(make pdf) of the same commit is added if there is one.

Two runs on one commit write the same bytes: entries are sorted, dated by the commit, all with the same permissions. The
compression is zlib's; a Python with another zlib may pack otherwise, but it packs the same files: `SHA256SUMS` inside
each archive has a line for each.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import budgetbook

sys.path.append(str(Path(__file__).resolve().parents[1] / "book"))
from checkout import ROOT  # noqa: E402

import build  # noqa: E402

NAME = "reading-a-department-budget"
RELEASE = build.BUILD / "release"
PDF = build.BUILD / f"{NAME}.pdf"
SUMS = "SHA256SUMS"
TOOLS_OWN = re.compile(r"(^|/)(__pycache__|\.venv|\.git|\.ipynb_checkpoints|\.\w+_cache|\.DS_Store)(/|$)|\.pyc$")
FOR_US_ONLY = (".ci/", ".github/")  # what only the project's own repository uses


def git(*arguments, root=ROOT):
    """What a git command prints."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def changed_files(root=ROOT):
    """What git reports as changed or new, one line each."""
    return git("status", "--porcelain", "--untracked-files=all", root=root).splitlines()


def project_files(root=ROOT):
    """The files of the project, each by its name; those that git does not know yet are among them."""
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", root=root).split("\0")
    kept = sorted({name for name in names if name and not name.startswith(FOR_US_ONLY)})
    return {name: (Path(root) / name).read_bytes() for name in kept if (Path(root) / name).is_file()}


def folder_files(folder):
    """The files of a folder, each by its name."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def checksums(files):
    """Lines as sha256sum writes them."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode("utf-8")


def day(built):
    """The date in a statement such as "2026-11-24 (commit 5a287dc)"; without one, 1980, where archives begin."""
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", built)
    return tuple(map(int, found.groups())) if found else (1980, 1, 1)


def pack(path, folder, files, built):
    """Write an archive of `files` in one `folder`, with their checksums. The same input makes the same bytes."""
    files = files | {SUMS: checksums(files)}
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", (*day(built), 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as on Unix, whatever this is
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)


def traces(files, places):
    """Messages for files that name a place of this machine, or that only a tool keeps."""
    errors = []
    for name, content in files.items():
        if TOOLS_OWN.search(name):
            errors.append(f"{name} is a tool's own file: it does not belong to the project.")
        errors += [f"{name} names {place}, a place of this machine." for place in places if place.encode() in content]
    return errors


def print_edition(built, pdf=PDF):
    """The print edition if it was made, and a message if it cannot be taken."""
    if not pdf.is_file():
        return None, "No print edition is added: there is none (make pdf makes it)."
    if built.encode("ascii") not in pdf.read_bytes():  # pdf.py writes it where PDFs name their maker
        return None, f"No print edition is added: {pdf} is of another commit (make pdf makes it anew)."
    return pdf.read_bytes(), None


def release(to=RELEASE, pdf=PDF, report=lambda text: print(text, flush=True)):
    """Write the archives and their checksums. Returns error messages."""
    to, built = Path(to), build.built(ROOT)
    name = f"{NAME}-{budgetbook.__version__}"
    shutil.rmtree(to, ignore_errors=True)  # nothing of an earlier version may survive
    to.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        if errors := build.render_html(build=work):
            return errors
        edition = folder_files(Path(work) / "html")
    notebooks = project_files() | {"book/built.txt": f"{built}\n".encode()}
    if errors := traces(edition | notebooks, [f"{place}/" for place in (work, ROOT, Path.home())]):
        return errors
    pack(to / f"{name}-html.zip", f"{name}-html", edition, built)
    pack(to / f"{name}-notebooks.zip", f"{name}-notebooks", notebooks, built)
    printed, message = print_edition(built, pdf)
    if printed:
        (to / f"{name}.pdf").write_bytes(printed)
    else:
        report(message)
    made = folder_files(to)
    (to / SUMS).write_bytes(checksums(made))
    for file, content in made.items():
        report(f"{to / file}  {len(content) / 1e6:.1f} MB")
    report(f"{to / SUMS}")
    return []


def main(argv=None):
    """Run the command line; the value is the exit code."""
    parser = argparse.ArgumentParser(description="Pack the HTML edition and the notebooks for a release.")
    parser.add_argument("--to", type=Path, default=RELEASE, metavar="FOLDER", help="it is emptied first")
    parser.add_argument("--allow-dirty", action="store_true", help="also pack what is not committed, to try it")
    options = parser.parse_args(argv)
    if not (ROOT / ".git").exists():
        errors = ["A release is made from a git checkout; this folder is none."]
    elif (changed := changed_files()) and not options.allow_dirty:
        lines = "\n    ".join(changed)
        errors = [f"A release is made from what is committed, but git reports:\n    {lines}\n    next:    commit it."]
    else:
        errors = release(options.to)
    for error in errors:
        print(f"\nERROR  {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
