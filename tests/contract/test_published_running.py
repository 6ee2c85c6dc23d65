"""The published pages of commands and metrics equal what the code makes. After a wanted change: PLATINUM_WRITE=1 pytest tests/contract."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from platinum.cli.output import BUG, FAILED, OK, UNAVAILABLE, USAGE
from platinum.cli.page import EXIT_CODES, cli_page, cli_policy_page
from platinum.metrics import METRICS, metrics_page

ROOT = Path(__file__).resolve().parents[2]


def files() -> dict[str, str]:
    return {
        "docs/reference/cli.md": cli_page(),
        "docs/reference/cli-policy.md": cli_policy_page(),
        "docs/reference/metrics.md": metrics_page(),
    }


@pytest.mark.parametrize("path", sorted(files()))
def test_published_file_is_what_the_code_makes(path: str) -> None:
    content = files()[path].encode()
    if os.environ.get("PLATINUM_WRITE"):
        (ROOT / path).write_bytes(content)

    assert (ROOT / path).read_bytes() == content, "PLATINUM_WRITE=1 pytest tests/contract rewrites it"


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    page = cli_page() + cli_policy_page()

    assert {"platinum up", "platinum import", "platinum policy check"} <= set(re.findall(r"^## (.*)$", page, re.M))
    assert re.findall(r"^\| `[^|]*\|  \|.*$", page, re.M) == []
    assert "None" not in page


def test_every_exit_code_has_a_meaning() -> None:
    assert [code for code, _ in EXIT_CODES] == [OK, FAILED, USAGE, UNAVAILABLE, BUG, 130]


def test_metrics_follow_the_naming_rules_of_prometheus() -> None:
    wrong = [m.name for m in METRICS if not re.fullmatch(r"platinum_[a-z_]+", m.name) or (m.kind == "counter") != m.name.endswith("_total")]

    assert wrong == []
    assert len({m.name for m in METRICS}) == len(METRICS)
