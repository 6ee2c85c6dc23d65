"""To how many people an action may be sent that few have taken so far (treatment-formulas 5.2)."""

from __future__ import annotations

#: As many people meet it however few have taken it, or nobody ever would.
LEAST_SHARE = 0.02


def immature(taken: float, mature_at: float) -> float:
    """Share of people to whom it is not sent, where ``taken`` have taken it; 0 from ``mature_at`` on."""
    if taken >= mature_at:
        return 0.0
    return 1.0 - max(LEAST_SHARE, taken / mature_at)
