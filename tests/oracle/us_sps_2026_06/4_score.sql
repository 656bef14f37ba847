-- Points, floors, dimensions, adjustments, score and band (spec 1.1, 2.4, 2.5). Doubles in the written order.

-- The rows of supplied_benchmarks that are of use, "a shop's row wins over its category's" as a whole row.
-- Weights are carried as integer millionths (2.3), half to even, and enter the means as these (decision 1).
-- "a curve no longer monotone is a bad row": left out.
CREATE OR REPLACE TEMP TABLE benchmarks AS
WITH candidates AS (
    SELECT
        categories.shop_id, coalesce(b.metric, b.dimension) AS item, b.shop_id IS NOT NULL AS of_shop,
        b.poor, b.excellent, b.average, b.weight * 1e6 AS weight_millionths,
        p.direction, p.at_0, coalesce(b.poor, p.at_1) AS at_1, coalesce(b.excellent, p.at_4) AS at_4, p.at_5
    FROM categories
    JOIN supplied_benchmarks AS b
        ON b.shop_id = categories.shop_id OR (b.shop_id IS NULL AND b.category = categories.category)
    LEFT JOIN policy_metrics AS p ON p.metric = coalesce(b.metric, b.dimension)
)
SELECT
    shop_id, item, poor, excellent, average,
    (floor(weight_millionths)
        + CASE WHEN weight_millionths - floor(weight_millionths) > 0.5e0 THEN 1e0
               WHEN weight_millionths - floor(weight_millionths) = 0.5e0 THEN floor(weight_millionths) % 2e0
               ELSE 0e0 END) AS weight
FROM candidates
WHERE direction IS NULL
    OR (direction * at_0 < direction * at_1 AND direction * at_1 < direction * at_4
        AND direction * at_4 < direction * at_5)
QUALIFY row_number() OVER (PARTITION BY shop_id, item ORDER BY of_shop DESC) = 1;

-- "poor and excellent replace the 1- and 4-point knots"; "weights: all 1 (assumed), overridable".
CREATE OR REPLACE TEMP VIEW curves AS
SELECT
    m.shop_id, m.metric, m.state, m.value, m.numerator_count, m.denominator_count,
    p.dimension, p.floor_points, p.direction, p.at_0,
    coalesce(b.poor, p.at_1) AS at_1, coalesce(b.excellent, p.at_4) AS at_4, p.at_5,
    coalesce(b.weight, 1000000e0) AS given_weight
FROM metric_values AS m
JOIN policy_metrics AS p USING (metric)
LEFT JOIN benchmarks AS b ON b.shop_id = m.shop_id AND b.item = m.metric
WHERE p.dimension IS NOT NULL;

-- "between knots y0 + (x − x0) / (x1 − x0) × (y1 − y0) in that order; at a knot the knot's points; flat outside",
-- knots in their written order, from the 0-points end on. Multiplying by direction (1 or -1) is exact.
CREATE OR REPLACE TEMP TABLE raw_points AS
SELECT
    *,
    quantised(CASE
        WHEN value IS NULL THEN NULL
        WHEN direction * value <= direction * at_0 THEN 0e0
        WHEN direction * value < direction * at_1 THEN 0e0 + (value - at_0) / (at_1 - at_0) * (1e0 - 0e0)
        WHEN value = at_1 THEN 1e0
        WHEN direction * value < direction * at_4 THEN 1e0 + (value - at_1) / (at_4 - at_1) * (4e0 - 1e0)
        WHEN value = at_4 THEN 4e0
        WHEN direction * value < direction * at_5 THEN 4e0 + (value - at_4) / (at_5 - at_4) * (5e0 - 4e0)
        ELSE 5e0 END) AS points_before_floor
FROM curves;

-- The two order counts of the low-volume rule that are no metric's own rows.
CREATE OR REPLACE TEMP TABLE order_counts AS
SELECT
    shop_id,
    max(value) FILTER (WHERE metric = 'placed_orders_30d')    AS placed_30d,
    max(value) FILTER (WHERE metric = 'delivered_orders_60d') AS delivered_60d
FROM metric_values
GROUP BY shop_id;

