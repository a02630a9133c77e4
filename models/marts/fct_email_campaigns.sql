with campaigns as (
    select
        *,
        {{ surrogate_key(['platform', 'account_id', 'campaign_id']) }} as campaign_key,
        {{ local_date('sent_at') }} as date_day
    from {{ ref('int_email_campaigns__unioned') }}
),

lists as (
    select
        list_id,
        list_name
    from {{ ref('stg_mailchimp__lists') }}
),

final as (
    select
        {{ surrogate_key(['campaigns.platform', 'campaigns.campaign_id']) }} as email_campaign_key,
        campaigns.campaign_key,
        campaigns.platform,
        campaigns.campaign_id,
        campaigns.campaign_name,
        campaigns.subject,
        campaigns.list_id,
        case
            when campaigns.list_id is not null
                then {{ surrogate_key(['campaigns.platform', 'campaigns.list_id']) }}
        end as email_list_key,
        lists.list_name,
        'Email' as channel,
        case
            when campaigns.platform_campaign_type like 'follow%' then 'follow_up'
            when campaigns.platform_campaign_type in ('regular', 'plaintext', 'classic') then 'regular'
            when campaigns.platform_campaign_type in ('automation', 'trigger') then 'automated'
            when campaigns.platform_campaign_type in ('absplit', 'variate') then 'test'
            else campaigns.platform_campaign_type
        end as campaign_type,
        campaigns.platform_campaign_type,
        campaigns.sent_at,
        campaigns.date_day,
        campaigns.counted_from,
        campaigns.emails_sent,
        campaigns.hard_bounces,
        campaigns.soft_bounces,
        coalesce(campaigns.hard_bounces, 0) + coalesce(campaigns.soft_bounces, 0) as bounces,
        campaigns.emails_sent - coalesce(campaigns.hard_bounces, 0) - coalesce(campaigns.soft_bounces, 0)
            as emails_delivered,
        campaigns.total_opens,
        campaigns.unique_opens,
        campaigns.total_clicks,
        campaigns.unique_clicks,
        campaigns.unsubscribes,
        campaigns.complaints,
        campaigns.claimed_orders,
        {{ money('campaigns.claimed_revenue * rates.rate_to_reporting') }} as claimed_revenue,
        {{ money('campaigns.claimed_revenue') }} as claimed_revenue_original,
        campaigns.currency
    from campaigns
    left join lists
        on
            campaigns.list_id = lists.list_id
            and campaigns.platform = 'mailchimp'
    left join {{ ref('int_exchange_rates__daily') }} as rates
        on
            campaigns.date_day = rates.date_day
            and campaigns.currency = rates.currency
)

select * from final
