"""Two rows of one person become one: what any order of arrival leaves the same is what folding both histories into one row gives.

Only that is merged (``profile.order_free`` names it); what depends on the order stays as the first row has it, and whoever merges
identities decides about it. The slow twin is the fold of the whole history: ``tests/property/test_order_free.py``.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.affinity import add_interest, add_shopped, find_interest, note_bought
from platinum.profile.bonds import merge_bonds
from platinum.profile.called_off import remember_called_off
from platinum.profile.care import state_use
from platinum.profile.consent import state_consent
from platinum.profile.decay import add_decayed
from platinum.profile.entries import BITMAP_WORDS
from platinum.profile.goals import merge_goals
from platinum.profile.gratitude import earn
from platinum.profile.identity import newer
from platinum.profile.interests import merge_interests
from platinum.profile.journeys import take_over
from platinum.profile.merge_ledger import merge_ledger
from platinum.profile.preferences import put_preference
from platinum.profile.purchase_days import mark_day
from platinum.profile.roles import merge_roles
from platinum.profile.row import Record, wide
from platinum.profile.style import merge_style
from platinum.profile.talk import merge_talk
from platinum.profile.traits import put_trait

_ONE, _NO_BIT = np.uint64(1), np.uint64(0)


@kernel
def merge(row: Record, more: Record, other: Record, others_more: Record, tables: Tables) -> None:
    """Make of ``row`` what both histories together give, as far as that does not depend on the order.

    Parameters
    ----------
    row, other : ROW
        Of one person; ``row`` is changed, ``other`` is not.
    more, others_more : MORE[*]
        Second rows of each; may be the same array. ``more`` needs room for one page.

    Notes
    -----
    Message ids are not compared: an event that is in both histories counts twice. Where a promise was made in one history and kept in the
    other, the two meet if neither has been forgotten (``order_free``).
    """
    merge_identity(row, other)
    merge_words(row, other, tables)
    merge_value(row, other, tables)
    merge_interest(row, other, tables)
    merge_ledger(row, more, other, others_more, tables)
    merge_trust(row, other, tables)
    merge_style(row, other)
    merge_life(row, other, tables)
    merge_goals(row, other)
    merge_bonds(row, other)
    merge_talk(row, other)
    merge_interests(row, other)
    merge_roles(row, other)
    take_over(row, other, tables)
    for i in range(wide(other["n_called_off"])):
        remember_called_off(row, wide(other["called_off"][i]["category"]), wide(other["called_off"][i]["at_s"]))


@inner
def merge_identity(row: Record, other: Record) -> None:
    """Signs of life, and the newest word about language, zone and country."""
    if other["events"] == 0:
        return
    if row["events"] == 0 or other["first_seen_ms"] < row["first_seen_ms"]:
        row["first_seen_ms"] = other["first_seen_ms"]
    row["last_seen_ms"] = max(wide(row["last_seen_ms"]), wide(other["last_seen_ms"]))
    row["events"] += other["events"]
    if newer(other["language"], other["language_at_s"], row["language"], row["language_at_s"]):
        row["language"], row["language_at_s"] = other["language"], other["language_at_s"]
    if newer(other["timezone"], other["timezone_at_s"], row["timezone"], row["timezone_at_s"]):
        row["timezone"], row["timezone_at_s"] = other["timezone"], other["timezone_at_s"]
    if newer(other["country"], other["country_at_s"], row["country"], row["country_at_s"]):
        row["country"], row["country_at_s"] = other["country"], other["country_at_s"]


@inner
def merge_words(row: Record, other: Record, tables: Tables) -> None:
    """What was said: consents, wishes, traits, their use, care."""
    for i in range(wide(other["n_consents"])):
        said = other["consents"][i]
        at_ms, offset = wide(said["at_s"]) * 1000, wide(said["evidence_offset"])
        state_consent(row, wide(said["purpose"]), wide(said["channel"]), wide(said["state"]), at_ms, offset)
    for i in range(wide(other["n_preferences"])):
        put_preference(row, other["preferences"][i])
    for i in range(wide(other["n_traits"])):
        theirs = other["traits"][i]
        put_trait(row, wide(theirs["name"]), float(theirs["value"]), wide(theirs["value_name"]), wide(theirs["at_s"]), tables)
    for i in range(wide(other["n_trait_uses"])):
        use = other["trait_uses"][i]
        at_ms, offset = wide(use["at_s"]) * 1000, wide(use["evidence_offset"])
        state_use(row, wide(use["trait"]), wide(use["purpose"]), wide(use["state"]), at_ms, offset)
    level = other["care_at_s"] == row["care_at_s"] and other["care"] > row["care"]
    if other["care"] != 0 and (row["care"] == 0 or other["care_at_s"] > row["care_at_s"] or level):
        row["care"], row["care_at_s"], row["care_until_ms"] = other["care"], other["care_at_s"], other["care_until_ms"]


@inner
def merge_value(row: Record, other: Record, tables: Tables) -> None:
    """Purchases: sums, first and last day, and every day between."""
    row["refunded"] += other["refunded"]
    row["cancellations"] += other["cancellations"]
    if other["orders"] == 0:
        return
    _merge_days(row, other)
    first = row["orders"] == 0
    if first or other["first_day"] < row["first_day"]:
        row["first_day"], row["first_day_spend"] = other["first_day"], other["first_day_spend"]
    elif other["first_day"] == row["first_day"]:
        row["first_day_spend"] += other["first_day_spend"]
    same = other["last_order_ms"] == row["last_order_ms"] and other["last_category"] > row["last_category"]
    if first or other["last_order_ms"] > row["last_order_ms"] or same:
        row["last_order_ms"], row["last_category"] = other["last_order_ms"], other["last_category"]
    row["spend"] += other["spend"]
    row["orders"] += other["orders"]
    as_of_ms, at_ms = wide(row["value_as_of_ms"]), wide(other["value_as_of_ms"])
    half_life_ms = tables.settings[0]["value_half_life_ms"]
    row["spend_365d"] = add_decayed(row["spend_365d"], as_of_ms, other["spend_365d"], at_ms, half_life_ms)
    row["value_as_of_ms"] = max(as_of_ms, at_ms)


@inner
def _merge_days(row: Record, other: Record) -> None:
    """Purchase days, each once; those that have left the window of either row are only counted."""
    row["older_days"] += other["older_days"]
    if row["orders"] == 0:
        row["last_day"] = other["last_day"]
        for w in range(BITMAP_WORDS):
            row["purchase_days"][w] = other["purchase_days"][w]
        return
    last_day = wide(other["last_day"])
    for back in range(64 * BITMAP_WORDS):
        if (other["purchase_days"][back >> 6] >> np.uint64(back & 63)) & _ONE != _NO_BIT:
            mark_day(row, last_day - back)


@inner
def merge_interest(row: Record, other: Record, tables: Tables) -> None:
    """Views, interest in categories, and what gratitude was earned."""
    settings, at_ms = tables.settings[0], wide(other["views_as_of_ms"])
    same = at_ms == row["views_as_of_ms"] and other["last_view_category"] > row["last_view_category"]
    if at_ms > row["views_as_of_ms"] or same:
        row["last_view_category"] = other["last_view_category"]
    as_of_ms = wide(row["views_as_of_ms"])
    row["views_30d"] = add_decayed(row["views_30d"], as_of_ms, other["views_30d"], at_ms, settings["view_half_life_ms"])
    row["views_as_of_ms"] = max(as_of_ms, at_ms)
    add_shopped(row, float(other["shopped"]), wide(other["affinity_as_of_ms"]), tables)
    for i in range(wide(other["n_affinities"])):
        theirs = other["affinities"][i]
        add_interest(row, theirs["name"], float(theirs["sum"]), wide(other["affinity_as_of_ms"]), tables)
        at = find_interest(row, theirs["name"])
        if at >= 0 and i < other["n_bought"] and other["bought_s"][i] != 0:
            note_bought(row, at, wide(other["bought_s"][i]) * 1000)
    earn(row, float(other["earned"]), wide(other["gratitude_as_of_ms"]), tables)


@inner
def merge_trust(row: Record, other: Record, tables: Tables) -> None:
    """The sums that trust is made of; they share one clock, so that none can be left out."""
    half_life_ms, as_of_ms, at_ms = tables.settings[0]["promise_half_life_ms"], wide(row["trust_as_of_ms"]), wide(other["trust_as_of_ms"])
    row["offers"] = add_decayed(row["offers"], as_of_ms, other["offers"], at_ms, half_life_ms)
    row["clarity"] = add_decayed(row["clarity"], as_of_ms, other["clarity"], at_ms, half_life_ms)
    row["cases"] = add_decayed(row["cases"], as_of_ms, other["cases"], at_ms, half_life_ms)
    row["righted"] = add_decayed(row["righted"], as_of_ms, other["righted"], at_ms, half_life_ms)
    row["trust_as_of_ms"] = max(as_of_ms, at_ms)


@inner
def merge_life(row: Record, other: Record, tables: Tables) -> None:
    """What events in their life add to their potential."""
    half_life_ms, at_ms = tables.settings[0]["life_half_life_ms"], wide(other["life_as_of_ms"])
    row["life"] = add_decayed(row["life"], wide(row["life_as_of_ms"]), other["life"], at_ms, half_life_ms)
    row["life_as_of_ms"] = max(wide(row["life_as_of_ms"]), at_ms)
