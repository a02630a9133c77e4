with recipients as (
    select
        campaign_id,
        max(list_id) as list_id,
        count(distinct member_id) as emails_sent
    from {{ ref('stg_mailchimp__campaign_recipients') }}
    group by campaign_id
),

bounced_members as (
    select
        campaign_id,
        member_id,
        max(case when bounce_type = 'hard' then 1 else 0 end) as is_hard
    from {{ ref('stg_mailchimp__campaign_recipient_activities') }}
    where action = 'bounce'
    group by campaign_id, member_id
),

bounces as (
    select
        campaign_id,
        sum(is_hard) as hard_bounces,
        sum(1 - is_hard) as soft_bounces
    from bounced_members
    group by campaign_id
),

activities as (
    select
        campaign_id,
        sum(case when action = 'open' then 1 else 0 end) as total_opens,
        count(distinct case when action = 'open' then member_id end) as unique_opens,
        sum(case when action = 'click' then 1 else 0 end) as total_clicks,
        count(distinct case when action = 'click' then member_id end) as unique_clicks
    from {{ ref('stg_mailchimp__campaign_recipient_activities') }}
    group by campaign_id
),

unsubscribes as (
    select
        campaign_id,
        count(distinct member_id) as unsubscribes
    from {{ ref('stg_mailchimp__unsubscribes') }}
    group by campaign_id
),

final as (
    select
        recipients.campaign_id,
        recipients.list_id,
        recipients.emails_sent,
        coalesce(bounces.hard_bounces, 0) as hard_bounces,
        coalesce(bounces.soft_bounces, 0) as soft_bounces,
        coalesce(activities.total_opens, 0) as total_opens,
        coalesce(activities.unique_opens, 0) as unique_opens,
        coalesce(activities.total_clicks, 0) as total_clicks,
        coalesce(activities.unique_clicks, 0) as unique_clicks,
        coalesce(unsubscribes.unsubscribes, 0) as unsubscribes,
        cast(null as bigint) as complaints
    from recipients
    left join bounces on recipients.campaign_id = bounces.campaign_id
    left join activities on recipients.campaign_id = activities.campaign_id
    left join unsubscribes on recipients.campaign_id = unsubscribes.campaign_id
)

select * from final
