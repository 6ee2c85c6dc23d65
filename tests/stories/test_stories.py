"""Every story of this folder, one test each."""

from __future__ import annotations

import pytest

from tests.stories.playing import play
from tests.stories.story import Story, stories


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.id)
def test_story_holds(story: Story) -> None:
    if story.pending:
        pytest.skip(f"waits for {story.pending}")

    play(story)
