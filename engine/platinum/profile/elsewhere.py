"""What is open in an account's role: the ledger is one, and each of its entries belongs to the role in which it was opened.

An entry that is not named here is the person's own. ``row["acting"]`` is the account that the event in hand was done for: whatever
opens an entry in the meantime opens it there.
"""

from __future__ import annotations

import numpy as np

from platinum.hashing_kernels import mix64_u
from platinum.jit import constant, inner, kernel
from platinum.profile.entries import MAX_ELSEWHERE
from platinum.profile.row import Record, wide

#: So many are named for events; what would open another is refused (``ledger.is_full``). The others are decisions under way.
MOST = constant(16)
_NO_REF = np.uint64(0)
_THEMSELVES = constant(0)


@inner
def key_of(entry: Record) -> np.uint64:
    """What an obligation is named by: its reference; without one, the record that made it."""
    return entry["ref"] if entry["ref"] != _NO_REF else mix64_u(np.uint64(0), np.uint64(entry["offset"]))


@kernel
def account_of(row: Record, ref: np.uint64) -> int:
    """Account (name hash) in whose role something stands, 0 = it is the person's own."""
    for i in range(wide(row["n_elsewhere"])):
        if row["owed_elsewhere"][i]["ref"] == ref:
            return wide(row["owed_elsewhere"][i]["account"])
    return int(_THEMSELVES)


@inner
def is_in(row: Record, ref: np.uint64, account: int) -> bool:
    """Whether a decision was made in the role for ``account``, 0 = for themselves."""
    return bool((row["n_elsewhere"] == 0 and account == 0) or account_of(row, ref) == account)


@inner
def is_of(row: Record, entry: Record, account: int) -> bool:
    """Whether an obligation stands in the role of ``account``, 0 = the person's own."""
    return is_in(row, key_of(entry), account)


@inner
def name_one(row: Record, ref: np.uint64) -> None:
    """Note that something was opened for the account in hand; nothing where it is done for themselves, or noted already."""
    n = wide(row["n_elsewhere"])
    if row["acting"] == 0 or n == MAX_ELSEWHERE or account_of(row, ref) != _THEMSELVES:
        return
    row["owed_elsewhere"][n]["ref"], row["owed_elsewhere"][n]["account"] = ref, row["acting"]
    row["n_elsewhere"] = n + 1


@inner
def renamed(row: Record, before: np.uint64, entry: Record) -> None:
    """An obligation has another reference, ``before`` was its key: it stays in its role."""
    for i in range(wide(row["n_elsewhere"])):
        if row["owed_elsewhere"][i]["ref"] == before:
            row["owed_elsewhere"][i]["ref"] = key_of(entry)


@inner
def drop_one(row: Record, i: int) -> None:
    """Forget entry ``i``; the last one takes its place."""
    last = wide(row["n_elsewhere"]) - 1
    row["owed_elsewhere"][i]["ref"] = row["owed_elsewhere"][last]["ref"]
    row["owed_elsewhere"][i]["account"] = row["owed_elsewhere"][last]["account"]
    row["n_elsewhere"] = last
