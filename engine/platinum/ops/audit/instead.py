"""What a policy would have done: its own contacts held against the same rules, and what it did where a breach was.

The facts stay: a parcel that was late is late under any policy. What the firm did about it, and whom it wrote to, is the policy's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.ops.audit import asked_twice
from platinum.ops.audit.detect import detect
from platinum.ops.audit.history import ROW, History, assemble
from platinum.ops.audit.occasions import BREACHES, OBSERVED, Finding
from platinum.ops.audit.retell import Decided
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.summary import instant
from platinum.policy.scalars import DAY_MS
from platinum.vocabulary.codes import PURPOSE_OF, ActionType, Kind

#: Breaches that the firm's contacts make; a policy sends its own.
OF_CONTACTS = ("sold_in_complaint", "contacted_without_basis", "contacted_too_often", "never_thanked", "asked_twice")
#: Decisions so long after a breach are what was done about it.
AFTER_MS = 7 * DAY_MS
NOTHING = "nothing was due"
_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Instead:
    """One kind of breach, then and under the policy.

    Attributes
    ----------
    breaches, under_policy : int or None
        ``breaches`` is None where the files cannot tell, ``under_policy`` where it is a fact that no policy changes.
    did : dict
        What the policy did for those customers in the seven days from each breach: type of its most telling decision → breaches.
    examples : list of (customer, when, what the policy did)
    """

    breach: str
    title: str
    breaches: int | None
    under_policy: int | None
    did: dict[str, int]
    examples: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A past under a policy.

    Attributes
    ----------
    rejected : int
        Events that the engine did not take.
    decisions : dict
        Type → how many.
    contacts_then, contacts_now : int
    """

    policy: str
    events: int
    rejected: int
    decisions: dict[str, int]
    contacts_then: int
    contacts_now: int
    rows: list[Instead]

    def as_json(self) -> dict[str, object]:
        """The form that ``--json`` prints."""
        return asdict(self)


def compare(history: History, findings: Sequence[Finding], made: Sequence[Decided], rules: Rules) -> list[Instead]:
    """Each kind that something was found of: its breaches under the policy, and what the policy did about those that were."""
    under = {finding.breach: finding for finding in detect(with_contacts(history, made), rules)}
    by_customer: dict[int, list[Decided]] = defaultdict(list)
    for one in made:
        by_customer[one.who].append(one)
    return [
        _instead(history, finding, under.get(finding.breach), by_customer)
        for finding in findings
        if finding.broken.size or _answered(finding, under.get(finding.breach))
    ]


def _answered(then: Finding, under: Finding | None) -> bool:
    """Whether the policy's own contacts tell what the firm's files do not."""
    return bool(then.not_said) and under is not None and under.occasions.size > 0


def with_contacts(history: History, made: Sequence[Decided]) -> History:
    """The history with the policy's contacts in place of the firm's."""
    sent = [one for one in made if 0 <= one.sent_ms <= history.end_ms]
    rows = np.zeros(len(sent), ROW)
    names = dict(history.names)
    for i, one in enumerate(sent):
        kind = ActionType[one.type.upper()]
        channel, action = name_hash(one.channel), name_hash(one.action)
        names |= {channel: one.channel, action: one.action}
        rows[i] = (
            one.sent_ms,
            0,
            0,
            0.0,
            kind + 1,
            0.0,
            one.who,
            action,
            channel,
            channel,
            PURPOSE_OF[kind] + 1,
            Kind.CONTACT_DISPATCHED,
            0,
        )
    facts = history.rows[history.rows["kind"] != int(Kind.CONTACT_DISPATCHED)]
    counts: dict[Kind, int] = dict(history.counts)
    counts[Kind.CONTACT_DISPATCHED] = max(len(sent), 1)  # none sent is an answer here, and no gap in the files
    told = assemble([facts, rows], history.customers, names, counts)
    told.first_ms, told.end_ms = history.first_ms, history.end_ms
    return told


def _instead(history: History, then: Finding, under: Finding | None, made: dict[int, list[Decided]]) -> Instead:
    broken = _changeable(then)
    did: Counter[str] = Counter()
    examples: list[tuple[str, str, str]] = []
    for who, at_ms in zip(broken["who"].tolist(), broken["at_ms"].tolist(), strict=True):
        end_ms = history.end_ms + 1 if then.breach == "never_thanked" else at_ms + AFTER_MS
        what = _most_telling([one for one in made.get(who, ()) if at_ms <= one.at_ms < end_ms])
        did[what.split(" ")[0] if what != NOTHING else what] += 1
        if len(examples) < _MOST_EXAMPLES and what != NOTHING:
            examples.append((history.customers[who], instant(at_ms), what))
    count = len(_changeable(under)) if under is not None and then.breach in OF_CONTACTS else None
    title = (BREACHES | OBSERVED)[then.breach][0]
    return Instead(then.breach, title, None if then.not_said else len(broken), count, dict(did.most_common()), examples)


def _changeable(finding: Finding) -> NDArray[np.void]:
    """Breaches without those that happened in a conversation, which a policy does not lead."""
    broken = finding.broken
    if finding.breach != asked_twice.BREACH:
        return broken
    kept: NDArray[np.void] = broken[broken["detail"] != asked_twice.IN_CONVERSATION]
    return kept


#: The first of these that was decided is what is told of a customer's week.
_TELLING = ("apology", "answer", "notice", "thank_you", "help", "listen", "surprise", "offer", "silence")


def _most_telling(decided: Iterable[Decided]) -> str:
    best = min(decided, key=lambda one: _TELLING.index(one.type), default=None)
    if best is None:
        return NOTHING
    return best.type if best.sent_ms < 0 else f"{best.type} ({best.action}, {best.channel})"
