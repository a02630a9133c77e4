{%- set counts = [
    'emails_sent', 'hard_bounces', 'soft_bounces', 'total_opens', 'unique_opens', 'total_clicks', 'unique_clicks',
    'unsubscribes', 'complaints',
] -%}

with mailchimp_campaigns as (
    select * from {{ ref('stg_mailchimp__campaigns') }}
),

mailchimp_reports as (
    select
        *,
        emails_sent is not null as has_report
    from {{ ref('stg_mailchimp__campaign_reports') }}
),

mailchimp_activity as (
    select * from {{ ref('int_mailchimp_campaigns__from_activity') }}
),

mailchimp_sent as (
    select campaign_id from mailchimp_campaigns
    where sent_at is not null
    union
    select campaign_id from mailchimp_reports
    union
    select campaign_id from mailchimp_activity
),

mailchimp as (
    select
        'mailchimp' as platform,
        cast(null as {{ dbt.type_string() }}) as account_id,
        mailchimp_sent.campaign_id,
        coalesce(
            mailchimp_campaigns.list_id, mailchimp_reports.list_id, mailchimp_activity.list_id
        ) as list_id,
        mailchimp_campaigns.campaign_name,
        mailchimp_campaigns.subject,
        mailchimp_campaigns.platform_campaign_type,
        coalesce(mailchimp_reports.sent_at, mailchimp_campaigns.sent_at) as sent_at,
        case
            when mailchimp_reports.has_report then 'report'
            when mailchimp_activity.campaign_id is not null then 'recipient_activity'
            else 'none'
        end as counted_from,
        {%- for count in counts %}
        case
            when mailchimp_reports.has_report then mailchimp_reports.{{ count }}
            else mailchimp_activity.{{ count }}
        end as {{ count }},
        {%- endfor %}
        mailchimp_reports.claimed_orders,
        mailchimp_reports.claimed_revenue,
        mailchimp_reports.currency
    from mailchimp_sent
    left join mailchimp_campaigns on mailchimp_sent.campaign_id = mailchimp_campaigns.campaign_id
    left join mailchimp_reports on mailchimp_sent.campaign_id = mailchimp_reports.campaign_id
    left join mailchimp_activity on mailchimp_sent.campaign_id = mailchimp_activity.campaign_id
),

-- An export without campaign ids makes its id of name and time (`name:…`): where the campaign is known by its
-- own id, that row says the same once more.
brevo_by_id as (
    select distinct
        lower(campaign_name) as campaign_name,
        {{ local_date('sent_at') }} as sent_day
    from {{ ref('stg_brevo__email_campaigns') }}
    where campaign_id not like 'name:%'
),

brevo_campaigns as (
    select campaigns.*
    from {{ ref('stg_brevo__email_campaigns') }} as campaigns
    left join brevo_by_id
        on
            campaigns.campaign_id like 'name:%'
            and lower(campaigns.campaign_name) = brevo_by_id.campaign_name
            and {{ local_date('campaigns.sent_at') }} = brevo_by_id.sent_day
    where brevo_by_id.campaign_name is null
),

brevo as (
    select
        'brevo' as platform,
        cast(null as {{ dbt.type_string() }}) as account_id,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as list_id,
        campaign_name,
        subject,
        platform_campaign_type,
        sent_at,
        case when emails_sent is not null then 'report' else 'none' end as counted_from,
        {%- for count in counts %}
        {{ count }},
        {%- endfor %}
        cast(null as bigint) as claimed_orders,
        cast(null as {{ double_type() }}) as claimed_revenue,
        cast(null as {{ dbt.type_string() }}) as currency
    from brevo_campaigns
    where sent_at is not null or emails_sent > 0
),

-- The variants of a tested campaign went to different people, so their counts add up. Klaviyo does not tell
-- hard bounces from soft ones: all are taken as hard, which leaves the delivered e-mails right.
klaviyo as (
    select
        'klaviyo' as platform,
        cast(null as {{ dbt.type_string() }}) as account_id,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as list_id,
        max(campaign_name) as campaign_name,
        max(subject) as subject,
        case when count(*) > 1 then 'absplit' else 'regular' end as platform_campaign_type,
        min(sent_at) as sent_at,
        'report' as counted_from,
        cast(sum(emails_sent) as bigint) as emails_sent,
        cast(sum(bounces) as bigint) as hard_bounces,
        cast(null as bigint) as soft_bounces,
        cast(sum(total_opens) as bigint) as total_opens,
        cast(sum(unique_opens) as bigint) as unique_opens,
        cast(sum(total_clicks) as bigint) as total_clicks,
        cast(sum(unique_clicks) as bigint) as unique_clicks,
        cast(sum(unsubscribes) as bigint) as unsubscribes,
        cast(sum(complaints) as bigint) as complaints,
        cast(sum(claimed_orders) as bigint) as claimed_orders,
        sum(claimed_revenue) as claimed_revenue,
        max(currency) as currency
    from {{ ref('stg_klaviyo__campaign_reports') }}
    where message_channel = 'email' and emails_sent > 0
    group by campaign_id
),

final as (
    select * from mailchimp
    union all
    select * from brevo
    union all
    select * from klaviyo
)

select * from final
