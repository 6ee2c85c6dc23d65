"""The profile as people read it: groups and units of design 6 and 13; the shape is published in schemas/profile/v1.json.

Names come from the policy; a hash that it does not know is shown as ``#`` and eight hex digits. Money has at most
four decimals, other fractions six significant digits, so that equal profiles give equal text on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from platinum.hashing import name_hash
from platinum.policy.policy import Policy
from platinum.policy.zones import zone_names
from platinum.profile.affinity import share
from platinum.profile.codec import unpack_rows
from platinum.profile.contacts import contacts_within, last_thanked_ms
from platinum.profile.decay import decayed
from platinum.profile.engagement import acceptance, reached_on
from platinum.profile.entries import (
    PENDING_ACCEPTED,
    PENDING_BOUNCED,
    PENDING_DECLINED,
    PENDING_OUTBOUND,
    PENDING_OVERRIDDEN,
    PENDING_SENT,
    PENDING_SHOWN,
    PENDING_TAKEN,
)
from platinum.profile.fields import monetary_value
from platinum.profile.gratitude import gratitude
from platinum.profile.purchase_days import distinct_days
from platinum.profile.readable_bonds import bonds
from platinum.profile.readable_care import care
from platinum.profile.readable_consent import consents
from platinum.profile.readable_effort import effort
from platinum.profile.readable_goals import goals, treated
from platinum.profile.readable_ledger import ledger, rests
from platinum.profile.readable_manner import manner
from platinum.profile.readable_roles import roles
from platinum.profile.readable_trust import trust
from platinum.profile.readable_welcome import welcome
from platinum.profile.readable_worth import worth
from platinum.profile.row import ROW, Record
from platinum.profile.zones import DAY_MS, local_day
from platinum.vocabulary.codes import ActionType, Preference
from platinum.vocabulary.manner import DETAIL, ORDER, PACE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)
_EVERY_TYPE, _ALL_OUTBOUND = -1, 0
_FLAGS = (
    (PENDING_OUTBOUND, "outbound"),
    (PENDING_SENT, "sent"),
    (PENDING_SHOWN, "shown"),
    (PENDING_ACCEPTED, "accepted"),
    (PENDING_DECLINED, "declined"),
    (PENDING_BOUNCED, "bounced"),
    (PENDING_TAKEN, "taken_for_sent"),
    (PENDING_OVERRIDDEN, "overridden"),
)
#: Preferences whose name is a word everybody uses, not one of the policy's.
_NAMED_TYPES = {name_hash(kind.name.lower()): kind.name.lower() for kind in ActionType}

Profile = dict[str, Any]


def readable_blob(blob: bytes, policy: Policy, now_ms: int, customer_id: str | None = None, second: bytes | None = None) -> Profile:
    """``readable`` of a stored row, and of its second row if it is given.

    Raises
    ------
    Inconsistent
        The bytes are no row of a layout that this build knows.
    """
    rows = np.zeros(1, ROW)
    unpack_rows([blob], rows, np.zeros(1, np.int64))
    return readable(rows[0], policy, now_ms, customer_id, second)


def readable(row: Record, policy: Policy, now_ms: int, customer_id: str | None = None, second: bytes | None = None) -> Profile:
    """Everything a row says, as of ``now_ms``, in words and units.

    Parameters
    ----------
    row : ROW
    policy : Policy
        Gives names, half-lives and the time zone in which purchase days are counted.
    now_ms : int
        Ages and fading numbers are as of this instant.
    customer_id : str or None
        Repeated in the profile, which does not know whose it is.
    second : bytes or None
        Packed second row (``profile.second_row``).
    """
    name = _namer(policy)
    return {
        "customer_id": customer_id,
        "as_of": _instant(now_ms),
        "identity": _identity(row, name),
        "consent": consents(row, name, _instant),
        "care": care(row, now_ms, name, _instant),
        "preferences": [_preference(entry, name) for entry in _used(row, "preferences", "n_preferences") if entry["on"]],
        "value": _value(row, policy, now_ms, name),
        "worth": worth(row, policy, now_ms, name, _instant),
        "bonds": bonds(row, policy, now_ms, name),
        "affinities": _affinities(row, name),
        "traits": _traits(row, name),
        "engagement": _engagement(row, policy, now_ms, name),
        "welcome": welcome(row, policy, now_ms, name),
        "manner": manner(row, policy, now_ms),
        "roles": roles(row, now_ms, name, _instant),
        "goals": goals(row, policy, now_ms, name, _instant),
        "treated": treated(row, _instant),
        "ledger": ledger(row, policy, now_ms, name, _instant, second),
        "trust": trust(row, policy, now_ms),
        "effort": effort(row, policy, now_ms, name, _instant),
        "gratitude": _gratitude(row, policy, now_ms),
        "budgets": [
            {"budget": name(entry["budget"]), "last_at": _instant(int(entry["at_s"]) * 1000)} for entry in _used(row, "spent", "n_spent")
        ],
        "contacts": _contacts(row, now_ms, name),
        "pending_decisions": [_pending(entry, name) for entry in _used(row, "pending", "n_pending")],
        "timers": {
            "next_due_at": _instant(int(row["timer_due_ms"])),
            "reached": [name(e["rule"]) for e in _used(row, "reached", "n_reached")],
        },
    }


def readable_in(row: Record, shown: Record, policy: Policy, now_ms: int, customer_id: str) -> Profile:
    """``readable`` of what may be read in one role (``shown_in``) of ``row``; that promotion rests is the person's, in every role."""
    profile = readable(shown, policy, now_ms, customer_id)
    profile["ledger"] |= rests(row, policy, now_ms, _instant)
    return profile


