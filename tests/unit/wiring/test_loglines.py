"""Log lines: standard error may go away while the process lives."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog

from platinum.wiring.loglines import log_to_stderr


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    server = logging.getLogger("uvicorn")
    handlers, propagate = server.handlers[:], server.propagate
    yield
    structlog.reset_defaults()
    server.handlers[:], server.propagate = handlers, propagate


@pytest.mark.parametrize("how", ["closed", "nobody reads it", "none"])
def test_a_line_that_cannot_be_written_fails_nothing(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of 500 is sent after its line is written: whoever asked must not wait because `| tee` has died."""
    reading, writing = os.pipe()
    stderr = os.fdopen(writing, "w", buffering=1)
    monkeypatch.setattr(sys, "stderr", None if how == "none" else stderr)
    log_to_stderr()
    os.close(reading)
    if how == "closed":
        stderr.close()
    logging.getLogger("uvicorn.error").error("failed", exc_info=RuntimeError("bug"))
    structlog.get_logger().error("a line")
    with suppress(OSError):  # what could not be written is tried once more
        stderr.close()


def test_a_line_goes_to_where_standard_error_is_now(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It is one JSON object, and holds the type of an exception, not its text."""
    log_to_stderr()
    logging.getLogger("uvicorn.error").error("failed", exc_info=RuntimeError("a customer's words"))
    line = capsys.readouterr().err
    assert '"error":"RuntimeError"' in line
    assert "customer" not in line


def test_what_a_kafka_library_says_again_and_again_is_said_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """With the brokers away its loops say so without end; how often is not lost."""
    log_to_stderr()
    logger = logging.getLogger("aiokafka")
    for at_s in (0.0, 1.0, 4.9, 5.1, 6.0):
        record = logger.makeRecord("aiokafka", logging.ERROR, "", 0, "Unable connect to %s", ("ada",), None)
        record.created = 1000.0 + at_s
        logger.handle(record)
    logger.error("another line")

    said = [line for line in capsys.readouterr().err.splitlines() if "kafka client" in line]
    assert [("times_before" in line, "another" in line) for line in said] == [(False, False), (True, False), (False, True)]
    assert '"times_before":2' in said[1]
    assert "ada" not in "".join(said)
