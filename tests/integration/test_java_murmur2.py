"""Placement against Kafka's own Java: what a producer of any language puts on a partition must be where we look for it."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from platinum.errors import UsageError
from platinum.hashing import murmur2
from platinum.ops.broker import jars
from platinum.pipeline.batch import key_hashes
from tests.builders.kafka import a_broker, make_topics

JAVA = Path(__file__).resolve().parents[1] / "reference" / "java"
#: 400 of the keys below with Java's answer: written by this file with PLATINUM_WRITE_MURMUR2=1, from the jars of the pinned broker.
FROZEN = Path(__file__).resolve().parents[1] / "golden" / "murmur2_by_java.txt"


def _keys() -> list[bytes]:
    """4,000 keys: every length from 0 to 64, customer keys as people make them, every script, any bytes."""
    drawn = random.Random(7)
    keys = [drawn.randbytes(length) for length in range(65) for _ in range(20)]
    keys += [bytes([byte]) * length for byte in (0, 1, 127, 128, 255) for length in range(1, 9)]
    keys += [f"c-{n:06d}".encode() for n in range(600)] + [f"anon:{n * 7919:032x}".encode() for n in range(400)]
    alphabets = ("äöüßéñ", "日本語中文", "абвгд", "😀👩‍👩‍👧🏳️‍🌈", "عربى", "{b0042}\r\n")
    keys += ["".join(drawn.choices(letters, k=drawn.randrange(1, 20))).encode() for letters in alphabets for _ in range(150)]
    keys += [drawn.randbytes(drawn.randrange(200)) for _ in range(4_000 - len(keys))]
    return keys


def _java(program: str, keys: list[bytes], *arguments: str) -> list[int]:
    """What one of the programs says of each key. Without Java and Maven the test is skipped; in CI it fails."""
    try:
        folder = jars()
    except UsageError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    words = ["java", "-cp", f"{folder}/*", str(JAVA / program), *arguments]
    done = subprocess.run(words, input="".join(key.hex() + "\n" for key in keys), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [int(line) for line in done.stdout.split()]


def test_java_murmur2_is_ours() -> None:
    keys = _keys()

    said = _java("Murmur2.java", keys)

    if os.environ.get("PLATINUM_WRITE_MURMUR2"):
        FROZEN.write_text("".join(f"{key.hex() or '-'} {h}\n" for key, h in list(zip(keys, said, strict=True))[::10]))
    assert len(said) == 4_000
    assert said == [murmur2(key) for key in keys] == key_hashes(keys).tolist()


def test_what_java_said_once_holds_without_java() -> None:
    lines = [line.split() for line in FROZEN.read_text().splitlines()]
    keys = [b"" if key == "-" else bytes.fromhex(key) for key, _ in lines]

    assert [murmur2(key) for key in keys] == [int(h) for _, h in lines]
    assert key_hashes(keys).tolist() == [int(h) for _, h in lines]


def test_a_java_producer_puts_a_customer_where_we_look(tmp_path: Path) -> None:
    keys = _keys()[::8]
    with a_broker(tmp_path) as broker:
        make_topics(broker.address, ["keys"], 16)

        said = _java("Produce.java", keys, broker.address, "keys")

    assert said == [murmur2(key) % 16 for key in keys]
    assert set(said) == set(range(16))
