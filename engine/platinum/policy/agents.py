"""``agents``: what may be known of those who serve customers; and what settings get of it."""

from __future__ import annotations

from typing import Any

from platinum.policy.action_keys import NAME, NAME_WANTED
from platinum.policy.containers import Key, ListOf, Record
from platinum.policy.declared import Names, Values, kept
from platinum.policy.shapes import Flag, Number, Text
from platinum.policy.synonyms import meant

#: Fewer outcomes than this say nothing of a team, and too much of its people.
LEAST = 30

AGENTS = Record(
    "agents",
    {
        "teams": Key(ListOf(Text(NAME_WANTED, NAME, 64), "names", 64), "Teams that events may name; others are reported together."),
        "reasons": Key(
            ListOf(Text("a reason of a few words", longest=64), "reasons", 64),
            "Reasons that `Decision Overridden` may give; others are reported together.",
        ),
        "least": Key(Number(lowest=2, highest=1e6, whole=True), "Outcomes of a team below this number are not shown.", default=f"{LEAST}"),
        "individuals": Key(
            Flag(),
            "Whether outcomes of single employees (`agent` of an event) are told and reported. Ask those who represent them first.",
            default="no",
        ),
    },
    synonyms=meant(teams="team groups", reasons="reason why", least="min minimum min_n", individuals="persons employees people"),
)


def check_agents(values: Values, names: Names) -> None:
    """Give ``names`` what facts may say."""
    said = values.get("agents", {})
    for of in ("teams", "reasons"):
        for i, name in enumerate(kept(said.get(of))):
            names.add(name, ("agents", of, i))


def agent_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about ``agents``."""
    said = values.get("agents", {})
    return {"individuals": int(bool(said.get("individuals", False))), "least_outcomes": int(said.get("least", LEAST))}
