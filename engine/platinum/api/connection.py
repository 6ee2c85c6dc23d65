"""A connection with bounds around uvicorn's HTTP protocol: what is read when, how much may wait, when it is closed.

Pipelining, keep-alive and shutdown are uvicorn's own code, for which a decision in the making is a cycle like any other.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from platinum.api.arrivals import Arrivals
from platinum.api.cycle import DecisionCycle
from platinum.api.problems import Problem, headers_too_large, not_http
from platinum.api.service import Service

_UPGRADE = re.compile(rb"^upgrade(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE)
#: Requests of a connection that wait for earlier ones, about; beyond them its socket is not read.
MOST_PIPELINED = 64
#: So many bytes go to the parser between two looks at what came out of them.
SLICE_BYTES = 8 << 10
#: Request line and headers of one request, within a slice.
MAX_HEAD_BYTES = 32 << 10
MAX_HEADERS = 100
_COLON_AND_END = 4
#: So long may they take to come, on a new connection as on a used one.
HEAD_S = 30.0
#: How long a shutdown waits for the rest of a request; shorter than the server's own patience.
_REST_S = 0.5


class _Flow(FlowControl):
    """Uvicorn's, but nothing that it does not know of makes it read on too early."""

    def __init__(self, transport: asyncio.Transport, may_read: Callable[[], bool]) -> None:
        super().__init__(transport)
        self._may_read = may_read

    def resume_reading(self) -> None:
        """Read on, if there is room for what comes."""
        if self.read_paused and self._may_read():
            super().resume_reading()


