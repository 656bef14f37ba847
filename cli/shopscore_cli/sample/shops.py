"""Shops: how large, how good, where they are heading, and what the event model says of them.

What an order needs to know of its shop is worked out from the shop's number each time, by the macros here:
a join would be shorter, but no engine promises to keep the orders' sequence through one.
"""

# Shop 0 sells most, the last one least. Every eighth is an anchor: open throughout, it serves those who come
# to a neighbour that is not. Arguments called u_... are the shop's own uniforms, numbered as in FACTS below.
MACROS = """
CREATE MACRO shop_id_of(shop_no) AS 'S' || (1000000 + shop_no);
CREATE MACRO shop_no_of(shop_id) AS substr(shop_id, 2)::BIGINT - 1000000;
CREATE MACRO anchors(shop_no) AS shop_no % 8 = 0;
CREATE MACRO anchor_of(shop_no) AS shop_no - shop_no % 8;
CREATE MACRO size_of(shop_no) AS 1.0 - shop_no / shop_count()::DOUBLE;

-- Exactly 180 and 179 days old on the day after the last: the two sides of a new shop.
CREATE MACRO opened_day(shop_no, u_age) AS CASE
    WHEN anchors(shop_no) OR u_age >= 0.12 AND shop_no % 50 NOT IN (7, 9)
        THEN least(end_day() - 181, first_day()) - floor((u_age - 0.12) * (u_age - 0.12) * 3000.0)::BIGINT
    WHEN shop_no % 50 = 7 THEN end_day() + 1 - 180
    WHEN shop_no % 50 = 9 THEN end_day() + 1 - 179
    ELSE end_day() - floor(u_age / 0.12 * 178.0)::BIGINT
END;
CREATE MACRO state_of(shop_no) AS CASE
    WHEN anchors(shop_no) THEN 'active'
    WHEN shop_no % 53 = 31 THEN 'closed' WHEN shop_no % 89 = 43 THEN 'suspended' ELSE 'active'
END;
CREATE MACRO closing_day(shop_no, u_until) AS CASE state_of(shop_no)
    WHEN 'active' THEN end_day() + 1 ELSE first_day() + floor(u_until * day_count())::BIGINT
END;
CREATE MACRO market_of(shop_no) AS CASE
    WHEN NOT anchors(shop_no) AND shop_no % 83 = 37 THEN other_market(shop_no // 83) ELSE market()
END;

-- The share of those who come by and do buy here: some shops grow, some decline, some never sell at all.
CREATE MACRO pull(shop_no, u_pull, share) AS CASE
    WHEN anchors(shop_no) THEN 1.0 WHEN u_pull < 0.05 THEN 0.0 WHEN u_pull < 0.25 THEN 0.15
    WHEN u_pull < 0.35 THEN 0.1 + 0.9 * share WHEN u_pull < 0.45 THEN 1.0 - 0.8 * share ELSE 0.95
END;

-- Badness: 0 does everything right, 1 next to nothing. Steady, mediocre, bad, improving, collapsing shops.
CREATE MACRO bad_first(u_kind, u_first) AS CASE
    WHEN u_kind < 0.62 THEN 0.25 * u_first * u_first WHEN u_kind < 0.80 THEN 0.15 + 0.25 * u_first
    WHEN u_kind < 0.86 THEN 0.5 + 0.5 * u_first WHEN u_kind < 0.93 THEN 0.45 + 0.4 * u_first
    ELSE 0.06 * u_first
END;
CREATE MACRO bad_last(u_kind, u_first, u_last) AS CASE
    WHEN u_kind < 0.62 THEN 0.25 * u_first * u_first WHEN u_kind < 0.80 THEN 0.15 + 0.25 * u_last
    WHEN u_kind < 0.86 THEN 0.5 + 0.5 * u_last WHEN u_kind < 0.93 THEN 0.15 * u_last ELSE 0.55 + 0.45 * u_last
END;
CREATE MACRO progress(us) AS (us - first_us()) / (snapshot_us() - first_us())::DOUBLE;
CREATE MACRO eased(share) AS share * share * (3.0 - 2.0 * share);
CREATE MACRO badness(u_kind, u_first, u_last, us) AS bad_first(u_kind, u_first)
    + (bad_last(u_kind, u_first, u_last) - bad_first(u_kind, u_first)) * eased(progress(us));

CREATE MACRO is_shady(shop_no, u_shady) AS NOT anchors(shop_no) AND (u_shady < 0.01 OR shop_no % 67 = 5);
CREATE MACRO platform_share(u_platform) AS CASE
    WHEN u_platform < 0.12 THEN 1.0 WHEN u_platform < 0.3 THEN 0.4 ELSE 0.0
END;
CREATE MACRO products_of(shop_no, u_products) AS 1 + floor(
    (40.0 * u_products + 900.0 * size_of(shop_no) * size_of(shop_no)) * u_products)::BIGINT;
"""

FACTS = """
CREATE TABLE shop_facts AS
WITH numbered AS (
    SELECT range AS shop_no, shop_key(range) AS key FROM range(shop_count())
),
drawn AS (
    SELECT shop_no, key,
        u(key, 1) AS u_kind, u(key, 2) AS u_first, u(key, 3) AS u_last, u(key, 4) AS u_age,
        u(key, 7) AS u_products, u(key, 9) AS u_category, u(key, 11) AS u_shady
    FROM numbered
)
SELECT shop_no, key,
    shop_id_of(shop_no)                         AS shop_id,
    shop_no % 211 = 59 OR (is_shady(shop_no, u_shady) AND u_shady < 0.003) AS fraud_flagged,
    state_of(shop_no)                           AS state,
    market_of(shop_no)                          AS market,
    opened_day(shop_no, u_age)                  AS opened_day,
    bad_last(u_kind, u_first, u_last)            AS bad_last,
    products_of(shop_no, u_products)            AS products,
    category_at(u_category)                     AS category
FROM drawn
ORDER BY shop_no
"""

# Account health repeats what the point events add up to; every ninth shop gives another number.
SHOPS = """
WITH drawn AS (
    SELECT *, u(key, 21) AS u_type, u(key, 22) AS u_reputation, u(key, 23) AS u_recent,
        u(key, 24) AS u_rating, u(key, 25) AS u_stock, u(key, 26) AS u_logo, u(key, 27) AS u_health,
        u(key, 28) AS u_smart, u(key, 29) AS u_probation, size_of(shop_no) AS size
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
    u_probation < (CASE WHEN opened_day > end_day() - 90 THEN 0.3 ELSE 0.97 END) AS probation_passed,
    reputation                                  AS reputation_points,
    CASE shop_no % 97 WHEN 3 THEN 500.0 ELSE floor(reputation * 0.3 * u_recent) END AS reputation_points_90d,
    CASE
        WHEN shop_no % 97 IN (3, 5) THEN 0.8 WHEN u_rating < 0.04 THEN NULL
        ELSE floor((0.99 - 0.25 * bad_last - 0.1 * u_rating) * 10000.0) / 10000.0
    END::DOUBLE AS positive_rating_share,
    CASE WHEN state = 'closed' OR u_stock < 0.03 THEN 0 ELSE products END::INTEGER AS sellable_products,
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
