"""How what the smallest policy does without saying so is broken. Needs the JIT off."""

from __future__ import annotations

from platinum.decide import consent, gates, parties
from platinum.policy import thanks
from platinum.profile import care, quarantine, withdraw, zones
from platinum.profile import consent as said
from platinum.vocabulary.codes import Gate, Lane
from tests.stories import broken_bonds
from tests.stories import broken_kernels as broken
from tests.stories.breaking import Break
from tests.stories.broken_kernels import always

BREAKS = (
    Break("minimal-protects", "nothing rests", [(quarantine.quarantine_end_ms, always(-1))]),
    Break(
        "minimal-protects",
        "who comes to us is fair game",
        [(consent.inbound_basis, broken.inbound_is_free), (said.denied_here, always(False))],
    ),
    Break("minimal-protects", "what is planned leaves", [(withdraw.withdraw, always(0))]),
    Break("minimal-protects", "nobody is in need of care", [(care.needs_care, always(False))]),
    Break("minimal-protects", "the clock of the shop holds for everybody", [(zones.customer_zone, broken.the_shops_own_zone)]),
    Break("minimal-remembers", "nothing rests", [(quarantine.quarantine_end_ms, always(-1))]),
    Break("minimal-remembers", "the gates are advice", [(gates.list_passed, broken.gates_are_advice)]),
    Break("minimal-remembers", "wishes do not apply to growth", cells=[(Gate.PREFERENCE, Lane.GROWTH, False)]),
    Break("minimal-remembers", "everything is for everybody", [(parties.concerns, broken_bonds.whoever_it_is)]),
    Break("minimal-remembers", "anything may stand in thanks", [(thanks.check_thank_you, always(None))]),
)
