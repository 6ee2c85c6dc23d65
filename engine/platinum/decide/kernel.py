"""One decision: what is known of the person, every candidate through the gates, lanes, arbitration, words."""

from __future__ import annotations

from typing import Any

from platinum.decide.aiming import look_at_goals, say_goal, value_goals
from platinum.decide.arbitration import draw, rank
from platinum.decide.arms import look_at_arm
from platinum.decide.blocked import list_blocked
from platinum.decide.bonds import say_bonds, say_introduction, say_owed
from platinum.decide.call_back import promise_due_ms
from platinum.decide.channel import all_rules
from platinum.decide.expecting import expect
from platinum.decide.gates import basis_for, expiry, hold_of, try_gates, verdict_of
from platinum.decide.growing import look_at_worth, value_growth
from platinum.decide.hours import choose_hour
from platinum.decide.in_role import describe_role, look_at_role, say_role, show_role
from platinum.decide.lanes import first_lane, first_two
from platinum.decide.person import look_at
from platinum.decide.presenting import presented
from platinum.decide.record import NEVER, OUT, SILENCE, Scratch, new_scratch
from platinum.decide.surprising import look_at_surprise
from platinum.decide.teaching import note_example
from platinum.decide.thanking import hold_out
from platinum.decide.their_like import look_at_tones
from platinum.decide.timing import ends_at
from platinum.decide.tone import give_hints, language_of, tone_of
from platinum.decide.utility import effort_term, fatigue_by_channel, utility_of
from platinum.decide.variety import novelty_of, signature_of, take_turns
from platinum.decide.wary import be_wary, look_at_trust, say_why, wanted
from platinum.decide.welcome import welcome_by_channel
from platinum.jit import constant, inner, int64, kernel, shared
from platinum.profile.cases import gravest
from platinum.profile.entries import CASE_BYTES
from platinum.vocabulary.codes import ActionType, Basis, Lane

__all__ = ["Scratch", "decide", "decide_one", "new_scratch"]

Record = Any

_GROWTH, _SILENT = constant(Lane.GROWTH), constant(Lane.SILENCE)
_OFFER = constant(ActionType.OFFER)
#: Severity from which on a person comes first.
_GRAVE = 4.0
_NO_BASIS, _REQUEST = constant(Basis.NONE), constant(Basis.REQUEST)


@inner
def prepare(row: Record, trigger: Record, tables: Any, model: Any, scratch: Any) -> None:
    """Fill what all candidates share: person, fatigue, rules per channel; and what is expected of each."""
    now_ms = trigger["now_ms"]
    look_at(row, trigger, tables, scratch.person[0])
    look_at_trust(row, now_ms, tables, scratch.person[0])
    look_at_worth(row, int64(now_ms), tables, scratch.person[0])
    value_growth(tables, scratch)
    look_at_goals(row, int64(now_ms), tables, scratch.person[0])
    value_goals(tables, scratch)
    look_at_surprise(row, trigger, tables, scratch.person[0])
    fatigue_by_channel(row, now_ms, tables.settings[0], tables.channels, scratch.channels)
    all_rules(row, trigger, tables, scratch.channels)
    be_wary(row, now_ms, tables, scratch)
    welcome_by_channel(row, now_ms, tables, scratch.channels)
    look_at_arm(trigger, tables, scratch.person[0])
    look_at_tones(row, trigger, tables, scratch.person[0])
    expect(row, trigger, tables, model, scratch)


@inner
def describe_case(row: Record, person: Record, tables: Any, out: Record) -> None:
    """Fill who answers for what is open, and whether a person should come before a machine."""
    at = gravest(row)
    out["owner"], out["case_bytes"], out["human_first"] = 0, 0, person["care"]
    if at < 0:
        return
    case = row["obligations"][at]
    out["owner"] = case["owner"] if case["owner"] != 0 else tables.settings[0]["recovery_owner"]
    if case["weight"] >= _GRAVE:
        out["human_first"] = 1
    if case["ref"] == row["case_ref"]:
        for i in range(CASE_BYTES):
            out["case_text"][i] = row["case_text"][i]
            if row["case_text"][i] != 0:
                out["case_bytes"] = i + 1


