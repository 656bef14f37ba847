"""Every finding a formula can lead to; the ids are permanent and the docs are made from this table."""

from __future__ import annotations

from msgspec import Struct


class FindingDoc(Struct, frozen=True):
    """One id: what it says, why it is refused, a formula that shows it, and what to write instead."""

    id: str
    title: str
    why: str
    example: str
    instead: str


class Problem(Struct, frozen=True):
    """A finding before it knows its file: an id, the character it concerns, and the message."""

    id: str
    at: int
    message: str


FORMULA_FINDINGS: tuple[FindingDoc, ...] = (
    FindingDoc(
        "F101",
        "the formula is empty",
        "A key that expects a formula was given nothing but white space.",
        "   ",
        "score >= 3.5",
    ),
    FindingDoc(
        "F102",
        "the formula is too long",
        "Formulas are read by people; the cap also bounds what a hostile file can cost.",
        " and ".join(["score >= 3.5"] * 130),
        "score >= 3.5",
    ),
    FindingDoc(
        "F103",
        "the formula nests too deep",
        "Fifty levels are more than a reader can follow and keep every engine's own limits far away.",
        "(" * 60 + "score" + ")" * 60,
        "((score))",
    ),
    FindingDoc(
        "F104",
        "the formula has too many parts",
        "Five hundred names, numbers and operators in one formula should be several metrics.",
        "1" + "<1" * 400,
        "1 < 2",
    ),
    FindingDoc(
        "F105",
        "the text cannot be read as a formula",
        "A bracket or quote is left open, an operand is missing, or an operator of another language is used.",
        "score >= 3.5 && orders > 30",
        "score >= 3.5 and orders > 30",
    ),
    FindingDoc(
        "F106",
        "a character that has no meaning in a formula",
        "Outside quotes only ASCII is read, so that a look-alike letter or a typographic sign never passes.",
        "score ≥ 3.5",
        "score >= 3.5",
    ),
    FindingDoc(
        "F107",
        "a construct the language does not have",
        "There are names, literals, operators, `a if c else b`, `in` and the listed functions; nothing else.",
        "[s for s in status]",
        "status in ['open', 'active']",
    ),
    FindingDoc(
        "F108",
        "an operator the language does not have",
        "Powers, remainders and bit operators differ between engines or take unbounded time.",
        "score ** 2",
        "score * 2",
    ),
    FindingDoc(
        "F109",
        "a name that is not known here",
        "Only the names the place offers can be read; a misspelt one would otherwise be silently null.",
        "scor >= 3.5",
        "score >= 3.5",
    ),
    FindingDoc(
        "F110",
        "not a function",
        "The table of functions is closed: the built-in ones and those of the bundle's plugins.",
        "maximum(score, 1)",
        "max(score, 1)",
    ),
    FindingDoc(
        "F111",
        "the wrong number of arguments",
        "Every function says which arguments it takes; they are given by place, not by name.",
        "clip(score, 0)",
        "clip(score, 0, 5)",
    ),
    FindingDoc(
        "F112",
        "a number that cannot be used",
        "Numbers are decimal, finite and, when whole, at most 2^53, so that every engine holds the same one.",
        "score < 1e999",
        "score < 1e9",
    ),
    FindingDoc(
        "F113",
        "a literal the language does not have",
        "There is no null, bytes, complex or ... literal; known() and missing() ask for what is unknown.",
        "score == None",
        "missing(score)",
    ),
    FindingDoc(
        "F114",
        "a text that is not written plainly",
        "Prefixes, backslashes and texts side by side hide a missing comma or a sign that is not there.",
        "status in ['open' 'active']",
        "status in ['open', 'active']",
    ),
    FindingDoc(
        "F115",
        "in without a list of literals",
        "The right side of `in` and `not in` is a written list, so that every engine can see it.",
        "status in ('open', 'active')",
        "status in ['open', 'active']",
    ),
    FindingDoc(
        "F120",
        "arithmetic between values that do not go together",
        "Numbers carry their unit; the sum of a share and hours means nothing.",
        "late_rate + handling",
        "late_rate + 0.1",
    ),
    FindingDoc(
        "F121",
        "a comparison between values that do not go together",
        "A share is never larger than hours; text can only be equal, different or in a list.",
        "late_rate > handling",
        "handling > 26.5",
    ),
    FindingDoc(
        "F122",
        "a condition was expected",
        "`and`, `or`, `not` and the test of an `if` join conditions; a number is not true or false.",
        "score and orders > 30",
        "score >= 3.5 and orders > 30",
    ),
    FindingDoc(
        "F123",
        "branches or arguments of different types",
        "The result must have one type whichever branch or argument gives it.",
        "late_rate if orders > 30 else handling",
        "late_rate if orders > 30 else 0.1",
    ),
    FindingDoc(
        "F124",
        "an argument of the wrong type",
        "Each function says which types it takes.",
        "abs(status)",
        "abs(score)",
    ),
    FindingDoc(
        "F125",
        "digits that are not a literal",
        "The number of decimals of round() is a whole literal from 0 to 9, so that SQL knows it beforehand.",
        "round(score, orders)",
        "round(score, 2)",
    ),
    FindingDoc(
        "F126",
        "a formula of the wrong type for its place",
        "A condition is wanted where something is granted, a number where something is computed.",
        "score",
        "score >= 3.5",
    ),
)
