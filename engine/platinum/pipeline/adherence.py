"""Whether people got what they asked for, and whether anything was left at the firm's default although they were known (3.13).

Read are a decision as it was published and the row that it was made from; how it came about is not looked at again. Hours without contact
and how often somebody wants to hear are no property of one decision: ``tests/proof/invariants.py`` looks for those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from platinum.emit.inputs import unpack_inputs
from platinum.hashing import name_hash
from platinum.pipeline.stages import Stages
from platinum.policy.tables import HAS_DETAIL, HAS_NEXT, HAS_SIDES
from platinum.profile.codec import unpack_rows
from platinum.profile.row import ROW
from platinum.vocabulary.codes import ActionType, Preference

Found = Mapping[str, Any]
#: What they are known to be with less is no evidence (treatment-formulas 3.13).
EVIDENCE = 0.3
#: Lanes in which somebody may be told, or asked, what they would rather not hear: the law, what is owed, what they asked for.
_MUST = ("legal", "owed", "asked")
_LAYOUT = ((Preference.DETAIL, "detail", HAS_DETAIL), (Preference.ORDER, "order", HAS_SIDES), (Preference.PACE, "pace", HAS_NEXT))
_TYPES = {name_hash(kind.name.lower()): kind.name.lower() for kind in ActionType}


class Adherence:
    """Looks at decisions of one policy.

    Attributes
    ----------
    wished, respected : int
        Treatments of people who had stated a wish that is looked at, and those in which every one of them was respected.
    fields, leaked : int
        Fields (language, tone, layout) that could have followed the person, and those that were left at a default although something
        was known: the leakage of the golden rule.
    """

    def __init__(self, stages: Stages) -> None:
        self._policy = stages.policy
        self._action = {action.name: i for i, action in enumerate(stages.policy.actions)}
        self._languages = {name: i for i, name in enumerate(stages.policy.languages)}
        self._outbound = dict(zip(stages.policy.channels, stages.policy.tables.channels["outbound"].tolist(), strict=True))
        self.wished = self.respected = self.fields = self.leaked = 0

    def look_at(self, decision: Found, inputs: bytes) -> None:
        """One decision, and what it was made from."""
        if decision["action"] is None or decision["content"] is None:
            return
        row = np.zeros(1, ROW)
        unpack_rows([unpack_inputs(inputs).row], row, np.zeros(1, np.int64))
        stated = _stated(row[0])
        held = [*self._where_and_what(decision, stated), *self._how(decision, stated)]
        if held:
            self.wished += 1
            self.respected += all(held)
        self._leaks(decision, row[0], stated)

    def _where_and_what(self, decision: Found, stated: Mapping[int, list[int]]) -> list[bool]:
        """Of wishes about channels, types and categories, whether each was respected."""
        if decision["lane"] in _MUST:
            return []
        found = [decision["type"] != _TYPES.get(name) for name in stated.get(Preference.TYPE_NO, ())]
        category = int(self._policy.tables.actions[self._action[decision["action"]]]["category"])
        found += [category != name for name in stated.get(Preference.CATEGORY_NO, ())]
        if self._outbound[decision["channel"]]:
            channel = name_hash(decision["channel"])
            found += [channel != name for name in stated.get(Preference.CHANNEL_NO, ())]
            found += [channel in stated[Preference.CHANNEL_ONLY]] if Preference.CHANNEL_ONLY in stated else []
        return found

    def _how(self, decision: Found, stated: Mapping[int, list[int]]) -> list[bool]:
        """Of wishes about language, tone and layout that the action can follow, whether each was respected."""
        content, tones = decision["content"], self._tones(decision)
        found = []
        for name in stated.get(Preference.LANGUAGE, ()):
            at = next((i for language, i in self._languages.items() if name_hash(language) == name), -1)
            if at >= 0 and self._words(decision, at):
                found.append(name_hash(content["language"]) == name)
        found += [name_hash(decision["tone"]["id"]) == name for name in stated.get(Preference.TONE, ()) if name in tones]
        presents = int(self._policy.tables.actions[self._action[decision["action"]]]["presents"])
        for kind, member, needs in _LAYOUT:
            if presents & needs:
                said = content["presentation"][member]
                found += [said is not None and name_hash(said) == name for name in stated.get(kind, ())]
        return found

    def _leaks(self, decision: Found, row: Any, stated: Mapping[int, list[int]]) -> None:
        """Fields at a default, where what is known of the person says otherwise."""
        language = next((i for name, i in self._languages.items() if name_hash(name) == row["language"]), -1)
        known = language >= 0 and self._words(decision, language) != 0 and Preference.LANGUAGE not in stated
        self.fields += 2
        self.leaked += known and name_hash(decision["content"]["language"]) != row["language"]
        sure = decision["tone"]["confidence"] >= EVIDENCE or Preference.TONE in stated
        self.leaked += sure and decision["tone"]["source"] == "default" and len(self._tones(decision)) > 1
        presents = int(self._policy.tables.actions[self._action[decision["action"]]]["presents"])
        for kind, member, needs in _LAYOUT:
            if presents & needs:
                self.fields += 1
                self.leaked += kind in stated and decision["content"]["presentation"][member] is None

    def _words(self, decision: Found, language: int) -> int:
        return int(self._policy.tables.words[self._action[decision["action"]], language])

    def _tones(self, decision: Found) -> set[int]:
        """Name hashes of the tones in which the action speaks the decision's language."""
        mask = self._words(decision, self._languages[decision["content"]["language"]])
        return {int(tone["name"]) for i, tone in enumerate(self._policy.tables.tones) if mask >> i & 1}


def _stated(row: Any) -> dict[int, list[int]]:
    """Kind of preference → names, of those that were not taken back."""
    found: dict[int, list[int]] = {}
    for one in row["preferences"][: int(row["n_preferences"])]:
        if one["on"] == 1:
            found.setdefault(int(one["kind"]), []).append(int(one["name"]))
    return found
