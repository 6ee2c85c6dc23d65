"""What a decision says about its end: nothing is offered that holds no longer, what is owed is held and not dropped."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.decide.record import NEVER, PASSED
from platinum.engine import Engine
from platinum.policy import tables as t
from platinum.policy.load import example
from platinum.vocabulary.codes import ActionType, Gate, Lane
from tests.builders.desk import DAY, HOUR, NOW, Desk, a_row, a_trigger, said
from tests.builders.tables import a_channel, an_action, records, some_tables

TODAY = NOW // DAY  # 2023-11-14; NOW is 22:13 in London, whose day ends at 24:00 UTC
MIDNIGHT = (TODAY + 1) * DAY
MORNING = MIDNIGHT + 9 * HOUR
BUYER = {"orders": 1, "consents": [said()]}


def a_desk(kind: ActionType = ActionType.OFFER, **members: Any) -> Desk:
    """One action on e-mail, which is quiet from 20:00 to 09:00, and on sms, which never is."""
    return Desk(
        some_tables(
            channels=records(t.CHANNEL, a_channel("email", quiet_from=20 * 60, quiet_to=9 * 60), a_channel("sms")),
            actions=records(t.ACTION, an_action("it", kind, value=40.0, **members)),
            caps=records(t.CAP),
            placements=records(t.PLACEMENT),
        )
    )


EMAIL, SMS = 0, 1


def gates(desk: Desk, **row: Any) -> list[tuple[int, int]]:
    """(gate, until) on e-mail and on sms."""
    desk.decide(a_row(**(BUYER | row)), a_trigger())
    return list(zip(desk.scratch.gate.tolist(), desk.scratch.until_ms.tolist(), strict=True))


@pytest.mark.parametrize("first_day_after", [TODAY, TODAY - 2_000])
def test_an_offer_that_has_ended_is_not_made(first_day_after: int) -> None:
    assert gates(a_desk(ends_day=first_day_after)) == [(Gate.TERMS, NEVER)] * 2


def test_on_its_last_day_an_offer_expires_with_the_day_and_is_not_held_beyond_it() -> None:
    desk = a_desk(ends_day=TODAY + 1)

    out = desk.decide(a_row(**BUYER), a_trigger())

    assert desk.scratch.gate.tolist() == [Gate.TERMS, PASSED]
    assert desk.scratch.until_ms[EMAIL] == NEVER
    assert (out["channel"], out["expires_ms"]) == (SMS, MIDNIGHT)


@pytest.mark.parametrize(("end", "expires"), [({"ends_days": 1}, MIDNIGHT), ({"ends_days": 1, "ends_hours_ms": 12 * HOUR}, MIDNIGHT + DAY)])
def test_an_offer_that_ends_so_long_after_it_is_sent_expires_with_that_day(end: dict[str, int], expires: int) -> None:
    desk = a_desk(ActionType.OFFER, **end)
    desk.tables.channels[EMAIL]["outbound"] = 0  # sms only

    assert desk.decide(a_row(**BUYER), a_trigger())["expires_ms"] == expires


def test_what_is_owed_is_held_over_the_night_however_short_its_life_and_thanks_are_not() -> None:
    owed, thanks = a_desk(ActionType.APOLOGY, expires_ms=8 * HOUR), a_desk(ActionType.THANK_YOU, expires_ms=8 * HOUR)
    row = a_row(**BUYER, earned=50.0, gratitude_as_of_ms=NOW)
    owed.tables.channels[SMS]["outbound"] = thanks.tables.channels[SMS]["outbound"] = 0  # e-mail only

    out, other = owed.decide(row, a_trigger()), thanks.decide(row, a_trigger())

    assert (out["lane"], out["send_ms"], out["expires_ms"]) == (Lane.OWED, MORNING, MORNING + 8 * HOUR)
    assert other["lane"] == Lane.SILENCE
    assert thanks.scratch.gate[EMAIL] == Gate.QUIET_HOURS


def test_a_published_offer_never_outlives_its_valid_until() -> None:
    source = example("minimal").replace(b"ends: 14d", b"ends: 12h").replace(b"value: 4.00", b"value: 4000")
    bought = {"type": "track", "event": "Order Completed", "messageId": "m", "userId": "a", "timestamp": "2026-01-02T10:00:00Z"}
    with Engine.open(source) as engine:
        engine.process([bought | {"properties": {"order_id": "1", "total": 50}}])
        made = [engine.decide("a", "web", now=f"2026-03-28T{hour:02d}:30:00Z") for hour in (3, 10, 22)]

    offers = [(d["expires_at"], d["offer"]["valid_until"]) for d in made if d["offer"]]
    assert offers
    assert all(expires <= until for expires, until in offers)
    assert any(expires == until for expires, until in offers)
