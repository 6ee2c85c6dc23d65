"""What some thousand events leave behind in an engine, as text: to compare compiled kernels with interpreted ones.

NUMBA_DISABLE_JIT=1 python -W error -m tests.builders.modes gift-shop 5000 > interpreted.jsonl
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from platinum.emit.contacts import INPUTS_HEADER
from platinum.emit.derive import draw_unit
from platinum.emit.inputs import unpack_inputs
from platinum.engine import Engine
from platinum.logs.memory import MemoryLog
from platinum.ops.population import GIFT_SHOP, bench_events, bench_policy, simulate_events
from platinum.pipeline.asking import NO_EVENTS, Asking, run_requests
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import DECISIONS

_CHECKOUT = Path(__file__).resolve().parents[2]
SEED = 23
#: After so many events somebody asks over HTTP.
ASK_EVERY = 10
WORLDS = ("gift-shop", "grocer", "measured")
#: A draw so close to an edge between two options may fall on either side; no run has needed it.
CLOSE = 1e-6

#: One record that was put out (kind = its topic) or one row that is stored (kind = "row").
Line = dict[str, Any]


def policy_of(world: str) -> bytes:
    """An example policy that decides about nearly everything that happens, or the one under which speed is measured."""
    if world == "measured":
        return bench_policy()
    source = example(world)
    eager = source.replace(b"decide_on: [", b"decide_on: [product_viewed, product_added, ")
    assert eager != source
    return eager


def events_of(world: str, events: int) -> list[bytes]:
    people = max(20, events // 25)
    if world == "measured":
        return list(bench_events(events, people, seed=SEED))
    shop = replace(GIFT_SHOP, currency=compile_policy(example(world)).currency)
    return list(simulate_events(seed=SEED, customers=people, events=events, shop=shop))


def lived(world: str, events: int) -> list[Line]:
    """Play ``events`` events, asking about every tenth customer, and list everything that was put out and stored."""
    values = events_of(world, events)
    with np.errstate(over="ignore"), Engine.open(policy_of(world)) as engine:  # interpreted, 64-bit hashes warn where they wrap
        places = engine.policy.placements
        for at in range(0, events, ASK_EVERY):
            engine.process_json(values[at : at + ASK_EVERY])
            last = orjson.loads(values[min(at + ASK_EVERY, events) - 1])
            engine.decide(last["userId"], places[at // ASK_EVERY % len(places)])
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        lines: list[Line] = []
        for (topic, partition), records in sorted(log._shelves.items()):
            for offset, r in enumerate(records):
                headers = {name: value.hex() for name, value in r.headers}
                lines.append(
                    {"kind": topic, "at": [partition, offset], "key": (r.key or b"").decode(), "value": r.value.hex(), "headers": headers}
                )
        lines += [{"kind": "row", "key": key.decode(), "value": row.hex()} for key, row in engine.customers().items()]
    return lines


def interpreted(world: str, events: int) -> list[Line]:
    """``lived`` in a process without the JIT, warnings as errors."""
    path = os.pathsep.join([str(_CHECKOUT / "engine"), str(_CHECKOUT)])
    command = [sys.executable, "-W", "error", "-m", "tests.builders.modes", world, str(events)]
    env = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path}
    done = subprocess.run(command, env=env, cwd=_CHECKOUT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def to_boundary(decision: Line, stages: Stages) -> float:
    """How far a decision's draw lies from the nearest edge between two options; 1 where nothing was drawn."""
    kept = unpack_inputs(bytes.fromhex(decision["headers"][INPUTS_HEADER]))
    allowed = np.ones((1, len(stages.policy.actions)), np.uint8)
    allowed[0, kept.barred] = 0
    out = run_requests([kept.row], NO_EVENTS, Asking(kept.trigger.copy(), np.zeros((1, 2), np.int64), allowed), stages).out
    n = int(out[0]["n_scored"])
    if n < 2:
        return 1.0
    u = draw_unit(int(out[0]["ref"]), int(stages.policy.tables.settings[0]["policy"]))
    return float(np.abs(np.cumsum(stages.scratch.p[: n - 1]) - u).min())


def parted(one: list[Line], other: list[Line], stages: Stages) -> tuple[list[Line], set[str]]:
    """(lines that differ and must not, customers whose draw lay so close to an edge that they may)."""
    pairs = list(zip(one, other, strict=True))
    close = {a["key"] for a, b in pairs if a != b and a["kind"] == DECISIONS and to_boundary(a, stages) < CLOSE}
    return [a for a, b in pairs if a != b and a["key"] not in close], close


def assert_same(world: str, events: int) -> None:
    """The same bytes from both; what was compared is printed, and must have been worth it."""
    compiled = lived(world, events)
    stages = Stages(compile_policy(policy_of(world)))

    differing, close = parted(compiled, interpreted(world, events), stages)

    distances = [to_boundary(line, stages) for line in compiled if line["kind"] == DECISIONS]
    drawn = [d for d in distances if d < 1.0]
    print(f"{world}: {len(distances)} decisions, {len(drawn)} drawn, the closest {min(drawn):.1e} from an edge, parted there: {len(close)}")
    assert [(line["kind"], line["key"]) for line in differing] == []
    assert len(drawn) > events / 10
    assert len(distances) > events * 0.3


def main() -> Iterator[bytes]:
    """Lines of the world and the number of events named on the command line."""
    return (orjson.dumps(line) + b"\n" for line in lived(sys.argv[1], int(sys.argv[2])))


if __name__ == "__main__":
    sys.stdout.buffer.writelines(main())
