with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('partners', 'partner') }} as partner_rows
),

final as (
    select
        id as partner_id,
        lower(nullif(trim(partner_type), '')) as partner_type,
        {{ hash_pii('email') }} as email_hash,
        joined_at,
        left_at,
        lower(nullif(trim(status), '')) as status,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
