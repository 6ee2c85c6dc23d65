"""The reference page of what firm and customer give each other, of ambassadors, of parties."""

from __future__ import annotations

from platinum.policy.bonds import BONDS, DONE, FOR_ALL, WEIGHED
from platinum.policy.fields import FIELDS
from platinum.policy.published import keys_on
from platinum.policy.tables import MOST_INTRODUCED
from platinum.vocabulary.bonds import PARTIES, PARTY

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_INTRO = """Loyalty has two sides. A profile keeps what the firm gave a person and what came of them, in money, fading with a half-life of
365 days ([why](../explanation/give-and-take.md)); the group `bonds` of their own profile, and so of their export, says it."""
_SIDES = """**Given**: an offer that was used (the action's `cost`, else `benefit`), a surprise or goodwill within a budget that met them
(`cost`, else `gift`), a thank-you (`thanks`), a promise that was kept (`promise` times its weight and how well), each point of effort that
an action saved them (`effort`). What bounced is taken back.

**Got**: `value.margin` of each order, less that of what was refunded; a referral, a review, help given to another customer; and `data` for
each answer, wish, goal or interest that they told. An order that is cancelled counts until it is refunded."""
_BALANCE = """RB = ln((give + 1) / (get + 1)) - median of the same in their cohort ([cohorts](../explanation/cohorts.md)). The learner is
told both amounts once a month and customer, without who it is; the median comes back with a snapshot, once a cohort has 20 people's months.
Until then `balance` is unknown, and every condition about it is false.

Below -1 **the firm owes**: more came of this person than is usual for what they were given, by a factor of e. Then thanks are due, whatever
the points of gratitude say, under every rule that thanks have, and no sooner than 30 days after the last. The reason is `firm_owes`."""
_DECIDES = """The balance may bring somebody more, and nobody less. {on_top} and goodwill within a budget may have conditions that read
{weighed}; they then come after everything that is the same for all, as what depends on worth does. Of thanks and questions the only test
that may stand in a condition is `balance: {{at_most: ...}}`, without `not_when`, `none` or `is_not`. Anything else that reads them is a
mistake of the policy. {done} may not be read by what law demands, what is owed or what was asked for."""
_SELL = """An action with `asks_to_sell: yes` asks the customer to recommend you or to bring others. It is never for **ambassadors**
(referrals, reviews and help, faded, reach `reciprocity.ambassador`), nor for whom the firm owes: the gate `eligibility` stops it, and the
decision says `not_asked_to_sell`. Invite them: a condition `ambassador: {at_least: 1}` is for that."""
_PARTIES = """Trait `{party}` of an `identify` call says what somebody is to the firm: {words}; the newest word counts, and who says
nothing is a customer. `for` of an action names whom it is for: customers, unless it says otherwise, and nobody else gets it, in any lane. A
recall that concerns employees too says `for: [customer, employee]`. To those who are no customers, only {types} may be given, and nothing
that sells: they are told truthfully, and heard. A request for a decision may say it as well (`context.party`). Caps count contacts per
person, whatever party they are or were of.

`talk_listen` is how many contacts of yours reached somebody for each time that they spoke to you: requests, contacts, complaints,
messages and answers to your questions (a call and the request made in it are two). Half of both is gone in 90 days; where you were never
spoken to, it is 1000. Aim at 1 or less."""

_AGENTS = """`Decision Overridden` says that an employee did something else (`chose`), why (`reason`) and of which `team` they are; `Contact
Resolved` names the team as well. An override is no answer of the customer's: it changes neither how contacts are welcome to them nor any
offer. The learner is told each once: of the action decided it counts as declined by an agent, of what they chose as accepted by an agent.
It is told while the profile still knows the decision, as any answer is: it keeps the four latest that wait for one, sent and shown ones
longest, until the next decision behind the end of the action's `reward` window (24 hours, for contacts 7 days). An override that comes
when they are gone changes nothing and is told to nobody; after more web pages than that, hours may be enough.

`platinum report agents DIR` (`--json` for programs) says, of the last 12 months of 30 days, what was done instead of which action and for
which reason, and per team how many contacts were settled, and which share in one contact that nobody handed on or asked about again; each
`Contact Resolved` counts, so send one per contact. Teams with fewer outcomes than `least` are counted and not shown, and none are ranked.
Teams and reasons that the policy does not name are one: a name that somebody typed may be a person's. Of single employees nothing is told
to anybody unless `individuals: yes`; then their pseudonyms are.

**How long anybody talked is asked nowhere**, and enters no score, decision or report: whoever takes time for a customer does not look
worse for it. What a customer waited is part of their effort ([effort](effort.md)), and in no number about a team."""

_COMMUNITY = """`Interest Stated` names an interest and says whether the customer wants to be introduced to others who share it; without a
word of that, they do not. The newest word counts, and whoever objects to being profiled wants no introductions any more. A profile keeps
eight.

**Who may meet whom is picked by the learner.** It is told who wants it by a **pseudonym**: a number made from the customer's key with a key
of the deployment's (SipHash), so nobody can try out keys against it. Whoever takes it back, or objects, leaves it at once; so does who was
heard of it a year ago last. Per interest, people are paired first come, first served, never with somebody about whom either has said no or
whom they have met; where one has said yes, the other is waited for. A snapshot carries at most {most} pairs, those that wait longest, so
that a decision needs only the profile and the snapshot. The same facts give the same pairs.

An action with `introduces: yes` (help, or a question) **proposes** such an introduction. It is only for who still wants one in that
interest, it sells nothing, and its words can cite nothing that the customer bought; the compiler holds that. The decision has
`introduction: {{interest, from, to}}`: the customer's own pseudonym, and the other's. Nothing else is said of either.

**How to find out who `to` is**: keep `from` and `customer_id` of every decision that has an `introduction`. `to` of one is `from` of the
other's. The other gets a decision of their own only as long as they want it, so until you have seen it, there is nobody to introduce.
Tell neither who the other is before both have said yes.

`Introduction Answered` says what they answered, with `interest` and `to` as the decision had them. It is not proposed to this customer
again, at once; the other stops being asked about them with the next snapshot if the answer was no. The report
([how to](../how-to/see-the-firm-from-outside.md)) says how many introductions both accepted, and how many both answered within 30 days."""


def bonds_page() -> str:
    """Contents of ``docs/reference/bonds.md``."""
    read = [f"| `{one.name}` | {one.unit} | {one.doc} |" for one in FIELDS.values() if one.field in BONDS]
    named = {of: ", ".join(f"`{one.name}`" for one in FIELDS.values() if one.field in fields) for of, fields in _FIELDS.items()}
    types = ", ".join(f"`{kind.name.lower()}`" for kind in FOR_ALL)
    parts = ["# Give and take", "", _FROM_CODE, "", _INTRO, "", "| field | unit | meaning |", "|---|---|---|", *read, ""]
    for title, text in (
        ("The two sides", _SIDES),
        ("The balance", _BALANCE),
        ("What the balance may decide", _DECIDES.format(on_top="Offers, surprises", **named)),
        ("Ambassadors", _SELL),
        ("Introductions", _COMMUNITY.format(most=f"{MOST_INTRODUCED // 2:,}")),
        ("Agents", _AGENTS),
        ("Parties", _PARTIES.format(party=PARTY, words=", ".join(f"`{word}`" for word in PARTIES), types=types)),
    ):
        parts += [f"## {title}", "", text, ""]
    return "\n".join([*parts, *keys_on("bonds")]).rstrip() + "\n"


_FIELDS = {"weighed": WEIGHED, "done": DONE}
