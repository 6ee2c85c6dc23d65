"""Decisions of a log that can say something, as arrays: what could have been chosen, what was, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import hash64
from platinum.ops.evaluation.deciding import Arm, Choice

Vec = NDArray[np.float64]
Ints = NDArray[np.int64]


class Under(NamedTuple):
    """What one policy does at each decision.

    Attributes
    ----------
    p : float64[M]
        Its probability of each arm of ``Rows``.
    outside : float64[N]
        Its probability of what the log would never have chosen.
    """

    p: Vec
    outside: Vec


class Rows(NamedTuple):
    """N decisions with M arms in all.

    Attributes
    ----------
    starts : int64[N + 1]
        Where the arms of each begin.
    arms : list of Arm
        Names, for ``arm``.
    arm : int64[M]
    p, q : float64[M]
        Probability under the policy that made the log, exact, and money that the model of the time expected.
    at : int64[N]
        Which of the M was chosen.
    reward : float64[N]
        Money that came of it, less what the contact cost.
    person, made_ms : int64[N]
    groups : mapping of kind to mapping of name to bool[N]
        ``tier`` and ``segment``.
    """

    starts: Ints
    arms: list[Arm]
    arm: Ints
    p: Vec
    q: Vec
    at: Ints
    reward: Vec
    person: Ints
    made_ms: Ints
    groups: Mapping[str, Mapping[str, NDArray[np.bool_]]]

    @property
    def n(self) -> int:
        """Decisions."""
        return len(self.at)

    @property
    def logged(self) -> Under:
        """The policy that made the log."""
        return Under(self.p, np.zeros(self.n))

    def summed(self, values: Vec) -> Vec:
        """Sum over the arms of each decision, float64[N]."""
        return np.add.reduceat(values, self.starts[:-1]) if self.n else np.zeros(0)

    def part(self, salt: str, customers: Sequence[str]) -> NDArray[np.bool_]:
        """bool[N]: whether the decision's person (index into ``customers``) is in the part that is looked at first."""
        return np.array([in_first_part(name, salt) for name in customers], np.bool_)[self.person]


def in_first_part(customer: str, salt: str) -> bool:
    """Half of all people, always the same for one salt."""
    return hash64(f"{salt}:{customer}".encode()) & 1 == 0


class Builder:
    """Collects decisions one by one.

    Attributes
    ----------
    left_out : Counter
        Why decisions say nothing.
    customers : list of str
        For ``Rows.person``.
    """

    def __init__(self, segments: Sequence[str]) -> None:
        self.left_out: Counter[str] = Counter()
        self.customers: list[str] = []
        self._segments = segments
        self._known: dict[str, int] = {}
        self._arms: dict[Arm, int] = {}
        self._starts, self._arm, self._p, self._q = [0], [], [], []  # type: tuple[list[int], list[int], list[float], list[float]]
        self._at, self._reward, self._person, self._made_ms = [], [], [], []  # type: tuple[list[int], list[float], list[int], list[int]]
        self._tiers: list[str] = []
        self._in: list[tuple[bool, ...]] = []
        self._under: dict[str, tuple[list[float], list[float]]] = {}

    def add(self, choice: Choice, reward: float, who: str, made_ms: int, group: tuple[str, tuple[bool, ...]]) -> None:
        """One decision; ``reward`` in parts of its action's value."""
        self._at.append(len(self._p) + choice.chosen)
        self._arm += [self._arms.setdefault(arm, len(self._arms)) for arm in choice.arms]
        self._p += choice.p
        self._q += choice.expected
        self._starts.append(len(self._p))
        self._reward.append(reward * choice.worth[choice.chosen] - choice.cost[choice.chosen])
        if who not in self._known:
            self._known[who] = len(self.customers)
            self.customers.append(who)
        self._person.append(self._known[who])
        self._made_ms.append(made_ms)
        self._tiers.append(group[0])
        self._in.append(group[1])

    def target(self, name: str, choice: Choice, target: Choice | None) -> None:
        """What a policy does at the decision that was added last."""
        p, outside = self._under.setdefault(name, ([], []))
        found = {} if target is None else dict(zip(target.arms, target.p, strict=True))
        ours = [found.get(arm, 0.0) if own > 0.0 else 0.0 for arm, own in zip(choice.arms, choice.p, strict=True)]
        p += ours
        outside.append(max(0.0, 1.0 - sum(ours)))

    def rows(self) -> Rows:
        """All of them."""
        inside = np.array(self._in, np.bool_).reshape(len(self._at), len(self._segments))
        tiers = np.array(self._tiers)
        groups = {
            "tier": {name: tiers == name for name in dict.fromkeys(self._tiers) if name},
            "segment": {name: inside[:, i] for i, name in enumerate(self._segments)},
        }
        return Rows(
            starts=np.array(self._starts, np.int64),
            arms=list(self._arms),
            arm=np.array(self._arm, np.int64),
            p=np.array(self._p),
            q=np.array(self._q),
            at=np.array(self._at, np.int64),
            reward=np.array(self._reward),
            person=np.array(self._person, np.int64),
            made_ms=np.array(self._made_ms, np.int64),
            groups=groups,
        )

    def under(self) -> dict[str, Under]:
        """By name of the policy."""
        return {name: Under(np.array(p), np.array(outside)) for name, (p, outside) in self._under.items()}


def always(action: str, rows: Rows) -> Under:
    """One action for everybody (silence: ""), through its channels as the log's policy takes them; where it could not be, what was done."""
    of = np.array([arm[0] == action for arm in rows.arms], np.bool_)[rows.arm] if rows.n else np.zeros(0, np.bool_)
    own = rows.p * of
    total = rows.summed(own)
    each = np.repeat(total, np.diff(rows.starts))
    return Under(np.where(each > 0.0, own / np.where(each > 0.0, each, 1.0), rows.p), np.zeros(rows.n))
