"""Every story of this folder, one test each."""

from __future__ import annotations

import os

import pytest

from tests.stories.playing import play
from tests.stories.story import Story, stories


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.id)
def test_story_holds(story: Story) -> None:
    # PLATINUM_STORIES=all plays those as well that wait for what is not built yet.
    if story.pending and os.environ.get("PLATINUM_STORIES") != "all":
        pytest.skip(f"waits for {story.pending}")

    play(story)
