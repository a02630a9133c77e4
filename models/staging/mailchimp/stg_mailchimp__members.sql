with ranked as (
    select
        *,
        {{ version_rank(['id', 'list_id'], newest=['last_changed']) }} as version_rank
    from {{ raw('mailchimp', 'member') }} as member_rows
),

final as (
    select
        id as member_id,
        list_id,
        {{ hash_pii('email_address') }} as email_hash,
        lower(nullif(trim(status), '')) as status,
        timestamp_signup as signed_up_at,
        timestamp_opt as opted_in_at,
        last_changed as last_changed_at,
        upper(nullif(trim(country_code), '')) as country_code,
        lower(nullif(trim(language), '')) as language,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
