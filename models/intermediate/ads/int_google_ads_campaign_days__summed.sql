with

statistics as (

    select
        date_day,
        account_id,
        campaign_id,
        device,
        impressions,
        clicks,
        cost,
        conversions,
        revenue,
        cast(null as {{ double_type() }}) as leads
    from {{ ref('stg_google_ads__campaign_stats') }}

),

lead_actions as (

    select
        actions.date_day,
        actions.account_id,
        actions.campaign_id,
        actions.conversions,
        categories.precedence,
        min(categories.precedence) over (
            partition by actions.account_id, actions.campaign_id
        ) as best_precedence
    from {{ ref('stg_google_ads__campaign_conversion_stats') }} as actions
    inner join {{ ref('ref_google_lead_categories') }} as categories
        on actions.conversion_category = categories.conversion_category

),

leads as (

    select
        date_day,
        account_id,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as device,
        cast(null as bigint) as impressions,
        cast(null as bigint) as clicks,
        cast(null as decimal(18, 6)) as cost,
        cast(null as {{ double_type() }}) as conversions,
        cast(null as decimal(18, 6)) as revenue,
        conversions as leads
    from lead_actions
    where precedence = best_precedence

),

unioned as (

    select * from statistics
    union all
    select * from leads

),

final as (

    select
        date_day,
        account_id,
        campaign_id,
        device,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(cost) as decimal(18, 6)) as cost,
        sum(conversions) as conversions,
        cast(sum(revenue) as decimal(18, 6)) as revenue,
        sum(leads) as leads
    from unioned
    group by date_day, account_id, campaign_id, device

)

select * from final
