"""An audit as the command asks for it: limits read, files read, results written."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from platinum.clock import wall_ms
from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.audit.instead import Comparison, compare
from platinum.ops.audit.page import page
from platinum.ops.audit.policypart import comparison
from platinum.ops.audit.retell import decisions, retold
from platinum.ops.audit.rulefile import read_rules, with_flags
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.run import Audit, audit, breach_lines
from platinum.ops.audit.sources import all_lines, named_maps, shipped_maps
from platinum.policy.compile import compile_policy
from platinum.vocabulary.codes import Kind
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
    policy: str | None = None

    @property
    def latest_ms(self) -> int:
        """Last instant that counts."""
        return self.now_ms if self.now_ms is not None else wall_ms() + _DAY_MS


def check(request: Request) -> None:
    """Raise ``UsageError`` for what can be seen to be wrong before anything is read."""
    if not request.files:
        raise UsageError("say which files: platinum audit --history orders.csv tickets.csv; see docs/how-to/audit-your-history.md")
    for file in request.files:
        if not file.is_file():
            raise UsageError(f"{file}: no such file")
    if request.policy is not None:
        compile_policy(find_policy(request.policy).read_bytes(), request.policy)  # its mistakes before a minute of reading
    inputs = {str(file): file for file in request.files} | ({"--rules": request.rules} if request.rules else {})
    refuse_overwriting(inputs, {"--breaches": request.breaches, "--html": request.html})


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing here makes cycles, and looking for them among a million events took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def run_audit(request: Request, advance: Callable[[int], None]) -> Audit:
    """Read and audit; ``advance`` is told the bytes of input read since its last call."""
    rules = read_rules(request.rules, Rules()) if request.rules else Rules()
    rules = with_flags(rules, request.limits)
    with without_collector():
        return audit(request.files, request.maps, rules, request.latest_ms, advance)


def replay(request: Request, done: Audit, advance: Callable[[int], None]) -> Comparison:
    """The same past through an engine under ``request.policy``; ``advance`` is told the bytes of input that were played."""
    assert request.policy is not None
    maps = [*named_maps(request.maps), *shipped_maps()]
    numbers = {key: who for who, key in enumerate(done.history.customers)}
    told = retold(all_lines(request.files, maps), numbers, request.latest_ms)
    rejected = 0
    said = next((c for one in told if (c := (one.event.get("properties") or {}).get("currency"))), None)
    with Engine.open(policy_text(find_policy(request.policy), said)) as engine:

        def process(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
            nonlocal rejected
            found = engine.process(events)
            rejected += len(engine.rejected)
            return found

        made = list(decisions(told, process, advance))
    return Comparison(
        request.policy,
        len(told),
        rejected,
        dict(Counter(one.type for one in made).most_common()),
        done.history.counts.get(Kind.CONTACT_DISPATCHED, 0),
        sum(one.sent_ms >= 0 for one in made),
        compare(done.history, [*done.findings, *done.observed], made, done.summary.rules),
    )


def find_policy(name: str) -> Path | Traversable:
    """A policy by file, or by the name of one that ships.

    Raises
    ------
    UsageError
        There is no such policy.
    """
    if Path(name).is_file():
        return Path(name)
    shipped = files("platinum") / "examples" / f"{name}.yaml"
    if "/" in name or not shipped.is_file():
        raise UsageError(f"--policy {name}: no such file, and no policy of this name ships; see `platinum example --list`")
    return shipped


def policy_text(found: Path | Traversable, said: object) -> bytes:
    """The policy as it is; one that ships counts in the currency that was said of the orders."""
    if isinstance(found, Path) and not found.is_relative_to(str(files("platinum"))):
        return found.read_bytes()
    text = found.read_text("utf-8")
    if isinstance(said, str) and re.fullmatch("[A-Z]{3}", said):
        text = re.sub(r"(?m)^currency: [A-Z]{3}", f"currency: {said}", text)
    return text.encode()


def write(request: Request, done: Audit, compared: Comparison | None) -> None:
    """Write the files that were asked for."""
    if request.breaches:
        with request.breaches.open("wb") as out:
            out.writelines(breach_lines(done))
    if request.html:
        request.html.write_text(page(done.summary, comparison(compared) if compared else ""), "utf-8")
