"""What a decision can teach: on what it was made, kept beside it until it is known what came of it (design 8).

Only the scored lane learns: there something was drawn, with a probability that is known. Silence teaches where a contact could have been
drawn in its place, one at a time per person: what comes of nothing is what contacts must beat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.arms import is_spared
from platinum.decide.record import SILENCE
from platinum.decide.tone import DEFAULT, LEARNED, TRIED
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.entries import ARM_COUNTS, ARM_IN, ARM_SAID, EXPLORED, MAX_PENDING, N_FEATURES, N_OWN, PENDING_SENT
from platinum.profile.examples import open_example
from platinum.profile.features import fill_features
from platinum.profile.own import fill_answers, fill_category, fill_channel, interest_left
from platinum.profile.pending import find_pending, remember_decision
from platinum.profile.row import wide
from platinum.profile.timers import set_timer
from platinum.profile.zones import customer_zone, local_ms
from platinum.vocabulary.arms import Arm

Record = Any

#: Features are kept as multiples of one part of so many; what is larger than 32 is 32.
STEPS = 1024.0
_LARGEST = 32_767.0
_ALL = 65_535.0
_HOUR_MS, _HOURS, _FROM_MONDAY = constant(3_600_000), constant(168), constant(72)  # 1970-01-01 was a Thursday
_SENT, _SILENT, _OUTBOUND = np.uint32(PENDING_SENT), constant(0), constant(1)
_NOTHING, _ONE = uint64(0), uint64(1)
_NO_REF, _NO_ARM, _SILENT_ARM = np.uint64(0), constant(Arm.NONE), constant(Arm.SILENT)
_EXPLORED, _SAID, _COUNTS = constant(EXPLORED), constant(ARM_SAID), constant(ARM_COUNTS)


@inner
def quantized(x: float) -> int:
    """A feature in steps."""
    steps: int = int64(np.rint(min(max(x * STEPS, -_LARGEST), _LARGEST)))
    return steps


@inner
def fill_own(c: int, row: Record, now_ms: int, tables: Any, z: NDArray[np.float64]) -> None:
    """What candidate ``c`` is to this person (float64[S])."""
    action, channel = tables.actions[tables.candidates[c]["action"]], tables.channels[tables.candidates[c]["channel"]]
    fill_category(row, wide(action["category"]), interest_left(row, now_ms, tables), now_ms, z)
    fill_channel(row, wide(channel["name"]), now_ms, tables, z)
    fill_answers(row, wide(action["name"]), tables.candidates[c]["p_accept"], z)


@inner
def is_worth_learning(c: int, trigger: Record, out: Record) -> bool:
    """Whether something can be learned from this choice."""
    if out["n_scored"] == 0:
        return False
    drawn = out["p_chosen"] < 1.0 or out["arm"] == _SILENT_ARM
    return bool(c != SILENCE or (trigger["placement"] < 0 and out["n_scored"] > 1 and drawn))


@inner
def is_our_choice(out: Record, tables: Any) -> bool:
    """Whether there was another tone, and the one chosen is none that they stated or seem to like: only of those can be learned."""
    if out["tone"] < 0:
        return False
    why, tones = out["tone_source"], uint64(tables.words[out["action"], out["language"]])
    return bool(tones & (tones - _ONE) != _NOTHING and (why == DEFAULT or why == LEARNED or why == TRIED))


@inner
def note_example(c: int, row: Record, trigger: Record, tables: Any, model: Any, scratch: Any, out: Record) -> None:
    """Fill ``scratch.example`` with what choice ``c`` was made on; its ``ref`` is 0 where there is nothing to learn."""
    seen, now_ms, person = scratch.example[0], int64(trigger["now_ms"]), scratch.person[0]
    seen["ref"] = _NO_REF
    if not is_worth_learning(c, trigger, out):
        return
    if model.learned[0] == 0:  # else they were filled to decide
        fill_features(row, trigger, tables, scratch.features)
    for f in range(N_FEATURES):
        seen["x"][f] = quantized(float(scratch.features[f])) if f < scratch.features.shape[0] else _SILENT
    for s in range(N_OWN):
        scratch.own[s] = 0.0
    if c != SILENCE:
        fill_own(c, row, now_ms, tables, scratch.own)
    for s in range(N_OWN):
        seen["z"][s] = quantized(scratch.own[s])
    seen["ref"], seen["reward"] = trigger["ref"], 0.0
    seen["p_chosen"], seen["utility"], seen["schema"] = out["p_chosen"], out["utility"], tables.settings[0]["schema"]
    seen["tone"] = tables.tones[out["tone"]]["name"] if is_our_choice(out, tables) else np.uint32(_SILENT)
    seen["p_accept"] = int64(np.rint(out["p_accept"] * _ALL))
    local = local_ms(customer_zone(row, tables), int64(out["send_ms"]), tables)
    seen["hour"] = (local // _HOUR_MS + _FROM_MONDAY) % _HOURS
    said, counts = _SAID if out["arm"] != _NO_ARM else 0, 0 if is_spared(person) else _COUNTS
    seen["state"] = ARM_IN * person["arm"] + said + counts + (_EXPLORED if out["explored"] != 0 else 0)


@inner
def open_stream_example(row: Record, more: Record, out: Record, tables: Any, scratch: Any) -> int:
    """Open the example of a decision of the stream, which the row remembers by now; 1 = there is one more."""
    seen = scratch.example[0]
    if seen["ref"] != out["ref"]:
        return 0
    if out["action"] < 0 and not remember_silence(row, out, tables):
        return 0
    opened = open_example(row, seen, tables)
    if opened == 1:
        set_timer(row, more, tables)
    return opened


@inner
def remember_silence(row: Record, out: Record, tables: Any) -> bool:
    """Let the row remember that somebody was left in peace: where it has room, one at a time. It needs nothing to meet them."""
    now_ms, n_open = int64(out["now_ms"]), 0
    for i in range(row["n_pending"]):
        pending = row["pending"][i]
        if pending["closes_ms"] > now_ms:
            n_open += 1
            if pending["action"] == _SILENT:
                return False
    if n_open >= MAX_PENDING:
        return False
    window_ms = tables.rewards[tables.rewards.shape[0] - 1]["window_ms"]
    remember_decision(row, out["ref"], wide(_SILENT), wide(_SILENT), now_ms, now_ms + window_ms, _OUTBOUND)
    row["pending"][find_pending(row, out["ref"])]["flags"] |= _SENT
    return True
