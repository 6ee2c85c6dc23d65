"""Slow twin of ``emit.encode``: one decision as a plain dict, from the record, by the textbook."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from platinum.policy.policy import Policy
from platinum.vocabulary.arms import Arm
from platinum.vocabulary.codes import ActionType, Basis, Gate, Lane
from platinum.vocabulary.manner import HINTS

Json = dict[str, Any]
_MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
}


def six(x: float) -> float:
    """6 significant digits."""
    return float(f"{x:.6g}")


def utc(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(ms))


def instant(ms: int) -> str:
    return utc(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(ms) % 1000:03d}Z"


def written(day: date, language: str) -> str:
    month = _MONTHS[language][day.month - 1]
    return f"{day.day}. {month} {day.year}" if language == "de" else f"{day.day} {month} {day.year}"


def is_open(policy: Policy, at: datetime) -> bool:
    assert policy.human is not None
    local = at.astimezone(ZoneInfo(policy.timezone))
    minute = local.hour * 60 + local.minute
    if (local.date() - date(1970, 1, 1)).days in policy.human.closed:
        return False
    return any(local.weekday() == weekday and first <= minute < last for weekday, first, last in policy.human.opens)


def human_path(policy: Policy, now_ms: int, record: Any = None) -> Json | None:
    """Minute by minute, as somebody with a clock and the list of hours would find out; ``record`` says what is open, if anything."""
    if policy.human is None:
        return None
    now = utc(now_ms)
    found: Json = {**policy.human.contact, "open_now": is_open(policy, now), "opens_at": None}
    if not found["open_now"]:
        at = now.replace(second=0, microsecond=0)
        for _ in range(9 * 24 * 60):
            at += timedelta(minutes=1)
            if is_open(policy, at):
                found["opens_at"] = instant(int(at.timestamp()) * 1000)
                break
    if record is None:
        return {**found, "first": False, "owner": None, "case_id": None, "call_back": None}
    text = bytes(record["case_text"].tolist())[: record["case_bytes"]].decode()
    back = {"class": policy.human.call_back, "promised_by": instant(record["call_back_ms"]), "requested": bool(record["called_back"])}
    return {
        **found,
        "first": bool(record["human_first"]),
        "owner": policy.names.get(int(record["owner"])),
        "case_id": text or None,
        "call_back": back if record["call_back_ms"] else None,
    }


def ends(policy: Policy, terms: Any, send_ms: int) -> date | None:
    text = str((terms or {}).get("ends", ""))
    if match := re.fullmatch(r"(\d+)d", text):
        return utc(send_ms).astimezone(ZoneInfo(policy.timezone)).date() + timedelta(days=int(match[1]))
    return date.fromisoformat(text) if text else None


def facts(record: Any, policy: Policy, language: str, last_day: date | None) -> dict[str, str]:
    zone = ZoneInfo(policy.timezone)
    known: dict[str, str] = {}
    if record["orders"] > 0:
        last = utc(record["last_order_ms"]).astimezone(zone).date()
        today = utc(record["now_ms"]).astimezone(zone).date()
        known["orders"] = str(record["orders"])
        known["last_order_date"] = written(last, language)
        known["first_order_date"] = written(date(1970, 1, 1) + timedelta(days=int(record["first_day"])), language)
        known["days_since_last"] = str(max(0, (today - last).days))
    for member in ("last_category", "top_category"):
        if int(record[member]) in policy.names and record[member]:
            known[member] = policy.names[int(record[member])]
    if last_day is not None:
        known["ends"] = written(last_day, language)
    return known


def fill(text: str, known: dict[str, str], left: list[str]) -> str:
    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name not in known and name not in left:
            left.append(name)
        return known.get(name, match[0])

    return re.sub(r"\{(\w+)\}", one, text)


def wishes(packed: int) -> Json:
    """What is wished about the presentation: three digits to the base of five."""
    found: Json = {"stated": []}
    for i, (name, words) in enumerate({"detail": "brief full", "order": "facts_first people_first", "pace": "quick calm"}.items()):
        digit = packed // 5**i % 5
        found[name] = None if digit == 0 else words.split()[1 - digit % 2]
        if digit in (1, 2):
            found["stated"].append(name)
    return {name: found[name] for name in ("detail", "order", "pace", "stated")}


def laid_out(blocks: Any, wish: Json) -> Any:
    """Parts one behind the other as they are wished; what says nothing goes with the one before."""
    parts: Json = {}
    last = ""
    for block in blocks:
        last = block.part or last
        parts.setdefault(last, []).append(block)
    if wish["detail"] == "brief":
        parts.pop("detail", None)
    if wish["order"] is None and wish["pace"] is None:
        return [b for b in blocks if any(b is one for part in parts.values() for one in part)]
    if wish["order"] is None:
        rest = [b for b in laid_out(blocks, wish | {"pace": None}) if not any(b is one for one in parts.get("next", []))]
        return [*parts.get("next", []), *rest] if wish["pace"] == "quick" else [*rest, *parts.get("next", [])]
    order = {
        ("facts_first", False): "facts detail people next",
        ("facts_first", True): "facts next detail people",
        ("people_first", False): "people facts detail next",
        ("people_first", True): "people facts next detail",
    }[wish["order"], wish["pace"] == "quick"].split()
    return [block for part in ["", *order] for block in parts.get(part, [])]


def facts_hash(blocks: Any, own: list[str], action: Any) -> str:
    """Every number, place for what the offer says, link and product of a content, sorted; and offer and terms."""
    found = set()
    for block in blocks:
        found |= {f"{{{name}}}" for name in block.placeholders if name in own}
        if block.kind == "products":
            found.add("products " + json.dumps(dict(block.fields), sort_keys=True, separators=(",", ":"), ensure_ascii=False))
            continue
        found |= {f"{block.kind} {text}" for name, text in block.fields.items() if name == "url"}
        texts = [text for name, text in block.fields.items() if isinstance(text, str) and name != "url"]
        for text in texts:
            bare = re.sub(r"\{[^{}]*\}", "", text)
            found |= {number.replace(" ", "") for number in re.findall(r"\d+(?:[.,:/-]\d+)*(?:\s?%)?", bare)}
    said = {"facts": sorted(found), "offer": action.offer, "terms": action.terms}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def content(record: Any, policy: Policy, last_day: date | None) -> Json | None:
    action = policy.actions[record["action"]]
    blocks = action.content.get((int(record["language"]), int(record["tone"])))
    if blocks is None:
        return None
    language = policy.languages[record["language"]]
    known = facts(record, policy, language, last_day)
    of_them = {name for name in known if name != "ends"}
    if action.type == ActionType.OFFER:
        for name, value in (action.offer or {}).items():
            price = f"{value:.2f}" if isinstance(value, float) else str(value)
            known[name] = price.replace(".", ",") if language == "de" and isinstance(value, float) else price
    left: list[str] = []
    wish = wishes(int(record["presented"]))
    stated_facts = facts_hash(blocks, ["ends", *(action.offer or {})] if action.type == ActionType.OFFER else ["ends"], action)
    blocks = laid_out(blocks, wish)
    heads = [{"kind": b.kind, "part": b.part} if b.part else {"kind": b.kind} for b in blocks]
    filled_in = [{k: fill(v, known, left) if isinstance(v, str) else v for k, v in b.fields.items()} for b in blocks]
    filled = [head | one for head, one in zip(heads, filled_in, strict=True)]
    texts = [v for b in blocks for v in b.fields.values() if isinstance(v, str)]
    named = [name for text in texts for name in re.findall(r"\{(\w+)\}", text)]
    return {
        "language": language,
        "presentation": wish,
        "facts": stated_facts,
        "blocks": filled,
        "placeholders": left,
        "cites": [n for n in dict.fromkeys(named) if n in of_them],
    }


def reasons(record: Any, policy: Policy) -> list[Json]:
    found: list[tuple[str, float | None]] = []
    if record["action"] < 0:
        found.append(("explored" if record["explored"] else "silence_best" if record["n_passed"] > 0 else "nothing_eligible", None))
        found += of_arm(record)
        found += [("thanks_held_out", None)] * bool(record["held_out"])
        found += for_a_goal(record) + stopped_because(record)
        return [{"code": code, "value": value} for code, value in found]
    kind = policy.actions[record["action"]].type
    plain = {"NOTICE": "legal_duty", "APOLOGY": "owed", "ANSWER": "asked", "LISTEN": "listening_due", "SURPRISE": "surprise_due"}
    if kind == ActionType.THANK_YOU:
        found.append(("gratitude_due", six(record["gratitude"])))
    elif kind.name in plain:
        found.append((plain[kind.name], None))
    else:
        found += [(code, six(record[code])) for code in ("utility", "term_value", "term_cost", "term_effort", "term_fatigue")]
        if kind == ActionType.OFFER:
            found.append(("terms_clarity", six(policy.actions[record["action"]].clarity)))
    if policy.tables.actions[record["action"]]["introduces"]:
        found.append(("both_want_to_meet", None))
    if record["explored"]:
        found.append(("explored", None))
    found += of_arm(record)
    if record["send_ms"] > record["now_ms"] and record["hour_source"] in (0, 3):
        found.append(("held_until_quiet_hours_end", None))
    found += [("thanks_held_out", None)] * bool(record["held_out"])
    found += for_a_goal(record) + stopped_because(record)
    return [{"code": code, "value": value} for code, value in found]


def of_arm(record: Any) -> list[tuple[str, float | None]]:
    """That an arm had a say."""
    names = {Arm.RANDOM: "random_arm", Arm.SILENT: "silence_arm", Arm.SAME_FOR_ALL: "same_for_all_arm"}
    return [(name, None) for arm, name in names.items() if record["arm"] == arm]


def for_a_goal(record: Any) -> list[tuple[str, float | None]]:
    """What goals and variety did."""
    found: list[tuple[str, float | None]] = [("term_alone", six(record["term_alone"]))] if record["term_alone"] else []
    found += [("term_goal", six(record["term_goal"]))] if record["term_goal"] else []
    found += [("gadget", six(record["goal_fit"]))] if record["gadget"] else []
    found += [("variety", None)] * bool(record["variety"])
    why = (None, "best_hour", "hour_tried", "best_hour")[record["hour_source"]]
    return found + ([(why, six(record["hour_p"]))] if why else [])


def stopped_because(record: Any) -> list[tuple[str, float | None]]:
    """What the person thinks of us, where that stopped something."""
    found: list[tuple[str, float | None]] = [("unwelcome", six(record["welcome_upper"]))] if record["unwelcome"] else []
    found += [("firm_owes", six(record["balance"]))] * bool(record["owes"])
    found += [("not_asked_to_sell", six(record["advocacy"]))] * bool(record["spared"])
    found += [(code, None) for code in ("account_case", "account_cap", "role_over") if record[code]]
    if record["wary"]:
        found += [(code, six(record[code])) for code in ("trust", "trust_kept", "trust_terms", "trust_recovery")]
    return found


def pair(policy: Policy, candidate: int) -> Json:
    if candidate < 0:
        return {"action": None, "channel": None}
    one = policy.tables.candidates[candidate]
    return {"action": policy.actions[one["action"]].name, "channel": policy.channels[one["channel"]]}


def blocked(record: Any, policy: Policy) -> Json:
    counts = {gate.name.lower(): int(n) for gate, n in zip(Gate, record["blocked_by"], strict=True) if n}
    best = []
    for one in record["blocked"]:
        if one["candidate"] < 0:
            break
        until = instant(one["until_ms"]) if one["until_ms"] > 0 else None
        best.append({**pair(policy, one["candidate"]), "gate": Gate(one["gate"]).name.lower(), "until": until})
    return {"counts": counts, "best": best}


def introduction(record: Any, policy: Policy) -> Json:
    """Whom the customer may meet, where the action introduces."""
    if record["action"] < 0 or not policy.tables.actions[record["action"]]["introduces"]:
        return {}
    said = {"interest": policy.names.get(int(record["meets"])), "from": int(record["met_as"]), "to": int(record["meets_whom"])}
    return {"introduction": said}


def what(record: Any, policy: Policy, log: str, decision_id: str) -> Json:
    """The members that are null for silence."""
    if record["action"] < 0:
        names = ("action", "channel", "tone", "content", "offer", "terms", "promise", "send_at", "expires_at", "basis", "p_accept")
        return {"lane": "silence", "type": "silence", **dict.fromkeys(names)}
    action = policy.actions[record["action"]]
    last_day = ends(policy, action.terms, record["send_ms"])
    until = None
    if last_day is not None:
        morning = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), ZoneInfo(policy.timezone))
        until = instant(int(morning.timestamp()) * 1000)
    unsaid = {"fees": "none", "length": "none", "renewal": "none", "personal_price": False}
    terms = None
    if action.terms is not None:
        terms = {name: value for name, value in (unsaid | dict(action.terms)).items() if name != "shown"}
        terms |= {"ends": last_day.isoformat()} if last_day else {}
    vector = [six(x) for x in policy.tables.tones[record["tone"]]["vector"].tolist()]
    source = ("default", "stated", "nearest", "inferred", "learned", "tried")[record["tone_source"]]
    hints = [HINTS[h] for h in record["hints"].tolist() if h >= 0]
    known = {"confidence": six(record["style_known"]), "hints": hints}
    offer = {"id": action.name, **(action.offer or {}), "valid_until": until}
    return {
        "lane": Lane(action.lane).name.lower(),
        "type": action.type.name.lower(),
        "action": action.name,
        "channel": policy.channels[record["channel"]],
        "tone": {"id": policy.tones[record["tone"]], "vector": vector, "source": source, **known} if record["tone"] >= 0 else None,
        "content": content(record, policy, last_day),
        "offer": offer if action.type == ActionType.OFFER else None,
        "terms": None if action.type == ActionType.THANK_YOU else terms,
        "promise": None
        if action.promise is None
        else {"promise_id": decision_id, "class": action.promise, "due_at": instant(record["promise_ms"])},
        "send_at": instant(record["send_ms"]),
        "expires_at": instant(record["expires_ms"]),
        "basis": {
            "kind": Basis(record["basis"]).name.lower(),
            "evidence": f"{log}.{record['evidence_offset']}" if record["evidence_offset"] >= 0 else None,
        },
        "p_accept": six(record["p_accept"]) if action.lane == Lane.GROWTH else None,
    }


def role(record: Any, policy: Policy) -> Json | None:
    """The account, and what they are there."""
    if not record["account"]:
        return None
    account = bytes(record["account_text"].tolist())[: record["account_bytes"]].decode() or None
    return {"account": account, "name": policy.names.get(int(record["role"]))}


def decision(record: Any, policy: Policy, model: str, customer: str, decision_id: str, log: str) -> Json:
    """The decision of one DECISION record; ``log`` is "<generation>.<partition>"."""
    utility = 0.0 if record["action"] < 0 else record["utility"]
    runner_up = None
    if record["runner_up"] > -2:
        runner_up = {**pair(policy, record["runner_up"]), "margin": six(utility - record["runner_up_utility"])}
    return {
        "decision_id": decision_id,
        "customer_id": customer,
        "decided_at": instant(record["now_ms"]),
        **what(record, policy, log, decision_id),
        **introduction(record, policy),
        "placement": policy.placements[record["placement"]] if record["placement"] >= 0 else None,
        "role": role(record, policy),
        "human_path": human_path(policy, record["now_ms"], record),
        "p_chosen": six(record["p_chosen"]),
        "explored": bool(record["explored"]),
        "policy": policy.version,
        "model": model,
        "reasons": reasons(record, policy),
        "runner_up": runner_up,
        "blocked": blocked(record, policy),
    }
