"""What kernels are given of a policy: arrays compiled once, indexed by small integers.

Everything a kernel compares with a row is a ``name_hash``; everything it looks up is an index of this policy.
Shape letters: A actions, H channels, C candidates (action × channel), P placements, T tones, L languages.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.vocabulary.codes import N_OUTCOMES

Array = NDArray[np.void]

ACTION = np.dtype(
    [
        ("value", "<f8"),  # money if accepted; the fixed part of the change in equity where it says ``grows``
        ("of_equity", "<f8"),  # ... and the parts that are shares of what the person is worth, and of what is left of their potential
        ("of_unrealised", "<f8"),
        ("cost", "<f8"),  # money whenever it is made
        ("effort", "<f8"),  # points it costs the customer, negative = saves
        ("clarity", "<f8"),  # TT of its terms, 0 to 1 (treatment-formulas 3.5)
        ("lever", "<f8"),  # L of treatment-formulas 5.1, 1 = neutral
        ("priority", "<f8"),  # order inside lanes 0-3
        ("min_interval_ms", "<i8"),  # between two contacts of this action, 0 = none
        ("expires_ms", "<i8"),  # life of a decision after it was made or may be sent
        ("reward_window_ms", "<i8"),
        ("kept_out", "<f8"),  # share of people whom it does not reach yet when its ramp begins, 0 = it reaches everybody
        ("kept_out_at_last", "<f8"),  # ... and when the ramp is at its end
        ("immature", "<f8"),  # share of people to whom it is not sent, for too few have taken it so far
        ("ramp_from_ms", "<i8"),  # nobody gets it before, 0 = it has begun
        ("ramp_ms", "<i8"),  # the ramp takes so long, 0 = its share does not grow
        ("promise_ms", "<i8"),  # what it promises is due so long after the decision; -1 = as the learner quotes
        ("ends_hours_ms", "<i8"),  # of terms that end so long after it was sent, else 0
        ("languages", "<u8"),  # bit l: there are words in language l; 0 = the action has no words at all
        ("tones", "<u8"),  # bit t: there are words in tone t (in some language)
        ("sensitive", "<u8"),  # bit i: its condition or its words rest on ``Tables.sensitive[i]``
        ("asks", "<u8"),  # bit mask of ASKS_*, and of traits from bit 8 on: what it asks the customer for
        ("placements", "<u8"),  # bit p: may fill placement p; 0 = every placement that takes its type
        ("name", "<u4"),
        ("category", "<u4"),  # what it is about, 0 = nothing in particular
        ("intent", "<u4"),  # lane 2: the request it answers, 0 = any
        ("program_start", "<i4"),  # condition, in ``program``
        ("program_len", "<i4"),  # 0 = always
        ("ends_days", "<i4"),  # local days from then to the first on which its terms hold no longer, 0 = no such end
        ("ends_day", "<i4"),  # local day from which its terms hold no longer, 0 = none
        ("type", "<i2"),
        ("lane", "<i2"),
        ("purpose", "<i2"),
        ("facts", "<i2"),  # bit mask of FACT_*: placeholders the words need the row to fill
        ("terms_missing", "<i2"),  # required terms that are not there: more than none, and the offer is never made
        ("pays", "<i2"),  # bit mask of Debt: in the lane of what we owe, only when one of them is owed
        ("budget", "<i2"),  # that it draws on, index + 1; 0 = none
        ("promises", "<i2"),  # class that it promises, index + 1; 0 = none
        ("presents", "<i2"),  # bit mask of HAS_*: what of its content can be laid out in several ways
        ("sells", "<i2"),  # 1: it is an offer, or there is something to buy in its words
        ("near_goals", "<u4"),  # bit g: its category belongs to goal g of ``SETTINGS.goal_names``
        ("goal", "<i2"),  # that it serves, index + 1; 0 = none
        ("by_worth", "<i2"),  # 1: whether it may be chosen depends on what the person is worth (``policy.floor``)
        ("asks_to_sell", "<i2"),  # 1: asks the customer to bring others; not for whom we owe, nor for ambassadors (``policy.bonds``)
        ("introduces", "<i2"),  # 1: proposes an introduction; for who wants one, and there is somebody to meet
        ("parties", "<i2"),  # bit mask of places in ``vocabulary.bonds.PARTIES`` that it is for; 0 = customers
    ]
)
CHANNEL = np.dtype(
    [
        ("cost", "<f8"),
        ("expires_ms", "<i8"),
        ("name", "<u4"),
        ("quiet_from", "<i4"),  # local minute, -1 = no quiet hours
        ("quiet_to", "<i4"),
        ("outbound", "<i2"),
        ("existing_customer", "<i2"),  # 1: promotion may stand on the contract (soft opt-in) unless denied
        ("best_hour", "<i4"),  # 1: what helps or sells waits for the hour at which it is taken oftenest
        ("hour_rate", "<f4", (168,)),  # how often that is, by hour of the week (Monday 0:00 is 0); all 0 = nothing is learned
    ]
)
#: ``p_accept``: chance of acceptance before anything is learned.
CANDIDATE = np.dtype([("cost", "<f8"), ("p_accept", "<f8"), ("action", "<i4"), ("channel", "<i4")])
#: What counts how much of what comes of a decision (``codes.Outcome``), and within which time; ``counts``: COUNTS_*.
REWARD = np.dtype([("weight", "<f8", (N_OUTCOMES,)), ("window_ms", "<i8"), ("counts", "<i4")])
#: The first that comes, the sum of what comes within the window, the most of it.
COUNTS_FIRST, COUNTS_SUM, COUNTS_MOST = range(3)
CAP = np.dtype(
    [
        ("window_ms", "<i8"),
        ("limit", "<i4"),  # 0 blocks
        ("channel", "<i4"),  # index, -1 = all outbound channels together
        ("types", "<i4"),  # bit mask of ActionType that counts and obeys
        ("name", "<u4"),
    ]
)
#: ``lanes``, ``types``: bit masks; ``filled`` 1: it is not left empty where something may be shown.
PLACEMENT = np.dtype([("name", "<u4"), ("channel", "<i4"), ("lanes", "<i4"), ("types", "<i4"), ("filled", "<i4")])
TONE = np.dtype([("name", "<u4"), ("vector", "<f4", (5,))])  # assertive, responsive, formality, detail, pace
TRAIT_SPEC = np.dtype([("name", "<u4"), ("kind", "<i4")])  # 0 yes_no, 1 one_of, 2 number
LEAF = np.dtype([("a", "<f8"), ("b", "<f8"), ("name", "<u4"), ("field", "<i2"), ("op", "<i2")])
#: ``name``: category, trait or channel of the field, 0 = none; ``value_name``: what T_IS_NAME compares with.
FEATURE = np.dtype([("scale", "<f8"), ("name", "<u4"), ("value_name", "<u4"), ("field", "<i2"), ("transform", "<i2")])
#: A class of promises, and by which events it is made and kept without being named (treatment-formulas 3.4).
PROMISE = np.dtype(
    [
        ("within_ms", "<i8"),  # due so long after it was made, unless the event says when
        ("grace_ms", "<i8"),  # still on time so long after
        ("notice_ms", "<i8"),  # so long before it is due it must be kept or spoken of
        ("kept_by", "<i8"),  # bit mask of kinds
        ("quote_ms", "<i8"),  # how long it really takes, as the learner says; 0 = not known
        ("late_ms", "<f8"),  # kept so late it is worth half
        ("weight", "<f4"),
        ("name", "<u4"),
        ("owner", "<u4"),
        ("made_by", "<i2"),  # kind of event, 0 = only by name, or by a decision
        ("from_event", "<i2"),  # 1: due when the event says (``high``)
        ("barred", "<i2"),  # 1: it was broken too often to be promised
    ]
)
#: Hours in which somebody is there, on the policy's clock; first those of a weekday (Monday = 0) that begin first.
HOURS = np.dtype([("from_ms", "<i8"), ("to_ms", "<i8"), ("weekday", "<i4")])
#: Outbound contacts that must not be sent: of an action, through a channel (name hashes; 0 = of any, through any).
STOP = np.dtype([("action", "<u4"), ("channel", "<u4")])
WHEN = np.dtype([("name", "<u4"), ("days", "<i4")])  # days since the last order

#: Leaf operators.
OP_AT_LEAST, OP_AT_MOST, OP_BETWEEN, OP_EQUAL, OP_NOT_EQUAL, OP_KNOWN = range(6)
#: Program opcodes: postfix; a number >= 0 pushes that leaf.
AND, OR, NOT, TRUE = -1, -2, -3, -4
MAX_STACK = 32
#: Feature transforms: x*scale · ln(1+max(x,0))*scale · 1 if x equals ``value_name`` (a hash) else 0.
T_LINEAR, T_LOG1P, T_IS_NAME = range(3)
#: Facts of the row that words may cite (``ACTION.facts``).
FACT_LAST_ORDER_DATE, FACT_LAST_CATEGORY, FACT_ORDERS, FACT_FIRST_ORDER_DATE = 1, 2, 4, 8
FACT_TOP_CATEGORY = 16
#: What may be known already (``ACTION.asks``); trait i of ``Tables.traits`` is bit ``ASKS_TRAITS`` + i.
ASKS_INTENT, ASKS_ORDER, ASKS_CHANNEL, ASKS_LANGUAGE, ASKS_COUNTRY, ASKS_TIMEZONE = 1, 2, 4, 8, 16, 32
ASKS_TONE, ASKS_PRESENTATION = 64, 128
ASKS_TRAITS = 8
ASKS_GOAL = 1 << 40  # behind the traits
#: ``ACTION.presents``: it has a block of detail; both facts and people; what to do next beside something else.
HAS_DETAIL, HAS_SIDES, HAS_NEXT = 1, 2, 4
#: Places of ``SETTINGS.effort_points`` and ``effort_caps``.
E_REPEAT, E_SWITCH, E_TRANSFER, E_AGAIN, E_REFUSAL, E_SELF_SERVICE, E_WAIT, E_FORM = range(8)

#: ``SETTINGS.cohort_by``: time since the first sign of life, number of orders, value of a trait.
BY_TENURE, BY_ORDERS, BY_TRAIT = range(3)

#: ``SETTINGS.cell_*``: look-alikes of whom the learner knows what the best tenth is worth; tiers; kinds of events in people's lives.
MOST_CELLS, MOST_TIERS, MOST_LIFE_EVENTS = 64, 8, 16
#: Members of SETTINGS about what customers are worth (``policy.value_keys``, ``policy.tiers``).
VALUE_MEMBERS: tuple[tuple[str, str] | tuple[str, str, tuple[int]], ...] = (
    *((f"bg_{name}", "<f8") for name in ("r", "alpha", "a", "b")),  # BG/NBD; alpha in days
    *((f"gg_{name}", "<f8") for name in ("p", "q", "v")),  # Gamma-Gamma
    ("margin", "<f8"),  # share of spend
    ("discount", "<f8"),  # what money of the next month is worth now
    ("life_half_life_ms", "<f8"),
    ("life_weights", "<f8", (MOST_LIFE_EVENTS,)),  # γ
    ("tier_hysteresis", "<f8"),
    ("tier_margin", "<f8", (MOST_TIERS - 1,)),  # where the next tier begins: money a year; infinite = not known yet
    ("tier_orders", "<f8", (MOST_TIERS - 1,)),  # ... orders a year
    ("cell_p90", "<f8", (MOST_CELLS,)),
    ("cell_cohort", "<u4", (MOST_CELLS,)),  # name hashes; 0 = any
    ("cell_category", "<u4", (MOST_CELLS,)),
    ("life_names", "<u4", (MOST_LIFE_EVENTS,)),
    ("tier_names", "<u4", (MOST_TIERS,)),  # low to high
    ("value_months", "<i4"),  # equity looks so far ahead
    ("n_life", "<i4"),
    ("n_tiers", "<i4"),  # 0 = there are none
    ("tier_by", "<i4"),  # bit mask of BY_MARGIN, BY_FREQUENCY
    ("tier_parts", "<i4"),  # 1: thresholds are the learner's equal parts of all customers
    ("n_cells", "<i4"),
    ("tells_worth", "<i4"),  # 1: somebody reads what the learner makes of it
    ("grows", "<i4"),  # 1: some action is valued by the change in equity that depends on the person
)
#: Cohorts of which it is known what is usual between them and the firm.
MOST_BONDS = 64
#: Sides of introductions that a snapshot proposes, two for each.
MOST_INTRODUCED = 2048
#: Members of SETTINGS about giving and getting (``policy.reciprocity``); money that one of each counts.
BOND_MEMBERS: tuple[tuple[str, str] | tuple[str, str, tuple[int]], ...] = (
    *((f"gives_{name}", "<f8") for name in ("benefit", "gift", "thanks", "promise", "effort")),
    *((f"gets_{name}", "<f8") for name in ("referral", "review", "help", "data")),
    ("ambassador", "<f8"),
    ("bond_median", "<f8", (MOST_BONDS,)),  # usual ln((give + ε)/(get + ε)) of each of ``bond_cohorts``
    ("bond_cohorts", "<u4", (MOST_BONDS,)),  # name hashes
    ("least_outcomes", "<i4"),  # of a team; fewer are not reported
    ("individuals", "<i4"),  # 1: what single employees did may be told (``policy.agents``)
    ("community_key", "<u8", (2,)),  # of the deployment: pseudonyms of people who want to be introduced are made with it
    ("introduced_who", "<u8", (MOST_INTRODUCED,)),  # pseudonyms, smallest first; and of the person whom each may meet
    ("introduced_to", "<u8", (MOST_INTRODUCED,)),
    ("introduced_by", "<u4", (MOST_INTRODUCED,)),  # name hash of the interest that both share
    ("n_introduced", "<i4"),
    ("account_softens", "<i4"),  # 1: promotion rests in the role for an account while a case of it is open (``policy.accounts``)
    ("account_cap", "<i4"),  # contacts to all who act for one account, -1 = as many as may be; within ``account_cap_ms``
    ("account_cap_ms", "<i8"),
    ("n_bonds", "<i4"),  # 0 = nothing is known yet, and nobody's balance
)
#: Bits of ``SETTINGS.tier_by``.
BY_MARGIN, BY_FREQUENCY = 1, 2

#: Most goals of a policy.
MOST_GOALS = 16
#: Members of SETTINGS about goals and about surprises (``policy.goal_keys``, ``policy.surprises``).
GOAL_MEMBERS: tuple[tuple[str, str] | tuple[str, str, tuple[int]], ...] = (
    ("goal_money", "<f8"),  # λ_g·v̄: what it is worth to bring somebody to a goal of theirs, money
    ("goal_from", "<f8", (MOST_GOALS,)),  # share of interest from which on a goal is inferred; infinite = never
    ("goal_confidence", "<f8", (MOST_GOALS,)),  # conf of an inferred one
    ("goal_categories", "<u8", (MOST_GOALS,)),  # bits of ``Tables.categories``
    ("goal_names", "<u4", (MOST_GOALS,)),  # name hashes
    ("n_goals", "<i4"),
    ("asks_goal", "<i4"),  # 1: some action asks for the goal
    ("signatures", "<f8"),  # M: how many treatments can be told apart (``decide.variety``)
    ("surprise_daily", "<f8"),  # share of people who may be surprised on one day
    ("surprise_interval_ms", "<i8"),
)

#: One record of scalars.
SETTINGS = np.dtype(
    [
        ("policy", "<u8"),  # content hash, seeds the draws
        ("utility_low", "<f8"),
        ("utility_high", "<f8"),
        ("gamma", "<f8"),  # SquareCB
        ("prior_n", "<f8"),  # examples that the priors are worth
        ("epsilon", "<f8"),  # of ε-greedy; 0 = SquareCB
        ("schema", "<u4"),  # hash of what the features are
        ("kappa_effort", "<f8"),
        ("kappa_fatigue", "<f8"),
        ("thank_threshold", "<f8"),
        ("thank_weight", "<f8"),  # what one thank-you pays off
        ("thank_interval_ms", "<i8"),
        ("thank_holdout", "<f8"),  # share of people who are not thanked in a month
        ("thank_daily", "<f8"),  # share of those to whom thanks are due who may be thanked on one day
        ("thank_delay_ms", "<i8"),  # thanks come at most so long after what they are for, drawn by hash
        ("thank_quiet_before_ms", "<i8"),  # no outbound promotion so long before a thank-you
        ("thank_quiet_after_ms", "<i8"),
        ("explore_interval_ms", "<i8"),  # at most one explored outbound contact per
        ("affinity_half_life_ms", "<f8"),
        ("engagement_half_life_ms", "<f8"),
        ("gratitude_half_life_ms", "<f8"),
        ("value_half_life_ms", "<f8"),
        ("view_half_life_ms", "<f8"),
        ("fatigue_half_life_ms", "<f8"),
        ("welcome_half_life_ms", "<f8"),
        ("budget_share", "<f8", (8,)),  # chance that there is one of a budget for a person on a day
        ("budget_per_day", "<f8", (8,)),
        ("budget_floor_ms", "<i8", (8,)),  # everybody may have one in so long, 0 = no
        ("arm_random", "<f8"),  # shares of people who are in an arm for a month (``codes.Arm``)
        ("arm_silent", "<f8"),
        ("arm_same", "<f8"),
        ("hour_trial", "<f8"),  # share of contacts that may wait whose hour is drawn
        ("tone_trial", "<f8"),  # share of decisions about people whose taste nobody knows in which the tone is drawn
        ("tone_lift", "<f8", (17, 8)),  # how much oftener than expected a tone is taken: by everybody, by each of ``tone_cohorts``
        ("tone_cohorts", "<u4", (16,)),  # name hashes
        ("n_tone_cohorts", "<i4"),
        ("tones_learned", "<i4"),  # 0 = ``tone_lift`` says nothing
        ("mature_at", "<f8"),  # an action that fewer have taken is sent to few (``ACTION.immature``), 0 = to all
        ("engagement_prior_n", "<f8"),
        ("engagement_prior_rate", "<f8"),
        ("longest_cap_ms", "<i8"),
        ("promise_half_life_ms", "<f8"),
        ("say_do_prior", "<f8"),  # share of promises kept to everybody
        ("late_ms", "<f8"),  # of classes that the policy does not name; as PROMISE
        ("trust_kept", "<f8"),  # rates of all customers to which the parts of trust are drawn; -1 = not known yet
        ("trust_terms", "<f8"),
        ("trust_recovery", "<f8"),
        ("trust_low", "<f8"),  # trust below it is low; 0 = the rule is off
        ("thank_patience", "<f8"),  # points that waiting for a case of ours has earned
        ("notice_ms", "<i8"),
        ("early_ms", "<i8"),  # events may be so late behind those that follow from them
        ("ask_interval_ms", "<i8"),  # least time between two questions, 0 = none
        ("answer_ms", "<i8"),  # an answer of which nothing came is owed after
        ("quarantine_ms", "<i8"),  # promotion rests so long after a case of ours was closed
        ("write_off_ms", "<i8"),  # a broken promise is kept open so long
        ("effort_points", "<f8", (8,)),  # of one each of E_*; of waiting, of five minutes
        ("effort_caps", "<f8", (8,)),  # most points that one journey gets of each
        ("effort_half_life_ms", "<f8"),
        ("effort_threshold", "<f8"),  # effort index from which on a journey was hard
        ("case_deadline_ms", "<i8", (5,)),  # by severity
        ("called_off_ms", "<i8"),  # so long nothing is promoted of a category of which an order was cancelled or refunded
        ("recovery_owner", "<u4"),  # name hash of who answers for a case that nobody has taken yet, 0 = not said
        ("style_mean", "<f8", (12,)),  # usual z-scores of writing against ``style_norms``, and their spread
        ("style_spread", "<f8", (12,)),
        ("style_tone", "<f8", (16, 5)),  # usual tone of each of ``style_cohorts``
        ("style_cohorts", "<u4", (16,)),  # name hashes
        ("n_style_cohorts", "<i4"),
        ("cohort_bands", "<i8", (7,)),  # where the next cohort begins: ms, or orders
        ("budget_name", "<u4", (8,)),  # name hashes
        ("cohort_key", "<u4"),  # name hash of what cohorts are by: tenure, orders or the trait
        ("cohort_names", "<u4", (8,)),  # name hashes; by a trait only the first, of those whose trait is not known
        ("cohort_by", "<i4"),  # BY_*
        ("n_cohort_bands", "<i4"),
        ("n_budgets", "<i4"),
        ("budget_tiers", "<i4", (8,)),  # bit t: may be given to tier t; 0 = to everybody
        *VALUE_MEMBERS,
        *GOAL_MEMBERS,
        *BOND_MEMBERS,
        ("zone", "<i4"),  # the policy's own, index into zones
        ("call_back", "<i4"),  # class of promises that a call-back is, index + 1; 0 = nobody is called back
        ("relief", "<i4"),  # 1: after hard journeys effort is lowered and nothing sold
        ("max_scored", "<i4"),  # K of treatment-formulas 5.2
        ("default_language", "<i4"),
        ("default_tone", "<i4"),
    ]
)


class Tables(NamedTuple):
    """A policy as kernels see it."""

    actions: Array  # ACTION[A]
    channels: Array  # CHANNEL[H]
    candidates: Array  # CANDIDATE[C], action-major
    rewards: Array  # REWARD[A + 1], the last is silence's
    caps: Array  # CAP[*]
    placements: Array  # PLACEMENT[P]
    tones: Array  # TONE[T]
    traits: Array  # TRAIT_SPEC[*]
    leaves: Array  # LEAF[*]
    program: NDArray[np.int32]
    features: Array  # FEATURE[F]
    whens: Array  # WHEN[*]
    promises: Array  # PROMISE[*]
    hours: Array  # HOURS[*]
    closed_days: NDArray[np.int32]  # days since 1970-01-01 on which nobody is there
    stops: Array  # STOP[*]; empty unless something was stopped (``policy.stopped``)
    sensitive: NDArray[np.uint32]  # name hashes of sensitive traits, 64 at most
    categories: NDArray[np.uint32]  # name hashes
    languages: NDArray[np.uint32]  # name hashes
    words: NDArray[np.uint64]  # [A, L], bit t: the action has words of its own in language l and tone t
    decide_on: NDArray[np.uint8]  # [N_KINDS], 1 = an event of this kind asks for a decision
    ledger: NDArray[np.uint8]  # [N_KINDS], ``profile.ledger``: 1 = may open something, 2 = is about something open
    thank_for: NDArray[np.float64]  # [N_KINDS], gratitude earned by one event of this kind
    matrix: NDArray[np.uint8]  # [N_GATES, N_LANES], 1 = the gate applies in the lane
    zone_names: NDArray[np.uint32]  # sorted
    zone_starts: NDArray[np.int32]  # [Z + 1]
    zone_from_ms: NDArray[np.int64]  # transition instants, first of each zone is the smallest int64
    zone_offset_ms: NDArray[np.int64]  # local minus UTC from that instant on
    settings: Array  # SETTINGS[1]


by_reference(
    Tables,
    {
        "actions": (ACTION, 1),
        "channels": (CHANNEL, 1),
        "candidates": (CANDIDATE, 1),
        "rewards": (REWARD, 1),
        "caps": (CAP, 1),
        "placements": (PLACEMENT, 1),
        "tones": (TONE, 1),
        "traits": (TRAIT_SPEC, 1),
        "leaves": (LEAF, 1),
        "program": (np.int32, 1),
        "features": (FEATURE, 1),
        "whens": (WHEN, 1),
        "promises": (PROMISE, 1),
        "hours": (HOURS, 1),
        "closed_days": (np.int32, 1),
        "stops": (STOP, 1),
        "sensitive": (np.uint32, 1),
        "categories": (np.uint32, 1),
        "languages": (np.uint32, 1),
        "words": (np.uint64, 2),
        "decide_on": (np.uint8, 1),
        "ledger": (np.uint8, 1),
        "thank_for": (np.float64, 1),
        "matrix": (np.uint8, 2),
        "zone_names": (np.uint32, 1),
        "zone_starts": (np.int32, 1),
        "zone_from_ms": (np.int64, 1),
        "zone_offset_ms": (np.int64, 1),
        "settings": (SETTINGS, 1),
    },
)
