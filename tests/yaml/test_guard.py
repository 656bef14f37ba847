"""Texts made to crash or fill a reader end in one finding."""

from __future__ import annotations

import pytest
import yaml

from shopscore.yaml import compose
from shopscore.yaml.guard import Limits
from shopscore.yaml.nodes import ListNode, to_plain

FIFTY_THOUSAND = 50_000


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "PARSER", getattr(yaml, request.param))


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[" * FIFTY_THOUSAND, "1:51"),
        ("[" * FIFTY_THOUSAND + "]" * FIFTY_THOUSAND, "1:51"),
        ("{a: " * FIFTY_THOUSAND, "1:201"),
        ("- " * FIFTY_THOUSAND + "a", "1:101"),
        ("? " * FIFTY_THOUSAND + "a", "1:101"),
        ("".join(f"{' ' * level}a:\n" for level in range(1000)), "51:51"),
    ],
    ids=["open-brackets", "brackets", "braces", "items", "keys", "blocks"],
)
def test_deep_nesting_is_one_finding_at_the_fifty_first_level(text: str, place: str) -> None:
    node, findings = compose.load(text, "x.yaml")
    assert node is None
    assert [f"x.yaml:{place}: Y106 error nested more than 50 levels deep"] == [str(each) for each in findings]


@pytest.mark.usefixtures("parser")
def test_fifty_levels_are_allowed() -> None:
    node, findings = compose.load("[" * 50 + "]" * 50, "x.yaml")
    assert findings == ()
    assert isinstance(node, ListNode)


def test_aliases_count_with_the_depth_of_what_they_stand_for() -> None:
    half = "a: &a " + "[" * 30 + "]" * 30
    fits = half + "\nb: " + "[" * 19 + "*a" + "]" * 19 + "\n"
    too_deep = half + "\nb: " + "[" * 20 + "*a" + "]" * 20 + "\n"
    assert compose.load(fits, "x.yaml")[1] == ()
    _, findings = compose.load(too_deep, "x.yaml")
    assert [str(each) for each in findings] == ["x.yaml:2:24: Y106 error nested more than 50 levels deep"]


@pytest.mark.usefixtures("parser")
def test_an_alias_bomb_is_refused_before_it_is_expanded() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    _, findings = compose.load("\n".join(lines), "x.yaml")
    # By the end of line 5 the file means 123,456 values; each alias of line 6 adds 111,111,
    # so that the fourth is one too many.
    message = "Y107 error more than 524288 values, those of aliases included"
    assert [f"x.yaml:6:25: {message}"] == [str(each) for each in findings]


def test_a_hundred_aliases_are_allowed_and_one_more_is_not() -> None:
    allowed = "a: &a 1\nb:\n" + "- *a\n" * 100
    node, findings = compose.load(allowed, "x.yaml")
    assert findings == ()
    assert node is not None
    assert to_plain(node) == {"a": 1, "b": [1] * 100}
    _, findings = compose.load(allowed + "- *a\n", "x.yaml")
    assert [str(each) for each in findings] == ["x.yaml:103:3: Y107 error more than 100 aliases in one file"]


def test_small_files_may_hold_as_many_values_as_they_like_and_large_ones_one_per_eight_bytes() -> None:
    assert (Limits(bytes=100).values, Limits().values) == (10_000, 524_288)
    text = "[" + "1," * 10_000 + "]"
    _, findings = compose.load(text, "x.yaml", max_bytes=len(text))
    # The list is the first value and every 1 takes two columns, so the 10,000th stands in column 20,000.
    message = "Y107 error more than 10000 values, those of aliases included"
    assert [f"x.yaml:1:20000: {message}"] == [str(each) for each in findings]


def test_a_text_over_the_limit_is_not_parsed() -> None:
    node, findings = compose.load("a: " + "b" * 100, "x.yaml", max_bytes=100)
    assert node is None
    assert [str(each) for each in findings] == ["x.yaml: Y102 error has 103 bytes, expected at most 100"]
