"""Who talks, per party: sums against sums, the interval against many draws, and what asks to be looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.ops.firm.talked import Talked, introduction_measures, ratio_of


def bonds(party: str, talked: float, listened: float) -> dict[str, Any]:
    return {"party": party, "talked": talked, "listened": listened}


def test_every_party_has_its_own_ratio_and_number_of_people() -> None:
    counted = Talked()
    for one in (bonds("customer", 3, 1), bonds("customer", 1, 3), bonds("customer", 0, 0), bonds("supplier", 4, 1), bonds("owner", 2, 0)):
        counted.take(one)

    found = {one.name: one for one in counted.measures()}

    assert {name: (one.value, one.n) for name, one in found.items()} == {
        "talk_listen_customer": (1.0, 2),
        "talk_listen_supplier": (4.0, 1),
        "talk_listen_owner": (1000.0, 1),
    }
    assert {name for name, one in found.items() if one.alarm} == {"talk_listen_supplier", "talk_listen_owner"}
    assert all(one.low is None for one in found.values() if one.n == 1)


def test_nobody_who_was_ever_spoken_to_is_no_number_and_no_alarm() -> None:
    (one,) = Talked().measures()

    assert (one.name, one.value, one.n, one.alarm) == ("talk_listen_customer", None, 0, "")


def test_the_interval_holds_the_ratio_of_everybody_in_19_of_20_draws() -> None:
    rng, held = np.random.default_rng(5), 0
    everybody = list(zip(rng.poisson(2.0, 20_000).tolist(), (rng.poisson(3.0, 20_000) + 1).tolist(), strict=True))
    true = sum(t for t, _ in everybody) / sum(heard for _, heard in everybody)

    for _ in range(400):
        one = ratio_of("customer", [everybody[i] for i in rng.integers(20_000, size=80)])
        assert one.low is not None
        assert one.high is not None
        held += one.low <= true <= one.high

    assert held / 400 == pytest.approx(0.95, abs=0.025)


def test_introductions_are_shares_of_those_that_somebody_answered() -> None:
    accepted, replied = introduction_measures({"people": 9, "answered": 8, "accepted": 2, "replied": 4, "declined": 3})

    assert (accepted.value, accepted.n, replied.value) == (0.25, 8, 0.5)
