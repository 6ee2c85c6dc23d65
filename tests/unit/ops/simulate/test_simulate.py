"""Two policies over one stretch: every kind of breach is found where it is planted, and changes are counted pair by pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.ops.line import Line
from platinum.ops.simulate.breaches import breaches
from platinum.ops.simulate.comparison import paired
from platinum.ops.simulate.playing import Made, Played, Sent
from platinum.ops.simulate.stretch import stretch_of
from platinum.policy.compile import compile_policy
from platinum.wiring.simulate import Request, simulate, stretch

POLICY = b"""
policy: p
currency: EUR
timezone: Europe/Berlin
human: {email: a@example.org}
channels: {email: {kind: outbound, quiet: "21:00-08:00"}}
caps: [1 offer per 7d]
decide_on: [order_completed]
budgets: {gifts: {per_day: 1, people: 10}}
exploration: {gamma0: 10000, silence: 0}
actions:
  club:
    {type: offer, channels: [email], value: 5, p_accept: 0.5, words: hello, terms: {total_cost: a, ends: 14d, cancel: b, data_use: none}}
  gift: {type: surprise, channels: [email], budget: gifts, when: {orders: {at_least: 50}}, words: hello}
"""
DAY, NOON = 86_400_000, 1_772_535_600_000  # 2026-03-03T11:00:00Z, noon in Berlin


def event(name: str, day: int, who: str = "ada", **properties: Any) -> Line:
    at = f"2026-03-{day:02d}T09:00:00Z"
    body = {"type": "track", "event": name, "userId": who, "messageId": f"{who}-{name}-{day}", "timestamp": at, "properties": properties}
    return Line(0, "", orjson.dumps(body))


CONSENT = event("Consent Changed", 1, purpose="promotion", channel="email", state="granted")
ORDER = event("Order Completed", 1, order_id="o-1", total=10.0, currency="EUR")


def contact(at_ms: int, action: str = "club", ground: str = "consent", who: int = 0, account: str = "") -> Sent:
    kind, lane = ("offer", "growth") if action == "club" else ("surprise", "thank")
    return Sent(at_ms, Made(who, at_ms, "", (lane, kind, "email", "none", action), ground, True, False, "utility", account))


def found(*sent: Sent, lines: tuple[Line, ...] = (CONSENT, ORDER), policy: bytes = POLICY) -> dict[str, int]:
    played = Played(made=[one.made for one in sent], sent=list(sent))
    last = event("Page Viewed", 30)
    return {kind: len(some) for kind, some in breaches(stretch_of([*lines, last]), compile_policy(policy), played).items() if some}


def test_what_is_allowed_is_no_breach() -> None:
    assert found(contact(NOON), contact(NOON + 7 * DAY)) == {}


@pytest.mark.parametrize(
    ("sent", "lines", "kind"),
    [
        ([contact(NOON), contact(NOON + 6 * DAY)], (CONSENT, ORDER), "beyond_caps"),
        ([contact(NOON + 10 * 3_600_000)], (CONSENT, ORDER), "quiet_hours"),
        ([contact(NOON, ground="none")], (CONSENT, ORDER), "without_basis"),
        ([contact(NOON)], (CONSENT, ORDER, event("Unsubscribed", 2, channel="email")), "without_basis"),
        ([contact(NOON)], (CONSENT, ORDER, event("Failure Reported", 2, severity=3, fault="ours")), "during_case"),
        ([contact(NOON + i, "gift") for i in range(50)], (CONSENT, ORDER), "outside_budget"),
    ],
)
def test_every_kind_is_found(sent: list[Sent], lines: tuple[Line, ...], kind: str) -> None:
    assert kind in found(*sent, lines=lines)


#: Two contacts in 30 days to all who act for one account; as many offers per person as may be.
CAPPED = POLICY.replace(b"caps: [1 offer per 7d]", b"caps: []\naccounts: {cap: {limit: 2, days: 30}}")


@pytest.mark.parametrize(
    ("sent", "beyond"),
    [
        ([contact(NOON, who=i, account="a") for i in range(2)], 0),
        ([contact(NOON, who=i, account="a") for i in range(5)], 3),
        ([contact(NOON, who=i, account="ab"[i % 2]) for i in range(4)], 0),
        ([contact(NOON, who=i) for i in range(5)], 0),
        ([contact(NOON + i * 15 * DAY, who=i, account="a") for i in range(4)], 0),
        ([contact(NOON + i * 15 * DAY - 1 * (i == 2), who=i, account="a") for i in range(3)], 1),
        ([contact(NOON, "gift", who=i, account="a") for i in range(3)], 1),
    ],
)
def test_contacts_beyond_what_an_account_may_get_are_found(sent: list[Sent], beyond: int) -> None:
    lines = (CONSENT, ORDER, *(event("Consent Changed", 1, who=f"p-{i}", purpose="promotion", state="granted") for i in range(5)))

    assert found(*sent, lines=lines, policy=CAPPED).get("beyond_caps", 0) == beyond
    assert "beyond_caps" not in found(*sent, lines=lines, policy=CAPPED.replace(b"{cap: {limit: 2, days: 30}}", b"{soften: yes}"))


def test_decisions_pair_by_customer_instant_and_placement() -> None:
    a, b = contact(NOON).made, contact(NOON, "gift").made

    assert paired([a, a], [b]) == ([(a, b)], 1, 0)
    assert paired([a], [b._replace(placement="home")]) == ([], 1, 1)


def test_a_cheaper_offer_is_told_as_a_change_and_nobody_by_their_key(tmp_path: Path) -> None:
    base, new = tmp_path / "base.yaml", tmp_path / "new.yaml"
    base.write_bytes(POLICY)
    new.write_bytes(POLICY.replace(b"value: 5", b"value: 0"))
    lines = [CONSENT, *(event("Order Completed", day, order_id=f"o-{day}", total=10.0, currency="EUR") for day in (2, 12, 22))]
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join(line.value for line in lines))
    request = Request(str(new), str(base), history=[file])

    report = simulate(request, stretch(request), lambda _: None)

    n = report["contacts"]["base"]
    assert n >= 2
    assert (report["pairs"], report["changed"], report["contacts"]["new"]) == (3, n, 0)
    assert {"from": "club", "to": "none", "n": n, "share": round(n / 3, 6)} in report["by"]["action"]["changes"]
    assert set(report["by"]) == {"lane", "type", "channel", "tone", "action"}, "the policy has neither tiers nor segments"
    assert {"from": "neutral", "to": "none", "n": n, "share": round(n / 3, 6)} in report["by"]["tone"]["changes"]
    assert [one["customer"] for one in report["examples"]] == ["#0"] * min(n, 2)
    assert sum(one["base"] + one["new"] for one in report["breaches"]) == 0
    assert "ada" not in orjson.dumps(report).decode()
