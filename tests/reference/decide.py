"""Slow twin of ``decide.kernel.decide_one``: one decision in plain Python, straight from treatment-formulas 5.1, 5.2.

Fields and features are read by the profile's own functions, which have their own twins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from platinum.hashing import mix64, name_hash
from platinum.jit import kernel
from platinum.policy import tables as t
from platinum.policy.tables import Tables
from platinum.profile.features import fill_features
from platinum.profile.fields import field_value
from platinum.scoring.model import Model
from platinum.vocabulary.arms import Arm
from platinum.vocabulary.codes import ActionType, Basis, Gate, Kind, Lane, Preference
from tests.reference import bonds, drawing, goals, hours, manner, ramp, roles, trust, welcome
from tests.reference import contact_rules as rules
from tests.reference.contact_rules import DENIED, FREE, NEVER, both
from tests.reference.drawing import is_spared
from tests.reference.on_top import growth, lane_of, winner
from tests.reference.profile import day_start
from tests.reference.relief import effort_index, known, must_wait, strained
from tests.reference.scoring import Expected, expected
from tests.reference.thanking import gratitude, is_held_out, thanks_due, thanks_from


@kernel
def field_of(field: int, name: int, row: Any, trigger: Any, tables: Tables) -> float:
    """``field_value``, callable from Python."""
    return field_value(field, name, row, trigger, tables)


@dataclass
class World:
    """One question: who, why, under which policy and model; what was computed on the way.

    What is ``given`` is taken as it is: float32 sums have a twin of their own, what follows from them is held to float64.
    """

    row: Any
    trigger: Any
    tables: Tables
    model: Model
    allowed: list[int] | None = None
    given: Expected | None = None
    held: dict[int, int] = field(default_factory=dict)
    worth: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = int(self.trigger["now_ms"])
        self.settings = self.tables.settings[0]
        self.whole = self.row
        self.row = roles.seen_in(self.row, int(self.trigger["account"]), self.now, self.tables)
        features = np.zeros(self.tables.features.shape[0], np.float32)
        if self.given is None:
            fill_features(self.row, self.trigger, self.tables, features)
        learned = drawing.arm_of(self) != Arm.SAME_FOR_ALL
        self.hopes = self.given or expected(self.row, features, self.now, self.tables, self.model if learned else None)

    def candidate(self, c: int) -> tuple[Any, int, Any]:
        """(action, channel index, channel)."""
        h = int(self.tables.candidates[c]["channel"])
        return self.tables.actions[int(self.tables.candidates[c]["action"])], h, self.tables.channels[h]

    def held_until(self, h: int) -> int:
        """Send time of channel ``h`` under quiet hours; walking the minutes once per channel is slow enough."""
        if h not in self.held:
            self.held[h] = rules.send_at(self.row, self.tables.channels[h], self.now, self.tables)
        return self.held[h]

    def stated(self, kind: Preference) -> int:
        """Name hash of a single-valued preference, 0 = none."""
        return next((int(w["name"]) for w in rules.wishes(self.row, kind)), 0)


def facts(w: World) -> int:
    """FACT_* the row can fill."""
    known = {int(c) for c in w.tables.categories}
    found = 0
    if w.row["orders"] > 0:
        found |= t.FACT_LAST_ORDER_DATE | t.FACT_ORDERS | t.FACT_FIRST_ORDER_DATE
    found |= t.FACT_LAST_CATEGORY if int(w.row["last_category"]) in known else 0
    return found | (t.FACT_TOP_CATEGORY if top_category(w) else 0)


def top_category(w: World) -> int:
    """Category of the policy with the highest positive affinity."""
    known = {int(c) for c in w.tables.categories}
    liked = [(float(a["sum"]), int(a["name"])) for a in w.row["affinities"][: int(w.row["n_affinities"])]]
    return max([(s, n) for s, n in liked if s > 0 and n in known], default=(0.0, 0))[1]


def condition(w: World, action: Any) -> bool:
    """The postfix program on a list as stack."""
    stack: list[bool] = []
    start = int(action["program_start"])
    for code in w.tables.program[start : start + int(action["program_len"])].tolist():
        if code == t.TRUE:
            stack.append(True)
        elif code == t.NOT:
            stack.append(not stack.pop())
        elif code < 0:
            a, b = stack.pop(), stack.pop()
            stack.append(a and b if code == t.AND else a or b)
        else:
            leaf = w.tables.leaves[code]
            v = float(field_of(leaf["field"], leaf["name"], w.row, w.trigger, w.tables))
            a_, b_ = float(leaf["a"]), float(leaf["b"])
            known = not math.isnan(v)
            truths = [v >= a_, v <= a_, a_ <= v <= b_, v == a_, v != a_]
            stack.append(known == (a_ != 0) if leaf["op"] == t.OP_KNOWN else known and truths[int(leaf["op"])])
    return stack[-1] if stack else True


def eligibility(w: World, action: Any, send: int) -> int:
    """FREE, NEVER or the end of an interval that runs."""
    asked = w.trigger["kind"] == Kind.REQUEST_MADE or w.trigger["intent"] != 0
    apart = goals.not_asked(w, action) or not bonds.concerns(w, action)
    if apart or int(action["facts"]) & ~facts(w) or int(action["asks"]) & known(w):
        return NEVER
    if action["lane"] == Lane.ASKED and not (asked and action["intent"] in (0, w.trigger["intent"])):
        return NEVER
    ends = goals.rests(w, action)
    if ends is None:
        return NEVER
    if action["type"] == ActionType.THANK_YOU:
        if not thanks_due(w):
            return NEVER
        if w.row["last_thanked_ms"] and w.settings["thank_interval_ms"] > 0:
            ends.append(int(w.row["last_thanked_ms"]) + int(w.settings["thank_interval_ms"]))
        ends += thanks_from(w)
    if not condition(w, action):
        return NEVER
    if action["min_interval_ms"] > 0:
        before = [s for e, s, _ in rules.touches(w.row, w.now) if int(e["action"]) == int(action["name"])]
        before += [int(g["at_ms"]) for g in w.row["given"][: w.row["n_given"]] if int(g["action"]) == int(action["name"])]
        ends += [max(before) + int(action["min_interval_ms"])] if before else []
    if action["lane"] == Lane.GROWTH:
        gone = {int(x["category"]): int(x["at_s"]) * 1000 for x in w.row["called_off"][: w.row["n_called_off"]]}
        ends += [gone[int(action["category"])] + int(w.settings["called_off_ms"])] if int(action["category"]) in gone else []
    return max(ends) if ends and max(ends) > send else FREE


def preference(w: World, action: Any, channel: Any, send: int) -> int:
    """Release of what the person stated."""
    name, outbound = int(channel["name"]), bool(channel["outbound"])
    no = any(int(x["name"]) == name for x in rules.wishes(w.row, Preference.CHANNEL_NO))
    no |= outbound and any(int(x["name"]) != name for x in rules.wishes(w.row, Preference.CHANNEL_ONLY))
    no |= any(int(x["name"]) == name_hash(ActionType(int(action["type"])).name.lower()) for x in rules.wishes(w.row, Preference.TYPE_NO))
    no |= any(int(x["name"]) == int(action["category"]) != 0 for x in rules.wishes(w.row, Preference.CATEGORY_NO))
    spoken, languages = w.stated(Preference.LANGUAGE), [int(x) for x in w.tables.languages]
    if spoken and action["languages"]:
        no |= spoken not in languages or not int(action["languages"]) >> languages.index(spoken) & 1
    if no:
        return NEVER
    return rules.cadence(w.row, send or w.now, w.now) if outbound else FREE


def basis(w: World, action: Any, channel: Any) -> tuple[int, set[int]]:
    """(Basis or DENIED, possible evidence)."""
    found, evidence = rules.basis(w.row, int(action["purpose"]), channel)
    asked = w.trigger["kind"] == Kind.REQUEST_MADE or w.trigger["intent"] != 0
    if action["lane"] == Lane.ASKED and channel["outbound"] and found != DENIED and asked:
        return Basis.REQUEST, {int(w.trigger["offset"])}
    return found, evidence


def unwanted(w: World, action: Any, channel: Any, on: dict[Gate, bool], send: int) -> tuple[int, int] | None:
    """(gate, release) of consent, wishes and what rests in their role."""
    if on[Gate.CONSENT]:
        profiled = rules.profiled(w.row, int(channel["name"]))
        if basis(w, action, channel)[0] in (DENIED, Basis.NONE) or (action["lane"] == Lane.GROWTH and not profiled):
            return Gate.CONSENT, NEVER
    if on[Gate.PREFERENCE] and (release := preference(w, action, channel, send)) != FREE:
        return Gate.PREFERENCE, release
    return (Gate.QUARANTINE, NEVER) if roles.rests(w, action) else None


def gate(w: World, c: int) -> tuple[int, int, int]:
    """(first gate that fails or −1, release, send time)."""
    action, h, channel = w.candidate(c)
    lane = int(action["lane"])
    on = {g: bool(w.tables.matrix[g, lane]) for g in Gate}
    send = w.held_until(h) if on[Gate.QUIET_HOURS] else w.now
    at = send or w.now
    gone = expires(w, c, at)
    if (early := unwanted(w, action, channel, on, send)) is not None:
        return *early, send
    if on[Gate.ELIGIBILITY] and (release := eligibility(w, action, send or 2**62)) != FREE:
        return Gate.ELIGIBILITY, release, send
    if on[Gate.SUITABILITY] and action["type"] == ActionType.SURPRISE and trust.is_low(w.row, w.now, w.tables):
        return Gate.SUITABILITY, NEVER, send
    unsolicited = lane >= Lane.THANK and action["type"] != ActionType.THANK_YOU
    if on[Gate.SUITABILITY] and unsolicited and welcome.is_unwelcome(w.row, channel, w.now, w.tables):
        return Gate.SUITABILITY, NEVER, send
    if on[Gate.SUITABILITY] and strained(w) and must_wait(w, action):
        return Gate.SUITABILITY, NEVER, send
    if on[Gate.TERMS] and (ends := terms_end(w, action, at)) is not None and ends <= at:
        return Gate.TERMS, NEVER, send
    release = rules.caps(w.row, h, int(action["type"]), at, w.now, w.tables) if on[Gate.CAP] else FREE
    full = roles.full_until(w, action, channel, at) if on[Gate.CAP] else None
    release = both(release, full) if full is not None else release
    release = both(release, rules.window(w.row, action, bool(channel["outbound"]), (at, gone), w.now, w.tables))
    if release != FREE:
        return Gate.CAP, release, send
    if send == NEVER or (send > w.now and send >= gone):
        return Gate.QUIET_HOURS, send, send
    if on[Gate.RAMP] and (release := ramp.release(int(w.trigger["person"]), action, w.now)) != FREE:
        return Gate.RAMP, release, send
    return -1, FREE, send


def terms_end(w: World, action: Any, at: int) -> int | None:
    """First instant after the last local day on which the terms of an action hold that is sent at ``at``; None = no end."""
    zone = rules.policy_zone(w.tables)
    if action["ends_days"]:
        day = datetime.fromtimestamp((at + int(action["ends_hours_ms"])) / 1000, UTC).astimezone(ZoneInfo(zone)).date()
        return day_start(day + timedelta(days=int(action["ends_days"])), zone)
    return day_start(date(1970, 1, 1) + timedelta(days=int(action["ends_day"])), zone) if action["ends_day"] else None


def expires(w: World, c: int, at: int) -> int:
    """End of a decision's life: what is owed, or law, lives from when it may be sent; nothing outlives its terms where they count."""
    action, _, channel = w.candidate(c)
    life = int(action["expires_ms"] if action["expires_ms"] > 0 else channel["expires_ms"])
    end = max(w.now, at if action["lane"] in (Lane.LEGAL, Lane.OWED) else 0) + life
    ends = terms_end(w, action, at) if w.tables.matrix[Gate.TERMS, int(action["lane"])] else None
    return end if ends is None else min(end, ends)


