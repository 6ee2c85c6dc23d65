"""Make a decision again from the inputs that were kept with it, byte for byte, and say why it fell so."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.emit.derive import derivation, lines
from platinum.emit.drop_one import drop_one, drop_one_lines
from platinum.emit.inputs import unpack_inputs
from platinum.errors import Inconsistent
from platinum.pipeline.again import Case, seen_by
from platinum.pipeline.asking import NO_EVENTS, Asking, run_requests
from platinum.pipeline.stages import Stages
from platinum.pipeline.what_if import failed_conditions, what_if, what_if_lines
from platinum.policy.policy import Policy
from platinum.profile.features import fill_features
from platinum.profile.readable import readable_blob, readable_in
from platinum.profile.shown_in import shown_in

Json = dict[str, Any]


def explain(body: bytes, inputs: bytes, stages: Stages) -> dict[str, Any]:
    """Derivation of one decision.

    Parameters
    ----------
    body : bytes
        The decision as it was published.
    inputs : bytes
        ``emit.inputs`` of it.
    stages : Stages
        Of the policy that the decision names.

    Returns
    -------
    dict
        ``emit.derive.derivation``, with ``drop_one``: the best without one part of the utility, None where nothing was scored;
        ``changes``: what would have changed it (``pipeline.what_if``); ``stopped``: what `policy stop` had stopped,
        ``reproduced``: whether the recomputed decision has the published bytes,
        ``profile``: what was known, as of the decision and in its role, and ``decision`` itself.

    Raises
    ------
    Inconsistent
        ``stages`` are of another policy or model than the inputs.
    """
    kept = unpack_inputs(inputs)
    if (kept.policy, kept.model) != stages.version:
        raise Inconsistent(f"the decision was made under policy {kept.policy} and model {kept.model}: explain it under those")
    decision = orjson.loads(body)
    trigger = kept.trigger.copy()
    own = Stages(stages.policy, stages.model, stages.version[1])  # its scratch is read afterwards
    # While stopped nothing may answer, as in ``request``; the inputs name barred actions only where a request barred some.
    allowed = np.full((1, len(stages.policy.actions)), 0 if stages.policy.stopped else 1, np.uint8)
    allowed[0, kept.barred] = 0
    ran = run_requests([kept.row], NO_EVENTS, Asking(trigger, np.zeros((1, 2), np.int64), allowed), own)
    out, row = ran.out, ran.rows.copy()
    generation, partition = _coordinates(decision)
    again = own.encoder.encode(out, [decision["customer_id"].encode()], [decision["decision_id"]], generation, partition)[0]
    seen = seen_by(row, trigger, own.scratch)
    fill_features(seen[0], trigger[0], stages.policy.tables, own.scratch.features)  # while nothing is learned, nobody needed them
    found = derivation(decision["decision_id"], out[0], trigger[0], stages.policy, own.scratch)
    found |= _why(found, Case(row, trigger, allowed, stages.policy.tables, own.model), seen, own)
    profile = _profile(kept.row, row, seen, trigger, own.policy, decision["customer_id"])
    return found | {"stopped": stages.policy.stops.named(), "reproduced": again == body, "profile": profile, "decision": decision}


def _profile(blob: bytes, row: NDArray[np.void], seen: NDArray[np.void], trigger: NDArray[np.void], policy: Policy, who: str) -> Json:
    """The profile, of which somebody with several roles shows what may be seen in the one that it was decided in."""
    now_ms = int(trigger[0]["now_ms"])
    if seen is row:
        return readable_blob(blob, policy, now_ms, who)
    return readable_in(row[0], shown_in(seen, int(trigger[0]["account"]))[0], policy, now_ms, who)


def _why(found: dict[str, Any], case: Case, seen: NDArray[np.void], own: Stages) -> dict[str, Any]:
    """What is found by leaving out, and by changing, one thing at a time; and all as ``lines``."""
    failing = failed_conditions(case, seen, own.policy)
    for one in found["candidates"]:
        one["failed"] = failing.get(one["action"], []) if one["gate"] == "eligibility" else []
    dropped = drop_one(own.policy, own.scratch) if found["draw"] is not None else None
    changes = [] if own.policy.stopped else what_if(case, own.policy)
    best = found["draw"]["options"][0] if found["draw"] is not None else {}
    told = [*lines(found), *(drop_one_lines(dropped, best) if dropped else ()), *what_if_lines(changes)]
    return {"drop_one": dropped, "changes": changes, "lines": told}


def _coordinates(decision: dict[str, Any]) -> tuple[int, int]:
    """(generation, partition) of the customer's log, as the decision shows them."""
    evidence = (decision["basis"] or {}).get("evidence")
    source = evidence or decision["decision_id"].removeprefix("d.")
    parts = source.split(".")
    return (int(parts[0]), int(parts[1])) if parts[0].isdigit() else (0, 0)
