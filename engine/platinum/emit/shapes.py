"""Compiles what is the same in every decision of one action, channel, placement, tone and language into a program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from platinum.emit.dates import DATE_FORMS
from platinum.emit.forms import Forms, Mark, Op, bind
from platinum.emit.human import HumanHours
from platinum.emit.offers import NEVER, ends_of, offer_pieces, offer_words
from platinum.emit.reasons import EXPLORED, HELD, LANE_REASON, NOTHING_ELIGIBLE, SCORED_LANES, SILENCE_BEST
from platinum.emit.words import FACTS, Piece, content_pieces, dumps
from platinum.emit.write import NUMBER_BYTES
from platinum.emit.zone import Zone
from platinum.policy.policy import Policy
from platinum.vocabulary.codes import ActionType, Basis, Gate, Lane

_INSTANT_BYTES = 26
_OF_ORDERS = frozenset({Op.ORDERS, Op.LAST_ORDER, Op.FIRST_ORDER, Op.SINCE})
_DATED = frozenset({Op.LAST_ORDER, Op.FIRST_ORDER, Op.ENDS})


class Shape(NamedTuple):
    """The members of a shape key (``program.shape_key``); indices, -1 = none."""

    action: int
    channel: int
    tone: int
    language: int
    stated: int
    known: int  # bits: has ordered, last category, top category
    placement: int


def unpack(key: int) -> Shape:
    """Inverse of ``program.shape_key``."""
    rest, placement = divmod(key, 1024)
    if rest == 0:
        return Shape(-1, -1, -1, -1, 0, 0, placement - 1)
    rest, known = divmod(rest, 8)
    rest, stated = divmod(rest, 2)
    rest, language = divmod(rest, 128)
    rest, tone = divmod(rest, 16)
    action, channel = divmod(rest, 32)
    return Shape(action - 1, channel - 1, tone - 1, language - 1, stated, known, placement - 1)


def number(x: float) -> str:
    """A number of the policy with 6 significant digits."""
    return f"{x + 0.0:.6g}"


class Shapes:
    """Fragments and programs of one policy; programs are added when a decision of a new shape appears."""

    def __init__(self, policy: Policy, model_version: str, zone: Zone) -> None:
        self._policy = policy
        self._zone = zone
        self._versions = f',"policy":{dumps(policy.version)},"model":{dumps(model_version)},"reasons":['
        self._texts: list[bytes] = []
        self._steps: list[tuple[int, int, int]] = []
        self._starts, self._bounds = [0], list[int]()
        self._keys: dict[int, int] = {}
        contact = "{}" if policy.human is None else dumps(dict(policy.human.contact))
        comma = "," if len(contact) > 2 else ""
        marks = {
            Mark.NULL: "null",
            Mark.TRUE: "true",
            Mark.FALSE: "false",
            Mark.EXPLORED: EXPLORED,
            Mark.NOTHING_ELIGIBLE: NOTHING_ELIGIBLE,
            Mark.SILENCE_BEST: SILENCE_BEST,
            Mark.HELD: HELD,
            Mark.MARGIN: ',"margin":',
            Mark.COUNTS: '{"counts":{',
            Mark.BEST: '},"best":[',
            Mark.GATE: ',"gate":',
            Mark.UNTIL: ',"until":',
            Mark.END_BLOCKED: "]}",
            Mark.CONTACT: f'{contact[:-1]}{comma}"open_now":',
            Mark.OPENS_AT: ',"opens_at":',
        }
        self._marks = self._all([marks[mark] for mark in Mark])
        self._gates = self._all([dumps(gate.name.lower()) for gate in Gate])
        self._bases = self._all([dumps(basis.name.lower()) for basis in Basis])
        candidates = policy.tables.candidates[["action", "channel"]].tolist()
        self._pairs = self._all([self._pair(action, channel) for action, channel in candidates] + [self._pair(-1, -1)])
        self._names = sorted(policy.names)
        self._name_fragments = self._all([dumps(policy.names[hashed])[1:-1] for hashed in self._names])
        self._dates = [self._date_form(language) for language in policy.languages]
        self._longest = max(len(text) for text in self._texts)

    def forms(self, human: HumanHours) -> Forms:
        """Everything so far, as arrays."""
        keys = sorted(self._keys)
        ends = [ends_of(action.terms) for action in self._policy.actions]
        book = bind(
            (
                np.cumsum([0, *map(len, self._texts)]),
                [number for step in self._steps for number in step],
                self._starts,
                self._bounds,
                keys,
                [self._keys[key] for key in keys],
                self._names,
                self._name_fragments,
                self._pairs,
                self._gates,
                self._bases,
                self._marks,
                [number for form in self._dates for number in form],
                self._zone.starts,
                self._zone.offsets,
                [number for end in ends for number in end],
                human.edges,
                human.opens,
            )
        )
        return Forms(np.frombuffer(b"".join(self._texts), np.uint8), book)

    def add(self, keys: Sequence[int]) -> None:
        """Compile the programs of these shape keys."""
        for key in keys:
            shape = unpack(key)
            pieces = self._silence(shape) if shape.action < 0 else self._spoken(shape)
            self._keys[key] = len(self._bounds)
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
                self._steps.append((Op.COPY, fragment, fragment + 1))
                bound, text = bound + len(self._texts[fragment]), ""
            if piece != Op.COPY:
                operands = (shape.language if piece in _DATED else 0, max(0, shape.action))
                self._steps.append((piece, *operands))
                # Blocked is the longest: three pairs with gate and instant, and ten counts.
                bound += (
                    3 * (2 * self._longest + 64) + 10 * 32 if piece == Op.BLOCKED else 3 * self._longest + 4 * NUMBER_BYTES + _INSTANT_BYTES
                )
        self._starts.append(len(self._steps))
        self._bounds.append(bound)

    def _silence(self, shape: Shape) -> list[Piece]:
        lane, kind = Lane.SILENCE.name.lower(), ActionType.SILENCE.name.lower()
        nothing = '"tone":null,"content":null,"offer":null,"terms":null,"send_at":null,"expires_at":null,"basis":null'
        head = f',"lane":"{lane}","type":"{kind}",{self._pair(-1, -1)},"placement":{self._placement(shape)},{nothing},"human_path":'
        return [head, Op.HUMAN, ',"p_accept":null', *self._draw(), Op.WHY_SILENT, *self._rest()]

    def _spoken(self, shape: Shape) -> list[Piece]:
        action = self._policy.actions[shape.action]
        head = f',"lane":"{action.lane.name.lower()}","type":"{action.type.name.lower()}",{self._pair(shape.action, shape.channel)}'
        head += f',"placement":{self._placement(shape)},"tone":{self._tone(shape)},"content":'
        ground: list[Piece] = [',"basis":{"kind":', Op.BASIS, ',"evidence":', Op.EVIDENCE, '},"human_path":', Op.HUMAN]
        sent: list[Piece] = [',"send_at":', Op.SEND, ',"expires_at":', Op.EXPIRES]
        p_accept = Op.P_ACCEPT if action.lane in SCORED_LANES else "null"
        content = [*self._content(shape), ",", *offer_pieces(action)]
        return [head, *content, *sent, *ground, ',"p_accept":', p_accept, *self._draw(), *self._why(shape), Op.ALSO, *self._rest()]

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
        return found

    def _content(self, shape: Shape) -> list[Piece]:
        action = self._policy.actions[shape.action]
        blocks = action.content.get((shape.language, shape.tone))
        if blocks is None:
            return ["null"]
        spoken = self._policy.languages[shape.language] if shape.language >= 0 else ""
        known = set(_OF_ORDERS) if shape.known & 1 else set()
        known |= {op for bit, op in ((2, Op.LAST_CATEGORY), (4, Op.TOP_CATEGORY)) if shape.known & bit}
        if ends_of(action.terms) != NEVER:
            known.add(Op.ENDS)
        assert known <= set(FACTS.values())
        return content_pieces(blocks, spoken, offer_words(action, spoken), frozenset(known))

    def _tone(self, shape: Shape) -> str:
        if shape.tone < 0:
            return "null"
        vector = ",".join(number(x) for x in self._policy.tables.tones[shape.tone]["vector"].tolist())
        source = "stated" if shape.stated else "default"
        return f'{{"id":{dumps(self._policy.tones[shape.tone])},"vector":[{vector}],"source":"{source}"}}'

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
        self._texts.append(text.encode())
        return len(self._texts) - 1

    def _all(self, texts: Sequence[str]) -> list[int]:
        return [self._text(text) for text in texts]
