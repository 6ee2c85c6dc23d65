"""Vowpal Wabbit beside it: ``python -m tests.proof.beside_vw [--households N] [--arguments "--gamma_scale 10"] [--json]``.

The replay of ``learns_people``, decided by Vowpal Wabbit's SquareCB in place of the engine's learner: it is given the features of which
the engine tells its learner (x of the person, z of what each offer is to them), and what came of what it chose. The engine keeps the
profiles and is asked for exactly that offer, so that answers to it are known of the person as they would be. x is crossed with the offer, z
is shared by all: the form of the engine's own regression.

Needs the package ``vowpalwabbit`` (``pip install '.[proof]'``); without it there is nothing to compare with, and it says so.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import platinum
from platinum.cli.output import progress
from platinum.decide.teaching import fill_own
from platinum.jit import kernel
from platinum.learn.snapshot import Learner, Told
from platinum.ports import LEARNING
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import N_OWN
from platinum.profile.features import fill_features
from platinum.profile.row import ROW
from tests.builders.desk import a_trigger
from tests.proof.learns_people import FIRST_TRIP, answer_of, order_of, policy_of, together, trips
from tests.proof.learns_people import play as play_platinum

Json = dict[str, Any]
ABSENT = "the package vowpalwabbit is not installed: pip install '.[proof]'"
ARGUMENTS = "--cb_explore_adf --squarecb --cb_type mtr -q si --ignore_linear s --quiet"


@kernel
def look(row: Any, trigger: Any, tables: Any, x: NDArray[np.float32], z: NDArray[np.float64]) -> None:
    """Fill x (float32[F]) and z (float64[C, S])."""
    fill_features(row, trigger, tables, x)
    for c in range(z.shape[0]):
        fill_own(c, row, trigger["now_ms"], tables, z[c])


class Looking:
    """What is known of somebody, in Vowpal Wabbit's words."""

    def __init__(self, engine: platinum.Engine) -> None:
        self._run, self._store, self._tables = engine._run, engine._parts.deployment.store, engine.policy.tables
        self._rows = np.zeros(1, ROW)
        self._x = np.zeros(len(self._tables.features), np.float32)
        self._z = np.zeros((len(self._tables.candidates), N_OWN))

    def at(self, household: str, now_ms: int) -> list[str]:
        """One line for the person, and one per offer."""
        ((_, (blob,)),) = self._run(self._store.load([(0, [household.encode()])]))
        self._rows[:] = np.zeros(1, ROW)
        unpack_rows([blob or b""], self._rows, np.zeros(1, np.int64))
        look(self._rows[0], a_trigger(now_ms=now_ms, placement=0), self._tables, self._x, self._z)
        shared = " ".join(f"{i}:{value:.4g}" for i, value in enumerate(self._x.tolist()) if value)
        offers = (" ".join(f"{s}:{value:.4g}" for s, value in enumerate(z) if value) for z in self._z.tolist())
        return [f"shared |s 1 {shared}", *(f"|i {c} |z {offer}" for c, offer in enumerate(offers))]


class Wabbit:
    """Vowpal Wabbit, and how long it took to learn."""

    def __init__(self, workspace: Any) -> None:
        self._workspace, self._draws = workspace, np.random.default_rng(1)
        self.learned, self.learning_s = 0, 0.0

    def choose(self, lines: list[str]) -> tuple[int, float]:
        """Which offer, and the probability that it was."""
        p = np.array(self._workspace.predict(lines))
        at = min(int(np.searchsorted(np.cumsum(p), self._draws.random())), len(p) - 1)
        return at, float(p[at])

    def learn(self, lines: list[str], chosen: int, p: float, reward: float) -> None:
        """What came of it."""
        began = time.process_time()
        labelled = [*lines[: chosen + 1], f"0:{-reward:g}:{p:.6g} {lines[chosen + 1]}", *lines[chosen + 2 :]]
        self._workspace.learn(labelled)
        self.learning_s += time.process_time() - began
        self.learned += 1


