"""Which account an event is about that names none: of what it names by its id, the row knows in whose role it stands.

A case that was opened for an account is often closed by its id alone. The account has to hear of it, or would have an open case for ever.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.jit import constant, inner, uint64
from platinum.profile.elsewhere import account_of
from platinum.profile.entries import ACCOUNT_BYTES
from platinum.profile.roles import find_role

Record = Any

#: An event (index in its batch), and the account: name hash, and its id as it was sent.
MEANT = np.dtype([("event", "<i4"), ("account", "<u4"), ("account_text", "u1", (ACCOUNT_BYTES,))])
_NONE, _NO_REF = constant(0), uint64(0)


@inner
def account_meant(row: Record, event: Record) -> int:
    """Account (name hash) of what an event names by its id, 0 = their own, or the event says for whom it was done; before it is folded."""
    if row["n_elsewhere"] == 0 or event["account"] != 0 or event["ref"] == _NO_REF:
        return int(_NONE)
    return int(account_of(row, event["ref"]))


@inner
def keep_meant(row: Record, account: int, i: int, meant: Any) -> None:
    """Note it, unless it is 0, for event ``i`` in ``meant``: (MEANT[*], number so far int64[1]). Ids are known from ``group`` calls."""
    if account == 0:
        return
    at = find_role(row, account)
    if at < 0:
        return
    one = meant[0][meant[1][0]]
    one["event"], one["account"] = i, account
    for k in range(ACCOUNT_BYTES):
        one["account_text"][k] = row["roles"][at]["account_text"][k]
    meant[1][0] += 1
