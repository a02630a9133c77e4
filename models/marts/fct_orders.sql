with refunds as (
    select
        order_id,
        sum(refunded_amount) as refunded_amount,
        sum(refunded_amount_original) as refunded_amount_original,
        min(refunded_at) as first_refunded_at,
        max(refunded_at) as last_refunded_at
    from {{ ref('int_orders__refunds') }}
    group by order_id
),

-- One line of unknown cost makes the cost of its order unknown: what is left would flatter the margin.
lines as (
    select
        order_id,
        count(*) as line_count,
        sum(quantity) as quantity,
        case when count(cost_of_goods) = count(*) then sum(cost_of_goods) end as cost_of_goods
    from {{ ref('int_orders__lines') }}
    group by order_id
),

people as (
    select
        orders.order_id,
        coalesce(by_customer.person_key, by_email.person_key) as person_key
    from {{ ref('stg_shopify__orders') }} as orders
    left join {{ ref('int_person__identifiers') }} as by_customer
        on
            by_customer.identifier_type = 'shopify_customer_id'
            and orders.customer_id = by_customer.identifier_value
    left join {{ ref('int_person__identifiers') }} as by_email
        on
            by_email.identifier_type = 'email_hash'
            and orders.email_hash = by_email.identifier_value
),

joined as (
    select
        orders.order_id,
        orders.order_name,
        orders.transaction_id,
        orders.cancelled_at,
        orders.is_test,
        orders.financial_status,
        orders.sales_channel,
        valued.ordered_at,
        valued.date_day,
        valued.currency,
        valued.is_valid,
        valued.gross_revenue,
        valued.gross_revenue_original,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        coalesce(refunds.refunded_amount_original, 0) as refunded_amount_original,
        refunds.first_refunded_at,
        refunds.last_refunded_at,
        coalesce(lines.line_count, 0) as line_count,
        coalesce(lines.quantity, 0) as quantity,
        lines.cost_of_goods,
        people.person_key,
        origins.channel as original_channel,
        purchases.channel,
        purchases.source,
        purchases.medium,
        purchases.campaign_name,
        purchases.campaign_key
    from {{ ref('stg_shopify__orders') }} as orders
    inner join {{ ref('int_orders__valued') }} as valued
        on orders.order_id = valued.order_id
    left join refunds
        on orders.order_id = refunds.order_id
    left join lines
        on orders.order_id = lines.order_id
    left join people
        on orders.order_id = people.order_id
    left join {{ ref('int_crm__person_origins') }} as origins
        on people.person_key = origins.person_key
    left join {{ ref('int_ga4_purchases__deduplicated') }} as purchases
        on orders.transaction_id = purchases.transaction_id
),

numbered as (
    select
        *,
        case
            when is_valid and person_key is not null
                then row_number() over (
                    partition by person_key, is_valid
                    order by ordered_at asc, order_id asc
                )
        end as order_number
    from joined
),

final as (
    select
        {{ surrogate_key(['order_id']) }} as order_key,
        person_key,
        order_id,
        order_name,
        transaction_id,
        date_day,
        ordered_at,
        cancelled_at,
        first_refunded_at,
        last_refunded_at,
        {{ local_date('last_refunded_at') }} as last_refund_day,
        is_valid,
        cancelled_at is not null as is_cancelled,
        is_test,
        financial_status,
        sales_channel,
        channel,
        source,
        medium,
        campaign_name,
        campaign_key,
        original_channel,
        coalesce(original_channel not in ('Direct', 'Unassigned'), false) as is_marketing_originated,
        order_number,
        case when order_number is not null then order_number = 1 end as is_first_order,
        line_count,
        quantity,
        {{ money('gross_revenue') }} as gross_revenue,
        {{ money('refunded_amount') }} as refunded_amount,
        {{ money('gross_revenue - refunded_amount') }} as revenue,
        {{ money('cost_of_goods') }} as cost_of_goods,
        {{ money('gross_revenue_original') }} as gross_revenue_original,
        {{ money('refunded_amount_original') }} as refunded_amount_original,
        {{ money('gross_revenue_original - refunded_amount_original') }} as revenue_original,
        currency
    from numbered
)

select * from final
