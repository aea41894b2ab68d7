"""The house: each module imports only what stands before it, and what reads and audits loads nothing that draws."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import budgetbook

PACKAGE = Path(budgetbook.__file__).parent
# The order in which the package tells its parts, which is the order in which they may be imported.
ORDER = re.findall(r"(?:^|   )([a-z]+) {2,}", budgetbook.__doc__, re.MULTILINE)
SHOW = ["vocabulary", "tables", "pictures", "charts", "chapter", "collection", "report"]
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.name != "__init__.py")


def rank(parts: list[str]) -> tuple[int, int]:
    """Where a module stands in the order; within `show`, in its own order."""
    inner = SHOW.index(parts[1]) if parts[0] == "show" and len(parts) > 1 else -1
    return ORDER.index(parts[0]), inner


def upward(parts: list[str], source: str) -> list[str]:
    """The modules of the package that a module imports and that do not stand before it."""
    wrong = []
    for node in ast.walk(ast.parse(source)):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            other = name.split(".")[1:]
            if name.split(".")[0] == "budgetbook" and other and other[0] != parts[0] and rank(other) >= rank(parts):
                wrong.append(name)
            if other and other[0] == parts[0] == "show" and other[1:] and parts[1:] and other[1] != parts[1]:
                wrong += [name] if rank(other) >= rank(parts) else []
    return wrong


def parts_of(path: Path) -> list[str]:
    return [part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts if part != "__init__.py"]


def test_the_package_tells_all_of_its_parts():
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert set(ORDER) == there - {"__init__"}
    assert set(SHOW) == {
        path.stem for path in (PACKAGE / "show").iterdir() if path.stem not in ("__init__", "fonts", "__pycache__")
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "-".join(parts_of(path)))
def test_imports_run_one_way(path):
    assert upward(parts_of(path), path.read_text(encoding="utf-8")) == []


def test_an_import_against_the_order_is_seen():
    assert upward(["reading", "items"], "from budgetbook.audit.checks import Checks") == ["budgetbook.audit.checks"]
    assert upward(["show", "tables"], "import budgetbook.show.charts") == ["budgetbook.show.charts"]
    assert upward(["show", "charts", "bars"], "from budgetbook.show.charts.page import Page") == []


def loaded(code: str) -> set[str]:
    """The top modules that are loaded after some code, in a Python of its own."""
    code += "\nimport json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    return set(
        json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)
    )


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("import budgetbook", {"IPython", "matplotlib", "numpy", "pandas", "yaml"}),
        ("from budgetbook import amount, percent", {"IPython", "matplotlib", "pandas"}),
        ("import budgetbook.cli, budgetbook.sources", {"IPython", "matplotlib", "numpy", "pandas", "yaml"}),
        (
            "from budgetbook import read; read('examples/budget.pdf').audit().finding_list",
            {"IPython", "matplotlib", "numpy", "pandas"},
        ),
        ("from budgetbook import read_disclosure, term_uses, read_chain", {"IPython", "matplotlib"}),
    ],
)
def test_nothing_loads_before_it_is_used(code, without):
    assert loaded(code) & without == set()


def test_every_name_that_the_package_offers_is_there():
    for name in budgetbook.__all__:
        assert getattr(budgetbook, name) is not None, name
    assert set(budgetbook.__all__) <= set(dir(budgetbook))
    with pytest.raises(AttributeError, match="nothing"):
        _ = budgetbook.nothing
