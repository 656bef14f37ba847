"""Windows and assessment days, worked out by hand from the calendar."""

from datetime import date

import pytest

from shopscore.bundle.model import Schedule, Window
from shopscore.errors import Mark
from shopscore.plan.windows import assessment_day, days_of, to_date, to_day

MARK = Mark("policy.yaml", 1, 1)


def covered(kind: str, count: int, as_of: str, lag: int = 0) -> tuple[str, str]:
    first, last = days_of(Window(kind, count, lag, MARK), to_day(date.fromisoformat(as_of)))
    return to_date(first).isoformat(), to_date(last).isoformat()


@pytest.mark.parametrize(
    ("kind", "count", "lag", "as_of", "expected"),
    [
        # the specification's own examples
        ("days", 60, 0, "2026-06-22", ("2026-04-23", "2026-06-21")),
        ("days", 28, 7, "2026-12-11", ("2026-11-06", "2026-12-03")),
        ("days", 1, 0, "2026-03-01", ("2026-02-28", "2026-02-28")),
        ("days", 30, 0, "2024-03-01", ("2024-01-31", "2024-02-29")),
        ("months", 1, 0, "2026-06-01", ("2026-05-01", "2026-05-31")),
        ("months", 1, 0, "2026-06-30", ("2026-05-01", "2026-05-31")),
        ("months", 3, 0, "2026-02-15", ("2025-11-01", "2026-01-31")),
        ("months", 12, 0, "2026-01-01", ("2025-01-01", "2025-12-31")),
        ("quarter", 1, 0, "2026-04-01", ("2026-01-01", "2026-03-31")),
        ("quarter", 1, 0, "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("from_day", 26, 0, "2026-06-26", ("2026-05-26", "2026-06-25")),
        ("from_day", 26, 0, "2026-06-25", ("2026-04-26", "2026-05-25")),
        ("from_day", 26, 0, "2026-01-10", ("2025-11-26", "2025-12-25")),
        ("from_day", 1, 0, "2026-06-22", ("2026-05-01", "2026-05-31")),
    ],
)
def test_a_window_covers_complete_days_before_the_day(
    kind: str, count: int, lag: int, as_of: str, expected: tuple[str, str]
) -> None:
    assert covered(kind, count, as_of, lag) == expected


@pytest.mark.parametrize(
    ("kind", "day", "as_of", "expected"),
    [
        ("daily", 1, "2026-06-22", "2026-06-22"),
        ("monthly", 1, "2026-06-22", "2026-06-01"),
        ("monthly", 1, "2026-06-01", "2026-06-01"),
        ("monthly", 20, "2026-01-19", "2025-12-20"),
        ("weekly", 1, "2026-06-22", "2026-06-22"),  # a Monday
        ("weekly", 1, "2026-06-21", "2026-06-15"),
        ("weekly", 7, "2026-06-22", "2026-06-21"),
        ("quarterly", 1, "2026-06-22", "2026-04-01"),
        ("quarterly", 1, "2026-01-01", "2026-01-01"),
    ],
)
def test_an_item_is_assessed_on_the_latest_such_day(kind: str, day: int, as_of: str, expected: str) -> None:
    found = assessment_day(Schedule(kind, day), to_day(date.fromisoformat(as_of)))
    assert to_date(found).isoformat() == expected
