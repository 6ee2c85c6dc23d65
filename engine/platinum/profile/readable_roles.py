"""The roles of a person as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.profile.roles import OVER, state_in
from platinum.profile.row import Record
from platinum.vocabulary.codes import RoleBasis

Json = dict[str, Any]
Say = Callable[[Any], Any]


def account_id(text: bytes) -> str | None:
    """Id of an account as a row keeps it; None where it was too long."""
    return text.rstrip(b"\0").decode() or None


def roles(row: Record, now_ms: int, name: Say, instant: Say) -> list[Json]:
    """Group ``roles`` of a readable profile.

    Parameters
    ----------
    name, instant : callable
        Hash → name, epoch milliseconds → RFC 3339; None for 0.
    """
    return [_role(row, one, now_ms, name, instant) for one in row["roles"][: int(row["n_roles"])]]


def _role(row: Record, one: Record, now_ms: int, name: Say, instant: Say) -> Json:
    told = int(one["stands_s"])
    named = row["owed_elsewhere"][: int(row["n_elsewhere"])]["account"]
    return {
        "account": account_id(bytes(one["account_text"])),
        "name": name(one["name"]),
        "basis": RoleBasis(int(one["basis"])).name.lower(),
        "since": instant(int(one["from_s"]) * 1000),
        "until": instant(int(one["until_s"]) * 1000),
        "over": bool(state_in(row, int(one["account"]), now_ms) == OVER),
        "open_here": int((named == one["account"]).sum()),
        "account_stands": _stands(one, told, now_ms, name, instant) if told else None,
    }


def _stands(one: Record, told_s: int, now_ms: int, name: Say, instant: Say) -> Json:
    """What the account's record told last."""
    full_ms, kept = int(one["full_until_ms"]), float(one["kept"])
    return {
        "told_at": instant(told_s * 1000),
        "tier": name(one["tier"]),
        "last_category": name(one["category"]),
        "open_cases": int(one["open_cases"]),
        "severity": float(f"{float(one['severity']):.6g}"),
        "say_do": float(f"{kept:.6g}") if kept >= 0.0 else None,
        "spend_365d": round(float(one["spend"]), 2),
        "full_until": instant(full_ms) if full_ms > now_ms else None,
    }
