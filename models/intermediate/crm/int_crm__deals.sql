with hubspot as (
    select
        'hubspot' as crm,
        deals.deal_id,
        stages.stage_name,
        coalesce(stages.is_closed, false) as is_closed,
        coalesce(stages.is_won, false) as is_won,
        deals.amount,
        deals.currency,
        deals.created_at,
        deals.closed_at,
        {{ local_date('deals.closed_at') }} as closed_day,
        deals.original_source
    from {{ ref('stg_hubspot__deals') }} as deals
    left join {{ ref('stg_hubspot__merged_deals') }} as merged_away
        on deals.deal_id = merged_away.merged_deal_id
    left join {{ ref('stg_hubspot__deal_pipeline_stages') }} as stages
        on deals.stage_id = stages.stage_id
    where
        not deals.is_deleted
        and merged_away.merged_deal_id is null
),

salesforce as (
    select
        'salesforce' as crm,
        opportunity_id as deal_id,
        stage_name,
        is_closed,
        is_won,
        amount,
        currency,
        created_at,
        closed_at,
        -- The close date is a calendar day at midnight, not a moment: another time zone could change the day.
        case
            when closed_at = date_trunc('day', closed_at) then cast(closed_at as date)
            else {{ local_date('closed_at') }}
        end as closed_day,
        lead_source as original_source
    from {{ ref('stg_salesforce__opportunities') }}
    where not is_deleted
),

pipedrive as (
    select
        'pipedrive' as crm,
        deal_id,
        stage_name,
        status in ('won', 'lost') as is_closed,
        status = 'won' as is_won,
        amount,
        currency,
        created_at,
        closed_at,
        coalesce({{ local_date('closed_at') }}, expected_close_day) as closed_day,
        original_source
    from {{ ref('stg_pipedrive__deals') }}
    where status <> 'deleted'
),

deals as (
    select * from hubspot
    union all
    select * from salesforce
    union all
    select * from pipedrive
),

final as (
    select
        {{ surrogate_key(['deals.crm', 'deals.deal_id']) }} as deal_key,
        deals.crm,
        deals.deal_id,
        deals.stage_name,
        deals.is_closed or deals.is_won as is_closed,
        deals.is_won,
        deals.amount as amount_original,
        coalesce(deals.currency, '{{ var("reporting_currency") }}') as currency,
        deals.created_at,
        {{ local_date('deals.created_at') }} as created_day,
        case when deals.is_closed or deals.is_won then deals.closed_at end as closed_at,
        case when deals.is_closed or deals.is_won then deals.closed_day end as closed_day,
        case when not deals.is_closed and not deals.is_won then deals.closed_day end as expected_close_day,
        deals.original_source,
        channels.channel
    from deals
    left join {{ ref('ref_crm_source_channels') }} as channels
        on
            deals.crm = channels.crm
            and lower(deals.original_source) = lower(channels.original_source)
)

select * from final
