"""What the learner is told of how somebody writes: a shape of its own, because nothing was said or kept."""

from __future__ import annotations

import orjson

from platinum.policy.style_norms import FEATURES
from platinum.profile.writing_fact import STEPS


def writing_body(by: str | None, cohort: str | None, made_ms: int, packed: tuple[int, int]) -> bytes:
    """JSON of a fact ``writing``: cohort, instant, and z-scores against the norms that every build starts with, in steps of 1/16."""
    raw = b"".join(part.to_bytes(8, "little", signed=part < 0) for part in packed)
    z = [int.from_bytes(raw[k : k + 1], signed=True) / STEPS for k in range(len(FEATURES))]
    return orjson.dumps({"fact": "writing", "by": by, "cohort": cohort, "made_ms": made_ms, "z": z})
