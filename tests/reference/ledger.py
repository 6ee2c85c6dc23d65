"""Slow twin of the ledger: what is known of each promise, read anew whenever somebody asks; without rows, pages or ranks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from platinum.vocabulary.codes import Kind

DAY = 86_400_000
HOUR = 3_600_000
EARLY = 2 * DAY
HALF_LIFE = 180 * DAY
LATE = 3 * DAY
QUARANTINE = 14 * DAY
CHANGED_MIND = 2
DEADLINES = (72 * HOUR, 72 * HOUR, 24 * HOUR, 24 * HOUR, 4 * HOUR)
Back = tuple[float, bool]  # money given back (0 = all), by choice


def _is_whole(total: float, back: list[Back]) -> bool:
    """Whether an order that came to ``total`` (0 = nobody said) is refunded as a whole."""
    if any(amount == 0.0 for amount, _ in back):
        return True
    return sum(amount for amount, _ in back) >= total - 0.005 if total else any(by_choice for _, by_choice in back)


@dataclass
class Word:
    """One promise: what was said, and when."""

    ref: int
    made: int
    due: int
    weight: float
    total: float = 0.0
    back: list[Back] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)  # (agreed at, due then)
    ended: int | None = None
    off: bool = False

    def times(self) -> tuple[int, int, bool]:
        """(by when it had to be kept, when it is due now, whether it was moved too late) by what was agreed before it ended."""
        by, due, broken = self.due, self.due, False
        for at, then in sorted(self.moves):
            if self.ended is None or at <= self.ended:
                broken = broken or at > by
                due, by = then, by if broken else then
        return by, due, broken

    def outcome(self, now: int) -> tuple[float, float] | None:
        """(weight, share kept), None = neither kept nor broken."""
        by, due, broken = self.times()
        if self.ended is None:
            return (self.weight, 0.0) if broken or now > due else None
        if self.off:
            return (self.weight, 0.0) if self.ended > by else None
        return self.weight, 0.5 ** (max(0, self.ended - by) / LATE)

    def end(self, at: int, off: bool) -> None:
        """It ends at the first of all that ends it."""
        if self.ended is None or at < self.ended:
            self.ended, self.off = at, off


@dataclass
class Ledger:
    """What is open, what has ended lately, what is kept in mind, and what became of the promises before."""

    words: list[Word] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    early: list[dict[str, Any]] = field(default_factory=list)
    settled: list[Word] = field(default_factory=list)
    now: int = 0

    @property
    def open(self) -> list[dict[str, Any]]:
        """What is owed: kind and id."""
        return [*({"kind": "promise", "ref": one.ref} for one in self.words if one.ended is None), *self.answers]

    def tell(self, event: dict[str, Any]) -> None:
        """One event."""
        self.now = event["record_ms"]
        self.early = [one for one in self.early if one["until"] > self.now]
        over = [one for one in self.words if one.ended is not None and one.ended + EARLY <= self.now]
        self.settled += over
        self.words = [one for one in self.words if one not in over]
        kind, ref, at = event["kind"], event["ref"], event["occurred_ms"]
        if kind == Kind.PROMISE_MADE:
            self._made(Word(ref, at, int(event["high"]), float(event["low"]) or 1.0))
        elif kind == Kind.ORDER_COMPLETED and event["high"]:
            self._made(Word(ref, at, int(event["high"]), 1.0, event.get("amount", 0.0)))
        elif kind in (Kind.PROMISE_KEPT, Kind.ORDER_DELIVERED):
            self._kept(ref, at)
        elif kind == Kind.PROMISE_RENEGOTIATED:
            if (word := self._about(ref)) is not None:
                word.moves.append((at, max(at, int(event["high"]))))
            else:
                self._keep_in_mind(ref, "moves", at=at, due=max(at, int(event["high"])))
        elif kind in (Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED):
            self._off(event, event.get("amount", 0.0) if kind == Kind.ORDER_REFUNDED else 0.0)
        elif kind == Kind.SURVEY_ANSWERED:
            self._answered(ref, at)
        elif kind in (Kind.FEEDBACK_ACTED_ON, Kind.FEEDBACK_REPORTED_BACK):
            self._came_of(ref, "acted" if kind == Kind.FEEDBACK_ACTED_ON else "told")

    def _about(self, ref: int) -> Word | None:
        """The open promise of this id, else the one that ended lately."""
        about = sorted((one for one in self.words if one.ref == ref), key=lambda one: one.ended is not None)
        return about[0] if about else None

    def _early(self, ref: int, what: str) -> dict[str, Any] | None:
        return next((one for one in self.early if (one["ref"], one["what"]) == (ref, what)), None)

    def _keep_in_mind(self, ref: int, what: str, **said: Any) -> None:
        self.early.append({"ref": ref, "what": what, "until": self.now + EARLY, **said})

    def _made(self, word: Word) -> None:
        known = self._about(word.ref)
        if known is not None:
            if known.ended is None or word.made <= known.ended:
                return
            self.settled.append(known)
            self.words.remove(known)
        self.words.append(word)
        word.moves = [(one["at"], one["due"]) for one in self.early if (one["ref"], one["what"]) == (word.ref, "moves")]
        kept, off = self._early(word.ref, "kept"), self._early(word.ref, "off")
        self.early = [one for one in self.early if one is not kept and (one["ref"], one["what"]) != (word.ref, "moves")]
        if off is not None and word.made <= off["at"]:
            word.back = list(off["back"])
            if _is_whole(word.total, word.back):
                word.end(off["at"], off=True)
        if kept is not None:
            word.end(kept["at"], off=False)

    def _kept(self, ref: int, at: int) -> None:
        if (word := self._about(ref)) is not None:
            word.end(at, off=False)
        elif (known := self._early(ref, "kept")) is not None:
            known["at"] = min(known["at"], at)
        else:
            self._keep_in_mind(ref, "kept", at=at)

    def _off(self, event: dict[str, Any], back: float) -> None:
        """An order is cancelled, or so much of it refunded; 0 = all."""
        ref, at, by_choice = event["ref"], event["occurred_ms"], event["kind"] == Kind.ORDER_REFUNDED and event.get("code") == CHANGED_MIND
        about = [one for one in self.words if one.ref == ref]
        for word in about:
            if (word.off and back) or word.made > at:
                continue
            word.back.append((back, by_choice))
            if _is_whole(word.total, word.back):
                word.end(at, off=True)
        if about or not ref:
            return
        if (known := self._early(ref, "off")) is None:
            self._keep_in_mind(ref, "off", at=at, back=[(back, by_choice)])
        else:
            known["back"].append((back, by_choice))
            parts = all(amount for amount, _ in known["back"][:-1])
            known["at"] = max(known["at"], at) if back and parts else known["at"] if back else at if parts else min(known["at"], at)

    def _answered(self, ref: int, at: int) -> None:
        if any(one["ref"] == ref for one in self.answers):
            return
        early = self._early(ref, "came of")
        self.early = [one for one in self.early if one is not early]
        self.answers.append({"kind": "answer", "ref": ref, "done": set(early["done"]) if early else set(), "due": at + 14 * DAY})
        self._close(ref)

    def _came_of(self, ref: int, what: str) -> None:
        answer = next((one for one in self.answers if one["ref"] == ref), None) or self._early(ref, "came of")
        if answer is None:
            self._keep_in_mind(ref, "came of", done={what})
        else:
            answer["done"].add(what)
        self._close(ref)

    def _close(self, ref: int) -> None:
        self.answers = [one for one in self.answers if one["ref"] != ref or one["done"] != {"acted", "told"}]

    def said(self) -> list[tuple[int, float, float]]:
        """(made, weight, share kept) of every promise of which one can say it."""
        found = [(one.made, one.outcome(self.now)) for one in [*self.settled, *self.words]]
        return [(made, *outcome) for made, outcome in found if outcome is not None]

    def say_do(self, as_of: int) -> tuple[float, float]:
        """(said, kept), both as of then."""
        fading = [(weight * 0.5 ** ((as_of - made) / HALF_LIFE), share) for made, weight, share in self.said()]
        return sum(weight for weight, _ in fading), sum(weight * share for weight, share in fading)
