"""One or more ways to break every rule that has stories: each story fails under one of them. Needs the JIT off."""

from __future__ import annotations

import numpy as np

from platinum.decide import call_back, caps, channel, consent, fit, gates, kernel, lanes, person, promising, relief, timing, utility, wary
from platinum.decide.record import FREE, NEVER
from platinum.emit import human
from platinum.pipeline import claim
from platinum.policy import thanks
from platinum.policy.actions import ActionCompiler
from platinum.policy.compile import compile_policy
from platinum.policy.stopped import Stops
from platinum.profile import (
    called_off,
    care,
    cases,
    commit,
    contacts,
    debts,
    effort,
    fold,
    gratitude,
    identity,
    loops,
    opening,
    outcomes,
    preferences,
    promises,
    stops,
    timers,
    trust,
    withdraw,
    zones,
)
from platinum.profile import consent as said
from platinum.vocabulary.codes import Gate, Lane
from tests.stories import broken_kernels as broken
from tests.stories.breaking import Break
from tests.stories.broken_kernels import always

_worth = utility.worth

BREAKS = (
    Break("caps", "no cap holds", [(caps.cap_release, always(FREE))]),
    Break("caps", "a cap of one channel counts what goes out on any", [(caps.counts, broken.every_channel_counts)]),
    Break("caps", "what was stopped keeps its place", [(outcomes.fold_outcome, broken.aborted_stays)]),
    Break("limit-zero", "0 means unlimited", [(caps.cap_release, broken.zero_is_unlimited)]),
    Break("limit-zero", "no limit is read as 0", [(caps.cap_releases, broken.none_is_zero)]),
    Break("thanks", "anything may stand in thanks", [(thanks.check_thank_you, always(None))]),
    Break("thanks", "thanks are always due", [(person.thank_due, always(True)), (fit.interval_end, broken.nobody_rests)]),
    Break("thanks", "thanks are never due", [(person.thank_due, always(False))]),
    Break("near-thanks", "there is no window around thanks", [(timing.near_thanks, always(FREE))]),
    Break("near-thanks", "the window closes the page as well", [(timing.near_thanks, broken.window_on_the_page_too)]),
    Break("quiet-hours", "quiet hours do not apply to growth", cells=[(Gate.QUIET_HOURS, Lane.GROWTH, False)]),
    Break("quiet-hours", "the clock of the shop holds for everybody", [(zones.customer_zone, broken.the_shops_own_zone)]),
    Break("quiet-hours", "hours are counted from now", [(zones.first_allowed_ms, broken.hours_are_counted)]),
    Break("quiet-hours", "the page is quiet too", [(channel.rules_of, broken.quiet_on_the_page_too)]),
    Break(
        "preferences",
        "wishes do not apply to growth and thanks",
        cells=[(Gate.PREFERENCE, Lane.GROWTH, False), (Gate.PREFERENCE, Lane.THANK, False)],
    ),
    Break("preferences", "a wish cannot be taken back", [(preferences.state_preference, broken.never_withdrawn)]),
    Break("manner", "nobody listens to language and tone", [(person.stated_name, always(0))]),
    Break("manner", "nobody listens to the cadence", [(caps.cadence_release, always(FREE))]),
    Break("manner", "a cadence takes the place of the caps", [(caps.cap_releases, broken.own_cadence_is_the_only_cap)]),
    Break("consent", "growth needs no consent", cells=[(Gate.CONSENT, Lane.GROWTH, False)]),
    Break("consent", "a no is for ever", [(said.state_consent, broken.no_is_for_ever)]),
    Break("consent", "a no to advertising is a no to everything", [(said.standing, broken.a_no_is_to_everything)]),
    Break(
        "objection",
        "who comes to us is fair game, and may be profiled",
        [(consent.inbound_basis, broken.inbound_is_free), (consent.may_profile, always(True))],
    ),
    Break("objection", "an objection to profiling stops everything", [(gates.permitted, broken.profiling_is_everything)]),
    Break("objection", "not against is for", [(said.state_consent, broken.not_against_is_for)]),
    Break(
        "recall",
        "wishes, caps and quiet hours stop a recall",
        [(caps.cap_releases, broken.caps_are_for_everything)],
        cells=[(gate, Lane.LEGAL, True) for gate in (Gate.PREFERENCE, Gate.CAP, Gate.QUIET_HOURS)],
    ),
    Break("recall", "a recall goes to everybody", cells=[(Gate.ELIGIBILITY, Lane.LEGAL, False)]),
    Break("recall", "what is asked comes before the law", [(lanes.first_lane, broken.asked_before_the_law)]),
    Break("silence", "something is always better than silence", [(utility.worth, lambda *given: _worth(*given) + 10.0)]),
    Break("silence", "the gates are advice", [(gates.list_passed, broken.gates_are_advice)]),
    Break("requests", "what is asked comes last", [(lanes.first_lane, broken.asked_comes_last)]),
    Break("requests", "caps and quiet hours hold answers", cells=[(gate, Lane.ASKED, True) for gate in (Gate.CAP, Gate.QUIET_HOURS)]),
    Break("requests", "any answer will do, asked or not", [(fit.meant, broken.any_answer_will_do)]),
    Break("promises", "nobody looks at what is owed", [(debts.owed_debts, always(0))]),
    Break("promises", "a day that was moved stays", [(promises.fold_said, broken.not_moved)]),
    Break("owner", "nobody answers for a case", [(kernel.describe_case, broken.nobody_answers)]),
    Break("owner", "the house answers for every case", [(kernel.describe_case, broken.the_house_answers)]),
    Break("promise-classes", "anything may be promised", [(promising.may_promise, always(True))]),
    Break("promise-classes", "what the policy hopes is promised", [(promising.promised_ms, broken.the_policys_own_time)]),
    Break("promise-classes", "what nobody knows is not promised", [(promising.may_promise, broken.only_what_is_known)]),
    Break("right", "nobody looks at what is owed", [(debts.owed_debts, always(0))]),
    Break("right", "what was said is not remembered", [(debts.pay, always(None))]),
    Break("right", "thanks do not rest", cells=[(Gate.QUARANTINE, Lane.THANK, False)]),
    Break("quarantine", "nothing rests", [(cases.quarantine_end_ms, always(-1))]),
    Break("quarantine", "a change of mind is a case", [(cases.quarantine_end_ms, broken.a_change_of_mind_is_a_case)]),
    Break("quarantine", "rest is for recalls as well", cells=[(Gate.QUARANTINE, Lane.LEGAL, True)]),
    Break("called-off", "nobody knows of it", [(called_off.fold_called_off, always(None)), (called_off.calls_off, always(False))]),
    Break("called-off", "whoever sends something back is let alone", [(called_off.rests_until_ms, broken.everything_rests)]),
    Break("effort", "nobody has ever had a hard time", [(relief.burdens, always(False))]),
    Break("effort", "every contact is a drama", [(effort.effort_now, always(1.0))]),
    Break("call-back", "who asks is put off to later while somebody is there", [(call_back.puts_off, always(False))]),
    Break("call-back", "a day is a day, whoever is there", [(opening.call_back_due_ms, broken.by_the_clock)]),
    Break("call-back", "nobody calls back", [(promising.may_promise, always(False))]),
    Break("call-back", "what is said is not written down", [(commit.commit, always(None))]),
    Break("patience", "waiting earns nothing", [(gratitude.earn, always(None))]),
    Break("patience", "there is no window around thanks", [(timing.near_thanks, always(FREE))]),
    Break("care", "nobody is in need of care", [(care.needs_care, always(False))]),
    Break(
        "care",
        "care stops everything",
        [(gates._SPARED, np.int64(0xFFFF))],
        [(Gate.SENSITIVITY, lane, True) for lane in (Lane.OWED, Lane.ASKED)],
    ),
    Break("care", "care never ends", [(care.needs_care, broken.for_ever_in_care)]),
    Break("care", "what was said may be used for anything", [(care.withheld, always(False))]),
    Break("care", "a sensitive trait is never used", [(care.may_use, always(False))]),
    Break("listening", "no cap holds", [(caps.cap_release, always(FREE))]),
    Break("listening", "answers oblige to nothing", [(loops.fold_loop, always(None))]),
    Break("listening", "what came of answers is not heard", [(loops.fold_loop, broken.feedback_is_not_heard)]),
    Break("listening", "questions do not rest", cells=[(Gate.QUARANTINE, Lane.THANK, False)]),
    Break("repeats", "every record counts", [(identity.is_repeat, always(False))]),
    Break(
        "late",
        "the last to arrive has the last word",
        [(said.state_consent, broken.last_record_wins), (preferences.state_preference, broken.last_wish_wins)],
    ),
    Break("late", "what is said late is lost", [(fold.fold_statement, broken.late_words_are_lost)]),
    Break("late", "a late order is one of now", [(withdraw._ruled_out, broken.arrival_is_what_counts)]),
    Break("withdrawal", "what is planned leaves", [(withdraw.withdraw, always(0))]),
    Break("withdrawal", "a complaint clears the plan", [(withdraw._ruled_out, always(True))]),
    Break("withdrawal", "what was sent stays in the plan", [(contacts.dispatch, always(-1))]),
    Break("timers", "time brings nothing", [(timers.reach, broken.time_brings_nothing)]),
    Break("timers", "days are counted from the first order", [(timers.due_ms, broken.from_the_first_order)]),
    Break("certainty", "every lane is scored and drawn from", [(lanes.first_lane, broken.every_lane_is_scored)]),
    Break("trust", "everybody is trusted with everything", [(wary.look_at_trust, broken.nobody_is_wary)]),
    Break("trust", "what was never promised was never kept", [(trust.kept_part, broken.only_what_was_kept)]),
    Break("terms", "terms may be left out", [(ActionCompiler._check_offer, always(None))]),
    Break("terms", "only the price reaches the customer", [(compile_policy, broken.terms_are_cut)]),
    Break("terms", "terms never end", [(timing.ends_at, always(NEVER))]),
    Break("claim", "what is claimed is taken back all the same", [(withdraw._may_be_withdrawn, broken.claims_hold_nothing)]),
    Break("claim", "everybody is told to send", [(claim.answer_of, always(claim.SEND))]),
    Break("stop", "what is stopped is decided all the same", [(Stops.forbids, always(False))]),
    Break("stop", "what was planned stays planned", [(stops.is_stopped, always(False))]),
    Break("stop", "a stop stops everything", [(Stops.forbids, always(True))]),
    Break("human-path", "somebody is always there", [(human.open_spans, broken.somebody_is_always_there)]),
    Break("human-path", "nobody is ever there", [(human.open_spans, always([]))]),
    Break("outage", "plans never expire", [(contacts.plan, broken.plans_never_expire)]),
    Break("outage", "late reports are lost", [(outcomes.fold_outcome, broken.late_reports_are_lost)]),
    Break("outage", "nothing is heard while deciding is stopped", [(fold.fold, broken.nothing_is_heard_while_stopped)]),
)
