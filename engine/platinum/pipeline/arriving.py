"""What another partition's fold appended here: taken once, whatever is appended again after a crash (design 3).

The sender appends in the order of its own log, and anew what it does not know to be there. So a bucket needs one number per sender:
the newest record that it took from there. Whatever is not behind that is a repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from platinum.errors import Rejected
from platinum.events.columns import FLAG_ACCOUNT, FLAG_BROUGHT, FLAG_HISTORY, Columns
from platinum.events.decode import decode
from platinum.events.keys import is_account
from platinum.events.plans import Decoding
from platinum.hashing import murmur2
from platinum.pipeline.checkpoint import Marks
from platinum.pipeline.engine_records import CustomerRecord, FromElsewhere, PassedOn
from platinum.pipeline.prepared import Joining, Place
from platinum.ports import Fetched, Mark


class Taken(NamedTuple):
    """Engine records of a segment without those that were taken before, and the marks behind them."""

    records: list[tuple[Fetched, CustomerRecord]]
    marks: Marks
    repeated: int


def taken(engine: Sequence[tuple[Fetched, CustomerRecord]], marks: Marks, place: Place) -> Taken:
    """Tell repeats from what is new.

    Parameters
    ----------
    marks : mapping of bucket index to marks
        Of the buckets' checkpoints; it is not changed.
    """
    kept: list[tuple[Fetched, CustomerRecord]] = []
    now = dict(marks)
    for record, body in engine:
        if isinstance(body, FromElsewhere):
            hashed = murmur2(record.key or b"")
            if hashed % place.partitions != place.partition:
                # A copy somewhere else, which is rejected: anybody can append one, and it must not hide what is for a bucket here.
                kept.append((record, body))
                continue
            k = hashed % place.buckets // place.partitions
            if not _is_behind(body.source, now.get(k, ())):
                continue
            now[k] = _moved(now.get(k, ()), body.source)
        kept.append((record, body))
    return Taken(kept, now, len(engine) - len(kept))


def _is_behind(source: Mark, marks: Sequence[Mark]) -> bool:
    return all(mark.partition != source.partition or mark[1:] < source[1:] for mark in marks)


def _moved(marks: Sequence[Mark], source: Mark) -> tuple[Mark, ...]:
    return tuple(sorted([*(mark for mark in marks if mark.partition != source.partition), source]))


class _Traits(msgspec.Struct):
    left: bool = False


class _Group(msgspec.Struct):
    """As much of a passed-on event as says whether it is about who belongs to the account."""

    type: str
    traits: _Traits = msgspec.field(default_factory=_Traits)


_group = msgspec.json.Decoder(_Group).decode


class Arrived(NamedTuple):
    """What people did for accounts, as events of those accounts; and what came of decisions, as events of whom was decided for."""

    columns: Columns
    rejected: list[tuple[Fetched, Rejected]]
    joining: list[Joining]


def arrived(passed: Sequence[tuple[Fetched, PassedOn]], decoding: Decoding) -> Arrived:
    """Decode what was passed on; the account is who did it, and it is the account's own doing. So with an outcome's customer."""
    records = [Fetched(record.offset, None, bytes(body.event), record.time_ms, ()) for record, body in passed]
    columns, rejections = decode(records, decoding)
    by_offset = {record.offset: (record, body) for record, body in passed}
    found = [by_offset[offset] for offset in columns.events["offset"].tolist()]
    joining = [
        Joining(record.offset, record.key or b"", member, said.traits.left, max(at_ms, 0) // 1000)
        for (record, body), member, at_ms in zip(found, columns.keys, columns.events["occurred_ms"].tolist(), strict=True)
        if (said := _group(body.event)).type == "group"
    ]
    events = columns.events.copy()
    events["account"], events["role"] = 0, 0
    keys = [record.key or b"" for record, _ in found]
    of_accounts = np.array([is_account(key) for key in keys], np.bool_)
    events["flags"][of_accounts] |= FLAG_ACCOUNT | FLAG_HISTORY
    events["flags"][~of_accounts] |= FLAG_BROUGHT
    events["flags"][np.array([body.history for _, body in found], np.bool_)] |= FLAG_HISTORY
    rejected = [(passed[r.index][0], Rejected(r.reason, r.message, r.field)) for r in rejections]
    return Arrived(columns._replace(events=events, keys=keys), rejected, joining)


def put_together(columns: Columns, others: Columns) -> Columns:
    """Both in the order of their offsets."""
    events, more = columns.events, others.events.copy()
    more["item_start"] += len(columns.items)
    events, keys = np.concatenate([events, more]), [*columns.keys, *others.keys]
    order = np.argsort(events["offset"], kind="stable")
    return Columns(events[order], np.concatenate([columns.items, others.items]), [keys[i] for i in order.tolist()])
