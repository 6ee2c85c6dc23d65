"""Whether an action is meant for this person at all: stated tastes, conditions, facts to cite, intervals."""

from __future__ import annotations

from typing import Any

from platinum.decide.aiming import worth_asking
from platinum.decide.call_back import puts_off
from platinum.decide.parties import concerns
from platinum.decide.promising import may_promise
from platinum.decide.record import FREE, NEVER
from platinum.decide.tone import speaks
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.called_off import rests_until_ms
from platinum.profile.preferences import forbids
from platinum.vocabulary.codes import ActionType, Lane

Record = Any

_ASKED, _OWED, _GROWTH = constant(Lane.ASKED), constant(Lane.OWED), constant(Lane.GROWTH)
_THANK_YOU, _OFFER = constant(ActionType.THANK_YOU), constant(ActionType.OFFER)
_SURPRISE = constant(ActionType.SURPRISE)
_NO_CHANNEL = constant(0)
_NOTHING = uint64(0)


@inner
def taste(action: Record, row: Record, person: Record) -> int:
    """Stated preferences about type, category and language of an action: FREE or NEVER."""
    if row["n_preferences"] == 0:
        return int(FREE)
    unwanted = forbids(row, int64(action["type"]), int64(action["category"]), _NO_CHANNEL, _NO_CHANNEL)
    return int(FREE if not unwanted and speaks(action, person) else NEVER)


@inner
def meant(action: Record, trigger: Record, person: Record, tables: Any) -> bool:
    """What the lane asks of an action: facts to cite, a request that it answers, gratitude that is due."""
    if (action["facts"] & ~person["facts"]) != 0 or not concerns(action, person):
        return False
    if person["full"] != 0 and (action["promises"] != 0 or action["type"] == _OFFER):
        return False  # what could not be kept in mind is not promised
    if action["promises"] != 0 and (not may_promise(action, tables) or puts_off(action, int64(trigger["now_ms"]), person, tables)):
        return False
    if (action["asks"] & person["known"]) != _NOTHING:
        return False  # nobody is asked for what they have said
    if not worth_asking(action, person, tables.settings[0]):
        return False
    if action["lane"] == _ASKED:
        return bool(person["asked"] != 0 and (action["intent"] == 0 or action["intent"] == trigger["intent"]))
    if action["lane"] == _OWED:
        return bool(action["pays"] == 0 or (action["pays"] & person["owed"]) != 0)
    if action["type"] == _SURPRISE:
        return bool(person["surprise_day"] != 0)
    return bool(action["type"] != _THANK_YOU or person["thank_due"] != 0)


@inner
def last_contact_ms(row: Record, action: int, now_ms: int) -> int:
    """Send time of the newest contact of an action (name hash), made or planned; FREE = none is known."""
    latest = FREE
    for i in range(row["n_contacts"]):
        if row["contacts"][i]["action"] == action:
            latest = max(latest, row["contacts"][i]["at_ms"])
    for i in range(row["n_given"]):
        if row["given"][i]["action"] == action:
            latest = max(latest, row["given"][i]["at_ms"])
    for i in range(row["n_planned"]):
        planned = row["planned"][i]
        if planned["action"] == action and planned["expires_ms"] > now_ms:
            latest = max(latest, planned["send_ms"])
    return int(latest)


@inner
def interval_end(action: Record, row: Record, now_ms: int, rest_ms: int) -> int:
    """When the interval of the action, and (``rest_ms``) of thank-yous as such, is over; FREE = neither runs."""
    end = FREE
    if action["min_interval_ms"] > 0:
        last = last_contact_ms(row, action["name"], now_ms)
        end = last + action["min_interval_ms"] if last != FREE else FREE
    if action["type"] == _THANK_YOU and rest_ms > 0 and row["last_thanked_ms"] != 0:
        end = max(end, row["last_thanked_ms"] + rest_ms)
    return int(end)


@inner
def fit(action: Record, row: Record, trigger: Record, person: Record, tables: Any) -> int:
    """Eligibility of an action whose condition holds: FREE, NEVER, or the instant from which it may be sent."""
    if not meant(action, trigger, person, tables):
        return int(NEVER)
    end = interval_end(action, row, trigger["now_ms"], tables.settings[0]["thank_interval_ms"])
    if action["type"] == _THANK_YOU:
        end = max(end, int64(person["thanks_from_ms"]))
    elif action["type"] == _SURPRISE:
        end = max(end, int64(person["surprise_from_ms"]))
    if action["lane"] == _GROWTH and action["category"] != 0 and row["n_called_off"] > 0:
        end = max(end, rests_until_ms(row, action["category"], tables))
    return end
