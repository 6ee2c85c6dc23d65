"""A society under the policy of ``tests/proof/policies/people.yaml``, and what is switched off in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from platinum.engine import Engine
from platinum.events.columns import Columns
from platinum.events.decode import decode
from platinum.hashing import name_hash
from platinum.ops.society import MODEL
from platinum.policy.compile import compile_policy
from platinum.policy.facts import check_facts
from platinum.policy.floor import by_worth
from platinum.policy.policy import Policy
from platinum.ports import INTERACTIONS
from tests.builders.deployments import read_all
from tests.builders.proof_again import Made, made
from tests.builders.proof_runs import live
from tests.stories.breaking import Break

Json = dict[str, Any]
POLICY = Path(__file__).parent.parent / "proof" / "policies" / "people.yaml"
#: Contacts of firms order for them every fourth day: what must not leak is there to leak.
BUSY = replace(MODEL, orders_for_firm=0.25)
#: Which action draws on which budget.
DRAWS = {"goodwill": "goodwill", "flowers": "flowers", "rebate": "rebates"}
_decode, _compile = decode, compile_policy


def _for_themselves(*given: Any) -> Any:
    """Decoded as if everybody did everything for themselves."""
    columns, rejections = _decode(*given)
    events = columns.events.copy()
    events["account"], events["role"] = 0, 0
    return Columns(events, columns.items, columns.keys), rejections


def _drawing_on_nothing(source: bytes, *more: Any) -> Policy:
    """The policy, whose actions cost what they like."""
    policy: Policy = _compile(source, *more)
    actions = policy.tables.actions.copy()
    actions["budget"] = 0
    return replace(policy, tables=policy.tables._replace(actions=actions))


def _no_worth(*_: Any) -> int:
    return 0


def _unchecked(*_: Any) -> None:
    return None


def _for_the_best(source: str) -> str:
    """The policy, which helps and thanks those in the highest tier."""
    return source.replace("planner: {type: help,", "planner: {type: help, when: {tier: gold},").replace(
        "    type: thank_you\n", "    type: thank_you\n    when: {tier: gold}\n"
    )


def _more_for_the_formal(source: str) -> str:
    """The policy, which offers more to who likes it formal."""
    return source.replace("A reduction of 4.00", "A reduction of 5.00").replace("entitled to 10.00", "entitled to 12.00")


class Switch(NamedTuple):
    """One thing that is switched off, and which of the invariants must show it."""

    what: str
    shows: str
    broken: Break
    rewrites: Callable[[str], str] = str


SWITCHES: Mapping[str, Switch] = {
    "wall": Switch("wall between roles", "roles", Break("", "wall", [(decode, _for_themselves)])),
    "floor": Switch("check of the floor", "floor", Break("", "floor", [(by_worth, _no_worth)]), _for_the_best),
    "facts": Switch("check of facts", "facts", Break("", "facts", [(check_facts, _unchecked)]), _more_for_the_formal),
    "budget": Switch("budgets", "budget", Break("", "budgets", [(compile_policy, _drawing_on_nothing)])),
}


@dataclass
class Treated:
    """What a run leaves behind, while its engine is open."""

    engine: Engine

    def events(self) -> Iterator[Json]:
        """What was told, in the order of the log."""
        for records in self.engine._run(read_all(self.engine._deployment.log, INTERACTIONS)):
            for record in records:
                if not record.value.startswith(b'{"engine":'):
                    yield orjson.loads(record.value)

    def decisions(self) -> Iterator[Made]:
        """Every decision that was made from a row that is kept with it."""
        return made(self.engine)

    @staticmethod
    def budget_of(one: Made) -> Json | None:
        """Budget that a decision draws on."""
        name = DRAWS.get(one.body["action"] or "")
        return (name and {"name": name, "hash": name_hash(name), "person": int(one.case.trigger["person"][0])}) or None

    @staticmethod
    def share_of(one: Made) -> float:
        """Share of people who may have one of it, as the snapshot says under which it was decided."""
        if one.body["action"] not in DRAWS:
            return 0.0
        settings = one.stages.policy.tables.settings[0]
        return float(settings["budget_share"][settings["budget_name"].tolist().index(name_hash(DRAWS[one.body["action"]]))])


@contextmanager
def lived_under(seed: int, customers: int, days: int, switch: str = "") -> Iterator[Treated]:
    """Live through some days; what is switched off stays off while decisions are made once more."""
    source = POLICY.read_text()
    with ExitStack() as stack:
        if switch:
            stack.enter_context(SWITCHES[switch].broken.done())
            played = SWITCHES[switch].rewrites(source)
            assert played != source or SWITCHES[switch].rewrites is str
            source = played
        engine = stack.enter_context(Engine.open(source.encode(), buckets=16))
        live(engine, seed, customers, days, BUSY)
        yield Treated(engine)
