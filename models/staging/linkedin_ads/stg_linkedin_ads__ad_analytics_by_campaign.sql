with

source as (

    select * from {{ raw('linkedin_ads', 'ad_analytics_by_campaign') }}

),

renamed as (

    select
        cast(day as date) as date_day,
        campaign_id,
        impressions,
        clicks,
        landing_page_clicks,
        {{ money('cost_in_local_currency') }} as cost,
        external_website_conversions as conversions,
        {{ money('conversion_value_in_local_currency') }} as revenue,
        one_click_leads as leads,
        approximate_unique_impressions as reach,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by campaign_id, date_day, {{ sync_run('exported_at') }}
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        campaign_id,
        impressions,
        clicks,
        landing_page_clicks,
        cost,
        conversions,
        revenue,
        leads,
        reach,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
