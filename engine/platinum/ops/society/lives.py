"""Goals, changes in life, and help given to others: what goes on whether or not the firm does anything about it."""

from __future__ import annotations

import numpy as np

from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society import ahead
from platinum.ops.society.appeal import goal_of
from platinum.ops.society.meanings import nearest
from platinum.ops.society.scene import HOUR_MS, Scene

LIFE_EVENTS = ("move", "new_job", "wedding", "child", "retirement")
#: Share of the changes in life that are told.
_P_TELLS = 0.7
#: Chance per day that an advocate helps somebody else.
_P_HELPS = 0.03
_GOAL_DAYS = 90


def introduce_more(scene: Scene, person: int, at_ms: int) -> None:
    """What people say of themselves on their first visit, after consent and wish."""
    traits, tell = scene.traits, scene.agenda.tell
    if traits.states_tone[person]:
        stated = {"preference": "tone", "value": nearest(traits.style[person], scene.meanings.stated_tones)}
        tell(person, at_ms, "Preference Stated", f"{person}.tone", **stated)
    if traits.objects_to_style[person]:
        tell(person, at_ms + 1_000, "Objection Made", f"{person}.style", purpose="style")
    ahead.state_presentation(scene, person, at_ms + 2_000)
    if traits.says_goal[person]:
        due_at = timestamps_of(at_ms + _GOAL_DAYS * DAY_MS)
        tell(person, at_ms + 3_000, "Goal Stated", f"{person}", goal=goal_of(scene, person), due_at=due_at)
    if traits.opts_in[person]:
        for place in np.flatnonzero(traits.interests[person]).tolist():
            interest = {"interest": scene.shop.categories[place], "introductions": True}
            ahead.tell(scene, person, at_ms + 4_000, "Interest Stated", f"{person}.{place}", **interest)


def come_closer(scene: Scene, person: int, at_ms: int, ref: str, share: float) -> None:
    """Move one person towards their goal; who has stated it tells how far they are."""
    before = float(scene.bonds.progress[person])
    after = min(1.0, before + share)
    scene.bonds.progress[person] = after
    if after > before and scene.traits.says_goal[person]:
        reached = {"goal": goal_of(scene, person), "progress": round(after, 3)}
        scene.agenda.tell(person, at_ms, "Goal Progressed", ref, **reached)


def use(scene: Scene, person: int, at_ms: int, ref: str, category: str) -> None:
    """What was ordered has come and is used."""
    if goal_of(scene, person) == category:
        come_closer(scene, person, at_ms, ref, scene.model.goal_by_use)


def live_for_a_day(scene: Scene, day: int) -> None:
    """Changes in life, after which people need more for a while; advocates help others."""
    here, bonds = scene.state.active & scene.state.known, scene.bonds
    noon_ms = scene.start_ms + day * DAY_MS + 12 * HOUR_MS
    for person in np.flatnonzero(here & (scene.chances("life changes", day) < scene.model.life_changes)).tolist():
        ref = f"{person}.{day}"
        kind = LIFE_EVENTS[int(scene.chance("which change", ref) * len(LIFE_EVENTS))]
        bonds.life_event[person], bonds.potential[person] = kind, 1.0
        if scene.chance("tells of it", ref) < _P_TELLS:
            scene.agenda.tell(person, noon_ms, "Life Event Reported", ref, life_event=kind)
    for person in np.flatnonzero(here & scene.traits.advocate & (scene.chances("helps others", day) < _P_HELPS)).tolist():
        bonds.helped[person] += 1
        ahead.tell(scene, person, noon_ms, "Help Given", f"{person}.{day}")
