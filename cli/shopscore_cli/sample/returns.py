"""Returns and the rounds of work each of them causes."""

RETURNS = """
WITH candidates AS (
    SELECT *, u(key, 200) AS u_asks, u(key, 201) AS u_fault, u(key, 202) AS u_time, u(key, 203) AS u_again,
        u(key, 204) AS u_reason
    FROM month_orders(getvariable('orders_file'))
    WHERE NOT cancelled AND dispatched_us IS NOT NULL
),
-- Not the buyer's fault: rises with badness and lateness. Never arrived: asked for without a delivery.
blamed AS (
    SELECT *,
        0.005 + 0.09 * b + (CASE WHEN late THEN 0.05 ELSE 0.0 END) AS p_theirs,
        0.029 * returned_of(category)       AS p_buyer,
        delivered_us IS NULL AND deliver_by_us + 3 * 86400000000 < snapshot_us() AS overdue
    FROM candidates
),
asked AS (
    SELECT *, u_asks < p_theirs OR overdue AS theirs,
        unnest(CASE WHEN u_again < 0.005 THEN [0, 1, 2] WHEN u_again < 0.06 THEN [0, 1] ELSE [0] END) AS copy
    FROM blamed
    WHERE (delivered_us IS NOT NULL AND (edge = 30 OR u_asks < p_theirs + p_buyer))
        OR (overdue AND u_asks < 0.6)
),
judged AS (
    SELECT *, u(key, 210 + copy) AS u_kind, u(key, 220 + copy) AS u_status, u(key, 230 + copy) AS u_resolved,
        CASE
            WHEN overdue THEN 'logistics'
            WHEN theirs AND late AND u_fault < 0.5 THEN 'logistics'
            WHEN theirs THEN CASE WHEN u_fault < 0.8 THEN 'seller' ELSE 'logistics' END
            WHEN u_fault < 0.86 THEN 'buyer' WHEN u_fault < 0.92 THEN 'unknown'
            WHEN u_fault < 0.96 THEN 'platform'
        END AS fault,
        CASE
            WHEN overdue THEN whole_second(deliver_by_us + days_us(1.0 + 2.0 * u_time))
            WHEN edge = 30 THEN midnight(local_day(delivered_us) + 3)
            ELSE whole_second(delivered_us + hours_us(2.0) + days_us(24.0 * u_time * u_time))
        END + copy * days_us(2.0 + 3.0 * u_again) AS requested_us
    FROM asked
),
resolved AS (
    SELECT *, whole_second(requested_us + days_us(1.0 + 11.0 * u_resolved)) AS resolved_us
    FROM judged
    WHERE requested_us < snapshot_us()
)
SELECT
    'T' || order_no || '-' || (1 + copy)        AS return_id,
    order_id,
    shop_id,
    instant(requested_us)                       AS requested_at,
    CASE
        WHEN overdue OR u_kind < 0.35 THEN 'refund' WHEN u_kind < 0.93 THEN 'return_and_refund'
        ELSE 'replacement'
    END                                         AS kind,
    CASE coalesce(fault, 'unknown')
        WHEN 'seller' THEN ['ecom_order_delivered_refund_reason_defective',
            'ecom_order_delivered_refund_reason_not_match_description',
            'ecom_order_delivered_refund_reason_wrong_product_1',
            'ecom_order_delivered_refund_reason_missing_product'][1 + floor(u_reason * 4.0)::BIGINT]
        WHEN 'logistics' THEN ['ecom_order_delivered_refund_reason_not_received',
            'ecom_order_delivered_refund_reason_damaged',
            'ecom_order_delivered_refund_reason_missed_delivery_date'][1 + floor(u_reason * 3.0)::BIGINT]
        WHEN 'buyer' THEN ['ecom_order_delivered_refund_reason_no_need', 'buyer_refund_does_not_suit_me',
            'buyer_refund_ordered_incorrect_size'][1 + floor(u_reason * 3.0)::BIGINT]
        ELSE 'ecom_order_delivered_refund_reason_other'
    END                                         AS reason,
    fault,
    CASE
        WHEN u_status < 0.004 THEN NULL
        WHEN resolved_us >= snapshot_us() OR u_status < 0.01 THEN 'open'
        WHEN u_status < 0.78 THEN 'completed' WHEN u_status < 0.88 THEN 'rejected' ELSE 'cancelled'
    END                                         AS status,
    CASE WHEN u_status >= 0.01 THEN instant(known_by_snapshot(resolved_us)) END AS resolved_at
FROM resolved
"""

# Stage 0 is the approval, 1 the inspection of what came back, 2 an approval asked for again.
ROUNDS = """
WITH read_back AS (
    SELECT return_id, shop_id, kind, epoch_us(requested_at) AS requested_us, shop_no_of(shop_id) AS shop_no,
        order_id::BIGINT - order_id_base() AS order_no, 10 * substr(return_id, -1)::BIGINT AS base
    FROM read_parquet(getvariable('returns_file'))
),
keyed AS (
    SELECT *, order_key(order_no) AS key, order_no % 397 AS edge, shop_key(shop_no) AS shop_key FROM read_back
),
drawn AS (
    SELECT *, u(shop_key, 1) AS u_kind, u(shop_key, 2) AS u_first, u(shop_key, 3) AS u_last FROM keyed
),
cases AS (
    SELECT *, badness(u_kind, u_first, u_last, requested_us) AS b FROM drawn
),
opened AS (
    SELECT *,
        unnest(CASE
            WHEN kind <> 'refund' AND u(key, 300 + base) < 0.47 THEN [0, 1]
            WHEN u(key, 300 + base) > 0.96 THEN [0, 2] ELSE [0]
        END) AS stage
    FROM cases
),
worked AS (
    SELECT *, u(key, 301 + base + stage) AS u_who, u(key, 304 + base + stage) AS u_hours,
        CASE stage WHEN 0 THEN requested_us
            ELSE whole_second(requested_us + days_us(2.0 + 5.0 * u(key, 307 + base))) END AS started_us
    FROM opened
),
handled AS (
    SELECT *,
        CASE
            WHEN u_who < 0.10 THEN 'system' WHEN u_who < 0.22 THEN 'seller_rule' WHEN u_who < 0.23 THEN NULL
            ELSE 'seller'
        END AS handled_by
    FROM worked
    WHERE started_us < snapshot_us()
),
finished AS (
    SELECT *,
        CASE
            WHEN edge = 30 AND stage = 0 THEN midnight(local_day(started_us) + 1)
            WHEN handled_by = 'system' THEN started_us + 48 * 3600000000
            WHEN handled_by = 'seller_rule' THEN started_us + floor(600.0 * u_hours)::BIGINT * 1000000
            ELSE whole_second(started_us + hours_us((7.0 + 80.0 * b) * (0.2 + 2.4 * u_hours * u_hours)))
        END AS finished_us
    FROM handled
)
SELECT
    return_id || ['-approval', '-inspection', '-appeal'][1 + stage] AS round_id,
    return_id                                   AS case_id,
    shop_id,
    CASE WHEN stage = 1 THEN 'inspection' ELSE 'approval' END AS stage,
    instant(started_us)                         AS started_at,
    instant(known_by_snapshot(finished_us))     AS finished_at,
    handled_by
FROM finished
"""