@inner
def describe(row: Record, trigger: Record, tables: Any, scratch: Any, out: Record) -> None:
    """Fill what a decision says whatever it is, and what silence says."""
    person = scratch.person[0]
    out["ref"], out["now_ms"], out["offset"] = trigger["ref"], trigger["now_ms"], trigger["offset"]
    out["placement"] = trigger["placement"]
    describe_case(row, person, tables, out)
    out["event"] = -1
    out["gratitude"] = person["gratitude"]
    out["trust"], out["trust_kept"] = person["trust"], person["trust_kept"]
    out["trust_terms"], out["trust_recovery"] = person["trust_terms"], person["trust_recovery"]
    out["last_order_ms"], out["first_day"], out["orders"] = row["last_order_ms"], row["first_day"], row["orders"]
    out["last_category"], out["top_category"] = row["last_category"], person["top_category"]
    out["send_ms"], out["expires_ms"], out["evidence_offset"] = trigger["now_ms"], 0, -1
    out["lane"], out["basis"] = _SILENT, _NO_BASIS
    out["action"], out["channel"], out["candidate"] = -1, -1, SILENCE
    out["tone"], out["language"], out["tone_source"], out["presented"] = -1, -1, 0, 0
    out["style_known"] = 1.0 if person["tone"] >= 0 else person["style_known"]
    give_hints(person, out)
    out["promise_ms"], out["offer_ms"] = 0, 0
    out["call_back_ms"], out["called_back"] = person["call_back_ms"], person["called_back"]
    out["p_accept"], out["utility"] = 0.0, 0.0
    out["term_value"], out["term_cost"], out["term_effort"], out["term_fatigue"] = 0.0, 0.0, 0.0, 0.0
    out["term_alone"], out["term_goal"], out["goal_fit"], out["gadget"], out["variety"] = 0.0, 0.0, 0.0, 0, 0
    out["signature"], out["novelty"], out["hour_p"], out["hour_source"] = 0, 0.0, 1.0, 0
    out["p_chosen"], out["explored"], out["n_scored"], out["arm"] = 1.0, 0, 0, 0
    out["best"], out["runner_up"], out["runner_up_utility"] = SILENCE, OUT, 0.0


@inner
def choose(c: int, row: Record, trigger: Record, tables: Any, scratch: Any, out: Record) -> None:
    """Fill what follows from candidate ``c`` being chosen: times, basis, words, terms of its utility."""
    a, h = int64(tables.candidates[c]["action"]), int64(tables.candidates[c]["channel"])
    action, person, settings = tables.actions[a], scratch.person[0], tables.settings[0]
    rules, on = scratch.channels[h], scratch.on[action["lane"]]
    out["candidate"], out["action"], out["channel"], out["lane"] = c, a, h, action["lane"]
    out["send_ms"] = rules["send_ms"][hold_of(on)]
    out["expires_ms"] = expiry(action, tables.channels[h], on, int64(trigger["now_ms"]), int64(out["send_ms"]), tables)
    choose_hour(h, row, trigger, tables, scratch, out)
    ends = ends_at(action, int64(out["send_ms"]), tables)
    out["offer_ms"] = ends if action["type"] == _OFFER and ends != NEVER else 0
    out["promise_ms"] = promise_due_ms(action, int64(out["now_ms"]), tables) if action["promises"] > 0 else 0
    out["basis"] = max(basis_for(action, rules, person), _NO_BASIS)
    out["evidence_offset"] = trigger["offset"] if out["basis"] == _REQUEST else rules["evidence"][action["purpose"]]
    language = language_of(action, person, settings)
    out["language"] = language
    if language >= 0:
        out["tone"], out["tone_source"] = tone_of(tables.words[a, language], person, tables)
        out["presented"] = presented(action, person)
    terms = scratch.terms[c]
    out["p_accept"], out["term_value"] = scratch.chance[c], scratch.expected[c] * terms["value"] * rules["welcome"]
    out["term_cost"], out["term_effort"], out["term_fatigue"] = terms["cost"], effort_term(terms, person), rules["fatigue"]
    out["term_alone"] = rules["alone"]
    out["term_goal"], out["utility"] = terms["goal"], utility_of(c, scratch)
    say_goal(action, int64(rules["outbound"]), tables, scratch, out)
    out["signature"] = signature_of(c, tables, person)


