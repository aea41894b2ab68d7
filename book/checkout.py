"""Where a checkout of the project keeps its files. The package does not know: it is told what to read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows; there two builds at once are not kept apart
    fcntl = None

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
FIGURES = ROOT / "figures"
NOTEBOOKS = ROOT / "notebooks"


def disclosures() -> list[Path]:
    """The folders of the disclosures in data/, by name."""
    return sorted(path.parent for path in DATA.glob("*/about.yml"))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time: whoever comes second waits until the first is done, or dead."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        if fcntl:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another build is at work here; waiting until it is done ...", file=sys.stderr, flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield
