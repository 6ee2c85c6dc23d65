"""What the proof switches off, and what must show then."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any, NamedTuple

from platinum.decide import caps
from platinum.decide.record import FREE
from platinum.pipeline import outputs
from platinum.pipeline.claim import SEND, Claimed, answer_of
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.policy.thanks import check_thank_you
from platinum.profile.table import RowTable
from platinum.vocabulary.codes import Gate, Lane
from tests.stories.breaking import Break

_LANES = tuple(lane for lane in Lane if lane is not Lane.SILENCE)
# The whole ones, under names of their own: whoever calls them by their own name would find the broken ones.
_compile: Any = compile_policy
_answer_of, _release_of = answer_of, caps.release_of


def _off(gate: Gate) -> Sequence[tuple[Gate, Lane, bool]]:
    return [(gate, lane, False) for lane in _LANES]


def nothing(*_: Any) -> None:
    return None


def _contacts_alone(row: Any, i: int, *more: Any) -> int:
    """Caps that count what was made, and not what is planned."""
    return int(_release_of(row, i, *more)) if i < row["n_contacts"] else FREE


def _to_everybody(*asked: Any) -> Claimed:
    """A claim on what somebody else has got is answered like theirs."""
    answer: Claimed = _answer_of(*asked)
    return SEND if answer.reason == "claimed" else answer


def _near_thanks(source: str) -> str:
    """The policy, which keeps no distance between thanks and promotion."""
    return source.replace("thank: {", "thank: {quiet_before: 0h, quiet_after: 0h, ")


def _selling_thanks(source: str) -> str:
    """The policy, with thank-yous that sell, and others that speak of nobody."""
    words = cycle(('"Thank you for {orders} orders: 10.00 off until Friday."', '"Thank you so much."'))
    return re.sub(r'(type: thank_you.*words: )"[^"]*"', lambda found: found[1] + next(words), source)


def _promising_nothing(source: bytes, *more: Any) -> Policy:
    """The policy, whose decisions say what they promise and enter nothing."""
    policy: Policy = _compile(source, *more)
    actions = policy.tables.actions.copy()
    actions["promises"] = 0
    return replace(policy, tables=policy.tables._replace(actions=actions))


class Switch(NamedTuple):
    """One thing that is switched off, and what must show then.

    Attributes
    ----------
    shows : str
        The rule of the checker that must be broken.
    rewrites : function
        What becomes of the policy file.
    largest : (int, int)
        Customers and days at most. Where a kernel is replaced, the run is one without the JIT, in a process of its own.
    """

    what: str
    shows: str
    broken: Break
    rewrites: Callable[[str], str] = str
    largest: tuple[int, int] | None = None


#: What is withdrawn is published to nobody: who goes by withdrawals sends it.
_WITHDRAWALS = Break("", "withdrawals", [(outputs._withdrawn, nothing)])
SWITCHES: Mapping[str, Switch] = {
    "consent": Switch("gate consent", "basis", Break("", "consent", cells=_off(Gate.CONSENT))),
    "quarantine": Switch("gate quarantine", "rest", Break("", "quarantine", cells=_off(Gate.QUARANTINE))),
    "care": Switch("gate sensitivity", "care", Break("", "sensitivity", cells=_off(Gate.SENSITIVITY))),
    "sensitive": Switch("gate sensitivity", "sensitive", Break("", "sensitivity", cells=_off(Gate.SENSITIVITY))),
    "preference": Switch("gate preference", "wishes", Break("", "preference", cells=_off(Gate.PREFERENCE))),
    "terms": Switch("gate terms", "terms", Break("", "terms", cells=_off(Gate.TERMS))),
    "cap": Switch("gate cap", "caps", Break("", "cap", cells=_off(Gate.CAP))),
    "plans": Switch("caps on plans", "caps", Break("", "plans", [(caps.release_of, _contacts_alone)]), largest=(100, 12)),
    "claims": Switch("one winner of a claim", "claims", Break("", "claims", [(answer_of, _to_everybody)])),
    "thanks": Switch("distance of thanks", "purity", Break("", "thanks"), _near_thanks),
    "thanks, words": Switch("words of thanks", "purity", Break("", "words", [(check_thank_you, nothing)]), _selling_thanks),
    "ledger": Switch("entry of promises", "ledger", Break("", "ledger", [(compile_policy, _promising_nothing)])),
    "second row": Switch("second rows", "lost", Break("", "second row", [(RowTable.provide, nothing)])),
    "withdrawal": Switch("withdrawals", "basis", _WITHDRAWALS),
    "withdrawal, wishes": Switch("withdrawals", "wishes", _WITHDRAWALS),
    "withdrawal, care": Switch("withdrawals", "care", _WITHDRAWALS),
}
#: Several switches turn the same thing off; one run tells of all of them.
SAME = {"sensitive": "care", "withdrawal, wishes": "withdrawal", "withdrawal, care": "withdrawal"}
