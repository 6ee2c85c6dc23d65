"""The engine that a story happens in: what a moment does, and what was decided at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from platinum import Engine
from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from tests.stories.clock import Clock, rfc3339
from tests.stories.moments import Moment
from tests.stories.others import dispatched, others_known, others_promised, others_served, others_share
from tests.stories.reported import report_of
from tests.stories.story import POLICY, Story
from tests.stories.telling import CUSTOMER, Teller
from tests.stories.twin import Withdrawals, twin
from tests.stories.wrong import StoryFailed, StoryWrong
from tests.stories.yaml_text import value_of


class Happened(NamedTuple):
    """What a moment led to.

    Attributes
    ----------
    timers : list of dict
        Decisions that time asked for on the way to the moment.
    withdrawn : list of str
        Actions of planned contacts that were withdrawn.
    mistakes, warnings : list of str
        What `policy check` says, where that was the moment.
    claim : str
        What whoever claimed a contact was told, where that was the moment.
    till : str
        What a till was told to which an offer was brought, where that was the moment: ``honoured``, or why not.
    report : dict
        What the firm is told of itself, where that was the moment: ``reported.report_of``.
    """

    decisions: list[dict[str, Any]]
    timers: list[dict[str, Any]]
    withdrawn: list[str]
    mistakes: list[str]
    claim: str = ""
    till: str = ""
    warnings: Sequence[str] = ()
    report: Mapping[str, Any] = MappingProxyType({})


class Shop:
    """Plays the moments of one story, in their order."""

    def __init__(self, story: Story) -> None:
        self._policy = patched(shop_policy(story.under), story.policy)
        self.clock = Clock(self._policy["timezone"])
        self._who = story.who
        self._teller = Teller(self.clock, self._find)
        self._withdrawals = Withdrawals()
        self._actions: dict[str, str] = {}
        self._introductions: dict[str, dict[str, Any]] = {}
        self._claim = self._till = ""
        self._engine: Engine | None = None
        self._copies: list[Engine] = []

    @property
    def engine(self) -> Engine:
        """The engine; opened when the first moment needs it."""
        if self._engine is None:
            self._engine = Engine.open(orjson.dumps(self._policy), partitions=1, buckets=1)
        return self._engine

    @property
    def now_ms(self) -> int:
        """Where the story has come to; 0 = it has not begun."""
        return 0 if self._engine is None else self._engine.clock_ms

    def close(self) -> None:
        """Release the engine and its copies."""
        self.drop_copies()
        if self._engine is not None:
            self._engine.close()

    def play(self, moment: Moment) -> Happened:
        """Let a moment happen."""
        if moment.kind == "checked":
            mistakes, warnings = self._check()
            return Happened([], [], [], mistakes, warnings=warnings)
        if moment.kind == "reported":
            return Happened([], [], [], [], report=report_of(self.engine))
        if self._who:
            self._know(self._teller.who(self._who, moment.at))
            self._who = {}
        timers = self._advance(moment)
        if moment.kind == "nothing":
            return Happened(timers, [], self._withdrawn(), [])
        self._claim = self._till = ""
        decisions = self._do(moment)
        self._remember(decisions)
        return Happened(decisions, timers, self._withdrawn(), [], self._claim, self._till)

    def _advance(self, moment: Moment) -> list[dict[str, Any]]:
        to_ms = self.clock.ms(moment.arrived)
        if to_ms < self.now_ms:
            raise StoryWrong(f"{moment.text!r} stands after something later: put it where it arrives")
        timers = self.engine.advance(rfc3339(to_ms))
        self._remember(timers)
        return timers

    def _do(self, moment: Moment) -> list[dict[str, Any]]:
        if moment.kind == "command":
            self._command(moment)
            return []
        if moment.kind == "asked":
            return [self.ask(self.engine, moment.name, moment.intent, self.clock.ms(moment.at), moment.account)]
        event = self._teller.event(moment)
        if event.get("event") == "Introduction Answered":
            event["properties"] |= self._introductions.get(event["properties"]["decision_id"], {})
        again = [event | {"receivedAt": self.clock.instant(time)} for time in moment.again]
        return [decision for one in (event, *again) for decision in self._process(self.engine, one)]

    def _know(self, identify: dict[str, Any]) -> None:
        self._process(self.engine, identify)

    def _command(self, moment: Moment) -> None:
        if moment.name == "policy_changed":
            self._policy = patched(self._policy, moment.properties)
            self.engine.activate(orjson.dumps(self._policy))
        elif moment.name == "others_promised":
            self.engine.process(others_promised(self.clock.ms(moment.at), moment.properties))
        elif moment.name == "others_known":
            self.engine.process(others_known(self.clock.ms(moment.at), moment.properties))
        elif moment.name == "others_share":
            self.engine.process(others_share(self.clock.ms(moment.at), moment.properties))
        elif moment.name == "others_served":
            for event in others_served(self.clock.ms(moment.at), moment.properties):
                for decision in self.engine.process([event]):
                    if decision["action"] is not None:
                        self.engine.process([dispatched(decision)])
        elif moment.name == "contact_claimed":
            said = {"claimant": "mailer", "nonce": "n-1", **moment.properties}
            self._claim = self.engine.claim(self._find(said["decision"]), said["claimant"], said["nonce"], CUSTOMER).answer
        elif moment.name == "offer_brought":
            self._bring(moment)
        else:
            self._stop(moment)

    def _bring(self, moment: Moment) -> None:
        unknown = moment.properties.keys() - {"decision", "receipt"}
        if unknown or len(moment.properties) < 2:
            raise StoryWrong("offer_brought says {decision: <action>, receipt: <number>}, and nothing else")
        decision, receipt = self._find(moment.properties["decision"]), str(moment.properties["receipt"])
        told = self.engine.redeem(decision, CUSTOMER, receipt, now=rfc3339(self.clock.ms(moment.at)))
        self._till = told.reason or told.answer

    def _stop(self, moment: Moment) -> None:
        unknown = moment.properties.keys() - {"action", "channel", "all_sending"}
        if unknown:
            raise StoryWrong(f"policy_stopped has no {sorted(unknown)[0]!r}: action, channel, all_sending")
        actions, channels = ([moment.properties[of]] if of in moment.properties else [] for of in ("action", "channel"))
        self.engine.stop(actions=actions, channels=channels, sending=bool(moment.properties.get("all_sending")))

    def _check(self) -> tuple[list[str], Sequence[str]]:
        try:
            return [], compile_policy(orjson.dumps(self._policy)).warnings
        except PolicyInvalid as invalid:
            return str(invalid).splitlines(), ()

    @staticmethod
    def ask(engine: Engine, placement: str, intent: str, now_ms: int, account: str = "") -> dict[str, Any]:
        """One decision for a placement."""
        context = {name: said for name, said in (("intent", intent), ("account", account)) if said}
        return engine.decide(CUSTOMER, placement, now=rfc3339(now_ms), context=context or None)

    @staticmethod
    def _process(engine: Engine, event: Mapping[str, Any]) -> list[dict[str, Any]]:
        decisions = engine.process([event])
        if engine.rejected:
            raise StoryWrong(f"the engine refuses {event}: {[verdict for _, verdict in engine.rejected]}")
        return decisions

    def probe(self, at_ms: int) -> list[tuple[str, Engine, dict[str, Any]]]:
        """What would be decided at an instant: where it was asked, the engine that knows why, the decision.

        Every placement asks, and the stream on a page that is looked at; each on a copy that nothing else has touched.
        """
        found = []
        for placement in self.engine.policy.placements:
            other = self._copy(at_ms)
            found.append((f"asked on {placement}", other, self.ask(other, placement, "", at_ms)))
        other = self._copy(at_ms)
        at = rfc3339(at_ms)
        page = {"type": "page", "messageId": "probe", "userId": CUSTOMER, "timestamp": at, "properties": {}}
        found += [("the stream, on a page", other, decision) for decision in self._process(other, page)]
        return found

    def _copy(self, at_ms: int) -> Engine:
        other = twin(self.engine)
        self._copies.append(other)
        other.advance(rfc3339(at_ms))
        return other

    def drop_copies(self) -> None:
        """Release the copies that the last probe was asked on."""
        while self._copies:
            self._copies.pop().close()

    def _remember(self, decisions: list[dict[str, Any]]) -> None:
        for decision in decisions:
            self._actions[decision["decision_id"]] = decision["action"] or "silence"
            if whom := decision.get("introduction"):
                self._introductions[decision["decision_id"]] = {"interest": whom["interest"], "to": whom["to"]}

    def _find(self, what: str) -> str:
        """Id of the newest decision for an action; of the first, if it says ``first thanks-mail``."""
        name = what.removeprefix("first ")
        found = [decision_id for decision_id, action in self._actions.items() if action == name]
        if not found and name not in self._policy["actions"]:
            raise StoryWrong(f"the policy has no action {name!r}: {', '.join(self._policy['actions'])}")
        if not found:
            raise StoryFailed(f"no decision for {what!r} was made before; those that were: {list(self._actions.values())}")
        return found[-1 if name == what else 0]

    def _withdrawn(self) -> list[str]:
        return [self._actions.get(one["decision_id"], "unknown") for one in self._withdrawals.new(self.engine)]


@cache
def shop_policy(under: str) -> dict[str, Any]:
    """The policy of all stories, or one that ships with the package; never changed, only laid over."""
    policy: dict[str, Any] = value_of(example(under).decode() if under else POLICY.read_text("utf-8"))
    return policy


def patched(policy: Any, patch: Any) -> Any:
    """``policy`` with ``patch`` laid over it; null takes a key out."""
    if not isinstance(policy, dict) or not isinstance(patch, dict):
        return patch
    merged = {**policy, **{key: patched(policy.get(key), value) for key, value in patch.items()}}
    return {key: value for key, value in merged.items() if value is not None or key not in patch}
