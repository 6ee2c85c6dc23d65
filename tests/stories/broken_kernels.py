"""What stands in the place of a kernel while a rule is broken. Plain functions: the JIT is off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from platinum.decide import caps, channel, fit, gates, kernel, lanes, timing, wary
from platinum.decide.record import DENIED, FREE, NEVER, OUT
from platinum.events.columns import FLAG_HISTORY
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.profile import by_name, contacts, fold, loops, outcomes, preferences, quarantine, timers, times, withdraw, zones
from platinum.profile import consent as said
from platinum.vocabulary.codes import ActionType, Basis, Kind, Lane, Preference, Purpose

Record = Any
Function = Callable[..., Any]

_HOUR_MS = 3_600_000
_TEN_YEARS_MS = 3650 * 24 * _HOUR_MS

# The whole ones, under names of their own: whoever calls them by their own name would find the broken ones.
_cap_release, _cap_releases = caps.cap_release, caps.cap_releases
_rules_of, _promotion_window = channel.rules_of, timing.promotion_window
_look_at_trust = wary.look_at_trust
_first_lane, _describe_case = lanes.first_lane, kernel.describe_case
_standing, _state_consent, _state_preference = said.standing, said.state_consent, preferences.state_preference
_permitted, _meant, _list_passed = gates.permitted, fit.meant, gates.list_passed
_fold: Any = fold.fold
_fold_outcome, _fold_statement = outcomes.fold_outcome, fold.fold_statement
_plan: Any = contacts.plan
_ruled_out, _reach, _first_allowed_ms = withdraw._ruled_out, timers.reach, zones.first_allowed_ms
_fold_said, _quarantine_end_ms, _fold_loop = by_name.fold_said, quarantine.quarantine_end_ms, loops.fold_loop
_times_of = times.times_of


def always(value: Any) -> Function:
    """A function that always says the same."""
    return lambda *_: value


def zero_is_unlimited(row: Record, rule: Any, at_ms: int, now_ms: int) -> int:
    return FREE if rule[2] <= 0 else _cap_release(row, rule, at_ms, now_ms)


def none_is_zero(h: int, row: Record, at_ms: int, now_ms: int, caps_: Any, channel_: Record, out: Any) -> None:
    _cap_releases(h, row, at_ms, now_ms, caps_, channel_, out)
    if len(caps_) == 0 and channel_["outbound"]:
        out[:] = NEVER


def the_policys_own_time(action: Record, tables: Any) -> int:
    own = int(action["promise_ms"])
    return own if own >= 0 else int(tables.promises[action["promises"] - 1]["within_ms"])


def only_what_is_known(action: Record, tables: Any) -> bool:
    return bool(tables.promises[action["promises"] - 1]["quote_ms"] > 0)


def no_questions(tables: Any, scratch: Any) -> int:
    n, kept = _list_passed(tables, scratch), 0
    for c in scratch.passed[:n].tolist():
        if tables.actions[tables.candidates[c]["action"]]["type"] != ActionType.LISTEN:
            scratch.passed[kept] = c
            kept += 1
    return kept


def by_the_clock(now_ms: int, within_ms: int, tables: Any) -> int:
    return now_ms + within_ms


def nobody_answers(row: Record, person_: Record, tables: Any, out: Record) -> None:
    out["owner"], out["case_bytes"], out["human_first"] = 0, 0, 0


def the_house_answers(row: Record, person_: Record, tables: Any, out: Record) -> None:
    _describe_case(row, person_, tables, out)
    out["owner"] = tables.settings[0]["recovery_owner"] if out["owner"] else 0


def not_moved(row: Record, more: Any, event: Record, tables: Any) -> None:
    if event["kind"] != Kind.PROMISE_RENEGOTIATED:
        _fold_said(row, more, event, tables)


def a_new_day_makes_good(row: Record, more: Any, entry: Record, until_ms: int, tables: Any) -> tuple[int, int, bool]:
    """Whenever it was moved, it is a promise like any other from then on."""
    _, due_ms, _ = _times_of(row, more, entry, until_ms, tables)
    return due_ms, due_ms, False


def claims_hold_nothing(row: Record, i: int) -> bool:
    """Whether anybody has claimed it is not looked at."""
    return bool(row["planned"][i]["outbound"] == 1)


def everything_rests(row: Record, category: int, tables: Any) -> int:
    """Whatever was called off, nothing is promoted for a month."""
    return int(row["called_off"][0]["at_s"]) * 1000 + 30 * 86_400_000 if row["n_called_off"] else -1


def a_change_of_mind_is_a_case(row: Record, now_ms: int, tables: Any) -> int:
    return 0 if row["cancellations"] > 0 else int(_quarantine_end_ms(row, now_ms, tables))


def for_ever_in_care(row: Record, now_ms: int) -> bool:
    return bool(row["care"] > 0)


def feedback_is_not_heard(row: Record, more: Any, event: Record, tables: Any) -> None:
    if event["kind"] == Kind.SURVEY_ANSWERED:
        _fold_loop(row, more, event, tables)


def caps_are_for_everything(h: int, row: Record, at_ms: int, now_ms: int, caps_: Any, channel_: Record, out: Any) -> None:
    """A limit of 0 stops recalls too, whatever a cap counts."""
    _cap_releases(h, row, at_ms, now_ms, caps_, channel_, out)
    if channel_["outbound"] and (caps_["limit"] == 0).any():
        out[:] = NEVER


def every_channel_counts(entry: Record, types: int, channel_: int) -> bool:
    return bool(types >> entry["type"] & 1 and entry["outbound"])


def aborted_stays(row: Record, more: Any, event: Record, tables: Any) -> None:
    if event["kind"] != Kind.CONTACT_ABORTED:
        _fold_outcome(row, more, event, tables)


def own_cadence_is_the_only_cap(h: int, row: Record, at_ms: int, now_ms: int, caps_: Any, channel_: Record, out: Any) -> None:
    _cap_releases(h, row, at_ms, now_ms, caps_, channel_, out)
    if preferences.stated(row, Preference.CADENCE, 0) >= 0:
        out[:] = FREE


def window_on_the_page_too(action: Record, rules: Record, hold: int, row: Record, span: Any, now_ms: int, settings: Record) -> int:
    return _promotion_window(row, span, now_ms, settings) if timing.sells(action["type"], action["purpose"]) else FREE


def quiet_on_the_page_too(h: int, row: Record, now_ms: int, tables: Any, rules: Record) -> None:
    _rules_of(h, row, now_ms, tables, rules)
    if not rules["outbound"]:
        rules["send_ms"][1] = _first_allowed_ms(zones.customer_zone(row, tables), now_ms, 1260, 480, tables)


def hours_are_counted(zone: int, t_ms: int, quiet_from: int, quiet_to: int, tables: Any) -> int:
    """As many hours as the clock of now says, whatever it does in between."""
    minute = zones.local_ms(zone, t_ms, tables) // 60_000 % 1440
    quiet = zones.in_quiet(minute, quiet_from, quiet_to)
    return t_ms + ((quiet_to - minute) % 1440) * 60_000 if quiet else t_ms


def the_shops_own_zone(row: Record, tables: Any) -> int:
    return int(tables.settings[0]["zone"])


def never_withdrawn(row: Record, event: Record) -> None:
    event = event.copy()
    event["amount"] = 1.0
    _state_preference(row, event)


def no_is_for_ever(row: Record, purpose: int, channel_: int, state: int, at_ms: int, offset: int) -> None:
    if state < 0 or _standing(row, purpose, channel_)[0] >= 0:
        _state_consent(row, purpose, channel_, state, at_ms, offset)


def a_no_is_to_everything(row: Record, purpose: int, channel_: int) -> tuple[int, int]:
    return _standing(row, Purpose.PROMOTION, channel_)


def not_against_is_for(row: Record, purpose: int, channel_: int, state: int, at_ms: int, offset: int) -> None:
    _state_consent(row, purpose, channel_, said.GRANTED if state == said.WITHDRAWN_OBJECTION else state, at_ms, offset)


def profiling_is_everything(action: Record, rules: Record, person_: Record) -> bool:
    return bool(_permitted(action, rules, person_) and rules["basis"][Purpose.PROFILING] != DENIED)


def inbound_is_free(row: Record, purpose: int, channel_: Record) -> tuple[int, int]:
    return int(Basis.INBOUND), -1


def any_no_holds_on_the_page(row: Record, purpose: int, channel_: Record) -> tuple[int, int]:
    """To be contacted, or to be shown something: it is all the same, and so is what it is about."""
    denied = any(entry["state"] < 0 for entry in row["consents"][: int(row["n_consents"])])
    return (DENIED if denied else int(Basis.INBOUND)), -1


def asked_comes_last(n: int, tables: Any, scratch: Any) -> int:
    """What we want comes before what they want, and before the law."""
    found = [int(tables.actions[tables.candidates[scratch.passed[i]]["action"]]["lane"]) for i in range(n)]
    return max([lane for lane in found if lane < Lane.GROWTH], default=Lane.GROWTH) if Lane.GROWTH not in found else Lane.GROWTH


def asked_before_the_law(n: int, tables: Any, scratch: Any) -> int:
    found = [int(tables.actions[tables.candidates[scratch.passed[i]]["action"]]["lane"]) for i in range(n)]
    return Lane.ASKED if Lane.ASKED in found else _first_lane(n, tables, scratch)


def any_answer_will_do(action: Record, *more: Any) -> bool:
    return bool(action["lane"] == Lane.ASKED or _meant(action, *more))


def gates_are_advice(tables: Any, scratch: Any) -> int:
    """Everything that is in the running passes."""
    n = 0
    for c in range(len(tables.candidates)):
        one = tables.candidates[c]
        if scratch.verdicts[scratch.group[one["action"]], one["channel"], 0]["gate"] != OUT:
            scratch.passed[n] = c
            n += 1
    return n


def last_record_wins(row: Record, purpose: int, channel_: int, state: int, at_ms: int, offset: int) -> None:
    _state_consent(row, purpose, channel_, state, 1_000_000_000_000 + offset * 1000, offset)


def last_wish_wins(row: Record, event: Record) -> None:
    event = event.copy()
    event["occurred_ms"] = event["record_ms"]
    _state_preference(row, event)


def late_words_are_lost(row: Record, event: Record, *more: Any) -> None:
    if event["record_ms"] - event["occurred_ms"] < _HOUR_MS:
        _fold_statement(row, event, *more)


def late_reports_are_lost(row: Record, more: Any, event: Record, tables: Any) -> None:
    if event["record_ms"] - event["occurred_ms"] < _HOUR_MS:
        _fold_outcome(row, more, event, tables)


def arrival_is_what_counts(row: Record, i: int, event: Record, *more: Any) -> bool:
    event = event.copy()
    event["occurred_ms"] = event["record_ms"]
    return bool(_ruled_out(row, i, event, *more))


def time_brings_nothing(row: Record, rule: int, tables: Any, now_ms: int) -> int:
    _reach(row, rule, tables, now_ms)  # it is marked, or the timer would be due for ever
    return 0


def from_the_first_order(row: Record, rule: int, tables: Any) -> int:
    day = int(row["first_day"]) + int(tables.whens[rule]["days"])
    return int(zones.day_start_ms(int(tables.settings[0]["zone"]), day, tables))


def every_lane_is_scored(n: int, tables: Any, scratch: Any) -> int:
    return int(Lane.GROWTH)


def plans_never_expire(*args: Any) -> bool:
    *others, expires_ms = args
    return bool(_plan(*others, expires_ms + _TEN_YEARS_MS))


def nothing_is_heard_while_stopped(row: Record, event: Record, *more: Any) -> int:
    """Events that decide nothing, as while deciding is stopped, are not folded either."""
    return 1 if event["flags"] & FLAG_HISTORY else int(_fold(row, event, *more))


def nobody_rests(action: Record, row: Record, now_ms: int, rest_ms: int) -> int:
    return int(FREE)


def terms_are_cut(source: bytes, *args: Any) -> Policy:
    policy: Policy = compile_policy(source, *args)
    cut = [replace(one, terms={"total_cost": one.terms["total_cost"]}) if one.terms else one for one in policy.actions]
    return replace(policy, actions=tuple(cut))


def somebody_is_always_there(path: Any, zone: Any, first_day: int, last_day: int) -> list[tuple[int, int]]:
    day_ms = 24 * _HOUR_MS
    return [(first_day * day_ms, (last_day + 1) * day_ms)]


def nobody_is_wary(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    _look_at_trust(row, now_ms, tables, person)
    person["wary"] = 0


def only_what_was_kept(row: Record, now_ms: int, tables: Any) -> float:
    return float(row["kept"]) / float(row["said"]) if row["said"] > 0 else 0.0


def only_a_yes_is_welcome(row: Record, now_ms: int, tables: Any, channels: Any) -> None:
    yes = bool(row["n_received"]) and float(row["received"][0]["sum"]) > 0
    for rules in channels:
        rules["welcome"], rules["welcome_upper"], rules["unwelcome"] = 1.0, 0.0, int(not yes)
