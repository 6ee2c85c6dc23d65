"""Which gate applies in which lane (design 7), and why: the published matrix.

A recall is not stopped by a cap; what is owed is never stopped by a budget; what sells is stopped by everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from platinum.vocabulary.codes import N_GATES, N_LANES, Gate, Lane

#: What each gate asks.
QUESTIONS: Mapping[Gate, str] = MappingProxyType(
    {
        Gate.CONSENT: "Is there a ground to contact this person for this purpose on this channel, and no objection?",
        Gate.PREFERENCE: "Does it respect everything they said about channel, language, type, category and cadence?",
        Gate.SENSITIVITY: "Is the person vulnerable, or does it rest on a sensitive trait?",
        Gate.QUARANTINE: "Is something of ours still being made right?",
        Gate.ELIGIBILITY: "Do the action's own conditions hold?",
        Gate.SUITABILITY: "Does it fit what this person already has and can use?",
        Gate.TERMS: "Are all terms of the offer known to the customer beforehand, and does it still hold when it would be sent?",
        Gate.CAP: "Is there room left under every cap?",
        Gate.QUIET_HOURS: "Is it a decent hour where they are? Otherwise it is held to the first that is.",
        Gate.BUDGET: "Is there budget left?",
        Gate.RAMP: "Has the ramp of the action reached this person?",
    }
)

_YES, _NO = True, False
_SILENT = (_NO, "silence contacts nobody")
_BY_LAW = "law or safety demands it of us"
_OWED = "we owe it: what we owe is not rationed"
_ASKED = "they asked: an answer is no intrusion"

#: (gate, lane) → (applies, reason).
CELLS: Mapping[tuple[Gate, Lane], tuple[bool, str]] = MappingProxyType(
    {
        (Gate.CONSENT, Lane.LEGAL): (_YES, "the ground is the law itself, and is recorded"),
        (Gate.CONSENT, Lane.OWED): (_YES, "the ground is the contract; an objection to it still holds"),
        (Gate.CONSENT, Lane.ASKED): (_YES, "the ground is the request or the contract"),
        (Gate.CONSENT, Lane.THANK): (_YES, "nobody is thanked or asked against their will"),
        (Gate.CONSENT, Lane.GROWTH): (_YES, "no promotion without consent or an existing-customer ground"),
        (Gate.PREFERENCE, Lane.LEGAL): (_NO, "a recall reaches people who said no e-mail"),
        (Gate.PREFERENCE, Lane.OWED): (_YES, "what is owed comes the way they want it"),
        (Gate.PREFERENCE, Lane.ASKED): (_YES, "the answer comes the way they want it"),
        (Gate.PREFERENCE, Lane.THANK): (_YES, "thanks that ignore a wish are none"),
        (Gate.PREFERENCE, Lane.GROWTH): (_YES, "stated wishes win"),
        (Gate.SENSITIVITY, Lane.LEGAL): (_NO, _BY_LAW),
        (Gate.SENSITIVITY, Lane.OWED): (_NO, "vulnerable people are owed no less"),
        (Gate.SENSITIVITY, Lane.ASKED): (_NO, "vulnerable people are answered like all others"),
        (Gate.SENSITIVITY, Lane.THANK): (_YES, "no surprises and surveys for people in need of rest"),
        (Gate.SENSITIVITY, Lane.GROWTH): (_YES, "vulnerable people are not sold to"),
        (Gate.QUARANTINE, Lane.LEGAL): (_NO, _BY_LAW),
        (Gate.QUARANTINE, Lane.OWED): (_NO, "making it right is what quarantine waits for"),
        (Gate.QUARANTINE, Lane.ASKED): (_NO, _ASKED),
        (Gate.QUARANTINE, Lane.THANK): (_YES, "no thanks for business in the middle of a complaint"),
        (Gate.QUARANTINE, Lane.GROWTH): (_YES, "nothing is sold while something of ours is broken"),
        (Gate.ELIGIBILITY, Lane.LEGAL): (_YES, "the conditions say whom it concerns"),
        (Gate.ELIGIBILITY, Lane.OWED): (_YES, "the conditions say whom it concerns"),
        (Gate.ELIGIBILITY, Lane.ASKED): (_YES, "the conditions say whom it concerns"),
        (Gate.ELIGIBILITY, Lane.THANK): (_YES, "the conditions say whom it concerns"),
        (Gate.ELIGIBILITY, Lane.GROWTH): (_YES, "the conditions say whom it concerns"),
        (Gate.SUITABILITY, Lane.LEGAL): (_NO, _BY_LAW),
        (Gate.SUITABILITY, Lane.OWED): (_NO, "what is owed is fixed already"),
        (Gate.SUITABILITY, Lane.ASKED): (_YES, "what they ask for must fit them too"),
        (Gate.SUITABILITY, Lane.THANK): (_YES, "a surprise must fit them"),
        (Gate.SUITABILITY, Lane.GROWTH): (_YES, "nothing unsuitable is sold"),
        (Gate.TERMS, Lane.LEGAL): (_NO, "a notice sells nothing"),
        (Gate.TERMS, Lane.OWED): (_NO, "what is owed has no terms"),
        (Gate.TERMS, Lane.ASKED): (_YES, "an offer they asked for has terms like any other"),
        (Gate.TERMS, Lane.THANK): (_NO, "a thank-you never sells, which the policy compiler holds"),
        (Gate.TERMS, Lane.GROWTH): (_YES, "no offer with a term left out"),
        (Gate.CAP, Lane.LEGAL): (_NO, _BY_LAW),
        (Gate.CAP, Lane.OWED): (_NO, _OWED),
        (Gate.CAP, Lane.ASKED): (_NO, _ASKED),
        (Gate.CAP, Lane.THANK): (_YES, "thanks and questions are contacts too"),
        (Gate.CAP, Lane.GROWTH): (_YES, "caps are made for this"),
        (Gate.QUIET_HOURS, Lane.LEGAL): (_NO, "danger does not wait for the morning"),
        (Gate.QUIET_HOURS, Lane.OWED): (_YES, "held to the first decent hour, never dropped"),
        (Gate.QUIET_HOURS, Lane.ASKED): (_NO, "they chose the hour when they asked"),
        (Gate.QUIET_HOURS, Lane.THANK): (_YES, "thanks keep until the morning"),
        (Gate.QUIET_HOURS, Lane.GROWTH): (_YES, "offers keep until the morning"),
        (Gate.BUDGET, Lane.LEGAL): (_NO, _BY_LAW),
        (Gate.BUDGET, Lane.OWED): (_NO, "what is owed is never stopped by budget; goodwill on top, which names one, is"),
        (Gate.BUDGET, Lane.ASKED): (_NO, _ASKED),
        (Gate.BUDGET, Lane.THANK): (_YES, "surprises cost money"),
        (Gate.BUDGET, Lane.GROWTH): (_YES, "offers cost money"),
        (Gate.RAMP, Lane.LEGAL): (_NO, _BY_LAW),
        (Gate.RAMP, Lane.OWED): (_NO, "what is owed is owed to everybody"),
        (Gate.RAMP, Lane.ASKED): (_NO, "who asks is answered, each of them"),
        (Gate.RAMP, Lane.THANK): (_YES, "what is new may begin with few"),
        (Gate.RAMP, Lane.GROWTH): (_YES, "what is new may begin with few"),
        **{(gate, Lane.SILENCE): _SILENT for gate in Gate},
    }
)


def matrix() -> NDArray[np.uint8]:
    """The matrix as ``Tables.matrix``: uint8[N_GATES, N_LANES], 1 = the gate applies in the lane."""
    applies = np.zeros((N_GATES, N_LANES), np.uint8)
    for (gate, lane), (yes, _) in CELLS.items():
        applies[gate, lane] = yes
    return applies
