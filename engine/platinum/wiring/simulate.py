"""``platinum policy simulate``: a stretch read or made up, two engines in memory, one report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.audit.reading import FileReport
from platinum.ops.audit.sources import all_lines, named_maps, shipped_maps
from platinum.ops.line import Line
from platinum.ops.population import Population
from platinum.ops.population import simulate as happenings
from platinum.ops.simulate.breaches import Breach, breaches
from platinum.ops.simulate.comparison import compared
from platinum.ops.simulate.playing import Played, play
from platinum.ops.simulate.stretch import Stretch, stretch_of
from platinum.policy.compile import compile_policy
from platinum.wiring.audit import find_policy, policy_text, without_collector
from platinum.wiring.kept_lines import kept_lines
from platinum.wiring.people_standing import standing_of


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: two policies, and files of the past, what a deployment was told, or a population of so many people.

    Attributes
    ----------
    base : str or None
        None: nothing to compare with; only what the new policy does is told.
    """

    new: str
    base: str | None
    history: Sequence[Path] = ()
    maps: Sequence[str] = ()
    population: int = 0
    days: int = 28
    seed: int = 1
    show_ids: bool = False
    data: Path | None = None


def stretch(request: Request) -> Stretch:
    """The stretch that was asked for.

    Raises
    ------
    UsageError
        None of files, a deployment and a population, several of them, or a file that is none.
    """
    if bool(request.history) + bool(request.population) + (request.data is not None) != 1:
        raise UsageError(
            "say what is played: --history FILE (several are read together), --data DIR (what that deployment was told), or --population N "
            "with --days D"
        )
    for file in request.history:
        if not file.is_file():
            raise UsageError(f"{file}: no such file")
    with without_collector():
        report = FileReport("stretch", "")
        found = stretch_of(_lines(request, report), report)
    if not found.told:
        raise UsageError("there is no event to be played; `platinum audit` says why lines are left out")
    return found


def _lines(request: Request, report: FileReport) -> Iterable[Line]:
    if request.population:
        people = Population(request.seed, request.population)
        return happenings(people, days=request.days)
    if request.data is not None:
        return kept_lines(request.data)
    maps = [*named_maps(request.maps), *shipped_maps()]
    return all_lines(request.history, maps, report)


def simulate(request: Request, over: Stretch, advance: Callable[[int], None]) -> dict[str, Any]:
    """The report; ``advance`` is told how many events were played, of both policies together."""
    with without_collector():
        new, wrong, version = _under(request.new, over, advance)
        base, before, base_version = _under(request.base, over, advance) if request.base else (Played(), {name: [] for name in wrong}, None)
    keys = over.history.customers

    def name(who: int) -> str:
        return keys[who] if request.show_ids else f"#{who}"

    about = {
        "new": {"policy": request.new, "version": version},
        "base": {"policy": request.base, "version": base_version},
        "stretch": {"events": len(over.told), "customers": len(keys), "days": round(over.days, 1), "left_out": over.left_out},
    }
    return about | compared(base, new, (before, wrong), name)


def _under(policy: str, over: Stretch, advance: Callable[[int], None]) -> tuple[Played, dict[str, list[Breach]], str]:
    """(what a policy did, its breaches, its version)."""
    text = policy_text(find_policy(policy), over.currency)
    compiled = compile_policy(text, policy)
    with Engine.open(text) as engine:
        played = play(over.told, engine, advance)
        at_ms = over.told[-1].time_ms
        played.standing = engine.within(lambda parts: standing_of(parts, at_ms))
    return played, breaches(over, compiled, played), compiled.version
