-- "margin {cell, threshold, distance} of the nearest single comparison that would change it, else null" (2.6), as
-- decision 5 reads it: the cell is put at the threshold or just below it, whichever is on the other side, its
-- comparisons are decided by where it then stands, the item's present state is the state before, and the outcome is
-- compared with the present one. Gates, badges and ladders need no more than turning one comparison round: putting
-- their cell across a farther threshold changes nothing that the nearer one does not.

-- One row per item and line, in the order the conditions are written (place). changed: what the item would be.
-- A cell that is not known is at no distance from anything: such a line is never the nearest.
CREATE OR REPLACE TEMP VIEW margin_lines AS
-- Benefits: "revoke" is written first. One threshold may serve several conditions.
SELECT
    shop_id, item, place, 'score' AS cell, threshold, score AS found, state,
    CASE WHEN score < threshold
        THEN assessed(threshold < revoked_below, threshold >= granted_from, threshold < frozen_below, state)
        ELSE assessed(threshold <= revoked_below, threshold > granted_from, threshold <= frozen_below, state)
    END AS changed
FROM (
    SELECT *, 1 AS place, revoked_below AS threshold FROM benefit_states
    UNION ALL
    SELECT *, 2, granted_from FROM benefit_states WHERE granted_from <> revoked_below
)
UNION ALL
-- Gates: (score ≥ 2.5 or no score) and account health > 150.
SELECT
    shop_id, 'countdown_bidding', place, cell, threshold, found, countdown_bidding,
    granted_where(((score >= 2.5e0) <> (place = 1) OR score IS NULL) AND (health > 150e0) <> (place = 2))
FROM benefits JOIN scores USING (shop_id)
CROSS JOIN LATERAL (VALUES (1, 'score', 2.5e0, score), (2, 'account_standing', 150e0, health))
    AS line (place, cell, threshold, found)
UNION ALL
-- account health > 150 and (score ≥ 3.5, or fewer than 30 orders in 90 days).
SELECT
    shop_id, 'smart_promotion', place, cell, threshold, found, smart_promotion,
    granted_where((health > 150e0) <> (place = 1)
                  AND ((score >= 3.5e0) <> (place = 2) OR (orders < 30e0) <> (place = 3)))
FROM (SELECT benefits.* EXCLUDE (delivered_orders_90d), benefits.delivered_orders_90d AS orders, score
      FROM benefits JOIN scores USING (shop_id))
CROSS JOIN LATERAL (VALUES (1, 'account_standing', 150e0, health), (2, 'score', 3.5e0, score),
                           (3, 'delivered_orders_90d.value', 30e0, orders)) AS line (place, cell, threshold, found)
UNION ALL
-- Badges: the score is that of the latest 1st. What the policy calls star basics is one name, not a comparison.
SELECT
    shop_id, 'gold_star_seller', place, cell, threshold, found, gold_star_seller,
    granted_where((month_score >= 4e0) <> (place = 1) AND (reputation_points > 10000e0) <> (place = 2) AND star_basics)
FROM benefits
CROSS JOIN LATERAL (VALUES (1, 'score', 4e0, month_score), (2, 'shop.reputation_points', 10000e0, reputation_points))
    AS line (place, cell, threshold, found)
UNION ALL
SELECT
    shop_id, 'silver_star_seller', place, cell, threshold, found, silver_star_seller,
    granted_where((month_score >= 4e0) <> (place = 1) AND (reputation_points > 2000e0) <> (place = 2)
                  AND (reputation_points <= 10000e0) <> (place = 3) AND star_basics)
FROM benefits
CROSS JOIN LATERAL (VALUES (1, 'score', 4e0, month_score), (2, 'shop.reputation_points', 2000e0, reputation_points),
                           (3, 'shop.reputation_points', 10000e0, reputation_points))
    AS line (place, cell, threshold, found)
UNION ALL
-- Ladders: "the last step whose when is true, else the default".
SELECT
    shop_id, 'settlement_days', place, 'score', threshold, score, settlement_days::VARCHAR,
    CASE WHEN (score >= 4e0) <> (place = 2) THEN 1e0 WHEN (score >= 3.5e0) <> (place = 1) THEN 5e0 ELSE 8e0 END::VARCHAR
FROM benefits JOIN scores USING (shop_id) CROSS JOIN (VALUES (1, 3.5e0), (2, 4e0)) AS line (place, threshold)
UNION ALL
SELECT
    shop_id, 'visibility_boost', place, 'score', threshold, score, visibility_boost::VARCHAR,
    CASE WHEN (score >= 4.5e0) <> (place = 3) THEN 0.3e0 WHEN (score >= 3.5e0) <> (place = 2) THEN 0.2e0
         WHEN (score >= 2.5e0) <> (place = 1) THEN 0.1e0 ELSE 0e0 END::VARCHAR
FROM benefits JOIN scores USING (shop_id)
CROSS JOIN (VALUES (1, 2.5e0), (2, 3.5e0), (3, 4.5e0)) AS line (place, threshold);

-- "Quantised like points; the first written wins a tie."
CREATE OR REPLACE TEMP TABLE margins AS
SELECT shop_id, item, cell, threshold, quantised(abs(found - threshold)) AS distance
FROM margin_lines
WHERE found IS NOT NULL AND changed <> state
QUALIFY row_number() OVER (PARTITION BY shop_id, item ORDER BY distance, place) = 1;
