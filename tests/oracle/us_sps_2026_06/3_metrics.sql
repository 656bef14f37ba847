-- The metrics (spec 1.1), first as exact integers, then as values and states (2.3, 2.4).

-- "first: smallest order_by, ties by smallest row id (code points)"; DuckDB compares text by bytes, in UTF-8 the same.
CREATE OR REPLACE TEMP VIEW first_reviews AS
SELECT shop_id, order_id, stars AS first_review_stars
FROM known_reviews
WHERE NOT is_edit
QUALIFY row_number() OVER (PARTITION BY shop_id, order_id ORDER BY posted_us, review_id) = 1;

-- "return requested, fault seller or logistics, status not cancelled or rejected"
CREATE OR REPLACE TEMP VIEW non_buyer_returns AS
SELECT shop_id, order_id, true AS non_buyer_return, bool_or(fault = 'seller') AS seller_return
FROM known_returns
WHERE met(fault IN ('seller', 'logistics')) AND status NOT IN ('cancelled', 'rejected')
GROUP BY shop_id, order_id;

-- An appeal removes its record from one metric's numerator and denominator, and from nothing else.
CREATE OR REPLACE TEMP VIEW appealed_orders AS
SELECT
    shop_id, record_id AS order_id,
    bool_or(about = 'negative_review_rate')           AS nrr_appealed,
    bool_or(about = 'non_buyer_fault_return_rate')    AS return_appealed,
    bool_or(about = 'seller_fault_cancellation_rate') AS cancellation_appealed,
    bool_or(about = 'on_time_delivery_rate')          AS delivery_appealed,
    bool_or(about = 'late_dispatch_rate')             AS dispatch_appealed,
    bool_or(about = 'service_cancellation_rate')      AS service_cancellation_appealed,
    bool_or(about = 'service_on_time_rate')           AS service_delivery_appealed,
    bool_or(about = 'seller_fault_return_rate')       AS seller_return_appealed
FROM granted_appeals
GROUP BY shop_id, order_id;

-- One row per known order. "factor 0.7 per 15 days: ages 1-15 weigh 1, 16-30 0.7, 31-45 0.49, 46-60 0.343; by the
-- window's own clock"; a weight is null outside the window, so that it also says who belongs to the window.
CREATE OR REPLACE TEMP VIEW order_facts AS
WITH facts AS (
    SELECT
        *,
        counted AND delivered_us IS NOT NULL AND cancelled_us IS NULL AS delivered,
        met(first_review_stars <= 2) AS negative_review
    FROM known_orders
    LEFT JOIN first_reviews USING (shop_id, order_id)
    LEFT JOIN non_buyer_returns USING (shop_id, order_id)
    LEFT JOIN appealed_orders USING (shop_id, order_id)
)
SELECT
    facts.*,
    CASE WHEN delivered_us >= d_00 THEN NULL
         WHEN delivered_us >= start_15 THEN 1000000
         WHEN delivered_us >= start_30 THEN 700000
         WHEN delivered_us >= start_45 THEN 490000
         WHEN delivered_us >= start_60 THEN 343000 END AS delivered_weight,        -- 60 d by delivered_at
    CASE WHEN placed_us >= d_00 THEN NULL
         WHEN placed_us >= start_15 THEN 1000000
         WHEN placed_us >= start_30 THEN 700000 END AS placed_weight,              -- 30 d by placed_at
    CASE WHEN deliver_by_us >= d_00 THEN NULL
         WHEN deliver_by_us >= start_15 THEN 1000000
         WHEN deliver_by_us >= start_30 THEN 700000 END AS due_weight,             -- 30 d by deliver_by
    dispatch_by_us >= start_30 AND dispatch_by_us < d_00 AS dispatch_due,        -- 30 d by dispatch_by
    delivered_us >= start_90 AND delivered_us < d_00 AS delivered_in_90d
FROM facts CROSS JOIN clock;

