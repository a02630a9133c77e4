with facebook as (
    select
        'facebook' as network,
        daily.account_id,
        pages.account_name,
        daily.date_day,
        daily.followers,
        daily.followers_gained,
        daily.followers_lost,
        daily.impressions,
        daily.engagements,
        cast(null as bigint) as clicks
    from {{ ref('stg_meta_business_suite__daily_page_metrics') }} as daily
    left join {{ ref('stg_meta_business_suite__pages') }} as pages on daily.account_id = pages.account_id
),

instagram as (
    select
        'instagram' as network,
        account_id,
        coalesce(account_name, username) as account_name,
        date_day,
        followers,
        cast(null as bigint) as followers_gained,
        cast(null as bigint) as followers_lost,
        cast(null as bigint) as impressions,
        cast(null as bigint) as engagements,
        cast(null as bigint) as clicks
    from {{ ref('stg_meta_business_suite__instagram_users') }}
),

linkedin as (
    select
        'linkedin' as network,
        daily.account_id,
        organizations.account_name,
        daily.date_day,
        daily.followers,
        cast(null as bigint) as followers_gained,
        cast(null as bigint) as followers_lost,
        daily.impressions,
        cast(null as bigint) as engagements,
        daily.clicks
    from {{ ref('stg_linkedin_pages__organization_daily_statistics') }} as daily
    left join {{ ref('stg_linkedin_pages__organizations') }} as organizations
        on daily.account_id = organizations.account_id
),

connected as (
    select * from facebook
    union all
    select * from instagram
    union all
    select * from linkedin
),

-- What the networks' own pages export as charts: it fills what the connectors do not give, never adds to it.
charts as (
    select
        network,
        account_id,
        date_day,
        cast(max(case when metric_name = 'follows' then metric_value end) as bigint) as followers_gained,
        cast(max(case when metric_name = 'unfollows' then metric_value end) as bigint) as followers_lost,
        cast(max(case when metric_name = 'views' then metric_value end) as bigint) as impressions,
        cast(max(case when metric_name = 'interactions' then metric_value end) as bigint) as engagements,
        cast(max(case when metric_name = 'link_clicks' then metric_value end) as bigint) as clicks
    from {{ ref('stg_meta_business_suite__insights') }}
    group by network, account_id, date_day
    union all
    select
        'linkedin' as network,
        account_id,
        date_day,
        followers_gained,
        cast(null as bigint) as followers_lost,
        cast(null as bigint) as impressions,
        cast(null as bigint) as engagements,
        cast(null as bigint) as clicks
    from {{ ref('stg_linkedin_pages__organization_daily_followers') }}
),

account_days as (
    select
        network,
        account_id,
        date_day
    from connected
    union
    select
        network,
        account_id,
        date_day
    from charts
),

final as (
    select
        account_days.network,
        account_days.account_id,
        connected.account_name,
        account_days.date_day,
        connected.followers,
        coalesce(connected.followers_gained, charts.followers_gained) as followers_gained,
        coalesce(connected.followers_lost, charts.followers_lost) as followers_lost,
        coalesce(connected.impressions, charts.impressions) as impressions,
        coalesce(connected.engagements, charts.engagements) as engagements,
        coalesce(connected.clicks, charts.clicks) as clicks
    from account_days
    left join connected
        on
            account_days.network = connected.network
            and account_days.account_id = connected.account_id
            and account_days.date_day = connected.date_day
    left join charts
        on
            account_days.network = charts.network
            and account_days.account_id = charts.account_id
            and account_days.date_day = charts.date_day
)

select * from final
