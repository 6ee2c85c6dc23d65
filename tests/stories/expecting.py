"""What a story expects of a decision, field by field, and how it is compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.emit.fields import FIELDS
from tests.stories.clock import UNIT_MS, Clock, is_time
from tests.stories.wrong import StoryWrong

#: Fields of a decision that a story reads otherwise than as they stand.
READ = (
    "language",
    "says",
    "does_not_say",
    "shows",
    "presentation",
    "reason",
    "blocked",
    "promise",
    "tone",
    "tone_source",
    "hints",
    "basis",
)
#: Of what a moment did beside deciding.
BESIDE = ("withdrawn", "mistakes", "warnings", "claim", "till", "report")
KNOWN = frozenset(field.name for field in FIELDS) | set(READ) | set(BESIDE)

OPTIONAL = frozenset(field.name for field in FIELDS if field.absent_when)

Decision = Mapping[str, Any]


def check_fields(what: Mapping[str, Any]) -> None:
    """Refuse fields that no decision has."""
    unknown = [name for name in what if name not in KNOWN]
    if unknown:
        raise StoryWrong(f"decisions have no {unknown[0]!r}: {', '.join(sorted(KNOWN))}")


class Reader:
    """Compares decisions with what is wanted; times are those of one clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def differences(self, wanted: Mapping[str, Any], decision: Decision, candidates: list[dict[str, Any]]) -> list[str]:
        """What is not as wanted, a line each; ``candidates`` are those of the derivation."""
        found = []
        for name, value in wanted.items():
            if name in BESIDE:
                continue
            if name == "blocked":
                found += self._blocked(value, decision, candidates)
            elif name == "shows":
                found += self._shown(value, decision)
            elif name in ("says", "does_not_say"):
                found += self._said(name, value, decision)
            else:
                was = self._was(name, decision)
                if not self.equal(value, was):
                    found.append(f"{name}: wanted {value!r}, was {self.told(was)}")
        return found

    def matches(self, wanted: Mapping[str, Any], decision: Decision) -> bool:
        """Whether a decision is as described."""
        return not self.differences(wanted, decision, [])

    def _was(self, name: str, decision: Decision) -> Any:
        if name in ("language", "presentation"):
            return (decision["content"] or {}).get(name)
        if name in ("tone_source", "hints"):
            return (decision["tone"] or {}).get(name.removeprefix("tone_")) or None
        if name == "reason":
            return [reason["code"] for reason in decision["reasons"]]
        if name not in decision and name not in OPTIONAL:
            raise StoryWrong(f"this build's decisions have no {name!r}")
        if name in ("tone", "basis"):
            one = decision[name]
            return None if one is None else one["id" if name == "tone" else "kind"]
        return decision.get(name) if name != "promise" else self._promise(decision)

    def _promise(self, decision: Decision) -> Any:
        promise = decision["promise"]
        if promise is None:
            return None
        return {**promise, "within_ms": Clock.of_instant(promise["due_at"]) - Clock.of_instant(decision["decided_at"])}

    def equal(self, wanted: Any, was: Any) -> bool:
        """``one of several`` as a list, ``not x``, ``present`` and ``none``, times in local time, mappings by what they name."""
        if isinstance(wanted, list):
            return any(self.equal(one, was) for one in wanted)
        if isinstance(wanted, Mapping):
            return isinstance(was, Mapping) and all(name in was and self.equal(value, was[name]) for name, value in wanted.items())
        if isinstance(was, list):
            return any(self.equal(wanted, one) for one in was)
        if isinstance(wanted, str):
            return self._equal_text(wanted, was)
        if isinstance(wanted, bool) or isinstance(was, bool):
            return wanted is was
        if isinstance(wanted, float) and isinstance(was, int | float):
            return abs(wanted - was) < 1e-6
        return bool(wanted == was)

    def _equal_text(self, wanted: str, was: Any) -> bool:
        if wanted.startswith("not "):
            return not self.equal(wanted.removeprefix("not "), was)
        if wanted in ("none", "present"):
            return (was is None or was == "none") == (wanted == "none")  # terms say none in so many words
        if is_time(wanted):
            # Both ends of the window around thanks belong to it: it is over a millisecond later.
            return isinstance(was, str) and "T" in was and 0 <= Clock.of_instant(was) - self._clock.ms(wanted) <= 1
        if wanted.startswith("within ") and isinstance(was, Mapping):
            return 0 < int(was["within_ms"]) <= span_ms(wanted.removeprefix("within "))
        if wanted in ("open", "closed") and isinstance(was, Mapping):
            return bool(was["open_now"] is (wanted == "open"))
        return bool(wanted == was)

    def _said(self, name: str, value: Any, decision: Decision) -> list[str]:
        text = words_of(decision)
        pieces = value if isinstance(value, list) else [value]
        wrong = [piece for piece in pieces if (str(piece) in text) != (name == "says")]
        return [f"{name}: {piece!r}, and the words are {text!r}" for piece in wrong]

    def _shown(self, value: list[str], decision: Decision) -> list[str]:
        texts = [str(block.get("text", block["kind"])) for block in (decision["content"] or {}).get("blocks", [])]
        if len(texts) == len(value) and all(text.startswith(begins) for text, begins in zip(texts, value, strict=True)):
            return []
        return [f"shows: wanted blocks that begin with {value}, and there are {texts}"]

    def _blocked(self, value: Any, decision: Decision, candidates: list[dict[str, Any]]) -> list[str]:
        counts = decision["blocked"]["counts"]
        if not isinstance(value, Mapping):
            gates = value if isinstance(value, list) else [value]
            return [f"blocked: wanted {gate!r} to stop something, stopped {counts}" for gate in gates if gate not in counts]
        found = []
        for what, how in value.items():
            action, _, channel = str(what).partition(" by ")
            gate, _, until = str(how).partition(" until ")
            those = [one for one in candidates if one["action"] == action and channel in ("", one["channel"])]
            if not those:
                found.append(f"blocked: {what!r} was not in the running")
            wrong = [one for one in those if one["gate"] != gate or (until and not self.equal(until, one["until"]))]
            found += [f"blocked: {what}: wanted {how!r}, was {self.verdict(one)}" for one in wrong]
        return found

    def verdict(self, one: Mapping[str, Any]) -> str:
        """What the gates said of a candidate, in words."""
        if one["gate"] is None:
            return f"{one['action']} by {one['channel']}: passed"
        until = f" until {self._clock.said(one['until'])}" if one["until"] else ""
        return f"{one['action']} by {one['channel']}: {one['gate']}{until}"

    def told(self, was: Any) -> str:
        """A value in a message; instants in local time."""
        if isinstance(was, str) and was.endswith("Z") and "T" in was:
            return repr(self._clock.said(was))
        return repr(was)


def words_of(decision: Decision) -> str:
    """All words of a decision."""
    blocks = (decision["content"] or {}).get("blocks", [])
    return " ".join(str(block["text"]) for block in blocks if "text" in block)


def span_ms(text: str) -> int:
    """A length of time such as ``14 days`` or ``24 h``."""
    number, _, unit = text.partition(" ")
    unit = {"h": "hour", "d": "day", "min": "minute"}.get(unit, unit.removesuffix("s"))
    if not number.isdigit() or unit not in UNIT_MS:
        raise StoryWrong(f"{text!r} must be a length of time such as 14 days")
    return int(number) * UNIT_MS[unit]
