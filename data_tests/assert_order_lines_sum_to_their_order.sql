-- The lines of an order are parts of it: their revenue sums to the order's, before and after refunds.
with lines as (
    select
        order_key,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(gross_revenue) as gross_revenue,
        sum(refunded_amount) as refunded_amount,
        sum(revenue) as revenue
    from {{ ref('fct_order_lines') }}
    group by order_key
)

select
    orders.order_key,
    orders.gross_revenue as order_gross_revenue,
    lines.gross_revenue as lines_gross_revenue,
    orders.revenue as order_revenue,
    lines.revenue as lines_revenue
from {{ ref('fct_orders') }} as orders
inner join lines
    on orders.order_key = lines.order_key
where
    orders.line_count <> lines.line_count
    or orders.quantity <> lines.quantity
    or orders.gross_revenue is distinct from lines.gross_revenue
    or orders.refunded_amount is distinct from lines.refunded_amount
    or orders.revenue is distinct from lines.revenue
