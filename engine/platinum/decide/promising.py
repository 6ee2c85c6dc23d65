"""By when what an action promises is due, and whether it may be promised at all (treatment-formulas 3.4)."""

from __future__ import annotations

from typing import Any

from platinum.jit import inner

Record = Any


@inner
def promised_ms(action: Record, tables: Any) -> int:
    """How long after the decision what an action promises is due; 0 = nobody can say."""
    its_class = tables.promises[action["promises"] - 1]
    if action["promise_ms"] >= 0:
        return int(action["promise_ms"])
    return int(its_class["quote_ms"] if its_class["quote_ms"] > 0 else its_class["within_ms"])


@inner
def may_promise(action: Record, tables: Any) -> bool:
    """Whether what an action promises is kept often enough to be promised, and by when is known."""
    return bool(tables.promises[action["promises"] - 1]["barred"] == 0 and promised_ms(action, tables) > 0)
