"""The e-mail test of hillstrom_email, played to the engine by rejection: what ``does_no_harm`` and ``leaves_alone`` share.

Customers come in random order, drawn with replacement. What the firm knows of each is sent as traits; the engine decides between two
e-mails and silence. Where that is what the test gave them, it counts and what came of it is told; where it is not, the engine is told that
somebody did something else, and learns nothing. So every reward that is counted is a real one.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import platinum
from platinum.cli.output import progress

Json = dict[str, Any]
ARMS = {"No E-Mail": None, "Mens E-Mail": "mens-mail", "Womens E-Mail": "womens-mail"}
#: People who are decided for before anything is told of any of them: what is learned is put in force once a day.
_A_DAY = 256
_FIRST_DAY = datetime(2026, 1, 1, 10, tzinfo=UTC)
#: When those come who come, and when the windows of the others are over.
_VISIT, _EVENING = timedelta(hours=3), timedelta(hours=12)

POLICY = """
policy: mail-test
currency: USD
timezone: UTC
traits:
  months_since_last: {{kind: number, typical: 6}}
  spent: {{kind: number, typical: 240}}
  mens: {{kind: yes_no}}
  womens: {{kind: yes_no}}
  newbie: {{kind: yes_no}}
  area: {{kind: one_of, values: [Urban, Suburban, Rural]}}
  bought_by: {{kind: one_of, values: [Phone, Web, Multichannel]}}
channels: {{email: {{kind: outbound, cost: {cost}}}}}
decide_on: [consent_changed]
exploration: {{random: 0, silence: 0, same_for_all: 0, alone: {{visited: 1, window: 8h}}}}
actions:
  mens-mail: {{type: help, channels: [email], value: 1, p_accept: 0.15, reward: {reward}, words: "New for men."}}
  womens-mail: {{type: help, channels: [email], value: 1, p_accept: 0.15, reward: {reward}, words: "New for women."}}
"""


def policy_of(cost: float) -> bytes:
    """Two e-mails that are worth a visit each, at a cost; what comes of silence is counted alike."""
    return POLICY.format(cost=cost, reward="{accepted: 0, visited: 1, counts: sum, window: 8h}").encode()


class Customer(NamedTuple):
    """What is known before, what the test gave them, whether they visited."""

    traits: Json
    arm: str | None
    visited: bool


def customers(folder: Path) -> list[Customer]:
    """Everybody in the test."""
    with gzip.open(folder / "hillstrom_email" / "hillstrom.csv.gz", "rt", encoding="utf-8") as file:
        return [Customer(_traits(row), ARMS[row["segment"]], row["visit"] == "1") for row in csv.DictReader(file)]


def _traits(row: Mapping[str, str]) -> Json:
    yes = {name: row[name] == "1" for name in ("mens", "womens", "newbie")}
    numbers = {"months_since_last": int(row["recency"]), "spent": float(row["history"])}
    return {**numbers, **yes, "area": row["zip_code"], "bought_by": row["channel"]}


class Found(NamedTuple):
    """One run: what was decided and what came of it, of those who count, in order."""

    actions: list[str | None]
    visits: list[bool]


def play(every: list[Customer], cost: float, seed: int) -> Found:
    """One resampled run."""
    drawn = np.random.default_rng(seed).integers(len(every), size=len(every)).tolist()
    found = Found([], [])
    with platinum.Engine.open(policy_of(cost), partitions=1, buckets=1) as engine:
        for day, start in enumerate(range(0, len(drawn), _A_DAY)):
            who = {f"c{i}": every[drawn[i]] for i in range(start, min(start + _A_DAY, len(drawn)))}
            at = _FIRST_DAY + timedelta(days=day)
            decisions = engine.process([event for name, one in who.items() for event in _arrives(name, one, at)])
            told = [event for one in decisions for event in _told(one, who[one["customer_id"]], at)]
            for one in decisions:
                if one["action"] == who[one["customer_id"]].arm:
                    found.actions.append(one["action"])
                    found.visits.append(who[one["customer_id"]].visited)
            told.sort(key=lambda event: str(event["timestamp"]))
            engine.process(told)
            engine.advance(_stamp(at + _EVENING))
    return found


def _arrives(name: str, one: Customer, at: datetime) -> list[Json]:
    """They are known, and agree to be written to: that asks for a decision."""
    agrees = {"channel": "email", "purpose": "promotion", "state": "granted"}
    return [
        {"type": "identify", "userId": name, "messageId": f"i-{name}", "timestamp": _stamp(at), "traits": one.traits},
        _event("Consent Changed", name, at, agrees),
    ]


def _told(decision: Json, one: Customer, at: datetime) -> list[Json]:
    """What came of a decision, or that the test did something else."""
    name, of = decision["customer_id"], {"decision_id": decision["decision_id"]}
    if decision["action"] != one.arm:
        return [_event("Decision Overridden", name, at, {**of, "reason": "the test"})]
    met = [] if one.arm is None else [_event("Contact Dispatched", name, at, of)]
    return [*met, *([{**_event("Home", name, at + _VISIT), "type": "page"}] if one.visited else [])]


def _event(event: str, name: str, at: datetime, properties: Json | None = None) -> Json:
    named = {"event": event} if properties is not None else {"name": event}
    said = {"type": "track", "userId": name, "messageId": f"{event}-{name}", "timestamp": _stamp(at)}
    return {**said, **named, "properties": properties or {}}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def fixed(every: list[Customer], cost: float) -> dict[str, float]:
    """What each arm brings when everybody gets it, by the test itself; and what everybody gets by a fair draw."""
    found = {}
    for name, arm in ARMS.items():
        of = [float(one.visited) for one in every if one.arm == arm]
        found[name] = sum(of) / len(of) - cost * (arm is not None)
    return found | {"uniform": sum(found.values()) / len(found)}


def played(folder: Path, cost: float, runs: int, jobs: int) -> Json:
    """``runs`` resampled runs (seeds 1, 2, ...), ``jobs`` at a time: mean reward of all that count, and of the last quarter."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool, progress("runs", runs) as advance:
        means = []
        for one in pool.map(partial(_mean_of, folder, cost), range(1, runs + 1)):
            means.append(one)
            advance(1)
    whole, late = (np.array([one[k] for one in means]) for k in (0, 1))
    error = float(whole.std(ddof=1) / np.sqrt(runs)) if runs > 1 else None
    counted = int(np.mean([one[2] for one in means]))
    found = {"runs": runs, "counted": counted, "mean": float(whole.mean()), "standard_error": error, "least": float(whole.min())}
    return {**found, "last_quarter": float(late.mean()), "fixed": fixed(customers(folder), cost)}


def _mean_of(folder: Path, cost: float, seed: int) -> tuple[float, float, int]:
    found = play(customers(folder), cost, seed)
    sent = np.array([action is not None for action in found.actions])
    reward = np.array(found.visits, np.float64) - cost * sent
    return float(reward.mean()), float(reward[-len(reward) // 4 :].mean()), len(reward)
