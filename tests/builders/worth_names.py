"""Names of decisions that say what is done to whom on which day, and not by whom it was decided.

The society draws what becomes of a decision from its id. An engine's ids are places in its log, so the same card to the same person on the
same day would be noticed in one arm and lost in another: noise between arms that differ in something else.
"""

from __future__ import annotations

from tests.builders.societies import Event
from tests.builders.worth_policy import Json


class Names:
    """Both directions, for the arms of one world."""

    def __init__(self) -> None:
        self._own: dict[str, str] = {}

    def named(self, decision: Json, day: int) -> Json:
        """The decision as the society hears it."""
        place = decision["placement"] or decision["channel"]
        name = f"d.{decision['action']}.{place}.{day}.{decision['customer_id']}"
        number = 0
        while f"{name}.{number}" in self._own:
            number += 1
        name = f"{name}.{number}"
        self._own[name] = str(decision["decision_id"])
        promise = decision.get("promise")
        return decision | {"decision_id": name, "promise": promise and promise | {"promise_id": name}}

    def told(self, event: Event) -> Event:
        """An event as the one who decided knows it."""
        said = event.get("properties", {})
        own = {key: self._own[said[key]] for key in ("decision_id", "promise_id") if said.get(key) in self._own}
        return event | {"properties": said | own} if own else event
