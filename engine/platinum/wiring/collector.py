"""When Python looks for cycles among objects.

Hot paths make many tuples and next to no cycles: what they make is freed when it is let go. At Python's own thresholds
the search took an eighth of the stream's time (docs/decisions/0011).
"""

from __future__ import annotations

import gc

#: Objects more than were freed before the youngest are searched; then how many such searches to one of the middle
#: generation, and of those to one of all. So many small objects are a few dozen MiB; a cycle that holds a large body keeps it
#: until then, too.
_THRESHOLDS = (100_000, 20, 100)


def settle() -> None:
    """Set what has been made so far aside for good, and search the rest rarely: for a process about to begin its real work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
