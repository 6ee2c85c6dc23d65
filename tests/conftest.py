"""What every test may use: the real data, and hypothesis without a clock or a seed of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples every time: a failure seen once is seen again. No deadline: a kernel may compile in the middle.
settings.register_profile("platinum", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("platinum")

_CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of the real data sets: ``PLATINUM_DATA``, or ``shared/data`` beside the checkout."""
    folder = Path(os.environ.get("PLATINUM_DATA") or _CHECKOUT.parent / "shared" / "data")
    if not (folder / "online_retail").is_dir():
        reason = f"no real data at {folder}: set PLATINUM_DATA to the folder that holds online_retail"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