def terms(w: World, c: int) -> tuple[float, float, float, float, float]:
    """(p, value, cost, effort, fatigue) of 5.1."""
    action, _, channel = w.candidate(c)
    p = w.hopes.chance[c]
    value = w.hopes.reward[c] * growth(w, action) * min(2.0, max(0.5, float(action["lever"])))
    value *= welcome_factor(w, channel)
    tired = rules.fatigue(w.row, int(channel["name"]), w.now, float(w.settings["fatigue_half_life_ms"]))
    effort = float(w.settings["kappa_effort"]) * float(action["effort"])
    if effort < 0 and w.settings["relief"]:
        effort *= 1 + effort_index(w)
    return p, value, float(w.tables.candidates[c]["cost"]), effort, float(w.settings["kappa_fatigue"]) * tired


def utility(w: World, c: int) -> float:
    """U; silence is −1 and worth 0."""
    if c < 0:
        return 0.0
    if c not in w.worth:
        _, value, cost, effort, tired = terms(w, c)
        alone = w.hopes.alone if w.candidate(c)[2]["outbound"] else 0.0
        w.worth[c] = value - cost - effort - tired - alone + goals.worth(w, w.candidate(c)[0])
    return w.worth[c]


def tie(w: World, c: int) -> int:
    """Stable hash that orders equals."""
    if c < 0:
        return mix64(int(w.trigger["ref"]), 0)
    action, _, channel = w.candidate(c)
    return mix64(mix64(int(w.trigger["ref"]), int(action["name"])), int(channel["name"]))


