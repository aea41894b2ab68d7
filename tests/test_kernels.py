"""Kernels (book/kernels.py): forked or started plainly, a notebook sees the same, and nothing of another notebook."""

import os
import signal
import subprocess
import sys
import time

import kernels
import nbformat
import pytest
from checkout import ROOT
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import new_code_cell, new_notebook

import build
from budgetbook.show.collection import METADATA

ROADS = ["local-provisioner", "forked"]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

# Everything that a cell could leave behind, or that one kernel could get otherwise than another. (But for the modules
# that are imported already: that a notebook imports what it uses is for the plain road to prove.)
LOOK = """
import builtins, decimal, locale, os, signal, sys, warnings
import matplotlib, pandas
import budgetbook
from budgetbook.show.pictures import show
environment = {k: v for k, v in os.environ.items() if k not in {"JPY_PARENT_PID", "IPYTHONDIR", "PYTEST_CURRENT_TEST"}}
print(sorted(environment.items()), os.getcwd(), os.getsid(0) == os.getpid(), os.umask(0o22), sep="\\n")
print(sys.path, sys.argv[0], sys.argv[2][:1], sys.flags, sys._xoptions, sys.executable, sep="\\n")
print(locale.getlocale(), sys.getfilesystemencoding(), sys.getrecursionlimit(), hash("预算"), __name__)
print([str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)])
print(sorted(map(str, warnings.filters)), decimal.getcontext(), sorted(vars(builtins)), sep="\\n")
print(sorted(matplotlib.rcParams.items()), pandas.get_option("display.max_rows"), sep="\\n")
print(sorted(globals()), sorted(n for n, v in vars(budgetbook).items() if not isinstance(v, type(sys))), sep="\\n")
print(budgetbook.amount(3))
"""
CHANGE = """
import builtins, decimal, os, signal, sys, warnings
import matplotlib, pandas
import budgetbook, budgetbook.numbers
builtins.left_behind = budgetbook.left_behind = budgetbook.numbers.amount = lambda value: "changed"
matplotlib.rcParams["font.size"] = 77
pandas.set_option("display.max_rows", 7)
decimal.getcontext().prec = 3
warnings.simplefilter("ignore")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.environ["LEFT_BEHIND"] = "x"
os.environ.pop("PATH")
sys.path.append("/left/behind")
os.umask(0o77)
os.chdir("/")
print(budgetbook.amount(3), os.getcwd())
"""
WHO = "import os, random\nprint(os.getppid(), random.random())"


@pytest.fixture(params=ROADS)
def road(request, monkeypatch):
    """Kernels come by this road, whatever was chosen for the whole run."""
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", request.param)
    return request.param


def notebook(path, *sources):
    path.parent.mkdir(exist_ok=True)
    cells = [new_code_cell(source.strip(), id=f"cell-{i}") for i, source in enumerate(sources)]
    nbformat.write(new_notebook(cells=cells, metadata=METADATA), path)
    return path


def printed(path):
    """What the cells of a notebook print when it is executed."""
    assert build.execute(path) is None
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.outputs]
    assert [output.get("name") for output in outputs] == ["stdout"] * len(outputs), "nothing but standard output"
    return [output.text for output in outputs]


def test_a_notebook_sees_the_same_on_both_roads(tmp_path, monkeypatch):
    seen = []
    for road in ROADS:
        monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", road)
        path = notebook(tmp_path / "笔 记" / "01-look.ipynb", LOOK)
        seen.append((printed(path), path.read_bytes()))
    assert seen[0][0][0].splitlines() == seen[1][0][0].splitlines()  # tells what differs
    assert seen[0] == seen[1]
    assert str(tmp_path / "笔 记") in seen[0][0][0]


def test_a_notebook_cannot_see_what_another_changed(tmp_path, road):
    look, change = notebook(tmp_path / "01-look.ipynb", LOOK, WHO), notebook(tmp_path / "02-change.ipynb", CHANGE, WHO)
    (before, first), (changed, second), (after, third) = printed(look), printed(change), printed(look)
    assert changed == "changed /\n", "it was changed indeed"
    assert before == after
    parents, numbers = zip(*(who.split() for who in (first, second, third)), strict=True)
    assert len(set(parents)) == 1, "and all three came from one process"
    assert len(set(numbers)) == 3, "chance is not forked"


