with

days as (

    select * from {{ ref('stg_tiktok_ads__campaign_performance_daily') }}

),

final as (

    select
        date_day,
        account_id,
        campaign_id,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(cost) as decimal(18, 6)) as cost,
        sum(conversions) as conversions,
        cast(sum(revenue) as decimal(18, 6)) as revenue,
        cast(null as {{ double_type() }}) as leads
    from days
    group by date_day, account_id, campaign_id

)

select * from final
