"""What the demo shows of events and decisions."""

from __future__ import annotations

import io
import threading
from typing import Any

from rich.console import Console

from platinum.ops.demo import DemoStats, run_view, summary_lines
from platinum.ops.demo.sentences import decision_sentence, event_sentence
from platinum.ops.demo.view import picture
from tests.builders.people import MORNING, a_decision, a_person

PERSON = a_person()


def an_event(name: str, at: str = MORNING, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": PERSON.id, "timestamp": at, "properties": properties}


def some_stats() -> DemoStats:
    stats = DemoStats(lambda customer: f"Ada ({customer})")
    stats.saw_event(an_event("Preference Stated", preference="type_no", value="offer"))
    stats.saw_event(an_event("Order Completed", total=12.5, currency="GBP", products=[{"quantity": 2}]))
    stats.saw_decision(a_decision(PERSON, "thank_you", content={"blocks": [{"kind": "words", "text": "Thank you!"}]}))
    stats.saw_decision(a_decision(PERSON, "silence", blocked={"counts": {"preference": 3}, "best": [{"gate": "preference"}]}))
    stats.saw_decision(a_decision(PERSON, "offer", send_at="2026-03-05T08:00:00.000Z", explored=True))
    return stats


def test_counts_are_by_lane_channel_and_action() -> None:
    shown = some_stats().snapshot()

    assert (shown.events, shown.decisions, shown.people) == (2, 3, 1)
    assert shown.lanes == {"thank": 1, "silence": 1, "growth": 1}
    assert shown.channels == {"email": 2}
    assert shown.actions == {"candle-evening": 2}
    assert shown.blocked == {"preference": 3}
    assert (shown.held, shown.explored, shown.sales) == (1, 1, 12.5)


def test_a_thank_you_that_sells_is_found_out() -> None:
    stats = some_stats()
    assert stats.snapshot().impure == 0

    stats.saw_decision(a_decision(PERSON, "thank_you", offer={"id": "x"}))

    assert stats.snapshot().impure == 1
    assert "1 of them sold anything" in "\n".join(summary_lines(stats.snapshot(), 60))


def test_a_story_is_told_in_plain_words_from_its_beginning() -> None:
    (story,) = some_stats().snapshot().stories

    assert story.who == f"Ada ({PERSON.id})"
    assert story.sentences[0].endswith("asked for no offer")
    assert story.sentences[1].endswith("bought 2 things for 12.50 GBP")
    assert "we said thank you by email" in story.sentences[2]
    assert story.sentences[3].endswith("we left them in peace: more would be against their wishes")


def test_a_story_is_in_its_own_order_however_late_an_event_is_heard_and_calls_people_by_name() -> None:
    stats = DemoStats(lambda _: "Ada from Britain")
    stats.saw_event(an_event("Review Written", at="2026-03-03T10:00:00.000Z"))
    stats.saw_event(an_event("Order Delivered", at="2026-03-03T11:00:00.000Z"))
    stats.saw_decision(a_decision(PERSON, "thank_you", content={"blocks": [{"kind": "words", "text": "Dear {first_name}"}]}))
    stats.saw_event(an_event("Order Completed", total=1.0, currency="GBP", products=[{"quantity": 1}]))

    (story,) = stats.snapshot().stories

    assert [sentence[:9] for sentence in story.sentences] == ["03. 10:00", "03. 11:00", "04. 10:00", "04. 10:00"]
    assert "bought 1 thing" in story.sentences[2]
    assert "Dear Ada" in story.sentences[3]


def test_nobody_without_a_past_becomes_a_story() -> None:
    stats = DemoStats()
    stats.saw_decision(a_decision(PERSON, "thank_you"))

    assert stats.snapshot().stories == ()


def test_no_event_breaks_a_sentence() -> None:
    assert event_sentence({"type": "page"}) == ""
    assert event_sentence(an_event("Preference Stated")) == ""
    assert event_sentence(an_event("Preference Stated", preference="quiet_hours")) == "asked for quiet between something and something"
    assert decision_sentence(a_decision(PERSON, "silence")) == ""


def test_the_summary_counts_what_was_not_done() -> None:
    text = "\n".join(summary_lines(some_stats().snapshot(), 60))

    assert "1 thank-yous; none of them sold anything" in text
    assert "3 ideas were dropped because the person had asked for something else" in text
    assert "1 messages waited for the morning" in text


def test_the_summary_of_nothing_is_whole() -> None:
    assert "0 people" in summary_lines(DemoStats().snapshot(), 1)[0]


def test_without_a_terminal_the_view_prints_lines_and_ends_by_itself() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=False, width=200)

    run_view(some_stats(), 0.2, console=console)

    text = out.getvalue()
    assert "3 decisions" in text
    assert "In 0 seconds you watched" in text
    assert "\x1b" not in text


def test_the_view_ends_when_the_engine_does() -> None:
    ended = threading.Event()
    ended.set()

    run_view(some_stats(), 3600, ended, Console(file=io.StringIO(), force_terminal=True, width=120))


def test_the_picture_shows_counts_and_stories() -> None:
    out = io.StringIO()
    Console(file=out, width=160).print(picture(some_stats().snapshot(), 12.0, 300.0))

    assert "candle-evening" in out.getvalue()
    assert "thanked, and sold nothing" in out.getvalue()
    assert "12 s left" in out.getvalue()
