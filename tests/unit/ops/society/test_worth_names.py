"""The same treatment of the same person on the same day has one name in every arm, and each arm is told of it by its own."""

from __future__ import annotations

from tests.builders.societies import Event, treated
from tests.builders.worth_names import Names


def test_engines_with_other_logs_name_the_same_treatment_alike() -> None:
    one, other = (treated("c-1", "thank_you", 3, decision_id=identity) for identity in ("d.1.0.77.0", "d.1.0.93.0"))

    names = [Names().named(decision, 3)["decision_id"] for decision in (one, other)]

    assert names[0] == names[1] != Names().named(one, 4)["decision_id"]


def test_the_same_again_on_one_day_has_a_name_of_its_own() -> None:
    names = Names()

    assert len({names.named(treated("c-1", "offer", 3, decision_id=str(n)), 3)["decision_id"] for n in range(3)}) == 3


def test_what_became_of_it_and_of_what_it_promised_is_told_by_the_own_name() -> None:
    names = Names()
    heard = names.named(treated("c-1", "apology", 3, decision_id="d.1.0.77.0", promise={"promise_id": "d.1.0.77.0"}), 3)
    event: Event = {
        "event": "Promise Kept",
        "properties": {"decision_id": heard["decision_id"], "promise_id": heard["promise"]["promise_id"]},
    }

    assert heard["promise"]["promise_id"] == heard["decision_id"] != "d.1.0.77.0"
    assert names.told(event)["properties"] == {"decision_id": "d.1.0.77.0", "promise_id": "d.1.0.77.0"}
    assert event["properties"]["decision_id"] == heard["decision_id"]


def test_what_nobody_named_is_told_as_it_is() -> None:
    assert Names().told({"event": "Promise Kept", "properties": {"promise_id": "p-1"}})["properties"] == {"promise_id": "p-1"}
