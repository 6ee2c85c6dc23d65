"""Every action of every policy that ships can be said, on each of its channels, in each language and tone it has words for."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import orjson
import pytest

import platinum
from platinum.emit.encode import Encoder
from platinum.emit.published import decision_schema
from platinum.policy.compile import compile_policy
from tests.builders.decided import a_spoken, decided

EXAMPLES = sorted((Path(platinum.__file__).parent / "examples").glob("*.yaml"))
SCHEMA = jsonschema_rs.validator_for(decision_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_action_of_an_example_obeys_the_schema(path: Path) -> None:
    policy = compile_policy(path.read_bytes())
    category = next((hashed for hashed, name in policy.names.items() if name in policy.categories), 0)
    records = [
        a_spoken(
            action=a,
            channel=h,
            candidate=c,
            language=language,
            tone=tone,
            lane=policy.actions[a].lane,
            runner_up=-1,
            last_category=category,
            top_category=category,
        )
        for c, (a, h) in enumerate(policy.tables.candidates[["action", "channel"]].tolist())
        for language, tone in policy.actions[a].content or ((-1, -1),)
    ]

    bodies = Encoder(policy, "prior").encode(decided(*records), ["c"] * len(records), ["d.1.0.1.0"] * len(records), 1, 0)

    decisions = [orjson.loads(body) for body in bodies]
    for decision in decisions:
        SCHEMA.validate(decision)
    left = {name for decision in decisions for name in (decision["content"] or {"placeholders": []})["placeholders"]}
    assert not left & {"last_order_date", "orders", "last_category", "top_category", "first_order_date", "days_since_last", "ends"}
