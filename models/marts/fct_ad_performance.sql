with

campaign_days as (

    select * from {{ ref('int_ad_campaign_days__unioned') }}

),

with_currency as (

    select
        campaign_days.*,
        coalesce(accounts.currency, {{ default_ad_currency() }}) as currency
    from campaign_days
    left join {{ ref('int_ad_accounts__unioned') }} as accounts
        on
            campaign_days.platform = accounts.platform
            and campaign_days.account_id = accounts.account_id

),

final as (

    select
        {{ surrogate_key([
            'days.platform', 'days.account_id', 'days.campaign_id', 'days.date_day', 'days.device'
        ]) }} as ad_performance_key,
        days.date_day,
        days.platform,
        days.account_id,
        days.campaign_key,
        coalesce(campaigns.campaign_channel, {{ ad_channel('days.platform', 'null') }}) as channel,
        case days.platform
            when 'google_ads' then 'google'
            when 'meta_ads' then 'facebook'
            when 'linkedin_ads' then 'linkedin'
            when 'microsoft_ads' then 'bing'
            when 'tiktok_ads' then 'tiktok'
        end as source,
        'cpc' as medium,
        days.device,
        coalesce(campaigns.reports_leads, coalesce(days.leads, 0) > 0) as reports_leads,
        days.impressions,
        days.clicks,
        days.conversions,
        days.leads,
        {{ money('days.cost * rates.rate_to_reporting') }} as cost,
        {{ money('days.revenue * rates.rate_to_reporting') }} as revenue,
        days.currency,
        {{ money('days.cost') }} as cost_original,
        {{ money('days.revenue') }} as revenue_original
    from with_currency as days
    left join {{ ref('dim_campaign') }} as campaigns
        on days.campaign_key = campaigns.campaign_key
    left join {{ ref('int_exchange_rates__daily') }} as rates
        on
            days.date_day = rates.date_day
            and days.currency = rates.currency

)

select * from final
