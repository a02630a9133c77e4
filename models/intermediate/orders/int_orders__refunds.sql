-- A refund carries its own day, and the rate of the order's day: a whole order given back leaves zero.
--
-- A refund of an exported file has no id of the shop's own (`name:…`): it counts only where the shop's lines,
-- and with them its refunds, are unknown.
with orders_with_own_lines as (
    select distinct order_id
    from {{ ref('stg_shopify__order_lines') }}
    where order_line_id not like 'name:%'
),

refunded_lines as (
    select
        line_refunds.order_line_refund_id,
        line_refunds.refund_id,
        line_refunds.order_line_id,
        coalesce(refunds.order_id, lines.order_id) as order_id,
        refunds.refunded_at,
        line_refunds.quantity,
        line_refunds.subtotal,
        line_refunds.total_tax
    from {{ ref('stg_shopify__order_line_refunds') }} as line_refunds
    left join {{ ref('stg_shopify__refunds') }} as refunds
        on line_refunds.refund_id = refunds.refund_id
    left join {{ ref('stg_shopify__order_lines') }} as lines
        on line_refunds.order_line_id = lines.order_line_id
),

net as (
    select
        refunded_lines.*,
        orders.rate_to_reporting,
        refunded_lines.subtotal
        - case when orders.is_tax_included then coalesce(refunded_lines.total_tax, 0) else 0 end as net_amount
    from refunded_lines
    inner join {{ ref('int_orders__valued') }} as orders
        on refunded_lines.order_id = orders.order_id
    left join orders_with_own_lines
        on refunded_lines.order_id = orders_with_own_lines.order_id
    where
        orders_with_own_lines.order_id is null
        or refunded_lines.order_line_refund_id not like 'name:%'
),

final as (
    select
        order_line_refund_id,
        refund_id,
        order_id,
        order_line_id,
        refunded_at,
        {{ local_date('refunded_at') }} as refund_day,
        coalesce(quantity, 0) as quantity,
        {{ money('net_amount') }} as refunded_amount_original,
        {{ money('net_amount * rate_to_reporting') }} as refunded_amount
    from net
)

select * from final
