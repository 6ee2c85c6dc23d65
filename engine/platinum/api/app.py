"""The ASGI application: hot routes straight on ASGI, the others on Starlette.

A decision takes a few dozen µs; Starlette's request and response objects alone would take as much again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
from starlette.applications import Starlette

from platinum.api.cold import cold_app
from platinum.api.envelopes import opened
from platinum.api.problems import Problem, invalid, unavailable
from platinum.api.requests import MAX_BATCH_BYTES, MAX_EVENT_BYTES, batch_events, decision_request, segment_event
from platinum.api.service import Service, Tracked
from platinum.api.wire import App, ClientGone, Receive, Scope, Send, read_body, refuse, respond
from platinum.errors import Rejected, Unavailable, UsageError

Handler = Callable[[Service, Scope, Receive], Awaitable[bytes]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]
#: Request header of a batch that lies in the past: folded, decides nothing.
HISTORY = b"platinum-history"
_TRACKED = b'{"success":true,"accepted":1,"rejected":[]}'


def create_app(service: Service, lifespan: Lifespan | None = None) -> App:
    """ASGI application over ``service``; ``lifespan`` opens and closes what the service needs."""
    cold = cold_app(service, lifespan)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        handler = HOT.get(scope["path"]) if scope["type"] == "http" else None
        if handler is None:
            await cold(scope, receive, send)
            return
        try:
            if scope["method"] != "POST":
                raise Problem(405, "method", "send POST", headers=[(b"allow", b"POST")])
            body = await handler(service, scope, receive)
        except ClientGone:
            return
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            await refuse(send, problem)
        else:
            await respond(send, body)

    return app


def problem_of(error: Exception) -> Problem | None:
    """What a request is told that ended with ``error``; None for a bug.

    Its traceback is let go: it holds the frames, whose variables hold the body and the error itself. 300 refused bodies of
    0.9 MB took 250 MB until the collector, which comes rarely here, found the circles.
    """
    if isinstance(error, Problem):
        return error.with_traceback(None)
    if isinstance(error, UsageError):
        return Problem(422, "invalid", str(error))
    if isinstance(error, Rejected):
        return refusal(Tracked(error.reason, error.field, str(error)))
    return unavailable() if isinstance(error, Unavailable) else None


async def decisions(service: Service, scope: Scope, receive: Receive) -> bytes:
    """``POST /v1/decisions``."""
    body = await read_body(scope, receive, MAX_BATCH_BYTES, "a request")
    made = await service.decide(decision_request(body, service.accepts_now))
    return b'{"decisions":[' + b",".join(made) + b"]}"


def single(kind: str) -> Handler:
    """Handler of ``POST /v1/<kind>``: one Segment event."""

    async def handle(service: Service, scope: Scope, receive: Receive) -> bytes:
        body = await read_body(scope, receive, MAX_EVENT_BYTES, "an event")
        event = segment_event(opened(body, scope["headers"]), kind)
        result = (await service.track([event]))[0]
        if result.reason:
            raise refusal(result)
        return _TRACKED

    return handle


async def batch(service: Service, scope: Scope, receive: Receive) -> bytes:
    """``POST /v1/batch``: accepted events are durable, rejected ones are listed; nothing is retried for their sake."""
    history = (HISTORY, b"1") in scope["headers"]
    events = batch_events(await read_body(scope, receive, MAX_BATCH_BYTES, "a batch"))
    fitting = [i for i, event in enumerate(events) if len(event) <= MAX_EVENT_BYTES]
    results = [Tracked("too_large", "", f"an event must be at most {MAX_EVENT_BYTES} bytes")] * len(events)
    for i, result in zip(fitting, await service.track([events[i] for i in fitting], history) if fitting else (), strict=True):
        results[i] = result
    return batch_answer(results)


def batch_answer(results: list[Tracked]) -> bytes:
    """JSON answer of a batch."""
    rejected = [{"index": i, "reason": r.reason, "field": r.field, "message": r.message} for i, r in enumerate(results) if r.reason]
    answer: dict[str, Any] = {"success": not rejected, "accepted": len(results) - len(rejected), "rejected": rejected}
    return orjson.dumps(answer)


def refusal(result: Tracked) -> Problem:
    """The problem of one rejected event: 413 when it is too large, else 422."""
    if result.reason == "too_large":
        return Problem(413, "too-large", result.message)
    problem = invalid(result.field, "as its schema says", "schemas/event/v1.json")
    return Problem(422, "rejected", f"{result.reason}: {result.message}", problem.errors)


HOT: dict[str, Handler] = {"/v1/decisions": decisions, "/v1/batch": batch}
HOT |= {f"/v1/{kind}": single(kind) for kind in ("track", "identify", "page", "screen", "group", "alias")}
