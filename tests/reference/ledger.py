"""Slow twin of the ledger: a list of dictionaries per person, in words, without rows, pages or ranks."""

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


def _is_whole(total: float, back: list[tuple[float, bool]]) -> bool:
    """Whether an order that came to ``total`` (0 = nobody said) is refunded as a whole."""
    if any(amount == 0.0 for amount, _ in back):
        return True
    return sum(amount for amount, _ in back) >= total - 0.005 if total else any(by_choice for _, by_choice in back)


@dataclass
class Ledger:
    """What is open, and what became of promises: (made, weight, share kept)."""

    open: list[dict[str, Any]] = field(default_factory=list)
    early: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)  # renegotiated before anybody had heard of the promise
    said: list[tuple[int, float, float]] = field(default_factory=list)

    def find(self, kind: str, ref: int) -> dict[str, Any] | None:
        """The open one of this id."""
        return next((one for one in self.open if one["kind"] == kind and one["ref"] == ref), None)

    def tell(self, event: dict[str, Any]) -> None:
        """One event."""
        self.early = [one for one in self.early if one["until"] > event["record_ms"]]
        self.moves = [one for one in self.moves if one["until"] > event["record_ms"]]
        self.pass_time(event["record_ms"])
        kind, ref, at = event["kind"], event["ref"], event["occurred_ms"]
        if kind == Kind.PROMISE_MADE:
            self._made(ref, at, int(event["high"]), float(event["low"]) or 1.0)
        elif kind == Kind.PROMISE_KEPT:
            self._kept(ref, at, event["record_ms"])
        elif kind == Kind.PROMISE_RENEGOTIATED:
            if (promise := self.find("promise", ref)) is not None:
                self._move(promise, at, int(event["high"]))
            else:
                self.moves.append({"ref": ref, "at": at, "due": int(event["high"]), "until": event["record_ms"] + EARLY})
        elif kind == Kind.ORDER_COMPLETED and event["high"]:
            self._made(ref, at, int(event["high"]), 1.0, event.get("amount", 0.0), by_name=False)
        elif kind == Kind.ORDER_DELIVERED:
            self._kept(ref, at, event["record_ms"])
        elif kind in (Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED):
            self._off(event, event.get("amount", 0.0) if kind == Kind.ORDER_REFUNDED else 0.0)
        elif kind == Kind.SURVEY_ANSWERED:
            if self.find("answer", ref) is None:
                early: dict[str, Any] = next((one for one in self.early if one["ref"] == ref), {"done": set()})
                self.early = [one for one in self.early if one is not early]
                self.open.append({"kind": "answer", "ref": ref, "done": set(early["done"]), "due": at + 14 * DAY})
                self._answered(ref, "", event["record_ms"])
        elif kind in (Kind.FEEDBACK_ACTED_ON, Kind.FEEDBACK_REPORTED_BACK):
            self._answered(ref, "acted" if kind == Kind.FEEDBACK_ACTED_ON else "told", event["record_ms"])

    def _off(self, event: dict[str, Any], back: float) -> None:
        """An order is cancelled, or so much of it refunded; 0 = all."""
        ref, by_choice = event["ref"], event["kind"] == Kind.ORDER_REFUNDED and event.get("code") == CHANGED_MIND
        about = [one for one in self.open if (one["kind"], one["ref"]) == ("promise", ref)]
        for one in about:
            one["back"].append((back, by_choice))
            if _is_whole(one["total"], one["back"]):
                self.open.remove(one)
        early = next((one for one in self.early if one["ref"] == ref), None)
        if not about and early is not None and early.get("off"):
            early["back"].append((back, by_choice))
        elif ref and not about and early is None:
            until = event["record_ms"] + EARLY
            self.early.append({"ref": ref, "at": event["occurred_ms"], "until": until, "off": True, "back": [(back, by_choice)]})

    def _move(self, promise: dict[str, Any], at: int, due: int) -> None:
        """Another time: before the first was over, nothing was broken, whatever was thought; after it, it was."""
        mine = [i for i, (made, _, _, ref) in enumerate(self._of()) if (made, ref) == (promise["made"], promise["ref"])]
        if at > promise["due"]:
            if not promise["broken"]:
                self.said.append((promise["made"], promise["weight"], 0.0))
                self._refs.append(promise["ref"])
            promise["weight"] = 0.0
        elif promise["broken"]:
            del self.said[mine[-1]], self._refs[mine[-1]]
        promise["due"], promise["broken"] = due, False

    def _made(self, ref: int, at: int, due: int, weight: float, total: float = 0.0, by_name: bool = True) -> None:
        if self.find("promise", ref) is not None:
            return
        promise: dict[str, Any] = {"kind": "promise", "ref": ref, "made": at, "due": due, "weight": weight, "broken": False}
        promise |= {"total": total, "back": []}
        self.open.append(promise)
        early = next((one for one in self.early if one["ref"] == ref), None)
        for one in sorted((one for one in self.moves if one["ref"] == ref), key=lambda one: int(one["at"])):
            if by_name and (early is None or one["at"] <= early["at"]):
                self.moves.remove(one)
                self._move(promise, one["at"], one["due"])
        if early is not None and early.get("off"):
            if at <= early["at"]:
                promise["back"] = list(early["back"])
                if _is_whole(total, promise["back"]):
                    self.open.remove(promise)
        elif early is not None:
            self.early.remove(early)
            self._keep(promise, early["at"])

    def _kept(self, ref: int, at: int, now: int) -> None:
        promise = self.find("promise", ref)
        if promise is not None:
            self._keep(promise, at)
        elif not any(one["ref"] == ref for one in self.early):
            self.early.append({"ref": ref, "at": at, "until": now + EARLY})

    def _keep(self, promise: dict[str, Any], at: int) -> None:
        self.open.remove(promise)
        share = 0.5 ** (max(0, at - promise["due"]) / LATE)
        if promise["broken"]:
            last = max(i for i, (made, _, _, ref) in enumerate(self._of()) if (made, ref) == (promise["made"], promise["ref"]))
            self.said[last] = (promise["made"], promise["weight"], share)
        else:
            self.said.append((promise["made"], promise["weight"], share))
            self._refs.append(promise["ref"])

    _refs: list[int] = field(default_factory=list)

    def _of(self) -> list[tuple[int, float, float, int]]:
        return [(*one, ref) for one, ref in zip(self.said, self._refs, strict=True)]

    def _answered(self, ref: int, what: str, now: int) -> None:
        answer = self.find("answer", ref) or next((one for one in self.early if one["ref"] == ref), None)
        if answer is None:
            answer = {"ref": ref, "until": now + EARLY, "done": set()}
            self.early.append(answer)
        answer["done"].add(what)
        if answer in self.open and {"acted", "told"} <= answer["done"]:
            self.open.remove(answer)

    def pass_time(self, now: int) -> None:
        """Promises that are over count as broken so far."""
        for one in self.open:
            if one["kind"] == "promise" and not one["broken"] and now > one["due"]:
                one["broken"] = True
                self.said.append((one["made"], one["weight"], 0.0))
                self._refs.append(one["ref"])

    def say_do(self, now: int) -> tuple[float, float]:
        """(said, kept), both as of ``now``."""
        fades = [0.5 ** ((now - made) / HALF_LIFE) for made, _, _ in self.said]
        said = sum(w * f for (_, w, _), f in zip(self.said, fades, strict=True))
        return said, sum(w * s * f for (_, w, s), f in zip(self.said, fades, strict=True))