-- "affected orders (numerator rows; for OTDR the late ones; for IM the dissatisfied chats) ≤ 3 and orders in the
-- metric's window (rows of the denominator; for SFCR all counted orders placed; for IM delivered orders in 60 d) ≤ 30
-- and D − opened_on < 180 days: at least floor_points". "Floors never give points to null."
CREATE OR REPLACE TEMP TABLE metric_points AS
WITH volumes AS (
    SELECT
        raw_points.*, subjects.opened_on > clock.opened_after AS new_shop,
        CASE metric WHEN 'on_time_delivery_rate' THEN denominator_count - numerator_count
                    ELSE numerator_count END AS affected,
        CASE metric WHEN 'seller_fault_cancellation_rate' THEN placed_30d
                    WHEN 'im_dissatisfaction_rate' THEN delivered_60d
                    ELSE denominator_count END AS orders
    FROM raw_points JOIN order_counts USING (shop_id) JOIN subjects USING (shop_id) CROSS JOIN clock
)
SELECT
    *,
    CASE WHEN points_before_floor < floor_points AND met(affected <= 3 AND orders <= 30 AND new_shop)
         THEN floor_points ELSE points_before_floor END AS points
FROM volumes;

-- "Dimension = Σ weight × points ÷ Σ weight"; "a null metric, whatever its state, leaves its dimension". Each
-- dimension has two metrics, so their order does not matter; a missing one is 0 with weight 0.
CREATE OR REPLACE TEMP TABLE dimension_points AS
WITH pairs AS (
    SELECT
        shop_id, dimension,
        CASE dimension WHEN 'product_satisfaction' THEN 1 WHEN 'fulfillment_logistics' THEN 2 ELSE 3 END AS place,
        max(points)       FILTER (WHERE first_metric) AS p1,
        max(given_weight) FILTER (WHERE first_metric AND points IS NOT NULL) AS w1,
        max(points)       FILTER (WHERE NOT first_metric) AS p2,
        max(given_weight) FILTER (WHERE NOT first_metric AND points IS NOT NULL) AS w2
    FROM (
        SELECT *, metric IN ('negative_review_rate', 'seller_fault_cancellation_rate', 'im_dissatisfaction_rate')
            AS first_metric
        FROM metric_points
    )
    GROUP BY shop_id, dimension
), sums AS (
    SELECT
        shop_id, dimension, place,
        coalesce(w1 * p1, 0e0) + coalesce(w2 * p2, 0e0) AS weighted_points,
        coalesce(w1, 0e0) + coalesce(w2, 0e0) AS weight_sum
    FROM pairs
)
SELECT
    sums.shop_id, dimension, place, weight_sum,
    CASE WHEN weight_sum <> 0e0 THEN quantised(weighted_points / weight_sum) END AS points,
    coalesce(b.weight, 1000000e0) AS given_weight
FROM sums LEFT JOIN benchmarks AS b ON b.shop_id = sums.shop_id AND b.item = sums.dimension;

-- "score the same over dimensions", added in the order of their ids; "a dimension without metrics leaves the score".
CREATE OR REPLACE TEMP TABLE dimension_means AS
WITH triples AS (
    SELECT
        shop_id,
        max(points) FILTER (WHERE place = 1) AS product_satisfaction,
        max(points) FILTER (WHERE place = 2) AS fulfillment_logistics,
        max(points) FILTER (WHERE place = 3) AS customer_service,
        max(given_weight) FILTER (WHERE place = 1 AND points IS NOT NULL) AS w1,
        max(given_weight) FILTER (WHERE place = 2 AND points IS NOT NULL) AS w2,
        max(given_weight) FILTER (WHERE place = 3 AND points IS NOT NULL) AS w3
    FROM dimension_points
    GROUP BY shop_id
), sums AS (
    SELECT
        *,
        coalesce(w3 * customer_service, 0e0) + coalesce(w2 * fulfillment_logistics, 0e0)
            + coalesce(w1 * product_satisfaction, 0e0) AS weighted_points,
        coalesce(w3, 0e0) + coalesce(w2, 0e0) + coalesce(w1, 0e0) AS weight_sum
    FROM triples
)
SELECT
    shop_id, product_satisfaction, fulfillment_logistics, customer_service, weight_sum,
    w1 / weight_sum AS product_satisfaction_weight,        -- null where the dimension does not take part
    w2 / weight_sum AS fulfillment_logistics_weight,
    w3 / weight_sum AS customer_service_weight,
    CASE WHEN weight_sum <> 0e0 THEN quantised(weighted_points / weight_sum) END AS mean_score
FROM sums;

