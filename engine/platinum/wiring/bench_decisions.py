"""Many decisions in one compiled call, as ``platinum bench learner`` times them."""

from __future__ import annotations

from typing import Any

from platinum.decide.kernel import decide
from platinum.jit import kernel


@kernel
def decide_again(rows: Any, triggers: Any, tables: Any, model: Any, scratch: Any, out: Any) -> None:
    """Decide about one row (ROW[*]) after the other, round and round, once per trigger; every decision is written over the last."""
    for i in range(triggers.shape[0]):
        decide(rows[i % rows.shape[0]], triggers[i], tables, model, scratch, out[0])