def in_running(w: World, c: int) -> bool:
    """Whether the placement (or the stream) means this candidate."""
    action, h, channel = w.candidate(c)
    if w.allowed is not None and int(w.tables.candidates[c]["action"]) not in w.allowed:
        return False
    if w.trigger["placement"] < 0:
        return bool(channel["outbound"])
    place = w.tables.placements[int(w.trigger["placement"])]
    takes = int(place["lanes"]) >> int(action["lane"]) & 1 and int(place["types"]) >> int(action["type"]) & 1
    places = int(action["placements"])
    return bool(int(place["channel"]) == h and takes and (not places or places >> int(w.trigger["placement"]) & 1))


def words(w: World, a: int) -> dict[str, int]:
    """Tone, why it, language (indices, −1 = none), and how the content is laid out."""

    def chosen(mask: int, *wanted: int) -> int:
        return next((i for i in (*wanted, *range(64)) if i >= 0 and mask >> i & 1), -1)

    def place(names: list[int], name: int) -> int:
        return names.index(name) if name in names else -1

    tone = place([int(x["name"]) for x in w.tables.tones], w.stated(Preference.TONE))
    spoken = w.stated(Preference.LANGUAGE) or int(w.row["language"])
    language = place([int(x) for x in w.tables.languages], spoken)
    speaks = chosen(int(w.tables.actions[a]["languages"]), language, int(w.settings["default_language"]))
    if speaks < 0:
        return {"tone": -1, "tone_source": 0, "language": -1, "presented": 0}
    vectors, of_language = w.tables.tones["vector"].tolist(), [i for i in range(64) if int(w.tables.words[a, speaks]) >> i & 1]
    known = manner.known_in(w.row, w.now, w.tables)
    found, why = manner.tone(vectors, of_language, tone, int(w.settings["default_tone"]), known)
    if of_language and why == 0:
        found, why = drawing.tone_of_their_like(w, of_language, found)
    shown = manner.presentation(manner.stated_wishes(w.row), known, int(w.tables.actions[a]["presents"]))
    return {"tone": found, "tone_source": why, "language": speaks, "presented": shown}


