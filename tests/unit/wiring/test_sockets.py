"""A unix socket's path is short; directories are not."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from platinum.cli.main import main
from platinum.errors import UsageError
from platinum.wiring.sockets import MOST_BYTES, passing_folder, store_server
from tests.builders.policy_text import a_policy_text

LONG = "x" * 110


@pytest.fixture
def long_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / LONG
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_long_paths_of_both_directories_are_named_and_nothing_is_left(
    long_temporary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy, data = tmp_path / "policy.yaml", long_temporary / "shop"
    policy.write_text(a_policy_text())

    code = main(["up", "--data", str(data), "--policy", str(policy), "--port", "18097"])

    said = capsys.readouterr().err
    assert code == 2
    assert all(word in said for word in (str(data), str(long_temporary), "--data", "TMPDIR", str(MOST_BYTES)))
    assert os.listdir(long_temporary) == []


def test_one_short_directory_is_enough(long_temporary: Path) -> None:
    with passing_folder("platinum-test-") as short:
        (short / "data").mkdir()

        assert store_server(short / "data").address == f"unix://{short}/data/valkey/valkey.sock"


def test_a_long_data_directory_has_its_socket_in_a_short_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with passing_folder("platinum-test-") as short:
        monkeypatch.setattr(tempfile, "tempdir", str(short))

        assert store_server(tmp_path / LONG).address.startswith(f"unix://{short}/platinum-")


def test_a_data_directory_is_not_taken_away_with_the_socket(long_temporary: Path) -> None:
    data = long_temporary / "shop"
    (data / "valkey").mkdir(parents=True)

    with pytest.raises(UsageError):
        store_server(data)

    assert (data / "valkey").is_dir()


def test_a_passing_folder_lies_in_the_temporary_directory_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with passing_folder("platinum-test-") as short:
        monkeypatch.setattr(tempfile, "tempdir", str(short))
        with passing_folder("one-") as one:
            assert one.parent == short

        assert not one.exists()
