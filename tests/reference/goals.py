"""Slow twin of goals, variety and surprises: what people want, from the list of what was said (treatment-formulas 3.12, 3.14)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from platinum.hashing import mix64
from platinum.policy import tables as t
from platinum.vocabulary.codes import ActionType, Lane
from tests.reference.thanking import drawn, local_date

DAY_S = 86_400
#: (name, "stated" or "progressed", at in seconds, due in seconds or 0, progress)
Word = tuple[str, str, int, int, float]


def heard(words: Iterable[Word]) -> dict[str, dict[str, float]]:
    """What is known of each goal: the newest word of each kind; of two in one second the later day, the larger share."""
    found: dict[str, dict[str, float]] = {}
    for name, kind, at_s, due_s, progress in sorted(words, key=lambda one: (one[2], one[3], one[4])):
        known = found.setdefault(name, {"stated": 0, "due": 0, "told": 0, "progress": 0.0})
        known |= {"stated": at_s, "due": due_s} if kind == "stated" else {"told": at_s, "progress": progress}
    return found


def from_row(row: Any) -> dict[int, dict[str, float]]:
    """The same, by name hash, from what a row keeps."""
    return {
        int(e["name"]): {
            "stated": int(e["stated_at_s"]),
            "due": int(e["due_s"]),
            "told": int(e["progressed_at_s"]),
            "progress": float(e["progress"]),
        }
        for e in row["goals"][: int(row["n_goals"])]
    }


def holds(known: dict[str, float], now_s: int) -> bool:
    """Whether it was stated and not long ago: 365 days after the last word and 30 after its day it is given up."""
    if not known["stated"] or now_s - max(known["stated"], known["told"]) > 365 * DAY_S:
        return False
    return not known["due"] or now_s - known["due"] <= 30 * DAY_S


def left(known: dict[str, float]) -> float:
    """1 − progress; stated anew after it was reached, all of it."""
    return 1.0 if known["progress"] >= 1 and known["stated"] > known["told"] else 1.0 - known["progress"]


def needs(row: Any, now: int, tables: Any) -> list[tuple[float, float]]:
    """(confidence, conf·(1 − progress)) of each goal of the policy."""
    said, settings, found = from_row(row), tables.settings[0], []
    interests = {int(a["name"]): float(a["sum"]) for a in row["affinities"][: int(row["n_affinities"])]}
    for g in range(int(settings["n_goals"])):
        known = said.get(int(settings["goal_names"][g]))
        of = [int(c) for i, c in enumerate(tables.categories) if int(settings["goal_categories"][g]) >> i & 1]
        share = sum(interests.get(c, 0.0) for c in of) / sum(interests.values()) if sum(interests.values()) > 0 else 0.0
        sure = float(settings["goal_confidence"][g]) if of and share >= settings["goal_from"][g] else 0.0
        sure = 1.0 if known and holds(known, now // 1000) else sure
        found.append((sure, sure * (left(known) if known else 1.0)))
    return found


def fit(w: Any, action: Any) -> float:
    """GF: 1 for the goal that it serves, ½ for one that its category belongs to."""
    matches = [
        max(1.0 if int(action["goal"]) == g + 1 else 0.0, 0.5 if int(action["near_goals"]) >> g & 1 else 0.0) * need
        for g, (_, need) in enumerate(needs(w.row, w.now, w.tables))
    ]
    return max(matches, default=0.0)


def worth(w: Any, action: Any) -> float:
    """Money that goals add: to what serves one, and to the question for it."""
    money = float(w.settings["goal_money"])
    if not int(w.settings["n_goals"]):
        return 0.0
    if action["lane"] == Lane.GROWTH:
        return money * fit(w, action)
    if int(action["asks"]) & t.ASKS_GOAL:
        return money * (1 - max((sure for sure, need in needs(w.row, w.now, w.tables) if need > 0), default=0.0))
    return 0.0


def is_gadget(w: Any, c: int) -> int:
    """1 for an offer that goes out to somebody and fits no goal of theirs; 0 while the policy has none."""
    action, _, channel = w.candidate(c)
    return int(bool(w.settings["n_goals"] and channel["outbound"] and action["type"] == ActionType.OFFER and fit(w, action) < 0.2))


def pursues_any(row: Any, now: int) -> bool:
    return any(holds(known, now // 1000) and left(known) > 0 for known in from_row(row).values())


def not_asked(w: Any, action: Any) -> bool:
    """A question for the goal to somebody who has stated one, or that costs more than it could change."""
    if not int(action["asks"]) & t.ASKS_GOAL:
        return False
    costly = worth(w, action) <= float(w.settings["kappa_effort"]) * max(0.0, float(action["effort"]))
    return pursues_any(w.row, w.now) or bool(w.settings["n_goals"] and costly)


def rests(w: Any, action: Any) -> list[int] | None:
    """Ends of what a surprise waits for; None: not today."""
    if action["type"] != ActionType.SURPRISE:
        return []
    day = (local_date(w) - date(1970, 1, 1)).days
    if w.settings["surprise_daily"] < 1 and drawn(w, 105, day) >= w.settings["surprise_daily"]:
        return None
    last, interval = int(w.row["surprised_ms"]), int(w.settings["surprise_interval_ms"])
    return [last + interval] if last and interval else []


def sigma(w: Any, c: int, tone: int, presented: int) -> int:
    """The signature of a treatment: the upper half of a hash, made odd so that it is never 0."""
    action, _, channel = w.candidate(c)
    mixed = 0
    for part in (int(action["name"]), int(channel["name"]), int(w.tables.tones[tone]["name"]) if tone >= 0 else 0, presented):
        mixed = mix64(mixed, part)
    return mixed >> 32 | 1


#: What a decision says of a silence.
NOTHING = {"term_goal": 0.0, "goal_fit": 0.0, "gadget": 0, "signature": 0, "novelty": 0.0}


def told(w: Any, c: int, sigma_of: int) -> dict[str, Any]:
    """What a decision says of the candidate that was chosen."""
    action = w.candidate(c)[0]
    fits = {"term_goal": worth(w, action), "goal_fit": fit(w, action), "gadget": is_gadget(w, c)}
    return fits | {"signature": sigma_of, "novelty": novelty(w, sigma_of)}


def treated(row: Any) -> list[int]:
    return [int(x) for x in row["treated"][: int(row["n_treated"])]]


def without_repeats(order: Sequence[int], utility: Any, sigma_of: Any, before: Sequence[int]) -> list[int]:
    """Options without the one that would be the same for the third time, if another but silence (−1) is worth 95 % of it or more."""
    if len(before) < 2 or before[-1] != before[-2]:
        return list(order)
    for c in order:
        if c >= 0 and sigma_of(c) == before[-1]:
            least = utility(c) - 0.05 * abs(utility(c))
            if any(d >= 0 and d != c and utility(d) >= least for d in order):
                return [d for d in order if d != c]
    return list(order)


def novelty(w: Any, sigma: int) -> float:
    before = treated(w.row)
    return -math.log2((before.count(sigma) + 0.5) / (len(before) + 0.5 * float(w.settings["signatures"])))
