"""Where the store's server can listen: a unix socket's path has a limit that a directory's has not."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from platinum.errors import UsageError
from platinum.stores.server import ValkeyServer

#: Longest path of a unix socket.
MOST_BYTES = 107 if sys.platform == "linux" else 103
#: Room for what is appended to the temporary directory: a folder of our own, and the socket in it.
_APPENDED_BYTES = 50


def store_server(data_dir: Path) -> ValkeyServer:
    """Server of a data directory's profile store, not started.

    Raises
    ------
    UsageError
        Neither the directory nor the temporary one, which stands in for it (docs/decisions/0008), has a path that is short
        enough for a socket.
    """
    server = ValkeyServer(data_dir / "valkey")
    socket = Path(server.address.removeprefix("unix://"))
    if len(os.fsencode(socket)) > MOST_BYTES:
        with suppress(OSError):
            socket.parent.rmdir()  # made for the socket; a data directory is not empty and stays
        raise UsageError(
            f"the paths of the data directory ({data_dir}) and of the temporary directory ({tempfile.gettempdir()}) are both too long for "
            f"the socket of the profile store, which may have {MOST_BYTES} bytes; choose a shorter --data, or set TMPDIR to a shorter one"
        )
    return server


@contextmanager
def passing_folder(prefix: str) -> Iterator[Path]:
    """A folder for a deployment that ends with this process; beside a temporary directory whose path is too long, in ``/tmp``."""
    place = tempfile.gettempdir()
    if len(os.fsencode(place)) + _APPENDED_BYTES > MOST_BYTES and os.access("/tmp", os.W_OK):  # noqa: S108 - a folder of our own is made in it
        place = "/tmp"  # noqa: S108
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place) as folder:
        yield Path(folder)
