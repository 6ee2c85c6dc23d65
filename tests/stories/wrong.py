"""How stories fail: one that cannot be read is no story; one that does not hold says what happened instead."""

from __future__ import annotations


class StoryWrong(ValueError):
    """A story cannot be read, names what does not exist, or can assert nothing."""


class StoryFailed(AssertionError):
    """What a story says did not come true."""
