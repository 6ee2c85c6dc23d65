"""The table is consistent with the codes, the columns and itself."""

from __future__ import annotations

import pytest

from platinum.events.columns import EVENT
from platinum.vocabulary.codes import ENGINE_KINDS, TIMED_KINDS, Kind
from platinum.vocabulary.limits import REJECTION_REASONS
from platinum.vocabulary.spec import TYPES, EventSpec
from platinum.vocabulary.table import BY_KIND, BY_NAME, CALLS, ENGINE_NAMES, PRODUCT, SNAKE, TABLE

REGISTERS = {"amount", "low", "high", "name_a", "name_b", "ref", "code", "account", "role", "items", ""}

each_event = pytest.mark.parametrize("spec", TABLE, ids=lambda spec: spec.snake)


def test_every_kind_but_the_engines_and_those_of_time_has_one_event() -> None:
    assert set(BY_KIND) == set(Kind) - ENGINE_KINDS - {Kind.OTHER, *TIMED_KINDS}
    assert len(TABLE) == len(BY_NAME) == len(SNAKE) == len(BY_KIND)


@each_event
def test_names_are_those_of_their_kind(spec: EventSpec) -> None:
    title = spec.kind.name.replace("_", " ").title()

    assert spec.name == (title if spec.type == "track" else title.lower())
    assert SNAKE[spec.snake] == spec.name
    assert spec.type in CALLS


@each_event
def test_properties_name_types_and_registers_that_exist(spec: EventSpec) -> None:
    names = [p.name for p in spec.properties]

    assert len(set(names)) == len(names)
    for prop in spec.properties:
        assert prop.type in TYPES
        assert prop.register in REGISTERS
        assert prop.doc.endswith(".")
        assert (prop.minimum is not None and prop.maximum is not None) == (prop.type == "number")
        assert bool(prop.choices) == (prop.type in ("choice", "flag"))
    assert set(spec.fills) | set(spec.constants) <= set(EVENT.names or ())


@each_event
def test_what_a_choice_requires_exists(spec: EventSpec) -> None:
    if spec.required_when is None:
        return
    name, cases = spec.required_when
    prop = spec.property(name)

    assert prop is not None
    assert set(cases) == set(prop.choices)
    assert all(spec.property(needed) for names in cases.values() for needed in names)


def test_reasons_are_a_short_closed_list() -> None:
    assert len(REJECTION_REASONS) <= 20
    assert all(reason == reason.lower() and meaning for reason, meaning in REJECTION_REASONS.items())


def test_engine_names_are_nobody_elses() -> None:
    told = {"Policy Activated", "Model Activated", "Timer Due", "Decision Made", "Contact Claimed", "Contacts Swept"}
    assert told | {"Account Stands", "Account Contacted"} == ENGINE_NAMES
    assert ENGINE_NAMES.isdisjoint(BY_NAME)


def test_lines_of_an_order_have_a_category_a_price_and_a_quantity() -> None:
    assert [p.name for p in PRODUCT] == ["category", "price", "quantity"]
