-- One row per shop: a metric's fields become columns <metric>_<field>, an item's margin <item>_margin_<field>.
WITH fields AS (
    SELECT
        m.shop_id, m.metric, m.state, m.value, m.numerator, m.denominator, m.numerator_count, m.denominator_count,
        m.supplied_value, m.computed_value, l.points_before_floor, l.points, l.weight, l.points_lost
    FROM metric_values AS m LEFT JOIN metric_losses AS l ON l.shop_id = m.shop_id AND l.metric = m.metric
), wide AS (
    FROM (
        PIVOT fields
        ON metric IN ('negative_review_rate', 'non_buyer_fault_return_rate', 'seller_fault_cancellation_rate',
                      'on_time_delivery_rate', 'im_dissatisfaction_rate', 'after_sales_handling_hours',
                      'delivered_orders_90d', 'delivered_orders_60d', 'placed_orders_30d', 'late_dispatch_rate',
                      'service_cancellation_rate', 'service_on_time_rate', 'seller_fault_return_rate',
                      'valid_tracking_rate')
        USING
            any_value(state) AS state, any_value(value) AS value,
            any_value(numerator) AS numerator, any_value(denominator) AS denominator,
            any_value(numerator_count) AS numerator_count, any_value(denominator_count) AS denominator_count,
            any_value(points_before_floor) AS points_before_floor, any_value(points) AS points,
            any_value(weight) AS weight, any_value(points_lost) AS points_lost,
            any_value(supplied_value) AS supplied_value, any_value(computed_value) AS computed_value
        GROUP BY shop_id
    )
), margins_wide AS (
    FROM (
        PIVOT margins
        ON item IN ('flash_deals', 'affiliate_marketing', 'campaigns', 'crm', 'platform_promotions',
                    'countdown_bidding', 'smart_promotion', 'gold_star_seller', 'silver_star_seller',
                    'settlement_days', 'visibility_boost')
        USING
            any_value(cell) AS margin_cell, any_value(threshold) AS margin_threshold,
            any_value(distance) AS margin_distance
        GROUP BY shop_id
    )
)
SELECT
    shop_id, category, state, score, band, product_satisfaction, fulfillment_logistics, customer_service,
    product_satisfaction_weight, fulfillment_logistics_weight, customer_service_weight,
    product_collapse_before, product_collapse_after, negative_reviews_before, negative_reviews_after,
    wide.* EXCLUDE (shop_id),
    benefits.* EXCLUDE (shop_id, health, delivered_orders_90d, month_score, reputation_points, star_basics),
    coalesce(own_deadline_types, 0) AS own_deadline_types_rows,
    margins_wide.* EXCLUDE (shop_id)
FROM scores JOIN categories USING (shop_id) JOIN wide USING (shop_id) JOIN benefits USING (shop_id)
LEFT JOIN order_sums USING (shop_id) LEFT JOIN margins_wide USING (shop_id)
ORDER BY shop_id
