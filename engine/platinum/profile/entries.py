"""What the lists of a profile row are made of: one record type per list, and how many entries each may have."""

from __future__ import annotations

import numpy as np

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
MAX_GOALS = 6
MAX_TREATED = 10
MAX_INTERESTS = 8
MAX_ROLES = 4
MAX_ANSWERS = 8
MAX_ELSEWHERE = 24  # ``elsewhere.MOST`` of them by events, the rest by decisions
ACCOUNT_BYTES = 48
BITMAP_WORDS = 8  # 512 days
#: What is counted of somebody's own words, fading: members of ``row["writing"]``. The last three pairs are ``events.manner_words``.
WRITING = (
    *("texts", "words", "sentences", "letters", "questions", "lively", "greetings", "imperatives", "figures", "known_words"),
    *("bound_words", "loose_words", "formal_marks", "familiar_marks", "urgent_marks", "calm_marks", "feeling_marks"),
)
#: Features that an example has room for: of the person (``policy.features``), and of what a candidate is to them (``profile.own``).
N_FEATURES, N_OWN = 64, 8
N_TONE = 5  # dimensions of a tone, ``vocabulary.manner.DIMENSIONS``

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
PENDING_OVERRIDDEN = 128  # an employee did something else; the learner has been told
PENDING_VISITED = 256  # they came by themselves within its window; ordered; complained; want no more of it
PENDING_ORDERED, PENDING_COMPLAINED, PENDING_GONE = 512, 1024, 2048
PENDING_LATE = 4096  # an answer came when its window was over; the learner has been told
PENDING_DISMISSED, PENDING_REFUSED = 8192, 16384  # which of the two ``PENDING_DECLINED`` was, or both
#: What the learner will be told of a pending decision once it is known what came of it (``profile.examples``); of lanes that are not
#: scored there is nothing to learn, so not every pending decision has one. Features are multiples of 1/1024.
#: ``OPEN_EXAMPLE.state``: codes.Closed (what has ended is told before the next event), codes.Arm that they are in times ``ARM_IN``, whether
#: that had a say in the decision, and whether they are counted by this example: the first of theirs in the month; whether something else
#: was the best and this was drawn to learn.
CLOSED_BITS, EXPLORED, ARM_IN, ARM_SAID, ARM_COUNTS = 7, 8, 16, 64, 128
OPEN_EXAMPLE = np.dtype(
    [
        ("ref", "<u8"),
        ("reward", "<f4"),  # so far
        ("p_chosen", "<f4"),
        ("utility", "<f4"),  # money
        ("schema", "<u4"),  # hash of what the features are (``SETTINGS.schema``)
        ("tone", "<u4"),  # name hash, 0 = no words, or not ours to choose
        ("p_accept", "<u2"),  # of 65,535
        ("hour", "u1"),  # hour of the week, on their own clock, from when it could be sent: Monday 0:00 is 0
        ("state", "u1"),  # codes.Closed, EXPLORED, ARM_*
        ("x", "<i2", (N_FEATURES,)),
        ("z", "<i2", (N_OWN,)),
    ]
)
#: How often an action met the person, and how they answered; all are halved when one of them is full.
ANSWERS = np.dtype([("action", "<u4"), ("yes", "u1"), ("no", "u1"), ("given", "<u2")])
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
#: Something that somebody is interested in; ``wants`` 1: to be introduced to others who share it.
INTEREST = np.dtype([("name", "<u4"), ("at_s", "<u4"), ("wants", "<i4")])
#: Of an interest (its name): pseudonym of the person about whom they answered last whether to be introduced, and when.
MET = np.dtype([("who", "<u8"), ("name", "<u4"), ("at_s", "<u4")])
#: A category of an order that was cancelled or refunded, and when last.
CALLED_OFF = np.dtype([("category", "<u4"), ("at_s", "<u4")])
#: When the person last had something of a budget, and the policy's local day on which the learner was last told that they could.
SPENT = np.dtype([("budget", "<u4"), ("at_s", "<u4"), ("wanted_day", "<i4")])
REACHED = np.dtype([("rule", "<u4"), ("day", "<i4")])  # when_reached rule, purchase day it was reached for

#: A goal that somebody named, or is said to have come closer to. ``*_s``: event times in seconds, 0 = never.
GOAL = np.dtype(
    [
        ("target", "<f4"),  # amount aimed at, 0 = not said
        ("progress", "<f4"),  # share reached, 0 to 1
        ("name", "<u4"),
        ("stated_at_s", "<u4"),  # newest statement; 0 = it was never stated
        ("due_s", "<u4"),  # as the newest statement says, 0 = not said
        ("progressed_at_s", "<u4"),  # newest word of how far they are
    ]
)

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

#: An account that somebody acts for. What its record told last (``roles.stand``) is of the account, the rest is of the two.
ROLE = np.dtype(
    [
        ("account", "<u4"),  # name hash of its id
        ("name", "<u4"),  # name hash of what they are there, 0 = not said
        ("at_s", "<u4"),  # event time of the newest word; the newest wins
        ("from_s", "<u4"),  # ... and of the oldest
        ("until_s", "<u4"),  # when it ends, 0 = open
        ("basis", "<i2"),  # codes.RoleBasis
        ("left", "<i2"),  # 1: it is over
        ("tier", "<u4"),  # name hash, 0 = not told
        ("category", "<u4"),  # name hash of the category that was bought for it last
        ("open_cases", "<i4"),
        ("severity", "<f4"),  # of the gravest
        ("kept", "<f4"),  # share of promises to it that were kept, -1 = unknown
        ("spend", "<f4"),  # of 365 days
        ("full_until_ms", "<i8"),  # until when nobody of it is contacted, 0 = no such time
        ("stands_s", "<u4"),  # record time of when it was told
        ("account_text", "u1", (ACCOUNT_BYTES,)),  # its id as it was sent; 0 = longer than that
    ]
)
#: What was opened, or decided, in an account's role: ``elsewhere.key_of`` an obligation, or the reference of a decision.
ELSEWHERE = np.dtype([("ref", "<u8"), ("account", "<u4")])
