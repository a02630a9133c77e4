-- Every refunded line of a known order lowers that order, once.
with wanted as (
    select
        orders.order_id,
        sum(
            {{ money("line_refunds.subtotal
            - case when orders.is_tax_included then coalesce(line_refunds.total_tax, 0) else 0 end") }}
        ) as amount
    from {{ ref('stg_shopify__order_line_refunds') }} as line_refunds
    left join {{ ref('stg_shopify__refunds') }} as refunds
        on line_refunds.refund_id = refunds.refund_id
    left join {{ ref('stg_shopify__order_lines') }} as lines
        on line_refunds.order_line_id = lines.order_line_id
    inner join {{ ref('stg_shopify__orders') }} as orders
        on coalesce(refunds.order_id, lines.order_id) = orders.order_id
    where
        line_refunds.order_line_refund_id not like 'name:%'
        or not exists (
            select 1
            from {{ ref('stg_shopify__order_lines') }} as own_lines
            where
                own_lines.order_id = orders.order_id
                and own_lines.order_line_id not like 'name:%'
        )
    group by orders.order_id
)

select
    wanted.order_id,
    wanted.amount as refunded_by_the_shop,
    orders.refunded_amount_original as refunded_in_the_fact
from wanted
left join {{ ref('fct_orders') }} as orders
    on wanted.order_id = orders.order_id
where wanted.amount is distinct from orders.refunded_amount_original
