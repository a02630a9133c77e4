with orders as (
    select
        order_id,
        ordered_at,
        {{ local_date('ordered_at') }} as date_day,
        currency,
        is_tax_included,
        subtotal_price - case when is_tax_included then coalesce(total_tax, 0) else 0 end as net_amount,
        cancelled_at is null and not is_test as is_valid
    from {{ ref('stg_shopify__orders') }}
),

final as (
    select
        orders.order_id,
        orders.ordered_at,
        orders.date_day,
        orders.currency,
        orders.is_tax_included,
        orders.is_valid,
        rates.rate_to_reporting,
        {{ money('orders.net_amount') }} as gross_revenue_original,
        {{ money('orders.net_amount * rates.rate_to_reporting') }} as gross_revenue
    from orders
    left join {{ ref('int_exchange_rates__daily') }} as rates
        on
            orders.date_day = rates.date_day
            and orders.currency = rates.currency
)

select * from final
