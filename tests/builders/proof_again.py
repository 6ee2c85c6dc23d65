"""Decisions that were made, made once more with something about the person changed that must not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.emit.contacts import INPUTS_HEADER
from platinum.emit.inputs import unpack_inputs
from platinum.engine import Engine
from platinum.pipeline.again import Again, Case
from platinum.pipeline.stages import PRIOR, Stages
from platinum.policy.tables import Tables
from platinum.ports import DECISIONS
from platinum.profile.codec import unpack_rows
from platinum.profile.row import ROW
from platinum.vocabulary.codes import ActionType
from tests.builders.deployments import read_all

Json = dict[str, Any]
#: How strongly employees say that somebody is like something, so that nothing else is heard.
LOUD = 1_000.0
#: What of a decision is about how it is said, and how often it was said so lately: two tones of an action are two treatments
#: (``decide.variety``), so what else could have been drawn depends on them.
MANNER = ("tone", "tone_source", "presented", "style_known", "hints", "signature", "novelty", "variety")
DRAWN = ("p_chosen", "n_scored", "best", "runner_up", "runner_up_utility")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")


class Made(NamedTuple):
    """A decision, and what it was made from."""

    body: Json
    case: Case
    stages: Stages


def looked_up(engine: Engine) -> Iterator[tuple[Json, bytes, Stages]]:
    """Every decision with which its inputs are kept: as it was published, those, and the stages that were in force."""
    known: dict[str, Stages] = {}
    for records in engine._run(read_all(engine._deployment.log, DECISIONS)):
        for record in records:
            inputs = dict(record.headers).get(INPUTS_HEADER)
            if inputs is None:
                continue
            body = orjson.loads(record.value)
            if body["model"] not in known:
                shelf = engine._deployment.shelf
                model = 0 if body["model"] == PRIOR else engine._run(shelf.seq_of(body["model"]))
                known[body["model"]] = engine._run(shelf.get(int(body["policy"], 16), model=model))
            yield body, inputs, known[body["model"]]


def made(engine: Engine) -> Iterator[Made]:
    """Every decision that was made from a row that is kept with it."""
    for body, inputs, stages in looked_up(engine):
        yield _made(body, inputs, stages)


def _made(body: Json, inputs: bytes, stages: Stages) -> Made:
    kept, row = unpack_inputs(inputs), np.zeros(1, ROW)
    unpack_rows([kept.row], row, np.zeros(1, np.int64))
    row["person"] = kept.trigger["person"]
    allowed = np.ones((1, len(stages.policy.actions)), np.uint8)
    allowed[0, kept.barred] = 0
    return Made(body, Case(row, kept.trigger.copy(), allowed, stages.policy.tables, stages.model), stages)


class Anew:
    """Decides once more under tables of its own, one set per model."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[Tables, Again]] = {}

    def decide(self, one: Made, case: Case, margin: float | None = None) -> NDArray[np.void]:
        """DECISION of a case; ``margin``: from which on everybody is in the highest tier."""
        key = (id(one.stages), str(margin))
        if key not in self._known:
            tables = one.stages.policy.tables if margin is None else with_tiers_from(one.stages.policy.tables, margin)
            self._known[key] = tables, Again(tables, one.stages.model)
        tables, again = self._known[key]
        return again.decide(case._replace(tables=tables)).copy()


def with_tiers_from(tables: Tables, margin: float) -> Tables:
    """Tiers that begin at one margin: 0 = everybody is in the highest, very much = nobody is."""
    settings = tables.settings.copy()
    settings["tier_margin"] = margin
    return tables._replace(settings=settings)


def of_no_tier(case: Case) -> Case:
    """Nobody remembers in which tier the person, or an account of theirs, was before."""
    row = case.row.copy()
    row["tier"], row["tier_since_s"] = 0, 0
    row["roles"]["tier"] = 0
    return case._replace(row=row)


def spoken_to(case: Case, like: tuple[int, ...]) -> Case:
    """The person, and everybody says that they like to be spoken to so: +1 or -1 per dimension."""
    row = case.row.copy()
    row["noted_n"], row["noted"] = LOUD, np.array(like) * LOUD
    row["style_as_of_ms"] = case.trigger["now_ms"]
    return case._replace(row=row)


def on_top(one: Made, decision: NDArray[np.void]) -> bool:
    """Whether a decision gives money on top: an offer, a surprise, or goodwill within a budget."""
    at = int(decision["action"][0])
    if at < 0:
        return False
    action = one.stages.policy.tables.actions[at]
    given = action["type"] in (ActionType.OFFER, ActionType.SURPRISE)
    return bool(given or (action["type"] == ActionType.AMENDS and action["budget"] > 0))


def differs(first: NDArray[np.void], second: NDArray[np.void], but: tuple[str, ...]) -> list[str]:
    """Members of two decisions that differ, but for these."""
    return [name for name in first.dtype.names or () if name not in but and first[name].tobytes() != second[name].tobytes()]


def said(one: Made, decision: NDArray[np.void]) -> Json:
    """A decision as it is published."""
    body: Json = orjson.loads(one.stages.encoder.encode(decision, [one.body["customer_id"]], [one.body["decision_id"]], 1, 0)[0])
    return body


def figures(body: Json) -> list[str]:
    """Every figure in the words of a decision, in order of size: amounts, dates, counts."""
    return sorted(_FIGURES.findall(" ".join(str(block.get("text")) for block in (body["content"] or {}).get("blocks", ()))))
