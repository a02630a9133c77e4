with

meta_periods as (

    select
        'meta_ads' as platform,
        case when campaign_id is null then 'account' else 'campaign' end as reach_level,
        account_id,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        period_start,
        period_end,
        reach,
        impressions,
        ad_recallers
    from {{ ref('stg_meta_ads__period_insights') }}

),

meta_ad_days as (

    select
        'meta_ads' as platform,
        'ad' as reach_level,
        insights.account_id,
        ads.campaign_id,
        insights.ad_id,
        insights.date_day as period_start,
        insights.date_day as period_end,
        insights.reach,
        insights.impressions,
        cast(null as bigint) as ad_recallers
    from {{ ref('stg_meta_ads__basic_ad') }} as insights
    left join {{ ref('int_meta_ads_ads__known') }} as ads
        on insights.ad_id = ads.ad_id

),

linkedin_periods as (

    select
        'linkedin_ads' as platform,
        case when campaign_id is null then 'account' else 'campaign' end as reach_level,
        account_id,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        period_start,
        period_end,
        reach,
        impressions,
        cast(null as bigint) as ad_recallers
    from {{ ref('stg_linkedin_ads__ad_analytics_by_period') }}

),

linkedin_campaign_days as (

    select
        'linkedin_ads' as platform,
        'campaign' as reach_level,
        account_id,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        date_day as period_start,
        date_day as period_end,
        reach,
        impressions,
        cast(null as bigint) as ad_recallers
    from {{ ref('int_linkedin_ads_campaign_days__restated') }}

),

unioned as (

    select * from meta_periods
    union all
    select * from meta_ad_days
    union all
    select * from linkedin_periods
    union all
    select * from linkedin_campaign_days

),

reported as (

    select
        *,
        row_number() over (
            partition by platform, reach_level, account_id, campaign_id, ad_id, period_start, period_end
            order by reach desc
        ) as choice
    from unioned
    where reach is not null

),

final as (

    select
        platform,
        reach_level,
        account_id,
        campaign_id,
        ad_id,
        period_start,
        period_end,
        reach,
        impressions,
        ad_recallers
    from reported
    where choice = 1

)

select * from final
