"""A pipelining Valkey client: many commands out, their answers back, one connection.

hiredis packs and parses; redis-py on top of the same hiredis took 20 % more CPU of the whole worker.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

import hiredis

from platinum.errors import Unavailable, UsageError
from platinum.stores.address import Address

Command = tuple[bytes | str | int, ...]

# hiredis types its argument as a tuple of one.
_pack = cast("Callable[[Command], bytes]", hiredis.pack_command)
_NOT_YET = object()
#: Of one call's commands; more are handed over at once.
_COPIED_BYTES = 64 << 10
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0

# First words of answers after which the same call may succeed later ("LOADING": it is reading its files).
_LATER = frozenset(
    {"LOADING", "BUSY", "OOM", "MISCONF", "READONLY", "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN", "UNKILLABLE", "NOTBUSY"}
)
_DENIED = frozenset({"NOAUTH", "WRONGPASS", "NOPERM"})


class ValkeyClient:
    """One connection that reopens itself; used from one event loop.

    Parameters
    ----------
    timeout_s : float
        For an answer, and for opening the connection. The connection is dropped when it passes: what was in flight
        has an unknown answer.
    """

    def __init__(self, address: Address, timeout_s: float = 5.0, password: str | None = None) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._password = password
        self._connection: _Connection | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._retry_at_s = 0.0
        self._pause_s = _FIRST_PAUSE_S

    async def pipe(self, commands: Sequence[Command], more_s: float = 0.0) -> list[Any]:
        """Send all commands at once; returns one answer per command, a ``NOSCRIPT`` error among them as an object.

        Parameters
        ----------
        more_s : float
            Beyond the client's time-out, for commands that are large.

        Raises
        ------
        Unavailable
            No connection, no answer in time, or an answer that asks to come back later. While the server is away,
            calls fail at once and one try to connect is made per back-off (50 ms to 1 s).
        UsageError
            The server wants another user or password.
        """
        return await self.pipe_written(b"".join(map(_pack, commands)), len(commands), more_s)

    async def pipe_written(self, payload: bytes | memoryview, n: int, more_s: float = 0.0) -> list[Any]:
        """``pipe`` of ``n`` commands that are written already."""
        connection = self._connection
        if connection is None or connection.lost:
            connection = await self._open()
        replies = await connection.send(payload, n, self._timeout_s + more_s)
        for reply in replies:
            if type(reply) is hiredis.ReplyError:
                self._refuse_error(reply)
        return replies

    async def connect(self, wait_s: float = 10.0) -> None:
        """Wait until the server answers, such as after a restart while it reads its files.

        Raises
        ------
        Unavailable
            It did not within ``wait_s``.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_s
        while True:
            try:
                await self.pipe([(b"PING",)])
            except Unavailable:
                if self._closed or loop.time() >= until:
                    raise
                await asyncio.sleep(0.02)
            else:
                return

    async def close(self) -> None:
        """Close the connection; idempotent."""
        self._closed = True
        if self._connection is not None:
            self._connection.drop("the store is closed")
            await asyncio.sleep(0)  # the socket itself is closed in the loop's next turn

    async def _open(self) -> _Connection:
        # Whoever waited here meanwhile finds the connection open, or the back-off set.
        async with self._opening:
            loop = asyncio.get_running_loop()
            if self._connection is not None and not self._connection.lost:
                return self._connection
            if self._closed:
                raise Unavailable("the store is closed")
            if loop.time() < self._retry_at_s:
                raise Unavailable(f"{self._address} did not answer; trying again within {self._pause_s:g} s")
            try:
                async with asyncio.timeout(self._timeout_s):
                    self._connection = await self._greet(loop)
            except (OSError, Unavailable) as error:
                self._retry_at_s = loop.time() + self._pause_s
                self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
                raise Unavailable(f"{self._address}: {str(error) or 'no answer'}") from error
            self._pause_s = _FIRST_PAUSE_S
            return self._connection

    async def _greet(self, loop: asyncio.AbstractEventLoop) -> _Connection:
        where = self._address
        if where.path:
            _, connection = await loop.create_unix_connection(_Connection, where.path)
        else:
            _, connection = await loop.create_connection(_Connection, where.host, where.port)
        greeting: list[Command] = [(b"PING",)]
        if where.database:
            greeting.insert(0, (b"SELECT", where.database))
        if self._password is not None:
            greeting.insert(0, (b"AUTH", where.user, self._password) if where.user else (b"AUTH", self._password))
        try:
            replies = await connection.send(b"".join(map(_pack, greeting)), len(greeting), self._timeout_s)
            for command, reply in zip(greeting, replies, strict=True):
                if isinstance(reply, hiredis.ReplyError):
                    asked = "the password" if command[0] == b"AUTH" else "the database"
                    if command[0] != b"PING" and str(reply).startswith("ERR "):  # a server without a password, or without so many databases
                        raise UsageError(f"{where} refused {asked}: check the URL's database and PLATINUM_STORE_PASSWORD")
                    self._refuse_error(reply)
        except BaseException:
            connection.drop("the greeting failed")
            raise
        return connection

    def _refuse_error(self, reply: Exception) -> None:
        # Only the code: the rest of an error may quote a command's arguments, which are customer data.
        code = str(reply).partition(" ")[0]
        if code == "NOSCRIPT":
            return
        if code in _LATER:
            raise Unavailable(f"{self._address} answered {code}")
        if code in _DENIED:
            raise UsageError(f"{self._address} answered {code}: check the URL's user, PLATINUM_STORE_PASSWORD and the server's ACL")
        raise RuntimeError(f"{self._address} answered {code} to a command of ours")


