"""The published stories equal those that are played. After a wanted change: PLATINUM_WRITE=1 pytest tests/contract."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.stories.page import story_pages
from tests.stories.story import stories

ROOT = Path(__file__).resolve().parents[2]
PAGES = {f"docs/reference/{name}": page.encode() for name, page in story_pages(stories()).items()}


@pytest.mark.parametrize("path", sorted(PAGES))
def test_published_page_is_what_the_stories_say(path: str) -> None:
    if os.environ.get("PLATINUM_WRITE"):
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_bytes(PAGES[path])

    assert (ROOT / path).read_bytes() == PAGES[path], "PLATINUM_WRITE=1 pytest tests/contract rewrites it"


def test_every_page_of_the_folder_is_made_and_short() -> None:
    made = {Path(path).name for path in PAGES if "/stories/" in path}

    assert {path.name for path in (ROOT / "docs/reference/stories").iterdir()} == made
    assert max(page.count(b"\n") for page in PAGES.values()) <= 400
