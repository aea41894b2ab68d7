"""The package away from the checkout: unpacked from a wheel, it reads a disclosure that lies anywhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from checkout import ROOT
from liling import FOLDER

from budgetbook.disclosure import DERIVED

READ = """
from importlib import import_module
from pkgutil import walk_packages
import budgetbook
from budgetbook.rules import RULES
from budgetbook.show.pictures import FAMILY, FONTS
from matplotlib import font_manager

for module in walk_packages(budgetbook.__path__, "budgetbook."):
    import_module(module.name)
found = font_manager.findfont(FAMILY, fallback_to_default=False)
print(budgetbook.__file__, RULES, found, *FONTS.values(), sep="\\n")
budgetbook.write_derived("received")
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder into which a wheel of this checkout was unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "unpacked")
    return folder / "unpacked"


def files(folder):
    """Every file of a folder that git would keep, with its bytes."""
    made = ("__pycache__", ".ipynb_checkpoints")
    paths = [path for path in folder.rglob("*") if path.is_file() and path.parent.name not in made]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_the_wheel_holds_the_whole_package(unpacked):
    assert files(unpacked / "budgetbook") == files(ROOT / "src/budgetbook")


def test_a_folder_that_lies_anywhere_is_read_and_audited(unpacked, tmp_path):
    received = shutil.copytree(FOLDER, tmp_path / "received")
    for path in [received / "datapackage.json", *(received / f"derived/{table}.csv" for table in DERIVED)]:
        path.unlink()
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-W", "error", "-c", READ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(Path(place).is_relative_to(unpacked) for place in done.stdout.splitlines())
    assert files(received) == files(FOLDER)
