"""What a learner tells those who run it: health and metrics, beside a stream or in a process of its own."""

from __future__ import annotations

import asyncio

import platinum
from platinum.metrics import Registry, Value
from platinum.stream.learning import Learning


def learned(learning: Learning) -> dict[str, Value]:
    """Metrics of one learner."""
    values: dict[str, Value] = {
        "platinum_learner_records_total": learning.read,
        "platinum_learner_lag_records": {(str(p),): n for p, n in enumerate(learning.lag)},
        "platinum_model_timestamp_seconds": learning.in_force_ms / 1000,
        "platinum_model_held": float(learning.standing.held_by is not None),
        "platinum_models_refused_total": {(reason,): n for reason, n in learning.refused.items()},
    }
    if learning.calibration_error is not None:
        values["platinum_calibration_error"] = learning.calibration_error
    if learning.explored_share is not None:
        values["platinum_explored_share"] = learning.explored_share
    if learning.arms_p is not None:
        values["platinum_arms_p_value"] = learning.arms_p
    return values


class LearnerView:
    """``api.watch.Watched`` over a learner in a process of its own."""

    def __init__(self, learning: Learning) -> None:
        self._learning = learning
        self._registry = Registry(self._values, observes=False)

    async def ready(self) -> tuple[bool, dict[str, object]]:
        """The log answered when it was last asked."""
        return self._learning.answers, {} if self._learning.answers else {"log": "does not answer"}

    async def metrics(self) -> bytes:
        """Prometheus text."""
        return self._registry.render()

    def _values(self) -> dict[str, Value]:
        return {
            **learned(self._learning),
            "platinum_tasks": len(asyncio.all_tasks()),
            "platinum_ready": float(self._learning.answers),
            "platinum_build_info": {(platinum.__version__, ""): 1.0},
        }
