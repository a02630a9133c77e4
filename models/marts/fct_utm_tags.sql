with

visits as (

    select
        'ga4' as landed_source,
        events.date_day,
        events.utm_source,
        events.utm_medium,
        events.utm_campaign,
        events.utm_content,
        events.utm_term,
        sessions.campaign_key,
        count(distinct events.session_key) as sessions,
        0 as orders,
        cast(null as decimal(18, 6)) as spend
    from {{ ref('int_ga4_events__unioned') }} as events
    left join {{ ref('fct_sessions') }} as sessions
        on events.session_key = sessions.session_key
    where
        coalesce(
            events.utm_source, events.utm_medium, events.utm_campaign, events.utm_content, events.utm_term
        ) is not null
    group by
        events.date_day,
        events.utm_source,
        events.utm_medium,
        events.utm_campaign,
        events.utm_content,
        events.utm_term,
        sessions.campaign_key

),

landings as (

    select
        {{ local_date('ordered_at') }} as date_day,
        {{ url_parameter('landing_page_url', 'utm_source') }} as utm_source,
        {{ url_parameter('landing_page_url', 'utm_medium') }} as utm_medium,
        {{ url_parameter('landing_page_url', 'utm_campaign') }} as utm_campaign,
        {{ url_parameter('landing_page_url', 'utm_content') }} as utm_content,
        {{ url_parameter('landing_page_url', 'utm_term') }} as utm_term
    from {{ ref('stg_shopify__orders') }}
    where not is_test

),

orders as (

    select
        'shopify' as landed_source,
        date_day,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        cast(null as {{ dbt.type_string() }}) as campaign_key,
        0 as sessions,
        count(*) as orders,
        cast(null as decimal(18, 6)) as spend
    from landings
    where coalesce(utm_source, utm_medium, utm_campaign, utm_content, utm_term) is not null
    group by date_day, utm_source, utm_medium, utm_campaign, utm_content, utm_term

),

-- A platform that tags its own clicks reports the campaign's name in place of utm_campaign.
campaigns as (

    select
        days.platform as landed_source,
        days.date_day,
        cast(null as {{ dbt.type_string() }}) as utm_source,
        cast(null as {{ dbt.type_string() }}) as utm_medium,
        campaigns.campaign_name as utm_campaign,
        cast(null as {{ dbt.type_string() }}) as utm_content,
        cast(null as {{ dbt.type_string() }}) as utm_term,
        days.campaign_key,
        0 as sessions,
        0 as orders,
        sum(days.cost) as spend
    from {{ ref('fct_ad_performance') }} as days
    inner join {{ ref('dim_campaign') }} as campaigns
        on days.campaign_key = campaigns.campaign_key
    where campaigns.campaign_name is not null
    group by days.platform, days.date_day, campaigns.campaign_name, days.campaign_key

),

unioned as (

    select * from visits
    union all
    select * from orders
    union all
    select * from campaigns

),

final as (

    select
        {{
            surrogate_key([
                'landed_source', 'date_day', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term',
                'campaign_key',
            ])
        }} as utm_tag_key,
        unioned.*
    from unioned

)

select * from final
