"""YAML in, compiled policy out; all mistakes at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.errors import PolicyInvalid
from platinum.hashing import name_hash
from platinum.policy import arrays
from platinum.policy import tables as t
from platinum.policy.actions import ActionCompiler, CompiledAction
from platinum.policy.agents import check_agents
from platinum.policy.cohorts import check_cohorts
from platinum.policy.community import check_interests
from platinum.policy.conditions import Conditions
from platinum.policy.declared import Declared, Names, Values, declare
from platinum.policy.doubtful import warn_of_unpaid, warn_of_wrongs
from platinum.policy.features import FORM, features
from platinum.policy.goal_keys import check_goals
from platinum.policy.human_keys import call_back_index, human_path, opening_arrays
from platinum.policy.language import POLICY
from platinum.policy.listening import moment_kinds, useless_questions, whom
from platinum.policy.mappings import mappings
from platinum.policy.matrix import matrix
from platinum.policy.maturity import immature
from platinum.policy.outline import version_of
from platinum.policy.policy import Policy
from platinum.policy.problems import Problems, TooManyMistakes, nearest
from platinum.policy.promises import ledger_kinds, promises
from platinum.policy.reward_keys import reward_rows
from platinum.policy.segments import segments_of
from platinum.policy.settings import settings
from platinum.policy.shapes import WRONG
from platinum.policy.stopped import Stops, running_source, stops_of
from platinum.policy.tables import Tables
from platinum.policy.tiers import check_tiers
from platinum.policy.value_keys import check_value, tells_worth, warn_of_published
from platinum.policy.waiting import warn_of_waiting
from platinum.policy.yaml_tree import Node, read_yaml
from platinum.policy.zones import zone_names, zones
from platinum.vocabulary.codes import Lane, Purpose


def compile_policy(source: bytes, filename: str = "policy.yaml") -> Policy:
    """Compile a policy file.

    Parameters
    ----------
    source : bytes
        YAML, UTF-8, at most 1 MiB.
    filename : str
        Named in mistakes.

    Raises
    ------
    PolicyInvalid
        With every mistake, in file order; with the first 1,000 of a file that is something else.
    """
    root, found = read_yaml(running_source(source), filename)
    problems = Problems(root, found)
    try:
        policy = _compile(source, root, problems)
    except TooManyMistakes:
        policy = None
    if policy is None or problems.mistakes:
        raise PolicyInvalid(filename, problems.mistakes)
    return policy


def _compile(source: bytes, root: Node, problems: Problems) -> Policy | None:
    """The policy, without meaning where mistakes were noted; ``None`` when the file is not even a mapping."""
    values = POLICY.read(root, (), problems)
    if values is WRONG:
        return None
    names = Names(problems)
    declared = declare(root, values, problems)
    _add_names(declared, names)
    check_cohorts(values, declared, names, problems)
    check_value(values, declared, names, problems)
    check_tiers(values, names, problems)
    check_goals(values, declared, names, problems)
    conditions = Conditions(declared, names, problems, tuple(values.get("segments", {})))
    for name, spec in values.get("segments", {}).items():
        conditions.add_segment(name, spec.get("when"), spec.get("not_when"), ("segments", name))
    compiler = ActionCompiler(declared, names, conditions, problems, whom(values), values)
    check_agents(values, names)
    check_interests(values, names)
    actions = [compiler.compile(name, spec) for name, spec in values.get("actions", {}).items()]
    stops = stops_of(source)
    return _policy(_Parts(source, stops, version_of(root, stops), values, declared, names, conditions, actions, problems))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the passes over one file have found."""

    source: bytes
    stops: Stops
    version: str
    values: Values
    declared: Declared
    names: Names
    conditions: Conditions
    actions: list[CompiledAction]
    problems: Problems


def _add_names(declared: Declared, names: Names) -> None:
    """Every declared name that rows or columns know by its hash."""
    for section in ("languages", "categories"):
        for i, name in enumerate(getattr(declared, section)):
            names.add(name, (section, i))
    for trait, spec in declared.traits.items():
        names.add(trait, ("traits", trait))
        for value in spec.values:
            names.add(value, ("traits", trait, "values"))
    for section in ("tones", "channels", "placements", "budgets", "owners"):
        for name in getattr(declared, section):
            names.add(name, (section, name))


def _policy(parts: _Parts) -> Policy:
    """Tables, words and names of a policy; without meaning while there are mistakes."""
    values, declared, problems = parts.values, parts.declared, parts.problems
    cap_texts, cap_rows = arrays.caps(values, declared, parts.names)
    when_names, when_rows = arrays.whens(values, parts.names, problems)
    class_names, promise_rows = promises(values, parts.names, problems)
    tables = _tables(parts, cap_rows, when_rows, promise_rows)
    read = {*tables.leaves["field"].tolist(), *tables.features["field"].tolist()}
    tables.actions["immature"][tables.actions["lane"] == Lane.GROWTH] = immature(0.0, float(tables.settings[0]["mature_at"]))
    tables.settings["tells_worth"] = tells_worth(values, read, tables.settings[0])
    human, mapped = human_path(values, problems), mappings(values, problems)
    _warn(values, declared, parts.actions, problems)
    warn_of_wrongs(values, problems)
    warn_of_published(values, read, tables.settings[0], problems)
    warn_of_unpaid(values, promise_rows["made_by"].tolist(), problems)
    warn_of_waiting(values, declared, [one.action for one in parts.actions], problems)
    return Policy(
        name=str(values.get("policy", "")),
        version=parts.version,
        source=parts.source,
        stops=parts.stops,
        currency=str(values.get("currency", "")),
        timezone=str(values.get("timezone", "")),
        languages=declared.languages,
        tones=declared.tones,
        channels=declared.channel_names,
        placements=tuple(declared.placements),
        categories=declared.categories,
        traits={name: trait.values for name, trait in declared.traits.items()},
        whens=when_names,
        promises=class_names,
        caps=cap_texts,
        actions=tuple(one.action for one in parts.actions),
        segments=segments_of(values, declared, parts.conditions, problems),
        human=human,
        mappings=mapped,
        names=parts.names.by_hash,
        tables=tables,
        warnings=problems.warnings,
    )


