"""One action: from what was read to its record, its candidates and its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.action_keys import ASKS, REQUIRED_TERMS
from platinum.policy.arranging import presents
from platinum.policy.bonds import bond_members, check_balance
from platinum.policy.budgets import budget_of
from platinum.policy.community import introduces
from platinum.policy.conditions import Conditions
from platinum.policy.content import ENDS, FACT_OF, Content, ContentReader, Variant, facts_of
from platinum.policy.declared import Declared, Names, Values, kept
from platinum.policy.ends import ends_members
from platinum.policy.facts import check_facts
from platinum.policy.floor import by_worth, growth_members, tiered_budgets
from platinum.policy.goal_keys import about, aims_of
from platinum.policy.policy import Action
from platinum.policy.problems import Problems, nearest
from platinum.policy.ramps import ramp_members
from platinum.policy.reward_keys import rewards_of
from platinum.policy.scalars import duration_ms
from platinum.policy.surprises import check_surprise
from platinum.policy.terms import clarity, missing
from platinum.policy.thanks import check_thank_you
from platinum.policy.yaml_tree import Node, Path
from platinum.vocabulary.codes import LANE_OF, PURPOSE_OF, ActionType, Debt, Field, Lane

DEFAULT_P_ACCEPT = 0.05
_UNLANED = (ActionType.HELP, ActionType.OFFER)  # scored by utility: priority means nothing


class CompiledAction(NamedTuple):
    """What one action contributes to ``Policy.actions``, ``Tables.actions`` and ``Tables.candidates``."""

    action: Action
    record: dict[str, Any]
    p_accept: dict[str, float]  # channel → prior
    written: tuple[Variant, ...]  # in which languages and tones it has words of its own


def sells(kind: ActionType, content: Content) -> int:
    """1 where it is an offer, or holds something to buy: products, or a link that does not say ``commerce: no``."""
    bought = any(b.kind == "products" or (b.kind == "link" and b.fields.get("commerce")) for blocks in content.values() for b in blocks)
    return int(kind is ActionType.OFFER or bought)


def _spoken(kind: ActionType, content: Content) -> dict[str, Any]:
    """Members of ACTION about its words."""
    return {
        "languages": np.uint64(sum(1 << language for language in {language for language, _ in content})),
        "tones": np.uint64(sum(1 << tone for tone in {tone for _, tone in content})),
        "facts": facts_of(content),
        "sells": sells(kind, content),
        "presents": presents(list(content.values())),
    }


class ActionCompiler:
    """Compiles the actions of one policy."""

    def __init__(
        self,
        declared: Declared,
        names: Names,
        conditions: Conditions,
        problems: Problems,
        whom: Sequence[tuple[Node, Path]] = (),
        every: Values | None = None,
    ) -> None:
        every = every or {}  # what the whole policy says
        self._tiered = tiered_budgets(every)
        self._timezone = str(every.get("timezone", ""))
        self._said = tuple(every.get("goals", {}))
        self._goals = {goal: about(every, goal, declared) for goal in declared.goals}
        self._whom = whom  # is asked questions that say nothing themselves
        self._declared = declared
        self._names = names
        self._conditions = conditions
        self._problems = problems
        self._content = ContentReader(declared, problems)

    def compile(self, name: str, values: Values) -> CompiledAction:
        """One action; mistakes are noted, and what is left of it is returned all the same."""
        at: Path = ("actions", name)
        kind = ActionType[str(values.get("type", "help")).upper()]
        channels = self._channels(values, at)
        placements = self._placements(values, kind, channels, at)
        written, places = self._content.read(values, at)
        content = self._content.filled(written, at, places)
        self._check(values, kind, written, places, at)
        category, intent = self._category(values, at), self._intent(values, kind, at)
        reward = rewards_of(values.get("reward", {}), self._default_window(channels), at, self._problems)
        start, length = self._conditions.add(values.get("when"), values.get("not_when"), at, self._asked(kind, values))
        action = Action(
            name, kind, LANE_OF[kind], PURPOSE_OF[kind], channels, placements, content,
            values.get("value", 0.0), values.get("cost", 0.0), self._offer(name, values, kind), values.get("terms"),
            reward, values.get("goal"), category, (values.get("promise") or {}).get("class"), self._clarity(values),
        )  # fmt: skip
        record = {
            **{member: getattr(action, member) for member in ("value", "cost", "clarity")},
            "effort": values.get("effort", 0.0),
            "lever": 1.0 + values.get("lever", 0.0) / 100.0,
            "priority": values.get("priority", 0.0),
            "min_interval_ms": values.get("min_interval", 0),
            "expires_ms": values.get("expires", 0),
            "reward_window_ms": duration_ms(str(reward["window"])),
            **_spoken(kind, content),
            **self._span(action, values, at),
            **self._owing(values, kind, at) | aims_of(values, self._goals, self._said, category, at, self._problems),
            "budget": budget_of(values, kind, self._declared.budgets, self._problems, at),
            "introduces": introduces(values, kind, sells(kind, content), (written, places), at, self._problems),
            **self._sensitive((start, length), content) | self._worth((start, length), values, kind, sells(kind, content), at),
            "placements": np.uint64(sum(1 << i for i, p in enumerate(self._declared.placements) if p in placements)),
            "name": self._names.add(name, at),
            "category": name_hash(category) if category else 0,
            "intent": self._names.add(intent, (*at, "intent")) if intent else 0,
            "type": kind,
            "lane": action.lane,
            "purpose": action.purpose,
            "terms_missing": missing(action.terms) if kind is ActionType.OFFER else 0,
        }
        return CompiledAction(action, record, self._p_accept(values, channels, at), tuple(written))

    def _sensitive(self, program: tuple[int, int], content: Content) -> dict[str, Any]:
        """Members of ACTION about its condition: where it is, and the sensitive traits that it reads or the words leave a place for."""
        start, length = program
        every = list(self._conditions.leaves)
        leaves = [every[i] for i in self._conditions.program[start : start + length] if i >= 0]
        read = {leaf.name for leaf in leaves if leaf.field == Field.TRAIT}
        cited = {name for blocks in content.values() for block in blocks for name in block.placeholders}
        marked = [name_hash(name) in read or name in cited for name in self._declared.sensitive]
        sensitive = np.uint64(sum(1 << i for i, is_read in enumerate(marked) if is_read))
        return {"program_start": start, "program_len": length, "sensitive": sensitive}

    def _worth(self, program: tuple[int, int], values: Values, kind: ActionType, sold: int, at: Path) -> dict[str, Any]:
        """Members of ACTION about what the person is worth and has given: what it changes in that, and whether it may be chosen by it."""
        depends = by_worth(values, kind, self._conditions.fields(*program), self._tiered, at, self._problems)
        start, length = program
        codes, every = self._conditions.program[start : start + length], list(self._conditions.leaves)
        read = [(every[i].field, every[i].op) for i in codes if i >= 0]
        weighs = check_balance(values, kind, LANE_OF[kind], read, codes, at, self._problems)
        bonds = bond_members(values, kind, sold, at, self._problems)
        return {**growth_members(values, kind, at, self._problems), **bonds, "by_worth": max(depends, weighs)}

    def _span(self, action: Action, values: Values, at: Path) -> dict[str, Any]:
        """Members of ACTION about until when it holds, and whom it reaches when."""
        return {**ends_members(action.terms), **ramp_members(values, action.type, self._timezone, self._problems, at)}

    def _asked(self, kind: ActionType, values: Values) -> Sequence[tuple[Node, Path]]:
        """Conditions of which one must hold for a question that says nothing itself."""
        return self._whom if kind is ActionType.LISTEN and "when" not in values else ()

    def _clarity(self, values: Values) -> float:
        return clarity(values.get("terms"), self._declared.languages[0])

    def _owing(self, values: Values, kind: ActionType, at: Path) -> dict[str, Any]:
        """Members of ACTION about the ledger, and what it asks for."""
        owed = LANE_OF[kind] is Lane.OWED
        if "pays" in values and not owed:
            self._problems.add((*at, "pays"), "belongs to an action of the lane of what we owe, such as an apology", key=True)
        pays = [Debt[word.upper()] for word in kept(values.get("pays"))] or [Debt.APOLOGY]
        found: dict[str, Any] = {"pays": sum(pays) if owed else 0, "asks": self._asks(values, kind, at)}
        promise = values.get("promise")
        if promise is None:
            return found
        name, classes = promise.get("class"), self._declared.promises
        if kind in (ActionType.OFFER, ActionType.THANK_YOU):
            self._problems.add((*at, "promise"), f"does not go with type {kind.name.lower()}", key=True)
        elif name is not None and name not in classes:
            self._problems.unknown((*at, "promise", "class"), name, classes, "promise")
        elif name is not None:
            within = promise.get("within", classes[name].get("within", 0))
            if not within or (within < 0 and "within" not in classes[name]):
                self._problems.add(
                    (*at, "promise"),
                    f"lacks 'within', and so does promise {name!r}: by when, such as 24h; it holds while nothing is known to quote, too",
                )
            found |= {"promises": list(classes).index(name) + 1, "promise_ms": within}
        return found

    def _asks(self, values: Values, kind: ActionType, at: Path) -> np.uint64:
        """Bits of what it asks for; not chosen while one of them is known."""
        named, traits = kept(values.get("asks")), list(self._declared.traits)
        if named and kind not in (ActionType.LISTEN, ActionType.ANSWER):
            self._problems.add((*at, "asks"), "belongs to an action of type listen or answer: what it asks the customer for", key=True)
        bits = 0
        for i, word in enumerate(named):
            if word in traits:
                bits |= 1 << t.ASKS_TRAITS + traits.index(word)
            elif word in ASKS:
                bits |= ASKS[word]
            else:
                self._problems.unknown((*at, "asks", i), word, [*ASKS, *traits], "thing to ask for")
        return np.uint64(bits)

    def _channels(self, values: Values, at: Path) -> tuple[str, ...]:
        named = values.get("channels") or []
        for i, channel in enumerate(named):
            if isinstance(channel, str) and channel not in self._declared.channels:
                self._problems.unknown((*at, "channels", i), channel, self._declared.channels, "channel")
        if not named and "channels" in values:
            self._problems.add((*at, "channels"), "must name at least one channel")
        return tuple(channel for channel in self._declared.channels if channel in named)

    def _placements(self, values: Values, kind: ActionType, channels: tuple[str, ...], at: Path) -> tuple[str, ...]:
        named = values.get("placements") or []
        for i, placement in enumerate(named):
            if not isinstance(placement, str):
                continue
            place = (*at, "placements", i)
            spec = self._declared.placements.get(placement)
            if spec is None:
                self._problems.unknown(place, placement, self._declared.placements, "placement")
            elif spec.get("channel") in self._declared.channels and spec["channel"] not in channels:
                self._problems.add(
                    place, f"belongs to channel {spec['channel']!r}, which is not among the action's channels", spec["channel"]
                )
            elif kind.name.lower() not in kept(spec.get("takes")) and "takes" in spec:
                self._problems.add(place, f"takes no action of type {kind.name.lower()}; see placements.{placement}.takes")
        return tuple(p for p in self._declared.placements if p in named)

    def _category(self, values: Values, at: Path) -> str | None:
        category = values.get("category")
        if category is not None and category not in self._declared.categories:
            self._problems.unknown((*at, "category"), category, self._declared.categories, "category")
            return None
        return category

    def _intent(self, values: Values, kind: ActionType, at: Path) -> str | None:
        intent = values.get("intent")
        if intent is not None and kind is not ActionType.ANSWER:
            self._problems.add((*at, "intent"), "belongs to an action of type answer: it names the request that is answered", key=True)
        return intent

    def _p_accept(self, values: Values, channels: tuple[str, ...], at: Path) -> dict[str, float]:
        given = values.get("p_accept", DEFAULT_P_ACCEPT)
        if not isinstance(given, dict):
            return dict.fromkeys(channels, float(given))
        for channel in given:
            if channel not in channels:
                self._problems.unknown((*at, "p_accept", channel), channel, channels, "channel of this action", key=True)
        return {channel: float(given.get(channel, DEFAULT_P_ACCEPT)) for channel in channels}

    def _default_window(self, channels: tuple[str, ...]) -> str:
        return "7d" if any(self._declared.channels[channel] for channel in channels) else "24h"

    @staticmethod
    def _offer(name: str, values: Values, kind: ActionType) -> dict[str, object] | None:
        if kind is not ActionType.OFFER:
            return None
        return {"id": name, **values.get("offer", {})}

    def _check(self, values: Values, kind: ActionType, content: Content, places: dict[Variant, Path], at: Path) -> None:
        """Rules of the types, and that every tone states the same; nothing where the type is not known."""
        if "type" not in values:
            return
        check_facts(content, places, [ENDS, *values.get("offer", {})] if kind is ActionType.OFFER else [ENDS], self._problems)
        if kind is ActionType.THANK_YOU:
            check_thank_you(values, content, places, at, self._problems, self._declared.categories)
        elif kind is ActionType.SURPRISE:
            check_surprise(values, content, places, at, self._problems)
        if kind is ActionType.OFFER:
            self._check_offer(values, at)
        elif kind is not ActionType.THANK_YOU and "offer" in values:
            self._problems.add((*at, "offer"), f"belongs to an action of type offer, this one is {kind.name.lower()}", key=True)
        if "priority" in values and kind in _UNLANED:
            self._problems.warn((*at, "priority"), "has no effect: offers and help are ordered by what they are worth; use lever", key=True)
        if kind is not ActionType.THANK_YOU:
            self._check_placeholders(values, content, places)

    def _check_offer(self, values: Values, at: Path) -> None:
        if "value" not in values and "grows" not in values and not self._problems.any_at((*at, "value")):
            self._problems.add(at, "lacks 'value': the margin that it brings if accepted; 0 is allowed")
        terms = values.get("terms")
        if terms is None and self._problems.any_at((*at, "terms")):
            return
        if terms is None:
            self._problems.add(at, f"lacks 'terms': an offer says {', '.join(REQUIRED_TERMS)}, so that nobody is surprised later")
            return
        for term in REQUIRED_TERMS:
            if term not in terms and not self._problems.any_at((*at, "terms", term)):
                self._problems.add(
                    (*at, "terms"), f'lacks {term!r}: an offer without it is never made (docs/reference/policy.md, "Terms")', key=True
                )

    def _check_placeholders(self, values: Values, content: Content, places: dict[Variant, Path]) -> None:
        """A placeholder that is nearly one which the engine fills was probably meant to be it."""
        fills = [*FACT_OF, ENDS, *values.get("offer", {})]
        for variant, blocks in content.items():
            for name in dict.fromkeys(name for block in blocks for name in block.placeholders):
                near = nearest(name, fills) if name not in fills else ""
                if near and near not in name.split("_"):
                    self._problems.warn(places[variant], f"{{{name}}} is left for the channel to fill; the engine would fill {{{near}}}")
