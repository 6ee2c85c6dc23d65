"""The rules of an audit, by brute force over what ``tests.reference.audit`` read; default limits, written down a second time."""

from __future__ import annotations

from pathlib import Path

from tests.reference.audit import DAY, HOUR, Breach, History, Person, read

SOLICITED_NOT = ("promotion", "relationship")


def breaches(files: dict[str, Path]) -> set[Breach]:
    """All breaches in some exports."""
    history = read(files)
    found: set[Breach] = set()
    for who, person in history.people.items():
        mine = [
            *late_deliveries(person, history),
            *unanswered(person, history),
            *promises(person, history),
            *sold(person),
            *without_basis(person),
            *too_often(person),
            *never_thanked(person, history),
            *asked_twice(person),
        ]
        found |= {(kind, who, at) for kind, at in mine}
    return found


def final_due(person: Person, number: str, due: int) -> int:
    for at, about, new in sorted((m for m in person.moves if m[1] == number), key=lambda m: m[0]):
        assert about == number
        if at <= due:
            due = new
    return due


def late_deliveries(person: Person, history: History) -> list[tuple[str, int]]:
    found = []
    for number, order in person.orders.items():
        if not order["due"]:
            continue
        due = final_due(person, number, order["due"])
        arrived = person.delivered.get(number)
        if arrived is not None and arrived <= due:
            continue
        if number in person.cancelled and person.cancelled[number] <= due:
            continue
        if arrived is not None or due < history.end:
            found.append(("late_delivery", due))
    return found


def promises(person: Person, history: History) -> list[tuple[str, int]]:
    found = []
    for number, (_, first) in person.promises.items():
        due = final_due(person, number, first)
        kept = person.kept.get(number)
        if (kept is None and due < history.end) or (kept is not None and kept > due):
            found.append(("broken_promise", due))
    return found


def unanswered(person: Person, history: History) -> list[tuple[str, int]]:
    first_answer: dict[str, int] = {}
    for at, number, _ in sorted(person.answers):
        if number:
            first_answer.setdefault(number, at)
    found, seen = [], set()
    for at, number, _ in sorted((r for r in person.requests if r[1]), key=lambda r: r[0]):
        if number in seen:
            continue
        seen.add(number)
        due = final_due(person, number, at + 48 * HOUR)
        answered = first_answer.get(number)
        if (answered is None and due < history.end) or (answered is not None and answered > due):
            found.append(("unanswered_request", due))
    taken: set[int] = set()
    waiting = sorted((r for r in person.requests if not r[1]), key=lambda r: r[0])
    answered_at: dict[int, int] = {}
    for at, number, intent in sorted(person.answers, key=lambda a: a[0]):
        if number:
            continue
        for i, (asked, _, about) in enumerate(waiting):
            if i not in taken and asked <= at and intent in ("", about):
                taken.add(i)
                answered_at[i] = at
                break
    for i, (asked, _, _) in enumerate(waiting):
        due = asked + 48 * HOUR
        done = answered_at.get(i)
        if (done is None and due < history.end) or (done is not None and done > due):
            found.append(("unanswered_request", due))
    return found


def spans(person: Person) -> list[list[int]]:
    """[opened, closed or -1, since when it is ours or -1] of every trouble."""
    current: dict[str, list[int]] = {}
    loose: dict[str, bool] = {}
    found: list[list[int]] = []
    for at, _, _, what, number, fault in sorted(person.troubles, key=lambda t: t[:3]):
        if what in ("close", "resolved"):
            for name, span in current.items():
                if span[1] < 0 and (loose[name] or (what == "close" and name == number)):
                    span[1] = at
            continue
        if number not in current or current[number][1] >= 0:
            ours = current[number][2] if number in current else -1
            loose[number] = what != "case" and loose.get(number, True)
            current[number] = [at, -1, ours]
            found.append(current[number])
        elif what == "case":
            loose[number] = False
        span = current[number]
        if fault == "ours" and span[2] < 0:
            span[2] = at
        elif fault in ("theirs", "nobody"):
            span[2] = -1
    return found + [[at, at, at] for at in person.our_fault]


def sold(person: Person) -> list[tuple[str, int]]:
    found = []
    troubles = spans(person)
    for at, _, purpose, *_ in person.sends:
        if purpose != "promotion":
            continue
        for opened, closed, ours in troubles:
            is_open = opened <= at and (closed < 0 or at < closed) and at < opened + 90 * DAY
            healing = 0 <= closed <= at < closed + 14 * DAY and 0 <= ours <= at
            if is_open or healing:
                found.append(("sold_in_complaint", at))
                break
    return found


def without_basis(person: Person) -> list[tuple[str, int]]:
    found = []
    statements = sorted(person.said, key=lambda s: s[:3])
    for at, _, purpose, _, _, channel in person.sends:
        if purpose not in SOLICITED_NOT:
            continue
        newest = {}
        for n, (when, _, _, about, where, state) in enumerate(statements):
            if when <= at and about in (purpose, "all") and where in (channel, ""):
                newest[about, where] = (state, n)
        refused = False
        for (about, where), (state, n) in newest.items():
            lifting = [1, 2] if state == -2 else [1]
            lifted = any(
                s in lifting and m > n and (about == "all" or a == about) and (where == "" or w == where)
                for (a, w), (s, m) in newest.items()
            )
            refused = refused or (state < 0 and not lifted)
        agreed = any(state == 1 for state, _ in newest.values())
        ordered = any(order["at"] <= at for order in person.orders.values())
        if refused or not (agreed or ordered):
            found.append(("contacted_without_basis", at))
    return found


def too_often(person: Person) -> list[tuple[str, int]]:
    found = []
    counted = sorted((s for s in person.sends if s[2] in SOLICITED_NOT), key=lambda s: s[:2])
    for i, send in enumerate(counted):
        at = send[0]
        limits = [(3, 7 * DAY)]
        stated = [c for c in sorted(person.cadences) if c[0] <= at]
        if stated and stated[-1][2] >= 0:
            limits.append((stated[-1][2], stated[-1][3] * DAY))
        for limit, window in limits:
            recent = [other[0] for other in counted[:i] if other[0] > at - window]
            if len(recent) >= limit:
                found.append(("contacted_too_often", at))
                break
    return found


def never_thanked(person: Person, history: History) -> list[tuple[str, int]]:
    if any(send[3] == "thank_you" for send in person.sends):
        return []
    steps = [(o["at"], 0, 1, o["total"]) for number, o in person.orders.items() if number not in person.cancelled]
    steps += [(at, 1, 0, -amount) for at, amount in person.refunds]
    orders, spend = 0, 0.0
    for at, _, count, amount in sorted(steps, key=lambda s: s[:2]):
        orders, spend = orders + count, spend + amount
        if orders >= 5 or spend >= 500:
            return [("never_thanked", at)] if at + 30 * DAY <= history.end else []
    return []


def asked_twice(person: Person) -> list[tuple[str, int]]:
    found = [("asked_twice", at) for at in person.asked_again]
    asked = sorted((at, order, campaign) for at, order, _, kind, campaign, _ in person.sends if kind == "listen" and campaign)
    for i, (at, _, campaign) in enumerate(asked):
        if any(other == campaign and at - before < 30 * DAY for before, _, other in asked[:i]):
            found.append(("asked_twice", at))
    return found
