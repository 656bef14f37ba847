-- us-sps@2026.06 as one would write it by hand for DuckDB if nothing counted but speed: the engine's rival.
-- It reads checked Parquet files that have every column of the event model, and no supplied tables. rival.py fills in
-- what stands in braces: d_N and m_N are the first instants of the local days D - N and M - N, M being the latest 1st of a
-- month up to D (the badges' day). They are literals, so that no time zone is needed and row groups can be left out.

CREATE OR REPLACE TEMP MACRO quantised(x) AS floor(x * 1e9 + 0.5e0) / 1e9;
CREATE OR REPLACE TEMP MACRO met(x) AS coalesce(x, false);
CREATE OR REPLACE TEMP MACRO divided(a, b) AS CASE WHEN b <> 0 THEN a::DOUBLE / b::DOUBLE END;
CREATE OR REPLACE TEMP MACRO gap(x, threshold) AS quantised(abs(x - threshold));

-- Points on a curve with knots of 0, 1, 4 and 5 points: at x0, x1, x4 and 0 where lower is better, else at x5.
CREATE OR REPLACE TEMP MACRO falling(x, x0, x1, x4) AS quantised(CASE
    WHEN x <= 0e0 THEN 5e0
    WHEN x < x4 THEN 4e0 + (x - x4) / (0e0 - x4) * (5e0 - 4e0)
    WHEN x = x4 THEN 4e0
    WHEN x < x1 THEN 1e0 + (x - x1) / (x4 - x1) * (4e0 - 1e0)
    WHEN x = x1 THEN 1e0
    WHEN x < x0 THEN 0e0 + (x - x0) / (x1 - x0) * (1e0 - 0e0)
    WHEN x >= x0 THEN 0e0 END);
CREATE OR REPLACE TEMP MACRO rising(x, x0, x1, x4, x5) AS quantised(CASE
    WHEN x >= x5 THEN 5e0
    WHEN x > x4 THEN 4e0 + (x - x4) / (x5 - x4) * (5e0 - 4e0)
    WHEN x = x4 THEN 4e0
    WHEN x > x1 THEN 1e0 + (x - x1) / (x4 - x1) * (4e0 - 1e0)
    WHEN x = x1 THEN 1e0
    WHEN x > x0 THEN 0e0 + (x - x0) / (x1 - x0) * (1e0 - 0e0)
    WHEN x <= x0 THEN 0e0 END);

-- The sheet up to the score, over the sums of one day; what a caller does not select is not worked out.
CREATE OR REPLACE TEMP MACRO sheet(sums) AS TABLE
WITH valued AS (
    SELECT
        *,
        divided(negative_w, delivered_w)  AS negative_review_rate,
        divided(returned_w, delivered_w)  AS non_buyer_fault_return_rate,
        divided(cancelled_w, live_w)      AS seller_fault_cancellation_rate,
        divided(on_time_w, due_w)         AS on_time_delivery_rate,
        divided(dissatisfied, rated)      AS im_dissatisfaction_rate,
        CASE WHEN rounds <> 0 THEN seconds::DOUBLE / 3600e0 / rounds::DOUBLE END AS after_sales_handling_hours
    FROM query_table(sums)
), curved AS (
    SELECT
        *,
        falling(negative_review_rate, 1.00e0, 0.40e0, 0.012e0)             AS nrr_raw,
        falling(non_buyer_fault_return_rate, 0.50e0, 0.10e0, 0.0176e0)     AS returns_raw,
        falling(seller_fault_cancellation_rate, 0.50e0, 0.10e0, 0.0087e0)  AS sfcr_raw,
        rising(on_time_delivery_rate, 0.50e0, 0.80e0, 0.9516e0, 1e0)       AS otdr_raw,
        falling(im_dissatisfaction_rate, 1.00e0, 0.50e0, 0.1701e0)         AS im_raw,
        falling(after_sales_handling_hours, 240e0, 96e0, 26.5e0)           AS hours_points
    FROM valued
), floored AS (
    SELECT
        *,
        CASE WHEN young AND negative_n <= 3 AND delivered_n <= 30 AND nrr_raw < 3.5e0 THEN 3.5e0
             ELSE nrr_raw END AS nrr_points,
        CASE WHEN young AND returned_n <= 3 AND delivered_n <= 30 AND returns_raw < 3.5e0 THEN 3.5e0
             ELSE returns_raw END AS returns_points,
        CASE WHEN young AND cancelled_n <= 3 AND placed_n <= 30 AND sfcr_raw < 3.5e0 THEN 3.5e0
             ELSE sfcr_raw END AS sfcr_points,
        CASE WHEN young AND due_n - on_time_n <= 3 AND due_n <= 30 AND otdr_raw < 3.5e0 THEN 3.5e0
             ELSE otdr_raw END AS otdr_points,
        CASE WHEN young AND dissatisfied <= 3 AND delivered_n <= 30 AND im_raw < 2e0 THEN 2e0
             ELSE im_raw END AS im_points
    FROM curved
), dimensioned AS (
    -- Weights are a million each. A lone member is its own mean: the quantised value comes back unchanged.
    SELECT
        *,
        coalesce(quantised((1e6 * nrr_points + 1e6 * returns_points) / 2e6), nrr_points, returns_points)
            AS product_satisfaction,
        coalesce(quantised((1e6 * otdr_points + 1e6 * sfcr_points) / 2e6), otdr_points, sfcr_points)
            AS fulfillment_logistics,
        coalesce(quantised((1e6 * hours_points + 1e6 * im_points) / 2e6), hours_points, im_points)
            AS customer_service
    FROM floored
), combined AS (
    SELECT
        *,
        1e6 * (customer_service IS NOT NULL)::INT + 1e6 * (fulfillment_logistics IS NOT NULL)::INT
            + 1e6 * (product_satisfaction IS NOT NULL)::INT AS known_weight,
        CASE WHEN delivered_90 >= 30 AND known_weight <> 0e0
             THEN quantised((coalesce(1e6 * customer_service, 0e0) + coalesce(1e6 * fulfillment_logistics, 0e0)
                             + coalesce(1e6 * product_satisfaction, 0e0)) / known_weight) END AS score_0
    FROM dimensioned
), adjusted AS (
    SELECT
        *,
        met(product_satisfaction < 1e0) AND score_0 IS NOT NULL AS collapsed,
        CASE WHEN collapsed THEN least(product_satisfaction, fulfillment_logistics, customer_service)
             ELSE score_0 END AS score_1,
        met(negative_review_rate > 0.02e0 AND negative_n > 3) AND score_0 IS NOT NULL AS lowered,
        least((negative_review_rate - 0.02e0) / (0.40e0 - 0.02e0), 1e0) AS excess,
        CASE WHEN lowered THEN quantised(score_1 - 1e0 * excess * excess) ELSE score_1 END AS score_2
    FROM combined
)
SELECT *, CASE WHEN score_2 < 0e0 THEN 0e0 WHEN score_2 > 5e0 THEN 5e0 ELSE score_2 END AS score FROM adjusted;

-- <sums>
CREATE OR REPLACE TEMP TABLE subjects AS
SELECT shop_id, category, seller_type, opened_on, reputation_points, positive_rating_share, sellable_products,
    has_logo, account_health
FROM read_parquet({shops})
WHERE coalesce(market, 'US') = 'US' AND coalesce(state, 'active') <> 'closed';

-- Orders with a first review of 1-2 stars (bits 1, 2: as of D, M) or a return that is not the buyer's fault (4, 8),
-- or the seller's (16, as of D). The first review as of M is the first one altogether, if it was there by then.
CREATE OR REPLACE TEMP TABLE marked AS
WITH reviews AS (
    SELECT order_id, shop_id, posted_at, review_id, stars FROM read_parquet({reviews})
    WHERE posted_at < {d_00} AND is_edit IS NOT TRUE
), first_reviews AS (
    SELECT order_id, shop_id, min(posted_at) AS first_at, arg_min(stars, row(posted_at, review_id)) AS first_stars
    FROM reviews SEMI JOIN (FROM reviews WHERE stars <= 2) AS low USING (order_id, shop_id)
    GROUP BY order_id, shop_id
), marks AS (
    SELECT order_id, shop_id, (CASE WHEN first_at < {m_00} THEN 3 ELSE 1 END)::UTINYINT AS bits
    FROM first_reviews WHERE first_stars <= 2
    UNION ALL
    SELECT order_id, shop_id,
        (CASE WHEN stands OR resolved_at >= {d_00} THEN CASE fault WHEN 'seller' THEN 20 ELSE 4 END ELSE 0 END
         + CASE WHEN requested_at < {m_00} AND (stands OR resolved_at >= {m_00}) THEN 8 ELSE 0 END)::UTINYINT
    FROM (SELECT *, coalesce(status, 'open') NOT IN ('cancelled', 'rejected') AS stands FROM read_parquet({returns}))
    WHERE fault IN ('seller', 'logistics') AND requested_at < {d_00}
)
SELECT order_id, shop_id, bit_or(bits) AS bits FROM marks WHERE bits > 0 GROUP BY order_id, shop_id;

CREATE OR REPLACE TEMP TABLE chat_sums AS
SELECT
    shop_id,
    count(*) FILTER (WHERE in_d AND rating <= 2) AS dissatisfied_d, count(*) FILTER (WHERE in_d) AS rated_d,
    count(*) FILTER (WHERE in_m AND rating <= 2) AS dissatisfied_m, count(*) FILTER (WHERE in_m) AS rated_m
FROM (
    SELECT shop_id, rating, started_at >= {d_60} AND coalesce(rated_at, started_at) < {d_00} AS in_d,
        started_at < {m_00} AND coalesce(rated_at, started_at) < {m_00} AS in_m
    FROM read_parquet({chats})
    WHERE started_at >= {m_60} AND started_at < {d_00} AND rating IS NOT NULL
        AND coalesce(resolved_by, 'human') NOT IN ('bot', 'faq')
)
GROUP BY shop_id;

CREATE OR REPLACE TEMP TABLE round_sums AS
SELECT
    shop_id,
    sum(seconds) FILTER (WHERE finished_at >= {d_60}) AS seconds_d, count(*) FILTER (WHERE finished_at >= {d_60}) AS rounds_d,
    sum(seconds) FILTER (WHERE finished_at < {m_00}) AS seconds_m, count(*) FILTER (WHERE finished_at < {m_00}) AS rounds_m
FROM (
    SELECT shop_id, finished_at, us // 1000000 AS whole, us % 1000000 AS rest,
        whole + CASE WHEN rest > 500000 THEN 1 WHEN rest = 500000 THEN whole % 2 ELSE 0 END AS seconds
    FROM (
        SELECT *, epoch_us(finished_at) - epoch_us(started_at) AS us FROM read_parquet({after_sales_rounds})
        WHERE finished_at >= {m_60} AND finished_at < {d_00}
            AND coalesce(handled_by, 'seller') IN ('seller', 'seller_rule')
    )
)
GROUP BY shop_id;

CREATE OR REPLACE TEMP TABLE mark_sums AS
SELECT
    shop_id,
    sum(CASE WHEN live_d AND bits & 1 <> 0 THEN delivered_d END) AS negative_d, sum(CASE WHEN live_m AND bits & 2 <> 0 THEN delivered_m END) AS negative_m,
    sum(CASE WHEN live_d AND bits & 4 <> 0 THEN delivered_d END) AS returned_d, sum(CASE WHEN live_m AND bits & 8 <> 0 THEN delivered_m END) AS returned_m,
    sum(CASE WHEN live_d AND bits & 16 <> 0 THEN delivered_d END) AS seller_returned_d
FROM (
    SELECT shop_id, bits,
        cancelled_at IS NULL OR cancelled_at >= {d_00} AS live_d, cancelled_at IS NULL OR cancelled_at >= {m_00} AS live_m,
        CASE WHEN delivered_at < {d_90} THEN NULL WHEN delivered_at < {d_60} THEN 4611686018427387904 WHEN delivered_at < {d_45} THEN 4611686087146864983 WHEN delivered_at < {d_30} THEN 4611686087146865130 WHEN delivered_at < {d_15} THEN 4611686087146865340 WHEN delivered_at < {d_00} THEN 4611686087146865640 END AS delivered_d, CASE WHEN delivered_at < {m_90} THEN NULL WHEN delivered_at < {m_60} THEN 4611686018427387904 WHEN delivered_at < {m_45} THEN 4611686087146864983 WHEN delivered_at < {m_30} THEN 4611686087146865130 WHEN delivered_at < {m_15} THEN 4611686087146865340 WHEN delivered_at < {m_00} THEN 4611686087146865640 END AS delivered_m
    FROM read_parquet({orders}) JOIN marked USING (order_id, shop_id)
    WHERE delivered_at >= {m_60} AND delivered_at < {d_00} AND placed_at >= {first_placed} AND is_sample IS NOT TRUE AND is_gift IS NOT TRUE AND is_fake IS NOT TRUE
)
GROUP BY shop_id;
CREATE OR REPLACE TEMP TABLE order_sums AS
SELECT
    shop_id,
    sum(CASE WHEN live_d THEN delivered_d END) AS delivered_d, sum(CASE WHEN live_m THEN delivered_m END) AS delivered_m,
    sum(placed_d) AS placed_d, sum(placed_m) AS placed_m,
    sum(CASE WHEN live_d THEN placed_d END) AS live_d, sum(CASE WHEN live_m THEN placed_m END) AS live_m,
    sum(CASE WHEN blamed AND NOT live_d THEN placed_d END) AS cancelled_d, sum(CASE WHEN blamed AND NOT live_m THEN placed_m END) AS cancelled_m,
    sum(CASE WHEN live_d AND NOT own_deadline THEN due_d END) AS due_d, sum(CASE WHEN live_m AND NOT own_deadline THEN due_m END) AS due_m,
    sum(CASE WHEN live_d AND on_time AND NOT own_deadline THEN due_d END) AS on_time_d, sum(CASE WHEN live_m AND on_time AND NOT own_deadline THEN due_m END) AS on_time_m,
    sum(CASE WHEN live_d THEN dispatch END) AS dispatch, count(CASE WHEN live_d AND own_deadline THEN due_d END) AS own_deadline
FROM (
    SELECT *,
        cancelled_at IS NULL OR cancelled_at >= {d_00} AS live_d, cancelled_at IS NULL OR cancelled_at >= {m_00} AS live_m,
        coalesce(cancel_fault = 'seller', false) AND coalesce(fulfillment, 'seller') <> 'platform' AS blamed,
        coalesce(order_type, 'normal') IN ('pre_order', 'made_to_order', 'back_order', 'custom') AS own_deadline,
        delivered_at <= deliver_by AS on_time,
        CASE WHEN delivered_at < {d_90} THEN NULL WHEN delivered_at < {d_60} THEN 4611686018427387904 WHEN delivered_at < {d_45} THEN 4611686087146864983 WHEN delivered_at < {d_30} THEN 4611686087146865130 WHEN delivered_at < {d_15} THEN 4611686087146865340 WHEN delivered_at < {d_00} THEN 4611686087146865640 END AS delivered_d, CASE WHEN delivered_at < {m_90} THEN NULL WHEN delivered_at < {m_60} THEN 4611686018427387904 WHEN delivered_at < {m_45} THEN 4611686087146864983 WHEN delivered_at < {m_30} THEN 4611686087146865130 WHEN delivered_at < {m_15} THEN 4611686087146865340 WHEN delivered_at < {m_00} THEN 4611686087146865640 END AS delivered_m,
        CASE WHEN placed_at < {d_30} THEN NULL WHEN placed_at < {d_15} THEN 1125899906843324 WHEN placed_at < {d_00} THEN 1125899906843624 END AS placed_d, CASE WHEN placed_at < {m_30} THEN NULL WHEN placed_at < {m_15} THEN 1125899906843324 WHEN placed_at < {m_00} THEN 1125899906843624 END AS placed_m, CASE WHEN deliver_by < {d_30} THEN NULL WHEN deliver_by < {d_15} THEN 1125899906843324 WHEN deliver_by < {d_00} THEN 1125899906843624 END AS due_d, CASE WHEN deliver_by < {m_30} THEN NULL WHEN deliver_by < {m_15} AND placed_at < {m_00} THEN 1125899906843324 WHEN deliver_by < {m_00} AND placed_at < {m_00} THEN 1125899906843624 END AS due_m, CASE WHEN dispatch_by < {d_30} THEN NULL WHEN dispatch_by < {d_00} THEN CASE WHEN dispatched_at <= dispatch_by AND dispatched_at < {d_00} THEN 2147483648 ELSE 2147483649 END END AS dispatch
    FROM read_parquet({orders})
    WHERE placed_at >= {first_placed} AND placed_at < {d_00} AND is_sample IS NOT TRUE AND is_gift IS NOT TRUE AND is_fake IS NOT TRUE
)
GROUP BY shop_id;

-- The category of shops that name none: the one with most delivered orders in 90 days.
CREATE OR REPLACE TEMP TABLE busiest AS
SELECT shop_id, arg_min(category, row(-orders, category)) AS busiest
FROM (
    SELECT shop_id, category, count(*) AS orders FROM read_parquet({orders})
    WHERE delivered_at >= {d_90} AND delivered_at < {d_00} AND placed_at >= {first_placed} AND category IS NOT NULL
        AND is_sample IS NOT TRUE AND is_gift IS NOT TRUE AND is_fake IS NOT TRUE
        AND (cancelled_at IS NULL OR cancelled_at >= {d_00})
        AND shop_id IN (SELECT shop_id FROM subjects WHERE category IS NULL)
    GROUP BY ALL
)
GROUP BY shop_id;

-- Weights are added in thousandths with the rows they belong to: rows * 2^50 + thousandths, and of deliveries
-- rows of 90 days * 2^62 + rows of 60 days * 2^36 + thousandths.
CREATE OR REPLACE TEMP MACRO thousandths(packed, bits) AS (packed & ((1::HUGEINT << bits) - 1))::BIGINT * 1000;
CREATE OR REPLACE TEMP MACRO rows_60(packed) AS ((packed >> 36) & ((1::HUGEINT << 26) - 1))::BIGINT;
CREATE OR REPLACE TEMP MACRO packed_rows(packed, bits) AS (packed >> bits)::BIGINT;

CREATE OR REPLACE TEMP TABLE sums AS
FROM subjects LEFT JOIN order_sums USING (shop_id) LEFT JOIN mark_sums USING (shop_id) LEFT JOIN chat_sums USING (shop_id)
LEFT JOIN round_sums USING (shop_id) LEFT JOIN busiest USING (shop_id);

CREATE OR REPLACE TEMP VIEW sums_d AS
SELECT
    shop_id,
    opened_on > {young_d} AS young,
    thousandths(coalesce(delivered_d, 0)::HUGEINT, 36) AS delivered_w,
    rows_60(coalesce(delivered_d, 0)::HUGEINT) AS delivered_n,
    thousandths(coalesce(negative_d, 0)::HUGEINT, 36) AS negative_w,
    rows_60(coalesce(negative_d, 0)::HUGEINT) AS negative_n,
    thousandths(coalesce(returned_d, 0)::HUGEINT, 36) AS returned_w,
    rows_60(coalesce(returned_d, 0)::HUGEINT) AS returned_n,
    packed_rows(coalesce(delivered_d, 0)::HUGEINT, 62) AS delivered_90,
    packed_rows(coalesce(placed_d, 0)::HUGEINT, 50) AS placed_n,
    thousandths(coalesce(live_d, 0)::HUGEINT, 50) AS live_w,
    packed_rows(coalesce(live_d, 0)::HUGEINT, 50) AS live_n,
    thousandths(coalesce(cancelled_d, 0)::HUGEINT, 50) AS cancelled_w,
    packed_rows(coalesce(cancelled_d, 0)::HUGEINT, 50) AS cancelled_n,
    thousandths(coalesce(due_d, 0)::HUGEINT, 50) AS due_w,
    packed_rows(coalesce(due_d, 0)::HUGEINT, 50) AS due_n,
    thousandths(coalesce(on_time_d, 0)::HUGEINT, 50) AS on_time_w,
    packed_rows(coalesce(on_time_d, 0)::HUGEINT, 50) AS on_time_n,
    coalesce(dissatisfied_d, 0) AS dissatisfied,
    coalesce(rated_d, 0) AS rated,
    coalesce(rounds_d, 0) AS rounds,
    coalesce(seconds_d, 0) AS seconds,
    rows_60(coalesce(seller_returned_d, 0)::HUGEINT) AS seller_returned_n,
    (coalesce(dispatch, 0)::HUGEINT & 2147483647)::BIGINT AS late_n,
    packed_rows(coalesce(dispatch, 0)::HUGEINT, 31) AS dispatch_n,
    coalesce(own_deadline, 0) AS own_deadline_n,
    busiest
FROM sums;

CREATE OR REPLACE TEMP VIEW sums_m AS
SELECT
    shop_id,
    opened_on > {young_m} AS young,
    thousandths(coalesce(delivered_m, 0)::HUGEINT, 36) AS delivered_w,
    rows_60(coalesce(delivered_m, 0)::HUGEINT) AS delivered_n,
    thousandths(coalesce(negative_m, 0)::HUGEINT, 36) AS negative_w,
    rows_60(coalesce(negative_m, 0)::HUGEINT) AS negative_n,
    thousandths(coalesce(returned_m, 0)::HUGEINT, 36) AS returned_w,
    rows_60(coalesce(returned_m, 0)::HUGEINT) AS returned_n,
    packed_rows(coalesce(delivered_m, 0)::HUGEINT, 62) AS delivered_90,
    packed_rows(coalesce(placed_m, 0)::HUGEINT, 50) AS placed_n,
    thousandths(coalesce(live_m, 0)::HUGEINT, 50) AS live_w,
    packed_rows(coalesce(live_m, 0)::HUGEINT, 50) AS live_n,
    thousandths(coalesce(cancelled_m, 0)::HUGEINT, 50) AS cancelled_w,
    packed_rows(coalesce(cancelled_m, 0)::HUGEINT, 50) AS cancelled_n,
    thousandths(coalesce(due_m, 0)::HUGEINT, 50) AS due_w,
    packed_rows(coalesce(due_m, 0)::HUGEINT, 50) AS due_n,
    thousandths(coalesce(on_time_m, 0)::HUGEINT, 50) AS on_time_w,
    packed_rows(coalesce(on_time_m, 0)::HUGEINT, 50) AS on_time_n,
    coalesce(dissatisfied_m, 0) AS dissatisfied,
    coalesce(rated_m, 0) AS rated,
    coalesce(rounds_m, 0) AS rounds,
    coalesce(seconds_m, 0) AS seconds
FROM sums;


-- </sums>


-- One row per shop. What the badges ask of the 1st's score, and everything about D.
COPY (
    WITH scored AS (
        SELECT
            d.*, m.score AS month_score,
            met(s.seller_type IS NULL OR s.seller_type = 'independent') AND met(s.positive_rating_share >= 0.8e0)
                AND met(s.sellable_products >= 1) AND met(s.has_logo) AS star,
            s.reputation_points AS reputation, s.account_health AS health,
            1e6 / nullif(d.known_weight, 0e0) AS share,
            s.category AS given_category
        FROM sheet('sums_d') AS d JOIN sheet('sums_m') AS m USING (shop_id) JOIN subjects AS s USING (shop_id)
    ), decided AS (
        SELECT
            *,
            CASE WHEN product_satisfaction IS NOT NULL THEN share END AS product_share,
            CASE WHEN fulfillment_logistics IS NOT NULL THEN share END AS fulfillment_share,
            CASE WHEN customer_service IS NOT NULL THEN share END AS service_share,
            product_share * CASE WHEN nrr_points IS NULL THEN NULL WHEN returns_points IS NULL THEN 1e0 ELSE 0.5e0 END
                AS nrr_weight,
            product_share * CASE WHEN returns_points IS NULL THEN NULL WHEN nrr_points IS NULL THEN 1e0 ELSE 0.5e0 END
                AS returns_weight,
            fulfillment_share * CASE WHEN sfcr_points IS NULL THEN NULL WHEN otdr_points IS NULL THEN 1e0 ELSE 0.5e0 END
                AS sfcr_weight,
            fulfillment_share * CASE WHEN otdr_points IS NULL THEN NULL WHEN sfcr_points IS NULL THEN 1e0 ELSE 0.5e0 END
                AS otdr_weight,
            service_share * CASE WHEN im_points IS NULL THEN NULL WHEN hours_points IS NULL THEN 1e0 ELSE 0.5e0 END
                AS im_weight,
            service_share * CASE WHEN hours_points IS NULL THEN NULL WHEN im_points IS NULL THEN 1e0 ELSE 0.5e0 END
                AS hours_weight,
            met(health > 150e0) AS healthy,
            met(score >= 2.5e0) AS from_25, met(score >= 3.5e0) AS from_35, met(score >= 4e0) AS from_40,
            score IS NULL OR from_25 AS may_bid, from_35 OR delivered_90 < 30 AS may_promote,
            met(month_score >= 4e0) AS month_from_40, met(reputation > 2000e0) AS silver_from,
            met(reputation > 10000e0) AS gold_from, met(reputation <= 10000e0) AS silver_to,
            gap(score, 2.5e0) AS gap_25, gap(score, 3e0) AS gap_30, gap(score, 3.5e0) AS gap_35,
            gap(score, 4e0) AS gap_40, gap(score, 4.5e0) AS gap_45, gap(health, 150e0) AS gap_health,
            gap(delivered_90::DOUBLE, 30e0) AS gap_orders, gap(month_score, 4e0) AS gap_month,
            gap(reputation, 2000e0) AS gap_2000, gap(reputation, 10000e0) AS gap_10000,
            -- Distances of the lines that alone would change an item; the others are null.
            CASE WHEN healthy THEN gap_25 END AS bid_score, CASE WHEN may_bid THEN gap_health END AS bid_health,
            CASE WHEN may_promote THEN gap_health END AS promote_health,
            CASE WHEN healthy AND delivered_90 >= 30 THEN gap_35 END AS promote_score,
            CASE WHEN healthy AND NOT from_35 THEN gap_orders END AS promote_orders,
            CASE WHEN star AND gold_from THEN gap_month END AS gold_score,
            CASE WHEN star AND month_from_40 THEN gap_10000 END AS gold_reputation,
            CASE WHEN star AND silver_from AND silver_to THEN gap_month END AS silver_score,
            CASE WHEN star AND month_from_40 AND silver_to THEN gap_2000 END AS silver_lower,
            CASE WHEN star AND month_from_40 AND silver_from THEN gap_10000 END AS silver_upper
        FROM scored
    )
    SELECT
        shop_id, coalesce(given_category, busiest) AS category,
        CASE WHEN score IS NULL THEN 'not_enough_data' ELSE 'scored' END AS state, score,
        CASE WHEN score >= 4e0 THEN 'excellent' WHEN score >= 2.5e0 THEN 'good' WHEN score > 1e0 THEN 'poor'
             WHEN score <= 1e0 THEN 'critical' END AS band,
        product_satisfaction, fulfillment_logistics, customer_service,
        product_share AS product_satisfaction_weight, fulfillment_share AS fulfillment_logistics_weight,
        service_share AS customer_service_weight,
        CASE WHEN collapsed THEN score_0 END AS product_collapse_before,
        CASE WHEN collapsed THEN score_1 END AS product_collapse_after,
        CASE WHEN lowered THEN score_1 END AS negative_reviews_before,
        CASE WHEN lowered THEN score_2 END AS negative_reviews_after,

        CASE WHEN delivered_w <> 0 THEN 'computed' ELSE 'no_data' END AS negative_review_rate_state,
        negative_review_rate AS negative_review_rate_value,
        negative_w::DOUBLE / 1e6 AS negative_review_rate_numerator,
        delivered_w::DOUBLE / 1e6 AS negative_review_rate_denominator,
        negative_n AS negative_review_rate_numerator_count, delivered_n AS negative_review_rate_denominator_count,
        nrr_raw AS negative_review_rate_points_before_floor, nrr_points AS negative_review_rate_points,
        nrr_weight AS negative_review_rate_weight, nrr_weight * (5e0 - nrr_points) AS negative_review_rate_points_lost,

        CASE WHEN delivered_w <> 0 THEN 'computed' ELSE 'no_data' END AS non_buyer_fault_return_rate_state,
        non_buyer_fault_return_rate AS non_buyer_fault_return_rate_value,
        returned_w::DOUBLE / 1e6 AS non_buyer_fault_return_rate_numerator,
        delivered_w::DOUBLE / 1e6 AS non_buyer_fault_return_rate_denominator,
        returned_n AS non_buyer_fault_return_rate_numerator_count,
        delivered_n AS non_buyer_fault_return_rate_denominator_count,
        returns_raw AS non_buyer_fault_return_rate_points_before_floor,
        returns_points AS non_buyer_fault_return_rate_points, returns_weight AS non_buyer_fault_return_rate_weight,
        returns_weight * (5e0 - returns_points) AS non_buyer_fault_return_rate_points_lost,

        CASE WHEN live_w <> 0 THEN 'computed' WHEN cancelled_w <> 0 THEN 'undefined' ELSE 'no_data' END
            AS seller_fault_cancellation_rate_state,
        seller_fault_cancellation_rate AS seller_fault_cancellation_rate_value,
        cancelled_w::DOUBLE / 1e6 AS seller_fault_cancellation_rate_numerator,
        live_w::DOUBLE / 1e6 AS seller_fault_cancellation_rate_denominator,
        cancelled_n AS seller_fault_cancellation_rate_numerator_count,
        live_n AS seller_fault_cancellation_rate_denominator_count,
        sfcr_raw AS seller_fault_cancellation_rate_points_before_floor,
        sfcr_points AS seller_fault_cancellation_rate_points, sfcr_weight AS seller_fault_cancellation_rate_weight,
        sfcr_weight * (5e0 - sfcr_points) AS seller_fault_cancellation_rate_points_lost,

        CASE WHEN due_w <> 0 THEN 'computed' ELSE 'no_data' END AS on_time_delivery_rate_state,
        on_time_delivery_rate AS on_time_delivery_rate_value,
        on_time_w::DOUBLE / 1e6 AS on_time_delivery_rate_numerator,
        due_w::DOUBLE / 1e6 AS on_time_delivery_rate_denominator,
        on_time_n AS on_time_delivery_rate_numerator_count, due_n AS on_time_delivery_rate_denominator_count,
        otdr_raw AS on_time_delivery_rate_points_before_floor, otdr_points AS on_time_delivery_rate_points,
        otdr_weight AS on_time_delivery_rate_weight,
        otdr_weight * (5e0 - otdr_points) AS on_time_delivery_rate_points_lost,

        CASE WHEN rated <> 0 THEN 'computed' ELSE 'no_data' END AS im_dissatisfaction_rate_state,
        im_dissatisfaction_rate AS im_dissatisfaction_rate_value,
        dissatisfied::DOUBLE AS im_dissatisfaction_rate_numerator, rated::DOUBLE AS im_dissatisfaction_rate_denominator,
        dissatisfied AS im_dissatisfaction_rate_numerator_count, rated AS im_dissatisfaction_rate_denominator_count,
        im_raw AS im_dissatisfaction_rate_points_before_floor, im_points AS im_dissatisfaction_rate_points,
        im_weight AS im_dissatisfaction_rate_weight,
        im_weight * (5e0 - im_points) AS im_dissatisfaction_rate_points_lost,

        CASE WHEN rounds <> 0 THEN 'computed' ELSE 'no_data' END AS after_sales_handling_hours_state,
        after_sales_handling_hours AS after_sales_handling_hours_value,
        seconds::DOUBLE / 3600e0 AS after_sales_handling_hours_numerator,
        rounds::DOUBLE AS after_sales_handling_hours_denominator,
        rounds AS after_sales_handling_hours_numerator_count, rounds AS after_sales_handling_hours_denominator_count,
        hours_points AS after_sales_handling_hours_points_before_floor,
        hours_points AS after_sales_handling_hours_points, hours_weight AS after_sales_handling_hours_weight,
        hours_weight * (5e0 - hours_points) AS after_sales_handling_hours_points_lost,

        delivered_90::DOUBLE AS delivered_orders_90d_value, delivered_90::DOUBLE AS delivered_orders_90d_numerator,
        delivered_90 AS delivered_orders_90d_numerator_count,
        delivered_n::DOUBLE AS delivered_orders_60d_value, delivered_n::DOUBLE AS delivered_orders_60d_numerator,
        delivered_n AS delivered_orders_60d_numerator_count,
        placed_n::DOUBLE AS placed_orders_30d_value, placed_n::DOUBLE AS placed_orders_30d_numerator,
        placed_n AS placed_orders_30d_numerator_count,

        CASE WHEN dispatch_n <> 0 THEN 'computed' ELSE 'no_data' END AS late_dispatch_rate_state,
        divided(late_n, dispatch_n) AS late_dispatch_rate_value, late_n::DOUBLE AS late_dispatch_rate_numerator,
        dispatch_n::DOUBLE AS late_dispatch_rate_denominator, late_n AS late_dispatch_rate_numerator_count,
        dispatch_n AS late_dispatch_rate_denominator_count,
        CASE WHEN live_n <> 0 THEN 'computed' WHEN cancelled_n <> 0 THEN 'undefined' ELSE 'no_data' END
            AS service_cancellation_rate_state,
        divided(cancelled_n, live_n) AS service_cancellation_rate_value,
        cancelled_n::DOUBLE AS service_cancellation_rate_numerator, live_n::DOUBLE AS service_cancellation_rate_denominator,
        cancelled_n AS service_cancellation_rate_numerator_count, live_n AS service_cancellation_rate_denominator_count,
        CASE WHEN due_n <> 0 THEN 'computed' ELSE 'no_data' END AS service_on_time_rate_state,
        divided(on_time_n, due_n) AS service_on_time_rate_value, on_time_n::DOUBLE AS service_on_time_rate_numerator,
        due_n::DOUBLE AS service_on_time_rate_denominator, on_time_n AS service_on_time_rate_numerator_count,
        due_n AS service_on_time_rate_denominator_count,
        CASE WHEN delivered_n <> 0 THEN 'computed' ELSE 'no_data' END AS seller_fault_return_rate_state,
        divided(seller_returned_n, delivered_n) AS seller_fault_return_rate_value,
        seller_returned_n::DOUBLE AS seller_fault_return_rate_numerator,
        delivered_n::DOUBLE AS seller_fault_return_rate_denominator,
        seller_returned_n AS seller_fault_return_rate_numerator_count,
        delivered_n AS seller_fault_return_rate_denominator_count,
        own_deadline_n AS own_deadline_types_rows,

        -- Without a state from before a benefit starts locked, so that nothing is frozen.
        CASE WHEN from_25 THEN 'granted' ELSE 'locked' END AS flash_deals,
        CASE WHEN from_35 THEN 'granted' ELSE 'locked' END AS affiliate_marketing,
        affiliate_marketing AS campaigns, affiliate_marketing AS crm, affiliate_marketing AS platform_promotions,
        CASE WHEN may_bid AND healthy THEN 'granted' ELSE 'locked' END AS countdown_bidding,
        CASE WHEN may_promote AND healthy THEN 'granted' ELSE 'locked' END AS smart_promotion,
        CASE WHEN star AND month_from_40 AND gold_from THEN 'granted' ELSE 'locked' END AS gold_star_seller,
        CASE WHEN star AND month_from_40 AND silver_from AND silver_to THEN 'granted' ELSE 'locked' END
            AS silver_star_seller,
        CASE WHEN from_40 THEN 1e0 WHEN from_35 THEN 5e0 ELSE 8e0 END AS settlement_days,
        CASE WHEN score >= 4.5e0 THEN 0.3e0 WHEN from_35 THEN 0.2e0 WHEN from_25 THEN 0.1e0 ELSE 0e0 END
            AS visibility_boost,

        CASE WHEN score IS NOT NULL THEN 'score' END AS flash_deals_margin_cell,
        CASE WHEN score IS NOT NULL THEN 2.5e0 END AS flash_deals_margin_threshold,
        gap_25 AS flash_deals_margin_distance,
        flash_deals_margin_cell AS affiliate_marketing_margin_cell,
        CASE WHEN from_35 THEN 3e0 WHEN score IS NOT NULL THEN 3.5e0 END AS affiliate_marketing_margin_threshold,
        CASE WHEN from_35 THEN gap_30 ELSE gap_35 END AS affiliate_marketing_margin_distance,
        flash_deals_margin_cell AS campaigns_margin_cell,
        affiliate_marketing_margin_threshold AS campaigns_margin_threshold,
        affiliate_marketing_margin_distance AS campaigns_margin_distance,
        flash_deals_margin_cell AS crm_margin_cell,
        CASE WHEN score IS NOT NULL THEN 3.5e0 END AS crm_margin_threshold,
        gap_35 AS crm_margin_distance,
        flash_deals_margin_cell AS platform_promotions_margin_cell,
        CASE WHEN score IS NOT NULL THEN 3.5e0 END AS platform_promotions_margin_threshold,
        gap_35 AS platform_promotions_margin_distance,

        least(bid_score, bid_health) AS countdown_bidding_margin_distance,
        CASE countdown_bidding_margin_distance WHEN bid_score THEN 'score' WHEN bid_health THEN 'account_standing'
            END AS countdown_bidding_margin_cell,
        CASE countdown_bidding_margin_distance WHEN bid_score THEN 2.5e0 WHEN bid_health THEN 150e0 END
            AS countdown_bidding_margin_threshold,
        least(promote_health, promote_score, promote_orders) AS smart_promotion_margin_distance,
        CASE smart_promotion_margin_distance WHEN promote_health THEN 'account_standing'
            WHEN promote_score THEN 'score' WHEN promote_orders THEN 'delivered_orders_90d.value' END
            AS smart_promotion_margin_cell,
        CASE smart_promotion_margin_distance WHEN promote_health THEN 150e0 WHEN promote_score THEN 3.5e0
            WHEN promote_orders THEN 30e0 END AS smart_promotion_margin_threshold,
        least(gold_score, gold_reputation) AS gold_star_seller_margin_distance,
        CASE gold_star_seller_margin_distance WHEN gold_score THEN 'score'
            WHEN gold_reputation THEN 'shop.reputation_points' END AS gold_star_seller_margin_cell,
        CASE gold_star_seller_margin_distance WHEN gold_score THEN 4e0 WHEN gold_reputation THEN 10000e0 END
            AS gold_star_seller_margin_threshold,
        least(silver_score, silver_lower, silver_upper) AS silver_star_seller_margin_distance,
        CASE silver_star_seller_margin_distance WHEN silver_score THEN 'score'
            WHEN silver_lower THEN 'shop.reputation_points' WHEN silver_upper THEN 'shop.reputation_points' END
            AS silver_star_seller_margin_cell,
        CASE silver_star_seller_margin_distance WHEN silver_score THEN 4e0 WHEN silver_lower THEN 2000e0
            WHEN silver_upper THEN 10000e0 END AS silver_star_seller_margin_threshold,

        flash_deals_margin_cell AS settlement_days_margin_cell,
        CASE WHEN from_40 OR gap_40 < gap_35 THEN 4e0 WHEN score IS NOT NULL THEN 3.5e0 END
            AS settlement_days_margin_threshold,
        CASE WHEN from_40 OR gap_40 < gap_35 THEN gap_40 ELSE gap_35 END AS settlement_days_margin_distance,
        flash_deals_margin_cell AS visibility_boost_margin_cell,
        CASE WHEN score >= 4.5e0 OR (from_35 AND gap_45 < gap_35) THEN 4.5e0
             WHEN from_35 OR (from_25 AND gap_35 < gap_25) THEN 3.5e0
             WHEN score IS NOT NULL THEN 2.5e0 END AS visibility_boost_margin_threshold,
        CASE WHEN score >= 4.5e0 OR (from_35 AND gap_45 < gap_35) THEN gap_45
             WHEN from_35 OR (from_25 AND gap_35 < gap_25) THEN gap_35
             ELSE gap_25 END AS visibility_boost_margin_distance
    FROM decided
    ORDER BY shop_id
) TO {output} (FORMAT PARQUET, COMPRESSION ZSTD);
