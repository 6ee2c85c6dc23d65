"""A process that cannot end says where it waits, and ends."""

from __future__ import annotations

import subprocess
import sys

_STUCK = """
import asyncio
from platinum.wiring.leaving import leave_anyway
from platinum.wiring.loglines import log_to_stderr

async def acknowledged(secret):
    await asyncio.Event().wait()

async def batch(secret):
    await acknowledged(secret)

log_to_stderr()
loop = asyncio.new_event_loop()
leave_anyway(loop, 0.3)
loop.run_until_complete(batch("what a customer said"))
"""


def test_a_process_ends_though_nobody_reads_what_it_says() -> None:
    filled = """
import os, sys, threading
filling = threading.Thread(target=lambda: os.write(2, bytes(1 << 20)), daemon=True)
filling.start()
"""
    with subprocess.Popen([sys.executable, "-c", filled + _STUCK], stderr=subprocess.PIPE) as process:
        assert process.wait(timeout=30) == 69


def test_a_process_whose_batch_never_ends_leaves_with_69_and_names_the_place_but_not_what_is_in_it() -> None:
    ended = subprocess.run([sys.executable, "-c", _STUCK], check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 69
    assert "batch (<string>:10) > acknowledged (<string>:7) > Event.wait" in ended.stderr
    assert "what a customer said" not in ended.stderr
