"""The bundled Valkey server starts, keeps its data, ends with its parent and is never there twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.errors import Unavailable, UsageError
from platinum.stores.server import ValkeyServer, server_binary
from platinum.stores.valkey import ValkeyStore
from tests.builders.stores import CK, a_write


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ValkeyServer]:
    one = ValkeyServer(tmp_path / "valkey")
    yield one
    one.stop()


def put_and_get(address: str, expected: int, new: int) -> bytes | None:
    """Write one row with checkpoint ``new`` and read it back."""

    async def both() -> bytes | None:
        store = ValkeyStore(address)
        await store.create({3: CK(0)})
        await store.compare_and_set([a_write(expected=expected, new=new, rows=[(b"a", b"row %d" % new)])])
        ((_, rows),) = await store.load([(3, [b"a"])])
        await store.close()
        return rows[0]

    return asyncio.run(both())


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def gone(pid: int, within_s: float = 10.0) -> bool:
    """Whether the process ends in time."""
    until = time.monotonic() + within_s
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not alive(pid)


def test_data_outlives_an_orderly_restart(server: ValkeyServer) -> None:
    server.start()
    put_and_get(server.address, 0, 1)
    pid = server.pid

    server.stop()
    server.start()

    assert gone(pid)
    assert put_and_get(server.address, 9, 2) == b"row 1"


def test_start_and_stop_may_be_repeated(server: ValkeyServer) -> None:
    server.stop()
    server.start()
    pid = server.pid
    server.start()

    assert server.pid == pid
    server.stop()
    server.stop()
    assert server.pid == 0


def test_a_free_loopback_port_serves_what_speaks_only_tcp(tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path, tcp=True)
    server.start()

    try:
        assert server.address.startswith("valkey://127.0.0.1:")
        assert put_and_get(server.address, 0, 1) == b"row 1"
    finally:
        server.stop()


def test_only_the_owner_of_the_directory_gets_in(server: ValkeyServer, tmp_path: Path) -> None:
    server.start()

    mode = (tmp_path / "valkey" / "valkey.sock").stat().st_mode & 0o777

    assert mode == 0o700


def test_a_long_path_is_no_obstacle(tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path / ("deep" * 20) / ("deeper" * 20))
    server.start()

    try:
        assert put_and_get(server.address, 0, 1) == b"row 1"
        assert ValkeyServer(tmp_path / ("deep" * 20) / ("deeper" * 20)).address == server.address
    finally:
        server.stop()


def test_a_second_owner_is_refused(server: ValkeyServer, tmp_path: Path) -> None:
    server.start()

    with pytest.raises(UsageError, match="in use by another running platinum"):
        ValkeyServer(tmp_path / "valkey").start()
    assert put_and_get(server.address, 0, 1) == b"row 1"


def test_the_thread_that_starts_it_may_end(server: ValkeyServer) -> None:
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    pid = server.pid

    assert put_and_get(server.address, 0, 1) == b"row 1"
    server.stop()
    assert gone(pid)
    server.start()
    assert put_and_get(server.address, 9, 2) == b"row 1"


def test_a_server_that_can_not_read_its_file_says_so(server: ValkeyServer, tmp_path: Path) -> None:
    folder = tmp_path / "valkey" / "appendonlydir"
    folder.mkdir(parents=True)
    (folder / "appendonly.aof.manifest").write_text("nonsense\n")

    with pytest.raises(Unavailable, match="ended with code"):
        server.start()
    assert server.pid == 0


PARENT = """
    import signal, sys, threading, time
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite in the background hands on that it ignores it
    from platinum.stores.server import ValkeyServer
    server = ValkeyServer(sys.argv[1])
    if sys.argv[2] == "thread":
        thread = threading.Thread(target=server.start)
        thread.start()
        thread.join()
    else:
        server.start()
    print(server.pid, flush=True)
    time.sleep(600)
"""


def _a_parent(directory: Path, starter: str = "main") -> tuple[subprocess.Popen[bytes], int]:
    """A process that runs a server, started by its main thread or another; returns it and the server's pid."""
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(PARENT), str(directory), starter], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.stdout.close()
    return parent, pid


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("starter", ["main", "thread"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_dies_with_its_parent(tmp_path: Path, how: signal.Signals, starter: str) -> None:
    parent, pid = _a_parent(tmp_path, starter)

    parent.send_signal(how)
    parent.wait()

    assert gone(pid)
    assert not (tmp_path / "valkey.sock").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_orphan_that_hangs_is_ended_by_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platinum.stores.server._ORPHAN_WAIT_S", 0.2)
    parent, pid = _a_parent(tmp_path)
    os.kill(pid, signal.SIGSTOP)
    parent.kill()
    parent.wait()
    assert alive(pid)

    server = ValkeyServer(tmp_path)
    server.start()

    assert gone(pid)
    assert put_and_get(server.address, 0, 1) == b"row 1"
    server.stop()


def test_where_the_kernel_can_not_help_the_guard_ends_the_server_with_its_input(tmp_path: Path) -> None:
    watch = "import sys; from platinum.stores.guard import watch; sys.exit(watch(sys.argv[1:]))"
    settings = ["--port", "0", "--unixsocket", str(tmp_path / "s"), "--save", "", "--dir", str(tmp_path)]
    command = [sys.executable, "-c", watch, str(server_binary()), *settings]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    while guard.poll() is None and not (tmp_path / "s").exists():
        time.sleep(0.01)

    assert guard.stdin is not None
    guard.stdin.close()

    assert guard.wait(10.0) == 0
    assert not (tmp_path / "s").exists()
