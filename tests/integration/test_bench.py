"""``platinum bench ... --json`` gives what was promised (design 13), at sizes at which the figures mean nothing."""

from __future__ import annotations

import os
import shutil
from typing import Any

import orjson
import pytest

from platinum.cli.main import main
from platinum.wiring import bench_http, bench_kernel


def bench(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Figures of one bench: exactly one JSON object on standard output."""
    assert main(["bench", *arguments, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    figures: dict[str, Any] = orjson.loads(line)
    return figures


@pytest.mark.parametrize("log", ["memory", "sqlite"])
def test_stream(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = bench(capsys, "stream", "--log", log, "--events", "1000", "--customers", "100", "--repeat", "3")

    assert figures.keys() >= {"events", "wall_s", "events_per_s", "cpu_us_per_event", "rss_mib", "decisions", "decided_share"}
    assert 1_000 <= figures["events"] <= 1_000 + 4, "the events, and a marker on every partition"
    assert figures["decided_share"] == pytest.approx(figures["decisions"] / figures["events"], abs=1e-4)
    assert figures["decided_share"] >= 0.30
    assert sorted(figures["runs"])[1] == figures["events_per_s"]


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    figures = bench(capsys, "explain", "--events", "1000", "--customers", "100")

    assert figures.keys() == {"p50_ms", "p99_ms", "max_ms", "n", "changes_per_decision"}
    assert 0 < figures["p50_ms"] <= figures["p99_ms"] <= figures["max_ms"]
    assert figures["n"] > 100
    assert figures["changes_per_decision"] > 1


def test_simulate(capsys: pytest.CaptureFixture[str]) -> None:
    figures = bench(capsys, "simulate", "--events", "1000", "--customers", "100")

    assert figures.keys() >= {"decisions", "read_s", "simulate_s", "seconds_per_100k_decisions"}
    assert figures["decisions"] > 500


def test_memory(capsys: pytest.CaptureFixture[str]) -> None:
    figures = bench(capsys, "memory", "--events", "1000", "--customers", "100")

    assert figures.keys() >= {"store_bytes_per_customer", "worker_rss_mib", "customers"}
    assert 0 < figures["customers"] <= 100
    assert figures["store_bytes_per_customer"] > 100


@pytest.mark.skipif(shutil.which("cc") is None, reason="the load generator is compiled where it runs: no cc here")
def test_http(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_http, "SECONDS", 0.5)

    figures = bench(capsys, "http", "--customers", "100")

    assert figures.keys() >= {"capacity_rps", "cpu_us_per_decision", "steps"}
    assert figures["capacity_rps"] > 0
    assert figures["cpu_us_per_decision"] > 0
    for step in figures["steps"]:
        assert step.keys() >= {"offered_rps", "achieved_rps", "p50_ms", "p99_ms", "p999_ms", "errors"}
        # Half a second of more than a busy machine can answer leaves one request per connection unanswered.
        assert step["errors"] == 0 or step["achieved_rps"] < 0.9 * step["offered_rps"]
    assert figures["steps"][0]["errors"] == 0
    assert 3_000 in [step["offered_rps"] for step in figures["steps"]]


def test_kernel(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    start, used = bench_kernel._start, os.environ.get("PLATINUM_KERNEL_CACHE", "")
    folders: list[str] = []

    def with_all_compiled(cache: str) -> dict[str, float]:
        # Compiling takes half a minute; `make proof` does it.
        folders.append(cache)
        return start(used)

    monkeypatch.setattr(bench_kernel, "_start", with_all_compiled)

    figures = bench(capsys, "kernel")

    assert figures.keys() >= {"compile_s", "load_s"}
    assert figures["load_s"] > 0
    assert len(set(folders)) == 1, "both starts use one cache: empty, then full"
