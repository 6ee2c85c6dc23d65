"""Requests to an ASGI application without a server, and a service that remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from platinum.api.service import DecisionRequest, Reply, Tracked
from platinum.api.wire import App, Message
from platinum.pipeline.claim import SEND, Claim, Claimed
from platinum.pipeline.offers import Honour, Redemption


class Answered(NamedTuple):
    """Status, headers and body of an answer; status 0 = the application sent nothing."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


async def ask(app: App, method: str, path: str, chunks: Sequence[bytes] = (b"",), headers: Sequence[tuple[bytes, bytes]] = ()) -> Answered:
    """One request whose body arrives in ``chunks``; after the last the client is gone."""
    inbox: list[Message] = [{"type": "http.request", "body": c, "more_body": i < len(chunks) - 1} for i, c in enumerate(chunks)]
    inbox.append({"type": "http.disconnect"})
    outbox: list[Message] = []

    async def receive() -> Message:
        return inbox.pop(0)

    async def send(message: Message) -> None:
        outbox.append(message)

    path, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode()}
    scope |= {"headers": list(headers)}
    await app(
        {**scope, "http_version": "1.1", "scheme": "http", "server": ("test", 80), "client": ("test", 1), "root_path": ""}, receive, send
    )
    if not outbox:
        return Answered(0, {}, b"")
    return Answered(
        outbox[0]["status"],
        {name.decode(): value.decode() for name, value in outbox[0]["headers"]},
        b"".join(m.get("body", b"") for m in outbox[1:]),
    )


def request(app: App, method: str, path: str, body: object = b"", **options: Any) -> Answered:
    """``ask`` from a test; ``body`` is bytes or something that becomes JSON."""
    return asyncio.run(ask(app, method, path, (body if isinstance(body, bytes) else orjson.dumps(body),), **options))


@dataclass
class ToyService:
    """A service in memory: decides silence, keeps events, refuses what a test tells it to refuse."""

    accepts_now: bool = False
    warm: bool = True
    refuse: BaseException | None = None
    rejecting: dict[bytes, Tracked] = field(default_factory=dict)
    profiles: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: list[DecisionRequest] = field(default_factory=list)
    events: list[bytes] = field(default_factory=list)
    seen_from: list[int | None] = field(default_factory=list)
    histories: int = 0
    claims: list[Claim] = field(default_factory=list)
    claimed: Claimed = SEND
    looked_up: list[tuple[str, str]] = field(default_factory=list)
    redemptions: list[Redemption] = field(default_factory=list)
    honour: Honour = Honour("honoured")  # noqa: RUF009 - a tuple

    async def decide(self, request: DecisionRequest) -> list[bytes]:
        if self.refuse is not None:
            raise self.refuse
        self.asked.append(request)
        return [b'{"type":"silence","placement":"%b"}' % placement.encode() for placement in request.placements]

    def ask(self, request: DecisionRequest, reply: Reply) -> None:
        loop = asyncio.get_running_loop()
        loop.create_task(self.decide(request)).add_done_callback(lambda done: reply(done.exception() or done.result()))  # type: ignore[arg-type]

    async def track(self, events: Sequence[bytes], history: bool = False) -> list[Tracked]:
        self.histories += history
        if self.refuse is not None:
            raise self.refuse
        self.events.extend(events)
        return [next((t for mark, t in self.rejecting.items() if mark in event), Tracked()) for event in events]

    async def claim(self, claim: Claim) -> Claimed:
        if self.refuse is not None:
            raise self.refuse
        self.claims.append(claim)
        return self.claimed

    async def offer(self, decision_id: str, customer: str) -> Honour:
        if self.refuse is not None:
            raise self.refuse
        self.looked_up.append((decision_id, customer))
        return self.honour

    async def redeem(self, redemption: Redemption) -> Honour:
        if self.refuse is not None:
            raise self.refuse
        self.redemptions.append(redemption)
        return self.honour

    async def profile(self, customer: str, now_ms: int | None = None) -> dict[str, object] | None:
        if self.refuse is not None:
            raise self.refuse
        self.seen_from.append(now_ms)
        return self.profiles.get(customer)

    async def ready(self) -> tuple[bool, dict[str, object]]:
        return self.warm, {"kernels": "warm" if self.warm else "compiling"}

    def metrics(self) -> bytes:
        return b"# HELP platinum_build_info x\n"
