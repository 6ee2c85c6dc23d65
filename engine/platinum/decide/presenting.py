"""How content is laid out for this person: how much of it, what first, how soon it comes to the point.

A stated wish wins; else what is known of how they like to be spoken to; else the order in which the policy wrote it. Only what the
action's content has parts for is decided, and nothing here takes a fact away (``policy.arranging``, ``policy.facts``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.tone import LEAST_CONFIDENCE, TENDENCY
from platinum.hashing import name_hash
from platinum.jit import constant, inner, int64
from platinum.policy.arranging import AS_WRITTEN, INFERRED, PER_WISH, STATED
from platinum.policy.tables import HAS_DETAIL, HAS_NEXT, HAS_SIDES
from platinum.profile.preferences import stated
from platinum.vocabulary.codes import Preference
from platinum.vocabulary.manner import DETAIL, DIMENSIONS, ORDER, PACE

Record = Any

_ANY = constant(0)
#: Wishes in the order in which ``policy.arranging`` packs them: preference, words of 1 and 2, dimension whose upper end is 1 or (-) 2.
_KINDS = np.array([Preference.DETAIL, Preference.ORDER, Preference.PACE], np.int64)
_WORDS = np.array([[name_hash(word) for word in pair] for pair in (DETAIL, ORDER, PACE)], np.uint32)
_DIMENSIONS = np.array([DIMENSIONS.index(name) for name in ("detail", "responsive", "pace")], np.int64)
#: brief is the lower end of detail, facts first the lower of responsive, quick the upper of pace.
_SIGNS = np.array([-1.0, -1.0, 1.0])
_NEEDS = np.array([HAS_DETAIL, HAS_SIDES, HAS_NEXT], np.int64)
_N_WISHES = 3


@inner
def look_at_presentation(row: Record, person: Record) -> None:
    """Fill what they wish about the presentation (``policy.arranging``): 0 as written, 1 or 2 as stated, 3 or 4 as inferred."""
    for w in range(_N_WISHES):
        at = stated(row, _KINDS[w], _ANY) if row["n_preferences"] > 0 else -1
        wish = AS_WRITTEN
        if at >= 0:
            wish = STATED if row["preferences"][at]["name"] == _WORDS[w, 0] else STATED + 1
        elif person["manner"]["confidence"][_DIMENSIONS[w]] >= LEAST_CONFIDENCE:
            tends = _SIGNS[w] * person["manner"]["tone"][_DIMENSIONS[w]]
            wish = INFERRED if tends > TENDENCY else INFERRED + 1 if tends < -TENDENCY else AS_WRITTEN
        person["wishes"][w] = wish


@inner
def presented(action: Record, person: Record) -> int:
    """The wishes that this action's content has parts for, packed; 0 = all as written."""
    packed, unit = int64(0), int64(1)
    for w in range(_N_WISHES):
        if action["presents"] & _NEEDS[w]:
            packed += unit * person["wishes"][w]
        unit *= PER_WISH
    return int(packed)
