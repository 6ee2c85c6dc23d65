"""What was learned of hours, as decisions read it (``learn.hours``, ``decide.hours``)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def set_hours(channels: NDArray[np.void], names: Sequence[str], taught: Mapping[str, Any] | None) -> None:
    """Write into CHANNEL[H] how often people take what comes through each at every hour of the week."""
    for name, known in ((taught or {}).get("hours") or {}).items():
        if name in names:
            channels["hour_rate"][names.index(name)] = np.frombuffer(b64decode(known["rates"]), "<f4")
