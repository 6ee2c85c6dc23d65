"""Put a policy in force: artefact first, then one number from one sequence, then a marker on every partition."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from platinum.errors import Unavailable, UsageError
from platinum.pipeline import semantics as meaning
from platinum.pipeline.engine_records import ModelActivated, PolicyActivated, engine_record
from platinum.policy.outline import Sourced
from platinum.policy.stopped import Stops
from platinum.ports import ARTEFACTS, INTERACTIONS, Log, Record
from platinum.stream.artefacts import ACTIVATION_KEY, Artefacts
from platinum.vocabulary.limits import NO_CURRENCY

#: Partitions whose marker was not acknowledged are tried again so long.
MARKING_S = 60.0
_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0


async def activate(
    log: Log,
    shelf: Artefacts,
    policy: Sourced,
    secret: bytes,
    time_ms: int,
    *,
    other_currency: bool = False,
    semantics: int | None = None,
) -> int:
    """Append the markers that put ``policy`` in force; returns the activation's number.

    The number is the offset of a record in one partition of the artefact topic: two activations at once from two
    machines get different numbers, and every partition ends on the higher one whatever the order of arrival. A
    call that failed half-way is repeated whole; markers that are there already do no harm.

    Parameters
    ----------
    semantics : int or None
        Version of what folds and decisions mean from here on; None = the one in force, the newest in a new deployment.

    Raises
    ------
    UsageError
        The policy in force counts in another currency, and ``other_currency`` does not say that this is meant; or this
        build does not run ``semantics``.
    Unavailable
        The log did not take everything. Activating again is safe.
    """
    if semantics is not None:
        meaning.check_may_activate(semantics)
    last = await shelf.last_activation()
    before = None if last is None else await shelf.outline(int(last.policy, 16))
    if before is not None and not other_currency and before.currency not in (NO_CURRENCY, policy.currency):
        raise UsageError(
            f"the profiles here are kept in {before.currency} and the policy's currency is {policy.currency}: their sums would be "
            "renamed, not converted. Start a deployment of its own for it; if the amounts have been in this currency all along, "
            "say --other-currency (other_currency=True in the library)"
        )
    if semantics is None:
        semantics = meaning.NEWEST if last is None else last.semantics
    await shelf.put(policy, time_ms)
    name = policy.version if semantics == meaning.FIRST else f"{policy.version} {semantics}"
    ((_, offset),) = await log.append(ARTEFACTS, [Record(ACTIVATION_KEY, name.encode(), time_ms, partition=0)])
    marker = PolicyActivated(policy.version, offset + 1, semantics)
    await mark(log, marker, secret, time_ms, range(log.partitions))
    return marker.seq


async def stops_in_force(shelf: Artefacts) -> Stops:
    """What is stopped under what was activated last."""
    last = await shelf.last_activation()
    return Stops() if last is None else (await shelf.outline(int(last.policy, 16))).stops


async def mark(log: Log, marker: PolicyActivated | ModelActivated, secret: bytes, time_ms: int, partitions: Iterable[int]) -> None:
    """Append a marker to each of ``partitions``, and again to those that did not acknowledge it: copies do no harm.

    Raises
    ------
    Unavailable
        Some did not acknowledge it within ``MARKING_S``; marking again is safe.
    """
    loop = asyncio.get_running_loop()
    wanted, until_s, pause_s = list(partitions), loop.time() + MARKING_S, _PAUSE_S
    left = wanted
    while True:
        records = [engine_record(secret, None, marker, time_ms, partition=p) for p in left]
        # Each by itself: of one call with a partition that has no leader nothing would be known about any.
        done = await asyncio.gather(*(log.append(INTERACTIONS, [record]) for record in records), return_exceptions=True)
        for result in done:
            if isinstance(result, BaseException) and not isinstance(result, Unavailable):
                raise result
        left = [p for p, result in zip(left, done, strict=True) if isinstance(result, Unavailable)]
        if not left:
            return
        if loop.time() >= until_s:
            raise Unavailable(
                f"activation {marker.seq} ({_what(marker)}) is on {len(wanted) - len(left)} of {len(wanted)} partitions, "
                f"partition {left[0]} takes nothing: repeat the command when the log answers again; repeating is safe"
            )
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


def _what(marker: PolicyActivated | ModelActivated) -> str:
    return f"model {marker.model}" if isinstance(marker, ModelActivated) else f"policy {marker.policy}"
