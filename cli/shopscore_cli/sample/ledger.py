"""Violations and account points, told as stories: shops that slip, fall, recover and stand on a limit."""

from __future__ import annotations

from typing import NamedTuple


class Violation(NamedTuple):
    """One step of a violation story; days are counted back from the day after the sample's last."""

    days_ago: int
    points: int
    status: str | None = "active"
    effective_after: int | None = None  # days after issue
    decided_after: int | None = None
    counterfeit: bool | None = None
    kind_says: bool = False  # the kind is the market's own word for counterfeit
    at_midnight: bool = False


class PointEvent(NamedTuple):
    """One step of an account's story."""

    days_ago: int
    kind: str
    points: int
    milestone: str | None = None
    days: int | None = None
    at_midnight: bool = False


VIOLATION_STORIES: tuple[tuple[Violation, ...], ...] = (
    (Violation(40, 12),),
    # creeping up to 12 in four steps, then on
    (Violation(150, 4), Violation(120, 4, None), Violation(60, 4), Violation(20, 4)),
    (Violation(185, 12, "expired"), Violation(100, 12), Violation(50, 12)),
    # 36 once, less since one was overturned
    (Violation(90, 18), Violation(70, 18, "overturned", decided_after=9), Violation(30, 6, "appealing")),
    (Violation(80, 48),),
    # 48 in steps
    (Violation(170, 12), Violation(140, 12), Violation(75, 12), Violation(15, 12)),
    # pending: without a day, with one to come, with one gone by
    (
        Violation(10, 6, "pending"),
        Violation(5, 8, "pending", effective_after=12),
        Violation(60, 12, "pending", effective_after=7),
    ),
    # the last day that counts and the first that does not, for 180 and for 90 days, at local midnight
    (
        Violation(180, 12, at_midnight=True),
        Violation(181, 12, at_midnight=True),
        Violation(90, 12, at_midnight=True),
        Violation(91, 12, at_midnight=True),
    ),
    (
        Violation(70, 6, counterfeit=True, kind_says=True),
        Violation(45, 6, kind_says=True),
        Violation(12, 6, counterfeit=True),
    ),
    # overturned without a word on when; an appeal that failed
    (Violation(55, 24, "overturned"), Violation(33, 6, decided_after=8, counterfeit=False)),
    # one point short of 12, of 24
    (Violation(65, 6), Violation(64, 4), Violation(63, 1), Violation(25, 12)),
    # yesterday
    (Violation(1, 12, at_midnight=True), Violation(1, 12)),
)

POINT_STORIES: tuple[tuple[PointEvent, ...], ...] = (
    # exactly 150, and one above it
    (PointEvent(100, "deduction", 30), PointEvent(80, "deduction", 20)),
    (PointEvent(100, "deduction", 30), PointEvent(80, "deduction", 19)),
    # through 150 and 100, and back by gains and a quiz that shortens the action
    (
        PointEvent(120, "deduction", 60),
        PointEvent(95, "deduction", 50),
        PointEvent(94, "milestone_quiz", 0, "100", 7),
        PointEvent(70, "gain", 20),
        PointEvent(40, "quiz", 15),
    ),
    # down to 50 in one month, then below
    (
        PointEvent(45, "deduction", 70),
        PointEvent(30, "deduction", 80),
        PointEvent(29, "milestone_quiz", 0, "50", 14),
        PointEvent(8, "deduction", 10),
    ),
    # to the floor: 0, and no lower
    (PointEvent(60, "deduction", 120), PointEvent(20, "deduction", 110), PointEvent(4, "gain", 10)),
    (
        PointEvent(150, "gain", 5),
        PointEvent(110, "gain", 10),
        PointEvent(75, "quiz", 5),
        PointEvent(20, "gain", 50),
    ),
    # a fall that ages out the day after, beside one that has just done so
    (PointEvent(181, "deduction", 80, at_midnight=True), PointEvent(180, "deduction", 60, at_midnight=True)),
    # up and down through 150, twice
    (
        PointEvent(140, "deduction", 60),
        PointEvent(118, "gain", 20),
        PointEvent(90, "deduction", 15),
        PointEvent(89, "milestone_quiz", 0, "150", 3),
        PointEvent(50, "gain", 30),
        PointEvent(1, "deduction", 26),
    ),
    # more than the ceiling takes
    tuple(PointEvent(days, "gain", 200) for days in (130, 90, 60, 30, 10)),
)

