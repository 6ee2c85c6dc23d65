"""What the fast path does with each event name, compiled from the vocabulary into arrays.

A spec with anything that has no ``HOW`` here stays with ``events.plans``, and so does every name that a policy maps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.events.fast.grammar import CHILDREN, FIRST_NAMES, N_REGISTERS, N_SCOPES, PARENTS, SLOTS, Grammar
from platinum.events.fast.numbers import POWERS
from platinum.events.fast.symbols import compile_symbols
from platinum.events.fill import WORTH
from platinum.vocabulary.codes import Kind
from platinum.vocabulary.spec import EventSpec, Property
from platinum.vocabulary.table import CALLS, ENGINE_NAMES, PRODUCT, TABLE

#: How a property is read; 0 = not here.
HOW = {
    "name_hash": 1,
    "hash64": 2,
    "decision_ref": 3,
    "epoch_ms": 4,
    "choice": 5,
    "sign": 6,
    "number": 7,
    "line_totals": 8,
    "folded_hash": 9,
    "customer": 10,
}
(NAME, ID, DECISION, TIME, CHOICE, FLAG, NUMBER, LIST, FOLDED, CUSTOMER) = range(1, 11)

#: What an event's amount is: its register, price × quantity, or the first worth that is given, else the sum of its lines.
LEFT, PLAIN, PRICE_TIMES_QUANTITY, FIRST_WORTH, OF_TRAITS = range(5)
_FORMS = {"plain": PLAIN, "line": PRICE_TIMES_QUANTITY, **dict.fromkeys(WORTH, FIRST_WORTH), "identify": OF_TRAITS}
_NEEDS_WORTH = (("total",), ("revenue",), ("products[].price",))

PLAN = np.dtype(
    [
        ("kind", "<i4"),
        ("form", "<i4"),  # LEFT: these events are not read here
        ("first_step", "<i4"),
        ("end_step", "<i4"),
        ("has_lines", "<i4"),
        ("needs_worth", "<i4"),  # without one, every line must have a price
        ("worth", "<i4", (3,)),  # slots, best first; -1 = none
    ]
)
STEP = np.dtype(
    [
        ("low", "<f8"),  # least number; of a flag, what false stands for
        ("high", "<f8"),  # largest number; of a flag, what true stands for
        ("symbol", "<i4"),
        ("slot", "<i4"),
        ("how", "<i4"),
        ("required", "<i4"),
        ("min_length", "<i4"),
        ("max_length", "<i4"),
        ("first_choice", "<i4"),
        ("end_choice", "<i4"),
    ]
)
WORD = np.dtype([("number", "<f8"), ("symbol", "<i4")])

#: Plans of an order line, and of a name that nobody mapped.
LINE_PLAN, OTHER_PLAN = 0, 1


class Plans(NamedTuple):
    """How events of each name become records."""

    of_event: NDArray[np.int16]  # plan of a track call by the symbol of its name; OTHER_PLAN for what is no event's name, [S]
    of_call: NDArray[np.int16]  # plan of any other call by the symbol of its type; -1 for what is no type, [S]
    plans: NDArray[np.void]  # PLAN[*]
    blanks: NDArray[np.float64]  # what slots hold before an event fills them, [*, len(SLOTS)]
    steps: NDArray[np.void]  # STEP[*]
    words: NDArray[np.void]  # WORD[*], the choices
    powers: NDArray[np.float64]  # of ten


by_reference(
    Plans,
    {
        "of_event": (np.int16, 1),
        "of_call": (np.int16, 1),
        "plans": (PLAN, 1),
        "blanks": (np.float64, 2),
        "steps": (STEP, 1),
        "words": (WORD, 1),
        "powers": (np.float64, 1),
    },
)


@lru_cache(maxsize=16)
def compile_plans(mapped: frozenset[str] = frozenset(), currency: str = "") -> tuple[Grammar, Plans]:
    """Tables for a policy that maps the event names ``mapped``; with a ``currency``, events that say another one are left."""
    names = [*_names(mapped), *([currency] if currency else [])]
    symbols = {name: symbol for symbol, name in enumerate(names)}
    children = np.zeros((N_SCOPES, len(names)), np.int8)
    for place, child in CHILDREN.items():
        children[place] = child
    depths = [0] * N_SCOPES
    for scope, parent in enumerate(PARENTS[1:], 1):
        depths[scope] = depths[parent] + 1
    grammar = Grammar(*compile_symbols(names), children, np.array(PARENTS, np.int8), np.array(depths, np.int8))
    return grammar, _Compiler(symbols, currency).compile(mapped)


def _names(mapped: Iterable[str]) -> list[str]:
    found = list(FIRST_NAMES)
    found += CALLS
    for prop in (*PRODUCT, *(p for spec in TABLE for p in spec.properties)):
        found += [prop.name, *prop.choices]
    found += [spec.name for spec in TABLE]
    return list(dict.fromkeys([*found, *sorted(ENGINE_NAMES), *sorted(mapped)]))


class _Compiler:
    """Collects plans, steps and choices."""

    def __init__(self, symbols: dict[str, int], currency: str) -> None:
        self._symbols = symbols
        self._currency = currency
        self._plans: list[tuple[object, ...]] = []
        self._blanks: list[list[float]] = []
        self._steps: list[tuple[object, ...]] = []
        self._words: list[tuple[float, int]] = []

    def compile(self, mapped: Iterable[str]) -> Plans:
        """Plans of all standard events; ``mapped`` ones, and those of the engine, are left."""
        of_event, of_call = np.full(len(self._symbols), OTHER_PLAN, np.int16), np.full(len(self._symbols), -1, np.int16)
        self._add(EventSpec("line", "", Kind.OTHER, "", PRODUCT))
        self._add(EventSpec("other", "track", Kind.OTHER, ""))
        left = self._add(EventSpec("left", "track", Kind.OTHER, "", shape="left"))
        for spec in TABLE:
            (of_event if spec.type == "track" else of_call)[self._symbols[spec.name]] = self._add(spec)
        of_event[[self._symbols[name] for name in (*ENGINE_NAMES, *mapped)]] = left
        arrays = (np.array(self._plans, PLAN), np.array(self._blanks), np.array(self._steps, STEP), np.array(self._words, WORD))
        return Plans(of_event, of_call, *arrays, POWERS)

    def _add(self, spec: EventSpec) -> int:
        steps = [] if spec.shape == "identify" else [self._step(prop) for prop in spec.properties]
        form = _FORMS.get(spec.shape, LEFT)
        if spec.one_of not in ((), _NEEDS_WORTH) or spec.required_when or not all(step[4] for step in steps):
            form = LEFT
        worth = [SLOTS.index(name) for name in WORTH.get(spec.shape, ())]
        has_lines = any(prop.how == "line_totals" for prop in spec.properties)
        steps_at = (len(self._steps), len(self._steps) + len(steps))
        self._plans.append((int(spec.kind), form, *steps_at, has_lines, bool(spec.one_of), [*worth, *[-1] * (3 - len(worth))]))
        self._blanks.append([spec.constants.get(name, blank) for name, blank in zip(SLOTS, _BLANK, strict=True)])
        self._steps += steps
        return len(self._plans) - 1

    def _step(self, prop: Property) -> tuple[object, ...]:
        if prop.how == "currency":
            only = MappingProxyType({self._currency: 0.0})
            prop = replace(prop, how="choice", choices=only) if self._currency else replace(prop, how="name_hash")
        slot = prop.register if prop.register in SLOTS else "name_a" if prop.register == "name" else prop.name
        if prop.how == "name_hash" and not prop.register:
            slot = "unused"  # checked like any other name; nothing reads it
        how = HOW.get(prop.how or prop.type, 0)
        if how in (NAME, FOLDED, CUSTOMER, CHOICE, FLAG, TIME, NUMBER) and slot not in SLOTS:
            how = 0
        first_choice = len(self._words)
        low, high = prop.minimum or 0.0, prop.maximum or 0.0
        if how == FLAG:
            low, high = prop.choices["false"], prop.choices["true"]
        else:
            self._words += [(number, self._symbols[word]) for word, number in prop.choices.items()]
        at = SLOTS.index(slot) if slot in SLOTS else -1
        lengths = (prop.min_length, prop.max_length)
        return (low, high, self._symbols[prop.name], at, how, prop.required, *lengths, first_choice, len(self._words))


_BLANK = [0.0] * N_REGISTERS + [np.nan] * (len(SLOTS) - N_REGISTERS)


def fast_events() -> Iterator[str]:
    """Names of the standard events that are read here; the others are left to ``events.plans``."""
    _, plans = compile_plans()
    kinds = {int(plan["kind"]) for plan in plans.plans if plan["form"] != LEFT}
    return (spec.name for spec in TABLE if int(spec.kind) in kinds)
