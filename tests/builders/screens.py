"""``platinum demo`` as a visitor sees it: on a terminal, with the second at which something appeared."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from tests.builders.processes import processes_of, processes_of_session

#: Nothing here takes so long: what does hangs.
HANGS_S = 240
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_DECIDED = re.compile(r"\b[1-9][\d,]* decisions\b")


class Shown(NamedTuple):
    """One demo.

    Attributes
    ----------
    session : int
        Session that all its processes began in.
    first_decision_s : float or None
        Seconds from the start until a count of decisions other than 0 was on the screen.
    """

    code: int
    text: str
    session: int
    first_decision_s: float | None


def demo(folder: Path, seconds: int, interrupt_after: str = "", kernels: Path | None = None) -> Shown:
    """Run the demo with ``folder`` for its temporary files; Ctrl-C when a text has appeared.

    ``kernels`` is where compiled kernels are kept, by default where all tests keep them.
    """
    screen, terminal = pty.openpty()
    line = [sys.executable, "-m", "platinum", "demo", "--seconds", str(seconds), "--customers", "200"]
    environment = os.environ | {"TMPDIR": str(folder), "TERM": "xterm", "COLUMNS": "120", "LINES": "50"}
    if kernels is not None:
        environment["PLATINUM_KERNEL_CACHE"] = str(kernels)
    began = time.monotonic()
    process = subprocess.Popen(line, stdin=terminal, stdout=terminal, stderr=terminal, env=environment, start_new_session=True)
    os.close(terminal)
    watchdog = threading.Timer(HANGS_S, process.kill)
    watchdog.start()
    shown, interrupted, first = b"", False, None
    while True:
        ended = process.poll() is not None  # asked first: what it said before is then there to be read
        if not select.select([screen], [], [], 0.0 if ended else 0.2)[0]:
            if ended:
                break
            continue
        try:
            shown += os.read(screen, 65_536)
        except OSError:  # the terminal's last user has gone
            break
        if first is None and _DECIDED.search(_CONTROL.sub("", shown.decode(errors="replace"))):
            first = time.monotonic() - began
        if interrupt_after and not interrupted and interrupt_after.encode() in shown:
            interrupted = True
            time.sleep(1.0)
            os.killpg(process.pid, signal.SIGINT)
    code = process.wait(30)
    watchdog.cancel()
    os.close(screen)
    return Shown(code, _CONTROL.sub("", shown.decode(errors="replace")), process.pid, first)


def assert_nothing_left(folder: Path, shown: Shown) -> None:
    """No process of the demo, no file of it."""
    until = time.monotonic() + 5
    while (left := processes_of(folder) + processes_of_session(shown.session)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []
    assert [path.name for path in folder.iterdir()] == []
