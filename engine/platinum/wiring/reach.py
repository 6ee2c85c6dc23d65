"""``platinum policy reach``: the customers of a deployment, or of files, held against a policy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from platinum.clock import wall_ms
from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.audit.reading import FileReport
from platinum.ops.audit.sources import all_lines, named_maps, shipped_maps
from platinum.ops.simulate.stretch import stretch_of
from platinum.pipeline.reach import reach
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.profile.second_row import is_person
from platinum.wiring.audit import find_policy, policy_text
from platinum.wiring.parts import attach_parts

Rows = list[tuple[str, bytes]]


def reach_of(
    policy: str, data: Path | None, history: Sequence[Path], maps: Sequence[str], now_ms: int | None, advance: Callable[[int], None]
) -> dict[str, Any]:
    """Whom ``policy`` reaches of the customers in ``data``, or in files, which are folded under it first.

    Raises
    ------
    UsageError
        Neither or both were given, or a file is none.
    """
    if (data is None) == (not history):
        raise UsageError("say whose customers: either --data DIR or --history FILE (several are read together)")
    found = find_policy(policy)
    if data is not None:
        text, rows, at_ms, left_out = found.read_bytes(), asyncio.run(_kept(data)), wall_ms(), dict[str, int]()
    else:
        text, rows, at_ms, left_out = _folded(found, history, maps)
    compiled = compile_policy(text, policy)
    looked_from = at_ms if now_ms is None else now_ms
    return {"policy": compiled.name, "version": compiled.version, "left_out": left_out} | reach(
        rows, Stages(compiled), looked_from, advance
    )


async def _kept(data: Path) -> Rows:
    parts = attach_parts(data)
    try:
        await parts.connect()
        return [(key.decode(), blob) for key, blob in sorted((await parts.all_rows()).items()) if is_person(key)]
    finally:
        await parts.close()


def _folded(found: Any, history: Sequence[Path], maps: Sequence[str]) -> tuple[bytes, Rows, int, dict[str, int]]:
    for file in history:
        if not file.is_file():
            raise UsageError(f"{file}: no such file")
    report = FileReport("history", "")
    over = stretch_of(all_lines(history, [*named_maps(maps), *shipped_maps()], report), report)
    text = policy_text(found, over.currency)
    with Engine.open(text) as engine:
        engine.process_json([one.value for one in over.told])
        return text, [(key.decode(), blob) for key, blob in engine.customers().items()], engine.clock_ms, over.left_out
