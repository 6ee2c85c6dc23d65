"""``platinum demo`` as a visitor runs it: it ends by itself and leaves nothing behind."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.builders.processes import processes_of


def demo(tmp_path: Path, seconds: int, interrupt_after: str = "") -> tuple[int, str]:
    """Exit code and everything shown on a terminal; Ctrl-C when a text has appeared."""
    screen, terminal = pty.openpty()
    line = [sys.executable, "-m", "platinum", "demo", "--seconds", str(seconds), "--customers", "200"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "TERM": "xterm", "COLUMNS": "120", "LINES": "50"}
    process = subprocess.Popen(line, stdin=terminal, stdout=terminal, stderr=terminal, env=environment, start_new_session=True)
    os.close(terminal)
    watchdog = threading.Timer(150, process.kill)
    watchdog.start()
    shown, interrupted = b"", False
    while True:
        try:
            part = os.read(screen, 65_536)
        except OSError:  # the terminal's last user has gone
            break
        shown += part
        if interrupt_after and not interrupted and interrupt_after.encode() in shown:
            interrupted = True
            time.sleep(1.0)
            os.killpg(process.pid, signal.SIGINT)
    code = process.wait(30)
    watchdog.cancel()
    os.close(screen)
    return code, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode(errors="replace"))


def assert_nothing_left(folder: Path) -> None:
    until = time.monotonic() + 5
    while processes_of(folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_of(folder) == []
    assert [path.name for path in folder.iterdir()] == []


def test_demo_tells_stories_sums_up_and_leaves_nothing(tmp_path: Path) -> None:
    code, shown = demo(tmp_path, seconds=8)

    assert code == 0, shown[-2000:]
    assert re.search(r"In \d+ seconds you watched", shown)
    assert int(re.search(r"(\d[\d,]*) thank-yous; none of them sold anything", shown)[1].replace(",", "")) > 0  # type: ignore[index]
    assert int(re.search(r"(\d[\d,]*) times it helped", shown)[1].replace(",", "")) > 0  # type: ignore[index]
    assert "thanked, and sold nothing" in shown
    assert_nothing_left(tmp_path)


@pytest.mark.parametrize("moment", ["Starting", "decisions"])
def test_demo_ends_in_order_on_control_c(tmp_path: Path, moment: str) -> None:
    code, shown = demo(tmp_path, seconds=60, interrupt_after=moment)

    assert code == 0, shown[-2000:]
    assert "Traceback" not in shown
    assert_nothing_left(tmp_path)
