"""Promises of any kind: made, moved with the customer's consent, kept in time, late or never. The rules on them share this."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Occasion
from platinum.vocabulary.codes import Kind

#: (customer, id)
Key = tuple[int, int]

#: Places in ``DUE_DETAILS``.
KEPT, LATE, NEVER = 0, 1, 2
DUE_DETAILS = ("", "late", "never")


class Due(NamedTuple):
    """One thing that had to be done by a time."""

    key: Key
    due_ms: int
    channel: int
    process: int
    owner: int


def earliest(history: History, *kinds: Kind) -> dict[Key, int]:
    """When each id was first told of by events of these kinds."""
    first: dict[Key, int] = {}
    for who, ref, at_ms in Columns(history.of(*kinds), ("who", "ref", "at_ms")):
        first.setdefault((who, ref), at_ms)  # rows of a customer are in time order
    return first


def moved(history: History) -> dict[Key, list[tuple[int, int]]]:
    """(when, new due time) of what was renegotiated, in time order."""
    found: dict[Key, list[tuple[int, int]]] = {}
    for who, ref, at_ms, high in Columns(history.of(Kind.PROMISE_RENEGOTIATED), ("who", "ref", "at_ms", "high")):
        found.setdefault((who, ref), []).append((at_ms, int(high)))
    return found


def judge(
    made: Iterable[Due],
    done: dict[Key, int],
    moves: dict[Key, list[tuple[int, int]]],
    end_ms: int,
    void: dict[Key, int] | None = None,
) -> list[Occasion]:
    """Each promise with whether it was kept; those not due before ``end_ms`` and not done are left out.

    Parameters
    ----------
    done : dict
        When each was done. In time means at the due instant at the latest.
    moves : dict
        Moving it counts up to the instant at which it was due; afterwards it is an excuse.
    void : dict
        When each was called off by the customer or the firm: a promise that was not yet due then is no promise any more.
    """
    found: list[Occasion] = []
    for key, due_ms, channel, process, owner in made:
        for at_ms, new_ms in moves.get(key, ()):
            if at_ms <= due_ms:
                due_ms = new_ms
        done_ms = done.get(key)
        off_ms = void.get(key) if void else None
        if off_ms is not None and off_ms <= due_ms and (done_ms is None or done_ms > due_ms):
            continue
        if done_ms is not None and done_ms <= due_ms:
            found.append((due_ms, 0, key[0], channel, process, owner, KEPT, False))
        elif done_ms is not None:
            found.append((due_ms, done_ms - due_ms, key[0], channel, process, owner, LATE, True))
        elif due_ms < end_ms:
            found.append((due_ms, -1, key[0], channel, process, owner, NEVER, True))
    return found
