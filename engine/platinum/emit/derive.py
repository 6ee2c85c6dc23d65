"""Why a decision fell as it did: the derivation, from a decision made again on its stored inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.explore import LAYER_EXPLORE
from platinum.decide.layout import LEVER_LIMITS
from platinum.decide.record import OUT, PASSED, SILENCE, Scratch
from platinum.emit.timestamps import Timestamps
from platinum.hashing import mix64
from platinum.policy.policy import Policy
from platinum.profile.readable_trust import trust_of
from platinum.profile.roles import REST_CASE, REST_OVER
from platinum.vocabulary.arms import Arm
from platinum.vocabulary.bonds import PARTIES
from platinum.vocabulary.codes import Field, Gate, Kind, Lane
from platinum.vocabulary.limits import LAST_MS

Json = dict[str, Any]
#: Blocked candidates that the text names; the rest are counted.
_NAMED = 12
_NOT_WEIGHED: Json = {"utility": None, "terms": None, "factors": None}
_ARMS = {int(arm): None if arm == Arm.NONE else arm.name.lower() for arm in Arm}
_timestamp = Timestamps()


def six(x: float) -> float:
    """6 significant digits."""
    return float(f"{x:.6g}")


def draw_unit(ref: int, policy_hash: int) -> float:
    """Where in [0, 1) the draw of a decision fell; as ``decide.explore`` computes it."""
    seed = mix64(mix64(mix64(0, ref), policy_hash), int(LAYER_EXPLORE))
    return (seed >> 11) / 9007199254740992.0


class Names:
    """Indices of a policy as people read them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def candidate(self, c: int) -> Json:
        """Action and channel of a candidate; both None for silence."""
        if c < 0:
            return {"action": None, "channel": None}
        one = self._policy.tables.candidates[c]
        return {"action": self._policy.actions[int(one["action"])].name, "channel": self._policy.channels[int(one["channel"])]}

    def text(self, c: int) -> str:
        """A candidate in a sentence."""
        named = self.candidate(c)
        return "silence" if named["action"] is None else f"{named['action']} by {named['channel']}"

    def hashed(self, name: int) -> str | None:
        """A name by its hash; None = none, or not of this policy."""
        return self._policy.names.get(int(name)) if name else None


def derivation(decision_id: str, record: Any, trigger: Any, policy: Policy, scratch: Scratch) -> Json:
    """What decided a decision, as data and as ``lines`` to read.

    Parameters
    ----------
    record, trigger : DECISION, TRIGGER
    scratch : Scratch
        As ``decide_one`` left it after making this very decision again.
    """
    names = Names(policy)
    candidates = candidate_list(policy, names, scratch, scored=int(record["n_scored"]) > 0)
    found: Json = {
        "decision_id": decision_id,
        "decided_at": _timestamp(int(record["now_ms"])),
        "asked_by": asked_by(trigger, policy, names),
        "lane": Lane(int(record["lane"])).name.lower(),
        "chosen": chosen(record, names),
        "runner_up": runner_up(record, names),
        "trust": trust_of(*(float(record[member]) for member in ("trust", "trust_kept", "trust_terms", "trust_recovery"))),
        "worth": worth(policy, names, scratch.person[0]),
        "goals": goals(policy, names, scratch.person[0]),
        "bonds": bonds(policy, scratch.person[0]) | {"introduction": introduction(names, scratch.person[0])},
        "role": role(record, scratch.person[0], names),
        "draw": draw(record, policy, names, scratch),
        "gates": {gate.name.lower(): int(n) for gate, n in zip(Gate, record["blocked_by"], strict=True) if n},
        "candidates": candidates,
        "features": features(policy, scratch.features),
    }
    found["lines"] = lines(found)
    return found