def sigma(w: World, c: int) -> int:
    """Signature of a candidate, in the words that this person would get."""
    spoken = words(w, int(w.tables.candidates[c]["action"]))
    return goals.sigma(w, c, spoken["tone"], spoken["presented"])


def may_be_welcome(w: World, c: int) -> bool:
    """Expected to be worth more than silence, or not known well enough to be sure that it is not."""
    return utility(w, c) > 0 or utility(w, c) + 1.6448536269514722 * math.sqrt(doubt(w, c) + w.hopes.alone_spread) > 0


def welcome_factor(w: World, channel: Any) -> float:
    """C, which stands in for what a contact changes until that is known."""
    return 1.0 if w.hopes.alone_spread > 0 and channel["outbound"] else welcome.factor(w.row, channel, w.now, w.tables)


def doubt(w: World, c: int) -> float:
    """Variance of what a contact brings, in money."""
    action, _, channel = w.candidate(c)
    money = growth(w, action) * min(2.0, max(0.5, float(action["lever"]))) * welcome_factor(w, channel)
    return float(w.hopes.spread[c] * money**2)


def scored_lane(w: World, survivors: list[int]) -> dict[str, Any]:
    """Silence and the best survivors, drawn with SquareCB; outbound ones only if they are expected to do better than silence."""
    survivors = [c for c in survivors if not w.candidate(c)[2]["outbound"] or may_be_welcome(w, c)]
    order = sorted(survivors, key=lambda c: (-utility(w, c), tie(w, c)))[: max(2, int(w.settings["max_scored"])) - 1]
    filled = w.trigger["placement"] >= 0 and w.tables.placements[int(w.trigger["placement"])]["filled"]
    order = sorted(order if filled and order else [*order, -1], key=lambda c: (-utility(w, c), tie(w, c)))
    every, order = len(order), goals.without_repeats(order, lambda c: utility(w, c), lambda c: sigma(w, c), goals.treated(w.row))
    alone = w.hopes.alone_spread if any(w.candidate(c)[2]["outbound"] for c in order if c >= 0) else 0.0
    doubts = [doubt(w, c) if c >= 0 else alone for c in order]
    return {"variety": int(len(order) < every)} | drawing.draw(w, order, [utility(w, c) for c in order], doubts)


