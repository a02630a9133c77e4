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
        cast(null as {{ type_double() }}) as claimed_revenue,
        cast(null as {{ dbt.type_string() }}) as currency
    from {{ ref('stg_brevo__email_campaigns') }}
    where sent_at is not null or emails_sent > 0
),

final as (
    select * from mailchimp
    union all
    select * from brevo
)

select * from final
