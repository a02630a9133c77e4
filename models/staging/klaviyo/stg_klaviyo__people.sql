with ranked as (
    select
        *,
        {{ version_rank(['id', 'list_id'], newest=['updated']) }} as version_rank
    from {{ raw('klaviyo', 'person') }} as person_rows
),

final as (
    select
        id as contact_id,
        list_id,
        {{ hash_pii('email') }} as email_hash,
        lower(nullif(trim(email_consent), '')) as email_consent,
        email_consent_at,
        nullif(trim(email_suppressions), '') is not null as is_suppressed,
        created as created_at,
        updated as last_changed_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
