"""What the whole suite shares: surroundings that do not depend on the machine, and a watch over figures/.

The notebooks write their pictures again when nbval runs them, and nbval does not look at pictures. So the
files are compared before and after the run. Their text twins, which nbval does compare, are the same on every
platform; the bytes are promised only on the platform that the committed ones were made on.
"""

import os
import platform
from pathlib import Path
from queue import Empty
from time import monotonic

import hypothesis
import kernels
import pytest

pytest_plugins = ["nbval.plugin"]  # not in pyproject.toml: after kernels, which spares it a second

ROOT = Path(__file__).resolve().parent  # not from the package, which would import matplotlib too early
FIGURES = ROOT / "figures"
BYTES_ARE_PROMISED = (platform.system(), platform.machine()) == ("Linux", "x86_64")

# The kernels inherit this. The Makefile says the same, with reasons; here it serves those who call pytest.
for variable, name in {"IPYTHONDIR": "ipython", "MPLCONFIGDIR": "matplotlib"}.items():
    (ROOT / "build/cache" / name).mkdir(parents=True, exist_ok=True)
    os.environ[variable] = str(ROOT / "build/cache" / name)
os.environ["PYTHONUTF8"] = "1"
for variable in ("MATPLOTLIBRC", "MPLBACKEND", "PYTHONPATH"):
    os.environ.pop(variable, None)

kernels.prepare()


def message_or_death(kernel, stream, timeout=None):
    """The next message for nbval, which by itself waits for those of a dead kernel until the cell's time is over."""
    ask = {"iopub": kernel.kc.get_iopub_msg, "shell": kernel.kc.get_shell_msg}[stream]
    end = monotonic() + (float("inf") if timeout is None else timeout)
    while True:
        try:
            return ask(timeout=max(0, min(0.2, end - monotonic())))
        except Empty:
            if died := kernels.death(kernel.km):
                raise ChildProcessError(died) from None
            if monotonic() >= end:
                raise


def pytest_configure():
    import nbval.kernel

    nbval.kernel.RunningKernel.get_message = message_or_death


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    try:
        return (yield)
    except ChildProcessError as died:
        if not hasattr(item, "raise_cell_error"):  # no cell of a notebook
            raise
        item.raise_cell_error(str(died))


# The same examples on every run: a red test stays red until somebody repairs it.
hypothesis.settings.register_profile("budgetbook", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("budgetbook")


def read_files(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.*"))}


def changed_files(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """Names of the files that were changed, added or removed."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


BEFORE, CHANGED = pytest.StashKey[dict[str, bytes]](), pytest.StashKey[list[str]]()


def is_worker(config) -> bool:
    return hasattr(config, "workerinput")


def pytest_sessionstart(session):
    if not is_worker(session.config):
        session.config.stash[BEFORE] = read_files(FIGURES)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    config = session.config
    if not is_worker(config):
        config.stash[CHANGED] = changed_files(config.stash[BEFORE], read_files(FIGURES))
        if config.stash[CHANGED] and BYTES_ARE_PROMISED and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if changed := config.stash.get(CHANGED, []):
        terminalreporter.section("figures/ is not what is committed", red=BYTES_ARE_PROMISED)
        terminalreporter.line("Running the notebooks changed: " + ", ".join(changed))
        if not BYTES_ARE_PROMISED:
            terminalreporter.line("On this platform that is no failure; `git checkout figures` undoes it.")
