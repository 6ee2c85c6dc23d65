"""What is done with each event name: how its properties are decoded and which filler reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NoReturn

from platinum.errors import EventRejected
from platinum.events import fill, identify
from platinum.events.fast.plans import compile_plans
from platinum.events.fill import Fill, Registers
from platinum.events.forms import AnyObject, Envelope, decoder, struct_of
from platinum.events.in_role import Acting, at_group, by_context, by_property
from platinum.events.mapping import mapped_decoder
from platinum.policy.policy import EventMapping
from platinum.vocabulary.codes import Kind
from platinum.vocabulary.limits import NO_CURRENCY
from platinum.vocabulary.roles import IN_ROLE
from platinum.vocabulary.spec import EventSpec
from platinum.vocabulary.table import BY_NAME, ENGINE_NAMES, TABLE

IDENTIFY = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How events of one name become records.

    Attributes
    ----------
    decode : callable
        Raw properties → struct, ``None`` for ``null``.
    blank : object or None
        Stands for properties that are absent or null; ``None`` = they are required.
    fill : callable
        Struct → registers.
    decision : bool
        The id for ``ref`` is a decision's.
    special : int
        ``IDENTIFY``: traits fill columns of the context. 0 else.
    acting : callable
        (struct, envelope) → for which account and in which role.
    of_traits : bool
        Reads traits, not properties.
    part, reason : str
        What is wrong when the properties are: ``properties`` (``traits`` of a group) and ``schema``, or both ``mapping``.
    """

    kind: int
    decode: Callable[[Any], Any]
    blank: Any
    fill: Fill
    spec: EventSpec | None = None
    decision: bool = False
    special: int = 0
    acting: Acting = by_context
    of_traits: bool = False
    part: str = "properties"
    reason: str = "schema"


_BLANK = AnyObject()


def _ignored(raw: Any) -> AnyObject:
    return _BLANK


def _filler(spec: EventSpec) -> Fill:
    # The two plain ones that most events are; written out they take a third of the time.
    by_names: Mapping[tuple[str, ...], Fill] = {("category",): fill.category, ("decision_id", "value", "customer_id"): fill.outcome}
    names = tuple(p.name for p in spec.properties if p not in IN_ROLE)
    if spec.shape == "plain" and names in by_names:
        return by_names[names]
    if spec.shape == "plain":
        return fill.plain(spec)
    if spec.shape == "message":
        return fill.message(spec)
    if spec.kind == Kind.ORDER_COMPLETED:
        return fill.completed(spec)
    if spec.shape in fill.WORTH:
        return fill.worth(spec)
    by_shape: Mapping[str, Fill] = {
        "line": fill.line,
        "case": fill.case(spec) if spec.shape == "case" else fill.nothing,
        "preference": fill.preference,
        "identify": identify.traits,
        "alias": fill.alias,
    }
    return by_shape[spec.shape]


def plan_of(spec: EventSpec) -> Plan:
    """Plan of a standard event."""
    if spec.shape == "identify":
        return Plan(int(spec.kind), identify.decode_traits, {}, identify.traits, spec, special=IDENTIFY, of_traits=True)
    if spec.shape == "alias":
        return Plan(int(spec.kind), _ignored, _BLANK, _filler(spec), spec)
    if spec.shape == "group":
        traits = struct_of(spec.name, spec.properties[1:])
        return Plan(int(spec.kind), decoder(traits | None), traits(), fill.group, spec, acting=at_group, of_traits=True, part="traits")
    form = struct_of(spec.name, spec.properties)
    blank = None if any(p.required for p in spec.properties) else form()
    decision = any(p.how == "decision_ref" for p in spec.properties)
    return Plan(int(spec.kind), decoder(form | None), blank, _filler(spec), spec, decision, acting=by_property)


def _refusing(reason: str, want: str) -> Plan:
    def refuse(raw: Any) -> NoReturn:
        raise EventRejected(reason, "event", want)

    def refuse_blank(properties: Any, envelope: Envelope, items: bytearray) -> NoReturn:
        raise EventRejected(reason, "event", want)

    return Plan(int(Kind.OTHER), refuse, _BLANK, refuse_blank)


def mapped_plan(mapping: EventMapping) -> Plan:
    """Plan of a company's own event name: the target's, over properties read as the policy says."""
    spec = BY_NAME[mapping.target]
    target = plan_of(spec)

    def fill_mapped(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
        try:
            return target.fill(properties, envelope, items)
        except EventRejected as error:
            raise EventRejected("mapping", error.field, "filled as the mapped event needs it") from None

    return replace(target, decode=mapped_decoder(mapping, spec), fill=fill_mapped, part="mapping", reason="mapping")


def _in_currency(plan: Plan, currency: str) -> Plan:
    """The plan of an event that says the policy's currency or none; amounts in others cannot be added to it."""

    def fill_own(properties: Any, envelope: Envelope, items: bytearray) -> Registers:
        said = properties.currency
        if said and said.upper() != currency:
            raise EventRejected("currency", "properties.currency", f"{currency}, the policy's, or absent")
        return plan.fill(properties, envelope, items)

    return replace(plan, fill=fill_own)


def _with_currency(plans: Mapping[str | None, Plan], currency: str) -> dict[str | None, Plan]:
    return {
        name: _in_currency(plan, currency) if plan.spec is not None and plan.spec.property("currency") else plan
        for name, plan in plans.items()
    }


#: An event that nobody mapped.
OTHER = Plan(int(Kind.OTHER), decoder(AnyObject | None), _BLANK, fill.nothing)

#: Name of a track call → plan; ``None`` = the name is missing.
TRACK: Mapping[str | None, Plan] = MappingProxyType(
    {spec.name: plan_of(spec) for spec in TABLE if spec.type == "track"}
    | {name: _refusing("engine_name", "another name: the engine's own are reserved") for name in ENGINE_NAMES}
    | {None: _refusing("schema", "given in a track call")}
)

#: Type of any other call → plan.
CALLS: Mapping[str, Plan] = MappingProxyType({name: plan_of(spec) for name, spec in BY_NAME.items() if spec.type != "track"})


class Decoding:
    """How a policy reads events; made once per policy.

    Parameters
    ----------
    mappings : mapping
        ``Policy.mappings``: the company's own event names.
    allow_personal_keys : bool
        Accept customer keys shaped like e-mail addresses or phone numbers.
    currency : str
        ``Policy.currency``: events that say another one are refused. ``""`` or ``XXX``, the code for none: all are taken.
    """

    __slots__ = ("allow_personal_keys", "fast", "plans")

    def __init__(self, mappings: Mapping[str, EventMapping] | None = None, allow_personal_keys: bool = False, currency: str = "") -> None:
        mapped: dict[str | None, Plan] = {
            name: mapped_plan(mapping) for name, mapping in (mappings or {}).items() if name not in ENGINE_NAMES
        }
        own = "" if currency == NO_CURRENCY else currency
        plans: dict[str | None, Plan] = {**TRACK, **mapped}
        self.plans = _with_currency(plans, own) if own else plans
        self.allow_personal_keys = allow_personal_keys
        self.fast = compile_plans(frozenset(name for name in mapped if name is not None), own)