@pytest.mark.parametrize(
    ("end", "how"), [("os._exit(7)", "exit code 7"), ("os.kill(os.getpid(), 9)", "signal SIGKILL")]
)
def test_the_build_tells_at_once_where_a_kernel_died(tmp_path, road, end, how):
    path = notebook(tmp_path / "01-dies.ipynb", "import os", f"print('last words')\n{end}", "1")
    before = path.read_bytes()
    message = build.execute(path)
    assert "01-dies.ipynb, cell 2 of 3" in message and "source:  print('last words')\n" in message
    assert f"error:   The kernel died in this cell ({how})" in message and "next:    open" in message
    assert path.read_bytes() == before


@pytest.mark.parametrize("road", ["plain", "forked"])
def test_nbval_tells_at_once_where_a_kernel_died(tmp_path, road):
    """At once: otherwise the time of the cell would have to pass first, and then that would be the message."""
    path = notebook(tmp_path / "01-dies.ipynb", "import os", "os._exit(7)", "1")
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-n0", "-c", "pyproject.toml", str(path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "book"), "BUDGETBOOK_KERNELS": road}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 1 and "1 passed" in done.stdout, done.stdout + done.stderr
    assert "Cell 1: The kernel died in this cell (exit code 7)" in done.stdout and "os._exit(7)" in done.stdout
    assert "imeout of" not in done.stdout


def test_an_unknown_road_is_refused(monkeypatch):
    monkeypatch.setenv("BUDGETBOOK_KERNELS", "fast")
    with pytest.raises(ValueError, match="'fast': set it to forked or plain"):
        kernels.prepare()


# --- the life of a forked kernel ---


def started(**options):
    manager = KernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    manager.start_kernel(extra_arguments=["--log-level=ERROR"], **options)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready()
    return manager, client


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", "forked")
    manager, client = started()
    yield manager, client
    client.stop_channels()
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)


def gone(pid):
    """Whether a process ends; it is given the time that it needs."""
    for _ in range(1000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with open(f"/proc/{pid}/stat") if os.path.exists(f"/proc/{pid}/stat") else open(os.devnull) as status:
            if " Z " in status.read():  # ended, and not yet fetched by whoever took it over
                return True
        time.sleep(0.02)
    return False


def test_it_can_be_interrupted_restarted_and_shut_down(kernel):
    manager, client = kernel
    ran = []

    def output(message):
        ran.append(message["msg_type"])
        if message["msg_type"] == "stream":
            manager.interrupt_kernel()

    loop = "print('on', flush=True)\nwhile True: pass"
    reply = client.execute_interactive(loop, output_hook=output)
    assert reply["content"]["ename"] == "KeyboardInterrupt" and "stream" in ran
    assert manager.is_alive() and kernels.death(manager) is None

    first = manager.provisioner.pid
    manager.restart_kernel(now=True)
    client.wait_for_ready()
    assert gone(first) and manager.provisioner.pid != first

    second = manager.provisioner.pid
    manager.shutdown_kernel()  # as a reader would: it is asked, and ends by itself
    assert gone(second) and not manager.is_alive()


def test_it_dies_with_its_template_and_the_next_one_gets_another(kernel):
    manager, client = kernel
    for process, _ in kernels._templates.values():
        process.kill()
        process.wait()
    assert gone(manager.provisioner.pid)
    assert manager.provisioner.process.wait() == -signal.SIGKILL and "SIGKILL" in kernels.death(manager)
    other, its_client = started()
    assert other.is_alive()
    its_client.stop_channels()
    other.shutdown_kernel(now=True)


def test_nothing_is_left_when_whoever_asked_is_killed(tmp_path):
    script = (
        "import os, kernels; kernels.prepare()\n"
        "from jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel()\n"
        "((template, _),) = kernels._templates.values()\n"
        "print(manager.provisioner.pid, template.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "book"), "BUDGETBOOK_KERNELS": "forked"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2 and all(map(gone, pids))
