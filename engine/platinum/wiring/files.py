"""``platinum run``: an event file through the engine in memory, decisions and profiles out as JSON lines."""

from __future__ import annotations

import codecs
import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from platinum.emit.deadletter import Verdict
from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.profile.readable import readable_blob
from platinum.wiring.optouts import speak_of_unknown_channels

#: Lines handed to the engine at once; the result does not depend on it.
CHUNK = 20_000
_MARK = codecs.BOM_UTF8


#: What stands for standard output where a file is asked for.
STANDARD_OUTPUT = Path("-")


class Chunk(NamedTuple):
    """``lines`` of a file that are not blank, the ``number`` of each from 1, and the bytes of the file they took."""

    lines: list[bytes]
    numbers: list[int]
    consumed: int


def run_file(
    policy: Path,
    events: Path,
    decisions: Path,
    profiles: Path | None,
    dead_letters: Path | None,
    now_ms: int | None,
    partitions: int,
    advance: Callable[[int], None],
) -> dict[str, Any]:
    """Play ``events`` through ``policy`` and write what was decided.

    Parameters
    ----------
    now_ms : int or None
        Instant until which time goes by after the last event (``when_reached`` may ask for decisions), and as of which
        profiles are written; the newest record's when None.
    advance : callable
        Told the bytes of input consumed since its last call.

    Returns
    -------
    dict
        ``events, decisions, dead_letters, rejected, customers, unknown_channels, newest_record_ms, policy``; ``rejected`` holds per
        reason the ``count``, and of the first one the ``line``, the ``field`` and the ``message``; ``unknown_channels`` is how many
        customers spoke about channels that the policy does not have.
    """
    outputs = {"--decisions": decisions, "--profiles": profiles, "--dead-letters": dead_letters}
    _one_dash(outputs)
    refuse_overwriting({"--policy": policy, "--events": events}, outputs)
    n_events = n_decisions = 0
    with ExitStack() as stack:
        engine = stack.enter_context(Engine.open(policy, partitions=partitions))
        out = stack.enter_context(_open_out(decisions))
        rejected = _Rejected(None if dead_letters is None else stack.enter_context(_open_out(dead_letters)))
        for chunk in chunks_of(events):
            bodies = engine.process_json(chunk.lines)
            out.writelines(body + b"\n" for body in bodies)
            for i, verdict in engine.rejected:
                rejected.add(chunk.numbers[i], verdict, chunk.lines[i])
            n_events += len(chunk.lines)
            n_decisions += len(bodies)
            advance(chunk.consumed)
        newest_ms = engine.clock_ms
        late = [] if now_ms is None else engine.advance_json(now_ms)
        out.writelines(body + b"\n" for body in late)
        customers = _write_profiles(engine, profiles, now_ms)
        return {
            "events": n_events,
            "decisions": n_decisions + len(late),
            "dead_letters": sum(one["count"] for one in rejected.by_reason.values()),
            "rejected": rejected.by_reason,
            "customers": len(customers),
            "unknown_channels": speak_of_unknown_channels(list(customers.values()), engine.policy),
            "newest_record_ms": newest_ms,
            "policy": engine.policy.version,
        }


class _Rejected:
    """Counts dead letters by reason, remembers the first of each, and writes all of them where that was asked for."""

    def __init__(self, out: IO[bytes] | None) -> None:
        self.by_reason: dict[str, dict[str, Any]] = {}
        self._out = out

    def add(self, line: int, verdict: Verdict, event: bytes) -> None:
        """Take one; ``event`` goes into the file only, never on the screen."""
        first = {"count": 0, "line": line, "field": verdict.field, "message": verdict.message}
        self.by_reason.setdefault(verdict.reason, first)["count"] += 1
        if self._out is not None:
            letter = {"line": line, **verdict._asdict(), "event": event.decode(errors="replace")}
            self._out.write(orjson.dumps(letter) + b"\n")


def _write_profiles(engine: Engine, path: Path | None, now_ms: int | None) -> dict[bytes, bytes]:
    """Write every profile if ``path`` says where; returns all customers' rows."""
    customers = engine.customers()
    if path is not None:
        with _open_out(path) as target:
            as_of_ms = engine.clock_ms if now_ms is None else now_ms
            for key, blob in customers.items():
                target.write(orjson.dumps(readable_blob(blob, engine.policy, as_of_ms, key.decode())) + b"\n")
    return customers


def _one_dash(outputs: Mapping[str, Path | None]) -> None:
    for name, path in outputs.items():
        if path == STANDARD_OUTPUT and name != "--decisions":
            raise UsageError(f"'{name}' must be a file: only '--decisions' may be - (standard output)")


def refuse_overwriting(inputs: Mapping[str, Path], outputs: Mapping[str, Path | None]) -> None:
    """Refuse to write over what is read, or twice to one file; names are those of the options.

    Raises
    ------
    UsageError
        Nothing was opened yet.
    """
    seen = {path.resolve(): name for name, path in inputs.items()}
    for name, path in outputs.items():
        if path is None or path == STANDARD_OUTPUT or (path.exists() and not path.is_file()):
            continue  # /dev/null and pipes hold nothing that could be lost
        if (other := seen.setdefault(path.resolve(), name)) != name:
            raise UsageError(f"'{name}' must be another file than '{other}': it would be written over")


def chunks_of(path: Path) -> Iterator[Chunk]:
    """The file's lines, some at a time; blank ones are passed over but counted."""
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        source: Iterable[bytes] = stack.enter_context(gzip.open(raw)) if path.suffix == ".gz" else raw
        lines: list[bytes] = []
        numbers: list[int] = []
        at = 0
        for number, line in enumerate(_whole(source, path), 1):
            if text := line.strip():
                lines.append(text)
                numbers.append(number)
            if len(lines) == CHUNK:
                yield Chunk(lines, numbers, raw.tell() - at)
                at, lines, numbers = raw.tell(), [], []
        yield Chunk(lines, numbers, raw.tell() - at)


def _whole(source: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """The lines of ``source``, without the mark that some programs put in front of UTF-8."""
    try:
        for number, line in enumerate(source):
            yield line.removeprefix(_MARK) if number == 0 else line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UsageError(f"{path}: cannot be read as gzip ({str(error) or 'it ends too early'})") from error


def _open_out(path: Path) -> AbstractContextManager[IO[bytes]]:
    if path == STANDARD_OUTPUT:
        return _standard_output()
    if path.suffix == ".gz":
        # No name and no time in the header: the same decisions give the same bytes.
        return gzip.GzipFile(filename="", fileobj=path.open("wb"), mode="wb", mtime=0)  # type: ignore[return-value]
    return path.open("wb")


@contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    """Standard output, flushed and left open: it is not ours to close."""
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