def asked_by(trigger: Any, policy: Policy, names: Names) -> Json:
    """What asked for the decision."""
    placement = int(trigger["placement"])
    return {
        "kind": Kind(int(trigger["kind"])).name.lower(),
        "placement": policy.placements[placement] if placement >= 0 else None,
        "channel": names.hashed(trigger["channel"]),
        "category": names.hashed(trigger["category"]),
        "intent": names.hashed(trigger["intent"]),
        "amount": six(float(trigger["amount"])),
    }


def chosen(record: Any, names: Names) -> Json:
    """The choice, and the terms of its utility."""
    terms = {name: six(float(record[f"term_{name}"])) for name in ("value", "goal", "cost", "effort", "fatigue", "alone")}
    spoken = record["action"] >= 0
    return {
        **names.candidate(int(record["candidate"]) if spoken else SILENCE),
        "utility": six(float(record["utility"])),
        "terms": terms,
        "p_accept": six(float(record["p_accept"])),
        "p_chosen": six(float(record["p_chosen"])),
        "explored": bool(record["explored"]),
        "gratitude": six(float(record["gratitude"])),
        "novelty": six(float(record["novelty"])),
        "send_at": _timestamp(int(record["send_ms"])) if spoken else None,
    }


def runner_up(record: Any, names: Names) -> Json | None:
    """The best that was not chosen."""
    if record["runner_up"] < SILENCE:
        return None
    utility = float(record["runner_up_utility"])
    return {**names.candidate(int(record["runner_up"])), "utility": six(utility), "behind_by": six(float(record["utility"]) - utility)}


def worth(policy: Policy, names: Names, person: Any) -> Json:
    """What the person is worth, where some action is valued by it, and their tier; null where the policy does not ask."""
    settings = policy.tables.settings[0]
    money = {name: six(float(person[name])) if settings["grows"] else None for name in ("equity", "potential")}
    tier = int(person["tier"])
    return {**money, "tier": names.hashed(settings["tier_names"][tier]) if tier >= 0 else None}


def goals(policy: Policy, names: Names, person: Any) -> list[Json]:
    """Goals of the policy that the person has and has not reached: what each still needs, conf·(1 − progress)."""
    settings = policy.tables.settings[0]
    needs = [(settings["goal_names"][g], float(person["needs"][g])) for g in range(int(settings["n_goals"]))]
    return [{"goal": names.hashed(name), "need": six(need)} for name, need in needs if need > 0.0]


def bonds(policy: Policy, person: Any) -> Json:
    """Who the person is to the firm, and the balance between them; null until the learner knows what is usual."""
    known = bool(policy.tables.settings[0]["n_bonds"] > 0)
    balance = {"balance": six(float(person["balance"])) if known else None, "firm_owes": bool(person["owes"]) if known else None}
    return {**balance, "ambassador": bool(person["ambassador"]), "party": PARTIES[int(person["party"])]}


def introduction(names: Names, person: Any) -> Json | None:
    """Whom the person may meet, by pseudonyms: both want it in that interest, and neither has declined; null = nobody."""
    if not person["meets"]:
        return None
    return {"interest": names.hashed(person["meets"]), "from": int(person["met_as"]), "to": int(person["meets_whom"])}


def role(record: Any, person: Any, names: Names) -> Json | None:
    """The role in which it was decided, what rests there, and until when its account is contacted no more; None = their own."""
    if not record["account"]:
        return None
    rests, full_ms = int(person["rests_in_role"]), int(person["account_full_ms"])
    return {
        "account": bytes(record["account_text"][: int(record["account_bytes"])]).decode() or None,
        "name": names.hashed(record["role"]),
        "promotion_rests": {int(REST_CASE): "account_case", int(REST_OVER): "role_over"}.get(rests),
        "full_until": _timestamp(full_ms) if full_ms > int(record["now_ms"]) else None,
    }


