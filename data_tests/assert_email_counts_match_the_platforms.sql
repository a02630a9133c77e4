-- E-mail counts of the mart add up to what the platforms report: Mailchimp's reports, the activity of
-- campaigns that have none, and Brevo's and Klaviyo's totals. A row is a platform that differs.
with marts as (
    select
        platform,
        sum(coalesce(emails_sent, 0)) as emails_sent,
        sum(coalesce(bounces, 0)) as bounces,
        sum(coalesce(unique_opens, 0)) as unique_opens,
        sum(coalesce(unique_clicks, 0)) as unique_clicks,
        sum(coalesce(unsubscribes, 0)) as unsubscribes
    from {{ ref('fct_email_campaigns') }}
    group by platform
),

reported as (
    select
        'mailchimp' as platform,
        emails_sent,
        coalesce(hard_bounces, 0) + coalesce(soft_bounces, 0) as bounces,
        unique_opens,
        unique_clicks,
        unsubscribes
    from {{ ref('stg_mailchimp__campaign_reports') }}
    union all
    select
        'mailchimp' as platform,
        activity.emails_sent,
        activity.hard_bounces + activity.soft_bounces as bounces,
        activity.unique_opens,
        activity.unique_clicks,
        activity.unsubscribes
    from {{ ref('int_mailchimp_campaigns__from_activity') }} as activity
    where
        not exists (
            select 1
            from {{ ref('stg_mailchimp__campaign_reports') }} as reports
            where
                reports.campaign_id = activity.campaign_id
                and reports.emails_sent is not null
        )
    union all
    select
        'brevo' as platform,
        emails_sent,
        coalesce(hard_bounces, 0) + coalesce(soft_bounces, 0) as bounces,
        unique_opens,
        unique_clicks,
        unsubscribes
    from {{ ref('stg_brevo__email_campaigns') }} as campaigns
    where
        (sent_at is not null or emails_sent > 0)
        and not (
            campaign_id like 'name:%'
            and exists (
                select 1
                from {{ ref('stg_brevo__email_campaigns') }} as by_id
                where
                    by_id.campaign_id not like 'name:%'
                    and lower(by_id.campaign_name) = lower(campaigns.campaign_name)
                    and {{ local_date('by_id.sent_at') }} = {{ local_date('campaigns.sent_at') }}
            )
        )
    union all
    select
        'klaviyo' as platform,
        emails_sent,
        coalesce(bounces, 0) as bounces,
        unique_opens,
        unique_clicks,
        unsubscribes
    from {{ ref('stg_klaviyo__campaign_reports') }}
    where message_channel = 'email' and emails_sent > 0
),

platforms as (
    select
        platform,
        sum(coalesce(emails_sent, 0)) as emails_sent,
        sum(bounces) as bounces,
        sum(coalesce(unique_opens, 0)) as unique_opens,
        sum(coalesce(unique_clicks, 0)) as unique_clicks,
        sum(coalesce(unsubscribes, 0)) as unsubscribes
    from reported
    group by platform
),

final as (
    select
        platforms.platform,
        platforms.emails_sent as reported_emails_sent,
        marts.emails_sent
    from platforms
    left join marts on platforms.platform = marts.platform
    where
        marts.platform is null
        or marts.emails_sent <> platforms.emails_sent
        or marts.bounces <> platforms.bounces
        or marts.unique_opens <> platforms.unique_opens
        or marts.unique_clicks <> platforms.unique_clicks
        or marts.unsubscribes <> platforms.unsubscribes
)

select * from final
