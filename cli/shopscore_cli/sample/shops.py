"""Shops: how large, how good, where they are heading, and what the event model says of them."""

FACTS = """
CREATE TABLE shop_facts AS
WITH drawn AS (
    SELECT
        range                                   AS shop_no,         -- 0 sells most, the last one least
        shop_key(range)                         AS key,
        range % 8 = 0                           AS anchor,          -- open throughout: stands in for others
        u(key, 1) AS u_kind, u(key, 2) AS u_start, u(key, 3) AS u_end, u(key, 4) AS u_age,
        u(key, 5) AS u_until, u(key, 6) AS u_pull, u(key, 7) AS u_products, u(key, 8) AS u_platform,
        u(key, 9) AS u_category, u(key, 10) AS u_second, u(key, 11) AS u_shady
    FROM range(shop_count())
),
placed_in_life AS (
    SELECT *,
        CASE
            WHEN u_kind < 0.62 THEN 'steady' WHEN u_kind < 0.80 THEN 'mediocre' WHEN u_kind < 0.86 THEN 'bad'
            WHEN u_kind < 0.93 THEN 'improving' ELSE 'collapsing'
        END AS course,
        -- Exactly 180 and 179 days old on the day after the last: the two sides of a new shop.
        CASE
            WHEN shop_no % 50 = 7 THEN end_day() + 1 - 180
            WHEN shop_no % 50 = 9 THEN end_day() + 1 - 179
            WHEN NOT anchor AND u_age < 0.12 THEN end_day() - floor(u_age / 0.12 * 178.0)::BIGINT
            ELSE least(end_day() - 181, first_day()) - floor((u_age - 0.12) * (u_age - 0.12) * 3000.0)::BIGINT
        END AS opened_day,
        CASE
            WHEN shop_no % 53 = 31 THEN 'closed' WHEN shop_no % 89 = 43 THEN 'suspended' ELSE 'active'
        END AS wished_state,
        NOT anchor AND shop_no % 83 = 37        AS abroad,
        NOT anchor AND (u_shady < 0.01 OR shop_no % 67 = 5) AS shady
    FROM drawn
)
SELECT
    shop_no, key,
    'S' || (1000000 + row_number() OVER (ORDER BY key, shop_no)) AS shop_id,
    anchor, shop_no - shop_no % 8               AS anchor_no,
    course, shady,
    shop_no % 211 = 59 OR (shady AND u_shady < 0.003) AS fraud_flagged,
    CASE WHEN anchor THEN 'active' ELSE wished_state END AS state,
    CASE WHEN abroad THEN other_market((shop_no // 83) % 2) ELSE market() END AS market,
    CASE WHEN anchor THEN least(opened_day, first_day()) ELSE opened_day END AS opened_day,
    CASE WHEN anchor THEN first_us() ELSE greatest(first_us(), midnight(opened_day)) END AS from_us,
    CASE
        WHEN anchor OR wished_state = 'active' THEN snapshot_us()
        ELSE midnight(first_day() + floor(u_until * day_count())::BIGINT)
    END AS until_us,
    -- The share of the buyers who come by and do buy here, at the start and at the end: growth and decline.
    CASE
        WHEN anchor THEN 1.0 WHEN u_pull < 0.05 THEN 0.0 WHEN u_pull < 0.25 THEN 0.15
        WHEN u_pull < 0.35 THEN 0.1 WHEN u_pull < 0.45 THEN 1.0 ELSE 0.95
    END::DOUBLE AS pull_first,
    CASE
        WHEN anchor THEN 1.0 WHEN u_pull < 0.05 THEN 0.0 WHEN u_pull < 0.25 THEN 0.15
        WHEN u_pull < 0.35 THEN 1.0 WHEN u_pull < 0.45 THEN 0.2 ELSE 0.95
    END::DOUBLE AS pull_last,
    -- Badness: 0 does everything right, 1 next to nothing.
    CASE course
        WHEN 'steady' THEN 0.25 * u_start * u_start WHEN 'mediocre' THEN 0.15 + 0.25 * u_start
        WHEN 'bad' THEN 0.5 + 0.5 * u_start WHEN 'improving' THEN 0.45 + 0.4 * u_start ELSE 0.06 * u_start
    END AS bad_first,
    CASE course
        WHEN 'steady' THEN 0.25 * u_start * u_start WHEN 'mediocre' THEN 0.15 + 0.25 * u_end
        WHEN 'bad' THEN 0.5 + 0.5 * u_end WHEN 'improving' THEN 0.15 * u_end ELSE 0.55 + 0.45 * u_end
    END AS bad_last,
    CASE WHEN u_platform < 0.12 THEN 1.0 WHEN u_platform < 0.30 THEN 0.4 ELSE 0.0 END::DOUBLE AS platform_share,
    1 + floor(u_products * u_products * 40.0 + 900.0 * (1.0 - shop_no / shop_count()::DOUBLE)
        * (1.0 - shop_no / shop_count()::DOUBLE) * u_products)::BIGINT AS products,
    category_at(u_category)                     AS category,
    category_at(u_second)                       AS second_category
FROM placed_in_life
ORDER BY shop_no
"""

