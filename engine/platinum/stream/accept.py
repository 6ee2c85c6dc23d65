"""Accept a partition's log as it now is, although it contradicts the checkpoints (docs/decisions/0013).

Rows are kept. The partition gets the next generation, so that no decision id is given twice, and is read on where somebody
says. Workers may run: theirs is the compare-and-set that is refused, or the claim that comes next.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import NamedTuple

from platinum.errors import Fenced, Inconsistent, UsageError
from platinum.pipeline.checkpoint import Progress, buckets_of, pack, unpack
from platinum.ports import ARTEFACTS, INTERACTIONS, Checkpoint
from platinum.stream.accepted import Accepted, accepted_record
from platinum.stream.activate import mark
from platinum.stream.check import check_log, checked
from platinum.stream.deployment import Deployment

_TRIES = 20
_PAUSE_S = 0.05


class Plan(NamedTuple):
    """What accepting would do.

    Attributes
    ----------
    why : str
        What contradicts what.
    was_at : int
        Offset up to which everything is in the rows.
    start, end : int
        Of the log.
    offset : int
        Where reading goes on.
    generation : int
        Of the partition from then on.
    """

    partition: int
    why: str
    was_at: int
    start: int
    end: int
    offset: int
    generation: int


async def plan_accept(d: Deployment, partition: int, where: str) -> Plan:
    """Look at a partition; changes nothing.

    Parameters
    ----------
    where : str
        ``earliest``, ``latest`` or an offset that the log holds.

    Raises
    ------
    UsageError
        Nothing contradicts the checkpoints, or ``where`` is not an offset of the log.
    Inconsistent
        A bucket has no checkpoint, or belongs to another consumer group.
    """
    if not 0 <= partition < d.log.partitions:
        raise UsageError(f"'--partition' must be one from 0 to {d.log.partitions - 1}, got {partition}")
    known = await d.shelf.generation(partition)
    checkpoints = await _stored(d, partition)
    newest = max(c.generation for c in checkpoints)
    progress = Progress.of(checkpoints, 0)
    why = await _contradiction(d, partition, checkpoints, known)
    if not why:
        raise UsageError(f"partition {partition}: the log holds what was applied, there is nothing to accept")
    start, end = await d.log.start(INTERACTIONS, partition), await d.log.end(INTERACTIONS, partition)
    at = max(progress.position(), progress.last_offset + 1)
    return Plan(partition, why, at, start, end, _offset(where, start, end), max(known, newest) + 1)


async def accept(d: Deployment, plan: Plan, time_ms: int) -> None:
    """Carry it out. The artefact comes first: from then on nobody claims until every checkpoint is rewritten. May be repeated.

    Raises
    ------
    Fenced
        Somebody else keeps writing the checkpoints.
    Unavailable
        Planning and accepting again is safe.
    """
    await d.log.append(ARTEFACTS, [accepted_record(Accepted(plan.partition, plan.generation, plan.offset), time_ms)])
    nonce = secrets.randbits(64)
    for _ in range(_TRIES):
        checkpoints = await _stored(d, plan.partition)
        newest = max(checkpoints, key=lambda c: c.policy_seq)
        if _newest_of_others(checkpoints, nonce) >= plan.generation:
            break
        wanted = {}
        for bucket, old in zip(_buckets(d, plan.partition), checkpoints, strict=True):
            new = newest._replace(
                generation=plan.generation, next_offset=plan.offset, last_offset=-1, last_hash=0, clock_ms=old.clock_ms, owner_nonce=nonce
            )
            wanted[bucket] = (pack(old), pack(new))
        if all(await d.store.claim(wanted)):
            await _in_force(d, plan.partition, newest, time_ms)
            return
        await asyncio.sleep(_PAUSE_S)
    raise Fenced(f"partition {plan.partition}: somebody else accepted it meanwhile, or keeps claiming it; look again with the same command")


def _newest_of_others(checkpoints: list[Checkpoint], nonce: int) -> int:
    """Largest generation that was not written with ``nonce``: of two who accept at once, one must see that it was not alone."""
    return max((c.generation for c in checkpoints if c.owner_nonce != nonce), default=0)


async def _in_force(d: Deployment, partition: int, newest: Checkpoint, time_ms: int) -> None:
    """The marker of what was activated last may be among the records that are gone, or passed over."""
    last = await d.shelf.last_activation()
    if last is not None and last.seq > newest.policy_seq:
        await mark(d.log, last, d.secret, time_ms, [partition])


async def _contradiction(d: Deployment, partition: int, checkpoints: list[Checkpoint], generation: int) -> str:
    """What a claim would say; "" = nothing."""
    try:
        for bucket, checkpoint in zip(_buckets(d, partition), checkpoints, strict=True):
            checked(d, bucket, pack(checkpoint), generation)
        await check_log(d, partition, Progress.of(checkpoints, 0))
    except Inconsistent as found:
        return str(found).partition(";")[0]
    return ""


async def _stored(d: Deployment, partition: int) -> list[Checkpoint]:
    """Checkpoints of a partition, of whatever generation."""
    found = []
    for bucket, packed in zip(_buckets(d, partition), await d.store.checkpoints(_buckets(d, partition)), strict=True):
        found.append(checked(d, bucket, packed, 0 if packed is None else unpack(packed).generation))
    return found


def _buckets(d: Deployment, partition: int) -> list[int]:
    return list(buckets_of(partition, d.log.partitions, d.buckets))


def _offset(where: str, start: int, end: int) -> int:
    if where in ("earliest", "latest"):
        return start if where == "earliest" else end
    if not (where.isascii() and where.isdigit()) or not start <= int(where) <= end:
        raise UsageError(f"'--from' must be earliest, latest or an offset that the log holds, {start} to {end}")
    return int(where)
