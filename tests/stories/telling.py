"""Events as a story writes them → events as a shop sends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from platinum.vocabulary.spec import EventSpec, Property
from platinum.vocabulary.table import BY_NAME, PRODUCT, SNAKE
from tests.stories.clock import Clock
from tests.stories.moments import Moment
from tests.stories.wrong import StoryWrong

CUSTOMER = "one-person"

#: Finds a decision that was made in the story by what is said of it, such as the name of its action.
FindDecision = Callable[[str], str]


class Teller:
    """Writes the events of one story."""

    def __init__(self, clock: Clock, find: FindDecision) -> None:
        self._clock = clock
        self._find = find
        self._sent = 0

    def who(self, traits: Mapping[str, Any], at_ms_text: str) -> dict[str, Any]:
        """The ``identify`` call that says who the person is."""
        return self._call(BY_NAME["identify"], at_ms_text, at_ms_text, {"traits": dict(traits)})

    def event(self, moment: Moment) -> dict[str, Any]:
        """The event of a moment; ``by`` says that somebody else did it."""
        spec = BY_NAME[SNAKE[moment.name]]
        if (other := moment.properties.get("by")) is not None:
            rest = {name: value for name, value in moment.properties.items() if name != "by"}
            return self.event(replace(moment, properties=rest)) | {"userId": f"other-{other}"}
        if spec.type == "group":
            traits, _ = self._properties(spec, moment)
            return self._call(spec, moment.at, moment.arrived, {"groupId": traits.pop("groupId"), "traits": traits})
        if spec.type not in ("track", "identify", "page", "screen"):
            raise StoryWrong(f"stories cannot tell {moment.name!r} yet")
        properties, context = self._properties(spec, moment)
        body = {"traits" if spec.type == "identify" else "properties": properties}
        if context:
            body["context"] = context
        return self._call(spec, moment.at, moment.arrived, body)

    def _call(self, spec: EventSpec, at: str, arrived: str, body: dict[str, Any]) -> dict[str, Any]:
        self._sent += 1
        call: dict[str, Any] = {"type": spec.type, "messageId": f"m-{self._sent}", "userId": CUSTOMER}
        if spec.type == "track":
            call["event"] = spec.name
        return call | {"timestamp": self._clock.instant(at), "receivedAt": self._clock.instant(arrived)} | body

    def _properties(self, spec: EventSpec, moment: Moment) -> tuple[dict[str, Any], dict[str, Any]]:
        if spec.type == "identify":
            return dict(moment.properties), {}
        told, context = {}, {}
        if spec.name == "Order Completed":
            told = {"order_id": f"o-{self._sent + 1}", "total": 50.0}  # which order it is matters to few stories
        for name, value in moment.properties.items():
            prop = spec.property("groupId" if (spec.name, name) == ("group", "account") else name) or spec.property(f"{name}_id")
            if name == "channel" and (prop is None or not prop.register):
                context["channel"] = value
            if prop is not None:
                told[prop.name] = self._value(prop, value)
            elif name != "channel":
                known = ", ".join(p.name for p in spec.properties) or "none"
                raise StoryWrong(f"{moment.name} has no property {name!r}: {known}")
        if "products" in told:
            told.pop("total", None)
        return told, context

    def _value(self, prop: Property, value: Any) -> Any:
        if prop.how == "decision_ref":
            return self._find(str(value))
        if prop.type == "time":
            return self._clock.instant(str(value))
        if prop.type in ("id", "name", "text", "clock", "choice"):
            return str(value)
        if prop.type == "products":
            return [_line(one) for one in value]
        return value


def _line(one: Any) -> dict[str, Any]:
    """An order line; a bare word is its category."""
    line = {"category": one, "price": 25.0, "quantity": 1} if isinstance(one, str) else dict(one)
    known = [p.name for p in PRODUCT]
    if unknown := [name for name in line if name not in known]:
        raise StoryWrong(f"an order line has no {unknown[0]!r}: {', '.join(known)}")
    return line
