with tickets as (
    select
        *,
        {{ dbt.datediff('created_at', 'solved_at', 'minute') }}
            as minutes_to_solve
    from {{ ref('stg_support__tickets') }}
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
        {{ surrogate_key(['tickets.ticket_id']) }} as ticket_key,
        tickets.ticket_id,
        people.person_key,
        tickets.support_channel,
        tickets.topic,
        tickets.status,
        tickets.order_name,
        tickets.created_at,
        tickets.solved_at,
        {{ local_date('tickets.created_at') }} as date_day,
        tickets.solved_at is not null as is_solved,
        tickets.minutes_to_solve / 60.0 as hours_to_solve
    from tickets
    left join people on tickets.email_hash = people.email_hash
)

select * from final
