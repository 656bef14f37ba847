-- What is known on the morning of D (spec 2.2), for the shops that are scored.
-- Filled by run.py: as_of (day, opened_after) and day_starts (age, starts_us: first instant of the local day D - age).

-- Age of an event = D − its local date. The event has age 1..N exactly when start_N <= its instant < d_00.
CREATE OR REPLACE TEMP TABLE clock AS
SELECT
    any_value(day)                              AS day,
    any_value(opened_after)                     AS opened_after,   -- D − opened_on < 180 as a plain comparison
    max(starts_us) FILTER (WHERE age = 0)       AS d_00,
    max(starts_us) FILTER (WHERE age = 15)      AS start_15,
    max(starts_us) FILTER (WHERE age = 30)      AS start_30,
    max(starts_us) FILTER (WHERE age = 45)      AS start_45,
    max(starts_us) FILTER (WHERE age = 60)      AS start_60,
    max(starts_us) FILTER (WHERE age = 90)      AS start_90,
    max(starts_us) FILTER (WHERE age = 180)     AS start_180
FROM day_starts CROSS JOIN as_of;

-- "Subjects are the rows of shops where that table is there, else the ids seen; other markets and closed shops are
-- skipped" (3.1). A shop that names no market is not of another one.
CREATE OR REPLACE TEMP TABLE subjects AS
SELECT
    shop_id, category, coalesce(seller_type, 'independent') AS seller_type, opened_on, reputation_points,
    positive_rating_share, sellable_products, has_logo, account_health
FROM shops
WHERE coalesce(market, 'US') = 'US' AND coalesce(state, 'active') <> 'closed'
UNION ALL
SELECT shop_id, NULL, 'independent', NULL, NULL, NULL, NULL, NULL, NULL
FROM (
    SELECT shop_id FROM orders UNION SELECT shop_id FROM reviews UNION SELECT shop_id FROM returns
    UNION SELECT shop_id FROM after_sales_rounds UNION SELECT shop_id FROM chats
    UNION SELECT shop_id FROM supplied_metrics
)
WHERE NOT EXISTS (FROM data_columns WHERE table_name = 'shops');

-- "A row exists from its own clock on. Every other *_at at or after D 00:00 is null, and with it what it dates:
-- cancelled_at its by, reason and fault." Deadlines are plain data.
CREATE OR REPLACE TEMP VIEW known_orders AS
WITH instants AS (
    SELECT
        orders.*,
        epoch_us(placed_at) AS placed_us,
        CASE WHEN epoch_us(delivered_at) < d_00 THEN epoch_us(delivered_at) END AS delivered_us,
        CASE WHEN epoch_us(cancelled_at) < d_00 THEN epoch_us(cancelled_at) END AS cancelled_us,
        CASE WHEN epoch_us(dispatched_at) < d_00 THEN epoch_us(dispatched_at) END AS dispatched_us,
        epoch_us(deliver_by) AS deliver_by_us,
        epoch_us(dispatch_by) AS dispatch_by_us
    FROM orders JOIN subjects USING (shop_id) CROSS JOIN clock
    WHERE epoch_us(placed_at) < d_00
)
SELECT
    shop_id, order_id, category, placed_us, delivered_us, cancelled_us, dispatched_us, deliver_by_us, dispatch_by_us,
    CASE WHEN cancelled_us IS NOT NULL THEN cancel_fault END AS cancel_fault,
    coalesce(order_type, 'normal') AS order_type,
    coalesce(fulfillment, 'seller') AS fulfillment,
    NOT (coalesce(is_sample, false) OR coalesce(is_gift, false) OR coalesce(is_fake, false)) AS counted
FROM instants;

CREATE OR REPLACE TEMP VIEW known_reviews AS
SELECT shop_id, order_id, review_id, epoch_us(posted_at) AS posted_us, stars, coalesce(is_edit, false) AS is_edit
FROM reviews CROSS JOIN clock
WHERE epoch_us(posted_at) < d_00;

-- "resolved_at ... the status (then open)"; a status without any resolved_at is taken as it stands.
CREATE OR REPLACE TEMP VIEW known_returns AS
SELECT
    shop_id, order_id, return_id, fault,
    CASE WHEN epoch_us(resolved_at) >= d_00 THEN 'open' ELSE coalesce(status, 'open') END AS status
FROM returns CROSS JOIN clock
WHERE epoch_us(requested_at) < d_00;

CREATE OR REPLACE TEMP VIEW known_rounds AS
SELECT
    shop_id, round_id, epoch_us(started_at) AS started_us,
    CASE WHEN epoch_us(finished_at) < d_00 THEN epoch_us(finished_at) END AS finished_us,
    coalesce(handled_by, 'seller') AS handled_by
FROM after_sales_rounds JOIN subjects USING (shop_id) CROSS JOIN clock
WHERE epoch_us(started_at) < d_00;

-- "rated_at the rating (without rated_at the rating dates from started_at)".
CREATE OR REPLACE TEMP VIEW known_chats AS
SELECT
    shop_id, chat_id, epoch_us(started_at) AS started_us, coalesce(resolved_by, 'human') AS resolved_by,
    CASE WHEN epoch_us(coalesce(rated_at, started_at)) < d_00 THEN rating END AS rating
FROM chats JOIN subjects USING (shop_id) CROSS JOIN clock
WHERE epoch_us(started_at) < d_00;

-- "granted with decided_at before D" (2.8): without a decided_at nothing is removed.
CREATE OR REPLACE TEMP VIEW granted_appeals AS
SELECT DISTINCT shop_id, about, record_id
FROM appeals CROSS JOIN clock
WHERE epoch_us(filed_at) < d_00 AND epoch_us(decided_at) < d_00 AND status = 'granted';
