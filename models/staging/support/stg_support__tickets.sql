with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('support', 'ticket') }} as ticket_rows
),

final as (
    select
        id as ticket_id,
        created_at,
        solved_at,
        {{ hash_pii('requester_email') }} as email_hash,
        lower(nullif(trim(channel), '')) as support_channel,
        lower(nullif(trim(status), '')) as status,
        lower(nullif(trim(topic), '')) as topic,
        nullif(trim(order_name), '') as order_name,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
