"""Learning from real households: ``python -m tests.proof.learns_people [--households N] [--other] [--seed N] [--json]``.

grocery_journey, cold start, decisions in time order from each household's fourth trip on: which of twelve product groups is on the next
shopping list? Only what came of the chosen one is told. ``--other`` looks at the profile of any other household instead, another one each
time: what is learned then is averages. Seeds differ in the policy's name, from which every draw follows.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import platinum
from platinum.cli.output import progress

Json = dict[str, Any]
FIRST_TRIP = 4
#: Trips that are handed over at once, as long as no household is among them twice.
_TOGETHER = 64


class Trip(NamedTuple):
    """One trip: whose, when, and which of the categories were in the basket."""

    household: str
    at: str
    basket: str
    spent: float
    bought: tuple[str, ...]


def trips(folder: Path) -> tuple[list[str], list[Trip]]:
    """The categories, and all trips in order."""
    with gzip.open(folder / "grocery_journey" / "baskets.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    categories = [name.removeprefix("has_") for name in rows[0] if name.startswith("has_")]
    found = [
        Trip(
            f"h{row['household_id']}",
            row["ts"].replace(" ", "T") + "Z",
            row["basket_id"],
            float(row["sales_value"]),
            tuple(name for name in categories if row[f"has_{name}"] == "1"),
        )
        for row in rows
    ]
    return categories, found


def policy_of(categories: list[str], gamma0: float = 150.0, title: str = "grocer-next-trip") -> bytes:
    """The grocer's categories, an offer for each, and a placement that is filled with one of them."""
    lines = [f"policy: {title}", "currency: USD", "timezone: UTC", f"categories: [{', '.join(categories)}]"]
    lines += ["channels: {till: inbound}", "placements:", "  next-trip: {channel: till, takes: [offer], lanes: [growth], may_be_empty: no}"]
    lines += [
        f"exploration: {{gamma0: {gamma0:g}, max_scored: 13, random: 0, silence: 0, same_for_all: 0}}",
        "half_lives: {affinity: 365d}",
        "actions:",
    ]
    for name in categories:
        lines += [f"  offer-{name}:", "    type: offer", "    channels: [till]", "    value: 1", "    p_accept: 0.04"]
        lines += [f"    category: {name}", "    reward: {window: 520w}", f'    words: "Something off {name}."']
        lines += ["    terms: {total_cost: the price on the shelf, ends: 14d, cancel: just do not use it, data_use: the receipt shows it}"]
    return "\n".join(lines).encode()


def order_of(trip: Trip) -> Json:
    """A trip as an order."""
    each = round(trip.spent / max(1, len(trip.bought)), 2)
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": trip.household,
        "messageId": f"b{trip.basket}",
        "timestamp": trip.at,
        "properties": {
            "order_id": trip.basket,
            "total": trip.spent,
            "products": [{"category": name, "price": each, "quantity": 1} for name in trip.bought],
        },
    }


def answer_of(decision: Json, trip: Trip, asked: str) -> Json:
    """What came of the decision before this trip, told of whoever was asked about."""
    taken = decision["action"].removeprefix("offer-") in trip.bought
    return {
        "type": "track",
        "event": "Decision Accepted" if taken else "Decision Declined",
        "userId": asked,
        "messageId": f"a{trip.basket}",
        "timestamp": trip.at,
        "properties": {"decision_id": decision["decision_id"]},
    }


def together(every: list[Trip]) -> Iterator[list[Trip]]:
    """Trips in order, cut where a household would come a second time."""
    run: list[Trip] = []
    for trip in every:
        if len(run) == _TOGETHER or any(trip.household == other.household for other in run):
            yield run
            run = []
        run.append(trip)
    yield run


def play(folder: Path, households: int, other: bool, seed: int = 0) -> Json:
    """Rewards of all decisions in order, and what it took."""
    categories, every = trips(folder)
    who = sorted({trip.household for trip in every})[:households]
    kept = [trip for trip in every if trip.household in set(who)]
    draw, known = random.Random(1), [""]  # other households that there are by now
    last = {trip.household: i for i, trip in enumerate(kept)}
    seen: dict[str, int] = {}
    open_ones: dict[str, tuple[str, Json]] = {}
    rewards: list[float] = []
    chances: list[float] = []
    began, cpu, at = time.perf_counter(), time.process_time(), 0
    policy = policy_of(categories, title=f"grocer-next-trip-{seed}" if seed else "grocer-next-trip")
    with platinum.Engine.open(policy, partitions=1, buckets=1) as engine, progress("trips", len(kept)) as advance:
        for run in together(kept):
            events = []
            for trip in run:
                asked, before = open_ones.pop(trip.household, ("", {}))
                if before:
                    rewards.append(float(before["action"].removeprefix("offer-") in trip.bought))
                    chances.append(before["p_chosen"])
                    events.append(answer_of(before, trip, asked))
                events.append(order_of(trip))
                seen[trip.household] = seen.get(trip.household, 0) + 1
                if seen[trip.household] == FIRST_TRIP:
                    known.append(trip.household)
            engine.process(events)
            for i, trip in enumerate(run, at):
                if seen[trip.household] >= FIRST_TRIP and i < last[trip.household]:
                    asked = draw.choice(known[1:]) if other else trip.household
                    open_ones[trip.household] = asked, engine.decide(asked, "next-trip")
            at += len(run)
            advance(len(run))
    half = len(rewards) // 2
    mean = [sum(part) / len(part) for part in (rewards, rewards[:half], rewards[half:])]
    took = {"wall_s": round(time.perf_counter() - began, 1), "cpu_s": round(time.process_time() - cpu, 1)}
    return {"decisions": len(rewards), "mean": mean[0], "first_half": mean[1], "second_half": mean[2], "least_p": min(chances), **took}


def main(given: list[str]) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=1 << 20)
    parser.add_argument("--other", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(given)
    found = play(Path(os.environ.get("PLATINUM_DATA", "../shared/data")), asked.households, asked.other, asked.seed)
    print(json.dumps(found) if asked.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
