"""The emergency stop: a policy under which everything is folded as before and nothing is decided.

It is a policy of its own, with a version of its own, so that markers, checkpoints, replays, the API and ``explain`` need to know
nothing new. Its source is the other one's behind one line. A comment, because it must fit in front of every file that was
ever accepted: a key would not go before ``---``, nor into ``{...}``.
"""

from __future__ import annotations

import codecs

#: First line of a stopped policy's source.
STOPPED = b"# platinum: stopped\n"


def is_stopped(source: bytes) -> bool:
    """Whether a policy's source is that of a stopped one."""
    return source.startswith(STOPPED)


def stopped_source(source: bytes) -> bytes:
    """Source of the policy that folds like ``source`` and decides nothing; of a stopped one, the same."""
    return source if is_stopped(source) else STOPPED + source.removeprefix(codecs.BOM_UTF8)


def running_source(source: bytes) -> bytes:
    """Source without the line that stops it."""
    return source.removeprefix(STOPPED)
