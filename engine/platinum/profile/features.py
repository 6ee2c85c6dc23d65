"""The feature row: what the scoring model is given of one customer at one moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.jit import kernel
from platinum.numeric import log1p
from platinum.policy.tables import T_IS_NAME, T_LINEAR, Tables
from platinum.profile.fields import field_value
from platinum.profile.row import Record


@kernel
def fill_features(row: Record, trigger: Record, tables: Tables, out: NDArray[np.float32]) -> None:
    """Compute every feature of ``tables.features`` into ``out`` (float32[F], overwritten; unknown becomes 0).

    Parameters
    ----------
    row, trigger : ROW, TRIGGER
    tables : Tables
        Transforms: ``T_LINEAR`` x·scale, ``T_LOG1P`` ln(1 + max(x, 0))·scale, ``T_IS_NAME`` 1 if x is ``value_name``.
    out : float32[F]
    """
    for f in range(tables.features.shape[0]):
        feature = tables.features[f]
        x = field_value(feature["field"], feature["name"], row, trigger, tables)
        y = 0.0
        if x == x:  # NaN is the only number that differs from itself
            if feature["transform"] == T_LINEAR:
                y = x * feature["scale"]
            elif feature["transform"] == T_IS_NAME:
                y = 1.0 if x == float(feature["value_name"]) else 0.0
            else:
                y = log1p(min(max(x, 0.0), 1e15)) * feature["scale"]
        out[f] = np.float32(y)
