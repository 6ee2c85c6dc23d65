"""The published contract of policies: JSON Schema for editors, and the reference pages, made from the tables."""

from __future__ import annotations

from collections.abc import Iterable

from platinum.policy.bonds import BONDS
from platinum.policy.containers import Key, Record, describe
from platinum.policy.content_schema import BLOCK_SCHEMA, CONDITION, TESTS
from platinum.policy.fields import FIELDS, ConditionField
from platinum.policy.goal_keys import OF_GOALS
from platinum.policy.language import POLICY, SECTIONS
from platinum.policy.matrix import CELLS, QUESTIONS
from platinum.policy.shapes import Json
from platinum.policy.value_keys import WORTH
from platinum.vocabulary.codes import LANE_OF, PURPOSE_OF, ActionType, Gate, Lane

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_TYPE_DOC = {
    ActionType.NOTICE: "law or safety demands it, such as a recall",
    ActionType.APOLOGY: "something of ours went wrong; see docs/reference/ledger.md",
    ActionType.AMENDS: "keeps a promise or makes good: a word, a call-back, a refund; see docs/reference/ledger.md",
    ActionType.ANSWER: "what the customer asked for; see `intent`",
    ActionType.THANK_YOU: "thanks, and nothing else; see docs/reference/words.md",
    ActionType.LISTEN: "a question to the customer",
    ActionType.SURPRISE: "something pleasant that sells nothing",
    ActionType.HELP: "something useful to the customer",
    ActionType.OFFER: "something to buy; needs value and terms",
}
#: Sections of a policy whose keys stand on another page of the reference.
ELSEWHERE = {
    **dict.fromkeys(("`promises`", "`recovery`", "`trust`"), "ledger"),
    **dict.fromkeys(("`thank`", "`listening`"), "thanks"),
    "`ramp` of an action": "gates",
    **dict.fromkeys(("`effort`", "`effort.points`", "`effort.caps`"), "effort"),
    **dict.fromkeys(("`cohorts`", "`value`", "`value.orders`", "`value.spend`", "`tiers`", "`grows` of an action"), "value"),
    **dict.fromkeys(("`goals`", "`surprise`"), "goals"),
    "`reciprocity`": "bonds",
    **dict.fromkeys(("`reciprocity`", "`agents`"), "bonds"),
}
_OPERATORS = (
    ("`orders: {at_least: 2}`", "2 or more"),
    ("`orders: {at_most: 5}`", "5 or fewer"),
    ("`days_since_last: {between: [20, 120]}`", "from 20 to 120, both count"),
    ("`language: de`, `language: {is: de}`", "exactly this"),
    ("`region: [north, south]`", "one of these"),
    ("`region: {is_not: north}`", "known, and something else"),
    ("`country: {known: yes}`", "known at all"),
    ("`{at_least: 2, at_most: 5}`", "all of several comparisons"),
)


