with recipients as (
    select
        campaign_id,
        member_id,
        list_id
    from {{ ref('stg_mailchimp__campaign_recipients') }}
),

activities as (
    select
        campaign_id,
        member_id,
        max(list_id) as list_id,
        min(case when action = 'open' then occurred_at end) as first_opened_at,
        min(case when action = 'click' then occurred_at end) as first_clicked_at,
        sum(case when action = 'open' then 1 else 0 end) as total_opens,
        sum(case when action = 'click' then 1 else 0 end) as total_clicks,
        max(case when action = 'bounce' then 1 else 0 end) = 1 as is_bounced
    from {{ ref('stg_mailchimp__campaign_recipient_activities') }}
    group by campaign_id, member_id
),

pairs as (
    select
        campaign_id,
        member_id
    from recipients
    union
    select
        campaign_id,
        member_id
    from activities
),

people as (
    select
        identifier_value as member_id,
        person_key
    from {{ ref('int_person__identifiers') }}
    where identifier_type = 'mailchimp_member_id'
),

final as (
    select
        {{ surrogate_key(["'mailchimp'", 'pairs.campaign_id', 'pairs.member_id']) }} as email_engagement_key,
        campaigns.email_campaign_key,
        campaigns.campaign_key,
        'mailchimp' as platform,
        pairs.campaign_id,
        pairs.member_id,
        coalesce(recipients.list_id, activities.list_id) as list_id,
        people.person_key,
        'Email' as channel,
        campaigns.sent_at,
        campaigns.date_day,
        activities.first_opened_at,
        activities.first_clicked_at,
        coalesce(activities.total_opens, 0) as total_opens,
        coalesce(activities.total_clicks, 0) as total_clicks,
        coalesce(activities.is_bounced, false) as is_bounced
    from pairs
    left join recipients
        on
            pairs.campaign_id = recipients.campaign_id
            and pairs.member_id = recipients.member_id
    left join activities
        on
            pairs.campaign_id = activities.campaign_id
            and pairs.member_id = activities.member_id
    left join {{ ref('fct_email_campaigns') }} as campaigns
        on
            pairs.campaign_id = campaigns.campaign_id
            and campaigns.platform = 'mailchimp'
    left join people on pairs.member_id = people.member_id
)

select * from final
