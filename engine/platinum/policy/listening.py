"""``listening``: whom questions are asked and after what, and that only what could change a decision is asked (treatment-formulas 3.17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from platinum.hashing import name_hash
from platinum.policy.actions import CompiledAction
from platinum.policy.conditions import Conditions
from platinum.policy.containers import Key, ListOf, Raw, Record
from platinum.policy.content_schema import CONDITION_SCHEMA
from platinum.policy.declared import Declared, Values, kept
from platinum.policy.durations import duration, some_duration
from platinum.policy.effort_keys import THRESHOLD
from platinum.policy.goal_keys import OF_GOALS
from platinum.policy.problems import Problems
from platinum.policy.scalars import DAY_MS
from platinum.policy.shapes import Choice
from platinum.policy.synonyms import meant
from platinum.policy.yaml_tree import Node, Path, read_yaml
from platinum.vocabulary.codes import ActionType, Field, Kind, Lane

INTERVAL_MS = 30 * DAY_MS
#: Moment → (events that it asks a decision of, its condition, what it is).
MOMENTS: Mapping[str, tuple[tuple[Kind, ...], str, str]] = MappingProxyType(
    {
        "case_closed": (
            (Kind.CASE_CLOSED, Kind.PATIENCE_SHOWN),
            "{trigger: [case_closed, patience_shown]}",
            "a case is over; one that was your fault, when promotion no longer rests after it",
        ),
        "first_order": ((Kind.ORDER_COMPLETED,), "{trigger: order_completed, orders: 1}", "somebody has ordered for the first time"),
        "hard_journey": (
            (Kind.CONTACT_RESOLVED,),
            "{{trigger: contact_resolved, effort: {{at_least: {threshold:g}}}}}",
            "`Contact Resolved`, and the way there was hard (`effort.threshold`); a question with `effort` above 0 waits even so",
        ),
    }
)
LISTENING = Record(
    "listening",
    {
        "owed_after": Key(some_duration("14d"), "An answer of which nothing came is owed after so long.", default="14d"),
        "interval": Key(duration("30d"), "Least time between two questions to one person, on whatever channel.", default="30d"),
        "moments": Key(
            ListOf(Choice(tuple(MOMENTS), "a moment:"), "moments", len(MOMENTS)),
            "After what a question without `when` of its own is asked; these events then ask for a decision. See docs/reference/thanks.md.",
            default="none",
        ),
        "key_accounts": Key(
            Raw("conditions such as `spend_365d: {at_least: 5000}`", CONDITION_SCHEMA),
            "Whom a question without `when` of its own is asked beside those moments, whatever asks for the decision.",
        ),
    },
    shorthand="owed_after",
    synonyms=meant(owed_after="after deadline", interval="every cap", moments="when after_what", key_accounts="who accounts segment"),
)


def whom(values: Values) -> list[tuple[Node, Path]]:
    """Conditions of which one must hold for a question without ``when``, with their places; none: it may always be asked."""
    said = values.get("listening", {})
    threshold = values.get("effort", {}).get("threshold", THRESHOLD)
    found: list[tuple[Node, Path]] = []
    for i, name in enumerate(kept(said.get("moments"))):
        condition = MOMENTS[name][1]
        text = condition.format(threshold=threshold) if "{{" in condition else condition
        found.append((read_yaml(text.encode(), "moment")[0], ("listening", "moments", i)))
    return found + ([(said["key_accounts"], ("listening", "key_accounts"))] if "key_accounts" in said else [])


def moment_kinds(values: Values) -> set[Kind]:
    """Events that ask for a decision because a question may be asked after them."""
    return {kind for name in kept(values.get("listening", {}).get("moments")) for kind in MOMENTS[name][0]}


def listening_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about questions."""
    said = values.get("listening", {})
    return {"answer_ms": said.get("owed_after", 14 * DAY_MS), "ask_interval_ms": said.get("interval", INTERVAL_MS)}


def useless_questions(
    values: Values, declared: Declared, actions: Sequence[CompiledAction], conditions: Conditions, problems: Problems
) -> frozenset[int]:
    """Indices of questions whose answer could change no decision, each with a warning; they are never asked."""
    found: set[int] = set()
    for a, one in enumerate(actions):
        if one.action.type is not ActionType.LISTEN:
            continue
        at: Path = ("actions", one.action.name)
        asked = kept(values["actions"][one.action.name].get("asks"))
        needed = [_is_needed(word, a, values, declared, actions, conditions) for word in asked]
        for i, (word, yes) in enumerate(zip(asked, needed, strict=True)):
            if not yes:
                said = f"{word!r} is read by no condition, word or rule of this policy: to know it would change no decision"
                problems.warn((*at, "asks", i), said if any(needed) else f"{said}, so it is never asked")
        if asked and not any(needed):
            found.add(a)
    return frozenset(found)


def _is_needed(
    word: str, asking: int, values: Values, declared: Declared, actions: Sequence[CompiledAction], conditions: Conditions
) -> bool:
    """Whether anything but the question itself depends on a field that it asks for."""
    others = [one for a, one in enumerate(actions) if a != asking]
    if word in declared.traits:
        if any(word in block.placeholders for one in others for blocks in one.action.content.values() for block in blocks):
            return True
        return any((Field.TRAIT, name_hash(word)) in _read(one, conditions) for one in others)
    fields = {field for one in others for field, _ in _read(one, conditions)}
    if word == "goal":
        return bool(fields & OF_GOALS) or any(one.record["goal"] or one.record["near_goals"] for one in others)
    quiet = any("quiet" in spec for spec in values.get("channels", {}).values())
    lanes = {one.action.lane for one in others}
    return {
        "language": len(declared.languages) > 1 or Field.LANGUAGE in fields,
        "country": Field.COUNTRY in fields,
        "timezone": quiet or bool(fields & {Field.HOUR, Field.WEEKDAY}),
        "channel": len(declared.channels) > 1,
    }.get(word, bool(lanes & {Lane.OWED, Lane.ASKED}))  # an order, a reason: what is owed or asked for is about one


def _read(one: CompiledAction, conditions: Conditions) -> set[tuple[int, int]]:
    """(field, name hash) of everything that an action's conditions read."""
    every = list(conditions.leaves)
    start, length = one.record["program_start"], one.record["program_len"]
    return {(every[i].field, every[i].name) for i in conditions.program[start : start + length] if i >= 0}
