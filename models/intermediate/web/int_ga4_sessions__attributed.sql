{{
    config(**by_key(
        'session_key', of='int_ga4_sessions__built',
        changed_by={
            'int_ga4_sessions__built': 'session_key',
            'dim_campaign': {
                'columns': ['campaign_key', 'platform', 'account_id', 'campaign_id', 'campaign_name', 'campaign_channel'],
                'keys': 'every',
            },
            'int_ad_campaigns__unioned': {
                'columns': ['platform', 'account_id', 'campaign_id', 'campaign_name'], 'keys': 'every',
            },
        }
    ))
}}

with sessions as (

    select * from {{ ref('int_ga4_sessions__built') }}
    where {{ is_changed() }}

),

categorised as (

    select
        sessions.*,
        coalesce(exact.source_category, stem.source_category) as source_category,
        coalesce(exact.source_platform, stem.source_platform) as source_platform
    from sessions
    left join {{ ref('ref_source_categories') }} as exact
        on sessions.source = exact.source
    left join {{ ref('ref_source_categories') }} as stem
        on
            regexp_replace(sessions.source, '^[^.]+[.]', '') = stem.source
            and (stem.source_category = 'social' or {{ host_stem('sessions.source') }} = stem.source)

),

-- GA4 itself writes a visit that a search engine refers as google / organic, and so on.
sourced as (

    select
        session_key,
        source_platform,
        source_category,
        campaign_name,
        campaign_id,
        google_ads_customer_id,
        google_ads_campaign_id,
        case
            when source_evidence = 'referrer' and source_category = 'search'
                then coalesce(source_platform, source)
            else source
        end as source,
        case
            when source_evidence = 'referrer' and source_category = 'search' then 'organic'
            else medium
        end as medium
    from categorised

),

grouped as (

    select
        *,
        {{ channel_group('source', 'medium', 'campaign_name', 'source_category') }} as channel_by_source,
        case
            when source_platform in ('google', 'youtube') then 'google_ads'
            when source_platform in ('facebook', 'instagram', 'meta') then 'meta_ads'
            when source_platform = 'linkedin' then 'linkedin_ads'
        end as ads_platform
    from sourced

),

campaign_ids as (

    select
        campaign_id,
        min(campaign_key) as campaign_key
    from {{ ref('dim_campaign') }}
    group by campaign_id
    having count(*) = 1

),

-- A name may have been borne by several campaigns, and by one campaign for a while only.
campaign_names as (

    select distinct
        campaigns.campaign_key,
        campaigns.platform,
        lower(trim(names.campaign_name)) as campaign_name
    from {{ ref('int_ad_campaigns__unioned') }} as names
    inner join {{ ref('dim_campaign') }} as campaigns
        on
            names.platform = campaigns.platform
            and names.account_id is not distinct from campaigns.account_id
            and names.campaign_id = campaigns.campaign_id

),

names_by_platform as (

    select
        platform,
        campaign_name,
        min(campaign_key) as campaign_key
    from campaign_names
    group by platform, campaign_name
    having count(*) = 1

),

names_anywhere as (

    select
        campaign_name,
        min(campaign_key) as campaign_key
    from campaign_names
    group by campaign_name
    having count(*) = 1

),

-- Mails and posts often bear a campaign's name too: it makes a visit an ad's only where that was paid for.
matched as (

    select
        grouped.*,
        coalesce(
            by_google_ads_id.campaign_key,
            by_id.campaign_key,
            by_platform.campaign_key,
            by_name.campaign_key
        ) as campaign_key
    from grouped
    left join campaign_ids as by_google_ads_id
        on grouped.google_ads_campaign_id = by_google_ads_id.campaign_id
    left join campaign_ids as by_id
        on grouped.campaign_id = by_id.campaign_id
    left join names_by_platform as by_platform
        on
            lower(grouped.campaign_name) = by_platform.campaign_name
            and grouped.ads_platform = by_platform.platform
            and grouped.channel_by_source in {{ sql_list(paid_channels()) }}
    left join names_anywhere as by_name
        on
            lower(grouped.campaign_name) = by_name.campaign_name
            and grouped.ads_platform is null
            and grouped.channel_by_source in {{ sql_list(paid_channels()) }}

),

final as (

    select
        sessions.session_key,
        sessions.user_pseudo_id,
        sessions.ga_session_id,
        sessions.user_id,
        sessions.ga4_export,
        sessions.started_at,
        sessions.ended_at,
        sessions.date_day,
        {{
            channel_group(
                'matched.source', 'matched.medium', 'matched.campaign_name', 'matched.source_category',
                "case when campaigns.platform = 'google_ads' then campaigns.campaign_channel end"
            )
        }} as channel,
        matched.source,
        matched.medium,
        matched.source_platform,
        sessions.source_evidence,
        coalesce(sessions.campaign_name, campaigns.campaign_name) as campaign_name,
        matched.campaign_key,
        sessions.landing_page_key,
        sessions.device_category,
        sessions.operating_system,
        sessions.browser,
        sessions.country,
        sessions.is_new,
        sessions.is_engaged,
        sessions.engagement_seconds,
        sessions.events,
        sessions.page_views,
        sessions.has_form_submit,
        sessions.has_lead,
        sessions.has_add_to_cart,
        sessions.unusable_transactions
    from sessions
    inner join matched
        on sessions.session_key = matched.session_key
    left join {{ ref('dim_campaign') }} as campaigns
        on matched.campaign_key = campaigns.campaign_key

)

select * from final
