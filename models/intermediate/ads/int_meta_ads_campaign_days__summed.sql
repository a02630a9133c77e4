with

insights as (

    select
        date_day,
        account_id,
        ad_id,
        impressions,
        link_clicks as clicks,
        cost,
        cast(null as {{ double_type() }}) as conversions,
        cast(null as decimal(18, 6)) as revenue,
        cast(null as {{ double_type() }}) as leads
    from {{ ref('stg_meta_ads__basic_ad') }}

),

actions as (

    select
        date_day,
        account_id,
        ad_id,
        cast(null as bigint) as impressions,
        cast(null as bigint) as clicks,
        cast(null as decimal(18, 6)) as cost,
        conversions,
        revenue,
        leads
    from {{ ref('int_meta_ads_actions__chosen') }}

),

unioned as (

    select * from insights
    union all
    select * from actions

),

with_campaign as (

    select
        unioned.*,
        ads.campaign_id,
        coalesce(unioned.account_id, ads.account_id) as known_account_id
    from unioned
    left join {{ ref('int_meta_ads_ads__known') }} as ads
        on unioned.ad_id = ads.ad_id

),

final as (

    select
        date_day,
        known_account_id as account_id,
        campaign_id,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(cost) as decimal(18, 6)) as cost,
        sum(conversions) as conversions,
        cast(sum(revenue) as decimal(18, 6)) as revenue,
        sum(leads) as leads
    from with_campaign
    group by date_day, known_account_id, campaign_id

)

select * from final
