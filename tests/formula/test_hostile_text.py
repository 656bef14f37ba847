"""No text that a person or a hostile file can hold runs, hangs or raises: it ends in findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shopscore.errors import Finding, Mark
from shopscore.formula.functions import CORE
from shopscore.formula.parse import Scope, parse
from shopscore.formula.tree import Type

SCOPE = Scope({"score": Type.POINTS, "status": Type.TEXT, "true_positive": Type.BOOLEAN})


def never(*_: Any) -> NoReturn:
    raise AssertionError("parsing must not call a function")


ARMED = {name: replace(function, python=never) for name, function in CORE.items()}


def refused(text: str) -> tuple[Finding, ...]:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1), functions=ARMED)
    assert node is None
    return findings


def escapes() -> list[str]:
    lines = (Path(__file__).parent / "escapes.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("# ")]


@pytest.mark.parametrize("text", escapes())
def test_an_escape_ends_in_findings(text: str) -> None:
    assert refused(text)


BOMBS = {
    "a megabyte of text": ("a" * 2**20, "F102"),
    "a megabyte of brackets": ("(" * 2**20, "F102"),
    "a thousand brackets": ("(" * 1_000 + ")" * 1_000, "F103"),
    "brackets never closed": ("(" * 1_900, "F103"),
    "lists in lists": ("[" * 900 + "]" * 900, "F103"),
    "calls in calls": ("abs(" * 400 + "1" + ")" * 399, "F103"),
    "fifty-one brackets": ("(" * 51 + "score" + ")" * 51, "F103"),
    "a chain of not": ("not " * 490 + "true_positive", "F103"),
    "a chain of minus": ("-" * 1_990 + "1", "F103"),
    "a chain of tilde": ("~" * 1_990 + "1", "F103"),
    "a chain of fields": ("a" + ".b" * 990, "F103"),
    "a chain of powers": ("9" + "**9" * 660, "F103"),
    "a chain of sums": ("1" + "+1" * 990, "F103"),
    "a chain of ifs": ("1 if true else " * 130 + "1", "F103"),
    "a chain of lambdas": ("lambda:" * 280 + "1", "F103"),
    "a chain of comparisons": ("1" + "<1" * 900, "F104"),
    "a wide and": ("true_positive" + " and true" * 200, None),
    "a wide list": ("1 in [" + "1," * 600 + "1]", "F104"),
    "a chain that stays small": ("true==" * 100 + "true", None),
    "a wide call": ("min(" + "1," * 900 + "1)", "F104"),
    "an enormous whole number": ("9" * 1_999, "F112"),
    "an enormous fraction": ("0." + "9" * 1_990, None),
    "a null byte": ("score\0 > 1", "F106"),
    "a null byte in a text": ("status == '\0'", "F106"),
    "half a character": ("score \udc80", "F106"),
    "half a character in a text": ("status == '\udc80'", "F106"),
    "a line that turns direction": ("status == '\u202e'", "F106"),
    "a quote never closed": ("'" + "a" * 1_900, "F105"),
    "quotes back to back": ("'" * 1_999, "F105"),
    "tabs only": ("\t" * 1_999, "F101"),
    "a thousand unknown names": (" or ".join(f"a{n}" for n in range(250)), "F109"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_the_finding_for_its_size(name: str) -> None:
    text, expected = BOMBS[name]
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1), functions=ARMED)
    assert {expected} - {None} == {finding.id for finding in findings}
    assert (node is None) is bool(findings)


def test_comparisons_that_double_their_middle_at_every_level_are_capped() -> None:
    """A chain names its middle operand twice, so that 20 levels would be a million nodes."""
    text = "true"
    for _ in range(20):
        text = f"true == ({text}) == true"
    assert [finding.id for finding in refused(text)] == ["F104"]


LIMITS = {
    "2,000 characters": ("1 < 2".ljust(2_000), "1 < 2".ljust(2_001), "F102"),
    "50 brackets": ("(" * 50 + "1" + ")" * 50, "(" * 51 + "1" + ")" * 51, "F103"),
    "50 levels": ("1" + "+1" * 49, "1" + "+1" * 50, "F103"),
    "500 parts": ("1 in [" + "1," * 497 + "]", "1 in [" + "1," * 498 + "]", "F104"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_cap_lets_pass_what_reaches_it_and_no_more(name: str) -> None:
    allowed, beyond, expected = LIMITS[name]
    node, findings = parse(allowed, SCOPE, mark=Mark("f", 1, 1))
    assert node is not None
    assert findings == ()
    assert [finding.id for finding in refused(beyond)] == [expected]


WORDS = st.sampled_from(
    [
        *(
            "score",
            "status",
            "true_positive",
            "x",
            "1",
            "0.5",
            "1e400",
            "0x1",
            "1j",
            "'a'",
            "f''",
            "None",
            "True",
        ),
        *("true", "and", "or", "not", "if", "else", "in", "is", "lambda", "for", "await", "yield", "import"),
        *(
            "min(",
            "known(",
            "round(",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ".",
            ":",
            ":=",
            "=",
            "==",
            "!=",
            "<",
        ),
        *(
            "<=",
            ">",
            ">=",
            "+",
            "-",
            "*",
            "/",
            "**",
            "//",
            "%",
            "&",
            "|",
            "~",
            "@",
            "#",
            ";",
            "\\",
            "...",
            '"',
        ),
        *("'", "\n", "\t", "é", "≤", "\0"),
    ]
)
SOUP = st.lists(WORDS, max_size=25).map(" ".join) | st.lists(WORDS, max_size=25).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | SOUP)
@example("")
@example("\n")
@example("(\n)")
def test_any_text_gives_a_tree_or_findings(text: str) -> None:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1), functions=ARMED)
    assert (node is None) is bool(findings)
    for finding in findings:
        assert isinstance(finding.where, Mark)
        assert 1 <= finding.where.line <= text.count("\n") + 1
        assert 1 <= finding.where.column <= len(text) + 1
