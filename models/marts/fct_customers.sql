with purchases as (
    select
        person_key,
        count(*) as purchases,
        sum(case when kind = 'order' then 1 else 0 end) as orders,
        sum(case when kind = 'deal' then 1 else 0 end) as won_deals,
        max(date_day) as last_purchase_day
    from {{ ref('int_customers__purchases') }}
    group by person_key
),

leads as (
    select
        person_key,
        min(lead_at) as lead_at
    from {{ ref('fct_leads') }}
    where is_lead and person_key is not null
    group by person_key
),

joined as (
    select
        first_purchases.*,
        purchases.purchases,
        purchases.orders,
        purchases.won_deals,
        purchases.last_purchase_day,
        leads.lead_at,
        origins.channel as crm_channel,
        touches.first_touch_at,
        touches.first_touch_channel,
        coalesce(touches.first_touch_at <= first_purchases.purchased_at, false) as was_touched_before
    from {{ ref('int_customers__purchases') }} as first_purchases
    inner join purchases
        on first_purchases.person_key = purchases.person_key
    left join leads
        on first_purchases.person_key = leads.person_key
    left join {{ ref('int_crm__person_origins') }} as origins
        on first_purchases.person_key = origins.person_key
    left join {{ ref('int_person__first_touches') }} as touches
        on first_purchases.person_key = touches.person_key
    where first_purchases.purchase_number = 1
),

final as (
    select
        {{ surrogate_key(['person_key']) }} as customer_key,
        person_key,
        kind,
        purchased_at as first_purchase_at,
        date_day,
        coalesce(case when kind = 'order' then channel end, crm_channel, channel) as channel,
        source,
        medium,
        campaign_key,
        case
            when kind = 'order' and channel is not null then 'order'
            when crm_channel is not null then 'crm'
            when channel is not null then 'deal'
        end as channel_from,
        first_touch_at,
        first_touch_channel,
        case
            when kind = 'order' and was_touched_before
                then {{ dbt.datediff(local_date('first_touch_at'), 'date_day', 'day') }}
        end as days_to_first_purchase,
        lead_at,
        coalesce(lead_at <= purchased_at, false) as is_from_lead,
        purchases,
        orders,
        won_deals,
        orders >= 2 as has_repurchased,
        last_purchase_day
    from joined
)

select * from final
