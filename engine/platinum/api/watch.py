"""Health and metrics of a process that answers nobody else: what a worker shows those who run it."""

from __future__ import annotations

from typing import Protocol

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from platinum.api.cold import METRICS_TYPE


class Watched(Protocol):
    """What is asked of the process."""

    async def ready(self) -> tuple[bool, dict[str, object]]:
        """Whether it does its work now, and what is missing."""

    async def metrics(self) -> bytes:
        """Prometheus text."""


def watch_app(watched: Watched) -> Starlette:
    """``/healthz``, ``/readyz`` and ``/metrics``, and nothing that changes anything."""

    async def healthz(_: Request) -> Response:
        return Response(b'{"status":"alive"}', media_type="application/json")

    async def readyz(_: Request) -> Response:
        ready, missing = await watched.ready()
        return Response(orjson.dumps({"ready": ready, **missing}), 200 if ready else 503, media_type="application/json")

    async def metrics(_: Request) -> Response:
        return Response(await watched.metrics(), media_type=METRICS_TYPE)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])
