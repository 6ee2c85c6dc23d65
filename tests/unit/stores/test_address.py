"""URLs of stores, and where their passwords come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from platinum.errors import UsageError
from platinum.stores.address import Address, parse_address, password_from


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("valkey://127.0.0.1:7000/2", Address("127.0.0.1", 7000, "", 2, "")),
        ("redis://me@db.example", Address("db.example", 6379, "", 0, "me")),
        ("valkey://[::1]:7000", Address("::1", 7000, "", 0, "")),
        ("unix:///var/lib/shop%20one/valkey.sock", Address("", 0, "/var/lib/shop one/valkey.sock", 0, "")),
    ],
)
def test_urls_are_understood(url: str, address: Address) -> None:
    assert parse_address(url) == address


@pytest.mark.parametrize("url", ["", "localhost:6379", "http://x", "valkey://", "valkey://h:port", "valkey://h/two", "unix://"])
def test_anything_else_is_refused_with_the_forms_that_work(url: str) -> None:
    with pytest.raises(UsageError, match="valkey://host:port/db or unix:///path"):
        parse_address(url)


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="PLATINUM_STORE_PASSWORD") as error:
        parse_address("valkey://user:secret@host")

    assert "secret" not in str(error.value)


def test_the_password_comes_from_the_file_before_the_variable(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from file\n")

    both = {"PLATINUM_STORE_PASSWORD_FILE": str(tmp_path / "password"), "PLATINUM_STORE_PASSWORD": "from variable"}

    assert password_from(both) == "from file"
    assert password_from({"PLATINUM_STORE_PASSWORD": "from variable"}) == "from variable"
    assert password_from({}) is None
    with pytest.raises(UsageError, match="can not be read"):
        password_from({"PLATINUM_STORE_PASSWORD_FILE": str(tmp_path / "none")})
