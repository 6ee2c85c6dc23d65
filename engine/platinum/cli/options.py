"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from platinum.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DataFolder = Annotated[Path, typer.Option("--data", help="Data directory of the deployment.", file_okay=False)]
ExistingFolder = Annotated[Path, typer.Option("--data", help="Data directory of the deployment.", exists=True, file_okay=False)]
AnyDataFolder = Annotated[Path | None, typer.Option("--data", help="Data directory of a deployment on this machine.", file_okay=False)]
Url = Annotated[str | None, typer.Option("--url", help="Address of a running deployment, such as http://127.0.0.1:8080.")]
Now = Annotated[str | None, typer.Option("--now", help="The instant to look from, such as 2011-12-09T23:59:59Z.")]
PolicyFile = Annotated[Path, typer.Option("--policy", help="Policy file.", exists=True, dir_okay=False, readable=True)]
OtherCurrency = Annotated[
    bool, typer.Option("--other-currency", help="Take a policy in another currency than the one in force; sums are renamed, not converted.")
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)]


def instant_ms(written: str | None, option: str = "--now") -> int | None:
    """An RFC 3339 instant in milliseconds since 1970.

    Raises
    ------
    UsageError
        It is no instant, or says no offset: "now" must not depend on where the command runs.
    """
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise UsageError(f"{option} must be an instant such as 2011-12-09T23:59:59Z") from None
    if moment.tzinfo is None:
        raise UsageError(f"{option} must say its offset, such as 2011-12-09T23:59:59Z")
    return round(moment.timestamp() * 1000)


def check_partitions(partitions: int | None) -> None:
    """Raise ``UsageError`` unless a number of partitions is a power of two up to 256."""
    if partitions is not None and (not 1 <= partitions <= 256 or partitions & partitions - 1):
        raise UsageError("--partitions must be a power of two from 1 to 256")


def one_place(data: Path | None, url: str | None) -> None:
    """Raise ``UsageError`` unless exactly one of ``--data`` and ``--url`` was given."""
    if (data is None) == (url is None):
        raise UsageError("say where: either --data DIR or --url URL")
    if url is not None and not url.startswith(("http://", "https://")):
        raise UsageError("--url must start with http:// or https://")
    if data is not None and not data.is_dir():
        raise UsageError(f"--data {data}: no such directory")


def check_folder(option: str, file: Path | None) -> None:
    """Find out before long work, not behind it, that a file could not be written.

    Raises
    ------
    UsageError
        There is no such folder.
    """
    if file is not None and not file.parent.is_dir():
        raise UsageError(f"'{option}' must lie in a folder that exists, got {str(file)!r}")
