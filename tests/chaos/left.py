"""Everything that workers leave behind, outputs and timers too, and how it compares with a single pass over the same log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from platinum.logs.memory import MemoryLog
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, INTERACTIONS, Log, ProfileStore, contacts_topic
from platinum.stores.memory import MemoryStore
from platinum.stream.deployment import Deployment
from platinum.stream.frontier import origin
from tests.builders.deployments import BUCKETS, State, a_deployment, copy_log, play, read_all, state_of
from tests.builders.workers import CHANNELS, Workers
from tests.chaos.verdict import judge as judge_state

K = TypeVar("K")
V = TypeVar("V")
#: What may not be.
WRONG = (
    *("rows_differ", "timers_differ", "decisions_missing", "decisions_unknown", "conflicting_bytes"),
    *("outputs_missing", "outputs_unknown", "outputs_conflicting"),
)
#: Of all decisions, and of all other outputs; the promise is 5 %.
MOST_REPEATED = 0.05
_FOREVER_MS, _ALL = 1 << 52, 1 << 30

#: Of each topic and partition: (identity, value, offset in the topic).
Outputs = Mapping[tuple[str, int], list[tuple[bytes, bytes, int]]]
#: Of each (bucket, customer key): due time in ms.
Due = Mapping[tuple[int, bytes], int]


@dataclass(frozen=True, slots=True)
class Left:
    """Rows and decisions, every topic that is put out, and what the store's timer sets hold."""

    state: State
    outputs: Outputs
    timers: Due


def topics() -> list[str]:
    """What is put out."""
    return [DECISIONS, DEAD_LETTERS, *map(contacts_topic, CHANNELS)]


async def outputs_of(log: Log) -> Outputs:
    """Everything that was put out."""
    return {
        (topic, p): [(origin(r.headers).identity, r.value, r.offset) for r in records]
        for topic in topics()
        for p, records in enumerate(await read_all(log, topic))
    }


async def timers_of(store: ProfileStore) -> Due:
    """Every timer that the store holds."""
    return {(bucket, key): due_ms for bucket in range(BUCKETS) for key, due_ms in await store.due(bucket, _FOREVER_MS, _ALL)}


async def left_by(d: Deployment) -> Left:
    """What a deployment holds."""
    return Left(await state_of(d), await outputs_of(d.log), await timers_of(d.store))


async def left_by_workers(workers: Workers) -> Left:
    """What worker processes left."""
    log, store = await workers.connected()
    left = await left_by(a_deployment(log, store))
    await log.close()
    await store.close()
    return left


async def single_pass(recorded: Log) -> Left:
    """What one process that nothing happens to makes of a log as it is."""
    log = MemoryLog(recorded.partitions)
    await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
    d = a_deployment(log, MemoryStore())
    await play(d, 1_000)
    return await left_by(d)


def differing(ours: Mapping[K, V], theirs: Mapping[K, V]) -> int:
    """How many keys have another value, or none on one side."""
    return sum(ours.get(key) != theirs.get(key) for key in ours.keys() | theirs.keys())


def judge(left: Left, single: Left) -> dict[str, Any]:
    """What differs; contacts, withdrawals and dead letters are counted as ``outputs``."""
    count: Counter[str] = Counter()
    for at, records in left.outputs.items():
        if at[0] == DECISIONS:  # judged by their ids
            continue
        wanted = {identity: value for identity, value, _ in single.outputs[at]}
        seen = {identity for identity, _, _ in records}
        count["outputs"] += len(wanted)
        count["outputs_missing"] += len(wanted.keys() - seen)
        count["outputs_unknown"] += len(seen - wanted.keys())
        count["outputs_conflicting"] += sum(wanted.get(identity, value) != value for identity, value, _ in records)
        count["outputs_repeated"] += len(records) - len(seen)
    count["timers"], count["timers_differ"] = len(single.timers), differing(left.timers, single.timers)
    names = ("timers", "timers_differ", "outputs", "outputs_missing", "outputs_unknown", "outputs_conflicting", "outputs_repeated")
    return {**judge_state(left.state, single.state), **{name: count[name] for name in names}}


def faults(found: Mapping[str, Any]) -> list[str]:
    """Which promises about what is left did not hold."""
    wrong = [name for name in (*WRONG, "checker_blind_to") if found[name]]
    wrong += ["repeated"] if found["repeated"] > MOST_REPEATED * found["decisions"] else []
    return wrong + (["outputs_repeated"] if found["outputs_repeated"] > MOST_REPEATED * found["outputs"] else [])


def blind(left: Left, single: Left) -> list[str]:
    """What the checker does not see of planted losses, doubles, changes and moved timers; each must be counted on top."""
    rows, decisions = left.state.rows, left.state.decisions
    key = next(iter(rows.keys() & single.state.rows.keys()))
    changed = next(d[0] for d in decisions if d).replace(b'"lane"', b'"line"')
    at = next(place for place, records in left.outputs.items() if place[0] != DECISIONS and records and single.outputs[place])
    (identity, value, _), rest = left.outputs[at][0], left.outputs[at][1:]
    timer = next(iter(left.timers.items() & single.timers.items()))[0]
    first = single.outputs[at][0][0]
    planted = {
        "rows_differ": replace(left, state=State({**rows, key: rows[key] + b"!"}, decisions, [])),
        "decisions_missing": replace(left, state=State(rows, [[] for _ in decisions], [])),
        "conflicting_bytes": replace(left, state=State(rows, [[changed], *decisions], [])),
        "repeated": replace(left, state=State(rows, [*decisions, next(d for d in decisions if d)[:1]], [])),
        "timers_differ": replace(left, timers={**left.timers, timer: left.timers[timer] + 1}),
        "outputs_missing": _with(left, at, [one for one in left.outputs[at] if one[0] != first]),
        "outputs_unknown": _with(left, at, [(b"?", value, 0), *rest]),
        "outputs_conflicting": _with(left, at, [*left.outputs[at], (first, value + b"!", 0)]),
        "outputs_repeated": _with(left, at, [*left.outputs[at], (identity, value, 0)]),
    }
    before = judge(left, single)
    return [name for name, other in planted.items() if judge(other, single)[name] <= before[name]]


def _with(left: Left, at: tuple[str, int], records: list[tuple[bytes, bytes, int]]) -> Left:
    return replace(left, outputs={**left.outputs, at: records})
