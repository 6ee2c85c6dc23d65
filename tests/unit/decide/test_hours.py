"""When a contact leaves that may wait: at the best hour known, never into quiet hours nor beyond its end; and with which probability."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from platinum.decide.hours import AT_ONCE, BEST, DRAWN, FIRST
from platinum.policy import tables as t
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import ActionType, Purpose
from tests.builders.desk import NOW, Desk, a_row, a_trigger, planned, said
from tests.builders.tables import a_channel, an_action, records, some_tables

HOUR = 3_600_000
#: What is known of everybody's trust, and somebody to whom no promise was kept.
KNOWN = {"trust_kept": 0.5, "trust_terms": 0.9, "trust_recovery": 0.3, "trust_low": 0.5}
BROKEN: dict[str, Any] = {"said": 15.0, "kept": 0.0, "said_as_of_ms": NOW}
#: The hour of the week in which NOW lies, on a clock of UTC.
AT = datetime.fromtimestamp(NOW / 1000, UTC).weekday() * 24 + datetime.fromtimestamp(NOW / 1000, UTC).hour


def a_policy(best: dict[int, float] | None = None, trial: float = 0.0, life_ms: int = 0, **channel: Any) -> Tables:
    """One help by e-mail that nobody would leave unsent; ``best``: hours from now, and their rates, 0.1 at all others."""
    rates = np.full(168, 0.1)
    for ahead, rate in (best or {}).items():
        rates[(AT + ahead) % 168] = rate
    how: dict[str, Any] = {"best_hour": 1, "hour_rate": rates, **channel}
    channels = records(t.CHANNEL, a_channel("email", **how))
    helps = an_action("help", ActionType.HELP, value=50.0, purpose=Purpose.SERVICE, expires_ms=life_ms)
    settings = {"gamma": 1e15, "hour_trial": trial, "zone": -1, **KNOWN}
    return some_tables(channels=channels, actions=records(t.ACTION, helps), settings=settings)


def sent(tables: Tables, ref: int = 1, trigger: dict[str, Any] | None = None, **person: Any) -> Any:
    row = a_row(**{"consents": [said(Purpose.ALL)], "orders": 1} | person)
    out = Desk(tables).decide(row, a_trigger(ref=ref, placement=-1, **trigger or {}))
    assert out["action"] == 0
    return out


def hours_ahead(out: Any) -> int:
    """0 = at once; else the how-manieth beginning of an hour from now on."""
    return int((int(out["send_ms"]) - NOW + HOUR - 1) // HOUR)


def test_it_waits_for_the_best_hour_of_the_day_and_begins_with_it() -> None:
    out = sent(a_policy({5: 0.3, 9: 0.2}))

    assert (hours_ahead(out), out["hour_source"], out["hour_p"]) == (5, BEST, 1.0)
    assert int(out["send_ms"]) % HOUR == 0


@pytest.mark.parametrize("rates", [{}, {5: 0.104}], ids=["nothing is known", "hardly better"])
def test_what_gains_nothing_by_waiting_leaves_at_once(rates: dict[int, float]) -> None:
    out = sent(a_policy(rates))

    assert (int(out["send_ms"]), out["hour_source"]) == (NOW, FIRST)


def test_where_nothing_is_known_and_nothing_tried_no_hour_was_chosen() -> None:
    out = sent(a_policy(hour_rate=np.zeros(168)))

    assert (int(out["send_ms"]), out["hour_source"], out["hour_p"]) == (NOW, AT_ONCE, 1.0)


def test_what_promises_something_is_not_kept_back_for_it_is_due_from_now_on() -> None:
    tables = a_policy({5: 0.9})
    assert hours_ahead(sent(tables)) == 5
    tables = tables._replace(promises=records(t.PROMISE, {}))
    tables.actions["promises"], tables.actions["promise_ms"] = 1, 2 * HOUR

    out = sent(tables)

    assert (int(out["send_ms"]), out["hour_source"]) == (NOW, AT_ONCE)
    assert out["send_ms"] < out["promise_ms"]


def test_it_never_waits_beyond_a_day_nor_its_own_end() -> None:
    assert hours_ahead(sent(a_policy({26: 0.9, 4: 0.2}))) == 4
    out = sent(a_policy({6: 0.9, 3: 0.2}, life_ms=6 * HOUR))
    assert hours_ahead(out) == 3
    assert out["send_ms"] + HOUR <= out["expires_ms"]


def test_the_best_hour_may_lie_in_quiet_hours_and_is_not_taken_then() -> None:
    first = (AT + 5) % 24 * 60
    assert hours_ahead(sent(a_policy({5: 0.9, 7: 0.2}, quiet_from=first, quiet_to=first + 60))) == 7


@pytest.mark.parametrize(
    ("channel", "trigger", "person"),
    [
        ({"best_hour": 0}, {}, {}),
        ({}, {"account": 7}, {}),
        ({}, {}, {"planned": [planned(NOW + HOUR, NOW + 2 * HOUR)]}),
    ],
    ids=["the channel does not ask for it", "an account's cap may count it", "another contact is planned"],
)
def test_where_it_may_not_wait_it_leaves_when_the_gates_were_asked(channel: Any, trigger: Any, person: Any) -> None:
    out = sent(a_policy({5: 0.9}, trial=1.0, **channel), trigger=trigger, **person)

    assert (int(out["send_ms"]), out["hour_source"], out["hour_p"]) == (NOW, AT_ONCE, 1.0)


def test_a_share_draws_its_hour_evenly_and_says_with_which_probability() -> None:
    tables, n, refs = a_policy({5: 0.3}, trial=0.2), 24, 6000
    outs = [sent(tables, ref=int(ref)) for ref in np.random.default_rng(1).integers(1, 2**63, refs)]
    drawn = [out for out in outs if out["hour_source"] == DRAWN]

    assert len(drawn) / refs == pytest.approx(0.2, abs=0.02)
    times = Counter(hours_ahead(out) for out in drawn)
    assert set(times) == set(range(n))
    assert max(times.values()) < 2 * refs * 0.2 / n
    assert {round(float(out["hour_p"]), 9) for out in outs if hours_ahead(out) != 5} == {round(0.2 / n, 9)}
    assert {round(float(out["hour_p"]), 9) for out in outs if hours_ahead(out) == 5} == {round(0.8 + 0.2 / n, 9)}


def test_nothing_is_tried_out_on_who_has_little_reason_to_trust_us() -> None:
    outs = [sent(a_policy({5: 0.3}, trial=1.0), ref=ref, **BROKEN) for ref in range(1, 40)]

    assert {(hours_ahead(out), int(out["hour_source"]), float(out["hour_p"])) for out in outs} == {(5, BEST, 1.0)}