# Stories go to shops old enough to have lived them; bad shops collect smaller matters besides.
VIOLATIONS = """
CREATE TABLE violations AS
WITH told AS (
    SELECT f.shop_no, f.key, f.shop_id, f.opened_day, t.* EXCLUDE (story), t.step AS place
    FROM shop_facts f JOIN violation_steps t
        ON f.shop_no % 16 = 3 AND t.story = (f.shop_no // 16) % violation_stories()
    WHERE f.opened_day < end_day() - 200
),
scattered AS (
    SELECT shop_no, key, shop_id, opened_day,
        unnest(range(floor(u(key, 601) * u(key, 602) * (1.0 + 9.0 * bad_last))::BIGINT)) AS place
    FROM shop_facts
),
small AS (
    SELECT shop_no, key, shop_id, opened_day,
        1 + floor(175.0 * u(key, 610 + place))::BIGINT AS days_ago,
        [1, 2, 2, 3, 4, 4, 6, 6, 8, 12][1 + floor(u(key, 630 + place) * 10.0)::BIGINT] AS points,
        'active' AS status, NULL::INTEGER AS effective_after, NULL::INTEGER AS decided_after,
        CASE WHEN u(key, 650 + place) < 0.1 THEN false END AS counterfeit, false AS kind_says,
        false AS at_midnight,
        100 + place AS place
    FROM scattered
),
every AS (
    SELECT shop_no, key, shop_id, opened_day, days_ago, points, status, effective_after, decided_after,
        counterfeit, kind_says, at_midnight, place
    FROM told
    UNION ALL SELECT * FROM small
),
issued AS (
    SELECT e.*, k.names,
        midnight(end_day() + 1 - days_ago) + CASE
            WHEN at_midnight THEN 0 ELSE floor(u(key, 1000 + place) * 80000.0)::BIGINT * 1000000
        END AS issued_us,
        u(key, 1200 + place) AS u_kind
    FROM every e JOIN kinds_costing k ON k.points = e.points
    WHERE end_day() + 1 - days_ago >= opened_day
)
SELECT
    'V' || (1000000 + shop_no) || '-' || place  AS violation_id,
    shop_id,
    instant(issued_us)                          AS issued_at,
    CASE WHEN kind_says THEN counterfeit_kind()
        ELSE names[1 + floor(u_kind * len(names))::BIGINT] END AS kind,
    points::INTEGER                             AS points,
    status,
    instant(issued_us + effective_after * 86400000000) AS effective_at,
    instant(issued_us + decided_after * 86400000000)   AS decided_at,
    counterfeit
FROM issued
ORDER BY issued_us, violation_id
"""

POINT_EVENTS = """
CREATE TABLE point_events AS
WITH told AS (
    SELECT f.shop_no, f.key, f.shop_id, f.opened_day, t.days_ago, t.kind, t.points, t.milestone, t.days,
        t.at_midnight, t.step AS place
    FROM shop_facts f JOIN point_steps t
        ON f.shop_no % 16 = 11 AND t.story = (f.shop_no // 16) % point_stories()
    WHERE f.opened_day < end_day() - 200
),
scattered AS (
    SELECT shop_no, key, shop_id, opened_day, bad_last,
        unnest(range(floor(u(key, 751) * u(key, 752) * 4.0)::BIGINT)) AS place
    FROM shop_facts
    WHERE shop_no % 16 <> 11
),
small AS (
    SELECT shop_no, key, shop_id, opened_day,
        1 + floor(178.0 * u(key, 760 + place))::BIGINT AS days_ago,
        CASE WHEN u(key, 770 + place) < 0.2 + 0.7 * bad_last THEN 'deduction'
            WHEN u(key, 770 + place) < 0.8 THEN 'gain' ELSE 'quiz' END AS kind,
        [2, 4, 5, 5, 10, 10, 15, 20][1 + floor(u(key, 780 + place) * 8.0)::BIGINT] AS points,
        NULL::VARCHAR AS milestone, NULL::INTEGER AS days, false AS at_midnight, 100 + place AS place
    FROM scattered
),
every AS (
    SELECT * FROM told UNION ALL SELECT * FROM small
),
timed AS (
    SELECT *, midnight(end_day() + 1 - days_ago) + CASE
            WHEN at_midnight THEN 0 ELSE floor(u(key, 1400 + place) * 80000.0)::BIGINT * 1000000
        END AS at_us
    FROM every
    WHERE end_day() + 1 - days_ago >= opened_day
)
SELECT
    'E' || (1000000 + shop_no) || '-' || place  AS event_id,
    shop_id,
    instant(at_us)                              AS "at",
    kind,
    points::DOUBLE                              AS points,
    milestone,
    days::INTEGER                               AS days
FROM timed
ORDER BY at_us, event_id
"""
