"""What decisions taught: which treatment helps whom, how well chances were known, and what was left open (design 8).

One regression per schema of features; the channel through which something went is a feature that all actions share. Examples of people
who were left in peace are an action without a name and without features of its own.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from platinum.learn.arms import Arms
from platinum.learn.example import Example
from platinum.learn.holdout import Holdout
from platinum.learn.hours import Hours
from platinum.learn.linear import HEADS, Linear, Sums, Weights, solved
from platinum.learn.reliability import Reliability
from platinum.learn.tones import Tones
from platinum.learn.utilities import Utilities
from platinum.profile.entries import N_FEATURES, N_OWN

HALF_LIFE_MS = 120 * 86_400_000
#: Prior precision over that of the noise: of what all actions share, of how good one action is for everybody, and of what each feature
#: of a person says about one action. Chosen on grocery_journey (docs/decisions/0022).
PRECISION_SHARED, PRECISION_ACTION, PRECISION_FEATURE = 5.0, 30.0, 300.0
#: Channels that are told apart; the others share nothing.
MOST_CHANNELS = 12
#: Schemas of features that are kept: those on which decisions were made last.
MOST_SCHEMAS = 2
#: Why an example taught nothing: both schemas that are kept are newer.
_SCHEMA_GONE = "schema_gone"
#: Examples of a partition on which snapshots are compared.
RECENT = 512
_STEPS = 1024.0
_SILENCE = ""
#: Of a spread that is not known: what is accepted or not cannot spread more.
_LEAST_NOISE = 1e-4

Vec = NDArray[np.float64]


class Taught:
    """Everything of one partition, or of all.

    Attributes
    ----------
    models : dict of schema to (Linear, channels)
        Channels in the order of their first example.
    reasons : Counter
        Why decisions taught nothing, by ``codes.Closed``.
    recent : deque of Example
        The last ones, on which snapshots are compared (``learn.refusing``); of several partitions, each one's last.
    late : Counter
        Answers that came when the window was over, by action.
    holdout : Holdout
    """

    def __init__(self) -> None:
        self.models: dict[str, tuple[Linear, list[str]]] = {}
        self._newest_ms: dict[str, int] = {}  # of each schema: its newest example
        self.reliability = Reliability(HALF_LIFE_MS)
        self.utilities = Utilities(HALF_LIFE_MS)
        self.tones, self.hours = Tones(HALF_LIFE_MS), Hours(HALF_LIFE_MS)
        self.holdout = Holdout()
        self.recent: deque[Example] = deque(maxlen=RECENT)
        self.reasons: Counter[str] = Counter()
        self.late: Counter[str] = Counter()
        self.arms = Arms()
        self.examples = 0

    def add(self, examples: Sequence[Example]) -> None:
        """Examples of one partition, in order."""
        if not examples:
            return
        schemas = [one.schema for one in examples]
        cuts = [] if len(set(schemas)) == 1 else [i for i in range(1, len(schemas)) if schemas[i] != schemas[i - 1]]
        for start, end in pairwise([0, *cuts, len(examples)]):
            first = next((i for i in range(start, end) if self._has_room(examples[i].schema, examples[i].made_ms)), end)
            for one in examples[start:first]:
                self.reasons[_SCHEMA_GONE] += 1
                self._count_arm(one.counted)
            if first < end:
                self._hear(examples[first].schema, max(one.made_ms for one in examples[first:end]))
                self._add(examples[first:end])

    def _add(self, examples: Sequence[Example]) -> None:
        """Examples of one schema."""
        linear, channels = self._model(examples[0].schema)
        x, z = features_of(examples)
        at_ms = np.array([e.made_ms for e in examples], np.int64)
        accepted, reward = np.array([float(e.accepted) for e in examples]), np.array([e.reward for e in examples])
        ones = np.ones((len(examples), 1))
        shared = np.concatenate([z, _one_hot([e.channel for e in examples], channels)], axis=1)
        y = np.column_stack([ones, accepted, reward])
        linear.fold(x, shared, y, [e.action or _SILENCE for e in examples], at_ms)
        spoken = np.array([e.action is not None for e in examples])
        self.reliability.add(np.array([e.p_accept for e in examples])[spoken], accepted[spoken], at_ms[spoken])
        self.utilities.add(np.array([e.utility for e in examples])[spoken], at_ms[spoken])
        self.tones.add(examples)
        self.hours.add(examples)
        for one in examples:
            self._count_arm(one.counted)
        self.holdout.add(examples)
        self.recent.extend(examples[-RECENT:])
        self.examples += len(examples)

    def miss(self, fact: Mapping[str, Any]) -> None:
        """A fact ``no_example``, or ``late_outcome``: neither teaches anything."""
        if fact["fact"] == "late_outcome":
            self.late[str(fact["name"] or _SILENCE)] += 1
            return
        self.reasons[str(fact["closed"])] += 1
        self._count_arm(fact.get("counted"))

    def _count_arm(self, counted: dict[str, Any] | None) -> None:
        """The arm that somebody is in this month, whether or not the decision taught something: else arms would seem to lose people."""
        if counted is not None:
            self.arms.add(counted)

    def _has_room(self, schema: str, made_ms: int) -> bool:
        """Whether a schema is kept: a late answer to a decision on an old one does not drive out one that is newer."""
        if schema in self.models or len(self.models) < MOST_SCHEMAS:
            return True
        return made_ms > min(self._newest_ms[one] for one in self.models)

    def _hear(self, schema: str, made_ms: int) -> None:
        """An example of a schema was made then."""
        self._newest_ms[schema] = max(made_ms, self._newest_ms.get(schema, made_ms))

    def _model(self, schema: str) -> tuple[Linear, list[str]]:
        if schema not in self.models:
            while len(self.models) >= MOST_SCHEMAS:
                del self.models[min(self.models, key=lambda one: (self._newest_ms[one], one))]
            self.models[schema] = Linear(N_FEATURES + 1, N_OWN + MOST_CHANNELS, HALF_LIFE_MS), []
        return self.models[schema]

    def merge(self, other: Self) -> None:
        """Add another's."""
        for schema, (linear, channels) in other.models.items():
            if not self._has_room(schema, other._newest_ms[schema]):
                continue
            self._hear(schema, other._newest_ms[schema])
            mine, known = self._model(schema)
            mine.merge(_in_order(linear, channels, known))
        self.reliability.merge(other.reliability)
        self.utilities.merge(other.utilities)
        self.tones.merge(other.tones)
        self.hours.merge(other.hours)
        self.holdout.merge(other.holdout)
        self.recent = deque([*self.recent, *other.recent])
        self.reasons.update(other.reasons)
        self.late.update(other.late)
        self.arms.merge(other.arms)
        self.examples += other.examples

    def judged(self, now_ms: int) -> dict[str, Any]:
        """What decisions are given of it.

        Raises
        ------
        NoSolution
            As ``linear.solved``.
        """
        span = self.utilities.range(now_ms)
        return {
            "examples": self.examples,
            "reasons": dict(sorted(self.reasons.items())),
            "late": dict(sorted(self.late.items())),
            "arms": self.arms.judged(),
            "reliability": self.reliability.judged(now_ms),
            "tones": self.tones.judged(now_ms),
            "hours": self.hours.judged(now_ms),
            "utilities": None if span is None else [_six(edge) for edge in span],
            "models": {schema: _judged(linear, channels, now_ms) for schema, (linear, channels) in sorted(self.models.items())},
        }


