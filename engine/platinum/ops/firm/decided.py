"""What the decisions say of the firm: one pass over all that the log still holds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from platinum.ops.firm.measures import Measure, share

_OWED_LANES = ("legal", "owed", "asked")
#: A rate of decisions that levers decided, above which somebody should look at it (start).
INSIDE_OUT_ALARM = 0.10
#: Days of decisions that a treatment signature is made of (treatment-formulas 3.8).
SIGNATURE_DAYS = 90.0


class Decided:
    """Counts while decisions go by.

    Attributes
    ----------
    n : int
    lanes, types, channels : Counter
    """

    def __init__(self) -> None:
        self.n = self.sent = self.without_basis = self.with_human = self.explored = 0
        self.lanes: Counter[str] = Counter()
        self.types: Counter[str] = Counter()
        self.channels: Counter[str] = Counter()
        self.looked_at = self.turned = self.wished = self.respected = self.fields = self.leaked = 0
        self.first = self.last = ""
        self._treated: defaultdict[str, list[tuple[str, tuple[object, ...]]]] = defaultdict(list)

    def take(self, decision: Mapping[str, Any], outbound: frozenset[str]) -> None:
        """One decision; ``outbound`` are the channels on which the firm goes to people."""
        self.n += 1
        at = decision["decided_at"]
        self.first, self.last = min(self.first or at, at), max(self.last, at)
        self.lanes[decision["lane"]] += 1
        self.types[decision["type"]] += 1
        self.with_human += decision["human_path"] is not None
        self.explored += decision["explored"]
        channel = decision["channel"]
        if channel is not None:
            self.channels[channel] += 1
        if channel in outbound:
            self.sent += 1
            self.without_basis += decision["basis"] is None or decision["basis"]["kind"] == "none"
        if decision["action"] is not None:
            tone = decision["tone"]["id"] if decision["tone"] else None
            layout = tuple((decision["content"] or {}).get("presentation", {}).values())[:3]
            self._treated[decision["customer_id"]].append((at, (decision["action"], channel, tone, layout)))

    def signatures(self) -> Counter[object]:
        """People per treatment signature: what they met in the last 90 days, how often, in which tone and layout."""
        until = datetime.fromisoformat(self.last).timestamp() if self.last else 0.0
        found: Counter[object] = Counter()
        for treated in self._treated.values():
            late = [what for at, what in treated if datetime.fromisoformat(at).timestamp() > until - SIGNATURE_DAYS * 86_400]
            if late:
                found[(frozenset(late), _cadence(len(late)))] += 1
        return found

    def measures(self) -> list[Measure]:
        """What they come to."""
        window = f"{self.first[:10]} to {self.last[:10]}" if self.n else "nothing was decided"
        first = sum(self.lanes[lane] for lane in _OWED_LANES)
        spoken = self.n - self.types["silence"]
        low_alarm = "a contact went out without a ground" if self.without_basis else ""
        rate = self.turned / self.looked_at if self.looked_at else 0.0
        turned = "the firm's levers decide more than one in ten" if rate > INSIDE_OUT_ALARM else ""
        human = "some decisions name no way to a person" if self.with_human < self.n else ""
        broken = "a stated wish was not respected" if self.respected < self.wished else ""
        leaks = "something known of people was not used" if self.leaked else ""
        return [
            share("adherence", "Treatments that respect every stated wish", "Channel, type, category, language, tone, layout. Must be all.",
                  self.respected, self.wished, "treatments of people with wishes", window, broken),
            share("golden_rule", "Fields left at a default although more was known", "Language, tone, layout. Must be none.",
                  self.leaked, self.fields, "fields", window, leaks),
            share("silence", "Decisions to stay silent", "Nothing to be said was better.", self.types["silence"], self.n,
                  "decisions", window),
            share("owed_first", "Treatments that were owed or asked for", "Law, what is owed, what was asked for.", first, spoken,
                  "treatments", window),
            share("thanks", "Treatments that thank", "And sell nothing.", self.types["thank_you"], spoken, "treatments", window),
            share("offers", "Treatments that sell", "Offers.", self.types["offer"], spoken, "treatments", window),
            share("without_basis", "Contacts without a ground", "Must be none.", self.without_basis, self.sent, "outbound contacts", window,
                  low_alarm),
            share("human_path", "Decisions with a way to a person", "Must be all.", self.with_human, self.n, "decisions", window, human),
            share("explored", "Decisions that tried something out", "Drawn although another was better.", self.explored, self.n,
                  "decisions", window),
            share("inside_out", "Inside-out rate", "Decisions whose winner changes when the firm's levers are taken away.", self.turned,
                  self.looked_at, "decisions looked at", window, turned),
        ]  # fmt: skip


def _cadence(n: int) -> str:
    return "once" if n == 1 else "few" if n <= 5 else "many"


def effective_ratio(signatures: Mapping[object, int]) -> float | None:
    """exp(H)/N of treatment signatures: 1 = everybody is treated differently, 1/N = all alike (treatment-formulas 3.8)."""
    n = sum(signatures.values())
    if not n:
        return None
    entropy = -math.fsum(k / n * math.log(k / n) for k in signatures.values())
    return math.exp(entropy) / n
