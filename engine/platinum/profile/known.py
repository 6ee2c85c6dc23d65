"""What nobody need be asked: it was said in the open journey or case, or stands in the profile."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import (
    ASKS_CHANNEL,
    ASKS_COUNTRY,
    ASKS_GOAL,
    ASKS_INTENT,
    ASKS_LANGUAGE,
    ASKS_ORDER,
    ASKS_PRESENTATION,
    ASKS_TIMEZONE,
    ASKS_TONE,
    ASKS_TRAITS,
    Tables,
)
from platinum.profile.cases import is_open_case
from platinum.profile.effort import is_open
from platinum.profile.goals import pursues_any
from platinum.profile.preferences import stated
from platinum.profile.row import Record, wide
from platinum.profile.traits import find_trait
from platinum.vocabulary.codes import Preference

_ONE, _NO_REF = np.uint64(1), np.uint64(0)
_LANGUAGE_STATED, _ANY = constant(Preference.LANGUAGE), constant(0)
_TONE, _DETAIL, _ORDER = constant(Preference.TONE), constant(Preference.DETAIL), constant(Preference.ORDER)


@inner
def known_of(row: Record, now_ms: int, tables: Tables) -> np.uint64:
    """Bits of ``ACTION.asks``.

    Intent and channel are known from an open journey or case, the order from an open case with a reference: to the order, or an
    id under which the firm has it; language, country, time zone and traits from whatever said so; a goal from
    one that they stated and have not reached.
    """
    known = wide(0)
    for i in range(wide(row["n_journeys"])):
        journey = row["journeys"][i]
        if is_open(journey, now_ms):
            known |= ASKS_INTENT if journey["intent"] != 0 else 0
            for k in range(wide(journey["n_channels"])):
                known |= ASKS_CHANNEL if journey["channels"][k] != 0 else 0
    for i in range(wide(row["n_obligations"])):
        entry = row["obligations"][i]
        if is_open_case(entry):
            known |= ASKS_INTENT if entry["name"] != 0 else 0
            known |= ASKS_CHANNEL if entry["channel"] != 0 else 0
            known |= ASKS_ORDER if entry["ref"] != _NO_REF else 0
    known |= ASKS_LANGUAGE if row["language"] != 0 or stated(row, _LANGUAGE_STATED, _ANY) >= 0 else 0
    known |= ASKS_COUNTRY if row["country"] != 0 else 0
    known |= ASKS_TIMEZONE if row["timezone"] != 0 else 0
    if row["n_preferences"] > 0:
        known |= ASKS_TONE if stated(row, _TONE, _ANY) >= 0 else 0
        known |= ASKS_PRESENTATION if stated(row, _DETAIL, _ANY) >= 0 and stated(row, _ORDER, _ANY) >= 0 else 0
    if row["n_goals"] > 0:
        known |= ASKS_GOAL if pursues_any(row, now_ms) else 0
    found = np.uint64(known)
    if row["n_traits"] > 0:
        for i in range(tables.traits.shape[0]):
            if find_trait(row, tables.traits[i]["name"]) >= 0:
                found |= _ONE << np.uint64(ASKS_TRAITS + i)
    return found
