"""The vocabulary as pages: ``docs/reference/events.md`` and one per group of events beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from platinum.vocabulary import limits
from platinum.vocabulary.bonds import BONDS
from platinum.vocabulary.limits import REJECTION_REASONS
from platinum.vocabulary.relation import IDENTITY, OUTCOMES, WISHES
from platinum.vocabulary.roles import IN_ROLE
from platinum.vocabulary.service import SERVICE
from platinum.vocabulary.spec import EventSpec, Property
from platinum.vocabulary.table import COMMERCE, ENGINE_NAMES, PRODUCT

_FROM_CODE = "This page is made from the code; `make docs` rewrites it, `make check` fails when it differs."
_INTRO = f"""# Events

What may be sent: to `POST /v1/track`, `/v1/identify` and `/v1/batch`, straight into the topic `platinum.interactions.v1`, or to
`platinum.Engine`. An event has the shape of a Segment call, so whatever already sends Segment or RudderStack events is a source.
Over HTTP a body may be packed with gzip. Schema: `schemas/event/v1.json`. {_FROM_CODE}

An event is accepted if it is strict UTF-8 JSON (RFC 8259), obeys the schema and keeps these limits; anything else becomes a dead
letter with one of the reasons at the end of this page. What is not named here may be sent too: it is ignored. `null` is the same
as absent; of two equal names in one object the last one counts.

| limit | |
|---|---|
| one event, envelope included | at most {limits.MAX_EVENT_BYTES:,} bytes |
| nesting | at most {limits.MAX_DEPTH} objects and lists inside each other |
| text | no lone surrogates (`\\ud800` alone) |
| times | instants that exist, from 1970 to 2099; no leap seconds; what is finer than a millisecond is cut off |
| customer key | no e-mail addresses or phone numbers, unless the deployment allows them; no control characters |

## Envelope

| member | what it says | must be |
|---|---|---|
| `type` (required) | Which call. | one of `track`, `identify`, `page`, `screen`, `group`, `alias` |
| `event` | Name of a track call; required there. A name on none of the pages below is a sign of life, unless the policy maps it. | {{id}} |
| `userId` | Who. Either this or `anonymousId` is required. | {{id}}; starting neither with `anon:` nor with `account:` |
| `anonymousId` | Who, where nobody has signed in: the customer key becomes `anon:` and this id. | {{id}} |
| `messageId` | A second event of the same customer with an equal id is ignored. | {{id}} |
| `timestamp` | When it happened; when absent, or later than the record, the record's time. | an RFC 3339 date-time |
| `context.channel` | Where it happened. | {{name}} |
| `context.locale` | Language tag; the first subtag is used. | text of at most {limits.MAX_LOCALE} characters |
| `context.timezone` | The customer's time zone, as IANA names it. | text of at most {limits.MAX_LOCALE} characters |
| `context.location.country` | ISO 3166 code of two letters; a country's name is ignored. | {{name}} |
| `context.groupId` | Account that the call belongs to, where its properties name none. | {{id}} |
| `context.consent`, `context.consentManagement` | **Ignored.** See below. | anything |

That JSON is sent bare or as CloudEvents 1.0, whose id stands in for an absent `messageId`: in structured mode
(`content-type: application/cloudevents+json`, the event in `data`) or in binary mode (headers `ce_specversion`, `ce_id`,
`ce_source`, `ce_type`; over HTTP `ce-specversion` and so on).

| sent to | structured mode is known by | binary mode |
|---|---|---|
| the topic | the content type among the record's headers | yes |
| `POST /v1/track` and its likes | the content type, or `specversion` and `data` in the body | yes |
| `/v1/batch`, `events` of `/v1/decisions` | `specversion` and `data` in the element | no |
| `platinum run`, `platinum.Engine` | `specversion` and `data` in the line or element | no |

Over HTTP the envelope is taken off: the log holds the bare event. CloudEvents batches (`application/cloudevents-batch+json`) are
not read. A record's key, if it has one, must be the customer key. The header `history` of a record (`platinum-history` of
`/v1/batch`) marks a past that is imported: it is learned from, but decides nothing.

