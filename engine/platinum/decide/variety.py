"""Variety: the same treatment at most twice in a row where another is nearly as good; and how new a treatment is (treatment-formulas 3.14).

A treatment is action, channel, tone and presentation together; a row keeps the signatures of the last ten (``profile.treated``). What
repeats is taken out before the draw, so ``p_chosen`` stays the true probability.
"""

from __future__ import annotations

from typing import Any

from platinum.decide.presenting import presented
from platinum.decide.record import SILENCE
from platinum.decide.tone import language_of, tone_of
from platinum.hashing_kernels import mix64_u
from platinum.jit import constant, inner, int64, uint64
from platinum.numeric import log

Record = Any

#: Another is an alternative if its utility is at most this share below.
NEARLY = 0.05
#: The same so often in a row, and it waits for its turn.
IN_A_ROW = constant(2)
_NO_WORDS = constant(0)
_HALF, _ONE_BIT = uint64(32), uint64(1)
_LN_2 = 0.6931471805599453


@inner
def signature_of(c: int, tables: Any, person: Record) -> int:
    """σ of a candidate as this person would get it: 32 bits, never 0."""
    a, h = int64(tables.candidates[c]["action"]), int64(tables.candidates[c]["channel"])
    action = tables.actions[a]
    language = language_of(action, person, tables.settings[0])
    tone, shown = int64(_NO_WORDS), int64(0)
    if language >= 0:
        at = tone_of(tables.words[a, language], person, tables)[0]
        tone = int64(tables.tones[at]["name"]) if at >= 0 else int64(_NO_WORDS)
        shown = int64(presented(action, person))
    return signature(int64(action["name"]), int64(tables.channels[h]["name"]), int64(tone), shown)


@inner
def signature(action: int, channel: int, tone: int, shown: int) -> int:
    """σ of name hashes and ``DECISION.presented``."""
    mixed = mix64_u(mix64_u(mix64_u(mix64_u(uint64(0), uint64(action)), uint64(channel)), uint64(tone)), uint64(shown))
    return int((mixed >> _HALF) | _ONE_BIT)


@inner
def repeated(row: Record) -> int:
    """The signature that the last two treatments had; 0 = they differ, or there are none."""
    n = int64(row["n_treated"])
    if n < IN_A_ROW or row["treated"][n - 1] != row["treated"][n - 2]:
        return 0
    return int(row["treated"][n - 1])


@inner
def take_turns(n: int, row: Record, tables: Any, scratch: Any, out: Record) -> int:
    """Take what would be the same for the third time out of the ``n`` options, if another is worth nearly as much; returns their number.

    Silence is no alternative: variety is no reason to say nothing.
    """
    again = repeated(row)
    if again == 0:
        return n
    for i in range(n):
        c = int64(scratch.scored[i])
        if c == SILENCE or signature_of(c, tables, scratch.person[0]) != again:
            continue
        if has_alternative(i, n, scratch):
            out["variety"] = 1
            for k in range(i, n - 1):
                scratch.scored[k], scratch.worth[k] = scratch.scored[k + 1], scratch.worth[k + 1]
            return n - 1
        return n
    return n


@inner
def has_alternative(i: int, n: int, scratch: Any) -> bool:
    """Whether another option but silence is worth at least 95 % of the ``i``-th."""
    own = scratch.worth[i]
    least = own - NEARLY * abs(own)
    for k in range(n):
        if k != i and scratch.scored[k] != SILENCE and scratch.worth[k] >= least:
            return True
    return False


@inner
def novelty_of(sigma: int, row: Record, tables: Any) -> float:
    """−log₂ P̂ in bits: P̂ = (times among the last n + ½)/(n + ½M), n at most ten."""
    n, times = int64(row["n_treated"]), 0.0
    for i in range(n):
        if row["treated"][i] == sigma:
            times += 1.0
    return -log((times + 0.5) / (n + 0.5 * tables.settings[0]["signatures"])) / _LN_2
