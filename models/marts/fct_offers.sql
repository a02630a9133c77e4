with offers as (
    select
        *,
        {{ local_date('shown_at') }} as date_day,
        {{ local_date('accepted_at') }} as accepted_day
    from {{ ref('stg_upsell__offers') }}
),

-- Order names are unique in a shop; were one not, the offer would still count once.
order_names as (
    select
        transaction_id,
        min(order_key) as order_key,
        min(person_key) as person_key
    from {{ ref('fct_orders') }}
    where transaction_id is not null
    group by transaction_id
),

final as (
    select
        {{ surrogate_key(['offers.offer_id']) }} as offer_key,
        order_names.order_key,
        coalesce(people.person_key, order_names.person_key) as person_key,
        case
            when offers.product_id is not null then {{ surrogate_key(['offers.product_id']) }}
        end as product_key,
        offers.offer_id,
        offers.offer_name,
        offers.date_day,
        offers.shown_at,
        offers.accepted_at,
        offers.accepted_day,
        offers.accepted_at is not null as is_accepted,
        {{ money('offers.amount * rates.rate_to_reporting') }} as amount,
        {{ money('offers.amount') }} as amount_original,
        offers.currency
    from offers
    left join order_names
        on offers.transaction_id = order_names.transaction_id
    left join {{ ref('int_person__identifiers') }} as people
        on
            people.identifier_type = 'shopify_customer_id'
            and offers.customer_id = people.identifier_value
    left join {{ ref('int_exchange_rates__daily') }} as rates
        on
            offers.date_day = rates.date_day
            and offers.currency = rates.currency
)

select * from final
