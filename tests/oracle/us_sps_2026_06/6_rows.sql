-- One row per shop: a metric's fields become columns <metric>_<field>.
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
                      'delivered_orders_90d')
        USING
            any_value(state) AS state, any_value(value) AS value,
            any_value(numerator) AS numerator, any_value(denominator) AS denominator,
            any_value(numerator_count) AS numerator_count, any_value(denominator_count) AS denominator_count,
            any_value(points_before_floor) AS points_before_floor, any_value(points) AS points,
            any_value(weight) AS weight, any_value(points_lost) AS points_lost,
            any_value(supplied_value) AS supplied_value, any_value(computed_value) AS computed_value
        GROUP BY shop_id
    )
)
SELECT
    shop_id, category, state, score, band, product_satisfaction, fulfillment_logistics, customer_service,
    product_collapse_before, product_collapse_after, negative_reviews_before, negative_reviews_after,
    wide.* EXCLUDE (shop_id),
    benefits.* EXCLUDE (shop_id)
FROM scores JOIN categories USING (shop_id) JOIN wide USING (shop_id) JOIN benefits USING (shop_id)
ORDER BY shop_id
