"""What a person has said (consent, objections, wishes, care, traits), and what a decision says (terms, thanks)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tests.reference.invariant_policy import Json, Rules, instant_ms

#: What every offer must tell.
_REQUIRED = ("total_cost", "fees", "length", "renewal", "cancel", "data_use", "ends", "personal_price")
_SELLS = re.compile(r"[£€$%]|\d+[.,]\d\d\b|\b(?:[A-Z]{3,}\d+|offer|discount|free|buy|sale|until)\b", re.IGNORECASE)
#: A thank-you for this person in particular cites a date, a number of orders or a category.
_CITES = re.compile(r"\d|\b(?:candles|garden|kitchen|stationery|toys)\b")


class _Said(NamedTuple):
    at_s: int
    order: int
    purpose: str
    channel: str
    state: str  # granted, denied, objected, lifted


def unsaid(d: Json) -> list[str]:
    """What is missing from an offer, or over when it would be sent."""
    terms = d["terms"] or {}
    found = [name for name in _REQUIRED if name not in terms or terms[name] in ("", None)]
    until = (d["offer"] or {}).get("valid_until")
    if until and (instant_ms(until) <= instant_ms(d["send_at"]) or instant_ms(until) < instant_ms(d["expires_at"])):
        found.append("over")
    return found


def thanks_that_sell(d: Json) -> list[str]:
    """What makes a thank-you none."""
    found = [name for name in ("offer", "terms", "promise") if d[name]]
    blocks = (d["content"] or {}).get("blocks", ())
    found += [b["kind"] for b in blocks if b.get("commerce") or b["kind"] == "products"]
    text = " ".join(str(b.get("text", "")) for b in blocks)
    found += [match[0] for match in _SELLS.finditer(text)]
    return found + ([] if _CITES.search(text) else ["nothing of this person"])


class Words:
    """What one person has said; of two statements the newer counts, at one second the later record."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._said: dict[tuple[str, str, bool], _Said] = {}
        self._uses: dict[tuple[str, str], tuple[int, bool]] = {}
        self._care: tuple[int, bool, int] = (-1, False, 0)
        self._n = 0
        self.traits: set[str] = set()
        self.wishes: dict[tuple[str, str], tuple[int, bool]] = {}

    def hear(self, name: str, said: Json, occurred_ms: int, at: str) -> None:
        """One event."""
        at_s = occurred_ms // 1000
        self._n += 1
        if name == "Consent Changed" and "trait" in said:
            self._newer(self._uses, (said["trait"], said["purpose"]), at_s, said["state"] == "granted")
        elif name == "Consent Changed":
            self._say(at_s, said["purpose"], said.get("channel", ""), "granted" if said["state"] == "granted" else "denied")
        elif name == "Objection Made":
            self._say(at_s, said["purpose"], said.get("channel", ""), "lifted" if said.get("withdrawn") else "objected")
        elif name == "Unsubscribed":
            self._say(at_s, "promotion", said["channel"], "denied")
        elif name == "Contact Marked Spam":
            self._say(at_s, "promotion", said.get("channel", ""), "denied")
        elif name == "Vulnerability Stated":
            asks = not said.get("withdrawn")
            if at_s > self._care[0] or (at_s == self._care[0] and asks):
                self._care = at_s, asks, instant_ms(said["until"]) if "until" in said else 0
        elif name == "identify":
            self.traits |= {trait for trait in self._rules.sensitive if said.get(trait)}
        elif name == "Preference Stated" and said["preference"] in ("type_no", "channel_no"):
            self._newer(self.wishes, (said["preference"], said["value"]), at_s, not said.get("withdrawn"))

    @staticmethod
    def _newer(of: dict[Any, tuple[int, bool]], key: Any, at_s: int, yes: bool) -> None:
        if key not in of or at_s >= of[key][0]:
            of[key] = at_s, yes

    def _say(self, at_s: int, purpose: str, channel: str, state: str) -> None:
        key = purpose, channel.lower(), False
        if key not in self._said or at_s >= self._said[key].at_s:
            self._said[key] = _Said(at_s, self._n, purpose, channel.lower(), state)

    def spoke_of_care(self) -> bool:
        """Whether they ever said whether they need particular care."""
        return self._care[0] >= 0

    def in_care(self, now_ms: int) -> bool:
        """Whether they need particular care."""
        _, asks, until_ms = self._care
        return asks and (until_ms == 0 or now_ms < until_ms)

    def may_use(self, trait: str, purpose: str) -> bool:
        """Whether a sensitive trait may be used: the newest word about the purpose, or all of them, permits it."""
        said = [self._uses[key] for key in ((trait, purpose), (trait, "all")) if key in self._uses]
        newest = max((at_s for at_s, _ in said), default=0)
        return bool(said) and all(yes for at_s, yes in said if at_s == newest)

    def against(self, kind: str, channel: str) -> bool:
        """Whether they asked for no such thing, or nothing there."""
        return any(self.wishes.get(key, (0, False))[1] for key in (("type_no", kind), ("channel_no", channel)))

    def stands(self, purpose: str, channel: str) -> str:
        """granted, refused or "": a refusal holds until a newer permission is at least as specific."""
        about = [s for s in self._said.values() if s.purpose in (purpose, "all") and s.channel in (channel, "")]
        for no in about:
            if no.state not in ("denied", "objected"):
                continue
            lifts = ("granted",) if no.state == "denied" else ("granted", "lifted")
            if not any(
                yes.state in lifts
                and (yes.at_s, yes.order) > (no.at_s, no.order)
                and (yes.purpose == purpose or no.purpose == "all")
                and (yes.channel == channel or no.channel == "")
                for yes in about
            ):
                return "refused"
        return "granted" if any(s.state == "granted" for s in about) else ""

    def ground(self, purpose: str, channel: str, customer: bool, d: Json, owed: bool) -> bool:
        """Whether a contact that we begin has a ground, and says which."""
        basis = (d["basis"] or {}).get("kind")
        if basis not in ("request", "consent", "contract", "legal"):
            return False
        if purpose == "legal":
            return True
        said = self.stands(purpose, channel)
        if said == "refused" or (d["lane"] == "growth" and self.stands("profiling", channel) == "refused"):
            return False
        if d["lane"] == "asked" or said == "granted":
            return True
        if purpose == "promotion":
            return customer and channel in self._rules.for_customers
        return customer or (purpose == "service" and owed)
