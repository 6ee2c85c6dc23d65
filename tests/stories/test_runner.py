"""The runner itself: what is no story is refused, what does not hold fails and says what was decided instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stories.clock import Clock
from tests.stories.moments import moment
from tests.stories.playing import play, probes
from tests.stories.story import Story, read, stories, story_of
from tests.stories.wrong import StoryFailed, StoryWrong
from tests.stories.yaml_text import documents

TWICE = """
story: Somebody who has ordered twice looks at a page
rule: a rule
trap: A trap.
given:
  - 2026-03-02 09:00 order_completed
  - 2026-03-02 09:30 order_completed {order: o-2, total: 80.00}
when: 2026-03-05 10:00 page arrives
then: {type: offer, channel: email}
never: {type: offer, channel: sms, until: 3 days later}
"""


def told(*changes: tuple[str, str], text: str = TWICE) -> Story:
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    ((line, content, _),) = documents(text)
    return story_of(content, f"shop.yaml:{line}")


def test_a_story_that_holds_passes() -> None:
    play(told())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("trap: A trap.", "trick: A trap.", "has no 'trick'"),
        ("trap: A trap.\n", "", "'trap' must be a sentence"),
        ("09:00 order_completed", "09:00 order_complete", "no event 'order_complete'"),
        ("09:00 order_completed", "9:00 order_completed", "must be '<time>"),
        ("{type: offer, channel: email}", "{typ: offer}", "decisions have no 'typ'"),
        ("{type: offer, channel: sms,", "{chanel: sms,", "decisions have no 'chanel'"),
        ("{type: offer, channel: email}", "{}", "says nothing"),
        ("{type: offer, channel: sms, until: 3 days later}", "{until: 3 days later}", "says nothing but 'until'"),
        (", until: 3 days later", "", "needs 'until'"),
        ("trap: A trap.", "trap: A trap.\nrule: another", "stands there twice"),
        ("trap: A trap.", "trap: A trap.\nunder: minimum", "ships with the package"),
        ("trap: A trap.", "trap: A trap.\nsteps: []", "'when' and 'then' belong into the 'steps'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(StoryWrong, match=said):
        told((old, new))


def test_a_story_that_asserts_nothing_is_none() -> None:
    silent = TWICE[: TWICE.index("then:")]

    with pytest.raises(StoryWrong, match=r"shop.yaml:2: nothing is said about '2026-03-05 10:00 page arrives'"):
        told(text=silent)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("order: o-2", "ordr: o-2", "order_completed has no property 'ordr'"),
        ("total: 80.00", "total: many", "the engine refuses"),
        ("3 days later", "3 days after the case is closed", "does not happen in this story"),
        ("3 days later", "3 moons later", "must be a length of time"),
        ("3 days later", "soon", "must be a time, "),
        ("2026-03-05 10:00 page", "2026-03-01 10:00 page", "stands after something later"),
        ("2026-03-05 10:00 page", "2026-02-30 10:00 page", "not in the calendar"),
        ("2026-03-05 10:00 page", "2026-03-29 02:30 page", "never was"),
        ("page arrives", "contact_dispatched {decision: thank-mail} arrives", "has no action 'thank-mail'"),
        ("page arrives", "others_promised {class: repair} arrives", "others_promised needs class, many"),
        ("page arrives", "policy_stopped {actoin: thanks-mail} arrives", "policy_stopped has no 'actoin'"),
        ("page arrives", "offer_brought {decision: free-delivery} arrives", "offer_brought says"),
    ],
)
def test_what_cannot_be_played_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(StoryWrong, match=said):
        play(told((old, new)))


@pytest.mark.parametrize(
    "then",
    [
        "{type: help}",
        "{type: not offer}",
        "{channel: [web, sms]}",
        "{send_at: 2026-03-05 10:01}",
        "{basis: consent}",
        "{offer: none}",
        "{terms: {ends: 2026-03-18}}",
        "{reason: asked}",
        "{says: Hello}",
        "{does_not_say: delivery}",
        "{explored: yes}",
        "{human_path: closed}",
        "{human_path: {owner: somebody}}",
        "{p_chosen: 0.5}",
        "{blocked: budget}",
        "{blocked: {free-delivery by sms: cap}}",
        "{blocked: {free-delivery by sms: consent until 2026-03-06 10:00}}",
        "{blocked: {free-delivery by card: cap}}",
        "{withdrawn: free-delivery}",
        "no decision",
        "[{type: offer}, {type: offer}]",
    ],
)
def test_every_field_can_fail(then: str) -> None:
    with pytest.raises(StoryFailed):
        play(told(("{type: offer, channel: email}", then)))


def reported(then: str) -> Story:
    return told(
        ("when: 2026-03-05 10:00 page arrives\nthen: {type: offer, channel: email}", f"when: the firm is looked at\nthen: {then}"),
        ("never: {type: offer, channel: sms, until: 3 days later}\n", ""),
    )


@pytest.mark.parametrize("then", ["{report: {inside_out: 0.5}}", "{report: {alarms: inside_out}}", "{report: {trust: present}}"])
def test_what_the_report_does_not_say_fails(then: str) -> None:
    with pytest.raises(StoryFailed, match="report: "):
        play(reported(then))


def test_a_number_that_the_report_does_not_have_is_refused() -> None:
    play(reported("{report: {inside_out: none, customers: 1, alarms: none}}"))

    with pytest.raises(StoryWrong, match="the report has no 'insideout'"):
        play(reported("{report: {insideout: 0.5}}"))


def test_a_warning_that_is_not_given_fails() -> None:
    with pytest.raises(StoryFailed, match="warnings: wanted one with"):
        play(
            told(
                (
                    "when: 2026-03-05 10:00 page arrives\nthen: {type: offer, channel: email}",
                    "when: the policy is checked\nthen: {warnings: rests on nothing}",
                ),
                ("never: {type: offer, channel: sms, until: 3 days later}\n", ""),
            )
        )


def test_a_past_that_did_not_come_about_fails() -> None:
    with pytest.raises(StoryFailed, match="no decision for 'thanks-mail' was made before"):
        play(told(("page arrives", "contact_dispatched {decision: thanks-mail} arrives")))


def test_a_failure_says_what_was_decided_instead_and_what_was_stopped() -> None:
    with pytest.raises(StoryFailed) as failed:
        play(told(("{type: offer, channel: email}", "{type: thank_you}")))

    message = str(failed.value)
    assert "shop.yaml:2 'Somebody who has ordered twice looks at a page'" in message
    assert "type: wanted 'thank_you', was 'offer'" in message
    assert "decided at 2026-03-05 10:00: offer (free-delivery by email), sent at 2026-03-05 10:00, because: utility" in message
    assert "thanks-mail by email: eligibility" in message
    assert "trap: A trap." in message


@pytest.mark.parametrize(
    ("never", "where"),
    [
        ("{type: offer, channel: web, until: 2 days later}", "asked on banner at"),
        ("{type: help, channel: call, until: 2 days later}", "asked on call at .* it could have been"),
        ("{type: offer, channel: email, until: 9 days later}", "until 9 days later; then:"),
    ],
)
def test_what_must_never_be_is_looked_for_on_every_channel_and_by_the_stream(never: str, where: str) -> None:
    with pytest.raises(StoryFailed, match=where):
        play(
            told(
                ("then: {type: offer, channel: email}", "then: {type: offer}"), ("{type: offer, channel: sms, until: 3 days later}", never)
            )
        )


def test_probes_reach_both_ends_and_every_hour_of_the_day() -> None:
    hour = 3_600_000
    found = probes(0, 14 * 24 * hour)

    assert found[0] == 60_000
    assert found[-1] == 14 * 24 * hour - 60_000
    assert len({at // hour % 24 for at in found}) >= 12
    assert probes(5, 5) == []


@pytest.mark.parametrize(
    "line", ["2026-03-05 10:00 asked on web about return_parcel", "2026-03-05 10:00 page {category: lamps} arrives 2026-03-06 08:00"]
)
def test_moments_keep_when_they_occurred_and_when_they_arrived(line: str) -> None:
    found = moment(line)

    assert found.at == "2026-03-05 10:00"
    assert (found.intent, found.arrived) in {("return_parcel", "2026-03-05 10:00"), ("", "2026-03-06 08:00")}


def test_local_time_is_the_policys() -> None:
    clock = Clock("Europe/Berlin")

    assert clock.instant("2026-03-28 12:00") == "2026-03-28T11:00:00.000Z"
    assert clock.instant("2026-03-29 12:00") == "2026-03-29T10:00:00.000Z"
    assert clock.said("2026-03-29T10:00:00.000Z") == "2026-03-29 12:00"


def test_a_file_has_one_rule(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text(TWICE + "---" + TWICE.replace("rule: a rule", "rule: another"), "utf-8")

    with pytest.raises(StoryWrong, match=r"two.yaml: its stories must have one rule"):
        read(path)


def test_each_rule_has_its_file_with_two_to_five_stories_and_each_story_a_title_of_its_own() -> None:
    found = stories()
    by_file: dict[str, list[Any]] = {}
    for story in found:
        by_file.setdefault(story.file, []).append(story)

    assert {file: len(some) for file, some in by_file.items() if not 2 <= len(some) <= 5} == {}
    assert len({some[0].rule for some in by_file.values()}) == len(by_file)
    assert len({story.title for story in found}) == len(found)
