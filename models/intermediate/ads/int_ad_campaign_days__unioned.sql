{%- set columns = [
    'date_day', 'account_id', 'campaign_id', 'impressions', 'clicks', 'cost', 'conversions', 'revenue', 'leads'
] -%}

with

google_ads as (

    select
        'google_ads' as platform,
        device,
        {{ columns | join(',\n        ') }}
    from {{ ref('int_google_ads_campaign_days__summed') }}

),

meta_ads as (

    select
        'meta_ads' as platform,
        cast(null as {{ dbt.type_string() }}) as device,
        {{ columns | join(',\n        ') }}
    from {{ ref('int_meta_ads_campaign_days__summed') }}

),

linkedin_ads as (

    select
        'linkedin_ads' as platform,
        cast(null as {{ dbt.type_string() }}) as device,
        {{ columns | join(',\n        ') }}
    from {{ ref('int_linkedin_ads_campaign_days__restated') }}

),

microsoft_ads as (

    select
        'microsoft_ads' as platform,
        device,
        {{ columns | join(',\n        ') }}
    from {{ ref('int_microsoft_ads_campaign_days__summed') }}

),

tiktok_ads as (

    select
        'tiktok_ads' as platform,
        cast(null as {{ dbt.type_string() }}) as device,
        {{ columns | join(',\n        ') }}
    from {{ ref('int_tiktok_ads_campaign_days__summed') }}

),

unioned as (

    select * from google_ads
    union all
    select * from meta_ads
    union all
    select * from linkedin_ads
    union all
    select * from microsoft_ads
    union all
    select * from tiktok_ads

),

final as (

    select
        platform,
        account_id,
        campaign_id,
        case
            when campaign_id is not null
                then {{ surrogate_key(['platform', 'account_id', 'campaign_id']) }}
        end as campaign_key,
        date_day,
        device,
        impressions,
        clicks,
        cost,
        conversions,
        revenue,
        leads
    from unioned

)

select * from final
