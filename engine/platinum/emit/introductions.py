"""What the learner is told of people who want to meet others."""

from __future__ import annotations

import orjson


def introduction_body(fact: str, interest: str | None, whom: tuple[int, int], made_ms: int, said: float) -> bytes:
    """A fact ``interest`` or ``introduction`` about pseudonyms: who says it, and (0 = nobody) of whom."""
    who, to = whom
    return orjson.dumps({"fact": fact, "name": interest, "who": who, **({"to": to} if to else {}), "made_ms": made_ms, "said": said})
