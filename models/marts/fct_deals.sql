with deals as (
    select
        *,
        case when is_won then closed_day else created_day end as rate_day
    from {{ ref('int_crm__deals') }}
),

first_leads as (
    select
        person_key,
        min(lead_at) as lead_at,
        min(lead_day) as lead_day
    from {{ ref('fct_leads') }}
    where person_key is not null
    group by person_key
),

joined as (
    select
        deals.*,
        people.person_key,
        first_leads.lead_at,
        first_leads.lead_day,
        rates.rate_to_reporting
    from deals
    left join {{ ref('int_crm__deal_people') }} as deal_people
        on
            deals.crm = deal_people.crm
            and deals.deal_id = deal_people.deal_id
    left join {{ ref('int_person__identifiers') }} as people
        on
            deal_people.identifier_type = people.identifier_type
            and deal_people.identifier_value = people.identifier_value
    left join first_leads
        on people.person_key = first_leads.person_key
    left join {{ ref('int_exchange_rates__daily') }} as rates
        on
            deals.rate_day = rates.date_day
            and deals.currency = rates.currency
),

final as (
    select
        deal_key,
        person_key,
        crm as source_system,
        deal_id,
        created_day as date_day,
        created_at,
        created_day,
        closed_at,
        closed_day,
        expected_close_day,
        case when is_won then closed_at end as won_at,
        case when is_won then closed_day end as won_day,
        stage_name,
        is_closed,
        is_won,
        {{ money('amount_original * rate_to_reporting') }} as amount,
        {{ money('amount_original') }} as amount_original,
        currency,
        channel,
        original_source,
        lead_at,
        case
            when is_won and lead_day <= closed_day
                then {{ dbt.datediff('lead_day', 'closed_day', 'day') }}
        end as sales_cycle_days
    from joined
)

select * from final
