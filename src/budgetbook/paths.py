"""Where the project keeps its files. The package is meant to be used from a checkout (an editable install)."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
DISCLOSURES = DATA / "disclosures"
FIGURES = ROOT / "figures"
NOTEBOOKS = ROOT / "notebooks"
