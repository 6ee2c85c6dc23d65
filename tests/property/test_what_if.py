"""What `explain` says would have changed a decision is true: the change is made by other means, and two deciders are asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from platinum.hashing import mix64, name_hash
from platinum.jit import kernel
from platinum.pipeline import changes
from platinum.pipeline.again import Case
from platinum.pipeline.what_if import what_if
from platinum.policy.policy import Policy
from platinum.policy.tables import OP_KNOWN
from platinum.policy.told import test as said
from platinum.profile.contacts import drop_expired
from platinum.profile.entries import STATE_CLOSED
from platinum.vocabulary.codes import ActionType, Lane, Obligation, Purpose, RoleBasis
from tests.builders.desk import Desk, a_row, hopes_of
from tests.builders.models import random_model
from tests.builders.policies import a_policy
from tests.builders.worlds import CATEGORIES, CHANNELS, LANGUAGES, TONES, random_moment, random_row, random_tables
from tests.builders.worlds import random_trigger as some_trigger
from tests.reference.decide import World, decide

POLICIES, PER_POLICY = 120, 8
#: Beside another draw by less than this, float32 sums decide.
NEAR = 1e-6
Made = tuple[Any, Any, Any, list[int] | None]


@kernel
def _drop(row: Any, now_ms: int) -> None:
    drop_expired(row, now_ms)


def policy_of(tables: Any) -> Policy:
    """Names for random tables."""
    actions = [SimpleNamespace(name=f"action-{i}", lane=Lane(int(a["lane"])), purpose=Purpose(int(a["purpose"])))
               for i, a in enumerate(tables.actions)]  # fmt: skip
    words = (*CATEGORIES, *CHANNELS, *LANGUAGES, *TONES, *(kind.name.lower() for kind in ActionType))
    names = {name_hash(word): word for word in words}
    return replace(a_policy(), tables=tables, actions=tuple(actions), channels=CHANNELS, names=names)  # type: ignore[arg-type]


def made(row: Any, trigger: Any, tables: Any, found: dict[str, Any], policy: Policy) -> Made:
    """(row, trigger, tables, allowed actions) with the change made that ``found`` tells of."""
    row, trigger = row.copy(), trigger.copy()
    allowed: list[int] | None = None
    kind = found["kind"]
    if kind == "time":
        trigger["now_ms"] = int(np.datetime64(found["at"].rstrip("Z"), "ms").astype(int))
    elif kind == "consent":
        entry = {"purpose": Purpose[found["purpose"].upper()], "channel": name_hash(found["channel"]), "state": 1}
        entry |= {"at_s": int(trigger["now_ms"]) // 1000 + 5, "evidence_offset": 10**9}
        others = [e for e in row["consents"][: row["n_consents"]] if (e["purpose"], e["channel"]) != (entry["purpose"], entry["channel"])]
        fresh = a_row(consents=[{n: e[n] for n in entry} for e in others] + [entry])
        row["consents"], row["n_consents"] = fresh["consents"], fresh["n_consents"]
    elif kind == "wish":
        case = Case(np.array([row]), np.array([trigger]), np.ones((1, 1), np.uint8), tables, None)  # type: ignore[arg-type]
        kept = [i for i in range(int(row["n_preferences"])) if changes.wish_of(case, i, policy) != found["wish"]]
        row["preferences"][: len(kept)] = row["preferences"][kept]
        row["n_preferences"] = len(kept)
    elif kind in ("case", "role", "account"):
        _other_role(row, trigger, kind)
    elif kind == "lane":
        allowed = [a for a, action in enumerate(policy.actions) if action.lane.name.lower() != found["without"]]
    else:
        tables = _other_tables(tables, found, policy)
    return row, trigger, tables, allowed


def _other_role(row: Any, trigger: Any, kind: str) -> None:
    """Change how the role that ``trigger`` is about stands."""
    account, of = int(trigger["account"]), {int(one["ref"]): int(one["account"]) for one in row["owed_elsewhere"][: row["n_elsewhere"]]}
    held = [i for i in range(int(row["n_roles"])) if account and int(row["roles"][i]["account"]) == account]
    if kind == "role":
        at = held[0] if held else min(int(row["n_roles"]), len(row["roles"]) - 1)
        fresh = a_row(roles=[{"account": account, "basis": int(RoleBasis.DECLARED), "kept": -1.0}])["roles"][0]
        row["roles"][at] = row["roles"][at] if held else fresh
        row["roles"][at]["left"], row["roles"][at]["until_s"], row["roles"][at]["basis"] = 0, 0, int(RoleBasis.DECLARED)
        row["n_roles"] = max(int(row["n_roles"]), at + 1)
    elif kind == "account":
        row["roles"][held[0]]["full_until_ms"] = 0
    else:
        ours = [mix64(0, int(e["offset"])) if not e["ref"] else int(e["ref"]) for e in row["obligations"]]
        kept = [
            e.copy()
            for ref, e in zip(ours[: row["n_obligations"]], row["obligations"], strict=False)
            if e["kind"] != Obligation.CASE or int(e["state"]) & STATE_CLOSED or of.get(ref, 0) != account
        ]
        for i, entry in enumerate(kept):
            row["obligations"][i] = entry
        row["n_obligations"] = len(kept)
        for i in held:
            row["roles"][i]["open_cases"] = 0


def _in_force(row: Any, trigger: Any, tables: Any, now: int, *, has_case: bool) -> None:
    """A role in which one thing alone keeps promotion from them: a case of the account, or the contacts that it has had."""
    role = a_row(roles=[{"account": int(trigger["account"]), "basis": int(RoleBasis.DECLARED), "kept": -1.0}])["roles"][0]
    role["open_cases"], role["full_until_ms"] = has_case, 0 if has_case else now + 86_400_000
    row["roles"][0], row["n_roles"] = role, 1
    row["n_obligations"], row["case_closed_ms"], row["closed_elsewhere_ms"] = 0, 0, 0
    tables.settings[0]["account_cap"] = -1 if has_case else 3


def _other_tables(tables: Any, found: dict[str, Any], policy: Policy) -> Any:
    actions, candidates, settings = tables.actions.copy(), tables.candidates.copy(), tables.settings.copy()
    leaves = tables.leaves.copy()
    kind = found["kind"]
    if kind == "amount":
        a, h = int(found["action"].removeprefix("action-")), CHANNELS.index(found["channel"])
        candidates["cost"][(candidates["action"] == a) & (candidates["channel"] == h)] -= found["by"]
    elif kind == "ramp":
        at = actions[int(found["action"].removeprefix("action-"))]
        at["kept_out"], at["kept_out_at_last"], at["ramp_from_ms"], at["ramp_ms"] = 1 - found["share"], 1 - found["share"], 0, 0
    elif kind == "draw":
        settings["epsilon"], settings["thank_holdout"] = 1e-300, 0.0  # no gamma is enough: what is not known well is as good as the best
        settings["arm_random"] = settings["arm_silent"] = settings["arm_same"] = 0.0
    elif kind == "condition":
        turn = [i for i, leaf in enumerate(leaves) if f"`{said(leaf, policy)}`" in found["if"]]
        was_true = " had not been true" in found["if"]
        for i in turn:
            leaves[i]["op"] = OP_KNOWN
            leaves[i]["a"] = (found["was"] is not None) != was_true
    else:
        raise AssertionError(kind)
    return tables._replace(actions=actions, candidates=candidates, settings=settings, leaves=leaves)


def test_what_would_have_changed_it_does() -> None:
    told: Counter[str] = Counter()
    wrong: list[Any] = []
    for seed in range(POLICIES):
        rng = np.random.default_rng(seed)
        tables = random_tables(rng)
        model, policy = random_model(rng, tables), policy_of(tables)
        for question in range(PER_POLICY):
            now = random_moment(rng)
            row, trigger = random_row(rng, tables, now), some_trigger(rng, tables, now)
            if question % 4:  # in an account's role promotion mostly rests, and little is drawn
                trigger["account"] = 0
            _drop(row, now)  # as whoever decides does first
            before = Desk(tables, model).decide(row, trigger)
            case = Case(np.array([row]), np.array([trigger]), np.ones((1, len(tables.actions)), np.uint8), tables, model)
            for found in what_if(case, policy):
                told[found["kind"]] += 1
                wrong += [(seed, question, found, why) for why in lies(found, made(row, trigger, tables, found, policy), model, before)]

    assert wrong == []
    assert min(told[k] for k in ("condition", "amount", "time", "consent", "wish", "lane", "draw", "ramp", "role")) >= 2, told


def test_what_would_have_changed_it_in_a_role_does() -> None:
    told: Counter[str] = Counter()
    wrong: list[Any] = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        tables = random_tables(rng)
        model, policy, now = random_model(rng, tables), policy_of(tables), random_moment(rng)
        row, trigger = random_row(rng, tables, now), some_trigger(rng, tables, now)
        trigger["account"] = trigger["account"] or 7
        _in_force(row, trigger, tables, now, has_case=bool(seed % 2))
        if not seed % 2:
            trigger["placement"] = -1  # the account's contacts are limited, not what is shown to who comes by themselves
        _drop(row, now)
        before = Desk(tables, model).decide(row, trigger)
        case = Case(np.array([row]), np.array([trigger]), np.ones((1, len(tables.actions)), np.uint8), tables, model)
        for found in what_if(case, policy):
            told[found["kind"]] += 1
            wrong += [(seed, found, why) for why in lies(found, made(row, trigger, tables, found, policy), model, before)]

    assert wrong == []
    assert min(told["case"], told["account"]) >= 2, told


def lies(found: dict[str, Any], changed: Made, model: Any, before: Any) -> list[str]:
    """What is not as it is told: by the kernel, and by the slow twin."""
    row, trigger, tables, allowed = changed
    _drop(row, int(trigger["now_ms"]))  # as whoever decides does first
    desk = Desk(tables, model)
    if allowed is not None:
        desk.scratch.allowed[:] = [a in allowed for a in range(len(tables.actions))]
    out = desk.decide(row, trigger)
    twin = decide(World(row, trigger, tables, model, allowed, hopes_of(desk.scratch)))
    if twin["boundary"] < NEAR:
        return []
    wanted = (-1, -1) if found["winner"]["action"] is None else _indices(found["winner"])
    got: dict[str, Callable[[], Any]] = {
        "kernel": lambda: (int(out["action"]), int(out["channel"])),
        "twin": lambda: (twin["action"], twin["channel"]),
    }
    wrong = [f"{who}: {say()}, not {wanted}" for who, say in got.items() if say() != wanted]
    same = wanted == (int(before["action"]), int(before["channel"]))
    return wrong + (["it changed nothing"] if same else [])


def _indices(winner: dict[str, Any]) -> tuple[int, int]:
    return int(winner["action"].removeprefix("action-")), CHANNELS.index(winner["channel"])