def play(folder: Path, households: int, workspace: Any) -> Json:
    """Rewards of all decisions of Vowpal Wabbit in order, and examples per second of both learners."""
    categories, every = trips(folder)
    who = set(sorted({trip.household for trip in every})[:households])
    kept = [trip for trip in every if trip.household in who]
    last = {trip.household: i for i, trip in enumerate(kept)}
    seen: dict[str, int] = {}
    open_ones: dict[str, tuple[Json, list[str], int, float]] = {}
    rewards: list[float] = []
    wabbit, at = Wabbit(workspace), 0
    with platinum.Engine.open(policy_of(categories), partitions=1, buckets=1) as engine, progress("trips", len(kept)) as advance:
        looking = Looking(engine)
        for run in together(kept):
            events = []
            for trip in run:
                if trip.household in open_ones:
                    decision, lines, chosen, p = open_ones.pop(trip.household)
                    rewards.append(float(categories[chosen] in trip.bought))
                    wabbit.learn(lines, chosen, p, rewards[-1])
                    events.append(answer_of(decision, trip, trip.household))
                events.append(order_of(trip))
                seen[trip.household] = seen.get(trip.household, 0) + 1
            engine.process(events)
            for i, trip in enumerate(run, at):
                if seen[trip.household] >= FIRST_TRIP and i < last[trip.household]:
                    lines = looking.at(trip.household, engine.clock_ms)
                    chosen, p = wabbit.choose(lines)
                    decision = engine.decide(trip.household, "next-trip", candidates=[f"offer-{categories[chosen]}"])
                    open_ones[trip.household] = decision, lines, chosen, p
            at += len(run)
            advance(len(run))
        ours = examples_per_s(engine)
    half = len(rewards) // 2
    mean = [sum(part) / len(part) for part in (rewards, rewards[:half], rewards[half:])]
    found = {"decisions": len(rewards), "mean": mean[0], "first_half": mean[1], "second_half": mean[2]}
    return {**found, "examples_per_s": wabbit.learned / wabbit.learning_s, "examples_per_s_platinum": ours}


def examples_per_s(engine: platinum.Engine) -> float:
    """How fast the engine's learner reads the examples that this engine told, from their bytes to its sums."""
    facts = engine._run(_told(engine))
    Learner(1).fold_all(0, facts[:100])  # compiled by then
    learner, began = Learner(1), time.process_time()
    for start in range(0, len(facts), 4096):
        learner.fold_all(0, facts[start : start + 4096])
    return len(facts) / (time.process_time() - began)


async def _told(engine: platinum.Engine) -> list[Told]:
    log, at = engine._parts.deployment.log, 0
    facts: list[Told] = []
    while records := await log.fetch(LEARNING, 0, at, 4096):
        facts += [(r.offset, r.value, r.time_ms, dict(r.headers)["ce_id"]) for r in records if r.value.startswith(b'{"fact":"example"')]
        at = records[-1].offset + 1
    return facts


def opened(more: str) -> Any:
    """A workspace of Vowpal Wabbit, None where it is not installed."""
    try:
        from vowpalwabbit import Workspace
    except ImportError:
        return None
    return Workspace(f"{ARGUMENTS} {more}")


def main(given: list[str]) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=1 << 20)
    parser.add_argument("--arguments", default="", help="more arguments of Vowpal Wabbit, such as --gamma_scale 40")
    parser.add_argument("--alone", action="store_true", help="do not play the engine itself")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(given)
    workspace = opened(asked.arguments)
    if workspace is None:
        print(json.dumps({"skipped": ABSENT}) if asked.json else f"skipped: {ABSENT}")
        return 0
    folder = Path(os.environ.get("PLATINUM_DATA", "../shared/data"))
    found = {"vowpal_wabbit": play(folder, asked.households, workspace)}
    if not asked.alone:
        found["platinum"] = play_platinum(folder, asked.households, False)
    print(json.dumps(found) if asked.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
