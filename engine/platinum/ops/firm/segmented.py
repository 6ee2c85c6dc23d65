"""Segments and customers: how far a segment is one person (treatment-formulas 3.8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from platinum.ops.firm.decided import effective_ratio
from platinum.policy.policy import Segment
from platinum.policy.segments import holds

#: From this ratio on a firm is in the upper quarter; below the other it is behind.
UPPER, BEHIND = 0.60, 0.25


class Segmented:
    """Counts while people go by."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self.customers = 0
        self._in: Counter[str] = Counter()

    def take(self, truths: Sequence[bool]) -> None:
        """One person, by the truth of each comparison of the policy (bool[L])."""
        self.customers += 1
        self._in.update(one.name for one in self._segments if holds(one.program, truths))

    def report(self, signatures: Mapping[object, int]) -> dict[str, Any]:
        """Group ``segments``: each with its people, the ratio with its band, and how different treatments really are.

        A segment counts when somebody is in it, an action asks for it, and it rests on more than place, industry or size.
        """
        rows: list[dict[str, Any]] = [
            {
                "segment": one.name,
                "customers": self._in[one.name],
                "superficial": one.superficial,
                "used_by": list(one.used_by),
                "counts": bool(self._in[one.name] and one.used_by and not one.superficial),
            }
            for one in self._segments
        ]
        ratio = sum(row["counts"] for row in rows) / self.customers if self.customers else None
        effective = effective_ratio(signatures)
        return {
            "customers": self.customers,
            "segments": rows,
            "ratio": _six(ratio),
            "band": None if ratio is None else "upper quarter" if ratio >= UPPER else "behind" if ratio < BEHIND else "between",
            "effective_ratio": _six(effective),
            "treated": sum(signatures.values()),
            "signatures": len(signatures),
            "usefulness": None,
            "usefulness_unknown": "it is measured by arms in which treatment is drawn, which the learner does not keep yet",
        }


def _six(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
