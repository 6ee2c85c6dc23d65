"""`platinum up` and the tills of a shop: the commands of docs/how-to/honour-an-offer.md on a real offer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from platinum.engine import Engine
from tests.builders.mailing import POLICY, an_order
from tests.builders.pages import CHECKOUT, blocks
from tests.builders.processes import Up, platinum
from tests.integration.test_claims import planned_for

PAGE = CHECKOUT / "docs/how-to/honour-an-offer.md"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    (folder / "mailing.yaml").write_bytes(POLICY)
    up = Up(folder / "shop", policy=folder / "mailing.yaml")
    yield up
    up.close()


def offers(command: str, decision: str, *options: str) -> tuple[int, dict[str, Any]]:
    done = platinum("offers", command, decision, "--json", *options)
    return done.returncode, json.loads(done.stdout)


def test_of_many_tills_one_receipt_is_honoured_whoever_asks_and_however_often(shop: Up) -> None:
    offer = planned_for(shop, "ada")

    def ask(i: int) -> tuple[str, str]:
        receipt = f"r-{i % 8}"
        told = shop.post(f"/v1/offers/{offer}/redeem", {"customer_id": "ada", "redeemed_by": receipt, "value": 12.5, "channel": "till"})
        return receipt, str(told["answer"])

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(64)))

    honoured = {receipt for receipt, answer in answers if answer == "honoured"}
    assert len(honoured) == 1
    assert {answer for receipt, answer in answers if receipt in honoured} == {"honoured"}
    assert {answer for receipt, answer in answers if receipt not in honoured} == {"refused"}
    assert shop.get(f"/v1/offers/{offer}?customer_id=ada")["reason"] == "redeemed"
    assert len(shop.get("/v1/profiles/ada")["ledger"]["offers_redeemed"]) == 1
    assert 'platinum_redemptions_total{answer="honoured"} 8.0' in shop.get("/metrics")


def test_the_command_line_looks_up_and_redeems_by_address_and_in_the_directory(shop: Up) -> None:
    offer = planned_for(shop, "bea")
    here, there = ("--customer", "bea", "--data", str(shop.data)), ("--customer", "bea", "--url", shop.url)

    shown = offers("show", offer, *there)
    first = offers("redeem", offer, *there, "--redeemed-by", "r-1", "--value", "12.50", "--channel", "till")
    again = offers("redeem", offer, *here, "--redeemed-by", "r-1")
    other = offers("redeem", offer, *here, "--redeemed-by", "r-2")
    after = offers("show", offer, *here)
    stranger = offers("show", offer, "--customer", "cleo", "--data", str(shop.data))
    wrong = platinum("offers", "show", "seven", *there)

    assert (shown[0], shown[1]["answer"], shown[1]["action"], shown[1]["redeemed_at"]) == (0, "honoured", "garden-week", None)
    assert first == again
    assert (first[0], first[1]["answer"]) == (0, "honoured")
    assert first[1]["redeemed_at"] is not None
    assert (other[0], other[1]["reason"]) == (after[0], after[1]["reason"]) == (1, "redeemed")
    assert (stranger[0], stranger[1]["reason"], stranger[1]["offer"]) == (1, "unknown", None)
    assert (wrong.returncode, "'decision_id'" in wrong.stderr) == (2, True)


def test_the_commands_of_the_page_run_as_they_are_written(shop: Up) -> None:
    offer = planned_for(shop, "dora")
    (written,) = [block.commands for block in blocks(PAGE.read_text("utf-8"))]
    script = f"set -euo pipefail\ndecision_id={offer} customer_id=dora receipt=r-1\n{written}".replace("http://127.0.0.1:8080", shop.url)
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"PATH": path})

    assert (done.returncode, done.stdout.count("honoured")) == (0, 4), done.stdout + done.stderr


def test_where_nothing_folds_whoever_asks_is_told_to_ask_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with Engine.open(POLICY, data_dir=data) as engine:
        (decision,) = engine.process([an_order("ada", 1, at=now)])
    where = ("--customer", "ada", "--data", str(data))

    later = offers("redeem", decision["decision_id"], *where, "--redeemed-by", "r-1")
    shown = offers("show", decision["decision_id"], *where)

    assert [(code, told["answer"], told["reason"]) for code, told in (later, shown)] == 2 * [(69, "later", "not_folded")]
    with Engine.open(POLICY, data_dir=data) as engine:  # the redemption lies in the log
        assert engine.redeem(decision["decision_id"], "ada", "r-1").answer == "honoured"
        assert engine.redeem(decision["decision_id"], "ada", "r-2").reason == "redeemed"
