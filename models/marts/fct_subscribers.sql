with subscribers as (
    select
        *,
        {{ local_date('opted_in_at') }} as date_day,
        {{ local_date('opted_out_at') }} as opted_out_day
    from {{ ref('int_subscribers__unioned') }}
),

lists as (
    select
        list_id,
        list_name
    from {{ ref('stg_mailchimp__lists') }}
),

people as (
    select
        identifier_value as email_hash,
        person_key
    from {{ ref('int_person__identifiers') }}
    where identifier_type = 'email_hash'
),

final as (
    select
        {{ surrogate_key(['subscribers.platform', 'subscribers.list_id', 'subscribers.subscriber_id']) }}
            as subscriber_key,
        {{ surrogate_key(['subscribers.platform', 'subscribers.list_id']) }} as email_list_key,
        subscribers.platform,
        subscribers.list_id,
        lists.list_name,
        subscribers.platform_subscriber_id,
        people.person_key,
        subscribers.opted_in_at,
        subscribers.date_day,
        subscribers.opted_out_at,
        subscribers.opted_out_day,
        subscribers.opted_out_at is null as is_active
    from subscribers
    left join lists
        on
            subscribers.list_id = lists.list_id
            and subscribers.platform = 'mailchimp'
    left join people on subscribers.email_hash = people.email_hash
)

select * from final
