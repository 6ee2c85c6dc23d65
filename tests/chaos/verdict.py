"""What is left after the kills, judged against a single pass over the log as it then is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson

from platinum.emit.contacts import INPUTS_HEADER
from platinum.emit.inputs import unpack_inputs
from platinum.ids import decision_ref
from platinum.logs.memory import MemoryLog
from platinum.logs.sqlite import SqliteLog
from platinum.pipeline.engine_records import MAC_HEADER, DecisionMade, TimerDue, header, read_engine_record
from platinum.ports import ARTEFACTS, DECISIONS, INTERACTIONS, Fetched, Log
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import MAX_ANSWERED
from platinum.profile.row import ROW
from platinum.settings import existing_deployment
from platinum.stores.memory import MemoryStore
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from tests.builders.deployments import State, a_deployment, copy_log, play, read_all, state_of
from tests.chaos.load import Given

WRONG = (
    *("rows_differ", "decisions_missing", "decisions_unknown", "conflicting_bytes", "acknowledged_gone", "rejected"),
    *("offers_gone", "offers_changed", "offers_unpublished", "offers_unaware", "offers_again"),
)
#: What must have happened, or the run has shown nothing.
WORTH = ("offers", "next_decisions", "offers_asked", "offers_offered", "timers", "decided_by_timer", "decided_under_second_policy")


class Made(NamedTuple):
    """One `decision made` record."""

    partition: int
    offset: int
    key: bytes
    body: bytes


@dataclass
class Logged:
    """What the log holds of what was sent and answered.

    Attributes
    ----------
    messages : set of str
        Message ids.
    made : dict
        Decision id → its `decision made` records in log order.
    offsets : dict
        Customer key → offsets of their records.
    timers : Counter
        (customer, due) → records.
    published : dict
        Decision id → first published bytes.
    decided : dict
        Customer key → (offset that asked, inputs) of the stream's decisions about them.
    timer_at : set of str
        ``partition.offset`` of every timer.
    """

    messages: set[str] = field(default_factory=set)
    made: dict[str, list[Made]] = field(default_factory=dict)
    offsets: dict[bytes, list[int]] = field(default_factory=dict)
    timers: Counter[tuple[bytes, int]] = field(default_factory=Counter)
    published: dict[str, bytes] = field(default_factory=dict)
    decided: dict[bytes, list[tuple[int, bytes]]] = field(default_factory=dict)
    timer_at: set[str] = field(default_factory=set)


async def read_logged(log: Log, secret: bytes) -> Logged:
    """Everything at once: a run of the long form is some 400,000 records."""
    found = Logged()
    for partition, records in enumerate(await read_all(log, INTERACTIONS)):
        for record in records:
            _note(found, partition, record, secret)
    for records in await read_all(log, DECISIONS):
        for record in records:
            decision_id = str(orjson.loads(record.value)["decision_id"])
            found.published.setdefault(decision_id, record.value)
            inputs = header(record.headers, INPUTS_HEADER)
            if decision_id.startswith("d.") and inputs is not None:
                found.decided.setdefault(record.key or b"", []).append((int(decision_id.split(".")[3]), inputs))
    return found


def _note(found: Logged, partition: int, record: Fetched, secret: bytes) -> None:
    key = record.key or b""
    found.offsets.setdefault(key, []).append(record.offset)
    if header(record.headers, MAC_HEADER) is None:
        found.messages.add(str(orjson.loads(record.value).get("messageId")))
        return
    body = read_engine_record(secret, record)
    if isinstance(body, DecisionMade):
        found.made.setdefault(body.decision_id, []).append(Made(partition, record.offset, key, bytes(body.decision)))
    elif isinstance(body, TimerDue):
        found.timers[key, body.due_ms] += 1
        found.timer_at.add(f"{partition}.{record.offset}")


def judge(left: State, single: State) -> dict[str, Any]:
    """Rows that differ, decisions that are missing, repeated or conflicting."""
    by_id: dict[str, set[bytes]] = {}
    times: Counter[str] = Counter()
    for body in (body for partition in left.decisions for body in partition):
        decision_id = orjson.loads(body)["decision_id"]
        by_id.setdefault(decision_id, set()).add(body)
        times[decision_id] += 1
    wanted = {orjson.loads(body)["decision_id"]: body for partition in single.decisions for body in partition}
    keys = left.rows.keys() | single.rows.keys()
    return {
        "rows": len(single.rows),
        "rows_differ": sum(left.rows.get(key) != single.rows.get(key) for key in keys),
        "decisions": len(wanted),
        "decisions_missing": sum(decision_id not in by_id for decision_id in wanted),
        "decisions_unknown": sum(decision_id not in wanted for decision_id in by_id),
        "conflicting_bytes": sum(bodies != {wanted.get(decision_id)} for decision_id, bodies in by_id.items()),
        "repeated": sum(n - 1 for n in times.values()),
    }


def judge_given(given: Iterable[Given], logged: Logged) -> dict[str, int]:
    """What became of the decisions that were answered with a 200.

    An offer must be in the log and published, with the bytes of the answer; the stream's next decision about the
    customer must have been made from a row that knows it. Other answers may be lost, those that are not lost must have
    their bytes. A request that was repeated because its answer was lost may hold other bytes than the published first
    record of its id; its own record is in the log all the same.
    """
    count: Counter[str] = Counter(dict.fromkeys(("offers", "offers_gone", "offers_changed", "offers_unpublished", "offers_unaware"), 0))
    count["next_decisions"] = count["repeats_answered_otherwise"] = count["others"] = count["others_gone"] = 0
    for one in given:
        decision_id = orjson.loads(one.body)["decision_id"]
        made = logged.made.get(decision_id, [])
        what = "offers" if one.binding else "others"
        count[what] += 1
        if not made:
            count[f"{what}_gone"] += 1
            continue
        count["offers_changed"] += one.body not in {record.body for record in made}
        published = logged.published.get(decision_id)
        if one.repeated:
            count["repeats_answered_otherwise"] += published != one.body
        else:
            count["offers_unpublished"] += published != one.body
        if one.binding and (knows := _next_knows(made[0], decision_ref(decision_id), logged)) is not None:
            count["next_decisions"] += 1
            count["offers_unaware"] += not knows
    return dict(count)


def _next_knows(made: Made, ref: int, logged: Logged) -> bool | None:
    """Whether the stream's next decision about the customer knew of an answer; None when there is none to ask.

    A row remembers the last 16 answers: after more of them it need not know any more.
    """
    later = [one for one in logged.decided.get(made.key, ()) if one[0] > made.offset]
    if not later:
        return None
    asked_at, inputs = min(later)
    if sum(made.offset < offset < asked_at for offset in logged.offsets[made.key]) >= MAX_ANSWERED - 1:
        return None
    rows = np.zeros(1, ROW)
    unpack_rows([unpack_inputs(inputs).row], rows, np.zeros(1, np.int64))
    row = rows[0]
    return ref in row["answered"][: row["n_answered"]] or ref in row["planned"]["ref"][: row["n_planned"]]


async def compare(data: Path, given: list[Given], second_policy: str) -> dict[str, Any]:
    """What is left against a single pass over the log as it now is, and against what was answered."""
    file, secret = existing_deployment(data)
    server = ValkeyServer(data / "valkey")
    server.start()
    log = SqliteLog(data / "log.sqlite", file.partitions, clock_ms=None)
    store = ValkeyStore(server.address)
    await store.connect()
    left = await state_of(a_deployment(log, store))
    memory = MemoryLog(file.partitions)
    await copy_log(log, memory, [ARTEFACTS, INTERACTIONS])
    d = a_deployment(memory, MemoryStore(), secret=secret)
    await play(d, 1000)
    single = await state_of(d)
    logged = await read_logged(log, secret)
    await log.close()
    await store.close()
    server.stop()
    decided = [orjson.loads(body) for body in logged.published.values()]
    return {
        **judge(left, single),
        **judge_given(given, logged),
        "timers": len(logged.timers),
        "timers_repeated": sum(n - 1 for n in logged.timers.values()),
        "decided_by_timer": sum(_by_timer(one["decision_id"], logged) for one in decided),
        "decided_under_second_policy": sum(one["policy"] == second_policy for one in decided),
        **blindness(left, single, given, logged),
        "logged": logged.messages,
    }


def _by_timer(decision_id: str, logged: Logged) -> bool:
    parts = decision_id.split(".")
    return parts[0] == "d" and f"{parts[2]}.{parts[3]}" in logged.timer_at


def blindness(left: State, single: State, given: list[Given], logged: Logged) -> dict[str, bool]:
    """The checker must see what it is for: a planted loss, a planted double, an offer lost, changed and forgotten."""
    key = next(iter(left.rows))
    lost = State({k: v for k, v in left.rows.items() if k != key}, [d[1:] for d in left.decisions], [])
    doubled = State(left.rows | {key: left.rows[key] + b"!"}, [[*d, d[0].replace(b'"lane"', b'"line"')] for d in left.decisions if d], [])
    found = judge(lost, single), judge(doubled, single)
    offers = [one for one in given if one.binding and not one.repeated]
    ids = [orjson.loads(one.body)["decision_id"] for one in offers]
    gone = judge_given(offers, Logged())
    other = Logged(made={i: [Made(0, 0, b"", b"{}")] for i in ids}, offsets=logged.offsets)
    # The row of before the answer stands for a stream that never heard of it.
    ignorant = Logged(made=logged.made, offsets=logged.offsets, published=logged.published, decided=_ignorant(logged))
    return {
        "checker_finds_loss": bool(found[0]["rows_differ"] and found[0]["decisions_missing"]),
        "checker_finds_double": bool(found[1]["rows_differ"] and found[1]["conflicting_bytes"]),
        "checker_finds_lost_offers": gone["offers_gone"] == len(offers),
        "checker_finds_changed_offers": judge_given(offers, other)["offers_changed"] == len(offers),
        "checker_finds_forgotten_offers": judge_given(offers, ignorant)["offers_unaware"] > 0,
    }


def _ignorant(logged: Logged) -> dict[bytes, list[tuple[int, bytes]]]:
    """Every stream decision as if made from the inputs of another customer's first one."""
    strangers = [decided[0][1] for decided in logged.decided.values()]
    return {key: [(offset, strangers[i - 1]) for offset, _ in decided] for i, (key, decided) in enumerate(logged.decided.items())}
