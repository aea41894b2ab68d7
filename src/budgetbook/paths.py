"""Where a checkout of the project keeps its files."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
FIGURES = ROOT / "figures"
NOTEBOOKS = ROOT / "notebooks"


def disclosures() -> list[Path]:
    """The folders of the disclosures in data/, by name."""
    return sorted(path.parent for path in DATA.glob("*/about.yml"))
