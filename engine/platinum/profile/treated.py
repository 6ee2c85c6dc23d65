"""How somebody was treated last: the signatures of the last ten decisions for them that were no silence (treatment-formulas 3.14).

A decision enters when it is made: what is planned counts, as it does in the caps, so that two decisions of one minute know of each other.
"""

from __future__ import annotations

from platinum.jit import inner
from platinum.profile.entries import MAX_TREATED
from platinum.profile.row import Record, wide


@inner
def remember_treatment(row: Record, signature: int) -> None:
    """Put a signature behind the others; of eleven the oldest leaves. 0 is none."""
    if signature == 0:
        return
    n = wide(row["n_treated"])
    if n == MAX_TREATED:
        n -= 1
        for i in range(n):
            row["treated"][i] = row["treated"][i + 1]
    row["treated"][n] = signature
    row["n_treated"] = n + 1
