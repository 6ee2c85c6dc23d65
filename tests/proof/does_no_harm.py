"""Does it do no harm while it learns? ``python -m tests.proof.does_no_harm [--runs N] [--jobs N] [--json]``.

hillstrom_email, cold start, by rejection replay: which of two e-mails, or none, gets most people to visit? All decisions count from the
first on, with what is tried out. Uniform brings 0.147, the best e-mail for everybody 0.183; a run is one resampling of all customers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from tests.proof.mail_test import played


def main(given: list[str]) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true")
    asked, began = parser.parse_args(given), time.perf_counter()
    found = played(Path(os.environ.get("PLATINUM_DATA", "../shared/data")), 0.0, asked.runs, asked.jobs)
    found["wall_s"] = round(time.perf_counter() - began, 1)
    print(json.dumps(found) if asked.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
