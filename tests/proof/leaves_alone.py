"""Does it leave people alone? ``python -m tests.proof.leaves_alone [--runs N] [--jobs N] [--json]``.

hillstrom_email as in ``does_no_harm``, where an e-mail costs as much as six visits of a hundred; and simulated people of whom three in ten
are better left alone (``sleeping_dogs``), 1,000 of them for twenty weeks and two more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.proof.mail_test import played
from tests.proof.sleeping_dogs import play

Json = dict[str, Any]
COST = 0.06
PEOPLE, WEEKS, MORE_WEEKS = 1000, 20, 2


def dogs(people: int, weeks: int, more_weeks: int, seed: int) -> Json:
    """Mean expected reward of all decisions beside never and always; after ``weeks``, who is left alone."""
    found = play(people, weeks + more_weeks, seed)
    after = slice(people * weeks, None)
    dog, alone = found.dog[after], ~found.reminded[after]
    left = {"dogs_left_alone": float(alone[dog].mean()), "others_left_alone": float(alone[~dog].mean())}
    return {"decisions": len(found.reward), "mean": float(found.reward.mean()), "never": found.never, "always": found.always, **left}


def main(given: list[str]) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true")
    asked, began = parser.parse_args(given), time.perf_counter()
    mails = played(Path(os.environ.get("PLATINUM_DATA", "../shared/data")), COST, asked.runs, asked.jobs)
    found = {"mails": mails, "sleeping_dogs": dogs(PEOPLE, WEEKS, MORE_WEEKS, 1), "wall_s": round(time.perf_counter() - began, 1)}
    print(json.dumps(found) if asked.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
