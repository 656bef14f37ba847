"""Orders: who sells them, how they travel, and how some of them end early."""

ORDER_ID_BASE = 5_764_600_000_000_000_000  # 19 digits, as real ids have: more than a double holds

MACROS = """
CREATE MACRO known_by_snapshot(us) AS CASE WHEN us < snapshot_us() THEN us END;

-- What the tables that follow from orders read back of one month; `b` is the shop's badness at the time.
CREATE MACRO month_orders(file) AS TABLE
    WITH read_back AS (
        SELECT order_id, shop_id, product_id, category, shop_no_of(shop_id) AS shop_no,
            order_id::BIGINT - order_id_base() AS order_no,
            epoch_us(placed_at) AS placed_us, epoch_us(dispatched_at) AS dispatched_us,
            epoch_us(delivered_at) AS delivered_us, epoch_us(deliver_by) AS deliver_by_us,
            cancelled_at IS NOT NULL AS cancelled, coalesce(delivered_at > deliver_by, false) AS late
        FROM read_parquet(file)
    ),
    keyed AS (
        SELECT *, order_key(order_no) AS key, shop_key(shop_no) AS shop_key, order_no % 397 AS edge
        FROM read_back
    ),
    drawn AS (
        SELECT *, u(shop_key, 1) AS u_kind, u(shop_key, 2) AS u_first, u(shop_key, 3) AS u_last,
            u(shop_key, 4) AS u_age
        FROM keyed
    )
    SELECT * EXCLUDE (u_kind, u_first, u_last, u_age), badness(u_kind, u_first, u_last, placed_us) AS b,
        opened_day(shop_no, u_age) AS opened
    FROM drawn;
"""

