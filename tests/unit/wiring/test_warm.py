"""Warming up on an empty cache: the child that shares the work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def child(cache: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PLATINUM_KERNEL_CACHE": str(cache)}
    return subprocess.Popen([sys.executable, "-m", "platinum.wiring.warm"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def test_the_child_that_compiles_ends_when_its_parent_does(tmp_path: Path) -> None:
    with child(tmp_path) as compiling:
        assert compiling.stdin is not None
        compiling.stdin.close()  # what the kernel does when the parent is killed

        assert compiling.wait(30) == 1
