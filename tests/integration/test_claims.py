"""`platinum up` and who sends what it plans: the commands of docs/how-to/claim-before-sending.md on a real contact."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from platinum.engine import Engine
from platinum.wiring.parts import attach_parts
from tests.builders.mailing import POLICY, an_order, contacts
from tests.builders.processes import Up, platinum


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    (folder / "mailing.yaml").write_bytes(POLICY)
    up = Up(folder / "shop", policy=folder / "mailing.yaml")
    yield up
    up.close()


def planned_for(up: Up, customer: str, wait_s: float = 30.0) -> str:
    """Id of the contact that an order of this customer is answered by."""
    up.post("/v1/track", an_order(customer, 1))
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        for contact in published(up.data):
            if contact["customer_id"] == customer:
                return str(contact["decision_id"])
        time.sleep(0.05)
    raise AssertionError(f"no contact of {customer}: {up.said()}")


def published(data: Path) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        parts = attach_parts(data)
        try:
            return (await contacts(parts.deployment.log))[0]
        finally:
            await parts.close()

    return asyncio.run(read())


def claim(contact: str, customer: str, claimant: str, *where: str) -> tuple[int, dict[str, Any]]:
    done = platinum("contacts", "claim", contact, "--customer", customer, "--claimant", claimant, "--nonce", "n-1", "--json", *where)
    return done.returncode, json.loads(done.stdout)


def test_one_of_many_threads_is_told_to_send_and_the_profile_says_so(shop: Up) -> None:
    contact = planned_for(shop, "ada")

    def ask(i: int) -> str:
        body = {"customer_id": "ada", "claimant": f"mailer-{i}", "nonce": "n-1"}
        return str(shop.post(f"/v1/contacts/{contact}/claim", body)["answer"])

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(64)))

    (planned,) = shop.get("/v1/profiles/ada")["contacts"]["planned"]
    assert sorted(answers) == 63 * ["drop"] + ["send"]
    assert planned["claimed_at"] is not None
    assert 'platinum_claims_total{answer="send"} 1.0' in shop.get("/metrics")


def test_the_command_line_claims_by_address_and_in_the_directory(shop: Up) -> None:
    contact = planned_for(shop, "bea")

    first = claim(contact, "bea", "mailer", "--url", shop.url)
    again = claim(contact, "bea", "mailer", "--data", str(shop.data))
    other = claim(contact, "bea", "other", "--data", str(shop.data))
    wrong = platinum("contacts", "claim", "seven", "--customer", "bea", "--claimant", "m", "--nonce", "1", "--url", shop.url)

    assert first == again == (0, {"answer": "send", "reason": None})
    assert other == (1, {"answer": "drop", "reason": "claimed"})
    assert (wrong.returncode, "'decision_id'" in wrong.stderr) == (2, True)


def test_what_a_complaint_took_back_is_dropped(shop: Up) -> None:
    contact = planned_for(shop, "cleo")
    shop.post("/v1/track", {"event": "Complaint Made", "messageId": "c-1", "userId": "cleo"})

    assert claim(contact, "cleo", "mailer", "--url", shop.url) == (1, {"answer": "drop", "reason": "gone"})


def test_where_nothing_folds_whoever_asks_is_told_to_ask_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Engine.open(POLICY, data_dir=data) as engine:
        (decision,) = engine.process([an_order("ada", 1, at="2026-01-01T10:00:00Z")])

    assert claim(decision["decision_id"], "ada", "mailer", "--data", str(data)) == (69, {"answer": "later", "reason": "not_folded"})
    with Engine.open(POLICY, data_dir=data) as engine:
        # The claim lies in the log: it was made by the wall clock, long after the contact's end.
        assert engine.claim(decision["decision_id"], "mailer", "n-1", "ada") == ("drop", "gone")
