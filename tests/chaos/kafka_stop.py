"""`policy stop` on a real Kafka under load: how soon nothing is sent any more, and everything planned is taken back.

    python -m tests.chaos.kafka_stop --rate 5000 --seconds 20
    python -m tests.chaos.kafka_stop --rate 5000 --what all-sending

Orders and views of a fixed number of customers flow; most orders plan a contact. Two threads claim what is published, and one asks
for decisions. Then it is stopped. Promises (issue: part 3): from the call on it takes 1 s at most until no event brings a contact
and no answer over HTTP decides what is stopped; no claim that is asked after that succeeds; every contact that was planned and not
claimed is withdrawn, and the withdrawals are published within 5 s; events are folded on.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from platinum.clock import wall_ms
from platinum.logs.kafka import KafkaLog
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.policy.stopped import Stops
from platinum.ports import INTERACTIONS, Record, contacts_topic
from platinum.stores.server import ValkeyServer
from platinum.stream.stopping import ALL
from platinum.wiring.activation import stop_policy
from platinum.wiring.warm import warm
from tests.builders.kafka import a_broker
from tests.builders.mailing import POLICY, an_order
from tests.builders.processes import Up, platinum
from tests.chaos.load import post

MOST_S, MOST_WITHDRAWN_S = 1.0, 5.0
WHAT = {
    "deciding": ALL,
    "all-sending": Stops(sending=True),
    "action": Stops(actions=("garden-week",)),
    "channel": Stops(channels=("email",)),
}
#: What a stop of the action or the channel leaves alone.
_OTHER = {"action": "candle-week", "channel": "candle-week"}
_TICK_S, _AFTER_S = 0.05, 12.0


@dataclass(slots=True)
class Claim:
    """One claim: when it was asked, and the answer."""

    contact: str
    asked_s: float
    answer: str


@dataclass
class Seen:
    """What went on, by this machine's clock.

    Attributes
    ----------
    contacts : dict
        Of each published contact, when it was seen, and the contact.
    withdrawn : dict
        Of each withdrawn contact, when that was seen.
    stopping : bool
        The stop is being called, or was.
    answers : list of (float, str or None)
        When a decision was asked for, and the action that was chosen.
    """

    contacts: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    withdrawn: dict[str, float] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    answers: list[tuple[float, str | None]] = field(default_factory=list)
    events: int = 0
    stopping: bool = False


def events(customers: int, seen: Seen) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of one event after the other; every fifth is an order.

    From the stop on, of others: an order takes back by itself what was planned for its customer.
    """
    for n in itertools.count():
        customer = f"{'d' if seen.stopping else 'c'}-{n * 7919 % customers}"
        if n % 5 == 0:
            yield customer.encode(), orjson.dumps(an_order(customer, n, "garden" if n % 2 else "candles"))
        else:
            body = {"type": "track", "event": "Product Viewed", "messageId": f"m-{n}", "userId": customer, "properties": {"sku": "s"}}
            yield customer.encode(), orjson.dumps(body)


async def feed(brokers: str, rate: int, customers: int, over: threading.Event, seen: Seen) -> None:
    """Append at ``rate`` until it is over."""
    log, coming, began = KafkaLog(brokers), events(customers, seen), time.monotonic()
    while not over.is_set():
        some = min(int((time.monotonic() - began) * rate) - seen.events, rate)
        if some > 0:
            now_ms = wall_ms()
            await log.append(INTERACTIONS, [Record(key, value, now_ms) for key, value in itertools.islice(coming, some)])
            seen.events += some
        await asyncio.sleep(_TICK_S)
    await log.close()


async def watch(brokers: str, over: threading.Event, seen: Seen) -> None:
    """Note every contact and withdrawal as it is published."""
    log = KafkaLog(brokers)
    at = {(contacts_topic(channel), p): 0 for channel in ("email", "card") for p in range(4)}
    while not over.is_set():
        for (topic, p), offset in list(at.items()):
            records = await log.fetch(topic, p, offset, 10_000)
            now_s = time.monotonic()
            for record in records:
                body = orjson.loads(record.value)
                if body["type"] == "withdrawal":
                    seen.withdrawn.setdefault(body["decision_id"], now_s)
                else:
                    seen.contacts.setdefault(body["decision_id"], (now_s, body))
            if records:
                at[topic, p] = records[-1].offset + 1
        await asyncio.sleep(0.01)
    await log.close()


def claim(port: int, name: str, over: threading.Event, seen: Seen, every_s: float = 0.03) -> None:
    """Claim the contact that was published last, whether somebody has claimed it or not."""
    for n in itertools.count():
        if over.wait(every_s):
            return
        if not seen.contacts:
            continue
        contact = next(reversed(list(seen.contacts.values())))[1]
        body = {"customer_id": contact["customer_id"], "claimant": name, "nonce": f"{n}"}
        asked_s = time.monotonic()
        answer = post(port, f"/v1/contacts/{contact['decision_id']}/claim", orjson.dumps(body))
        said = "none" if answer is None else str(orjson.loads(answer)["answer"])
        seen.claims.append(Claim(contact["decision_id"], asked_s, said))


def ask(port: int, customers: int, over: threading.Event, seen: Seen, every_s: float = 0.02) -> None:
    """Ask for decisions about what is stopped."""
    for n in itertools.count():
        if over.wait(every_s):
            return
        asked_s = time.monotonic()
        body = {"customer_id": f"c-{n % customers}", "placement": "hero", "context": {"category": "garden"}}
        answer = post(port, "/v1/decisions", orjson.dumps(body))
        if answer is not None:
            seen.answers.append((asked_s, orjson.loads(answer)["decisions"][0]["action"]))


