"""Open-loop HTTP load: a generator in C, compiled where it is needed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from platinum.errors import Unavailable, UsageError

SOURCE = Path(__file__).with_name("openloop.c")


def build(folder: Path) -> Path:
    """Compile the generator into ``folder``.

    Raises
    ------
    UsageError
        There is no C compiler.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise UsageError("a C compiler (cc) is needed for the load generator; on Debian: apt-get install gcc libc6-dev")
    program = folder / "openloop"
    subprocess.run([compiler, "-O2", "-o", str(program), str(SOURCE)], check=True)
    return program


def load(program: Path, port: int, path: str, rate: int, seconds: float, connections: int, bodies: Path) -> dict[str, Any]:
    """One step at ``rate`` requests/s; latencies in ms from the instant each request was due."""
    words = [str(program), "127.0.0.1", str(port), path, str(rate), str(seconds), str(connections), str(bodies)]
    done = subprocess.run(words, capture_output=True, text=True)  # noqa: PLW1510 - its exit code is looked at
    if done.returncode != 0:
        raise Unavailable(f"nothing answered on port {port}: {done.stderr.strip() or done.stdout.strip()}")
    step: dict[str, Any] = json.loads(done.stdout)
    return step
