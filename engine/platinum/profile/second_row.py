"""The second row as bytes: a form, a count, and the obligations; stored under a key of its own beside the first."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from platinum.errors import Inconsistent
from platinum.events.keys import is_account
from platinum.profile.entries import MAX_MORE, OBLIGATION
from platinum.profile.row import Record

#: No layout of a first row begins so, and no key of a customer ends so: keys are printable.
_FORM = 0xF1
_SUFFIX = b"\x00+"
_MARK_AT = slice(-2, -1)


def second_key(customer: bytes) -> bytes:
    """Key of a customer's second row."""
    return customer + _SUFFIX


def is_second(key: bytes) -> bool:
    """Whether a key is that of something beside a row: a second row, or the members of an account."""
    return key[_MARK_AT] == b"\x00"


def is_person(key: bytes) -> bool:
    """Whether a key is a person's: neither of something beside a row, nor of an account."""
    return not is_second(key) and not is_account(key)


def customers(keys: Iterable[bytes]) -> list[bytes]:
    """The keys that are people's."""
    return [key for key in keys if is_person(key)]


def pack_more(page: Record) -> bytes:
    """Bytes of a MORE; equal ones give equal bytes."""
    n = int(page["n"])
    entries: bytes = page["entries"][:n].tobytes()
    return bytes((_FORM, n)) + entries


def unpack_more(blob: bytes | None, page: Record) -> None:
    """Fill a MORE with what ``pack_more`` wrote.

    Raises
    ------
    Inconsistent
        There is nothing, or something else.
    """
    if blob is None or len(blob) < 2 or blob[0] != _FORM or len(blob) != 2 + blob[1] * OBLIGATION.itemsize or blob[1] > MAX_MORE:
        raise Inconsistent(
            "the second row of a stored profile is missing, damaged or a newer build's: stop `platinum up`, move <data>/valkey away "
            "and start it again; the store is rebuilt from the log"
        )
    n = blob[1]
    page["n"] = n
    page["entries"][:n] = np.frombuffer(blob, OBLIGATION, n, 2)
