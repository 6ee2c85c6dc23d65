"""What the engine's own log says of other policies, held against the truth: ``python -m tests.proof.own_log [--seeds N] [--households N]``.

grocery_journey, as in ``learns_people``, with more trying out. Of every decision it is known which of the twelve product groups were on the
next list, so the value of any policy on the logged moments is known exactly: the sum of its probabilities of those. Two policies are
evaluated from the log alone, in which only the answer to the one that was chosen is told: one that tries out five times as much, and one
that draws evenly. Seeds differ in the policy's name, from which every draw follows.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import platinum
from platinum.cli.output import progress
from platinum.ops.evaluation.estimates import Judge
from platinum.ops.evaluation.rows import Rows, Under
from platinum.policy.compile import compile_policy
from platinum.wiring.evaluate import Loaded, Request, load
from platinum.wiring.versions import Target
from tests.proof.learns_people import FIRST_TRIP, Trip, answer_of, order_of, policy_of, together, trips

Json = dict[str, Any]
BOLDER, EVEN = "bolder", "even"
#: Whose, and when: which groups were on the list of the next trip.
Truth = dict[tuple[str, int], tuple[str, ...]]


class Played(NamedTuple):
    """A log that was played, read again under the targets, and what would have come of everything."""

    loaded: Loaded
    truth: Truth
    mean: float


def log_policy(categories: list[str], seed: int, gamma0: float = 10.0) -> bytes:
    """The grocer's policy with another name per seed."""
    return policy_of(categories, gamma0, f"grocer-s{seed}")


def targets_of(categories: list[str]) -> list[Target]:
    """The policies that are asked about."""
    return [
        Target(BOLDER, compile_policy(log_policy(categories, 0, 2.0))),
        Target(EVEN, compile_policy(log_policy(categories, 0, 1e-6))),
    ]


def play(folder: Path, households: int, seed: int) -> Played:
    """One log: decisions in time order, the answers of the chosen ones told with the next trip."""
    categories, every = trips(folder)
    who = set(sorted({trip.household for trip in every})[:households])
    kept = [trip for trip in every if trip.household in who]
    last = {trip.household: i for i, trip in enumerate(kept)}
    with platinum.Engine.open(log_policy(categories, seed), partitions=1, buckets=1) as engine:
        truth, mean = _told(engine, kept, last)
        loaded = engine.within(lambda parts: load(parts, lambda *_: targets_of(categories), Request(), lambda _: None))
    return Played(loaded, truth, mean)


def _told(engine: platinum.Engine, kept: list[Trip], last: dict[str, int]) -> tuple[Truth, float]:
    seen: dict[str, int] = {}
    open_ones: dict[str, tuple[Json, int]] = {}
    truth: Truth = {}
    rewards: list[float] = []
    at = 0
    for run in together(kept):
        events = []
        for trip in run:
            before = open_ones.pop(trip.household, None)
            if before is not None:
                truth[trip.household, before[1]] = trip.bought
                rewards.append(float(before[0]["action"].removeprefix("offer-") in trip.bought))
                events.append(answer_of(before[0], trip, trip.household))
            events.append(order_of(trip))
            seen[trip.household] = seen.get(trip.household, 0) + 1
        engine.process(events)
        for i, trip in enumerate(run, at):
            if seen[trip.household] >= FIRST_TRIP and i < last[trip.household]:
                open_ones[trip.household] = engine.decide(trip.household, "next-trip"), engine.clock_ms
        at += len(run)
    return truth, float(np.mean(rewards))


def true_value(rows: Rows, under: Under, customers: list[str], truth: Truth) -> float:
    """Mean over the decisions of the policy's probability of what was on the next list."""
    names = [arm[0].removeprefix("offer-") for arm in rows.arms]
    total = 0.0
    for i, (start, end) in enumerate(zip(rows.starts[:-1].tolist(), rows.starts[1:].tolist(), strict=True)):
        bought = truth[customers[int(rows.person[i])], int(rows.made_ms[i])]
        total += sum(under.p[k] for k in range(start, end) if names[int(rows.arm[k])] in bought)
    return total / rows.n


def judged(played: Played) -> Json:
    """Per target: truth, estimate, interval, and whether that holds the truth."""
    log = played.loaded.log
    judge, every = Judge(log.rows, log.missing), np.ones(log.rows.n, np.bool_)
    told: Json = {"decisions": log.rows.n, "achieved": played.mean, "left_out": dict(log.left_out)}
    for name, under in log.under.items():
        found, truth = judge.find(under, every), true_value(log.rows, under, log.customers, played.truth)
        one: Json = {"truth": truth, "ess": found.evaluation.ess, "refused": found.refused}
        if found.value is not None and found.evaluation.dr is not None:
            dr = found.evaluation.dr
            one |= {"value": found.value.value, "low": found.value.low, "high": found.value.high}
            one |= {"covered": bool(found.value.low <= truth <= found.value.high), "covered_iid": bool(dr.low <= truth <= dr.high)}
        told[name] = one
    return told


def summary(found: list[Json]) -> Json:
    """Over all seeds."""
    told: Json = {"seeds": len(found), "decisions": found[0]["decisions"], "achieved": float(np.mean([one["achieved"] for one in found]))}
    for name in (BOLDER, EVEN):
        said = [one[name] for one in found if not one[name]["refused"]]
        told[name] = {
            "said": len(said),
            "refused": len(found) - len(said),
            "covered": sum(one["covered"] for one in said),
            "covered_iid": sum(one["covered_iid"] for one in said),
            "truth": float(np.mean([one[name]["truth"] for one in found])),
            "ess": float(np.mean([one[name]["ess"] for one in found])),
        }
        if said:
            error = np.array([one["value"] - one["truth"] for one in said])
            told[name] |= {"bias": float(error.mean()), "rmse": float(np.sqrt((error**2).mean()))}
            told[name] |= {"half_width": float(np.mean([(one["high"] - one["low"]) / 2.0 for one in said]))}
    return told


def main(given: list[str]) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--households", type=int, default=400)
    parser.add_argument("--out", type=Path, help="append one JSON line per seed")
    asked = parser.parse_args(given)
    folder, found = Path(os.environ.get("PLATINUM_DATA", "../shared/data")), []
    with progress("seeds", asked.seeds) as advance:
        for seed in range(asked.first, asked.first + asked.seeds):
            began = time.perf_counter()
            found.append(judged(play(folder, asked.households, seed)))
            if asked.out is not None:
                with asked.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(found[-1] | {"seed": seed, "wall_s": round(time.perf_counter() - began, 1)}) + "\n")
            advance(1)
    print(json.dumps(summary(found), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
