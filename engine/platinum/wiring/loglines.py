"""Log lines on standard error: one JSON object each, or words on a terminal."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import orjson
import structlog

from platinum.errors import PlatinumError, raised_at

_HTTP = structlog.get_logger("platinum.http")
_WORKER = structlog.get_logger("platinum.worker")
_STREAM = structlog.get_logger("platinum.kafka")
#: How long the same line of a Kafka library is left out.
AGAIN_S = 5.0
#: Libraries of the distributed form that log.
_KAFKA = ("faust", "mode", "aiokafka", "kafka", "asyncio")


def log_to_stderr(level: int = logging.INFO) -> None:
    """Set logging up for a long-running process; values of local variables never reach a line."""
    terminal = bool(sys.stderr) and sys.stderr.isatty()  # Python gives None for one that was closed from the start
    render = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(_json)
    stamp = structlog.processors.TimeStamper("%H:%M:%S" if terminal else "iso", utc=not terminal, key="timestamp")
    structlog.configure(
        processors=[structlog.processors.add_log_level, stamp, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
    )
    for name, handler in (("uvicorn", _FromUvicorn(logging.ERROR)), *((name, _FromKafka(logging.WARNING)) for name in _KAFKA)):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False


class _StandardError:
    """Standard error as long as there is one: a terminal that was closed, or a full disk, must not fail a request."""

    def write(self, text: str) -> None:
        """Write what can be written."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()


def told_as_line(error: Exception, code: int) -> None:
    """The line that says why a process ends: the text of an error that was planned; type and place of a bug, which may quote."""
    if isinstance(error, PlatinumError):
        _WORKER.error("the worker ends", error=str(error), exit_code=code)
    elif isinstance(error, OSError) and error.strerror:
        _WORKER.error("the worker ends", error=f"{error.filename or 'input or output'}: {error.strerror}", exit_code=code)
    else:
        _WORKER.error("the worker ends: a bug in platinum", error=type(error).__name__, at=raised_at(error), exit_code=code)


def no_log() -> None:
    """Nothing at all: the screen belongs to the demo."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)


def _json(value: dict[str, object], **_: object) -> str:
    return orjson.dumps(value, default=str).decode()


class _FromUvicorn(logging.Handler):
    """The server's own errors as ours: type and place of an exception, not its text, which may quote a customer."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            _HTTP.error("http server", said=record.getMessage())
            return
        if isinstance(error, asyncio.CancelledError):
            return  # the end of the process cut it off; the server says how many
        _HTTP.error("a request failed", error=type(error).__name__, at=raised_at(error))


class _FromKafka(logging.Handler):
    """Lines of Faust and the Kafka clients, as they are written in their source: what is filled in may quote a customer.

    The same line again within ``AGAIN_S`` is counted only: with the brokers away each of several loops says so once a second.
    """

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def _left_out(self, record: logging.LogRecord) -> int:
        """How often the line was left out before this time, -1 = this time too."""
        line, (at_s, count) = (record.name, str(record.msg)), self._said.get((record.name, str(record.msg)), (-AGAIN_S, 0))
        if record.created < at_s + AGAIN_S:
            self._said[line] = at_s, count + 1
            return -1
        self._said[line] = record.created, 0
        return count

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else next((a for a in _arguments(record) if isinstance(a, BaseException)), None)
        if isinstance(error, asyncio.CancelledError):
            return
        left_out = self._left_out(record)
        if left_out < 0:
            return
        told: dict[str, object] = {} if error is None else {"error": type(error).__name__, "at": raised_at(error)}
        if left_out:
            told["times_before"] = left_out
        (_STREAM.error if record.levelno >= logging.ERROR else _STREAM.warning)(
            "kafka client", said=str(record.msg), by=record.name, **told
        )


def _arguments(record: logging.LogRecord) -> tuple[object, ...]:
    return record.args if isinstance(record.args, tuple) else ()
