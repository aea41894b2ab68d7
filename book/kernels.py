"""Kernels that are forked from a process that has made the imports once, and kernels that die.

Most of what it takes to execute a notebook is to start Python and import pandas and matplotlib. So one process, the
template, does that once, and every kernel is a fork of it: with a memory, a working folder, an environment and a
session of its own, as if it had been started by itself.

    provisioner ── a byte, a socket, three files ──► template ── fork ──► kernel
        ▲                                                └── exit code ──┐   │ process number, READY
        └───────────────────────── that socket ──────────────────────────┴───┘

(The forkserver of `multiprocessing` would hand on what a kernel must not see, the main module, module path and folder
of whoever asks, and it puts a socket into a folder whose name may be too long for one.)

BUDGETBOOK_KERNELS=plain starts every kernel as JupyterLab does. That is also what happens where forking is not known to
be safe (macOS, whose system libraries object to it) or not possible (Windows); =forked insists.
"""

# ruff: noqa: E402
import sys

# nbformat imports jsonschema, which has this one build 39 grammars of internationalised addresses: a second in every
# process, for a check that nobody asks for. Without it there is no such check.
sys.modules.setdefault("rfc3987_syntax", None)

import atexit
import contextlib
import gc
import importlib.util
import json
import os
import select
import signal
import socket
import struct
import subprocess
import threading
from importlib.metadata import EntryPoint
from pathlib import Path

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

# What a kernel imports when it starts, and what notebooks do. One that needs more imports it itself.
PRELOADED = ["ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "IPython.core.completerlib", "sqlite3"]
PRELOADED += ["IPython.extensions.storemagic", "tornado.platform.asyncio", "matplotlib_inline.backend_inline", "pandas"]
PRELOADED += [f"budgetbook.{name}" for name in ("audit.letter", "disclosure", "glossary", "notes")]
PRELOADED += [f"budgetbook.show.{name}" for name in ("charts", "collection", "tables")]
NUMBER = struct.Struct("i")  # how a kernel's process number, READY and its exit code travel
READY = 1 << 16  # no exit code: the kernel listens. (Who knocks too early waits for a tenth of a second.)


def forks():
    """Whether kernels are forked here."""
    wanted = os.environ.get("BUDGETBOOK_KERNELS") or ("forked" if sys.platform == "linux" else "plain")
    if wanted not in {"forked", "plain"}:
        raise ValueError(f"BUDGETBOOK_KERNELS is {wanted!r}: set it to forked or plain, or not at all")
    return wanted == "forked"


def prepare():
    """From now on this process forks its kernels, unless it shall not. To be called before the first one is started."""
    factory = KernelProvisionerFactory.instance()
    factory.provisioners["forked"] = EntryPoint("forked", f"{__name__}:ForkedProvisioner", factory.GROUP_NAME)
    if forks():
        factory.default_provisioner_name = "forked"


def death(manager):
    """How the kernel of a manager died, and what to do, as a sentence; None while it lives."""
    process = manager.provisioner and manager.provisioner.process
    code = process and process.poll()
    if code is None:
        return None
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return (
        f"The kernel died in this cell ({how}): something ended its whole process, as os._exit, a fault in compiled "
        "code or a lack of memory does, so there is no traceback. Run the cell by itself to find out what it was"
    )


# ------------------------------------------------------------------------------------------ who asks for a kernel


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by forking; all else, signals, waiting, ports, is as for a kernel that was started plainly."""

    async def launch_kernel(self, cmd, **kwargs):
        if "ipykernel_launcher" not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = Fork(cmd, kwargs["env"], kwargs.get("cwd"), kwargs.get("stdout"), kwargs.get("stderr"))
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def kill(self, restart=False):
        await super().kill(restart)
        if isinstance(self.process, Fork):
            self.process.wait()  # no time at all, but whoever waits for it looks only every tenth of a second


class Fork:
    """A forked kernel, as far as a provisioner wants to know it: the manners of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, command, env, cwd, stdout, stderr):
        options, arguments = split(command)
        self.returncode = None
        self.connection, theirs = socket.socketpair()
        with theirs, open(os.devnull, "r+b") as nothing:
            given = [theirs, nothing, *(descriptor(*pair, nothing) for pair in ((stdout, 1), (stderr, 2)))]
            try:
                socket.send_fds(
                    template(options, env), [b"."], [g if isinstance(g, int) else g.fileno() for g in given]
                )
                theirs.close()
                self.connection.sendall(json.dumps([arguments, env, str(cwd or os.getcwd())]).encode())
                self.connection.shutdown(socket.SHUT_WR)
                (self.pid,) = NUMBER.unpack(self.connection.recv(NUMBER.size))
                self.wait()  # until it is READY, or did not live to be
            except (OSError, struct.error) as error:
                self.connection.close()
                raise RuntimeError(
                    "The process from which kernels are forked has ended (its last words are above). "
                    "Set BUDGETBOOK_KERNELS=plain to do without it"
                ) from error

    def poll(self):
        """The exit code, or None while it runs."""
        with contextlib.suppress(BlockingIOError):
            self._hear(socket.MSG_DONTWAIT)
        return self.returncode

    def wait(self):
        """The exit code, as soon as there is one."""
        self._hear()
        return self.returncode

    def _hear(self, how=0):
        if self.returncode is None and (said := self.connection.recv(NUMBER.size, how)) != NUMBER.pack(READY):
            # Nothing: the template is gone, which its kernels notice and follow.
            (self.returncode,) = NUMBER.unpack(said) if said else (-signal.SIGKILL,)
            self.connection.close()

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


