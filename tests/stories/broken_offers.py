"""What stands in the place of a function while a rule about offers or budgets is broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.pipeline import offers as tills
from platinum.pipeline.offers import Honour, Ledger, Offered
from platinum.profile import budgets, offers
from platinum.profile.obligations import find
from platinum.vocabulary.codes import ActionType, Obligation

Record = Any

_honour_of, _is_entitled, _redeem = tills.honour_of, budgets.is_entitled, offers.redeem


def whoever_asks_is_honoured(
    ledger: Ledger, decision_id: str, offered: Offered | None, names: Mapping[int, str], by: str | None, now_ms: int
) -> Honour:
    told = _honour_of(ledger, decision_id, offered, names, by, now_ms)
    return told._replace(answer="honoured", reason=None)


def only_what_the_policy_has(
    ledger: Ledger, decision_id: str, offered: Offered | None, names: Mapping[int, str], by: str | None, now_ms: int
) -> Honour:
    told = _honour_of(ledger, decision_id, offered, names, by, now_ms)
    return told if told.action in names.values() else told._replace(answer="refused", reason="unknown")


def a_name_is_used_once(
    ledger: Ledger, decision_id: str, offered: Offered | None, names: Mapping[int, str], by: str | None, now_ms: int
) -> Honour:
    """Once an action was used, whatever is offered of it afterwards counts as used."""
    told = _honour_of(ledger, decision_id, offered, names, by, now_ms)
    used = any(int(entry["owner"]) for entry in ledger._offers())
    return told._replace(answer="refused", reason="redeemed") if used and told.redeemed_at is None else told


def every_id_is_an_offer(row: Record, more: Record, action: int, into: Any, which: int) -> int:
    return int(find(row, more, int(Obligation.OFFER), into, 0)) if into else -1


def arrival_counts(row: Record, more: Record, event: Record, action: int, offered_ms: int) -> int:
    """What a till tells of late was used when it was told."""
    event = event.copy()
    event["occurred_ms"] = event["record_ms"]
    return int(_redeem(row, more, event, action, offered_ms))


def a_budget_for_what_is_owed(action: Record, on: int, row: Record, person: Record, now_ms: int, tables: Any) -> bool:
    """Where the first budget has nothing left, nothing that costs money is paid."""
    has_budgets, costs = int(tables.settings[0]["n_budgets"]) > 0, int(action["pays"]) > 0 and int(action["type"]) != ActionType.APOLOGY
    return bool(has_budgets and costs and not _is_entitled(row, person["whose"], 0, now_ms, tables))


def no_floor(row: Record, person: Any, which: int, now_ms: int, tables: Any) -> bool:
    floors = tables.settings[0]["budget_floor_ms"]
    kept = floors.copy()
    floors[:] = 0
    try:
        return bool(_is_entitled(row, person, which, now_ms, tables))
    finally:
        floors[:] = kept


def drawn_anew(action: Record, person: Any) -> float:
    """Whom an action reaches is drawn with each of its shares."""
    return 0.0 if round(float(action["kept_out"]) * 100) % 2 == 0 else 0.9999
