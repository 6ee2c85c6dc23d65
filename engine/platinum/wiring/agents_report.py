"""``platinum report agents``: what employees did instead, and outcomes of teams, from everything that the learner was told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platinum.settings import existing_deployment
from platinum.stream.learning import Learning
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.parts import log_of


def report_agents(data: Path) -> dict[str, Any]:
    """``learn.agents.Agents.report`` under the policy in force, with ``facts`` read and ``as_of`` (null = nothing was told)."""
    return asyncio.run(_report(data))


async def _report(data: Path) -> dict[str, Any]:
    file, secret = existing_deployment(data)
    log = log_of(data, file)
    try:
        shelf = PolicyShelf(log)
        learning = Learning(log, shelf, secret)
        facts = await learning.catch_up()
        settings = (await shelf.newest_stages()).policy.tables.settings[0]
    finally:
        await log.close()
    time_ms = learning.time_ms
    as_of = datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if facts else None
    found = learning.whole().agents.report(time_ms, int(settings["least_outcomes"]), bool(settings["individuals"]))
    return {"facts": facts, "as_of": as_of, **found}
