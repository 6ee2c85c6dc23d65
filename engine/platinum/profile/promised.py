"""What the policy says of a promise: its class, how late still counts as on time, and what being late costs (treatment-formulas 3.4)."""

from __future__ import annotations

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_PROMISE, _REQUEST = int(Obligation.PROMISE), int(Obligation.REQUEST)
_K_REQUEST, _K_STARTED = int(Kind.REQUEST_MADE), int(Kind.CONTACT_STARTED)
#: ``made_by`` of a class that no event makes.
BY_DECISION = constant(0)


@inner
def class_of(name: int, tables: Tables) -> int:
    """Index of a promise class by its name hash, -1 = the policy has none of that name."""
    for i in range(tables.promises.shape[0]):
        if tables.promises[i]["name"] == name:
            return i
    return -1


@inner
def obligation_kind(made_by: int) -> int:
    """A request is what the customer asked for; everything else that is due is a promise."""
    return _REQUEST if made_by == _K_REQUEST or made_by == _K_STARTED else _PROMISE


@inner
def half_late_ms(index: int, tables: Tables) -> float:
    """Time in which a late promise is worth half."""
    return float(tables.promises[index]["late_ms"] if index >= 0 else tables.settings[0]["late_ms"])


@inner
def grace_ms(index: int, tables: Tables) -> int:
    """So long after its due time it still counts as on time."""
    return wide(tables.promises[index]["grace_ms"]) if index >= 0 else 0


@inner
def is_over(entry: Record, now_ms: int, tables: Tables) -> bool:
    """Whether a promise or request is over its time, whatever its timer has said so far."""
    return bool(entry["due_ms"] != 0 and now_ms > entry["due_ms"] + grace_ms(class_of(entry["name"], tables), tables))
