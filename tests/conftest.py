"""What every test may use: the real data, and hypothesis without a clock or a seed of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples every time: a failure seen once is seen again. No deadline: a kernel may compile in the middle.
settings.register_profile("platinum", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("platinum")

# What a worker would do first, each for itself: compile the kernels into the cache that all of them read.
_WARM = """
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.wiring.warm import warm
warm(Stages(compile_policy(example("gift-shop"))))
"""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Before several processes run tests, one compiles."""
    if getattr(session.config.option, "numprocesses", None):
        subprocess.run([sys.executable, "-c", _WARM], check=True)


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