class _Connection(asyncio.Protocol):
    """Answers come back in the order in which commands went out."""

    def __init__(self) -> None:
        self.lost = False
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_NOT_YET)
        self._waiting: deque[tuple[int, list[Any], asyncio.Future[list[Any]]]] = deque()
        self._transport: asyncio.Transport | None = None
        self._unsent: list[bytes | memoryview] = []

    async def send(self, payload: bytes | memoryview, n: int, timeout_s: float) -> list[Any]:
        if self.lost or self._transport is None:
            raise Unavailable("the connection to the store is lost")
        if not n:
            return []
        future: asyncio.Future[list[Any]] = self._loop.create_future()
        self._waiting.append((n, [], future))
        self._write(payload)
        timer = self._loop.call_later(timeout_s, self.drop, f"no answer within {timeout_s:g} s")
        try:
            return await future
        finally:
            timer.cancel()

    def _write(self, payload: bytes | memoryview) -> None:
        """Together with whatever else is sent in this turn of the loop: the system takes 0.1 ms to hand over anything at all."""
        if len(payload) > _COPIED_BYTES:
            self._flush()
            self._hand_over(payload)
            return
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(payload)

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        if unsent:
            self._hand_over(b"".join(unsent) if len(unsent) > 1 else unsent[0])

    def _hand_over(self, payload: bytes | memoryview) -> None:
        if self._transport is not None and not self.lost:
            self._transport.write(payload)

    def drop(self, why: str) -> None:
        """Give up the connection and everything in flight: later answers could no longer be told apart."""
        self.lost = True
        if self._transport is not None:
            self._transport.abort()
        while self._waiting:
            _, _, future = self._waiting.popleft()
            if not future.done():
                future.set_exception(Unavailable(f"store: {why}; whether the commands were carried out is not known"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while self._waiting:
                n, replies, future = self._waiting[0]
                while len(replies) < n:
                    reply = self._reader.gets()
                    if reply is _NOT_YET:
                        return
                    replies.append(reply)
                self._waiting.popleft()
                if not future.done():
                    future.set_result(replies)
        except hiredis.ProtocolError:
            self.drop("what answers is no Valkey server")

    def connection_lost(self, exc: Exception | None) -> None:
        self.drop("the server closed the connection")
