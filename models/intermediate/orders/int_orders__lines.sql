-- Discounts on a whole order and included tax are on the order alone: its lines share them by their amounts,
-- and the last line takes what rounding leaves, so that the lines sum to the order exactly.
--
-- A line of an exported file has no id of the shop's own (`name:…`): it counts where the shop's are unknown.
with orders_with_own_lines as (
    select distinct order_id
    from {{ ref('stg_shopify__order_lines') }}
    where order_line_id not like 'name:%'
),

lines as (
    select
        lines.order_line_id,
        lines.order_id,
        lines.product_id,
        lines.variant_id,
        lines.sku,
        lines.is_gift_card,
        lines.quantity,
        orders.date_day,
        orders.currency,
        orders.rate_to_reporting,
        orders.gross_revenue as order_revenue,
        orders.gross_revenue_original as order_revenue_original,
        lines.unit_price * lines.quantity - lines.discount_amount as line_amount,
        row_number() over (
            partition by lines.order_id
            order by lines.line_number desc nulls first, lines.order_line_id desc
        ) as place_from_end
    from {{ ref('stg_shopify__order_lines') }} as lines
    inner join {{ ref('int_orders__valued') }} as orders
        on lines.order_id = orders.order_id
    left join orders_with_own_lines
        on lines.order_id = orders_with_own_lines.order_id
    where orders_with_own_lines.order_id is null or lines.order_line_id not like 'name:%'
),

shares as (
    select
        *,
        coalesce(line_amount / nullif(sum(line_amount) over (partition by order_id), 0), 0) as order_share
    from lines
),

rounded as (
    select
        *,
        {{ money('order_revenue * order_share') }} as rounded_revenue,
        {{ money('order_revenue_original * order_share') }} as rounded_revenue_original
    from shares
),

priced as (
    select
        *,
        rounded_revenue
        + case
            when place_from_end = 1 then order_revenue - sum(rounded_revenue) over (partition by order_id)
            else 0
        end as gross_revenue,
        rounded_revenue_original
        + case
            when place_from_end = 1
                then order_revenue_original - sum(rounded_revenue_original) over (partition by order_id)
            else 0
        end as gross_revenue_original
    from rounded
),

refunds as (
    select
        order_line_id,
        sum(quantity) as refunded_quantity,
        sum(refunded_amount) as refunded_amount,
        sum(refunded_amount_original) as refunded_amount_original
    from {{ ref('int_orders__refunds') }}
    group by order_line_id
),

costed as (
    select
        priced.*,
        coalesce(refunds.refunded_quantity, 0) as refunded_quantity,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        coalesce(refunds.refunded_amount_original, 0) as refunded_amount_original,
        priced.quantity - coalesce(refunds.refunded_quantity, 0) as kept_quantity,
        items.unit_cost,
        coalesce(items.currency, priced.currency) as cost_currency
    from priced
    left join refunds
        on priced.order_line_id = refunds.order_line_id
    left join {{ ref('stg_shopify__product_variants') }} as variants
        on priced.variant_id = variants.variant_id
    left join {{ ref('stg_shopify__inventory_items') }} as items
        on variants.inventory_item_id = items.inventory_item_id
),

final as (
    select
        costed.order_line_id,
        costed.order_id,
        costed.product_id,
        costed.variant_id,
        costed.sku,
        costed.is_gift_card,
        costed.quantity,
        costed.refunded_quantity,
        costed.currency,
        {{ money('costed.gross_revenue_original') }} as gross_revenue_original,
        {{ money('costed.gross_revenue') }} as gross_revenue,
        {{ money('costed.refunded_amount_original') }} as refunded_amount_original,
        {{ money('costed.refunded_amount') }} as refunded_amount,
        {{ money('costed.gross_revenue_original - costed.refunded_amount_original') }} as revenue_original,
        {{ money('costed.gross_revenue - costed.refunded_amount') }} as revenue,
        case
            when costed.kept_quantity = 0 then {{ money('0') }}
            else {{ money('costed.unit_cost * costed.kept_quantity * rates.rate_to_reporting') }}
        end as cost_of_goods
    from costed
    left join {{ ref('int_exchange_rates__daily') }} as rates
        on
            costed.date_day = rates.date_day
            and costed.cost_currency = rates.currency
)

select * from final
