"""A module of ours that runs beside a bench as a process of its own and is told what to do, line by line."""

from __future__ import annotations

import asyncio
import sys

import msgspec

from platinum.errors import Unavailable

#: Starting Python, connecting, making the events of a step: never so long.
_PATIENCE_S = 120.0


class Companion:
    """``python -m MODULE CONFIGURATION``; reads commands from standard input and says on standard output when they are done."""

    def __init__(self, module: str, process: asyncio.subprocess.Process) -> None:
        self._module, self._process = module, process

    @classmethod
    async def start(cls, module: str, configuration: msgspec.Struct) -> Companion:
        """Start it; what it writes on standard error is ours."""
        words = [sys.executable, "-m", module, msgspec.json.encode(configuration).decode()]
        pipe = asyncio.subprocess.PIPE
        return cls(module, await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe))

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def tell(self, line: bytes) -> None:
        """Give it one line."""
        if self._process.stdin is not None:
            self._process.stdin.write(line + b"\n")
            await self._process.stdin.drain()

    async def expect(self, word: str, longer_s: float = 0.0) -> None:
        """Wait for a line.

        Raises
        ------
        Unavailable
            It ended or did not answer in time.
        """
        assert self._process.stdout is not None
        try:
            said = await asyncio.wait_for(self._process.stdout.readline(), _PATIENCE_S + longer_s)
        except TimeoutError as late:
            raise Unavailable(f"{self._module} did not say {word!r} within {_PATIENCE_S + longer_s:.0f} s") from late
        if said.decode().strip() != word:
            raise Unavailable(f"{self._module} ended before it said {word!r}; what it wrote is above")

    async def stop(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
