"""The check of the stories: a rule that is broken fails them. All breaks: ``make breaks``; here one, and that the others can be made."""

from __future__ import annotations

import pytest

from platinum.policy.matrix import matrix
from platinum.vocabulary.codes import Gate, Lane
from tests.stories.breaking import Break
from tests.stories.breaks import failing
from tests.stories.broken_rules import BREAKS
from tests.stories.story import stories


def test_stories_fail_while_their_rule_is_broken_and_hold_again_afterwards() -> None:
    quiet = [story for story in stories() if story.file == "quiet-hours"]

    failed = failing(Break("quiet-hours", "quiet hours do not apply to growth", cells=[(Gate.QUIET_HOURS, Lane.GROWTH, False)]), quiet)

    assert "An offer decided at 03:00 waits until eight" in failed
    assert "decided at 2026-03-05 03:00: offer (free-delivery by email), sent at 2026-03-05 03:00" in " ".join(failed.values())
    assert failing(Break("quiet-hours", "nothing"), quiet) == {}


def test_a_break_of_what_has_moved_is_an_error() -> None:
    with (
        pytest.raises(LookupError, match="named nowhere"),
        Break("caps", "nothing", [(test_a_break_of_what_has_moved_is_an_error, matrix)]).done(),
    ):
        pass


def test_every_rule_that_is_played_has_a_break_and_every_break_finds_what_it_replaces() -> None:
    played = {story.file for story in stories() if not story.pending}

    assert played == {one.rule for one in BREAKS}
    for one in BREAKS:
        with one.done():
            pass