@inner
def arbitrate(n_passed: int, row: Record, trigger: Record, tables: Any, scratch: Any, out: Record) -> int:
    """The scored lane: fill the probabilities' side of ``out`` and return the candidate drawn (``SILENCE`` is one)."""
    filled = trigger["placement"] >= 0 and tables.placements[trigger["placement"]]["filled"] != 0
    n = take_turns(rank(n_passed, filled, trigger["ref"], tables, scratch), row, tables, scratch, out)
    at, out["arm"] = draw(n, row, trigger, tables, scratch)
    out["n_scored"], out["p_chosen"], out["explored"] = n, scratch.p[at], 1 if at > 0 else 0
    out["best"] = scratch.scored[0]
    if n > 1:
        other = 1 if at == 0 else 0
        out["runner_up"], out["runner_up_utility"] = scratch.scored[other], scratch.worth[other]
    return int(scratch.scored[at])


@shared
def decide(row: Record, trigger: Record, tables: Any, model: Any, scratch: Any, out: Record) -> None:
    """Decide how to treat one customer now; silence is an answer too.

    Parameters
    ----------
    row : ROW
        Read only.
    trigger : TRIGGER
        ``placement`` −1: the stream decides about outbound contacts; else what the placement may show.
    tables : Tables
    model : Model
        Weights of every candidate of ``tables``.
    scratch : Scratch
        From ``new_scratch(tables)``; afterwards ``scored``, ``p`` and ``example`` hold this decision's.
    out : DECISION
        Every member is written.

    Notes
    -----
    No allocation. Of somebody with several roles everything is read from the row as it is seen in the one that the moment is about
    (``profile.roles.as_seen_in``). Treatment-formulas 5.1, 5.2, 5.7. Slow twin: ``tests/reference/decide.py``.
    """
    seen = scratch.seen[0] if show_role(row, trigger, tables, scratch) else row
    prepare(seen, trigger, tables, model, scratch)
    look_at_role(row, trigger, tables, scratch.person[0])
    describe(seen, trigger, tables, scratch, out)
    describe_role(row, trigger, out)
    n_passed = try_gates(seen, trigger, tables, scratch, out)
    out["n_passed"] = n_passed
    say_why(tables, scratch, out)
    say_bonds(seen, trigger, tables, scratch, out)
    say_role(tables, scratch, out)
    out["wants"] = wanted(tables, scratch)
    list_blocked(tables, scratch, out)
    n_passed = hold_out(n_passed, trigger["ref"], tables, scratch, out)
    lane = first_lane(n_passed, tables, scratch)
    if lane < _GROWTH:
        chosen, second = first_two(lane, n_passed, trigger["ref"], tables, scratch)
        out["best"], out["runner_up"] = chosen, second
        out["runner_up_utility"] = utility_of(second, scratch) if second != OUT else 0.0
    else:
        chosen = arbitrate(n_passed, seen, trigger, tables, scratch, out)
    if chosen != SILENCE:
        choose(chosen, seen, trigger, tables, scratch, out)
        out["novelty"] = novelty_of(int64(out["signature"]), seen, tables)
    say_owed(scratch, out)
    say_introduction(tables, scratch, out)
    note_example(chosen, seen, trigger, tables, model, scratch, out)


@kernel
def decide_one(row: Record, trigger: Record, tables: Any, model: Any, scratch: Any, out: Record) -> None:
    """``decide``, and what the gates said of every candidate into ``scratch.gate`` and ``scratch.until_ms``.

    For whoever explains a decision; the stream decides a third of its events and reads neither.
    """
    decide(row, trigger, tables, model, scratch, out)
    for c in range(scratch.gate.shape[0]):
        scratch.gate[c], scratch.until_ms[c] = verdict_of(c, tables, scratch)
