"""``platinum model``: the learner's snapshots of a deployment, running or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.ops.model_shown import instant, shown
from platinum.pipeline.learned_model import set_exploration
from platinum.ports import Log
from platinum.settings import DeploymentFile, existing_deployment
from platinum.stream.model_commands import Done, choose, go_on, reset, roll_back
from platinum.stream.models import Activated, Models
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.control_log import control_log

T = TypeVar("T")
Work = Callable[[Log, DeploymentFile, bytes], Awaitable[T]]


def list_models(data: Path, most: int) -> dict[str, Any]:
    """Activations, newest first, at most so many; what was refused; what holds the learner back."""

    async def work(log: Log, _: DeploymentFile, __: bytes) -> dict[str, Any]:
        models = Models(log)
        await models.catch_up()
        return listed(models, most)

    return _on_log(data, work)


def listed(models: Models, most: int) -> dict[str, Any]:
    """See ``list_models``."""
    last, held = models.in_force, models.held
    found = [_row(models, seq, one, last is not None and seq == last[0]) for seq, one in reversed(models.counting)]
    refused = sorted(models.refused.values(), reverse=True)
    return {
        "in_force": None if last is None else last[1].name,
        "held_by": None if held is None else held.how,
        "models": found[:most],
        "refused": [one._asdict() | {"time": instant(one.time_ms)} for one in refused[:most]],
    }


def show_model(data: Path, name: str | None) -> dict[str, Any]:
    """What a snapshot says, the one in force by default.

    Raises
    ------
    UsageError
        No snapshot is in force, none that is kept begins so, or several do.
    """

    async def work(log: Log, _: DeploymentFile, __: bytes) -> dict[str, Any]:
        shelf = PolicyShelf(log)
        models, active = await shelf.standing_models(), await shelf.last_activation()
        seq, one = _wanted(models, name)
        if active is None:
            raise UsageError("no policy is in force here: `platinum policy activate` puts one in force")
        settings = (await shelf.policy(int(active.policy, 16))).tables.settings.copy()
        taught = (await models.read(one.name)).judged.get("taught") or {}
        set_exploration(settings, taught)
        exploring = {what: float(settings[0][what]) for what in ("gamma", "utility_low", "utility_high")}
        last = models.in_force
        row = _row(models, seq, one, last is not None and last[1].name == one.name)
        return row | shown(taught, f"{int(settings[0]['schema']):08x}", exploring)

    return _on_log(data, work)


def activate_model(data: Path, name: str, said: tuple[str, str], anyway: bool) -> dict[str, Any]:
    """Put a snapshot in force and hold the learner back; ``latest``: put what is learned by now in force and let it go on."""

    async def work(log: Log, _: DeploymentFile, secret: bytes) -> dict[str, Any]:
        if name != "latest":
            return _said(await choose(log, Models(log), name, secret, wall_ms(), said))
        done, published = await go_on(log, PolicyShelf(log), secret, wall_ms(), said, anyway=anyway)
        if done is not None:
            return _said(done)
        why = published.refusal
        return {"model": None, "refused": None if why is None else why._asdict()}

    return _on_log(data, work)


def roll_back_model(data: Path, said: tuple[str, str]) -> dict[str, Any]:
    """Put the snapshot before the one in force in force and hold the learner back."""

    async def work(log: Log, _: DeploymentFile, secret: bytes) -> dict[str, Any]:
        return _said(await roll_back(log, Models(log), secret, wall_ms(), said))

    return _on_log(data, work)


def reset_model(data: Path, said: tuple[str, str]) -> dict[str, Any]:
    """Begin learning anew on the policy's priors."""

    async def work(log: Log, _: DeploymentFile, secret: bytes) -> dict[str, Any]:
        return _said(await reset(log, PolicyShelf(log), secret, wall_ms(), said))

    return _on_log(data, work)


def _on_log(data: Path, work: Work[T]) -> T:
    file, secret = existing_deployment(data)

    async def run() -> T:
        log = control_log(data, file)
        try:
            return await work(log, file, secret)
        finally:
            await log.close()

    return asyncio.run(run())


def _wanted(models: Models, name: str | None) -> tuple[int, Activated]:
    if name is None:
        last = models.in_force
        if last is None:
            raise UsageError("no snapshot is in force: decisions are made on the policy's priors until there are 50 examples")
        return last
    kept = {one.name: (seq, one) for seq, one in models.counting if one.name.startswith(name) and models.holds(one.name)}
    if len(kept) != 1:
        found = f"{len(kept)} snapshots begin so" if kept else "no snapshot that is kept begins so"
        raise UsageError(f"NAME must be a name that `platinum model list` shows, or its beginning; {found}")
    return next(iter(kept.values()))


def _row(models: Models, seq: int, one: Activated, in_force: bool) -> dict[str, Any]:
    return {
        "model": one.name,
        "activation": seq,
        "time": instant(one.time_ms),
        "examples": None if one.examples < 0 else one.examples,
        "in_force": in_force,
        "kept": models.holds(one.name),
        "how": one.how,
        "who": one.who or None,
        "why": one.why or None,
    }


def _said(done: Done) -> dict[str, Any]:
    return done._asdict()
