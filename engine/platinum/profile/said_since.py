"""Whether what a person has just said stands against a contact that was planned before: what the gates would say of it now."""

from __future__ import annotations

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.care import SPARED, needs_care, withheld
from platinum.profile.consent import may_profile, standing
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Gate, Lane

_G_CONSENT, _G_SENSITIVITY = int(Gate.CONSENT), int(Gate.SENSITIVITY)
_GROWTH = int(Lane.GROWTH)


@inner
def opted_out(row: Record, planned: Record, action: int, purpose: int, lane: int, tables: Tables) -> bool:
    """Whether consent is missing now: for the purpose, for profiling where it was scored, or for a sensitive trait that it rests on.

    Parameters
    ----------
    planned : member of ``row["planned"]``
    action : int
        Its row in ``tables.actions``, -1 when the policy has it no more.
    """
    channel = wide(planned["channel"])
    refused = standing(row, purpose, channel)[0] < 0 or (lane == _GROWTH and not may_profile(row, channel))
    if refused and tables.matrix[_G_CONSENT, lane] == 1:
        return True
    return tables.matrix[_G_SENSITIVITY, lane] == 1 and action >= 0 and withheld(tables.actions[action], row, tables)


@inner
def spared(row: Record, planned: Record, lane: int, now_ms: int, tables: Tables) -> bool:
    """Whether the person asked for particular care, which spares them such a contact."""
    spares = bool(tables.matrix[_G_SENSITIVITY, lane] == 1 and SPARED >> wide(planned["type"]) & 1 == 1)
    return spares and needs_care(row, now_ms)
