"""Reviews of delivered orders: the first one, a second one at times, and edits."""

# Copy 0 is the first review, 1 a second one of the same order (now and then in the same instant, so that
# only the row id tells which is first), 2 an edit, which usually turns friendlier.
REVIEWS = """
WITH candidates AS (
    SELECT *, u(key, 101) AS u_time, u(key, 102) AS u_topic, u(key, 103) AS u_more, u(key, 104) AS u_edit
    FROM month_orders(getvariable('orders_file'))
    WHERE delivered_us IS NOT NULL AND NOT cancelled
        AND (edge = 20 OR u(key, 100) < (CASE WHEN late THEN 0.37 ELSE 0.31 END))
),
written AS (
    SELECT *,
        unnest(CASE
            WHEN u_more < 0.04 AND u_edit < 0.05 THEN [0, 1, 2]
            WHEN u_more < 0.04 THEN [0, 1] WHEN u_edit < 0.05 THEN [0, 2] ELSE [0]
        END) AS copy
    FROM candidates
),
felt AS (
    SELECT *, u(key, 110 + copy) AS u_stars, u(key, 120 + copy) AS u_delay,
        (0.012 + 0.42 * b) * negative_of(category) + (CASE WHEN late THEN 0.18 ELSE 0.0 END) AS p_negative
    FROM written
),
posted AS (
    SELECT *,
        CASE
            WHEN copy = 2 AND u_stars < 0.7 THEN 4 + (u_more < 0.6)::INTEGER
            WHEN u_stars < 0.65 * p_negative THEN 1
            WHEN u_stars < p_negative THEN 2
            WHEN u_stars < p_negative + 0.05 THEN 3
            WHEN u_stars < p_negative + 0.17 THEN 4
            ELSE 5
        END AS stars,
        CASE WHEN edge = 20 THEN midnight(local_day(delivered_us) + 2)
            ELSE whole_second(delivered_us + hours_us(1.0) + days_us(18.0 * u_time * u_time)) END AS first_us
    FROM felt
),
timed AS (
    SELECT *,
        CASE copy
            WHEN 0 THEN first_us
            WHEN 1 THEN CASE WHEN u_delay < 0.15 THEN first_us
                ELSE whole_second(first_us + days_us(4.0 * u_delay)) END
            ELSE whole_second(first_us + hours_us(5.0) + days_us(12.0 * u_delay))
        END AS posted_us
    FROM posted
),
about AS (
    SELECT *,
        CASE
            WHEN stars > 3 AND u_topic < 0.30 THEN NULL
            WHEN late AND u_topic < 0.65 THEN 'logistics'
            WHEN u_topic < 0.78 THEN 'product' WHEN u_topic < 0.88 THEN 'service'
            WHEN u_topic < 0.95 THEN 'logistics' WHEN u_topic < 0.98 THEN 'unknown'
        END AS topic
    FROM timed
    WHERE posted_us < snapshot_us()
)
SELECT
    'R' || order_no || '-' || (1 + copy)        AS review_id,
    order_id,
    shop_id,
    instant(posted_us)                          AS posted_at,
    stars::INTEGER                              AS stars,
    topic,
    CASE WHEN stars > 3 THEN NULL ELSE CASE topic
        WHEN 'product' THEN ['quality', 'quality', 'not_as_described', 'not_as_described', 'safety',
            'compliance'][1 + floor(u_delay * 6.0)::BIGINT]
        WHEN 'logistics' THEN ['late_delivery', 'late_delivery', 'wrong_item', 'damaged', 'out_of_stock']
            [1 + floor(u_delay * 5.0)::BIGINT]
        WHEN 'service' THEN ['late_reply', 'late_reply', 'review_handling'][1 + floor(u_delay * 3.0)::BIGINT]
    END END                                     AS cause,
    product_id,
    CASE WHEN copy = 0 AND u_more >= 0.99 THEN NULL ELSE copy = 2 END AS is_edit
FROM about
"""
