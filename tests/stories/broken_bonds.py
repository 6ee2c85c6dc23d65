"""What stands in the place of a kernel while what is given, got and asked for is broken. Plain functions: the JIT is off."""

from __future__ import annotations

from typing import Any

from platinum.decide import asking, balance, bonds, caps, parties
from platinum.decide.record import FREE
from platinum.learn.community import Community
from platinum.policy import bonds as rules
from platinum.policy import community, condition_values
from platinum.policy.tables import Tables
from platinum.profile import bonds as kept
from platinum.profile import interests, talk
from platinum.profile.agents import override
from platinum.profile.offers import decline
from platinum.profile.welcome import NO, react
from tests.stories.breaking import Break
from tests.stories.broken_kernels import always

Record = Any
_add, _state_interest = Community.add, interests.state_interest


def everybody_sells(action: Record, person: Record) -> bool:
    """Parties as they are; whoever is owed, or stands up for the firm, may be asked to bring others."""
    mask = int(action["parties"]) or 1
    return bool(mask >> int(person["party"]) & 1)


def whoever_it_is(action: Record, person: Record) -> bool:
    """Actions are for everybody, as long as nobody is asked to sell who must not be."""
    return bool(action["asks_to_sell"] == 0 or not parties.is_spared(person))


def always_again(row: Record, now_ms: int, person: Record) -> bool:
    """Thanks as long as something is owed."""
    return bool(person["owes"] != 0)


def the_firm_owes_all(row: Record, cohort: int, now_ms: int, tables: Tables) -> float:
    return -9.0


def one_is_enough(row: Record, now_ms: int, tables: Tables) -> bool:
    """Whoever has ever stood up for the firm is an ambassador."""
    return bool(kept.advocacy(row, now_ms) > 0.0)


def an_override_is_a_no(row: Record, more: Record, entry: Record, event: Record, tables: Tables) -> None:
    """As if the customer had declined, and for good."""
    react(row, entry, NO, int(event["occurred_ms"]), tables)
    decline(row, more, event["ref"], int(entry["action"]))


def wants_it_all_the_same(row: Record, tables: Tables, person: Record) -> None:
    """Whoever has an interest is introduced, whatever they said, as soon as others want it."""
    person["meets_whom"], person["met_as"] = 1, 2
    person["meets"] = 1 if int(row["n_interests"]) and int(tables.settings[0]["n_introduced"]) else 0


def first_comers(self: Community, fact: dict[str, Any]) -> None:
    """Everybody who names an interest is somebody to meet, and nobody ever leaves."""
    if fact["fact"] == "interest":
        _add(self, {**fact, "said": 1.0})


def everybody_wants(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """Whoever names an interest wants to be introduced."""
    event = event.copy()
    event["low"] = 1.0
    _state_interest(row, more, event, tables)


def proposed_again(self: Community, fact: dict[str, Any]) -> None:
    """Answers are not heard."""
    if fact["fact"] == "interest":
        _add(self, fact)


def whoever_wants(action: Record, person: Record) -> bool:
    return True


BREAKS = (
    Break("community", "silence is consent", [(balance.introduce, wants_it_all_the_same)]),
    Break("introductions", "nobody is told of anybody", [(balance.introduce, always(None))]),
    Break("introductions", "whoever has an interest wants to be introduced", [(interests.state_interest, everybody_wants)]),
    Break("introductions", "answers are not heard", [(interests.answer_introduction, always(None)), (Community.add, proposed_again)]),
    Break("introductions", "nobody ever leaves", [(Community.add, first_comers)]),
    Break("community", "there need be nobody else", [(parties.concerns, whoever_wants)]),
    Break("community", "an objection is about something else", [(interests.leave_community, always(None))]),
    Break("community", "a policy may say what it likes", [(community.introduces, always(1))]),
    Break("agents", "an override is the customer's no", [(override, an_override_is_a_no)]),
    Break("agents", "what is no field is read as nothing", [(condition_values._unknown_field, always(None))]),
    Break("bonds", "nobody is owed", [(balance.owed_thanks, always(False))]),
    Break("bonds", "everybody is owed", [(kept.balance_of, the_firm_owes_all)]),
    Break("bonds", "whoever is owed is asked to sell", [(parties.concerns, everybody_sells)]),
    Break("bonds", "nobody is told why", [(bonds.say_bonds, always(None)), (bonds.say_owed, always(None))]),
    Break("bonds", "thanks come at every visit", [(balance.owed_thanks, always_again)]),
    Break("bonds", "a policy may do as it likes", [(rules.check_balance, always(0))]),
    Break("ambassadors", "ambassadors are asked to sell", [(parties.concerns, everybody_sells)]),
    Break("ambassadors", "once an ambassador", [(kept.is_ambassador, one_is_enough)]),
    Break("ambassadors", "a policy may do as it likes", [(rules.check_balance, always(0))]),
    Break("parties", "everything is for everybody", [(parties.concerns, whoever_it_is)]),
    Break("parties", "no cap holds", [(caps.cap_release, always(FREE)), (asking.ask_release, always(FREE))]),
    Break("parties", "everybody is a customer", [(talk.state_party, always(None))]),
    Break("parties", "a policy may do as it likes", [(rules._parties, always(0))]),
)
