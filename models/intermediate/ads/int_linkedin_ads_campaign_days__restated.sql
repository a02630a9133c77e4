with

campaign_accounts as (

    select
        campaign_id,
        max(account_id) as account_id
    from {{ ref('stg_linkedin_ads__campaigns') }}
    group by campaign_id

),

with_account as (

    select
        analytics.*,
        campaign_accounts.account_id
    from {{ ref('stg_linkedin_ads__ad_analytics_by_campaign') }} as analytics
    left join campaign_accounts
        on analytics.campaign_id = campaign_accounts.campaign_id

),

latest as (

    {{ latest_export('with_account', partition_by=['account_id', 'date_day'], synced_at='exported_at') }}

),

final as (

    select
        date_day,
        account_id,
        campaign_id,
        impressions,
        clicks,
        cost,
        conversions,
        revenue,
        leads,
        reach,
        exported_at
    from latest

)

select * from final
