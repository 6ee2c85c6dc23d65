"""Mistakes in a policy: found all at once, on the right line, with what was probably meant."""

from __future__ import annotations

import pytest

from platinum.errors import PolicyInvalid, Problem
from platinum.policy.compile import compile_policy
from tests.builders.policy_text import a_policy_text
from tests.builders.seeded_mistakes import SEEDED, Seeded


def mistakes(source: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(PolicyInvalid) as caught:
        compile_policy(source if isinstance(source, bytes) else source.encode())
    return caught.value.problems


def line_of(text: str, part: str) -> int:
    found = [i for i, line in enumerate(text.splitlines(), 1) if part in line]
    assert len(found) == 1, f"{part!r} is on lines {found}"
    return found[0]


@pytest.mark.parametrize("seeded", SEEDED, ids=lambda seeded: seeded.new)
def test_a_mistake_is_found_on_its_line_and_the_right_word_suggested(seeded: Seeded) -> None:
    text = a_policy_text((seeded.old, seeded.new))

    found = [p for p in mistakes(text) if p.path == seeded.path]

    assert [(p.line, p.suggestion) for p in found] == [(line_of(text, seeded.at), seeded.suggestion)]


@pytest.mark.parametrize("seeded", SEEDED, ids=lambda seeded: seeded.new)
def test_one_mistake_is_reported_once_and_not_again_where_its_name_is_used(seeded: Seeded) -> None:
    found = mistakes(a_policy_text((seeded.old, seeded.new)))

    follow_ups = {"is not a key", "lacks"}  # a key that is misspelt is also missing
    assert [p for p in found if p.path != seeded.path and not any(word in p.message for word in follow_ups)] == []


def test_nine_in_ten_seeded_mistakes_come_with_a_suggestion() -> None:
    assert len(SEEDED) >= 40
    assert sum(bool(seeded.suggestion) for seeded in SEEDED) >= 0.9 * len(SEEDED)


def test_all_mistakes_are_reported_at_once_in_file_order() -> None:
    chosen = []
    touched: set[str] = set()
    for seeded in SEEDED:
        if not any(seeded.old in old or old in seeded.old for old in touched) and seeded.path.split(".")[0] != "events":
            touched.add(seeded.old)
            chosen.append(seeded)
    # One whose key is gone hides what stands below it, as it should.
    chosen = [s for s in chosen if s.new not in {"free delivery:", "type: discount", '      wram: "Dear'}]
    text = a_policy_text(*((s.old, s.new) for s in chosen))

    found = mistakes(text)

    assert {s.path for s in chosen} - {p.path for p in found} == set()
    assert [p.line for p in found] == sorted(p.line for p in found)
    assert len(chosen) >= 30


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        (b"", 1, "is empty"),
        (b"# nothing but a comment\n", 1, "is empty"),
        (b"policy: [a\n", 2, "is not YAML here"),
        (b"policy: a\n\tcurrency: EUR\n", 2, "tab"),
        (b"policy: a: b\n", 1, "a colon stands where none is expected"),
        (b"a: &x 1\nb: *x\n", 2, "anchors and aliases"),
        (b"policy: !!python/object:os.system x\n", 1, "tags"),
        (b"policy: a\n---\npolicy: b\n", 2, "more than one document"),
        (b"policy: \xff\n", 1, "must be UTF-8"),
        (b"policy: a\ncurrency: \x07\n", 2, "control character"),
        (b"- policy\n", 1, "must be a mapping"),
        (b"policy\n", 1, "must be a mapping"),
        (b"? [a, b]\n: c\n", 1, "a key must be a single word"),
        (b"policy: a\npolicy: b\n", 2, "is given twice; the first is in line 1"),
        (b"policy: " + b"[" * 40 + b"]" * 40, 1, "nests more than 32 deep"),
        (b"policy: a\n" * 200_000, 1, "bytes long"),
        (b"policy: a\ncurrency:\ntimezone: UTC\n", 2, "not nothing"),
    ],
)
def test_what_is_no_policy_at_all_is_said_so(source: bytes, line: int, says: str) -> None:
    found = mistakes(source)

    assert [p for p in found if p.line == line and says in p.message], [str(p) for p in found]


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [
        ("1e400", ""),
        ("1e999", ""),
        ("-1e400", ""),
        (".inf", ""),
        (".nan", ""),
        ("0x10", ""),
        ("1_000", ""),
        ("1,000", ""),
        ("1.000,50", ""),
        ("1-2", ""),
        ("12a34", ""),
        ("twelve", ""),
        ('"2e9"', ""),
        ("£3000000000", ""),
        ("1000000001", ""),
        ("4,20", "4.20"),
        ("£4.20", "4.20"),
        ("4.20 EUR", "4.20"),
        ("EUR 4.20", "4.20"),
        ("50 %", "0.5"),
    ],
)
def test_a_number_that_is_none_is_told_its_range_and_no_nonsense_is_suggested(written: str, suggestion: str) -> None:
    (found,) = mistakes(a_policy_text(("value: 4.20", f"value: {written}")))

    assert found.message.startswith("must be a number from -1,000,000,000 to 1,000,000,000")
    assert found.suggestion == suggestion


