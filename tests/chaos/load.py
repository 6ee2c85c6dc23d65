"""What is done to ``platinum up`` while it is being killed: events are sent, decisions are asked for."""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
import orjson

from platinum.events.times import parse_ms

BATCH = 100
PLACES = ("home-hero", "basket", "account", "call-screen")
_ANSWER_S = 5.0


def post(port: int, path: str, body: bytes) -> bytes | None:
    """Body of a 200 answer; None when there was none: then nothing is known."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_S) as response:
            answer: bytes = response.read()
    except (OSError, ValueError):  # refused, cut off, not ready
        return None
    return answer


@dataclass
class Sender:
    """Sends events at a steady rate until told to stop; a batch that was not acknowledged is sent again as it was."""

    port: int
    rate: int
    events: list[bytes]
    over: threading.Event
    acknowledged: list[str] = field(default_factory=list)
    retries: int = 0
    rejected: int = 0

    def run(self) -> None:
        """Body of the sender's thread."""
        due = time.monotonic()
        for at in range(0, len(self.events), BATCH):
            if self.over.is_set():
                return
            batch = self.events[at : at + BATCH]
            while not self._post(batch):
                self.retries += 1
                if self.over.wait(0.05):
                    return
            self.acknowledged += [orjson.loads(event)["messageId"] for event in batch]
            due = max(due + BATCH / self.rate, time.monotonic() - 1.0)
            time.sleep(max(0.0, due - time.monotonic()))

    def _post(self, batch: list[bytes]) -> bool:
        answer = post(self.port, "/v1/batch", b'{"batch":[' + b",".join(batch) + b"]}")
        if answer is None:
            return False
        self.rejected += len(json.loads(answer)["rejected"])
        return True


class Given(NamedTuple):
    """One decision that came back with a 200.

    Attributes
    ----------
    body : bytes
        As in the answer.
    repeated : bool
        The request had been sent before under the same idempotency key, and that answer was lost.
    """

    customer: str
    placement: str
    body: bytes
    repeated: bool

    @property
    def binding(self) -> bool:
        """Whether it holds an offer."""
        return orjson.loads(self.body)["offer"] is not None


class _Answer(msgspec.Struct):
    decisions: list[msgspec.Raw]


@dataclass
class Asker:
    """Asks decisions of customers of the load, about ``rate`` requests a second, and tells that offers were shown."""

    port: int
    rate: float
    customers: list[str]
    seed: int
    over: threading.Event
    given: list[Given] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    lost: int = 0  # requests without an answer

    def run(self) -> None:
        """Body of the asker's thread."""
        draw, number = random.Random(self.seed), 0
        while not self.over.wait(1.0 / self.rate):
            number += 1
            self._ask(draw, f"a{self.seed}-{number}")

    def _ask(self, draw: random.Random, name: str) -> None:
        customer = draw.choice(self.customers)
        places = draw.sample(PLACES, draw.choice((1, 1, 1, 2)))
        body: dict[str, object] = {"customer_id": customer, "placements": places}
        kind = draw.randrange(4)
        if kind == 0:
            body["context"] = {"intent": "return_parcel"}
        elif kind == 1:
            view = {"type": "track", "event": "Product Viewed", "messageId": name, "userId": customer, "properties": {"category": "toys"}}
            body["events"] = [view]
        elif kind == 2:
            body["idempotency_key"] = name
        answer, tries = self._answer(body), 1
        while answer is None and kind == 2 and tries < 100 and not self.over.wait(0.1):
            answer, tries = self._answer(body), tries + 1
        if answer is None:
            self.lost += 1
            return
        given = [Given(customer, place, one, tries > 1) for place, one in zip(places, answer, strict=True)]
        self.given += given
        for one in given:
            if one.binding and draw.random() < 0.5:
                self._tell(one, f"{name}-shown")

    def _answer(self, body: dict[str, object]) -> list[bytes] | None:
        answer = post(self.port, "/v1/decisions", orjson.dumps(body))
        return None if answer is None else list(map(bytes, msgspec.json.decode(answer, type=_Answer).decisions))

    def _tell(self, given: Given, message: str) -> None:
        properties = {"decision_id": orjson.loads(given.body)["decision_id"]}
        event = {"type": "track", "event": "Decision Shown", "messageId": message, "userId": given.customer, "properties": properties}
        if post(self.port, "/v1/track", orjson.dumps(event)) is not None:
            self.acknowledged.append(message)


class Again(NamedTuple):
    """Offers asked for again; ``offered``: of those who had not been given it, the proof that asking can be answered so."""

    asked: int
    again: int
    strangers: int
    offered: int


def ask_again(port: int, asker: Asker, now_ms: int, within_ms: int) -> Again:
    """Ask for offers that customers were given a moment ago, and the same of as many others.

    Only offers answered within the last ``within_ms`` are asked about: shorter than their interval and their life.
    """
    bound = [(one, orjson.loads(one.body)) for one in asker.given if one.binding]
    had = {(one.customer, decision["action"]) for one, decision in bound}
    recent = {one.customer: (one, d["action"]) for one, d in bound if (parse_ms(d["decided_at"]) or 0) > now_ms - within_ms}
    again = [_is_given(port, one.customer, one.placement, action) for one, action in recent.values()]
    draw = random.Random(asker.seed)
    others = [(draw.choice(asker.customers), one.placement, action) for one, action in recent.values()]
    offered = [_is_given(port, *other) for other in others if (other[0], other[2]) not in had]
    return Again(len(again), sum(again), len(offered), sum(offered))


def _is_given(port: int, customer: str, placement: str, action: str) -> bool:
    answer = post(port, "/v1/decisions", orjson.dumps({"customer_id": customer, "placement": placement, "candidates": [action]}))
    if answer is None:
        raise AssertionError("a deployment that is not killed must answer")
    return bool(orjson.loads(answer)["decisions"][0]["action"] == action)
