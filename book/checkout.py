"""Where a checkout of the project keeps its files. The package does not know: it is told what to read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
FIGURES = ROOT / "figures"
NOTEBOOKS = ROOT / "notebooks"


def disclosures() -> list[Path]:
    """The folders of the disclosures in data/, by name."""
    return sorted(path.parent for path in DATA.glob("*/about.yml"))
