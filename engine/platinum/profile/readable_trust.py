"""Trust as people read it: the index, and always the three parts that it is made of."""

from __future__ import annotations

from typing import Any

from platinum.policy.policy import Policy
from platinum.profile.row import Record
from platinum.profile.trust import kept_part, recovery_part, terms_part, trust_index


def trust(row: Record, policy: Policy, now_ms: int) -> dict[str, Any]:
    """Group ``trust`` of a readable profile; None is what is not known yet."""
    tables = policy.tables
    kept, terms, recovery = (float(part(row, now_ms, tables)) for part in (kept_part, terms_part, recovery_part))
    return trust_of(float(trust_index(kept, terms, recovery)), kept, terms, recovery)


def trust_of(index: float, kept: float, terms: float, recovery: float) -> dict[str, Any]:
    """The same of four numbers; one below 0 is not known."""
    named = {"index": index, "kept": kept, "terms": terms, "recovery": recovery}
    return {name: None if x < 0.0 else float(f"{x:.6g}") for name, x in named.items()}
