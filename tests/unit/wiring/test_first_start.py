"""The first start on a directory makes a whole deployment or none; a later one does not contradict it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.errors import Unavailable, UsageError
from platinum.settings import deployment_of
from platinum.stores import server
from platinum.wiring.lock import DirectoryLock, whole_or_nothing
from tests.builders.policy_text import a_policy_text


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(a_policy_text())
    return file


def no_server() -> Path:
    raise Unavailable("no server today")


def a_bad_policy(policy: Path, patch: pytest.MonkeyPatch) -> list[str]:
    policy.write_text("policy: nothing else")
    return ["--policy", str(policy)]


def no_policy(policy: Path, patch: pytest.MonkeyPatch) -> list[str]:
    return []


def an_address_of_somebody_else(policy: Path, patch: pytest.MonkeyPatch) -> list[str]:
    return ["--policy", str(policy), "--host", "192.0.2.1"]


def no_store(policy: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(server, "server_binary", no_server)
    return ["--policy", str(policy), "--port", "18099"]


FAILURES = [(a_bad_policy, 2), (no_policy, 2), (an_address_of_somebody_else, 2), (no_store, 69)]


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize(("failure", "code"), FAILURES)
def test_a_first_start_that_fails_leaves_nothing_behind(
    failure: Callable[[Path, pytest.MonkeyPatch], list[str]],
    code: int,
    exists: bool,
    policy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = tmp_path / "shop"
    if exists:
        data.mkdir()

    assert main(["up", "--data", str(data), *failure(policy, monkeypatch)]) == code

    assert data.exists() == exists
    assert not exists or os.listdir(data) == []


def test_a_later_start_that_fails_takes_nothing_away(policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "shop"
    _, secret = deployment_of(data)

    assert main(["up", "--data", str(data), *no_store(policy, monkeypatch)]) == 69

    assert deployment_of(data)[1] == secret


def test_somebody_elses_files_are_left_alone(policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "shop"
    data.mkdir()
    (data / "notes.txt").write_text("kept")

    main(["up", "--data", str(data), *no_store(policy, monkeypatch)])

    assert (data / "notes.txt").read_text() == "kept"


def whole_and_then_failing(data: Path) -> None:
    with DirectoryLock(data) as lock, whole_or_nothing(lock) as is_whole:
        (data / "log.sqlite").touch()
        is_whole()
        raise Unavailable("the store has gone")


def test_what_is_whole_stays_when_the_process_fails_later(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        whole_and_then_failing(tmp_path / "shop")

    assert (tmp_path / "shop" / "log.sqlite").exists()


def test_who_is_refused_by_the_lock_does_not_clear_up_behind_its_owner(tmp_path: Path) -> None:
    data = tmp_path / "shop"
    with DirectoryLock(data) as owner, whole_or_nothing(owner) as is_whole:
        (data / "log.sqlite").touch()
        with pytest.raises(UsageError, match="another `platinum up`"), DirectoryLock(data) as second, whole_or_nothing(second):
            raise AssertionError
        is_whole()

    assert (data / "log.sqlite").exists()


def test_a_lock_that_was_taken_away_while_it_was_asked_for_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = DirectoryLock(tmp_path / "shop")
    real = os.open

    def opened(path: Path, *flags: int) -> int:
        handle = real(path, *flags)
        path.unlink()  # its owner failed and cleared up
        return handle

    monkeypatch.setattr("platinum.wiring.lock.os.open", opened)

    with pytest.raises(UsageError), lock:
        pass


def test_partitions_that_contradict_the_directory_are_refused(policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deployment_of(tmp_path / "shop", partitions=2)

    code = main(["up", "--data", str(tmp_path / "shop"), "--policy", str(policy), "--partitions", "8", "--port", "18098"])

    said = capsys.readouterr().err
    assert code == 2
    assert all(word in said for word in ("--partitions", "cannot be 8", "was created with 2", "architecture.md, 'Placement'"))
    assert deployment_of(tmp_path / "shop", partitions=2)[0].partitions == 2


@pytest.mark.parametrize(("numbers", "named"), [({"partitions": 8}, "partitions"), ({"buckets": 64}, "buckets")])
def test_a_kept_engine_refuses_other_numbers_too(numbers: dict[str, Any], named: str, tmp_path: Path) -> None:
    deployment_of(tmp_path / "shop")

    with pytest.raises(UsageError, match=named):
        Engine.open(a_policy_text().encode(), tmp_path / "shop", **numbers)


def test_numbers_that_are_left_out_are_those_of_the_directory(tmp_path: Path) -> None:
    deployment_of(tmp_path, partitions=2, buckets=64)

    assert deployment_of(tmp_path)[0] == deployment_of(tmp_path, partitions=2, buckets=64)[0]


@pytest.mark.parametrize("options", [[], ["--policy", "policy.yaml"], ["--policy", "policy.yaml", "--partitions", "8"]])
def test_a_log_without_its_deployment_file_is_refused_by_name(
    options: list[str], policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "shop"
    data.mkdir()
    (data / "log.sqlite").touch()

    code = main(["up", "--data", str(data), *options])

    said = capsys.readouterr().err
    assert code == 2
    assert "deployment.json is missing" in said.replace("\n", " ")
    assert "no policy" not in said
    assert not (data / "deployment.json").exists()
    with pytest.raises(UsageError, match=r"deployment\.json is missing"):
        Engine.open(a_policy_text().encode(), data)
