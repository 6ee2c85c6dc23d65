"""Slow twins of the rules about contacts: consent, quiet hours, caps, thank-you window, fatigue. Plain Python.

Written from treatment-formulas 3.1, 3.11, 5.7, not from the kernels: quiet hours walk minute by minute through
``zoneinfo``, caps sort instants.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from platinum.hashing import name_hash
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import PURPOSE_OF, ActionType, Basis, Preference, Purpose
from tests.builders.tables import ZONES
from tests.reference import trust

FREE, NEVER = -1, 0
DENIED = -1
DAY_MS = 86_400_000
#: State of a summary → as what it counts on every channel, as though it were named.
SUMMARIES = {3: 0, -3: -1, -4: -2}
_ZONE = {name_hash(name): ZoneInfo(name) for name in ZONES}


def wishes(row: Any, kind: Preference) -> Iterator[Any]:
    """Standing preferences of one kind."""
    for i in range(int(row["n_preferences"])):
        wish = row["preferences"][i]
        if wish["kind"] == kind and wish["on"]:
            yield wish


class Said(NamedTuple):
    """One statement about consent that applies."""

    when: tuple[int, int]
    purpose_named: bool
    channel_named: bool
    state: int
    summary: bool = False  # of several statements: only a grant lifts it

    def overrules(self, other: Said) -> bool:
        positive = self.state == 1 or (self.state == 2 and other.state == -2 and not other.summary)
        as_specific = self.purpose_named >= other.purpose_named and self.channel_named >= other.channel_named
        return positive and as_specific and self.when > other.when


def refusals(said: list[Said]) -> list[Said]:
    """Those that nothing newer lifts."""
    return [s for s in said if s.state < 0 and not any(other.overrules(s) for other in said)]


def statements(row: Any, purpose: int, channel: int) -> list[Said]:
    """What has been said about a purpose on a channel."""
    said = []
    for i in range(int(row["n_consents"])):
        c = row["consents"][i]
        if c["purpose"] in (purpose, Purpose.ALL) and c["channel"] in (channel, 0):
            when = (int(c["at_s"]), int(c["evidence_offset"]))
            if c["state"] in SUMMARIES:
                said.append(Said(when, True, True, SUMMARIES[int(c["state"])], summary=True))
            else:
                said.append(Said(when, bool(c["purpose"] == purpose), bool(c["channel"] == channel), int(c["state"])))
    return said


def consent(row: Any, purpose: int, channel: int) -> tuple[int, set[int]]:
    """(1, 0, −1 or −2; offsets of the grants that apply)."""
    said = statements(row, purpose, channel)
    standing = [s.state for s in refusals(said)]
    if standing:
        return min(standing), set()
    grants = {s.when[1] for s in said if s.state == 1}
    return (1 if grants else 0), grants


def profiled(row: Any, channel: int) -> bool:
    """Whether the person may be scored: an unsubscribe is no word about profiling, an objection to everything is."""
    state, _ = consent(row, Purpose.PROFILING, channel)
    entries = [row["consents"][i] for i in range(int(row["n_consents"]))]
    own = any(c["purpose"] == Purpose.PROFILING and c["state"] in (-1, -3) and c["channel"] in (channel, 0) for c in entries)
    return state != -2 and not (state == -1 and own)


def basis(row: Any, purpose: int, channel: Any) -> tuple[int, set[int]]:
    """(Basis or DENIED, possible evidence offsets)."""
    state, grants = consent(row, purpose, int(channel["name"]))
    if not channel["outbound"]:
        said = statements(row, purpose, int(channel["name"]))
        against = state == -2 or any(s.state == -1 and s.channel_named for s in refusals(said))
        return (DENIED if against and purpose in (Purpose.RELATIONSHIP, Purpose.PROMOTION) else Basis.INBOUND), {-1}
    if purpose == Purpose.LEGAL:
        return Basis.LEGAL, {-1}
    if state < 0:
        return DENIED, {-1}
    if row["orders"] > 0 and purpose in (Purpose.SERVICE, Purpose.RELATIONSHIP):
        return Basis.CONTRACT, {-1}
    if state == 1:
        return Basis.CONSENT, grants
    if row["orders"] > 0 and channel["existing_customer"]:
        return Basis.CONTRACT, {-1}
    return Basis.NONE, {-1}


def zone_of(row: Any, tables: Tables) -> ZoneInfo:
    """The customer's zone, else the policy's."""
    return _ZONE.get(int(row["timezone"]), ZoneInfo(policy_zone(tables)))


def policy_zone(tables: Tables) -> str:
    """Name of the policy's own zone."""
    return _ZONE[int(tables.zone_names[int(tables.settings[0]["zone"])])].key


def is_quiet(minute: int, first: int, last: int) -> bool:
    """Whether [first, last) holds the minute, perhaps across midnight."""
    if first < 0 or first == last:
        return False
    return first <= minute < last if first < last else minute >= first or minute < last


