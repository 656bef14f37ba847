"""What a platform's own screens would supply: metrics, benchmarks, and the states benefits are in."""

# Every value is its numerator divided by its denominator, as the event model demands.
METRICS = """
WITH shops AS (
    SELECT shop_no, key, shop_id, bad_last FROM shop_facts WHERE shop_no % 200 = 5 OR shop_no % 400 = 16
),
drawn AS (
    SELECT s.*, b.place, b.metric, b.poor, b.excellent,
        20.0 + floor(u(key, 900 + b.place) * 400.0) AS denominator,
        u(key, 910 + b.place) AS u_given, u(key, 920 + b.place) AS u_whole
    FROM shops s CROSS JOIN benchmarks b
),
counted AS (
    SELECT *, floor(denominator * (excellent + (poor - excellent) * bad_last)) AS numerator FROM drawn
),
dated AS (
    SELECT *, end_day() AS day FROM counted WHERE u_given < 0.6
    UNION ALL
    -- an older figure of the same metric, which the newer one replaces
    SELECT * REPLACE (greatest(numerator - 1.0, 0.0) AS numerator), end_day() - 30
    FROM counted WHERE u_given < 0.2
    UNION ALL
    SELECT *, NULL FROM counted WHERE u_given >= 0.9
)
SELECT shop_id, metric, numerator / denominator AS value,
    CASE WHEN u_whole < 0.7 THEN numerator END AS numerator,
    CASE WHEN u_whole < 0.7 THEN denominator END AS denominator,
    as_date(day) AS as_of
FROM dated
UNION ALL
SELECT shop_id, 'delivered_orders_90d', 10.0 + floor(u(key, 930) * 90.0), NULL, NULL, as_date(end_day())
FROM shops WHERE shop_no % 400 = 5
ORDER BY shop_id, metric, as_of NULLS FIRST
"""

# Values keep to the program's curve: between its ends, on the same side of each other.
BENCHMARKS = """
WITH keyed AS (
    SELECT category, place AS category_place, category_key(place) AS key FROM categories
),
own AS (
    SELECT shop_id, key, shop_no FROM shop_facts WHERE shop_no % 300 = 11
),
by_category AS (
    SELECT NULL::VARCHAR AS shop_id, category, metric, NULL::VARCHAR AS dimension,
        floor(poor * (0.985 + 0.03 * u(key, 10 + place)) * 10000.0) / 10000.0 AS poor,
        floor(excellent * (0.985 + 0.03 * u(key, 20 + place)) * 10000.0) / 10000.0 AS excellent,
        CASE WHEN metric = averaged_metric() THEN floor((0.015 + 0.01 * u(key, 30)) * 10000.0) / 10000.0 END
            AS average,
        [1.0, 1.0, 1.5, 2.0, 0.5, NULL][1 + floor(u(key, 40 + place) * 6.0)::BIGINT]::DOUBLE AS weight
    FROM keyed CROSS JOIN benchmarks
    WHERE (category_place + place) % 3 <> 0
),
by_dimension AS (
    SELECT NULL::VARCHAR, category, NULL::VARCHAR, dimension, NULL::DOUBLE, NULL::DOUBLE, NULL::DOUBLE,
        (1.0 + floor(u(key, 50 + place) * 3.0) * 0.5)::DOUBLE
    FROM keyed CROSS JOIN dimensions
    WHERE category_place % 4 = 1
),
by_shop AS (
    SELECT shop_id, NULL::VARCHAR, metric, NULL::VARCHAR, poor, excellent, NULL::DOUBLE, 1.0::DOUBLE
    FROM own CROSS JOIN benchmarks
    WHERE place % 2 = 0
)
SELECT * FROM by_category UNION ALL SELECT * FROM by_dimension UNION ALL SELECT * FROM by_shop
ORDER BY shop_id NULLS FIRST, category, metric NULLS LAST, dimension
"""

# A tenth of the shops bring the states they had; a few rows are of the day after the last: to be ignored.
STATES = """
WITH shops AS (
    SELECT shop_no, key, shop_id, opened_day, bad_last FROM shop_facts WHERE shop_no % 10 = 3
),
days AS (
    SELECT *,
        unnest(CASE shop_no % 100
            WHEN 13 THEN [end_day(), end_day() + 1] WHEN 23 THEN [end_day() - 30, end_day()] ELSE [end_day()]
        END) AS day
    FROM shops
),
items AS (
    SELECT d.*, i.place, i.item, i.freezes, i.steps, u(key, 950 + i.place) AS u_state,
        u(key, 990 + i.place) AS u_since
    FROM days d CROSS JOIN benefit_items i
)
SELECT shop_id, item,
    CASE
        WHEN len(steps) > 0 THEN NULL
        WHEN freezes AND u_state > 0.88 THEN 'frozen'
        WHEN u_state < 0.85 - 0.8 * bad_last THEN 'granted' ELSE 'locked'
    END                                         AS state,
    -- indexing past an empty list gives null
    steps[1 + floor((1.0 - bad_last * u_state) * 0.999 * len(steps))::BIGINT]::DOUBLE AS value,
    CASE WHEN u_since < 0.95 THEN as_date(greatest(opened_day, day - floor(120.0 * u_since)::BIGINT)) END
                                                AS since_on,
    as_date(day)                                AS as_of_on,
    CASE WHEN u_since > 0.5 THEN floor(4.0 * u_state)::INTEGER END AS streak,
    CASE WHEN u_since < 0.3 THEN NULL
        WHEN state = 'frozen' THEN 'freeze'
        WHEN state = 'granted' THEN CASE WHEN u_since < 0.8 THEN 'grant' ELSE 'unscored' END
        WHEN state = 'locked' THEN CASE WHEN u_since < 0.7 THEN 'revoke' ELSE 'start' END
        ELSE 'supplied'
    END                                         AS decided_by
FROM items
WHERE day >= opened_day
ORDER BY shop_id, item, as_of_on
"""
