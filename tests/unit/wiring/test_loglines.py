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
