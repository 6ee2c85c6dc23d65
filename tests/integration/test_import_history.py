"""``platinum import --history --to URL`` against a running ``platinum up``: the past is known, and decides nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from platinum.policy.load import example
from tests.builders.imports import ORDERS_MAP, a_line, csv_of
from tests.builders.processes import Up, platinum

NOW = "2026-06-01T12:00:00Z"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    policy = tmp_path_factory.mktemp("policy") / "gift-shop.yaml"
    policy.write_bytes(example("gift-shop"))
    up = Up(tmp_path_factory.mktemp("up") / "shop", policy=policy)
    yield up
    up.close()


def imported(shop: Up, folder: Path, *lines: tuple[object, ...]) -> dict[str, Any]:
    """Report of one import, which must succeed."""
    (folder / "lines.csv").write_text(csv_of(*lines))
    (folder / "map.yaml").write_text(ORDERS_MAP)
    done = platinum("import", str(folder / "lines.csv"), "--map", str(folder / "map.yaml"), "--history", "--to", shop.url, "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def counted(shop: Up, name: str) -> float:
    """Sum of a metric over its labels."""
    return sum(float(line.split()[-1]) for line in shop.get("/metrics").splitlines() if line.startswith(name))


def profile(shop: Up, customer: str) -> dict[str, Any]:
    """As of an instant, so that two looks compare."""
    found: dict[str, Any] = json.loads(platinum("profile", customer, "--data", str(shop.data), "--now", NOW, "--json").stdout)
    return found


def orders(customer: str, count: int) -> list[tuple[object, ...]]:
    return [a_line(f"{customer}-{n}", at=f"2025-{1 + n // 28:02}-{1 + n % 28:02} 10:00:00", customer=customer) for n in range(count)]


def test_a_history_is_folded_and_decides_nothing(shop: Up, tmp_path: Path) -> None:
    report = imported(shop, tmp_path, *orders("ada", 3), *orders("ben", 1))

    assert report["events"]["orders"] == 4
    assert shop.profile("ada", orders=3)["identity"]["first_seen_at"].startswith("2025-01-01")
    shop.profile("ben", orders=1)
    assert counted(shop, "platinum_decisions_total") == 0
    # The same event, live, is one that this policy decides about.
    properties = {"order_id": "o-live", "total": 30, "products": []}
    shop.post("/v1/track", {"event": "Order Completed", "messageId": "m-live", "userId": "ben", "properties": properties})
    shop.profile("ben", orders=2)
    assert counted(shop, "platinum_decisions_total") == 1


def test_rows_left_out_by_the_map_and_events_rejected_by_the_deployment_are_reported(shop: Up, tmp_path: Path) -> None:
    rejected_before = counted(shop, "platinum_events_rejected_total")

    report = imported(shop, tmp_path, a_line("1", customer="cleo"), a_line("2", customer=""), a_line("3", customer="anon:17"))

    assert report["left_out"] == {"guest": {"rows": 1, "first_rows": [2]}}
    assert [(reason.split(":")[0], count) for reason, count in report["rejected"].items()] == [("reserved_key", 1)]
    assert "'userId'" in next(iter(report["rejected"]))
    assert counted(shop, "platinum_events_rejected_total") == rejected_before + 1
    shop.profile("cleo", orders=1)


def test_a_second_import_of_the_same_file_changes_nothing(shop: Up, tmp_path: Path) -> None:
    lines = [*orders("dora", 30), *orders("emil", 2)]
    imported(shop, tmp_path, *lines)
    shop.profile("dora", orders=30)
    shop.profile("emil", orders=2)
    before = profile(shop, "dora"), profile(shop, "emil")
    consumed = counted(shop, "platinum_events_consumed_total")

    imported(shop, tmp_path, *lines, a_line("end", customer="fred"))

    shop.profile("fred", orders=1)
    _wait_until(lambda: counted(shop, "platinum_events_consumed_total") == consumed + 33)
    assert (profile(shop, "dora"), profile(shop, "emil")) == before


def test_a_second_import_counts_again_who_has_more_than_32_messages_in_the_file(shop: Up, tmp_path: Path) -> None:
    # Stated, not wished for: a row remembers 32 messages, and from the 33rd on the first is forgotten before it comes again.
    imported(shop, tmp_path, *orders("gina", 33))
    shop.profile("gina", orders=33)

    imported(shop, tmp_path, *orders("gina", 33))

    assert shop.profile("gina", orders=66)


def test_a_deployment_that_is_not_there_is_exit_code_69(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text(csv_of(a_line("1")))
    (tmp_path / "map.yaml").write_text(ORDERS_MAP)

    done = platinum("import", str(tmp_path / "lines.csv"), "--map", str(tmp_path / "map.yaml"), "--history", "--to", "http://127.0.0.1:1")

    assert done.returncode == 69
    assert "http://127.0.0.1:1/v1/batch does not answer" in done.stderr


def _wait_until(true: Callable[[], bool], wait_s: float = 30.0) -> None:
    until = time.monotonic() + wait_s
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    assert true()
