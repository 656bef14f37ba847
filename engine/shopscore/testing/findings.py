"""What can be wrong with a case's expectations, or be found by them."""

from __future__ import annotations

from typing import Final

from shopscore.yaml.findings import DocumentedFinding

NO_SUCH_PATH: Final = "T101"
NO_EXPECTATION: Final = "T102"
DIFFERS: Final = "T103"
NO_POLICY: Final = "T104"
ENGINES_DIFFER: Final = "T105"
EXPECTS_NOTHING: Final = "T106"
WRONG_BUNDLE: Final = "T107"

FINDINGS = (
    DocumentedFinding(
        NO_SUCH_PATH,
        "an expectation about nothing",
        "A path leads through the scorecard by keys, by places in a list, or by the id of an entry. "
        "A misspelt one would otherwise compare with nothing.",
        "expect: {metrics.late_rat.value: 4 %}",
        "expect: {metrics.late_rate.value: 4 %}",
    ),
    DocumentedFinding(
        NO_EXPECTATION,
        "an expectation that cannot be read",
        "A value is expected as it stands, or by a map of near and within, at_least, at_most, above, below, "
        "has or lacks.",
        "expect: {score: {near: 3.62}}",
        "expect: {score: {near: 3.62, within: 0.005}}",
    ),
    DocumentedFinding(
        DIFFERS,
        "the scorecard is not what the case expects",
        "The case was worked out by hand from the programme's rules; either it or the policy is wrong.",
        "expect: {state: scored}",
        "expect: {state: provisional}",
    ),
    DocumentedFinding(
        NO_POLICY,
        "a case without a policy",
        "A case names the bundle it is for, or lies in the cases/ folder of one.",
        "case: after-sales worked example",
        "bundle: us-sps@2026.06",
    ),
    DocumentedFinding(
        ENGINES_DIFFER,
        "two engines disagree",
        "Both follow the same specification to the last bit; a difference is a fault of shopscore.",
        "score: 3.5 on one engine, 3.499999999 on the other",
        "Please report it with the case.",
    ),
    DocumentedFinding(
        EXPECTS_NOTHING,
        "a case that expects nothing",
        "A test that cannot fail tests nothing.",
        "case: a shop without an expect: key",
        "expect: {state: scored}",
    ),
    DocumentedFinding(
        WRONG_BUNDLE,
        "a case that belongs to another bundle",
        "Cases in a bundle's folder are its own tests; one that names another version tests that one.",
        "bundle: us-sps@2025.03 in us-sps/2026.06/cases/",
        "bundle: us-sps@2026.06",
    ),
)
