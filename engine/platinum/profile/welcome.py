"""How what we sent was received: does a contact do more good than silence (treatment-formulas 3.11, until uplift is learned).

Every outbound contact is worth +1 when it was taken up, −1 when it was declined or dismissed, −0.1 when nothing came of it; an
unsubscribe, or a mark as spam, counts as three that were declined. Per channel: how many, their sum, the sum of their squares, fading
with ``half_lives.welcome``; contacts on other channels count half. One contact of before that was received with +0.2 and a spread of 1
stands for everybody.
"""

from __future__ import annotations

import math

import numpy as np

from platinum.jit import inner, kernel
from platinum.numeric import decay
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed
from platinum.profile.entries import MAX_RECEIVED, PENDING_ACCEPTED, PENDING_DECLINED, PENDING_OUTBOUND
from platinum.profile.row import Record, wide

#: Worth of nothing coming of it, of a yes, of a no; an unsubscribe counts as so many no.
NOTHING_CAME, YES, NO, GONE = -0.1, 1.0, -1.0, 3.0
#: What stands for everybody: weight, mean, mean square.
PRIOR_N, PRIOR_MEAN, PRIOR_SQUARE = 1.0, 0.2, 1.0
#: Limits of the factor on the value of an outbound contact.
LEAST, MOST = 0.2, 2.0
#: Upper bound of a mean with 95 % confidence, in standard errors.
_Z = 1.6448536269514722
#: Contacts on other channels.
_ELSEWHERE = 0.5


@inner
def receive(row: Record, channel: int, n: float, worth: float, square: float, at_ms: int, tables: Tables) -> None:
    """Add to what is known of a channel (name hash, 0 = of all); a negative count takes one back."""
    half_life_ms, as_of_ms = tables.settings[0]["welcome_half_life_ms"], wide(row["received_as_of_ms"])
    if at_ms > as_of_ms:
        left = decay(float(at_ms - as_of_ms), half_life_ms) if row["n_received"] > 0 else 0.0
        for i in range(wide(row["n_received"])):
            entry = row["received"][i]
            entry["n"], entry["sum"] = float(entry["n"]) * left, float(entry["sum"]) * left
            entry["squares"] = float(entry["squares"]) * left
        row["received_as_of_ms"], as_of_ms = at_ms, at_ms
    entry = row["received"][_place(row, channel)]
    entry["n"] = max(0.0, add_decayed(float(entry["n"]), as_of_ms, n, at_ms, half_life_ms))
    entry["sum"] = add_decayed(float(entry["sum"]), as_of_ms, worth, at_ms, half_life_ms)
    entry["squares"] = max(0.0, add_decayed(float(entry["squares"]), as_of_ms, square, at_ms, half_life_ms))


@inner
def _place(row: Record, channel: int) -> int:
    """Entry of a channel; in a full row, the least heard of is given up."""
    n, least = wide(row["n_received"]), 0
    for i in range(n):
        if row["received"][i]["channel"] == channel:
            return i
        least = i if row["received"][i]["n"] < row["received"][least]["n"] else least
    at = least
    if n < MAX_RECEIVED:
        at, row["n_received"] = n, n + 1
    entry = row["received"][at]
    entry["channel"], entry["n"], entry["sum"], entry["squares"] = np.uint32(channel), 0.0, 0.0, 0.0
    return at


@inner
def receive_contact(row: Record, pending: Record, n: float, at_ms: int, tables: Tables) -> None:
    """An outbound contact met the customer (``n`` 1) or came back (−1); nothing has come of it so far."""
    if wide(pending["flags"]) & PENDING_OUTBOUND != 0:
        receive(row, wide(pending["channel"]), n, n * NOTHING_CAME, n * NOTHING_CAME * NOTHING_CAME, at_ms, tables)


@inner
def react(row: Record, pending: Record, worth: float, at_ms: int, tables: Tables) -> None:
    """They said yes or no to an outbound contact, which counted as something else until now; ``pending`` does not say so yet."""
    flags = wide(pending["flags"])
    if flags & PENDING_OUTBOUND == 0:
        return
    before = NOTHING_CAME
    if flags & PENDING_ACCEPTED != 0:
        before = YES
    if flags & PENDING_DECLINED != 0:
        before = NO
    receive(row, wide(pending["channel"]), 0.0, worth - before, worth * worth - before * before, at_ms, tables)


@inner
def gone(row: Record, channel: int, at_ms: int, tables: Tables) -> None:
    """They unsubscribed, or took a message for spam."""
    receive(row, channel, GONE, GONE * NO, GONE, at_ms, tables)


@inner
def asked_for(row: Record, channel: int, at_ms: int) -> None:
    """They agreed to be written to (0 = on every channel), after all that is known: what they thought of it before is over."""
    if at_ms < wide(row["received_as_of_ms"]):
        return
    for i in range(wide(row["n_received"])):
        entry = row["received"][i]
        if channel == 0 or entry["channel"] == channel or entry["channel"] == 0:
            entry["n"], entry["sum"], entry["squares"] = 0.0, 0.0, 0.0


@kernel
def welcome_mean(row: Record, channel: int, now_ms: int, tables: Tables) -> tuple[float, float]:
    """(mean worth of a contact on a channel, upper bound of it with 95 % confidence)."""
    n, total, squares = PRIOR_N, PRIOR_N * PRIOR_MEAN, PRIOR_N * PRIOR_SQUARE
    if row["n_received"] > 0:
        left = decay(float(max(0, now_ms - wide(row["received_as_of_ms"]))), tables.settings[0]["welcome_half_life_ms"])
        for i in range(wide(row["n_received"])):
            entry = row["received"][i]
            weight = left * (1.0 if entry["channel"] == channel else _ELSEWHERE)
            n += weight * float(entry["n"])
            total += weight * float(entry["sum"])
            squares += weight * float(entry["squares"])
    mean = total / n
    return mean, mean + _Z * math.sqrt(max(0.0, squares / n - mean * mean) / n)


@kernel
def welcome_factor(mean: float) -> float:
    """C of treatment-formulas 5.1: 1 for who is not known yet."""
    return float(min(MOST, max(LEAST, 1.0 + (mean - PRIOR_MEAN))))
