"""Slow twin of contacts and plans: everything is kept, everything is derived from all of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from platinum.hashing import name_hash
from platinum.vocabulary.codes import Kind

DAY = 86_400_000
PER_GROUP, PENDING = 8, 4


@dataclass
class Decided:
    """One decision and what became of it."""

    action: str
    channel: str
    at_ms: int
    expires_ms: int
    aborted: bool = False
    met_ms: int | None = None
    pending: bool = True
    closes_ms: int = 0


@dataclass
class WholeHistory:
    """All decisions of one customer, in order."""

    decided: dict[int, Decided] = field(default_factory=dict)
    reached: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def plan(self, n: int, action: str, channel: str, now_ms: int, expires_ms: int) -> None:
        """Decision ``n`` is made; of those that wait for an outcome only four are remembered: the met, then the sent, then the newest."""
        waiting = [d for d in self.decided.values() if d.pending]
        for d in waiting:
            d.pending = d.closes_ms > now_ms
        waiting = [d for d in waiting if d.pending]
        if len(waiting) == PENDING:
            min(waiting, key=lambda d: (d.met_ms is not None, d.channel != "web")).pending = False
        self.decided[n] = Decided(action, channel, now_ms, expires_ms, closes_ms=now_ms + 7 * DAY)

    def outcome(self, kind: Kind, n: int, at_ms: int, now_ms: int) -> None:
        """Something became of decision ``n``; the plan forgets what has expired after each event."""
        d = self.decided.get(n)
        if d is not None and kind == Kind.CONTACT_ABORTED and self._is_planned(d):
            d.aborted = True
        if (
            d is not None
            and kind in (Kind.CONTACT_DISPATCHED, Kind.DECISION_SHOWN)
            and d.met_ms is None
            and (d.pending or self._is_planned(d))
        ):
            d.met_ms = at_ms
            if d.pending:
                self.reached[d.channel].append(at_ms)
        for one in self.decided.values():
            if one.met_ms is None and one.expires_ms <= now_ms:
                one.aborted = True

    @staticmethod
    def _is_planned(d: Decided) -> bool:
        return not d.aborted and d.met_ms is None

    def planned(self, now_ms: int) -> list[int]:
        """Decisions whose contact still may be sent."""
        return [n for n, d in self.decided.items() if self._is_planned(d) and d.expires_ms > now_ms]

    def made(self) -> list[tuple[int, int]]:
        """(time, channel hash) of contacts, newest first; per (channel, action) the newest eight."""
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for d in self.decided.values():
            if d.met_ms is not None:
                groups[d.channel, d.action].append(d.met_ms)
        kept = [(at, name_hash(channel)) for (channel, _), times in groups.items() for at in sorted(times, reverse=True)[:PER_GROUP]]
        return sorted(kept, reverse=True)
