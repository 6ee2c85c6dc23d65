"""Who wants to be introduced to others who share an interest, by pseudonyms, and who is proposed to whom (treatment-formulas 3.18).

A pseudonym is made from the customer's key with a key of the deployment's (``profile.interests.pseudonym_of``). Whoever wants it no more
leaves at once; so does who was last heard of it a year ago. Everything here is a pure function of what was told: of the same facts, the
same pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from platinum.policy.tables import MOST_INTRODUCED

_DAY_MS = 86_400_000
#: Whoever said that they want to be introduced so long ago is not proposed to anybody any more.
HOLDS_MS = 365 * _DAY_MS
#: Both answered, and the second so soon after the first: they have replied to each other.
REPLIES_MS = 30 * _DAY_MS
#: People of one interest, and answers, per partition; who comes later waits for room.
MOST_PEOPLE, MOST_ANSWERS = 4096, 16_384

#: (interest, smaller pseudonym, larger).
Pair = tuple[str, int, int]


@dataclass(slots=True)
class Community:
    """Statistics of one partition, or of all.

    Attributes
    ----------
    people : dict
        Interest → pseudonym → since when they want to be introduced, ms.
    heard : dict
        Interest → pseudonym → when they said so last, ms.
    answers : dict
        (interest, who, to) → (accepted, when, ms); the newest of each.
    """

    people: dict[str, dict[int, int]] = field(default_factory=dict)
    answers: dict[tuple[str, int, int], tuple[bool, int]] = field(default_factory=dict)
    heard: dict[str, dict[int, int]] = field(default_factory=dict)

    def add(self, fact: Mapping[str, Any]) -> None:
        """A fact ``interest``: somebody wants it from now on, or no more; or ``introduction``: they answered a proposal."""
        name, who, at_ms = fact["name"], int(fact["who"]), int(fact["made_ms"])
        if name is None or name.startswith("#"):
            return  # what somebody typed may be anything: only interests of the policy have a community
        if fact["fact"] == "introduction":
            if who != (to := int(fact["to"])):
                self._answered((name, who, to), fact["said"] > 0.0, at_ms)
            return
        wants, heard = self.people.setdefault(name, {}), self.heard.setdefault(name, {})
        if fact["said"] <= 0.0:
            wants.pop(who, None)
            heard.pop(who, None)
        elif who in wants or len(wants) < MOST_PEOPLE:
            wants.setdefault(who, at_ms)  # whoever says it again keeps their place in the queue
            heard[who] = max(heard.get(who, at_ms), at_ms)

    def _answered(self, key: tuple[str, int, int], accepted: bool, at_ms: int) -> None:
        before = self.answers.pop(key, None)
        if before is not None and before[1] > at_ms:
            accepted, at_ms = before
        elif len(self.answers) >= MOST_ANSWERS:
            del self.answers[next(iter(self.answers))]
        self.answers[key] = accepted, at_ms

    def merge(self, other: Self) -> None:
        """Add another's: a person's facts are all in one partition."""
        for name, wants in sorted(other.people.items()):
            self.people.setdefault(name, {}).update(wants)
        for name, heard in sorted(other.heard.items()):
            self.heard.setdefault(name, {}).update(heard)
        self.answers.update(other.answers)

    def judged(self) -> dict[str, int]:
        """How many people want to be introduced, per interest."""
        return {name: len(wants) for name, wants in sorted(self.people.items()) if wants}

    def introductions(self, now_ms: int) -> list[list[Any]]:
        """What is proposed: [who, interest, to], two for each pair, by ``who``; of too many pairs, those that wait longest."""
        pairs = sorted(pair for name in sorted(self.people) for pair in self._pairs(name, now_ms))[: MOST_INTRODUCED // 2]
        sides = [[who, name, to] for _, name, a, b in pairs for who, to in ((a, b), (b, a))]
        waited = {(name, who): at for at, name, a, b in pairs for who in (a, b)}
        return sorted(sides, key=lambda side: (side[0], waited[side[1], side[0]], side[1]))

    def _pairs(self, name: str, now_ms: int) -> list[tuple[int, str, int, int]]:
        """(since when both wait, interest, one, the other) of an interest; nobody stands in two of them.

        Where one has said yes, the other is waited for. The rest is paired first come, first served, and never with somebody about whom
        either has said no, or whom they have met.
        """
        heard = self.heard.get(name, {})  # of learners of before, each was heard of once
        wants = {who: at_ms for who, at_ms in self.people[name].items() if now_ms - heard.get(who, at_ms) < HOLDS_MS}
        waiting, over = self._sorted_answers(name)
        found: list[tuple[int, str, int, int]] = []
        for _, a, b in waiting:
            if a in wants and b in wants:
                found.append((max(wants.pop(a), wants.pop(b)), name, a, b))
        queue = sorted(wants, key=lambda who: (wants[who], who))
        while queue:
            a = queue.pop(0)
            b = next((one for one in queue if _pair(name, a, one) not in over), 0)
            if b:
                queue.remove(b)
                found.append((max(wants[a], wants[b]), name, a, b))
        return found

    def _sorted_answers(self, name: str) -> tuple[list[Pair], set[Pair]]:
        """Pairs in which one has said yes and the other nothing yet, first come first; and those that are over."""
        since: dict[Pair, int] = {}
        over: set[Pair] = set()
        for (of, who, to), (accepted, at_ms) in self.answers.items():
            if of != name:
                continue
            pair = _pair(of, who, to)
            if not accepted or pair in since:
                over.add(pair)
            since[pair] = at_ms
        return sorted((pair for pair in since if pair not in over), key=lambda pair: (since[pair], pair)), over

    def report(self) -> dict[str, int]:
        """``answered`` pairs of which somebody answered; ``accepted`` by both; ``replied``: both answered within 30 days; ``open``."""
        both: dict[Pair, list[tuple[bool, int]]] = {}
        for (name, who, to), answer in sorted(self.answers.items()):
            both.setdefault(_pair(name, who, to), []).append(answer)
        answered = [one for one in both.values() if len(one) == 2]
        return {
            "people": len({who for wants in self.people.values() for who in wants}),
            "answered": len(both),
            "accepted": sum(all(accepted for accepted, _ in one) for one in answered),
            "replied": sum(abs(one[0][1] - one[1][1]) <= REPLIES_MS for one in answered),
            "declined": sum(any(not accepted for accepted, _ in one) for one in both.values()),
        }


def _pair(name: str, who: int, to: int) -> Pair:
    return (name, who, to) if who < to else (name, to, who)