def draw(record: Any, policy: Policy, names: Names, scratch: Scratch) -> Json | None:
    """The options drawn from with their probabilities, best first, and where the draw fell; None where nothing was drawn."""
    n = int(record["n_scored"])
    if n < 1:
        return None
    options = [
        {**names.candidate(int(scratch.scored[i])), "utility": six(float(scratch.worth[i])), "p": six(float(scratch.p[i]))}
        for i in range(n)
    ]
    u = six(draw_unit(int(record["ref"]), int(policy.tables.settings[0]["policy"])))
    return {"u": u, "options": options, "arm": _ARMS[int(record["arm"])]}


def candidate_list(policy: Policy, names: Names, scratch: Scratch, scored: bool) -> list[Json]:
    """Every candidate in the running: the gate that stopped it first and until when, or what it was worth.

    ``scored``: the scored lane decided. Elsewhere nothing was weighed, and ``utility`` and ``terms`` are None.
    """
    found = []
    for c in range(len(policy.tables.candidates)):
        gate = int(scratch.gate[c])
        if gate == OUT:
            continue
        until = int(scratch.until_ms[c]) if gate != PASSED else 0
        p_accept = float(scratch.chance[c])
        weighed = _weighed(c, policy, scratch) if scored and gate == PASSED else _NOT_WEIGHED
        found.append(
            {
                **names.candidate(c),
                "gate": None if gate == PASSED else Gate(gate).name.lower(),
                "until": _timestamp(until) if until > 0 else None,
                "p_accept": six(p_accept),
                **weighed,
            }
        )
    return found


def _weighed(c: int, policy: Policy, scratch: Scratch) -> Json:
    """Utility of a survivor, its terms and what makes its value, as ``decide.utility.worth`` adds them up."""
    made = factors(c, policy, scratch)
    value = made["expected"] * made["worth"] * made["lever"] * made["welcome"]
    terms = {"value": value, **costs(c, scratch), "goal": float(scratch.terms[c]["goal"])}
    utility = terms["value"] + terms["goal"] - terms["cost"] - terms["effort"] - terms["fatigue"] - terms["alone"]
    rounded = ({name: six(term) for name, term in some.items()} for some in (terms, made))
    return {"utility": six(utility), **dict(zip(("terms", "factors"), rounded, strict=True))}


def factors(c: int, policy: Policy, scratch: Scratch) -> dict[str, float]:
    """What the value of a candidate is the product of (treatment-formulas 5.1): r̂ (p̂ while acceptance is all that counts), v, L and C."""
    action = policy.tables.actions[int(policy.tables.candidates[c]["action"])]
    welcome = float(scratch.channels[int(scratch.terms[c]["channel"])]["welcome"])
    lever = min(LEVER_LIMITS[1], max(LEVER_LIMITS[0], float(action["lever"])))
    worth = float(scratch.terms[c]["value"]) / lever  # of an action that says what it ``grows``, what it changes in their worth
    return {"expected": float(scratch.expected[c]), "worth": worth, "lever": lever, "welcome": welcome}


def costs(c: int, scratch: Scratch) -> dict[str, float]:
    """What is taken off; effort that is saved counts more the harder it was (``decide.utility.effort_term``)."""
    kept = scratch.terms[c]
    effort = float(kept["effort"]) * (float(scratch.person[0]["eases"]) if kept["effort"] < 0.0 else 1.0)
    rules = scratch.channels[int(kept["channel"])]
    return {"cost": float(kept["cost"]), "effort": effort, "fatigue": float(rules["fatigue"]), "alone": float(rules["alone"])}


def features(policy: Policy, values: NDArray[np.float32]) -> list[Json]:
    """What the scoring saw, features that are 0 left out."""
    found = []
    for spec, value in zip(policy.tables.features, values.tolist(), strict=True):
        if value:
            about = policy.names.get(int(spec["name"]))
            name = Field(int(spec["field"])).name.lower()
            found.append({"feature": f"{name}.{about}" if about else name, "value": six(value)})
    return found


def lines(found: Json) -> list[str]:
    """The derivation as sentences."""
    text = [_asked(found), *_gates(found), *_rests(found["role"]), *_choice(found)]
    if found["draw"] is not None and len(found["draw"]["options"]) > 1:
        text += _draw(found["draw"])
    return text + _trust(found["trust"]) + _blocked(found["candidates"])


