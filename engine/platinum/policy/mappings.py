"""A company's own event names and properties onto the standard ones."""

from __future__ import annotations

from platinum.policy.declared import Values
from platinum.policy.policy import EventMapping
from platinum.policy.problems import Problems, nearest
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.spec import EventSpec
from platinum.vocabulary.table import BY_NAME, ENGINE_NAMES, SNAKE


def mappings(values: Values, problems: Problems) -> dict[str, EventMapping]:
    """``Policy.mappings``, by source event name."""
    found: dict[str, EventMapping] = {}
    for source, spec in values.get("events", {}).items():
        at: Path = ("events", source)
        if source in ENGINE_NAMES:
            problems.add(at, "is a name of the engine's own records, which nobody else may send", key=True)
        properties = spec.get("properties", {})
        if "as" not in spec:
            if not properties:
                problems.add(at, "lacks 'as': the standard event that it is, such as Order Completed")
            continue
        target = _target(spec["as"], (*at, "as"), problems)
        if target is None:
            continue
        for name in properties:
            _check_property(name, target, (*at, "properties", name), problems)
        found[source] = EventMapping(source, target.name, dict(properties))
    return found


def _target(name: str, at: Path, problems: Problems) -> EventSpec | None:
    """The standard event; ``order_completed`` is read like ``Order Completed``."""
    spec = BY_NAME.get(SNAKE.get(name, name))
    if spec is None:
        problems.add(at, "must be a standard event; they are listed in docs/reference/events.md", nearest(name, BY_NAME))
        return None
    if spec.type != "track":
        problems.add(at, f"must be an event that is tracked; {spec.type} has a call of its own")
        return None
    return spec


def _check_property(name: str, target: EventSpec, at: Path, problems: Problems) -> None:
    if target.property(name) is None:
        known = [one.name for one in target.properties]
        problems.unknown(at, name, known, f"property of {target.name}", key=True)
