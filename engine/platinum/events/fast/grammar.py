"""What the parts of the fast path share: the members that it knows, where they may stand, and the room that it works in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.events.columns import ITEM

#: Symbols of members with a meaning of their own, in this order; those of properties, event names and choices follow.
#: ``ENTRY`` stands for the record itself, and for an entry of ``products``.
FIRST_NAMES = (
    *("", "event", "messageId", "userId", "anonymousId", "groupId", "previousId", "timestamp", "type", "properties", "traits"),
    *("context", "channel", "locale", "timezone", "location", "country", "language", "address", "products", "track"),
)
ENTRY, EVENT_NAME, MESSAGE_ID, USER_ID, ANONYMOUS_ID, GROUP_ID, PREVIOUS_ID, TIMESTAMP, TYPE, PROPERTIES_MEMBER, TRAITS_MEMBER = range(11)
CONTEXT_MEMBER, CHANNEL, LOCALE, TIMEZONE, LOCATION_MEMBER, COUNTRY, LANGUAGE, ADDRESS, PRODUCTS_MEMBER, TRACK = range(11, 21)

#: Objects and lists whose members are looked at; what stands in others is only checked to be JSON.
OUTSIDE, ENVELOPE, PROPERTIES, CONTEXT, LOCATION, TRAITS, LINES, LINE = range(8)
N_SCOPES = 8
PARENTS = (OUTSIDE, OUTSIDE, ENVELOPE, ENVELOPE, CONTEXT, ENVELOPE, PROPERTIES, LINES)
#: (scope, member) → the scope inside.
CHILDREN = {
    (OUTSIDE, ENTRY): ENVELOPE,
    (ENVELOPE, PROPERTIES_MEMBER): PROPERTIES,
    (ENVELOPE, CONTEXT_MEMBER): CONTEXT,
    (ENVELOPE, TRAITS_MEMBER): TRAITS,
    (CONTEXT, LOCATION_MEMBER): LOCATION,
    (PROPERTIES, PRODUCTS_MEMBER): LINES,
    (LINES, ENTRY): LINE,
}


#: A name as kernels compare it: its first and last eight bytes, those behind its end being 0.
NAME = np.dtype([("first", "<u8"), ("last", "<u8"), ("length", "<i8"), ("symbol", "<i8"), ("middle", "<i8")])


class Grammar(NamedTuple):
    """S names, and which of them lead where."""

    names: NDArray[np.void]  # NAME by hash; a taken place leads to the next one
    middles: NDArray[np.uint64]  # what names have between their first and last eight bytes, eight bytes each
    children: NDArray[np.int8]  # [N_SCOPES, S], OUTSIDE = none
    parents: NDArray[np.int8]  # [N_SCOPES]
    depths: NDArray[np.int8]  # objects and lists around the members of a scope, [N_SCOPES]


by_reference(
    Grammar,
    {
        "names": (NAME, 1),
        "middles": (np.uint64, 1),
        "children": (np.int8, 2),
        "parents": (np.int8, 1),
        "depths": (np.int8, 1),
    },
)

#: Where the value of a member stands: its first byte and the one after its last. An object's or list's end is not known.
TOKEN = np.dtype([("stamp", "<i8"), ("start", "<i8"), ("end", "<i8")])

#: Members of ``Room.state``.
NAME_START, NAME_END, N_ITEMS, N_LINES, N_UNPRICED, N_TRAITS = range(6)
N_STATE = 6
#: More traits than this are left: every new name is compared with all before it.
MAX_FAST_TRAITS = 24

#: Members of ``Room.slots``: registers of EVENT that are numbers, and numbers that an amount is computed from. NaN = not given.
SLOTS = (
    *("amount", "low", "high", "name_a", "name_b", "code", "account", "role", "price", "quantity", "total", "revenue", "value"),
    *("currency", "unused"),
)
AMOUNT, LOW, HIGH, NAME_A, NAME_B, CODE, ACCOUNT, ROLE, PRICE, QUANTITY = range(10)
#: So many of them are registers of EVENT; what is not given is 0 there.
N_REGISTERS = 8


class Room(NamedTuple):
    """Where one record is taken apart; overwritten by the next."""

    tokens: NDArray[np.void]  # TOKEN[N_SCOPES, S]; valid if ``stamp`` is what ``opened`` says of the scope
    opened: NDArray[np.int64]  # second byte of each scope, which no other has; -1 = not there; [N_SCOPES]
    state: NDArray[np.int64]  # [N_STATE]
    slots: NDArray[np.float64]  # [len(SLOTS)]
    refs: NDArray[np.uint64]  # [1]: what fills the register ``ref``
    sums: NDArray[np.float64]  # [1]: price × quantity over the order lines
    traits: NDArray[np.uint64]  # [MAX_FAST_TRAITS]: hashes of the traits' names
    items: NDArray[np.void]  # ITEM[*], of the whole batch


by_reference(
    Room,
    {
        "tokens": (TOKEN, 2),
        "opened": (np.int64, 1),
        "state": (np.int64, 1),
        "slots": (np.float64, 1),
        "refs": (np.uint64, 1),
        "sums": (np.float64, 1),
        "traits": (np.uint64, 1),
        "items": (ITEM, 1),
    },
)


def new_room(symbols: int, items: int) -> Room:
    """Room for so many symbols and items; one per call, because kernels run beside each other."""
    return Room(
        np.zeros((N_SCOPES, symbols), TOKEN),
        np.zeros(N_SCOPES, np.int64),
        np.zeros(N_STATE, np.int64),
        np.zeros(len(SLOTS)),
        np.zeros(1, np.uint64),
        np.zeros(1),
        np.zeros(MAX_FAST_TRAITS, np.uint64),
        np.empty(items, ITEM),
    )
