"""What a decision finds out about the person once, before it looks at any candidate."""

from __future__ import annotations

from typing import Any

from platinum.decide.balance import look_at_bonds, owed_thanks
from platinum.decide.call_back import look_at_call_back
from platinum.decide.explore import unit
from platinum.decide.presenting import look_at_presentation
from platinum.decide.relief import look_at_effort
from platinum.decide.thanking import look_at_thanks
from platinum.decide.tone import look_at_style
from platinum.hashing_kernels import mix64_u
from platinum.jit import constant, inner, int64, uint64
from platinum.policy.tables import (
    FACT_FIRST_ORDER_DATE,
    FACT_LAST_CATEGORY,
    FACT_LAST_ORDER_DATE,
    FACT_ORDERS,
    FACT_TOP_CATEGORY,
)
from platinum.profile.care import needs_care
from platinum.profile.debts import owed_debts
from platinum.profile.gratitude import gratitude
from platinum.profile.known import known_of
from platinum.profile.obligations import MOST_OPEN, n_open
from platinum.profile.preferences import stated
from platinum.profile.quarantine import quarantine_end_ms
from platinum.vocabulary.codes import Kind, Preference

Record = Any

_LANGUAGE, _TONE = constant(Preference.LANGUAGE), constant(Preference.TONE)
_ANY = constant(0)
_REQUEST_MADE = constant(Kind.REQUEST_MADE)
_ANY_LANGUAGE = uint64(0xFFFFFFFFFFFFFFFF)
_NO_LANGUAGE = uint64(0)
_ONE = uint64(1)


@inner
def position(names: Any, name: int) -> int:
    """Index of a name hash, -1 = not there."""
    for i in range(names.shape[0]):
        if names[i] == name:
            return i
    return -1


@inner
def tone_position(tones: Any, name: int) -> int:
    """Index of a tone by its name hash, -1 = not there."""
    for i in range(tones.shape[0]):
        if tones[i]["name"] == name:
            return i
    return -1


@inner
def stated_name(row: Record, kind: int) -> int:
    """Name hash of the standing preference of this kind, 0 = none stated."""
    at = stated(row, kind, _ANY)
    return int(int64(row["preferences"][at]["name"])) if at >= 0 else 0


@inner
def top_category(row: Record, tables: Any) -> int:
    """Name hash of the policy's category with the highest affinity, 0 = none; the sums share one clock."""
    best, name = 0.0, 0
    for i in range(row["n_affinities"]):
        affinity = row["affinities"][i]
        if affinity["sum"] > best and position(tables.categories, int64(affinity["name"])) >= 0:
            best, name = affinity["sum"], int64(affinity["name"])
    return name


@inner
def facts_of(row: Record, top: int, tables: Any) -> int:
    """Bit mask of FACT_* that words may cite about this person."""
    facts = 0
    if row["orders"] > 0:
        facts |= FACT_LAST_ORDER_DATE | FACT_ORDERS | FACT_FIRST_ORDER_DATE
    if position(tables.categories, int64(row["last_category"])) >= 0:  # in the role for an account, the one that was bought for it
        facts |= FACT_LAST_CATEGORY
    return facts | FACT_TOP_CATEGORY if top != 0 else facts


@inner
def thank_due(row: Record, owed: float, settings: Record) -> bool:
    """Whether gratitude ``owed`` is over the threshold θ·(1 + u/2), u by hash: a jitter, not a schedule (3.1).

    u changes with every thank-you and with every policy, so nobody is always late.
    """
    seed = mix64_u(uint64(0), settings["policy"])
    seed = mix64_u(mix64_u(seed, uint64(row["first_seen_ms"])), uint64(row["last_thanked_ms"]))
    return owed > 0.0 and owed >= settings["thank_threshold"] * (1.0 + 0.5 * unit(seed))


@inner
def look_at(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    """Fill PERSON: words they want, what is owed in thanks, what could be cited, whether they asked."""
    settings = tables.settings[0]
    stated = stated_name(row, _LANGUAGE)
    language = position(tables.languages, stated if stated != 0 else int64(row["language"]))
    person["language"] = language
    if stated == 0:
        person["languages"] = _ANY_LANGUAGE
    else:
        person["languages"] = _ONE << uint64(language) if language >= 0 else _NO_LANGUAGE
    tone = stated_name(row, _TONE)
    person["tone"] = tone_position(tables.tones, tone) if tone != 0 else -1
    look_at_style(row, int64(trigger["now_ms"]), tables, person)
    look_at_presentation(row, person)
    person["gratitude"] = gratitude(row, trigger["now_ms"], tables)
    person["whose"] = trigger["person"]
    look_at_bonds(row, int64(trigger["now_ms"]), tables, person)
    owed = owed_thanks(row, int64(trigger["now_ms"]), person)
    person["thank_due"] = 1 if owed or thank_due(row, person["gratitude"], settings) else 0
    look_at_thanks(row, trigger, tables, person)
    person["top_category"] = top_category(row, tables)
    person["facts"] = facts_of(row, person["top_category"], tables)
    now_ms = int64(trigger["now_ms"])
    person["owed"] = owed_debts(row, now_ms, tables)
    person["quarantine_ms"] = quarantine_end_ms(row, now_ms, tables)
    person["care"] = 1 if needs_care(row, now_ms) else 0
    person["full"] = 1 if n_open(row) >= MOST_OPEN else 0
    look_at_call_back(row, now_ms, tables, person)
    look_at_effort(row, now_ms, int64(trigger["kind"]), tables, person)
    person["known"] = known_of(row, now_ms, tables)
    person["asked"] = 1 if trigger["kind"] == _REQUEST_MADE or trigger["intent"] != 0 else 0
