"""Why a decision fell as it did: a closed list of codes, and their JSON."""

from __future__ import annotations

from typing import NamedTuple

from platinum.vocabulary.arms import Arm
from platinum.vocabulary.codes import ActionType, Lane


class Reason(NamedTuple):
    """One code that ``reasons`` may hold."""

    code: str
    value: str  # what its value is, or "" when it is always null
    meaning: str


REASONS = (
    Reason("legal_duty", "", "Law or safety demands it; nothing of lower rank was looked at."),
    Reason("owed", "", "We owe it to this person: a promise, a recovery or an answer."),
    Reason("asked", "", "The person asked for it."),
    Reason("gratitude_due", "gratitude debt G, points", "More was earned than thanked for; treatment of type `thank_you`."),
    Reason("listening_due", "", "It is time to ask and listen."),
    Reason("surprise_due", "", "A surprise that sells nothing."),
    Reason(
        "utility", "money", "Utility of what was chosen: value and what it does for a goal, minus cost, effort and fatigue. Silence has 0."
    ),
    Reason("term_value", "money", "Expected value: p_accept times value, context and lever."),
    Reason("term_cost", "money", "What action and channel cost, taken off."),
    Reason("term_effort", "money", "Effort it costs the person, taken off; negative where it saves effort."),
    Reason("term_fatigue", "money", "Recent contacts weigh on the person, taken off."),
    Reason("term_alone", "money", "What is expected of them without any contact, taken off: only what comes beyond it counts."),
    Reason("term_goal", "money", "What it does for a goal of theirs, added; of a question for the goal, what the answer could change."),
    Reason("gadget", "0 to 1", "An offer sent to somebody whom it brings no closer to a goal (GF below 0.2); see `report goals`."),
    Reason("variety", "", "Something else gave way: it would have been the same for the third time, and others are nearly as good."),
    Reason("terms_clarity", "0 to 1", "How clear the terms of what is offered are: complete, readable, and in sight."),
    Reason("explored", "", "Not the best by utility: drawn to learn, with the probability `p_chosen`."),
    Reason("held_until_quiet_hours_end", "", "Sending waits for the end of quiet hours; see `send_at`."),
    Reason("best_hour", "probability", "Sent at the hour at which people take it oftenest, as far as is known; with this probability."),
    Reason("hour_tried", "probability", "Sent at an hour that was drawn, to learn which is best; with this probability."),
    Reason("trust", "index, 0 to 1", "Trust is low, and that stopped something: half as much promotion, no surprises."),
    Reason("trust_kept", "share, 0 to 1", "Part of it: how well promises to this person were kept."),
    Reason("trust_terms", "0 to 1", "Part of it: how clear the terms of what they were offered were."),
    Reason("trust_recovery", "share, 0 to 1", "Part of it: cases that were closed in time and that they confirmed."),
    Reason("thanks_held_out", "", "A thank-you would have been chosen, and this person is one of those who are not thanked this month."),
    Reason("unwelcome", "-1 to 1", "Contacts on a channel are not welcome, at most this much, and that stopped something; see `welcome`."),
    Reason("firm_owes", "balance RB", "More came of this person than they were given, against what is usual: they are given to."),
    Reason(
        "not_asked_to_sell",
        "referrals, reviews and help, faded",
        "Something that asks to sell was stopped: the person is an ambassador, or the firm owes them.",
    ),
    Reason("both_want_to_meet", "", "Whom it introduces shares that interest, and wants to be introduced as well; see `introduction`."),
    Reason("account_case", "", "A case of the account is open, whoever has it: nothing is promoted in that role."),
    Reason("account_cap", "", "The account has had as many contacts as it may, whoever of it they went to; see `accounts`."),
    Reason("role_over", "", "They are not, or not known to be, in that role: nothing is promoted there; `accounts` may stop more."),
    Reason("silence_arm", "", "Silent whatever is best: one of those who are left in peace this month, so it is known what contacts do."),
    Reason("random_arm", "", "Any of what passed, as likely: one of those about whom this month is decided so; see `exploration.random`."),
    Reason("same_for_all_arm", "", "By what is expected of everybody: one of those for whom this month nothing learned counts."),
    Reason("nothing_eligible", "", "Silence: no action passed its gates; see `blocked`."),
    Reason("stopped", "", "Silence: the deployment was told to stop deciding; see docs/how-to/stop-deciding.md."),
    Reason("stopped_in_part", "", "And actions, channels or all sending are stopped, and stand in no list; see stop-deciding.md."),
    Reason("silence_best", "", "Silence: no action that passed its gates was worth more than leaving the person alone."),
)
CODES = frozenset(reason.code for reason in REASONS)


def plain(code: str) -> str:
    """JSON of a reason without a value."""
    assert code in CODES
    return f'{{"code":"{code}","value":null}}'


EXPLORED = plain("explored")
HELD = plain("held_until_quiet_hours_end")
HELD_OUT = plain("thanks_held_out")
NOTHING_ELIGIBLE = plain("nothing_eligible")
SILENCE_BEST = plain("silence_best")
STOPPED = plain("stopped")
#: Both: what is stopped is no candidate, so ``blocked`` does not tell of it.
STOPPED_IN_PART = f"{NOTHING_ELIGIBLE},{plain('stopped_in_part')}"
ARMS = {Arm.RANDOM: plain("random_arm"), Arm.SILENT: plain("silence_arm"), Arm.SAME_FOR_ALL: plain("same_for_all_arm")}
VARIETY = plain("variety")
BOTH_WANT = plain("both_want_to_meet")
#: What rests in a role stands behind the reasons with a number.
IN_ROLE = ("account_case", "account_cap", "role_over")
#: Reasons with a number that stand behind the others.
VALUED = (
    *("trust", "trust_kept", "trust_terms", "trust_recovery", "unwelcome", "term_alone", "term_goal", "gadget", "firm_owes"),
    *("best_hour", "hour_tried"),
    "not_asked_to_sell",
)

#: Reason of the lanes that do not score; the thank-you's carries G and is written by the encoder.
LANE_REASON = {
    ActionType.NOTICE: plain("legal_duty"),
    ActionType.APOLOGY: plain("owed"),
    ActionType.AMENDS: plain("owed"),
    ActionType.ANSWER: plain("asked"),
    ActionType.LISTEN: plain("listening_due"),
    ActionType.SURPRISE: plain("surprise_due"),
}
SCORED_LANES = frozenset({Lane.GROWTH})