-- The populations of 1.1 as flags of an order. An appealed order leaves the rows of that one metric.
CREATE OR REPLACE TEMP TABLE order_members AS
WITH populations AS (
    SELECT
        *,
        -- "delivered orders", 60 d and 90 d
        delivered AND delivered_weight IS NOT NULL AS in_delivered_60d,
        delivered AND met(delivered_in_90d) AS in_delivered_90d,
        -- "counted orders cancelled, cancel_fault seller, fulfillment not platform ÷ counted orders not cancelled"
        counted AND placed_weight IS NOT NULL AS in_placed_30d,
        counted AND placed_weight IS NOT NULL AND cancelled_us IS NOT NULL
            AND met(cancel_fault = 'seller') AND fulfillment <> 'platform' AS in_cancelled_30d,
        counted AND placed_weight IS NOT NULL AND cancelled_us IS NULL AS in_live_30d,
        -- "counted orders due, not cancelled"
        counted AND due_weight IS NOT NULL AND cancelled_us IS NULL AS in_due_30d,
        -- "order_type not pre_order, made_to_order, back_order, custom"
        order_type IN ('pre_order', 'made_to_order', 'back_order', 'custom') AS own_deadline,
        -- "Not delivered yet = late."
        met(delivered_us <= deliver_by_us) AS on_time,
        -- The service limit: not cancelled orders with dispatch_by in the window; "or not yet" is late.
        counted AND met(dispatch_due) AND cancelled_us IS NULL AS in_dispatch_30d,
        dispatched_us IS NULL OR dispatched_us > dispatch_by_us AS late_dispatch
    FROM order_facts
)
SELECT
    *,
    in_delivered_60d AND NOT coalesce(nrr_appealed, false)                              AS in_nrr,
    in_delivered_60d AND NOT coalesce(return_appealed, false)                           AS in_returns,
    in_cancelled_30d AND NOT coalesce(cancellation_appealed, false)                     AS in_cancelled,
    in_live_30d AND NOT coalesce(cancellation_appealed, false)                          AS in_not_cancelled,
    in_due_30d AND NOT own_deadline AND NOT coalesce(delivery_appealed, false)          AS in_due,
    in_dispatch_30d AND NOT coalesce(dispatch_appealed, false)                          AS in_dispatch,
    in_cancelled_30d AND NOT coalesce(service_cancellation_appealed, false)             AS in_service_cancelled,
    in_live_30d AND NOT coalesce(service_cancellation_appealed, false)                  AS in_service_not_cancelled,
    in_due_30d AND NOT own_deadline AND NOT coalesce(service_delivery_appealed, false)  AS in_service_due,
    in_delivered_60d AND NOT coalesce(seller_return_appealed, false)                    AS in_seller_returns
FROM populations;

CREATE OR REPLACE TEMP TABLE order_sums AS
SELECT
    shop_id,
    sum(delivered_weight) FILTER (WHERE in_nrr AND negative_review)          AS nrr_numerator,
    sum(delivered_weight) FILTER (WHERE in_nrr)                              AS nrr_denominator,
    count(*)              FILTER (WHERE in_nrr AND negative_review)          AS nrr_numerator_count,
    count(*)              FILTER (WHERE in_nrr)                              AS nrr_denominator_count,
    sum(delivered_weight) FILTER (WHERE in_returns AND non_buyer_return)     AS return_numerator,
    sum(delivered_weight) FILTER (WHERE in_returns)                          AS return_denominator,
    count(*)              FILTER (WHERE in_returns AND non_buyer_return)     AS return_numerator_count,
    count(*)              FILTER (WHERE in_returns)                          AS return_denominator_count,
    sum(placed_weight)    FILTER (WHERE in_cancelled)                        AS cancellation_numerator,
    sum(placed_weight)    FILTER (WHERE in_not_cancelled)                    AS cancellation_denominator,
    count(*)              FILTER (WHERE in_cancelled)                        AS cancellation_numerator_count,
    count(*)              FILTER (WHERE in_not_cancelled)                    AS cancellation_denominator_count,
    sum(due_weight)       FILTER (WHERE in_due AND on_time)                  AS delivery_numerator,
    sum(due_weight)       FILTER (WHERE in_due)                              AS delivery_denominator,
    count(*)              FILTER (WHERE in_due AND on_time)                  AS delivery_numerator_count,
    count(*)              FILTER (WHERE in_due)                              AS delivery_denominator_count,
    count(*)              FILTER (WHERE in_delivered_60d)                    AS delivered_60d,
    count(*)              FILTER (WHERE in_placed_30d)                       AS placed_30d,
    count(*)              FILTER (WHERE in_delivered_90d)                    AS delivered_90d,
    -- "service limits beside the score": no decay
    count(*)              FILTER (WHERE in_dispatch AND late_dispatch)       AS late_dispatches,
    count(*)              FILTER (WHERE in_dispatch)                         AS dispatches,
    count(*)              FILTER (WHERE in_service_cancelled)                AS service_cancelled,
    count(*)              FILTER (WHERE in_service_not_cancelled)            AS service_not_cancelled,
    count(*)              FILTER (WHERE in_service_due AND on_time)          AS service_on_time,
    count(*)              FILTER (WHERE in_service_due)                      AS service_due,
    count(*)              FILTER (WHERE in_seller_returns AND seller_return) AS seller_returns,
    count(*)              FILTER (WHERE in_seller_returns)                   AS seller_returns_of,
    -- What the exclusion of orders with deadlines of their own removed (decision 8).
    count(*)              FILTER (WHERE in_due_30d AND own_deadline)         AS own_deadline_types