def features_of(examples: Sequence[Example]) -> tuple[Vec, Vec]:
    """(float64[B, 1 + N_FEATURES] of the people, the first is 1; float64[B, N_OWN] of what the candidates are to them)."""
    x, z = _features([e.x for e in examples], N_FEATURES), _features([e.z for e in examples], N_OWN)
    return np.concatenate([np.ones((len(examples), 1)), x], axis=1), z


def own_precisions() -> Vec:
    """Prior precision of each of an action's own weights."""
    found = np.full(N_FEATURES + 1, PRECISION_FEATURE)
    found[0] = PRECISION_ACTION
    return found


def _features(texts: Sequence[bytes], n: int) -> Vec:
    """float64[B, n] of features in steps."""
    found: Vec = np.frombuffer(b"".join(texts), "<i2").reshape(len(texts), n) / _STEPS
    return found


def _one_hot(named: Sequence[str | None], channels: list[str]) -> Vec:
    """float64[B, MOST_CHANNELS]; names that are new are added to ``channels`` while there is room."""
    for name in dict.fromkeys(named):
        if name is not None and name not in channels and len(channels) < MOST_CHANNELS:
            channels.append(name)
    place = {name: i for i, name in enumerate(channels)}
    at = np.array([place.get(name, -1) if name is not None else -1 for name in named], np.int64)
    return np.asarray(at[:, None] == np.arange(MOST_CHANNELS), np.float64)


