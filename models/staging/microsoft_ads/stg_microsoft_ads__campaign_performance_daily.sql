with

source as (

    select * from {{ raw('microsoft_ads', 'campaign_performance_daily') }}

),

latest as (

    {{ latest_export('source', partition_by=['account_id', 'date']) }}

),

renamed as (

    select
        _fivetran_id as connector_row_id,
        date as date_day,
        account_id,
        campaign_id,
        lower(device_type) as device,
        lower(network) as network,
        impressions,
        clicks,
        {{ money('spend') }} as cost,
        conversions,
        {{ money('revenue') }} as revenue,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id, date_day, campaign_id, connector_row_id
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        account_id,
        campaign_id,
        device,
        network,
        impressions,
        clicks,
        cost,
        conversions,
        revenue,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
