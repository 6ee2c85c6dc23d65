"""What is well and what is not in a deployment on Kafka, from what log, store and cluster said about themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from platinum.ops.doctor import Finding
from platinum.pipeline.checkpoint import unpack

#: More and record times, timers and quiet hours are off by as much.
MOST_CLOCK_MS = 1_000
_FULL = 0.9


def _finding(what: str, ok: bool, found: str, remedy: str, warning: bool = False) -> Finding:
    return Finding(what, ok, found, remedy, warning, how="wrong")


class Ends(NamedTuple):
    """Of one partition of the interactions, whether it has put out decisions, and its generation."""

    start: int
    end: int
    decided: bool
    generation: int


def store_findings(version: str, eviction: str, persists: bool | None, memory: tuple[int, int], clock_off_ms: int) -> list[Finding]:
    """Findings about the store's server.

    Parameters
    ----------
    memory : (used, most) bytes
        ``most`` 0 = no limit.
    clock_off_ms : int
        This machine's clock minus the server's.
    """
    used, most = memory
    keeps = {True: "on", False: "off", None: "it does not tell"}[persists]
    evicts = Finding(
        "store: eviction", eviction == "noeviction", eviction, "CONFIG SET maxmemory-policy noeviction: a full server drops people"
    )
    saves = _finding("store: persistence", True, keeps, "CONFIG SET appendonly yes, or a restart loses every profile", warning=not persists)
    full = most > 0 and used > _FULL * most
    room = f"{used >> 20} MiB used of {f'{most >> 20} MiB' if most else 'no limit'}"
    return [
        _finding("store", True, version, ""),
        evicts,
        saves,
        _finding("store: memory", not full, room, "give it more memory: when it is full every write is refused and partitions wait"),
        _finding("clock", abs(clock_off_ms) <= MOST_CLOCK_MS, f"{clock_off_ms:+d} ms against the store's", "run NTP on every machine"),
    ]


def checkpoint_findings(packed: Sequence[bytes | None], ends: Sequence[Ends], group: int, remedy: str) -> list[Finding]:
    """Findings about the checkpoints of all buckets.

    Parameters
    ----------
    packed : sequence of bytes or None
        By bucket.
    ends : sequence of Ends
        By partition.
    remedy : str
        What to do when store and log contradict each other.
    """
    there = {bucket: unpack(one) for bucket, one in enumerate(packed) if one is not None}
    if not there:
        decided = any(end.decided for end in ends)
        restore = "restore the store from a backup: workers refuse to send everything again"
        return [_finding("checkpoints", not decided, "none yet" if not decided else "none, and decisions were published", restore)]
    wrong = {
        "missing": len(packed) - len(there),
        "of another group": sum(one.group != group for one in there.values()),
        "of another generation": sum(one.generation != ends[bucket % len(ends)].generation for bucket, one in there.items()),
        "ahead of the log": sum(one.next_offset > ends[bucket % len(ends)].end for bucket, one in there.items()),
        "behind what retention removed": sum(one.next_offset < ends[bucket % len(ends)].start for bucket, one in there.items()),
    }
    found = ", ".join(f"{count} {what}" for what, count in wrong.items() if count)
    return [_finding("checkpoints", not found, found or f"all {len(packed)} fit the log", remedy)]


def group_finding(state: str, members: int, unowned: Sequence[int]) -> Finding:
    """Finding about the workers."""
    found = f"{members} in the group ({state.lower()})"
    if not unowned:
        return _finding("workers", True, found, "")
    nobody = ", ".join(map(str, unowned))
    return _finding(
        "workers", False, f"{found}; nobody holds partition {nobody}", "start `platinum worker`, or wait for a rebalance to end"
    )


class Stood(Protocol):
    """Of an activation of a snapshot: its name, when, and how it came to be in force."""

    @property
    def name(self) -> str:
        """Content hash."""

    @property
    def time_ms(self) -> int:
        """When."""

    @property
    def how(self) -> str:
        """The learner, or a command."""


class Barred(Protocol):
    """Of a snapshot that was refused."""

    @property
    def time_ms(self) -> int:
        """When."""

    @property
    def reason(self) -> str:
        """One of ``learn.refusing.REASONS``."""

    @property
    def words(self) -> str:
        """Why."""


def arms_finding(arms: Mapping[str, Any] | None) -> Finding:
    """Finding about the always-on arms: ``learn.arms.Arms.judged`` of the snapshot in force."""
    if arms is None or arms["p"] is None:
        return _finding("arms", True, "too few people were counted in them to say", "")
    people = ", ".join(f"{arm} {met:,} (meant {arms['meant'][arm]:,.0f})" for arm, met in arms["met"].items())
    if not arms["alarm"]:
        return _finding("arms", True, f"as large as they are meant to be: {people}", "")
    remedy = "believe nothing that compares arms until it is found who is lost: docs/reference/learning.md, 'Always-on arms'"
    return _finding("arms", False, f"not as large as they are meant to be, p = {arms['p']:.1g}: {people}", remedy)


def model_finding(in_force: tuple[int, Stood] | None, held: Stood | None, refused: Iterable[Barred]) -> Finding:
    """Finding about the learner's snapshots: a refused one is a warning, since what was in force stays and grows old."""
    standing = "no snapshot yet: decisions are made on the policy's priors" if in_force is None else f"{in_force[1].name} is in force"
    last = max(refused, key=lambda one: one.time_ms, default=None)
    if last is not None and (in_force is None or last.time_ms > in_force[1].time_ms):
        found = f"{standing}; a newer one was refused ({last.reason}): {last.words}"
        return _finding("learner", True, found, "see `platinum model list` and docs/reference/learning.md, 'What is refused'", warning=True)
    if held is not None:
        return _finding(
            "learner", True, f"{standing}, held by `platinum model {held.how}`", "`platinum model activate latest`", warning=True
        )
    return _finding("learner", True, standing, "")
