"""The US score through its versions: which is in force when, and what passes from one to the next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shopscore.api import Workspace
from shopscore.errors import UsageError

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace([POLICIES])


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2025-01-14", "2025.01"),
        ("2025-03-12", "2025.01"),
        ("2025-03-13", "2025.03"),
        ("2026-06-21", "2025.03"),
        ("2026-06-22", "2026.06"),
        ("2026-07-20", "2026.06"),
        ("2026-07-21", "2026.07"),
        ("2028-02-29", "2026.07"),
    ],
)
def test_each_day_has_its_version(day: str, version: str, workspace: Workspace) -> None:
    assert workspace.in_force("US", date.fromisoformat(day)).name == f"us-sps@{version}"


def test_before_the_first_version_nothing_is_in_force(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"nearest: us-sps@2025\.01"):
        workspace.in_force("US", date(2025, 1, 13))


def test_one_badge_follows_two(workspace: Workspace) -> None:
    """The only items that June and July do not share."""
    june, july = (workspace.policy(f"us-sps@{version}").bundle for version in ("2026.06", "2026.07"))
    assert june.items.keys() ^ july.items.keys() == {
        "gold_star_seller",
        "silver_star_seller",
        "top_rated_seller",
    }


def test_march_changes_nothing_but_the_category(workspace: Workspace) -> None:
    """The figures of single categories are not published; the version only says what picks them."""
    january, march = (workspace.policy(f"us-sps@{version}").bundle for version in ("2025.01", "2025.03"))
    assert (january.category is None, march.category is None) == (True, False)
    assert (january.metrics, january.score, january.items, january.ledgers) == (
        march.metrics,
        march.score,
        march.items,
        march.ledgers,
    )


@pytest.mark.parametrize("version", ["2025.01", "2025.03", "2026.06", "2026.07"])
def test_every_conflict_names_both_readings(version: str, workspace: Workspace) -> None:
    bundle = workspace.policy(f"us-sps@{version}").bundle
    said = {each.id for each in bundle.conflicts}
    assert all(each.used and each.other for each in bundle.conflicts)
    assert "account-health-start" in said
    if version.startswith("2025"):
        lines = {
            "range-of-the-score",
            "at-or-above-the-line",
            "settlement",
            "star-shop-score",
            "violations-and-score",
        }
    else:
        lines = {
            "nrr-poor-end",
            "sfcr-denominator",
            "low-volume-orders",
            "visibility-steps",
            "standard-settlement",
        }
        lines |= {"affiliate-line"} | ({"gold-reputation"} if version == "2026.06" else set())
    assert lines <= said
