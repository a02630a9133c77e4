with mailchimp_unsubscribes as (
    select
        member_id,
        list_id,
        max(unsubscribed_at) as unsubscribed_at
    from {{ ref('stg_mailchimp__unsubscribes') }}
    group by member_id, list_id
),

mailchimp as (
    select
        'mailchimp' as platform,
        members.list_id,
        coalesce(members.email_hash, members.member_id) as subscriber_id,
        members.email_hash,
        members.member_id as platform_subscriber_id,
        coalesce(members.opted_in_at, members.signed_up_at) as opted_in_at,
        case
            when members.status in ('unsubscribed', 'cleaned', 'archived')
                then coalesce(
                    mailchimp_unsubscribes.unsubscribed_at, members.last_changed_at, members.exported_at
                )
        end as opted_out_at,
        members.last_changed_at,
        members.exported_at
    from {{ ref('stg_mailchimp__members') }} as members
    left join mailchimp_unsubscribes
        on
            members.member_id = mailchimp_unsubscribes.member_id
            and members.list_id = mailchimp_unsubscribes.list_id
    where coalesce(members.status, '') not in ('pending', 'transactional')
),

brevo as (
    select
        'brevo' as platform,
        list_id,
        coalesce(email_hash, contact_id) as subscriber_id,
        email_hash,
        contact_id as platform_subscriber_id,
        created_at as opted_in_at,
        coalesce(
            unsubscribed_at, case when is_blacklisted then coalesce(last_changed_at, exported_at) end
        ) as opted_out_at,
        last_changed_at,
        exported_at
    from {{ ref('stg_brevo__contacts') }}
),

klaviyo as (
    select
        'klaviyo' as platform,
        list_id,
        coalesce(email_hash, contact_id) as subscriber_id,
        email_hash,
        contact_id as platform_subscriber_id,
        case when email_consent = 'subscribed' then coalesce(email_consent_at, created_at) else created_at end
            as opted_in_at,
        case
            when email_consent = 'unsubscribed' then coalesce(email_consent_at, last_changed_at, exported_at)
            when is_suppressed then coalesce(last_changed_at, exported_at)
        end as opted_out_at,
        last_changed_at,
        exported_at
    from {{ ref('stg_klaviyo__people') }}
    where email_consent in ('subscribed', 'unsubscribed')
),

unioned as (
    select * from mailchimp
    union all
    select * from brevo
    union all
    select * from klaviyo
),

final as (
    select
        platform,
        list_id,
        subscriber_id,
        max(email_hash) as email_hash,
        min(platform_subscriber_id) as platform_subscriber_id,
        min(opted_in_at) as opted_in_at,
        case when count(opted_out_at) = count(*) then max(opted_out_at) end as opted_out_at,
        max(last_changed_at) as last_changed_at,
        max(exported_at) as exported_at
    from unioned
    group by platform, list_id, subscriber_id
)

select * from final
