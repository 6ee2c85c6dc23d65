"""Who belongs to an account: the customer keys beside its row, in the order in which they came."""

from __future__ import annotations

from platinum.errors import Inconsistent

#: Of one account. Whoever comes after them is treated as a member, but not told how the account stands.
MOST_MEMBERS = 1024
_FORM = 0xF2
#: No key of a customer ends so, as with second rows: keys are printable.
_SUFFIX = b"\x00m"

Members = tuple[bytes, ...]


def members_key(account: bytes) -> bytes:
    """Key of what lies beside an account's row."""
    return account + _SUFFIX


def joined(members: Members, member: bytes) -> Members:
    """``members`` and one more, if there is room."""
    return members if member in members or len(members) >= MOST_MEMBERS else (*members, member)


def left(members: Members, member: bytes) -> Members:
    """``members`` without one."""
    return tuple(one for one in members if one != member)


def pack_members(members: Members) -> bytes:
    """Bytes of them; each key with its length before it."""
    return bytes((_FORM,)) + b"".join(len(member).to_bytes(2, "little") + member for member in members)


def unpack_members(blob: bytes | None) -> Members:
    """What ``pack_members`` wrote; nobody where nothing was stored.

    Raises
    ------
    Inconsistent
        It is something else.
    """
    if blob is None:
        return ()
    if blob[:1] != bytes((_FORM,)):
        raise _damaged()
    found, at = [], 1
    while at < len(blob):
        start = at + 2
        at = start + int.from_bytes(blob[at:start], "little")
        found.append(blob[start:at])
    if at != len(blob):
        raise _damaged()
    return tuple(found)


def _damaged() -> Inconsistent:
    return Inconsistent(
        "the members stored beside an account are damaged or a newer build's: stop `platinum up`, move <data>/valkey away and start it "
        "again; the store is rebuilt from the log"
    )
