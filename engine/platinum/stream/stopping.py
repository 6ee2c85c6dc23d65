"""Stop deciding, or sending, or something of it; and start again: activations of policies that follow from the one in force."""

from __future__ import annotations

from collections.abc import Iterable

from platinum.errors import UsageError
from platinum.policy.outline import Outline, outline_of
from platinum.policy.problems import listing, nearest
from platinum.policy.stopped import Stops, stopped_source
from platinum.ports import Log
from platinum.stream.activate import activate, mark
from platinum.stream.artefacts import Artefacts

#: The emergency stop: everything is folded as before, and nothing is decided.
ALL = Stops(deciding=True)
_IN_FORCE = "the policy in force"


async def stop(log: Log, shelf: Artefacts, secret: bytes, time_ms: int, what: Stops = ALL) -> tuple[Outline, int]:
    """Stop ``what`` beside what is stopped already.

    Returns the policy that is in force from then on, and the activation's number. Stopping again is safe.

    Raises
    ------
    UsageError
        Nothing was ever activated, or the policy in force has no action or channel of that name.
    Unavailable
        As ``activate``.
    """
    policy, _ = await _in_force(shelf)
    _check(what, policy)
    stopped = outline_of(stopped_source(policy.source, policy.stops | what), _IN_FORCE)
    return stopped, await activate(log, shelf, stopped, secret, time_ms)


async def start(log: Log, shelf: Artefacts, secret: bytes, time_ms: int, what: Stops = Stops()) -> tuple[Outline, int, Stops]:  # noqa: B008
    """Start ``what`` again, or everything if it is empty; also what was lifted.

    Where nothing of it is stopped, what is in force stays so and its markers are appended again. Raises as ``stop``.
    """
    policy, seq = await _in_force(shelf)
    if what and policy.stopped:
        raise UsageError("deciding as a whole is stopped: `platinum policy start` without options starts it again")
    _check(what, policy)
    left = policy.stops - what if what else Stops()
    if left == policy.stops:
        last = await shelf.last_activation()
        if last is not None:
            await mark(log, last, secret, time_ms, range(log.partitions))
        return policy, seq, Stops()
    started = outline_of(stopped_source(policy.source, left), _IN_FORCE)
    return started, await activate(log, shelf, started, secret, time_ms), policy.stops - left


async def _in_force(shelf: Artefacts) -> tuple[Outline, int]:
    last = await shelf.last_activation()
    if last is None:
        raise UsageError("nothing is in force here, so nothing is decided: there is nothing to stop")
    return await shelf.outline(int(last.policy, 16)), last.seq


def _check(what: Stops, policy: Outline) -> None:
    _known("--action", "action", what.actions, {*policy.actions, *policy.stops.actions})
    _known("--channel", "channel", what.channels, {*policy.channels, *policy.stops.channels})


def _known(option: str, kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    every = sorted(known)
    for name in names:
        if name not in every:
            near = nearest(name, every)
            hint = f" Did you mean {near!r}?" if near else ""
            raise UsageError(f"'{option}': the policy in force has no {kind} {name!r}; there are: {listing(every)}.{hint}")