FROM order_members
GROUP BY shop_id;

-- "rated 1-2 stars ÷ rated chats, resolved_by neither bot nor faq", 60 d by started_at, no decay.
CREATE OR REPLACE TEMP TABLE chat_sums AS
SELECT shop_id, count(*) FILTER (WHERE rating <= 2) AS dissatisfied, count(*) AS rated
FROM known_chats AS chat CROSS JOIN clock
WHERE rating IS NOT NULL AND resolved_by NOT IN ('bot', 'faq') AND started_us >= start_60
    AND NOT EXISTS (
        FROM granted_appeals AS appeal
        WHERE appeal.shop_id = chat.shop_id AND appeal.record_id = chat.chat_id
            AND appeal.about = 'im_dissatisfaction_rate'
    )
GROUP BY shop_id;

-- "mean of finished_at − started_at over rounds handled_by seller or seller_rule", 60 d by finished_at, no decay.
CREATE OR REPLACE TEMP TABLE round_sums AS
SELECT shop_id, sum(whole_seconds(finished_us - started_us)) AS seconds, count(*) AS rounds
FROM known_rounds AS round CROSS JOIN clock
WHERE handled_by IN ('seller', 'seller_rule') AND finished_us >= start_60
    AND NOT EXISTS (
        FROM granted_appeals AS appeal
        WHERE appeal.shop_id = round.shop_id AND appeal.record_id = round.round_id
            AND appeal.about = 'after_sales_handling_hours'
    )
GROUP BY shop_id;

-- Exact integers, one row per shop and metric; a shop without rows in a table has sums of 0.
-- scale: what one unit of the numerator and denominator is (millionths where decayed, 1 for plain counts).
CREATE OR REPLACE TEMP TABLE integer_metrics AS
WITH wide AS (
    FROM subjects
    LEFT JOIN order_sums USING (shop_id) LEFT JOIN chat_sums USING (shop_id) LEFT JOIN round_sums USING (shop_id)
), long AS (
    SELECT shop_id, 'negative_review_rate' AS metric, 1000000 AS scale, nrr_numerator AS numerator,
        nrr_denominator AS denominator, nrr_numerator_count AS numerator_count,
        nrr_denominator_count AS denominator_count FROM wide
    UNION ALL
    SELECT shop_id, 'non_buyer_fault_return_rate', 1000000, return_numerator, return_denominator,
        return_numerator_count, return_denominator_count FROM wide
    UNION ALL
    SELECT shop_id, 'seller_fault_cancellation_rate', 1000000, cancellation_numerator, cancellation_denominator,
        cancellation_numerator_count, cancellation_denominator_count FROM wide
    UNION ALL
    SELECT shop_id, 'on_time_delivery_rate', 1000000, delivery_numerator, delivery_denominator,
        delivery_numerator_count, delivery_denominator_count FROM wide
    UNION ALL
    SELECT shop_id, 'im_dissatisfaction_rate', 1, dissatisfied, rated, dissatisfied, rated FROM wide
    UNION ALL
    SELECT shop_id, 'after_sales_handling_hours', 1, seconds, rounds, rounds, rounds FROM wide
    UNION ALL
    SELECT shop_id, 'late_dispatch_rate', 1, late_dispatches, dispatches, late_dispatches, dispatches FROM wide
    UNION ALL
    SELECT shop_id, 'service_cancellation_rate', 1, service_cancelled, service_not_cancelled, service_cancelled,
        service_not_cancelled FROM wide
    UNION ALL
    SELECT shop_id, 'service_on_time_rate', 1, service_on_time, service_due, service_on_time, service_due FROM wide
    UNION ALL
    SELECT shop_id, 'seller_fault_return_rate', 1, seller_returns, seller_returns_of, seller_returns,
        seller_returns_of FROM wide
), counts AS (
    -- A count has no denominator.
    SELECT shop_id, 'delivered_orders_90d' AS metric, delivered_90d AS rows FROM wide
    UNION ALL
    SELECT shop_id, 'delivered_orders_60d', delivered_60d FROM wide
    UNION ALL
    SELECT shop_id, 'placed_orders_30d', placed_30d FROM wide
)
SELECT
    shop_id, metric, scale, coalesce(numerator, 0)::HUGEINT AS numerator, coalesce(denominator, 0)::HUGEINT AS denominator,
    coalesce(numerator_count, 0) AS numerator_count, coalesce(denominator_count, 0) AS denominator_count
