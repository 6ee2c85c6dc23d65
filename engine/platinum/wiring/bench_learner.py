"""``platinum bench learner``: examples read, a snapshot made of them, and decisions under it, in one warm process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from platinum.decide.record import DECISION, TRIGGER, new_scratch
from platinum.emit.examples import example_records
from platinum.learn.snapshot import Learner, Snapshot, Told, pack
from platinum.ops.population import bench_policy, simulate_events
from platinum.pipeline.asking import NO_EVENTS, Asking, run_requests
from platinum.pipeline.examples import EXAMPLE
from platinum.pipeline.learned import with_learned
from platinum.pipeline.learned_model import model_of
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import PENDING_ACCEPTED
from platinum.profile.row import ROW
from platinum.vocabulary.codes import Closed
from platinum.wiring.bench_decisions import decide_again
from platinum.wiring.warm import life_of

_PEOPLE, _EVENTS_EACH = 100, 40
#: Decisions of one compiled call, and calls that are timed.
_AT_ONCE, _CALLS = 2_000, 100
_NOW_MS, _PLACE = 1_700_000_000_000, "call-screen"
#: As the learner fetches them.
_FETCH = 4096


def learner(examples: int, repeat: int) -> dict[str, Any]:
    """50 actions × 48 features: CPU per example from the bytes of the log to the sums, bytes of the snapshot, CPU per decision."""
    policy = compile_policy(fifty_offers())
    stages = Stages(policy)
    blobs = [life_of(simulate_events(seed=seed, customers=1, events=_EVENTS_EACH), stages) for seed in range(_PEOPLE)]
    records = facts(policy, stages, blobs, examples)
    learners = [Learner(1) for _ in range(repeat + 1)]
    _read(learners[0], records[:_FETCH])  # compiled, or loaded from the cache
    took_s = [_timed(partial(_read, one, records)) for one in learners[1:]]
    snapshot = learners[-1].snapshot()
    learned = Stages(*under(policy, snapshot))
    size = sum(len(value) for _, value, _, _ in records) / len(records)
    return {
        "examples": examples,
        "examples_per_s": round(examples / min(took_s)),
        "cpu_us_per_example": round(min(took_s) / examples * 1e6, 2),
        "bytes_per_example": round(size),
        "snapshot_ms": round(_timed(learners[-1].snapshot) * 1e3, 1),
        "snapshot_bytes": len(pack(snapshot)),
        "actions": len(policy.actions),
        "features": len(policy.tables.features),
        "scored_mean": round(float(_ask(learned, blobs, 0).out["n_scored"].mean()), 1),
        "features_not_0": round(float((_ask(learned, blobs, 0).seen["x"] != 0).sum(axis=1).mean()), 1),
        "cpu_us_per_decision": round(_decide_us(learned, blobs), 2),
        "cpu_us_per_decision_priors": round(_decide_us(stages, blobs), 2),
        "cpu_us_per_request": round(_request_us(learned, blobs), 2),
    }


def fifty_offers() -> bytes:
    """People as the other measurements know them, and fifty offers for whoever calls, all of which may be made to everybody."""
    policy = yaml.safe_load(bench_policy())
    categories = policy["categories"]
    terms = {"total_cost": "the price shown", "ends": "14d", "cancel": "just do not use it", "data_use": "none"}
    policy["actions"] = {
        f"offer-{i}": {
            "type": "offer",
            "channels": ["call"],
            "value": 1,
            "p_accept": 0.04,
            "category": categories[i % len(categories)],
            "words": f"Offer {i}.",
            "terms": dict(terms),
        }
        for i in range(50)
    }
    policy["exploration"] = {"max_scored": 20}
    for unused in ("decide_on", "thank", "tones"):
        policy.pop(unused, None)
    policy["placements"] = {_PLACE: {"channel": "call", "takes": ["offer"], "lanes": ["growth"]}}
    return yaml.safe_dump(policy, sort_keys=False).encode()


def under(policy: Policy, snapshot: Snapshot) -> tuple[Policy, Any, str]:
    """What ``Stages`` wants under a snapshot."""
    return with_learned(policy, snapshot.judged), model_of(policy, snapshot.judged["taught"]), "bench"


def facts(policy: Policy, stages: Stages, blobs: Sequence[bytes], n: int) -> list[Told]:
    """Records of ``n`` facts ``example``: decisions about these people, each action as often, one in five accepted."""
    ran = _ask(stages, blobs, 0)
    found = np.zeros(n, EXAMPLE)
    found["seen"] = ran.seen[np.arange(n) % len(ran.seen)]
    accepted = _spread(n, 1) < 0.2
    seen = found["seen"]
    seen["ref"], seen["state"], seen["reward"] = np.arange(1, n + 1), int(Closed.ANSWERED), accepted
    seen["p_chosen"], seen["p_accept"] = 0.05 + 0.95 * _spread(n, 2), 20_000 * _spread(n, 3)
    seen["schema"], seen["utility"] = policy.tables.settings[0]["schema"], 2.0 * _spread(n, 4)
    found["action"] = policy.tables.actions["name"][np.arange(n) % len(policy.actions)]
    found["channel"] = policy.tables.channels["name"][policy.tables.candidates["channel"][0]]
    found["flags"], found["decided_ms"] = np.where(accepted, PENDING_ACCEPTED, 0), _NOW_MS + np.arange(n)
    records = example_records(found, np.arange(n), found["decided_ms"], (1, 0), policy)
    return [(offset, record.value, record.time_ms, dict(record.headers)["ce_id"]) for offset, record in enumerate(records)]


def _spread(n: int, salt: int) -> NDArray[np.float64]:
    """Numbers spread evenly over [0, 1), in no order."""
    mixed = (np.arange(n, dtype=np.uint64) * np.uint64(2_654_435_761) + np.uint64(salt << 20)) % np.uint64(1 << 32)
    return mixed.astype(np.float64) / float(1 << 32)


def _read(learner: Learner, records: Sequence[Told]) -> None:
    for start in range(0, len(records), _FETCH):
        learner.fold_all(0, records[start : start + _FETCH])


def _triggers(stages: Stages, call: int) -> NDArray[np.void]:
    triggers = np.zeros(_AT_ONCE, TRIGGER)
    triggers["ref"] = triggers["person"] = np.arange(1, _AT_ONCE + 1) + call * _AT_ONCE
    triggers["now_ms"], triggers["offset"], triggers["placement"] = _NOW_MS, -1, stages.placement_index[_PLACE]
    return triggers


def _ask(stages: Stages, blobs: Sequence[bytes], call: int) -> Any:
    triggers = _triggers(stages, call)
    at = np.zeros((_AT_ONCE, 2), np.int64)
    at[:, 0] = np.arange(_AT_ONCE)
    sets: NDArray[np.uint8] = np.ones((1, len(stages.policy.actions)), np.uint8)
    return run_requests([blobs[i % len(blobs)] for i in range(_AT_ONCE)], NO_EVENTS, Asking(triggers, at, sets), stages)


def _decide_us(stages: Stages, blobs: Sequence[bytes]) -> float:
    """CPU per decision about a row that has been read: gates, expectations with their variance, the draw, what can be learned from it.

    The best of the calls.
    """
    rows, tables = np.zeros(len(blobs), ROW), stages.policy.tables
    unpack_rows(blobs, rows, np.arange(len(blobs)))
    given = rows, _triggers(stages, 0), tables, stages.model, new_scratch(tables), np.zeros(1, DECISION)
    decide_again(*given)
    return min(_timed(partial(decide_again, *given)) for _ in range(2 * _CALLS)) / _AT_ONCE * 1e6


def _request_us(stages: Stages, blobs: Sequence[bytes]) -> float:
    """CPU per decision that is asked for, with the reading of its packed row; the best of the calls."""
    _ask(stages, blobs, 0)
    return min(_timed(partial(_ask, stages, blobs, call)) for call in range(1, _CALLS + 1)) / _AT_ONCE * 1e6


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
