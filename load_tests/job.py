"""The job that peers do: one small event in, a rolling profile of 20 numbers, 50 actions × 32 features, one decision out.

The same numbers in Python (here) and in Java (``kafka_streams/src/main/java/peer/Job.java``). It is a fraction of what a
worker of Platinum does for an event: no gates, no lanes, no consent, no time-outs, no explanation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

EVENTS_TOPIC, DECISIONS_TOPIC, PARTITIONS = "peers.events", "peers.decisions", 4
CUSTOMERS = 20_000
KINDS, NUMBERS, FEATURES, ACTIONS = 10, 20, 32, 50
DECAY = 0.99


def events(n: int) -> Iterator[tuple[bytes, bytes]]:
    """(customer key, JSON of 174 bytes) of ``n`` events; always the same ones."""
    for i in range(n):
        customer, amount, at_ms = f"u{i * 7_919 % CUSTOMERS:07d}", i * 37 % 9_000 / 100 + 10, 1_772_323_200_000 + i
        head = f'{{"id":"e-{i:012d}","customer":"{customer}","kind":{i % KINDS},"amount":{amount:.2f},"at":{at_ms},'
        text = f'{head}"page":"/gifts/candles/{i % 1_000:03d}","channel":"web","locale":"en-GB","session":"{i % 100:02d}","ok":true}}'
        yield customer.encode(), text.encode()


def weights() -> NDArray[np.float64]:
    """float64[ACTIONS, FEATURES], by a rule that Java has, too."""
    a, f = np.meshgrid(np.arange(ACTIONS), np.arange(FEATURES), indexing="ij")
    return ((a * 31 + f * 17) % 101 - 50) / 500.0


def fold(profile: NDArray[np.float64], kind: int, amount: float) -> None:
    """Decay all 20 numbers, add one event; in place."""
    profile *= DECAY
    profile[kind] += 1.0
    profile[KINDS + kind] += amount


def features(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[FEATURES]: log1p of the 20 numbers, the mean amount per kind, two sums."""
    out = np.empty(FEATURES)
    np.log1p(profile, out=out[:NUMBERS])
    np.divide(profile[KINDS:], profile[:KINDS] + 1.0, out=out[NUMBERS : NUMBERS + KINDS])
    out[30], out[31] = profile[:KINDS].sum(), profile[KINDS:].sum() / 100.0
    return out


def decide(event: dict[str, object], profile: NDArray[np.float64], table: NDArray[np.float64]) -> dict[str, object]:
    """The decision on an event that is folded already."""
    log_odds = table @ features(profile)
    best = int(log_odds.argmax())
    p = 1.0 / (1.0 + float(np.exp(-log_odds[best])))
    return {"decision": f"d-{event['id']}", "customer": event["customer"], "action": f"a-{best:02d}", "p": round(p, 6), "at": event["at"]}


if __name__ == "__main__":  # what Java must give, too: python -m load_tests.job
    profile, table = np.zeros(NUMBERS), weights()
    for _, value in events(CUSTOMERS * 3 + 1):
        event = json.loads(value)
        if event["customer"] == "u0000000":
            fold(profile, event["kind"], event["amount"])
            print(len(value), json.dumps(decide(event, profile, table)))
