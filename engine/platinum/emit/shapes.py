"""Compiles what is the same in every decision of one action, channel, placement, tone and language into a program."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from platinum.emit.dates import DATE_FORMS
from platinum.emit.forms import Forms, Ints, Mark, Op, bind
from platinum.emit.human import HumanHours
from platinum.emit.offers import offer_pieces, offer_words
from platinum.emit.reasons import (
    ARMS,
    BOTH_WANT,
    EXPLORED,
    HELD,
    HELD_OUT,
    IN_ROLE,
    LANE_REASON,
    NOTHING_ELIGIBLE,
    SCORED_LANES,
    SILENCE_BEST,
    STOPPED,
    STOPPED_IN_PART,
    VALUED,
    VARIETY,
    plain,
)
from platinum.emit.words import FACTS, Piece, content_pieces, dumps
from platinum.emit.write import NUMBER_BYTES
from platinum.emit.zone import Zone
from platinum.policy.arranging import arranged, unpack_presentation
from platinum.policy.content import ENDS
from platinum.policy.ends import NEVER, ends_of
from platinum.policy.facts import facts_hash
from platinum.policy.policy import Action, HumanPath, Policy
from platinum.profile.entries import CASE_BYTES
from platinum.vocabulary.arms import Arm
from platinum.vocabulary.codes import ActionType, Basis, Gate, Lane
from platinum.vocabulary.manner import HINTS, TONE_SOURCES

_INSTANT_BYTES = 26
_OF_ORDERS = frozenset({Op.ORDERS, Op.LAST_ORDER, Op.FIRST_ORDER, Op.SINCE})
_DATED = frozenset({Op.LAST_ORDER, Op.FIRST_ORDER, Op.ENDS})
#: Facts about the customer by the bit of ``Shape.known`` that says whether they are known.
KNOWN = {1: _OF_ORDERS, 2: frozenset({Op.LAST_CATEGORY}), 4: frozenset({Op.TOP_CATEGORY})}


#: Mark of the reason that an arm had a say.
MARK_OF_ARM = {Mark.RANDOM_ARM: Arm.RANDOM, Mark.SILENCE_ARM: Arm.SILENT, Mark.SAME_FOR_ALL_ARM: Arm.SAME_FOR_ALL}
#: Marks that are the same under every policy.
_FIXED = {
    Mark.MARGIN: ',"margin":',
    Mark.COUNTS: '{"counts":{',
    Mark.BEST: '},"best":[',
    Mark.GATE: ',"gate":',
    Mark.UNTIL: ',"until":',
    Mark.END_BLOCKED: "]}",
    **{Mark[code.upper()]: f',{{"code":"{code}","value":' for code in VALUED},
    **{mark: f",{ARMS[arm]}" for mark, arm in MARK_OF_ARM.items()},
    Mark.VARIETY: f",{VARIETY}",
    **{Mark[code.upper()]: f",{plain(code)}" for code in IN_ROLE},
    Mark.ROLE_ACCOUNT: '{"account":',
    Mark.ROLE_NAME: ',"name":',
}


class Shape(NamedTuple):
    """The members of a shape key (``program.shape_key``); indices, -1 = none."""

    action: int
    channel: int
    tone: int
    language: int
    source: int  # of the tone
    presented: int
    known: int  # KNOWN bits of what the action's words cite
    placement: int


def unpack(key: int) -> Shape:
    """Inverse of ``program.shape_key``."""
    rest, placement = divmod(key, 1024)
    if rest == 0:
        return Shape(-1, -1, -1, -1, 0, 0, 0, placement - 1)
    rest, known = divmod(rest, 8)
    rest, presented = divmod(rest, 128)
    rest, source = divmod(rest, 8)
    rest, language = divmod(rest, 128)
    rest, tone = divmod(rest, 16)
    action, channel = divmod(rest, 32)
    return Shape(action - 1, channel - 1, tone - 1, language - 1, source, presented, known, placement - 1)


def number(x: float) -> str:
    """A number of the policy with 6 significant digits."""
    return f"{x + 0.0:.6g}"


class Shapes:
    """Fragments and programs of one policy; programs are added when a decision of a new shape appears.

    Everything that grows is kept in arrays, so that a new shape costs what it adds and not what is there already: built
    anew from lists, the book of 300 shapes took 11 ms.
    """

    def __init__(self, policy: Policy, model_version: str, zone: Zone) -> None:
        self._policy = policy
        self._zone = zone
        self._versions = f',"policy":{dumps(policy.version)},"model":{dumps(model_version)},"reasons":['
        self._arena, self._fragments = bytearray(), array("q", [0])
        self._steps, self._starts, self._bounds = array("q"), array("q", [0]), array("q")
        self._keys = array("q")  # by program
        marks = {
            Mark.NULL: "null",
            Mark.TRUE: "true",
            Mark.FALSE: "false",
            Mark.EXPLORED: EXPLORED,
            Mark.NOTHING_ELIGIBLE: _nothing_eligible(policy),
            Mark.SILENCE_BEST: SILENCE_BEST,
            Mark.HELD: HELD,
            Mark.HELD_OUT: HELD_OUT,
            **_human_marks(policy.human),
            **_FIXED,
            Mark.FIRST_HINT: dumps(HINTS[0]),
        }
        self._marks = self._all([marks[mark] for mark in Mark])
        self._all([dumps(hint) for hint in HINTS[1:]])  # behind the first of them, which is the last mark
        self._gates = self._all([dumps(gate.name.lower()) for gate in Gate])
        self._bases = self._all([dumps(basis.name.lower()) for basis in Basis])
        candidates = policy.tables.candidates[["action", "channel"]].tolist()
        self._pairs = self._all([self._pair(action, channel) for action, channel in candidates] + [self._pair(-1, -1)])
        names = sorted(policy.names)
        self._names = _ints(names), _ints(self._all([dumps(policy.names[hashed])[1:-1] for hashed in names]))
        self._dates = _ints([number for language in policy.languages for number in self._date_form(language)])
        self._ends = _ints([number for action in policy.actions for number in ends_of(action.terms)])
        self._cited = _ints([self._cites(action) for action in range(len(policy.actions))])
        self._longest = int(np.diff(_ints(self._fragments)).max())

    def forms(self, human: HumanHours) -> Forms:
        """Everything so far, as arrays."""
        keys = _ints(self._keys)
        order = np.argsort(keys)
        grown = (self._fragments, self._steps, self._starts, self._bounds)
        fixed = (self._pairs, self._gates, self._bases, self._marks, self._dates, self._zone.starts, self._zone.offsets, self._ends)
        book = bind((*map(_ints, grown), keys[order], order, *self._names, *fixed, human.edges, human.opens, self._cited))
        return Forms(np.frombuffer(bytes(self._arena), np.uint8), book)

    def add(self, keys: Sequence[int]) -> None:
        """Compile the programs of these shape keys."""
        for key in keys:
            shape = unpack(key)
            pieces = self._silence(shape) if shape.action < 0 else self._spoken(shape)
            self._keys.append(key)
            self._program(['{"decision_id":"', Op.DECISION_ID, '","customer_id":', Op.CUSTOMER, ',"decided_at":', Op.NOW, *pieces], shape)

    def _program(self, pieces: Sequence[Piece], shape: Shape) -> None:
        """Steps of a program; neighbouring texts become one fragment."""
        bound, text = 0, ""
        for piece in [*pieces, Op.COPY]:
            if isinstance(piece, str):
                text += piece
                continue
            if text:
                fragment = self._text(text)
                self._steps.extend((Op.COPY, fragment, fragment + 1))
                bound, text = bound + self._fragments[fragment + 1] - self._fragments[fragment], ""
            if piece != Op.COPY:
                self._steps.extend((piece, shape.language if piece in _DATED else 0, max(0, shape.action)))
                # Blocked is the longest: three pairs with gate and instant, and ten counts.
                bound += (
                    3 * (2 * self._longest + 64) + 10 * 32
                    if piece == Op.BLOCKED
                    else 14 * (self._longest + CASE_BYTES) + 12 * NUMBER_BYTES + 3 * _INSTANT_BYTES
                )
        self._starts.append(len(self._steps) // 3)
        self._bounds.append(bound)

    def _silence(self, shape: Shape) -> list[Piece]:
        lane, kind = Lane.SILENCE.name.lower(), ActionType.SILENCE.name.lower()
        nothing = '"tone":null,"content":null,"offer":null,"terms":null,"promise":null,"send_at":null,"expires_at":null,"basis":null'
        head = f',"lane":"{lane}","type":"{kind}",{self._pair(-1, -1)},"placement":{self._placement(shape)},"role":'
        return [head, Op.ROLE, f',{nothing},"human_path":', Op.HUMAN, ',"p_accept":null', *self._draw(), Op.WHY_SILENT, *self._rest()]

    def _spoken(self, shape: Shape) -> list[Piece]:
        action = self._policy.actions[shape.action]
        head = f',"lane":"{action.lane.name.lower()}","type":"{action.type.name.lower()}",{self._pair(shape.action, shape.channel)}'
        head += f',"placement":{self._placement(shape)},"role":'
        ground: list[Piece] = [',"basis":{"kind":', Op.BASIS, ',"evidence":', Op.EVIDENCE, '},"human_path":', Op.HUMAN]
        sent: list[Piece] = [',"send_at":', Op.SEND, ',"expires_at":', Op.EXPIRES]
        p_accept = Op.P_ACCEPT if action.lane in SCORED_LANES else "null"
        content = [*self._content(shape), ",", *offer_pieces(action)]
        return [
            head,
            Op.ROLE,
            ',"tone":',
            *self._tone(shape),
            ',"content":',
            *content,
            *self._promise(action),
            *self._introduction(shape),
            *sent,
            *ground,
            ',"p_accept":',
            p_accept,
            *self._draw(),
            *self._why(shape),
            *([f",{BOTH_WANT}"] if self._introduces(shape) else []),
            Op.ALSO,
            *self._rest(),
        ]

    @staticmethod
    def _promise(action: Action) -> list[Piece]:
        """What the decision promises; it bears the decision's id."""
        if action.promise is None:
            return [',"promise":null']
        named = f'","class":{dumps(action.promise)},"due_at":'
        return [',"promise":{"promise_id":"', Op.DECISION_ID, named, Op.PROMISE_DUE, "}"]

    def _introduction(self, shape: Shape) -> list[Piece]:
        """Whom the customer may meet; not there where the action introduces nobody."""
        if not self._introduces(shape):
            return []
        return [',"introduction":{"interest":', Op.MEETS, ',"from":', Op.MET_AS, ',"to":', Op.MEETS_WHOM, "}"]

    def _introduces(self, shape: Shape) -> bool:
        return bool(self._policy.tables.actions[shape.action]["introduces"])

    def _draw(self) -> list[Piece]:
        return [',"p_chosen":', Op.P_CHOSEN, ',"explored":', Op.EXPLORED, self._versions]

    def _rest(self) -> list[Piece]:
        return ['],"runner_up":', Op.RUNNER_UP, ',"blocked":', Op.BLOCKED, "}"]

    def _why(self, shape: Shape) -> list[Piece]:
        action = self._policy.actions[shape.action]
        if action.type == ActionType.THANK_YOU:
            return ['{"code":"gratitude_due","value":', Op.GRATITUDE, "}"]
        if action.lane not in SCORED_LANES:
            return [LANE_REASON[action.type]]
        found: list[Piece] = []
        for op in (Op.UTILITY, Op.TERM_VALUE, Op.TERM_COST, Op.TERM_EFFORT, Op.TERM_FATIGUE):
            found += [f'{"," if found else ""}{{"code":"{op.name.lower()}","value":', op, "}"]
        if action.type == ActionType.OFFER:
            found.append(f',{{"code":"terms_clarity","value":{number(action.clarity)}}}')
        return found

    def _content(self, shape: Shape) -> list[Piece]:
        action = self._policy.actions[shape.action]
        blocks = action.content.get((shape.language, shape.tone))
        if blocks is None:
            return ["null"]
        spoken = self._policy.languages[shape.language] if shape.language >= 0 else ""
        known = frozenset[Op]().union(*(facts for bit, facts in KNOWN.items() if shape.known & bit))
        if ends_of(action.terms) != NEVER:
            known |= {Op.ENDS}
        assert known <= set(FACTS.values())
        wish = unpack_presentation(shape.presented)
        own = (ENDS, *(action.offer or ())) if action.type == ActionType.OFFER else (ENDS,)
        facts = facts_hash(blocks, own, {"offer": action.offer, "terms": action.terms})
        return content_pieces(arranged(blocks, wish), spoken, offer_words(action, spoken), known, (wish, facts))

    def _cites(self, index: int) -> int:
        """Bits of the facts that an action's words cite in any tone and language: what else is known makes no new shape."""
        action, every = self._policy.actions[index], frozenset(FACTS.values())
        cited: set[Piece] = set()
        for (language, _), blocks in action.content.items():
            spoken = self._policy.languages[language] if language >= 0 else ""
            cited.update(content_pieces(blocks, spoken, offer_words(action, spoken), every))
        return sum(bit for bit, facts in KNOWN.items() if facts & cited)

    def _tone(self, shape: Shape) -> list[Piece]:
        if shape.tone < 0:
            return ["null"]
        vector = ",".join(number(x) for x in self._policy.tables.tones[shape.tone]["vector"].tolist())
        head = f'{{"id":{dumps(self._policy.tones[shape.tone])},"vector":[{vector}],"source":"{TONE_SOURCES[shape.source]}","confidence":'
        return [head, Op.STYLE_KNOWN, ',"hints":[', Op.HINTS, "]}"]

    def _placement(self, shape: Shape) -> str:
        return dumps(self._policy.placements[shape.placement] if shape.placement >= 0 else None)

    def _pair(self, action: int, channel: int) -> str:
        name = self._policy.actions[action].name if action >= 0 else None
        return f'"action":{dumps(name)},"channel":{dumps(self._policy.channels[channel] if channel >= 0 else None)}'

    def _date_form(self, language: str) -> tuple[int, int, int, int]:
        form = DATE_FORMS.get(language)
        if form is None:
            return -1, 0, 0, 0
        january = self._all([dumps(month)[1:-1] for month in form.months])[0]
        day, month, first = self._all([form.behind_day, form.behind_month, form.behind_first])
        return january, day, month, first

    def _text(self, text: str) -> int:
        self._arena += text.encode()
        self._fragments.append(len(self._arena))
        return len(self._fragments) - 2

    def _all(self, texts: Sequence[str]) -> list[int]:
        return [self._text(text) for text in texts]


def _nothing_eligible(policy: Policy) -> str:
    if policy.stopped:
        return STOPPED
    return STOPPED_IN_PART if policy.tables.stops.size else NOTHING_ELIGIBLE


def _human_marks(human: HumanPath | None) -> dict[Mark, str]:
    """Texts of the human path."""
    contact = "{}" if human is None else dumps(dict(human.contact))
    comma = "," if len(contact) > 2 else ""
    return {
        Mark.CONTACT: f'{contact[:-1]}{comma}"open_now":',
        Mark.OPENS_AT: ',"opens_at":',
        Mark.FIRST: ',"first":',
        Mark.OWNER: ',"owner":',
        Mark.CASE_ID: ',"case_id":',
        Mark.CALL_BACK: ',"call_back":',
        Mark.PROMISED_BY: f'{{"class":{dumps(human.call_back if human else None)},"promised_by":',
        Mark.REQUESTED: ',"requested":',
    }


def _ints(numbers: Sequence[int]) -> Ints:
    """A copy: an array that numpy looks into cannot grow."""
    return np.array(numbers, np.int64)