def split(command):
    """The command of a kernel as the interpreter with its options, and the arguments of the kernel."""
    at = command.index("ipykernel_launcher")
    return command[: at - 1], command[at + 1 :]


def descriptor(file, usual, nothing):
    """A file or file descriptor for what `subprocess.Popen` would take as well."""
    return {None: usual, subprocess.DEVNULL: nothing}.get(file, file)


_templates, _lock = {}, threading.Lock()

# What a kernel reads after it was forked. All other variables are the template's own: another environment may mean
# other imports, another hash seed or another encoding, and gets another template.
OWN = {"IPYTHONDIR", "PYTEST_CURRENT_TEST"}


def template(options, env):
    """The socket of the template for kernels with this interpreter and environment, which is started if need be."""
    shared = {name: value for name, value in env.items() if name not in OWN and not name.startswith("JPY_")}
    key = json.dumps([options, shared], sort_keys=True)
    with _lock:
        if key not in _templates or _templates[key][0].poll() is not None:
            ours, theirs = socket.socketpair()
            with theirs:
                command, folder = [*options, __file__, str(theirs.fileno())], Path(__file__).parent
                process = subprocess.Popen(
                    command,
                    env=shared | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},  # a debugger that nobody uses would warn
                    cwd=folder,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,  # what is meant for us, like Ctrl-C, is not meant for it
                )
            if key in _templates:
                _templates[key][1].close()
            _templates[key] = process, ours
        return _templates[key][1]


@atexit.register
def _end():
    for process, connection in _templates.values():
        connection.close()
        process.wait()


# -------------------------------------------------------------------------------------------------- the template


def serve(requests):
    """Fork at every request, and report how each fork ended, until nobody can ask any more.

    Returns in the forks alone: the socket of the kernel, and what shall be its standard input, output and error.
    """
    kernels = {}
    ended, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    while True:
        ready, *_ = select.select([requests, ended], [], [])
        if ended in ready:
            ended.recv(4096)
            while kernels and (died := os.waitpid(-1, os.WNOHANG))[0]:
                with kernels.pop(died[0]) as connection, contextlib.suppress(OSError):  # nobody may care any more
                    connection.sendall(NUMBER.pack(os.waitstatus_to_exitcode(died[1])))
        if requests in ready:
            _, given, *_ = socket.recv_fds(requests, 1, 4)
            if not given:
                os._exit(0)
            if pid := os.fork():
                kernels[pid] = socket.socket(fileno=given[0])
                for number in given[1:]:
                    os.close(number)
                continue
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for foreign in (requests, ended, wake, *kernels.values()):
                foreign.close()
            return socket.socket(fileno=given[0]), given[1:]


def become_kernel(connection, streams, added):
    """The rest of the life of a fork."""
    os.setsid()
    arguments, env, folder = json.load(connection.makefile("rb"))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env | added)
    connection.sendall(NUMBER.pack(os.getpid()))
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin, *arguments]
    kernel = importlib.import_module("ipykernel.kernelapp").IPKernelApp.instance()
    kernel.initialize()
    connection.sendall(NUMBER.pack(READY))
    connection.close()
    kernel.start()


def main():
    if Path(sys.path[0]) == Path(__file__).parent:
        del sys.path[0]
    before = dict(os.environ)
    # These are read during imports, and a plain kernel sets them before it imports anything for a notebook.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in PRELOADED:
        with contextlib.suppress(Exception):  # the cell that imports it will say what is wrong with it
            importlib.import_module(name)
    added = {name: value for name, value in os.environ.items() if before.get(name) != value}
    gc.collect()
    gc.freeze()  # the forks share what is here already, and need not look through it again
    become_kernel(*serve(socket.socket(fileno=int(sys.argv[1]))), added)


if __name__ == "__main__":
    main()