def _trust(parts: Json) -> list[str]:
    if parts["index"] is None:
        return []
    told = ", ".join(f"{name} {parts[name]:g}" for name in ("kept", "terms", "recovery"))
    return [f"Trust {parts['index']:g}: {told}."]


def _named(one: Json) -> str:
    return "silence" if one["action"] is None else f"{one['action']} by {one['channel']}"


def _asked(found: Json) -> str:
    by = found["asked_by"]
    where = f"placement {by['placement']}" if by["placement"] else f"event {by['kind']}"
    role = found["role"]
    acting = "" if role is None else f", in the role of {role['name'] or 'somebody'} for {role['account'] or 'an account'}"
    return f"Asked at {found['decided_at']} by {where}{acting}; lane {found['lane']} decided."


_RESTS = {
    "account_case": "Promotion rests in this role: a case of the account is open.",
    "role_over": "Promotion rests in this role: it is over, or nobody said that they have it.",
}


def _rests(role: Json | None) -> list[str]:
    """What the role alone keeps from them, and why."""
    if role is None:
        return []
    told = [_RESTS[role["promotion_rests"]]] if role["promotion_rests"] else []
    if role["full_until"]:
        forever = role["full_until"] == _timestamp(LAST_MS)
        had = "may have no contact" if forever else f"has had as many contacts as it may, until {role['full_until']}"
        told.append(f"The account {had} (accounts.cap): promotion and relationship contacts to anybody of it wait.")
    return told


def _gates(found: Json) -> list[str]:
    passed = sum(one["gate"] is None for one in found["candidates"])
    stopped = ", ".join(f"{n} by {gate}" for gate, n in found["gates"].items())
    return [f"{passed} of {len(found['candidates'])} candidates passed their gates" + (f"; stopped: {stopped}." if stopped else ".")]


def _choice(found: Json) -> list[str]:
    one = found["chosen"]
    name = _named(one)
    if one["action"] is None:
        return [f"Chosen: silence, utility 0, with probability {one['p_chosen']:g}."]
    told = [f"Chosen: {name}, with probability {one['p_chosen']:g}" + (", to learn." if one["explored"] else ".")]
    if found["lane"] == "growth":
        t = one["terms"]
        told.append(
            f"Utility {one['utility']:g} = value {t['value']:g} (p_accept {one['p_accept']:g}) - cost {t['cost']:g}"
            f" - effort {t['effort']:g} - fatigue {t['fatigue']:g}" + (f" + goal {t['goal']:g}." if t["goal"] else ".")
        )
    elif found["lane"] == "thank":
        told.append(f"Gratitude debt {one['gratitude']:g} is over its threshold.")
    if one["send_at"] != found["decided_at"]:
        told.append(f"Held until {one['send_at']}.")
    return told


def _draw(drawn: Json) -> list[str]:
    told = [f"Drawn at {drawn['u']:g} of:"]
    cumulative = 0.0
    for option in drawn["options"]:
        upper = cumulative + option["p"]
        told.append(f"  {_named(option)}: utility {option['utility']:g}, {cumulative:.6f} to {upper:.6f}")
        cumulative = upper
    return told


def _until(one: Json) -> str:
    return f", legal from {one['until']}" if one["until"] else ""


def _failed(one: Json) -> str:
    return "".join(f", needs {part['condition']}" for part in one.get("failed") or ())


def _blocked(candidates: list[Json]) -> list[str]:
    stopped = [one for one in candidates if one["gate"] is not None]
    told = [f"  {_named(one)}: {one['gate']}{_until(one)}{_failed(one)}" for one in stopped[:_NAMED]]
    if len(stopped) > _NAMED:
        told.append(f"  and {len(stopped) - _NAMED} more")
    return ["Stopped:", *told] if told else []
