"""Routes that nobody hurries: profiles, claims, offers, health, metrics, the description of the API."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from platinum.api.openapi import document
from platinum.api.problems import CONTENT_TYPE, Problem, unavailable
from platinum.api.requests import MAX_CLAIM_BYTES, claim_of, offer_asked, profile_now, redemption_of
from platinum.api.service import Service
from platinum.api.wire import ClientGone, read_body
from platinum.errors import Unavailable
from platinum.pipeline.offers import Honour

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


def _refused(problem: Problem) -> Response:
    headers = {name.decode(): value.decode() for name, value in problem.headers}
    return Response(problem.body(), problem.status, headers, CONTENT_TYPE.decode())


async def _http_error(_: Request, error: Exception) -> Response:
    """404 and 405 of the router, as problems."""
    assert isinstance(error, HTTPException)
    slug = {404: "not-found", 405: "method"}.get(error.status_code, "invalid")
    headers = [(name.encode(), value.encode()) for name, value in (error.headers or {}).items()]
    return _refused(Problem(error.status_code, slug, "the addresses and methods are listed in /openapi.json", headers=headers))


async def _unavailable(_: Request, __: Exception) -> Response:
    return _refused(unavailable())


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _refused(error.with_traceback(None))


async def _gone(_: Request, __: Exception) -> Response:
    """Nobody reads it."""
    return Response(status_code=400)


async def _claim(service: Service, request: Request) -> Response:
    """``POST /v1/contacts/{decision_id}/claim``."""
    body = await read_body(request.scope, request.receive, MAX_CLAIM_BYTES, "a claim")
    answer, reason = await service.claim(claim_of(request.path_params["decision_id"], body))
    if answer == "later":
        return Response(_claimed(answer, reason), 202, {"retry-after": "60" if reason == "held" else "1"}, "application/json")
    return Response(_claimed(answer, reason), media_type="application/json")


def _claimed(answer: str, reason: str) -> bytes:
    return orjson.dumps({"answer": answer, "reason": reason or None})


async def _offer(service: Service, request: Request) -> Response:
    """``GET /v1/offers/{decision_id}``."""
    decision_id = request.path_params["decision_id"]
    return _honour(await service.offer(decision_id, offer_asked(decision_id, request.query_params.multi_items())))


async def _redeem(service: Service, request: Request) -> Response:
    """``POST /v1/offers/{decision_id}/redeem``."""
    body = await read_body(request.scope, request.receive, MAX_CLAIM_BYTES, "a redemption")
    return _honour(await service.redeem(redemption_of(request.path_params["decision_id"], body)))


def _honour(told: Honour) -> Response:
    if told.answer == "later":
        return Response(orjson.dumps(told._asdict()), 202, {"retry-after": "1"}, "application/json")
    return _json(told._asdict())


def cold_app(service: Service, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None) -> Starlette:
    """Starlette application of the cold routes."""
    description = orjson.dumps(document())

    async def profile(request: Request) -> Response:
        now_ms = profile_now(request.query_params.multi_items())
        found = await service.profile(request.path_params["customer_id"], now_ms)
        if found is None:
            raise Problem(404, "not-found", "no event of this customer has been folded yet")
        return _json(found)

    async def healthz(_: Request) -> Response:
        return _json({"status": "alive"})

    async def readyz(_: Request) -> Response:
        ready, state = await service.ready()
        return _json({"ready": ready, **state}, 200 if ready else 503)

    async def metrics(_: Request) -> Response:
        return Response(service.metrics(), media_type=METRICS_TYPE)

    async def openapi(_: Request) -> Response:
        return Response(description, media_type="application/json")

    return Starlette(
        routes=[
            Route("/v1/profiles/{customer_id:path}", profile),
            Route("/v1/contacts/{decision_id}/claim", partial(_claim, service), methods=["POST"]),
            Route("/v1/offers/{decision_id}", partial(_offer, service)),
            Route("/v1/offers/{decision_id}/redeem", partial(_redeem, service), methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/openapi.json", openapi),
        ],
        exception_handlers={HTTPException: _http_error, Unavailable: _unavailable, Problem: _problem, ClientGone: _gone},
        lifespan=lifespan,
    )
