with

versions as (

    select * from {{ ref('int_ad_campaigns__unioned') }}

),

latest_versions as (

    select
        *,
        row_number() over (
            partition by platform, account_id, campaign_id
            order by updated_at desc nulls last, campaign_name desc
        ) as version_number
    from versions

),

names as (

    select
        platform,
        account_id,
        campaign_id,
        campaign_name,
        min(updated_at) as first_used_at
    from versions
    where campaign_name is not null
    group by platform, account_id, campaign_id, campaign_name

),

previous_names as (

    select
        names.platform,
        names.account_id,
        names.campaign_id,
        {{ dbt.listagg('names.campaign_name', "' | '", 'order by names.first_used_at, names.campaign_name') }}
            as previous_names
    from names
    inner join latest_versions
        on
            names.platform = latest_versions.platform
            and names.account_id is not distinct from latest_versions.account_id
            and names.campaign_id = latest_versions.campaign_id
            and latest_versions.version_number = 1
            and names.campaign_name <> latest_versions.campaign_name
    group by names.platform, names.account_id, names.campaign_id

),

activity as (

    select
        platform,
        account_id,
        campaign_id,
        min(date_day) as first_seen_on,
        max(date_day) as last_seen_on,
        coalesce(sum(leads), 0) > 0 as has_leads
    from {{ ref('int_ad_campaign_days__unioned') }}
    where campaign_id is not null
    group by platform, account_id, campaign_id

),

campaigns as (

    select
        platform,
        account_id,
        campaign_id
    from versions
    union
    select
        platform,
        account_id,
        campaign_id
    from activity

),

final as (

    select
        {{ surrogate_key(['campaigns.platform', 'campaigns.account_id', 'campaigns.campaign_id']) }}
            as campaign_key,
        campaigns.platform,
        campaigns.account_id,
        accounts.account_name,
        campaigns.campaign_id,
        latest_versions.campaign_name,
        previous_names.previous_names,
        {{ ad_channel('campaigns.platform', 'latest_versions.channel_type') }}
            as campaign_channel,
        coalesce(latest_versions.channel_type, latest_versions.objective) as campaign_type,
        coalesce(activity.has_leads, false)
        or coalesce(latest_versions.objective in ('OUTCOME_LEADS', 'LEAD_GENERATION'), false)
            as reports_leads,
        activity.first_seen_on,
        activity.last_seen_on
    from campaigns
    left join latest_versions
        on
            campaigns.platform = latest_versions.platform
            and campaigns.account_id is not distinct from latest_versions.account_id
            and campaigns.campaign_id = latest_versions.campaign_id
            and latest_versions.version_number = 1
    left join previous_names
        on
            campaigns.platform = previous_names.platform
            and campaigns.account_id is not distinct from previous_names.account_id
            and campaigns.campaign_id = previous_names.campaign_id
    left join activity
        on
            campaigns.platform = activity.platform
            and campaigns.account_id is not distinct from activity.account_id
            and campaigns.campaign_id = activity.campaign_id
    left join {{ ref('int_ad_accounts__unioned') }} as accounts
        on
            campaigns.platform = accounts.platform
            and campaigns.account_id = accounts.account_id

)

select * from final