# One month in time order. `edge` makes every 397th order meet one boundary exactly, the next another, so
# that each kind is there in any sample of some size; the tables that follow have numbers of their own.
ORDERS = """
WITH numbered AS (
    SELECT month, starts_us, first_order, orders, opens_day, closes_day,
        unnest(range(first_order, first_order + orders)) AS order_no
    FROM (SELECT * FROM slots WHERE month = getvariable('month') ORDER BY starts_us)
),
keyed AS (
    SELECT *, order_key(order_no) AS key FROM numbered
),
timed AS (
    SELECT *, u(key, 1) AS u_moment, u(key, 2) AS u_visitor FROM keyed
),
placed AS (
    SELECT order_no, key, order_no % 397 AS edge,
        CASE
            WHEN opens_day AND order_no = first_order THEN starts_us
            WHEN closes_day AND order_no = first_order + orders - 1 THEN starts_us + 3599999999
            ELSE whole_second(starts_us
                + ((order_no - first_order) * 3600000000 + floor(u_moment * 3600000000.0)::BIGINT) // orders)
        END AS placed_us,
        -- Visitors go to the shop of rank r with a density like r ^ -0.75, thinned further at the end.
        u_visitor * (0.8 + 0.2 * u_visitor) AS visitor
    FROM timed
),
visited AS (
    SELECT *, 1.0 + visitor * (sqrt(sqrt(shop_count() + 1.0)) - 1.0) AS root FROM placed
),
led AS (
    SELECT order_no, key, edge, placed_us,
        least(floor(root * root * root * root - 1.0)::BIGINT, shop_count() - 1) AS door
    FROM visited
),
knocked AS (
    SELECT *, shop_key(door) AS door_key FROM led
),
greeted AS (
    SELECT *, u(door_key, 4) AS u_age, u(door_key, 5) AS u_until, u(door_key, 6) AS u_pull,
        u(key, 3) AS u_buys
    FROM knocked
),
admitted AS (
    SELECT *, opened_day(door, u_age) AS opened, closing_day(door, u_until) AS closing FROM greeted
),
bought AS (
    SELECT order_no, key, edge, placed_us,
        CASE
            WHEN placed_us >= midnight(opened) AND placed_us < midnight(closing)
                AND u_buys < pull(door, u_pull, progress(placed_us))
            THEN door ELSE anchor_of(door)
        END AS shop_no
    FROM admitted
),
served AS (
    SELECT *, shop_key(shop_no) AS shop_key FROM bought
),
drawn AS (
    SELECT order_no, key, edge, placed_us, shop_no,
        u(shop_key, 1) AS u_kind, u(shop_key, 2) AS u_first, u(shop_key, 3) AS u_last,
        u(shop_key, 7) AS u_products, u(shop_key, 8) AS u_platform, u(shop_key, 9) AS u_category,
        u(shop_key, 10) AS u_second, u(shop_key, 11) AS u_shady,
        u(key, 4) AS u_carrier, u(key, 5) AS u_product, u(key, 6) AS u_fate, u(key, 7) AS u_when,
        u(key, 8) AS u_type, u(key, 9) AS u_paid, u(key, 10) AS u_deadline, u(key, 11) AS u_dispatch,
        u(key, 12) AS u_dispatch_late, u(key, 13) AS u_deliver, u(key, 14) AS u_deliver_late,
        u(key, 15) AS u_arrange, u(key, 16) AS u_region, u(key, 17) AS u_flag, u(key, 18) AS u_price,
        u(key, 19) AS u_buyer
    FROM served
),
sold AS (
    SELECT * EXCLUDE (u_kind, u_first, u_last, u_products, u_platform, u_category, u_second, u_shady,
            u_carrier, u_product),
        is_shady(shop_no, u_shady)              AS shady,
        category_at(u_category)                 AS shop_category,
        category_at(u_second)                   AS second_category,
        badness(u_kind, u_first, u_last, placed_us) AS b,
        u_carrier < platform_share(u_platform)  AS by_platform,
        floor(products_of(shop_no, u_products) * u_product * u_product)::BIGINT AS product_no
    FROM drawn
),
fated AS (
    SELECT *, product_key(shop_no * 8191 + product_no) AS of_product,
        CASE
            WHEN edge = 8 THEN 'seller'
            WHEN edge < 8 THEN 'kept'
            WHEN u_fate < 0.022 THEN 'unpaid'
            WHEN u_fate < 0.042 THEN 'buyer'
            WHEN u_fate < 0.044 THEN 'risk'
            WHEN u_fate < 0.046 THEN 'lost'
            WHEN u_fate < 0.049 THEN 'refused'
            WHEN u_fate < 0.0496 THEN 'recalled'
            WHEN u_fate < 0.0510 THEN 'missing'
            WHEN u_fate < 0.0530 + 0.05 * b THEN 'seller'
            WHEN u_fate < 0.0535 + 0.09 * b AND NOT by_platform THEN 'timeout'
            ELSE 'kept'
        END AS fate,
        CASE
            WHEN edge < 9 THEN 'normal'
            WHEN u_type < 0.020 THEN 'pre_order' WHEN u_type < 0.032 THEN 'made_to_order'
            WHEN u_type < 0.040 THEN 'back_order' WHEN u_type < 0.048 THEN 'custom'
            WHEN u_type < 0.052 THEN 'lottery' WHEN u_type < 0.055 THEN NULL ELSE 'normal'
        END AS order_type
    FROM sold
),
paid AS (
    SELECT *,
        CASE
            WHEN fate = 'unpaid' THEN NULL
            WHEN u_paid < 0.85 THEN placed_us + floor(u_paid * 90.0)::BIGINT * 1000000
            ELSE placed_us + floor((u_paid - 0.85) * 480000.0)::BIGINT * 1000000
        END AS paid_us,
        CASE order_type
            WHEN 'pre_order' THEN 10 WHEN 'made_to_order' THEN 7 WHEN 'back_order' THEN 14
            WHEN 'custom' THEN 7 ELSE 2
        END AS handling_days
    FROM fated
),
dated AS (
    SELECT *, local_day(paid_us) AS paid_day FROM paid
),
planned AS (
    SELECT *,
        handling_days + CASE weekday(paid_day) WHEN 4 THEN 2 WHEN 5 THEN 2 WHEN 6 THEN 1 ELSE 0 END
            AS dispatch_days,
        3 + floor(u_region * 4.0)::BIGINT AS travel_days
    FROM dated
),
scheduled AS (
    SELECT *, paid_day + dispatch_days AS dispatch_day, paid_day + dispatch_days - 1 AS arrange_day,
        paid_day + dispatch_days + travel_days AS deliver_day
    FROM planned
),
promised AS (
    SELECT *,
        day_end(arrange_day)                    AS arrange_by_us,
        CASE WHEN u_deadline < 0.3 THEN paid_us + dispatch_days * 86400000000 ELSE day_end(dispatch_day) END
            AS dispatch_by_us,
        CASE WHEN order_type = 'normal' AND NOT by_platform THEN day_end(paid_day + 1) END
            AS fast_dispatch_by_us,
        day_end(deliver_day)                    AS deliver_by_us
    FROM scheduled
),
dispatched AS (
    SELECT *,
        CASE
            WHEN fate IN ('unpaid', 'buyer', 'seller', 'timeout', 'risk') THEN NULL
            WHEN edge = 1 THEN dispatch_by_us
            WHEN edge = 2 THEN dispatch_by_us + 1
            WHEN edge = 3 AND NOT by_platform THEN fast_dispatch_by_us
            WHEN u_dispatch_late < (CASE WHEN by_platform THEN 0.006 ELSE 0.012 + 0.30 * b END)
                THEN whole_second(dispatch_by_us + hours_us(1.0) + days_us(4.0 * u_dispatch * u_dispatch))
            ELSE whole_second(
                between_us(paid_us, dispatch_by_us, 0.06 + 0.9 * u_dispatch * (0.4 + 0.6 * u_dispatch)))
        END AS dispatched_us
    FROM promised
),
travelled AS (
    SELECT *,
        CASE
            WHEN dispatched_us IS NULL OR fate IN ('lost', 'refused', 'missing') THEN NULL
            WHEN edge = 4 THEN greatest(deliver_by_us, dispatched_us)
            WHEN edge = 5 THEN greatest(deliver_by_us, dispatched_us) + 1
            WHEN edge = 6 THEN midnight(local_day(dispatched_us) + 2)
            WHEN edge = 7 THEN day_end(local_day(dispatched_us) + 2)
            WHEN dispatched_us + 36000000000 >= deliver_by_us
                THEN whole_second(dispatched_us + days_us(1.0 + 4.0 * u_deliver))
            WHEN u_deliver_late < (CASE WHEN by_platform THEN 0.015 ELSE 0.010 + 0.34 * b END)
                THEN whole_second(deliver_by_us + hours_us(1.0) + days_us(7.0 * u_deliver * u_deliver))
            ELSE whole_second(between_us(dispatched_us, deliver_by_us, 0.2 + 0.75 * u_deliver))
        END AS delivered_us
    FROM dispatched
),
ended AS (
    SELECT *,
        CASE
            WHEN edge = 8 THEN midnight(paid_day + 1)
            ELSE whole_second(CASE fate
                WHEN 'unpaid' THEN placed_us + hours_us(24.0 + 24.0 * u_when)
                WHEN 'buyer' THEN paid_us + hours_us(30.0 * u_when * u_when)
                WHEN 'seller' THEN paid_us + hours_us(2.0 + 44.0 * u_when)
                WHEN 'timeout' THEN dispatch_by_us + hours_us(48.1 + 0.9 * u_when)
                WHEN 'risk' THEN paid_us + hours_us(6.0 * u_when)
                WHEN 'lost' THEN greatest(deliver_by_us, dispatched_us) + days_us(4.0 + 16.0 * u_when)
                WHEN 'refused' THEN dispatched_us + days_us(2.0 + 6.0 * u_when)
                WHEN 'recalled' THEN delivered_us + days_us(0.5 + 5.0 * u_when)
            END)
        END AS cancelled_us
    FROM travelled
),
seen AS (
    SELECT * REPLACE (
            known_by_snapshot(paid_us) AS paid_us,
            known_by_snapshot(dispatched_us) AS dispatched_us,
            known_by_snapshot(delivered_us) AS delivered_us,
            known_by_snapshot(cancelled_us) AS cancelled_us),
        known_by_snapshot(whole_second(between_us(paid_us, dispatched_us, 0.2 + 0.6 * u_arrange)))
            AS arranged_us,
        floor(u_price * 10.0)::BIGINT AS pick
    FROM ended
)
SELECT
    (order_id_base() + order_no)::VARCHAR       AS order_id,
    shop_id_of(shop_no)                         AS shop_id,
    instant(placed_us)                          AS placed_at,
    instant(paid_us)                            AS paid_at,
    instant(arrange_by_us)                      AS arrange_by,
    instant(arranged_us)                        AS arranged_at,
    instant(dispatch_by_us)                     AS dispatch_by,
    instant(dispatched_us)                      AS dispatched_at,
    instant(fast_dispatch_by_us)                AS fast_dispatch_by,
    instant(deliver_by_us)                      AS deliver_by,
    instant(delivered_us)                       AS delivered_at,
    instant(cancelled_us)                       AS cancelled_at,
    CASE WHEN cancelled_us IS NOT NULL THEN cancelled_by(fate, pick) END        AS cancelled_by,
    CASE WHEN cancelled_us IS NOT NULL THEN cancelled_reason(fate, pick) END    AS cancel_reason,
    CASE WHEN cancelled_us IS NOT NULL THEN cancelled_fault(fate, pick) END     AS cancel_fault,
    order_type,
    CASE WHEN by_platform THEN 'platform' WHEN u_flag >= 0.997 THEN NULL ELSE 'seller' END AS fulfillment,
    CASE
        WHEN u_flag >= 0.993 AND u_flag < 0.997 THEN NULL
        WHEN u(of_product, 1) < 0.12 THEN second_category ELSE shop_category
    END AS category,
    'P' || (1000000 + shop_no) || (1000 + product_no)   AS product_id,
    region_at(u_region * u_region)              AS region,
    u_flag < 0.008                              AS is_sample,
    CASE WHEN u_flag >= 0.99 AND u_flag < 0.992 THEN NULL ELSE u_flag >= 0.008 AND u_flag < 0.013 END
                                                AS is_gift,
    CASE WHEN shady THEN u_type >= 0.88 ELSE u_type >= 0.9997 END AS is_fake,
    u_flag >= 0.013 AND u_flag < 0.019          AS is_replacement,
    u_flag >= 0.019 AND u_flag < 0.022          AS is_exchange,
    'B' || (10000000 + floor(buyer_count() * u_buyer * u_buyer)::BIGINT) AS buyer_id,
    CASE WHEN u_flag < 0.013 THEN 0.0
        ELSE money(price_of(shop_category) * (0.25 + 1.5 * u(of_product, 2))
            * (1.0 + floor(u_price * u_price * 3.0)) * (1.0 - 0.3 * u_deadline))
    END AS amount,
    currency_of(market_of(shop_no))             AS currency
FROM seen
"""
