"""``platinum topics create``: what it is told wrongly, it says before anything is made, and the corrected call succeeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from platinum.cli.main import main
from platinum.policy.load import example
from tests.builders.kafka import a_broker

STORE = "valkey://127.0.0.1:6379/0"


def _create(data: Path, *options: str) -> int:
    policy = data.parent / "policy.yaml"
    policy.write_bytes(example("minimal"))
    return main(["topics", "create", "--data", str(data), "--store", STORE, "--policy", str(policy), *options])


@pytest.mark.parametrize("brokers", ["127.0.0.1:abc", "127.0.0.1", ":9092", "a:9092,", "a:70000", "a:0"])
def test_brokers_that_are_none_are_named(brokers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _create(tmp_path / "shop", "--brokers", brokers) == 2
    assert "'--brokers' must be host:port" in capsys.readouterr().err
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("prefix", ["a/b", "a b", "\u00e4", "a\n", "a" * 101])
def test_a_prefix_that_topics_cannot_have_asks_no_broker(prefix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _create(tmp_path / "shop", "--brokers", "127.0.0.1:1", "--prefix", prefix) == 2  # nobody listens there
    assert "'--prefix' must be" in capsys.readouterr().err


def test_too_many_replicas_are_refused_in_a_sentence_and_the_corrected_call_succeeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_broker(tmp_path / "kafka") as broker:
        refused = _create(tmp_path / "shop", "--brokers", broker.address, "--replication", "3")
        said = capsys.readouterr().err
        corrected = _create(tmp_path / "shop", "--brokers", broker.address, "--replication", "1")
        other = _create(tmp_path / "shop", "--brokers", broker.address, "--replication", "1", "--prefix", "other.")

    assert refused == 2
    assert "'--replication' must be at most the number of brokers that run: 3 were asked for, 1 run." in said
    assert len(said.splitlines()) == 1
    assert corrected == 0
    assert other == 2  # a deployment that is written down stays what it is
