"""What folds and decisions mean, as a number: which versions this build runs (design 3).

The number is raised when the same record would leave another row, another decision or another layout. A build runs the newest
version and the one before, and writes what the version in force demands. An activation sets it, so every worker changes at the
same record, workers of two builds agree until then, and a change can be taken back.
"""

from __future__ import annotations

from platinum.errors import Inconsistent, UsageError

#: Version of the newest activation that this build can run.
NEWEST = 1
#: Of markers, activations and checkpoints that name none: they were written before there was a second one.
FIRST = 1


def versions() -> range:
    """Versions that this build runs, the older one first."""
    return range(max(FIRST, NEWEST - 1), NEWEST + 1)


def check_runs(semantics: int) -> None:
    """Raise ``Inconsistent`` where this build does not run a version that is in force: it must never silently go on."""
    if semantics not in versions():
        remedy = "run a newer build" if semantics > NEWEST else "run the build that was here before, and activate a newer version with it"
        raise Inconsistent(f"semantics version {semantics} is in force, this build runs {_listed()}: {remedy}")


def check_may_activate(semantics: int) -> None:
    """Raise ``UsageError`` where somebody asks for a version that this build does not run."""
    if semantics not in versions():
        raise UsageError(f"'--semantics' must be {_listed()}, got {semantics}: that is what this build runs")


def _listed() -> str:
    return " or ".join(map(str, versions()))
