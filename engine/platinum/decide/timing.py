"""When a contact may leave, and how far from a thank-you (treatment-formulas 3.1, 5.7).

Quiet hours and intervals go by send time: a contact that is held until morning counts as one of the morning. The window
around a thank-you goes by all that may happen: a contact may go out at any instant from its send time until it expires, and
no two such instants of a thank-you and a promotion may be too near each other. (Once it went by send time: a card planned for
a week was sent an hour after a promotion.)
"""

from __future__ import annotations

from typing import Any

from platinum.decide.caps import later
from platinum.decide.record import FREE, NEVER
from platinum.jit import constant, inner, int64
from platinum.profile.preferences import stated
from platinum.profile.zones import customer_zone, day_start_ms, first_allowed_ms, local_day
from platinum.vocabulary.codes import PURPOSE_OF, ActionType, Preference, Purpose

Record = Any

_QUIET = constant(Preference.QUIET_HOURS)
_PROMOTION = constant(Purpose.PROMOTION)
_THANKS = constant(1 << ActionType.THANK_YOU)
_THANK_YOU = constant(ActionType.THANK_YOU)
#: Members of ``CHANNEL_RULES.window_ms``.
FOR_THANKS, FOR_PROMOTION = constant(0), constant(1)
#: End of a span that never ends.
EVER = constant(1 << 62)
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
def ends_at(action: Record, send_ms: int, tables: Any) -> int:
    """First instant at which the action's terms hold no longer if it is sent at ``send_ms``, NEVER = they do not end.

    Days are the policy's; what is published as ``valid_until`` is computed alike (``emit.kernel``).
    """
    zone, day = int64(tables.settings[0]["zone"]), int64(action["ends_day"])
    if action["ends_days"] != 0:
        day = local_day(zone, send_ms + action["ends_hours_ms"], tables) + action["ends_days"]
    return int(day_start_ms(zone, day, tables) if day != 0 else NEVER)


@inner
def concerns(entry: Record, types: int) -> bool:
    """Whether a contact, made or planned, is one of these types (bit mask); what sells counts when we begin it, thanks always."""
    return bool((types >> entry["type"] & 1) == 1 and (entry["outbound"] != 0 or types == _THANKS))


@inner
def latest_near(row: Record, types: int, from_ms: int, to_ms: int, now_ms: int) -> int:
    """Last possible instant of the contacts of these types that may meet [from, to], FREE = none does.

    One that was made has its instant; a planned one may go out at any instant from its send time until it expires.
    """
    latest = FREE
    for i in range(row["n_contacts"]):
        contact = row["contacts"][i]
        if from_ms <= contact["at_ms"] <= to_ms and concerns(contact, types):
            latest = max(latest, contact["at_ms"])
    for i in range(row["n_planned"]):
        planned = row["planned"][i]
        if planned["expires_ms"] > now_ms and from_ms <= planned["expires_ms"] and planned["send_ms"] <= to_ms and concerns(planned, types):
            latest = max(latest, planned["expires_ms"])
    return int(latest)


@inner
def thank_you_window(row: Record, span: tuple[int, int], now_ms: int, settings: Record) -> int:
    """End of what blocks a thank-you that may be given at any instant of ``span``: an outbound promotion too near, FREE = nothing."""
    before, after = settings["thank_quiet_before_ms"], settings["thank_quiet_after_ms"]
    if before <= 0 and after <= 0:
        return int(FREE)
    sold_ms = latest_near(row, PROMOTIONAL, span[0] - before, span[1] + after, now_ms)
    return int(sold_ms + before + 1 if sold_ms != FREE else FREE)  # both ends of the window belong to it


@inner
def promotion_window(row: Record, span: tuple[int, int], now_ms: int, settings: Record) -> int:
    """End of what blocks an outbound promotion that may be sent at any instant of ``span``: a thank-you too near, FREE = nothing."""
    before, after = settings["thank_quiet_before_ms"], settings["thank_quiet_after_ms"]
    if before <= 0 and after <= 0:
        return int(FREE)
    from_ms, to_ms = span[0] - after, span[1] + before
    thanked_ms = latest_near(row, _THANKS, from_ms, to_ms, now_ms)
    if row["last_thanked_ms"] != 0 and from_ms <= row["last_thanked_ms"] <= to_ms:  # its contact may have given way
        thanked_ms = max(thanked_ms, row["last_thanked_ms"])
    return int(thanked_ms + after + 1 if thanked_ms != FREE else FREE)


@inner
def near_thanks(action: Record, rules: Record, hold: int, row: Record, span: tuple[int, int], now_ms: int, settings: Record) -> int:
    """End of the window that blocks an action whose contact would occupy ``span``, FREE = none does."""
    release = FREE
    if action["type"] == _THANK_YOU and rules["window_ms"][hold, FOR_THANKS] != FREE:
        release = thank_you_window(row, span, now_ms, settings)
    if sells(action["type"], action["purpose"]) and rules["window_ms"][hold, FOR_PROMOTION] != FREE:
        release = later(release, promotion_window(row, span, now_ms, settings))
    return int(release)
