"""``policy simulate --data``: what a deployment was told is played like files of the same events."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from platinum.cli.policy_reach import lines as reach_lines
from platinum.cli.policy_simulate import lines
from platinum.cli.report_firm import lines as firm_lines
from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.firm.page import page
from platinum.ops.population import simulate_events
from platinum.wiring.firm_report import report_history
from platinum.wiring.reach import reach_of
from platinum.wiring.simulate import Request, simulate, stretch
from tests.builders.recorded import GIFT_SHOP


@pytest.mark.slow
def test_a_deployment_is_played_like_files_of_what_it_was_told(tmp_path: Path) -> None:
    events = list(simulate_events(seed=5, customers=60, events=1_200))
    with Engine.open(GIFT_SHOP, tmp_path / "shop") as engine:
        engine.process_json(events)
    file = tmp_path / "told.jsonl"
    file.write_bytes(b"\n".join(events) + b"\n")
    kept, told = (stretch(Request("gift-shop", None, **given)) for given in ({"data": tmp_path / "shop"}, {"history": [file]}))

    assert len(kept.told) > 1_000
    assert [orjson.loads(one.value)["messageId"] for one in kept.told] == [orjson.loads(one.value)["messageId"] for one in told.told]

    reports = [simulate(Request("gift-shop", None), over, lambda _: None) for over in (kept, told)]
    assert reports[0]["decisions"]["new"] > 50
    assert reports[0] == reports[1]


#: What one line of a file cannot be, each for its own reason, between two that are events.
LINES = [
    {
        "type": "track",
        "event": "Product Viewed",
        "userId": "c-1",
        "messageId": "m-1",
        "timestamp": "2026-01-01T10:00:00Z",
        "properties": {},
    },
    b"this is no JSON",
    b"[1, 2]",
    {"type": "track", "event": "Product Viewed", "userId": 5, "messageId": "m-2", "timestamp": "2026-01-02T10:00:00Z", "properties": {}},
    {"type": "track", "event": "Product Viewed", "userId": "c-2", "messageId": "m-3", "timestamp": "yesterday", "properties": {}},
    {
        "type": "track",
        "event": "Product Viewed",
        "userId": "c-2",
        "messageId": "m-4",
        "timestamp": "2026-01-03T10:00:00Z",
        "properties": {},
    },
]


@pytest.fixture
def of_all_kinds(tmp_path: Path) -> Path:
    file = tmp_path / "told.jsonl"
    file.write_bytes(b"\n".join(line if isinstance(line, bytes) else orjson.dumps(line) for line in LINES))
    return file


def test_what_is_no_event_is_counted_and_the_others_are_played(of_all_kinds: Path, tmp_path: Path) -> None:
    with Engine.open(GIFT_SHOP, tmp_path / "shop") as engine:
        engine.process_json(of_all_kinds.read_bytes().split(b"\n"))
    for given in ({"history": [of_all_kinds]}, {"data": tmp_path / "shop"}):
        over = stretch(Request("gift-shop", None, **given))
        assert [orjson.loads(one.value)["messageId"] for one in over.told] == ["m-1", "m-4"], given
        assert sum(over.left_out.values()) == 4, over.left_out
        report = simulate(Request("gift-shop", None), over, lambda _: None)
        assert [line for line in lines(report) if line.startswith("left out: ")]


def test_rows_that_a_map_leaves_out_are_counted_too(tmp_path: Path) -> None:
    own = "map: own\nsource: {timezone: UTC}\nleave_out: {not paid: {paid: {one_of: ['no']}}}\n"
    own += "events: {orders: {event: Order Completed, customer: who, time: at, identity: [id], "
    own += "properties: {order_id: id, total: {number: sum}}}}\n"
    (tmp_path / "own.yaml").write_text(own)
    (tmp_path / "orders.csv").write_text("id,who,at,sum,paid\n1,ada,2026-01-01T10:00:00Z,5,yes\n2,ada,2026-01-02T10:00:00Z,5,no\n")

    over = stretch(Request("gift-shop", None, history=[tmp_path / "orders.csv"], maps=[str(tmp_path / "own.yaml")]))

    assert (len(over.told), over.left_out) == (1, {"not paid": 1})


def test_reach_and_the_firm_s_report_tell_it_too(of_all_kinds: Path) -> None:
    reached = reach_of("gift-shop", None, [of_all_kinds], [], None, lambda _: None)
    firm = report_history("gift-shop", [of_all_kinds], [], None)
    assert reached["customers"] == firm["customers"] == 2
    assert sum(reached["left_out"].values()) == sum(firm["left_out"].values()) == 4
    assert "Left out: " in page(firm)
    assert any(line.startswith("left out: ") for line in reach_lines(reached))
    assert any(line.startswith("left out: ") for line in firm_lines(firm))


def test_what_is_played_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--history FILE .* --data DIR .* or --population"):
        stretch(Request("gift-shop", None, data=tmp_path, population=5))
