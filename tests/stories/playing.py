"""Whether a story holds: play it, compare, and look for what must never be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import gcd
from typing import Any, NamedTuple

from platinum import Engine
from platinum.vocabulary.codes import LANE_OF, ActionType
from tests.stories.clock import TIME, UNIT_MS, rfc3339
from tests.stories.expecting import BESIDE, Reader, span_ms
from tests.stories.moments import Moment
from tests.stories.reported import differences
from tests.stories.shop import Happened, Shop
from tests.stories.story import Never, Step, Story
from tests.stories.twin import derivation
from tests.stories.wrong import StoryFailed, StoryWrong

_PROBE_EVERY_HOURS = 7
MOST_PROBES = 20
_AFTER = re.compile(rf"(?P<span>\d+ \w+) (?:later|after (?P<what>{TIME}|.+))")
_FILLERS = {"the", "is", "was", "has", "been", "a", "an", "their", "of", "it"}
#: Fields by which an option that was not drawn can be told.
_OF_OPTIONS = {"type", "lane", "action", "channel"}


def play(story: Story) -> None:
    """Raise ``StoryFailed`` if a story does not hold, ``StoryWrong`` if it is none."""
    shop = Shop(story)
    try:
        _Play(story, shop).run()
    except StoryWrong as wrong:
        raise StoryWrong(f"{story.where} {story.title!r}: {wrong}") from wrong
    except StoryFailed as failed:
        raise StoryFailed(f"{story.where} {story.title!r}\n  rule: {story.rule}\n  {failed}\n  trap: {story.trap}") from None
    finally:
        shop.close()


class _Forbidden(NamedTuple):
    never: Never
    from_ms: int
    until_ms: int


class _Play:
    def __init__(self, story: Story, shop: Shop) -> None:
        self._story, self._shop, self._reader = story, shop, Reader(shop.clock)
        self._nevers: list[_Forbidden] = []
        self._moment = ""

    def run(self) -> None:
        """Every step, and the time behind the last."""
        for i, step in enumerate(self._story.steps):
            for moment in step.given:
                self._pass(moment)
            begun = [*(self._story.never if i == 0 else ()), *step.never]
            self._judge(step, self._pass(step.when, [self._forbidden(never, step.when) for never in begun]))
        self._look_until(max((one.until_ms for one in self._nevers), default=0))

    def _pass(self, moment: Moment, begun: Sequence[_Forbidden] = ()) -> Happened:
        """Look at the time up to a moment, then let it happen; what ``begun`` forbids holds from there on."""
        if self._nevers:
            self._look_until(self._shop.clock.ms(moment.arrived))
        self._nevers += begun
        self._moment = moment.text
        happened = self._shop.play(moment)
        for decision in (*happened.timers, *happened.decisions):
            self._forbid("then", self._shop.engine, decision, self._shop.clock.of_instant(decision["decided_at"]))
        return happened

    def _judge(self, step: Step, happened: Happened) -> None:
        if step.then is None:
            return
        wanted = [{k: v for k, v in one.items() if k not in BESIDE} for one in step.then]
        beside = {k: v for one in step.then for k, v in one.items() if k in BESIDE}
        wanted = [one for one in wanted if one]
        wrong = self._beside(beside, happened)
        if (wanted or not beside) and len(wanted) != len(happened.decisions):
            wrong.append(f"wanted {len(wanted)} decision(s), there were {len(happened.decisions)}")
        for one, decision in zip(wanted, happened.decisions, strict=False):
            candidates = derivation(self._shop.engine, decision)["candidates"] if "blocked" in one else []
            wrong += self._reader.differences(one, decision, candidates)
        if wrong:
            self._fail(wrong, [(self._shop.engine, decision) for decision in happened.decisions])

    @staticmethod
    def _beside(beside: dict[str, Any], happened: Happened) -> list[str]:
        wrong = []
        if "claim" in beside and beside["claim"] != happened.claim:
            wrong.append(f"claim: wanted {beside['claim']!r}, was told {happened.claim!r}")
        if "till" in beside and beside["till"] != happened.till:
            wrong.append(f"till: wanted {beside['till']!r}, was told {happened.till!r}")
        if "withdrawn" in beside:
            wanted = beside["withdrawn"]
            names = [] if wanted == "nothing" else wanted if isinstance(wanted, list) else [wanted]
            if sorted(names) != sorted(happened.withdrawn):
                wrong.append(f"withdrawn: wanted {names}, was {happened.withdrawn}")
        if "report" in beside:
            wrong += differences(beside["report"], happened.report)
        for name, lines in (("mistakes", happened.mistakes), ("warnings", happened.warnings)):
            missing = [piece for piece in _listed(beside.get(name, [])) if not any(str(piece) in line for line in lines)]
            wrong += [f"{name}: wanted one with {piece!r}, were {list(lines)}" for piece in missing]
        return wrong

    def _forbidden(self, never: Never, when: Moment) -> _Forbidden:
        return _Forbidden(never, self._shop.clock.ms(when.arrived), self._until(never, when))

    def _until(self, never: Never, when: Moment) -> int:
        """Instant up to which (not included) it must not be."""
        if re.fullmatch(TIME, never.until):
            return self._shop.clock.ms(never.until)
        found = _AFTER.fullmatch(never.until)
        if not found:
            raise StoryWrong(f"'until: {never.until}' must be a time, '<n> days later' or '<n> days after <something of this story>'")
        at = when.at if found["what"] is None else self._time_of(found["what"])
        return self._shop.clock.ms(at) + span_ms(found["span"])

    def _time_of(self, what: str) -> str:
        if re.fullmatch(TIME, what):
            return what
        name = "_".join(word for word in what.split() if word not in _FILLERS)
        moments = [moment for step in self._story.steps for moment in (*step.given, step.when)]
        found = [moment.at for moment in moments if moment.name == name]
        if not found:
            raise StoryWrong(f"{what!r} ({name}) does not happen in this story: {[m.name for m in moments]}")
        return found[-1]

    def _look_until(self, end_ms: int) -> None:
        """Ask at many instants what would be decided, up to ``end_ms`` and as long as something must not be."""
        end_ms = min(end_ms, max((one.until_ms for one in self._nevers), default=0))
        for at_ms in probes(self._shop.now_ms, end_ms):
            for where, engine, decision in self._shop.probe(at_ms):
                self._forbid(f"{where} at {self._shop.clock.said(rfc3339(at_ms))}", engine, decision, at_ms)
            self._shop.drop_copies()

    def _forbid(self, where: str, engine: Engine, decision: dict[str, Any], at_ms: int) -> None:
        for never, from_ms, until_ms in self._nevers:
            if not from_ms <= at_ms < until_ms:
                continue
            if self._reader.matches(never.what, decision):
                self._fail([f"never {never.what} until {never.until}; {where}:"], [(engine, decision)])
            for option in self._options(never, engine, decision):
                self._fail([f"never {never.what} until {never.until}; {where} it could have been {option}:"], [(engine, decision)])

    def _options(self, never: Never, engine: Engine, decision: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What the draw could have fallen on instead, and must not be."""
        if decision["runner_up"] is None or decision["p_chosen"] >= 1.0 or not set(never.what) <= _OF_OPTIONS:
            return
        placement = engine.policy.placements.index(decision["placement"]) if decision["placement"] else -1
        if placement >= 0 and "channel" in never.what:
            at = int(engine.policy.tables.placements[placement]["channel"])
            if not self._reader.equal(never.what["channel"], engine.policy.channels[at]):
                return
        types = {action.name: action.type for action in engine.policy.actions}
        for option in (derivation(engine, decision)["draw"] or {}).get("options", []):
            kind = types.get(option["action"], ActionType.SILENCE)
            told = {"action": option["action"], "channel": option["channel"]}
            told |= {"type": kind.name.lower(), "lane": LANE_OF[kind].name.lower()}
            if option["p"] > 0 and all(self._reader.equal(value, told[name]) for name, value in never.what.items()):
                yield told

    def _fail(self, wrong: Sequence[str], decided: Sequence[tuple[Engine, dict[str, Any]]]) -> None:
        lines = [f"at: {self._moment}", *wrong]
        for engine, decision in decided:
            lines += self._instead(engine, decision)
        raise StoryFailed("\n  ".join(lines))

    def _instead(self, engine: Engine, decision: dict[str, Any]) -> list[str]:
        said = self._shop.clock.said
        sent = f", sent at {said(decision['send_at'])}" if decision["send_at"] else ""
        what = "silence" if decision["action"] is None else f"{decision['action']} by {decision['channel']}"
        stopped = [one for one in derivation(engine, decision)["candidates"] if one["gate"] is not None]
        reasons = ", ".join(reason["code"] for reason in decision["reasons"])
        return [
            f"decided at {said(decision['decided_at'])}: {decision['type']} ({what}){sent}, because: {reasons}",
            f"stopped: {'; '.join(map(self._reader.verdict, stopped)) or 'nothing'}",
        ]


def probes(from_ms: int, to_ms: int) -> list[int]:
    """Instants between two others, neither included: a minute from both ends, and every seven hours, or more where that is long."""
    minute, hour = UNIT_MS["minute"], UNIT_MS["hour"]
    if to_ms - from_ms <= minute:
        return []
    hours = max(_PROBE_EVERY_HOURS, (to_ms - from_ms) // (MOST_PROBES * hour))
    while gcd(hours, 24) != 1:  # so that every hour of the day is met in the end
        hours += 1
    return sorted({from_ms + minute, to_ms - minute, *range(from_ms + hours * hour, to_ms, hours * hour)})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
