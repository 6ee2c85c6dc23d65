"""Whether the profile store answers, or the log takes writes: asked at most once a second whoever wants to know."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

#: How long an answer is taken to hold.
EVERY_S = 1.0
#: How long it may take: the probes of load balancers give up after a second.
PATIENCE_S = 0.3


class Probe:
    """Looks at log or store for ``/readyz``.

    Parameters
    ----------
    look : callable
        A small call, with a time limit of its own.

    Attributes
    ----------
    answers : bool
        What was found last; True before the first look, because connecting has succeeded.
    """

    def __init__(self, look: Callable[[], Awaitable[object]]) -> None:
        self._look = look
        self._looking: asyncio.Task[None] | None = None
        self._began_s = 0.0
        self.answers = True

    async def look(self) -> bool:
        """``answers``, not older than a second."""
        loop = asyncio.get_running_loop()
        if self._looking is None or (self._looking.done() and loop.time() - self._began_s >= EVERY_S):
            self._began_s = loop.time()
            self._looking = loop.create_task(self._ask())
        if not self._looking.done():
            # Never cancelled: a store's own time limit is what drops a connection on which nothing comes back.
            left_s = self._began_s + PATIENCE_S - loop.time()
            done, _ = await asyncio.wait({self._looking}, timeout=max(left_s, 0.0))
            self.answers = self.answers and bool(done)
        return self.answers

    async def close(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _ask(self) -> None:
        try:
            await self._look()
        except Exception:  # noqa: BLE001 - whatever it is, there was no answer
            self.answers = False
        else:
            self.answers = True
