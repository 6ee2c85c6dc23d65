"""What happened to other people: a story about what the shop has learned needs many of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.stories.clock import UNIT_MS, rfc3339
from tests.stories.expecting import span_ms
from tests.stories.wrong import StoryWrong

_KEYS = ("class", "many", "within", "kept_after", "kept")


def others_promised(begin_ms: int, what: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Events of ``many`` people who were promised something of a ``class``, one an hour, ``within`` so long.

    A share ``kept`` (all, unless it says less) was kept ``kept_after`` so long, the others never.
    """
    if sorted(what) not in (sorted(_KEYS), sorted(_KEYS[:-1])):
        raise StoryWrong(f"others_promised needs {', '.join(_KEYS)}, got {', '.join(what)}")
    due_ms, kept_ms, share = span_ms(what["within"]), span_ms(what["kept_after"]), float(what.get("kept", 1.0))
    told = []
    for i in range(int(what["many"])):
        made_ms = begin_ms + i * UNIT_MS["hour"]
        promise = {"promise_id": f"other-{i}", "class": what["class"], "due_at": rfc3339(made_ms + due_ms)}
        told.append((made_ms, _event(i, "Promise Made", made_ms, promise)))
        if i * 7 % 10 < 10 * share:
            told.append((made_ms + kept_ms, _event(i, "Promise Kept", made_ms + kept_ms, {"promise_id": f"other-{i}"})))
    return [event for _, event in sorted(told, key=lambda one: one[0])]


def others_served(begin_ms: int, what: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Events of ``many`` people, one a day: two orders, a page, then a failure whose case is closed within two hours.

    A share ``confirmed`` of them says that it is right. What they are offered on the page, the caller has to send.
    """
    if sorted(what) != ["confirmed", "many"]:
        raise StoryWrong(f"others_served needs many, confirmed, got {', '.join(what)}")
    hour_ms = UNIT_MS["hour"]
    for i in range(int(what["many"])):
        at_ms, case = begin_ms + i * 24 * hour_ms, {"case_id": f"other-case-{i}"}
        for k in (0, 1):
            order = {"order_id": f"other-{i}-{k}", "total": 40.0, "currency": "EUR"}
            yield _event(i, "Order Completed", at_ms + k * 60_000, order)
        yield {**_event(i, "Page", at_ms + hour_ms, {}), "type": "page", "event": None}
        yield _event(i, "Failure Reported", at_ms + 2 * hour_ms, {"severity": 2, "fault": "ours"})
        yield _event(i, "Case Opened", at_ms + 3 * hour_ms, {**case, "severity": 2, "fault": "ours"})
        yield _event(i, "Case Closed", at_ms + 4 * hour_ms, case)
        if i * 7 % 10 < 10 * float(what["confirmed"]):
            yield _event(i, "Case Confirmed", at_ms + 5 * hour_ms, case)


def others_known(begin_ms: int, what: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Events of ``many`` people: an order of ``total``, ``promised`` promises that are kept, and a page 31, 62 and 93 days later.

    What is usual between such people and the shop follows from it.
    """
    if sorted(what) != ["many", "promised", "total"]:
        raise StoryWrong(f"others_known needs many, promised, total, got {', '.join(what)}")
    hour_ms, told = UNIT_MS["hour"], []
    for i in range(int(what["many"])):
        at_ms = begin_ms + i * 60_000
        told.append((at_ms, _event(i, "Order Completed", at_ms, {"order_id": f"other-{i}", "total": float(what["total"])})))
        for k in range(int(what["promised"])):
            promise = {"promise_id": f"other-{i}-{k}"}
            due = {"class": "call-back", "due_at": rfc3339(at_ms + 24 * hour_ms)}
            told.append((at_ms + hour_ms, _event(i * 100 + k, "Promise Made", at_ms + hour_ms, promise | due, who=i)))
            told.append((at_ms + 2 * hour_ms, _event(i * 100 + k, "Promise Kept", at_ms + 2 * hour_ms, promise, who=i)))
        for month in (1, 2, 3):
            later_ms = at_ms + month * 31 * 24 * hour_ms
            told.append((later_ms, _event(i * 100 + month, "Product Viewed", later_ms, {"category": "lamps"}, who=i)))
    return [event for _, event in sorted(told, key=lambda one: one[0])]


def others_share(begin_ms: int, what: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Events of ``many`` people, one an hour, who name an ``interest``; they want to be introduced to others, or (``wanting: no``) not."""
    if sorted(what) not in (["interest", "many"], ["interest", "many", "wanting"]):
        raise StoryWrong(f"others_share needs interest, many, and may have wanting, got {', '.join(what)}")
    said = {"interest": what["interest"], "introductions": bool(what.get("wanting", True))}
    times = [begin_ms + i * UNIT_MS["hour"] for i in range(int(what["many"]))]
    told = [_event(i, "Interest Stated", at_ms, said) for i, at_ms in enumerate(times)]
    return [event | {"messageId": f"{what['interest']} {i} {times[i]}"} for i, event in enumerate(told)]


def dispatched(decision: Mapping[str, Any]) -> dict[str, Any]:
    """The word that what was decided for somebody went out at once."""
    return {
        "type": "track",
        "event": "Contact Dispatched",
        "userId": decision["customer_id"],
        "timestamp": decision["decided_at"],
        "properties": {"decision_id": decision["decision_id"]},
    }


def _event(i: int, name: str, at_ms: int, properties: dict[str, Any], who: int | None = None) -> dict[str, Any]:
    whose = f"somebody-{i if who is None else who}"
    return {
        "type": "track",
        "event": name,
        "userId": whose,
        "messageId": f"{name} {properties.get('order_id', i)}",
        "timestamp": rfc3339(at_ms),
        "properties": properties,
    }
