-- Benefits, gates, badges and ladders (spec 1.1, 2.6), and the account health balance the gates fall back on (2.7).
-- Filled by run.py: month_scores (shop_id, score), the scores as of the latest 1st of a month ≤ D.

-- account_health: "limits 0 to 1,000, starts at 200, changes of the last 180 days count"; "an event of local day d
-- counts as of D while 1 ≤ D − d ≤ N". "An event with effective_at never counts before it and ages from it; a pending
-- one without it never counts." Left out: "every violation overturned (decided_at before D, or no decided_at) or
-- appealed with success before D".
CREATE OR REPLACE TEMP VIEW account_changes AS
SELECT shop_id, -points AS change, epoch_us(coalesce(effective_at, issued_at)) AS counts_us
FROM (
    SELECT violations.*, CASE WHEN epoch_us(decided_at) >= d_00 THEN 'active' ELSE coalesce(violations.status, 'active')
        END AS known_status
    FROM violations CROSS JOIN clock
    WHERE epoch_us(issued_at) < d_00
) AS violation
WHERE known_status <> 'overturned' AND NOT (known_status = 'pending' AND effective_at IS NULL)
    AND NOT EXISTS (
        FROM granted_appeals AS appeal
        WHERE appeal.shop_id = violation.shop_id AND appeal.record_id = violation.violation_id
            AND appeal.about = 'account_health'
    )
UNION ALL
-- "Points are written positive; kind gives the sign"; a milestone_quiz changes a restriction's length, not the balance.
SELECT shop_id, CASE kind WHEN 'deduction' THEN -points ELSE points END, epoch_us("at")
FROM point_events
WHERE kind IN ('gain', 'quiz', 'deduction');

-- "No violations table: the ledger is not_supplied; an empty one: the start value."
CREATE OR REPLACE TEMP VIEW account_balances AS
SELECT
    subjects.shop_id,
    CASE WHEN EXISTS (FROM data_columns WHERE table_name = 'violations')
         THEN least(greatest(200e0 + coalesce(live.change, 0e0), 0e0), 1000e0) END AS balance
FROM subjects
LEFT JOIN (
    SELECT shop_id, sum(change) AS change
    FROM account_changes CROSS JOIN clock
    WHERE counts_us >= start_180 AND counts_us < d_00
    GROUP BY shop_id
) AS live USING (shop_id);

-- "rows of D and later are ignored, the newest counts"
CREATE OR REPLACE TEMP VIEW previous_states AS
SELECT shop_id, item, state AS previous
FROM shop_states CROSS JOIN clock
WHERE as_of_on < day AND state IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY shop_id, item ORDER BY as_of_on DESC) = 1;

-- "in this order: revoke true → locked; grant true → granted; freeze true and now granted → frozen; else unchanged"
CREATE OR REPLACE TEMP MACRO assessed(revoke_met, grant_met, freeze_met, state_before) AS
    CASE WHEN revoke_met THEN 'locked'
         WHEN grant_met THEN 'granted'
         WHEN freeze_met AND state_before = 'granted' THEN 'frozen'
         ELSE state_before END;

-- "without a supplied state the start is locked"; unscored: locked.
CREATE OR REPLACE TEMP TABLE benefit_states AS
SELECT
    scores.shop_id, rule.*, score,
    CASE WHEN score IS NULL THEN 'locked'
         ELSE assessed(score < revoked_below, score >= granted_from, score < frozen_below,
                       coalesce(previous, 'locked')) END AS state
FROM scores CROSS JOIN policy_benefits AS rule
LEFT JOIN previous_states AS p ON p.shop_id = scores.shop_id AND p.item = rule.item;

-- A gate or badge is granted where its condition is true, else locked; null is not true.
CREATE OR REPLACE TEMP MACRO granted_where(condition) AS CASE WHEN met(condition) THEN 'granted' ELSE 'locked' END;

CREATE OR REPLACE TEMP TABLE benefits AS
WITH health AS (
    -- "Gates read shops.account_health where given, else this balance"
    SELECT
        shop_id, balance AS account_health_balance, coalesce(subjects.account_health, balance) AS health,
        seller_type, reputation_points, positive_rating_share, sellable_products, has_logo,
        -- "independent seller, ..., positive_rating_share ≥ 0.8, sellable_products ≥ 1, has_logo": what the badges
        -- ask beside score and reputation.
        seller_type = 'independent' AND positive_rating_share >= 0.8e0 AND sellable_products >= 1e0 AND has_logo
            AS star_basics
    FROM subjects JOIN account_balances USING (shop_id)
), everything AS (
    SELECT
        scores.shop_id, scores.score, delivered_orders_90d, month_scores.score AS month_score,
        health.* EXCLUDE (shop_id)
    FROM scores JOIN health USING (shop_id) LEFT JOIN month_scores USING (shop_id)
)
SELECT
    shop_id,
    max(b.state) FILTER (WHERE item = 'flash_deals')         AS flash_deals,
    max(b.state) FILTER (WHERE item = 'affiliate_marketing') AS affiliate_marketing,
    max(b.state) FILTER (WHERE item = 'campaigns')           AS campaigns,
    max(b.state) FILTER (WHERE item = 'crm')                 AS crm,
    max(b.state) FILTER (WHERE item = 'platform_promotions') AS platform_promotions,
    -- "countdown_bidding: (score ≥ 2.5 or no score) and account health > 150"
    any_value(granted_where((e.score >= 2.5e0 OR e.score IS NULL) AND health > 150e0)) AS countdown_bidding,
    -- "smart_promotion: account health > 150 and (score ≥ 3.5, or fewer than 30 orders in 90 days)"
    any_value(granted_where(health > 150e0 AND (e.score >= 3.5e0 OR delivered_orders_90d < 30e0))) AS smart_promotion,
    -- "score ≥ 4.0", of the latest 1st; "Silver: 2,000 < reputation ≤ 10,000, the rest alike".
    any_value(granted_where(star_basics AND month_score >= 4e0 AND reputation_points > 10000e0)) AS gold_star_seller,
    any_value(granted_where(star_basics AND month_score >= 4e0
                            AND reputation_points > 2000e0 AND reputation_points <= 10000e0)) AS silver_star_seller,
    -- "settlement 8 → 5 days at 3.5, 1 day at 4.0"; "without a score: settlement 8, visibility 0"
    any_value(CASE WHEN e.score >= 4e0 THEN 1e0 WHEN e.score >= 3.5e0 THEN 5e0 ELSE 8e0 END) AS settlement_days,
    -- "2.5 visibility +10 %, 3.5 +20 %, 4.5 +30 %", each step replacing the one before
    any_value(CASE WHEN e.score >= 4.5e0 THEN 0.3e0 WHEN e.score >= 3.5e0 THEN 0.2e0 WHEN e.score >= 2.5e0 THEN 0.1e0
                   ELSE 0e0 END) AS visibility_boost,
    any_value(account_health_balance) AS account_health_balance,
    -- What the margins look at beside the score.
    any_value(health) AS health, any_value(e.delivered_orders_90d) AS delivered_orders_90d,
    any_value(month_score) AS month_score, any_value(reputation_points) AS reputation_points,
    any_value(star_basics) AS star_basics
FROM everything AS e JOIN benefit_states AS b USING (shop_id)
GROUP BY shop_id;
