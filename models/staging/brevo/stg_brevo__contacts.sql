with ranked as (
    select
        *,
        {{ version_rank(['id', 'list_id'], newest=['modified_at']) }} as version_rank
    from {{ raw('brevo', 'contact') }} as contact_rows
),

final as (
    select
        id as contact_id,
        list_id,
        {{ hash_pii('email') }} as email_hash,
        coalesce(email_blacklisted, false) as is_blacklisted,
        created_at,
        modified_at as last_changed_at,
        unsubscribed_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