def verdict(seen: Seen, what: str, stopped_s: float, took_s: float) -> dict[str, Any]:
    """How long everything took, from the call of the stop on, and which promises did not hold."""
    other = _OTHER.get(what, "")
    concerned = {name: at for name, (at, body) in seen.contacts.items() if body["action"] != other}
    inbound = "" if what in ("all-sending", "channel") else "garden-week"
    sent = {one.contact for one in seen.claims if one.answer == "send"}
    left = sorted(concerned.keys() - sent - seen.withdrawn.keys())
    after = stopped_s + MOST_S
    found = {
        "events": seen.events,
        "contacts": len(seen.contacts),
        "withdrawn_after": sum(at > stopped_s for name, at in seen.withdrawn.items() if name in concerned),
        "claims": len(seen.claims),
        "claims_sent_before": sum(one.answer == "send" and one.asked_s < stopped_s for one in seen.claims),
        "claims_sent_after": sum(one.answer == "send" and one.asked_s > after and one.contact in concerned for one in seen.claims),
        "claims_unanswered": sum(one.answer in ("none", "later") for one in seen.claims),
        "command_s": round(took_s, 2),
        "last_contact_s": round(max(concerned.values(), default=0.0) - stopped_s, 2),
        "last_answer_s": round(max((at for at, action in seen.answers if inbound and action == inbound), default=stopped_s) - stopped_s, 2),
        "last_withdrawal_s": round(max(seen.withdrawn.values(), default=0.0) - stopped_s, 2),
        "planned_and_left": len(left),
        "others_after": sum(at > after for name, (at, body) in seen.contacts.items() if name not in concerned),
    }
    return found | {"faults": faults(found, what)}


def faults(found: dict[str, Any], what: str, most_s: float = MOST_S, withdrawn_s: float = MOST_WITHDRAWN_S) -> list[str]:
    """Which promises did not hold."""
    wrong = [name for name in ("last_contact_s", "last_answer_s") if found[name] > most_s]
    # Where something else goes on, its orders withdraw what was planned before them, as always.
    wrong += ["last_withdrawal_s"] if found["last_withdrawal_s"] > withdrawn_s and what not in _OTHER else []
    wrong += [name for name in ("claims_sent_after", "planned_and_left") if found[name]]
    empty = ["contacts", "withdrawn_after", "claims_sent_before"] + (["others_after"] if what in _OTHER else [])
    return wrong + [f"no {name}" for name in empty if not found[name]]


@contextmanager
def a_shop(brokers: str, folder: Path, workers: int) -> Iterator[tuple[Path, Up]]:
    """A deployment on Kafka with workers and one API."""
    warm(Stages(compile_policy(example("minimal"))))  # once, instead of in all processes at the same time
    server = ValkeyServer(folder / "valkey", tcp=True)
    server.start()
    policy, data = folder / "policy.yaml", folder / "shop"
    policy.write_bytes(POLICY)
    platinum("topics", "create", "--data", str(data), "--brokers", brokers, "--store", server.address, "--policy", str(policy))
    assert platinum("policy", "activate", str(policy), "--data", str(data)).returncode == 0
    started = []
    for n in range(workers):
        with (folder / f"worker-{n}.log").open("w") as said:
            started.append(subprocess.Popen([sys.executable, "-m", "platinum", "worker", "--data", str(data)], stdout=said, stderr=said))
    api = Up(data, "api")
    try:
        yield data, api
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)
        api.close()
        server.stop()


def trial(brokers: str, folder: Path, plan: argparse.Namespace) -> dict[str, Any]:
    """One run on a broker that is there."""
    seen, over = Seen(), threading.Event()
    with a_shop(brokers, folder, plan.workers) as (data, api):
        threads = [threading.Thread(target=lambda: asyncio.run(feed(brokers, plan.rate, plan.customers, over, seen)))]
        threads += [threading.Thread(target=lambda: asyncio.run(watch(brokers, over, seen)))]
        threads += [threading.Thread(target=claim, args=(api.port, f"mailer-{n}", over, seen)) for n in range(2)]
        threads += [threading.Thread(target=ask, args=(api.port, plan.customers, over, seen))]
        for thread in threads:
            thread.start()
        try:
            _wait_for(seen, plan.seconds)
            seen.stopping, stopped_s = True, time.monotonic()
            stop_policy(data, WHAT[plan.what])
            took_s = time.monotonic() - stopped_s
            time.sleep(_AFTER_S)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    return {"rate": plan.rate, "workers": plan.workers, "what": plan.what, **verdict(seen, plan.what, stopped_s, took_s)}


def _wait_for(seen: Seen, seconds: float, wait_s: float = 90.0) -> None:
    """So long from the first contact on: workers take their time to join."""
    until = time.monotonic() + wait_s
    while not seen.contacts:
        assert time.monotonic() < until, "no contact"
        time.sleep(0.1)
    time.sleep(seconds)


def plan_of(words: list[str] | None = None) -> argparse.Namespace:
    """What is asked for on a command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=5_000, help="events a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="from the first contact to the stop")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--what", choices=sorted(WHAT), default="deciding")
    return parser.parse_args(words)


def main() -> None:
    plan = plan_of()
    with tempfile.TemporaryDirectory() as folder, a_broker(Path(folder) / "kafka") as broker:
        found = trial(broker.address, Path(folder), plan)
    print(json.dumps(found))
    sys.exit(1 if found["faults"] else 0)


if __name__ == "__main__":
    main()
