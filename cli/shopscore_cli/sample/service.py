"""What buyers ask and complain about: chats and complaint tickets."""

CHATS = """
WITH candidates AS (
    SELECT order_no, key, edge, shop_id, placed_us, b, opened,
        u(key, 401) AS u_start, u(key, 402) AS u_by, u(key, 403) AS u_solved, u(key, 404) AS u_reply,
        u(key, 405) AS u_delay, u(key, 406) AS u_rates, u(key, 407) AS u_stars, u(key, 408) AS u_rated,
        u(key, 409) AS u_away
    FROM month_orders(getvariable('orders_file'))
    WHERE u(key, 400) < 0.23 * asked_of(category) OR (late AND u(key, 400) < 0.5)
        OR (edge >= 40 AND edge < 45)
),
started AS (
    SELECT *,
        CASE
            WHEN edge = 40 THEN midnight(local_day(placed_us) + 1)
            WHEN u_start < 0.3
                THEN greatest(first_us(), midnight(opened), whole_second(placed_us - hours_us(8.0 * u_start)))
            ELSE whole_second(placed_us + days_us(12.0 * (u_start - 0.3)))
        END AS started_us,
        CASE
            WHEN u_by < 0.91 THEN 'buyer' WHEN u_by < 0.96 THEN 'seller' WHEN u_by < 0.99 THEN 'broadcast'
        END AS started_by,
        CASE
            WHEN u_solved < 0.17 THEN 'bot' WHEN u_solved < 0.27 THEN 'faq' WHEN u_solved < 0.97 THEN 'human'
        END AS resolved_by
    FROM candidates
),
-- The thresholds of the programs' reply times (12 h, 24 h) are met to the microsecond, and missed by one.
replied AS (
    SELECT *,
        CASE
            WHEN edge >= 41 AND edge < 45
                THEN started_us + CASE WHEN edge < 43 THEN 43200000000 ELSE 86400000000 END + edge % 2
            WHEN started_by = 'broadcast' THEN NULL
            WHEN resolved_by IN ('bot', 'faq') AND u_reply < 0.85 THEN NULL
            WHEN u_reply > 0.985 - 0.12 * b THEN NULL
            WHEN u_reply > 0.95 - 0.35 * b THEN whole_second(started_us + hours_us(12.0 + 40.0 * u_delay))
            ELSE whole_second(started_us + 5000000 + hours_us((0.3 + 6.0 * b) * u_delay * u_delay))
        END AS replied_us,
        CASE
            WHEN u_rates >= 0.16 OR started_by = 'broadcast' THEN NULL
            WHEN u_stars < 0.06 + 0.34 * b THEN 1 WHEN u_stars < 0.09 + 0.50 * b THEN 2
            WHEN u_stars < 0.19 + 0.50 * b THEN 3 WHEN u_stars < 0.42 + 0.45 * b THEN 4
            ELSE 5
        END AS rating,
        whole_second(started_us + hours_us(0.5 + 30.0 * u_rated)) AS rated_us
    FROM started
    WHERE started_us < snapshot_us()
)
SELECT
    'C' || order_no                             AS chat_id,
    shop_id,
    instant(started_us)                         AS started_at,
    started_by,
    instant(known_by_snapshot(replied_us))      AS first_reply_at,
    resolved_by,
    CASE WHEN rated_us < snapshot_us() THEN rating END::INTEGER AS rating,
    -- One rating in eight comes without its time.
    CASE WHEN rating IS NOT NULL AND u_rates < 0.14 THEN instant(known_by_snapshot(rated_us)) END AS rated_at,
    CASE WHEN u_away < 0.005 THEN NULL ELSE u_away < 0.025 END AS during_holiday_mode,
    u_away >= 0.985                             AS buyer_blocked
FROM replied
"""

COMPLAINTS = """
WITH candidates AS (
    SELECT *, u(key, 501) AS u_time, u(key, 502) AS u_fault, u(key, 503) AS u_again
    FROM month_orders(getvariable('orders_file'))
),
raised AS (
    SELECT *, unnest(CASE WHEN u_again < 0.05 THEN [0, 1] ELSE [0] END) AS copy
    FROM candidates
    WHERE edge = 50 OR u(key, 500) < 0.003 + 0.020 * b + (CASE WHEN late THEN 0.01 ELSE 0.0 END)
),
timed AS (
    SELECT *,
        copy * days_us(1.5) + CASE WHEN edge = 50 THEN midnight(local_day(placed_us) + 1)
            ELSE whole_second(
                coalesce(delivered_us, placed_us) + hours_us(1.0) + days_us(15.0 * u_time * u_time))
        END AS opened_us
    FROM raised
)
SELECT
    'K' || order_no || '-' || (1 + copy)        AS ticket_id,
    shop_id,
    instant(opened_us)                          AS opened_at,
    CASE WHEN u_again < 0.92 THEN order_id END  AS order_id,
    CASE
        WHEN u_fault < 0.50 + 0.3 * b THEN 'seller' WHEN u_fault < 0.84 THEN 'logistics'
        WHEN u_fault < 0.92 THEN 'buyer' WHEN u_fault < 0.95 THEN 'platform'
        WHEN u_fault < 0.98 THEN 'unknown'
    END                                         AS fault
FROM timed
WHERE opened_us < snapshot_us()
"""
