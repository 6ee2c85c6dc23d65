"""Async tests without a plug-in: the test runs in a loop of its own, and what it opened is closed in it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


def in_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test with ``asyncio.run``; arguments with ``close_all`` are closed before the loop is."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def whole() -> None:
            try:
                await test(*args, **kwargs)
            finally:
                for argument in kwargs.values():
                    if hasattr(argument, "close_all"):
                        await argument.close_all()

        asyncio.run(whole())

    return run
