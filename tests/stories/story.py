"""What a story is made of, and how it is read; every mistake names file, line and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platinum.policy.load import EXAMPLES
from tests.stories.expecting import check_fields
from tests.stories.moments import Moment, moment
from tests.stories.wrong import StoryWrong
from tests.stories.yaml_text import documents

FOLDER = Path(__file__).parent
POLICY = FOLDER / "policy.yaml"
#: What the stream does not ask for.
NO_DECISION = "no decision"

_STORY_KEYS = ("story", "rule", "trap", "pending", "under", "who", "policy", "given", "when", "then", "never", "steps")
_STEP_KEYS = ("given", "when", "then", "never")


@dataclass(frozen=True, slots=True)
class Never:
    """What must not be decided.

    Attributes
    ----------
    what : mapping
        Fields of the decision; all of them together are what must not be.
    until : str
        A time, or "14 days after the case is closed".
    """

    what: Mapping[str, Any]
    until: str


@dataclass(frozen=True, slots=True)
class Step:
    """What happened before, the moment, what follows, and what must not be from then on."""

    given: Sequence[Moment]
    when: Moment
    then: Sequence[Mapping[str, Any]] | None
    never: Sequence[Never]


@dataclass(frozen=True, slots=True)
class Story:
    """One story.

    Attributes
    ----------
    where : str
        File and line.
    file : str
        Name of the file without its suffix: one per rule.
    pending : str
        What it waits for; "" = nothing.
    under : str
        Name of a policy that ships with the package; "" = that of the stories.
    never : sequence of Never
        From the first step on.
    """

    title: str
    rule: str
    trap: str
    pending: str
    under: str
    who: Mapping[str, Any]
    policy: Mapping[str, Any]
    steps: Sequence[Step]
    never: Sequence[Never]
    where: str
    file: str

    @property
    def id(self) -> str:
        """What pytest calls it."""
        return f"{self.file}: {self.title}"


def stories(folder: Path = FOLDER) -> list[Story]:
    """All stories, file by file."""
    return [story for path in sorted(folder.glob("*.yaml")) if path.name != POLICY.name for story in read(path)]


def read(path: Path) -> list[Story]:
    """Stories of one file; they have one rule."""
    try:
        found = [story_of(content, f"{path.name}:{line}", path.stem) for line, content, _ in documents(path.read_text("utf-8"))]
    except StoryWrong as wrong:
        raise StoryWrong(str(wrong) if str(wrong).startswith(path.name) else f"{path.name}: {wrong}") from None
    if len({story.rule for story in found}) != 1:
        raise StoryWrong(f"{path.name}: its stories must have one rule, and there must be a story; got {[s.rule for s in found]}")
    return found


def story_of(content: Any, where: str = "story", file: str = "story") -> Story:
    """A story from its document."""
    try:
        keys = _mapping(content, "a story", _STORY_KEYS)
        title, rule = _text(keys, "story"), _text(keys, "rule")
        return Story(
            title,
            rule,
            _text(keys, "trap"),
            _text(keys, "pending") if "pending" in keys else "",
            _under(keys),
            _mapping(keys.get("who", {}), "'who'"),
            _mapping(keys.get("policy", {}), "'policy'"),
            _steps(keys),
            _nevers(keys.get("never", [])),
            where,
            file,
        )
    except StoryWrong as wrong:
        raise StoryWrong(f"{where}: {wrong}") from None


def _under(keys: Mapping[str, Any]) -> str:
    name = _text(keys, "under") if "under" in keys else ""
    if name and name not in EXAMPLES:
        raise StoryWrong(f"'under' must be a policy that ships with the package: {', '.join(EXAMPLES)}; got {name!r}")
    return name


def _steps(keys: Mapping[str, Any]) -> Sequence[Step]:
    if "steps" not in keys:
        return [_step({key: keys[key] for key in _STEP_KEYS if key in keys and key != "never"}, (), "never" in keys)]
    if "when" in keys or "then" in keys:
        raise StoryWrong("'when' and 'then' belong into the 'steps', where there are steps")
    listed = keys["steps"]
    if not isinstance(listed, list) or not listed:
        raise StoryWrong("'steps' must be a list of steps")
    first = _moments(keys.get("given", []))
    return [_step(step, first if i == 0 else (), "never" in keys) for i, step in enumerate(listed)]


def _step(content: Any, before: Sequence[Moment], guarded: bool) -> Step:
    keys = _mapping(content, "a step", _STEP_KEYS)
    when = moment(_text(keys, "when"))
    nevers = _nevers(keys.get("never", []))
    if "then" not in keys and not nevers and not guarded:
        raise StoryWrong(f"nothing is said about {when.text!r}: 'then' or 'never' is missing")
    return Step([*before, *_moments(keys.get("given", []))], when, _then(keys["then"]) if "then" in keys else None, nevers)


def _then(content: Any) -> Sequence[Mapping[str, Any]]:
    if content == NO_DECISION:
        return []
    listed = content if isinstance(content, list) else [content]
    wanted = [{"type": "silence"} if one == "silence" else _mapping(one, "'then'") for one in listed]
    if not wanted or not all(wanted):
        raise StoryWrong(f"'then' says nothing: fields of the decision, 'silence' or {NO_DECISION!r}")
    for one in wanted:
        check_fields(one)
    return wanted


def _nevers(content: Any) -> Sequence[Never]:
    found = []
    for one in content if isinstance(content, list) else [content]:
        keys = dict(_mapping(one, "'never'"))
        until = keys.pop("until", None)
        if not isinstance(until, str):
            raise StoryWrong("'never' needs 'until': a time, or such as '14 days after the case is closed'")
        if not keys:
            raise StoryWrong("'never' says nothing but 'until': type, lane, channel, action ...")
        check_fields(keys)
        found.append(Never(keys, until))
    return found


def _moments(content: Any) -> list[Moment]:
    if not isinstance(content, list):
        raise StoryWrong("'given' must be a list of lines such as - 2026-03-01 10:00 order_completed {order: o-1, total: 80.00}")
    return [moment(line) for line in content]


def _mapping(content: Any, what: str, known: Sequence[str] = ()) -> Mapping[str, Any]:
    if not isinstance(content, dict):
        raise StoryWrong(f"{what} must be a mapping, got {content!r}")
    unknown = [key for key in content if known and key not in known]
    if unknown:
        raise StoryWrong(f"{what} has no {unknown[0]!r}: {', '.join(known)}")
    return content


def _text(keys: Mapping[str, Any], name: str) -> str:
    text = keys.get(name)
    if not isinstance(text, str) or not text.strip():
        raise StoryWrong(f"{name!r} must be a sentence; got {text!r}")
    return " ".join(text.split())
