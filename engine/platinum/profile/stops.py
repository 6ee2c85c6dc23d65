"""What the policy in force stops of what was planned before: `policy stop`."""

from __future__ import annotations

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.row import Record


@inner
def is_stopped(planned: Record, tables: Tables) -> bool:
    """Whether a planned outbound contact must not be sent under this policy."""
    for i in range(tables.stops.shape[0]):
        stop = tables.stops[i]
        if (stop["action"] == 0 or stop["action"] == planned["action"]) and (stop["channel"] == 0 or stop["channel"] == planned["channel"]):
            return True
    return False
