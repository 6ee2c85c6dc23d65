"""Warming up on an empty cache: the child that shares the work."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from numba.core import config

from platinum.jit import cache_folder
from platinum.pipeline.kernel import run_batch
from platinum.wiring.apart import is_compiled, rarely_collecting


def child(cache: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PLATINUM_KERNEL_CACHE": str(cache)}
    return subprocess.Popen(
        [sys.executable, "-m", "platinum.wiring.apart", "0"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )


def test_the_child_that_compiles_ends_when_its_parent_does(tmp_path: Path) -> None:
    with child(tmp_path) as compiling:
        assert compiling.stdin is not None
        compiling.stdin.close()  # what the kernel does when the parent is killed

        assert compiling.wait(30) == 1


def test_only_a_cache_with_the_batch_kernel_counts_as_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATINUM_KERNEL_CACHE", str(tmp_path))
    folder = cache_folder() / "numeric_1"
    folder.mkdir(parents=True)
    (folder / "numeric.sigmoid-72.py311.nbi").touch()  # what making a ``Stages`` leaves
    assert not is_compiled()

    (folder / "kernel.run_batch-132.py311.nbi").touch()
    assert is_compiled()


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_the_batch_kernel_is_found_under_the_name_that_numba_gives_it() -> None:
    compiled: Any = run_batch

    assert compiled._cache._cache_file._index_name.startswith(f"kernel.{run_batch.__name__}-")


def test_collecting_is_as_before_when_all_is_compiled() -> None:
    before = gc.get_threshold()

    with rarely_collecting():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before