def _tables(parts: _Parts, cap_rows: NDArray[np.void], when_rows: NDArray[np.void], promise_rows: NDArray[np.void]) -> Tables:
    values, declared, problems = parts.values, parts.declared, parts.problems
    channel_rows = arrays.channels(values, declared, problems)
    zone, seen = _zone(values, problems), features(declared, values, problems)
    return Tables(
        actions=arrays.records(t.ACTION, [one.record for one in parts.actions]),
        channels=channel_rows,
        candidates=_candidates(parts, channel_rows),
        rewards=reward_rows([one.action.reward for one in parts.actions], values),
        caps=cap_rows,
        placements=arrays.placements(declared),
        tones=arrays.tones(values, declared),
        traits=arrays.traits(declared),
        leaves=arrays.records(t.LEAF, [leaf._asdict() for leaf in parts.conditions.leaves]),
        program=np.array(parts.conditions.program, np.int32),
        features=seen,
        whens=when_rows,
        promises=promise_rows,
        **opening_arrays(values),
        stops=_stops(parts.stops),
        sensitive=np.array([name_hash(name) for name in declared.sensitive], np.uint32),
        categories=np.array([name_hash(name) for name in declared.categories], np.uint32),
        languages=np.array([name_hash(name) for name in declared.languages], np.uint32),
        words=_words(parts.actions, declared),
        decide_on=arrays.decide_on(values, moment_kinds(values)),
        ledger=ledger_kinds(promise_rows, call_back_index(values) > 0),
        thank_for=arrays.thank_for(values, problems),
        matrix=matrix(),
        **_zone_arrays(),
        settings=_with_schema(settings(values, parts.version, declared, zone, parts.actions, cap_rows), seen),
    )


def _with_schema(settings: NDArray[np.void], seen: NDArray[np.void]) -> NDArray[np.void]:
    """SETTINGS[1] with the hash of what the features are: what was learned on others says nothing about these."""
    settings["schema"] = name_hash(f"{FORM}:{seen.tobytes().hex()}")
    return settings


def _words(actions: list[CompiledAction], declared: Declared) -> NDArray[np.uint64]:
    """``Tables.words``: what stands in for a tone has no words in it."""
    words = np.zeros((len(actions), len(declared.languages)), np.uint64)
    for a, one in enumerate(actions):
        for language, tone in one.written:
            words[a, language] |= np.uint64(1 << tone)
    return words


def _stops(stops: Stops) -> NDArray[np.void]:
    """STOP[*]; one of all zeros is everything that would be sent."""
    if stops.deciding or stops.sending:
        return np.zeros(1, t.STOP)
    actions, channels = [{"action": name_hash(name)} for name in stops.actions], [{"channel": name_hash(name)} for name in stops.channels]
    return arrays.records(t.STOP, [*actions, *channels])


def _candidates(parts: _Parts, channel_rows: NDArray[np.void]) -> NDArray[np.void]:
    """CANDIDATE[C], action-major; what is stopped is none. Where everything is, nobody asks, and ``explain`` shows them all."""
    order, stops = parts.declared.channel_names, parts.stops
    useless = useless_questions(parts.values, parts.declared, parts.actions, parts.conditions, parts.problems)
    rows: list[dict[str, Any]] = []
    for a, one in enumerate(parts.actions):
        for channel, p in one.p_accept.items():
            h = order.index(channel)
            if a in useless:
                continue
            if not stops.deciding and stops.forbids(one.action.name, channel, bool(channel_rows[h]["outbound"])):
                continue
            rows.append({"cost": one.action.cost + channel_rows[h]["cost"], "p_accept": p, "action": a, "channel": h})
    return arrays.records(t.CANDIDATE, rows)


def _zone(values: Values, problems: Problems) -> int:
    """Index of the policy's own time zone."""
    name = values.get("timezone")
    if name in zones().names:
        return zones().names.index(name)
    if name is not None:
        near = nearest(name, zone_names(), {"uk": "Europe/London", "cet": "Europe/Berlin", "gmt": "UTC", "z": "UTC"})
        problems.add(("timezone",), "must be an IANA time zone such as Europe/London", near)
    return 0


def _zone_arrays() -> dict[str, Any]:
    every = zones()
    return {name: getattr(every, name) for name in ("zone_names", "zone_starts", "zone_from_ms", "zone_offset_ms")}


def _warn(values: Values, declared: Declared, actions: list[CompiledAction], problems: Problems) -> None:
    """What is allowed and most likely not meant."""
    if values.get("human") is None and actions:
        problems.warn((), "names no 'human': customers are told no way to reach a person")
    sells = {h for one in actions if one.action.purpose == Purpose.PROMOTION for h in one.action.channels if declared.channels[h]}
    for channel in sorted(sells):
        if not values.get("caps") and "caps" not in values.get("channels", {}).get(channel, {}):
            problems.warn(("channels", channel), "carries promotion and no cap limits it; a line such as `caps: [3 contacts per 7d]` does")
    if any(declared.channels.values()) and actions and not values.get("decide_on") and not values.get("when_reached"):
        problems.warn((), "has outbound channels but neither decide_on nor when_reached: nothing will ever be sent")
    used = {channel for one in actions for channel in one.action.channels}
    for channel in declared.channels:
        if actions and channel not in used:
            problems.warn(("channels", channel), "is used by no action", key=True)
