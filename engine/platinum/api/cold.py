"""Routes that nobody hurries: profiles, health, metrics, the description of the API."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from platinum.api.openapi import document
from platinum.api.problems import CONTENT_TYPE, Problem, unavailable
from platinum.api.requests import profile_now
from platinum.api.service import Service
from platinum.errors import Unavailable

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


def cold_app(service: Service, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None) -> Starlette:
    """Starlette application of the cold routes."""
    description = orjson.dumps(document())

    async def profile(request: Request) -> Response:
        try:
            now_ms = profile_now(request.query_params.multi_items())
        except Problem as problem:
            return _refused(problem)
        found = await service.profile(request.path_params["customer_id"], now_ms)
        if found is None:
            return _refused(Problem(404, "not-found", "no event of this customer has been folded yet"))
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
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/openapi.json", openapi),
        ],
        exception_handlers={HTTPException: _http_error, Unavailable: _unavailable},
        lifespan=lifespan,
    )
