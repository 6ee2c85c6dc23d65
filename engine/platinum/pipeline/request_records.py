"""Bytes of decisions that were asked for: their JSON, the inputs that ``explain`` needs, and the `decision made` records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from platinum.decide.record import DECISION
from platinum.emit.contacts import INPUTS_HEADER
from platinum.emit.inputs import pack_inputs
from platinum.pipeline.asking import Asking
from platinum.pipeline.engine_records import DecisionMade, engine_record
from platinum.pipeline.stages import Stages
from platinum.ports import Record


class Verdict(NamedTuple):
    """What a record says of a decision; as in DECISION, and in its order."""

    now_ms: int
    promise_ms: int
    offer_ms: int
    expires_ms: int
    signature: int
    account: int
    action: int
    channel: int
    explored: int


def _reader(names: Sequence[str]) -> Struct:
    """Reads these members of one DECISION."""
    form, at, fields = "<", 0, DECISION.fields
    assert fields is not None
    for name in names:
        dtype, start = fields[name][:2]
        form += f"{start - at}x{ {'<i8': 'q', '<i4': 'i', '<u4': 'I'}[dtype.str] }"
        at = start + dtype.itemsize
    return Struct(f"{form}{DECISION.itemsize - at}x")


_READER = _reader(Verdict._fields)


def verdicts(out: NDArray[np.void]) -> list[Verdict]:
    """Of each decision; five columns that numpy takes out of six records cost 25 µs more."""
    return list(map(Verdict._make, _READER.iter_unpack(out.tobytes())))


class Given(NamedTuple):
    """Decisions of several requests, T of them: customer key, decision id and partition of each, DECISION[T] and ``verdicts`` of it."""

    keys: list[bytes]
    ids: list[str]
    partitions: list[int]
    out: NDArray[np.void]
    verdicts: list[Verdict]


class _Action(NamedTuple):
    """What a record says of an action."""

    name: str | None
    type: str
    reward_window_ms: int
    binding: bool


@lru_cache(maxsize=8)
def _actions(stages: Stages) -> list[_Action]:
    """By index; the last one is silence, -1."""
    windows = stages.policy.tables.actions["reward_window_ms"].tolist()
    said = [_Action(a.name, a.type.name.lower(), w, a.offer is not None) for a, w in zip(stages.policy.actions, windows, strict=True)]
    return [*said, _Action(None, "silence", 0, False)]


def binding(given: Given, stages: Stages) -> list[bool]:
    """Whether each decision holds an offer: it must not be forgotten once it was answered."""
    actions = _actions(stages)
    return [actions[verdict.action].binding for verdict in given.verdicts]


def without_offer(stages: Stages) -> list[str]:
    """Actions that may be given although the log does not take them."""
    return [action.name for action in _actions(stages) if action.name is not None and not action.binding]


def decision_bodies(given: Given, stages: Stages, generation: int) -> list[bytes]:
    """Canonical JSON of each decision."""
    return stages.encoder.encode(given.out, given.keys, given.ids, generation, given.partitions)


def packed_inputs(rows: Sequence[bytes], asking: Asking, given: Given, stages: Stages) -> list[bytes]:
    """``emit.inputs`` of each decision; ``rows`` are those that they were made on, packed."""
    of = asking.at[:, 0].tolist()
    if len(asking.sets) == 1 and len(set(of)) == len(of):
        return pack_inputs(rows, asking.triggers, stages.version)
    return pack_inputs(rows, asking.triggers, stages.version, _barred(asking, of, [verdict.action for verdict in given.verdicts]))


def _barred(asking: Asking, of: Sequence[int], actions: Sequence[int]) -> list[list[int]]:
    """Actions that each decision was not allowed: not a candidate, or given for an earlier placement."""
    never = [np.flatnonzero(allowed == 0).tolist() for allowed in asking.sets]
    barred: list[list[int]] = []
    given: list[int] = []
    for i, which in enumerate(asking.at[:, 1].tolist()):
        if i == 0 or of[i - 1] != of[i]:
            given = []
        barred.append(never[which] + given)
        if actions[i] >= 0:
            given = [*given, actions[i]]
    return barred


def decisions_made(
    given: Given, bodies: Sequence[bytes], stages: Stages, requests: Sequence[str], seen: NDArray[np.void]
) -> list[DecisionMade]:
    """`decision made` of each decision, the decision verbatim; ``requests`` are fingerprints, ``seen`` OPEN_EXAMPLE[T]."""
    actions, channels = _actions(stages), (*stages.policy.channels, None)
    raw, teaches, made = seen.tobytes(), (seen["ref"] != 0).tolist(), []
    size = seen.itemsize
    for i, (now_ms, promise_ms, offer_ms, expires_ms, signature, account, a, channel, explored) in enumerate(given.verdicts):
        action = actions[a]
        made.append(
            DecisionMade(
                given.ids[i],
                action.name,
                action.type,
                channels[channel],
                now_ms,
                now_ms + action.reward_window_ms,
                expires_ms,
                explored != 0,
                msgspec.Raw(bodies[i]),
                requests[i],
                max(promise_ms, offer_ms),
                signature,
                account,
                raw[i * size : (i + 1) * size] if teaches[i] else b"",
            )
        )
    return made


def made_records(given: Given, made: Sequence[DecisionMade], inputs: Sequence[bytes], secret: bytes) -> list[Record]:
    """Records of ``decisions_made``, each with what ``explain`` needs."""
    return [
        engine_record(secret, key, one, one.decided_ms, partition, ((INPUTS_HEADER, some),))
        for key, one, partition, some in zip(given.keys, made, given.partitions, inputs, strict=True)
    ]
