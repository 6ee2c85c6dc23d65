"""What rests in the role for an account: promotion while a colleague has trouble, and contacts beyond what the account may get."""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner
from platinum.vocabulary.codes import Purpose

Record = Any

_PROMOTION, _RELATIONSHIP = constant(Purpose.PROMOTION), constant(Purpose.RELATIONSHIP)


@inner
def rests_in_role(action: Record, person: Record) -> bool:
    """Whether an action is promotion, which rests: a case of the account is open, or they are no longer in that role."""
    return bool(person["rests_in_role"] != 0 and action["purpose"] == _PROMOTION)


@inner
def is_full_in_role(action: Record, rules: Record, person: Record, at_ms: int) -> bool:
    """Whether a contact at ``at_ms`` that nobody asked for would be one too many for the account, whoever of it gets it."""
    if person["account_full_ms"] <= at_ms or rules["outbound"] == 0:
        return False
    return bool(action["purpose"] == _PROMOTION or action["purpose"] == _RELATIONSHIP)
