with ranked as (
    select
        *,
        {{ version_rank(['id'], newest=['update_time']) }} as version_rank
    from {{ raw('pipedrive', 'person') }} as person
),

final as (
    select
        id as contact_id,
        {{ hash_pii('email') }} as email_hash,
        nullif(trim(source), '') as original_source,
        add_time as created_at,
        update_time as updated_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
