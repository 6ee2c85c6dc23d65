"""The end of a process whose dependencies do not answer: after some seconds, saying what was waited for."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import structlog

LOG = structlog.get_logger("platinum.worker")
#: How long the end may take: an orderly one takes about a second.
LEAVE_S = 10.0
_TELL_S = 1.0
#: Exit code of a dependency that is down.
UNAVAILABLE = 69
#: Lines of what is waited for; a worker has about thirty tasks.
_MOST = 60


def leave_anyway(loop: asyncio.AbstractEventLoop, within_s: float = LEAVE_S) -> None:
    """End the process after ``within_s`` whatever it waits for.

    A batch whose decisions a broker that is away does not acknowledge keeps Faust from stopping for ever. Ending in the middle of
    it is what kills are proven to survive: the next owner makes the same decisions again.
    """

    def leave() -> None:
        # Whoever reads what is said here may not do so any more: the end does not wait for that either.
        telling = threading.Thread(target=tell, daemon=True)
        telling.start()
        telling.join(_TELL_S)
        os._exit(UNAVAILABLE)

    def tell() -> None:
        LOG.error("ended without an answer from Kafka or the store", waited_s=within_s, waiting=waiting(loop))

    timer = threading.Timer(within_s, leave)
    timer.daemon = True
    timer.start()


def waiting(loop: asyncio.AbstractEventLoop) -> list[str]:
    """Where each task of a loop waits and each thread stands, innermost place last; places only, never what is in them."""
    try:
        tasks = [" > ".join(_awaited(task.get_coro())) for task in asyncio.all_tasks(loop)]
    except RuntimeError:  # the set of tasks changed while it was copied, ten times in a row
        tasks = ["tasks come and go"]
    frames = [frame for thread, frame in sys._current_frames().items() if thread != threading.get_ident()]  # noqa: SLF001 - documented
    return sorted(tasks)[:_MOST] + sorted(f"thread at {_place(frame.f_code, frame.f_lineno)}" for frame in frames)[:_MOST]


def _awaited(inside: Any) -> Iterator[str]:
    """The chain of coroutines of a task, from its own to the one that waits."""
    while inside is not None:
        code = getattr(inside, "cr_code", None) or getattr(inside, "gi_code", None)
        frame = getattr(inside, "cr_frame", None) or getattr(inside, "gi_frame", None)
        if code is None:
            yield type(inside).__name__
            return
        yield _place(code, frame.f_lineno if frame is not None else 0)
        inside = getattr(inside, "cr_await", None) or getattr(inside, "gi_yieldfrom", None)


def _place(code: CodeType, line: int) -> str:
    return f"{code.co_qualname} ({Path(code.co_filename).name}:{line})"
