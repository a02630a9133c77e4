with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('mailchimp', 'list') }} as list_rows
),

final as (
    select
        id as list_id,
        nullif(trim(name), '') as list_name,
        date_created as created_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