def json_schema() -> Json:
    """Contents of ``schemas/policy/v1.json`` (draft-07, which editors' YAML plugins read)."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Platinum policy",
        "description": "How a firm treats its customers. `platinum policy check FILE` finds what a schema cannot see.",
        **POLICY.schema(),
        "definitions": {"condition": CONDITION, "comparison": TESTS, "block": BLOCK_SCHEMA},
    }


def policy_page(minimal: bytes) -> str:
    """Contents of ``docs/reference/policy.md``; ``minimal`` is the smallest example."""
    parts = [
        *("# Policy", "", _FROM_CODE, "", _INTRO, "", "```yaml", minimal.decode().rstrip(), "```", ""),
        *(_READING, ""),
    ]
    for title, record in SECTIONS.items():
        if title not in ELSEWHERE:
            parts += [f"## {title}", "", *key_table(record), ""]
    parts += [f"On pages of their own: {', '.join(f'{title} in [{page}]({page}.md)' for title, page in ELSEWHERE.items())}.", ""]
    parts += ["## Types of action", "", *_types(), "", "## Conditions", "", _CONDITIONS, ""]
    parts += ["| written | true when the field is |", "|---|---|", *(f"| {written} | {meant} |" for written, meant in _OPERATORS), ""]
    here = [one for one in FIELDS.values() if one.field not in WORTH | OF_GOALS | BONDS]
    parts += ["| field | unit | meaning |", "|---|---|---|", *map(_field, here), ""]
    elsewhere = ((WORTH, "Value", "value"), (OF_GOALS, "Goals", "goals"), (BONDS, "Give and take", "bonds"))
    on = [f"on [{title}]({page}.md): {_code(name for name, one in FIELDS.items() if one.field in of)}" for of, title, page in elsewhere]
    parts += [f"Others are {'; '.join(on)}.", "", "Words, content blocks and what a thank-you may say: [Words](words.md).", ""]
    parts += ["## Terms", "", *key_table(_record_of("terms")), "", _TERMS]
    return "\n".join(parts) + "\n"


def gates_page() -> str:
    """Contents of ``docs/reference/gates.md``."""
    lanes = [lane for lane in Lane if lane is not Lane.SILENCE]
    head = " | ".join(lane.name.lower() for lane in lanes)
    parts = ["# Gates and lanes", "", _GATES, "", _FROM_CODE, "", f"| gate | {head} |", "|---" * (len(lanes) + 1) + "|"]
    for gate in Gate:
        cells = " | ".join(f"{'**yes**' if CELLS[gate, lane][0] else 'no'}: {CELLS[gate, lane][1]}" for lane in lanes)
        parts.append(f"| `{gate.name.lower()}` | {cells} |")
    parts += ["", "| gate | asks |", "|---|---|", *(f"| `{gate.name.lower()}` | {QUESTIONS[gate]} |" for gate in Gate)]
    parts += ["", "## Ramps", "", _RAMPS, "", *key_table(SECTIONS["`ramp` of an action"])]
    return "\n".join(parts) + "\n"


def _record_of(key: str) -> Record:
    shape = SECTIONS["`actions`"].keys[key].shape
    assert isinstance(shape, Record)
    return shape


def key_table(record: Record) -> list[str]:
    """Lines of a table with every key of a mapping."""
    lines = ["| key | what it says | must be |", "|---|---|---|"]
    return lines + [
        f"| `{name}`{' (required)' if key.required else ''} | {describe(key)['description']} | {_wanted(key)} |"
        for name, key in record.keys.items()
    ]


def _wanted(key: Key) -> str:
    text = key.shape.wanted
    return (text if len(text) < 120 else text[:120].rsplit(",", 1)[0] + " ...").replace("|", "\\|")


def _field(one: ConditionField) -> str:
    name = f"{one.name}.<{one.of}>" if one.of else one.name
    return f"| `{name}`{f' or `{one.name}`' if one.of_optional else ''} | {one.unit} | {one.doc} |"


def _types() -> list[str]:
    lines = ["| type | for | lane | purpose |", "|---|---|---|---|"]
    return lines + [
        f"| `{kind.name.lower()}` | {_TYPE_DOC[kind]} | {LANE_OF[kind].name.lower()} | {PURPOSE_OF[kind].name.lower()} |"
        for kind in ActionType
        if kind is not ActionType.SILENCE
    ]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_RAMPS = """An action may begin with few people: `ramp: 10%`, or a share that grows evenly, as in
`ramp: {start: 2%, over: 14d, from: 2026-03-01}`. Each person has a place from 0 to 1 in the row of those whom an action reaches, by hash
of person and action: those below the share get it. So the share is the same people with every decision, under every version of the policy,
and whoever has it keeps it while the ramp grows. The gate comes last: what it stops would have been given otherwise, and `explain` says
from when it will be."""
_INTRO = """A policy says how a firm treats its customers: through which channels, in which tones, with which offers, help and
thanks, and where it stays silent. It is data: nothing in it is code. The smallest useful one:"""

_READING = """Keys may stand in any order; order, comments and quoting do not change a policy's version. Mistakes are reported all
at once, with line, column and the nearest valid name: `platinum policy check FILE`. Schema for editors:
`schemas/policy/v1.json`."""

_CONDITIONS = """`when` and `not_when` hold conditions: `field: comparison`. Several fields in one mapping must all be true. `all`,
`any` and `none` take a list of conditions and may be nested. Traits of your own are fields too, by their name. What
is not known about a customer makes every comparison false, `is_not` too; only `known` asks about it.

`segment: <name>` stands for the conditions of that segment; a list means any of them. A segment (`segments`) is a group of people by
what they need, want, like or do, read anew in every decision. `policy check` names those that rest on nothing but place, industry or
size, and those that no action asks for. How many there are for how many customers: `platinum report firm`."""

_TERMS = """An offer without `total_cost`, `ends`, `cancel` or `data_use` is a mistake in the policy and is never made.

A last day must be one of the calendar. It is the same for everybody, and when it has passed there is nothing to offer any more:
`platinum policy check` warns of both."""

_GATES = """A candidate (action on a channel) passes gates in this order; the first that fails is named in the decision. Which
gate applies in which lane is fixed: law comes first, what we owe is not rationed, what sells is stopped by
everything."""


def keys_on(page: str) -> list[str]:
    """Lines with the keys of the sections of a policy that stand on this page."""
    return [
        line for title, record in SECTIONS.items() if ELSEWHERE.get(title) == page for line in (f"### {title}", "", *key_table(record), "")
    ]
