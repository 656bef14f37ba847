-- What us-sps@2026.06 says (spec 1.1), as tables. Every number below stands in the tables of 1.1.
-- Literals end in e0 because a bare 0.1 is a DECIMAL in DuckDB and every constant is a double (2.3).

-- "points of NRR, returns, OTDR, SFCR at least 3.5, IM at least 2": floor_points.
-- direction: +1 where a higher value is better, -1 where a lower one is. at_N: the raw value worth N points.
CREATE OR REPLACE TEMP TABLE policy_metrics AS
SELECT * FROM (VALUES
    ('negative_review_rate',           'product_satisfaction',   -1e0, 1.00e0, 0.40e0, 0.012e0,  0e0, 3.5e0),
    ('non_buyer_fault_return_rate',    'product_satisfaction',   -1e0, 0.50e0, 0.10e0, 0.0176e0, 0e0, 3.5e0),
    ('seller_fault_cancellation_rate', 'fulfillment_logistics',  -1e0, 0.50e0, 0.10e0, 0.0087e0, 0e0, 3.5e0),
    ('on_time_delivery_rate',          'fulfillment_logistics',   1e0, 0.50e0, 0.80e0, 0.9516e0, 1e0, 3.5e0),
    ('im_dissatisfaction_rate',        'customer_service',       -1e0, 1.00e0, 0.50e0, 0.1701e0, 0e0, 2e0),
    ('after_sales_handling_hours',     'customer_service',       -1e0, 240e0,  96e0,   26.5e0,   0e0, NULL),
    -- Counts, and the service limits beside the score: plain metrics, never scored.
    ('delivered_orders_90d',           NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL),
    ('delivered_orders_60d',           NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL),
    ('placed_orders_30d',              NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL),
    ('late_dispatch_rate',             NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL),
    ('service_cancellation_rate',      NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL),
    ('service_on_time_rate',           NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL),
    ('seller_fault_return_rate',       NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL),
    ('valid_tracking_rate',            NULL,                     NULL, NULL,   NULL,   NULL,     NULL, NULL)
) AS t (metric, dimension, direction, at_0, at_1, at_4, at_5, floor_points);

-- Columns a metric cannot do without and for which 2.3 gives no default: lacking one, the metric is not_supplied.
CREATE OR REPLACE TEMP TABLE policy_needs AS
SELECT * FROM (VALUES
    ('negative_review_rate',           'orders',             'delivered_at'),
    ('negative_review_rate',           'reviews',            'stars'),
    ('non_buyer_fault_return_rate',    'orders',             'delivered_at'),
    ('non_buyer_fault_return_rate',    'returns',            'fault'),
    ('seller_fault_cancellation_rate', 'orders',             'cancel_fault'),
    ('on_time_delivery_rate',          'orders',             'deliver_by'),
    ('on_time_delivery_rate',          'orders',             'delivered_at'),
    ('im_dissatisfaction_rate',        'chats',              'rating'),
    ('after_sales_handling_hours',     'after_sales_rounds', 'finished_at'),
    ('delivered_orders_90d',           'orders',             'delivered_at'),
    ('delivered_orders_60d',           'orders',             'delivered_at'),
    ('placed_orders_30d',              'orders',             'placed_at'),
    ('late_dispatch_rate',             'orders',             'dispatch_by'),
    ('late_dispatch_rate',             'orders',             'dispatched_at'),
    ('service_cancellation_rate',      'orders',             'cancel_fault'),
    ('service_on_time_rate',           'orders',             'deliver_by'),
    ('service_on_time_rate',           'orders',             'delivered_at'),
    ('seller_fault_return_rate',       'orders',             'delivered_at'),
    ('seller_fault_return_rate',       'returns',            'fault')
) AS t (metric, table_name, column_name);

-- "A benefit not named here is lost below the score that grants it": flash deals and platform promotions.
CREATE OR REPLACE TEMP TABLE policy_benefits AS
SELECT * FROM (VALUES
    ('flash_deals',         2.5e0, NULL,  2.5e0),
    ('affiliate_marketing', 3.5e0, NULL,  3.0e0),
    ('campaigns',           3.5e0, NULL,  3.0e0),
    ('crm',                 3.5e0, 3.5e0, 3.0e0),
    ('platform_promotions', 3.5e0, NULL,  3.5e0)
) AS t (item, granted_from, frozen_below, revoked_below);

-- "quantised as they are made: floor(x × 1e9 + 0.5) / 1e9" (2.3).
CREATE OR REPLACE TEMP MACRO quantised(x) AS floor(x * 1e9 + 0.5e0) / 1e9;

-- DuckDB's own HUGEINT -> DOUBLE is not correctly rounded above 2^53; reading decimal text is.
CREATE OR REPLACE TEMP MACRO as_double(h) AS CAST(CAST(h AS VARCHAR) AS DOUBLE);

-- A bare comparison with null is null; a condition that is null is not met (2.3).
CREATE OR REPLACE TEMP MACRO met(condition) AS coalesce(condition, false);

-- Microseconds to whole seconds, half to even (2.3). Durations are never negative in checked data.
CREATE OR REPLACE TEMP MACRO whole_seconds(us) AS
    us // 1000000
    + CASE WHEN us % 1000000 > 500000 THEN 1
           WHEN us % 1000000 = 500000 THEN (us // 1000000) % 2
           ELSE 0 END;
