"""An audit as the command asks for it: limits read, files read, results written."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.ops.audit.page import page
from platinum.ops.audit.rulefile import read_rules, with_flags
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.run import Audit, audit, breach_lines
from platinum.wiring.files import refuse_overwriting

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for.

    Attributes
    ----------
    maps, limits : sequence of str
        ``--map`` and ``--set``.
    now_ms : int or None
        Events later than this are left out; a day from now when None: clocks differ, years are mistyped.
    """

    files: Sequence[Path]
    maps: Sequence[str] = ()
    rules: Path | None = None
    limits: Sequence[str] = ()
    breaches: Path | None = None
    html: Path | None = None
    now_ms: int | None = None


def check(request: Request) -> None:
    """Raise ``UsageError`` for what can be seen to be wrong before anything is read."""
    if not request.files:
        raise UsageError("say which files: platinum audit --history orders.csv tickets.csv; see docs/how-to/audit-your-history.md")
    for file in request.files:
        if not file.is_file():
            raise UsageError(f"{file}: no such file")
    inputs = {str(file): file for file in request.files} | ({"--rules": request.rules} if request.rules else {})
    refuse_overwriting(inputs, {"--breaches": request.breaches, "--html": request.html})


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing here makes cycles, and looking for them among a million events took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def run_audit(request: Request, advance: Callable[[int], None]) -> Audit:
    """Audit and write what was asked for; ``advance`` is told the bytes of input read since its last call."""
    rules = read_rules(request.rules, Rules()) if request.rules else Rules()
    rules = with_flags(rules, request.limits)
    latest_ms = request.now_ms if request.now_ms is not None else wall_ms() + _DAY_MS
    with _without_collector():
        done = audit(request.files, request.maps, rules, latest_ms, advance)
    if request.breaches:
        with request.breaches.open("wb") as out:
            out.writelines(breach_lines(done))
    if request.html:
        request.html.write_text(page(done.summary), "utf-8")
    return done
