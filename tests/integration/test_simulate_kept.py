"""``policy simulate --data``: what a deployment was told is played like files of the same events."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.population import simulate_events
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


def test_what_is_played_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--history FILE .* --data DIR .* or --population"):
        stretch(Request("gift-shop", None, data=tmp_path, population=5))
