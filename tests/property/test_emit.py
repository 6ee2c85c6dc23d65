from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jsonschema_rs
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.emit.encode import Encoder
from platinum.emit.fields import FIELDS
from platinum.emit.published import decision_schema
from platinum.hashing import name_hash
from platinum.policy.policy import Policy
from platinum.profile.entries import ACCOUNT_BYTES
from platinum.vocabulary.bonds import MOST_PSEUDONYM
from platinum.vocabulary.codes import N_GATES, Basis
from tests.builders.decided import DAY, a_spoken, decided
from tests.builders.policies import CATEGORIES, a_policy
from tests.reference import emit as twin


def introducing(policy: Policy) -> Policy:
    """The policy, with every second action as one that introduces people."""
    actions = policy.tables.actions.copy()
    actions["introduces"][::2] = 1
    return replace(policy, tables=policy.tables._replace(actions=actions))


POLICY = introducing(a_policy())
ENCODER = Encoder(POLICY, "prior")
SCHEMA = jsonschema_rs.validator_for(decision_schema())
N_CANDIDATES = len(POLICY.tables.candidates)

# 2010 to 2030 covers both clock changes of twenty years.
INSTANTS = st.integers(1_262_304_000_000, 1_900_000_000_000)
MONEY = st.floats(-1e6, 1e6).map(lambda x: 0.0 if abs(x) < 1e-9 else x)
HASHES = st.sampled_from([0, 12345, *map(name_hash, CATEGORIES)])
FLAG = st.integers(0, 1)
PSEUDONYMS = st.integers(0, MOST_PSEUDONYM)
CUSTOMERS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@st.composite
def roles(draw: st.DrawFn) -> dict[str, Any]:
    """In which role it was decided, and what rested there; half of all are their own."""
    rested = {name: draw(FLAG) for name in ("account_case", "account_cap", "role_over")}
    if draw(st.booleans()):
        return rested
    account = draw(CUSTOMERS).encode()
    text = account if len(account) <= ACCOUNT_BYTES else b""
    named = {"account_text": tuple(text.ljust(ACCOUNT_BYTES, b"\0")), "account_bytes": len(text.rstrip(b"\0"))}
    return rested | named | {"account": 7, "role": draw(HASHES)}


@st.composite
def stops(draw: st.DrawFn) -> dict[str, Any]:
    """What the person thinks of us, whether it stopped something, and whom they may meet."""
    share, names = st.sampled_from([0.0, 0.25]) | st.floats(1e-6, 1.0), ("trust", "trust_kept", "trust_terms", "trust_recovery")
    said: dict[str, Any] = {name: draw(st.integers(0, 1)) for name in ("wary", "unwelcome", "gadget", "variety", "owes", "spared")}
    said |= {"arm": draw(st.integers(0, 3)), "hour_source": draw(st.integers(0, 3)), "hour_p": draw(share)}
    said |= {name: draw(share) for name in names} | {"balance": draw(MONEY), "advocacy": draw(share)}
    said |= dict(zip(("meets", "meets_whom", "met_as"), draw(st.tuples(HASHES, PSEUDONYMS, PSEUDONYMS)), strict=True))
    return said | draw(roles()) | {"welcome_upper": draw(st.just(0.0) | st.floats(-3.0, -1e-6))}


