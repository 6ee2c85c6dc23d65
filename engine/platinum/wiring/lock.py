"""One process owns a data directory; a second one is told so instead of corrupting it, a first one that fails leaves nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from platinum.errors import UsageError


class DirectoryLock:
    """Advisory lock on ``<data>/lock``; the kernel releases it when the process ends, however it ends.

    Attributes
    ----------
    made : bool
        The directory did not exist before.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir
        self.made = not data_dir.exists()
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = data_dir / "lock"
        self._handle = -1

    def __enter__(self) -> Self:
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not (self._path.exists() and os.path.samestat(os.fstat(self._handle), self._path.stat())):
                raise BlockingIOError  # its owner failed, and took it away in this very moment
        except BlockingIOError:
            os.close(self._handle)
            raise UsageError(f"another `platinum up` is running on {self.folder}; one process owns a data directory") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._handle)


@contextmanager
def whole_or_nothing(lock: DirectoryLock) -> Iterator[Callable[[], None]]:
    """Take away what a first start made in a new or empty directory if it fails before it calls the function given.

    A directory with half a deployment would refuse the next start, or take its partitions from a mistyped command.
    """
    fresh = os.listdir(lock.folder) == ["lock"]
    whole = False

    def is_whole() -> None:
        nonlocal whole
        whole = True

    try:
        yield is_whole
    finally:
        if fresh and not whole:
            _clear(lock)


def _clear(lock: DirectoryLock) -> None:
    for entry in lock.folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    if lock.made:
        with suppress(OSError):  # somebody else's file came meanwhile
            lock.folder.rmdir()
