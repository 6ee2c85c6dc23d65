"""``reciprocity``: what counts as given and as got between firm and customer (treatment-formulas 3.15); and what settings get of it."""

from __future__ import annotations

from typing import Any

from platinum.policy import tables as t
from platinum.policy.containers import Key, Record
from platinum.policy.declared import Values
from platinum.policy.shapes import Number
from platinum.policy.synonyms import meant

#: Money that one of each counts, until you say yours (start values, to be calibrated).
GIVES = {"benefit": 5.0, "gift": 5.0, "thanks": 1.0, "promise": 1.0, "effort": 0.5}
GETS = {"referral": 20.0, "review": 5.0, "help": 5.0, "data": 1.0}
#: Referrals, reviews and help, faded, from which on somebody is an ambassador.
AMBASSADOR = 3.0
_MONEY = Number(lowest=0, highest=1e6)

RECIPROCITY = Record(
    "reciprocity",
    {
        "benefit": Key(_MONEY, "Given by an offer that was used, if its action has no `cost`: what it saves.", default="5"),
        "gift": Key(_MONEY, "Given by a surprise, or goodwill within a budget, that has no `cost`.", default="5"),
        "thanks": Key(_MONEY, "Given by a thank-you.", default="1"),
        "promise": Key(_MONEY, "Given by a promise of weight 1 that was kept on time.", default="1"),
        "effort": Key(_MONEY, "Given by each point of effort that an action saves (`effort` below 0).", default="0.5"),
        "referral": Key(_MONEY, "Got by a recommendation.", default="20"),
        "review": Key(_MONEY, "Got by a review.", default="5"),
        "help": Key(_MONEY, "Got by help that a customer gave another.", default="5"),
        "data": Key(_MONEY, "Got by an answer, a wish, a goal or an interest that they told.", default="1"),
        "ambassador": Key(
            Number(above=0, highest=1000),
            "Referrals, reviews and help given, faded, from which on somebody is an ambassador: thanked and invited, never asked to sell.",
            default="3",
        ),
    },
    synonyms=meant(gift="surprise goodwill", benefit="offer saving", referral="recommendation", help="advice", data="information"),
)


def reciprocity_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about ``reciprocity``; what is usual in a cohort is not known before the learner says it."""
    said = values.get("reciprocity", {})
    return {
        **{f"gives_{name}": said.get(name, start) for name, start in GIVES.items()},
        **{f"gets_{name}": said.get(name, start) for name, start in GETS.items()},
        "ambassador": said.get("ambassador", AMBASSADOR),
        "n_bonds": 0,
        "bond_cohorts": (0,) * t.MOST_BONDS,
        "bond_median": (0.0,) * t.MOST_BONDS,
    }
