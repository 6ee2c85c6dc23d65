"""``platinum`` as its own process, and a deployment of it that is up."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

READY_S = 120.0  # cold kernels on a busy machine


def platinum(*arguments: str, timeout_s: float = 150.0) -> subprocess.CompletedProcess[str]:
    """One command line, to its end."""
    return subprocess.run([sys.executable, "-m", "platinum", *arguments], capture_output=True, text=True, timeout=timeout_s, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(folder: Path) -> list[str]:
    """Command lines of processes that name a folder (Linux)."""
    lines = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(folder) in line:
                lines.append(line)
    return lines


def processes_of_session(session: int) -> list[str]:
    """Names of processes whose session is ``session`` (Linux)."""
    names = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, _, fields = (entry / "stat").read_text().rpartition(")")
            except OSError:
                continue
            if int(fields.split()[3]) == session:
                names.append(name)
    return names


class Up:
    """A long-running command of ``platinum`` on a data directory."""

    def __init__(self, data: Path, command: str = "up", policy: Path | None = None) -> None:
        self.data, self.port = data, free_port()
        self._said = data.parent / f"{command}-{self.port}.log"
        options = [] if policy is None else ["--policy", str(policy)]
        line = [sys.executable, "-m", "platinum", command, "--data", str(data), "--port", str(self.port), *options]
        with self._said.open("w") as said:
            self.process = subprocess.Popen(line, stderr=said, stdout=said)
        until = time.monotonic() + READY_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.get("/readyz")["ready"]:
                    return
            except OSError:
                time.sleep(0.05)
        self.end(signal.SIGKILL)
        raise AssertionError(f"not ready: {self.said()}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            body = answer.read()
        return body.decode() if path == "/metrics" else json.loads(body)

    def post(self, path: str, body: object, **headers: str) -> Any:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {k.replace("_", "-"): v for k, v in headers.items()})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def profile(self, customer: str, orders: int, wait_s: float = 60.0) -> dict[str, Any]:
        """The profile once it holds so many orders."""
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            try:
                found: dict[str, Any] = self.get(f"/v1/profiles/{customer}")
                if found["value"]["orders"] == orders:
                    return found
            except urllib.error.HTTPError as error:
                if error.code != 404:
                    raise
            time.sleep(0.05)
        raise AssertionError(f"{customer} has not {orders} orders after {wait_s:.0f} s: {self.said()}")

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """(exit code, seconds it took)."""
        began = time.monotonic()
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        return self.process.wait(30), time.monotonic() - began

    def said(self) -> str:
        return self._said.read_text()

    def close(self) -> None:
        """Whatever happened: not running any more."""
        self.end(signal.SIGKILL)
