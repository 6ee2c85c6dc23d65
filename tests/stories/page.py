"""The stories as pages of the reference: a list by rule, and a page per rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from tests.stories.story import Never, Step, Story

_MADE = "This page is made from the stories in `tests/stories`; `make docs` rewrites it, `make check` fails when it differs."
_INTRODUCTION = f"""# Stories

What Platinum does for a person, told as stories: what happened before, the moment, what follows, and what must never be. Each
names the wrong decision that would have been tempting. They are played on the engine by `make test`, under one policy
(`tests/stories/policy.yaml`, a lamp shop in Berlin) that some of them change, or under one that ships with the package.

{_MADE}

Times are local to the shop. *Asked on web* is a page that asks over HTTP; *arrives* is an event about which the stream decides;
*nothing happens until* is time that goes by. What must never be is looked for at many instants up to the one that is named,
on every placement and by the stream; an option that the draw could have fallen on counts as well. How to write one:
[write a story](../how-to/write-a-story.md).
"""


def story_pages(stories: Sequence[Story]) -> dict[str, str]:
    """Path below ``docs/reference`` → page."""
    by_rule = [(file, list(some)) for file, some in groupby(stories, lambda story: story.file)]
    rows = [_row(file, some) for file, some in by_rule]
    pages = {"stories.md": "\n".join([_INTRODUCTION, "| rule | stories |", "|---|---|", *rows, ""])}
    for file, some in by_rule:
        pages[f"stories/{file}.md"] = "\n".join(_rule(some))
    return pages


def _row(file: str, some: Sequence[Story]) -> str:
    waiting = {story.pending for story in some}
    note = f" (waits for {waiting.pop()})" if len(waiting) == 1 and "" not in waiting else ""
    return f"| [{_capital(some[0].rule)}](stories/{file}.md){note} | {'<br>'.join(_escaped(story.title) for story in some)} |"


def _rule(some: Sequence[Story]) -> Iterator[str]:
    yield f"# {_capital(some[0].rule)}\n"
    yield f"One of the rules of the [stories](../stories.md). {_MADE}\n"
    for story in some:
        yield from _story(story)


def _story(story: Story) -> Iterator[str]:
    yield f"## {story.title}\n"
    if story.pending:
        yield f"*Not played yet: waits for {story.pending}.*\n"
    yield f"The trap: {story.trap}\n"
    if story.under:
        yield f"- Under the policy `{story.under}`, as it ships"
    if story.who:
        yield f"- The person: {_fields(story.who)}"
    if story.policy:
        yield f"- In the policy: `{_flow(story.policy)}`"
    for i, step in enumerate(story.steps):
        yield from _step(step, story.never if i == len(story.steps) - 1 else ())
    yield ""


def _step(step: Step, of_story: Sequence[Never]) -> Iterator[str]:
    for before in step.given:
        yield f"- {_line(before.text)}"
    yield f"- **When** {_line(step.when.text)}"
    if step.then is not None:
        follows = "; and ".join(_fields(one) for one in step.then) or "no decision is asked for"
        yield f"- **then** {follows}"
    for never in (*step.never, *of_story):
        yield f"- **never** {_fields(never.what)} until {never.until}"


def _line(text: str) -> str:
    """A moment; its properties as code."""
    begin, end = text.find("{"), text.rfind("}")
    return text if begin < 0 else f"{text[:begin]}`{text[begin : end + 1]}`{text[end + 1 :]}"


def _fields(what: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} `{_flow(value)}`" for name, value in what.items())


def _flow(value: Any) -> str:
    """A value on one line, as YAML would have it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
