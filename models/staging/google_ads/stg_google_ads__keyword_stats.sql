with

source as (

    select * from {{ raw('google_ads', 'keyword_stats') }}

),

latest as (

    {{ latest_export('source', partition_by=['customer_id', 'date']) }}

),

renamed as (

    select
        _fivetran_id as connector_row_id,
        date as date_day,
        customer_id as account_id,
        campaign_id,
        ad_group_id,
        ad_group_criterion_criterion_id as keyword_id,
        keyword_text as keyword,
        lower(ad_network_type) as network,
        lower(device) as device,
        impressions,
        clicks,
        {{ money('cost_micros / 1000000.0') }} as cost,
        conversions,
        {{ money('conversions_value') }} as revenue,
        quality_score,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by
                account_id, date_day, campaign_id, ad_group_id, keyword_id, network, device,
                connector_row_id
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        account_id,
        campaign_id,
        ad_group_id,
        keyword_id,
        keyword,
        network,
        device,
        impressions,
        clicks,
        cost,
        conversions,
        revenue,
        quality_score,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
