"""``platinum bench stream --log kafka`` at a size at which the figures mean nothing: the keys, and that nothing is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from platinum.cli.main import main
from platinum.errors import Inconsistent
from platinum.ops.broker import LocalKafka
from platinum.ops.population import bench_events
from platinum.wiring import bench_baseline, bench_fill, bench_latency, bench_stream_kafka
from tests.builders.kafka import a_broker

#: More than a poll takes, or all would be applied before the warm-up is noticed.
EVENTS = 60_000
KEYS = {"events", "wall_s", "events_per_s", "cpu_us_per_event", "rss_mib", "decisions", "decided_share"}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with a_broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def shared(broker: LocalKafka, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The bench uses the broker of these tests."""

    @contextmanager
    def there() -> Iterator[tuple[LocalKafka, Path]]:
        yield broker, tmp_path

    for bench in (bench_stream_kafka, bench_latency):
        monkeypatch.setattr(bench, "a_broker", there)


@pytest.mark.slow
@pytest.mark.usefixtures("shared")
def test_stream_measures_one_worker_and_misses_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_baseline, "EVENTS", 1_000)
    size = ["--events", str(EVENTS), "--customers", "200", "--repeat", "1"]

    code = main(["bench", "stream", "--log", "kafka", *size, "--baseline", "--json"])

    said = capsys.readouterr()
    assert code == 0, said.err
    (line,) = said.out.splitlines()
    figures = orjson.loads(line)
    assert figures.keys() >= KEYS
    assert 0 < figures["events"] <= EVENTS + 4, "what was applied before the warm-up was noticed is not measured"
    assert figures["decided_share"] == pytest.approx(0.33, abs=0.1)
    assert figures["rss_mib"] > 50
    assert figures["baseline"].keys() >= KEYS
    assert figures["baseline"]["events"] == 1_000
    assert figures["ratio_per_cpu"] == pytest.approx(figures["baseline"]["cpu_us_per_event"] / figures["cpu_us_per_event"], rel=0.1)
    assert (figures["log"], figures["runs"]) == ("kafka", [figures["events_per_s"]])


@pytest.mark.slow
@pytest.mark.usefixtures("shared")
def test_stream_gives_no_figures_when_an_event_became_a_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_one_that_nobody_can_read(seed: int, customers: int, events: int) -> Iterator[bytes]:
        yield b"{}"
        yield from bench_events(seed=seed, customers=customers, events=events)

    monkeypatch.setattr(bench_fill, "bench_events", with_one_that_nobody_can_read)

    with pytest.raises(Inconsistent, match="1 became dead letters"):
        bench_stream_kafka.stream_kafka(EVENTS, 200, 1)


@pytest.mark.slow
@pytest.mark.usefixtures("shared")
def test_latency_finds_the_decision_of_every_event_that_asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_latency, "WARM_UP", 2_000)
    monkeypatch.setattr(bench_latency, "WARM_UP_SECONDS", 0.5)
    size = ["--rates", "500,1000", "--seconds", "1", "--customers", "200", "--repeat", "2"]

    code = main(["bench", "latency", "--log", "kafka", *size, "--json"])

    said = capsys.readouterr()
    assert code == 0, said.err
    (line,) = said.out.splitlines()
    steps = orjson.loads(line)["steps"]
    assert [step["offered_per_s"] for step in steps] == [500, 1_000]
    for step in steps:
        assert step.keys() >= {"achieved_per_s", "end_to_end_p50_ms", "end_to_end_p99_ms", "worker_cpu_share", "stalls"}
        assert (step["missing"], step["repeated"], step["events"], len(step["runs"])) == (0, 0, step["offered_per_s"], 2)
        assert step["decisions"] == pytest.approx(0.33 * step["events"], rel=0.2)
        assert 0 < step["end_to_end_p50_ms"] <= step["end_to_end_p99_ms"] <= step["end_to_end_max_ms"]
        assert 0 < step["worker_cpu_share"] < 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["latency"], "--log kafka"),
        (["stream", "--baseline"], "--log kafka"),
        (["latency", "--log", "kafka", "--rates", "fast"], "--rates"),
        (["latency", "--log", "kafka", "--rates", "0"], "--rates"),
    ],
)
def test_what_cannot_be_measured_is_a_mistake_of_usage(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", *arguments]) == 2
    assert says in capsys.readouterr().err
