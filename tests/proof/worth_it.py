"""Is it worth it: ``python -m tests.proof.worth_it [--seeds 20] [--null 200] [--out FILE] [--summary FILE] [--json]``.

Platinum against a firm that treats all alike, one that goes by margin, and itself with each ingredient left out, in the simulated society;
and the same comparisons where no treatment has an effect. What is found, whatever it is, stands in docs/explanation/worth-it.md.

``--out`` keeps a line per seed; a run that was stopped goes on where it was. ``--summary`` writes what they say together: the tables of the
page are made of it (``make docs``).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from platinum.cli.output import progress
from tests.builders.worth_found import summary, text
from tests.builders.worth_intervals import between
from tests.builders.worth_lived import ARMS, FIRST, compared, shared

Json = dict[str, Any]
#: What is compared where nothing has an effect: what a decision does by itself (what it gives away, what it promises) is left out there.
NULL_OUTCOMES = ("effort", "say_do_others", "stays", "equity_gross")


def seed_found(seed: int, people: int, days: int) -> Json:
    """All arms under one seed."""
    began = time.process_time()
    found = compared(seed, people, days)
    arms = {name: {key: one.ratio for key, one in lived.outcomes.items()} for name, lived in found.items()}
    said = {name: dict(sorted(lived.decided[name].items())) for name, lived in found.items()}
    line: Json = {"kind": "society", "seed": seed, "people": people, "days": days}
    return line | {"cpu_s": round(time.process_time() - began, 1), "arms": arms, "said": said}


def null_found(seed: int, people: int, days: int) -> Json:
    """Every comparison under one seed where nothing has an effect; ``people`` in each arm."""
    began = time.process_time()
    found, who = shared(seed, people, days)
    intervals = []
    for name in ARMS[1:]:
        for key in NULL_OUTCOMES:
            outcome = found.outcomes[key]
            interval = between(outcome.of(who[FIRST]), outcome.of(who[name]))
            if interval is not None:
                intervals.append([name, key, *(float(f"{value:.6g}") for value in interval[:3])])
    line: Json = {"kind": "null", "seed": seed, "people": people, "days": days}
    return line | {"cpu_s": round(time.process_time() - began, 1), "intervals": intervals}


def kept(out: Path | None, kind: str, people: int, days: int) -> list[Json]:
    """Lines of an earlier run of the same size."""
    if out is None or not out.exists():
        return []
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    return [line for line in lines if (line["kind"], line["people"], line["days"]) == (kind, people, days)]


def run(kind: str, seeds: Sequence[int], people: int, days: int, processes: int, out: Path | None) -> list[Json]:
    """What was kept of these seeds, and the others."""
    found = {line["seed"]: line for line in kept(out, kind, people, days)}
    missing = [seed for seed in seeds if seed not in found]
    with progress(f"{kind}, seeds", len(missing)) as advance:
        for line in _lines(partial(seed_found if kind == "society" else null_found, people=people, days=days), missing, processes):
            found[line["seed"]] = line
            if out is not None:
                out.parent.mkdir(parents=True, exist_ok=True)
                with out.open("a") as file:
                    file.write(json.dumps(line) + "\n")
            advance(1)
    return [found[seed] for seed in seeds]


def _lines(one: Any, seeds: Sequence[int], processes: int) -> Iterator[Json]:
    if processes == 1:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(one, seeds)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--people", type=int, default=400, help="in the society")
    parser.add_argument("--days", type=int, default=35)
    parser.add_argument("--null", type=int, default=0, help="so many seeds in which no treatment has an effect")
    parser.add_argument("--null-people", type=int, default=60, help="in each arm there")
    parser.add_argument("--null-days", type=int, default=10)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a line per seed; what is in it already is not run again")
    parser.add_argument("--summary", type=Path, help="where to write what all of them say together")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    society = run("society", range(1, given.seeds + 1), given.people, given.days, given.processes, given.out)
    null = run("null", range(1001, given.null + 1001), given.null_people, given.null_days, given.processes, given.out)
    found = summary(society, null)
    written = json.dumps(found, indent=1)
    if given.summary:
        given.summary.write_text(written + "\n")
    print(written if given.json else text(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
