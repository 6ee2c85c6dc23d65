"""What actions may do with what two sides have given each other, and for whom they are (treatment-formulas 3.15, 3.17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from platinum.policy.declared import Values, kept
from platinum.policy.fields import FIELDS
from platinum.policy.floor import is_on_top
from platinum.policy.problems import Problems, listing
from platinum.policy.tables import NOT, OP_AT_MOST
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.bonds import PARTIES
from platinum.vocabulary.codes import ActionType, Field, Lane

#: Fields that weigh one side against the other; and those that count what the person did for the firm.
WEIGHED = frozenset({Field.GIVE, Field.GET, Field.BALANCE})
DONE = frozenset({Field.REFERRALS, Field.REVIEWS, Field.HELPED, Field.AMBASSADOR})
BONDS = frozenset(range(Field.GIVE, Field.TALK_LISTEN + 1))
#: What may be given to somebody who is no customer: they are told, heard, thanked, answered and helped; nothing is offered to them.
FOR_ALL = (ActionType.NOTICE, ActionType.LISTEN, ActionType.THANK_YOU, ActionType.ANSWER, ActionType.HELP)
_THANKS = (ActionType.THANK_YOU, ActionType.LISTEN)
_FLOOR = 'see docs/reference/bonds.md, "What the balance may decide"'
_FOR = 'see docs/reference/bonds.md, "Parties"'
_CUSTOMER = 1


def check_balance(
    values: Values, kind: ActionType, lane: Lane, read: Sequence[tuple[int, int]], codes: Sequence[int], at: Path, problems: Problems
) -> int:
    """``ACTION.by_worth`` as far as giving and getting decide it; what must not depend on them and does is a mistake.

    Parameters
    ----------
    read : sequence of (field, operator)
        Comparisons of its condition.
    codes : sequence of int
        Its condition, as ``Tables.program`` holds it.
    """
    names = {int(one.field): name for name, one in FIELDS.items()}
    weighed = sorted({names[field] for field, _ in read if field in WEIGHED})
    done = sorted({names[field] for field, _ in read if field in DONE})
    if weighed and is_on_top(kind, values):
        return 1
    if weighed and kind in _THANKS:
        gives_more = all(field == Field.BALANCE and op == OP_AT_MOST for field, op in read if field in WEIGHED) and NOT not in codes
        if not gives_more:
            problems.add(
                at,
                f"reads {listing(weighed)}: thanks and questions may be given to more people because of the balance, and to nobody less: "
                f"the only test is `balance: {{at_most: ...}}`, without not_when, none or is_not; {_FLOOR}",
            )
    elif weighed:
        problems.add(at, f"must be the same for everybody, whoever gave more: its condition reads {listing(weighed)}; {_FLOOR}")
    if done and lane in (Lane.LEGAL, Lane.OWED, Lane.ASKED):
        problems.add(at, f"must be the same for everybody, whatever they did for you: its condition reads {listing(done)}; {_FLOOR}")
    return 0


def bond_members(values: Values, kind: ActionType, sells: int, at: Path, problems: Problems) -> dict[str, Any]:
    """Members of ACTION about asking to sell, and about parties."""
    asks = bool(values.get("asks_to_sell", False))
    if asks and kind is ActionType.THANK_YOU:
        problems.add((*at, "asks_to_sell"), "does not go with thanks: they ask for nothing", key=True)
    return {"asks_to_sell": int(asks), "parties": _parties(values, kind, sells, at, problems)}


def _parties(values: Values, kind: ActionType, sells: int, at: Path, problems: Problems) -> int:
    """Bit mask; 0 = customers."""
    named = kept(values.get("for"))
    if "for" in values and not named and not problems.any_at((*at, "for")):
        problems.add((*at, "for"), "must name at least one party")
    mask = sum(1 << PARTIES.index(word) for word in set(named) if word in PARTIES)
    others = [word for word in named if word != PARTIES[0]]
    if others and kind not in FOR_ALL:
        allowed = listing(one.name.lower() for one in FOR_ALL)
        problems.add((*at, "for"), f"names {listing(others)}: to those who are no customers only {allowed} may be given; {_FOR}", key=True)
    elif others and sells:
        problems.add((*at, "for"), f"names {listing(others)}, and it holds something to buy; {_FOR}", key=True)
    return 0 if mask == _CUSTOMER else mask
