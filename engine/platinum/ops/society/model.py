"""The numbers of the simulated society. Sources and what is merely assumed: docs/explanation/simulated-society.md."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What people do of their own accord, and what treatment changes about it.

    Chances are per day unless it is said; ``index`` means an effort index, 1 - exp(-points / 6), in [0, 1]. Numbers
    in ``TREATMENT`` are the effects of decisions: ``NULL`` has them all at 0. Every number has a row in
    docs/explanation/simulated-society.md.

    Attributes
    ----------
    visits : float
        Factor on how often people look in.
    drift_per_30d : float
        Share by which fulfilment times grow (below 0: shrink) every thirty days.
    asks_anyway, asks_for_late, follows_up, again_per_index : float
        Chance of a contact: without a reason, per overdue parcel, while a matter is open, at index 1 of a fresh worry.
    buys_less_per_index, buys_per_goodwill, buys_per_trust : float
        Change of the chance that a visit ends with an order, as a share of it.
    forgotten : float
        Share of the desks' promises that nobody remembers.
    damaged, changed_mind, own_mistake : float
        Share of deliveries.
    complains_per_index, complains_when_broken, complains_per_annoyance : float
        Chance of a complaint.
    leaves, leaves_per_index, leaves_per_annoyance, leaves_when_broken : float
        Chance of leaving for good.
    trust_when_broken, trust_when_kept, trust_when_recovered : float
        Change of trust (0 to 1), whoever gave the word.
    reviews, refers, surveyed : float
        Chance per delivery (reviews, referrals) and per contact (surveys).
    acts_on_answers : float
        Chance that the firm does something because of an answer.
    relieves_worry, relieves_felt, relieves_next : float
        Share of the worry, of the effort felt and of the next contact's effort that an effort-lowering decision takes away.
    relieves_open : float
        Chance that it settles the matter that is open.
    apology_alone : float
        What an apology without a named owner is worth beside one with.
    apology_trust, apology_settles : float
        Trust regained, and added chance that a closed case is confirmed.
    word_counts : float
        Weight of a promise made in a decision beside any other promise.
    thanks, thanks_surfeit, surprise : float
        Goodwill by a thank-you (to who is glad of it), lost by each beyond the second in 60 days, by a surprise.
    thanks_spoiled : float
        Goodwill lost when promotion follows a thank-you within three days: it was no thank-you then.
    offers_sell : float
        Share of accepted offers that become an order.
    promotion_unsubscribes, promotion_spam : float
        Chance per promotion seen.
    quarantine_harm : float
        Times as many unsubscribe, mark spam and leave when the promotion comes in mid-complaint or during quarantine.
    quarantine_leaves : float
        Chance to leave over one such promotion.
    unsolicited_annoys, contact_annoys : float
        Annoyance per promotion against a wish or without consent, and per contact beyond two a week.
    night_answers : float
        How much of the anger about contacts at night is acted upon.
    unheard : float
        Trust lost when an answer that we asked for led to nothing in 14 days.
    writes : float
        Share of complaints and of contacts that are not spoken that come with the person's own words.
    writes_notes, orders_for_firm, life_changes : float
        Chance of a note about nothing in particular, of an order by a contact of a firm, of a change in life.
    goal_by_use : float
        Share of the goal that a delivery of its category brings.
    worries_for_colleague : float
        Least worry, an index, while a case of a colleague is open.
    advocates_tell : float
        How many times more often advocates review and recommend.
    life_raises : float
        Share by which visits grow just after a change in life.
    margin : float
        Share of an order that is earned.
    tone_accepts, shown_accepts, saving_accepts, goal_accepts : float
        Change of the logarithm of the chance that something is taken, per point of tone fit, of fit of order and length, of saving
        (share of a usual order) times sensitivity, of the goal that is still to go and that it serves.
    tone_eases, tone_soothes : float
        Effort points felt and annoyance taken away per point of tone fit, added when the tone is worse than plain words.
    goal_helps, goal_warms, goal_sells : float
        By help that serves a goal, times what is left of it: progress, goodwill, chance of an order for it.
    gadget_bores : float
        Annoyance by something to buy that serves no goal, to who has one.
    repeats_bore : float
        Loss of the logarithm of effect per time that the same was seen lately.
    surprise_cash : float
        Share of a surprise's effect that is lost when it is money.
    colleague_annoys, advocate_annoyed, introduced_unasked : float
        Annoyance by promotion while a colleague's case is open, by being asked to sell, by an introduction without leave or interest.
    advocate_warms, introduced : float
        Goodwill by thanks or an invitation, and by an introduction that both answer.
    """

    visits: float = 1.0
    drift_per_30d: float = 0.0
    asks_anyway: float = 0.010
    asks_for_late: float = 0.18
    follows_up: float = 0.35
    again_per_index: float = 0.22
    buys_less_per_index: float = 0.5
    buys_per_goodwill: float = 0.30
    buys_per_trust: float = 0.6
    forgotten: float = 0.02
    damaged: float = 0.04
    changed_mind: float = 0.05
    own_mistake: float = 0.02
    complains_per_index: float = 0.05
    complains_when_broken: float = 0.035
    complains_per_annoyance: float = 0.004
    leaves: float = 0.0006
    leaves_per_index: float = 0.007
    leaves_per_annoyance: float = 0.004
    leaves_when_broken: float = 0.008
    trust_when_broken: float = -0.12
    trust_when_kept: float = 0.03
    trust_when_recovered: float = 0.10
    reviews: float = 0.06
    refers: float = 0.03
    surveyed: float = 0.35
    acts_on_answers: float = 0.3
    relieves_worry: float = 0.45
    relieves_felt: float = 0.30
    relieves_next: float = 0.35
    relieves_open: float = 0.4
    apology_alone: float = 0.5
    apology_trust: float = 0.08
    apology_settles: float = 0.15
    word_counts: float = 1.0
    thanks: float = 0.5
    thanks_surfeit: float = 0.15
    thanks_spoiled: float = 0.3
    surprise: float = 0.4
    offers_sell: float = 1.0
    promotion_unsubscribes: float = 0.0014
    promotion_spam: float = 0.0006
    quarantine_harm: float = 25.0
    quarantine_leaves: float = 0.03
    unsolicited_annoys: float = 1.0
    contact_annoys: float = 0.35
    night_answers: float = 1.0
    unheard: float = 0.04
    writes: float = 0.5
    writes_notes: float = 0.004
    orders_for_firm: float = 0.02
    life_changes: float = 0.0015
    goal_by_use: float = 0.12
    worries_for_colleague: float = 0.12
    advocates_tell: float = 3.0
    life_raises: float = 0.6
    margin: float = 0.4
    tone_accepts: float = 1.5
    shown_accepts: float = 0.25
    saving_accepts: float = 3.0
    goal_accepts: float = 0.8
    tone_eases: float = 1.0
    tone_soothes: float = 0.8
    goal_helps: float = 0.15
    goal_warms: float = 0.25
    goal_sells: float = 0.12
    gadget_bores: float = 0.2
    repeats_bore: float = 0.35
    surprise_cash: float = 0.7
    colleague_annoys: float = 0.6
    advocate_annoyed: float = 0.5
    introduced_unasked: float = 0.8
    advocate_warms: float = 0.3
    introduced: float = 0.3


#: The effects of decisions: what ``NULL`` sets to nothing.
TREATMENT: tuple[str, ...] = (
    "relieves_worry", "relieves_felt", "relieves_next", "relieves_open", "apology_trust", "apology_settles", "word_counts", "thanks",
    "thanks_surfeit", "thanks_spoiled", "surprise", "offers_sell", "promotion_unsubscribes", "promotion_spam", "quarantine_leaves",
    "unsolicited_annoys", "contact_annoys", "night_answers", "unheard", "tone_accepts", "shown_accepts", "saving_accepts", "goal_accepts",
    "tone_eases", "tone_soothes", "goal_helps", "goal_warms", "goal_sells", "gadget_bores", "repeats_bore", "surprise_cash",
    "colleague_annoys", "advocate_annoyed", "introduced_unasked", "advocate_warms", "introduced",
)  # fmt: skip

#: Treatment as the literature has it, in direction; sizes mostly assumed.
MODEL = Model()
#: No treatment changes anything: the same seed has the same future whatever is decided.
NULL = replace(MODEL, **dict.fromkeys(TREATMENT, 0.0))
