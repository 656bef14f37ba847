"""Appeals: against single records of a metric, and against violations."""

# One order, chat or round in forty of those that hurt is disputed. A rejected appeal is filed once more at
# times; a ticket holds no more than 20 records.
RECORD_APPEALS = """
WITH hurting AS (
    SELECT order_id AS record_id, shop_id, review_rate() AS about, 1 AS kind,
        order_id::BIGINT - order_id_base() AS order_no, epoch_us(posted_at) AS happened_us
    FROM read_parquet(getvariable('reviews_file'))
    WHERE stars <= 2 AND ends_with(review_id, '-1')
    UNION ALL
    SELECT order_id, shop_id, return_rate(), 2, order_id::BIGINT - order_id_base(), epoch_us(requested_at)
    FROM read_parquet(getvariable('returns_file'))
    WHERE fault IN ('seller', 'logistics') AND ends_with(return_id, '-1')
    UNION ALL
    SELECT order_id, shop_id, cancellation_rate(), 3, order_id::BIGINT - order_id_base(),
        epoch_us(cancelled_at)
    FROM read_parquet(getvariable('orders_file'))
    WHERE cancel_fault = 'seller'
    UNION ALL
    SELECT order_id, shop_id, late_rate(), 4, order_id::BIGINT - order_id_base(), epoch_us(delivered_at)
    FROM read_parquet(getvariable('orders_file'))
    WHERE delivered_at > deliver_by AND cancelled_at IS NULL
    UNION ALL
    SELECT chat_id, shop_id, chat_rate(), 5, substr(chat_id, 2)::BIGINT, epoch_us(started_at)
    FROM read_parquet(getvariable('chats_file'))
    WHERE rating <= 2
    UNION ALL
    SELECT round_id, shop_id, round_metric(), 6, substr(split_part(round_id, '-', 1), 2)::BIGINT,
        epoch_us(finished_at)
    FROM read_parquet(getvariable('after_sales_rounds_file'))
    WHERE round_metric() IS NOT NULL AND ends_with(round_id, '-1-approval')
        AND epoch_us(finished_at) - epoch_us(started_at) > 72 * 3600000000
),
drawn AS (
    SELECT *, appeal_key(order_no * 8 + kind) AS key FROM hurting
),
disputed AS (
    SELECT *, u(key, 2) AS u_filed, u(key, 3) AS u_decided, u(key, 4) AS u_granted, u(key, 5) AS u_again,
        (row_number() OVER (PARTITION BY shop_id, about ORDER BY happened_us, record_id) - 1) // 20 AS ticket
    FROM drawn
    WHERE u(key, 1) < 0.025
),
first_time AS (
    SELECT *, 1 AS attempt, whole_second(happened_us + days_us(0.5 + 9.5 * u_filed)) AS filed_us,
        whole_second(happened_us + days_us(0.5 + 9.5 * u_filed + 1.0 + 5.0 * u_decided)) AS decided_us,
        u_granted < 0.45 AS granted
    FROM disputed
),
attempts AS (
    SELECT * FROM first_time
    UNION ALL
    SELECT * REPLACE (
        2 AS attempt, decided_us + days_us(8.0 * u_filed) AS filed_us,
        decided_us + days_us(8.0 * u_filed + 2.0 + 3.0 * u_again) AS decided_us, u_again < 0.06 AS granted)
    FROM first_time
    WHERE NOT granted AND u_again < 0.2
)
SELECT
    'A' || kind || '-' || order_no || '-' || attempt    AS appeal_id,
    shop_id,
    about,
    record_id,
    CASE WHEN u_decided < 0.9
        THEN 'Q' || kind || '-' || shop_no_of(shop_id) || '-' || getvariable('month') || '-' || ticket
    END                                                 AS ticket_id,
    instant(filed_us)                                   AS filed_at,
    instant(known_by_snapshot(decided_us))              AS decided_at,
    CASE
        WHEN decided_us >= snapshot_us() THEN CASE WHEN u_again >= 0.1 THEN 'pending' END
        WHEN granted THEN 'granted' ELSE 'rejected'
    END                                                 AS status
FROM attempts
WHERE filed_us < snapshot_us()
ORDER BY filed_us, appeal_id
"""

# Filed within the 30 days the programs allow, and once more within 15 days of a rejection.
VIOLATION_APPEALS = """
WITH disputed AS (
    SELECT violation_id, shop_id, status,
        epoch_us(issued_at) AS issued_us, epoch_us(decided_at) AS decided_us,
        ledger_at(row_number() OVER (ORDER BY violation_id) - 1) AS about
    FROM violations
    WHERE status = 'appealing' OR decided_at IS NOT NULL
),
attempts AS (
    SELECT *, 1 AS attempt, issued_us + 2 * 86400000000 AS filed_us, decided_us AS answered_us,
        CASE
            WHEN status = 'overturned' THEN 'granted' WHEN decided_us IS NULL THEN 'pending' ELSE 'rejected'
        END AS answer
    FROM disputed
    UNION ALL
    SELECT *, 2, decided_us + 10 * 86400000000, NULL, 'pending'
    FROM disputed
    WHERE status = 'active' AND decided_us IS NOT NULL
)
SELECT
    'A' || violation_id || '-' || attempt       AS appeal_id,
    shop_id,
    about,
    violation_id                                AS record_id,
    NULL::VARCHAR                               AS ticket_id,
    instant(filed_us)                           AS filed_at,
    instant(answered_us)                        AS decided_at,
    answer                                      AS status
FROM attempts
WHERE filed_us < snapshot_us()
ORDER BY filed_us, appeal_id
"""
