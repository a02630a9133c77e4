-- Restatement is written here with window functions, not with the macro that the models use.
{{ config(meta={'reconciles': 'fct_ad_performance'}) }}

with

google_versions as (

    select
        impressions,
        clicks,
        cost_micros / 1000000.0 as cost,
        dense_rank() over (
            partition by customer_id, date
            order by date_trunc('hour', _fivetran_synced) desc nulls last
        ) as version_number,
        row_number() over (
            partition by
                customer_id, date, id, lower(ad_network_type), lower(device), _fivetran_id,
                date_trunc('hour', _fivetran_synced)
            order by _fivetran_synced desc nulls last
        ) as copy_number
    from {{ raw('google_ads', 'campaign_stats') }}

),

meta_versions as (

    select
        impressions,
        inline_link_clicks as clicks,
        spend as cost,
        dense_rank() over (
            partition by account_id, date
            order by date_trunc('hour', _fivetran_synced) desc nulls last
        ) as version_number,
        row_number() over (
            partition by account_id, date, ad_id, date_trunc('hour', _fivetran_synced)
            order by _fivetran_synced desc nulls last
        ) as copy_number
    from {{ raw('meta_ads', 'basic_ad') }}

),

linkedin_accounts as (

    select distinct
        id as campaign_id,
        account_id
    from {{ raw('linkedin_ads', 'campaign_history') }}

),

linkedin_versions as (

    select
        analytics.impressions,
        analytics.clicks,
        analytics.cost_in_local_currency as cost,
        dense_rank() over (
            partition by linkedin_accounts.account_id, analytics.day
            order by date_trunc('hour', analytics._fivetran_synced) desc nulls last
        ) as version_number,
        row_number() over (
            partition by analytics.campaign_id, analytics.day, date_trunc('hour', analytics._fivetran_synced)
            order by analytics._fivetran_synced desc nulls last
        ) as copy_number
    from {{ raw('linkedin_ads', 'ad_analytics_by_campaign') }} as analytics
    left join linkedin_accounts
        on analytics.campaign_id = linkedin_accounts.campaign_id

),

microsoft_versions as (

    select
        impressions,
        clicks,
        spend as cost,
        dense_rank() over (
            partition by account_id, date
            order by date_trunc('hour', _fivetran_synced) desc nulls last
        ) as version_number,
        row_number() over (
            partition by account_id, date, campaign_id, _fivetran_id, date_trunc('hour', _fivetran_synced)
            order by _fivetran_synced desc nulls last
        ) as copy_number
    from {{ raw('microsoft_ads', 'campaign_performance_daily') }}

),

tiktok_versions as (

    select
        impressions,
        clicks,
        spend as cost,
        dense_rank() over (
            partition by account_id, date
            order by date_trunc('hour', _fivetran_synced) desc nulls last
        ) as version_number,
        row_number() over (
            partition by account_id, date, campaign_id, _fivetran_id, date_trunc('hour', _fivetran_synced)
            order by _fivetran_synced desc nulls last
        ) as copy_number
    from {{ raw('tiktok_ads', 'campaign_performance_daily') }}

),

versions as (

    select
        'google_ads' as platform,
        *
    from google_versions
    union all
    select
        'meta_ads' as platform,
        *
    from meta_versions
    union all
    select
        'linkedin_ads' as platform,
        *
    from linkedin_versions
    union all
    select
        'microsoft_ads' as platform,
        *
    from microsoft_versions
    union all
    select
        'tiktok_ads' as platform,
        *
    from tiktok_versions

),

expected as (

    select
        platform,
        coalesce(sum(impressions), 0) as impressions,
        coalesce(sum(clicks), 0) as clicks,
        coalesce(sum(cost), 0) as cost
    from versions
    where
        version_number = 1
        and copy_number = 1
    group by platform

),

found as (

    select
        platform,
        coalesce(sum(impressions), 0) as impressions,
        coalesce(sum(clicks), 0) as clicks,
        coalesce(sum(cost_original), 0) as cost
    from {{ ref('fct_ad_performance') }}
    where impressions is not null or clicks is not null or cost_original is not null
    group by platform

),

final as (

    select
        expected.platform as expected_platform,
        found.platform as found_platform,
        expected.impressions as expected_impressions,
        found.impressions as found_impressions,
        expected.clicks as expected_clicks,
        found.clicks as found_clicks,
        expected.cost as expected_cost,
        found.cost as found_cost
    from expected
    full outer join found
        on expected.platform = found.platform
    where
        coalesce(expected.impressions, 0) <> coalesce(found.impressions, 0)
        or coalesce(expected.clicks, 0) <> coalesce(found.clicks, 0)
        or abs(coalesce(expected.cost, 0) - coalesce(found.cost, 0)) > 0.005

)

select * from final