FROM long
UNION ALL
SELECT shop_id, metric, 1, coalesce(rows, 0), NULL, coalesce(rows, 0), NULL FROM counts;

-- "A metric that needs any other column which the data set lacks altogether is not_supplied."
CREATE OR REPLACE TEMP TABLE not_supplied AS
SELECT DISTINCT metric FROM policy_needs ANTI JOIN data_columns USING (table_name, column_name);

-- "A value = numerator as double ÷ denominator as double; hours = seconds as double / 3600.0 / denominator."
CREATE OR REPLACE TEMP TABLE computed_metrics AS
SELECT
    shop_id, metric,
    CASE WHEN denominator IS NULL THEN 'computed'                   -- "count_of of an empty population is 0"
         WHEN denominator <> 0 THEN 'computed'
         WHEN numerator_count = 0 THEN 'no_data'
         ELSE 'undefined' END AS state,
    CASE WHEN denominator IS NULL THEN as_double(numerator)
         WHEN denominator = 0 THEN NULL                             -- x/0 is infinite in DuckDB, null here
         WHEN metric = 'after_sales_handling_hours' THEN as_double(numerator) / 3600e0 / as_double(denominator)
         ELSE as_double(numerator) / as_double(denominator) END AS value,
    CASE WHEN metric = 'after_sales_handling_hours' THEN as_double(numerator) / 3600e0
         ELSE as_double(numerator) / scale::DOUBLE END AS numerator,
    as_double(denominator) / scale::DOUBLE AS denominator,
    numerator_count, denominator_count
FROM integer_metrics ANTI JOIN not_supplied USING (metric);

-- "the newest with as_of ≤ D (no as_of = always)"; a dated row is newer than an undated one. "a value that differs
-- from numerator ÷ denominator by more than 1e-6 is a bad row": left out.
CREATE OR REPLACE TEMP VIEW newest_supplied_metrics AS
SELECT shop_id, metric, value, numerator, denominator
FROM supplied_metrics CROSS JOIN clock
WHERE (as_of IS NULL OR as_of <= day)
    AND (denominator = 0 OR abs(value - numerator / denominator) <= 1e-6
         OR numerator IS NULL OR denominator IS NULL)
QUALIFY row_number() OVER (PARTITION BY shop_id, metric ORDER BY as_of DESC NULLS LAST) = 1;

-- "replaces the computed one; counts are null unless given. A supplied numerator and denominator, where whole, stand
-- for the row counts of share metrics; for times the numerator is in hours" and only the denominator counts rows.
CREATE OR REPLACE TEMP TABLE metric_values AS
SELECT
    subjects.shop_id, policy_metrics.metric,
    CASE WHEN s.value IS NOT NULL THEN 'supplied' ELSE coalesce(c.state, 'not_supplied') END AS state,
    CASE WHEN s.value IS NOT NULL THEN s.value ELSE c.value END AS value,
    CASE WHEN s.value IS NOT NULL THEN s.numerator ELSE c.numerator END AS numerator,
    CASE WHEN s.value IS NOT NULL THEN s.denominator ELSE c.denominator END AS denominator,
    CASE WHEN s.value IS NULL THEN c.numerator_count
         WHEN share AND s.numerator = floor(s.numerator) THEN s.numerator::BIGINT END AS numerator_count,
    CASE WHEN s.value IS NULL THEN c.denominator_count
         WHEN (share OR hours) AND s.denominator = floor(s.denominator) THEN s.denominator::BIGINT END AS denominator_count,
    s.value AS supplied_value, c.value AS computed_value
FROM subjects
CROSS JOIN (
    SELECT metric, metric LIKE '%_rate' AS share, metric LIKE '%_hours' AS hours FROM policy_metrics
) AS policy_metrics
LEFT JOIN computed_metrics AS c ON c.shop_id = subjects.shop_id AND c.metric = policy_metrics.metric
LEFT JOIN newest_supplied_metrics AS s ON s.shop_id = subjects.shop_id AND s.metric = policy_metrics.metric;

-- "Category: the one with most delivered orders in 90 days"; "ties by smallest id, null never counts; shops.category,
-- where given, wins over the computed one."
CREATE OR REPLACE TEMP TABLE categories AS
WITH busiest AS (
    SELECT shop_id, category, count(*) AS orders
    FROM order_members
    WHERE in_delivered_90d AND category IS NOT NULL
    GROUP BY shop_id, category
    QUALIFY row_number() OVER (PARTITION BY shop_id ORDER BY orders DESC, category) = 1
)
SELECT subjects.shop_id, coalesce(subjects.category, busiest.category) AS category
FROM subjects LEFT JOIN busiest USING (shop_id);
