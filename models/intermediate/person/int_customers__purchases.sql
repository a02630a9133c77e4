-- One row per purchase of a known person: a valid order, or a won deal.
with orders as (
    select
        person_key,
        'order' as kind,
        order_key as purchase_key,
        ordered_at as purchased_at,
        date_day,
        channel,
        source,
        medium,
        campaign_key,
        revenue as amount
    from {{ ref('fct_orders') }}
    where is_valid and person_key is not null
),

deals as (
    select
        person_key,
        'deal' as kind,
        deal_key as purchase_key,
        won_at as purchased_at,
        won_day as date_day,
        channel,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as {{ dbt.type_string() }}) as medium,
        cast(null as {{ dbt.type_string() }}) as campaign_key,
        amount
    from {{ ref('fct_deals') }}
    where is_won and won_day is not null and person_key is not null
),

purchases as (
    select * from orders
    union all
    select * from deals
),

final as (
    select
        purchase_key,
        person_key,
        kind,
        purchased_at,
        date_day,
        channel,
        source,
        medium,
        campaign_key,
        amount,
        row_number() over (
            partition by person_key
            order by date_day asc, purchased_at asc, kind desc, purchase_key asc
        ) as purchase_number,
        max(date_day) over (
            partition by person_key
            order by date_day asc, purchased_at asc, kind desc, purchase_key asc
            rows between unbounded preceding and 1 preceding
        ) as previous_purchase_day
    from purchases
)

select * from final
