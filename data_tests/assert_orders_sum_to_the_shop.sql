-- Orders and their original amounts, per currency: nothing is lost or repeated between the shop and the fact,
-- whatever channel or person the orders were joined to.
with wanted as (
    select
        currency,
        count(*) as order_count,
        sum(
            {{ money("subtotal_price - case when is_tax_included then coalesce(total_tax, 0) else 0 end") }}
        ) as amount
    from {{ ref('stg_shopify__orders') }}
    group by currency
),

by_channel as (
    select
        currency,
        channel,
        is_first_order,
        count(*) as order_count,
        sum(gross_revenue_original) as amount
    from {{ ref('fct_orders') }}
    group by currency, channel, is_first_order
),

found as (
    select
        currency,
        sum(order_count) as order_count,
        sum(amount) as amount
    from by_channel
    group by currency
)

select
    coalesce(wanted.currency, found.currency) as currency,
    wanted.order_count as orders_of_the_shop,
    found.order_count as orders_of_the_fact,
    wanted.amount as amount_of_the_shop,
    found.amount as amount_of_the_fact
from wanted
full outer join found
    on wanted.currency = found.currency
where
    wanted.order_count is distinct from found.order_count
    or wanted.amount is distinct from found.amount
