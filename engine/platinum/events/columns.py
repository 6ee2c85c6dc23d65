"""Event columns: one record per event, items (order lines, traits) in a second array.

Registers are filled by kind as ``vocabulary.table`` says; a register that a kind does not use is 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: One event. 8-byte members first, no padding: numba rejects ``V`` fields.
EVENT = np.dtype(
    [
        ("offset", "<i8"),  # of the record in its partition
        ("record_ms", "<i8"),  # CreateTime of the record
        ("occurred_ms", "<i8"),  # the producer's clock, clamped to record_ms
        ("message", "<u8"),  # hash64 of messageId, 0 = none
        ("ref", "<u8"),  # hash64 of order id / subject; ids.decision_ref of a decision id
        ("amount", "<f8"),  # money in the policy's currency
        ("low", "<f8"),  # a number: score, minutes, count, +1/-1 state
        ("high", "<f8"),
        ("name_a", "<u4"),  # name_hash: category, purpose, preference value, intent ...
        ("name_b", "<u4"),  # name_hash: channel of a consent, second name
        ("channel", "<u4"),  # name_hash of context.channel
        ("language", "<u4"),  # name_hash of the primary language subtag of context.locale, lower case
        ("timezone", "<u4"),  # name_hash of context.timezone (IANA name)
        ("country", "<u4"),  # name_hash of the ISO country code, upper case
        ("account", "<u4"),  # name_hash of the account's id; 0 = done for themselves
        ("role", "<u4"),  # name_hash of the role's name; 0 = not said
        ("item_start", "<i4"),  # first of its rows in ``items``
        ("item_count", "<i4"),
        ("code", "<i4"),  # small enum by kind: Purpose of a consent, Preference kind
        ("kind", "<i2"),  # vocabulary.codes.Kind
        ("flags", "<i2"),  # FLAG_*
    ]
)

FLAG_HISTORY = 1  # header `history`: folded, decides nothing
FLAG_ACCOUNT = 2  # of an account's own row: nothing is decided, and whoever belongs to it is told how it stands
FLAG_BROUGHT = 4  # what came of a decision, brought by somebody else (``pipeline.passing``)

#: One order line ({category, line total}), one trait ({name, value or value-name hash}), or one counter of a text
#: ({place in ``style.COUNTERS``, count}; those that are 0 are left out), or eight bytes of an id (``fill.case``).
ITEM = np.dtype([("amount", "<f8"), ("name", "<u4"), ("value_name", "<u4")])


class Columns(NamedTuple):
    """A decoded run of one partition's records under one policy.

    Attributes
    ----------
    events : EVENT[B]
        In log order.
    items : ITEM[*]
    keys : list of bytes, length B
        Customer key of each event.
    """

    events: NDArray[np.void]
    items: NDArray[np.void]
    keys: list[bytes]
