"""``platinum report firm`` over real customers: worth, growth and a tier for every one of them, and the page says so."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from platinum.ops.firm.page import page
from platinum.policy.load import example
from platinum.wiring.firm_report import report_history

TIERS = ["gold", "silver", "bronze"]


class Firm(NamedTuple):
    """One data set, and the policy that fits it."""

    folder: str
    file: str
    policy: str
    customer: str
    currency: str


FIRMS = [
    Firm("online_retail", "transactions.csv.gz", "gift-shop", "CustomerID", "GBP"),
    Firm("grocery_journey", "baskets.csv.gz", "grocer", "household_id", "USD"),
]
Reported = tuple[Firm, Path, dict[str, Any]]


@pytest.fixture(scope="module", params=FIRMS, ids=lambda firm: firm.folder)
def reported(request: pytest.FixtureRequest, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """The report of a data set under the policy that ships for it, with what its customers are worth and with tiers."""
    firm: Firm = request.param
    folder, policy = data_dir / firm.folder, tmp_path_factory.mktemp(firm.folder) / "policy.yaml"
    models = orjson.loads((folder / "clv_parameters.json").read_bytes())
    value = orjson.dumps({"orders": models["bg"], "spend": models["gg"]}).decode()
    policy.write_text(f"{example(firm.policy).decode()}\nvalue: {value}\ntiers: {{names: [bronze, silver, gold]}}\n", "utf-8")
    return firm, folder, report_history(str(policy), [folder / firm.file], [], None)


def column(file: Path, name: str) -> set[str]:
    """Different values of a column; empty is a guest."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return {row[name] for row in csv.DictReader(lines)} - {""}


def measured(found: dict[str, Any], name: str) -> dict[str, Any]:
    """One measure of the report."""
    return next(one for one in found["measures"] if one["name"] == name)


def test_value_growth_and_tiers_are_those_of_all_customers(reported: Reported) -> None:
    firm, folder, found = reported
    customers, worth = column(folder / firm.file, firm.customer), column(folder / "clv_reference.csv.gz", firm.customer)

    assert found["customers"] == len(customers)
    assert len(worth) > 1_000
    assert measured(found, "equity")["n"] == measured(found, "unrealised")["n"] == len(worth)
    assert measured(found, "equity")["value"] > 0
    assert measured(found, "unrealised")["value"] > 0
    assert sum(found["tiers"].values()) == len(customers)
    assert [row["tier"] for row in found["worth"]] == TIERS
    assert sum(row["customers"] for row in found["worth"]) == len(worth)
    assert [row["equity"] for row in found["worth"]] == sorted((row["equity"] for row in found["worth"]), reverse=True)
    whole = sum(row["equity"] * row["customers"] for row in found["worth"]) / len(worth)
    assert measured(found, "equity")["value"] == pytest.approx(whole, rel=1e-4)


def test_nobody_is_contacted_without_a_ground_and_everybody_has_a_way_to_a_person(reported: Reported) -> None:
    _, _, found = reported

    assert measured(found, "without_basis")["n"] > 10_000
    assert measured(found, "without_basis")["value"] == 0.0
    assert measured(found, "human_path")["value"] == 1.0
    assert found["alarms"] == []


def test_the_page_shows_value_growth_and_every_tier(reported: Reported) -> None:
    firm, _, found = reported

    html = page(found)

    assert f"Value and growth per customer, {firm.currency}" in html
    for row in found["worth"]:
        assert f">{row['tier']}: worth<" in html
        assert f">{row['tier']}: could grow by<" in html
        assert f">{row['equity']:,.2f} (of {row['customers']:,})<" in html
    assert all(f">{n:,}<" in html for n in found["tiers"].values())
    assert "http" not in html