def send_at(row: Any, channel: Any, now_ms: int, tables: Tables) -> int:
    """First instant in two days outside both kinds of quiet hours, NEVER = none."""
    if not channel["outbound"]:
        return now_ms
    hours = [(int(channel["quiet_from"]), int(channel["quiet_to"]))]
    hours += [(int(w["low"]), int(w["high"])) for w in wishes(row, Preference.QUIET_HOURS)]
    zone = zone_of(row, tables)
    at = now_ms
    while at - now_ms <= 2 * DAY_MS:
        local = datetime.fromtimestamp(at // 1000, UTC).astimezone(zone)
        if not any(is_quiet(local.hour * 60 + local.minute, first, last) for first, last in hours):
            return at
        at += 60_000 - at % 60_000
    return NEVER


def touches(row: Any, now_ms: int) -> list[tuple[Any, int, int]]:
    """(entry, send time, instant until which it may yet happen) of contacts made and planned."""
    made = [(row["contacts"][i], int(row["contacts"][i]["at_ms"]), 0) for i in range(int(row["n_contacts"]))]
    plans = [row["planned"][i] for i in range(int(row["n_planned"]))]
    return made + [(p, int(p["send_ms"]), int(p["expires_ms"])) for p in plans if p["expires_ms"] > now_ms]


def cap(row: Any, types: int, channel: int, limit: int, window_ms: int, at_ms: int, now_ms: int) -> int:
    """FREE if one more contact at ``at_ms`` keeps the rule whatever becomes of the plans, else when it would."""
    if limit <= 0:
        return NEVER
    leaving = []
    for entry, send, expires in touches(row, now_ms):
        wanted = bool(entry["outbound"]) if channel == 0 else int(entry["channel"]) == channel
        if wanted and types & (1 << int(entry["type"])) and (expires or send) + window_ms > at_ms:
            leaving.append(max(expires, send + window_ms))
    return FREE if len(leaving) < limit else sorted(leaving)[-limit]


def both(a: int, b: int) -> int:
    """Release of two rules."""
    return NEVER if NEVER in (a, b) else max(a, b)


def caps(row: Any, h: int, kind: int, at_ms: int, now_ms: int, tables: Tables) -> int:
    """Release of all caps for one type on one channel."""
    release = FREE
    channel = tables.channels[h]
    for rule in tables.caps:
        own = int(rule["channel"]) == h
        if rule["types"] & (1 << kind) and (own or (rule["channel"] < 0 and channel["outbound"])):
            name = int(channel["name"]) if own else 0
            limit, window_ms = int(rule["limit"]), int(rule["window_ms"])
            if channel["outbound"] and trust.promotes(kind) and trust.is_low(row, now_ms, tables):
                limit, window_ms = trust.half(limit, window_ms)
            release = both(release, cap(row, int(rule["types"]), name, limit, window_ms, at_ms, now_ms))
    if kind != ActionType.LISTEN:
        return release
    return both(release, questions(row, at_ms, now_ms, int(tables.settings[0]["ask_interval_ms"])))


def questions(row: Any, at_ms: int, now_ms: int, interval_ms: int) -> int:
    """Release of the one question in so long, on whatever channel."""
    asked = [(send, expires) for entry, send, expires in touches(row, now_ms) if entry["type"] == ActionType.LISTEN]
    ends = [max(expires, send + interval_ms) for send, expires in asked if (expires or send) + interval_ms > at_ms]
    return max(ends, default=FREE) if interval_ms > 0 else FREE


def cadence(row: Any, at_ms: int, now_ms: int) -> int:
    """Release of the cadence the person stated."""
    release = FREE
    for wish in wishes(row, Preference.CADENCE):
        release = both(release, cap(row, -1, 0, int(wish["low"]), int(float(wish["high"]) * DAY_MS), at_ms, now_ms))
    return release


def sells(kind: int, purpose: int) -> bool:
    """Whether an action is promotion."""
    return purpose == Purpose.PROMOTION or PURPOSE_OF[ActionType(kind)] == Purpose.PROMOTION


def window(row: Any, action: Any, outbound: bool, span: tuple[int, int], now_ms: int, tables: Tables) -> int:
    """Release of the thank-you window: no outbound promotion from ``before`` ahead of to ``after`` behind a thank-you.

    For every instant of ``span`` and every instant at which another contact was or may yet be sent or shown.
    """
    s, kind = tables.settings[0], int(action["type"])
    before, after = int(s["thank_quiet_before_ms"]), int(s["thank_quiet_after_ms"])
    if before <= 0 and after <= 0:
        return FREE
    others = [(ActionType(int(e["type"])), bool(e["outbound"]), send, expires or send) for e, send, expires in touches(row, now_ms)]
    first, last = span
    release = FREE
    if kind == ActionType.THANK_YOU:
        sales = [(a, b) for t, begun, a, b in others if begun and PURPOSE_OF[t] == Purpose.PROMOTION]
        sold = [b for a, b in sales if a - last <= after and first - b <= before]
        release = max(sold) + before + 1 if sold else release
    if outbound and sells(kind, int(action["purpose"])):
        thanked = [(a, b) for t, _, a, b in others if t == ActionType.THANK_YOU]
        thanked += [(int(row["last_thanked_ms"]), int(row["last_thanked_ms"]))] * bool(row["last_thanked_ms"])
        near = [b for a, b in thanked if first - b <= after and a - last <= before]
        release = both(release, max(near) + after + 1) if near else release
    return release


def fatigue(row: Any, channel: int, now_ms: int, half_life_ms: float) -> float:
    """Decayed contacts: in full on the channel, half elsewhere."""
    return float(
        sum(
            2.0 ** (-max(0, now_ms - send) / half_life_ms) * (1.0 if int(entry["channel"]) == channel else 0.5)
            for entry, send, _ in touches(row, now_ms)
        )
    )
