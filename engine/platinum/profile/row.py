"""The profile row: one structured record per customer, and how its sections are stored.

Lists keep their used entries in front; ``n_<list>`` counts them. Names are 32-bit hashes (``name_hash``), so a
policy that inserts a category shifts nothing. Every time is milliseconds of the log's clock or the event's own
time as named; ``*_s`` are whole seconds (u4 holds until 2106). Decayed sums share one ``*_as_of_ms`` per section.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

#: A record inside a kernel (``rows[i]``, ``events[i]``): numpy's typing has no name for one of a given dtype.
Record = Any
#: ``int`` that also widens inside kernels: there ``int(x)`` keeps an int32, and callees are compiled once per width.
wide = cast("Callable[[Any], int]", np.int64)

MAX_CONSENTS = 16
MAX_PREFERENCES = 16
MAX_AFFINITIES = 32
MAX_TRAITS = 32
MAX_ENGAGED = 12
MAX_RECEIVED = 12
MAX_CONTACTS = 32
MAX_PLANNED = 8
MAX_GIVEN = 24
MAX_PENDING = 4
MAX_RECENT = 32
MAX_ANSWERED = 16
MAX_REACHED = 8
MAX_TRAIT_USES = 8
CASE_BYTES = 48
MAX_OBLIGATIONS = 8  # in the row; the others are in a second one, see ``MORE``
MAX_MORE = 248
MAX_JOURNEYS = 4
MAX_CALLED_OFF = 8
MAX_SPENT = 8
MAX_JOURNEY_CHANNELS = 4
BITMAP_WORDS = 8  # 512 days

CONSENT = np.dtype(
    [
        ("evidence_offset", "<i8"),  # offset of the record that said so, in this customer's partition
        ("at_s", "<u4"),  # event time; the newest statement wins, at equal times the later record
        ("channel", "<u4"),  # 0 = all channels
        ("purpose", "<i2"),  # codes.Purpose
        # 1 granted, -1 denied or revoked, -2 objected, 2 objection withdrawn; 3, -3, -4: ``profile.consent_summary``
        ("state", "<i2"),
    ]
)
PREFERENCE = np.dtype([("name", "<u4"), ("at_s", "<u4"), ("low", "<f4"), ("high", "<f4"), ("kind", "<i2"), ("on", "<i2")])
AFFINITY = np.dtype([("sum", "<f8"), ("name", "<u4")])
TRAIT = np.dtype([("value", "<f8"), ("name", "<u4"), ("value_name", "<u4"), ("at_s", "<u4")])
ENGAGED = np.dtype([("reached", "<f8"), ("accepted", "<f8"), ("channel", "<u4")])
#: How outbound contacts on a channel were received: how many, the sum of what each was worth, the sum of the squares of that.
RECEIVED = np.dtype([("n", "<f4"), ("sum", "<f4"), ("squares", "<f4"), ("channel", "<u4")])
CONTACT = np.dtype(
    [
        ("at_ms", "<i8"),
        ("channel", "<u4"),
        ("type", "<i2"),
        ("outbound", "<i2"),
        ("action", "<u4"),  # 0 = unknown; ``min_interval`` of an action looks at it
    ]
)
GIVEN = np.dtype([("at_ms", "<i8"), ("action", "<u4")])
PLANNED = np.dtype(
    [
        ("ref", "<u8"),  # ids.decision_ref
        ("planned_ms", "<i8"),
        ("send_ms", "<i8"),
        ("expires_ms", "<i8"),  # counts against caps until then
        ("offset", "<i8"),  # with slot and partition: the id of the stream decision that planned it
        ("action", "<u4"),
        ("channel", "<u4"),
        ("slot", "<i4"),
        ("type", "<i2"),
        ("outbound", "<i2"),
    ]
)
#: Of the planned contact ``ref``: who may send it.
CLAIM = np.dtype([("ref", "<u8"), ("claim", "<u8"), ("at_s", "<u4")])
PENDING = np.dtype(
    [
        ("ref", "<u8"),
        ("decided_ms", "<i8"),
        ("closes_ms", "<i8"),  # end of the reward window
        ("reward", "<f4"),
        ("action", "<u4"),
        ("channel", "<u4"),
        ("flags", "<u4"),  # PENDING_*
    ]
)
PENDING_SHOWN = 1
PENDING_ACCEPTED = 2
PENDING_DECLINED = 4
PENDING_OUTBOUND = 8
PENDING_SENT = 16  # its contact was dispatched
PENDING_BOUNCED = 32  # ... and did not arrive
PENDING_TAKEN = 64  # claimed, and its time is over: taken for sent until something else is heard
#: One thing that is open between the firm and the person (design 6, treatment-formulas 3.4, 3.6, 3.17).
OBLIGATION = np.dtype(
    [
        ("ref", "<u8"),  # hash64 of the id of a promise, request, answer or case; ids.decision_ref of an offer
        # when it is due; an offer: until when it holds, or once used is remembered; a closed case: end of its quarantine; 0 = no time
        ("due_ms", "<i8"),
        ("made_ms", "<i8"),  # event time of what made it
        ("offset", "<i8"),  # the record that made it; of a promise that has ended: when that was
        ("name", "<u4"),  # promise class, intent, survey, category of a case, action of an offer
        ("owner", "<u4"),  # name hash of who answers for it, 0 = not said; a used offer: profile.offers.receipt_of
        ("channel", "<u4"),  # a used offer: when it was used; a case: when it was opened last, or taken up again; in seconds since 1970
        ("weight", "<f4"),  # of a promise; severity of a case
        ("amount", "<f4"),  # of a case: money that is owed; of a promise: what its order came to, less refunds; else see profile.requests
        ("kind", "<i2"),  # codes.Obligation
        ("state", "<i2"),  # OWED_* bits
    ]
)
#: ``OBLIGATION.state``: the lane of what we owe has been told that it is nearly due; it is overdue or broken; something was done about it;
#: the customer was told so; closed by the firm; derived, so that it has no id of its own; opened once more; apologised for; ours; its
#: outcome counts in the trust index; closed in time; the customer confirmed it; moved after it had been broken; renegotiated, so that
#: its times are kept beside it (``profile.times``); a call-back that the customer asked for.
STATE_NOTICED, STATE_BROKEN, STATE_ACTED, STATE_TOLD, STATE_CLOSED, STATE_NAMELESS, STATE_AGAIN, STATE_SORRY, STATE_OURS = (
    1 << i for i in range(9)
)
STATE_COUNTED, STATE_IN_TIME, STATE_RIGHT, STATE_MOVED, STATE_TIMES, STATE_ASKED = (1 << i for i in range(9, 15))
#: The second row: obligations for which the first has no room, never evicted. ``next`` chains the ones given back; number 0 is no row: its
#: ``next`` is the first of those, its ``n`` the first that was never used, and its entries are the ``told`` facts of the event in hand.
MORE = np.dtype([("n", "<i4"), ("next", "<i4"), ("told", "<i8"), ("entries", OBLIGATION, (MAX_MORE,))])
#: Where there are no second rows: what finds no room in the first is left out of a row that is thrown away anyhow.
NO_MORE = np.zeros(1, MORE)
#: What one person went through about one intent, without a pause of seven days (treatment-formulas 3.3). Counts stop at 255.
JOURNEY = np.dtype(
    [
        ("first_ms", "<i8"),  # event times
        ("last_ms", "<i8"),
        ("intent", "<u4"),  # 0 = none was named
        ("process", "<u4"),  # the last one met, and when
        ("process_s", "<u4"),
        ("waited_s", "<u4"),
        ("channels", "<u4", (MAX_JOURNEY_CHANNELS,)),  # each once, in order of arrival; 0 = not said
        ("started", "u1", (MAX_JOURNEY_CHANNELS,)),  # contacts begun there
        ("requests", "u1", (MAX_JOURNEY_CHANNELS,)),  # requests made there: of a call and the request made in it, one counts
        ("n_channels", "u1"),
        ("transfers", "u1"),
        ("asked_again", "u1"),
        ("refusals", "u1"),
        ("self_service", "u1"),  # ... that failed
        ("form_errors", "u1"),
        ("state", "<i2"),  # JOURNEY_*
    ]
)
JOURNEY_EASED = 1  # an action that pays the debt ``effort`` has met the customer
#: A category of an order that was cancelled or refunded, and when last.
CALLED_OFF = np.dtype([("category", "<u4"), ("at_s", "<u4")])
#: When the person last had something of a budget, and the policy's local day on which the learner was last told that they could.
SPENT = np.dtype([("budget", "<u4"), ("at_s", "<u4"), ("wanted_day", "<i4")])
REACHED = np.dtype([("rule", "<u4"), ("day", "<i4")])  # when_reached rule, purchase day it was reached for

#: What the person has said about the use of one sensitive trait.
TRAIT_USE = np.dtype(
    [
        ("evidence_offset", "<i8"),
        ("trait", "<u4"),
        ("at_s", "<u4"),  # event time; the newest statement wins
        ("purpose", "<i2"),  # codes.Purpose
        ("state", "<i2"),  # as CONSENT
    ]
)

#: Sections in storage order: (name, layout version that added it, count field or "" for a fixed section, fields).
#: A fixed section is stored when any byte of it is not zero, a list section when its count is not zero.
#: New ones go to the end, whatever they belong to: a section's place is its bit in stored rows, of which there are 32.
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
            ("case_closed_ms", "<i8"),  # newest closing of a case that was our fault, or end of an order by our fault
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
)

#: Layout version that this build writes.
LAYOUT = 4


def row_dtype() -> np.dtype[np.void]:
    """The in-memory record: a presence-independent, fixed-size form of all sections.

    Counts first, then what is fixed, then the lists: a row is 60 cache lines, and what nearly every event reads lies in the
    first five. What is stored does not depend on it.
    """
    counts = [(count, "<i4") for _, _, count, _ in SECTIONS if count]
    fixed = [field for _, _, count, fields in SECTIONS if not count for field in fields]
    lists = [field for _, _, count, fields in SECTIONS if count for field in fields]
    counts.append(("more", "<i4"))  # number of its second row in memory, 0 = none; never stored
    counts.append(("person", "<u8"))  # hash64 of the customer key; never stored, ``RowTable`` knows the key
    return np.dtype([*counts, *((name, *kind) if isinstance(kind, tuple) else (name, kind) for name, kind in [*fixed, *lists])])


#: One customer; a table of them is ROW[N].
ROW = row_dtype()