class BoundedConnection(HttpToolsProtocol):
    """One connection; which way its requests go is ``protocol.DecisionProtocol``'s.

    Parameters
    ----------
    service : Service
    arrivals : Arrivals
        Shared by all connections.
    given : Any
        Uvicorn's own arguments.
    """

    def __init__(self, service: Service, arrivals: Arrivals, **given: Any) -> None:
        super().__init__(**given)
        self.service = service
        self._arrivals = arrivals
        self._active: Any = None  # what is being answered; ``cycle`` is what was read last
        self._unread: list[bytes] = []  # waits for its turn, or until fewer requests wait
        self._decision: DecisionCycle | None = None  # the request that is being read, if it goes the short way
        self._held: DecisionCycle | None = None  # waits for the client to read its answers
        self._in_head = False
        self._head_bytes = 0
        self._head_since_s = 0.0
        self._refusal: Problem | None = None  # why nothing more of this connection is read
        self._half_closed = False
        self._idle_since_s = math.inf

    @property
    def _idle(self) -> bool:
        """No request is being read or answered, but perhaps its headers."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def _may_read(self) -> bool:
        return not (self.flow.write_paused or self._unread or self._refusal or self._half_closed) and len(self.pipeline) < MOST_PIPELINED

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self._may_read)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def data_received(self, data: bytes) -> None:
        """Leave a new request for the next turn; what belongs to a running one is read at once."""
        if self._refusal is not None:
            return
        if self._unread:
            self._unread.append(data)
        elif self._idle:
            self._unread.append(data)
            self._arrivals.add(self)
        else:
            self._feed(data)

    def read_now(self) -> None:
        """See ``arrivals.Unread``."""
        if self._unread and self.parser is not None:
            data = self._unread[0] if len(self._unread) == 1 else b"".join(self._unread)
            self._unread.clear()
            self._feed(data)
            self.flow.resume_reading()
            if self._half_closed and not self._unread and not self._more_to_say():
                self.transport.close()

    def _feed(self, data: bytes) -> None:
        """Give the parser what there is room for; the rest waits."""
        if self._idle or self._in_head:
            data = without_upgrade(data)
        at = 0
        while at < len(data) and self._refusal is None and len(self.pipeline) < MOST_PIPELINED:
            piece = data if len(data) <= SLICE_BYTES else data[at : at + SLICE_BYTES]
            at += SLICE_BYTES
            super().data_received(piece)
            if self._in_head:
                self._head_bytes += len(piece)
                if self._head_bytes > MAX_HEAD_BYTES + SLICE_BYTES:
                    self._refuse(headers_too_large(MAX_HEADERS, MAX_HEAD_BYTES))
        if at < len(data) and self._refusal is None:
            self.flow.pause_reading()
            self._unread.append(data[at:])

    def send_400_response(self, msg: str) -> None:
        """What the parser did not take, or ``on_headers_complete``."""
        self._refuse(headers_too_large(MAX_HEADERS, MAX_HEAD_BYTES) if self._head_too_large() else not_http())

    def _head_too_large(self) -> bool:
        """Whether what the parser has found of a head is too much; to the byte, unlike what is counted while pieces come."""
        headers = self.headers or ()
        n_bytes = len(self.url or b"") + sum(len(name) + len(value) + _COLON_AND_END for name, value in headers)
        return len(headers) > MAX_HEADERS or n_bytes > MAX_HEAD_BYTES

    def _refuse(self, problem: Problem) -> None:
        """Answer with ``problem`` when its turn comes, behind all earlier answers, then close."""
        if self._refusal is not None:
            return
        self._refusal, self._in_head = problem, False
        self.flow.pause_reading()
        broken = self.cycle
        if not self._idle and broken.more_body:
            self._drop_last()
            if getattr(broken, "response_started", False):
                self.transport.close()
                return
        cycle = DecisionCycle(self, keep_alive=False, may_start=self._idle, refused=problem)
        self._decision, self.cycle = cycle, cast("RequestResponseCycle", cycle)
        if cycle.may_start:
            cycle.go_on()
        else:
            self.pipeline.appendleft((self.cycle, self.app))

    def _drop_last(self) -> None:
        """Nobody answers the request that is being read: the rest of it does not come."""
        last = self.cycle
        last.disconnected = True
        last.message_event.set()
        if self.pipeline and self.pipeline[0][0] is last:
            self.pipeline.popleft()
            self.cycle = self.pipeline[0][0] if self.pipeline else self._active
        else:
            self.cycle = cast("RequestResponseCycle", None)

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more; what it has asked is answered before the connection is closed."""
        self._half_closed = True
        self.read_now()
        return bool(self._unread) or self._more_to_say()

    def _more_to_say(self) -> bool:
        """Whether answers are due although nothing more comes in."""
        if not self._idle and self.cycle.more_body:
            self._drop_last()
        return not self._idle

    def _unset_keepalive_if_required(self) -> None:
        """Leave the timer; it looks for itself. A timer set and cancelled for every request took 3 µs."""

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has been silent for long enough, else look again when it may have been."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            return
        now_s, left_s = self.loop.time(), math.inf
        if self._idle and self._in_head:
            left_s = self._head_since_s + HEAD_S - now_s
        elif self._idle and not self._unread:
            left_s = self._idle_since_s + self.timeout_keep_alive - now_s
        if left_s <= 0.0:
            self.transport.close()
        else:
            again_s = max(min(left_s, self.timeout_keep_alive), 1.0)
            self.timeout_keep_alive_task = self.loop.call_later(again_s, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """A request that had come whole counts, even if its sender did not wait."""
        if self._unread:
            self.read_now()
            self.loop.call_soon(self._lost, exc)  # behind the application's first step, which takes the body
        else:
            self._lost(exc)

    def _lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def shutdown(self) -> None:
        """Answer what has arrived, then close."""
        self.read_now()
        if not self._idle and self.cycle.more_body:
            self.loop.call_later(_REST_S, self._give_up, self.cycle)
        super().shutdown()

    def _give_up(self, cycle: RequestResponseCycle) -> None:
        """The process ends, and the rest of a request has not come."""
        if cycle is not self.cycle or not cycle.more_body or cycle.response_complete or self.transport.is_closing():
            return
        self._drop_last()
        if self._idle:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """Uvicorn's, but for the timer; and of a client that does not read its answers nothing more is read."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._idle_since_s = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._half_closed and not self._unread and self._idle:
            self.transport.close()
            return
        if self.flow.write_paused:
            self.flow.pause_reading()
        elif not self._unread:
            self.flow.resume_reading()
        elif len(self.pipeline) < MOST_PIPELINED // 2:
            self.loop.call_soon(self.read_now)  # not now: the parser may be what called

    def pause_writing(self) -> None:
        """The client lets answers pile up."""
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        held, self._held = self._held, None
        if held is not None:
            self._start_asgi_task(held, self.app)
        elif self._unread:
            self.loop.call_soon(self.read_now)
        self.flow.resume_reading()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        super()._start_asgi_task(cycle, app)

    def answer(self, status: int, headers: bytes, body: bytes, keep_alive: bool) -> None:
        """See ``cycle.Connection``."""
        raise NotImplementedError


def without_upgrade(data: bytes) -> bytes:
    """The beginning of a request whose ``Upgrade`` header, if any, has a name that means nothing.

    There is nothing here to upgrade to, and such an offer may be ignored (RFC 9110, 7.8). The parser instead stops in front
    of the body, which would be lost: `curl --http2` and others offer it with every first request.
    """
    if b"pgrade" not in data and b"PGRADE" not in data:
        return data
    head, end, body = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"ignored", head) + end + body
