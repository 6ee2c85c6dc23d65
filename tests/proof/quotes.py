"""How often quoted times are kept: ``python -m tests.proof.quotes [--seeds 5] [--days 115] [--per-day 25] [--processes 1] [--json]``.

Exit code 1 when a share lies outside of what it must, when the ledger says otherwise than the world's own books, or when too few were
quoted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from tests.builders.quoted_worlds import COURSES, KINDS, STEP, STEP_DAY, Kept, Promise, lived

#: What "kept with the probability that the policy asks for" may be, at 0.95; and how many quotes a share must rest on.
LOWEST, HIGHEST, LEAST = 0.93, 0.97, 2_000
#: So long after the step, what was promised before it still sets the quotes.
LAG_DAYS = 14
EVERY = "both"


def rows(found: Mapping[int, Kept]) -> list[dict[str, Any]]:
    """Per course, kind and seed: how many times were quoted, how many of the promises were kept by then, and their share."""
    told = []
    for course in (*COURSES, STEP):
        for kind in (*KINDS, EVERY):
            for seed, kept in found.items():
                quoted = [one for one in kept.promises if one.course == course and kind in (one.kind, EVERY) and one.quoted]
                told.append({"course": course, "kind": kind, "seed": seed} | _share(quoted))
                if course == STEP:
                    told[-1]["after_step"] = _share([one for one in quoted if STEP_DAY <= one.day < STEP_DAY + LAG_DAYS])["share"]
    return told


def _share(quoted: Sequence[Promise]) -> dict[str, Any]:
    in_time = sum(one.in_time for one in quoted)
    return {"n": len(quoted), "in_time": in_time, "share": round(in_time / max(1, len(quoted)), 4)}


def means(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Per course and kind, over the seeds: mean, least and largest share."""
    found = []
    for course in (*COURSES, STEP):
        for kind in (*KINDS, EVERY):
            shares = [one["share"] for one in told if one["course"] == course and one["kind"] == kind]
            after = [one["after_step"] for one in told if one["course"] == course and one["kind"] == kind and "after_step" in one]
            found.append({"course": course, "kind": kind, "mean": sum(shares) / len(shares), "least": min(shares), "largest": max(shares)})
            if after:
                found[-1]["after_step"] = sum(after) / len(after)
    return found


def table(told: Sequence[Mapping[str, Any]]) -> str:
    """The same for people."""
    lines = [f"{'times drift by':<20}{'kind':<12}{'seed':>5}{'quoted':>8}{'in time':>9}{'share':>8}"]
    lines += [f"{o['course']:<20}{o['kind']:<12}{o['seed']:>5}{o['n']:>8}{o['in_time']:>9}{o['share']:>8.4f}" for o in told]
    lines.append(f"{'over the seeds':<20}{'kind':<12}{'mean':>8}{'least':>8}{'largest':>9}")
    for one in means(told):
        after = f"   {one['after_step']:.4f} in the {LAG_DAYS} days after the step" if "after_step" in one else ""
        lines.append(f"{one['course']:<20}{one['kind']:<12}{one['mean']:>8.4f}{one['least']:>8.4f}{one['largest']:>9.4f}{after}")
    return "\n".join(lines)


def wrong(found: Mapping[int, Kept], least: int = LEAST, lowest: float = LOWEST, highest: float = HIGHEST) -> list[str]:
    """What is not as it should be. The sudden step is told and not judged: until some of what came after it is known, quotes lag."""
    told = rows(found)
    bad = [f"{_called(one)}: only {one['n']} quotes" for one in told if one["n"] < least]
    bad += [
        f"{_called(one)}: {one['share']} of the quotes at 0.95 were kept"
        for one in told
        if one["course"] != STEP and not lowest <= one["share"] <= highest
    ]
    for seed, kept in found.items():
        bad += [f"seed {seed}: {kept.silent} requests were not answered with a promise"] if kept.silent else []
        bad += [
            f"seed {seed}, class {name}: the ledger says {kept.ledger.get(name)} (ended, in time), the world's books {books}"
            for name, books in kept.books().items()
            if kept.ledger.get(name) != books
        ]
    return bad


def _called(one: Mapping[str, Any]) -> str:
    return f"{one['course']}, {one['kind']}, seed {one['seed']}"


def run(seeds: Sequence[int], days: int, per_day: int, processes: int = 1) -> dict[int, Kept]:
    """One world per seed."""
    if processes == 1:
        return {seed: lived(seed, days, per_day) for seed in seeds}
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return dict(zip(seeds, pool.map(lived, seeds, [days] * len(seeds), [per_day] * len(seeds)), strict=True))


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--days", type=int, default=115)
    parser.add_argument("--per-day", type=int, default=25, help="promises of each class a day")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = run(range(1, given.seeds + 1), given.days, given.per_day, given.processes)
    told, bad = rows(found), wrong(found)
    print(json.dumps({"rows": told, "means": means(told), "wrong": bad}) if given.json else table(told))
    print(*bad, sep="\n", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