def _used(row: Record, members: str, count: str) -> Iterator[Record]:
    for i in range(int(row[count])):
        yield row[members][i]


def _namer(policy: Policy) -> Callable[[int], str | None]:
    """Hash → name, None for "none"."""

    def name(hash_: int) -> str | None:
        if not hash_:
            return None
        return policy.names.get(int(hash_)) or _common_names().get(int(hash_)) or f"#{int(hash_):08x}"

    return name


@lru_cache(maxsize=1)
def _common_names() -> dict[int, str]:
    """Words that are no policy's: time zones, two-letter languages and countries, action types, presentations."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    codes = [a + b for a in letters for b in letters]
    words = [*zone_names(), *codes, *(code.upper() for code in codes), *_NAMED_TYPES.values(), *DETAIL, *ORDER, *PACE]
    return {name_hash(word): word for word in words}


def _instant(ms: int) -> str | None:
    """RFC 3339 in UTC; None for 0 (never)."""
    if not ms:
        return None
    return (_EPOCH + timedelta(milliseconds=int(ms))).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day(day: int) -> str:
    return (_EPOCH_DAY + timedelta(days=int(day))).isoformat()


def _fraction(x: float) -> float:
    return float(f"{float(x):.6g}")


def _money(x: float) -> float:
    return round(float(x), 4) + 0.0  # no -0.0


def _identity(row: Record, name: Callable[[int], str | None]) -> Profile:
    return {
        "first_seen_at": _instant(row["first_seen_ms"]),
        "last_seen_at": _instant(row["last_seen_ms"]),
        "events": int(row["events"]),
        "language": name(row["language"]),
        "timezone": name(row["timezone"]),
        "country": name(row["country"]),
    }


def _preference(entry: Record, name: Callable[[int], str | None]) -> Profile:
    kind = Preference(int(entry["kind"]))
    low, high = float(entry["low"]), float(entry["high"])
    quiet, cadence = kind == Preference.QUIET_HOURS, kind == Preference.CADENCE
    return {
        "preference": kind.name.lower(),
        "name": name(entry["name"]),
        "from": f"{int(low) // 60:02d}:{int(low) % 60:02d}" if quiet else None,
        "to": f"{int(high) // 60:02d}:{int(high) % 60:02d}" if quiet else None,
        "limit": _fraction(low) if cadence else None,
        "days": _fraction(high) if cadence else None,
        "since": _instant(int(entry["at_s"]) * 1000),
    }


def _value(row: Record, policy: Policy, now_ms: int, name: Callable[[int], str | None]) -> Profile:
    settings = policy.tables.settings[0]
    bought = bool(row["orders"])
    today = local_day(int(settings["zone"]), now_ms, policy.tables)
    spend_365d = decayed(float(row["spend_365d"]), int(row["value_as_of_ms"]), now_ms, float(settings["value_half_life_ms"]))
    views_30d = decayed(float(row["views_30d"]), int(row["views_as_of_ms"]), now_ms, float(settings["view_half_life_ms"]))
    return {
        "currency": policy.currency,
        "orders": int(row["orders"]),
        "spend": _money(row["spend"]),
        "frequency": int(distinct_days(row)) - 1 if bought else 0,
        "recency_days": int(row["last_day"]) - int(row["first_day"]) if bought else None,
        "age_days": max(0, int(today) - int(row["first_day"])) if bought else None,
        "monetary_value": _money(monetary_value(row)) if bought else None,
        "days_since_last": max(0, int(today) - int(row["last_day"])) if bought else None,
        "first_order_day": _day(row["first_day"]) if bought else None,
        "last_order_day": _day(row["last_day"]) if bought else None,
        "last_order_at": _instant(row["last_order_ms"]),
        "last_category": name(row["last_category"]),
        "spend_365d": _money(spend_365d),
        "cancellations": int(row["cancellations"]),
        "refunded": _money(row["refunded"]),
        "called_off": [
            {"category": name(entry["category"]), "at": _instant(int(entry["at_s"]) * 1000)}
            for entry in _used(row, "called_off", "n_called_off")
        ],
        "cart_value": _money(row["cart_value"]),
        "views_30d": _fraction(views_30d),
        "last_view_category": name(row["last_view_category"]),
    }


def _affinities(row: Record, name: Callable[[int], str | None]) -> list[Profile]:
    names = [int(entry["name"]) for entry in _used(row, "affinities", "n_affinities")]
    found: list[Profile] = [{"category": name(category), "share": _fraction(share(row, category))} for category in names]
    return sorted(found, key=lambda one: (-one["share"], one["category"]))


def _traits(row: Record, name: Callable[[int], str | None]) -> list[Profile]:
    return [
        {
            "trait": name(entry["name"]),
            "value": name(entry["value_name"]) if entry["value_name"] else _fraction(entry["value"]),
            "since": _instant(int(entry["at_s"]) * 1000),
        }
        for entry in _used(row, "traits", "n_traits")
    ]


def _engagement(row: Record, policy: Policy, now_ms: int, name: Callable[[int], str | None]) -> list[Profile]:
    return [
        {
            "channel": name(entry["channel"]),
            "reached": _fraction(reached_on(row, int(entry["channel"]), now_ms, policy.tables)),
            "acceptance_rate": _fraction(acceptance(row, int(entry["channel"]), now_ms, policy.tables)),
        }
        for entry in _used(row, "engaged", "n_engaged")
    ]


def _gratitude(row: Record, policy: Policy, now_ms: int) -> Profile:
    return {
        "owed_points": _fraction(gratitude(row, now_ms, policy.tables)),
        "last_thanked_at": _instant(last_thanked_ms(row, now_ms)),
    }


def _contacts(row: Record, now_ms: int, name: Callable[[int], str | None]) -> Profile:
    made = [
        {
            "at": _instant(entry["at_ms"]),
            "channel": name(entry["channel"]),
            "type": ActionType(int(entry["type"])).name.lower(),
            "action": name(entry["action"]),
            "outbound": bool(entry["outbound"]),
        }
        for entry in _used(row, "contacts", "n_contacts")
    ]
    claimed = {int(entry["ref"]): int(entry["at_s"]) * 1000 for entry in _used(row, "claims", "n_claims")}
    planned = [
        {
            "planned_at": _instant(entry["planned_ms"]),
            "send_at": _instant(entry["send_ms"]),
            "expires_at": _instant(entry["expires_ms"]),
            "claimed_at": _instant(claimed.get(int(entry["ref"]), 0)),
            "channel": name(entry["channel"]),
            "type": ActionType(int(entry["type"])).name.lower(),
            "action": name(entry["action"]),
            "outbound": bool(entry["outbound"]),
        }
        for entry in _used(row, "planned", "n_planned")
        if entry["expires_ms"] > now_ms
    ]
    return {
        "last_7d": int(contacts_within(row, _ALL_OUTBOUND, _EVERY_TYPE, now_ms - 7 * DAY_MS, now_ms)),
        "last_30d": int(contacts_within(row, _ALL_OUTBOUND, _EVERY_TYPE, now_ms - 30 * DAY_MS, now_ms)),
        "last_explored_at": _instant(row["last_explored_ms"]),
        "made": made,
        "planned": planned,
    }


def _pending(entry: Record, name: Callable[[int], str | None]) -> Profile:
    return {
        "decided_at": _instant(entry["decided_ms"]),
        "outcome_until": _instant(entry["closes_ms"]),
        "action": name(entry["action"]),
        "channel": name(entry["channel"]),
        "state": [word for flag, word in _FLAGS if int(entry["flags"]) & flag],
        "worth": _fraction(entry["reward"]),
    }