-- "Score states, in this order: excluded (this version has no fraud rule), not_enough_data (not eligible, or no
-- dimension), provisional (a metric of some dimension not_supplied), scored." "Eligibility that cannot be known (its
-- metric is not_supplied) does not withhold the score."
CREATE OR REPLACE TEMP VIEW score_states AS
SELECT
    shop_id,
    CASE WHEN eligibility.state <> 'not_supplied' AND NOT met(eligibility.value >= 30e0) THEN 'not_enough_data'
         WHEN mean_score IS NULL THEN 'not_enough_data'
         WHEN EXISTS (
             FROM metric_points WHERE metric_points.shop_id = dimension_means.shop_id
                AND metric_points.state = 'not_supplied'
         ) THEN 'provisional'
         ELSE 'scored' END AS state,
    eligibility.value AS delivered_orders_90d
FROM dimension_means
JOIN metric_values AS eligibility USING (shop_id)
WHERE eligibility.metric = 'delivered_orders_90d';

-- Adjustments in their order, then the clip to the scale. before and after are null where a rule was not met.
CREATE OR REPLACE TEMP TABLE scores AS
WITH before_any AS (
    SELECT
        dimension_means.*, score_states.state, score_states.delivered_orders_90d,
        CASE WHEN score_states.state <> 'not_enough_data' THEN mean_score END AS score_0,
        nrr.value AS nrr, nrr.numerator_count AS negative_reviews, coalesce(b.average, 0.02e0) AS average
    FROM dimension_means
    JOIN score_states USING (shop_id)
    JOIN (FROM metric_points WHERE metric = 'negative_review_rate') AS nrr USING (shop_id)
    LEFT JOIN (FROM benchmarks WHERE item = 'negative_review_rate') AS b USING (shop_id)
), collapse AS (
    -- "(1) product_satisfaction < 1 → score = lowest dimension"; "min over dimensions takes the known ones", as
    -- DuckDB's least does.
    SELECT
        *, met(score_0 IS NOT NULL AND product_satisfaction < 1e0) AS collapsed,
        CASE WHEN met(product_satisfaction < 1e0) AND score_0 IS NOT NULL
             THEN least(product_satisfaction, fulfillment_logistics, customer_service)
             ELSE score_0 END AS score_1
    FROM before_any
), severity AS (
    -- "(2) NRR worse than the industry average and more than 3 negative reviews: score - 1.0 * t * t with
    -- t = clip((nrr - average) / (0.40 - average), 0, 1)". A null t (average = 0.40) changes nothing.
    SELECT
        *, met(score_1 IS NOT NULL AND nrr > average AND negative_reviews > 3) AS above_average,
        CASE WHEN 0.40e0 - average <> 0e0
             THEN least(greatest((nrr - average) / (0.40e0 - average), 0e0), 1e0) END AS t
    FROM collapse
), lowered AS (
    SELECT
        *, above_average AND t IS NOT NULL AS reviews_adjusted,
        CASE WHEN above_average AND t IS NOT NULL THEN quantised(score_1 - 1e0 * t * t) ELSE score_1 END AS score_2
    FROM severity
), clipped AS (
    SELECT *, CASE WHEN score_2 < 0e0 THEN 0e0 WHEN score_2 > 5e0 THEN 5e0 ELSE score_2 END AS score FROM lowered
)
SELECT
    shop_id, state, delivered_orders_90d, score,
    -- "excellent ≥ 4, good ≥ 2.5, poor > 1, critical ≤ 1"
    CASE WHEN score >= 4e0 THEN 'excellent' WHEN score >= 2.5e0 THEN 'good' WHEN score > 1e0 THEN 'poor'
         WHEN score <= 1e0 THEN 'critical' END AS band,
    product_satisfaction, fulfillment_logistics, customer_service,
    product_satisfaction_weight, fulfillment_logistics_weight, customer_service_weight,
    CASE WHEN collapsed THEN score_0 END AS product_collapse_before,
    CASE WHEN collapsed THEN score_1 END AS product_collapse_after,
    CASE WHEN reviews_adjusted THEN score_1 END AS negative_reviews_before,
    CASE WHEN reviews_adjusted THEN score_2 END AS negative_reviews_after
FROM clipped;

-- "points_lost of a metric = its effective weight (product of shared weights) × (max − its points after floors)".
CREATE OR REPLACE TEMP TABLE metric_losses AS
SELECT
    m.shop_id, m.metric, m.points_before_floor, m.points, weight, weight * (5e0 - m.points) AS points_lost
FROM metric_points AS m
JOIN dimension_points AS d ON d.shop_id = m.shop_id AND d.dimension = m.dimension
JOIN dimension_means AS s ON s.shop_id = m.shop_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN m.points IS NOT NULL AND d.points IS NOT NULL AND s.weight_sum <> 0e0
                THEN m.given_weight / d.weight_sum * (d.given_weight / s.weight_sum) END AS weight
) AS effective;
