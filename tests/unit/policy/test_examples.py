"""Policies that ship with the package: right, without warnings, and recognisable as their business."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from platinum.policy.compile import compile_policy
from platinum.policy.load import EXAMPLES, example
from platinum.vocabulary.codes import ActionType

#: Content hashes: a change of wording in an example, or of how policies are hashed, shows here.
VERSIONS = {
    "b2b-services": "e307df62fba17f63",
    "gift-shop": "c17f9d4c0862ddfa",
    "grocer": "0d83543e82954dd7",
    "minimal": "035428a09f5d74b3",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_compiles_without_mistakes_or_warnings(name: str) -> None:
    policy = compile_policy(example(name))

    assert policy.name == name
    assert policy.warnings == ()
    assert policy.human is not None


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_content_hash_of_an_example_is_the_same_everywhere(name: str) -> None:
    assert compile_policy(example(name)).version == VERSIONS[name]


@pytest.mark.parametrize("name", EXAMPLES)
def test_editors_are_told_the_schema_in_the_first_line(name: str) -> None:
    assert example(name).startswith(b"# yaml-language-server: $schema=")


def test_the_minimal_policy_fits_in_25_lines_and_both_thanks_and_offers() -> None:
    policy = compile_policy(example("minimal"))

    assert example("minimal").count(b"\n") <= 25
    assert {action.type for action in policy.actions} == {ActionType.THANK_YOU, ActionType.OFFER}


@pytest.mark.parametrize(("name", "map_name"), [("gift-shop", "online_retail"), ("grocer", "grocery_baskets")])
def test_a_policy_knows_exactly_the_categories_that_its_import_map_gives(name: str, map_name: str) -> None:
    mapped = yaml.safe_load((files("platinum") / "examples" / "maps" / f"{map_name}.yaml").read_text("utf-8"))
    flags = mapped["events"].get("trips", {}).get("properties", {}).get("products", {}).get("flags", {})
    given = set(flags.values()) or set(mapped["categories"]["category"]["words"])

    assert set(compile_policy(example(name)).categories) == given


def test_the_grocer_has_one_offer_for_each_of_its_twelve_categories() -> None:
    policy = compile_policy(example("grocer"))

    offers = [action.category for action in policy.actions if action.type is ActionType.OFFER]

    assert sorted(map(str, offers)) == sorted(policy.categories)
    assert len(offers) == 12


def test_words_come_in_english_and_german() -> None:
    policy = compile_policy(example("gift-shop"))

    languages = {language for action in policy.actions for language, _ in action.content}

    assert {policy.languages[language] for language in languages} == {"en", "de"}
