"""The reference page about goals and surprises, made from the tables that hold what it says."""

from __future__ import annotations

from platinum.policy.fields import FIELDS
from platinum.policy.goal_keys import GADGET, NEAR, OF_GOALS, SERVES
from platinum.policy.published import keys_on

_INTRO = """What customers want to reach, what serves it, and how seldom they are surprised;
[why](../explanation/goals-and-variety.md). Made from the code; `make docs` rewrites it, `make check` fails when it differs."""
_MATCHES = f"""`GF(a)` is the largest of confidence · match · (1 - progress) over the goals of the policy; match is {SERVES:g} for the goal
that an action names, {NEAR:g} for one of whose categories it is. `weights.goal` · v̄ · GF is added to the utility of an offer or help
(`term_goal`). An offer that is sent with a GF below {GADGET:g} has the reason `gadget`. In conditions, a goal stands behind a dot
(`has_goal.garden`), or all count."""


def goals_page() -> str:
    """Contents of ``docs/reference/goals.md``."""
    read = [f"| `{one.name}` | {one.unit} | {one.doc} |" for one in FIELDS.values() if one.field in OF_GOALS]
    parts = [
        "# Goals and surprises",
        "",
        _INTRO,
        "",
        "| field | unit | meaning |",
        "|---|---|---|",
        *read,
        "",
        "## In a decision",
        "",
        _MATCHES,
        "",
    ]
    return "\n".join([*parts, "## Keys", "", *keys_on("goals")]).rstrip() + "\n"
