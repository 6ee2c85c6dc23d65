"""When a contact may leave, and how far from a thank-you (treatment-formulas 3.1, 5.7).

Everything is compared by send time: a contact that quiet hours hold until morning counts as one of the morning.
"""

from __future__ import annotations

from typing import Any

from platinum.decide.record import FREE, NEVER
from platinum.jit import constant, inner, int64
from platinum.profile.preferences import stated
from platinum.profile.zones import customer_zone, first_allowed_ms
from platinum.vocabulary.codes import PURPOSE_OF, ActionType, Preference, Purpose

Record = Any

_QUIET = constant(Preference.QUIET_HOURS)
_PROMOTION = constant(Purpose.PROMOTION)
_THANKS = constant(1 << ActionType.THANK_YOU)
#: Bit mask of the types that sell. Contacts in a row say their type, not their purpose.
PROMOTIONAL = constant(sum(1 << int(kind) for kind, purpose in PURPOSE_OF.items() if purpose == Purpose.PROMOTION))
_ANY = constant(0)
_MOST_EDGES = 8
#: 00:00-24:00: quiet hours that never end.
_WHOLE_DAY = 1440
#: Two kinds of quiet hours that leave no gap in so long leave none.
_PATIENCE_MS = 2 * 86_400_000


@inner
def sells(type_: int, purpose: int) -> bool:
    """Whether an action counts as promotion: by its purpose, or by its type whatever purpose a policy gives it."""
    return bool(purpose == _PROMOTION or (PROMOTIONAL >> type_ & 1) == 1)


@inner
def send_at(row: Record, channel: Record, now_ms: int, tables: Any) -> int:
    """First instant from ``now_ms`` on outside the channel's and the person's quiet hours, NEVER = they leave no gap."""
    zone = int64(customer_zone(row, tables))
    own = stated(row, _QUIET, _ANY)
    if channel["quiet_to"] - channel["quiet_from"] >= _WHOLE_DAY:
        return int(NEVER)
    if own >= 0 and row["preferences"][own]["high"] - row["preferences"][own]["low"] >= _WHOLE_DAY:
        return int(NEVER)
    at = now_ms
    for _ in range(_MOST_EDGES):
        moved = first_allowed_ms(zone, at, int64(channel["quiet_from"]), int64(channel["quiet_to"]), tables)
        if own >= 0:
            quiet = row["preferences"][own]
            moved = first_allowed_ms(zone, moved, int64(quiet["low"]), int64(quiet["high"]), tables)
        if moved - now_ms > _PATIENCE_MS:
            return int(NEVER)
        if moved == at:
            return at
        at = moved
    return int(NEVER)


@inner
def farthest(latest: int, at_ms: int, from_ms: int, to_ms: int) -> int:
    """``at_ms`` if it lies in [from, to] and after ``latest``, else ``latest``."""
    return at_ms if from_ms <= at_ms <= to_ms and at_ms > latest else latest


@inner
def latest_between(row: Record, types: int, from_ms: int, to_ms: int, now_ms: int) -> int:
    """Newest outbound contact, made or planned, of these types (bit mask) with a send time in [from, to], FREE = none."""
    latest = FREE
    for i in range(row["n_contacts"]):
        contact = row["contacts"][i]
        if contact["outbound"] != 0 and (types >> contact["type"] & 1) == 1:
            latest = farthest(latest, contact["at_ms"], from_ms, to_ms)
    for i in range(row["n_planned"]):
        planned = row["planned"][i]
        if planned["outbound"] != 0 and (types >> planned["type"] & 1) == 1 and planned["expires_ms"] > now_ms:
            latest = farthest(latest, planned["send_ms"], from_ms, to_ms)
    return int(latest)


@inner
def thank_you_window(row: Record, send_ms: int, now_ms: int, settings: Record) -> int:
    """End of what blocks a thank-you sent then: an outbound promotion sent or planned too near, FREE = nothing."""
    before, after = settings["thank_quiet_before_ms"], settings["thank_quiet_after_ms"]
    if before <= 0 and after <= 0:
        return int(FREE)
    sold_ms = latest_between(row, PROMOTIONAL, send_ms - before, send_ms + after, now_ms)
    return int(sold_ms + before + 1 if sold_ms != FREE else FREE)  # both ends of the window belong to it


@inner
def promotion_window(row: Record, send_ms: int, now_ms: int, settings: Record) -> int:
    """End of what blocks an outbound promotion sent then: a thank-you given or planned too near, FREE = nothing."""
    before, after = settings["thank_quiet_before_ms"], settings["thank_quiet_after_ms"]
    if before <= 0 and after <= 0:
        return int(FREE)
    thanked_ms = latest_between(row, _THANKS, send_ms - after, send_ms + before, now_ms)
    if row["last_thanked_ms"] != 0:
        thanked_ms = farthest(thanked_ms, row["last_thanked_ms"], send_ms - after, send_ms + before)
    return int(thanked_ms + after + 1 if thanked_ms != FREE else FREE)
