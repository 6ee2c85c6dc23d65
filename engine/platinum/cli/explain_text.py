"""A derivation as a tree on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]
_MEMBERS = ("value", "cost", "effort", "fatigue")


def tree(found: Json) -> str:
    """The whole of ``pipeline.explain.explain`` for people."""
    decision = found["decision"]
    head = f"{found['decision_id']}: {named(found['chosen'])}, lane {found['lane']}, {found['decided_at']}"
    branches = [(title, lines) for title, lines in _branches(found) if lines]
    made = [head]
    for i, (title, lines) in enumerate(branches):
        last = i == len(branches) - 1
        made.append(f"{'└' if last else '├'}─ {title}")
        made += [f"{' ' if last else '│'}  {line}" for line in lines]
    made.append(
        f"policy {decision['policy']}, model {decision['model']}; {'made again, byte for byte' if found['reproduced'] else _DIFFERS}"
    )
    return "\n".join(made)


_DIFFERS = "MADE AGAIN, IT DIFFERS from what was recorded: please report it"


def named(one: Json) -> str:
    """A candidate in a few words."""
    return "silence" if one["action"] is None else f"{one['action']} by {one['channel']}"


def _branches(found: Json) -> Iterator[tuple[str, list[str]]]:
    yield "why", _why(found)
    yield "what was weighed (money)", list(_weighed(found))
    yield "the best without one part", [_dropped(one, found["draw"]["options"][0]) for one in found["drop_one"] or ()]
    yield "what was stopped, and by which gate first", list(_stopped(found["candidates"]))
    yield "what would have changed it", [f"if {one['if']}: {named(one['winner'])}" for one in found["changes"]] or [_NOTHING]
    yield (
        "what the scoring saw",
        [", ".join(f"{one['feature']} {one['value']:g}" for one in found["features"])] if found["features"] else [],
    )


_NOTHING = "no single change that was tried"


def _why(found: Json) -> list[str]:
    lines: list[str] = found["lines"]
    kept = [line.replace(" of:", ".") for line in lines[: _first(lines)] if not line.startswith("  ")]
    other = found["runner_up"]
    return [*kept, *([f"Runner-up: {named(other)}, behind by {other['behind_by']:g}."] if other and found["draw"] else ())]


def _first(lines: Sequence[str]) -> int:
    """Where the parts begin that have a branch of their own."""
    own = ("Stopped:", "The best without one part:", "What would have changed it:", "No single change")
    return next((i for i, line in enumerate(lines) if line.startswith(own)), len(lines))


def _weighed(found: Json) -> Iterator[str]:
    options = {(one["action"], one["channel"]): one["p"] for one in found["draw"]["options"]} if found["draw"] else {}
    some = [one for one in found["candidates"] if one["utility"] is not None]
    for one in sorted(some, key=lambda one: -one["utility"]):
        made, terms = one["factors"], one["terms"]
        product = f"{made['expected']:g} × {made['worth']:g} × lever {made['lever']:g} × welcome {made['welcome']:g}"
        taken = " - ".join(f"{name} {terms[name]:g}" for name in _MEMBERS[1:])
        taken += f" - without any contact {terms['alone']:g}" if terms["alone"] else ""
        taken += f" + goal {terms['goal']:g}" if terms["goal"] else ""
        p = options.get((one["action"], one["channel"]))
        yield f"{named(one)}: {one['utility']:g} = {product} - {taken}" + (f"; drawn with {p:g}" if p is not None else "")
    if (None, None) in options:
        yield f"silence: 0; drawn with {options[None, None]:g}"


def _dropped(one: Json, best: Json) -> str:
    same = (one["action"], one["channel"]) == (best["action"], best["channel"])
    ahead = f", ahead by {one['leads_by']:g}" if one["leads_by"] is not None else ""
    return f"without {one['without']}: {f'{named(one)} as well' if same else named(one)}{ahead}"


def _stopped(candidates: Sequence[Json]) -> Iterator[str]:
    for one in candidates:
        if one["gate"] is not None:
            until = f", legal from {one['until']}" if one["until"] else ""
            yield f"{named(one)}: {one['gate']}{until}" + "".join(_failed(part) for part in one["failed"])


def _failed(part: Json) -> str:
    was = ", ".join(f"{field} is {'not known' if value is None else _shown(value)}" for field, value in part["was"].items())
    return f"; needs {part['condition']} ({was})"


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
