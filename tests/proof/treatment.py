"""What must not matter to a treatment: ``python -m tests.proof.treatment [--seeds 3] [--customers 700] [--days 35] [--json]``.

A society is lived through under a policy with tiers, budgets, tones and roles (``tests/proof/policies/people.yaml``). Every decision is
then made once more with something changed that must not matter, or is read by somebody who keeps books of their own. Exit code 1 when
one of the four was broken, when one was never at stake, or when what prevents it is switched off and not missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from tests.builders.proof_again import DRAWN, MANNER, Anew, Made, differs, figures, of_no_tier, on_top, said, spoken_to
from tests.builders.proof_treated import SWITCHES, lived_under
from tests.reference.invariant_people import Budgets, Roles
from tests.reference.invariants import Count

INVARIANTS: Mapping[str, str] = {
    "roles": "role canaries leaked",
    "floor": "floor breaches",
    "facts": "tone changing facts",
    "budget": "offers outside granted budget",
}
#: What a switch must show.
SHOWN = 200
#: People who like to be spoken to in opposite ways.
_LIKE = ((1, 1, 1, 1, 1), (-1, -1, -1, -1, -1), (1, -1, 1, -1, 1))
_FAR = 1e12
Found = dict[str, Count]


def looked_at(seed: int, customers: int, days: int, switch: str = "") -> Found:
    """Live through it, and look at every decision."""
    counts = {name: Count() for name in INVARIANTS}
    roles, budgets, anew = Roles(), Budgets(), Anew()
    with lived_under(seed, customers, days, switch) as life:
        for entry in life.events():
            roles.hear(entry)
        for one in life.decisions():
            where = one.body["decision_id"]
            for leaks in roles.leaks(one.body):
                counts["roles"].note(bool(leaks), f"{where} {leaks}")
            for wrong in floor(one, anew):
                counts["floor"].note(bool(wrong), f"{where} {wrong}")
            for wrong in facts(one, anew):
                counts["facts"].note(bool(wrong), f"{where} {wrong}")
            for why in budgets.spent(one.body, life.budget_of(one), life.share_of(one)):
                counts["budget"].note(bool(why), f"{where} {why}")
    return counts


def floor(one: Made, anew: Anew) -> Iterator[list[str]]:
    """In the highest tier and in the lowest, a person is treated alike, but for money given on top."""
    case = of_no_tier(one.case)
    highest, lowest = (anew.decide(one, case, margin) for margin in (0.0, _FAR))
    if on_top(one, highest) or on_top(one, lowest):
        return  # who could have had one draws from more
    yield differs(highest, lowest, ("blocked", "blocked_by", "n_passed", "wants", *DRAWN))


def facts(one: Made, anew: Anew) -> Iterator[list[str]]:
    """However somebody likes to be spoken to, what is decided and what is stated is the same."""
    if one.body["type"] == "silence" or not one.body["tone"]:
        return
    first = None
    for like in _LIKE:
        decision = anew.decide(one, spoken_to(one.case, like))
        body = said(one, decision)
        stated = (body["content"]["facts"], figures(body), body["offer"], body["terms"], body["promise"])
        if first is None:
            first = decision, stated
            continue
        if decision["candidate"] != first[0]["candidate"] and (decision["variety"] or first[0]["variety"]):
            continue  # something else, because the same was said in the same way before
        wrong = differs(first[0], decision, (*MANNER, *DRAWN))
        yield wrong if first[1] == stated else [*wrong, "stated"]


def together(found: list[Found]) -> Found:
    """Several runs."""
    total = {name: Count() for name in INVARIANTS}
    for counts in found:
        for name, count in counts.items():
            total[name].stake += count.stake
            total[name].broken += count.broken
            total[name].first += count.first
    return total


def run(seeds: int, customers: int, days: int, note: Callable[[str], None] = lambda _: None) -> dict[str, Found]:
    """Switch ("" = as it is) → what was found; with a switch, one seed after the other until it has shown enough."""
    found: dict[str, Found] = {}
    for switch in ("", *SWITCHES):
        done: list[Found] = []
        for seed in range(1, seeds + 1):
            done.append(looked_at(seed, customers, days, switch))
            found[switch] = together(done)
            note(f"{switch or 'as it is'}, seed {seed}: { {name: (c.stake, c.broken) for name, c in found[switch].items()} }")
            if switch and found[switch][SWITCHES[switch].shows].broken >= SHOWN:
                break
    return found


def wrong_in(found: Mapping[str, Found], shown: int = SHOWN) -> list[str]:
    """What is not as it should be."""
    bad = [f"{INVARIANTS[name]}: {c.broken} times, such as {c.first[:3]}" for name, c in found[""].items() if c.broken]
    bad += [f"{INVARIANTS[name]}: was never at stake" for name, c in found[""].items() if not c.stake]
    for switch, counts in found.items():
        if switch and counts[SWITCHES[switch].shows].broken < shown:
            bad.append(f"{SWITCHES[switch].what} switched off: only {counts[SWITCHES[switch].shows].broken} breaches")
    return bad


def table(found: Mapping[str, Found]) -> str:
    """What was found, for people."""
    off = {SWITCHES[switch].shows: (SWITCHES[switch].what, counts) for switch, counts in found.items() if switch}
    lines = [f"{'':<34}{'at stake':>9}{'broken':>8}   and with what is switched off"]
    for name, says in INVARIANTS.items():
        count, (what, without) = found[""][name], off[name]
        lines.append(f"{says:<34}{count.stake:>9}{count.broken:>8}   {what}: {without[name].broken} of {without[name].stake}")
        lines += [f"    {where}" for where in count.first[:3]]
    return "\n".join(lines)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("seeds", 3), ("customers", 700), ("days", 35)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = run(given.seeds, given.customers, given.days, lambda line: print(line, file=sys.stderr, flush=True))
    as_json = {switch or "as it is": {name: asdict(count) for name, count in counts.items()} for switch, counts in found.items()}
    print(json.dumps(as_json) if given.json else table(found))
    bad = wrong_in(found)
    print(*bad, sep="\n", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
