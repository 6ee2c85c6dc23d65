"""The invariants as a table: ``python -m tests.proof.invariants [--seeds 5] [--customers 700] [--days 35] [--json]``.

Exit code 1 when one of them was broken with every gate in its place, or when a gate that is switched off is not missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tests.builders.proof_switches import SWITCHES
from tests.builders.proof_trials import Told, Trial, run_all, together
from tests.reference.invariants import INVARIANTS

#: What a gate that is switched off must show, and how much the whole is.
SHOWN, EVENTS, DECISIONS = 500, 1_000_000, 100_000
#: At how many decisions a cap must have been full only by what was planned or claimed.
PLANNED = 1_000


def table(found: Mapping[str, Mapping[str, Told]]) -> str:
    """What was found, for people."""
    lines = []
    for policy, told in found[""].items():
        lines.append(f"{policy}: {told.events} events, {told.decisions} decisions ({told.spoken} not silent), {told.claims} claims")
    whole = together(found[""])
    lines.append(
        f"together: {whole.events} events, {whole.decisions} decisions ({whole.spoken} not silent), {whole.withdrawals} withdrawals; at "
        f"{whole.planned} decisions a cap was full only by what was planned or claimed; {whole.told_late} contacts beyond a cap, or "
        "near thanks, because of what the log heard of after it had been withdrawn or was over; "
        f"{whole.crossed} contacts had been claimed, or had left, when the log heard the word against them"
    )
    off: dict[str, list[str]] = {rule: [] for rule in INVARIANTS}
    for name, switch in SWITCHES.items():
        if name in found:
            told = together(found[name])
            off[switch.shows].append(f"{switch.what}: {told.broken[switch.shows]} in {told.runs} runs")
    lines.append(f"{'':<60}{'at stake':>9}{'broken':>8}   and with what is switched off")
    for rule, says in INVARIANTS.items():
        lines.append(f"{says:<60}{whole.stake[rule]:>9}{whole.broken[rule]:>8}   {'; '.join(off[rule])}")
        lines += [f"    {where}" for where in whole.first[rule]]
    return "\n".join(lines)


def as_json(found: Mapping[str, Mapping[str, Told]]) -> dict[str, Any]:
    """The same for machines."""
    return {
        switch or "as it is": {policy: asdict(told) for policy, told in by_policy.items()} | {"together": asdict(together(by_policy))}
        for switch, by_policy in found.items()
    }


def wrong(found: Mapping[str, Mapping[str, Told]], shown: int = SHOWN) -> list[str]:
    """What is not as it should be."""
    whole = together(found[""])
    bad = [
        f"{says}: {whole.broken[rule]} times, such as {whole.first[rule][:3]}" for rule, says in INVARIANTS.items() if whole.broken[rule]
    ]
    bad += [f"{whole.refused} events were refused"] if whole.refused else []
    bad += [f"{says}: was never at stake" for rule, says in INVARIANTS.items() if not whole.stake[rule]]
    bad += [f"only at {whole.planned} decisions a cap was full by what was planned"] if whole.planned <= PLANNED else []
    for name, switch in SWITCHES.items():
        if name in found and (n := together(found[name]).broken[switch.shows]) < shown:
            bad.append(f"{switch.what} switched off: only {n} violations ({INVARIANTS[switch.shows]})")
    return bad


def noted(trial: Trial, told: Told) -> None:
    """One line per run, for whoever waits."""
    broken = {rule: n for rule, n in told.broken.items() if n}
    print(
        f"{trial.policy}, seed {trial.seed}, {trial.switch or 'as it is'}: {told.events} events, broken {broken}",
        file=sys.stderr,
        flush=True,
    )


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--customers", type=int, default=700)
    parser.add_argument("--days", type=int, default=35)
    parser.add_argument("--processes", type=int, default=0, help="0 = one per core")
    parser.add_argument("--shown", type=int, default=SHOWN, help="violations that a gate switched off must show")
    parser.add_argument("--only", nargs="*", default=None, help="switches, such as consent; none = as it is alone")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    switches = tuple(SWITCHES if given.only is None else given.only)
    found = run_all(range(1, given.seeds + 1), given.customers, given.days, switches, given.shown, given.processes, noted)
    print(json.dumps(as_json(found)) if given.json else table(found))
    bad = wrong(found, given.shown)
    print(*bad, sep="\n", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
