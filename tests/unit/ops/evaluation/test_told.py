"""The report in a terminal and as a page: what is estimated with its interval, what is refused with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from platinum.cli.main import main
from platinum.cli.output import USAGE
from platinum.cli.policy_search import lines as search_lines
from platinum.ops.evaluation.estimates import Judge
from platinum.ops.evaluation.page import page
from platinum.ops.evaluation.report import Asked, estimate, groups, policies, weeks
from platinum.ops.evaluation.words import lines
from tests.builders.corner_shop import shop_policy
from tests.unit.ops.evaluation.test_estimates import a_log, every, under

Json = dict[str, Any]


@pytest.fixture
def found() -> Json:
    rows = a_log()._replace(made_ms=np.arange(6000) * 500_000)
    judge, all_ = Judge(rows), every(rows)
    asked = [
        Asked("in force", "shop 1", rows.logged, all_),
        Asked("<b>.yaml", "policy <b>.yaml", under(rows, 0.2, 0.6, 0.2), all_),
        Asked("far.yaml", "policy far.yaml", under(rows, 0.0, 0.0, 0.0, outside=1.0), all_),
    ]
    about = {"policy": "shop", "version": "1", "currency": "EUR", "decisions": 7000, "used": 6000, "people": 300}
    about |= {"left_out": {"never met the person": 1000}, "achieved": estimate(judge.achieved(all_))}
    return about | {
        "policies": policies(asked, judge, all_),
        "groups": groups(asked, judge, rows),
        "weeks": weeks(asked, judge, rows),
    }


def test_the_terminal_says_intervals_refusals_and_what_is_left_out(found: Json) -> None:
    told = "\n".join(lines(found))

    one = found["policies"][1]
    assert f"{one['difference']['low']:+.4f} to {one['difference']['high']:+.4f}" in told
    assert "far.yaml" in told
    assert "refused: no decision has a probability" in told
    assert "6,000 decisions say nothing of it" in told
    assert "left out: 1,000 never met the person" in told
    assert "tier gold" in told
    assert f"{found['weeks'][-1]['policies'][1]['difference']['anytime_low']:+.4f}" in told
    assert max(map(len, told.splitlines())) < 200


def test_the_page_draws_what_is_estimated_stands_alone_and_escapes_names(found: Json) -> None:
    html = page(found)

    assert html.count('class="whisker') == 2 * 2  # two policies, for all and for the tier
    assert "&lt;b&gt;.yaml" in html
    assert "<b>" not in html
    assert "refused: no decision" in html
    assert not any(word in html for word in ("<script", "http", "src="))


def test_the_search_says_when_fewer_decisions_than_enough_were_there() -> None:
    winner = {"numbers": {"x": "1"}, "n": 10, "people": 5, "refused": "too few"}
    found = {"policy": "shop", "version": "1", "currency": "EUR", "decisions": 9, "used": 9, "people": 5, "left_out": {}, "enough": False}
    found |= {"tried": [{"numbers": {"x": "1"}, "refused": None}, {"numbers": {"x": "2"}, "refused": "far off"}], "winner": winner}

    told = "\n".join(search_lines(found))

    assert "advice: 50,000 decisions or more" in told
    assert "x = 2: refused: far off" in told
    assert told.endswith("refused: too few")
    assert "nothing can be said of any" in "\n".join(search_lines(found | {"winner": None, "enough": True}))


def test_mistakes_in_the_command_line_name_the_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, shop = tmp_path / "p.yaml", tmp_path / "shop"
    policy.write_bytes(shop_policy())
    shop.mkdir()

    for arguments, said in (
        (["evaluate", "--data", str(shop), str(policy), "--html", str(policy)], "'--html' must be another file"),
        (["policy", "search", str(policy), "--data", str(shop), "--try", "x=1", "--write", str(policy)], "'--write' must be another file"),
        (["policy", "search", "--data", str(shop), "--try", "x"], "'--try x' must be a number of the policy"),
        (["evaluate", "--data", str(shop)], "has no deployment.json"),
    ):
        assert main(arguments) == USAGE
        assert said in capsys.readouterr().err
