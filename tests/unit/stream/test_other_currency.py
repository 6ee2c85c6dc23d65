"""A policy in another currency would rename the money of every profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.errors import UsageError
from tests.builders.policy_text import a_policy_text

EUROS, POUNDS = a_policy_text().encode(), a_policy_text(("currency: EUR", "currency: GBP")).encode()
ORDER = {
    "type": "track",
    "event": "Order Completed",
    "userId": "ada",
    "timestamp": "2026-03-01T10:00:00Z",
    "properties": {"order_id": "o-1", "total": 20.0, "currency": "EUR"},
}


def test_another_currency_is_refused_and_leaves_the_one_in_force() -> None:
    with Engine.open(EUROS) as engine:
        engine.process([ORDER])

        with pytest.raises(UsageError, match=r"kept in EUR and the policy's currency is GBP.*--other-currency"):
            engine.activate(POUNDS)

        assert engine.policy.currency == "EUR"
        assert (engine.profile("ada") or {})["value"]["currency"] == "EUR"


def test_whoever_says_that_it_is_meant_gets_it() -> None:
    with Engine.open(EUROS) as engine:
        engine.activate(POUNDS, other_currency=True)

        assert engine.policy.currency == "GBP"


def test_the_same_currency_needs_no_word() -> None:
    with Engine.open(EUROS) as engine:
        assert engine.activate(a_policy_text(("policy: small-shop", "policy: other-shop")).encode()) == engine.policy.version


@pytest.mark.parametrize("flag", [False, True])
def test_policy_activate_asks_for_the_flag(flag: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine.open(EUROS, tmp_path / "shop"):
        pass
    (tmp_path / "pounds.yaml").write_bytes(POUNDS)

    code = main(["policy", "activate", str(tmp_path / "pounds.yaml"), "--data", str(tmp_path / "shop"), *["--other-currency"] * flag])

    assert code == (0 if flag else 2)
    assert flag or "--other-currency" in capsys.readouterr().err


def test_a_kept_engine_is_not_opened_under_another_currency(tmp_path: Path) -> None:
    with Engine.open(EUROS, tmp_path / "shop"):
        pass

    with pytest.raises(UsageError, match="kept in EUR"):
        Engine.open(POUNDS, tmp_path / "shop")
    with Engine.open(POUNDS, tmp_path / "shop", other_currency=True) as engine:
        assert engine.policy.currency == "GBP"
