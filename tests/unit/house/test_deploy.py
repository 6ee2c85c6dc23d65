"""What lies in deploy/ fits the program: commands that exist, images with versions, loopback ports, metrics that there are."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from platinum.cli.commands import app_of
from platinum.metrics import METRICS
from platinum.stream.faust_app import Group
from platinum.wiring.leaving import LEAVE_S
from tests.builders.pages import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("platinum")}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def mistake_in(arguments: list[str]) -> str:
    """What the real command line would refuse of ``arguments``, without running it or looking for files; "" = nothing."""
    # Typer brings a click of its own: its classes are found through what it makes.
    command: Any = typer.main.get_command(app_of())
    context = command.context_class(command, info_name="platinum")
    while hasattr(command, "commands"):
        name, *arguments = arguments or [""]
        found = command.get_command(context, name)
        if found is None:
            return f"no command {name!r}"
        command, context = found, found.context_class(found, info_name=name, parent=context)
    try:
        given, left, _ = command.make_parser(context).parse_args(list(arguments))
    except Exception as error:  # noqa: BLE001 - click's UsageError, whichever click that is
        return str(error) or type(error).__name__
    missing = [p.name for p in command.params if p.required and given.get(p.name) is None]
    return f"missing {missing}" if missing else f"left over {left}" if left else ""


def unit_values(unit: Path) -> dict[str, list[str]]:
    """Values by key."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Where, and the arguments of ``platinum``."""
    for name, service in OURS.items():
        yield f"compose.yaml: {name}", [str(word) for word in service["command"]]
    for unit in UNITS:
        program, *arguments = shlex.split(unit_values(unit)["ExecStart"][0].replace("%i", "9101"))
        assert Path(program).name == "platinum"
        yield unit.name, arguments
    for line in (DEPLOY / "README.md").read_text().splitlines():
        if line.startswith("platinum "):
            yield "README.md", shlex.split(line.partition(">")[0])[1:]


@pytest.mark.parametrize(("where", "arguments"), list(command_lines()), ids=lambda x: x if isinstance(x, str) else "")
def test_every_command_line_is_one_that_platinum_takes(where: str, arguments: list[str]) -> None:
    assert mistake_in(arguments) == ""


def test_the_check_of_command_lines_finds_what_is_wrong() -> None:
    assert mistake_in(["worker", "--data", "x", "--prot", "1"])
    assert mistake_in(["worker"]) == "missing ['data']"
    assert mistake_in(["labour"]) == "no command 'labour'"
    assert mistake_in(["topics", "create", "--data", "x"])
    assert mistake_in(["api", "--data", "x", "more"]) == "left over ['more']"


def test_images_have_versions_and_ports_are_on_loopback() -> None:
    for name, service in SERVICES.items():
        if name not in OURS:
            assert re.search(r":\d+\.\d+\.\d+", service["image"]), name
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert re.search(r"^FROM \S+:\d+\.\d+\.\d+", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)


def test_nothing_of_ours_runs_as_root_or_writes_where_it_need_not() -> None:
    for name, service in OURS.items():
        assert service["user"] == "10001", name
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        writable = [volume for volume in service["volumes"] if not volume.endswith(":ro")]
        own = ["snapshots:/snapshots"] if name.startswith("worker") else []
        assert writable == (["shop:/shop"] if name == "topics" else own), name
    assert "USER 10001" in (DEPLOY / "Dockerfile").read_text()


def test_workers_can_write_where_snapshots_are_said_to_lie() -> None:
    place = _snapshots(OURS["topics"]["command"])
    for name in ("worker-1", "worker-2"):
        assert f"snapshots:{place}" in OURS[name]["volumes"], name
    assert "snapshots" in COMPOSE["volumes"]
    # A new volume takes owner and mode of the image's folder.
    assert re.search(rf"install -d -o platinum -m 0700 .*{place}\b", (DEPLOY / "Dockerfile").read_text())

    (worker,) = [unit_values(unit) for unit in UNITS if "worker" in unit.name]
    (line,) = [line for line in (DEPLOY / "README.md").read_text().splitlines() if line.startswith("platinum topics create")]
    assert Path("/var/lib", worker["StateDirectory"][0]) in Path(_snapshots(shlex.split(line))).parents


def _snapshots(words: list[str]) -> str:
    return words[words.index("--snapshots") + 1]


def test_starting_compose_again_lifts_no_emergency_stop() -> None:
    assert "--first" in OURS["activate"]["command"]


def test_no_secret_is_written_down_or_on_a_command_line() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            assert "PLATINUM_STORE_PASSWORD=" not in path.read_text(), path
    assert COMPOSE["secrets"] == {"store_password": {"file": "./store_password"}}
    assert "--requirepass" not in str(SERVICES["valkey"]["command"])
    assert "noeviction" in str(SERVICES["valkey"]["command"])


def test_a_killed_worker_comes_back_after_its_session_and_an_ending_one_has_time() -> None:
    (worker,) = [unit_values(unit) for unit in UNITS if "worker" in unit.name]

    assert float(worker["RestartSec"][0]) > Group("", "").session_s
    assert float(worker["TimeoutStopSec"][0]) > LEAVE_S
    assert worker["Restart"] == ["on-failure"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text().replace("/opt/platinum/bin/platinum", "/bin/true")  # it looks whether the program is there
    instance = tmp_path / unit.name.replace("@", "@9101")
    instance.write_text(text)

    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(instance)], capture_output=True, text=True, check=False)

    assert [line for line in done.stderr.splitlines() if instance.name in line or str(tmp_path) in line] == []


def test_alerts_name_metrics_that_exist_and_say_what_to_do() -> None:
    known = {metric.name for metric in METRICS} | {f"{m.name}_bucket" for m in METRICS if m.kind == "histogram"}
    (group,) = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]

    assert len(group["rules"]) > 10
    for rule in group["rules"]:
        named = set(re.findall(r"platinum_\w+", rule["expr"]))
        assert named, rule["alert"]
        assert named <= known, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert (CHECKOUT / rule["annotations"]["runbook"]).exists(), rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
