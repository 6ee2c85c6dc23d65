"""What people do with snapshots of the learner: put an earlier one in force, go back one, begin anew (``platinum model``).

Each is a numbered activation with its markers, as the learner's own are, and says who gave it and why. Behind a choice or a way back the
learner puts nothing in force until somebody says that it may: what was wrong with its last snapshot is in its next one, too.
"""

from __future__ import annotations

from typing import NamedTuple

from platinum.errors import UsageError
from platinum.learn.snapshot import reset_fact
from platinum.pipeline.engine_records import ModelActivated
from platinum.ports import LEARNING, Log, Record
from platinum.stream.activate import mark
from platinum.stream.learning import Learning, Published
from platinum.stream.models import CHOSEN, LATEST, RESET, ROLLED_BACK, Activated, Models
from platinum.stream.shelf import PolicyShelf

Said = tuple[str, str]


class Done(NamedTuple):
    """What a command did.

    Attributes
    ----------
    model : str
        In force now.
    activation : int
    changed : bool
        False: it was so already, and its markers were appended again: a call that failed half-way is completed by that.
    """

    model: str
    activation: int
    changed: bool


async def choose(log: Log, models: Models, wanted: str, secret: bytes, time_ms: int, said: Said) -> Done:
    """Put the snapshot of this name, or beginning of a name, in force, and hold the learner back.

    Raises
    ------
    UsageError
        No snapshot that is kept is called so, or several are.
    Unavailable
        As ``stream.activate.mark``; doing it again is safe.
    """
    await models.catch_up()
    kept = {one.name for _, one in models.counting if models.holds(one.name)}
    fitting = sorted(name for name in kept if name.startswith(wanted)) if wanted else []
    if len(fitting) != 1:
        found = f"{len(fitting)} snapshots begin so: {', '.join(fitting)}" if fitting else "no snapshot that is kept begins so"
        raise UsageError(f"NAME must be a name that `platinum model list` shows, or its beginning, or latest; {found}")
    last = models.in_force
    if last is not None and last[1].name == fitting[0] and last[1].how == CHOSEN:
        return await _again(log, last, secret, time_ms)
    return await _put(log, models, fitting[0], CHOSEN, secret, time_ms, said)


async def roll_back(log: Log, models: Models, secret: bytes, time_ms: int, said: Said) -> Done:
    """Put the snapshot before the one in force in force, and hold the learner back; said again, it changes nothing.

    Raises as ``choose``.
    """
    await models.catch_up()
    last = models.in_force
    if last is None:
        raise UsageError("no snapshot is in force: decisions are made on the policy's priors already")
    if last[1].how == ROLLED_BACK:
        return await _again(log, last, secret, time_ms)
    before = [one.name for _, one in models.counting if one.name != last[1].name and models.holds(one.name)]
    if not before:
        raise UsageError("no snapshot is kept from before the one in force: `platinum model reset` goes back to the policy's priors")
    return await _put(log, models, before[-1], ROLLED_BACK, secret, time_ms, said)


async def go_on(
    log: Log, shelf: PolicyShelf, secret: bytes, time_ms: int, said: Said, *, anyway: bool = False
) -> tuple[Done | None, Published]:
    """Put everything learned so far in force, and let the learner go on; None where it is refused. Raises as ``Learning.publish``."""
    learning, models = Learning(log, shelf, secret), await shelf.standing_models()
    await learning.catch_up()
    held, before = models.held, models.in_force
    done = await learning.publish(time_ms, LATEST, said, anyway=anyway)
    if done.model is None:
        return None, done
    (seq, one) = models.in_force or (0, Activated(done.model, time_ms))
    return Done(one.name, seq, held is not None or before is None or before[1].name != one.name), done


async def reset(log: Log, shelf: PolicyShelf, secret: bytes, time_ms: int, said: Said) -> Done:
    """Begin learning anew, on the policy's priors.

    A record on each partition of the learning topic says from where on examples count; so whoever reads it again comes to the same bytes.
    Rates of promises, cohorts and all else that is learned beside examples stay. Raises as ``Learning.publish``.
    """
    learning, models = Learning(log, shelf, secret), await shelf.standing_models()
    await learning.catch_up()
    if learning.whole().taught.examples:
        await log.append(LEARNING, [Record(None, reset_fact(*said), time_ms, partition=p) for p in range(log.partitions)])
        await learning.catch_up()
    elif (last := models.in_force) is not None and last[1].how == RESET:
        return await _again(log, last, secret, time_ms)
    await learning.publish(time_ms, RESET, said)
    (seq, one) = models.in_force or (0, Activated("", time_ms))
    return Done(one.name, seq, changed=True)


async def _put(log: Log, models: Models, name: str, how: str, secret: bytes, time_ms: int, said: Said) -> Done:
    examples = next(one.examples for one in reversed(models.activations.values()) if one.name == name)
    marker = await models.number(Activated(name, time_ms, how, *said, examples))
    await mark(log, marker, secret, time_ms, range(log.partitions))
    return Done(name, marker.seq, changed=True)


async def _again(log: Log, last: tuple[int, Activated], secret: bytes, time_ms: int) -> Done:
    await mark(log, ModelActivated(last[1].name, last[0]), secret, time_ms, range(log.partitions))
    return Done(last[1].name, last[0], changed=False)
