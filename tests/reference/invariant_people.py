"""Books of somebody who knows nothing of the engine: what was said in which role, and who had what of a budget when.

Plain Python; nothing of Platinum is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = Mapping[str, Any]
_OWN = ""
_LONDON = ZoneInfo("Europe/London")
_MASK = (1 << 64) - 1


class Roles:
    """Which words were heard of a person in which role only: none of them may be said in another."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[str, set[str]]] = {}

    def hear(self, event: Json) -> None:
        """Categories of an event, and what only one role knows (a name of a project, a hobby)."""
        said = event.get("properties") or event.get("traits") or {}
        role = said.get("account") or event.get("groupId") or (event.get("context") or {}).get("groupId") or _OWN
        words = self._heard.setdefault(str(event["userId"]), {}).setdefault(str(role), set())
        words.update(str(line["category"]) for line in said.get("products") or () if line.get("category"))
        words.update(str(said[name]) for name in ("category", "project", "hobby") if said.get(name))

    def leaks(self, decision: Json) -> Iterator[list[str]]:
        """What a decision says of another role; nothing where there is none."""
        heard = self._heard.get(str(decision["customer_id"]), {})
        content = decision["content"]
        if len(heard) < 2 or content is None or not content.get("cites"):
            return
        role = (decision["role"] or {}).get("account") or _OWN
        elsewhere = set().union(*(words for name, words in heard.items() if name != role)) - heard.get(role, set())
        if elsewhere:
            text = " ".join(str(block.get("text")) for block in content["blocks"])
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
