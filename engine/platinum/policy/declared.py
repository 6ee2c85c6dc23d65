"""The names that a policy declares, and what later passes may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platinum.hashing import name_hash
from platinum.policy import yaml_tree as y
from platinum.policy.problems import Problems
from platinum.policy.promise_classes import classes_of
from platinum.policy.shapes import WRONG
from platinum.policy.yaml_tree import Node, Path

NEUTRAL = "neutral"
TONE_MEMBERS = ("assertive", "responsive", "formality", "detail", "pace")

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trait:
    """One attribute of the company's own; ``kind``: yes_no, one_of or number."""

    kind: str
    values: tuple[str, ...] = ()
    typical: float = 1.0
    sensitive: bool = False
    about: str = ""  # need, place, industry or size


@dataclass(frozen=True, slots=True)
class Declared:
    """What a policy names. Order is what indices of the tables follow: names sorted, lists as written."""

    languages: tuple[str, ...]
    categories: tuple[str, ...]
    traits: Mapping[str, Trait]
    tones: tuple[str, ...]
    default_tone: int
    channels: Mapping[str, bool]  # name → outbound
    placements: Mapping[str, Values]  # {channel, takes, lanes}
    promises: Mapping[str, Values]  # classes in the order of ``Tables.promises``
    budgets: tuple[str, ...]  # in the order of ``SETTINGS.budget_name``
    owners: tuple[str, ...]  # who may be named as answering for something
    tiers: tuple[str, ...]  # lowest first
    goals: tuple[str, ...]  # in the order of ``SETTINGS.goal_names``

    @property
    def sensitive(self) -> tuple[str, ...]:
        """Sensitive traits in the order of ``Tables.sensitive``."""
        return tuple(name for name, trait in self.traits.items() if trait.sensitive)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """In the order of ``Tables.channels``."""
        return tuple(self.channels)


class Names:
    """Every name that is stored as a hash; two names with one hash are a mistake."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.by_hash: dict[int, str] = {}

    def add(self, name: str, at: Path) -> int:
        """Hash of a name, which ``Policy.names`` will give back."""
        hashed = name_hash(name)
        other = self.by_hash.setdefault(hashed, name)
        if other != name:
            self._problems.add(at, f"{name!r} and {other!r} have the same 32-bit hash, by which rows know them: rename one of them")
        return hashed


def kept(values: Any) -> list[Any]:
    """A list without its wrong entries."""
    return [value for value in values or () if value is not WRONG]


def entries(root: Node, section: str) -> dict[str, Node]:
    """Entries of a section as written, whether or not what they say is right: references to them are no mistakes."""
    node = root.entries.get(section) if isinstance(root, y.Mapping) else None
    return node.entries if isinstance(node, y.Mapping) else {}


def declare(root: Node, values: Values, problems: Problems) -> Declared:
    """Everything that other parts of the file may refer to."""
    languages = tuple(kept(values.get("languages"))) or ("en",)
    tones = tuple(entries(root, "tones")) or (NEUTRAL,)
    for tone in tones:
        if tone in languages:
            problems.add(("tones", tone), "is the name of a language too; words could mean either", key=True)
    channels = {name: _outbound(values, name) for name in entries(root, "channels")}
    return Declared(
        languages=languages,
        categories=tuple(kept(values.get("categories"))),
        traits={name: _trait(values, name, problems) for name in entries(root, "traits")},
        tones=tones,
        default_tone=_default_tone(values, tones, problems),
        channels=channels,
        placements=_placements(root, values, channels, problems),
        promises=classes_of(values),
        budgets=tuple(name for name, spec in values.get("budgets", {}).items() if isinstance(spec, dict)),
        owners=_owners(values),
        tiers=tuple(kept(values.get("tiers", {}).get("names"))),
        goals=goal_names(root),
    )


def goal_names(root: Node) -> tuple[str, ...]:
    """Goals of a policy: those that it declares, then those that its actions name; each once."""
    named: list[str] = []
    for spec in entries(root, "actions").values():
        said = spec.entries.get("goal") if isinstance(spec, y.Mapping) else None
        named += [said.text] if isinstance(said, y.Scalar) and not said.empty else []
    return tuple(dict.fromkeys([*entries(root, "goals"), *named]))


def _owners(values: Values) -> tuple[str, ...]:
    recovery = values.get("recovery", {})
    return tuple(dict.fromkeys([*kept(recovery.get("owners")), *([recovery["owner"]] if "owner" in recovery else [])]))


def _outbound(values: Values, name: str) -> bool:
    spec = values.get("channels", {}).get(name, {})
    return bool(spec.get("kind", "outbound") == "outbound")


def _trait(values: Values, name: str, problems: Problems) -> Trait:
    spec = values.get("traits", {}).get(name, {})
    kind, given = spec.get("kind", "yes_no"), kept(spec.get("values"))
    at: Path = ("traits", name)
    if kind == "one_of" and "values" not in spec:
        problems.add(at, "lacks 'values': the list of what it may be")
    if "kind" not in spec:  # a mistake already: what it would have been is anybody's guess
        return Trait("one_of" if given else kind, tuple(given), sensitive=bool(spec.get("sensitive")))
    if kind != "one_of" and given:
        problems.add((*at, "values"), "belongs to a trait of kind one_of", "one_of", key=True)
    if kind != "number" and "typical" in spec:
        problems.add((*at, "typical"), "belongs to a trait of kind number", "number", key=True)
    return Trait(kind, tuple(given), float(spec.get("typical", 1.0)), bool(spec.get("sensitive")), str(spec.get("about", "")))


def _default_tone(values: Values, tones: tuple[str, ...], problems: Problems) -> int:
    """The tone asked for, else the one nearest to 0: neutral and respectful (treatment-formulas 3.2)."""
    named = values.get("default_tone")
    if named in tones:
        return tones.index(named)
    if named is not None:
        problems.unknown(("default_tone",), named, tones, "tone")
    specs = values.get("tones", {})
    return min(range(len(tones)), key=lambda i: (sum(v * v for v in specs.get(tones[i], {}).values()), tones[i]))


def _placements(root: Node, values: Values, channels: Mapping[str, bool], problems: Problems) -> dict[str, Values]:
    """Declared placements, and one per inbound channel that has none, named like it."""
    specs = values.get("placements", {})
    placements: dict[str, Values] = {name: specs.get(name, {}) for name in entries(root, "placements")}
    for name, spec in specs.items():
        channel = spec.get("channel")
        if channel is None:
            continue
        if channel not in channels:
            problems.unknown(("placements", name, "channel"), channel, channels, "channel")
        elif channels[channel]:
            inbound = [c for c, out in channels.items() if not out]
            problems.add(
                ("placements", name, "channel"),
                "must be an inbound channel: placements are asked for over HTTP, outbound contacts are decided by the stream",
                inbound[0] if inbound else "",
            )
    used = {spec.get("channel") for spec in placements.values()}
    for channel, outbound in channels.items():
        if not outbound and channel not in used:
            if channel in placements:
                problems.add(("placements", channel), f"has the name of the channel {channel!r} but belongs to another one", key=True)
            placements[channel] = {"channel": channel}
    return dict(sorted(placements.items()))
