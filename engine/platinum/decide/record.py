"""What the decision kernel is asked, what it writes, and what it needs in between.

One fixed record per decision; ``emit`` turns it into words and JSON.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.decide.layout import (
    CANDIDATE_TERMS,
    GROUP,
    alike_of,
    by_channel,
    first_of,
    groups_of,
    keenest_first,
    plain_of,
    priors_of,
    terms_of,
)
from platinum.jit import constant
from platinum.policy.tables import MOST_GOALS, Tables
from platinum.profile.entries import ACCOUNT_BYTES, CASE_BYTES, N_OWN, OPEN_EXAMPLE
from platinum.profile.manner import MANNER
from platinum.profile.row import ROW
from platinum.vocabulary.codes import N_GATES, ActionType, Purpose

#: Why and for what a decision is asked. One per deciding event or per placement of a request.
TRIGGER = np.dtype(
    [
        ("ref", "<u8"),  # ids.decision_ref of the decision to be made
        ("now_ms", "<i8"),
        ("offset", "<i8"),  # of the triggering record, -1 over HTTP
        ("amount", "<f8"),
        ("person", "<u8"),  # hash64 of the customer key: what is drawn once per person
        ("category", "<u4"),
        ("channel", "<u4"),  # name hash of the event's channel
        ("intent", "<u4"),
        ("account", "<u4"),  # name hash of the account in whose role it is asked, 0 = for themselves
        ("kind", "<i4"),  # Kind of the triggering event; TIMER_DUE for when_reached
        ("placement", "<i4"),  # index; -1 = the stream decides about outbound contacts
    ]
)

#: Most hints to an employee (treatment-formulas 3.2).
N_HINTS = 3
BLOCKED = np.dtype([("until_ms", "<i8"), ("utility", "<f8"), ("candidate", "<i4"), ("gate", "<i4")])

DECISION = np.dtype(
    [
        ("ref", "<u8"),
        ("now_ms", "<i8"),
        ("offset", "<i8"),
        ("send_ms", "<i8"),  # first legal instant; now_ms when nothing delays it
        ("promise_ms", "<i8"),  # when what it promises is due, 0 = it promises nothing
        ("call_back_ms", "<i8"),  # by when a call-back is promised, or would be to who asks; 0 = none is
        ("offer_ms", "<i8"),  # until when its offer holds, 0 = as long as nobody takes it back
        ("expires_ms", "<i8"),  # 0 = silence, nothing that could expire
        ("evidence_offset", "<i8"),  # record the basis rests on, -1 = none
        ("p_accept", "<f8"),
        ("p_chosen", "<f8"),  # exact probability with which this candidate was drawn
        ("utility", "<f8"),
        ("term_value", "<f8"),  # p*v*C*L
        ("term_cost", "<f8"),
        ("term_effort", "<f8"),
        ("term_fatigue", "<f8"),
        ("term_alone", "<f8"),  # what is expected without any contact
        ("term_goal", "<f8"),  # λ_g·GF·v̄, or what knowing the goal could change
        ("goal_fit", "<f8"),  # GF, 0 to 1
        ("hour_p", "<f8"),  # probability with which the hour of ``send_ms`` was chosen
        ("novelty", "<f8"),  # of the treatment, bits; 0 = silence
        ("runner_up_utility", "<f8"),
        ("gratitude", "<f8"),
        ("trust", "<f8"),  # index and its three parts, -1 = not known
        ("trust_kept", "<f8"),
        ("trust_terms", "<f8"),
        ("trust_recovery", "<f8"),
        ("style_known", "<f8"),  # how well it is known how they like to be spoken to, 0 to 1
        ("welcome_upper", "<f8"),  # of the channel of what was stopped so
        ("balance", "<f8"),  # RB; 0 where it is not known
        ("advocacy", "<f8"),  # referrals, reviews and help of whom nobody asks to sell
        ("meets_whom", "<u8"),
        ("met_as", "<u8"),
        ("last_order_ms", "<i8"),
        ("first_day", "<i4"),
        ("orders", "<i4"),
        ("last_category", "<u4"),
        ("top_category", "<u4"),
        ("owner", "<u4"),  # name hash of who answers for the gravest open case, 0 = nobody is named
        ("case_bytes", "<i4"),  # length of ``case_text``
        ("called_back", "<i4"),  # 1: that call-back is owed already
        ("signature", "<u4"),  # of the treatment, 0 = silence
        ("account", "<u4"),  # TRIGGER.account
        ("role", "<u4"),  # name hash of what they are there, 0 = not known
        ("account_bytes", "<i4"),  # length of ``account_text``
        ("gadget", "<i4"),  # 1: an offer sent to somebody whom it brings no closer to a goal
        ("variety", "<i4"),  # 1: something gave way that would have been the same for the third time
        ("human_first", "<i4"),  # 1: a person before a machine
        ("case_text", "u1", (CASE_BYTES,)),  # id of that case, as it was sent
        ("account_text", "u1", (ACCOUNT_BYTES,)),  # id of the account, as it was sent
        ("event", "<i4"),  # index into the batch's events, -1 over HTTP
        ("lane", "<i4"),
        ("action", "<i4"),  # index, -1 = silence
        ("channel", "<i4"),  # index, -1 = silence
        ("candidate", "<i4"),
        ("tone", "<i4"),  # index, -1 = no words
        ("language", "<i4"),
        ("placement", "<i4"),
        ("basis", "<i4"),
        ("explored", "<i4"),
        ("wary", "<i4"),  # 1: low trust stopped something
        ("unwelcome", "<i4"),  # 1: something was stopped because it would not be welcome
        ("owes", "<i4"),  # 1: what was chosen from the lane of thanks goes to somebody whom we owe
        ("account_case", "<i4"),  # 1: promotion was stopped because a case of the account is open
        ("account_cap", "<i4"),  # 1: a contact was stopped because the account has had as many as it may
        ("role_over", "<i4"),  # 1: promotion was stopped because they are no longer, or not known to be, in that role
        ("spared", "<i4"),  # 1: something that asks to sell was stopped, because we owe them or they are an ambassador
        ("arm", "<i4"),  # codes.Arm that had a say in what was chosen
        ("wants", "<i4"),  # bit mask of budgets of which one would be used
        ("n_passed", "<i4"),  # candidates that passed their gates
        ("best", "<i4"),  # candidate with the highest utility, -1 = silence
        ("runner_up", "<i4"),  # best candidate that was not chosen, -1 = silence, -2 = there was none
        ("held_out", "<i4"),  # 1: a thank-you would have been chosen, and this person is not thanked this month
        ("n_scored", "<i4"),  # length of the drawn vector, silence included; 0 = lanes 0-3 decided
        ("hour_source", "<i4"),  # ``decide.hours``: AT_ONCE, BEST, DRAWN
        ("tone_source", "<i4"),  # why this tone: place in ``vocabulary.manner.TONE_SOURCES``
        ("meets", "<u4"),  # what is proposed where the action introduces, see PERSON; 0 = nothing
        ("presented", "<i4"),  # how the content is laid out, ``policy.arranging``; 0 = as written
        ("hints", "<i4", (N_HINTS,)),  # to an employee: index into ``vocabulary.manner.HINTS``, -1 = none
        ("blocked_by", "<i4", (N_GATES,)),  # candidates per first failing gate
        ("blocked", BLOCKED, (3,)),  # the three best blocked; candidate -1 = empty
    ]
)

#: ``until_ms`` of a rule: it does not block; it blocks and no instant is known at which it ends; else that instant.
FREE, NEVER = constant(-1), constant(0)
#: ``Scratch.gate`` of a candidate that passed every gate; that is not in the running (other channel, lane or type).
#: OUT also stands for "no candidate" where −1 is silence.
PASSED, OUT = constant(-1), constant(-2)
#: ``CHANNEL_RULES.basis`` of a purpose that the person denied or objected to.
DENIED = constant(-1)
SILENCE = constant(-1)  # as a candidate
N_PURPOSES = int(Purpose.ALL)  # those that a contact can have, and profiling
N_TYPES = len(ActionType)

#: What the decision has found out about the person, once for all candidates.
PERSON = np.dtype(
    [
        ("languages", "<u8"),  # bit mask words must meet; all ones unless a language is stated
        ("gratitude", "<f8"),
        ("whose", "<u8"),  # TRIGGER.person
        ("trust", "<f8"),  # with its parts, -1 = not known
        ("trust_kept", "<f8"),
        ("trust_terms", "<f8"),
        ("trust_recovery", "<f8"),
        ("eases", "<f8"),  # what saved effort counts now: 1 + EI (1 where the rule of relief is off)
        ("equity", "<f8"),  # and potential, where some action grows them; 0 = nothing was bought
        ("potential", "<f8"),
        ("known", "<u8"),  # ACTION.asks bits of what nobody need be asked
        ("top_category", "<u4"),
        ("needs", "<f8", (MOST_GOALS,)),  # conf·(1 − progress) of each goal of the policy
        ("goal_known", "<f8"),  # how sure we are of a goal that they have not reached, 0 to 1
        ("aims", "<i4"),  # 1: they have one
        ("aimed", "<i4"),  # 1: the terms of the last decision held something for goals
        ("surprise_from_ms", "<i8"),  # when the last surprise is long enough ago, FREE = at once
        ("surprise_day", "<i4"),  # 1: they may be surprised today
        ("manner", MANNER),  # how they like to be spoken to
        ("style_known", "<f8"),  # the best known dimension of it, 0 to 1
        ("tone_draw", "<f8"),  # in [0, 1): where nothing is known of it, the tone is drawn by this; -1 = it is not
        ("tone_lifts", "<i8"),  # row of SETTINGS.tone_lift, -1 = nothing is learned
        ("wishes", "<i8", (3,)),  # about the presentation, see ``decide.presenting``
        ("tone", "<i4"),  # stated tone, index; -1 = none of this policy's
        ("language", "<i4"),  # stated, else observed language; -1 = none of this policy's
        ("facts", "<i4"),  # FACT_* that the row holds
        ("quarantine_ms", "<i8"),  # as profile.quarantine.quarantine_end_ms
        ("owed", "<i4"),  # bits of Debt
        ("care", "<i4"),  # 1: needs particular care
        ("full", "<i4"),  # 1: the ledger has no room for another promise or offer
        ("thank_due", "<i4"),  # 1: gratitude is over its threshold
        ("asked", "<i4"),  # 1: the trigger is a request
        ("call_back_ms", "<i8"),  # as DECISION
        ("thanks_from_ms", "<i8"),  # thanks that are due may be given from then on; FREE = at once
        ("held_out", "<i4"),  # 1: is not thanked this month
        ("arm", "<i4"),  # codes.Arm that the hash puts them in this month
        ("called_back", "<i4"),
        ("rests_in_role", "<i4"),  # ``roles.rests_in``: why promotion rests in the role that the moment is about
        ("account_full_ms", "<i8"),  # until when nobody of the account is contacted, 0 = no such time
        ("tier", "<i4"),  # in force, -1 = the policy has none
        ("balance", "<f8"),  # RB; 0 where it is not known
        ("owes", "<i4"),  # 1: it is known, and we owe them
        ("ambassador", "<i4"),
        ("meets", "<u4"),  # name hash of the interest in which they may be introduced to somebody, 0 = none
        ("meets_whom", "<u8"),  # that one's pseudonym, and their own
        ("met_as", "<u8"),
        ("party", "<i4"),  # place in ``vocabulary.bonds.PARTIES``
        ("there", "<i4"),  # 1: somebody is there to be reached
        ("wary", "<i4"),  # 1: trust is known and low
        ("strained", "<i4"),  # 1: effort is over its threshold and the rule of relief is on; 2: an order is being called off
    ]
)

#: What holds for one channel. "[2]" is (at once, held): the second where quiet hours apply to a lane, with its send time.
CHANNEL_RULES = np.dtype(
    [
        ("send_ms", "<i8", (2,)),  # now, and the first instant outside quiet hours; NEVER = there is none
        ("wish_ms", "<i8", (2,)),  # stated preferences about the channel, and cadence: FREE, NEVER or release
        ("cap_ms", "<i8", (2, N_TYPES)),  # release of the last cap that blocks a type, FREE
        ("window_ms", "<i8", (2, 2)),  # end of the thank-you window if a thank-you, a promotion may wait for ever; FREE = it has none
        ("halved", "<i8", (2,)),  # where trust is low: bit mask of the types that only the halved caps stop
        ("evidence", "<i8", (N_PURPOSES,)),
        ("basis", "<i8", (N_PURPOSES,)),  # Basis or DENIED
        ("fatigue", "<f8"),  # κ_F·F, money
        ("alone", "<f8"),  # expected of who is left in peace, money, and its variance; 0 where the person comes to us
        ("alone_spread", "<f8"),
        ("welcome", "<f8"),  # C: factor on the value of an outbound contact (``profile.welcome``)
        ("welcome_upper", "<f8"),  # upper bound of what a contact is worth to the person, -1 to 1
        ("unwelcome", "<i4"),  # 1: it lies below 0
        ("running", "<i4"),  # 1 = this decision may use the channel; else nothing here is filled
        ("outbound", "<i4"),
    ]
)

#: What the gates say of the actions of one group on one channel that the person is one and the same thing to.
VERDICT = np.dtype([("gate", "<i8"), ("until_ms", "<i8")])
#: What the person is to an action: meant by it, has ruled it out, is not meant (yet), has not permitted what it rests on; meant by it,
#: and its ramp has not reached them.
FITS, DISLIKED, UNFIT, WITHHELD, KEPT_OUT = constant(0), constant(1), constant(2), constant(3), constant(4)
N_STATES = 5


class Scratch(NamedTuple):
    """Working memory of the decision kernel, allocated once per batch.

    A actions, G groups of them, H channels, C candidates, F features, L leaves, K ``max_scored``. Few arrays with many members rather
    than the reverse: every array is passed by value through every call, a record is one pointer.
    """

    allowed: NDArray[np.uint8]  # [A] 1 = the caller lets this action run (``candidates`` of a request)
    features: NDArray[np.float32]  # [F]
    chance: NDArray[np.float64]  # [C] that they accept
    expected: NDArray[np.float64]  # [C] reward, in parts of the action's value
    spread: NDArray[np.float64]  # [C] variance of ``expected``; 0 while nothing is learned
    sums: NDArray[np.float32]  # [C] what a model adds up
    squares: NDArray[np.float32]  # [F] of the features
    own: NDArray[np.float64]  # [S] what one candidate is to the person
    owned: NDArray[np.float32]  # [S, C] the same of every candidate, while something is learned
    alike: NDArray[np.int64]  # [A] first action of the same category
    heard: NDArray[np.float64]  # [H] how they take up contacts on each channel
    example: NDArray[np.void]  # OPEN_EXAMPLE[1]: on what the choice was made, ``ref`` 0 = there is nothing to learn from it
    gate: NDArray[np.int64]  # [C] first failing gate, PASSED or OUT; filled by ``kernel.decide_one`` alone
    until_ms: NDArray[np.int64]  # [C] when a blocked one becomes legal, NEVER = unknown; as ``gate``
    leaf: NDArray[np.uint8]  # [L] truth of each comparison, once a candidate's condition is needed
    on: NDArray[np.int64]  # [N_LANES] bit g: gate g applies in the lane
    terms: NDArray[np.void]  # CANDIDATE_TERMS[C]
    channels: NDArray[np.void]  # CHANNEL_RULES[H]
    first: NDArray[np.int64]  # [A + 1] first candidate of each action
    plain: NDArray[np.uint8]  # [A] 1 = fits everybody of whom ``gates.is_plain`` holds
    group: NDArray[np.int64]  # [A]
    groups: NDArray[np.void]  # GROUP[G]
    verdicts: NDArray[np.void]  # VERDICT[G, H, N_STATES]
    state: NDArray[np.int64]  # [A] FITS, DISLIKED or UNFIT
    fit_ms: NDArray[np.int64]  # [A] instant ahead from which the person fits, FREE = no matter of time
    passed: NDArray[np.int64]  # [C] survivors, in the policy's order
    ordered: NDArray[np.int64]  # [C] channel by channel
    starts: NDArray[np.int64]  # [H + 1] where each channel begins in ``ordered``
    gain: NDArray[np.float64]  # [C] as ``ordered``: value
    fixed: NDArray[np.float64]  # [C] as ``ordered``: cost and effort
    hopes: NDArray[np.float64]  # [C] as ``ordered``: expected reward
    near: NDArray[np.uint8]  # [C] as ``ordered``: 1 = may be among the three best blocked
    keenest: NDArray[np.int64]  # [C] the most promising first
    lately: NDArray[np.int64]  # [6] the best blocked of the last decisions: where to look first, no result depends on it
    person: NDArray[np.void]  # PERSON[1]
    seen: NDArray[np.void]  # ROW[1]: the row as it is seen in one of several roles
    scored: NDArray[np.int64]  # [K] candidates and SILENCE, best first
    worth: NDArray[np.float64]  # [K] their utilities
    ties: NDArray[np.uint64]  # [C + 1] what decides between equals, silence last
    tied: NDArray[np.uint8]  # [C + 1] 1 = it is known in the decision in hand
    p: NDArray[np.float64]  # [K] their probabilities, exact


by_reference(
    Scratch,
    {
        "allowed": (np.uint8, 1),
        "features": (np.float32, 1),
        "chance": (np.float64, 1),
        "expected": (np.float64, 1),
        "spread": (np.float64, 1),
        "sums": (np.float32, 1),
        "squares": (np.float32, 1),
        "own": (np.float64, 1),
        "owned": (np.float32, 2),
        "alike": (np.int64, 1),
        "heard": (np.float64, 1),
        "example": (OPEN_EXAMPLE, 1),
        "gate": (np.int64, 1),
        "until_ms": (np.int64, 1),
        "leaf": (np.uint8, 1),
        "on": (np.int64, 1),
        "terms": (CANDIDATE_TERMS, 1),
        "channels": (CHANNEL_RULES, 1),
        "first": (np.int64, 1),
        "plain": (np.uint8, 1),
        "group": (np.int64, 1),
        "groups": (GROUP, 1),
        "verdicts": (VERDICT, 3),
        "state": (np.int64, 1),
        "fit_ms": (np.int64, 1),
        "passed": (np.int64, 1),
        "ordered": (np.int64, 1),
        "starts": (np.int64, 1),
        "gain": (np.float64, 1),
        "fixed": (np.float64, 1),
        "hopes": (np.float64, 1),
        "near": (np.uint8, 1),
        "keenest": (np.int64, 1),
        "lately": (np.int64, 1),
        "person": (PERSON, 1),
        "seen": (ROW, 1),
        "scored": (np.int64, 1),
        "worth": (np.float64, 1),
        "ties": (np.uint64, 1),
        "tied": (np.uint8, 1),
        "p": (np.float64, 1),
    },
)


def new_scratch(tables: Tables) -> Scratch:
    """Working memory for decisions under one policy; every action allowed. Not shared between threads."""
    terms, (groups, group), (ordered, starts) = terms_of(tables), groups_of(tables), by_channel(tables)
    bits = np.left_shift(np.ones(tables.matrix.shape[0], np.int64), np.arange(tables.matrix.shape[0]))
    return Scratch(
        **_empty(tables),
        allowed=np.ones(len(tables.actions), np.uint8),
        chance=tables.candidates["p_accept"].copy(),
        expected=priors_of(tables),
        on=bits @ (tables.matrix != 0).astype(np.int64),
        terms=terms,
        first=first_of(tables),
        owned=np.zeros((N_OWN, len(tables.candidates)), np.float32),
        alike=alike_of(tables),
        plain=plain_of(tables),
        group=group,
        groups=groups,
        verdicts=np.zeros((len(groups), len(tables.channels), N_STATES), VERDICT),
        ordered=ordered,
        starts=starts,
        gain=terms["value"][ordered],
        fixed=terms["fixed"][ordered],
        hopes=priors_of(tables)[ordered],
        keenest=keenest_first(tables),
    )


def _empty(tables: Tables) -> dict[str, Any]:
    """Members that every decision fills itself."""
    n_actions, n_channels, n_candidates = len(tables.actions), len(tables.channels), len(tables.candidates)
    n_features, n_scored = len(tables.features), max(2, int(tables.settings[0]["max_scored"]))
    of: dict[str, tuple[int, Any]] = {
        "features": (n_features, np.float32),
        "squares": (n_features, np.float32),
        "sums": (n_candidates, np.float32),
        "spread": (n_candidates, np.float64),
        **dict.fromkeys(("gate", "until_ms", "passed"), (n_candidates, np.int64)),
        "near": (n_candidates, np.uint8),
        "own": (N_OWN, np.float64),
        "heard": (n_channels, np.float64),
        "channels": (n_channels, CHANNEL_RULES),
        "example": (1, OPEN_EXAMPLE),
        "leaf": (len(tables.leaves), np.uint8),
        **dict.fromkeys(("state", "fit_ms"), (n_actions, np.int64)),
        "lately": (6, np.int64),
        "person": (1, PERSON),
        "seen": (1, ROW),
        "scored": (n_scored, np.int64),
        **dict.fromkeys(("worth", "p"), (n_scored, np.float64)),
        "ties": (n_candidates + 1, np.uint64),
        "tied": (n_candidates + 1, np.uint8),
    }
    return {name: np.zeros(n, dtype) for name, (n, dtype) in of.items()}
