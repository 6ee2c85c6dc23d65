"""``platinum api``: the HTTP API beside a running ``up``."""

from __future__ import annotations

from platinum.cli.options import DataFolder, Host, Port
from platinum.errors import UsageError


def api(data: DataFolder, host: Host = "127.0.0.1", port: Port = 8081) -> None:
    """Answer HTTP requests from the data directory of a running deployment."""
    if not data.is_dir():
        raise UsageError(f"--data {data}: no such directory; `platinum up` makes one")
    from platinum.wiring.serve import serve_api

    serve_api(data, host, port)
