"""Books of somebody who knows nothing of the engine: what was said in which role, and who had what of a budget when.

Plain Python; nothing of Platinum is imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = Mapping[str, Any]
_OWN = ""
_LONDON = ZoneInfo("Europe/London")
_MASK = (1 << 64) - 1


#: Members of a decision that are the firm's own, or name the person and the role.
_UNSAID = frozenset({"customer_id", "decision_id", "role", "action", "policy", "model", "runner_up", "blocked"})


class Roles:
    """Which words were heard of a person in which role, and when first: what was heard elsewhere alone may not be said in a role."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[str, dict[str, datetime]]] = {}

    def hear(self, event: Json) -> None:
        """Categories of an event, and what only one role knows (a name of a project, a hobby)."""
        said = event.get("properties") or event.get("traits") or {}
        role = said.get("account") or event.get("groupId") or (event.get("context") or {}).get("groupId") or _OWN
        at = datetime.fromisoformat(event.get("receivedAt") or event["timestamp"])
        words = [str(line["category"]) for line in said.get("products") or () if line.get("category")]
        words += [str(said[name]) for name in ("category", "project", "hobby") if said.get(name)]
        heard = self._heard.setdefault(str(event["userId"]), {}).setdefault(str(role), {})
        for word in words:
            heard[word] = min(heard.get(word, at), at)

    def leaks(self, decision: Json) -> Iterator[list[str]]:
        """What a treatment says of another role, anywhere in its decision; nothing where nothing was heard elsewhere."""
        at = datetime.fromisoformat(decision["decided_at"])
        heard = {
            role: {word for word, first in words.items() if first <= at}
            for role, words in self._heard.get(str(decision["customer_id"]), {}).items()
        }
        if len(heard) < 2 or decision["action"] is None:
            return
        role = (decision["role"] or {}).get("account") or _OWN
        elsewhere = set().union(*(words for name, words in heard.items() if name != role)) - heard.get(role, set())
        if elsewhere:
            text = json.dumps({name: said for name, said in decision.items() if name not in _UNSAID})
            yield sorted(word for word in elsewhere if word in text)


class Budgets:
    """Who had what of which budget, and whether there was one for them."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], int] = {}

    def spent(self, decision: Json, budget: Mapping[str, Any] | None, share: float) -> Iterator[str]:
        """Why a decision that draws on a budget should not have been made; nothing for one that draws on none.

        Parameters
        ----------
        budget : mapping or None
            ``name``, ``hash`` of the name, ``person``: hash of the customer.
        share : float
            Of people who may have one that day, as the snapshot in force says.
        """
        if budget is None:
            return
        at = datetime.fromisoformat(decision["decided_at"]).astimezone(_LONDON)
        day = at.date().toordinal() - date(1970, 1, 1).toordinal()
        who = str(decision["customer_id"]), str(budget["name"])
        last, self._last[who] = self._last.get(who), day
        if last is not None and last >= day:
            yield f"two of {budget['name']} on one day"
            return
        yield "" if draw(int(budget["person"]), int(budget["hash"]), day) < share else f"none of {budget['name']} was left"


def draw(person: int, budget: int, day: int) -> float:
    """Where in [0, 1) a person's draw of a budget falls on a day (docs/decisions/0018)."""
    seed = 0xB0D6E7
    for word in (person, budget, day + (1 << 20)):
        seed = mixed(seed, word)
    return (seed >> 11) / 9007199254740992.0


def mixed(h: int, word: int) -> int:
    """One word more into a hash: splitmix64's finisher (Steele et al. 2014)."""
    z = ((h ^ word) + 0x9E3779B97F4A7C15) & _MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _MASK
    return z ^ (z >> 31)
