"""What is open between the firm and one person, by the books of the independent checker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.reference.invariant_policy import DAY_MS, Class, Json, Rules, instant_ms

_LATE_MS = 2 * DAY_MS
_SAME_CASE_MS = 7 * DAY_MS
_NOBODYS = "case without an id"
_REFS = ("case_id", "order_id", "request_id", "contact_id", "answer_id", "promise_id", "about")


def refunded(said: Json) -> float:
    """What an order came to, or how much of it was given back: total, else revenue, else its lines."""
    lines = sum(float(one.get("price") or 0.0) * float(one.get("quantity", 1)) for one in said.get("products") or ())
    return float(next((said[key] for key in ("total", "revenue") if said.get(key) is not None), lines))


def _order_of(said: Json) -> str:
    return str(said.get("order_id") or "")


def _is_off(word: Word, said: Json, back: float) -> bool:
    """Whether what was promised about an order ends: it does not when a part is refunded."""
    if back <= 0.0:
        return not said.get("products")
    if not word.total:
        return said.get("reason") == "changed_mind"
    word.total -= back
    return word.total < 0.005


def snake(name: str) -> str:
    """``Order Completed`` as policies write it."""
    return re.sub(r"\s+", "_", name).lower()


@dataclass
class Word:
    """A promise or a request."""

    kind: str
    ref: str
    name: str
    made_ms: int
    due_ms: int
    grace_ms: int
    total: float = 0.0  # of its order, less what was given back
    intent: str = ""  # of a request
    moved: bool = False  # after it had been broken

    def move(self, at_ms: int, due_ms: int) -> None:
        """Renegotiated."""
        self.moved |= at_ms > self.due_ms
        self.due_ms = due_ms


class Due(NamedTuple):
    """One thing as a ledger must have it; of an offer, ``ref`` is its action. "", 0 and None: whatever it says there."""

    kind: str
    ref: str
    name: str = ""
    due_ms: int = 0
    broken: bool | None = None
    closed: bool | None = None


@dataclass
class Case:
    """A case of recovery."""

    made_ms: int
    ours: bool
    nameless: bool
    closed_ms: int = 0
    opened_ms: int = 0  # when it was opened last, or taken up again
    owed: float = 0.0

    def opened(self, at_ms: int) -> None:
        """Opened, or taken up again."""
        self.made_ms, self.opened_ms = min(self.made_ms, at_ms), max(self.opened_ms, at_ms)


@dataclass
class Answer:
    """An answer to a question of ours."""

    due_ms: int
    acted: bool = False
    told: bool = False


class Ledger:
    """Promises, requests, cases, answers and offers of one person."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._words: list[Word] = []
        self._cases: dict[str, Case] = {}
        self._closed_ms = self._fault_ms = 0
        self._answers: dict[str, Answer] = {}
        self._offers: dict[str, tuple[str, int]] = {}
        self._offered: dict[str, str] = {}  # decision → action, whatever became of it
        self._early: dict[str, tuple[int, int]] = {}  # id → (what keeps or closes it happened, until when it is remembered)
        self._moved: dict[str, list[tuple[int, int, int]]] = {}  # promise → (renegotiated at, for when, until when it is remembered)
        self._pays_answers: set[str] = set()
        self._n = 0

    def owes(self) -> bool:
        """Whether a case, a request or a promise is open."""
        return bool(self._words or self._cases)

    def in_case(self, now_ms: int) -> bool:
        """Whether a case of ours is open."""
        return any(c.ours and not c.closed_ms for c in self._cases.values())

    def rests(self, now_ms: int) -> bool:
        """Whether promotion rests: a case of ours is open or was so lately, or a promise is over its time, or was and has been moved."""
        rest_ms = self._rules.quarantine_ms
        if self._fault_ms and now_ms < self._fault_ms + rest_ms:  # an order ended by our fault
            return True
        if any(c.ours and (not c.closed_ms or now_ms < c.closed_ms + rest_ms) for c in self._cases.values()):
            return True
        mine = [w for w in self._words if w.kind == "promise" and now_ms < w.due_ms + rest_ms]
        return any(w.moved or w.due_ms + w.grace_ms < now_ms for w in mine)

    def hear(self, name: str, said: Json, at_ms: int, now_ms: int) -> None:
        """One event."""
        ref = next((str(said[key]) for key in _REFS if said.get(key)), "")
        if name in ("Failure Reported", "Complaint Made"):
            if said.get("fault", "unknown") in ("unknown", "ours"):
                self._trouble(ref, at_ms, now_ms, float(said.get("loss") or 0.0))
        elif name == "Case Opened":
            self._opened(ref, said, at_ms, now_ms)
        elif name in ("Case Closed", "Case Confirmed"):
            self._close(ref, at_ms, now_ms, said.get("owed"))
        elif name.startswith("Promise "):
            self._said(name, ref, said, at_ms, now_ms)
        elif name in ("Survey Answered", "Feedback Acted On", "Feedback Reported Back"):
            self._answered(name, ref, at_ms)
        self._hear_of_orders(name, ref, said, at_ms)
        if name in ("Decision Declined", "Offer Redeemed"):
            self._end_offers(str(said.get("decision_id", "")))
        if said.get("decision_id") in self._pays_answers:
            self._told(at_ms)
        self._derive(snake(name), ref, said, at_ms, now_ms)

    def _said(self, name: str, ref: str, said: Json, at_ms: int, now_ms: int) -> None:
        if name == "Promise Made":
            word = Word("promise", ref, said["class"], at_ms, instant_ms(said["due_at"]), self._grace_ms(said["class"]))
            for moved_ms, due_ms, until_ms in sorted(self._moved.pop(ref, [])):
                if until_ms > now_ms:
                    word.move(moved_ms, due_ms)
            self._promise(word, now_ms)
        elif name == "Promise Kept":
            self._kept(ref, at_ms, now_ms)
        else:
            known = [word for word in self._words if word.kind == "promise" and word.ref == ref]
            for word in known:
                word.move(at_ms, instant_ms(said["due_at"]))
            if not known:
                self._moved.setdefault(ref, []).append((at_ms, instant_ms(said["due_at"]), now_ms + _LATE_MS))

    def _hear_of_orders(self, name: str, ref: str, said: Json, at_ms: int) -> None:
        back = refunded(said) if name == "Order Refunded" else 0.0
        if name in ("Order Cancelled", "Order Refunded") and said.get("reason") == "our_fault":
            self._fault_ms = max(self._fault_ms, at_ms)
        if name in ("Order Cancelled", "Order Refunded"):
            mine = [w for w in self._words if w.kind == "promise" and w.ref == _order_of(said)]
            off = [w for w in mine if name == "Order Cancelled" or _is_off(w, said, back)]
            self._words = [w for w in self._words if w not in off]
        if name == "Order Refunded":
            self._pay(said, back, at_ms)
        if name in ("Order Refunded", "Contact Resolved"):
            self._settle(name, _order_of(said) or ref, at_ms)

    def _pay(self, said: Json, back: float, at_ms: int) -> None:
        """The case that is named, those about the order; else, unless it is a change of mind, those nobody said the order of."""
        order, named = _order_of(said), str(said.get("case_id") or "")
        owing = sorted((c.made_ms, ref) for ref, c in self._cases.items() if c.owed and c.made_ms <= at_ms)
        wanted = [ref for _, ref in owing if ref == named] + [ref for _, ref in owing if ref == order]
        if not named and order not in self._cases and said.get("reason") != "changed_mind":
            wanted = [ref for _, ref in owing if not self._cases[ref].nameless or ref.startswith(_NOBODYS)]
        for ref in wanted:
            part = min(back, self._cases[ref].owed)
            self._cases[ref].owed, back = round(self._cases[ref].owed - part, 6), back - part

    def _grace_ms(self, name: str) -> int:
        return self._rules.classes[name].grace_ms if name in self._rules.classes else 0

    # --- cases -------------------------------------------------------------------------------------------------------

    def _trouble(self, ref: str, at_ms: int, now_ms: int, loss: float) -> None:
        case = self._known(ref, now_ms)
        if case is None:
            self._cases[ref or self._nobodys()] = case = Case(at_ms, True, nameless=True)
        else:
            self._reopen(case, at_ms, now_ms)
        case.opened(at_ms)
        case.ours = True
        case.owed += max(loss, 0.0)
        self._was_closed(ref, case, at_ms)

    def _opened(self, ref: str, said: Json, at_ms: int, now_ms: int) -> None:
        case, ours = self._known(ref, now_ms), said.get("fault", "unknown") in ("unknown", "ours")
        if case is None and (old := self._oldest_nameless(at_ms + 1)) and at_ms - self._cases[old].made_ms <= _SAME_CASE_MS:
            case = self._cases[ref] = self._cases.pop(old)
        if case is None:
            case = self._cases[ref] = Case(at_ms, ours, nameless=False)
        else:
            self._reopen(case, at_ms, now_ms)
        case.opened(at_ms)
        if said.get("fault", "unknown") != "unknown":
            case.ours = ours
        case.nameless = False
        case.owed += max(float(said.get("owed") or 0.0), 0.0)
        self._was_closed(ref, case, at_ms)

    def _known(self, ref: str, now_ms: int) -> Case | None:
        case = self._cases.get(ref)
        if case is not None and case.closed_ms and case.closed_ms + self._rules.quarantine_ms <= now_ms and not case.owed:
            del self._cases[ref]
            return None
        return case

    def _nobodys(self) -> str:
        self._n += 1
        return f"{_NOBODYS} {self._n}"

    def _reopen(self, case: Case, at_ms: int, now_ms: int) -> None:
        rests = case.ours and now_ms < case.closed_ms + self._rules.quarantine_ms
        if case.closed_ms and at_ms // 1000 > (case.closed_ms if rests else self._closed_ms) // 1000:
            case.closed_ms = 0

    def _was_closed(self, ref: str, case: Case, at_ms: int) -> None:
        if ref in self._early and self._early[ref][0] >= at_ms:
            self._finish(ref, case, self._early.pop(ref)[0])

    def _oldest_nameless(self, before_ms: int) -> str:
        found = [(c.made_ms, ref) for ref, c in self._cases.items() if c.nameless and not c.closed_ms and c.made_ms < before_ms]
        return min(found)[1] if found else ""

    def _close(self, ref: str, at_ms: int, now_ms: int, owed: float | None) -> None:
        name = ref if ref in self._cases else self._oldest_nameless(at_ms)
        if name and at_ms >= self._cases[name].made_ms:
            if owed is not None:
                self._cases[name].owed = owed
            self._finish(name, self._cases[name], at_ms)
        else:
            first_ms, until_ms = self._early.get(ref, (0, 0))
            self._early[ref] = (max(at_ms, first_ms), until_ms) if until_ms > now_ms else (at_ms, now_ms + _LATE_MS)

    def _finish(self, ref: str, case: Case, at_ms: int) -> None:
        if case.closed_ms:
            case.closed_ms = max(case.closed_ms, at_ms if case.ours else 0)
            self._closed_ms = max(self._closed_ms, at_ms) if case.ours else self._closed_ms
            return
        if at_ms // 1000 < case.opened_ms // 1000:  # it was closed, and taken up again since
            self._closed_ms = max(self._closed_ms, at_ms) if case.ours and at_ms >= case.made_ms else self._closed_ms
            return
        if not case.ours and not case.owed:
            del self._cases[ref]
            return
        case.closed_ms = at_ms
        self._closed_ms = max(self._closed_ms, at_ms) if case.ours else self._closed_ms

    def _settle(self, name: str, ref: str, at_ms: int) -> None:
        for known, case in list(self._cases.items()):
            if (
                case.nameless
                and not case.closed_ms
                and case.opened_ms // 1000 <= at_ms // 1000
                and (name == "Contact Resolved" or (known == ref and not case.owed))
            ):
                self._finish(known, case, at_ms)

    # --- promises and requests ---------------------------------------------------------------------------------------

    def _promise(self, word: Word, now_ms: int) -> None:
        if word.ref and any(w.kind == word.kind and w.ref == word.ref and w.name == word.name for w in self._words):
            return
        at_ms, until_ms = self._early.get(word.ref, (0, 0)) if word.ref else (0, 0)
        if until_ms > now_ms and (word.kind == "promise" or at_ms >= word.made_ms):
            del self._early[word.ref]
            return
        self._words.append(word)

    def _kept(self, ref: str, at_ms: int, now_ms: int) -> None:
        word = next((w for w in self._words if w.kind == "promise" and w.ref == ref), None)
        if word is not None:
            self._words.remove(word)
        else:
            self._early.setdefault(ref, (at_ms, now_ms + _LATE_MS))

    def _derive(self, name: str, ref: str, said: Json, at_ms: int, now_ms: int) -> None:
        intent = str(said.get("intent") or "")
        kept = [self._keep(one, name, ref, intent, at_ms) for one in self._rules.classes.values() if name in one.kept_by]
        waits = [one for one in self._rules.classes.values() if name in one.kept_by and self._names(name, one)]
        for one in self._rules.classes.values():
            if one.made_by == name:
                due = said.get(one.due_property) if one.due_property else None
                due_ms = at_ms + one.within_ms if not one.due_property else instant_ms(due) if due else 0
                if due_ms:
                    total = refunded(said) if name == "order_completed" else 0.0
                    self._promise(Word(one.kind, ref, one.name, at_ms, due_ms, one.grace_ms, total, intent), now_ms)
        if ref and waits and not any(kept):
            self._early.setdefault(ref, (at_ms, now_ms + _LATE_MS))

    @staticmethod
    def _names(name: str, one: Class) -> bool:
        """Whether the event that keeps the class has the id of the event that makes it."""
        if one.name == "call_back" or one.made_by == "request_made":
            return name.startswith("request_")
        return bool(one.made_by)

    def _keep(self, one: Class, name: str, ref: str, intent: str, at_ms: int) -> bool:
        mine = [w for w in self._words if w.kind == one.kind and w.name == one.name]
        exact = [w for w in mine if ref and w.ref == ref]
        if not exact and one.kind == "request":
            mine = [w for w in mine if not (ref and w.ref and name.startswith("request_")) and (not intent or w.intent in ("", intent))]
            mine = [w for w in mine if w.intent == intent and w.made_ms <= at_ms] or mine
        others = one.name == "call_back" and ref and name.startswith("request_")  # the answer to another request is no call
        if not exact and not others and (not ref or one.kind == "request" or not one.made_by):
            exact = sorted((w for w in reversed(mine) if w.made_ms <= at_ms), key=lambda w: w.made_ms)
        if exact:
            self._words.remove(exact[0])
        return bool(exact)

    # --- answers, offers, decisions ----------------------------------------------------------------------------------

    def _answered(self, name: str, ref: str, at_ms: int) -> None:
        if not ref:
            return
        if name == "Survey Answered":
            self._answers.setdefault(ref, Answer(at_ms + self._rules.owed_after_ms))
            return
        answer = self._answers.setdefault(ref, Answer(at_ms + self._rules.owed_after_ms))
        answer.acted |= name == "Feedback Acted On"
        answer.told |= name == "Feedback Reported Back"

    def _told(self, at_ms: int) -> None:
        for answer in self._answers.values():
            answer.told |= answer.acted and at_ms >= answer.due_ms

    def decided(self, d: Json, now_ms: int) -> None:
        """What a decision promises or offers is owed from now on."""
        identity = d["decision_id"]
        if d["promise"]:
            name = d["promise"]["class"]
            self._words.append(Word("promise", identity, name, now_ms, instant_ms(d["promise"]["due_at"]), self._grace_ms(name)))
        if d["type"] == "offer":
            self._offered[identity] = d["action"]
            until = (d["offer"] or {}).get("valid_until")
            self._offers[identity] = d["action"], instant_ms(until) if until else 1 << 62
        pays = self._rules.actions[d["action"]].get("pays", ())
        if "answer" in pays:
            self._pays_answers.add(identity)

    def take_back(self, identity: str) -> None:
        """A decision came to nothing before it met the customer."""
        self._words = [w for w in self._words if w.ref != identity]
        self._offers.pop(identity, None)

    def _end_offers(self, identity: str) -> None:
        """What was refused, or redeemed, is over, however often it was offered."""
        action = self._offered.get(identity)
        self._offers = {key: one for key, one in self._offers.items() if one[0] != action}

    def open_at(self, end_ms: int) -> Iterator[Due]:
        """All that must be open."""
        for w in self._words:
            if w.ref:
                over_ms = w.due_ms + w.grace_ms
                broken = False if end_ms < over_ms else True if end_ms > over_ms + DAY_MS else None
                yield Due(w.kind, w.ref, w.name, w.due_ms, broken if w.kind == "promise" else None)
        for ref, c in self._cases.items():
            if not ref.startswith(_NOBODYS) and self._open(c, end_ms):
                yield Due("case", ref, closed=bool(c.closed_ms))
        yield from (Due("answer", ref) for ref, a in self._answers.items() if not (a.acted and a.told) and a.due_ms)
        yield from (Due("offer", action) for action, until_ms in self._offers.values() if until_ms > end_ms)

    def _open(self, case: Case, end_ms: int) -> bool:
        return not case.closed_ms or case.owed > 0.0 or (case.ours and end_ms < case.closed_ms + self._rules.quarantine_ms)
