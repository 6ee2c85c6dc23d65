"""What the documentation promises exists: commands, targets, pages, headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.builders.pages import CHECKOUT, blocks, page_name, pages

LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)")
MAKE_TARGETS = " ".join(re.findall(r"^([a-z ]+):.*## ", (CHECKOUT / "Makefile").read_text("utf-8"), re.M)).split()
#: In messages, docstrings and comments: docs/architecture.md, "Heading" - and files that they send the reader to.
CITED_HEADING = re.compile(r"(docs/[\w/-]+\.md),\s+(?:#\s+)?[\"']([^\"'\n]+)[\"']")
CITED_FILE = re.compile(r"\b(?:docs|schemas)/[\w./-]+\.(?:md|json|yaml)\b")
SOURCES = sorted((CHECKOUT / "engine").rglob("*.py"))

each_page = pytest.mark.parametrize("page", pages(), ids=page_name)


def headings(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    return [heading.strip() for heading in re.findall(r"^#+ (.*)$", text, re.M)]


def anchor(heading: str) -> str:
    """The fragment that code hosts make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target, fragment in LINK.findall(page.read_text("utf-8")):
        there = page.parent / target if target else page
        if not there.exists() or (fragment and fragment not in map(anchor, headings(there))):
            broken.append(f"{target}#{fragment}")

    assert broken == []


@each_page
def test_every_make_target_named_on_a_page_exists(page: Path) -> None:
    named = {target for block in blocks(page.read_text("utf-8")) for target in block.makefile_targets()}

    assert named - set(MAKE_TARGETS) == set()


@each_page
def test_blocks_that_are_not_run_say_why(page: Path) -> None:
    found = list(blocks(page.read_text("utf-8")))

    assert [block for block in found if block.mark not in {"", "background", "exit", "not run"} or (block.mark and not block.note)] == []


def test_readme_shows_the_two_commands_that_start_everything() -> None:
    named = [target for block in blocks((CHECKOUT / "README.md").read_text("utf-8")) for target in block.makefile_targets()]

    assert {"demo", "test"} <= set(named)


def test_everything_that_a_message_sends_the_reader_to_exists() -> None:
    files = {file for source in SOURCES for file in CITED_FILE.findall(source.read_text("utf-8"))}
    cited = {citation for source in SOURCES for citation in CITED_HEADING.findall(source.read_text("utf-8"))}

    missing = {file for file in files if not (CHECKOUT / file).exists()}
    astray = {(page, heading) for page, heading in cited if page not in missing and heading not in headings(CHECKOUT / page)}

    assert cited, "the pattern finds nothing any more"
    assert (missing, astray) == (set(), set())


def test_every_page_of_the_reference_and_every_choice_is_in_its_list() -> None:
    folders = [CHECKOUT / "docs" / "reference", CHECKOUT / "docs" / "decisions"]

    unlisted = [page.name for one in folders for page in one.glob("*.md") if f"({page.name})" not in (one / "README.md").read_text("utf-8")]

    assert unlisted == ["README.md", "README.md"]


def test_every_choice_has_a_page_with_what_was_measured() -> None:
    choices = sorted((CHECKOUT / "docs" / "decisions").glob("[0-9]*.md"))

    assert choices
    assert [page.name for page in choices if not {"Context", "Choice", "What was measured"} <= set(headings(page))] == []
    assert [page.name[:4] for page in choices] == [f"{number:04d}" for number in range(1, len(choices) + 1)]
