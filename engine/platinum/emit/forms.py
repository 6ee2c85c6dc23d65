"""What the encoding kernel is given: JSON fragments in one arena, and per kind of decision a program that joins them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Op(IntEnum):
    """Steps of a program; each has two operands (a, b)."""

    COPY = 0  # fragments a to b - 1
    DECISION_ID = 1
    CUSTOMER = 2
    NOW = 3
    SEND = 4
    EXPIRES = 5
    BASIS = 6
    EVIDENCE = 7
    HUMAN = 8
    P_ACCEPT = 9
    P_CHOSEN = 10
    UTILITY = 11
    TERM_VALUE = 12
    TERM_COST = 13
    TERM_EFFORT = 14
    TERM_FATIGUE = 15
    GRATITUDE = 16
    EXPLORED = 17
    WHY_SILENT = 18
    ALSO = 19  # explored, held
    RUNNER_UP = 20
    BLOCKED = 21
    ORDERS = 22
    SINCE = 23
    LAST_CATEGORY = 24
    TOP_CATEGORY = 25
    LAST_ORDER = 26  # a = date form
    FIRST_ORDER = 27  # a = date form
    ENDS = 28  # a = date form, b = action
    ENDS_ISO = 29  # b = action
    UNTIL = 30  # b = action
    PROMISE_DUE = 31
    STYLE_KNOWN = 32
    HINTS = 33
    MEETS = 34  # interest, quoted
    MEETS_WHOM = 35
    MET_AS = 36
    ROLE = 37


class Part(IntEnum):
    """Parts of a book; ``book[part]`` is where it begins, ``book[part + 1]`` where it ends.

    S programs, F fragments, Z regimes, E edges, A actions, C candidates.
    """

    FRAGMENTS = 0  # [F + 1] first byte of each in the arena
    OPS = 1  # [*, 3] Op, a, b
    PROGRAMS = 2  # [S + 1] first step of each
    BOUNDS = 3  # [S] bytes that its JSON has at most, without customer and decision id
    KEYS = 4  # [S] sorted; see ``program.shape_key``
    KEY_PROGRAM = 5  # [S]
    NAMES = 6  # [*] sorted hashes of the policy's names
    NAME_FRAGMENT = 7  # [*]
    PAIRS = 8  # [C + 1] fragment of '"action":…,"channel":…' per candidate, silence last
    GATES = 9  # [N_GATES] fragment of the gate's name, quoted
    BASES = 10  # [Basis] fragment of the basis's name, quoted
    MARKS = 11  # [Mark] fragment of each fixed text
    DATES = 12  # [*, 4] date forms: January's fragment (-1 = ISO), behind the day, behind the month, behind a first
    ZONE_STARTS = 13  # [Z]
    ZONE_OFFSETS = 14  # [Z]
    ENDS = 15  # [A, 3] days, hours in ms (-1 = not a duration), fixed last day (-1 = none)
    HUMAN_EDGES = 16  # [E]
    HUMAN_OPENS = 17  # [E] from that instant on: -1 open, 0 hours unknown, else the instant at which it opens
    CITED = 18  # [A] bits of the facts about the customer that the action's words cite, see ``shapes.KNOWN``


#: Length of the table of contents.
CONTENTS = len(Part) + 1


class Forms(NamedTuple):
    """A compiled policy as the encoding kernel sees it: JSON fragments, and one book of integers.

    One array, because every array among a kernel's arguments is counted in and out on each call: with one array per
    part, an e-mail took 32 µs and compiling 33 s.
    """

    arena: NDArray[np.uint8]
    book: Ints


def bind(parts: Sequence[Sequence[int] | Ints]) -> Ints:
    """A book of these parts, in the order of ``Part``."""
    starts = np.cumsum([CONTENTS, *(len(part) for part in parts)])
    return np.concatenate([starts, *(np.asarray(part, np.int64) for part in parts)])


class Mark(IntEnum):
    """Fixed texts that a step may write."""

    NULL = 0
    TRUE = 1
    FALSE = 2
    EXPLORED = 3
    NOTHING_ELIGIBLE = 4
    SILENCE_BEST = 5
    HELD = 6
    MARGIN = 7
    COUNTS = 8
    BEST = 9
    GATE = 10
    UNTIL = 11
    END_BLOCKED = 12
    CONTACT = 13
    OPENS_AT = 14
    FIRST = 15
    OWNER = 16
    CASE_ID = 17
    CALL_BACK = 18
    PROMISED_BY = 19
    REQUESTED = 20
    TRUST = 21
    TRUST_KEPT = 22
    TRUST_TERMS = 23
    TRUST_RECOVERY = 24
    HELD_OUT = 25
    UNWELCOME = 26
    SILENCE_ARM = 27
    TERM_GOAL = 28
    GADGET = 29
    VARIETY = 30
    FIRM_OWES = 31
    NOT_ASKED_TO_SELL = 32
    ACCOUNT_CASE = 33
    ACCOUNT_CAP = 34
    ROLE_OVER = 35
    ROLE_ACCOUNT = 36
    ROLE_NAME = 37
    TERM_ALONE = 38
    RANDOM_ARM = 39
    SAME_FOR_ALL_ARM = 40
    BEST_HOUR = 41
    HOUR_TRIED = 42
    FIRST_HINT = 43  # the fragments of the others follow it
