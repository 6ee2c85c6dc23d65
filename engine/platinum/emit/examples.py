"""What came of decisions, as records of ``platinum.learning.v1``: no customer in them (design 8).

The decision is named by a hash of its id, which joins it with the decision log and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping

import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.policy.policy import Policy
from platinum.ports import Headers, Record
from platinum.profile.entries import (
    ARM_COUNTS,
    ARM_IN,
    ARM_SAID,
    CLOSED_BITS,
    EXPLORED,
    N_FEATURES,
    N_OWN,
    PENDING_ACCEPTED,
    PENDING_OUTBOUND,
)
from platinum.vocabulary.arms import Arm
from platinum.vocabulary.codes import Closed

#: Those that say what came of a decision; the others, why there is nothing to learn from it.
_TOLD = (int(Closed.ANSWERED), int(Closed.OVER))
_NAMES = {int(closed): closed.name.lower() for closed in Closed}
_ARMS = {int(arm): None if arm == Arm.NONE else arm.name.lower() for arm in Arm}
_MOST_ARMS = len(Arm) - 1
_ALL, _X_BYTES, _Z_BYTES = 65_535.0, 2 * N_FEATURES, 2 * N_OWN


def example_records(
    examples: NDArray[np.void],
    offsets: NDArray[np.int64],
    times_ms: NDArray[np.int64],
    where: tuple[int, int],
    policy: Policy,
) -> list[Record]:
    """One record per example.

    Parameters
    ----------
    examples : EXAMPLE[E]
        As ``pipeline.examples`` took them out.
    offsets, times_ms : int64[E]
        Of the record that ended each.
    where : (generation, partition)
    policy : Policy
        A name that it does not know is ``#`` and eight hex digits.
    """
    generation, partition = where
    opening = b"%d.%d." % (generation, partition)
    records, slot, last = [], 0, -1
    for body, offset, time_ms in zip(_bodies(examples, policy), offsets.tolist(), times_ms.tolist(), strict=True):
        slot = slot + 1 if offset == last else 0
        last = offset
        cause = opening + b"%d" % offset
        headers: Headers = (("ce_id", b"e.%b.%d" % (cause, slot)), ("ce_causationid", cause))
        records.append(Record(None, body, time_ms, headers, partition))
    return records


def _bodies(examples: NDArray[np.void], policy: Policy) -> Iterator[bytes]:
    seen, names, settings = examples["seen"], policy.names, policy.tables.settings[0]
    shares = [_six(float(settings[name])) for name in ("arm_random", "arm_silent", "arm_same")]
    columns = [seen[name].tolist() for name in ("ref", "state", "reward", "p_chosen", "utility", "schema", "tone", "p_accept", "hour")]
    columns += [examples[name].tolist() for name in ("decided_ms", "action", "channel", "flags", "cohort")]
    x, z = np.ascontiguousarray(seen["x"]).tobytes(), np.ascontiguousarray(seen["z"]).tobytes()
    said: dict[tuple[int, ...], bytes] = {}
    for i, one in enumerate(zip(*columns, strict=True)):
        ref, state, reward, p_chosen, utility, schema, tone, p_accept, hour, decided_ms, action, channel, flags, cohort = one
        who, ended = (state, action, channel, tone, cohort, schema), state & CLOSED_BITS
        head = said.get(who)
        if head is None:
            head = said[who] = _head(who, names, shares)
        yield b'%b"made_ms":%d,"ref":"%016x"' % (head, decided_ms, ref) + (
            b"}"
            if ended not in _TOLD
            else b',"accepted":%b,"reward":%b,"p_chosen":%b,"p_accept":%b,"utility":%b,"hour":%d,"x":"%b","z":"%b"%b}'
            % (
                b"true" if flags & PENDING_ACCEPTED else b"false",
                orjson.dumps(_six(reward)),
                orjson.dumps(_six(p_chosen)),
                orjson.dumps(_six(p_accept / _ALL)),
                orjson.dumps(_six(utility)),
                hour,
                b64encode(x[i * _X_BYTES : (i + 1) * _X_BYTES]),
                b64encode(z[i * _Z_BYTES : (i + 1) * _Z_BYTES]),
                (b',"outbound":true' if flags & PENDING_OUTBOUND else b"") + (b',"explored":true' if state & EXPLORED else b""),
            )
        )


def _head(who: tuple[int, ...], names: Mapping[int, str], shares: list[float]) -> bytes:
    """What recurs is written once."""
    state, action, channel, tone, cohort, schema = who
    ended, arm = state & CLOSED_BITS, _ARMS[state // ARM_IN & _MOST_ARMS]
    said: dict[str, object] = {"fact": "example" if ended in _TOLD else "no_example", "closed": _NAMES[ended]}
    said |= {"action": _name(action, names), "channel": _name(channel, names)}
    if ended in _TOLD:
        said |= {
            "tone": _name(tone, names),
            "cohort": _name(cohort, names),
            "schema": f"{schema:08x}",
            "arm": arm if state & ARM_SAID else None,
        }
    if state & ARM_COUNTS:
        said["counted"] = {"arm": arm, "shares": shares}
    return orjson.dumps(said)[:-1] + b","


def _six(value: float) -> float:
    return float(f"{value:.6g}")


def _name(hashed: int, names: Mapping[int, str]) -> str | None:
    return (names.get(hashed) or f"#{hashed:08x}") if hashed else None