def _in_order(linear: Linear, channels: Sequence[str], known: list[str]) -> Linear:
    """The same sums with the channels at the places of ``known``, to which new ones are added while there is room."""
    known.extend(name for name in channels if name not in known and len(known) < MOST_CHANNELS)
    at = [*range(N_OWN), *(N_OWN + known.index(name) for name in channels if name in known)]
    source = [*range(N_OWN), *(N_OWN + i for i, name in enumerate(channels) if name in known)]
    if at == source:
        return linear
    moved, old = Linear(N_FEATURES + 1, N_OWN + MOST_CHANNELS, HALF_LIFE_MS), linear.sums
    zz, zy, zx = np.zeros_like(old.zz), np.zeros_like(old.zy), np.zeros_like(old.zx)
    zz[np.ix_(at, at)], zy[at], zx[:, at] = old.zz[np.ix_(source, source)], old.zy[source], old.zx[:, source]
    moved.names, moved.base, moved.sums = linear.names, linear.base, old._replace(zz=zz, zy=zy, zx=zx)
    return moved


@np.errstate(over="ignore", invalid="ignore")  # what is not finite is found afterwards: ``solved``, ``learn.refusing``
def _judged(linear: Linear, channels: Sequence[str], now_ms: int) -> dict[str, Any]:
    """Weights as float32, little-endian, base64: a number written out takes twice the room and says no more.

    Weights of actions stand in the order of their names, as an artefact writes keys.
    """
    sums = linear.as_of(now_ms)
    found = solved(sums, PRECISION_SHARED, own_precisions())
    noise = _noise(sums, found)
    accepted, by_name = HEADS.index("accepted"), sorted(range(len(linear.names)), key=linear.names.__getitem__)
    found = found._replace(own=found.own[by_name], own_variance=found.own_variance[by_name])
    return {
        "n": _six(float(sums.n.sum())),
        "actions": {linear.names[a]: [_six(float(sums.n[a])), _six(float(sums.xy[a, 0, accepted]))] for a in by_name},
        "channels": list(channels),
        "noise": [_six(one) for one in noise],
        **{name: b64encode(np.ascontiguousarray(part, "<f4").tobytes()).decode() for name, part in found._asdict().items()},
    }


def _noise(sums: Sums, found: Weights) -> list[float]:
    """Variance of what came of it around what is expected, per head."""
    n = float(sums.n.sum())
    explained = (found.shared * sums.zy).sum(axis=0) + (found.own * sums.xy).sum(axis=(0, 1))
    rest: Vec = (sums.yy.sum(axis=0) - explained) / n if n > 0.0 else np.zeros(len(HEADS))
    return [max(_LEAST_NOISE, value) for value in rest.tolist()]


def _six(x: float) -> float:
    return float(f"{x:.6g}")
