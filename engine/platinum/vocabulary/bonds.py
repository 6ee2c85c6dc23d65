"""What customers do for the firm and for each other; and what they are to it."""

from __future__ import annotations

from types import MappingProxyType

from platinum.hashing import name_hash
from platinum.vocabulary.codes import Kind
from platinum.vocabulary.spec import EventSpec, Property, identifier, name, number

#: What somebody may be to the firm: trait ``party`` of an ``identify`` call. The place is stored; who says nothing is a customer.
PARTIES = ("customer", "employee", "partner", "supplier", "owner")
#: Name of that trait.
PARTY = "party"
#: Pseudonyms in introductions are whole numbers below 2^53, which every JSON reader keeps exactly.
MOST_PSEUDONYM = (1 << 53) - 1
PARTY_HASHES = tuple(name_hash(word) for word in PARTIES)


def _said(of: str, doc: str, otherwise: float) -> Property:
    """True or false; ``otherwise`` is what the bare event says."""
    return Property(of, "flag", doc, register="low", how="sign", choices=MappingProxyType({"true": 1.0, "false": otherwise}))


#: Of an event that an employee brought about.
SERVED_BY = (
    name("team", "Team of the employee.", "low"),
    name("agent", "Who it was, by a pseudonym. Read only where the policy says `agents.individuals: yes`.", "high"),
)

BONDS: tuple[EventSpec, ...] = (
    EventSpec(
        "Help Given",
        "track",
        Kind.HELP_GIVEN,
        "The customer helped another one: answered a question, showed how it is done.",
        (name("category", "What it was about.", "name_a"),),
    ),
    EventSpec(
        "Interest Stated",
        "track",
        Kind.INTEREST_STATED,
        "The customer named an interest, and said whether they want to be introduced to others who share it.",
        (
            name("interest", "The interest, in the policy's words.", "name_a", required=True),
            _said("introductions", "True: introduce me. False or absent: do not, from now on.", -1.0),
        ),
        constants=MappingProxyType({"low": -1.0}),
    ),
    EventSpec(
        "Introduction Answered",
        "track",
        Kind.INTRODUCTION_ANSWERED,
        "The customer answered a proposal to be introduced to somebody. Nobody is told who the other is before both have accepted.",
        (
            identifier("decision_id", "Id of the decision that proposed it.", required=True, how="decision_ref"),
            _said("accepted", "False: no. Absent: yes.", -1.0),
            name(
                "interest",
                "`introduction.interest` of that decision. Without it and `to` the answer stays between the two of you.",
                "name_a",
            ),
            number("to", "`introduction.to` of that decision.", "high", 0, MOST_PSEUDONYM),
        ),
        constants=MappingProxyType({"low": 1.0}),
    ),
)
