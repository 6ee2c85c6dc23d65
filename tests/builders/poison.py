"""Events that break the compiled call, and a single pass over a log that leaves them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pytest
from numpy.typing import NDArray

from platinum.logs.memory import MemoryLog
from platinum.pipeline import batch
from platinum.ports import ARTEFACTS, INTERACTIONS, Record
from platinum.stores.memory import MemoryStore
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of

#: An order of this amount breaks the call.
AMOUNT = 666.25
#: What an exception may quote and nobody may log.
SECRET_TEXT = "ada@example.org"


def of_amount(events: NDArray[np.void]) -> NDArray[np.bool_]:
    """Events of the amount."""
    broken: NDArray[np.bool_] = events["amount"] == AMOUNT
    return broken


@dataclass
class Broken:
    """How often the call broke."""

    times: int = 0


@contextmanager
def a_breaking_call(breaks: Callable[[NDArray[np.void]], NDArray[np.bool_]] = of_amount) -> Iterator[Broken]:
    """The compiled call raises at an event that ``breaks``, after it has changed the rows of those before and this one's."""
    call: Any = vars(batch)["run_batch"]
    broken = Broken()

    def run_batch(rows: Any, at: Any, records: Any, frontier: Any, *others: Any) -> Any:
        events = records[0]
        bad = np.flatnonzero(breaks(events) & (events["offset"] >= frontier[0][at[1]]))
        if not bad.size:
            return call(rows, at, records, frontier, *others)
        n = int(bad[0])
        if n:
            call(rows, (at[0][:n], at[1][:n]), (events[:n].copy(), records[1]), frontier, *others)
        rows["spend"][at[0][n]] = -1.0
        broken.times += 1
        raise ZeroDivisionError(SECRET_TEXT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "run_batch", run_batch)
        yield broken


def poisoned(events: Sequence[bytes], every: int, first: int = 0) -> list[bytes]:
    """The events, one in ``every`` of them turned into an order that breaks the call."""
    out = list(events)
    for i in range(first, len(out), every):
        event = orjson.loads(out[i])
        bad = {"order_id": f"bad-{i}", "total": AMOUNT, "currency": "GBP"}
        out[i] = orjson.dumps(event | {"type": "track", "event": "Order Completed", "properties": bad, "messageId": f"bad-{i}"})
    return out


async def without(recorded: MemoryLog, gone: set[tuple[int, int]]) -> State:
    """What one pass leaves that meets something unreadable at (partition, offset) in place of each record in ``gone``."""
    log = MemoryLog(recorded.partitions)
    await copy_log(recorded, log, [ARTEFACTS])
    for p in range(recorded.partitions):
        records = await recorded.fetch(INTERACTIONS, p, 0, 1 << 40, max_bytes=1 << 40)
        await log.append(
            INTERACTIONS, [Record(r.key, b"gone" if (p, r.offset) in gone else r.value, r.time_ms, r.headers, p) for r in records]
        )
    d = a_deployment(log, MemoryStore())
    await play(d, 1_000)
    return await state_of(d)
