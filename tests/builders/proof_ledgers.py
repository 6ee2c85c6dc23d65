"""People's ledgers as the store holds them at some instant, first and second rows, for whoever compares them with books of their own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from platinum.engine import Engine
from platinum.hashing import hash64, name_hash
from platinum.ids import decision_ref
from platinum.pipeline.batch import key_hashes
from platinum.ports import INTERACTIONS
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import MORE, STATE_BROKEN, STATE_CLOSED
from platinum.profile.row import ROW
from platinum.profile.second_row import second_key, unpack_more
from platinum.vocabulary.codes import Obligation

Json = dict[str, Any]


class Reading(NamedTuple):
    """A ledger after every record of the partition before ``offset``."""

    offset: int
    time_ms: int
    customer: str
    open: list[Json]


class Ledgers:
    """Collects readings, in the order of the partitions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readings: list[list[Reading]] = [[] for _ in range(engine._deployment.log.partitions)]

    def read(self, customers: list[str]) -> set[str]:
        """Read these now; returns those of them to whom something is promised."""
        return self._engine._run(self._read([customer.encode() for customer in customers]))

    def of(self, partition: int) -> list[Reading]:
        """Readings of a partition's customers, oldest first."""
        return self._readings[partition]

    async def _read(self, keys: list[bytes]) -> set[str]:
        promised: set[str] = set()
        d = self._engine._deployment
        ends = [await d.log.end(INTERACTIONS, p) for p in range(d.log.partitions)]
        hashes = key_hashes(keys).tolist() if keys else []
        wanted = [(h % d.buckets, [key, second_key(key)]) for key, h in zip(keys, hashes, strict=True)]
        for (bucket, (key, _)), (_, (blob, second)) in zip(wanted, await d.store.load(wanted), strict=True):
            if blob is not None:
                p = bucket % d.log.partitions
                opened = _open(blob, second)
                self._readings[p].append(Reading(ends[p], self._engine.clock_ms, key.decode(), opened))
                if any(entry["kind"] == "promise" for entry in opened):
                    promised.add(key.decode())
        return promised


def _open(blob: bytes, second: bytes | None) -> list[Json]:
    rows, page = np.zeros(1, ROW), np.zeros(1, MORE)[0]
    unpack_rows([blob], rows, np.zeros(1, np.int64))
    entries = list(rows[0]["obligations"][: int(rows[0]["n_obligations"])])
    if int(rows[0]["more_open"]) and second is not None:  # where it is missing, the obligations in it are
        unpack_more(second, page)
        entries += list(page["entries"][: int(page["n"])])
    return [_told(entry) for entry in entries]


def _told(entry: Any) -> Json:
    state = int(entry["state"])
    return {
        "kind": Obligation(int(entry["kind"])).name.lower(),
        "ref": int(entry["ref"]),
        "name": int(entry["name"]),
        "due_ms": int(entry["due_ms"]),
        "broken": bool(state & STATE_BROKEN),
        "closed": bool(state & STATE_CLOSED),
    }


def reference(kind: str, name: str) -> int:
    """How the ledger tells an id; an offer is told by its action, a promise or a request by its class too."""
    return name_hash(name) if kind in ("offer", "class") else decision_ref(name) or hash64(name.encode())