def test_a_suggested_number_lies_in_the_range_itself() -> None:
    (found,) = mistakes(a_policy_text(("p_accept: 0.03", "p_accept: 300 %")))

    assert (found.message, found.suggestion) == ("must be a number above 0 and below 1", "")


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ("{at_least: 2}", "{at_least: 1e400}", ""),
        ("{at_least: 2}", "{at_least: 1e13}", ""),
        ("{at_least: 2}", "{at_least: 2 orders}", "2"),
        ("[20, 120]", "[20, 1e400]", ""),
        ("[20, 120]", "[20 days, 120]", "20"),
        ("typical: 10", "typical: 1e400", ""),
    ],
)
def test_numbers_in_conditions_and_traits_have_a_range_too(old: str, new: str, suggestion: str) -> None:
    (found,) = mistakes(a_policy_text((old, new)))

    assert "1,000,000,000,000" in found.message
    assert found.suggestion == suggestion


def test_a_missing_key_is_named_where_it_belongs() -> None:
    found = mistakes(a_policy_text(("currency: EUR\n", ""), (', cancel: "nothing to cancel"', "")))

    assert [(p.path, "lacks 'currency'" in p.message) for p in found[:1]] == [("file", True)]
    assert [p.line for p in found if "lacks 'cancel'" in p.message] == [line_of(a_policy_text(("currency: EUR\n", "")), "terms:")]


def test_yaml_words_for_yes_and_no_are_names_where_names_are_wanted() -> None:
    policy = compile_policy(
        a_policy_text(("languages: [en, de]", "languages: [en, de, no]"), ("values: [north, south]", "values: [north, yes]")).encode()
    )

    assert policy.languages == ("en", "de", "no")
    assert policy.traits["region"] == ("north", "yes")


def test_a_feature_row_that_is_too_wide_says_what_to_drop() -> None:
    values = ", ".join(f"v{i}" for i in range(32))
    text = a_policy_text(
        ("values: [north, south]", f"values: [north, {values.rsplit(', ', 1)[0]}]"),
        ("machines: {kind: number, typical: 10}", f"cluster: {{kind: one_of, values: [{values}]}}"),
    )

    found = mistakes(text)

    assert [p.path for p in found] == ["traits"]
    assert "features, at most 64 are possible" in found[0].message
    assert "trait.cluster.v0" in found[0].message
    compile_policy((text + "features: {without: [trait.cluster]}\n").encode())


def test_a_file_that_is_something_else_is_not_searched_to_its_end() -> None:
    found = mistakes("".join(f"chanels{i}: 1\n" for i in range(50_000)))

    assert len(found) == 1000
