with

source as (

    select * from {{ raw('meta_ads', 'period_insights') }}

),

latest as (

    {{ latest_export('source', partition_by=['account_id', 'date_start', 'date_stop']) }}

),

renamed as (

    select
        account_id,
        campaign_id,
        date_start as period_start,
        date_stop as period_end,
        impressions,
        reach,
        {{ money('spend') }} as cost,
        estimated_ad_recallers as ad_recallers,
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
        cost,
        ad_recallers,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
