"""What the ledger tells the learner, as records of ``platinum.learning.v1``: no customer in them (design 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.ports import Headers, Record
from platinum.vocabulary.codes import Fact

_NAMES = {int(fact): fact.name.lower() for fact in Fact}


def fact_records(
    facts: NDArray[np.void], offsets: NDArray[np.int64], times_ms: NDArray[np.int64], where: tuple[int, int], names: Mapping[int, str]
) -> list[Record]:
    """One record per fact.

    Parameters
    ----------
    facts : OBLIGATION[F]
        As ``profile.facts`` notes them.
    offsets, times_ms : int64[F]
        Of the record that brought each about.
    where : (generation, partition)
    names : mapping of hash to name
        The policy's; a name that it does not know is ``#`` and eight hex digits.
    """
    generation, partition = where
    records, slot, last = [], 0, -1
    for fact, offset, time_ms in zip(facts, offsets.tolist(), times_ms.tolist(), strict=True):
        slot = slot + 1 if offset == last else 0
        last = offset
        cause = f"{generation}.{partition}.{offset}"
        headers: Headers = (("ce_id", f"f.{cause}.{slot}".encode()), ("ce_causationid", cause.encode()))
        records.append(Record(None, orjson.dumps(_body(fact, names)), time_ms, headers, partition))
    return records


def _body(fact: Any, names: Mapping[int, str]) -> dict[str, Any]:
    ended = int(fact["offset"])
    return {
        "fact": _NAMES[int(fact["kind"])],
        "name": _name(int(fact["name"]), names),
        "owner": _name(int(fact["owner"]), names),
        "channel": _name(int(fact["channel"]), names),
        "made_ms": int(fact["made_ms"]),
        "due_ms": int(fact["due_ms"]),
        "ended_ms": ended or None,
        "said": float(f"{float(fact['weight']):.6g}"),
        "kept": float(f"{float(fact['amount']):.6g}"),
    }


def _name(hashed: int, names: Mapping[int, str]) -> str | None:
    return (names.get(hashed) or f"#{hashed:08x}") if hashed else None