def first_of(w: World, survivors: list[int], lane: int) -> dict[str, Any]:
    """A lane that does not score: the first of it."""
    order = winner(w, survivors, lane)
    other = order[1] if len(order) > 1 else -2
    return {"chosen": order[0], "p_chosen": 1.0, "explored": 0, "best": order[0], "runner_up": other, "n_scored": 0, "boundary": 1.0}


def fits(w: World, action: Any) -> bool:
    """Whether an action means this person, now or later, whatever else stops it."""
    on, lane = w.tables.matrix, int(action["lane"])
    if on[Gate.ELIGIBILITY, lane] and eligibility(w, action, 2**62) == NEVER:
        return False
    return not on[Gate.RAMP, lane] or ramp.release(int(w.trigger["person"]), action, w.now) == FREE


def decide(w: World) -> dict[str, Any]:
    """Every member of DECISION that follows from rules, by name; ``boundary``: how near the draw was to another."""
    running = [c for c in range(w.tables.candidates.shape[0]) if in_running(w, c)]
    gates = {c: gate(w, c) for c in running}
    survivors = [c for c in running if gates[c][0] < 0]
    lane = lane_of(w, survivors)
    held_out = 0
    thanks = lane == Lane.THANK and w.candidate(winner(w, survivors, lane)[0])[0]["type"] == ActionType.THANK_YOU
    if thanks and is_held_out(w) and not is_spared(w):
        held_out, survivors = 1, [c for c in survivors if w.candidate(c)[0]["type"] != ActionType.THANK_YOU]
        lane = lane_of(w, survivors)
    found = first_of(w, survivors, lane) if lane < Lane.GROWTH else scored_lane(w, survivors)
    found = {"arm": 0, "variety": 0} | goals.NOTHING | found
    blocked = sorted((c for c in running if gates[c][0] >= 0), key=lambda c: (-utility(w, c), c))
    found["runner_up_utility"] = utility(w, found["runner_up"]) if found["runner_up"] > -2 else 0.0
    found["blocked_by"] = [sum(g[0] == gate_ for g in gates.values()) for gate_ in Gate]
    found["blocked"] = [(c, int(gates[c][0]), gates[c][1], utility(w, c)) for c in blocked]
    found["hints"] = manner.hints(manner.known_in(w.row, w.now, w.tables))
    found["gratitude"], found["held_out"], found["top_category"] = gratitude(w), held_out, top_category(w)
    found |= {name: -1.0 if x is None else x for name, x in trust.parts(w.row, w.now, w.tables).items()}
    c = found["chosen"]
    found |= bonds.said(w, gates, Gate.ELIGIBILITY, condition, int(w.candidate(c)[0]["lane"]) if c >= 0 else Lane.SILENCE)
    found |= bonds.introduced(w, w.candidate(c)[0] if c >= 0 else None)
    found |= roles.said(w, gates, lambda a: fits(w, a))
    if c < 0:
        nothing = dict.fromkeys(("action", "channel", "tone", "language"), -1) | {"tone_source": 0, "presented": 0}
        return found | nothing | {"lane": int(Lane.SILENCE), "send_ms": w.now, "expires_ms": 0, "hour_source": 0, "hour_p": 1.0}
    action, h, channel = w.candidate(c)
    kind, evidence = basis(w, action, channel)
    names = ("p_accept", "term_value", "term_cost", "term_effort", "term_fatigue")
    return (
        found
        | dict(zip(names, terms(w, c), strict=True))
        | {"utility": utility(w, c), "lane": int(action["lane"]), "action": int(w.tables.candidates[c]["action"]), "channel": h}
        | {"expires_ms": expires(w, c, gates[c][2])}
        | hours.sent(w, action, h, gates[c][2], expires(w, c, gates[c][2]))
        | words(w, int(w.tables.candidates[c]["action"]))
        | goals.told(w, c, sigma(w, c))
        | {"basis": max(int(kind), 0), "evidence": evidence}
    )
