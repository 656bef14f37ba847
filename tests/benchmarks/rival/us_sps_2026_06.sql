-- us-sps@2026.06 as one would write it by hand for DuckDB if nothing counted but speed: the engine's rival. It writes
-- the engine's scorecards, every leaf of them. It reads checked Parquet files that have every column of the event model,
-- and nothing supplied: no metrics, no states from before, no events of ledgers, no appeals; what these would fill is
-- constant. rival.py fills in what stands in braces: d_N and m_N are the first instants of the local days D - N and
-- M - N, M being the latest 1st of a month up to D (the badges' day), and from_N is the local day D - N. They are
-- literals, so that no time zone is needed and row groups can be left out.

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
SELECT shop_id, market, category, seller_type, opened_on, reputation_points, positive_rating_share, sellable_products,
    has_logo, account_health, smart_promotion_enrolled
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
CREATE OR REPLACE TEMP TABLE order_sums_by_category AS
SELECT
    shop_id, category,
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
GROUP BY shop_id, category;

-- The busiest category is the one with most delivered orders in 90 days; of several, the first.
CREATE OR REPLACE TEMP TABLE order_sums AS
SELECT
    shop_id,
    sum(delivered_d) AS delivered_d, sum(delivered_m) AS delivered_m, sum(placed_d) AS placed_d, sum(placed_m) AS placed_m,
    sum(live_d) AS live_d, sum(live_m) AS live_m, sum(cancelled_d) AS cancelled_d, sum(cancelled_m) AS cancelled_m,
    sum(due_d) AS due_d, sum(due_m) AS due_m, sum(on_time_d) AS on_time_d, sum(on_time_m) AS on_time_m,
    sum(dispatch) AS dispatch, sum(own_deadline)::BIGINT AS own_deadline,
    arg_min(category, row(-(delivered_d >> 62), category)) FILTER (delivered_d >> 62 > 0) AS busiest
FROM order_sums_by_category
GROUP BY shop_id;

-- Weights are added in thousandths with the rows they belong to: rows * 2^50 + thousandths, and of deliveries
-- rows of 90 days * 2^62 + rows of 60 days * 2^36 + thousandths.
CREATE OR REPLACE TEMP MACRO thousandths(packed, bits) AS (packed & ((1::HUGEINT << bits) - 1))::BIGINT * 1000;
CREATE OR REPLACE TEMP MACRO rows_60(packed) AS ((packed >> 36) & ((1::HUGEINT << 26) - 1))::BIGINT;
CREATE OR REPLACE TEMP MACRO packed_rows(packed, bits) AS (packed >> bits)::BIGINT;

CREATE OR REPLACE TEMP VIEW sums_m AS
SELECT
    *,
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
FROM subjects LEFT JOIN order_sums USING (shop_id) LEFT JOIN mark_sums USING (shop_id)
LEFT JOIN chat_sums USING (shop_id) LEFT JOIN round_sums USING (shop_id);

-- What there is to know of M is its score; the rest is about D.
CREATE OR REPLACE TEMP TABLE months AS
SELECT
    shop_id, market, category, busiest, seller_type, opened_on, reputation_points, positive_rating_share,
    sellable_products, has_logo, account_health, smart_promotion_enrolled, score AS month_score,
    delivered_d, negative_d, returned_d, placed_d, live_d, cancelled_d, due_d, on_time_d, dissatisfied_d, rated_d,
    rounds_d, seconds_d, seller_returned_d, dispatch, own_deadline
FROM sheet('sums_m');

-- Sorted here, where rows are narrow. A sort hands its rows out in lots of 122,880, and few threads would share what
-- follows; from what is read twice, and so kept, they come by 2,048 and still in order.
SET preserve_insertion_order = true;
CREATE OR REPLACE TEMP VIEW sums_d AS
WITH in_order AS MATERIALIZED (FROM months ORDER BY shop_id)
SELECT
    shop_id, market, category, busiest, seller_type, reputation_points, positive_rating_share, sellable_products,
    has_logo, account_health, smart_promotion_enrolled, month_score,
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
    coalesce(own_deadline, 0) AS own_deadline_n
FROM in_order WHERE (SELECT count(*) FROM in_order) >= 0;

-- What every scorecard says of the run. A variable is a constant by the time a later statement is planned.
SET VARIABLE run_warnings = (
    SELECT list_filter([
        CASE WHEN others > 0 OR closed > 0 THEN struct_pack(id := 'subjects_skipped', "text" := concat_ws(' and ',
            CASE WHEN others > 0 THEN format('{{:,}} subject{{}} of other markets', others, if(others = 1, '', 's')) END,
            CASE WHEN closed > 0 THEN format('{{:,}} closed subject{{}}', closed, if(closed = 1, '', 's')) END
        ) || ' skipped') END,
        CASE WHEN {as_of} NOT BETWEEN DATE '2026-06-22' AND DATE '2026-07-20' THEN struct_pack(id := 'outside_range',
            "text" := 'us-sps@2026.06 is in force from 2026-06-22 to 2026-07-20; ' || {as_of} || ' is outside') END,
        struct_pack(id := 'no_earlier_state', "text" := 'no earlier state was supplied: benefits start locked')
    ], lambda each: each IS NOT NULL)
    FROM (
        SELECT count_if(coalesce(market, 'US') <> 'US') AS others,
            count_if(coalesce(market, 'US') = 'US' AND state = 'closed') AS closed
        FROM read_parquet({shops})
    )
);

-- Lists of few kinds are chosen whole: they are constants, and need not be put together for each shop. Who is below 2.5
-- is below 4.0, and what leaves one cancellation rate undefined leaves both.
CREATE OR REPLACE TEMP MACRO warnings(more) AS getvariable('run_warnings') || more;
CREATE OR REPLACE TEMP MACRO said(id_, text_) AS struct_pack(id := id_, "text" := text_);
CREATE OR REPLACE TEMP MACRO category_differs() AS [
    said('category_differs', 'the category given is not the one most orders are in; the one given is used')];
CREATE OR REPLACE TEMP MACRO cancellations_undefined() AS [
    said('undefined_metric', 'seller_fault_cancellation_rate has a numerator but nothing to divide it by'),
    said('undefined_metric', 'service_cancellation_rate has a numerator but nothing to divide it by')];
CREATE OR REPLACE TEMP MACRO creators_look_for() AS [
    said('creators-look-for', 'creators are told to pick shops with a score of 4.0 and 93 % positive reviews')];
CREATE OR REPLACE TEMP MACRO shop_ads() AS [said('shop-ads', 'Shop Ads bring better returns above 2.5')];
CREATE OR REPLACE TEMP MACRO enrolment() AS [
    said('smart-promotion-enrolment',
         'big campaigns, flash sales and weekly promotions ask for enrolment in smart promotion')];

CREATE OR REPLACE TEMP MACRO metric(
    state_, value_, numerator_, denominator_, numerators, denominators, from_, points_, before_floor, weight_
) AS struct_pack(
    state := state_, "value" := value_, numerator := numerator_, denominator := denominator_,
    numerator_count := numerators, denominator_count := denominators,
    "window" := struct_pack("from" := from_, "to" := {last}),
    points := points_, points_before_floor := before_floor, weight := weight_, points_lost := weight_ * (5e0 - points_),
    supplied_value := NULL::DOUBLE, computed_value := value_
);
CREATE OR REPLACE TEMP MACRO unscored(state_, value_, numerators, denominators, from_) AS metric(
    state_, value_, numerators::DOUBLE, denominators::DOUBLE, numerators, denominators, from_,
    NULL::DOUBLE, NULL::DOUBLE, NULL::DOUBLE
);
CREATE OR REPLACE TEMP MACRO benefit(state_, by_, cell_, threshold_, distance_) AS struct_pack(
    state := state_, since := NULL::DATE, decided_by := by_,
    margin := struct_pack(cell := cell_, threshold := threshold_, distance := distance_)
);
CREATE OR REPLACE TEMP MACRO gate(met_, cell_, threshold_, distance_) AS benefit(
    CASE WHEN met_ THEN 'granted' ELSE 'locked' END, CASE WHEN met_ THEN 'grant' ELSE 'revoke' END,
    cell_, threshold_, distance_
);
CREATE OR REPLACE TEMP MACRO ladder(value_, reached, cell_, threshold_, distance_) AS struct_pack(
    "value" := value_, since := NULL::DATE, decided_by := CASE WHEN reached THEN 'grant' ELSE 'start' END,
    margin := struct_pack(cell := cell_, threshold := threshold_, distance := distance_)
);
CREATE OR REPLACE TEMP MACRO target(metric_, op_, value_, met_) AS
    struct_pack(metric := metric_, op := op_, "value" := value_, met := met_);
CREATE OR REPLACE TEMP MACRO floor_of(id_, metric_, before_, after_) AS CASE WHEN before_ <> after_ THEN
    [struct_pack(id := id_, metric := metric_, "before" := before_, "after" := after_)] END;
CREATE OR REPLACE TEMP MACRO adjustment(applied, id_, before_, after_) AS CASE WHEN applied THEN
    [struct_pack(id := id_, "before" := before_, "after" := after_)] END;

-- One scorecard per shop. What the badges ask of the 1st's score, and everything about D.
COPY (
    WITH scored AS (
        SELECT
            *,
            met(seller_type IS NULL OR seller_type = 'independent') AND met(positive_rating_share >= 0.8e0)
                AND met(sellable_products >= 1) AND met(has_logo) AS star,
            1e6 / nullif(known_weight, 0e0) AS share
        FROM sheet('sums_d')
    ), weighed AS (
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
            CASE WHEN delivered_w <> 0 THEN 'computed' ELSE 'no_data' END AS delivered_state,
            CASE WHEN live_w <> 0 THEN 'computed' WHEN cancelled_w <> 0 THEN 'undefined' ELSE 'no_data' END
                AS cancellation_state,
            CASE WHEN due_w <> 0 THEN 'computed' ELSE 'no_data' END AS due_state,
            divided(late_n, dispatch_n) AS late_dispatch_rate, divided(cancelled_n, live_n) AS service_cancellation_rate,
            divided(on_time_n, due_n) AS service_on_time_rate,
            divided(seller_returned_n, delivered_n) AS seller_fault_return_rate,
            met(category <> busiest) AS differs, live_w = 0 AND cancelled_w <> 0 AS undefined,
            met(score < 4e0) OR met(positive_rating_share < 0.93e0) AS creators, met(score <= 2.5e0) AS ads,
            met(NOT smart_promotion_enrolled) AS not_enrolled,
            met(account_health > 150e0) AS healthy,
            met(score >= 2.5e0) AS from_25, met(score >= 3.5e0) AS from_35, met(score >= 4e0) AS from_40,
            met(score >= 4.5e0) AS from_45,
            score IS NULL OR from_25 AS may_bid, from_35 OR delivered_90 < 30 AS may_promote,
            met(month_score >= 4e0) AS month_from_40, met(reputation_points > 2000e0) AS silver_from,
            met(reputation_points > 10000e0) AS gold_from, met(reputation_points <= 10000e0) AS silver_to,
            gap(score, 2.5e0) AS gap_25, gap(score, 3e0) AS gap_30, gap(score, 3.5e0) AS gap_35,
            gap(score, 4e0) AS gap_40, gap(score, 4.5e0) AS gap_45, gap(account_health, 150e0) AS gap_health,
            gap(delivered_90::DOUBLE, 30e0) AS gap_orders, gap(month_score, 4e0) AS gap_month,
            gap(reputation_points, 2000e0) AS gap_2000, gap(reputation_points, 10000e0) AS gap_10000
        FROM scored
    ), decided AS (
        SELECT
            *,
            -- Distances of the lines that alone would change an item; the others are null.
            CASE WHEN healthy THEN gap_25 END AS bid_score, CASE WHEN may_bid THEN gap_health END AS bid_health,
            CASE WHEN may_promote THEN gap_health END AS promote_health,
            CASE WHEN healthy AND delivered_90 >= 30 THEN gap_35 END AS promote_score,
            CASE WHEN healthy AND NOT from_35 THEN gap_orders END AS promote_orders,
            CASE WHEN star AND gold_from THEN gap_month END AS gold_score,
            CASE WHEN star AND month_from_40 THEN gap_10000 END AS gold_reputation,
            CASE WHEN star AND silver_from AND silver_to THEN gap_month END AS silver_score,
            CASE WHEN star AND month_from_40 AND silver_to THEN gap_2000 END AS silver_lower,
            CASE WHEN star AND month_from_40 AND silver_from THEN gap_10000 END AS silver_upper,
            least(bid_score, bid_health) AS bid_distance,
            least(promote_health, promote_score, promote_orders) AS promote_distance,
            least(gold_score, gold_reputation) AS gold_distance,
            least(silver_score, silver_lower, silver_upper) AS silver_distance,
            CASE WHEN score IS NOT NULL THEN 'score' END AS score_cell,
            CASE WHEN score IS NOT NULL THEN 2.5e0 END AS line_25,
            CASE WHEN score IS NOT NULL THEN 3.5e0 END AS line_35,
            CASE WHEN from_35 THEN 3e0 ELSE line_35 END AS line_30,
            CASE WHEN from_35 THEN gap_30 ELSE gap_35 END AS gap_line_30,
            -- Without a state from before a benefit starts locked, so that nothing is frozen.
            CASE WHEN from_35 THEN 'granted' ELSE 'locked' END AS state_35,
            CASE WHEN from_35 THEN 'grant' WHEN score < 3e0 THEN 'revoke' WHEN score IS NULL THEN 'unscored'
                 ELSE 'start' END AS by_30,
            CASE WHEN from_40 OR gap_40 < gap_35 THEN 4e0 ELSE line_35 END AS settlement_line,
            CASE WHEN from_40 OR gap_40 < gap_35 THEN gap_40 ELSE gap_35 END AS settlement_gap,
            from_45 OR (from_35 AND gap_45 < gap_35) AS near_45,
            from_35 OR (from_25 AND gap_35 < gap_25) AS near_35
        FROM weighed
    )
    SELECT
        1::BIGINT AS schema_version,
        struct_pack(id := 'us-sps', version := '2026.06',
            digest := '507155b862e4178c2a696fef393dd4fd31e17a325fe5bb7b965fdfacf8adc752') AS bundle,
        {as_of} AS as_of,
        struct_pack(id := shop_id, market := market, category := coalesce(category, busiest)) AS subject,
        CASE WHEN score IS NULL THEN 'not_enough_data' ELSE 'scored' END AS state,
        score,
        CASE WHEN from_40 THEN 'excellent' WHEN from_25 THEN 'good' WHEN score > 1e0 THEN 'poor'
             WHEN score <= 1e0 THEN 'critical' END AS band,
        struct_pack(
            product_satisfaction := struct_pack(points := product_satisfaction, weight := product_share),
            fulfillment_logistics := struct_pack(points := fulfillment_logistics, weight := fulfillment_share),
            customer_service := struct_pack(points := customer_service, weight := service_share)
        ) AS dimensions,
        struct_pack(
            negative_review_rate := metric(delivered_state, negative_review_rate, negative_w::DOUBLE / 1e6,
                delivered_w::DOUBLE / 1e6, negative_n, delivered_n, {from_60}, nrr_points, nrr_raw, nrr_weight),
            non_buyer_fault_return_rate := metric(delivered_state, non_buyer_fault_return_rate,
                returned_w::DOUBLE / 1e6, delivered_w::DOUBLE / 1e6, returned_n, delivered_n, {from_60},
                returns_points, returns_raw, returns_weight),
            seller_fault_cancellation_rate := metric(cancellation_state, seller_fault_cancellation_rate,
                cancelled_w::DOUBLE / 1e6, live_w::DOUBLE / 1e6, cancelled_n, live_n, {from_30},
                sfcr_points, sfcr_raw, sfcr_weight),
            on_time_delivery_rate := metric(due_state, on_time_delivery_rate, on_time_w::DOUBLE / 1e6,
                due_w::DOUBLE / 1e6, on_time_n, due_n, {from_30}, otdr_points, otdr_raw, otdr_weight),
            im_dissatisfaction_rate := metric(CASE WHEN rated <> 0 THEN 'computed' ELSE 'no_data' END,
                im_dissatisfaction_rate, dissatisfied::DOUBLE, rated::DOUBLE, dissatisfied, rated, {from_60},
                im_points, im_raw, im_weight),
            after_sales_handling_hours := metric(CASE WHEN rounds <> 0 THEN 'computed' ELSE 'no_data' END,
                after_sales_handling_hours, seconds::DOUBLE / 3600e0, rounds::DOUBLE, rounds, rounds, {from_60},
                hours_points, hours_points, hours_weight),
            delivered_orders_90d := unscored('computed', delivered_90::DOUBLE, delivered_90, NULL::BIGINT, {from_90}),
            delivered_orders_60d := unscored('computed', delivered_n::DOUBLE, delivered_n, NULL::BIGINT, {from_60}),
            placed_orders_30d := unscored('computed', placed_n::DOUBLE, placed_n, NULL::BIGINT, {from_30}),
            late_dispatch_rate := unscored(CASE WHEN dispatch_n <> 0 THEN 'computed' ELSE 'no_data' END,
                late_dispatch_rate, late_n, dispatch_n, {from_30}),
            service_cancellation_rate := unscored(cancellation_state, service_cancellation_rate, cancelled_n, live_n,
                {from_30}),
            service_on_time_rate := unscored(due_state, service_on_time_rate, on_time_n, due_n, {from_30}),
            seller_fault_return_rate := unscored(delivered_state, seller_fault_return_rate, seller_returned_n,
                delivered_n, {from_60}),
            valid_tracking_rate := struct_pack(
                state := 'not_supplied', "value" := NULL::DOUBLE, numerator := NULL::DOUBLE, denominator := NULL::DOUBLE,
                numerator_count := NULL::BIGINT, denominator_count := NULL::BIGINT,
                "window" := struct_pack("from" := NULL::DATE, "to" := NULL::DATE),
                points := NULL::DOUBLE, points_before_floor := NULL::DOUBLE, weight := NULL::DOUBLE,
                points_lost := NULL::DOUBLE, supplied_value := NULL::DOUBLE, computed_value := NULL::DOUBLE)
        ) AS metrics,
        CASE WHEN young AND (nrr_raw <> nrr_points OR returns_raw <> returns_points OR sfcr_raw <> sfcr_points
                             OR otdr_raw <> otdr_points OR im_raw <> im_points)
             THEN flatten([
                floor_of('low-volume-negative-reviews', 'negative_review_rate', nrr_raw, nrr_points),
                floor_of('low-volume-returns', 'non_buyer_fault_return_rate', returns_raw, returns_points),
                floor_of('low-volume-cancellations', 'seller_fault_cancellation_rate', sfcr_raw, sfcr_points),
                floor_of('low-volume-delivery', 'on_time_delivery_rate', otdr_raw, otdr_points),
                floor_of('low-volume-chats', 'im_dissatisfaction_rate', im_raw, im_points)])
             ELSE [] END AS floors,
        CASE WHEN collapsed OR lowered
             THEN flatten([
                adjustment(collapsed, 'product-collapse', score_0, score_1),
                adjustment(lowered, 'negative-reviews', score_1, score_2)])
             ELSE [] END AS adjustments,
        struct_pack(state := CASE WHEN delivered_90 >= 30 THEN 'eligible' ELSE 'not_eligible' END,
            reason := CASE WHEN delivered_90 < 30 THEN 'needs delivered_orders_90d.value >= 30' END) AS eligibility,
        struct_pack(
            flash_deals := benefit(CASE WHEN from_25 THEN 'granted' ELSE 'locked' END,
                CASE WHEN from_25 THEN 'grant' WHEN score IS NULL THEN 'unscored' ELSE 'revoke' END,
                score_cell, line_25, gap_25),
            affiliate_marketing := benefit(state_35, by_30, score_cell, line_30, gap_line_30),
            campaigns := benefit(state_35, by_30, score_cell, line_30, gap_line_30),
            crm := benefit(state_35, by_30, score_cell, line_35, gap_35),
            platform_promotions := benefit(state_35,
                CASE WHEN from_35 THEN 'grant' WHEN score IS NULL THEN 'unscored' ELSE 'revoke' END,
                score_cell, line_35, gap_35),
            countdown_bidding := gate(may_bid AND healthy,
                CASE bid_distance WHEN bid_score THEN 'score' WHEN bid_health THEN 'account_standing' END,
                CASE bid_distance WHEN bid_score THEN 2.5e0 WHEN bid_health THEN 150e0 END, bid_distance),
            smart_promotion := gate(may_promote AND healthy,
                CASE promote_distance WHEN promote_health THEN 'account_standing' WHEN promote_score THEN 'score'
                     WHEN promote_orders THEN 'delivered_orders_90d.value' END,
                CASE promote_distance WHEN promote_health THEN 150e0 WHEN promote_score THEN 3.5e0
                     WHEN promote_orders THEN 30e0 END, promote_distance),
            gold_star_seller := gate(star AND month_from_40 AND gold_from,
                CASE gold_distance WHEN gold_score THEN 'score' WHEN gold_reputation THEN 'shop.reputation_points' END,
                CASE gold_distance WHEN gold_score THEN 4e0 WHEN gold_reputation THEN 10000e0 END, gold_distance),
            silver_star_seller := gate(star AND month_from_40 AND silver_from AND silver_to,
                CASE WHEN silver_distance = silver_score THEN 'score'
                     WHEN silver_distance IS NOT NULL THEN 'shop.reputation_points' END,
                CASE silver_distance WHEN silver_score THEN 4e0 WHEN silver_lower THEN 2000e0
                     WHEN silver_upper THEN 10000e0 END, silver_distance),
            settlement_days := ladder(CASE WHEN from_40 THEN 1e0 WHEN from_35 THEN 5e0 ELSE 8e0 END, from_35,
                score_cell, settlement_line, settlement_gap),
            visibility_boost := ladder(CASE WHEN from_45 THEN 0.3e0 WHEN from_35 THEN 0.2e0 WHEN from_25 THEN 0.1e0
                                            ELSE 0e0 END,
                from_25, score_cell, CASE WHEN near_45 THEN 4.5e0 WHEN near_35 THEN 3.5e0 ELSE line_25 END,
                CASE WHEN near_45 THEN gap_45 WHEN near_35 THEN gap_35 ELSE gap_25 END)
        ) AS benefits,
        struct_pack(account_health := struct_pack(
            state := 'not_supplied', balance := NULL::DOUBLE,
            restrictions := []::STRUCT(milestone VARCHAR, "from" DATE, "until" DATE, actions VARCHAR[])[],
            next_milestone := struct_pack(id := NULL::VARCHAR, at := NULL::DOUBLE, distance := NULL::DOUBLE),
            expiring := []::STRUCT("on" DATE, points DOUBLE)[])) AS ledgers,
        [
            target('late_dispatch_rate', 'at_most', 0.04e0, late_dispatch_rate <= 0.04e0),
            target('service_cancellation_rate', 'at_most', 0.025e0, service_cancellation_rate <= 0.025e0),
            target('service_on_time_rate', 'at_least', 0.8e0, service_on_time_rate >= 0.8e0),
            target('valid_tracking_rate', 'at_least', 0.95e0, NULL::BOOLEAN),
            target('seller_fault_return_rate', 'below', 0.01e0, seller_fault_return_rate < 0.01e0)
        ] AS targets,
        [struct_pack(id := 'own-deadline-types', "rows" := own_deadline_n)] AS exclusions,
        CASE WHEN NOT creators THEN CASE WHEN not_enrolled THEN enrolment() ELSE [] END
             WHEN NOT not_enrolled
             THEN CASE WHEN ads THEN creators_look_for() || shop_ads() ELSE creators_look_for() END
             WHEN ads THEN creators_look_for() || shop_ads() || enrolment()
             ELSE creators_look_for() || enrolment() END AS advisories,
        CASE WHEN NOT differs THEN CASE WHEN undefined THEN warnings(cancellations_undefined()) ELSE warnings([]) END
             WHEN undefined THEN warnings(category_differs() || cancellations_undefined())
             ELSE warnings(category_differs()) END AS warnings
    FROM decided
) TO {output} (FORMAT PARQUET, COMPRESSION ZSTD, ROW_GROUP_SIZE 30720, DICTIONARY_SIZE_LIMIT 1000);
