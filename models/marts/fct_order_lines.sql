with final as (
    select
        {{ surrogate_key(['lines.order_line_id']) }} as order_line_key,
        orders.order_key,
        orders.person_key,
        case
            when lines.product_id is not null then {{ surrogate_key(['lines.product_id']) }}
        end as product_key,
        orders.date_day,
        orders.ordered_at,
        orders.is_valid,
        orders.channel,
        orders.source,
        orders.medium,
        orders.campaign_key,
        lines.order_line_id,
        lines.variant_id,
        lines.sku,
        lines.is_gift_card,
        lines.quantity,
        lines.refunded_quantity,
        lines.gross_revenue,
        lines.refunded_amount,
        lines.revenue,
        lines.cost_of_goods,
        lines.revenue_original,
        lines.currency
    from {{ ref('int_orders__lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders
        on lines.order_id = orders.order_id
)

select * from final
