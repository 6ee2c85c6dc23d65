"""The contacts that the firm sent, with what each was for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.ops.audit.history import History
from platinum.vocabulary.codes import PURPOSE_OF, ActionType, Kind, Purpose

#: Purpose of a contact that says neither purpose nor type.
UNKNOWN = -1
THANK_YOU, LISTEN = int(ActionType.THANK_YOU), int(ActionType.LISTEN)
#: Nobody asked for these; the others perform a contract, answer or obey the law.
UNSOLICITED = (int(Purpose.PROMOTION), int(Purpose.RELATIONSHIP))
SEND_COLUMNS = ("who", "at_ms", "channel", "name_a", "purpose", "type")

SEND = np.dtype([("at_ms", "<i8"), ("who", "<i4"), ("channel", "<u4"), ("name_a", "<u4"), ("purpose", "<i2"), ("type", "<i2")])
_OF_TYPE = np.array([UNKNOWN, *(int(PURPOSE_OF[kind]) for kind in ActionType)], np.int16)


def sends(history: History) -> NDArray[np.void]:
    """SEND[*] in order of customer and time; ``channel`` is the contact's own, else the event's, in lower case."""
    rows = history.of(Kind.CONTACT_DISPATCHED)
    out = np.zeros(len(rows), SEND)
    for name in ("at_ms", "who", "name_a"):
        out[name] = rows[name]
    out["type"] = rows["low"].astype(np.int16) - 1
    said = rows["code"].astype(np.int16) - 1
    out["purpose"] = np.where(said >= 0, said, _OF_TYPE[out["type"] + 1])
    out["channel"] = folded(history, np.where(rows["name_b"] != 0, rows["name_b"], rows["channel"]))
    return out


def folded(history: History, hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Hashes of the same names in lower case: statements about a channel are kept so."""
    distinct, place = np.unique(hashes, return_inverse=True)
    lower = [history.name(int(one)).lower() for one in distinct]
    mapped = [name_hash(name) if name else int(one) for one, name in zip(distinct, lower, strict=True)]
    history.names.update({one: name for one, name in zip(mapped, lower, strict=True) if name})
    return np.array(mapped, np.uint32)[place] if mapped else hashes


def unsaid(found: NDArray[np.void]) -> str:
    """A note on contacts that say neither purpose nor type, ``""`` when all do."""
    count = int((found["purpose"] == UNKNOWN).sum())
    return f"{count:,} contacts do not say what they were for, and were not judged" if count else ""
