"""`policy stop` on a real Kafka under load: how soon nothing is sent any more, and everything planned is taken back.

    python -m tests.chaos.kafka_stop --rate 5000 --seconds 20
    python -m tests.chaos.kafka_stop --rate 5000 --what all-sending

Orders and views of a fixed number of customers flow; most orders plan a contact. Two threads claim what is published, the newest and
any that nobody has claimed, and one asks for decisions. Then `platinum policy stop` is run as an operator runs it. Promises (issue: part
3): from the start of that command on it takes 1 s at most until no event brings a contact and no answer over HTTP decides what is
stopped; no claim that is asked after that succeeds, of those neither that nobody had claimed before; every contact that was planned
and not claimed is withdrawn, and what the stop withdraws is published within 5 s; events of after the stop are folded.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
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
from platinum.ports import INTERACTIONS, Record, contacts_topic
from platinum.stores.server import ValkeyServer
from platinum.wiring.warm import warm
from tests.builders.kafka import a_broker
from tests.builders.mailing import POLICY, an_order
from tests.builders.processes import Up, platinum
from tests.chaos.load import post

MOST_S, MOST_WITHDRAWN_S = 1.0, 5.0
WHAT = {
    "deciding": (),
    "all-sending": ("--all-sending",),
    "action": ("--action", "garden-week"),
    "channel": ("--channel", "email"),
}
#: Why the stop's own withdrawals say that they are.
_STOPPED = "policy_stopped"
#: Claims of contacts that nobody had claimed which must have been refused after the stop, for their being refused to mean something.
_CLAIMED_AFTER = 20
#: What a stop of the action or the channel leaves alone.
_OTHER = {"action": "candle-week", "channel": "candle-week"}
_TICK_S, _AFTER_S = 0.05, 12.0
#: A busy machine answers few claims in that time: so long is waited for more of them.
_MORE_S = 60.0
_ASKINGS = 5
#: Contacts of some seconds: those that nobody claimed are claimed from among them.
_RECENT = 4_000


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
        Of each withdrawn contact, when that was seen, and why it was.
    stopping : bool
        The stop is being called, or was.
    answers : list of (float, str or None)
        When a decision was asked for, and the action that was chosen.
    """

    contacts: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    withdrawn: dict[str, tuple[float, str]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    answers: list[tuple[float, str | None]] = field(default_factory=list)
    events: int = 0
    stopping: bool = False
    folded_after: bool = False


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
                    seen.withdrawn.setdefault(body["decision_id"], (now_s, body["reason"]))
                else:
                    seen.contacts.setdefault(body["decision_id"], (now_s, body))
            if records:
                at[topic, p] = records[-1].offset + 1
        await asyncio.sleep(0.01)
    await log.close()


def claim(port: int, name: str, over: threading.Event, seen: Seen, every_s: float = 0.03) -> None:
    """Claim the contact that was published last, whether somebody has claimed it or not, and in turn one that nobody has."""
    chance = random.Random(name)
    for n in itertools.count():
        if over.wait(every_s):
            return
        if not seen.contacts:
            continue
        published = list(seen.contacts)
        at = published[-1] if n % 2 else chance.choice(published[-_RECENT:])
        if n % 2 == 0 and any(one.contact == at for one in seen.claims):
            continue
        contact = seen.contacts[at][1]
        body = {"customer_id": contact["customer_id"], "claimant": name, "nonce": f"{n}"}
        asked_s = time.monotonic()
        seen.claims.append(Claim(contact["decision_id"], asked_s, _claimed(port, contact["decision_id"], orjson.dumps(body))))


def _claimed(port: int, contact: str, body: bytes) -> str:
    """What a claim is answered, at last: one that was not answered may have got the contact, and asking again with its nonce tells."""
    said = "none"
    for _ in range(_ASKINGS):
        answer = post(port, f"/v1/contacts/{contact}/claim", body)
        said = "none" if answer is None else str(orjson.loads(answer)["answer"])
        if said not in ("none", "later"):
            break
    return said


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


def verdict(seen: Seen, what: str, stopped_s: float, took_s: float, most_s: float = MOST_S) -> dict[str, Any]:
    """How long everything took, from the call of the stop on, and which promises did not hold."""
    other = _OTHER.get(what, "")
    concerned = {name: at for name, (at, body) in seen.contacts.items() if body["action"] != other}
    inbound = "" if what in ("all-sending", "channel") else "garden-week"
    sent = {one.contact for one in seen.claims if one.answer == "send"}
    left = sorted(concerned.keys() - sent - seen.withdrawn.keys())
    after = stopped_s + most_s
    late = [one for one in seen.claims if one.asked_s > after and one.contact in concerned]
    by_stop = [at for name, (at, why) in seen.withdrawn.items() if name in concerned and why == _STOPPED]
    found = {
        "events": seen.events,
        "contacts": len(seen.contacts),
        "withdrawn_by_stop": len(by_stop),
        "claims": len(seen.claims),
        "claims_sent_before": sum(one.answer == "send" and one.asked_s < stopped_s for one in seen.claims),
        "claims_sent_after": sum(one.answer == "send" for one in late),
        "claims_refused_after": refused(late, {one.contact for one in seen.claims if one.asked_s < stopped_s}),
        "claims_unanswered": sum(one.answer in ("none", "later") for one in seen.claims),
        "command_s": round(took_s, 2),
        "last_contact_s": round(max(concerned.values(), default=0.0) - stopped_s, 2),
        "last_answer_s": round(max((at for at, action in seen.answers if inbound and action == inbound), default=stopped_s) - stopped_s, 2),
        "answers_after": sum(at > after for at, _ in seen.answers),
        "last_withdrawal_s": round(max(by_stop, default=stopped_s) - stopped_s, 2),
        "folded_after": seen.folded_after,
        "planned_and_left": len(left),
        "others_after": sum(at > after for name, (at, body) in seen.contacts.items() if name not in concerned),
    }
    return found | {"faults": faults(found, what)}


def refused(late: list[Claim], had: set[str]) -> int:
    """Of the claims that were asked when the stop held, those refused of contacts that nobody had claimed before."""
    return sum(one.answer == "drop" and one.contact not in had for one in late)


def faults(found: dict[str, Any], what: str, most_s: float = MOST_S, withdrawn_s: float = MOST_WITHDRAWN_S) -> list[str]:
    """Which promises did not hold."""
    wrong = [name for name in ("last_contact_s", "last_answer_s") if found[name] > most_s]
    wrong += ["last_withdrawal_s"] if found["last_withdrawal_s"] > withdrawn_s else []
    wrong += [name for name in ("claims_sent_after", "planned_and_left") if found[name]]
    wrong += ["claims_refused_after"] if found["claims_refused_after"] < _CLAIMED_AFTER else []
    empty = ["contacts", "withdrawn_by_stop", "claims_sent_before", "answers_after", "folded_after"]
    empty += ["others_after"] if what in _OTHER else []
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


@contextmanager
def an_operator(*arguments: str) -> Iterator[Callable[[], None]]:
    """A command of ``platinum`` that stands in a shell; what is given presses Enter. At the end it has succeeded.

    The threads here hold this process up whenever it starts another one, by half a second at 5,000 events/s; a shell waits for nobody.
    """
    line = ["sh", "-c", 'read -r enter && exec "$@"', "sh", sys.executable, "-m", "platinum", *arguments]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as shell:
        assert shell.stdin is not None
        keys = shell.stdin

        def enter() -> None:
            keys.write(b"\n")
            keys.flush()

        yield enter
        _, complaint = shell.communicate(timeout=150.0)
        assert shell.returncode == 0, complaint.decode()


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
            with an_operator("policy", "stop", *WHAT[plan.what], "--data", str(data)) as enter:
                seen.stopping, stopped_s = True, time.monotonic()
                enter()
            took_s = time.monotonic() - stopped_s
            time.sleep(_AFTER_S / 2)
            seen.folded_after = _is_known(api, plan.customers)
            time.sleep(_AFTER_S / 2)
            _wait_for_refusals(seen, plan.what, stopped_s + plan.most)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    return {"rate": plan.rate, "workers": plan.workers, "what": plan.what, **verdict(seen, plan.what, stopped_s, took_s, plan.most)}


def _is_known(api: Up, customers: int) -> bool:
    """Whether somebody of whom nothing was heard before the stop has a profile."""
    for n in range(customers):
        try:
            api.get(f"/v1/profiles/d-{n}")
            return True
        except OSError:  # nobody of that name, or no answer in time
            continue
    return False


def _wait_for(seen: Seen, seconds: float, wait_s: float = 90.0) -> None:
    """So long from the first contact on: workers take their time to join."""
    until = time.monotonic() + wait_s
    while not seen.contacts:
        assert time.monotonic() < until, "no contact"
        time.sleep(0.1)
    time.sleep(seconds)


def _wait_for_refusals(seen: Seen, what: str, after_s: float) -> None:
    """Until enough claims were refused, or the time is over."""
    until, other = time.monotonic() + _MORE_S, _OTHER.get(what, "")
    while time.monotonic() < until:
        claims = list(seen.claims)
        late = [one for one in claims if one.asked_s > after_s and seen.contacts[one.contact][1]["action"] != other]
        if refused(late, {one.contact for one in claims if one.asked_s < after_s}) >= _CLAIMED_AFTER:
            return
        time.sleep(0.5)


def plan_of(words: list[str] | None = None) -> argparse.Namespace:
    """What is asked for on a command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=5_000, help="events a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="from the first contact to the stop")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--most", type=float, default=MOST_S, help="seconds from the command to its effect")
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
