"""Who has given whom how much, in money, fading: the two sides of loyalty (treatment-formulas 3.15).

``give`` is what the firm gave: benefits that were used, gifts, thanks, promises kept, effort saved. ``get`` is what came of the person:
margin, referrals, reviews, help for others, what they told. Each is what it costs or saves, as ``reciprocity`` of the policy says.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.numeric import log
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import ActionType, Field, Kind

NAN = np.nan
#: Everything fades like this.
HALF_LIFE_MS = 365.0 * 86_400_000
#: ε of the balance, in money: so little on either side is no relation yet.
SMALL = 1.0
#: Below it the firm owes this person (start).
OWES_BELOW = -1.0
_ORDER, _REFUNDED = int(Kind.ORDER_COMPLETED), int(Kind.ORDER_REFUNDED)
_REFERRAL, _REVIEW, _HELP = int(Kind.REFERRAL_MADE), int(Kind.REVIEW_WRITTEN), int(Kind.HELP_GIVEN)
_SURVEY, _WISH, _GOAL, _INTEREST = (
    int(Kind.SURVEY_ANSWERED),
    int(Kind.PREFERENCE_STATED),
    int(Kind.GOAL_STATED),
    int(Kind.INTEREST_STATED),
)
_THANK_YOU, _SURPRISE, _AMENDS = int(ActionType.THANK_YOU), int(ActionType.SURPRISE), int(ActionType.AMENDS)
_GIVE, _GET, _BALANCE = int(Field.GIVE), int(Field.GET), int(Field.BALANCE)
_REFERRALS, _REVIEWS, _HELPED = int(Field.REFERRALS), int(Field.REVIEWS), int(Field.HELPED)
_NOTHING = constant(0)


@inner
def age_bonds(row: Record, to_ms: int) -> int:
    """Let all sums hold as of ``to_ms`` if that is later; returns as of when they hold."""
    as_of_ms = wide(row["bonds_as_of_ms"])
    if to_ms <= as_of_ms:
        return as_of_ms
    if as_of_ms > 0:
        row["give"] = decayed(row["give"], as_of_ms, to_ms, HALF_LIFE_MS)
        row["get"] = decayed(row["get"], as_of_ms, to_ms, HALF_LIFE_MS)
        row["referrals"] = decayed(row["referrals"], as_of_ms, to_ms, HALF_LIFE_MS)
        row["reviews"] = decayed(row["reviews"], as_of_ms, to_ms, HALF_LIFE_MS)
        row["helped"] = decayed(row["helped"], as_of_ms, to_ms, HALF_LIFE_MS)
    row["bonds_as_of_ms"] = to_ms
    return to_ms


@inner
def give(row: Record, money: float, at_ms: int) -> None:
    """The firm gave so much; negative takes back what did not happen after all."""
    if money != 0.0:
        as_of_ms = age_bonds(row, at_ms)
        row["give"] = add_decayed(row["give"], as_of_ms, money, at_ms, HALF_LIFE_MS)


@inner
def get(row: Record, money: float, at_ms: int) -> None:
    """So much came of the person; negative takes it back."""
    if money != 0.0:
        as_of_ms = age_bonds(row, at_ms)
        row["get"] = add_decayed(row["get"], as_of_ms, money, at_ms, HALF_LIFE_MS)


@inner
def fold_bonds(row: Record, event: Record, tables: Tables) -> None:
    """What one event says that came of the person."""
    kind, at_ms, settings = wide(event["kind"]), wide(event["occurred_ms"]), tables.settings[0]
    if kind == _ORDER:
        get(row, settings["margin"] * max(event["amount"], 0.0), at_ms)
    elif kind == _REFUNDED:
        get(row, -settings["margin"] * max(event["amount"], 0.0), at_ms)
    elif kind == _REFERRAL:
        as_of_ms = age_bonds(row, at_ms)
        row["referrals"] = add_decayed(row["referrals"], as_of_ms, 1.0, at_ms, HALF_LIFE_MS)
        get(row, settings["gets_referral"], at_ms)
    elif kind == _REVIEW:
        as_of_ms = age_bonds(row, at_ms)
        row["reviews"] = add_decayed(row["reviews"], as_of_ms, 1.0, at_ms, HALF_LIFE_MS)
        get(row, settings["gets_review"], at_ms)
    elif kind == _HELP:
        as_of_ms = age_bonds(row, at_ms)
        row["helped"] = add_decayed(row["helped"], as_of_ms, 1.0, at_ms, HALF_LIFE_MS)
        get(row, settings["gets_help"], at_ms)
    elif kind == _SURVEY or kind == _WISH or ((kind == _GOAL or kind == _INTEREST) and event["account"] == 0):  # else it is kept nowhere
        get(row, settings["gets_data"], at_ms)


@inner
def give_by(row: Record, action: Record, n: float, at_ms: int, tables: Tables) -> None:
    """A decision for ``action`` met the person (``n`` = 1), or did not after all (-1); what an offer gives counts when it is used."""
    settings, kind = tables.settings[0], action["type"]
    if action["effort"] < 0.0:
        give(row, -n * action["effort"] * settings["gives_effort"], at_ms)
    if kind == _THANK_YOU:
        give(row, n * settings["gives_thanks"], at_ms)
    elif kind == _SURPRISE or (kind == _AMENDS and action["budget"] > 0):
        give(row, n * (action["cost"] if action["cost"] > 0.0 else settings["gives_gift"]), at_ms)


@inner
def merge_bonds(row: Record, other: Record) -> None:
    """What both histories have."""
    at_ms = wide(other["bonds_as_of_ms"])
    if at_ms == 0:
        return
    as_of_ms = age_bonds(row, at_ms)
    row["give"] = add_decayed(row["give"], as_of_ms, other["give"], at_ms, HALF_LIFE_MS)
    row["get"] = add_decayed(row["get"], as_of_ms, other["get"], at_ms, HALF_LIFE_MS)
    row["referrals"] = add_decayed(row["referrals"], as_of_ms, other["referrals"], at_ms, HALF_LIFE_MS)
    row["reviews"] = add_decayed(row["reviews"], as_of_ms, other["reviews"], at_ms, HALF_LIFE_MS)
    row["helped"] = add_decayed(row["helped"], as_of_ms, other["helped"], at_ms, HALF_LIFE_MS)


@kernel
def faded(row: Record, amount: float, now_ms: int) -> float:
    """One of the sums at ``now_ms``; money that was taken back beyond what came is nothing."""
    return max(0.0, decayed(amount, wide(row["bonds_as_of_ms"]), now_ms, HALF_LIFE_MS))


@kernel
def given(row: Record, now_ms: int) -> float:
    """What the firm gave, money."""
    return faded(row, float(row["give"]), now_ms)


@kernel
def got(row: Record, now_ms: int) -> float:
    """What came of the person, money."""
    return faded(row, float(row["get"]), now_ms)


@inner
def usual(cohort: int, tables: Tables) -> float:
    """Median of ln((give + ε)/(get + ε)) in a cohort (name hash); NaN where the learner does not know it."""
    settings = tables.settings[0]
    for i in range(wide(settings["n_bonds"])):
        if settings["bond_cohorts"][i] == cohort:
            return float(settings["bond_median"][i])
    return NAN


@inner
def is_balance_known(row: Record) -> bool:
    """Whether a row says what was given and what came of it: as seen in the role for an account it does not, it is their own."""
    return bool(row["acting"] == 0)


@kernel
def balance_of(row: Record, cohort: int, now_ms: int, tables: Tables) -> float:
    """RB = ln((give + ε)/(get + ε)) − median of the cohort; NaN until that is known. Below 0 the person gave more than is usual."""
    median = usual(cohort, tables) if tables.settings[0]["n_bonds"] > 0 and is_balance_known(row) else NAN
    if median != median:
        return NAN
    return float(log((given(row, now_ms) + SMALL) / (got(row, now_ms) + SMALL)) - median)


@kernel
def advocacy(row: Record, now_ms: int) -> float:
    """Referrals, reviews and help given, faded."""
    return faded(row, float(row["referrals"] + row["reviews"] + row["helped"]), now_ms)


@kernel
def is_ambassador(row: Record, now_ms: int, tables: Tables) -> bool:
    """Whether they have done so much for the firm that they are thanked and invited, and never asked to sell."""
    return bool(row["bonds_as_of_ms"] > 0 and advocacy(row, now_ms) >= tables.settings[0]["ambassador"])


@kernel
def bond_field(field: int, row: Record, cohort: int, now_ms: int, tables: Tables) -> float:
    """Value of a ``codes.Field`` from GIVE to AMBASSADOR."""
    if field == _GIVE:
        return given(row, now_ms) if is_balance_known(row) else NAN
    if field == _GET:
        return got(row, now_ms) if is_balance_known(row) else NAN
    if field == _BALANCE:
        return balance_of(row, cohort, now_ms, tables)
    if field == _REFERRALS:
        return faded(row, float(row["referrals"]), now_ms)
    if field == _REVIEWS:
        return faded(row, float(row["reviews"]), now_ms)
    if field == _HELPED:
        return faded(row, float(row["helped"]), now_ms)
    return 1.0 if is_ambassador(row, now_ms, tables) else 0.0
