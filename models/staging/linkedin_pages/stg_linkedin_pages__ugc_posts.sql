with ranked as (
    select
        *,
        {{ version_rank([urn_id('id')], newest=['last_modified_time']) }} as version_rank
    from {{ raw('linkedin_pages', 'ugc_post_history') }} as ugc_post_history_rows
),

final as (
    select
        {{ urn_id('id') }} as post_id,
        {{ urn_id('author') }} as account_id,
        coalesce(first_published_at, created_time) as published_at,
        last_modified_time as updated_at,
        lower(nullif(trim(lifecycle_state), '')) as status,
        lower(nullif(trim(visibility), '')) as visibility,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
