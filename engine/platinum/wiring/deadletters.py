"""``platinum dead-letters``: on the log of a deployment, wherever it is; the store is not asked."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from platinum.clock import wall_ms
from platinum.emit.deadletter import cut_of
from platinum.ops.deadletters import Filter, Letter, find, letters, newest, place_of
from platinum.ops.replay import Plan, carry_out, plan
from platinum.ports import Log
from platinum.settings import existing_deployment
from platinum.wiring.parts import log_of

T = TypeVar("T")


class Replay(NamedTuple):
    """What is to be replayed: letters by place, or all that a filter takes."""

    places: Sequence[str]
    wanted: Filter
    again: bool


def list_letters(data: Path, wanted: Filter, limit: int) -> dict[str, Any]:
    """Newest first: ``counts`` per reason over all that are wanted, and ``letters``."""

    async def read(log: Log, _secret: bytes) -> dict[str, Any]:
        found, counts = await newest(log, wanted, limit)
        return {"counts": counts, "letters": [letter.brief() for letter in found]}

    return _on(data, read)


def show_letter(data: Path, written: str) -> dict[str, Any] | None:
    """One dead letter with everything that it holds; None when there is none (any more)."""

    async def read(log: Log, _secret: bytes) -> dict[str, Any] | None:
        letter = await find(log, place_of(written, log.partitions))
        return None if letter is None else _whole(letter)

    return _on(data, read)


def _whole(letter: Letter) -> dict[str, Any]:
    record = letter.record
    headers = [{"name": name, **_bytes(value)} for name, value in record.headers]
    key = None if record.key is None else _bytes(record.key)
    return {**letter.brief(), "cut": cut_of(record), "key": key, **_bytes(record.value), "headers": headers}


def _bytes(value: bytes | None) -> dict[str, str | None]:
    """Text as ``value`` where it is text, else ``value_base64``; a header's value may be null."""
    if value is None:
        return {"value": None}
    try:
        return {"value": value.decode()}
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(value).decode()}


def replay_letters(data: Path, wanted: Replay, dry_run: bool, sure: Callable[[int], bool]) -> dict[str, Any]:
    """Append copies of what was rejected.

    Parameters
    ----------
    sure : callable
        Asked with the number of copies before anything is appended.

    Returns
    -------
    dict
        ``replayed`` (letter, and the place of its copy unless ``dry_run``), ``replayed_before``, ``refused``, ``missing``.
    """

    async def work(log: Log, secret: bytes) -> dict[str, Any]:
        some, missing = await _chosen(log, wanted)
        made = await plan(log, some, secret, wall_ms(), wanted.again)
        if dry_run or not made.copies or not sure(len(made.copies)):
            return _report(made, [], missing)
        return _report(made, list(map(str, await carry_out(log, made))), missing)

    return _on(data, work)


async def _chosen(log: Log, wanted: Replay) -> tuple[list[Letter], list[str]]:
    if not wanted.places:
        return [letter async for letter in letters(log, wanted.wanted)], []
    found, missing = [], []
    for place in [place_of(written, log.partitions) for written in wanted.places]:
        letter = await find(log, place)
        if letter is None:
            missing.append(str(place))
        else:
            found.append(letter)
    return found, missing


def _report(made: Plan, places: list[str], missing: list[str]) -> dict[str, Any]:
    at: list[str | None] = [*places] or [None] * len(made.copies)
    copies = [{"letter": str(letter.place), "copy": place} for (letter, _), place in zip(made.copies, at, strict=True)]
    return {
        "replayed": copies,
        "replayed_before": [str(letter.place) for letter in made.before],
        "refused": [{"letter": str(letter.place), "why": why} for letter, why in made.refused],
        "missing": missing,
    }


def _on(data: Path, work: Callable[[Log, bytes], Awaitable[T]]) -> T:
    async def run() -> T:
        file, secret = existing_deployment(data)
        log = log_of(data, file)
        try:
            return await work(log, secret)
        finally:
            await log.close()

    return asyncio.run(run())
