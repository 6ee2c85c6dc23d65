"""`platinum policy stop` loads nothing that it does not need: until that is there, nothing is stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson

from platinum.engine import Engine
from platinum.policy.load import example

#: Compilers and arrays, models of options, tables, pretty log lines, the stores' clients; and what runs a policy.
HEAVY = (
    "numba",
    "llvmlite",
    "numpy",
    "pydantic",
    "structlog",
    "redis",
    "platinum.policy.compile",
    "platinum.pipeline.stages",
    "platinum.cli.up",
)


def _loaded_by(code: str, *arguments: str) -> list[str]:
    """Which of the heavy ones a Python that ran ``code`` has loaded."""
    behind = f"print(repr([name for name in {HEAVY} if name in sys.modules]), file=sys.stderr)"
    line = [sys.executable, "-c", f"import sys\n{code}\n{behind}", *arguments]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    return list(orjson.loads(done.stderr.replace("'", '"')))


def test_a_stop_and_a_start_of_a_deployment_load_no_compiler(tmp_path: Path) -> None:
    data = tmp_path / "data"
    Engine.open(example("gift-shop"), data_dir=data).close()
    run = "from platinum.cli.main import main\nassert main(['policy', *sys.argv[1:]]) == 0"

    assert _loaded_by(run, "stop", "--data", str(data), "--action", "free-delivery") == []
    assert _loaded_by(run, "start", "--data", str(data)) == []


def test_neither_does_the_log_on_kafka_that_they_use() -> None:
    assert _loaded_by("import platinum.logs.kafka_plain") == []


def test_what_is_heavy_would_be_found() -> None:
    assert "numba" in _loaded_by("import platinum.logs.kafka")
    assert "platinum.policy.compile" in _loaded_by("import platinum.wiring.activation")
