"""``platinum report cohorts``: medians per cohort, from everything that the learner was told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platinum.settings import existing_deployment
from platinum.stream.learning import Learning
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.parts import log_of


def report_cohorts(data: Path) -> dict[str, Any]:
    """What a snapshot made now would say of cohorts: ``facts`` read, ``as_of`` (null = none), ``cohorts`` as ``learn.cohorts`` judges."""
    return asyncio.run(_report(data))


async def _report(data: Path) -> dict[str, Any]:
    file, secret = existing_deployment(data)
    log = log_of(data, file)
    try:
        learning = Learning(log, PolicyShelf(log), secret)
        facts = await learning.catch_up()
        time_ms, cohorts = learning.time_ms, learning.whole().cohorts
    finally:
        await log.close()
    as_of = datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if facts else None
    return {"facts": facts, "as_of": as_of, "cohorts": cohorts.judged(time_ms)}
