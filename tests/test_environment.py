"""One environment, written down three times: pyproject.toml, requirements.lock and environment.yml agree.

Each rule is a function that returns the problems it finds, tried on the real files and on broken examples.
"""

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata

import pytest
import yaml
from checkout import ROOT
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import budgetbook

PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text("utf-8")


@dataclass(frozen=True)
class Pin:
    """A package of the lock; `groups` are those of pyproject.toml that ask for it ("" is the project)."""

    name: str
    version: str
    marker: Marker | None
    hashes: int
    groups: frozenset[str]

    def applies(self) -> bool:
        return self.marker is None or self.marker.evaluate()


def read_lock(text: str) -> list[Pin]:
    pins = []
    for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        requirement = Requirement(block.splitlines()[0].removesuffix("\\"))
        pins.append(
            Pin(
                canonicalize_name(requirement.name),
                str(requirement.specifier).removeprefix("=="),
                requirement.marker,
                len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)),
                frozenset(re.findall(r"\bbudgetbook \(pyproject\.toml:?(.*?)\)", block)),
            )
        )
    return pins


def direct_dependencies(pyproject: str) -> dict[tuple[str, str], Requirement]:
    """(group, package) → requirement, for the project ("" as group) and for every dependency group."""
    data = tomllib.loads(pyproject)
    groups = {"": data["project"]["dependencies"]} | data["dependency-groups"]
    requirements = [(group, Requirement(text)) for group, texts in groups.items() for text in texts]
    return {(group, canonicalize_name(requirement.name)): requirement for group, requirement in requirements}


def lock_covers_pyproject(pyproject: str, lock: str) -> list[str]:
    """The lock was made from these dependencies, no more and no fewer, and keeps their bounds."""
    wanted, pins = direct_dependencies(pyproject), read_lock(lock)
    locked = {(group, pin.name) for pin in pins for group in pin.groups}
    problems = [f"{name} ({group or 'project'}) is in only one of the two" for group, name in wanted.keys() ^ locked]
    problems += [
        f"{pin.name}=={pin.version} is outside {requirement.specifier}"
        for (_, name), requirement in wanted.items()
        for pin in pins
        if pin.name == name and not requirement.specifier.contains(pin.version, prereleases=True)
    ]
    build = tomllib.loads(pyproject)["build-system"]["requires"]
    if build != tomllib.loads(pyproject)["dependency-groups"]["build"]:
        problems.append("the build group is not build-system.requires, so an install would fetch something unlocked")
    return problems


def lock_is_exact(lock: str) -> list[str]:
    """Every package has one version and its hashes, and nothing says where to fetch it from."""
    problems = [
        f"{pin.name}: no single version" for pin in read_lock(lock) if not re.fullmatch(r"[\w.!+]+", pin.version)
    ]
    problems += [f"{pin.name}: no sha256 hash" for pin in read_lock(lock) if not pin.hashes]
    for line in lock.splitlines():
        if re.search(r"[/\\]\S|@|^\s*-(?!-hash=)", line):
            problems.append(f"a place, where only names and hashes belong: {line.strip()}")
    return problems


def sphinx_is_below_nine(pyproject: str, lock: str) -> list[str]:
    """Sphinx 9.0 breaks the search in Chinese pages."""
    problems = [
        f"locked: {pin.version}"
        for pin in read_lock(lock)
        if pin.name == "sphinx" and int(pin.version.split(".")[0]) > 8
    ]
    return problems + [
        f"allowed: {requirement}"
        for (_, name), requirement in direct_dependencies(pyproject).items()
        if name == "sphinx" and requirement.specifier.contains("9.0.0")
    ]


def installed_as_locked(lock: str, installed: dict[str, str]) -> list[str]:
    return [
        f"{pin.name}: {installed.get(pin.name, 'nothing')} is installed, {pin.version} is locked"
        for pin in read_lock(lock)
        if pin.applies() and installed.get(pin.name) != pin.version
    ]


def environment_adds_nothing(environment: str, pyproject: str) -> list[str]:
    """conda brings Python, within the project's bounds, and pip; everything else comes from the lock."""
    data, problems = yaml.safe_load(environment), []
    python, *rest = data["dependencies"]
    bound = tomllib.loads(pyproject)["project"]["requires-python"]
    if not python.startswith("python ") or SpecifierSet(python.removeprefix("python ")) != SpecifierSet(bound):
        problems.append(f"“{python}” is not Python {bound}")
    if rest != ["pip", {"pip": ["-r requirements.lock"]}]:
        problems.append(f"something besides the lock is installed: {rest}")
    if data["name"] != tomllib.loads(pyproject)["project"]["name"]:
        problems.append(f"the environment is called {data['name']}")
    return problems


def test_lock_covers_pyproject():
    assert lock_covers_pyproject(PYPROJECT, LOCK) == []


