"""Where a Valkey or Redis server listens, as a URL; secrets come from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from platinum.errors import UsageError

DEFAULT_PORT = 6379


class Address(NamedTuple):
    """Parsed form of ``valkey://[user@]host[:port][/db]`` (or ``redis://``) and ``unix:///path/to/socket``."""

    host: str
    port: int
    path: str  # of a unix socket; then host is ""
    database: int
    user: str

    def __str__(self) -> str:
        return f"unix://{self.path}" if self.path else f"valkey://{self.host}:{self.port}/{self.database}"


def parse_address(url: str) -> Address:
    """Address named by ``url``.

    Raises
    ------
    UsageError
        Another form; or a password in the URL, where process lists and logs would show it.
    """
    parts = urlsplit(url)
    if parts.password is not None:
        raise UsageError("the store's URL must not hold a password; set PLATINUM_STORE_PASSWORD or PLATINUM_STORE_PASSWORD_FILE instead")
    try:
        if parts.scheme == "unix" and parts.path:
            return Address("", 0, unquote(parts.path), 0, unquote(parts.username or ""))
        if parts.scheme in ("valkey", "redis") and parts.hostname:
            database = int(parts.path.strip("/") or 0)
            return Address(parts.hostname, parts.port or DEFAULT_PORT, "", database, unquote(parts.username or ""))
    except ValueError:  # a port or database that is no number: same advice
        pass
    raise UsageError("the store's URL must be valkey://host:port/db or unix:///path; see docs/reference, 'Settings'")


def password_from(environ: Mapping[str, str]) -> str | None:
    """The store's password: the content of ``PLATINUM_STORE_PASSWORD_FILE``, else ``PLATINUM_STORE_PASSWORD``, else None.

    Raises
    ------
    UsageError
        The file can not be read.
    """
    if name := environ.get("PLATINUM_STORE_PASSWORD_FILE"):
        try:
            return Path(name).read_text().strip()
        except OSError as error:
            raise UsageError(f"PLATINUM_STORE_PASSWORD_FILE can not be read: {error.strerror}") from error
    return environ.get("PLATINUM_STORE_PASSWORD")
