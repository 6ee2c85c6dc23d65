"""What people may read of a row as it is seen in one role: what a decision may know there, less what only names the other roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.profile.row import Record


def shown_in(seen: NDArray[np.void], account: int) -> NDArray[np.void]:
    """A copy of a row to be read (``readable``), whoever reads it.

    A decision counts contacts, journeys and what is open over all roles, and reads no names there; people would. So contacts keep when
    and how, and lose for what; journeys lose about what they were; what is pending, and other accounts, are those of the role alone.

    Parameters
    ----------
    seen : ROW[1]
        ``roles.as_seen_in`` the role.
    account : int
        Name hash, 0 = for themselves.
    """
    shown = seen.copy()
    row = shown[0]
    of = {int(one["ref"]): int(one["account"]) for one in row["owed_elsewhere"][: int(row["n_elsewhere"])]}
    for entry in row["planned"][: int(row["n_planned"])]:
        if of.get(int(entry["ref"]), 0) != account:
            entry["action"] = 0
    row["contacts"]["action"] = 0
    row["journeys"]["intent"], row["journeys"]["process"], row["last_process"] = 0, 0, 0
    _keep(row, "pending", "n_pending", lambda entry: of.get(int(entry["ref"]), 0) == account)
    _keep(row, "roles", "n_roles", lambda entry: account != 0 and int(entry["account"]) == account)
    _keep(row, "owed_elsewhere", "n_elsewhere", lambda entry: int(entry["account"]) == account)
    row["more_open"], row["timer_due_ms"] = 0, 0  # nobody knows there of which role they are
    if account != 0:
        row["n_reached"], row["tier"], row["tier_since_s"] = 0, 0, 0
    return shown


def _keep(row: Record, members: str, count: str, stays: Callable[[Any], bool]) -> None:
    kept = [i for i in range(int(row[count])) if stays(row[members][i])]
    row[members][: len(kept)] = row[members][kept].copy()
    row[count] = len(kept)