def test_lock_is_exact():
    assert lock_is_exact(LOCK) == []


def test_sphinx_is_below_nine():
    assert sphinx_is_below_nine(PYPROJECT, LOCK) == []


def test_installed_as_locked():
    installed = {canonicalize_name(dist.name): dist.version for dist in metadata.distributions()}
    assert installed_as_locked(LOCK, installed) == []


def test_environment_adds_nothing():
    assert environment_adds_nothing(ENVIRONMENT, PYPROJECT) == []


def test_one_version():
    """CITATION.cff and the change log speak of the version that is here."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == budgetbook.__version__
    assert f"\n## [{budgetbook.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


# --- Broken examples ----------------------------------------------------------------------------------------

A_PYPROJECT = """
[build-system]
requires = ["flit_core>=3.12,<4"]
[project]
name = "budgetbook"
requires-python = ">=3.11"
dependencies = ["pandas>=3.1,<3.2"]
[dependency-groups]
book = ["sphinx>=8.2,<9"]
build = ["flit_core>=3.12,<4"]
"""
HASH = "    --hash=sha256:" + "0" * 64
A_LOCK = f"""\
flit-core==3.12.0 \\
{HASH}
    # via budgetbook (pyproject.toml:build)
pandas==3.1.1 \\
{HASH} \\
{HASH}
    # via
    #   budgetbook (pyproject.toml)
    #   frictionless
pywin32==311 ; sys_platform == 'nowhere' \\
{HASH}
    # via pandas
sphinx==8.2.3 \\
{HASH}
    # via budgetbook (pyproject.toml:book)
"""
AN_ENVIRONMENT = """
name: budgetbook
channels: [conda-forge]
dependencies: [python >=3.11, pip, pip: [-r requirements.lock]]
"""


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_examples_are_good():
    assert lock_covers_pyproject(A_PYPROJECT, A_LOCK) == []
    assert lock_is_exact(A_LOCK) == []
    assert sphinx_is_below_nine(A_PYPROJECT, A_LOCK) == []
    assert installed_as_locked(A_LOCK, {"flit-core": "3.12.0", "pandas": "3.1.1", "sphinx": "8.2.3"}) == []
    assert environment_adds_nothing(AN_ENVIRONMENT, A_PYPROJECT) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["pandas>=3.1,<3.2"]', '["pandas>=3.1,<3.2", "tqdm"]'),  # not locked
        ('["pandas>=3.1,<3.2"]', "[]"),  # locked without being asked for
        ("pandas>=3.1,<3.2", "pandas>=3.2"),  # locked outside its bounds
        ('book = ["sphinx', 'test = ["sphinx'),  # in another group
        ('requires = ["flit_core>=3.12,<4"]', 'requires = ["hatchling"]'),
    ],
)
def test_changed_pyproject_is_noticed(old, new):
    assert lock_covers_pyproject(changed(A_PYPROJECT, old, new), A_LOCK)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"sphinx==8.2.3 \\\n{HASH}", "sphinx==8.2.3"),
        (HASH, HASH[:-1]),
        ("pandas==3.1.1", "pandas>=3.1.1"),
        ("pandas==3.1.1", "pandas==3.*"),
        ("pandas==3.1.1", "pandas @ https://example.org/pandas-3.1.1.whl"),
        ("flit-core==", "--index-url https://example.org/simple\nflit-core=="),
        ("flit-core==", "--find-links wheels\nflit-core=="),
        ("flit-core==", "-e .\nflit-core=="),
        ("flit-core==", "./here\nflit-core=="),
        ("pyproject.toml:book", "/home/me/pyproject.toml:book"),
    ],
)
def test_inexact_lock_is_noticed(old, new):
    assert lock_is_exact(changed(A_LOCK, old, new))


def test_sphinx_nine_is_noticed():
    assert sphinx_is_below_nine(changed(A_PYPROJECT, "<9", "<10"), A_LOCK)
    assert sphinx_is_below_nine(A_PYPROJECT, changed(A_LOCK, "sphinx==8.2.3", "sphinx==9.0.4"))


@pytest.mark.parametrize("pandas", [{}, {"pandas": "3.1.0"}])
def test_other_installed_version_is_noticed(pandas):
    assert installed_as_locked(A_LOCK, {"flit-core": "3.12.0", "sphinx": "8.2.3"} | pandas)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">=3.11", ">=3.10"),
        ("python >=3.11", "python"),
        ("pip,", "pip, pandas,"),
        ("requirements.lock", "requirements.txt"),
        ("[-r requirements.lock]", "[-r requirements.lock, tqdm]"),
        ("name: budgetbook", "name: budget"),
    ],
)
def test_changed_environment_is_noticed(old, new):
    assert environment_adds_nothing(changed(AN_ENVIRONMENT, old, new), A_PYPROJECT)
