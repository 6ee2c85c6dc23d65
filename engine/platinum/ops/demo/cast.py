"""Three people whose stories the demo follows, chosen as something happens to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from platinum.ops.demo.sentences import decision_sentence, event_sentence

_KEPT = 7
#: People remembered until somebody is cast; the demo's crowd is smaller.
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Story:
    """One person's newest sentences, oldest first.

    Attributes
    ----------
    role : str
        Why this person was chosen.
    """

    who: str
    role: str
    sentences: tuple[str, ...]


class Cast:
    """Remembers the newest sentences of everybody and picks three people who differ.

    Parameters
    ----------
    describe : callable
        Customer key → who that is, in a few words.
    """

    def __init__(self, describe: Callable[[str], str]) -> None:
        self._describe = describe
        self._told: dict[str, deque[tuple[str, int, str]]] = {}  # (instant, 0 event or 1 decision, sentence)
        self._roles: dict[str, str] = {}  # role → customer
        self._wished: set[str] = set()

    def saw_event(self, event: Mapping[str, Any]) -> None:
        """Remember an event; an accepted offer may cast its person."""
        customer = str(event.get("userId") or "")
        if event.get("event") == "Preference Stated":
            self._wished.add(customer)
        if event.get("event") == "Decision Accepted" and (event.get("properties") or {}).get("value"):
            self._choose("an offer that fitted", customer)
        self._tell(customer, str(event.get("timestamp") or ""), 0, event_sentence(event))

    def saw_decision(self, decision: Mapping[str, Any]) -> None:
        """Remember a decision; a thank-you, or a wish respected, may cast its person."""
        customer = str(decision["customer_id"])
        if decision["type"] == "thank_you":
            self._choose("thanked, and sold nothing", customer)
        if customer in self._wished and ((decision.get("blocked") or {}).get("counts") or {}).get("preference"):
            self._choose("a wish respected", customer)
        self._tell(customer, str(decision["decided_at"]), 1, decision_sentence(decision))

    def stories(self) -> list[Story]:
        """The stories so far, at most three."""
        return [self._story(role, customer) for role, customer in self._roles.items()]

    def _story(self, role: str, customer: str) -> Story:
        who = self._describe(customer)
        # Decisions and events are heard from two sides; a story is told in its own order.
        told = sorted(self._told.get(customer, ()), key=itemgetter(0, 1))
        return Story(who, role, tuple(f"{at[8:10]}. {at[11:16]}  {_addressed(sentence, who)}" for at, _, sentence in told))

    def _choose(self, role: str, customer: str) -> None:
        if role in self._roles or len(self._told.get(customer, ())) < 2:
            return
        # Two people of one name could not be told apart on a screen.
        if self._first_name(customer) not in map(self._first_name, self._roles.values()):
            self._roles[role] = customer

    def _first_name(self, customer: str) -> str:
        return self._describe(customer).split()[0]

    def _tell(self, customer: str, at: str, rank: int, sentence: str) -> None:
        if not sentence:
            return
        told = self._told.get(customer)
        if told is None:
            if len(self._told) >= _MOST:
                return
            told = self._told[customer] = deque(maxlen=_KEPT)
        if not told or told[-1][2] != sentence:  # five things put into a cart are one sentence
            told.append((at, rank, sentence))


def _addressed(sentence: str, who: str) -> str:
    """The channel knows name and address; the engine does not and leaves the placeholders."""
    name, _, home = who.partition(" from ")
    return sentence.replace("{first_name}", name.split()[0]).replace("{region}", home.partition(",")[0] or "you")