The consents that Segment (`context.consent.categoryPreferences`) and RudderStack (`context.consentManagement`) put beside an event
say which tools may see it, in categories that each company names for itself: they are neither a yes nor a no to being contacted, and
nothing of them is kept. Keep events that Platinum must not see from being sent to it; tell it a yes or a no to being contacted, or
to profiling, with [Consent Changed](events/wishes.md#consent-changed)."""


def _table(properties: Iterable[Property]) -> str:
    rows = [f"| `{p.name}`{' (required)' if p.required else ''} | {p.doc} | {p.wanted} |" for p in properties]
    return "\n".join(["| property | what it says | must be |", "|---|---|---|", *rows])


_IN_ROLE = f"""## In which role

Somebody may act for themselves, or for an account that they belong to ([roles](roles.md)). Every event on the pages below that has
properties, and every page and screen, may carry:

{_table(IN_ROLE)}"""

_PRIVATE = """## What becomes of text

A customer's words (`Message Received`, comments, reasons, reviews) never reach a profile, a decision, a contact, a metric or a line of
the service's own log: they are counted, or hashed, and dropped. The same holds for traits that are e-mail addresses or names: a
profile keeps a hash of 32 bits, and shows a value only if the policy lists it.

The event itself stays as it came in the log of interactions (`platinum.interactions.v1`, `log.sqlite` in the data directory), and a
rejected one in `platinum.dead-letters.v1`: profiles are rebuilt from the one and errors found in the other. In the embedded form
nothing of it expires or is erased yet. Do not send what must not be kept: no e-mail addresses in traits, no free text that
nobody asked for."""
_NAMES = f"""The names {", ".join(f"`{name}`" for name in sorted(ENGINE_NAMES))} belong to the engine's own records and are refused."""


class Group(NamedTuple):
    """Events on one page: ``name`` is the file's."""

    name: str
    title: str
    about: str
    specs: Sequence[EventSpec]


GROUPS = (
    Group("calls", "Calls", "who somebody is: `identify`, and the calls that show a sign of life", IDENTITY),
    Group("shop", "Shop", "looking, buying, cancelling, returning", COMMERCE),
    Group("service", "Service", "requests, complaints, promises, what went wrong and was put right, what customers tell", SERVICE),
    Group("wishes", "Wishes and advocacy", "consents, objections, stated preferences, reviews, referrals", WISHES),
    Group("outcomes", "Outcomes of decisions", "what became of what Platinum decided", OUTCOMES),
    Group("bonds", "Customers among each other", "help for others, interests, introductions", BONDS),
)


def event_pages() -> dict[str, str]:
    """Contents of the pages, by their path below ``docs/reference``."""
    return {"events.md": _index(), **{f"events/{group.name}.md": _page(group) for group in GROUPS}}


def _index() -> str:
    known = {"{id}": f"text of 1 to {limits.MAX_ID} characters", "{name}": f"text of at most {limits.MAX_NAME} characters"}
    intro = _INTRO
    for placeholder, words in known.items():
        intro = intro.replace(placeholder, words)
    rows = [f"| [{g.title}](events/{g.name}.md) | {g.about} | {', '.join(spec.name for spec in g.specs)} |" for g in GROUPS]
    events = "\n".join(["## Events by group", "", "| page | about | events |", "|---|---|---|", *rows])
    reasons = [f"| `{reason}` | {meaning} |" for reason, meaning in REJECTION_REASONS.items()]
    rejected = "\n".join(["## Reasons of rejection", "", "| reason | what was wrong |", "|---|---|", *reasons])
    return f"{intro}\n\n{_IN_ROLE}\n\n{_PRIVATE}\n\n{events}\n\n{_NAMES}\n\n{rejected}\n"


def _page(group: Group) -> str:
    parts = [
        f"# {group.title}",
        f"Events about {group.about}. Envelope, limits and reasons of rejection: [Events](../events.md). {_FROM_CODE}",
    ]
    parts.extend(_event(spec) for spec in group.specs)
    if group.specs is COMMERCE:
        parts.append("## Entries of `products`\n\n" + _table(PRODUCT))
    return "\n\n".join(parts) + "\n"


def _event(spec: EventSpec) -> str:
    parts = [f"## {spec.name}", f"{spec.doc} In a policy: `{spec.snake}`."]
    if spec.properties:
        parts.append(_table(spec.properties))
    if spec.one_of:
        ways = [" and ".join(f"`{name}`" for name in group) for group in spec.one_of]
        parts.append(f"At least one of {', '.join(ways)} must be given.")
    if spec.required_when:
        name, cases = spec.required_when
        needs = [f"{' and '.join(f'`{n}`' for n in names)} for {choice}" for choice, names in cases.items()]
        parts.append(f"Required by `{name}`: {', '.join(needs)}.")
    if spec.required_when and spec.only_when:
        limited, words = spec.only_when
        only = [f"with {choice}, `{limited}` is one of {', '.join(names)}, in any case" for choice, names in words.items()]
        parts.append(f"{'; '.join(only).capitalize()}.")
    parts.extend(f"The {register} is {words}." for register, words in spec.fills.items())
    return "\n\n".join(parts)
