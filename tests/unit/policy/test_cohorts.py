"""What a policy may say about cohorts, and that a mistake names its field."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid
from platinum.policy.compile import compile_policy
from platinum.policy.tables import BY_ORDERS, BY_TENURE, BY_TRAIT

BASE = """
policy: small
currency: EUR
timezone: UTC
traits: {size: number, region: {kind: one_of, values: [north, south]}, ill: {kind: one_of, values: [a, b], sensitive: yes}}
cohorts: COHORTS
"""
DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("said", "path", "words"),
    [
        ("regoin", "cohorts.by", "there is no cohort 'regoin'; there are: tenure, orders, region. Did you mean 'region'?"),
        ("size", "cohorts.by", "must be a trait of kind one_of"),
        ("ill", "cohorts.by", "nothing is learned from a sensitive trait"),
        ("{by: region, bands: [5]}", "cohorts.bands", "belongs to cohorts by tenure or orders"),
        ("{by: tenure, bands: [90d, 5]}", "cohorts.bands[1]", "must be a duration such as 90d"),
        ("{by: orders, bands: [90d]}", "cohorts.bands[0]", "must be a number of orders such as 5"),
        ("{bands: [1095d, 365d]}", "cohorts.bands[1]", "must be more than the band before it"),
        ("{by: orders, bands: [0, 2]}", "cohorts.bands[0]", "must be more than 0"),
        ("{bands: [1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d]}", "cohorts.bands[7]", "at most 7"),
        ("{steps: [90d]}", "cohorts.steps", "bands"),
    ],
)
def test_a_mistake_names_the_field_and_what_was_wanted(said: str, path: str, words: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        compile_policy(BASE.replace("COHORTS", said).encode())

    assert f"{path}" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("said", "by", "bands"),
    [
        ("{}", BY_TENURE, [90 * DAY_MS, 365 * DAY_MS, 1095 * DAY_MS]),
        ("orders", BY_ORDERS, [2, 5, 10]),
        ("{by: orders, bands: 3}", BY_ORDERS, [3]),
        ("{bands: []}", BY_TENURE, []),
        ("region", BY_TRAIT, []),
    ],
)
def test_what_is_said_is_what_kernels_get(said: str, by: int, bands: list[int]) -> None:
    settings = compile_policy(BASE.replace("COHORTS", said).encode()).tables.settings[0]

    assert settings["cohort_by"] == by
    assert settings["cohort_bands"][: settings["n_cohort_bands"]].tolist() == bands
