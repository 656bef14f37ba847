"""The checks' own findings: permanent ids, with what each means."""

from __future__ import annotations

from typing import Final

from shopscore.yaml.findings import DocumentedFinding

UNUSED: Final = "L101"
BAND_GAP: Final = "L102"
BAND_UNREACHED: Final = "L103"
GRANT_REVOKED: Final = "L104"
STEP_UNREACHED: Final = "L105"
FROZEN_NEVER: Final = "L106"

FINDINGS = (
    DocumentedFinding(
        UNUSED,
        "something written and never used",
        "A fact, population, value or source that nothing reads is most often a slip in the place that "
        "should. What a version inherits may stay unused.",
        "populations: {late_orders: {of: orders, ...}} and no metric that names late_orders",
        "Use it or remove it.",
    ),
    DocumentedFinding(
        BAND_GAP,
        "a score without a band",
        "Every score of the scale should have a name; the first band whose condition is true gives it.",
        "bands: [{id: good, when: score > 2.5}, {id: poor, when: score < 2.5}]",
        "bands: [{id: good, when: score >= 2.5}, {id: poor, when: score < 2.5}]",
    ),
    DocumentedFinding(
        BAND_UNREACHED,
        "a band that no score has",
        "The first band whose condition is true is taken, so one behind a wider one is never reached.",
        "bands: [{id: good, when: score >= 2.5}, {id: excellent, when: score >= 4}]",
        "bands: [{id: excellent, when: score >= 4}, {id: good, when: score >= 2.5}]",
    ),
    DocumentedFinding(
        GRANT_REVOKED,
        "a benefit granted and revoked at once",
        "Revoking comes first, so where both conditions are true the benefit is lost.",
        "{grant: score >= 3.0, revoke: score < 3.5}",
        "{grant: score >= 3.5, revoke: score < 3.0}",
    ),
    DocumentedFinding(
        STEP_UNREACHED,
        "a step of a ladder that is never taken",
        "The last step whose condition is true is taken, so one before a wider one is never reached.",
        "steps: [{when: score >= 4, value: 1}, {when: score >= 3, value: 5}]",
        "steps: [{when: score >= 3, value: 5}, {when: score >= 4, value: 1}]",
    ),
    DocumentedFinding(
        FROZEN_NEVER,
        "a benefit that is never frozen",
        "Revoking and granting come before freezing, so where one of them is always true as well, the "
        "benefit is never frozen.",
        "{grant: score >= 3.5, freeze: score < 3.0, revoke: score < 3.5}",
        "{grant: score >= 3.5, freeze: score < 3.5, revoke: score < 3.0}",
    ),
)
