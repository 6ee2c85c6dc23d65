"""``when_reached``: conditions that become true with time, and what of the ledger falls due; one timer per row (design 3).

A rule is due when its number of days has passed since the last purchase day, at the start of that day in the
policy's time zone, and fires once per last purchase day. ``reached`` lists the rules that are done for the current
last purchase day; ``rules_due_ms`` is the earliest of the others, and ``timer_due_ms`` this or ``ledger_due_ms``.
"""

from __future__ import annotations

from platinum.jit import inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.call_back import keep_near
from platinum.profile.due import first_ms
from platinum.profile.entries import MAX_REACHED
from platinum.profile.examples import first_close_ms
from platinum.profile.row import Record, wide
from platinum.profile.zones import day_start_ms


@inner
def due_ms(row: Record, rule: int, tables: Tables) -> int:
    """Instant at which a rule becomes true for the current last purchase day."""
    day = wide(row["last_day"]) + wide(tables.whens[rule]["days"])
    return day_start_ms(wide(tables.settings[0]["zone"]), day, tables)


@inner
def _is_reached(row: Record, rule: int, tables: Tables) -> bool:
    for i in range(wide(row["n_reached"])):
        entry = row["reached"][i]
        if entry["rule"] == tables.whens[rule]["name"] and entry["day"] == row["last_day"]:
            return True
    return False


@inner
def _mark(row: Record, rule: int, tables: Tables) -> None:
    """Note a rule as done, over an entry for an earlier purchase day or, failing that, the first."""
    at = wide(row["n_reached"])
    for i in range(wide(row["n_reached"])):
        if row["reached"][i]["day"] != row["last_day"]:
            at = i
            break
    if at >= MAX_REACHED:
        at = 0
    elif at == row["n_reached"]:
        row["n_reached"] += 1
    row["reached"][at]["rule"] = tables.whens[rule]["name"]
    row["reached"][at]["day"] = row["last_day"]


@inner
def n_rules(tables: Tables) -> int:
    """Rules that are looked at: a row remembers 8."""
    return min(len(tables.whens), MAX_REACHED)


@kernel
def next_due_ms(row: Record, tables: Tables, now_ms: int) -> int:
    """Earliest instant at which a rule not yet reached is due (at or before ``now_ms``: overdue); 0 = none."""
    if row["orders"] == 0:
        return 0
    earliest = 0
    for rule in range(n_rules(tables)):
        if not _is_reached(row, rule, tables):
            due = due_ms(row, rule, tables)
            if earliest == 0 or due < earliest:
                earliest = due
    return earliest


@inner
def arm(row: Record, tables: Tables, now_ms: int, last_day_moved: bool) -> None:
    """Set ``rules_due_ms`` after a fold; rules that were already over when first armed are done, without firing.

    A rule is first armed when the last purchase day moves (a late order, an imported history), and when a new
    policy or an upgraded row brings it: then it is due before the timer that the row had.
    """
    if row["orders"] == 0 or tables.whens.shape[0] == 0:
        row["rules_due_ms"] = 0
        return
    armed_ms = rules_armed_ms(row)
    earliest = 0
    for rule in range(n_rules(tables)):
        if _is_reached(row, rule, tables):
            continue
        due = due_ms(row, rule, tables)
        if due <= now_ms and (last_day_moved or armed_ms == 0 or due < armed_ms):
            _mark(row, rule, tables)
        elif earliest == 0 or due < earliest:
            earliest = due
    row["rules_due_ms"] = earliest


@inner
def rules_armed_ms(row: Record) -> int:
    """What the rules had armed; a row of an older layout has one timer, and it is theirs."""
    if row["rules_due_ms"] == 0 and row["ledger_due_ms"] == 0 and row["n_examples"] == 0:
        return wide(row["timer_due_ms"])
    return wide(row["rules_due_ms"])


@inner
def set_timer(row: Record, more: Record, tables: Tables) -> None:
    """Find out when the ledger next changes by itself, and set the row's one timer: the last thing that is done to a changed row.

    It is the earliest of the ledger's, of the rules' and of the windows in which outcomes count.
    """
    keep_near(row, more, tables)
    row["ledger_due_ms"] = first_ms(row, more, tables) if row["n_obligations"] > 0 else 0
    rules, ledger = wide(row["rules_due_ms"]), wide(row["ledger_due_ms"])
    row["timer_due_ms"] = earlier(earlier(rules, ledger), first_close_ms(row))


@inner
def earlier(one_ms: int, other_ms: int) -> int:
    """The earlier of two instants, of which 0 = never."""
    return max(one_ms, other_ms) if one_ms == 0 or other_ms == 0 else min(one_ms, other_ms)


@kernel
def reach(row: Record, rule: int, tables: Tables, now_ms: int) -> int:
    """1 once per last purchase day when a timer arrives at or after the rule's due instant, else 0.

    The caller asks for every rule in turn and sets ``rules_due_ms`` to ``next_due_ms`` afterwards. A rule due before
    the row's timer was never armed (an older layout forgot that it was reached) and is done without firing.
    """
    armed_ms = rules_armed_ms(row)
    if armed_ms == 0 or row["orders"] == 0 or rule >= n_rules(tables) or _is_reached(row, rule, tables):
        return 0
    due = due_ms(row, rule, tables)
    if due > now_ms:
        return 0
    _mark(row, rule, tables)
    return 1 if due >= armed_ms else 0
