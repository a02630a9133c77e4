with

source as (

    select * from {{ raw('linkedin_ads', 'ad_analytics_by_period') }}

),

latest as (

    {{ latest_export('source', partition_by=['account_id', 'date_start', 'date_end']) }}

),

renamed as (

    select
        account_id,
        campaign_id,
        date_start as period_start,
        date_end as period_end,
        impressions,
        approximate_unique_impressions as reach,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id, campaign_id, period_start, period_end
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        account_id,
        campaign_id,
        period_start,
        period_end,
        impressions,
        reach,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
