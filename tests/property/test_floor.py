"""The floor: people who are equal but for their worth are treated the same in all that is no money on top (treatment-formulas 3.9)."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import orjson
import pytest

from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.policy.tables import MOST_CELLS
from platinum.profile.entries import STATE_OURS, STATE_SORRY
from platinum.profile.row import ROW
from platinum.vocabulary.codes import Kind, Lane, Obligation
from tests.builders.desk import DAY, NOW, Desk
from tests.builders.rows import columns_of, new_rows, some_more
from tests.builders.worlds import CATEGORIES, CHANNELS, random_row, random_trigger
from tests.property.test_ledger import live
from tests.property.test_order_free import a_history

POLICIES, PER_POLICY = 80, 60
#: What worth is, in a row: money, what events in life promise, and the tier that was kept.
WORTH = ("spend", "first_day_spend", "spend_365d", "life", "tier")
#: Of a decision, what the person notices of it.
NOTICED = ("lane", "action", "channel", "tone", "language", "send_ms", "expires_ms", "promise_ms", "offer_ms", "call_back_ms", "owner")
TERMS = {"total_cost": "4.00", "ends": "never", "cancel": "Write to us.", "data_use": "none"}
THANKS = "Thank you for your order of {last_order_date}."
_DEPENDS: tuple[dict[str, Any], ...] = (
    {"when": {"tier": "top"}},
    {"when": {"tier": ["basic", "plus"]}},
    {"when": {"equity": {"at_least": 40}}},
    {"not_when": {"share_of_potential": {"at_least": 0.7}}},
    {"when": {"unrealised": {"at_least": 5}}},
    {"budget": "extra"},
)


def an_action(rng: random.Random, kind: str) -> dict[str, Any]:
    """An action; what is given on top depends on worth, mostly."""
    some = {"type": kind, "channels": rng.sample(CHANNELS, 2), "priority": rng.choice([-5, 0, 0, 5, 50]), "words": "Words."}
    if kind == "goodwill":
        return some | {"type": "amends", "pays": ["case"], "budget": rng.choice(["extra", "all"])}
    if kind == "amends":
        return some | {"pays": [rng.choice(["case", "money", "effort"])]}
    if kind in ("help", "offer"):
        del some["priority"]
    if kind == "offer":
        some |= {"terms": TERMS, "grows": {"money": 2, "of_unrealised": rng.choice([0.0, 0.1]), "of_equity": rng.choice([0.0, -0.1])}}
    if kind in ("offer", "surprise") and rng.random() < 0.8:
        some |= rng.choice(_DEPENDS)
    return some | ({"words": THANKS} if kind == "thank_you" else {})


def a_policy(rng: random.Random) -> Policy:
    """A policy in which worth decides whatever it may."""
    kinds = [
        "notice",
        "apology",
        "amends",
        "goodwill",
        "goodwill",
        "answer",
        "thank_you",
        "listen",
        "surprise",
        "surprise",
        "help",
        "offer",
        "offer",
    ]
    dropped = rng.sample(["thank_you", "listen", "amends", "apology", "answer", "surprise", "goodwill"], rng.choice([0, 0, 4, 7]))
    dropped += ["notice"] if rng.random() < 0.7 else []
    actions = {f"{kind}-{i}": an_action(rng, kind) for i, kind in enumerate(kinds) if kind not in dropped}
    written = {
        "policy": "floor",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "human": {"phone": "1"},
        "languages": ["en", "de", "fr"],
        "tones": {"warm": {"responsive": 0.8}, "brief": {}},
        "categories": list(CATEGORIES),
        "channels": {"web": "inbound", "call": "inbound", "email": {"kind": "outbound", "basis": "existing_customer"}, "card": "outbound"},
        "caps": ["2 per 7d"],
        "value": {"life_events": {"house_move": 0.5}},
        "tiers": {"names": ["basic", "plus", "top"], "margin": [10, 60]},
        "budgets": {"extra": {"per_day": 500, "people": 1000, "tiers": ["top"]}, "all": {"per_day": 500, "people": 1000}},
        "thank": {"holdout": 0.1},
        "surprise": {"interval": "1h", "daily": 1},
        "features": {"with": ["equity", "tier"]},
        "actions": actions,
    }
    return compile_policy(orjson.dumps(written))


def look_alikes(policy: Policy, rng: np.random.Generator) -> None:
    """What the learner says the best of all are worth."""
    policy.tables.settings["n_cells"] = 1
    policy.tables.settings["cell_p90"] = [float(rng.uniform(0, 300)), *[0.0] * (MOST_CELLS - 1)]


def twins(rng: np.random.Generator, policy: Policy) -> tuple[Any, Any]:
    """Two people who are equal but for what they are worth; some of them have an open case, apologised for or not."""
    row = random_row(rng, policy.tables, NOW)
    row["party"] = 0  # to whom an action is not meant, no worth brings it
    if rng.random() < 0.4:
        sorry = STATE_SORRY if rng.random() < 0.6 else 0
        case = {"kind": Obligation.CASE, "ref": 5, "made_ms": NOW - DAY, "due_ms": NOW + DAY, "weight": 3.0, "state": STATE_OURS | sorry}
        for member, value in case.items():
            row["obligations"][0][member] = value
        row["n_obligations"] = 1
    other = row.copy()
    for one, worth in ((row, rng.uniform(0, 50)), (other, rng.uniform(200, 5000))):
        one["spend"], one["first_day_spend"], one["spend_365d"] = worth * max(1, int(one["orders"])), worth, worth
        one["life"], one["tier"] = rng.choice([0.0, 2.0]), rng.choice([0, *policy.tables.settings[0]["tier_names"][:3]])
    return row, other


@pytest.fixture(scope="module")
def decided() -> list[tuple[Policy, Any, Any]]:
    """Decisions about twins, by policy."""
    found = []
    for seed in range(POLICIES):
        policy, rng = a_policy(random.Random(seed)), np.random.default_rng(seed)
        look_alikes(policy, rng)
        desk = Desk(policy.tables)
        for k in range(PER_POLICY):
            rows, trigger = twins(rng, policy), random_trigger(rng, policy.tables, NOW)
            if k % 4:  # in an account's role it is the account's worth that counts, and promotion mostly rests
                trigger["account"] = 0
            found.append((policy, *(desk.decide(row, trigger) for row in rows)))
    return found


def is_on_top(policy: Policy, out: Any) -> bool:
    """Whether a decision gives something that depends on worth, or scores."""
    return bool(out["lane"] >= Lane.GROWTH or policy.tables.actions[out["action"]]["by_worth"])


def test_whoever_is_worth_more_is_owed_told_asked_and_thanked_the_same(decided: list[tuple[Policy, Any, Any]]) -> None:
    different, compared = [], dict.fromkeys(Lane, 0)
    for policy, poor, rich in decided:
        if is_on_top(policy, poor) and is_on_top(policy, rich):
            continue
        compared[Lane(int(poor["lane"]))] += 1
        different += [name for name in NOTICED if poor[name] != rich[name]]

    assert different == []
    assert all(compared[lane] >= 20 for lane in (Lane.LEGAL, Lane.OWED, Lane.ASKED, Lane.THANK)), compared


def test_money_on_top_does_depend_on_worth(decided: list[tuple[Policy, Any, Any]]) -> None:
    """Else the test above would compare nothing."""
    different: dict[Lane, int] = dict.fromkeys(Lane, 0)
    for _, poor, rich in decided:
        if poor["action"] != rich["action"]:
            different[min(Lane(int(poor["lane"])), Lane(int(rich["lane"])))] += 1

    assert all(different[lane] >= 10 for lane in (Lane.OWED, Lane.THANK, Lane.GROWTH)), different


@pytest.mark.parametrize("seed", range(6))
def test_of_who_spends_a_hundred_times_as_much_nothing_else_is_remembered(seed: int) -> None:
    policy = a_policy(random.Random(seed))
    rows = [new_rows()[0] for _ in range(2)]
    history = [event for _, event in a_history(random.Random(seed), 60)]
    for row, factor in zip(rows, (1.0, 100.0), strict=True):
        events = [{**one, "amount": one.get("amount", 0.0) * factor} if one["kind"] == Kind.ORDER_COMPLETED else one for one in history]
        columns, items = columns_of(events)
        live(row, columns, items, policy.tables, some_more())

    differ = {name for name in ROW.names or () if not np.array_equal(rows[0][name], rows[1][name])}
    assert differ <= {*WORTH, "tier_since_s", "obligations", "get"}
    for one, other in zip(*(row["obligations"] for row in rows), strict=True):
        assert [one[name] for name in one.dtype.names if name != "amount"] == [other[name] for name in one.dtype.names if name != "amount"]
