"""The baseline of ``platinum bench stream --log kafka``: the same job in Faust, one event at a time."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from platinum.errors import Unavailable, UsageError
from platinum.ops.broker import LocalKafka
from platinum.ops.population import bench_policy
from platinum.policy.compile import compile_policy
from platinum.stream.activate import activate
from platinum.wiring.bench_deployment import Bench, a_deployment, a_store, prepare
from platinum.wiring.bench_fill import fill

#: At some 2,000 events/s more would only take longer.
EVENTS, WARM_UP = 30_000, 5_000
_CHECKOUT = Path(__file__).resolve().parents[3]
_MODULE = "load_tests.faust_idiomatic"
_LONGEST_S = 600.0


def require_load_tests() -> None:
    """Raise ``UsageError`` where the baseline is missing: it is part of a checkout, not of the package."""
    if not (_CHECKOUT / "load_tests" / "faust_idiomatic.py").is_file():
        raise UsageError("'--baseline' runs load_tests/faust_idiomatic.py, which is in a checkout of the sources only: `make env` there")


def baseline(broker: LocalKafka, folder: Path, events: int, customers: int) -> dict[str, Any]:
    """Figures of the idiomatic Faust application on the same broker and a store like ours; at most ``EVENTS`` events.

    Raises
    ------
    Unavailable
        It ended without figures: the message has the end of what it said.
    """
    events = min(events, EVENTS)
    warm_up = min(WARM_UP, events)
    with a_store(folder) as store:
        bench = a_deployment(broker, store, folder, compile_policy(bench_policy()))
        asyncio.run(_fill(bench, customers, events + warm_up))
        words = ["--brokers", broker.address, "--store", store.address.replace("valkey://", "redis://"), "--prefix", bench.file.prefix]
        return _run([*words, "--warm-up", str(warm_up), "--events", str(events)])


async def _fill(bench: Bench, customers: int, events: int) -> None:
    d = bench.parts.deployment
    await prepare(bench)
    await activate(d.log, d.shelf, compile_policy(bench_policy()), d.secret, 0)
    await fill(d.log, customers, events)
    await bench.parts.close()


def _run(words: list[str]) -> dict[str, Any]:
    line = [sys.executable, "-m", _MODULE, *words]
    try:
        done = subprocess.run(line, cwd=_CHECKOUT, capture_output=True, text=True, timeout=_LONGEST_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as late:
        raise Unavailable(f"the baseline did not end within {_LONGEST_S:.0f} s: {(late.stderr or b'')[-500:]!r}") from late
    found = [text for text in done.stdout.splitlines() if text.startswith("{")]
    if not found:
        raise Unavailable(f"the baseline ended with exit code {done.returncode} and without figures: {done.stderr.strip()[-1_000:]}")
    figures: dict[str, Any] = json.loads(found[-1])
    return figures
