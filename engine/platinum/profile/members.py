"""Who belongs to an account, and since when: customer keys beside its row, in the order in which they came."""

from __future__ import annotations

import struct

from platinum.errors import Inconsistent

#: Of one account. Whoever comes after them is treated as a member, but not told how the account stands.
MOST_MEMBERS = 1024
_FORM = 0xF2
#: No key of a customer ends so, as with second rows: keys are printable.
_SUFFIX = b"\x00m"

#: (customer key, event time in seconds of the newest word that they belong to it).
Members = tuple[tuple[bytes, int], ...]
_HEAD = struct.Struct("<IH")


def members_key(account: bytes) -> bytes:
    """Key of what lies beside an account's row."""
    return account + _SUFFIX


def joined(members: Members, member: bytes, at_s: int) -> Members:
    """``members`` and one more, if there is room; of who is among them, the newest word counts."""
    if any(key == member for key, _ in members):
        return tuple((key, max(since_s, at_s) if key == member else since_s) for key, since_s in members)
    return members if len(members) >= MOST_MEMBERS else (*members, (member, at_s))


def left(members: Members, member: bytes, at_s: int) -> Members:
    """``members`` without one, unless they came back later; of two words in one second the one that ends it counts."""
    return tuple(one for one in members if one[0] != member or one[1] > at_s)


def pack_members(members: Members) -> bytes:
    """Bytes of them; each key behind its time and its length."""
    return bytes((_FORM,)) + b"".join(_HEAD.pack(at_s, len(member)) + member for member, at_s in members)


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
    while at + _HEAD.size <= len(blob):
        at_s, length = _HEAD.unpack_from(blob, at)
        at += _HEAD.size + length
        found.append((blob[at - length : at], at_s))
    if at != len(blob):
        raise _damaged()
    return tuple(found)


def _damaged() -> Inconsistent:
    return Inconsistent(
        "the members stored beside an account are damaged or a newer build's: stop `platinum up`, move <data>/valkey away and start it "
        "again; the store is rebuilt from the log"
    )
