"""What a policy's sections become in tables."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from platinum.errors import PolicyInvalid, UsageError
from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.compile import compile_policy
from platinum.policy.exploration_keys import EXPLORATION
from platinum.policy.language import HALF_LIVES, THANK, WEIGHTS
from platinum.policy.load import EXAMPLES, example, load_policy
from platinum.policy.policy import Policy
from platinum.policy.settings import utility_range
from platinum.vocabulary.codes import ActionType, Kind, Lane
from tests.builders.policy_text import a_policy_text

DAY = 86_400_000
NOTHING = "policy: none\ntimezone: UTC\ncurrency: XXX\n"


def a_compiled(*changes: tuple[str, str]) -> Policy:
    return compile_policy(a_policy_text(*changes).encode())


def test_candidates_are_every_action_on_each_of_its_channels_action_major() -> None:
    policy = a_compiled(("p_accept: 0.03", "p_accept: {email: 0.03}"))
    tables = policy.tables

    named = [(policy.actions[c["action"]].name, policy.channels[c["channel"]]) for c in tables.candidates]

    assert named == [
        *(("free-delivery", "email"), ("free-delivery", "web"), ("planner", "email"), ("planner", "web")),
        *(("thanks", "card"), ("thanks", "email")),
    ]
    assert tables.candidates["cost"].tolist() == [0.01, 0.0, 0.01, 0.0, 0.0, 0.01]
    assert tables.candidates["p_accept"][:2].tolist() == [0.03, 0.05]


def test_caps_count_what_they_say_over_all_channels_or_one() -> None:
    policy = a_compiled()

    caps = policy.tables.caps

    promotion = sum(1 << kind for kind in (ActionType.THANK_YOU, ActionType.LISTEN, ActionType.SURPRISE, ActionType.HELP, ActionType.OFFER))
    assert policy.caps == ("3 contacts per 7d", "1 question per 30d", "email: 2 contacts per 7d")
    assert caps["limit"].tolist() == [3, 1, 2]
    assert caps["channel"].tolist() == [-1, -1, policy.channels.index("email")]
    assert caps["types"].tolist() == [promotion, 1 << ActionType.LISTEN, promotion]
    assert policy.tables.settings[0]["longest_cap_ms"] == 30 * DAY


def test_an_inbound_channel_without_placement_gets_one_that_takes_everything() -> None:
    policy = a_compiled(("  web: inbound", "  web: inbound\n  till: inbound"))

    hero, till = policy.tables.placements

    assert policy.placements == ("hero", "till")
    assert hero["types"] == (1 << ActionType.OFFER | 1 << ActionType.HELP | 1 << ActionType.SILENCE)
    assert till["types"] == (1 << len(ActionType)) - 1
    assert till["channel"] == policy.channels.index("till")


def test_an_action_for_one_placement_says_so_in_its_bits() -> None:
    policy = a_compiled()

    bits = {action.name: int(row["placements"]) for action, row in zip(policy.actions, policy.tables.actions, strict=True)}

    assert bits == {"free-delivery": 0, "planner": 1 << policy.placements.index("hero"), "thanks": 0}


def test_words_exist_in_every_tone_of_a_language_and_facts_name_what_they_cite() -> None:
    policy = a_compiled(("      de: {warm:", '      brief: "Thanks for the {last_category}, {first_name}."\n      de: {warm:'))
    thanks = policy.actions[2]
    brief, warm = policy.tones.index("brief"), policy.tones.index("warm")

    assert set(thanks.content) == {(0, brief), (0, warm), (1, brief), (1, warm)}
    assert thanks.content[1, brief] == thanks.content[1, warm]
    assert thanks.content[0, brief][0].placeholders == ("last_category", "first_name")
    assert policy.tables.actions[2]["facts"] == t.FACT_LAST_CATEGORY | t.FACT_LAST_ORDER_DATE
    assert policy.tables.actions[2]["languages"] == 0b11
    assert "there are no words in de and tone brief" in policy.warnings[0]


def test_scalars_of_the_settings_come_from_their_keys_or_defaults() -> None:
    settings = a_compiled().tables.settings[0]

    assert settings["gamma"] == pytest.approx(10 * math.sqrt(50))
    assert (settings["max_scored"], settings["kappa_effort"], settings["kappa_fatigue"]) == (10, 0.2, 0.05)
    assert (settings["affinity_half_life_ms"], settings["value_half_life_ms"]) == (60 * DAY, 365 * DAY)
    assert (settings["thank_threshold"], settings["thank_weight"], settings["thank_interval_ms"]) == (3.0, 3.0, 90 * DAY)
    assert settings["policy"] == int(a_compiled().version, 16)


def test_events_that_decide_and_events_that_earn_thanks_are_marked_by_kind() -> None:
    tables = a_compiled().tables

    assert np.flatnonzero(tables.decide_on).tolist() == [Kind.ORDER_COMPLETED, Kind.SURVEY_ANSWERED]
    assert np.flatnonzero(tables.thank_for).tolist() == [Kind.ORDER_COMPLETED]
    assert tables.whens.tolist() == [(name_hash("days_since_last_20"), 20)]


def test_every_name_that_rows_know_by_hash_can_be_read_back() -> None:
    policy = a_compiled()

    declared = (
        policy.languages,
        policy.categories,
        policy.tones,
        policy.channels,
        policy.placements,
        policy.traits,
        policy.whens,
        policy.caps,
    )
    known = {*(name for names in declared for name in names), "north", "south", "GB", *(action.name for action in policy.actions)}
    assert {policy.names[name_hash(name)] for name in known} == known


def test_two_names_with_one_hash_are_a_mistake() -> None:
    assert name_hash("category-15238") == name_hash("category-120877")

    with pytest.raises(PolicyInvalid, match="have the same 32-bit hash"):
        a_compiled(("categories: [candles, garden]", "categories: [candles, garden, category-15238, category-120877]"))


def test_a_company_event_is_mapped_onto_a_standard_one() -> None:
    mapping = a_compiled(("as: Order Completed", "as: order_completed")).mappings["Basket Paid"]

    assert (mapping.target, mapping.properties) == ("Order Completed", {"total": "amount.gross"})


def test_a_one_of_trait_is_one_feature_per_value_and_a_number_is_counted_in_typical_steps() -> None:
    features = a_compiled().tables.features
    north = features[(features["transform"] == t.T_IS_NAME)][0]
    machines = features[features["name"] == name_hash("machines")][0]

    assert (north["name"], north["value_name"]) == (name_hash("region"), name_hash("north"))
    assert machines["scale"] == pytest.approx(0.1)


def test_defaults_that_the_reference_names_are_those_that_are_used() -> None:
    written = "".join(
        f"{section}: {{{', '.join(f'{name}: {key.default}' for name, key in record.keys.items() if key.default[:1].isdigit())}}}\n"
        for section, record in {"weights": WEIGHTS, "exploration": EXPLORATION, "thank": THANK, "half_lives": HALF_LIVES}.items()
    )
    assert "half_life: 90d" in written

    stated, silent = compile_policy((NOTHING + written).encode()).tables, compile_policy(NOTHING.encode()).tables

    differ = [name for name in stated.settings.dtype.names or () if np.any(stated.settings[0][name] != silent.settings[0][name])]
    assert differ == ["policy"]
    assert stated.thank_for.tolist() == silent.thank_for.tolist()


def test_one_huge_candidate_does_not_press_all_others_together() -> None:
    low, high = utility_range([0.1, 0.2, 0.3, 0.4, 500.0, -300.0])

    assert (low, high) == (-0.8, 0.8)


@pytest.mark.parametrize(
    ("utilities", "expected"), [([], (0.0, 1.0)), ([-2.0], (-1.0, 1.0)), ([0.5], (0.0, 1.0)), ([0.5, -0.1], (-0.1, 1.0))]
)
def test_the_utility_range_always_holds_silence(utilities: list[float], expected: tuple[float, float]) -> None:
    assert utility_range(utilities) == expected


@pytest.mark.parametrize(
    ("change", "warns"),
    [
        (('human: {phone: "+49 30 1", hours: "Mon-Fri 09:00-17:30"}\n', ""), "no way to reach a person"),
        (("caps: [3 contacts per 7d, 1 question per 30d]\n", ""), ""),
        (("decide_on: [order_completed, survey_answered]\nwhen_reached: [days_since_last: 20]\n", ""), "nothing will ever be sent"),
        (("  web: inbound", "  web: inbound\n  till: inbound"), "is used by no action"),
        (("words: \"Free", "words: \"{codee} Free"), "the engine would fill {code}"),
        (("words: \"Free", "words: \"{first name} Free"), "is no placeholder"),
    ],
)  # fmt: skip
def test_what_is_allowed_but_hardly_meant_is_a_warning(change: tuple[str, str], warns: str) -> None:
    warnings = a_compiled(change).warnings

    assert [warns in text for text in warnings] == ([True] if warns else [])


def test_the_empty_policy_decides_nothing() -> None:
    policy = compile_policy(NOTHING.encode())

    assert (policy.actions, policy.channels, len(policy.tables.candidates), policy.warnings) == ((), (), 0, ())
    assert not policy.tables.decide_on.any()


def test_lanes_and_rewards_follow_the_type_and_the_defaults() -> None:
    offer = a_compiled().actions[0]

    assert offer.lane == Lane.GROWTH
    assert offer.offer == {"id": "free-delivery", "code": "FREE"}
    assert offer.reward == {
        "accepted": 1.0,
        "declined": 0.0,
        "dismissed": 0.0,
        "complained": -1.0,
        "unsubscribed": -1.0,
        "window": "7d",
        "counts": "first",
    }


def fingerprint(name: str) -> str:
    policy = compile_policy(example(name))
    return f"{policy.version} {hashlib.sha256(b''.join(array.tobytes() for array in policy.tables)).hexdigest()}"


def test_a_policy_compiles_to_the_same_bytes_in_another_process() -> None:
    code = "from tests.unit.policy.test_compile import fingerprint; print(fingerprint('gift-shop'))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**environment, "PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert runs == {fingerprint("gift-shop")}


def test_a_file_that_is_loaded_names_itself_in_its_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes(b"policy: a\n")

    with pytest.raises(PolicyInvalid, match=r"shop\.yaml:1:1: file: lacks 'currency'"):
        load_policy(file)


def test_an_unknown_example_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="Did you mean 'gift-shop'"):
        example("giftshop")
    assert len(EXAMPLES) == 4
