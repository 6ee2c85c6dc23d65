"""What a deployment was told, as lines of a history: everything that its log still holds, without the engine's own records."""

from __future__ import annotations

import asyncio
from pathlib import Path

import orjson

from platinum.ops.importing.cells import rfc3339
from platinum.ops.line import Line
from platinum.ops.simulate.stretch import event_of
from platinum.pipeline.engine_records import OPENING
from platinum.ports import INTERACTIONS, Fetched
from platinum.wiring.parts import Parts, attach_parts

_PAGE, _BYTES = 10_000, 64 << 20


def kept_lines(data: Path) -> list[Line]:
    """Events of the deployment in ``data``, in the order of their record times.

    Those that were rejected are among them, as they are in files: whoever plays them rejects them again, and counts them.
    """

    async def run() -> list[Line]:
        parts = attach_parts(data)
        try:
            await parts.connect()
            return await _read(parts)
        finally:
            await parts.close()

    return asyncio.run(run())


async def _read(parts: Parts) -> list[Line]:
    log, lines = parts.deployment.log, list[Line]()
    for partition in range(log.partitions):
        at, end = await log.start(INTERACTIONS, partition), await log.end(INTERACTIONS, partition)
        while at < end:
            records = await log.fetch(INTERACTIONS, partition, at, min(_PAGE, end - at), max_bytes=_BYTES)
            if not records:
                break
            lines += [line for record in records if (line := _line(record)) is not None]
            at = records[-1].offset + 1
    return sorted(lines, key=lambda line: line.time_ms)


def _line(record: Fetched) -> Line | None:
    """An event under its own time, else under the time at which it was recorded; None for the engine's own records."""
    if not record.value or record.value.startswith(OPENING):
        return None
    event = event_of(record.value, record.headers)
    if not event:
        return Line(record.time_ms, "", record.value)
    event.setdefault("timestamp", rfc3339(record.time_ms))
    # Without a customer, as in a file: whose it is, its reader asks the event, for it may lie under no key or a wrong one.
    return Line(record.time_ms, "", orjson.dumps(event))
