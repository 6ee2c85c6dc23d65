"""`policy stop` under load on a real Kafka: the short form of ``python -m tests.chaos.kafka_stop``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.kafka import a_broker
from tests.chaos.kafka_stop import faults, plan_of, trial

#: The promises are 1 s and 5 s; a machine on which other tests run takes longer for everything, and to start the command.
PATIENCE_S, WITHDRAWN_S = 5.0, 10.0


@pytest.mark.slow
@pytest.mark.parametrize("what", ["deciding", "action"])
def test_nothing_that_is_stopped_is_sent_or_claimed_and_what_was_planned_is_taken_back(tmp_path: Path, what: str) -> None:
    plan = plan_of(["--rate", "400", "--seconds", "4", "--workers", "1", "--customers", "1000", "--what", what, "--most", f"{PATIENCE_S}"])

    with a_broker(tmp_path / "kafka") as broker:
        found = trial(broker.address, tmp_path, plan)

    assert not faults(found, what, PATIENCE_S, WITHDRAWN_S), found


def test_each_promise_that_is_broken_is_a_fault() -> None:
    good = {"last_contact_s": 0.4, "last_answer_s": 0.3, "last_withdrawal_s": 2.0, "claims_sent_after": 0, "planned_and_left": 0}
    good |= {"contacts": 9, "withdrawn_by_stop": 5, "claims_sent_before": 3, "others_after": 4}
    good |= {"claims_refused_after": 20, "answers_after": 7, "folded_after": True}

    assert faults(good, "deciding") == faults(good, "action") == []
    for name, bad in (("last_contact_s", 1.1), ("last_answer_s", 1.1), ("last_withdrawal_s", 5.1), ("claims_sent_after", 1)):
        assert faults(good | {name: bad}, "deciding") == [name]
    assert faults(good | {"last_withdrawal_s": 5.1}, "action") == ["last_withdrawal_s"]
    assert faults(good | {"claims_refused_after": 19}, "channel") == ["claims_refused_after"]
    assert faults(good | {"folded_after": False, "answers_after": 0}, "channel") == ["no answers_after", "no folded_after"]
    assert faults(good | {"planned_and_left": 1}, "all-sending") == ["planned_and_left"]
    assert faults(good | {"contacts": 0}, "deciding") == ["no contacts"]
    assert faults(good | {"others_after": 0}, "action") == ["no others_after"]