# Account health repeats what the point events add up to; every ninth shop gives an older number.
SHOPS = """
WITH drawn AS (
    SELECT *, u(key, 21) AS u_type, u(key, 22) AS u_reputation, u(key, 23) AS u_recent, u(key, 24) AS u_rating,
        u(key, 25) AS u_stock, u(key, 26) AS u_logo, u(key, 27) AS u_health, u(key, 28) AS u_smart,
        u(key, 29) AS u_probation, 1.0 - shop_no / shop_count()::DOUBLE AS size
    FROM shop_facts
),
health AS (
    SELECT shop_id, sum(CASE kind WHEN 'deduction' THEN -points ELSE points END) AS change
    FROM point_events
    WHERE local_day(epoch_us("at")) > end_day() - 180
    GROUP BY shop_id
),
reputed AS (
    SELECT *,
        CASE shop_no % 97
            WHEN 3 THEN 10000.0 WHEN 4 THEN 10001.0 WHEN 5 THEN 2000.0 WHEN 6 THEN 2001.0
            ELSE floor(26000.0 * size * size * size * (0.4 + u_reputation))
        END AS reputation
    FROM drawn
)
SELECT
    d.shop_id, d.market, d.category,
    CASE
        WHEN u_type < 0.90 THEN 'independent' WHEN u_type < 0.96 THEN 'brand' WHEN u_type < 0.98 THEN 'agency'
    END AS seller_type,
    as_date(opened_day)                         AS opened_on,
    state,
    fraud_flagged,
    CASE WHEN opened_day > end_day() - 90 THEN u_probation < 0.3 ELSE u_probation < 0.97 END AS probation_passed,
    reputation                                  AS reputation_points,
    CASE shop_no % 97 WHEN 3 THEN 500.0 ELSE floor(reputation * 0.3 * u_recent) END AS reputation_points_90d,
    CASE
        WHEN shop_no % 97 IN (3, 5) THEN 0.8 WHEN u_rating < 0.04 THEN NULL
        ELSE floor((0.99 - 0.25 * bad_last - 0.1 * u_rating) * 10000.0) / 10000.0
    END::DOUBLE AS positive_rating_share,
    CASE WHEN state = 'closed' THEN 0 WHEN u_stock < 0.03 THEN 0 ELSE products END::INTEGER AS sellable_products,
    CASE WHEN u_logo < 0.03 THEN NULL ELSE u_logo < 0.85 END AS has_logo,
    CASE
        WHEN u_health < 0.45 THEN NULL
        WHEN shop_no % 9 = 4 THEN 190.0
        ELSE least(1000.0, greatest(0.0, 200.0 + coalesce(change, 0)))
    END::DOUBLE AS account_health,
    CASE WHEN u_smart < 0.1 THEN NULL ELSE u_smart < 0.5 END AS smart_promotion_enrolled
FROM reputed d LEFT JOIN health USING (shop_id)
ORDER BY d.shop_id
"""
