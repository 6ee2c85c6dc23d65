"""The profile row: one structured record per customer, and how its sections are stored.

Lists keep their used entries in front; ``n_<list>`` counts them. Names are 32-bit hashes (``name_hash``), so a
policy that inserts a category shifts nothing. Every time is milliseconds of the log's clock or the event's own
time as named; ``*_s`` are whole seconds (u4 holds until 2106). Decayed sums share one ``*_as_of_ms`` per section.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from platinum.profile.entries import (
    AFFINITY,
    ANSWERS,
    BITMAP_WORDS,
    CALLED_OFF,
    CASE_BYTES,
    CLAIM,
    CONSENT,
    CONTACT,
    ELSEWHERE,
    ENGAGED,
    GIVEN,
    GOAL,
    INTEREST,
    JOURNEY,
    MAX_AFFINITIES,
    MAX_ANSWERED,
    MAX_ANSWERS,
    MAX_CALLED_OFF,
    MAX_CONSENTS,
    MAX_CONTACTS,
    MAX_ELSEWHERE,
    MAX_ENGAGED,
    MAX_GIVEN,
    MAX_GOALS,
    MAX_INTERESTS,
    MAX_JOURNEYS,
    MAX_OBLIGATIONS,
    MAX_PENDING,
    MAX_PLANNED,
    MAX_PREFERENCES,
    MAX_REACHED,
    MAX_RECEIVED,
    MAX_RECENT,
    MAX_ROLES,
    MAX_SPENT,
    MAX_TRAIT_USES,
    MAX_TRAITS,
    MAX_TREATED,
    MET,
    N_TONE,
    OBLIGATION,
    OPEN_EXAMPLE,
    PENDING,
    PLANNED,
    PREFERENCE,
    REACHED,
    RECEIVED,
    ROLE,
    SPENT,
    TRAIT,
    TRAIT_USE,
    WRITING,
)

#: A record inside a kernel (``rows[i]``, ``events[i]``): numpy's typing has no name for one of a given dtype.
Record = Any
#: ``int`` that also widens inside kernels: there ``int(x)`` keeps an int32, and callees are compiled once per width.
wide = cast("Callable[[Any], int]", np.int64)

#: Sections in storage order: (name, layout version that added it, count field or "" for a fixed section, fields).
#: A fixed section is stored when any byte of it is not zero, a list section when its count is not zero.
#: New ones go to the end, whatever they belong to: a section's place is its bit in stored rows, of which there are 63 (32 before layout 5).
SECTIONS: tuple[tuple[str, int, str, tuple[tuple[str, object], ...]], ...] = (
    (
        "identity",
        1,
        "",
        (
            ("first_seen_ms", "<i8"),
            ("last_seen_ms", "<i8"),
            ("timer_due_ms", "<i8"),  # earliest pending timer of this row, 0 = none
            ("events", "<u4"),
            ("language", "<u4"),
            ("timezone", "<u4"),
            ("country", "<u4"),
            ("language_at_s", "<u4"),  # event time of each: the newest wins, whatever the order of arrival
            ("timezone_at_s", "<u4"),
            ("country_at_s", "<u4"),
        ),
    ),
    ("consents", 1, "n_consents", (("consents", (CONSENT, (MAX_CONSENTS,))),)),
    ("preferences", 1, "n_preferences", (("preferences", (PREFERENCE, (MAX_PREFERENCES,))),)),
    (
        "value",
        1,
        "",
        (
            ("spend", "<f8"),
            ("first_day_spend", "<f8"),
            ("last_order_ms", "<i8"),  # event time of the newest order
            ("orders", "<u4"),
            ("first_day", "<i4"),  # days since 1970-01-01 in the policy's time zone
            ("last_day", "<i4"),
            ("older_days", "<u4"),  # distinct purchase days that have left the bitmap
            ("last_category", "<u4"),
            ("purchase_days", ("<u8", (BITMAP_WORDS,))),  # bit i of word w: last_day - (64 w + i)
        ),
    ),
    (
        "value_decayed",
        1,
        "",
        (
            ("value_as_of_ms", "<i8"),
            ("spend_365d", "<f8"),
            ("refunded", "<f8"),  # money given back, not decayed
            ("cart_value", "<f8"),
            ("views_30d", "<f8"),
            ("views_as_of_ms", "<i8"),
            ("cancellations", "<u4"),
            ("last_view_category", "<u4"),
        ),
    ),
    ("affinity_clock", 1, "", (("affinity_as_of_ms", "<i8"),)),
    ("affinities", 1, "n_affinities", (("affinities", (AFFINITY, (MAX_AFFINITIES,))),)),
    ("traits", 1, "n_traits", (("traits", (TRAIT, (MAX_TRAITS,))),)),
    ("engagement_clock", 1, "", (("engagement_as_of_ms", "<i8"),)),
    ("engagement", 1, "n_engaged", (("engaged", (ENGAGED, (MAX_ENGAGED,))),)),
    ("contacts", 1, "n_contacts", (("contacts", (CONTACT, (MAX_CONTACTS,))),)),
    ("planned", 1, "n_planned", (("planned", (PLANNED, (MAX_PLANNED,))),)),
    ("pending", 1, "n_pending", (("pending", (PENDING, (MAX_PENDING,))),)),
    ("recent_ids", 1, "n_recent", (("recent", ("<u8", (MAX_RECENT,))),)),
    ("recent_next", 1, "", (("recent_next", "<u4"),)),
    (
        "gratitude",
        1,
        "",
        (
            ("gratitude_as_of_ms", "<i8"),
            ("earned", "<f8"),
            ("thanked", "<f8"),
            ("last_thanked_ms", "<i8"),  # send time of the newest thank-you, planned or dispatched
            ("last_explored_ms", "<i8"),
        ),
    ),
    ("reached", 2, "n_reached", (("reached", (REACHED, (MAX_REACHED,))),)),
    ("given", 3, "n_given", (("given", (GIVEN, (MAX_GIVEN,))),)),  # when actions were last given whose contacts had to give way
    ("answered", 3, "n_answered", (("answered", ("<u8", (MAX_ANSWERED,))),)),  # decisions over HTTP (their refs), oldest first
    ("obligations", 4, "n_obligations", (("obligations", (OBLIGATION, (MAX_OBLIGATIONS,))),)),  # the weightiest
    (
        "ledger",
        4,
        "",
        (
            ("rules_due_ms", "<i8"),  # earliest ``when_reached`` rule; ``timer_due_ms`` is this or the ledger's
            ("ledger_due_ms", "<i8"),  # when something open next becomes due, 0 = never
            ("case_closed_ms", "<i8"),  # newest closing of a case of their own that was our fault, or end of an order by our fault
            ("more_open", "<u4"),  # obligations in the second row
        ),
    ),
    (
        "said",
        4,
        "",
        (
            ("said_as_of_ms", "<i8"),
            ("said", "<f8"),  # weight of promises whose outcome is known, decayed from when they were made
            ("kept", "<f8"),  # ... times how well they were kept
            ("said_ever", "<u4"),
            ("broken_ever", "<u4"),
        ),
    ),
    ("trait_uses", 4, "n_trait_uses", (("trait_uses", (TRAIT_USE, (MAX_TRAIT_USES,))),)),
    ("case_id", 4, "", (("case_ref", "<u8"), ("case_text", ("u1", (CASE_BYTES,))))),  # of the case opened last: its id as it was sent
    (
        "care",
        4,
        "",
        (
            ("care_until_ms", "<i8"),  # 0 = until it is taken back
            ("care_at_s", "<u4"),  # event time of the newest statement
            ("care", "<i4"),  # 1 = needs particular care, as they or somebody for them said; -1 = taken back
        ),
    ),
    ("journeys", 4, "n_journeys", (("journeys", (JOURNEY, (MAX_JOURNEYS,))),)),
    (
        "effort",
        4,
        "",
        (
            ("effort_as_of_ms", "<i8"),
            ("effort", "<f8"),  # effort indices of journeys that are over, decayed from their last event
            ("ces", "<f8"),  # sum of surveyed customer effort scores, 1 (hard) to 7 (easy)
            ("ces_answers", "<u4"),
            ("last_process", "<u4"),  # the last process met in any journey
            ("last_process_s", "<u4"),
        ),
    ),
    ("claims", 4, "n_claims", (("claims", (CLAIM, (MAX_PLANNED,))),)),  # of planned contacts; each goes with its contact
    ("called_off", 4, "n_called_off", (("called_off", (CALLED_OFF, (MAX_CALLED_OFF,))),)),
    (
        "trust",
        4,
        "",
        (
            ("trust_as_of_ms", "<i8"),
            ("offers", "<f8"),  # that met the customer, decayed
            ("clarity", "<f8"),  # sum of the clarity of their terms
            ("cases", "<f8"),  # of ours whose outcome is known, decayed from when they were opened
            ("righted", "<f8"),  # those that were closed in time and that the customer confirmed
            ("received_as_of_ms", "<i8"),  # clock of ``received``
        ),
    ),
    ("received", 4, "n_received", (("received", (RECEIVED, (MAX_RECEIVED,))),)),
    ("spent", 4, "n_spent", (("spent", (SPENT, (MAX_SPENT,))),)),
    ("writing", 5, "", (("style_as_of_ms", "<i8"), ("writing", ("<f8", (len(WRITING),))))),
    (
        "manner",
        5,
        "",
        (
            ("noted", ("<f8", (N_TONE,))),  # by employees: sum of +1 and -1 per dimension, and how many; fading, as of ``style_as_of_ms``
            ("noted_n", ("<f8", (N_TONE,))),
            ("read_n", "<f8"),  # contents of which it is known how far they were read, and the sum of the shares
            ("read_share", "<f8"),
        ),
    ),
    ("life", 5, "", (("life_as_of_ms", "<i8"), ("life", "<f8"))),  # what events in their life add to their potential, a share, decayed
    ("standing", 5, "", (("tier", "<u4"), ("tier_since_s", "<u4"))),  # name hash of the tier in force; record time since when
    ("goals", 5, "n_goals", (("goals", (GOAL, (MAX_GOALS,))),)),
    (
        "treated",
        5,
        "n_treated",
        (("treated", ("<u4", (MAX_TREATED,))),),
    ),  # signatures of the last decisions that were no silence, newest last
    ("surprised", 5, "", (("surprised_ms", "<i8"),)),  # send time of the newest surprise, planned or shown
    (
        "bonds",
        5,
        "",
        (
            ("bonds_as_of_ms", "<i8"),
            ("give", "<f8"),  # money, decayed: what the firm gave them, and what came of them
            ("get", "<f8"),
            ("referrals", "<f8"),  # how many, decayed
            ("reviews", "<f8"),
            ("helped", "<f8"),
        ),
    ),
    (
        "talk",
        5,
        "",
        (
            ("talk_as_of_ms", "<i8"),
            ("talked", "<f8"),  # contacts of ours that reached them, and times that they spoke to us; decayed
            ("listened", "<f8"),
            ("party", "<u4"),  # place in ``vocabulary.bonds.PARTIES``
            ("party_at_s", "<u4"),  # event time of the newest word of it
        ),
    ),
    ("interests", 5, "n_interests", (("interests", (INTEREST, (MAX_INTERESTS,))),)),
    ("roles", 6, "n_roles", (("roles", (ROLE, (MAX_ROLES,))),)),
    ("met", 6, "n_met", (("met", (MET, (MAX_INTERESTS,))),)),
    ("owed_elsewhere", 6, "n_elsewhere", (("owed_elsewhere", (ELSEWHERE, (MAX_ELSEWHERE,))),)),
    ("closed_elsewhere", 6, "", (("closed_elsewhere_ms", "<i8"),)),  # newest closing of a case of ours in accounts' roles
    ("examples", 7, "n_examples", (("examples", (OPEN_EXAMPLE, (MAX_PENDING,))),)),  # of pending decisions; each goes before its decision
    (
        "bought_in",
        7,
        "n_bought",
        (("bought_s", ("<u4", (MAX_AFFINITIES,))),),
    ),  # when they last bought in each of ``affinities``, 0 = never
    ("answers", 7, "n_answers", (("answers", (ANSWERS, (MAX_ANSWERS,))),)),
    ("arm_month", 7, "", (("arm_month", "<u4"),)),  # zones.month_of of the last example whose arm was counted
    ("shopped", 7, "", (("shopped", "<f8"),)),  # orders, fading as interest does, as of ``affinity_as_of_ms``
)

#: Layout version that this build writes.
LAYOUT = 7


def row_dtype() -> np.dtype[np.void]:
    """The in-memory record: a presence-independent, fixed-size form of all sections.

    Counts first, then what is fixed, then the lists: a row is 60 cache lines, and what nearly every event reads lies in the
    first five. What is stored does not depend on it.
    """
    counts = [(count, "<i4") for _, _, count, _ in SECTIONS if count]
    fixed = [field for _, _, count, fields in SECTIONS if not count for field in fields]
    lists = [field for _, _, count, fields in SECTIONS if count for field in fields]
    counts.append(("more", "<i4"))  # number of its second row in memory, 0 = none; never stored
    counts.append(("acting", "<u4"))  # account (name hash) that the event in hand, or a row as seen in a role, is of; never stored
    counts.append(("ended", "<i4"))  # examples that have ended and were not told yet; never stored
    counts.append(("halo", "<i4"))  # 1 + tier as it counts in the role that a row is seen in, 0 = as it is; never stored
    counts.append(("person", "<u8"))  # hash64 of the customer key; never stored, ``RowTable`` knows the key
    return np.dtype([*counts, *((name, *kind) if isinstance(kind, tuple) else (name, kind) for name, kind in [*fixed, *lists])])


#: One customer; a table of them is ROW[N].
ROW = row_dtype()