TERMS = ("utility", "term_value", "term_cost", "term_effort", "term_fatigue", "term_goal", "goal_fit", "gratitude")


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Any record that the kernel could write, and some that it would not."""
    now = draw(INSTANTS)
    gates = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, N_CANDIDATES - 1), st.booleans()), max_size=3))
    blocked = [(now + 77_777 * (i + 1) if known else 0, 0.5, c, g) for i, (g, c, known) in enumerate(gates)]
    shared = draw(stops()) | {
        "now_ms": now,
        "p_chosen": draw(st.floats(1e-6, 1.0)),
        **dict(zip(("explored", "held_out"), draw(st.tuples(FLAG, FLAG)), strict=True)),
        "runner_up": draw(st.integers(-2, N_CANDIDATES - 1)),
        "runner_up_utility": draw(MONEY),
        "n_scored": draw(st.integers(0, 5)),
        "placement": draw(st.integers(-1, 0)),
        "blocked_by": draw(st.lists(st.integers(0, 300), min_size=N_GATES, max_size=N_GATES)),
        "blocked": blocked + [(0, 0.0, -1, 0)] * (3 - len(blocked)),
    }
    if draw(st.booleans()):
        return shared
    action = draw(st.integers(0, len(POLICY.actions) - 1))
    orders = draw(st.integers(0, 400))
    return a_spoken(
        **shared,
        **{name: draw(MONEY) for name in TERMS},
        action=action,
        lane=POLICY.actions[action].lane,
        channel=draw(st.integers(0, 2)),
        language=draw(st.integers(0, 1)),
        tone=draw(st.integers(-1, 1)),
        **dict(zip(("tone_source", "presented"), draw(st.tuples(st.integers(0, 5), st.integers(0, 124))), strict=True)),
        hints=(draw(st.permutations(range(10)))[: (n := draw(st.integers(0, 3)))] + [-1] * (3 - n)),
        style_known=draw(st.integers(0, 10**6)) / 10**6,
        send_ms=now + draw(st.sampled_from([0, 1, 3_600_000, 2 * DAY])),
        expires_ms=now + draw(st.integers(1, 90 * DAY)),
        evidence_offset=draw(st.integers(-1, 10**12)),
        basis=draw(st.sampled_from(Basis)),
        p_accept=draw(st.floats(1e-12, 1.0)),
        orders=orders,
        last_order_ms=now - draw(st.integers(0, 700 * DAY)) if orders else 0,
        first_day=now // DAY - draw(st.integers(0, 2000)) if orders else 0,
        **dict(zip(("last_category", "top_category"), draw(st.tuples(HASHES, HASHES)), strict=True)),
    )


def agree(ours: Any, theirs: Any) -> bool:
    """Equal, but a number may differ in its sixth digit: the twin rounds the decimal expansion, the kernel a product."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(agree(ours[name], theirs[name]) for name in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agree, ours, theirs))
    if isinstance(ours, float | int) and isinstance(theirs, float | int) and not isinstance(theirs, bool):
        return math.isclose(ours, theirs, rel_tol=1.01e-5)
    return bool(ours == theirs)


def assert_equal_to_twin(policy: Policy, encoder: Encoder, record: dict[str, Any], customer: str) -> None:
    made = decided(record)

    body = encoder.encode(made, [customer.encode()], ["d.3.1.9.0"], 3, 1)[0]

    assert agree(orjson.loads(body), twin.decision(made[0], policy, "prior", customer, "d.3.1.9.0", "3.1"))


@settings(max_examples=400)
@given(records(), CUSTOMERS)
def test_a_decision_says_what_its_slow_twin_says(record: dict[str, Any], customer: str) -> None:
    assert_equal_to_twin(POLICY, ENCODER, record, customer)


@settings(max_examples=100)
@given(st.lists(records(), min_size=1, max_size=6))
def test_bytes_do_not_depend_on_how_decisions_are_batched(many: list[dict[str, Any]]) -> None:
    keys = [f"c-{i}" for i in range(len(many))]
    ids = [f"d.3.1.{i}.0" for i in range(len(many))]
    made = decided(*many)

    together = ENCODER.encode(made, keys, ids, 3, 1)
    alone = [Encoder(POLICY, "prior").encode(made[i : i + 1], [keys[i]], [ids[i]], 3, 1)[0] for i in range(len(many))]

    assert together == alone


@settings(max_examples=100)
@given(records())
def test_every_field_is_there_in_the_published_order(record: dict[str, Any]) -> None:
    body = ENCODER.encode(decided(record), ["c"], ["d.3.1.9.0"], 3, 1)[0]

    SCHEMA.validate(orjson.loads(body))
    introduces = record.get("action", -1) >= 0 and POLICY.tables.actions["introduces"][record["action"]]
    assert list(orjson.loads(body)) == [field.name for field in FIELDS if introduces or not field.absent_when]
    assert not {60, 62, 38} & set(body)  # no <, > or &: the bytes may stand inside a page
