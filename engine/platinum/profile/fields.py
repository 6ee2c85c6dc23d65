"""One number per ``codes.Field``: what conditions and features read of a customer and of the moment.

Unknown is NaN. Names (language, category, a trait's word) are their 32-bit hashes, which a float64 holds exactly.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.affinity import share
from platinum.profile.bonds import bond_field
from platinum.profile.consent import standing
from platinum.profile.contacts import contacts_within
from platinum.profile.debts import ledger_field
from platinum.profile.decay import decayed
from platinum.profile.effort import effort_field
from platinum.profile.engagement import acceptance, reached_on
from platinum.profile.goals import goal_field
from platinum.profile.gratitude import gratitude
from platinum.profile.preferences import stated
from platinum.profile.purchase_days import distinct_days
from platinum.profile.roles import role_field
from platinum.profile.row import Record, wide
from platinum.profile.standing import cohort_of, standing_field
from platinum.profile.talk import talk_field
from platinum.profile.traits import find_trait
from platinum.profile.trust import trust_field
from platinum.profile.zones import DAY_MS, customer_zone, local_day, local_ms
from platinum.vocabulary.codes import Field, Preference, Purpose

NAN = np.nan
_HOUR_MS = 3_600_000
_EVERY_TYPE = constant(-1)
_ANY = constant(0)
_LANGUAGE_STATED, _PROMOTION = constant(Preference.LANGUAGE), constant(Purpose.PROMOTION)

_ORDERS, _SPEND, _FREQUENCY, _RECENCY = int(Field.ORDERS), int(Field.SPEND), int(Field.FREQUENCY), int(Field.RECENCY_DAYS)
_AGE, _SINCE_LAST, _MONETARY = int(Field.AGE_DAYS), int(Field.DAYS_SINCE_LAST), int(Field.MONETARY_VALUE)
_SPEND_365D, _CANCELLATIONS, _REFUNDED = int(Field.SPEND_365D), int(Field.CANCELLATIONS), int(Field.REFUNDED)
_EVENTS, _SINCE_SEEN, _SINCE_FIRST = int(Field.EVENTS), int(Field.DAYS_SINCE_SEEN), int(Field.DAYS_SINCE_FIRST_SEEN)
_GRATITUDE, _SINCE_THANKED = int(Field.GRATITUDE), int(Field.DAYS_SINCE_THANKED)
_CONTACTS_7D, _CONTACTS_30D, _PLANNED = int(Field.CONTACTS_7D), int(Field.CONTACTS_30D), int(Field.PLANNED_CONTACTS)
_LANGUAGE, _COUNTRY, _AFFINITY, _TRAIT = int(Field.LANGUAGE), int(Field.COUNTRY), int(Field.AFFINITY), int(Field.TRAIT)
_ENGAGEMENT, _REACHED = int(Field.ENGAGEMENT), int(Field.REACHED)
_TRIGGER, _TRIGGER_CATEGORY, _TRIGGER_AMOUNT = int(Field.TRIGGER), int(Field.TRIGGER_CATEGORY), int(Field.TRIGGER_AMOUNT)
_HOUR, _WEEKDAY, _CART = int(Field.HOUR), int(Field.WEEKDAY), int(Field.CART_VALUE)
_FIRST_OF_LEDGER, _FIRST_OF_EFFORT = int(Field.OPEN_CASES), int(Field.EFFORT)
_TRUST, _FIRST_OF_GOALS = int(Field.TRUST), int(Field.GOAL_PROGRESS)
_ROLE, _WISHES = int(Field.ROLE), int(Field.WISHES_TONE)
#: Preference that each field from WISHES_TONE on reads.
_WISHED = np.array([Preference.TONE, Preference.DETAIL, Preference.ORDER, Preference.PACE, Preference.LANGUAGE], np.int64)
_GIVE, _BALANCE, _PARTY = int(Field.GIVE), int(Field.BALANCE), int(Field.PARTY)
_CONSENT, _VIEWS = int(Field.CONSENT_PROMOTION), int(Field.VIEWS_30D)


@inner
def field_value(field: int, name: int, row: Record, trigger: Record, tables: Tables) -> float:
    """Value of one field at ``trigger["now_ms"]``, NaN when it is unknown.

    Parameters
    ----------
    field : int
        A ``codes.Field``.
    name : int
        Category, trait, channel or goal (name hash) of the fields that take one, else 0.
    row, trigger : ROW, TRIGGER
    tables : Tables
    """
    if field <= _REFUNDED:
        return value_field(field, row, trigger["now_ms"], tables)
    if field == _AFFINITY:
        return share(row, name)
    if field == _TRAIT:
        return trait_value(row, name)
    if field == _TRIGGER:
        return float(trigger["kind"])
    if field == _TRIGGER_CATEGORY:
        return name_or_nan(trigger["category"])
    if field == _TRIGGER_AMOUNT:
        return float(trigger["amount"])
    if field == _ENGAGEMENT:
        return acceptance(row, name, trigger["now_ms"], tables)
    if field == _REACHED:
        return reached_on(row, name, trigger["now_ms"], tables)
    if field >= _TRUST:
        return relation_field(field, name, row, trigger, tables)
    if field >= _FIRST_OF_EFFORT:
        return effort_field(field, row, trigger["now_ms"], tables)
    if field >= _FIRST_OF_LEDGER:
        return ledger_field(field, row, trigger["now_ms"], tables)
    return person_field(field, name, row, trigger["now_ms"], tables)


@inner
def relation_field(field: int, name: int, row: Record, trigger: Record, tables: Tables) -> float:
    """Fields about trust, what the person is worth, what they want to reach, what both sides have given, and the role."""
    now_ms = trigger["now_ms"]
    if field >= _WISHES:
        return wish_field(field, row)
    if field >= _ROLE:
        return role_field(field, row, wide(trigger["account"]))
    if field == _TRUST:
        return trust_field(row, now_ms, tables)
    if field >= _PARTY:
        return talk_field(field, row)
    if field >= _GIVE:
        return bond_field(field, row, cohort_of(row, now_ms, tables) if field == _BALANCE else 0, now_ms, tables)
    if field >= _FIRST_OF_GOALS:
        return goal_field(field, wide(name), row, now_ms, tables)
    return standing_field(field, row, now_ms, tables)


@inner
def wish_field(field: int, row: Record) -> float:
    """Word (name hash) of a stated preference; NaN where none was stated, or it was taken back."""
    at = stated(row, _WISHED[field - _WISHES], wide(_ANY))
    return float(row["preferences"][at]["name"]) if at >= 0 else NAN


@inner
def value_field(field: int, row: Record, now_ms: int, tables: Tables) -> float:
    """Fields about purchases; all but the counts are unknown before the first order (design 13)."""
    if field == _ORDERS:
        return float(row["orders"])
    if field == _SPEND:
        return float(row["spend"])
    if field == _CANCELLATIONS:
        return float(row["cancellations"])
    if field == _REFUNDED:
        return float(row["refunded"])
    settings = tables.settings[0]
    if field == _SPEND_365D:
        return decayed(row["spend_365d"], row["value_as_of_ms"], now_ms, settings["value_half_life_ms"])
    if row["orders"] == 0:
        return 0.0 if field == _FREQUENCY else NAN
    if field == _RECENCY:
        return float(row["last_day"] - row["first_day"])
    if field == _FREQUENCY:
        return float(distinct_days(row) - 1)
    if field == _MONETARY:
        return monetary_value(row)
    today = local_day(wide(settings["zone"]), now_ms, tables)
    return float(today - (row["first_day"] if field == _AGE else row["last_day"]))


@kernel
def monetary_value(row: Record) -> float:
    """Mean spend per purchase day without the first; 0 when there was only one (``lifetimes``)."""
    repeats = distinct_days(row) - 1
    return (row["spend"] - row["first_day_spend"]) / repeats if repeats > 0 else 0.0


@inner
def person_field(field: int, name: int, row: Record, now_ms: int, tables: Tables) -> float:
    """Fields about the person, what is between us, and their local time."""
    if field == _EVENTS:
        return float(row["events"])
    if field == _SINCE_SEEN:
        return days_since(row["last_seen_ms"], now_ms)
    if field == _SINCE_FIRST:
        return days_since(row["first_seen_ms"], now_ms)
    if field == _GRATITUDE:
        return gratitude(row, now_ms, tables)
    if field == _SINCE_THANKED:
        return days_since(row["last_thanked_ms"], now_ms)
    if field == _VIEWS:
        return decayed(row["views_30d"], row["views_as_of_ms"], now_ms, tables.settings[0]["view_half_life_ms"])
    if field == _CART:
        return float(row["cart_value"])
    if field == _LANGUAGE:
        at = stated(row, _LANGUAGE_STATED, _ANY)
        return name_or_nan(row["preferences"][at]["name"] if at >= 0 else row["language"])
    if field == _COUNTRY:
        return name_or_nan(row["country"])
    if field == _HOUR or field == _WEEKDAY:
        return clock_field(field, row, now_ms, tables)
    return contact_field(field, name, row, now_ms)


@inner
def contact_field(field: int, name: int, row: Record, now_ms: int) -> float:
    """Fields about contacts and the consent to them."""
    if field == _CONTACTS_7D:
        return float(contacts_within(row, _ANY, _EVERY_TYPE, now_ms - 7 * DAY_MS, now_ms))
    if field == _CONTACTS_30D:
        return float(contacts_within(row, _ANY, _EVERY_TYPE, now_ms - 30 * DAY_MS, now_ms))
    if field == _PLANNED:
        return float(planned_at(row, now_ms))
    if field == _CONSENT:
        return float(max(standing(row, _PROMOTION, wide(name))[0], -1))
    return NAN


@inner
def clock_field(field: int, row: Record, now_ms: int, tables: Tables) -> float:
    """Hour and weekday of the customer's clock; the policy's where theirs is unknown."""
    local = local_ms(customer_zone(row, tables), now_ms, tables)
    if field == _HOUR:
        return float(local // _HOUR_MS % 24)
    return float((local // DAY_MS + 3) % 7)  # 1970-01-01 was a Thursday


@inner
def planned_at(row: Record, now_ms: int) -> int:
    """Outbound contacts that are planned and not expired."""
    n = 0
    for i in range(wide(row["n_planned"])):
        if row["planned"][i]["outbound"] == 1 and row["planned"][i]["expires_ms"] > now_ms:
            n += 1
    return n


@inner
def trait_value(row: Record, name: int) -> float:
    """A trait's word as its hash, else its number (a flag is 1 or 0)."""
    at = find_trait(row, name)
    if at < 0:
        return NAN
    word = row["traits"][at]["value_name"]
    return float(word) if word != 0 else float(row["traits"][at]["value"])


@inner
def days_since(at_ms: int, now_ms: int) -> float:
    """Days of 24 hours between two instants; unknown when the first is 0 (never)."""
    if at_ms == 0:
        return NAN
    return float(max(now_ms - at_ms, 0)) / float(DAY_MS)


@inner
def name_or_nan(name: int) -> float:
    """A name hash as a number; unknown when it is 0."""
    return float(name) if name != 0 else NAN
